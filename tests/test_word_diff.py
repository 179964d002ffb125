"""Which words went and came: counted by hand, held against difflib, and quick on texts where difflib is not; what counts as material."""

from __future__ import annotations

import random
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.compare import word_diff as module
from nutgraf.compare.material import REASONS, SHARE, TYPO_WORDS, Said, compared, reasons_in_words, removed_quotes
from nutgraf.compare.word_diff import counts, n_words, word_diff

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "dam", "vote", "the", "“the”", "-", "\n"]), max_size=30).map(" ".join)


def sides(before: str, after: str) -> list[tuple[str, str]]:
    return [(before[c.start_before : c.end_before], after[c.start_after : c.end_after]) for c in word_diff(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "", []),
        ("The vote was lost.", "The vote was lost.", []),
        ("The  vote\nwas lost.", "The vote was lost.", []),
        ("He said “no” – it's over", "He said \"no\" - it’s over", []),
        ("", "All of it.", [("", "All of it.")]),
        ("All of it.", "", [("All of it.", "")]),
        ("The vote was lost by ten.", "The vote was won by two.", [("lost", "won"), ("ten.", "two.")]),
        ("The vote was lost.", "The long vote was lost.", [("", "long")]),
        ("One two three four", "Three one two four", [("", "Three"), ("three", "")]),
        ("a b a b a b", "a b b a b", [("a", "")]),
    ],
)
def test_what_went_and_came(before: str, after: str, found: list[tuple[str, str]]) -> None:
    got = sides(before, after)
    if before.startswith("One two"):  # either way of telling a move is right
        assert counts(word_diff(before.lower(), after.lower())) == (1, 1)
    else:
        assert got == found


def test_a_side_without_words_has_the_place_where_they_would_stand() -> None:
    (change,) = word_diff("The vote was lost.", "The long vote was lost.")
    assert (change.start_before, change.end_before) == (4, 4) and (change.n_removed, change.n_added) == (0, 1)


def test_only_some_stretches_count() -> None:
    before, after = "Read on. The vote was lost.", "Subscribe! The vote was won."
    assert counts(word_diff(before, after, [(9, 27)], [(11, 28)])) == (1, 1) and n_words(before, [(9, 27)]) == 4


def rebuilt(before: str, after: str) -> str:
    """The later text from the earlier one and what differs."""
    found, at = [], 0
    for change in word_diff(before, after):
        found += [before[at : change.start_before], " ", after[change.start_after : change.end_after], " "]
        at = change.end_before
    return " ".join("".join([*found, before[at:]]).split())


@given(TEXTS, TEXTS)
def test_one_text_becomes_the_other(before: str, after: str) -> None:
    signs = str.maketrans("“”", '""')
    wanted = " ".join(word for word in after.translate(signs).split() if any(c.isalnum() for c in word))
    got = " ".join(word for word in rebuilt(before, after).translate(signs).split() if any(c.isalnum() for c in word))
    assert got == wanted
    removed, added = counts(word_diff(before, after))
    assert n_words(before) - removed == n_words(after) - added


@given(TEXTS, TEXTS)
def test_the_other_way_round_the_same_number_differs_or_nearly(before: str, after: str) -> None:
    assert (word_diff(before, after) == []) == (word_diff(after, before) == [])


def test_hardly_more_words_differ_than_in_the_best_alignment() -> None:
    """Held against difflib on an edited text of 300 words; anchors may cost a word or two."""
    chosen = random.Random(7)
    words = [chosen.choice(["the", "dam", "vote", "council", "of", "was"]) + str(chosen.randrange(90)) for _ in range(300)]
    edited = [word for word in words if chosen.random() > 0.1]
    for _ in range(20):
        edited.insert(chosen.randrange(len(edited)), "new")
    ours = sum(counts(word_diff(" ".join(words), " ".join(edited))))
    blocks = sum(block.size for block in SequenceMatcher(None, words, edited, autojunk=False).get_matching_blocks())
    assert ours <= (len(words) - blocks + len(edited) - blocks) + 4


