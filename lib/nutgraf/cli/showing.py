"""``nutgraf show``: one place in one article, with its surroundings and everything that was measured of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.overrides import FIELDS
from nutgraf.schema import arrow_schema
from nutgraf.selecting import standing_for

CONTEXT = 300  # characters on each side of a place
_NOTHING = "Nothing was shown"
_SPAN = re.compile(r"(\d+):(\d+)$")
_LISTED = 6
_SHARED = 3  # an id that begins with so many of the same characters may be the one that was meant
_ORDER = {"sentences": ("start",), "spans": ("start", "end", "measure", "kind"), "scores": ("measure", "dimension", "voice")}
_HIDDEN = ("article_id", "version", "work_id")
_ABOUT = ("article_id", "version", "outlet", "headline", "byline", "language", "status", "status_reason", "completeness")


def look(desk: Desk, article: str, span: str | None = None, version: int | None = None) -> dict[str, Any]:
    """What the desk knows of a place, or of a whole article.

    Args:
        desk: The desk.
        article: An article_id, or the beginning of one when only one begins so.
        span: ``START:END`` in characters of the text, end-exclusive; None for the article's overview.
        version: Its version; None for the one that analyses use.

    Returns:
        ``article`` (id, outlet, headline, day, url, versions …), ``place`` (start, end, text, before, after; None for an overview),
        ``sentences``, ``spans`` and ``scores`` that touch the place (of an overview all sentences, no spans, and the scores of the whole
        article), each with rule or value, measure and measure_version, and ``lacking``: measures that have not been run on this text at
        their present version.

    Raises:
        UsageError: For an article or version that is not on the desk, and a span that does not lie in its text.
    """
    row, versions = _article(desk, article, version)
    text = row["text"] or ""
    place = _place(text, span, f"article {row['article_id']}, version {row['version']}") if span is not None else None
    rows, lacking = _measured(desk, row)
    spans, scores = rows["spans"], rows["scores"]
    sentences = rows["sentences"] if place is None else [each for each in rows["sentences"] if _touches(each, place)]
    if place is None:
        spans, scores = [], [each for each in scores if each["sentence"] is None]
    else:
        numbers = {None, *(each["sentence"] for each in sentences)}
        spans, scores = [each for each in spans if _touches(each, place)], [each for each in scores if each["sentence"] in numbers]
    return {
        "article": _about(desk, row, versions), "place": place,
        "sentences": [{**each, "text": text[each["start"] : each["end"]]} for each in sentences],
        "spans": [{**each, "text": text[each["start"] : each["end"]]} for each in spans],
        "scores": scores, "lacking": lacking,
    }  # fmt: skip


def _touches(row: Mapping[str, Any], place: Mapping[str, Any]) -> bool:
    return row["start"] < place["end"] and row["end"] > place["start"]


def _article(desk: Desk, wanted: str, version: int | None) -> tuple[dict[str, Any], list[int]]:
    """The article version that is meant, and the versions there are."""
    import pyarrow.dataset as ds

    ids = sorted(set(desk.articles(["article_id"])["article_id"].to_pylist()))
    begun = [wanted] if wanted in ids else [name for name in ids if wanted and name.startswith(wanted)]
    if len(begun) > 1:
        mend = "give more of it: " + _some(begun)
        raise UsageError(f"{len(begun):,} articles begin so", where=f"article {wanted!r}", mend=mend, not_done=_NOTHING)
    if not begun:
        shared = {name: len(os.path.commonprefix([name, wanted])) for name in ids}
        near = [name for name in ids if shared[name] >= _SHARED and shared[name] == max(shared.values())]
        other = "take an article_id from a report's evidence, or read articles with 'nutgraf ingest'"
        mend = f"did you mean {_some(near)}?" if near else other
        raise UsageError("no such article on this desk", where=f"article {wanted!r}", mend=mend, not_done=_NOTHING)
    rows = desk.articles(arrow_schema("articles").names, ds.field("article_id") == begun[0]).to_pylist()
    versions = sorted(row["version"] for row in rows)
    if version is None:
        return standing_for(rows), versions
    if version not in versions:
        known = "versions: " + ", ".join(map(str, versions))
        raise UsageError(f"it has no version {version}", where=f"article {begun[0]}", mend=known, not_done=_NOTHING)
    return next(row for row in rows if row["version"] == version), versions


def _some(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def _place(text: str, span: str, where: str) -> dict[str, Any]:
    """A place in a text with what stands around it."""
    match = _SPAN.match(span.strip())
    if not match:
        raise UsageError(f"{span!r} is no span", where=where, mend="write START:END in characters, such as 120:134", not_done=_NOTHING)
    start, end = int(match[1]), int(match[2])
    if start >= end:
        raise UsageError(f"span {start}:{end} holds nothing", where=where, mend="START must be less than END", not_done=_NOTHING)
    if end > len(text):
        mend = f"its text has {len(text):,} characters; another version may be longer" if text else "its text is empty"
        raise UsageError(f"span {start}:{end} reaches beyond the text", where=where, mend=mend, not_done=_NOTHING)
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return {"start": start, "end": end, "text": text[start:end], "before": before, "after": after}


def _about(desk: Desk, row: Mapping[str, Any], versions: Sequence[int]) -> dict[str, Any]:
    moment = row["published_at"]
    return {
        **{name: row[name] for name in _ABOUT}, "url": row["canonical_url"] or row["url"],
        "published_on": moment.astimezone(desk.timezone).date().isoformat() if moment else None,
        "n_characters": len(row["text"] or ""), "n_words": row["n_words"], "versions": list(versions),
        "put_right": [
            {"field": one.field, "value": one.value, "who": one.who, "why": one.why, "at": one.at}
            for (article, _), one in sorted(desk.overrides().current.items()) if article == row["article_id"]
        ],
    }  # fmt: skip


def _measured(desk: Desk, row: Mapping[str, Any]) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """Rows of every measure at its present version for one article version, and the measures that have none."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    from nutgraf.measuring import Registry

    registry = Registry(desk.measure_options)
    versions = {name: registry.version(name) for name in registry.closure(registry.ids)}
    here = (ds.field("article_id") == row["article_id"]) & (ds.field("version") == row["version"])
    sha256 = desk.input_sha256(row["text_sha256"], row["language"], row["outlet_as_read"])
    done = {
        each["measure"]: each["work_id"] for each in desk.store.read("measured", where=here).to_pylist()
        if each["measure_version"] == versions.get(each["measure"]) and each["input_sha256"] == sha256 and each["status"] == "ok"
    }  # fmt: skip
    found = {}
    for table, order in _ORDER.items():
        rows = desk.store.read(table, where=here & ds.field("work_id").isin(pa.array(list(done.values()), pa.string()))).to_pylist()
        # Scores of sentences come before those of the whole article.
        rows.sort(key=lambda each, order=order: [table == "scores" and each["sentence"] is None, *(each[name] for name in order)])
        found[table] = [{name: value for name, value in each.items() if name not in _HIDDEN} for each in rows]
    return found, [name for name in versions if name not in done]


