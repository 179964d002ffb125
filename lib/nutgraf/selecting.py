"""Which articles an analysis sees, step by step, with the count that each step leaves out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from nutgraf.compare.copies import cluster_name
from nutgraf.compare.first_publisher import first_published
from nutgraf.overrides import BY_HAND, Override, PutRight

if TYPE_CHECKING:
    import pyarrow as pa


#: The outlet of an article as it was read, whatever people put in its place: measures go by it.
OUTLET_AS_READ = "outlet_as_read"
#: Where a row stands in the table that it comes from.
_PLACE = "place in the table"
_UNDATED, _OUTSIDE, _OTHER_OUTLETS = "no date of publication", "published outside the window", "other outlets"
_COPIES, _COPIED = "copies of a text that another outlet ran first", "texts that more than one outlet ran"


@dataclass
class Selection:
    """The articles an analysis sees, and those it does not, with the reason.

    Attributes:
        articles: Arrow table of the chosen versions with their metadata, sorted by article_id; its column ``cluster_id`` is
            the same for copies of one text, ``is_copied`` says whether another article that fits the choice has that text, ``story_id`` is the
            same for articles that tell of one event (null for one that no other tells of), and ``text`` is left out.
        attrition: Rows of (step, articles left out, articles left), from everything read to what is analysed.
        described: The window and filters in words.
        left_out: The other articles, each in the version that stands for it, with the ``step`` that left it out; no ``cluster_id`` and no
            ``is_copied``.
        sizes: Gives the length of each text in characters, by article and version.
        timezone: The zone in which its days are counted.
        put_right: What people put right of these articles, and what keeps others out of the selection; by article and field.
        history: Of each chosen article with several usable versions all of them, the oldest first, as `articles` has them.
    """

    articles: pa.Table
    attrition: list[tuple[str, int, int]]
    described: str
    left_out: pa.Table
    sizes: Callable[[], Mapping[tuple[str, int], int]]
    timezone: str = "UTC"
    put_right: Sequence[PutRight] = ()
    history: Callable[[], list[pa.Table]] = list

    @property
    def keys(self) -> list[tuple[str, int]]:
        """Article and version of each chosen article."""
        columns = self.articles.select(["article_id", "version"]).to_pydict()
        return list(zip(columns["article_id"], columns["version"], strict=True))

    def in_stories(self, stories: Sequence[str | None]) -> Selection:
        """The same articles, with the story of each as it is known now.

        Args:
            stories: In the order of the articles; None for one that is in none.
        """
        import pyarrow as pa

        place = self.articles.schema.get_field_index("story_id")
        return replace(self, articles=self.articles.set_column(place, "story_id", pa.array(stories, pa.string())))

    def only(self, keys: Collection[tuple[str, int]], step: str) -> Selection:
        """Some of the articles; `attrition` has one row more, and `described` says so.

        Args:
            keys: Article and version of those that stay.
            step: Why others are left out, such as ``in no story that both outlets told``.
        """
        import pyarrow as pa

        stays = [key in keys for key in self.keys]
        kept = self.articles.filter(pa.array(stays, pa.bool_()))
        attrition = [*self.attrition, (step, len(self) - kept.num_rows, kept.num_rows)]
        return replace(self, articles=kept, attrition=attrition, described=f"{self.described}; without articles {step}")

    def layers(self) -> list[Selection]:
        """The older versions too: the first of each chosen article that has several, then the second of each, and so on.

        So every layer has one version of an article. Among them is the one that is chosen, and none that was fetched after it.
        """
        import pyarrow as pa

        chosen, found = dict(self.keys), []
        for number, table in enumerate(self.history(), start=1):
            wanted = pa.array([article in chosen for article in table["article_id"].to_pylist()], pa.bool_())
            layer = table.filter(wanted)
            if layer.num_rows:
                found.append(replace(self, articles=layer, described=f"{self.described}; version {number} of those with several", history=list))
        return found

    def __len__(self) -> int:
        return self.articles.num_rows


def select_articles(
    articles: pa.Table,
    clusters: pa.Table,
    *,
    rows: Sequence[dict] | None = None,
    bounds: tuple[datetime | None, datetime | None],
    fetched_before: datetime | None,
    outlets: Sequence[str],
    matcher: Callable[[str], bool] | None,
    query: str,
    copies: str,
    completeness: Sequence[str],
    days: tuple[date | None, date | None],
    sizes: Callable[[], Mapping[tuple[str, int], int]] = dict,
    timezone: str = "UTC",
    overrides: Iterable[Override] = (),
    as_read: Mapping[tuple[str, int], Mapping[str, Any]] | None = None,
) -> Selection:
    """Apply the steps in their fixed order and count.

    Args:
        articles: Every version with its metadata, and its text where `matcher` needs it.
        clusters: The clusters table; its copy clusters decide what `copies` keeps, its stories fill ``story_id``.
        rows: The same as `articles`, row by row, where somebody has them already.
        bounds: First moment, and the first moment after the last; either may be None.
        fetched_before: Versions fetched at or after this moment do not exist yet; None for no such limit.
        outlets: Names to keep, or empty for all.
        matcher: Test of headline and text.
        query: The query as written, for the description.
        copies: once, all or none.
        completeness: Kinds of text to keep.
        days: The window as days, for the description.
        sizes: See `Selection`.
        timezone: See `Selection`.
        overrides: What people put right; `articles` and `rows` hold it already.
        as_read: What was read instead, by article and version.

    Returns:
        The selection; `Selection.attrition` adds up from one row to the next.
    """
    rows = [{**row, _PLACE: place} for place, row in enumerate(articles.to_pylist() if rows is None else rows)]
    attrition: list[tuple[str, int, int]] = []
    left_out: list[dict] = []

    def step(label: str, kept: list[dict]) -> list[dict]:
        attrition.append((label, len(rows) - len(kept), len(kept)))
        still = {row["article_id"] for row in kept}
        left_out.extend({**row, "step": label} for row in rows if row["article_id"] not in still)
        return kept

    if fetched_before is not None:
        rows = [row for row in rows if row["fetched_at"] is None or row["fetched_at"] < fetched_before]
    every = rows
    newest: dict[str, dict] = {}
    for row in sorted(rows, key=_preference):
        newest[row["article_id"]] = row
    rows = sorted(newest.values(), key=lambda row: row["article_id"])
    attrition.append(("articles read, newest version of each", 0, len(rows)))
    for reason in sorted({_reason(row) for row in rows if row["status"] != "kept"}):
        rows = step(
            f"set aside: {reason}", [row for row in rows if row["status"] == "kept" or _reason(row) != reason]
        )
    start, end = bounds
    if start or end:
        rows = step(_UNDATED, [row for row in rows if row["published_at"] is not None])
        rows = step(
            _OUTSIDE,
            [
                row
                for row in rows
                if (not start or row["published_at"] >= start) and (not end or row["published_at"] < end)
            ],
        )
    if outlets:
        rows = step(_OTHER_OUTLETS, [row for row in rows if row["outlet"] in outlets])
    if matcher is not None:
        rows = step(
            "not matched by the query",
            [row for row in rows if matcher(f"{row['headline'] or ''}\n{row['text'] or ''}")],
        )
    for kind in ("summary", "stub"):
        if kind not in completeness:
            label = "only a summary, no full text" if kind == "summary" else "only the first lines (stub)"
            rows = step(label, [row for row in rows if row["completeness"] != kind])
    grouped = clusters.to_pylist()
    copy_of = {(row["article_id"], row["version"]): row["cluster_id"] for row in grouped if row["kind"] == "copy"}
    story_of = {(row["article_id"], row["version"]): row["cluster_id"] for row in grouped if row["kind"] == "story"}
    for row in rows:
        key = row["article_id"], row["version"]
        row["cluster_id"] = copy_of.get(key) or cluster_name(*key)
        row["story_id"] = story_of.get(key)
    members: dict[str, list[dict]] = {}
    for row in rows:
        members.setdefault(row["cluster_id"], []).append(row)
    for row in rows:
        row["is_copied"] = len(members[row["cluster_id"]]) > 1
    if copies == "once":
        first = {first_published(group)["article_id"] for group in members.values()}
        rows = step(_COPIES, [r for r in rows if r["article_id"] in first])
    elif copies == "none":
        rows = step(_COPIED, [r for r in rows if len(members[r["cluster_id"]]) == 1])
    described = _describe(days, outlets, query, copies, completeness)
    chosen, others = _table(articles, rows, "cluster_id", "is_copied", "story_id"), _table(articles, left_out, "step")
    put_right = _put_right(overrides, as_read or {}, rows, left_out, (*bounds, outlets))
    history = partial(_history, articles, every, rows, tuple(completeness))
    return Selection(chosen, attrition, described, others, sizes, timezone, put_right, history)


def _history(articles: pa.Table, every: Sequence[dict], chosen: Sequence[dict], completeness: Sequence[str]) -> list[pa.Table]:
    """Versions of the chosen articles that could have been chosen, up to the chosen one, in layers: each article's first, second and so on."""
    last = {row["article_id"]: row for row in chosen}
    versions: dict[str, list[dict]] = {}
    for row in every:
        own = last.get(row["article_id"])
        if own and row["status"] == "kept" and row["completeness"] in completeness and _age(row) <= _age(own):
            versions.setdefault(row["article_id"], []).append({**row, **{name: own[name] for name in ("cluster_id", "is_copied", "story_id")}})
    several = [sorted(rows, key=_age) for _, rows in sorted(versions.items()) if len(rows) > 1]
    layers = [[rows[at] for rows in several if at < len(rows)] for at in range(max(map(len, several), default=0))]
    return [_table(articles, layer, "cluster_id", "is_copied", "story_id") for layer in layers]


