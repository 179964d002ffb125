"""Who acts: passives in an outlet's own words, counted by hand, and what could not be looked at is said to be so."""

from __future__ import annotations

import pytest
from nutgraf.findings import Finding, acting, framing, tone_voices
from nutgraf.findings.framing import _of_others
from nutgraf.jupyter import Measurements
from nutgraf.publish.svg import in_page

from tests.made_up import Line, Place, Story, measured, said
from tests.test_speaking import OWN, table

NO_MODEL = "no spaCy model"
CLOSED = Line("The road was closed.", "outlet", (Place("passive", "closed", "be", "close"),))
BY_COUNCIL = Line("The road was closed by the council.", "outlet", (
    Place("passive", "closed", "be", "close", "p1"), Place("agent", "the council", None, None, "p1"),
))  # fmt: skip
ARRESTED = Line("Two men got arrested.", "outlet", (Place("passive", "arrested", "get", "arrest"),))
QUOTED = Line("“It was closed,” he said, and was believed.", "mixed", (
    Place("quote", "It was closed,"), said("It was closed,"), Place("passive", "closed", "be", "close"), Place("passive", "believed", "be", "believe"),
))  # fmt: skip
REPORTED = Line("He said that it was closed.", "reported", (said("that it was closed"), Place("passive", "closed", "be", "close")))


def outlet(name: str, *lines: Line, n: int = 5, more: int = 0) -> dict[str, Story]:
    """Articles of these lines; one of them has so many sentences more, so that they are not all alike."""
    return {f"{name}{i}": Story(name, [*lines, *([OWN] * more if not i else [])]) for i in range(n)}


def two_outlets() -> Measurements:
    """Bell: 15 passives in 22 sentences of its own, 10 without actor. Ledger: 5 in 10, all without; what it reports is not its own."""
    return measured({**outlet("Bell", CLOSED, BY_COUNCIL, QUOTED, OWN, more=2), **outlet("Ledger", ARRESTED, REPORTED, OWN)})


def test_passives_of_the_outlet_are_counted_by_its_own_sentences() -> None:
    finding = acting.by_outlet(two_outlets(), min_articles=5, source="s")
    assert table(finding, "outlet", "passives", "n_passives", "n_sentences", "n_articles") == [("Bell", 68.2, 15, 22, 5), ("Ledger", 50.0, 5, 10, 5)]
    assert finding.n == {"passives": 20, "sentences": 32, "articles": 10, "not assessed": 0, "outlets": 2}
    assert finding.takeaway == (
        "Something “was done” 50.0 times in 100 of an outlet's own sentences (Ledger) to 68.2 (Bell); there are no intervals to compare"
    )


def test_what_is_quoted_or_reported_is_not_the_outlets() -> None:
    found = acting.passives(measured({"a": Story("Bell", [QUOTED, REPORTED, CLOSED._replace(part="caption")])}))
    assert list(found["value"]) == ["believe"], "and what stands in a caption is no part of the story"


def test_an_actor_belongs_to_its_own_passive() -> None:
    finding = acting.without_agent(two_outlets(), min_articles=5, source="s")
    assert table(finding, "outlet", "share", "n_unsaid", "n_passives") == [("Ledger", 1.0, 5, 5), ("Bell", 0.667, 10, 15)]
    other = measured({"a": Story("Bell", [BY_COUNCIL]), "b": Story("Bell", [CLOSED._replace(places=(Place("passive", "closed", "be", "close", "p1"),))])})
    assert list(acting.passives(other)["has_agent"]) == [True, False], "the same group in another article is another one"


def test_verbs_are_ranked_by_passives_without_actor() -> None:
    finding = acting.verbs(two_outlets(), source="s")
    assert finding.rows == [["was arrested", 5, 5, 5, 1], ["was believed", 5, 5, 5, 1], ["was closed", 5, 10, 5, 1]]
    assert finding.takeaway == "“was arrested”, “was believed” and “was closed” are used most often without saying by whom, 5 times each"
    assert set(finding.evidence(2, "n_passives")["label"]) == {"says by whom", "does not say by whom"}
    assert set(finding.evidence(2, "n_unsaid")["label"]) == {"does not say by whom"}
    assert [one.role for one in finding.examples] == ["was arrested", "was believed", "was closed"]
    assert [finding.examples[2].excerpt[a:b] for a, b in finding.examples[2].marks] == ["closed"]


