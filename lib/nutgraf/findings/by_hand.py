"""Findings about what people put right by hand: what was read, what stands in its place, who says so and why."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from nutgraf.findings import places, tables
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.overrides import FIELDS, PutRight
from nutgraf.selecting import Selection

#: What can be put right, one and several of it.
_NOUNS = {
    "published_at": ("date", "dates"), "outlet": ("outlet", "outlets"), "byline": ("byline", "bylines"), "headline": ("headline", "headlines"),
    "copy": ("copy of another text", "copies of other texts"), "status": ("article kept or set aside", "articles kept or set aside"),
}  # fmt: skip
#: Corrections that a method card tells one by one.
_TOLD = 10


def counts(selection: Selection) -> str:
    """What was put right of a selection, such as "3 dates and 1 byline"; nothing where nothing was."""
    found = Counter(one.override.field for one in selection.put_right)
    words = [f"{found[name]:,} {nouns[found[name] > 1]}" for name, nouns in _NOUNS.items() if found[name]]
    return tables.listed(words) if words else ""


def told(selection: Selection) -> str:
    """The same one by one with who and why, for a method card."""
    lines = []
    for one in selection.put_right[:_TOLD]:
        name = f"{FIELDS[one.override.field]} of “{one.headline or one.override.article}” ({one.outlet or places.UNKNOWN_OUTLET})"
        held = "" if one.override.field == "copy" else f", as read: {as_read(one, selection.timezone) or 'nothing'}"
        lines.append(f"{name}: {one.override.value}{held} ({one.override.who}: {one.override.why})")
    rest = len(selection.put_right) - len(lines)
    return "; ".join(lines) + (f"; and {rest:,} more" if rest else "")


def as_read(one: PutRight, timezone: str) -> str | None:
    """What was read; a moment by its day and time in the desk's zone."""
    if one.override.field != "published_at" or one.as_read is None:
        return one.as_read
    return f"{datetime.fromisoformat(one.as_read).astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def by_hand(selection: Selection, *, source: str) -> Finding:
    """Every correction by hand that touches a selection.

    Args:
        selection: The articles.
        source: Source line.
    """
    put_right = counts(selection)
    rows = [
        [FIELDS[one.override.field], one.headline or one.override.article, one.outlet or places.UNKNOWN_OUTLET,
         as_read(one, selection.timezone), one.override.value, one.override.who, one.override.why]
        for one in selection.put_right
    ]  # fmt: skip
    return Finding(
        id="by-hand", takeaway=f"Put right by hand: {put_right}" if put_right else "Nothing was put right by hand",
        subtitle="Corrections by hand that touch these articles",
        n={"articles": len({one.override.article for one in selection.put_right}), "corrections": len(rows)},
        interval="no interval: every correction is shown",
        columns=(
            Column("field", "What", "text"), Column("headline", "Headline", "text"), Column("outlet", "Outlet", "text"),
            Column("as_read", "As read", "text", "what the article was read with; moments in the desk's time zone"),
            Column("put_right", "Put right", "text", "what stands in its place"), Column("who", "Who", "text"), Column("why", "Why", "text"),
        ),
        rows=rows,
        method=Method(
            text="Corrections stand in data/decisions/overrides.csv and are laid over the articles when they are selected; the tables keep "
            "what was read. Shown are those of articles that are analysed here, and those but for which an article would be.",
        ),
        source=source,
    )  # fmt: skip