def _age(row: dict) -> tuple[bool, float, int]:
    return row["fetched_at"] is not None, row["fetched_at"].timestamp() if row["fetched_at"] else 0.0, row["version"]


def _put_right(
    overrides: Iterable[Override], as_read: Mapping[tuple[str, int], Mapping[str, Any]], rows: Sequence[dict], left_out: Sequence[dict],
    choice: tuple[datetime | None, datetime | None, Sequence[str]],
) -> list[PutRight]:  # fmt: skip
    """Overrides of the chosen articles, and those but for which an article would not have been left out where it was."""
    chosen, out = ({row["article_id"]: row for row in group} for group in (rows, left_out))
    found = []
    for one in sorted(overrides):
        row = chosen.get(one.article) or out.get(one.article)
        if row is None:
            continue
        held = as_read.get((row["article_id"], row["version"]), {})
        if one.article in chosen or _keeps_out(one, row, held, choice):
            value = held.get(one.field, row.get(one.field))
            found.append(PutRight(one, row["headline"], row["outlet"], value.isoformat() if isinstance(value, datetime) else value))
    return found


def _keeps_out(
    one: Override, row: dict, held: Mapping[str, Any], choice: tuple[datetime | None, datetime | None, Sequence[str]]
) -> bool:
    start, end, outlets = choice
    if one.field == "status":
        return row["step"] == f"set aside: {BY_HAND}"
    if one.field == "copy":
        return row["step"] in (_COPIES, _COPIED)
    if one.field == "published_at" and held.get("published_at") and row["step"] in (_UNDATED, _OUTSIDE):
        return (not start or held["published_at"] >= start) and (not end or held["published_at"] < end)
    return one.field == "outlet" and row["step"] == _OTHER_OUTLETS and held.get("outlet") in outlets


