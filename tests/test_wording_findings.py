"""Loaded words, hedges and naming by outlet and voice: made-up articles, counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nutgraf.findings import Finding, called, hedging, loading
from nutgraf.jupyter import Measurements

from tests.made_up import Line, Place, Story, measured, said
from tests.test_speaking import OWN, table

#: A null as a data frame of numbers has it; equal to nothing, so that rows say it once more.
UNKNOWN = pytest.approx(float("nan"), nan_ok=True)
GERMAN = "language 'de' is not measured"


def outlet(name: str, *lines: Line, n: int = 5, more: int = 0) -> dict[str, Story]:
    """Articles of these lines; one of them has so many sentences more, so that they are not all alike."""
    return {f"{name}{i}": Story(name, [*lines, *([OWN] * more if not i else [])]) for i in range(n)}


# Loaded words -------------------------------------------------------------------------------------------------------------


def word(words: str, weight: int, group: str = "attack") -> Place:
    return Place("loaded", words, group, words.lower(), rule=f"weight {weight}")


SLAMMED = Line("The mayor slammed the feckless board.", "outlet", (word("slammed", 2), word("feckless", 2, "verdicts")))
MILD = Line("It was a bad day.", "outlet", (word("bad", 1, "leaning"),))
BOTH = Line("“They are cronies,” she claimed.", "mixed", (
    Place("quote", "They are cronies,"), said("They are cronies,"), word("cronies", 2, "labels"), word("claimed", 1, "leaning"),
))  # fmt: skip


def loaded_scores(stories: dict[str, Story]) -> list[dict[str, Any]]:
    """What the measure writes for these lines: BOTH has a loaded quotation and a plain outlet."""
    rows = []
    by_line = {
        SLAMMED: (("outlet", 4.0, "loaded"),), MILD: (("outlet", 1.0, "plain"),), OWN: (("outlet", 0.0, "plain"),),
        BOTH: (("outlet", 1.0, "plain"), ("quoted", 2.0, "loaded")),
    }  # fmt: skip
    for article, story in stories.items():
        for number, line in enumerate(story.lines):
            for voice, value, label in by_line[line._replace(part="body")]:
                rows.append({"article_id": article, "measure": "loaded", "sentence": number, "dimension": "loaded", "voice": voice, "value": value,
                             "label": label, "n": 1})  # fmt: skip
    return rows


def loaded(stories: dict[str, Story], **more: Any) -> Measurements:
    return measured(stories, scores=loaded_scores(stories), **more)


def two_outlets() -> Measurements:
    """Bell: 5 of 21 own sentences loaded, 5 of 5 of others. Ledger: 0 of 10 own, others do not speak."""
    return loaded({**outlet("Bell", SLAMMED, MILD, OWN, BOTH, more=1), **outlet("Ledger", OWN, MILD)})


def test_loaded_sentences_are_counted_by_whose_words_they_are() -> None:
    finding = loading.by_outlet(two_outlets(), min_articles=5, source="s")
    assert table(finding, "outlet", "whose", "share", "n_loaded", "n_sentences", "n_articles") == [
        ("Bell", loading.OWN, 0.238, 5, 21, 5), ("Bell", loading.OTHERS, 1.0, 5, 5, 5),
        ("Ledger", loading.OWN, 0.0, 0, 10, 5), ("Ledger", loading.OTHERS, UNKNOWN, 0, 0, 0),
    ]  # fmt: skip
    assert finding.rows[3][2] is None and finding.rows[3][-1] == "0 articles, 5 needed"
    assert finding.n == {"sentences": 31, "loaded words": 30, "articles": 10, "not assessed": 0, "outlets": 2}
    assert "In 1 of 1 outlet the words of others are loaded oftener" in finding.takeaway
    assert finding.rows[2][3:5] == [None, None], "none in ten gets no interval that says certainly none"
    assert finding.method.accuracy == ["loaded: measured for an older version or other settings, not for this one"]


def test_headlines_beside_bodies_in_the_outlets_own_words() -> None:
    """Bell: 4 of 6 headlines loaded, 1 of 6 bodies. Ledger: no headline; what it quotes is not its own."""
    head, plain_head = SLAMMED._replace(part="headline"), OWN._replace(part="headline")
    stories = {f"b{number}": Story("Bell", [head if number < 4 else plain_head, SLAMMED if number == 5 else OWN]) for number in range(6)}
    finding = loading.headlines(loaded({**stories, **outlet("Ledger", BOTH)}), min_articles=5, source="s")
    assert table(finding, "outlet", "where", "share", "n_loaded", "n_sentences", "n_articles")[:2] == [
        ("Bell", "headline", 0.667, 4, 6, 6), ("Bell", "body", 0.167, 1, 6, 6)
    ]  # fmt: skip
    assert finding.rows[2][2] is None and finding.rows[2][-1] == "0 articles with own words in its headline, 5 needed"
    assert finding.takeaway.startswith("Headlines hold loaded words oftener than bodies in 1 of 1 outlet")
    assert len(finding.evidence(0, "n_loaded")) == 4 and len(finding.evidence(0, "n_sentences")) == 6
    lacking = loading.headlines(two_outlets(), min_articles=5, source="s")
    assert lacking.status == "not_assessable" and not lacking.rows


def test_evidence_is_the_sentences_and_the_words_of_their_side() -> None:
    finding = loading.by_outlet(two_outlets(), min_articles=5, source="s")
    others = finding.evidence(1)
    assert set(others[others["kind"] == "loaded"]["text"]) == {"cronies"}, "what the outlet says beside a quotation is its own"
    own = finding.evidence(0)
    assert set(own[own["kind"] == "loaded"]["text"]) == {"slammed", "feckless", "bad", "claimed"}
    assert len(finding.evidence(0, "n_loaded")) == 5 and set(finding.evidence(0, "n_loaded")["text"]) == {SLAMMED.text}


def test_words_of_a_sentence_are_ranked_as_the_measure_ranks_them() -> None:
    line = Line("Clearly a shameless, bad fiasco.", "outlet", (word("Clearly", 1), word("shameless", 2), word("bad", 1), word("fiasco", 2)))
    stories = {"a": Story("Bell", [line])}
    score = {"article_id": "a", "measure": "loaded", "sentence": 0, "dimension": "loaded", "voice": "outlet", "value": 6.0, "label": "loaded", "n": 4}
    m = measured(stories, scores=[score])
    (example,) = loading.by_outlet(m, min_articles=1, source="s").examples
    assert example.rule == "by weight: “shameless” 2, “fiasco” 2, “clearly” 1, “bad” 1", "the heavier, of equals the longer"
    assert [example.excerpt[a:b] for a, b in example.marks] == ["Clearly", "shameless", "bad", "fiasco"]


def test_words_used_most_are_those_of_outlets_and_others_stand_beside() -> None:
    finding = loading.most_used(two_outlets(), source="s")
    assert table(finding, "word", "strength", "n_own", "n_others", "n_articles", "n_outlets") == [
        ("bad", "often", 10, 0, 10, 2), ("feckless", "always", 5, 0, 5, 1), ("slammed", "always", 5, 0, 5, 1), ("claimed", "often", 5, 0, 5, 1),
    ]  # fmt: skip
    assert finding.takeaway == "“bad” is the loaded word that outlets use most themselves, 10 times"
    quoted = loading.most_used(loaded(outlet("Bell", BOTH)), source="s")
    assert [row[0] for row in quoted.rows] == ["claimed"], "a word that only others use is none of the outlets'"


def test_too_few_articles_and_no_word() -> None:
    few = loading.by_outlet(loaded(outlet("Bell", SLAMMED, n=2)), min_articles=5, source="s")
    assert few.status == "not_assessable" and "no outlet has 5 assessed articles" in str(few.reason)
    none = loading.most_used(loaded(outlet("Bell", OWN)), source="s")
    assert none.reason == "no loaded word was found in outlets' own words"
    one = loading.by_outlet(loaded(outlet("Bell", SLAMMED, OWN)), min_articles=5, source="s")
    assert one.takeaway == "50 % of Bell's own sentences hold loaded words; no other outlet has enough articles to compare"
    lacking = [{"article_id": f"Bell{i}", "measure": "loaded", "dimension": "loaded", "status": "not_assessable", "reason": GERMAN} for i in range(5)]
    german = loading.by_outlet(measured(outlet("Bell", OWN), scores=lacking), min_articles=5, source="s")
    assert german.reason == f"{GERMAN} (5 articles)" and german.n["not assessed"] == 5


# Hedges and boosters ------------------------------------------------------------------------------------------------------


MAY = Line("It may rain.", "outlet", (Place("hedge", "may", "possibility", "may"),))
QUOTED = Line("“Perhaps not,” she said.", "quoted", (
    Place("quote", "Perhaps not,"), said("Perhaps not,"), Place("hedge", "Perhaps", "possibility", "perhaps"),
))  # fmt: skip


def hedged(stories: dict[str, Story], rates: dict[str, list[float | None]]) -> Measurements:
    """Rates of each voice by article; None is not assessable."""
    scores = []
    for voice, values in rates.items():
        for article, value in zip(sorted(stories), values, strict=True):
            row = {"article_id": article, "measure": "hedges", "dimension": "hedges", "voice": voice, "value": value, "n": 1}
            scores.append(row if value is not None else {**row, "n": None, "status": "not_assessable", "reason": "9 words, 30 needed"})
    return measured(stories, scores=scores)


def test_rates_are_means_over_articles_of_each_voice() -> None:
    m = hedged(outlet("Bell", MAY, QUOTED), {"outlet": [0.1, 0.2, 0.3, 0.4, 0.5], "quoted": [1.0, 1.0, 1.0, 1.0, None], "reported": [None] * 5})
    finding = hedging.by_voice(m, kind="hedges", min_articles=4, source="s")
    assert table(finding, "outlet", "whose", "per_1000", "n_marked", "n_articles") == [
        ("Bell", "what it says itself", 3.0, 5, 5), ("Bell", "what it quotes", 10.0, 4, 4), ("Bell", "what it reports", UNKNOWN, 0, 0),
    ]  # fmt: skip
    assert finding.rows[1][3:5] == [None, None], "where all articles are alike no resample differs"
    assert finding.rows[2][-1] == "0 articles, 4 needed"
    assert finding.takeaway == "Hedges stand 3.0 times in 1,000 of Bell's own words; no other outlet has enough articles to compare"
    words = finding.evidence(1, "n_marked")
    assert set(words["text"]) == {"Perhaps"} and len(words) == 4, "an article without words enough is no part of the count"
    assert [one.role for one in finding.examples] == ["what it says itself: “may”", "what it quotes: “perhaps”"]


def test_boosters_without_a_rate_are_not_assessable() -> None:
    finding = hedging.by_voice(hedged(outlet("Bell", MAY), {"outlet": [1.0] * 5}), kind="boosters", min_articles=5, source="s")
    assert finding.status == "not_assessable" and finding.n["not assessed"] == 5 and finding.id == "boosters-by-voice"


# Naming -------------------------------------------------------------------------------------------------------------------


STREET = "People in the street"


def use(words: str, term: str, title: str = STREET) -> Place:
    return Place("naming", words, term, title)


PROTESTERS = Line("The protesters left.", "outlet", (use("protesters", "protesters"),))
MOB = Line("The mob left.", "outlet", (use("mob", "mob"),))
SAID_MOB = Line("“A mob,” she said.", "quoted", (Place("quote", "A mob,"), said("A mob,"), use("mob", "mob")))
POLICE = Line("Police came.", "outlet", (use("Police", "police", "Those who police"),))


def named(n: int = 6) -> Measurements:
    """Bell says protesters, Ledger mob; both quote a mob once."""
    return measured({**outlet("Bell", PROTESTERS, SAID_MOB, POLICE, n=n), **outlet("Ledger", MOB, SAID_MOB, POLICE, n=n)})


def test_what_each_outlet_calls_it_is_counted_in_its_own_words() -> None:
    finding = called.by_outlet(named(), STREET, min_articles=5, source="s")
    assert table(finding, "outlet", "term", "n_own", "n_others", "n_articles") == [
        ("Bell", "protesters", 6, 0, 6), ("Bell", "mob", 0, 6, 0), ("Ledger", "mob", 6, 6, 6),
    ]  # fmt: skip
    assert finding.takeaway == "For “People in the street”, Bell most often says “protesters”, Ledger “mob”; outlets differ by more than chance"
    assert set(finding.evidence(1, "n_others")["text"]) == {"mob"} and finding.evidence(1, "n_own").empty
    assert [one.role for one in finding.examples] == ["“mob”", "“protesters”"]


def test_sets_are_compared_together_and_one_word_is_no_choice() -> None:
    finding = called.sets(named(), min_articles=5, source="s")
    assert finding.rows == [[STREET, "mob 6, protesters 6", 12, 12, 2, "yes"]]
    assert finding.takeaway == "Outlets choose differently by more than chance in 1 of 1 set of words: “People in the street”"
    assert finding.n == {"sets compared": 1, "sets in use": 2, "uses": 24, "not assessed": 0}
    alone = {one.title: (one.n_terms, one.differs) for one in called.choices(named(), min_articles=5)}
    assert alone == {STREET: (2, True), "Those who police": (1, None)}


def test_the_same_choice_differs_by_no_more_than_chance() -> None:
    lines = [PROTESTERS, MOB]
    stories = {f"{name}{i}": Story(name, [lines[i % 2]]) for name in ("Bell", "Ledger") for i in range(6)}
    finding = called.sets(measured(stories), min_articles=5, source="s")
    assert finding.rows[0][-1] == "no more than chance" and finding.takeaway.startswith("In none of 1 set of words")
    said_ = called.by_outlet(measured(stories), STREET, min_articles=5, source="s").takeaway
    assert said_ == "For “People in the street”, “mob” and “protesters” is the word used most in each of 2 outlets; outlets differ by no more than chance"


def test_the_set_is_the_one_wanted_or_the_one_in_which_outlets_differ() -> None:
    house = [Line("It met.", "outlet", (use("It", term, "Office"),)) for term in ("government", "regime")]
    stories = {f"{name}{i}": Story(name, [line, *house]) for name, line in (("Bell", PROTESTERS), ("Ledger", MOB)) for i in range(6)}
    m = measured(stories)
    assert called.chosen(m, min_articles=5) == STREET and called.chosen(m, min_articles=5, wanted="Office") == "Office"
    assert called.choices(m, min_articles=5)[0].title == "Office", "though another has more uses"
    assert called.chosen(measured(outlet("Bell", POLICE)), min_articles=5) == ""


def test_too_few_articles_keep_their_counts_and_are_not_compared() -> None:
    m = measured({**outlet("Bell", PROTESTERS), **outlet("Ledger", MOB, n=2)})
    finding = called.by_outlet(m, STREET, min_articles=5, source="s")
    assert finding.rows[1] == ["Ledger", "mob", 2, 0, 2, "2 articles with a word of the set, 5 needed"]
    assert finding.takeaway == "Bell most often says “protesters” for “People in the street”; no other outlet has enough articles to compare"
    assert called.sets(m, min_articles=5, source="s").rows[0][-1] == "too few articles"


def test_nothing_to_name_is_said() -> None:
    m = named()
    assert called.by_outlet(m, "Water", min_articles=5, source="s").reason == (
        "no word for “Water” was found in outlets' own words; sets in use: People in the street, Those who police"
    )
    empty = measured(outlet("Bell", OWN))
    for finding in (called.sets(empty, min_articles=5, source="s"), called.by_outlet(empty, "", min_articles=5, source="s"),
                    called.over_time(empty, "", thin=5, source="s")):  # fmt: skip
        assert finding.status == "not_assessable" and finding.reason in ("no set has two words in use", "no word of any set was found")


def test_shares_over_time_are_of_all_words_of_the_set() -> None:
    """Articles are a day apart from Monday 2 March: seven of them in the first week, five in the second."""
    stories = {f"a{i:02d}": Story("Bell", [PROTESTERS] if i < 7 else [MOB, PROTESTERS] if i < 10 else [MOB]) for i in range(12)}
    finding = called.over_time(measured(stories), STREET, thin=5, source="s")
    assert table(finding, "term", "period", "share", "n_uses", "n_of", "n_articles") == [
        ("protesters", "2026-03-02", 1.0, 7, 7, 7), ("protesters", "2026-03-09", 0.375, 3, 8, 5),
        ("mob", "2026-03-02", 0.0, 0, 7, 7), ("mob", "2026-03-09", 0.625, 5, 8, 5),
    ]  # fmt: skip
    assert finding.takeaway.startswith("“protesters” runs from 38 % in the week of 9 March to 100 % in the week of 2 March")
    assert finding.rows[0][3] is None and finding.rows[1][3] is not None
    thin_end = {**stories, "a14": Story("Bell", [MOB])}  # one article on its own in a third week
    thin_end |= {f"a{i}": Story("Other", [OWN]) for i in (12, 13)}
    three = called.over_time(measured(thin_end), STREET, thin=5, source="s")
    assert len({row[1] for row in three.rows}) == 3 and "38 % in the week of 9 March to 100 %" in three.takeaway, "a thin week is no end of the run"
    thin = called.over_time(measured(stories), STREET, thin=6, source="s")
    assert thin.rows[1][3] is None, "a week with fewer articles has no interval"
    assert len(finding.evidence(3, "n_uses")) == 5 and len(finding.evidence(3, "n_of")) == 8
    one = called.over_time(measured(dict(list(stories.items())[:3])), STREET, thin=5, source="s")
    assert one.reason == "words from 1 week, 2 needed"


def test_words_beyond_the_first_are_counted_together() -> None:
    lines = [Line(f"It was {term}.", "outlet", (use(term, term),)) for term in ("aa", "bb", "cc", "dd", "ee", "ff", "gg")]
    stories = {f"a{i:02d}": Story("Bell", lines if i else lines[:5]) for i in range(9)}
    rows = called.over_time(measured(stories), STREET, thin=5, source="s").rows
    assert list(dict.fromkeys(row[0] for row in rows)) == ["aa", "bb", "cc", "dd", "ee", called.OTHER_WORDS]
    assert sum(row[5] for row in rows) == 7 * 8 + 5


def person(words: str, whole: str) -> Line:
    return Line(f"On Monday {words} left.", "outlet", (Place("name", words, "PERSON", whole),))


def test_forms_of_a_persons_name(tmp_path: Path) -> None:
    stories = {**outlet("Bell", person("Ida Moen", "Ida Moen"), person("Moen", "Ida Moen")), **outlet("Ledger", person("MOEN", "Ida Moen")),
               **outlet("Echo", person("Ada Vannel", "Ada Vannel"), n=20)}  # fmt: skip
    finding = called.people(measured(stories, not_named=["Ada Vannel"], folder=tmp_path), source="s")
    assert finding.rows == [["Bell", "Ida Moen", 5, 5], ["Bell", "Moen", 5, 5], ["Ledger", "Moen", 5, 5]]
    assert finding.takeaway == "Ida Moen is mostly called “Moen” (10 times) and “Ida Moen” (5 times) in outlets' own words"
    assert finding.n == {"mentions": 15, "persons": 2, "not shown by name": 1}
    hidden = called.people(measured(stories, not_named=["Ada Vannel"], folder=tmp_path), person="Ada Vannel", source="s")
    assert hidden.status == "not_assessable" and "Vannel" not in str(hidden.to_json())
    few = called.people(measured(stories, min_mentions=99), source="s")
    assert few.reason == "no person may be named here"


FINDINGS: dict[str, Any] = {
    "loaded-words": lambda: loading.by_outlet(two_outlets(), min_articles=5, source="s"),
    "loaded-headlines": lambda: loading.headlines(
        loaded({f"b{at}": Story("Bell", [SLAMMED._replace(part="headline"), OWN]) for at in range(6)}), min_articles=5, source="s"
    ),
    "loaded-words-used": lambda: loading.most_used(two_outlets(), source="s"),
    "naming-by-outlet": lambda: called.by_outlet(named(), STREET, min_articles=5, source="s"),
    "naming-over-time": lambda: called.over_time(named(), STREET, thin=5, source="s"),
}


@pytest.mark.parametrize("name", FINDINGS)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_each_figure_stands_in_a_page_at_both_widths(name: str, width: str) -> None:
    from nutgraf.charts import drawn

    finding: Finding = FINDINGS[name]()
    assert finding.id == name and finding.status == "ok"
    canvas = drawn(finding.to_json(), width)
    assert all(0 <= label.x <= canvas.width for label in canvas.labels)
