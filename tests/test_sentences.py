"""Sentences: where they end, in which part, in whose voice."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document
from nutgraf.reading.paragraphs import paragraphs
from nutgraf.reading.punkt import KINDS, Splitter, read_abbreviations
from nutgraf.reading.sentences import Sentences
from nutgraf.resources import nltk_data, own

from tests.conftest import ROOT, labelled
from tests.reading_scores import BAD_INPUT, read, spans_f1

LISTED = read_abbreviations(own("abbreviations.txt").read_text(encoding="utf-8"))
SPLITTER = Splitter(LISTED)


def split(text: str) -> list[str]:
    """Sentences of a text, paragraph by paragraph."""
    return [text[a:b] for start, end in paragraphs(text) for a, b in SPLITTER.spans(text, start, end)]


@pytest.mark.parametrize(
    "joined",
    [
        "The vote is on Nov. 3.|Nobody knows how it ends.",
        "Gov. Adela Quint met Sen. R. J. Holm at 5 p.m. on Friday.|They spoke for an hour.",
        "The office closes at 5 p.m.|Callers should ring earlier.",
        "By 5 p.m. Mr. Quint had left.",
        "The train left at 9:04 a.m. EST and arrived late.",
        "It opens at 8 p.m. Friday.|Bring a coat.",
        "She lives in the U.S.|Her brother does not.",
        "The U.S. Senate met.|It rose at noon.",
        "No. 7 won.|No. 3 fell.",
        "Did he win?|No.|He fell.",
        "“Is it over?” Mr. Quint asked.|Nobody said a word.",
        "“Is it over?”|The room was silent.",
        "“It is over.”|That was all.",
        "“It is over!” she said.|“Go home.”",
        "He waited … and went.",
        "He waited …|Nothing came.",
        "“I … I cannot,” he said.",
        "Quint v. Holm was heard on Monday.|It took an hour.",
        "eBarrow fell.|iPlume rose.",
        "The company, Holm & Sons Inc., was sold.|It had 40 workers.",
        "Work for Holm Inc. began in May.",
        "Turnout was low.|41 percent stayed at home.",
        "It rose by 3.4 percent.|Then it fell.",
        "She was born on Dec. 4, 1961.|He came later.",
        "Am 3. Mai wurde getagt.|Es regnete.",
        "1. Close the door.|Then leave.",
        "(It rained.)|He left.",
        "He left (it rained!) and came back.",
        "He said it was “a shame.”|She agreed.",
        'He said it was "a shame."She agreed.'.replace('."She', '."|She'),
        "“It is late.“|“Go home.”".replace("late.“", "late.”"),
        "Yahoo! Finance has the figures.|They are bad.",
        "Prof. Holm (ret.) disagrees.|So do I.",
        "WASHINGTON, D.C. -- The vote is off.",
        "See p. 14.|The map is better.",
        "The mast is 40 ft. high.|It sways.",
        "Plan B failed.|Plan C. The one with the boats, remained.".replace("C. The", "C.|The"),
        "What?!|You did what?",
        "The end. . .|Nobody clapped.",
    ],
)
def test_sentences_end_where_they_end(joined: str) -> None:
    assert split(joined.replace("|", "" if '."|She' in joined else " ")) == joined.split("|")


def test_gold_floor() -> None:
    def find(text: str) -> list[tuple[int, int]]:
        return [span for start, end in paragraphs(text) for span in SPLITTER.spans(text, start, end)]

    assert spans_f1(ROOT / "tests/eval/gold/sentences.jsonl", "sentences", find) >= 0.99
    # Through the parts, a dateline is a sentence of its own, which the gold does not make it.
    through_parts = spans_f1(
        ROOT / "tests/eval/gold/sentences.jsonl", "sentences", lambda text: [(s.start, s.end) for s in read(text).sentences]
    )
    assert through_parts >= 0.97


def test_punkt_itself_agrees_on_plain_text() -> None:
    """The decisions are Punkt's; NLTK's tokenizer with the same parameters finds the same ends where none of our rules speaks."""
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    punkt, mine = PunktSentenceTokenizer(nltk_data.punkt_parameters()), Splitter()
    words = "The clerk said so. Nobody came! Was it late? It was 4.5 miles to St. Orla, Dr. Holm wrote. She left. Then it fell"
    for first in range(0, len(words), 7):
        text = words[first:] + ". " + words
        assert [end for _, end in mine.spans(text)] == [end for _, end in punkt.span_tokenize(text)]


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\r\n", "\u2028"])
def test_spans_are_exact_with_every_line_end(end: str) -> None:
    text = end.join(["Tide comes in", "It came at six. “Run,” said Ada.", "Nobody ran."])
    assert [text[s.start : s.end] for s in read(text).sentences] == [
        "Tide comes in", "It came at six.", "“Run,” said Ada.", "Nobody ran.",
    ]  # fmt: skip


def test_a_headline_never_runs_into_the_body_and_promotion_stays_whole() -> None:
    document = read("Tide comes in\n\nIt came at six. Nobody ran.\n\nRead more: It came. It went\n\nIt is still here, the clerk said.")
    assert [(s.part, document.text[s.start : s.end]) for s in document.sentences] == [
        ("headline", "Tide comes in"), ("body", "It came at six."), ("body", "Nobody ran."),
        ("promo", "Read more: It came. It went"), ("body", "It is still here, the clerk said."),
    ]  # fmt: skip
    assert [s.sentence for s in document.sentences] == list(range(5))


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("The tide came in.", "outlet"),
        ("“The tide came in.”", "quoted"),
        ("“The tide came in,” she said.", "mixed"),
        ("‘The tide,’ she said, ‘came in.’", "mixed"),
        ("It was “a tide”.", "mixed"),
        ("“”", "outlet"),
        ("“The tide”, “the tide”.", "quoted"),
        ("ADA: The tide came in.", "outlet"),
    ],
)
def test_voices_by_marks(text: str, voice: str) -> None:
    assert [s.voice for s in read(text + " \n\nNobody saw that, the clerk said.").sentences][0] == voice


def test_a_quotation_of_many_sentences_is_quoted_in_each() -> None:
    document = read("The clerk spoke.\n\n“It rained. It rained again.\n\n“Then it stopped.” Nobody saw that.")
    assert [s.voice for s in document.sentences] == ["outlet", "quoted", "quoted", "quoted", "outlet"]


def test_a_desks_abbreviation_joins_what_it_ended() -> None:
    def count(measure: Sentences) -> int:
        document = read("The wtr. mains burst. Nobody saw the Wtr. Board.\n\nIt rained.")
        return len(measure.measure([document])[document.key].sentences)

    assert count(Sentences()) - count(Sentences(abbreviations=["Wtr."])) == 2


def test_the_list_of_abbreviations_holds_known_kinds_only() -> None:
    assert set(LISTED.values()) <= set(KINDS)
    assert not [word for word in LISTED if word != word.lower() or word.endswith(".")]


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_loses_no_letter(text: str) -> None:
    check_cover(text)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["The tide", "came.", "p.m.", "Mr.", "“It", "is”", "…", "No.", "3.", "\n\n", "?", "!”", "‘a", "b’", "U.S.", '"', "(", ")", "E. coli", "\r\n"]
            ),
            st.text(max_size=8),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_sentences_lie_in_the_text_apart_and_hold_every_letter(words: list[str]) -> None:
    check_cover(" ".join(words))


def check_cover(text: str) -> None:
    document, position = read(text), 0
    for sentence in document.sentences:
        assert position <= sentence.start < sentence.end <= len(text)
        assert not text[position : sentence.start].strip()
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        position = sentence.end
    assert not text[position:].strip()


def test_time_grows_with_the_text() -> None:
    """Ten times the text takes about ten times as long: nothing is searched again from the front."""
    piece = "The tide came in at 5 p.m. on Friday. “Run,” said Mr. Holm, who did not. It's late, isn't it? "

    def seconds(times: int) -> float:
        best = 9e9
        for _ in range(2):
            begin = time.process_time()
            read(piece * times + "\n\n" + "“Run” ‘run’ " * times)
            best = min(best, time.process_time() - begin)
        return best

    seconds(10)
    assert seconds(4_000) < 30 * seconds(400)


def test_five_million_characters_without_an_end() -> None:
    text = "the tide came in and " * 240_000
    begin = time.process_time()
    assert len(read(text).sentences) == 1
    assert time.process_time() - begin < 20


def test_real_articles_lose_no_letter() -> None:
    import pyarrow.parquet as pq

    rows = pq.read_table(labelled("articles/allsides.parquet"), columns=["text"]).column("text").to_pylist()
    for text in rows[::97]:
        check_cover(text)


def test_an_empty_document_has_no_sentences() -> None:
    document = Document("a" * 16, 1, "")
    assert Sentences().measure([document])[document.key].sentences == []
