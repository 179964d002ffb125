"""Figures: what a number says however it is written, what is no figure, ends of ranges, and text that no reader may stumble over."""

from __future__ import annotations

import doctest
import json
import pickle
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document, Span
from nutgraf.measures import figure_joins, figure_patterns, numerals
from nutgraf.measures import figures as measure
from nutgraf.measures.figures import LABELS, Figures, figures
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.schema import ANALYSED_PARTS

from tests.reading_scores import BAD_INPUT

GOLD = [json.loads(line) for line in (Path(__file__).parent / "eval" / "gold" / "figures.jsonl").read_text(encoding="utf-8").splitlines()]


def of(text: str, language: str | None = "en") -> list[tuple[str, str, str]]:
    (found,) = figures(text, [(0, len(text))], language)
    return [(text[number.start : number.end], number.text, number.label) for number in found]


def values(text: str, language: str | None = "en") -> list[str]:
    return [value for _, value, _ in of(text, language)]


def read(*texts: str, language: str | None = "en") -> list[Document]:
    documents = [Document(str(at), 1, text, language=language) for at, text in enumerate(texts)]
    for _, _, failed in measure_in_memory(Registry(), ["figures"], documents):
        assert not failed, failed
    return documents


@pytest.mark.parametrize("module", [measure, numerals, figure_joins, figure_patterns])
def test_docstrings(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("item", GOLD, ids=lambda item: item["text"][:40])
def test_gold_sentences(item: dict) -> None:
    assert of(item["text"], item.get("language", "en")) == [tuple(figure) for figure in item["figures"]]


def test_the_gold_has_both() -> None:
    assert len(GOLD) >= 80 and 0.3 < sum(not item["figures"] for item in GOLD) / len(GOLD) < 0.5
    assert {label for item in GOLD for _, _, label in item["figures"]} == set(LABELS)


@pytest.mark.parametrize(
    ("forms", "value"),
    [
        (("1.9bn", "1.9 billion", "1,900 million", "1.9-billion", "1,900,000,000", "1.90bn", "one point nine billion"), "1,900,000,000"),
        (("3%", "3 %", "3 per cent", "three percent", "three per cent", "Three Per Cent", "3 pct", "3pc", "3.0%", "THREE PERCENT"), "3 %"),
        (("€400,000", "€ 400,000", "€0.4m", "400,000 euros", "€400k", "EUR 400,000", "400,000 EUR", "400,000€", "four hundred thousand euros"), "€ 400,000"),
        (("$5", "US$5", "five dollars", "5 US dollars", "$5.00", "USD 5"), "$ 5"),
        (("50p", "50 pence", "£0.50", "fifty pence"), "£ 0.5"),
        (("seventy-three", "Seventy three", "73", "SEVENTY-THREE", "73.0"), "73"),
        (("a hundred", "one hundred", "100"), "100"),
        (("-5", "−5", "minus five", "minus 5"), "-5"),
        (("2½", "2.5", "two and a half"), "2.5"),
        (("-€3m", "€-3m", "minus 3 million euros"), "€ -3,000,000"),
        (("four percentage points", "4 percentage points", "a 4-percentage-point", "4%-point"), "4 points"),
        ((".5", "0.5"), "0.5"),
    ],
)  # fmt: skip
def test_a_value_is_the_same_however_it_is_written(forms: tuple[str, ...], value: str) -> None:
    for form in forms:
        assert values(f"It was {form} then.") == [value], form


def in_words(n: int) -> str:
    """A number in English words, by a way of its own."""
    small = {number: word for word, number in {**numerals.UNITS, **numerals.TEENS, **numerals.TENS}.items() if word != "fourty"}
    if n in small:
        return small[n]
    if n < 100:
        return f"{small[n - n % 10]}-{small[n % 10]}"
    for size, name, joint in ((10**9, "billion", " "), (10**6, "million", " "), (1000, "thousand", " "), (100, "hundred", " and ")):
        if n >= size:
            rest = n % size
            return f"{in_words(n // size)} {name}" + ((joint if rest >= 100 else " and ") + in_words(rest) if rest else "")
    raise AssertionError(n)


@given(st.integers(2, 10**12 - 1) | st.integers(2, 3000))
@settings(max_examples=300, deadline=None)
def test_words_and_digits_say_the_same(n: int) -> None:
    words = in_words(n)
    for form in (words, words.capitalize(), words.upper(), words.replace(" and ", " "), words.replace("-", " "), f"{n:,}", words.replace(" ", "\n")):
        if form == f"{n:,}" and 1900 <= n <= 2099:
            form = f"{n:,}.0"
        assert of(f"They saw {form} ships.") == [(form, f"{n:,}", "count")], form


@given(st.decimals(min_value="0.01", max_value="999", places=2), st.sampled_from([("million", "m", 10**6), ("billion", "bn", 10**9), ("trillion", "tn", 10**12)]))
@settings(max_examples=100, deadline=None)
def test_scales_are_exact(number: Decimal, scale: tuple[str, str, int]) -> None:
    long, short, size = scale
    value = numerals.written(number * size)
    assert values(f"They paid €{number}{short}, or {number} {long} euros, or €{number}-{long}.") == [f"€ {value}"] * 3
    assert Decimal(value.replace(",", "")) == number * size
    assert values(f"Es waren € {number:,}".translate(str.maketrans(".,", ",.")) + " genau.", "de") == [f"€ {numerals.written(number)}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It grew by 5 to 10 per cent.", ["5 %", "10 %"]),
        ("It costs between two and three million euros.", ["€ 2,000,000", "€ 3,000,000"]),
        ("It costs €5-10 or €2–3m.", ["€ 5", "€ 10", "€ 2,000,000", "€ 3,000,000"]),
        ("It rose from 200 to 1 million.", ["200", "1,000,000"]),
        ("They won by 58 and 2 per cent abstained.", ["58", "2 %"]),
        ("One or two per cent came.", ["1 %", "2 %"]),
        ("The odds were 5-to-1, then 6 to 1.", ["5", "1", "6", "1"]),
        ("Some 47%-46% was the margin.", ["47 %", "46 %"]),
        ("It was split 33-30-37 percent, plus or minus 3 points, in a 4-4-2.", ["33 %", "30 %", "37 %", "3"]),
        ("Five or six hundred came.", ["500", "600"]),
        ("Two hundred three hundred four.", ["200", "304"]),
        ("Two million three million.", ["2,000,000", "3,000,000"]),
        ("Two and three and twenty one.", ["2", "3", "21"]),
        ("Several hundred and two came.", ["2"]),
    ],
)
def test_neighbours(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "On March 2 and 3, from 2 to 4 March, on May 5, 2026, and 2 March 1848 it rained.", "On 2/3/2026, 02.03.2026 and 2026-03-02T16:00 too.",
        "At 3am, 3 p.m., 3.30pm, 16:00:05, 0600 GMT, four o'clock, quarter to six, ten past six and from 3 to 5 p.m.",
        "In 1987, 2014-15, 2019/20, the 1990s, the '90s, nineteen eighty-four and twenty twenty-six.", "Since 1848, and between 1870 and 1914.",
        "The 1st, 22nd, twenty-first, two hundredth, hundred and third and twenty first.", "Call 020 7946 0123, 555-0143, (555) 010-0199 or +44 20 7946 0000.",
        "The A12, M25, F-16, COVID-19, G7, B2B, 4K, 3D, 401(k), 5G, 9/11, 24/7 and a 4-4-2.", "See Section 14, articles 5 and 6, pages 4 to 7, § 3, No. 10 and Chapter Three.",
        "See https://x.example/a/73?p=61#12 and x.example/73.html, ada9@x.example, @holm_99, #61.", "Half, two-thirds, three quarters, three-fourths, 1/3 and one in five.",
        "Half a million, a quarter of a million, hundreds, thousands and two dozen.", "One of them, that one, no one, zero tolerance, anyone, tone, often, weight.",
        "1. The board meets.", "(2) The board votes.", "Version 4.2.1 at 10.0.0.7 with 1,2 and 61,58,.", "The S&P 500, a Boeing 737 and Apollo 11.",
        "The pier is 20m high.", "It is 000123456789012345678901234567890 there.", "Numbers such as ٣٤, ７３, Ⅳ, 10² and ② are left.",
    ],
)  # fmt: skip
def test_what_is_no_figure(text: str) -> None:
    assert of(text) == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Es waren 1.900.000 Menschen, 12,5 % mehr als 2025.", "de", ["1,900,000", "12.5 %"]),
        ("Drei Schiffe, 1,9 Milliarden Euro, 3 Mio. Kronen und der 2. März.", "de", []),
        ("Il y avait 1 900 000 personnes le 2 mars, soit 3,5 % et 20 €.", "fr", ["1,900,000", "3.5 %", "€ 20"]),
        ("Es waren 1'900 Leute.", "de", ["1,900"]),
        ("There were 1\u00a0900\u00a0000 of them, and 12,5 of these.", "en", ["1,900,000"]),
        ("73 people and seven.", None, ["73", "7"]),
    ],
)
def test_languages(text: str, language: str | None, expected: list[str]) -> None:
    assert values(text, language) == expected