def test_verbs_that_are_written_alike_are_told_apart() -> None:
    lines = [Line(f"It was found{mark}", "outlet", (Place("passive", "found", "be", verb),)) for mark, verb in ((".", "find"), ("!", "found"))]
    finding = acting.verbs(measured({"a": Story("Bell", [*lines, lines[0]])}), source="s")
    assert finding.table()["verb"].tolist() == ["was found (find)", "was found (found)"]
    assert finding.takeaway == "“was found (find)” is used most often without saying by whom, 2 times"


def test_no_verb_stands_out_where_many_are_as_frequent() -> None:
    lines = [Line(f"It was {verb}ed.", "outlet", (Place("passive", f"{verb}ed", "be", verb),)) for verb in ("lift", "sort", "mend", "melt")]
    assert acting.verbs(measured({"a": Story("Bell", lines)}), source="s").takeaway == "No verb stands out: 4 are used 1 time each without saying by whom"


def test_intervals_and_takeaways_of_rates() -> None:
    rare = {f"Bell{i}": Story("Bell", [CLOSED] * n + [OWN] * (10 - n)) for i, n in enumerate([0, 1, 0, 1, 1, 0])}
    often = {f"Ledger{i}": Story("Ledger", [CLOSED] * n + [OWN] * (10 - n)) for i, n in enumerate([6, 7, 8, 6, 7, 8])}
    finding = acting.by_outlet(measured({**rare, **often}), min_articles=5, source="s")
    assert finding.takeaway == "Something “was done” 5.0 times in 100 of an outlet's own sentences (Bell) to 70.0 (Ledger); their intervals do not overlap"
    low, high = finding.rows[1][2:4]
    assert low < 5.0 < high < 15.0
    assert "Bell between" in finding.margin and finding.margin.endswith("(95 % intervals)")


def test_more_than_one_passive_in_a_sentence_is_no_share() -> None:
    both = Line("It was closed and sold.", "outlet", (Place("passive", "closed", "be", "close"), Place("passive", "sold", "be", "sell")))
    assert acting.by_outlet(measured(outlet("Bell", both, n=1)), min_articles=1, source="s").rows[0][1] == 200.0


def test_too_few_articles_and_no_passives() -> None:
    m = measured({**outlet("Bell", CLOSED), **outlet("Ledger", OWN), **outlet("Echo", CLOSED, n=1)})
    by_outlet = {row[0]: (row[1], row[-1]) for row in acting.by_outlet(m, min_articles=5, source="s").rows}
    assert by_outlet == {"Bell": (100.0, None), "Ledger": (0.0, None), "Echo": (None, "1 article, 5 needed")}, "none in five sentences is a figure"
    unsaid = {row[0]: (row[1], row[-1]) for row in acting.without_agent(m, min_articles=5, source="s").rows}
    assert unsaid["Ledger"] == (None, "0 articles with a passive of its own, 5 needed"), "of no passives there is no share"
    nothing = measured(outlet("Ledger", OWN))
    assert acting.verbs(nothing, source="s").reason == "no such passive was found"
    assert acting.without_agent(nothing, min_articles=5, source="s").reason == "no outlet has 5 assessed articles with a passive of its own"


FINDINGS = {"who-acts": acting.by_outlet, "who-is-not-said": acting.without_agent, "verbs-without-actor": acting.verbs}


def find(name: str, m: Measurements) -> Finding:
    return acting.verbs(m, source="s") if name == "verbs-without-actor" else FINDINGS[name](m, min_articles=5, source="s")


@pytest.mark.parametrize("name", FINDINGS)
def test_without_a_model_nothing_is_counted_and_it_says_so(name: str) -> None:
    stories = outlet("Bell", CLOSED)
    finding = find(name, measured(stories, lacking=dict.fromkeys(stories, NO_MODEL)))
    assert finding.status == "not_assessable" and finding.reason == "no spaCy model (5 articles)" and finding.n["not assessed"] == 5
    assert find(name, measured({})).status == "not_assessable"


