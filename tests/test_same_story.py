"""Which outlets told an event, what of it stands in whose articles, and outlets side by side: made-up articles, counted by hand."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from nutgraf.errors import InputError, UsageError
from nutgraf.findings import Finding, same_story, side_by_side
from nutgraf.findings.items import KINDS
from nutgraf.jupyter import Measurements, Workbench

from tests.conftest import copied
from tests.made_up import Line, Place, Story, measured, said

SOURCE = {"source": "s"}


def name(words: str, value: str | None = None, label: str = "PERSON") -> Place:
    return Place("name", words, label, value or words)


def figure(words: str, value: str) -> Place:
    return Place("figure", words, None, value)


VOTE = Line("Ada Vannel and Ilves saw 61 votes fall in Kelsport.", "outlet", (
    name("Ada Vannel"), name("Ilves", "Bo Ilves"), figure("61", "61"), name("Kelsport", label="GPE"),
))  # fmt: skip
VANNEL = Line("“We have lost this vote for good,” said Vannel of Kelsport.", "mixed", (
    Place("quote", "“We have lost this vote for good,”"), said("“We have lost this vote for good,”", value="Ada Vannel"),
    name("Vannel", "Ada Vannel"), name("Kelsport", label="GPE"),
))  # fmt: skip
SHORTER = Line("Vannel said they had “lost this vote for good”, the Dam Board and Bo Ilves that sixty-one was enough.", "mixed", (
    Place("quote", "“lost this vote for good”"), said("they had “lost this vote for good”", value="Ada Vannel", group="g"),
    said("sixty-one was enough", "organisation", "Dam Board and Trust", "h"), name("Vannel", "Ada Vannel"), figure("sixty-one", "61"),
))  # fmt: skip
OTHER = Line("Two goats came down.", "outlet", (figure("Two", "2"),))


def told(**more: Any) -> Measurements:
    """Three outlets on the vote, two on the goat, and articles that nobody else tells of."""
    stories = {
        "a1": Story("Bell", [VOTE, VANNEL], event="a1.1", headline="Vote lost"),
        "a2": Story("Bell", [VOTE], event="a1.1", headline="Vote lost again"),
        "a3": Story("Courier", [SHORTER], event="a1.1"), "a4": Story("Ledger", [Line("They voted.")], event="a1.1"),
        "b1": Story("Bell", [OTHER], event="b1.1"), "b2": Story("Courier", [OTHER], copy_of="b1.1", event="b1.1"),
        "c1": Story("Ledger", [OTHER]), "c2": Story("Echo", [OTHER], event="c2.1"),
    }  # fmt: skip
    return in_stories(stories, **more)


def in_stories(stories: dict[str, Story], likeness: dict[str, float] | None = None, **more: Any) -> Measurements:
    found = measured(stories, **more)
    found.versions["openings"] = "1-made"
    found.__dict__["story_likeness"] = {(article, 1): value for article, value in (likeness or {}).items()}
    return found


def table(finding: Finding, *columns: str) -> list[list[Any]]:
    places = [[column.name for column in finding.columns].index(column) for column in columns]
    return [[row[place] for place in places] for row in finding.rows]


def evidence_adds_up(finding: Finding, count: str, of: str | None) -> None:
    """Each count of a row is the number of its places, or of different values among them."""
    place = [column.name for column in finding.columns].index(count)
    for number, row in enumerate(finding.rows):
        found = finding.evidence(number, count)
        assert row[place] == (len(found) if of is None else found[of].nunique()), (row, count)


# Who told what --------------------------------------------------------------------------------------------------------------


def test_who_told_which_stories() -> None:
    finding = same_story.told_by(told(likeness={"a2": 0.7, "a1": 0.6}), **SOURCE)
    assert finding.n == {"articles": 8, "stories told by two outlets": 2, "articles in no such story": 2, "outlets": 4}
    assert table(finding, "story", "outlet", "n_articles", "n_in_story", "not_found_in") == [
        *(["Vote lost again", outlet, n, 4, "Echo"] for outlet, n in (("Bell", 2), ("Courier", 1), ("Echo", 0), ("Ledger", 1))),
        *(["On b1", outlet, n, 2, "Echo and Ledger"] for outlet, n in (("Bell", 1), ("Courier", 1), ("Echo", 0), ("Ledger", 0))),
    ]
    assert set(table(finding, "first_on")[0]) == {"2026-03-02"}
    assert "2 stories were told by two outlets or more, “Vote lost again” by 3 of 4" in finding.takeaway
    evidence_adds_up(finding, "n_articles", "article_id")
    assert set(finding.evidence(1)["article_id"]) == {"a3"} and set(finding.evidence(1)["kind"]) == {"article"}
    assert [(one.article_id, one.role) for one in finding.examples] == [("a1", "Bell"), ("a2", "Bell"), ("a3", "Courier"), ("a4", "Ledger")]


def test_stories_with_one_headline_are_told_apart() -> None:
    pairs = [(event, outlet) for event in "ab" for outlet in ("Bell", "Echo")]
    stories = {f"{event}{outlet}": Story(outlet, [OTHER], event=f"{event}.1", headline="Goat") for event, outlet in pairs}
    finding = same_story.told_by(in_stories(stories), **SOURCE)
    assert {row[0] for row in finding.rows} == {"Goat (2026-03-02)", "Goat (2026-03-04)"}
    evidence_adds_up(finding, "n_articles", "article_id")


def test_without_a_shared_story_nothing_is_said() -> None:
    alone = in_stories({"a": Story("Bell", [OTHER], event="a.1"), "b": Story("Bell", [OTHER], event="a.1"), "c": Story("Echo", [OTHER])})
    findings = [same_story.told_by(alone, **SOURCE), same_story.other_definitions(alone, **SOURCE), side_by_side.tone(alone, min_stories=1, **SOURCE)]
    findings += [same_story.carried(alone, kind, **SOURCE) for kind in KINDS]
    assert {finding.status for finding in findings} == {"not_assessable"}
    assert {finding.reason for finding in findings} == {"no story was told by two outlets", "no outlet told 1 event that others told"}


@pytest.mark.parametrize(("story", "found"), [("", "a1.1"), ("  ", "a1.1"), ("b1.1", "b1.1"), ("ON B2", "b1.1"), ("lost again", "a1.1")])
def test_a_story_is_chosen_by_its_name_or_by_words_of_a_headline(story: str, found: str) -> None:
    assert same_story.chosen(told(), story).id == found


@pytest.mark.parametrize("story", ["nowhere", "c2.1", "none"])
def test_a_story_that_no_two_outlets_told_is_said_with_those_that_they_did(story: str) -> None:
    with pytest.raises(UsageError, match=f"fits '{story}'") as caught:
        same_story.carried(told(), "names", story, **SOURCE)
    assert "a1.1 (Vote lost); b1.1 (On b1)" in str(caught.value)


def test_other_definitions_by_hand() -> None:
    """Copies once: b2 goes, and its story with it. First day: each story has one article then. More alike: the vote alone."""
    finding = same_story.other_definitions(told(likeness={"a1": 0.7, "a2": 0.7, "a3": 0.6, "b1": 0.5, "b2": 0.5}), **SOURCE)
    assert table(finding, "n_stories", "n_by_three", "n_outlets") == [[2, 1, 3], [1, 1, 3], [1, 1, 3], [0, 0, 0]]
    assert "Between 0 and 2 stories" in finding.takeaway
    for number, articles in enumerate((6, 4, 4, 0)):
        assert len(finding.evidence(number)) == articles, finding.rows[number]


# What is carried ---------------------------------------------------------------------------------------------------------------


def test_names_in_one_story() -> None:
    finding = same_story.carried(told(), "names", **SOURCE)
    assert table(finding, "item", "outlet", "n_places", "n_outlets", "not_found_in") == [
        *(["Ada Vannel", outlet, n, 2, "Ledger"] for outlet, n in (("Bell", 3), ("Courier", 1), ("Ledger", 0))),
        *(["Kelsport", outlet, n, 1, "Courier and Ledger"] for outlet, n in (("Bell", 3), ("Courier", 0), ("Ledger", 0))),
        *(["Bo Ilves", outlet, n, 1, "Courier and Ledger"] for outlet, n in (("Bell", 2), ("Courier", 0), ("Ledger", 0))),
    ]
    assert finding.n == {"articles": 4, "outlets": 3, "names": 3}
    assert finding.takeaway == "Of 3 names in the story none was found in the articles of all 3 outlets, 2 in those of one alone"
    evidence_adds_up(finding, "n_places", None)
    assert list(finding.evidence(0)["text"]) == ["Ada Vannel", "Vannel", "Ada Vannel"]


def test_figures_are_one_however_they_are_written() -> None:
    finding = same_story.carried(told(), "figures", **SOURCE)
    assert table(finding, "item", "outlet", "n_places", "n_outlets") == [["61", "Bell", 2, 2], ["61", "Courier", 1, 2], ["61", "Ledger", 0, 2]]
    assert finding.takeaway == "One figure was found in the story, in the articles of Bell and Courier"
    evidence_adds_up(finding, "n_places", None)


def test_sources_are_persons_and_whole_organisations() -> None:
    finding = same_story.carried(told(), "sources", **SOURCE)
    assert [row[:3] for row in finding.rows] == [
        ["Ada Vannel", "Bell", 1], ["Ada Vannel", "Courier", 1], ["Ada Vannel", "Ledger", 0],
        ["Dam Board and Trust", "Bell", 0], ["Dam Board and Trust", "Courier", 1], ["Dam Board and Trust", "Ledger", 0],
    ]  # fmt: skip
    evidence_adds_up(finding, "n_places", None)


def test_a_shorter_quotation_is_the_longer_one_that_holds_it() -> None:
    finding = same_story.carried(told(), "quotes", **SOURCE)
    assert {row[0] for row in finding.rows} == {"“We have lost this vote for good”"} and [row[2] for row in finding.rows] == [1, 1, 0]
    assert list(finding.evidence(1)["text"]) == ["“lost this vote for good”"]
    evidence_adds_up(finding, "n_places", None)


def quoting(*texts: str, **more: Any) -> Finding:
    lines = [Line(f"“{text}” she said.", "mixed", (Place("quote", f"“{text}”"),)) for text in texts]
    stories = {"a": Story("Bell", lines, event="a.1"), "b": Story("Echo", lines[:1], event="a.1")}
    return same_story.carried(in_stories(stories, **more), "quotes", **SOURCE)


def test_quotations_that_begin_alike_and_those_of_few_words() -> None:
    long = "one two three four five six seven eight nine"
    finding = quoting(f"{long} ten", f"{long} eleven", f"{long} twelve", "just three words", "and Four words more")
    items = list(dict.fromkeys(row[0] for row in finding.rows))
    assert len(items) == 4 and sum(item.startswith(f"“{long} …”") for item in items) == 3 and not any("just" in item for item in items)
    evidence_adds_up(finding, "n_places", None)
    assert quoting("too few words").reason == "none of its 2 articles holds a quotation"


def test_an_empty_kind_is_not_assessable() -> None:
    finding = same_story.carried(told(), "quotes", "b1.1", **SOURCE)
    assert finding.status == "not_assessable" and finding.reason == "none of its 2 articles holds a quotation" and finding.n["articles"] == 2


# Who is not named ---------------------------------------------------------------------------------------------------------------


def everything(finding: Finding) -> str:
    """What a reader sees without opening quoted evidence."""
    return " ".join([finding.takeaway, finding.subtitle, str(finding.rows), str(finding.n), finding.reason or "", str(finding.chart)])


def test_persons_who_may_not_be_named_are_absent(tmp_path: Path) -> None:
    """Listed is Ada Vannel; a program has read her name as a place and as a house too, and a headline and a quotation name her."""
    more = {"not_named": ["Ada Vannel"], "folder": tmp_path}
    assert same_story.carried(told(**more), "names", **SOURCE).n["not shown by name"] == 1
    naming = Line("Vannel Hall and the Vannel Trust: “Nobody but Vannel lost this vote,” it said.", "mixed", (
        name("Vannel Hall", label="GPE"), Place("quote", "“Nobody but Vannel lost this vote,”"),
        said("“Nobody but Vannel lost this vote,”", "organisation", "Vannel Trust"), name("Ada", "Ada", "ORG"), figure("it", "1"),
    ))  # fmt: skip
    naming = naming._replace(places=tuple(place for place in naming.places if place.words != "Ada"))
    stories = {
        "a1": Story("Bell", [VOTE, VANNEL, naming], event="a.1", headline="Vannel gives up"),
        "a2": Story("Echo", [SHORTER, naming], event="a.1", headline="What a vote"),
    }  # fmt: skip
    found = in_stories(stories, {"a1": 0.9}, **more)
    for finding in (*(same_story.carried(found, kind, **SOURCE) for kind in KINDS), same_story.told_by(found, **SOURCE)):
        assert finding.status == "ok" and "Vannel" not in everything(finding), finding.id
    assert same_story.chosen(found).label == "What a vote"
    sources = same_story.carried(found, "names", **SOURCE)
    assert {row[0] for row in sources.rows} == {"Kelsport", "Bo Ilves"} and not sources.evidence()["text"].str.contains("Vannel").any()
    quotes = same_story.carried(found, "quotes", **SOURCE)
    assert any("it names somebody who is not named here" in row[0] for row in quotes.rows)
    alone = in_stories({key: story._replace(headline="Vannel again") for key, story in stories.items()}, **more)
    assert same_story.chosen(alone).label == "a headline that is not shown"


def test_persons_with_few_mentions_are_counted_and_not_shown() -> None:
    finding = same_story.carried(told(min_mentions=3), "names", **SOURCE)
    assert {row[0] for row in finding.rows} == {"Ada Vannel", "Kelsport"} and finding.n["not shown by name"] == 1
    assert "1 person not shown by name" in finding.subtitle


def test_a_list_that_cannot_be_read_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "do_not_name.csv").write_text("who\n", encoding="utf-8")
    for kind in ("names", "sources", "quotes"):
        with pytest.raises(InputError, match="do_not_name"):
            same_story.carried(told(folder=tmp_path), kind, **SOURCE)


# Side by side --------------------------------------------------------------------------------------------------------------------


def test_differences_by_hand() -> None:
    """In x Bell has a mean of 2, Echo 5, Courier 8; in y Bell 1, Echo 3; z is told by one, and one article is in no story."""
    rows = [("Bell", "x", 1.0), ("Bell", "x", 3.0), ("Echo", "x", 5.0), ("Courier", "x", 8.0), ("Bell", "y", 1.0), ("Echo", "y", 3.0),
            ("Echo", "z", 9.0), ("Echo", "z", 1.0), ("Bell", None, 7.0)]  # fmt: skip
    found = side_by_side.differences(pd.DataFrame(rows, columns=["outlet", "story_id", "value"]))
    assert {(row.outlet, row.story_id): row.difference for row in found.itertuples()} == {
        ("Bell", "x"): -4.5, ("Echo", "x"): 0.0, ("Courier", "x"): 4.5, ("Bell", "y"): -2.0, ("Echo", "y"): 2.0,
    }  # fmt: skip
    coded = pd.DataFrame(rows, columns=["outlet", "story_id", "value"]).astype({"outlet": "category", "story_id": "category"})
    assert len(side_by_side.differences(coded)) == 5


@pytest.mark.parametrize(
    ("values", "p"),
    [([2.0], 1.0), ([1.0, 1.0], 0.5), ([1.0, -1.0], 1.0), ([1.0, 2.0, 3.0], 0.25), ([-1.0, -2.0, -3.0], 0.25), ([3.0, -1.0], 1.0), ([0.0, 0.0], 1.0),
     ([1.0] * 10, 2 / 1024), ([1.0, 2.0, -3.0, 4.0], 0.625)],
)  # fmt: skip
def test_chance_by_hand(values: list[float], p: float) -> None:
    assert side_by_side.chance(values) == p


def test_chance_of_many_is_close_to_that_of_all_exchanges_and_never_nothing() -> None:
    assert 0 < side_by_side.chance([1.0] * 40) < 0.001
    chance = random.Random(1)
    values = [chance.gauss(0.3, 1) for _ in range(13)]
    signs = np.array(np.meshgrid(*[[1, -1]] * 13)).reshape(13, -1)
    exact = (abs(np.array(values) @ signs) >= abs(sum(values)) - 1e-12).mean()
    assert side_by_side.chance(values) == pytest.approx(exact, abs=0.03) and side_by_side.chance(values) == side_by_side.chance(values[::-1])


def toned(tones: dict[str, dict[str, float]], **more: Any) -> Measurements:
    """Of each event the tone of each outlet's one sentence."""
    stories, scores = {}, []
    for event, of in tones.items():
        for outlet, value in of.items():
            article = f"{event}-{outlet}"
            stories[article] = Story(outlet, [Line(f"{outlet} tells.")], event=event)
            scores.append({"article_id": article, "measure": "tone", "sentence": 0, "dimension": "compound", "value": value, "label": None, "n": 1})
            for frame in ("conflict", "morality"):
                label = "present" if (frame == "conflict") == (value > 0) else "absent"
                scores.append({"article_id": article, "measure": "frames", "dimension": frame, "value": 0.0, "label": label, "n": 1})
    return in_stories(stories, scores=scores, **more)