def test_spans_and_the_score_of_an_article() -> None:
    text = "Seventy\nThree ships are lost, 3% of them\n\nThree of 1.9bn fish got away.\n\nRead more: 73 ships at sea"
    (document,) = read(text)
    assert [text[span.start : span.end] for span in document.spans["figures"]][-2:] == ["Three", "1.9bn"]
    share = next(span for span in document.spans["figures"] if span.label == "share")
    assert share == Span(share.sentence, text.index("3%"), text.index("3%") + 2, "figure", "3 %", "share", None, "digits")
    (score,) = document.scores["figures"]
    assert (score.sentence, score.dimension, score.value, score.n, score.status) == (None, "figures", len(document.spans["figures"]), len(document.spans["figures"]), "ok")
    (empty,) = read("")
    assert [(score.status, score.value, score.reason) for score in empty.scores["figures"]] == [
        ("not_assessable", None, "no sentence in headline, standfirst or body")
    ]
    assert pickle.loads(pickle.dumps(Figures())).id == "figures"  # noqa: S301 - as a worker gets it


def test_a_number_ends_with_its_sentence() -> None:
    text = "He saw seventy\nthree ships and two\nhundred of them were lost to 5\nper cent."
    cuts = [0, text.index("three"), text.index("hundred"), text.index("per"), len(text)]
    found = figures(text, list(zip(cuts, cuts[1:], strict=False)))
    assert [[number.text for number in numbers] for numbers in found] == [["70"], ["3", "2"], ["5"], []]
    assert [[n.text for n in ns] for ns in figures(text, [(0, 5), (cuts[1], cuts[2])])] == [[], ["3", "2"]]
    assert figures(text, []) == [] and figures("", [(0, 0)]) == [[]]


