"""What findings about changes after publication start from: each two versions of an article that follow each other, held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.compare.material import SHARE, Compared, Said, compared, moved_names, removed_quotes
from nutgraf.findings import places
from nutgraf.findings.evidence import EXCERPT_WORDS
from nutgraf.findings.finding import Evidence
from nutgraf.findings.quoting import mentions

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import History, Measurements

#: Parts whose words are compared; the headline is compared by itself.
PARTS = ("standfirst", "body")
#: What may come or go besides words, with the measure that finds it.
ITEMS = {"names": "names", "figures": "figures", "quotes": "quotes"}
Key = tuple[str, int]
#: An excerpt starts with its sentence where the place is so near to its start in words, else so many words before the place.
_FROM_START, _LEAD_WORDS = 16, 6
_WORD = re.compile(r"\S+")


class Version(NamedTuple):
    """One version: its key, when a reader could first see it, what it says, and the spans of its names, figures and quotations by kind."""

    key: Key
    at: str
    said: Said
    spans: dict[str, list[tuple[str, int, int, str]]]


@dataclass(frozen=True)
class Changed:
    """Two versions of one article.

    Attributes:
        name: What the article is called in tables: its newest headline, with the outlet where another article has the same.
        outlet: Who published it.
        url: Its address.
        published_on: Its day of publication.
        drawn_with: The cluster that it is drawn with for intervals.
        before: The earlier version.
        after: The later one.
    """

    name: str
    outlet: str
    url: str | None
    published_on: str | None
    drawn_with: str
    before: Version
    after: Version

    @cached_property
    def compared(self) -> Compared:
        """What differs."""
        return compared(self.before.said, self.after.said)

    def is_material(self, share: float = SHARE) -> bool:
        """Whether the change is material, with another share of words."""
        return compared(self.before.said, self.after.said, share=share).is_material

    @property
    def has_new_headline(self) -> bool:
        """Whether the headline says something else."""
        return "headline" in self.compared.reasons

    def moved(self, kind: str, direction: str) -> list[str]:
        """Names, figures or quotations (`ITEMS`) that ``went`` or ``came``; of quotations those that went alone."""
        one, other = (self.before.said, self.after.said) if direction == "went" else (self.after.said, self.before.said)
        if kind == "quotes":
            return removed_quotes(one, other) if direction == "went" else []
        return moved_names(one, other) if kind == "names" else sorted(one.figures - other.figures)


def changes(history: History) -> list[Changed]:
    """Every two versions that follow each other, by outlet, article and time."""
    return history.once("changes", lambda: _changes(history))


def texts(history: History) -> dict[Key, str]:
    """Texts of all versions of articles with several."""
    return history.once("texts", lambda: {key: text for layer in history.layers for key, text in layer.texts.items()})


def about(history: History) -> pd.DataFrame:
    """All versions of articles with several as places know them."""
    import pandas as pd

    frames = [layer.articles.astype({"article_id": str}) for layer in history.layers]
    return places.about(pd.concat(frames, ignore_index=True) if frames else history.newest.articles.iloc[:0].astype({"article_id": str}))


def _changes(history: History) -> list[Changed]:
    versions: dict[str, list[tuple[Version, Any]]] = {}
    for layer in history.layers:
        found = _versions(layer)
        for row in layer.articles.astype({"article_id": str}).to_dict("records"):
            held = versions.setdefault(row["article_id"], [])
            said, spans = found[row["article_id"], row["version"]]
            at = _moment(row, held[-1][0].at if held else None, layer.timezone)
            held.append((Version((row["article_id"], row["version"]), at, said, spans), row))
    names = _names({article: held[-1][1] for article, held in versions.items()})
    return sorted(
        (
            Changed(
                names[article], row["outlet"] or places.UNKNOWN_OUTLET, row["canonical_url"] or row["url"], row["published_on"], row["drawn_with"],
                before, after,
            )
            for article, held in versions.items()
            for (before, _), (after, row) in zip(held, held[1:], strict=False)
        ),
        key=lambda one: (one.outlet, one.name, one.after.at, one.after.key),
    )  # fmt: skip


def _names(newest: dict[str, Any]) -> dict[str, str]:
    headlines = [row["headline"] for row in newest.values()]
    return {
        article: (row["headline"] or article) + (f" ({row['outlet']})" if headlines.count(row["headline"]) > 1 else "")
        for article, row in newest.items()
    }


def _moment(row: Any, before: str | None, timezone: str) -> str:
    """When a version could be seen: the first when it was published; a later one when its outlet says that it was changed, else when fetched."""
    import pandas as pd

    if before is None:
        chosen = row["published_at"] if pd.notna(row["published_at"]) else row["fetched_at"]
        shown = _shown(chosen, timezone)
        return shown[:10] if row["published_precision"] == "day" and pd.notna(row["published_at"]) else shown
    for name in ("modified_at", "fetched_at"):
        if pd.notna(row[name]) and (shown := _shown(row[name], timezone)) > before:
            return shown
    return _shown(row["fetched_at"], timezone)


def _shown(moment: Any, timezone: str) -> str:
    return f"{moment.tz_convert(timezone):%Y-%m-%d %H:%M}"


def _versions(layer: Measurements) -> dict[Key, tuple[Said, dict[str, list[tuple[str, int, int, str]]]]]:
    """What each version of a layer says, and its spans by kind."""
    headlines = {(row["article_id"], row["version"]): row["headline"] for row in layer.articles.to_dict("records")}
    regions: dict[Key, list[tuple[int, int]]] = {key: [] for key in headlines}
    sentences = layer.rows("sentences", "sentences")
    for row in sentences[sentences["part"].isin(PARTS)].sort_values("start").to_dict("records"):
        regions[row["article_id"], row["version"]].append((row["start"], row["end"]))
    spans: dict[Key, dict[str, list[tuple[str, int, int, str]]]] = {key: {kind: [] for kind in ITEMS} for key in headlines}
    for kind in ITEMS:
        if ITEMS[kind] in layer.versions:
            for key, item in _items(layer, kind):
                spans[key][kind].append(item)
    found = {}
    for key, headline in headlines.items():
        spans[key] = {kind: [one for one in of if _is_within(one[1:3], regions[key])] for kind, of in spans[key].items()}
        text, names = layer.texts[key], dict[str, set[str]]()
        for name, start, end, _ in spans[key]["names"]:
            names.setdefault(name, set()).add(text[start:end])
        figures, quotes = ([item[0] for item in spans[key][kind]] for kind in ("figures", "quotes"))
        found[key] = Said(headline, text, tuple(regions[key]), names, frozenset(figures), tuple(dict.fromkeys(quotes))), spans[key]
    return found


def _items(layer: Measurements, kind: str) -> Iterable[tuple[Key, tuple[str, int, int, str]]]:
    """Names and figures by their value, quotations as written; each with its place and its label."""
    spans = layer.rows("spans", ITEMS[kind])
    for row in spans[spans["kind"] == kind.removesuffix("s")].to_dict("records"):
        key = row["article_id"], row["version"]
        value = layer.texts[key][row["start"] : row["end"]] if kind == "quotes" else row["value"]
        if isinstance(value, str) and value:
            yield key, (value, row["start"], row["end"], row["label"] if isinstance(row["label"], str) else "")


def may_show(history: History, kind: str, item: str, label: str, n: int) -> bool:
    """Whether a name, figure or quotation may stand in a table, by the desk's settings and its list.

    Args:
        history: With the newest versions, in which mentions are counted.
        kind: One of `ITEMS`.
        item: The name, or what is quoted.
        label: What kind of name it is.
        n: How often it stands in the version it is shown of.
    """
    newest = history.newest
    if kind == "names" and label == "PERSON":
        counted = history.once("mentions", lambda: mentions(newest))
        return newest.reason_not_to_name(item, max(n, counted.get(item, 0))) is None
    return newest.may_show(item)


def shown_changes(found: Sequence[Changed], limit: int) -> tuple[Evidence, ...]:
    """For the articles that changed most, the longest change as it was and as it is: words that went, words that came.

    Args:
        found: Changes.
        limit: Of how many articles.
    """
    ordered = sorted(found, key=lambda one: (-(one.compared.share or 0), one.name, one.after.key))
    evidence: list[Evidence] = []
    for one in [one for one in ordered if one.compared.changes][:limit]:
        longest = max(one.compared.changes, key=lambda change: change.n_removed + change.n_added)
        if longest.n_removed:
            marks = [(change.start_before, change.end_before) for change in one.compared.changes]
            evidence.append(_evidence(one, one.before, longest.start_before, marks, "removed"))
        if longest.n_added:
            marks = [(change.start_after, change.end_after) for change in one.compared.changes]
            evidence.append(_evidence(one, one.after, longest.start_after, marks, "added"))
    return tuple(evidence)


def _evidence(one: Changed, version: Version, at: int, marks: Sequence[tuple[int, int]], change: str) -> Evidence:
    """An excerpt around a place, from the start of its sentence, or where that is far from a few words before it; what went or came is marked."""
    text = version.said.text
    region = next(((start, end) for start, end in version.said.regions if start <= at < end), (at, len(text)))
    words = [match.span() for match in _WORD.finditer(text, *region)]
    first = next((number for number, (start, _) in enumerate(words) if start >= at), 0)
    kept = words[0 if first <= _FROM_START else first - _LEAD_WORDS :][:EXCERPT_WORDS]
    start, end = kept[0][0], kept[-1][1]
    inside = tuple((max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start and a < b)
    role = "before, with the words that went struck out" if change == "removed" else "after, with the words that came underlined"
    return Evidence(
        article_id=version.key[0], version=version.key[1], start=start, end=end, role=role, outlet=one.outlet, headline=version.said.headline,
        published_on=one.published_on, url=one.url, excerpt=text[start:end] + (" …" if end < region[1] else ""), marks=inside,
        rule=f"words {change}", change=change,
    )  # fmt: skip


def word_places(found: Iterable[Changed]) -> list[dict[str, Any]]:
    """Every word that went or came as a place, tied to its article and time."""
    rows = []
    for one in found:
        for version, side, ends in ((one.before, "n_removed", (0, 1)), (one.after, "n_added", (2, 3))):
            for change in one.compared.changes:
                for match in _WORD.finditer(version.said.text, change[ends[0]], change[ends[1]]):
                    if any(character.isalnum() for character in match[0]) and _is_within(match.span(), version.said.regions):
                        rows.append({
                            "article_id": version.key[0], "version": version.key[1], "start": match.start(), "end": match.end(),
                            "kind": "word", "rule": f"word {'removed' if side == 'n_removed' else 'added'}", "counts_in": side,
                            "headline": one.name, "at": one.after.at,
                        })  # fmt: skip
    return rows


def _is_within(span: Sequence[int], regions: Iterable[tuple[int, int]]) -> bool:
    """Whether a place begins in one of some stretches; a quotation may end in another."""
    return any(start <= span[0] < end for start, end in regions)
