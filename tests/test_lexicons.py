"""Word lists of tone: the carried one is what its card says, and a bad line is refused with its number."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.desk import Desk
from nutgraf.documents import Document, Rows
from nutgraf.errors import InputError
from nutgraf.measures.lexicons import card, carried_lexicon, read_lexicon
from nutgraf.measures.tone import Tone
from nutgraf.measures.tone_news import ToneNews
from nutgraf.measures.vader import Vader
from nutgraf.measuring import Registry
from nutgraf.resources import own, sha256_of

from tests.reading_scores import BAD_INPUT, read

HEAD = "word,weight,class\n"


def test_the_carried_list_is_large_and_in_range_and_each_word_stands_once() -> None:
    rows = list(csv.DictReader(own("lexicons/news.csv").read_text(encoding="utf-8").splitlines()))
    words = [row["word"] for row in rows]
    assert len(words) == len(set(words)) and words == [word.lower() for word in words]
    news = carried_lexicon("news")
    assert len(news.weights) >= 1_200 and len(news.topics) >= 400 and len(news.weights) + len(news.topics) == len(rows)
    assert all(0 < abs(weight) <= 4 for weight in news.weights.values())
    assert {"crash", "cancer", "debt", "court", "war", "killed"} <= news.topics


def test_the_card_speaks_of_this_file() -> None:
    about = card("news")
    assert about["sha256"] == sha256_of(own("lexicons/news.csv")) == carried_lexicon("news").sha256
    assert about["redistributable"] is True and about["licence"] == "MIT"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "line 1: the columns are missing"),
        ("word,weight\n", "line 1: the columns are word, weight"),
        (HEAD + "fine,1,evaluative\n\nawful,2\n", "line 4: 2 columns"),
        (HEAD + "Fine,1,evaluative\n", "line 2: 'Fine' has a capital"),
        (HEAD + "very fine,1,evaluative\n", "line 2: 'very fine' is not one word"),
        (HEAD + ",1,evaluative\n", "line 2: '' is not one word"),
        (HEAD + "fine,high,evaluative\n", "line 2: the weight 'high' is no number"),
        (HEAD + "fine,nan,evaluative\n", "line 2: the weight nan is not between"),
        (HEAD + "fine,4.1,evaluative\n", "line 2: the weight 4.1 is not between"),
        (HEAD + "fine,0,evaluative\n", "line 2: 'fine' is evaluative and weighs 0"),
        (HEAD + "court,-1,topic\n", "line 2: 'court' is topic and weighs -1"),
        (HEAD + "fine,1,opinion\n", "line 2: class must be evaluative or topic"),
        (HEAD + "fine,1,evaluative\nfine,2,evaluative\n", "line 3: 'fine' stands in line 2 already"),
        (HEAD + "fine,1,evaluative\nfine,0,topic\n", "line 3: 'fine' stands in line 2 already"),
        (HEAD + '"fine,1,evaluative\n', "it is no CSV"),
        (HEAD + "court,0,topic\n", "no evaluative word"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(content: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read_lexicon(content, "tone_words.csv")
    assert reason in str(caught.value) and "tone_words.csv" in str(caught.value)


def news_of(text: str, lexicon: str = "", **fields) -> tuple[Document, Rows]:  # noqa: ANN003
    document = read(text, **fields)
    return document, ToneNews(lexicon).measure([document])[document.key]


def whole(text: str, lexicon: str = "") -> float | None:
    return next(score.value for score in news_of(text, lexicon)[1].scores if score.voice == "all")


SPICE = "not very BUT but no never so least superb SUPERB shameful court COURT killed debt praised lied “ ” said Holm. The tide ! 😀 \n\n".split(" ")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SPICE), max_size=40).map(" ".join))
def test_every_number_that_is_not_zero_has_its_words_and_no_topic_counts(text: str) -> None:
    document, rows = news_of(text)
    counted: dict[int | None, int] = {}
    for span in rows.spans:
        sentence = document.sentences[span.sentence or 0]
        assert sentence.start <= span.start < span.end <= sentence.end and span.kind == "tone_word"
        assert span.rule == f"news:{text[span.start : span.end].lower()}"
        assert (span.label == "topic") == (span.value == "0")
        counted[span.sentence] = counted.get(span.sentence, 0) + (span.label is None)
    for score in rows.scores:
        assert score.dimension == "tone_news"
        if score.status == "ok" and document.sentences[score.sentence].voice != "mixed":
            assert score.n == counted.get(score.sentence, 0)
        if score.value:
            assert counted[score.sentence] and score.n


def test_what_news_is_about_is_shown_and_is_no_opinion() -> None:
    text = "The COURT heard how a very deadly crash killed the debt collector."
    document, rows = news_of(text)
    assert {(score.value, score.n) for score in rows.scores} == {(0.0, 0)}
    assert [(document.text[span.start : span.end], span.label) for span in rows.spans] == [
        (word, "topic") for word in ("COURT", "deadly", "crash", "killed", "debt")
    ]


def test_the_rules_are_vaders() -> None:
    words = "word,weight,class\nfineish,2,evaluative\n"
    assert whole("It is fineish.", words) == Vader({"fineish": 2.0}).score("It is fineish.")[0] > 0
    assert whole("It is not fineish.", words) < 0
    assert whole("It is very fineish.", words) > whole("It is fineish.", words)
    assert whole("It is FINEISH.", words) > whole("It is fineish.", words)
    assert whole("It is good.", words) == 0.0


def test_with_vaders_own_weights_both_measures_say_the_same() -> None:
    """Those of its words that a file can hold; what the two measures share stands once."""
    weights = {word: weight for word, weight in Vader().lexicon.items() if word.isascii() and word.isalpha() and word.islower() and weight}
    rows = "".join(f"{word},{weight},evaluative\n" for word, weight in weights.items())
    text = "He called it “a terrible disaster” and was very glad to sail.\n\nIt was NOT a good day, but the harbour is lovely!\n\nThe tide came in."
    document, news = news_of(text, "word,weight,class\n" + rows)
    vader = Tone().measure([document])[document.key]
    assert [score._replace(dimension="tone") for score in news.scores] == vader.scores and len(news.scores) > 4
    assert [span._replace(rule=span.rule.replace("news:", "vader:")) for span in news.spans] == vader.spans


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input(text: str) -> None:
    document, rows = news_of(text)
    assert rows.scores
    assert all((score.value is not None and -1 <= score.value <= 1) == (score.status == "ok") for score in rows.scores)
    assert all(0 <= span.start < span.end <= len(document.text) for span in rows.spans)


def test_a_desks_own_words_take_the_place_of_the_list(tmp_path) -> None:  # noqa: ANN001
    (tmp_path / "nutgraf.toml").write_text('title = "Desk"\n')
    before = Registry(Desk(tmp_path).measure_options).get("tone_news")
    file = tmp_path / "data" / "decisions" / "tone_words.csv"
    file.parent.mkdir(parents=True)
    file.write_text("word,weight,class\nquayish,3,evaluative\n")
    measure = Registry(Desk(tmp_path).measure_options).get("tone_news")
    assert measure.resources != before.resources and measure.resources[-1].name == "tone_words.csv"
    document = read("A quayish evening.")
    assert [span.rule for span in measure.measure([document])[document.key].spans] == ["news:quayish"]
    file.write_text("word,weight,class\nquayish,9,evaluative\n")
    with pytest.raises(InputError, match="line 2"):
        Registry(Desk(tmp_path).measure_options).get("tone_news")
