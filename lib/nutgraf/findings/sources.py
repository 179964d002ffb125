"""Finding about where articles came from: what each source gave that was new, changed, held already or of no use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nutgraf.findings import places, tables
from nutgraf.findings.copied import NO_INTERVAL
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.findings.places import Places, whole

if TYPE_CHECKING:
    import pandas as pd

_METHOD = (
    "A source is an entry of nutgraf.toml, or a folder or address that a person read in. An article counts where its newest version came from. "
    "“New” is an article's first version, “changed” each later one: another text or headline at the same address. Of a “summary only” there is "
    "no more than a summary or the first lines. “Set aside” are articles whose newest version cannot be read as an article, or came in while its "
    "outlet was out of its usual range; each keeps its row and its reason. “Held already” is how often the source gave an article again, or was "
    "asked for it, and nothing was new."
)
_FAILURES = (
    "What was held already is counted by a list that does not come back when the tables are rebuilt: then it counts what lies in data/raw alone.",
)


def by_source(articles: pd.DataFrame, held_already: Mapping[str, int], *, source: str) -> Finding:
    """What each source gave.

    Args:
        articles: From `Workbench.articles`.
        held_already: From `Workbench.looked_at_again`.
        source: Source line.
    """
    rows: list[list[Any]] = [_row(str(name), group, held_already) for name, group in articles.groupby("source", sort=True)]
    rows.sort(key=lambda row: (-row[1], row[0]))
    n_articles, n_changed, n_summaries, n_aside = (sum(row[at] for row in rows) for at in (1, 3, 4, 5))
    n = {"articles": n_articles, "versions": len(articles), "sources": len(rows)}
    method = Method(text=_METHOD, known_failures=_FAILURES)
    if not rows:
        return Finding.cannot_say("by-source", "What each source gave", "no article was read", n=n, source=source, method=method)
    from_where = tables.counted(len(rows), "source")
    return Finding(
        id="by-source",
        takeaway=f"{tables.counted(n_articles, 'article')} came from {from_where}; {n_summaries:,} as a summary only, {n_aside:,} set aside; "
        f"{tables.counted(n_changed, 'later change')} seen",
        subtitle="What each source gave that was new, changed, held already or of no use", n=n, interval=NO_INTERVAL,
        columns=(
            Column("source", "Source", "text"),
            Column("n_articles", "Articles", "count", "by where the newest version came from"),
            Column("n_new", "New", "count", "first versions"),
            Column("n_changed", "Changed", "count", "later versions"),
            Column("n_summary", "Summaries", "count", "only a summary or the first lines"),
            Column("n_set_aside", "Set aside", "count", "articles whose newest version cannot be used"),
            Column("held_already", "Seen again", "text", "given again with nothing new, times"),
            Column("why", "Why", "text", "the commonest reasons, with how many articles each"),
        ),
        rows=rows, method=method, source=source,
        places=Places(lambda: _whole(articles), lambda: places.about(articles), ("source",)),
    )  # fmt: skip


def _row(name: str, group: pd.DataFrame, held_already: Mapping[str, int]) -> list[Any]:
    aside = group[group["is_newest"] & (group["status"] != "kept")]
    # A reason's end in brackets is about that article alone.
    reasons = aside["status_reason"].fillna("no reason given").astype(str).str.split(" (", regex=False).str[0].value_counts()
    ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    told = [f"{reason} ({count:,})" for reason, count in ordered[:3]] + ([f"{len(ordered) - 3} other reasons"] if len(ordered) > 3 else [])
    return [
        name, *(int(flag.sum()) for flag in _flags(group).values()), f"{held_already.get(name, 0):,}", "; ".join(told) or None,
    ]  # fmt: skip


def _flags(articles: pd.DataFrame) -> dict[str, pd.Series]:
    """Which versions each count is of, in the order of the columns."""
    newest, first, kept = articles["is_newest"], articles["version"] == 1, articles["status"] == "kept"
    summary = newest & kept & (articles["completeness"] != "full")
    return {"n_articles": newest, "n_new": first, "n_changed": ~first, "n_summary": summary, "n_set_aside": newest & ~kept}


def _whole(articles: pd.DataFrame) -> pd.DataFrame:
    """Every version, with the counts of its row that it belongs to."""
    return whole(articles, counts_in=places.counted_in(**_flags(articles)), source=articles["source"])