TONES = {f"e{n}": {"Bell": -0.5 - n / 100, "Echo": 0.3, "Courier": 0.1} for n in range(6)}
TONES |= {"solo": {"Bell": 1.0}, "pair": {"Ledger": 0.4, "Echo": 0.2}}


def test_tone_beside_others_by_hand() -> None:
    finding = side_by_side.tone(toned(TONES), min_stories=4, **SOURCE)
    rows = {row[0]: row for row in finding.rows}
    assert list(rows) == ["Echo", "Courier", "Bell", "Ledger"] and finding.n == {"articles": 20, "stories": 7, "outlets": 4}
    bell = np.mean([(-0.5 - n / 100) - 0.2 for n in range(6)])
    echo = np.mean([*(0.3 - (-0.5 - n / 100 + 0.1) / 2 for n in range(6)), 0.2 - 0.4])
    assert rows["Bell"][1] == pytest.approx(round(bell, 2)) and rows["Echo"][1] == pytest.approx(round(echo, 2))
    assert rows["Bell"][2] <= rows["Bell"][1] <= rows["Bell"][3] < 0 and [rows[name][4] for name in rows] == [7, 6, 6, 1]
    assert rows["Bell"][5] is True and "Bell is more hostile than others on the same events: −0.72; 2 other" in finding.takeaway
    assert rows["Ledger"][1:4] == [None, None, None] and rows["Ledger"][6] == "1 event that others told too, 4 needed"
    place = list(rows).index("Bell")
    found = finding.evidence(place)
    sentences = found[found["kind"] == "sentence"]
    assert len(sentences) == 6 and "solo-Bell" not in set(found["article_id"])
    assert sentences["value"].mean() == pytest.approx(np.mean([-0.5 - n / 100 for n in range(6)]))


