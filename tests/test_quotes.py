"""Quotations: all marks, apostrophes that are none, marks that never close, and time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document
from nutgraf.reading.quotes import Quotes, quotations

from tests.conftest import ROOT, labelled
from tests.reading_scores import BAD_INPUT, f1, passages, quote_spans, spans_f1


@pytest.mark.parametrize(
    "marked",
    [
        "“[Tide,]” she said. “[Run.]”",
        '"[Tide,]" she said. "[Run.]"',
        "‘[Tide,]’ she said. ‘[Don’t run.]’",
        "'[Tide,]' she said. '[Don't run.]'",
        "„[Flut]“, sagte sie.",
        "«[Marée]», dit-elle. « [Courez] ».",
        "»[Flut]«, sagte sie.",
        "``[Tide,]'' she said.",
        "“[He said ‘run’ and ran,]” she said.",
        "‘[He said “run” and ran,]’ she said.",
        "\"[He said 'run' and ran,]\" she said.",
        "‘[seven days’ notice of a tide]’, it says",
        "The clerks’ tide is the sailors’ tide.",
        "'Twas late, and rock 'n' roll in the '90s wasn't.",
        "He is 6'2\" tall. \"[I duck,]\" he says.",
        '"[The 19" screen,]" he said.',
        "He read: “[the tide came in",
        '“[The tide," he said.'.replace('tide,"', 'tide,]"') + ' "[It came.]"',
        '"[The tide,]” he said.',
        "It was ”[a tide]” to him.",
        "It was “[a tide]“ to him.",
        "Say “[no]” or “[yes]”, or “[maybe]”.",
        "“[One.]” “[Two.]”",
        "(“[One]”)—“[two]”",
        "a b c",
        "“” \"\" ‘’",
        "5' by 7\" and 6′2″",
        "Ludd's and the clerk's and Holm's",
        "'[Yes,]' said the clerks' leader, '[and no.]'",
    ],
)
def test_marks(marked: str) -> None:
    text = re.sub(r"[\[\]]", "", marked)
    expected, shift = [], 0
    for match in re.finditer(r"\[([^\]]*)\]?", marked):
        start = match.start() - shift
        expected.append((start, start + len(match[1])))
        shift += 2 if match[0].endswith("]") else 1
    assert quote_spans(text) == expected


def test_an_unclosed_mark_ends_with_its_paragraph() -> None:
    text = "“The tide came in\n\nIt came. “Run,” he said."
    assert [(text[a:b], rule) for a, b, rule in quotations(text)] == [("The tide came in", "curly-unclosed"), ("Run,", "curly")]


@pytest.mark.parametrize(("opening", "closing"), ["“”", "‘’", '""'])
def test_a_quotation_over_paragraphs_is_one_group(opening: str, closing: str) -> None:
    text = f"{opening}It rained.\n\n{opening}It rained again.\n\n{opening}Then it stopped,{closing} she said. {opening}Yes.{closing}"
    document = Document("a" * 16, 1, text)
    spans = Quotes().measure([document])[document.key].spans
    assert [text[s.start : s.end] for s in spans] == ["It rained.", "It rained again.", "Then it stopped,", "Yes."]
    groups = [s.group_id for s in spans]
    assert groups[0] and groups[0] == groups[1] == groups[2] and groups[3] is None


def test_gold_floor() -> None:
    assert spans_f1(ROOT / "tests/eval/gold/voices.jsonl", "quotes", quote_spans) >= 0.99
    assert all(quote_spans(p["text"]) == [tuple(q) for q in p["quotes"]] for p in passages(ROOT / "tests/eval/gold/voices.jsonl"))


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input(text: str) -> None:
    check(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab s5 .,\n\"'“”‘’„«»`(-", max_size=60))
def test_quotations_lie_in_the_text_apart_in_one_paragraph_each(text: str) -> None:
    check(text)


def check(text: str) -> None:
    position = 0
    for start, end, rule in quotations(text):
        assert position <= start < end <= len(text) and rule
        assert "\n" not in text[start:end] or len(text) > 10_000
        assert text[start:end].strip() == text[start:end]
        position = end


@pytest.mark.parametrize(
    "piece",
    ['"', "“", "”", "‘a ", " 'a", "“a " , '"a b" ', "‘a dogs’ b ", "(')", '"a “b ', '“a" ”', '5" "a ', "»a « ", "„a “b ", "'cause dogs' ", "“He said.\n"],
)  # fmt: skip
def test_time_grows_with_the_number_of_marks(piece: str) -> None:
    def seconds(times: int) -> float:
        begin = time.process_time()
        for _ in quotations(piece * times):
            pass
        return time.process_time() - begin

    seconds(100)
    small, large = min(seconds(1_000) for _ in range(3)), min(seconds(20_000) for _ in range(2))
    assert large < 120 * max(small, 0.001)  # a quadratic step would make it 400


def test_real_articles_between_double_marks() -> None:
    """`direct_f1` of the labelled set as its README defines it; what no plain pair of marks holds counts there as no quotation.

    The floor is the figure of pairing marks blindly, .985: quotations whose two marks differ are read here and not in that count.
    """
    word, pair = re.compile(r"\w+"), re.compile(r"“[^“”\n]*”|\"[^\"\n]*\"")
    counts = [0, 0, 0]
    for article in passages(labelled("quotes/polnear.jsonl")):
        text = article["text"]
        content, paired, found = (bytearray(len(text) + 1) for _ in range(3))
        for attribution in article["attributions"]:
            for start, end in attribution["content"]:
                content[start:end] = b"\1" * (end - start)
        for match in pair.finditer(text):
            paired[match.start() : match.end()] = b"\1" * len(match.group())
        for start, end, rule in quotations(text):
            if not rule.startswith("single"):
                found[start:end] = b"\1" * (end - start)
        for match in word.finditer(text):
            at = match.start()
            gold, mine = content[at] and paired[at], found[at] and paired[at]
            counts = [counts[0] + bool(gold and mine), counts[1] + bool(mine and not gold), counts[2] + bool(gold and not mine)]
    assert round(f1(counts), 3) >= 0.984, counts
