"""Findings about what outlets changed after they had published: which articles, how much, and what came and went."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nutgraf.compare.material import QUOTE_WORDS, SHARE, TYPO_WORDS, reasons_in_words
from nutgraf.findings import places, tables
from nutgraf.findings.changed import ITEMS, Changed, Version, about, changes, may_show, shown_changes, texts, word_places
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.findings.frame_values import article_frames, name_of
from nutgraf.findings.places import Places, whole
from nutgraf.findings.tone_values import article_tone, sentence_tone, way
from nutgraf.numbers import counted, shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import History

_NO_INTERVAL = "no interval: every change is shown, none is sampled"
MATERIAL = (
    f"A change is material when the headline says something else, a name or figure came or went, a quotation of {QUOTE_WORDS} words or more was "
    f"taken out, or more than {TYPO_WORDS} words changed that are at least {shown(SHARE, 'share')} of both versions. "
)
ONCE = "An article that was fetched once counts as unchanged: what its outlet changed later is not seen. "
_FAILURES = ("Names are found by a model; one that it misses in one version alone looks as if it came or went.",)
_SHOWN_ARTICLES, _SHOWN_ITEMS = 3, 60
_NOUNS = {"names": "name", "figures": "figure", "quotes": "quotation"}


def _n(history: History) -> dict[str, int]:
    found = changes(history)
    return {"articles": len(history.newest.articles), "changed articles": len({one.after.key[0] for one in found}), "changes": len(found)}


def _method(history: History, text: str, *measures: str) -> Method:
    newest = history.newest
    return Method(text=text, measures=measures, known_failures=_FAILURES if "names" in measures else (), versions=newest.versions)


def _nothing(history: History, id: str, question: str, source: str, method: Method) -> Finding:
    reason = "no article was fetched in more than one version"
    return Finding.cannot_say(id, question, reason, n=_n(history), source=source, method=method)


def _places(history: History, rows: list[dict[str, Any]], keys: tuple[str, ...]) -> Places:
    import pandas as pd

    return Places(lambda: pd.DataFrame(rows), lambda: about(history), keys, texts=lambda: texts(history))


def what_changed(history: History, *, source: str) -> Finding:
    """Which articles changed when, and how many words of them.

    Args:
        history: From `Workbench.versions`, with names, figures and quotes.
        source: Source line.
    """
    found = changes(history)
    question = f"Versions of articles and their changes; {history.newest.selection.described}"
    method = _method(
        history,
        "Words of standfirst and body are compared in order; promotion and the like are left out, and white space and the kind of quotation marks "
        f"make no difference. {MATERIAL}The time is that of publication, then the one that the outlet gives for its change, else when the version "
        "was fetched.", "names", "figures", "quotes",
    )  # fmt: skip
    if not found:
        return _nothing(history, "what-changed", question, source, method)
    material = {one.after.key[0] for one in found if one.compared.is_material}
    headlines = {one.after.key[0] for one in found if one.has_new_headline}
    n = len(history.newest.articles)
    rows: list[list[Any]] = []
    for one in found:
        if not rows or rows[-1][0] != one.name:
            rows.append([one.name, one.outlet, one.before.at, None, None, None, "first published"])
        why = reasons_in_words(one.compared.reasons) or "not material"
        rows.append([one.name, one.outlet, one.after.at, one.has_new_headline, one.compared.n_added, one.compared.n_removed, why])
    keys = ("headline", "at")
    return Finding(
        id="what-changed",
        takeaway=f"{counted(len(material), 'article')} of {n:,} changed materially after publication, {len(headlines):,} with a new headline",
        subtitle=question, n=_n(history), interval=_NO_INTERVAL,
        columns=(
            Column("headline", "Article", "text", "its newest headline"), Column("outlet", "Outlet", "text"),
            Column("at", "Time", "text", "in the desk's time zone"), Column("is_new_headline", "New headline", "flag"),
            Column("n_added", "Words added", "count"), Column("n_removed", "Words removed", "count"), Column("what", "What changed", "text"),
        ),
        rows=rows, method=method, source=source,
        chart={"form": "version_timeline", "name": "headline", "at": "at", "headline": "is_new_headline", "added": "n_added",
               "removed": "n_removed", "what": "versions of articles"},
        examples=shown_changes(found, _SHOWN_ARTICLES),
        examples_rule=f"of the {_SHOWN_ARTICLES} articles that changed most, the longest change, before and after",
        places=_places(history, [*word_places(found), *_first_versions(history, found)], keys),
    )  # fmt: skip


def _first_versions(history: History, found: list[Changed]) -> list[dict[str, Any]]:
    """Each version as a whole, tied to its row: also a row without a changed word rests on two texts."""
    held: dict[tuple[str, str], Version] = {}
    for one in found:
        held.setdefault((one.name, one.before.at), one.before)
        held[one.name, one.after.at] = one.after
    return [
        {"article_id": version.key[0], "version": version.key[1], "start": 0, "end": len(version.said.text), "kind": places.ARTICLE,
         "rule": "a version that is compared", "counts_in": "at", "headline": name, "at": at}
        for (name, at), version in held.items()
    ]  # fmt: skip


def by_outlet(history: History, *, min_articles: int, source: str) -> Finding:
    """How large a share of its articles each outlet changed materially.

    Args:
        history: As for `what_changed`.
        min_articles: Outlets with fewer articles get no figure.
        source: Source line.
    """
    articles = history.newest.articles
    changed = {one.after.key[0] for one in changes(history) if one.compared.is_material}
    values = articles.assign(
        outlet=articles["outlet"].astype(object).fillna(places.UNKNOWN_OUTLET), value=[float(str(name) in changed) for name in articles["article_id"]]
    )
    rows = tables.by_outlet(values, min_articles=min_articles, outlets=tables.outlets_of(articles), is_share=True)
    method = _method(history, f"Articles that changed materially, of all of an outlet's articles. {MATERIAL}{ONCE}", "names", "figures", "quotes")
    subtitle = f"Share of articles that changed materially after publication; {history.newest.selection.described}"
    assessed = [row for row in rows if row[1] is not None]
    if not assessed:
        reason = f"no outlet has {min_articles} articles"
        return Finding.cannot_say("changed-by-outlet", subtitle, reason, n=_n(history), source=source, method=method)
    takeaway = _reach(assessed) if len(assessed) > 1 else f"{shown(assessed[0][1], 'share')} of the articles of {assessed[0][0]} changed materially"
    return Finding(
        id="changed-by-outlet", takeaway=takeaway, margin=tables.margins([assessed[0], assessed[-1]], "share"), subtitle=subtitle, n=_n(history),
        interval=f"{tables.interval(history.newest)}; where all articles agree, the exact (Clopper–Pearson) interval",
        columns=tables.columns("share", "Changed", "share", "share of the outlet's articles that changed materially after publication"),
        rows=rows, method=method, source=source,
        chart={"form": "interval_dots", "name": "outlet", "value": "share", "low": "share_low", "high": "share_high", "n": "n_articles",
               "note": "note", "line": None, "what": "articles changed after publication by outlet", "axis": "Articles that changed materially",
               "kind": "share"},
        places=places.of_measured(history.newest, lambda: _of_outlets(history, values), ("outlet",)),
    )  # fmt: skip


def _reach(assessed: list[list[Any]]) -> str:
    if all(row[1] == 0 for row in assessed):
        return f"None of {len(assessed):,} outlets changed an article materially"
    reach, said = tables.spread(assessed, "share", "of articles")
    return f"Changed materially: {reach}; {said}"


def _of_outlets(history: History, values: pd.DataFrame) -> pd.DataFrame:
    ends = places.lengths(history.newest, values)
    labels = values["value"].map({1.0: "present", 0.0: "absent"})
    return whole(values, end=ends, rule="changed materially or not", label=labels, outlet=values["outlet"])


def headlines(history: History, *, source: str) -> Finding:
    """Headlines that say something else than before."""
    may = history.newest.may_show
    found = [one for one in changes(history) if one.has_new_headline and may(f"{one.before.said.headline} {one.after.said.headline}")]
    subtitle = f"Headlines before and after; {history.newest.selection.described}"
    method = _method(history, "A headline is new when its words are others; signs and white space make no difference, capitals do.")
    if not changes(history):
        return _nothing(history, "new-headlines", subtitle, source, method)
    rows = [[one.outlet, one.before.said.headline, one.after.said.headline, one.after.at] for one in found]
    spots = [
        {"article_id": version.key[0], "version": version.key[1], "start": 0, "end": len(version.said.text), "kind": places.ARTICLE,
         "rule": "its headline is compared", "outlet": one.outlet, "after": one.after.said.headline, "at": one.after.at}
        for one in found for version in (one.before, one.after)
    ]  # fmt: skip
    return Finding(
        id="new-headlines", takeaway=f"{counted(len(rows), 'headline')} changed after publication", subtitle=subtitle, n=_n(history),
        interval=_NO_INTERVAL,
        columns=(
            Column("outlet", "Outlet", "text"), Column("before", "Before", "text"), Column("after", "After", "text"), Column("at", "Time", "text"),
        ),
        rows=rows, method=method, source=source, places=_places(history, spots, ("outlet", "after", "at")) if spots else None,
    )  # fmt: skip


def came_and_went(history: History, *, source: str) -> Finding:
    """Names, figures and quotations that stand in one version and not in the other."""
    subtitle = f"Names, figures and quotations that came or went; {history.newest.selection.described}"
    method = _method(
        history,
        "A name is one whatever form of it is used, a figure whatever way it is written. A quotation went when its words no longer stand in the "
        "article in the same order. Persons whom the desk may not name are not shown.", "names", "figures", "quotes",
    )  # fmt: skip
    if not changes(history):
        return _nothing(history, "came-and-went", subtitle, source, method)
    rows, spots = [], []
    for one in changes(history):
        for direction, kind, item, here in _moved(history, one):
            version = one.before if direction == "went" else one.after
            rows.append([one.name, one.outlet, direction, _NOUNS[kind], item, len(here), one.after.at])
            spots += [
                {"article_id": version.key[0], "version": version.key[1], "start": start, "end": end, "kind": kind.removesuffix("s"),
                 "rule": f"it {direction}", "measure": ITEMS[kind], "headline": one.name, "direction": direction, "item": item, "at": one.after.at}
                for _, start, end, _ in here
            ]  # fmt: skip
    n = Counter((row[2], row[3]) for row in rows)
    told = [f"{counted(n[way, noun], noun)} {way}" for way in ("went", "came") for noun in _NOUNS.values() if n[way, noun]]
    return Finding(
        id="came-and-went", takeaway=f"In changed articles {tables.listed(told)}" if told else "Neither names, figures nor quotations came or went",
        subtitle=subtitle, n=_n(history), interval=_NO_INTERVAL,
        columns=(
            Column("headline", "Article", "text"), Column("outlet", "Outlet", "text"), Column("direction", "Came or went", "text"),
            Column("what", "What", "text"), Column("item", "Name, figure or quotation", "text"),
            Column("n_places", "Places", "count", "how often it stands in that version"), Column("at", "Time", "text"),
        ),
        rows=rows, method=method, source=source, places=_places(history, spots, ("headline", "direction", "item", "at")) if spots else None,
    )  # fmt: skip


def _moved(history: History, one: Changed) -> list[tuple[str, str, str, list[tuple[str, int, int, str]]]]:
    """Direction, kind, item as shown, and its places; of quotations only those that went."""
    found = []
    for direction, version in (("went", one.before), ("came", one.after)):
        for kind in ITEMS:
            for item in one.moved(kind, direction):
                here = [span for span in version.spans[kind] if span[0] == item]
                if may_show(history, kind, item, here[0][3], len(here)):
                    found.append((direction, kind, _shortened(item) if kind == "quotes" else item, here))
    return found[:_SHOWN_ITEMS]


def _shortened(quote: str) -> str:
    words = quote.strip(" \n“”\"‘’'").rstrip(",.;").split()
    return "“" + " ".join(words[:9]) + (" …" if len(words) > 9 else "") + "”"


def tone_and_frames(history: History, *, source: str) -> Finding:
    """How tone and frames of an article's versions differ.

    Args:
        history: With the measures ``tone``, ``sentence_tone`` and ``frames``.
        source: Source line.
    """
    by = way(history.newest)
    subtitle = f"Tone and frames before and after a change; {history.newest.selection.described}"
    method = _method(
        history,
        "Tone is the mean over body sentences, −1 hostile to +1 friendly; a difference of one article's versions has no interval, and a small one "
        "says little. Frames are those whose cues make them present.", by, "frames",
    )  # fmt: skip
    if not changes(history):
        return _nothing(history, "tone-and-frames-changed", subtitle, source, method)
    tones = {(row.article_id, row.version): row.value for layer in history.layers for row in article_tone(layer, by=by).itertuples()}
    frames: dict[tuple[str, int], set[str]] = {}
    for layer in history.layers:
        for row in article_frames(layer).itertuples():
            if row.label == "present":
                frames.setdefault((row.article_id, row.version), set()).add(name_of(row.frame))
    rows = []
    for one in changes(history):
        old, new = frames.get(one.before.key, set()), frames.get(one.after.key, set())
        gone, come = ", ".join(sorted(old - new)) or None, ", ".join(sorted(new - old)) or None
        rows.append([one.name, one.outlet, one.after.at, tones.get(one.before.key), tones.get(one.after.key), gone, come])
    n = sum(row[5] is not None or row[6] is not None for row in rows)
    return Finding(
        id="tone-and-frames-changed", takeaway=f"In {n:,} of {counted(len(rows), 'change')} a frame came or went", subtitle=subtitle,
        n=_n(history), interval="no interval: two versions of one article are two texts, not a sample",
        columns=(
            Column("headline", "Article", "text"), Column("outlet", "Outlet", "text"), Column("at", "Time", "text"),
            Column("tone_before", "Tone before", "score", "mean over body sentences"), Column("tone_after", "Tone after", "score"),
            Column("frames_gone", "Frames that went", "text"), Column("frames_come", "Frames that came", "text"),
        ),
        rows=rows, method=method, source=source,
        places=Places(lambda: _scored(history, by), lambda: about(history), ("headline", "at"), texts=lambda: texts(history)),
    )  # fmt: skip


def _scored(history: History, by: str) -> pd.DataFrame:
    """Sentences behind the tones, tied to the change they stand in."""
    import pandas as pd

    scored = pd.concat([sentence_tone(layer, by=by).astype({"article_id": str}) for layer in history.layers], ignore_index=True)
    found = []
    for one in changes(history):
        for version, side in ((one.before, "tone_before"), (one.after, "tone_after")):
            mine = scored[(scored["article_id"] == version.key[0]) & (scored["version"] == version.key[1])]
            found.append(places.scored_sentences(mine, by, headline=one.name, at=one.after.at, counts_in=side))
    return pd.concat(found, ignore_index=True)


def other_rules(history: History, *, source: str) -> Finding:
    """How many articles changed under other rules of what is material."""
    found = changes(history)
    rules = {
        f"as above: headline, names, figures, quotations, or {shown(SHARE, 'share')} of the words": lambda one: one.is_material(),
        "with 2 % of the words": lambda one: one.is_material(0.02), "with 20 % of the words": lambda one: one.is_material(0.2),
        "a new headline alone": lambda one: one.has_new_headline, "any other word": lambda one: bool(one.compared.changes) or one.has_new_headline,
    }  # fmt: skip
    method = _method(history, f"One rule is changed at a time. {MATERIAL}{ONCE}")
    if not found:
        return _nothing(history, "other-rules-of-change", "Articles that changed under other rules", source, method)
    of = {rule: {one.after.key[0]: one for one in found if test(one)} for rule, test in rules.items()}
    rows = [[rule, len(articles)] for rule, articles in of.items()]
    spots = [
        {"article_id": one.after.key[0], "version": one.after.key[1], "start": 0, "end": len(one.after.said.text), "kind": places.ARTICLE,
         "rule": "changed under the rule", "definition": rule}
        for rule, articles in of.items() for one in articles.values()
    ]  # fmt: skip
    least, most = min(row[1] for row in rows), max(row[1] for row in rows)
    return Finding(
        id="other-rules-of-change",
        takeaway=f"Under each of these rules {counted(most, 'article')} changed" if least == most
        else f"Under these rules between {least:,} and {counted(most, 'article')} changed",
        subtitle="Articles that changed under other rules", n=_n(history), interval=_NO_INTERVAL,
        columns=(Column("definition", "Rule", "text"), Column("n_articles", "Articles", "count")), rows=rows, method=method, source=source,
        places=_places(history, spots, ("definition",)),
    )  # fmt: skip