def test_few_stories_give_no_interval_and_too_few_no_figure() -> None:
    few = {name: TONES[name] for name in ("e0", "e1", "e2")}
    rows = side_by_side.tone(toned(few), min_stories=2, **SOURCE).rows
    assert all(row[1] is not None and row[2] is row[3] is None for row in rows)
    finding = side_by_side.tone(toned(few), min_stories=4, **SOURCE)
    assert finding.status == "not_assessable" and finding.reason == "no outlet told 4 events that others told"
    with pytest.raises(UsageError, match="min_stories must be 1 or more"):
        side_by_side.tone(toned(few), min_stories=0, **SOURCE)
    same = {f"e{n}": {"Bell": 0.1, "Echo": 0.1} for n in range(6)}
    assert "No outlet differs in tone" in side_by_side.tone(toned(same), min_stories=4, **SOURCE).takeaway


def test_frames_beside_others_by_hand() -> None:
    """Bell has the frame in none of the six stories, both others in all; the other frame the other way round."""
    finding = side_by_side.frames(toned(TONES), min_stories=4, **SOURCE)
    rows = {(row[0], row[1]): row for row in finding.rows}
    assert rows["Bell", "Conflict"][2] == -1 and rows["Bell", "Morality"][2] == 1 and rows["Bell", "Conflict"][6] is True
    assert rows["Courier", "Conflict"][2] == 0.5 and rows["Echo", "Conflict"][2] == round(6 * 0.5 / 7, 3)
    assert rows["Ledger", "Conflict"][2] is None and rows["Bell", "Conflict"][5] == 6
    told = "The frame “Morality” at Bell is present more often than in others' articles on the same events: +100 percentage points"
    assert finding.takeaway.startswith(told)
    found = finding.evidence(finding.rows.index(rows["Bell", "Morality"]))
    assert len(found) == 6 and set(found["label"]) == {f"e{number}" for number in range(6)} and set(found["kind"]) == {"article"}