# For a person --------------------------------------------------------------------------------------------------------


def show(found: Mapping[str, Any]) -> None:
    """Print a place or an overview; in colours on a terminal, the same words without them."""
    from rich.console import Console
    from rich.text import Text

    from nutgraf.errors import in_one_line

    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    article, place = found["article"], found["place"]
    about = [article["headline"] or "(no headline)", article["outlet"] or "outlet unknown", article["published_on"] or "no date"]
    console.print(Text(in_one_line(" · ".join(about)), style="bold"))
    console.print(Text(in_one_line(article["url"] or "no address")))
    console.print(Text(f"article {article['article_id']}, version {article['version']} of {', '.join(map(str, article['versions']))}; "
                       f"{article['n_characters']:,} characters, {article['n_words'] or 0:,} words"))  # fmt: skip
    if article["status"] != "kept":
        console.print(Text(in_one_line(f"set aside: {article['status_reason']}")))
    for one in article["put_right"]:
        console.print(Text(in_one_line(f"put right by hand: {FIELDS[one['field']]}: {one['value']} ({one['who']}: {one['why']})")))
    console.print()
    if place:
        before, after = ("… " if place["start"] > CONTEXT else ""), (" …" if place["end"] + CONTEXT < article["n_characters"] else "")
        around = Text(before + _harmless(place["before"]), style="dim") + Text(f"[{_harmless(place['text'])}]", style="bold")
        console.print(around + Text(_harmless(place["after"]) + after, style="dim"))
        console.print()
    for sentence in found["sentences"]:
        head = f"sentence {sentence['sentence']} · {sentence['start']}:{sentence['end']} · {sentence['part']} · {sentence['voice']}"
        console.print(Text(head + (f" · {_by(sentence, 'part_rule')}" if place else f": {in_one_line(sentence['text'])}")))
    for span in found["spans"]:
        words = in_one_line(span["text"] if len(span["text"]) <= 80 else span["text"][:80] + " …")
        named = in_one_line(", ".join(str(span[name]) for name in ("value", "label") if span[name] is not None))
        named = named.replace("-", "−") if span["kind"] == "tone_word" else named
        where = f"{span['kind']} · {span['start']}:{span['end']} · “{words}”"
        console.print(Text(where + (f" · {named}" if named else "") + f" · {_by(span)}"))
    for score in found["scores"]:
        whose = "whole article" if score["sentence"] is None else f"sentence {score['sentence']}"
        console.print(Text(f"score · {whose} · {score['dimension']} ({score['voice']}): {_answer(score)} · {_by(score)}"))
    if found["lacking"]:
        console.print(Text(f"not measured here at the present version: {', '.join(found['lacking'])}", style="dim"))


def _harmless(text: str) -> str:
    """Text without the control characters that would steer a terminal; line breaks stay."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _answer(score: Mapping[str, Any]) -> str:
    if score["status"] != "ok":
        return f"not assessable: {score['reason']}"
    value = "" if score["value"] is None else f"{score['value']:+.2f}".replace("-", "−")
    return " ".join(filter(None, [score["label"], value])) + (f", n = {score['n']}" if score["n"] is not None else "")


def _by(row: Mapping[str, Any], rule: str = "rule") -> str:
    """The rule, the measure and its version."""
    return (f"rule {row[rule]} · " if row.get(rule) else "") + f"{row['measure']} {row['measure_version']}"
