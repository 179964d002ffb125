"""Tone of sentences by model and word list together: what it says, in whose voice, what it cannot do, and how its weights were fitted."""

from __future__ import annotations

import numpy as np
import pytest
from nutgraf.documents import Document, Rows
from nutgraf.errors import InputError, MeasureError, ResourceError
from nutgraf.measures import sentence_tone, target_model
from nutgraf.measures.sentence_tone import ID, SPAN, SentenceTone, combined, features
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.validate import tone
from nutgraf.validate.items import Item

STORY = """Rescue at the dam

The volunteers were brave and everybody thanked them.

"You are cowards and liars," said Jonas Brandt of the harbour board. The meeting ended at nine.

***"""


def measured(text: str, registry: Registry | None = None, **fields) -> tuple[Document, dict[str, Rows]]:  # noqa: ANN003
    document = Document("a", 1, text, language=fields.pop("language", "en"))
    done = measure_in_memory(registry or Registry(), [ID], [document])
    return document, {name: rows[document.key] for name, rows, failed in done if not failed}


def values(rows: Rows) -> dict[tuple[int, str], float]:
    return {(one.sentence, one.voice): one.value for one in rows.scores if one.status == "ok"}


def test_friendly_and_hostile_sentences_and_the_voices_in_them() -> None:
    document, found = measured(STORY)
    rows = found[ID]
    by_voice = values(rows)
    number = {document.text[s.start : s.end][:12]: s.sentence for s in document.sentences}
    assert by_voice[number["The voluntee"], "all"] > 0.4
    assert abs(by_voice[number["The meeting "], "all"]) < 0.15
    quoted = by_voice[number['"You are cow'], "quoted"]
    assert quoted < -0.3
    labels = {one.sentence: one.label for one in rows.scores if one.voice == "all"}
    assert labels[number["The voluntee"]] == "positive" and labels[number["The meeting "]] == "neutral"


def test_it_has_a_number_where_the_list_has_one_and_nowhere_else() -> None:
    _, found = measured(f"{STORY}\n\n…")
    listed, both = found["tone"].scores, found[ID].scores
    assert {(one.sentence, one.voice): (one.status, one.reason, one.n) for one in listed} == {
        (one.sentence, one.voice): (one.status, one.reason, one.n) for one in both
    }
    assert len(listed) == len(both)
    assert any(one.reason == "no words" and one.value is None for one in both)


def test_every_sentence_with_a_number_is_its_evidence() -> None:
    document, found = measured(STORY)
    spans = {span.sentence: span for span in found[ID].spans}
    scored = {one.sentence for one in found[ID].scores if one.status == "ok"}
    assert set(spans) == scored
    for sentence in document.sentences:
        if sentence.sentence in scored:
            span = spans[sentence.sentence]
            assert (span.start, span.end, span.kind) == (sentence.start, sentence.end, SPAN) and span.rule == "model and word list"


def test_what_a_voice_says_is_asked_by_itself() -> None:
    text = "Mayor's day\n\nThe mayor praised the brilliant work of the nurses and called the budget “a cruel and stupid disaster”."
    document, found = measured(text)
    by_voice = values(found[ID])
    number = next(s.sentence for s in document.sentences if s.part == "body")
    assert by_voice[number, "quoted"] < -0.3 < 0.2 < by_voice[number, "outlet"]


def test_a_sentence_too_long_for_the_model_says_so() -> None:
    _, found = measured("A long day\n\n" + "The gate was open and the tide was high and " * 60 + "nobody came.")
    assert {span.rule for span in found[ID].spans} == {"model and word list", "model, of its beginning, and word list"}


@pytest.mark.parametrize(("options", "language", "reason"), [
    ({ID: {"model": "none"}}, "en", "models were left out"), ({}, "de", "language 'de' is not measured"),
])  # fmt: skip
def test_without_a_model_or_in_another_language_there_is_no_number(options: dict, language: str, reason: str) -> None:
    _, found = measured(STORY, Registry(options), language=language)
    assert [(one.value, one.status, one.reason) for one in found[ID].scores] == [(None, "not_assessable", reason)]
    assert Registry(options).version(ID) == Registry().version(ID) or options


def test_another_model_is_refused() -> None:
    with pytest.raises(ResourceError, match="shipped model alone"):
        SentenceTone(model="some/folder")


def test_weights_of_another_model_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_model, "card", lambda: {"sha256": "0" * 64})
    with pytest.raises(ResourceError, match="fitted to another model"):
        sentence_tone.card.__wrapped__()


def test_the_regression_counted_by_hand() -> None:
    known = features(np.array([[0.5, 0.25, 0.25]]), [0.5])
    assert known.tolist() == [[1.0, np.log(2), 0.0, 0.5]]
    said = combined(known, np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2 * np.log(3)]]))
    assert said[0] == pytest.approx([2 / 6, 1 / 6, 3 / 6])


def test_the_card_says_what_it_was_fitted_on_and_fits_the_model() -> None:
    card = sentence_tone.card()
    assert tuple(card["features"]) == sentence_tone.FEATURES and card["model_sha256"] == target_model.card()["sha256"]
    assert [len(card["weights"][name]) for name in ("hostile", "friendly")] == [4, 4]
    assert card["weights"]["hostile"][1] > 0.5 and card["weights"]["friendly"][2] > 0.5 and card["weights"]["friendly"][3] > 0.2


# validate ---------------------------------------------------------------------------------------------------------------


def item(text: str) -> Item:
    return Item("1", text, {})


def test_validate_asks_what_reports_show() -> None:
    document, found = measured("Weather\n\nEverybody was happy with the wonderful weather.")
    number = next(s.sentence for s in document.sentences if s.part == "body")
    answer = tone.SENTENCES["shipped"].answer([item("Everybody was happy with the wonderful weather.")], Registry())[0]
    assert tone.SENTENCES["shipped"].measure == ID
    assert answer["score"] == pytest.approx(values(found[ID])[number, "all"]) and answer["label"] == 1


def test_methods_differ_and_each_has_its_own_measure() -> None:
    text = [item("The court heard that the crash killed two, and nobody thanked the brave rescuers for their wonderful work.")]
    scores = {name: method.answer(text, Registry())[0]["score"] for name, method in tone.SENTENCES.items()}
    assert len(set(scores.values())) == 4 and set(scores) == {"shipped", "vader", "news", "model"}
    assert {method.measure for method in tone.SENTENCES.values()} == {ID, "tone", "tone_news", "target_tone"}


def test_validate_says_what_it_cannot_do() -> None:
    with pytest.raises(MeasureError, match="models were left out"):
        tone.SENTENCES["shipped"].answer([item("A day.")], Registry({ID: {"model": "none"}}))
    with pytest.raises(InputError, match="the text is empty"):
        tone.SENTENCES["shipped"].answer([item("  ")], Registry())
