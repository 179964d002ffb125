"""Findings about same-story sets: which outlets told an event, and what of it stands in the articles of which.

What was not found in an outlet's articles is "not found in" them. The outlet may have told it on another day, in an article that is in no group
with these, or in other words; why is not asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.errors import UsageError
from nutgraf.findings import places, tables
from nutgraf.findings.coverage import NO_INTERVAL
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.items import KINDS, Items, items_of
from nutgraf.measures.openings import ID

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements
    from nutgraf.selecting import Selection

#: The table shows so many stories.
SHOWN = 30
_LABEL_WORDS = 9
_HOW = (
    "Articles are put into one story when their beginnings (headline, standfirst and first paragraphs, 150 words) share rare words and names and say "
    "alike things, as a sentence model reads them, less for each day between them; and when two are at least as alike as each is to its nearest "
    "neighbours. People of the desk can join and split stories. "
)
_FAILURES = (
    "A follow-up of the next days may stand in a story of its own, and an article that tells of two events is in one story.",
    "Columns and features that begin far from the event are often in no story.",
)


class Story(NamedTuple):
    """A story within an analysis.

    Attributes:
        id: Its name in the table ``clusters``.
        label: The headline of the article that is most like the others and names nobody who is not to be named, shortened.
        articles: Rows of `in_stories` that are in it, the first published first.
        outlets: Those that told it, in alphabetical order.
    """

    id: str
    label: str
    articles: pd.DataFrame
    outlets: list[str]


def in_stories(measured: Measurements) -> pd.DataFrame:
    """The selected articles, with the story of each: article_id, version, outlet (named), story_id (null for none), headline, published_at,
    published_on."""
    columns = ["article_id", "version", "outlet", "story_id", "headline", "published_at", "published_on"]
    found = measured.articles[columns]
    named = found["outlet"].astype(object).fillna(places.UNKNOWN_OUTLET)
    return found.assign(outlet=named).sort_values(["published_at", "article_id"], ignore_index=True)


def shared(measured: Measurements) -> list[Story]:
    """The stories that at least two outlets told, the most widely told first.

    Args:
        measured: With ``openings``.
    """
    found = in_stories(measured)
    stories = []
    for name, group in found[found["story_id"].notna()].groupby("story_id"):
        outlets = sorted(group["outlet"].unique())
        if len(outlets) > 1:
            stories.append(Story(str(name), _label(measured, group), group, outlets))
    return sorted(stories, key=lambda one: (-len(one.outlets), -len(one.articles), str(one.articles["published_at"].iloc[0]), one.id))


def chosen(measured: Measurements, story: str = "") -> Story | None:
    """One story: by its name or by words of a headline in it; by default the most widely told.

    Returns:
        None when no story was told by two outlets.

    Raises:
        UsageError: When none fits.
    """
    found = shared(measured)
    if not story.strip():
        return found[0] if found else None
    wanted = story.strip().casefold()
    for one in found:
        if one.id == wanted or any(wanted in str(headline).casefold() for headline in one.articles["headline"]):
            return one
    known = "; ".join(f"{one.id} ({one.label})" for one in found[:5])
    raise UsageError(f"no story that two outlets told fits {story!r}", mend=f"known: {known or 'none'}", not_done="nothing was compared")


def both(measured: Measurements, outlets: tuple[str, str]) -> Selection:
    """The articles of two outlets in the stories that both told, so that what they chose to tell makes no difference between them.

    Args:
        measured: With ``openings``.
        outlets: Two names.
    """
    told = [one.articles for one in shared(measured) if set(outlets) <= set(one.outlets)]
    keys = {
        (row["article_id"], int(row["version"]))
        for group in told
        for row in group.to_dict("records")
        if row["outlet"] in outlets
    }  # fmt: skip
    return measured.selection.only(keys, f"in no story that both {outlets[0]} and {outlets[1]} told")


def other_definitions(measured: Measurements, *, source: str) -> Finding:
    """How many stories two outlets or more told, under other definitions of a story.

    Args:
        measured: With ``openings``.
        source: Source line.
    """
    every = in_stories(measured)
    ways = {
        "as above": every, "each copied text once": every[~measured.beside(every, "cluster_id")["cluster_id"].duplicated()],
        "only the more alike half of stories": every[every["story_id"].isin(_more_alike(measured, every))],
        "first day alone": every[every["published_on"] == every.groupby("story_id")["published_on"].transform("min")],
    }  # fmt: skip
    rows: list[list[Any]] = []
    for name, group in ways.items():
        outlets = group[group["story_id"].notna()].groupby("story_id")["outlet"].nunique()
        rows.append([name, int((outlets > 1).sum()), int((outlets > 2).sum()), int(outlets.max()) if (outlets > 1).any() else 0])
    n = {"articles": len(every), "definitions": len(rows)}
    card = method(measured, "Each line counts the stories of the same articles again, under another definition.")
    least, most = min(row[1] for row in rows), max(row[1] for row in rows)
    question = "Stories that at least two outlets told, under other definitions"
    if not most:
        return Finding.cannot_say("stories-defined", question, "no story was told by two outlets", n=n, source=source, method=card)
    return Finding(
        id="stories-defined",
        takeaway=f"Between {least:,} and {most:,} stories were told by two outlets or more, as a story is defined" if least < most
        else f"{most:,} stories were told by two outlets or more under each of {len(rows)} definitions",
        subtitle=f"{question}; {measured.selection.described}", n=n, interval=NO_INTERVAL,
        columns=(
            Column("definition", "Definition", "text"),
            Column("n_stories", "By two outlets or more", "count", "stories that at least two outlets told"),
            Column("n_by_three", "By three or more", "count", "stories that at least three outlets told"),
            Column("n_outlets", "Outlets of the widest", "count", "outlets that told the most widely told story"),
        ),
        rows=rows, method=card, source=source,
        chart={"form": "count_bars", "name": "definition", "value": "n_stories", "what": "stories by definition",
               "axis": "Stories that at least two outlets told"},
        places=places.of_measured(measured, lambda: _by_definition(measured, ways), ("definition",)),
    )  # fmt: skip


def _more_alike(measured: Measurements, every: pd.DataFrame) -> set[str]:
    """Stories whose articles are on average at least as alike as those of the middle one."""
    keys = zip(every["article_id"].astype(str), every["version"], strict=True)
    means = every.assign(likeness=[measured.story_likeness.get(key) for key in keys]).groupby("story_id")["likeness"].mean().dropna()
    return set(means.index[means >= means.median()])


def _by_definition(measured: Measurements, ways: dict[str, pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    found = []
    for name, group in ways.items():
        told = group.groupby("story_id")["outlet"].nunique()
        kept = group[group["story_id"].isin(told.index[told > 1])].reset_index(drop=True)
        by_three, widest = set(told.index[told > 2]), told.idxmax() if len(told) else None
        counted = ["n_stories" + " n_by_three" * (story in by_three) + " n_outlets" * (story == widest) for story in kept["story_id"]]
        whole = places.whole(kept, end=places.lengths(measured, kept), rule="grouped into a story", definition=name)
        found.append(whole.assign(label=kept["story_id"].to_numpy(), counts_in=counted))
    return places.constants(pd.concat(found, ignore_index=True), measure=ID)


def method(measured: Measurements, text: str, *measures: str) -> Method:
    """The method card of what rests on stories."""
    return Method(text=_HOW + text, measures=(ID, *measures), known_failures=_FAILURES, versions=measured.versions)


def told_by(measured: Measurements, *, source: str) -> Finding:
    """Which outlets told which stories, with how many articles.

    Args:
        measured: With ``openings``.
        source: Source line.
    """
    every, stories = in_stories(measured), shared(measured)
    outlets = tables.outlets_of(measured.articles)
    alone = int(len(every) - sum(len(one.articles) for one in stories))
    n = {"articles": len(every), "stories told by two outlets": len(stories), "articles in no such story": alone, "outlets": len(outlets)}
    card = method(measured, "An outlet told a story when at least one of its articles is in it.")
    question = "Articles of each outlet in each story that at least two outlets told"
    if not stories:
        return Finding.cannot_say("told-by", question, "no story was told by two outlets", n=n, source=source, method=card)
    rows: list[list[Any]] = []
    labels = _distinct(stories[:SHOWN])
    for one, label in zip(stories[:SHOWN], labels, strict=True):
        counts = one.articles["outlet"].value_counts()
        lacking = [outlet for outlet in outlets if outlet not in counts.index]
        told = _listed(lacking)
        rows += [[label, outlet, int(counts.get(outlet, 0)), len(one.articles), one.articles["published_on"].iloc[0], told] for outlet in outlets]
    of_label = dict(zip([one.id for one in stories], labels, strict=False))
    widest = stories[0]
    return Finding(
        id="told-by",
        takeaway=f"{'One story was' if len(stories) == 1 else f'{len(stories):,} stories were'} told by two outlets or more, "
        f"“{widest.label}” by {len(widest.outlets):,} of {len(outlets):,}",
        subtitle=f"{question}" + (f"; the {SHOWN} most widely told" if len(stories) > SHOWN else "") + f"; {measured.selection.described}",
        n=n, interval=NO_INTERVAL,
        columns=(
            Column("story", "Story", "text", "headline of the article that is most like the others, shortened"), Column("outlet", "Outlet", "text"),
            Column("n_articles", "Articles", "count", "the outlet's articles in the story"),
            Column("n_in_story", "All articles", "count", "articles of all outlets in the story"),
            Column("first_on", "First published", "date", "day of its first article"),
            Column("not_found_in", "Not found in", "text", "outlets of the analysis that have no article in the story"),
        ),
        rows=rows, method=card, source=source,
        chart={"form": "heat_map", "row": "story", "column": "outlet", "value": "n_articles", "n": "n_in_story", "kind": "count",
               "long_names": True, "what": "articles by story and outlet"},
        examples=_first_sentences(measured, widest),
        examples_rule="of the most widely told story the first sentence of each article, in the order they were published",
        places=places.of_measured(measured, lambda: _whole(measured, every, of_label), ("story", "outlet"), ties={"n_in_story": ("story",)}),
    )  # fmt: skip


def carried(measured: Measurements, kind: str, story: str = "", *, source: str) -> Finding:
    """What of one story stands in the articles of which outlet: names, sources, figures or quotes.

    Args:
        measured: With ``openings`` and the measure of that kind.
        kind: One of `nutgraf.findings.items.KINDS`.
        story: As for `chosen`.
        source: Source line.

    Raises:
        UsageError: When no story fits.
    """
    about = KINDS[kind]
    one = chosen(measured, story)
    card = method(measured, about.how, about.measure)
    question = f"{about.label} in one story, by outlet"
    if one is None:
        n = {"articles": len(in_stories(measured))}
        return Finding.cannot_say(f"{kind}-carried", question, "no story was told by two outlets", n=n, source=source, method=card)
    found = items_of(measured, kind, one.articles)
    n = {"articles": len(one.articles), "outlets": len(one.outlets), about.plural: found.n}
    if found.hidden:
        n["not shown by name"] = found.hidden
    if not found.n:
        reason = f"none of its {tables.counted(len(one.articles), 'article')} holds {about.one}"
        return Finding.cannot_say(f"{kind}-carried", question, reason, n=n, source=source, method=card)
    order = found.order[: about.shown]
    rows = [
        [item, outlet, found.uses.get((item, outlet), 0), len(found.outlets[item]), _listed([o for o in one.outlets if o not in found.outlets[item]])]
        for item in order
        for outlet in one.outlets
    ]
    told = f"; {tables.counted(found.hidden, 'person')} not shown by name" if found.hidden else ""
    return Finding(
        id=f"{kind}-carried",
        takeaway=_takeaway(found, one, about.plural, about.one),
        subtitle=f"{question}: “{one.label}”, {tables.counted(len(one.articles), 'article')}; "
        + (f"the {about.shown} found in most outlets" if found.n > about.shown else f"all {found.n:,}" if found.n > 1 else "the only one") + told,
        n=n, interval=NO_INTERVAL,
        columns=(
            Column("item", about.singular.capitalize(), "text", about.meaning), Column("outlet", "Outlet", "text"),
            Column("n_places", "Places", "count", "places in the outlet's articles of this story"),
            Column("n_outlets", "Outlets", "count", "outlets in whose articles it was found"),
            Column("not_found_in", "Not found in", "text", "outlets that told the story and in whose articles of it this was not found"),
        ),
        rows=rows, method=card, source=source,
        chart={"form": "heat_map", "row": "item", "column": "outlet", "value": "n_places", "n": "n_outlets", "kind": "count",
               "long_names": kind == "quotes", "what": f"{about.plural} by outlet"},
        examples=_cited(measured, found, order[:3]),
        examples_rule=f"of the first three {about.plural} the first place in the outlet that published it first",
        places=places.of_measured(
            measured, lambda: found.places[found.places["item"].isin(order)], ("item", "outlet"), ties={"n_outlets": ("item",)}
        ),
    )  # fmt: skip


def _takeaway(found: Items, one: Story, plural: str, singular: str) -> str:
    everywhere = sum(len(outlets) == len(one.outlets) for outlets in found.outlets.values())
    single = sum(len(outlets) == 1 for outlets in found.outlets.values())
    if found.n == 1:
        return f"One {singular.split(' ', 1)[1]} was found in the story, in the articles of {_listed(sorted(found.outlets[found.order[0]]))}"
    whole = "none was" if not everywhere else "1 was" if everywhere == 1 else f"{everywhere:,} were"
    alone = "all" if single == found.n else f"{single:,}" if single else "none"
    return f"Of {found.n:,} {plural} in the story {whole} found in the articles of all {len(one.outlets):,} outlets, {alone} in those of one alone"


def _first_sentences(measured: Measurements, one: Story) -> tuple[Evidence, ...]:
    texts, cited = measured.texts, []
    for row in one.articles.to_dict("records"):
        text = texts[row["article_id"], row["version"]]
        end = len(text.split("\n", 1)[0])
        cited.append(cite(measured, {**row, "start": 0, "end": end}, _no_spans(), row["outlet"], rule="grouped into this story"))
    return tuple(cited)


def _no_spans() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"start": pd.Series(dtype=int), "end": pd.Series(dtype=int), "rule": pd.Series(dtype=str)})


def _cited(measured: Measurements, found: Items, order: list[str]) -> tuple[Evidence, ...]:
    texts, cited = measured.texts, []
    dated = measured.beside(found.places, "published_at").sort_values(["published_at", "article_id", "start"])
    for item in order:
        first = dated[dated["item"] == item].iloc[0]
        text = texts[first["article_id"], first["version"]]
        start = text.rfind("\n", 0, first["start"]) + 1
        begin = max(start, text.rfind(". ", start, first["start"]) + 2 if ". " in text[start : first["start"]] else start)
        end = text.find("\n", first["end"])
        row = {"article_id": first["article_id"], "version": first["version"], "start": begin, "end": len(text) if end < 0 else end}
        cited.append(cite(measured, row, dated.loc[[first.name], ["start", "end", "rule"]], item))
    return tuple(cited)


def _whole(measured: Measurements, every: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    kept = every[every["story_id"].isin(labels)].reset_index(drop=True)
    found = places.whole(kept, end=places.lengths(measured, kept), rule="grouped into this story", story=kept["story_id"].map(labels))
    return places.constants(found.assign(outlet=kept["outlet"]), measure=ID)


def _label(measured: Measurements, group: pd.DataFrame) -> str:
    """The headline that is most like the others, of those that name nobody who is not to be named."""
    likeness = measured.story_likeness
    known = [row for row in group.to_dict("records") if isinstance(row["headline"], str) and row["headline"].strip()]
    may_be_shown = [row for row in known if measured.may_show(row["headline"])]
    best = max(may_be_shown, key=lambda row: likeness.get((row["article_id"], row["version"]), 0.0), default=None)  # of equals the first published
    words = (best["headline"] if best else "a headline that is not shown" if known else "without a headline").split()
    return " ".join(words[:_LABEL_WORDS]) + (" …" if len(words) > _LABEL_WORDS else "")


def _distinct(stories: list[Story]) -> list[str]:
    """Labels, with the day where two stories begin with one headline."""
    labels = [one.label for one in stories]
    found = [f"{one.label} ({one.articles['published_on'].iloc[0]})" if labels.count(one.label) > 1 else one.label for one in stories]
    return [f"{label} [{one.id}]" if found.count(label) > 1 else label for one, label in zip(stories, found, strict=True)]


def _listed(outlets: list[str]) -> str | None:
    return tables.listed(outlets) if outlets else None


