"""Tone: the package's own values, the words behind each, and what is not scored."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document, Rows
from nutgraf.measures.tone import Tone
from nutgraf.measures.vader import Vader
from nutgraf.reading.voices import Voices

from tests.conftest import labelled
from tests.reading_scores import BAD_INPUT, read

VADER = Vader()
SPICE = (
    "no not never so this without doubt least at very kind of sort but or nor isn't DON'T cannot the bomb bad ass bus stop yeah right"
    " kiss death to die for beating heart 😀 😁fun x❤ 💔 good GOOD Bad! terrible, (nice) :) :-( lol VERY barely hugely ıİΣ ;D no. kind"
).split()  # fmt: skip


@pytest.fixture(scope="module")
def package():  # noqa: ANN201
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def tone_of(text: str, **fields) -> tuple[Document, Rows]:  # noqa: ANN003
    document = read(text, **fields)
    return document, Tone().measure([document])[document.key]


def agree(package, text: str) -> None:  # noqa: ANN001
    expected = package.polarity_scores(text)
    value, hits = VADER.score(text)
    assert value == expected["compound"], text
    assert VADER.polarity(text)._asdict() == expected, text
    assert hits or not value
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)


def made_up(number: int, seed: int) -> list[str]:
    """Sentences of words of the list and of what changes them, with capitals, odd spaces, emoji, end marks and equal values."""
    chance, words, found = random.Random(seed), sorted(VADER.lexicon), []  # noqa: S311
    for place in range(number):
        sentence = [chance.choice(words if chance.random() < 0.4 else SPICE) for _ in range(chance.randint(0, 14))]
        sentence = [word.upper() if chance.random() < 0.1 else word for word in sentence]
        sentence += sentence[:3] if place % 3 == 0 else []  # equal values, which "but" treats oddly
        found.append(chance.choice([" "] * 6 + ["  ", "\t", "\u00a0", " \n", "\u2003", "\x1f"]).join(sentence) + chance.choice(["", "!", "!!", "??", "????", "."]))
    return found


def test_all_four_numbers_of_the_package_on_sixty_thousand_made_up_sentences(package) -> None:  # noqa: ANN001
    sentences = made_up(60_000, seed=7)
    for sentence, four in zip(sentences, VADER.polarities(sentences).tolist(), strict=True):
        expected = package.polarity_scores(sentence)
        assert four == [expected[name] for name in ("neg", "neu", "pos", "compound")], sentence


def test_words_and_places_of_made_up_sentences(package) -> None:  # noqa: ANN001
    for sentence in made_up(3_000, seed=8):
        agree(package, sentence)
        for hit in VADER.score(sentence)[1]:
            assert sentence[hit.start : hit.end].lower() == hit.word or not sentence.isascii()


def test_many_sentences_at_once_are_as_each_by_itself() -> None:
    sentences = ["", " ", "?!", "Good.", "\ud800 bad", "a\x00good", "😀", "x " * 5_000 + "terrible"] * 40
    assert VADER.polarities(sentences).tolist() == [list(VADER.polarity(sentence)) for sentence in sentences]
    assert VADER.polarities([]).shape == (0, 4)


def test_arrow_cuts_words_where_python_does() -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    sizes = pc.list_value_length(pc.utf8_split_whitespace(pa.array([f"a{one}a" for one in characters]))).to_pylist()
    assert sizes == [len(f"a{one}a".split()) for one in characters]


@pytest.mark.accuracy
def test_all_four_numbers_of_the_package_on_every_sentence_of_real_articles(package) -> None:  # noqa: ANN001
    import pyarrow.parquet as pq

    texts = pq.read_table(labelled("articles/allsides.parquet"), columns=["text"]).column("text").to_pylist()
    for text in filter(None, texts):
        document = read(text, language="en")
        sentences = [text[sentence.start : sentence.end] for sentence in document.sentences]
        for sentence, four in zip(sentences, VADER.polarities(sentences).tolist(), strict=True):
            expected = package.polarity_scores(sentence)
            assert four == [expected[name] for name in ("neg", "neu", "pos", "compound")], sentence


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=80), st.lists(st.sampled_from(SPICE), max_size=20).map(" ".join)))
def test_the_packages_value_on_any_text(package, text: str) -> None:  # noqa: ANN001
    agree(package, text)


@pytest.mark.parametrize("share", [80, pytest.param(10, marks=pytest.mark.accuracy)])
def test_the_packages_value_on_a_tenth_of_real_articles_for_sentences_and_segments(package, share: int) -> None:  # noqa: ANN001
    """Every sentence and segment of a seeded tenth; of one article in eighty where time is short."""
    import pyarrow.parquet as pq

    texts = pq.read_table(labelled("articles/allsides.parquet"), columns=["text"]).column("text").to_pylist()
    for text in random.Random(3).sample(texts, len(texts) // share):  # noqa: S311
        document, rows = tone_of(text, language="en")
        voices = Voices(document)
        sentences = {sentence.sentence: sentence for sentence in document.sentences}
        for score in rows.scores:
            if score.status != "ok":
                continue
            sentence = sentences[score.sentence]
            words = document.text[sentence.start : sentence.end]
            if sentence.voice != "outlet" and score.voice != "all":
                pieces = voices.segments(sentence.start, sentence.end)[score.voice]
                words = " ".join(document.text[a:b].strip() for a, b in pieces)
            assert score.value == package.polarity_scores(words)["compound"], words


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*SPICE, "“", "”", "said", "Holm.", "\n\n", "The", "tide"]), max_size=40))
@example(["no", "“", "😀"])
def test_every_number_that_is_not_zero_has_its_words(words: list[str]) -> None:
    text = " ".join(words)
    document, rows = tone_of(text)
    found: dict[int | None, list] = {}
    for span in rows.spans:
        sentence = document.sentences[span.sentence or 0]
        assert sentence.start <= span.start < span.end <= sentence.end
        assert span.rule == f"vader:{text[span.start : span.end].lower()}" or not text[span.start : span.end].isascii()
        found.setdefault(span.sentence, []).append(span)
    for score in rows.scores:
        if score.status == "ok":
            here = found.get(score.sentence, [])
            # Where somebody is quoted, a word may count for one voice alone, such as an emoji outside the marks or alone between them.
            heard = {other.voice for other in rows.scores if other.sentence == score.sentence}
            assert score.n == len(here) if heard == {"all", "outlet"} else score.n <= len(here)
        if score.value:
            assert found[score.sentence] and score.n


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It was a good day.", ["good"]),
        ("It was not a good day.", ["good"]),
        ("There is no hope.", ["no", "hope"]),
        ("No.", []),
        ("It is the bomb, they say.", ["bomb"]),
        ("She gave it the kiss of death.", ["kiss", "death"]),
        ("They came 😀 and went.", ["😀"]),
        ("It is kind of good.", ["good"]),
        ("The tide came in.", []),
    ],
)
def test_the_words_that_counted(text: str, words: list[str]) -> None:
    document, rows = tone_of(text + " \n\nNobody saw that, the clerk said.")
    first = [document.text[span.start : span.end] for span in rows.spans if span.sentence == 0]
    value = next(score.value for score in rows.scores if score.sentence == 0)
    if text == "No.":  # a word of two letters keeps its full stop in VADER, and so is not in its list
        assert value == 0.0
    assert [word for word in dict.fromkeys(first)] == words
    assert bool(words) == bool(value)


def test_a_sentence_of_two_voices_is_scored_whole_and_by_voice() -> None:
    _, rows = tone_of("He called it “a terrible disaster” and was glad to sail.")
    assert {(score.voice, score.n) for score in rows.scores} == {("all", 2), ("outlet", 1), ("quoted", 2)}
    by_voice = {score.voice: score.value for score in rows.scores}
    assert by_voice["outlet"] > 0 > by_voice["quoted"]


def test_a_word_beside_a_curly_mark_counts_within_its_quotation_and_has_its_span() -> None:
    """The package strips straight marks only; the values are kept as it gives them, and each has its evidence."""
    document, rows = tone_of("She said “good” and went.")
    assert {score.voice: (score.value, score.n) for score in rows.scores} == {
        "all": (0.0, 0), "outlet": (0.0, 0), "quoted": (0.4404, 1),
    }  # fmt: skip
    assert [document.text[span.start : span.end] for span in rows.spans] == ["good"]


def test_promotion_is_never_scored() -> None:
    document, rows = tone_of("The tide came in, the clerk said.\n\nRead more: A wonderful, lovely day\n\nIt went out again.")
    scored = {document.sentences[score.sentence].part for score in rows.scores}
    assert scored == {"body"} and not rows.spans


def test_nothing_scores_nothing_and_never_zero() -> None:
    for text in ("", "  \n "):
        _, rows = tone_of(text)
        assert [(score.status, score.value, score.sentence) for score in rows.scores] == [("not_assessable", None, None)]
    _, rows = tone_of("— — —\n\n???")
    assert {(score.status, score.value) for score in rows.scores} == {("not_assessable", None)}
    _, rows = tone_of("Die Flut war gut.", language="de")
    assert [(score.status, score.reason) for score in rows.scores] == [("not_assessable", "language 'de' is not measured")]


def test_a_text_without_an_end_is_not_one_sentence() -> None:
    begin = time.process_time()
    _, rows = tone_of("good and bad and " * 60_000)
    assert [(score.status, score.value, score.reason) for score in rows.scores] == [
        ("not_assessable", None, "no sentence ends within 1,000 words")
    ]
    assert time.process_time() - begin < 10


def test_vader_itself_takes_time_as_the_text_grows() -> None:
    def seconds(times: int) -> float:
        begin = time.process_time()
        VADER.score("GOOD and bad but so NOT good " * times)
        return time.process_time() - begin

    seconds(10)
    assert min(seconds(20_000) for _ in range(2)) < 120 * max(0.001, min(seconds(1_000) for _ in range(3)))


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input(text: str) -> None:
    document, rows = tone_of(text)
    assert rows.scores
    assert all(-1 <= score.value <= 1 for score in rows.scores if score.status == "ok")
    assert all(score.value is None for score in rows.scores if score.status != "ok")
    assert all(0 <= span.start < span.end <= len(document.text) for span in rows.spans)