# On a desk -----------------------------------------------------------------------------------------------------------------------


def test_articles_of_two_outlets_in_the_stories_that_both_told(grouped: Path, tmp_path: Path) -> None:
    bench = Workbench(copied(grouped, tmp_path / "desk"))
    chosen = bench.select(date_from="2026-03-02", date_to="2026-03-22", as_of="2026-03-24", copies="all")
    found = bench.measure("openings", selection=chosen)
    pair = ("Quillmouth Bell", "The Kelsport Courier")
    both = same_story.both(found, pair)
    rows = both.articles.to_pylist()
    assert {row["article_id"] for row in rows} == {"696066479ad61d7a", "ebe02eddfabd5cd6", "7f33632f58e7fab3", "a766500dcc097d64"}
    step, out, left = both.attrition[-1]
    assert (out, left) == (len(chosen) - 4, 4) and step == f"in no story that both {pair[0]} and {pair[1]} told" and both.described.endswith(step)
    about = found.articles.set_index("article_id")
    assert about.loc["696066479ad61d7a", "drawn_with"] == about.loc["ebe02eddfabd5cd6", "drawn_with"] == about.loc["ebe02eddfabd5cd6", "story_id"]
    alone = about[about["story_id"].isna()]
    assert len(alone) and (alone["drawn_with"] == alone["cluster_id"]).all()
    parts = bench.measure("parts", selection=chosen).articles
    assert (parts["drawn_with"] == parts["cluster_id"]).all(), "stories were not asked for"
    told_by = same_story.told_by(found, source="s")
    evidence_adds_up(told_by, "n_articles", "article_id")
    for row in told_by.rows[:5]:
        assert row[2] == (found.articles["outlet"].eq(row[1]) & found.articles["story_id"].eq(same_story.shared(found)[0].id)).sum()
