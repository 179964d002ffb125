"""What became of an edition's articles, in words: how many are new, changed or gone, of how many outlets, and three of them by headline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nutgraf.desk import Desk, Selection
from nutgraf.erasures import Erasures
from nutgraf.errors import in_one_line
from nutgraf.numbers import counted
from nutgraf.runs.freshness.chosen import Differences, differences
from nutgraf.schema import arrow_schema

EXAMPLES = 3
_LONGEST = 80
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
#: Columns of an article in a reader's words; what is not named here is its metadata.
_FIELDS = {
    "text_sha256": "text", "headline": "headline", "published_at": "date", "published_precision": "date", "published_from": "date",
    "published_confidence": "date", "outlet": "outlet", "byline": "byline", "section": "section", "language": "language",
    "url": "address", "canonical_url": "address", "completeness": "completeness", "modified_at": "time of change",
    "wire_credit": "agency credit", "credits": "byline", "body_sha256": "text", "n_words": "text",
}  # fmt: skip
_FETCHED_LATER = "fetched after the day of as_of"
_ERASED = "erased for good"
_SILENT = ("outlet_as_read", "article_id", "version", "fetched_at", "cluster_id", "story_id", "step")


def words_for(desk: Desk, selection: Selection, before: Iterable[Sequence[Any]], after: Iterable[Sequence[Any]]) -> list[str]:
    """What became of the articles.

    Args:
        desk: The desk.
        selection: What the edition selects now.
        before: The articles of its last good run, as `nutgraf.runs.freshness.chosen` unpacks them.
        after: Those of now, likewise.

    Returns:
        Lines such as "3 new articles from two outlets: …"; none when no article differs.
    """
    found = differences(before, after)
    if found == Differences():
        return []
    now = {row["article_id"]: row for row in selection.articles.to_pylist()}
    held = _rows(desk, [(article, old) for article, old, _ in found.inputs + found.about + found.gone])
    lines = [_line(f"{counted(len(found.new), 'new article')} from", [now[article] for article, *_ in found.new])] if found.new else []
    return lines + _changed(found.inputs + found.about, held, now) + _gone(desk, found.gone, held, selection)


def _rows(desk: Desk, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Article versions as the tables hold them: older ones are never taken out."""
    if not keys:
        return {}
    import pyarrow as pa
    import pyarrow.dataset as ds

    columns = [name for name in arrow_schema("articles").names if name != "text"]
    ids = pa.array(sorted({article for article, _ in keys}), pa.string())
    found = desk.store.read("articles", columns, ds.field("article_id").isin(ids)).to_pylist()
    return {(row["article_id"], row["version"]): row for row in found}


def _changed(found: Sequence[tuple], held: Mapping[tuple[str, int], Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Grouped by what changed of them."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for article, old, _ in found:
        groups.setdefault(_how(held.get((article, old)), now[article]), []).append(now[article])
    return [_line(f"{counted(len(rows), 'article')} {how}, from", rows) for how, rows in sorted(groups.items())]


def _how(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> str:
    if old is None:
        return "changed"
    moved = [name for name in new if name in old and name not in _SILENT and old[name] != new[name]]
    if not moved:  # one version is one row, so only what is derived from it moved, or the tables were made anew
        return "with other copies, in another story, or with other metadata"
    fields = list(dict.fromkeys(words for name, words in _FIELDS.items() if name in moved)) or ["metadata"]
    by_hand = ", put right by hand" if old["version"] == new["version"] else ""  # one version is one row, and the table keeps what was read
    return "with another " + (", ".join(fields[:-1]) + " and " + fields[-1] if len(fields) > 1 else fields[0]) + by_hand


def _gone(desk: Desk, found: Sequence[tuple], held: Mapping[tuple[str, int], Mapping[str, Any]], selection: Selection) -> list[str]:
    """Grouped by the step that leaves them out now."""
    out = {row["article_id"]: row for row in selection.left_out.to_pylist()} if found else {}
    erased = Erasures.load(desk.decisions).of
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for article, old, _ in found:
        row = out.get(article)
        step = row["step"] if row else _ERASED if article in erased else _FETCHED_LATER if (article, old) in held else ""
        groups.setdefault(step, []).append(row or held.get((article, old)) or {})
    heads = {step: f"{counted(len(rows), 'article')} no longer in it" for step, rows in groups.items()}
    return [
        f"{heads[step]}: {step}" if step == _ERASED
        else _line(f"{heads[step]} ({step}), from", rows) if step else f"{heads[step]}, nor in the desk's tables"
        for step, rows in sorted(groups.items())
    ]  # fmt: skip


def _line(head: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A count, the outlets, and the first headlines in the order of their dates, newest first."""
    outlets = sorted({row["outlet"] or "" for row in rows})
    one = len(outlets) == 1
    where = (outlets[0] or "an unknown outlet") if one else f"{number(len(outlets))} outlets"
    ordered = sorted(rows, key=lambda row: (-row["published_at"].timestamp() if row["published_at"] else 0.0, row["headline"] or ""))
    named = [_headline(row) + ("" if one else f" ({row['outlet'] or 'outlet unknown'})") for row in ordered[:EXAMPLES]]
    rest = f" and {len(rows) - EXAMPLES:,} more" if len(rows) > EXAMPLES else ""
    return in_one_line(f"{head} {where}: {', '.join(named)}{rest}")


def _headline(row: Mapping[str, Any]) -> str:
    text = (row["headline"] or "").strip()
    if not text:
        return row["article_id"]
    return f"“{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}”"


def number(n: int) -> str:
    """A small number in words."""
    return _NUMBERS[n] if n < len(_NUMBERS) else f"{n:,}"
