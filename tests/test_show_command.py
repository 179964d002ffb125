"""``nutgraf show``: a place with its surroundings, its rules and their versions, as text and as JSON."""

from __future__ import annotations

import json

import pytest
from nutgraf.cli.showing import CONTEXT, look
from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.measuring import Registry

from tests.test_cli import nutgraf, one_line


@pytest.fixture(scope="module")
def word(finished: Desk) -> dict:
    """A counted word of the sample, well inside its article."""
    spans = finished.store.read("spans").to_pandas()
    found = spans[(spans["kind"] == "tone_word") & (spans["measure"] == "tone") & (spans["start"] > CONTEXT + 50)].sort_values(["article_id", "start"])
    return found.iloc[0].to_dict()


def text_of(desk: Desk, word: dict) -> str:
    rows = desk.store.read("articles", ["article_id", "version", "text"]).to_pylist()
    return next(row["text"] for row in rows if (row["article_id"], row["version"]) == (word["article_id"], word["version"]))


def test_a_place_has_its_surroundings_its_rule_and_the_version_of_its_measure(finished: Desk, word: dict) -> None:
    found = look(finished, word["article_id"], f"{word['start']}:{word['end']}", int(word["version"]))
    text, place = text_of(finished, word), found["place"]
    assert place["text"] == text[word["start"] : word["end"]]
    assert place["before"] + place["text"] + place["after"] == text[word["start"] - CONTEXT : word["end"] + CONTEXT]
    (span,) = [span for span in found["spans"] if span["measure"] == "tone"]
    assert (span["rule"], span["measure"], span["text"]) == (word["rule"], "tone", place["text"])
    assert span["measure_version"] == Registry(finished.settings.measures).version("tone")
    (sentence,) = found["sentences"]
    assert sentence["start"] <= word["start"] and word["end"] <= sentence["end"] and place["text"] in sentence["text"]
    tones = [score for score in found["scores"] if score["measure"] == "tone" and score["voice"] == "all"]
    assert [score["sentence"] for score in tones] == [sentence["sentence"]]
    assert found["scores"][-1]["sentence"] is None
    assert found["lacking"] == [], "a notebook asks for each"


def test_the_beginning_of_an_id_is_enough_and_an_overview_has_every_sentence(finished: Desk, word: dict) -> None:
    ids = set(finished.store.read("articles", ["article_id"])["article_id"].to_pylist())
    short = next(word["article_id"][:n] for n in range(1, 17) if sum(name.startswith(word["article_id"][:n]) for name in ids) == 1)
    found = look(finished, short)
    assert found["article"]["article_id"] == word["article_id"] and found["place"] is None and found["spans"] == []
    assert [sentence["sentence"] for sentence in found["sentences"]] == list(range(len(found["sentences"])))
    assert all(score["sentence"] is None for score in found["scores"]) and found["scores"]


def test_an_older_version_can_be_shown(finished: Desk) -> None:
    articles = finished.store.read("articles", ["article_id", "version"]).to_pandas()
    twice = articles[articles["version"] == 2].iloc[0]["article_id"]
    assert look(finished, twice)["article"]["version"] == 2
    old = look(finished, twice, version=1)
    assert old["article"]["version"] == 1 and old["article"]["versions"] == [1, 2]
    assert "hedges" in old["lacking"] and "tone" not in old["lacking"], "05-versions alone looks at it"
    with pytest.raises(UsageError, match="no version 3") as error:
        look(finished, twice, version=3)
    assert "Versions: 1, 2." in str(error.value)


@pytest.mark.parametrize(
    ("span", "said"),
    [("9:9", "holds nothing. START must be less"), ("9:3", "holds nothing"), ("0:9999999", "reaches beyond the text. Its text has"),
     ("x", "is no span. Write START:END"), ("-1:4", "is no span"), ("", "is no span")],
)  # fmt: skip
def test_a_span_that_is_none_is_said(finished: Desk, word: dict, span: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        look(finished, word["article_id"], span)
    assert said in str(error.value) and "Nothing was shown" in str(error.value)


def test_an_article_that_is_not_there_is_said_with_those_that_begin_alike(finished: Desk, word: dict) -> None:
    with pytest.raises(UsageError) as error:
        look(finished, word["article_id"][:10] + "zzzzzz")
    assert f"no such article on this desk. Did you mean {word['article_id']}?" in str(error.value)
    with pytest.raises(UsageError, match="no such article") as error:
        look(finished, "zz")
    assert "article_id from a report's evidence" in str(error.value)
    with pytest.raises(UsageError, match="articles begin so") as error:
        look(finished, word["article_id"][0])
    assert "Give more of it" in str(error.value)


def test_the_command_prints_text_or_json_and_errors_in_one_line(finished: Desk, word: dict, tmp_path) -> None:
    arguments = ("show", word["article_id"], "--span", f"{word['start']}:{word['end']}")
    done = nutgraf(finished.root, *arguments)
    place = text_of(finished, word)[word["start"] : word["end"]]
    assert done.returncode == 0 and "\x1b" not in done.stdout
    assert f"[{place}]" in done.stdout and f"rule {word['rule']} · tone {word['measure_version']}" in done.stdout
    assert json.loads(nutgraf(finished.root, *arguments, "--json").stdout)["place"]["text"] == place
    wrong = nutgraf(finished.root, "show", "zz")
    assert wrong.returncode == 2 and "no such article" in one_line(wrong)
    assert "no desk here" in one_line(nutgraf(tmp_path, "show", "zz"))
