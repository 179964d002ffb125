"""Finding about texts that more than one article carries: who ran them, who first, and how alike they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.compare.copy_groups import LEAST_WORDS, NEAR, SHARE, version
from nutgraf.compare.first_publisher import first_published
from nutgraf.findings import places, tables
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.findings.places import Places, whole

if TYPE_CHECKING:
    import pandas as pd

#: What ties an article to the first one, in a reader's words, from the strongest tie to the weakest.
RULES = {"exact": "word for word", "near": "nearly word for word", "agency": "an agency's text, cut or edited", "person": "said by a person"}
_METHOD = (
    f"Compared are the words of bodies, without headline, byline, credit and dateline. Texts are nearly the same where at least {NEAR:.0%} of all "
    "runs of five words that stand in either stand in both. Texts that credit one agency are one text too where "
    f"{SHARE:.0%} of the shorter one stand at the beginning of the longer one. Each is compared with the text that was fetched first. "
    "“Alike” is the lowest of these shares in the row. First published is who can be said to have printed it before the others, by dates as far as "
    "they are exact; else who was fetched first."
)
_FAILURES = (
    "Texts that were reworded throughout, and agency texts without a credit that were cut, count as separate articles.",
    f"Agency texts under {LEAST_WORDS} words, or cut to less than a quarter, are not recognised.",
    "Two tables or notices made from one template, with few numbers changed, count as one text.",
)
NO_INTERVAL = "no interval: every article is counted, none is sampled"
_KEYS = ("headline", "first_outlet", "outlets")


def copies(articles: pd.DataFrame, *, source: str) -> Finding:
    """Texts that more than one article carries.

    Args:
        articles: From `Workbench.articles`.
        source: Source line.
    """
    newest = articles[articles["is_newest"] & articles["copy_of"].notna()].sort_values(["copy_of", "fetched_at", "article_id"])
    newest = newest[newest.groupby("copy_of")["article_id"].transform("nunique") > 1]
    named = newest.assign(outlet_name=newest["outlet"].astype(object).fillna(places.UNKNOWN_OUTLET))
    rows = {name: _row(group) for name, group in named.groupby("copy_of", sort=True)}
    n = {"articles": int(articles["is_newest"].sum()), "copied texts": len(rows)}
    differing = sum(row[5] != RULES["exact"] for row in rows.values())
    takeaway = "No text ran in more than one place"
    if rows:
        takeaway = f"{tables.counted(len(rows), 'text')} ran in more than one place, in {len(named):,} articles"
        takeaway += f"; {differing:,} of them not word for word" if differing else ", word for word"
    about = {key: named["copy_of"].map({name: row[place] for name, row in rows.items()}) for key, place in zip(_KEYS, (0, 1, 3), strict=True)}
    return Finding(
        id="copies", takeaway=takeaway, subtitle="Texts that several articles carry, whole, edited or cut", n=n, interval=NO_INTERVAL,
        columns=(
            Column("headline", "Headline", "text", "where it was published first"),
            Column("first_outlet", "First published by", "text"),
            Column("n_articles", "Articles", "count"),
            Column("outlets", "Outlets", "text"),
            Column("agency", "Agency", "text", "credited by at least one of them"),
            Column("tie", "How alike", "text", "what ties the articles to the one that was fetched first"),
            Column("least_alike", "Alike", "share", "the lowest of them; empty where a person alone said so"),
        ),
        rows=list(rows.values()),
        method=Method(text=_METHOD, measures=("copies",), versions={"copies": version()}, known_failures=_FAILURES),
        source=source,
        places=Places(lambda: _whole(named, about), lambda: places.about(named), _KEYS),
    )  # fmt: skip


def _row(group: pd.DataFrame) -> list[Any]:
    members = [{name: None if value != value else value for name, value in row.items()} for row in group.to_dict("records")]
    first = first_published(members)
    ties = [rule for rule in RULES if any(row["copy_rule"] == rule for row in members)]
    alike = [row["copy_similarity"] for row in members if row["copy_similarity"] is not None]
    agencies = sorted({row["wire_credit"] for row in members if row["wire_credit"]})
    return [
        first["headline"] or first["record_key"], first["outlet_name"], len(members), ", ".join(sorted({row["outlet_name"] for row in members})),
        ", ".join(agencies) or None, "; ".join(RULES[tie] for tie in ties), min(alike, default=None),
    ]  # fmt: skip


def _whole(named: pd.DataFrame, about: dict[str, pd.Series]) -> pd.DataFrame:
    rules = named["copy_rule"].map(RULES)
    return whole(named, rule=rules, label=rules, value=named["copy_similarity"], **about)