def _preference(row: dict) -> tuple:
    """Which version of an article stands for it, the last in this order: kept, whole, and most recently fetched.

    The version number comes after the clock, since an older capture may be handed in later.
    """
    fetched_at = row["fetched_at"]
    return (
        row["status"] == "kept", row["completeness"] == "full", fetched_at is not None,
        fetched_at.timestamp() if fetched_at else 0.0, row["version"],
    )  # fmt: skip


def standing_for(rows: Sequence[dict]) -> dict:
    """Of the versions of one article the one that analyses use."""
    return max(rows, key=_preference)


def _reason(row: dict) -> str:
    """Why a row was set aside, without what belongs to that row alone, such as its line number."""
    return (row["status_reason"] or "no reason given").split(" (")[0]


def _table(articles: pa.Table, rows: list[dict], *added: str) -> pa.Table:
    import pyarrow as pa

    columns = [name for name in articles.schema.names if name != "text"]
    table = articles.select(columns).take(pa.array([row[_PLACE] for row in rows], pa.int64())).combine_chunks()
    for name in added:
        kind = pa.bool_() if name == "is_copied" else pa.string()
        table = table.append_column(name, pa.array([row[name] for row in rows], kind))
    return table


def in_words(start: date | None, end: date | None) -> str:
    """A period as a reader says it: ``2 to 22 March 2026``; either end may be open."""
    if not start and not end:
        return "all dates"
    if not start or not end:
        return f"from {_day(start)}" if start else f"up to {_day(end)}"  # type: ignore[arg-type]
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {_day(end)}" if start != end else _day(end)
    return f"{_day(start).removesuffix(f' {end.year}')} to {_day(end)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _describe(
    days: tuple[date | None, date | None],
    outlets: Sequence[str],
    query: str,
    copies: str,
    completeness: Sequence[str],
) -> str:
    start, end = days
    period = in_words(start, end)
    copied = {"once": "copies counted once", "all": "every copy counted", "none": "copied texts left out"}[copies]
    parts = [period, copied, "full texts" if tuple(completeness) == ("full",) else ", ".join(completeness)]
    if outlets:
        parts.append("outlets: " + ", ".join(outlets))
    if query:
        parts.append(f"query: {query}")
    return "; ".join(parts)