@pytest.mark.parametrize("name", FINDINGS)
def test_articles_that_were_not_assessed_are_no_part_of_a_figure(name: str) -> None:
    stories = {**outlet("Bell", CLOSED), "x": Story("Bell", [OWN] * 90)}
    finding = find(name, measured(stories, lacking={"x": "no model for the language 'de'"}))
    assert finding.n["not assessed"] == 1 and finding.subtitle.endswith("not assessed: no model for the language 'de' (1 article)")
    assert "x" not in set(finding.evidence()["article_id"])
    assert finding.rows[0][1] in (100.0, 1.0, 5)


@pytest.mark.parametrize("name", FINDINGS)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_each_figure_stands_in_a_page_at_both_widths(name: str, width: str) -> None:
    from nutgraf.charts import drawn

    canvas = drawn(find(name, two_outlets()).to_json(), width)
    assert all(0 <= label.x <= canvas.width for label in canvas.labels)
    assert {"who-acts": "68.2", "who-is-not-said": "67 %", "verbs-without-actor": "was believed"}[name] in in_page(canvas, id="i", form=width, label="x")


# Voices in the findings about tone and frames ---------------------------------------------------------------------------------


def toned(voice_of: dict[str, float], n: int = 5, **more: object) -> Measurements:
    """Articles of one body sentence with these tones by voice."""
    stories = outlet("Bell", OWN, n=n)
    scores = [
        {"article_id": article, "measure": "tone", "sentence": 0, "dimension": "tone", "voice": voice, "value": value + i / 100, "n": 1}
        for i, article in enumerate(stories)
        for voice, value in voice_of.items()
    ]
    return measured(stories, scores=scores, **more)


def test_quoted_and_reported_words_are_each_compared_with_the_outlets_own() -> None:
    finding = tone_voices.by_voice(toned({"quoted": -0.5, "reported": 0.3, "outlet": 0.1}), min_articles=5, source="s")
    assert table(finding, "whose", "difference", "n_articles") == [("what it quotes", -0.6, 5), ("what it reports others as saying", 0.2, 5)]
    assert finding.takeaway == (
        "In Bell, what it quotes is more hostile than what it says itself; "
        "in Bell, what it reports others as saying is friendlier than what it says itself"
    )
    assert finding.n["sentences"] == 5, "a sentence in several voices is one"
    assert set(finding.evidence(1)["label"]) == {"what it reports others as saying", "what it says itself"}


def test_without_a_model_what_is_reported_is_not_told_from_the_rest() -> None:
    stories = outlet("Bell", OWN)
    finding = tone_voices.by_voice(toned({"quoted": -0.5, "outlet": 0.1}, lacking=dict.fromkeys(stories, NO_MODEL)), min_articles=5, source="s")
    assert [(row[2], row[-1]) for row in finding.rows] == [(-0.6, None), (None, "not assessed: no spaCy model (5 articles)")]


def cue(words: str) -> Place:
    return Place("frame_cue", words, "conflict", words)


def framed(**more: object) -> Measurements:
    line = Line("“A row,” she said, adding that a fight was near, and a war came.", "mixed", (
        Place("quote", "A row,"), said("A row,", group="g1"), said("that a fight was near", group="g2"), cue("row"), cue("fight"), cue("war"),
    ))  # fmt: skip
    return measured({"a": Story("Bell", [line])}, **more)


def test_cues_are_counted_once_by_whose_words_they_stand_in() -> None:
    finding = framing.by_voice(framed(), source="s")
    assert finding.rows == [["Conflict", 1, 1, 1, 0.667]]
    assert [list(finding.evidence(0, column)["text"]) for column in ("n_quoted", "n_reported", "n_own")] == [["row"], ["fight"], ["war"]]
    assert _of_others(finding.rows) == finding.takeaway == "Cues of conflict stand most often in the words of others (67 %, 2 of 3)"


def test_without_a_model_reported_cues_are_unknown_and_not_none() -> None:
    finding = framing.by_voice(framed(lacking={"a": NO_MODEL}), source="s")
    assert finding.rows == [["Conflict", 1, None, 2, 0.333]]
    assert "between quotation marks" in finding.takeaway and "no spaCy model (1 article)" in finding.method.text
