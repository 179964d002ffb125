"""Word lists of tone: the carried one is what its card says, and a bad line is refused with its number."""

from __future__ import annotations

import csv

import pytest
from nutgraf.errors import InputError
from nutgraf.measures.lexicons import card, carried_lexicon, read_lexicon
from nutgraf.resources import own, sha256_of

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
