"""Hedges, boosters and first person: the list, what a capital says, rates by voice, and input that no reader may stumble over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document, Span
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.reading import hedge_words
from nutgraf.reading.hedges import DIMENSIONS
from nutgraf.resources import own
from nutgraf.schema import ANALYSED_PARTS

from tests.reading_scores import BAD_INPUT, f1

GOLD = Path(__file__).parent / "eval" / "gold" / "hedges.jsonl"
FLOORS = json.loads((GOLD.parent.parent / "floors.json").read_text(encoding="utf-8"))["hedges"]
KINDS = tuple(DIMENSIONS)


def read(*texts: str, language: str | None = "en") -> list[Document]:
    documents = [Document(str(at), 1, text, language=language) for at, text in enumerate(texts)]
    for _, _, failed in measure_in_memory(Registry(), ["hedges"], documents):
        assert not failed, failed
    return documents


def found(text: str, *kinds: str) -> list[str]:
    (document,) = read(text)
    return [text[span.start : span.end] for span in document.spans["hedges"] if span.kind in (kinds or KINDS)]


@pytest.mark.parametrize("kind", KINDS)
def test_gold_sentences(kind: str) -> None:
    gold = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert len(gold) >= 120 and 0.4 < sum(not item["spans"] for item in gold) / len(gold) < 0.6
    counts = [0, 0, 0]
    for item, document in zip(gold, read(*(item["text"] for item in gold)), strict=True):
        wanted = {(start, end) for start, end, what in item["spans"] if what == kind}
        got = {(span.start, span.end) for span in document.spans["hedges"] if span.kind == kind}
        counts = [counts[0] + len(wanted & got), counts[1] + len(got - wanted), counts[2] + len(wanted - got)]
    assert f1(counts) >= FLOORS[kind], counts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Classes of errors that real articles showed; the sentences are our own.
        ("The scheme is for certain villages only.", []),
        ("The culprit was him, that is for certain.", ["for certain"]),
        ("The guards obeyed without question.", []),
        ("It is without question the finest quay in the land.", ["without question"]),
        ("Applicants must have lived here for a year.", []),
        ("The clerk must have lived here for a year.", ["must"]),
        ("The union said so in no uncertain terms.", []),
        ("Half of likely voters want a new bridge.", []),
        ("A vote on the bridge is likely.", ["likely"]),
        ("From the pier three sails could be seen.", []),
        ("He asked how he could mend it, though it could break.", ["could"]),
        ("The vote is almost surely lost.", ["almost surely"]),
        ("We see a boat and we think, ‘There it goes.’", []),
        ("Boys are more likely to fall from a high wall than girls.", []),
        ("The owner alleged that the brakes had failed.", []),
        ("She spoke on the whole question of rents.", []),
        ("It was, on the whole, a dull evening.", ["on the whole"]),
        ("Nobody knows what it looks like inside.", []),
        ("He is a pay-on-the-day kind of man.", []),
        ("The boat might still float, but with what might?", ["might"]),
        ("The ship changed course, and of course it was late.", ["of course"]),
        ("The ship may\nwell sink.", ["may"]),
        ("The map is “clearly” wrong, though it is not really new.", ["clearly"]),
        ("Nearly 40 boats, about half of them new, often leave at six.", []),
        ("The mayor will resign, the paper said, and claims he would win.", []),
        ("żmay and mayż are no words, nor are unlikelyż.", []),
    ],
)
def test_words_that_can_be_something_else(text: str, expected: list[str]) -> None:
    assert found(text, "hedge", "booster") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Late in the evening I met King Charles I of Ludd.", ["I"]),
        ("“Charles I am sorry to lose,” said Ada, “and so am I. The rest I am not.”", ["I", "I", "I"]),
        ("Phase I ends in May; Type I and II follow.", []),
        ("I. Quill wrote it. So did I.", ["I"]),
        ("I'm late and I’ve lost it.", ["I", "I"]),
        ("i was never asked, wrote the poet e e.", []),
        ("The US told us to wait for US ships.", ["us"]),
        ("US SHIPS LEAVE, BUT WE STAY", ["WE"]),
        ("The play We The Living ran for a week, and Our Town for two.", []),
        ("Why We Left Our Farm", ["We", "Our"]),
        ("Theirs is old and ours is new; the gold mine is mine.", ["ours", "mine"]),
        ("“My boat sank,” she said. “My Lai was worse.”", ["My"]),
    ],
)
def test_first_person_and_its_doubles(text: str, expected: list[str]) -> None:
    assert found(text, "first_person") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The gate opens in May.", []),
        ("Ships May Leave Port Early", ["May"]),
        ("Theresa May Leaves Port Early", []),
        ("Port Reopens In May After Storm", []),
        ("The Mays and May Quill left on May 4.", []),
        ("STORM MAY HIT PORT", ["MAY"]),
        ("MAY WINS AGAIN", []),
    ],
)  # fmt: skip
def test_may(text: str, expected: list[str]) -> None:
    assert found(text, "hedge") == expected


def test_a_span_says_what_it_is_and_where() -> None:
    text = "Old news\n\nThe pier is gone. I think the storm clearly was to blame."
    (document,) = read(text)
    assert document.spans["hedges"] == [
        Span(2, 28, 35, "hedge", "i think", "opinion", None, "I-think"),
        Span(2, 28, 29, "first_person", "i", "singular", None, "I"),
        Span(2, 46, 53, "booster", "clearly", "certainty", None, "clearly"),
    ]


def test_only_what_tells_the_story_is_read() -> None:
    text = "Pier lost\n\nIt may rain.\n\nSign up for our newsletter\n\nRead more: Why we may lose the pier\n\nIt might snow."
    (document,) = read(text)
    parts = {sentence.sentence: sentence.part for sentence in document.sentences}
    assert "newsletter" in parts.values() or "promo" in parts.values()
    assert [(text[s.start : s.end], parts[s.sentence]) for s in document.spans["hedges"]] == [("may", "body"), ("might", "body")]


def test_rates_are_per_100_words_of_each_voice() -> None:
    outlet = "The pier may fall, and nobody in the town of Ludd knows for how long it has stood there by now. "
    quoted = "“We think that it will perhaps stand for as long as we live, and so will the little lighthouse at the far end of the harbour wall, and the old inn.” "
    (document,) = read(outlet * 2 + quoted)
    rates = {(score.dimension, score.voice): score for score in document.scores["hedges"]}
    counted = {voice: hedge_words.count(hedge_words.fold(text), [(0, len(text))]) for voice, text in (("outlet", outlet * 2), ("quoted", quoted))}
    assert counted == {"outlet": 42, "quoted": 31}
    assert rates["hedges", "outlet"].value == pytest.approx(100 * 2 / 42) and rates["hedges", "outlet"].n == 2
    assert rates["hedges", "quoted"].value == pytest.approx(100 * 2 / 31) and rates["hedges", "quoted"].n == 2
    assert rates["hedges", "all"].value == pytest.approx(100 * 4 / 73)
    assert rates["first_person", "quoted"].n == 2 and rates["first_person", "outlet"].value == 0, "no place in enough words is a measured 0"
    assert all(score.sentence is None for score in document.scores["hedges"])
    assert {score.voice for score in document.scores["hedges"] if score.status != "ok"} == {"reported"}, "nothing is reported here"


def test_a_voice_with_few_words_has_no_rate() -> None:
    (document,) = read("The pier may fall, and nobody in the town of Ludd knows for how long it has stood there. " * 3 + "“It may,” he said.")
    rates = {(score.dimension, score.voice): score for score in document.scores["hedges"]}
    for dimension in DIMENSIONS.values():
        score = rates[dimension, "quoted"]
        assert (score.status, score.value, score.n, score.reason) == ("not_assessable", None, None, "2 words, 30 needed")
    assert rates["hedges", "all"].n == 4, "the place is still evidence and counts for the whole"


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("Es may sein.", "de", "language 'de' is not measured"), ("", "en", "no sentence in headline, standfirst or body"),
        ("It may rain.", "en", "3 words, 30 needed"),
    ],
)  # fmt: skip
def test_what_is_not_assessable_says_why(text: str, language: str, why: str) -> None:
    (document,) = read(text, language=language)
    scores = document.scores["hedges"]
    assert {score.dimension for score in scores} == set(DIMENSIONS.values())
    assert all(score.status == "not_assessable" and score.value is None for score in scores) and why in {score.reason for score in scores}


def consistent(document: Document) -> None:
    """Spans lie in the text, in analysed sentences, in order; each number counts them."""
    spans = document.spans["hedges"]
    parts = {sentence.sentence: sentence for sentence in document.sentences}
    assert [(span.start, -span.end) for span in spans] == sorted((span.start, -span.end) for span in spans)
    for span in spans:
        sentence = parts[span.sentence]
        assert sentence.start <= span.start < span.end <= sentence.end and sentence.part in ANALYSED_PARTS
        assert span.value == hedge_words.fold(document.text)[span.start : span.end]
        assert hedge_words.classes()[str(span.label)]["kind"] == span.kind
    for kind, dimension in DIMENSIONS.items():
        scores = [score for score in document.scores["hedges"] if score.dimension == dimension]
        assert scores and all((score.value is None) == (score.status == "not_assessable") for score in scores)
        for score in scores:
            if score.voice == "all" and score.n is not None:
                assert score.n == sum(span.kind == kind for span in spans)


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input(name: str) -> None:
    (document,) = read(BAD_INPUT[name])
    consistent(document)


_PIECES = st.one_of(
    st.sampled_from(
        "may MAY May might could I I. I-95 we WE US us mine of course clearly appears to said to be sort of rather than not really “ ” ‘ ’ \" . , \n \n\n \t İ ß ſ Σ ﬁ "
        "\u202e \x00 _ ż 4 King World War must have been for certain in fact it looks like".split(" ")
    ),
    st.text(max_size=5),
)


@given(st.lists(_PIECES, max_size=60).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_any_text(text: str) -> None:
    (document,) = read(text)
    consistent(document)


def test_folding_moves_no_character() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert len(hedge_words.fold(every)) == len(every)


def test_a_very_long_text_costs_each_place_its_own_surroundings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "of course it may be that I said so, but it appears to be more likely and " * 70_000
    assert len(text) > 5_000_000
    looked: list[int] = []
    with monkeypatch.context() as patched:
        patched.setattr(hedge_words.Entry, "fits", lambda self, before, after: bool(looked.append(max(len(before), len(after)))) or True)
        hedge_words.hits(hedge_words.fold(text[:50_000]), [(0, 50_000)])
    assert max(looked) == hedge_words.REACH
    (hits,) = hedge_words.hits(hedge_words.fold(text), [(0, len(text))])
    assert len(hits) == 70_000 * 5


def test_every_class_says_what_it_means_and_where_the_notion_is_from() -> None:
    classes = hedge_words.classes()
    assert {held["kind"] for held in classes.values()} == set(KINDS)
    assert all(held["meaning"] and held["source"] for held in classes.values())
    entries = [(form.words, form.entry.id) for forms in hedge_words.words().anchors.values() for form in forms]
    assert len(entries) > 250 and len(set(entries)) == len(entries), "no entry has a spelling twice"


def test_a_broken_list_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from nutgraf.errors import ResourceError

    broken = tmp_path / "hedges.toml"
    broken.write_text(own("hedges.toml").read_text(encoding="utf-8").replace('kind = "booster"', 'kind = "bosster"', 1), encoding="utf-8")
    monkeypatch.setattr(hedge_words, "own", lambda name: broken)
    monkeypatch.setattr(hedge_words, "_read", hedge_words._read.__wrapped__)
    with pytest.raises(ResourceError, match="bosster"):
        hedge_words.words.__wrapped__()
