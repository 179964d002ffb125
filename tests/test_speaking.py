"""Who speaks: each sentence has one voice, shares are those counted by hand, and what could not be looked at is said to be so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.compare.intervals import bootstrap_ratio
from nutgraf.errors import UsageError
from nutgraf.findings import Finding, accuracy, quoting, speaking, voices
from nutgraf.findings.speaking import NAMED, NO_PERSON, NOT_NAMED, OUTLET
from nutgraf.jupyter import Measurements
from nutgraf.publish.svg import in_page

from tests.made_up import Line, Place, Story, measured, said

NO_MODEL = "no spaCy model"
OWN = Line("The mill stood empty.")
NAMED_LINE = Line("The mill was safe, Ida Moen said.", "reported", (
    said("The mill was safe"), Place("source", "Ida Moen", "named", "Ida Moen", "g"), Place("cue", "said", "neutral", "say", "g"), Place("name", "Ida Moen", "PERSON", "Ida Moen"),
))  # fmt: skip
OFFICIAL = Line("A spokesman claimed the mill was sold.", "reported", (
    said("the mill was sold", "official", "A spokesman"), Place("cue", "claimed", "doubting", "claim", "g"),
))  # fmt: skip
LOST = Line("“It was sold years ago.”", "quoted", (said("It was sold years ago.", "unknown", None), Place("quote", "It was sold years ago.")))
FIRM = Line("The company said it was sold.", "reported", (said("it was sold", "organisation", "The company"), Place("cue", "said", "neutral", "say", "g")))


def story(outlet: str | None, *lines: Line, copy_of: str | None = None) -> Story:
    return Story(outlet, lines, copy_of)


def two_outlets(n: int = 6) -> Measurements:
    """Bell: in 2 of 4 sentences somebody else speaks, one of them named. Ledger: in 3 of 4, nobody of them named; one is a company."""
    bell = {f"b{i}": story("Bell", OWN, OWN, NAMED_LINE, OFFICIAL) for i in range(n)}
    ledger = {f"l{i}": story("Ledger", OWN, OFFICIAL, LOST, FIRM) for i in range(n)}
    return measured({**bell, **ledger})


def table(finding: Finding, *columns: str) -> list[tuple]:
    return list(finding.table()[list(columns)].itertuples(index=False, name=None))


# One voice for each sentence ------------------------------------------------------------------------------------------------


def kinds_of(*lines: Line) -> list[str | None]:
    return list(speaking.sentence_voices(measured({"a": story("Bell", *lines)}))["kind"])


def test_a_sentence_goes_to_the_outlet_or_to_the_source_whose_words_take_most_of_it() -> None:
    assert kinds_of(OWN, NAMED_LINE, OFFICIAL, LOST, FIRM) == [None, "named", "official", "unknown", "organisation"]
    two = Line("It was safe, she said, and a report found that it was about to fall down.", "reported", (
        said("It was safe", "named", "Ida Moen", "g1"), said("it was about to fall down", "document", "a report", "g2"),
    ))  # fmt: skip
    assert kinds_of(two) == ["document"]


def test_words_that_are_told_twice_count_once() -> None:
    """She is said to have said what others said: her words take most of it, however often theirs lie within."""
    nested = Line("She said that men in the mill had said that it would fall down.", "reported", (
        said("that men in the mill had said that it would fall down", "named", "Ida Moen", "g1"),
        said("that it would fall down", "unnamed", "men", "g2"), said("it would fall down", "unnamed", "men", "g3"),
        said("that it would fall down", "unnamed", "men", "g4"),
    ))  # fmt: skip
    assert kinds_of(nested) == ["named"]


def test_of_equals_the_first_kind_gets_the_sentence() -> None:
    equal = Line("abcd said efgh.", "reported", (said("efgh", "official", None, "g1"), said("abcd", "named", "Ida Moen", "g2")))
    assert kinds_of(equal) == ["named"]


def test_a_quotation_over_several_sentences_counts_in_each_and_its_last_mark_in_none() -> None:
    first = Line("“It is safe.", "quoted", (Place("content", "“It is safe.", "named", "Ida Moen", "g", to="three years.”"),))
    assert kinds_of(OWN, first, Line("I have lived here three years.”", "quoted"), OWN) == [None, "named", "named", None]
    leaking = Line("“It is safe.", "quoted", (Place("content", "“It is safe.", "named", "Ida Moen", "g", to="”"),))
    assert kinds_of(leaking, Line("” The mill is old.")) == ["named", None], "a mark is no word"


def test_what_the_outlet_says_of_itself_is_its_own() -> None:
    assert kinds_of(Line("We asked whether it was safe.", "outlet", (said("whether it was safe", "reporter", None),))) == [None]


def test_captions_and_promos_are_no_sentences_of_the_story() -> None:
    assert kinds_of(OWN, NAMED_LINE._replace(part="caption")) == [None]


_SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(1, 12)), max_size=12)


@given(_SPANS)
@settings(max_examples=60, deadline=None)
def test_covered_counts_each_character_once(spans: list[tuple[int, int, int]]) -> None:
    frame = pd.DataFrame([(group, start, start + length) for group, start, length in spans], columns=["at", "start", "end"]).astype("int64")
    expected = {group: len({c for g, s, n in spans if g == group for c in range(s, s + n)}) for group, _, _ in spans}
    assert dict(voices.covered(frame, ["at"]).itertuples(index=False)) == expected


_TEXT = "abcdefghijkl"
_PIECES = st.lists(st.tuples(st.sampled_from(["a0", "a1"]), st.integers(0, 11), st.integers(1, 5)), max_size=6)


@given(_PIECES, _PIECES, _PIECES)
@settings(max_examples=30, deadline=None)
def test_whose_words_a_span_is_by_its_two_ends(quotes: list, contents: list, cues: list) -> None:
    check_whose_words(quotes, contents, cues)


@pytest.mark.faults
@given(_PIECES, _PIECES, _PIECES)
@settings(max_examples=300, deadline=None)
def test_whose_words_a_span_is_by_its_two_ends_many_times(quotes: list, contents: list, cues: list) -> None:
    check_whose_words(quotes, contents, cues)


def check_whose_words(quotes: list, contents: list, cues: list) -> None:
    def places(kind: str, chosen: list) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {"a0": [], "a1": []}
        for article, first, length in chosen:
            found[article].append(Place(kind, _TEXT[first : first + length], "named"))
        return found

    made = [places(kind, chosen) for kind, chosen in (("quote", quotes), ("content", contents), ("frame_cue", cues))]
    m = measured({name: story("Bell", Line(_TEXT, "outlet", tuple(p for one in made for p in one[name]))) for name in ("a0", "a1")})
    spans = m.rows("spans", "frames")
    said_by_others = [(kind, list(m.rows("spans", measure).itertuples())) for kind, measure in (("quoted", "quotes"), ("reported", "attribution"))]

    def at(article: str, place: int) -> str:
        for kind, rows in said_by_others:
            if any(r.article_id == article and r.start <= place < r.end for r in rows):
                return kind
        return "outlet"

    expected = [first if (first := at(s.article_id, s.start)) == at(s.article_id, s.end - 1) else "outlet" for s in spans.itertuples()]
    assert list(voices.of_spans(m, spans)) == expected


# Shares by outlet -----------------------------------------------------------------------------------------------------------


def test_shares_are_those_counted_by_hand() -> None:
    finding = speaking.by_outlet(two_outlets(), min_articles=5, source="s")
    assert table(finding, "outlet", "share", "n_others", "n_sentences", "n_articles") == [("Ledger", 0.75, 18, 24, 6), ("Bell", 0.5, 12, 24, 6)]
    kinds = speaking.kinds(two_outlets(), min_articles=5, source="s")
    assert table(kinds, "outlet", "voice", "share", "n_given", "n_sentences")[:4] == [
        ("Bell", OUTLET, 0.5, 12, 24), ("Bell", "persons by name", 0.25, 6, 24), ("Bell", "organisations", 0.0, 0, 24),
        ("Bell", "officials without a name", 0.25, 6, 24),
    ]  # fmt: skip
    assert "documents, news agencies" in kinds.method.text and "documents" not in set(kinds.table()["voice"])
    named = speaking.named_or_not(two_outlets(), min_articles=5, source="s")
    assert table(named, "outlet", "who", "share", "n_given", "n_others") == [
        ("Bell", NAMED, 0.5, 6, 12), ("Bell", NOT_NAMED, 0.5, 6, 12), ("Bell", NO_PERSON, 0.0, 0, 12),
        ("Ledger", NAMED, 0.0, 0, 18), ("Ledger", NOT_NAMED, 0.667, 12, 18), ("Ledger", NO_PERSON, 0.333, 6, 18),
    ]  # fmt: skip


def test_every_sentence_is_given_to_one_voice() -> None:
    frame = speaking.kinds(two_outlets(), min_articles=5, source="s").table()
    assert (frame.groupby("outlet")["n_given"].sum() == frame.groupby("outlet")["n_sentences"].first()).all()


def test_long_articles_weigh_as_many_sentences_as_they_have() -> None:
    m = measured({"a": story("Bell", *[OWN] * 8), "b": story("Bell", NAMED_LINE, NAMED_LINE)})
    assert table(speaking.by_outlet(m, min_articles=1, source="s"), "share", "n_sentences") == [(0.2, 10)]


def test_intervals_come_from_whole_articles_and_copies_are_one() -> None:
    def made(copy_of: str | None) -> Measurements:
        rest = {f"b{i}": story("Bell", OWN, OWN, NAMED_LINE) for i in range(4)}
        return measured({**rest, **{f"c{i}": story("Bell", NAMED_LINE, OWN, NAMED_LINE, copy_of=copy_of) for i in range(6)}})

    apart, together = (speaking.by_outlet(made(name), min_articles=5, source="s").rows[0] for name in (None, "c0.1"))
    assert apart[1] == together[1] == 0.533
    assert apart[3] - apart[2] < together[3] - together[2], "six copies of one text know as little as one"
    again = bootstrap_ratio([1] * 4 + [2] * 6, [3] * 10, [f"b{i}.1" for i in range(4)] + ["c0.1"] * 6)
    assert together[2:4] == [round(again.low, 3), round(again.high, 3)]


def test_where_all_articles_have_the_same_share_there_is_no_interval() -> None:
    finding = speaking.by_outlet(two_outlets(), min_articles=5, source="s")
    assert [row[2:4] for row in finding.rows] == [[None, None]] * 2
    assert "no intervals to compare" in finding.takeaway and "none where all articles" in finding.interval


def varied(outlet: str, others: list[int], of: int = 6) -> dict[str, Story]:
    return {f"{outlet}{i}": story(outlet, *[NAMED_LINE] * n, *[OWN] * (of - n)) for i, n in enumerate(others)}


def test_takeaways_say_whether_intervals_overlap() -> None:
    apart = speaking.by_outlet(measured({**varied("Bell", [1, 0, 1, 2, 1, 1]), **varied("Ledger", [5, 4, 6, 5, 5, 5])}), min_articles=5, source="s")
    assert apart.takeaway == "Somebody else speaks in 17 % of sentences (Bell) to 83 % (Ledger); their intervals do not overlap"
    near = speaking.by_outlet(measured({**varied("Bell", [1, 0, 4, 2, 6, 1]), **varied("Ledger", [1, 4, 2, 5, 0, 3])}), min_articles=5, source="s")
    assert near.takeaway.endswith("all intervals overlap")


def test_an_outlet_below_the_bar_keeps_its_row_and_gets_no_figure() -> None:
    m = measured({**varied("Bell", [1, 0, 1, 2, 1, 1]), "x": story("Ledger", OWN, NAMED_LINE), "y": story("Echo")})
    finding = speaking.by_outlet(m, min_articles=5, source="s")
    assert {row[0]: (row[1], row[4:]) for row in finding.rows if row[0] != "Bell"} == {
        "Ledger": (None, [1, 2, 1, "1 article, 5 needed"]), "Echo": (None, [0, 0, 0, "0 articles, 5 needed"]),
    }  # fmt: skip
    assert finding.takeaway == "Somebody else speaks in 17 % of Bell's sentences; no other outlet has enough articles to compare"
    for index, row in enumerate(finding.rows):
        assert len(finding.evidence(index, "n_sentences")) == row[5]
    with pytest.raises(UsageError, match="min_articles"):
        speaking.by_outlet(m, min_articles=0, source="s")


def test_an_outlet_in_which_nobody_else_speaks_is_no_base_for_names() -> None:
    m = measured({**varied("Bell", [1, 0, 1, 2, 1, 1]), **{f"l{i}": story("Ledger", OWN, OWN) for i in range(6)}})
    finding = speaking.named_or_not(m, min_articles=5, source="s")
    assert {row[0]: row[-1] for row in finding.rows} == {"Bell": None, "Ledger": "0 articles in which others speak, 5 needed"}
    assert speaking.by_outlet(m, min_articles=5, source="s").rows[-1][:2] == ["Ledger", 0.0], "none of twelve is a figure"


FINDINGS = {
    "who-speaks": speaking.by_outlet, "kinds-of-source": speaking.kinds, "named-or-not": speaking.named_or_not, "cue-words": quoting.cue_words,
    "who-speaks-other-definitions": speaking.other_definitions,
}  # fmt: skip


@pytest.mark.parametrize("name", [*FINDINGS, "most-quoted"])
def test_without_a_model_nothing_is_counted_and_it_says_so(name: str) -> None:
    m = measured({"a": story("Bell", OWN, LOST), "b": story("Bell", OWN)}, lacking={"a": NO_MODEL, "b": NO_MODEL})
    finding = quoting.most_quoted(m, source="s") if name == "most-quoted" else FINDINGS[name](m, min_articles=1, source="s")
    assert finding.status == "not_assessable" and finding.reason == "no spaCy model (2 articles)" and finding.id == name
    assert finding.n["not assessed"] == 2 and not finding.rows


def test_articles_that_were_not_assessed_are_no_part_of_a_share() -> None:
    stories = {**varied("Bell", [1, 0, 1, 2, 1, 1]), "x": story("Bell", *[LOST] * 20), "y": story(None, LOST), "z": story("Bell", LOST)}
    lacking = {"x": "no model for the language 'de'", "y": "there is no text", "z": "there is no text"}
    finding = speaking.by_outlet(measured(stories, lacking=lacking), min_articles=5, source="s")
    assert {row[0]: row[5] for row in finding.rows} == {"Bell": 36, "outlet unknown": 0}
    assert finding.subtitle.endswith("not assessed: there is no text (2 articles), no model for the language 'de' (1 article)")
    assert finding.n == {"sentences": 36, "articles": 6, "not assessed": 3, "outlets": 2}


def test_a_selection_without_articles_is_not_assessable() -> None:
    for name, find in FINDINGS.items():
        assert find(measured({}), min_articles=5, source="s").status == "not_assessable", name
    assert quoting.most_quoted(measured({}), source="s").reason == "no words of a person by name were found"


def test_other_definitions_count_what_they_say() -> None:
    half = Line("In the old mill by the river, which is shut, nobody lives, Ida Moen said.", "reported", (said("nobody lives"),))
    m = measured({f"b{i}": story("Bell", LOST._replace(part="headline"), OWN, half, NAMED_LINE) for i in range(5)} | varied("Ledger", [1] * 5))
    rows = table(speaking.other_definitions(m, min_articles=5, source="s"), "outlet", "definition", "n_others", "n_sentences")
    assert [(definition.split(":")[0], n, of) for outlet, definition, n, of in rows if outlet == "Bell"] == [
        ("as above", 15, 20), ("most of the sentence", 10, 20), ("only with quotation marks", 5, 20), ("headlines alone", 5, 5),
    ]  # fmt: skip


# Evidence -------------------------------------------------------------------------------------------------------------------


def test_a_share_leads_to_its_sentences_and_to_what_was_said() -> None:
    finding = speaking.kinds(two_outlets(), min_articles=5, source="s")
    index = next(i for i, row in enumerate(finding.rows) if row[:2] == ["Bell", "persons by name"])
    assert set(finding.evidence(index, "n_given")["text"]) == {"The mill was safe, Ida Moen said."}
    assert len(finding.evidence(index, "n_sentences")) == 24, "the whole it is a share of"
    spans = finding.evidence(index)
    assert set(spans[spans["kind"] == "content"]["text"]) == {"The mill was safe"} and set(spans[spans["kind"] == "source"]["text"]) == {"Ida Moen"}
    assert set(spans["outlet"]) == {"Bell"} and set(spans["measure"]) == {"attribution"}


def test_examples_are_chosen_by_length_and_mark_what_was_said() -> None:
    long = NAMED_LINE._replace(text="The mill was safe, Ida Moen said, and so was the weir.")
    m = measured({f"b{i}": story("Bell", OWN, NAMED_LINE, long if i == 4 else NAMED_LINE, OFFICIAL) for i in range(5)})
    examples = speaking.by_outlet(m, min_articles=5, source="s").examples
    assert [one.role for one in examples] == ["persons by name", "officials without a name"]
    assert examples[0].excerpt == NAMED_LINE.text and [examples[0].excerpt[a:b] for a, b in examples[0].marks] == ["The mill was safe"]


def test_measured_accuracy_is_on_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = speaking.by_outlet(two_outlets(), min_articles=5, source="s")
    monkeypatch.setattr(accuracy, "entries", lambda: [])
    assert finding.method.accuracy == [accuracy.NOT_YET] and any("not asked" in line for line in finding.method.known_failures)
    entry = {"measure": "attribution", "measure_version": "1-made", "task": "who is quoted", "file": "f", "n": 9, "measured_on": "2026-11-25",
             "figures": [{"name": "F1", "value": 0.83, "low": 0.82, "high": 0.83}]}  # fmt: skip
    monkeypatch.setattr(accuracy, "entries", lambda: [entry])
    assert finding.method.accuracy == ["attribution: measured on who is quoted (f, 2026-11-25): F1 .83 (.82 to .83), n = 9"]


# Who is quoted most, and how --------------------------------------------------------------------------------------------------


def speaker(name: str, n: int = 1) -> Line:
    return Line(f"The mill was safe, {name} said.", "reported", (said("The mill was safe", "named", name), *[Place("name", name, "PERSON", name)] * n))


def test_speakers_are_counted_by_sentence_article_and_outlet() -> None:
    both = Line("It was safe, both said.", "reported", (said("It was safe", "named", "Ida Moen and Per Holt"),))
    twice = Line("It was, she said, safe.", "reported", (said("It was", group="g1"), said("safe", group="g1"), Place("name", "she", "PERSON", "Ida Moen")))
    m = measured({"a": story("Bell", speaker("Ida Moen"), twice, both), "b": story("Ledger", speaker("Ida Moen"), speaker("Per Holt"))})
    finding = quoting.most_quoted(m, source="s")
    assert finding.rows == [["Ida Moen", 4, 2, 2], ["Per Holt", 2, 2, 2]]
    assert finding.takeaway == "Ida Moen has most sentences: 4, in 2 articles of 2 outlets"
    assert len(finding.evidence(0, "n_sentences")) == 4 and finding.evidence(0, "n_outlets")["outlet"].nunique() == 2
    assert finding.examples[0].role == "Ida Moen"


def test_who_may_not_be_named_is_counted_and_named_nowhere(tmp_path: Path) -> None:
    lines = [speaker("Ida Moen", 3), speaker("Ada Vannel", 9), speaker("Vannel", 9), speaker("Per Holt", 1)]
    m = measured({"a": story("Bell", *lines)}, min_mentions=2, not_named=["Ada Vannel"], folder=tmp_path)
    finding = quoting.most_quoted(m, source="s")
    assert [row[0] for row in finding.rows] == ["Ida Moen"]
    assert "3 persons not shown by name" in finding.subtitle and finding.n["not shown by name"] == 3 and finding.n["persons"] == 4
    data = str(finding.to_json())
    assert "Vannel" not in data and "Holt" not in data
    assert not {"Vannel", "Ada Vannel", "Per Holt"} & set(finding.evidence()["speaker"])
    nobody = quoting.most_quoted(measured({"a": story("Bell", *lines[1:])}, min_mentions=2, not_named=["Vannel"], folder=tmp_path), source="s")
    assert nobody.reason == "3 persons not shown by name"


def test_who_has_as_many_sentences_is_named_too() -> None:
    m = measured({"a": story("Bell", speaker("Ida Moen"), speaker("Per Holt"))})
    assert quoting.most_quoted(m, source="s").takeaway == "Ida Moen and Per Holt have most sentences, 1 each"
    four = measured({"a": story("Bell", *(speaker(f"Ida {name}") for name in ("Moen", "Holt", "Berg", "Dahl")))})
    assert quoting.most_quoted(four, source="s").takeaway == "4 persons have most sentences, 1 sentence each"


def test_words_that_bring_in_what_is_said_are_counted_by_class_in_the_outlets_own_words() -> None:
    inside = Line("“They claimed it was safe,” he said.", "quoted", (
        said("They claimed it was safe,", "named", "Per Holt", "g1"), Place("quote", "They claimed it was safe,"), Place("cue", "said", "neutral", "say", "g1"),
        said("it was safe", "unnamed", "They", "g2"), Place("cue", "claimed", "doubting", "claim", "g2"),
    ))  # fmt: skip
    own = Line("We said it was safe.", "outlet", (said("it was safe", "reporter", None, "g3"), Place("cue", "said", "neutral", "say", "g3")))
    m = measured({f"b{i}": story("Bell", NAMED_LINE, OFFICIAL, inside, own) for i in range(5)})
    finding = quoting.cue_words(m, min_articles=5, source="s")
    assert table(finding, "word_class", "share", "n_words", "n_cues") == [("neutral (said)", 0.667, 10, 15), ("doubting (claimed)", 0.333, 5, 15)]
    assert set(finding.evidence(1)["text"]) == {"claimed"} and len(finding.evidence(1, "n_cues")) == 15
    assert "“said”" in finding.takeaway and "67 %" in finding.takeaway


# Charts ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FINDINGS, "most-quoted"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_each_figure_stands_in_a_page_at_both_widths(name: str, width: str) -> None:
    from nutgraf.charts import drawn

    m = measured({**varied("Bell", [1, 0, 1, 2, 1, 1]), **varied("Ledger", [5, 4, 6, 5, 5, 5]), "x": story("A very long name of an outlet, in full", OWN)})
    finding: Any = quoting.most_quoted(m, source="s") if name == "most-quoted" else FINDINGS[name](m, min_articles=5, source="s")
    canvas = drawn(finding.to_json(), width)
    assert all(0 <= label.x <= canvas.width for label in canvas.labels)
    page = in_page(canvas, id="i", form=width, label="x")
    assert "Ida Moen" in page if name == "most-quoted" else page.count("5 needed") or "A very long name of an" in page
    assert len(finding.to_json()["chart"]["alt"]) <= 150