def consistent(document: Document) -> None:
    """Spans lie in sentences that are analysed, in order and apart."""
    sentences = {sentence.sentence: sentence for sentence in document.sentences}
    spans = document.spans["figures"]
    assert all(one.end <= other.start for one, other in zip(spans, spans[1:], strict=False))
    for span in spans:
        sentence = sentences[span.sentence]
        assert sentence.start <= span.start < span.end <= sentence.end and sentence.part in ANALYSED_PARTS
        assert span.value and span.label in LABELS and any(letter.isdigit() for letter in span.value)


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input(name: str) -> None:
    (document,) = read(BAD_INPUT[name])
    consistent(document)


_PIECES = st.one_of(
    st.sampled_from(
        "2 73 1.9 1,900 000 2026 bn m million hundred a one two twenty -one and point half % per cent € $ £ - – − minus . , / : ; ( ) \n \n\n p.m. March May to or in "
        "2½ ½ ² ٣ ７ İ ß ſ ﬁ \u202e \x00 \u00a0 \u2009 ’ ' + § No. Section pages euros crowns pence past dozen thirds -year-old st th @ http:// 61-58 +44 zero".split(" ")
    ),
    st.text(max_size=4),
)


@given(st.lists(_PIECES, max_size=40), st.sampled_from([" ", ""]), st.sampled_from(["en", "de", None]))
@settings(max_examples=100, deadline=None)
def test_any_text(pieces: list[str], joint: str, language: str | None) -> None:
    text = joint.join(pieces)
    (document,) = read(text, language=language)
    consistent(document)
    cuts = sorted({0, len(text) // 3, len(text) // 2, len(text)})
    for (start, end), found in zip(zip(cuts, cuts[1:], strict=False), figures(text, list(zip(cuts, cuts[1:], strict=False)), language), strict=True):
        assert all(start <= number.start < number.end <= end for number in found)


@pytest.mark.parametrize(
    "unit",
    ["7", "7,", "1,000,", "7.", "7 ", "7-", "7/", "7:", "two ", "two-", "hundred ", "a million ", "two and ", "€", "-€5", "minus ", "2 to ", "5 to 10% ", "1 000 ", "\u00a0100",
     "March 2 and ", "pages 2, ", "½", "7%", "1'000", "CHF ", "one in ", "@7", "t", "twenty-", "two hundred and "],
)  # fmt: skip
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    took = []
    for n in (10_000, 100_000):
        text = (unit * n)[:n]
        start = time.perf_counter()
        for language in ("en", "fr"):
            (found,) = figures(text, [(0, n)], language)
            assert all(0 <= number.start < number.end <= n and len(number.text) < 60 for number in found)
        took.append(time.perf_counter() - start)
    assert took[1] < 60 * took[0] + 0.5