def test_long_stretches_without_an_anchor_are_never_given_to_difflib(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def watched(junk: object, one: list[str], two: list[str], autojunk: bool) -> SequenceMatcher:
        sizes.append((len(one), len(two)))
        return SequenceMatcher(junk, one, two, autojunk)

    monkeypatch.setattr(module, "SequenceMatcher", watched)
    chosen = random.Random(3)
    one, two = (" ".join(chosen.choice("abcdefgh") for _ in range(20_000)) for _ in range(2))  # no word stands once
    assert counts(word_diff(one, two)) >= (19_000, 19_000)
    many = " ".join(f"word{number}" for number in range(20_000))
    assert counts(word_diff(many, many.replace("word7 ", "").replace("word19000", "other"))) == (2, 1)
    assert all(a <= module.LONGEST and b <= module.LONGEST for a, b in sizes)


# Material -------------------------------------------------------------------------------------------------------------------

LINES = "The council met on Tuesday and put the plan for the harbour off until May. " * 6


def said(text: str = LINES, headline: str | None = "The plan is off", **more: object) -> Said:
    return Said(headline, text, ((0, len(text)),), **more)


@pytest.mark.parametrize(
    ("after", "reasons"),
    [
        (said(), ()),
        (said(LINES.replace(" ", "  ").replace(".", ".\n")), ()),
        (said(headline="The  plan is off."), ()),
        (said(headline="“The plan is off”"), ()),
        (said(headline="The plan is dead"), ("headline",)),
        (said(headline="THE PLAN IS OFF"), ("headline",)),
        (said(headline=None), ("headline",)),
        (said(LINES.replace("Tuesday", "Tuesdy", 1)), ()),
        (said(LINES.replace("the plan", "a plan", 3)), ()),
        (said(LINES + "Nobody knows what the mayor will say of that, or of all else."), ("words",)),
        (said(LINES + "Ida Moen said so.", names={"Ida Moen": ["Ida Moen"]}), ("names",)),
        (said(names={"Council of May": ["council"]}), ()),
        (said(figures=frozenset({"14"})), ("figures",)),
    ],
)
def test_what_is_material(after: Said, reasons: tuple[str, ...]) -> None:
    found = compared(said(), after)
    assert found.reasons == reasons and found.is_material == bool(reasons)


def test_a_name_that_went() -> None:
    assert compared(said(LINES + "Moen said so.", names={"Ida Moen": ["Moen", "Ida Moen"]}), said(LINES + "Moen did so.")).reasons == ()
    assert compared(said(LINES + "Moen said so.", names={"Ida Moen": ["Moen"]}), said(LINES + "She said so.")).reasons == ("names",)


def test_a_quotation_that_was_taken_out_and_one_that_was_moved() -> None:
    before = said(LINES + "“Nobody told us a thing,” she said.", quotes=("“Nobody told us a thing,”", "“a thing”"))
    moved = said("“nobody told us a thing”, she said. " + LINES)
    assert removed_quotes(before, moved) == [] and "quotes" not in compared(before, moved).reasons
    assert removed_quotes(before, said()) == ["“Nobody told us a thing,”"] and "quotes" in compared(before, said()).reasons
    assert removed_quotes(said(), before) == [], "what came is no removed quotation"


def test_the_bounds() -> None:
    words = [f"word{number}" for number in range(1000)]
    few = compared(said(" ".join(words)), said(" ".join(words[:-TYPO_WORDS])))
    assert few.n_removed == TYPO_WORDS and not few.is_material
    short = [*"a short text of words".split()]
    assert not compared(said(" ".join(short)), said(" ".join(["another", *short[1:]]))).is_material, "two words of ten are a slip"
    many = compared(said(" ".join(f"{word} of" for word in words)), said(" ".join(f"{word} of" for word in words[:-40])))
    assert many.n_removed == 80 and many.share is not None and many.share < SHARE and not many.is_material
    assert compared(said(" ".join(words)), said(" ".join(words[:-40])), share=0.0).reasons == ("words",)
    assert compared(said(""), said("")).share is None and not compared(said(""), said("")).is_material


def test_reasons_are_told_in_words() -> None:
    assert reasons_in_words(("headline", "quotes")) == "headline, quotations removed" and reasons_in_words(()) is None
    assert set(REASONS) == {"headline", "names", "figures", "quotes", "words"}
