"""Stories from likenesses and decisions: as average linkage and people say, and nobody else's when an article comes."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.compare import story_decisions
from nutgraf.compare.stories import ENOUGH, ENOUGH_WITHIN_DAYS, LEAST, NEIGHBOURS, Decided, Story, stories_of
from nutgraf.compare.story_decisions import JOIN, SPLIT, decided, named, note_published, published, said, say
from nutgraf.errors import InputError

NOW = datetime(2026, 11, 27, 9, 15, tzinfo=UTC)
Likeness = dict[tuple[str, str], float]


def names(n: int) -> list[str]:
    return [f"a{number:02}" for number in range(n)]


def graph(seed: int, n: int, density: float = 0.6) -> Likeness:
    """Likenesses of articles of a few events, some pairs not looked at."""
    chance, found = random.Random(seed), {}
    event = [chance.randrange(max(1, n // 3)) for _ in range(n)]
    for a, b in combinations(range(n), 2):
        if chance.random() < density:
            found[names(n)[a], names(n)[b]] = round(min(1.0, 0.02 + chance.random() * 0.5 + 0.35 * (event[a] == event[b])), 6)
    return found


def groups(found: list[Story]) -> list[tuple[str, ...]]:
    return [story.articles for story in found]


def reference(
    order: list[str], likeness: Likeness, apart: frozenset[tuple[str, str]] = frozenset(), dated: frozenset[str] = frozenset()
) -> list[tuple[str, ...]]:
    """Average linkage as a textbook has it, with exact numbers: of all pairs of groups the one with the highest mean, until it is below a half."""
    of = defaultdict(list)
    for (a, b), value in likeness.items():
        of[a].append(Fraction(str(value)))
        of[b].append(Fraction(str(value)))
    usual = {name: sum(sorted(values)[-NEIGHBOURS:]) / NEIGHBOURS for name, values in of.items()}
    near = {}
    for (a, b), value in likeness.items():
        if value >= LEAST:
            enough = Fraction(str(ENOUGH_WITHIN_DAYS if {a, b} <= dated else ENOUGH))
            asked = (min(usual[a], enough) + min(usual[b], enough)) / 2
            near[frozenset((a, b))] = max(Fraction(0), Fraction(str(value)) - asked + Fraction(1, 2))
    held = [(name,) for name in order]
    while True:
        best = None
        for some, others in combinations(held, 2):
            if any((min(a, b), max(a, b)) in apart for a in some for b in others):
                continue
            mean = sum((near.get(frozenset((a, b)), Fraction(0)) for a in some for b in others), Fraction(0)) / (len(some) * len(others))
            if mean >= Fraction(1, 2) and (best is None or mean > best[0]):
                best = mean, some, others
        if best is None:
            return sorted(group for group in held if len(group) > 1)
        _, some, others = best
        held = sorted([*(group for group in held if group not in (some, others)), tuple(sorted(some + others))])


# Likeness alone ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_stories_are_those_of_average_linkage(seed: int) -> None:
    n = 4 + seed % 12
    likeness, chance = graph(seed, n, 0.4 + seed % 4 / 5), random.Random(seed)
    order = names(n)
    found = stories_of(order, likeness)
    assert groups(found) == reference(order, likeness)
    mixed = dict(chance.sample(list(likeness.items()), len(likeness)))
    assert stories_of(order, mixed) == found
    dated = frozenset(chance.sample(order, n // 2))
    assert groups(stories_of(order, likeness, dated=dated)) == reference(order, likeness, dated=dated)
    apart = frozenset(chance.sample(list(combinations(order, 2)), 3))
    assert groups(stories_of(order, likeness, Decided(apart=apart))) == reference(order, likeness, apart)


def test_the_references_are_worth_something() -> None:
    made = ((4 + seed % 12, graph(seed, 4 + seed % 12, 0.4 + seed % 4 / 5)) for seed in range(25))
    sizes = [len(group) for n, likeness in made for group in reference(names(n), likeness)]
    assert len(sizes) > 50 and max(sizes) >= 4


def test_pairs_below_the_least_make_no_story_and_those_at_it_do() -> None:
    assert stories_of(["a", "b"], {("a", "b"): LEAST - 0.000001}) == []
    assert groups(stories_of(["a", "b"], {("a", "b"): LEAST})) == [("a", "b")]
    assert stories_of([], {}) == stories_of(["a"], {}) == stories_of(["a", "b"], {}) == []


def test_articles_on_one_subject_that_are_all_alike_to_some_degree_are_told_apart() -> None:
    """Two events of three articles each: across them 0.5, within them 0.8."""
    order = names(6)
    likeness = {(a, b): 0.8 if (int(a[1:]) < 3) == (int(b[1:]) < 3) else 0.5 for a, b in combinations(order, 2)}
    assert groups(stories_of(order, likeness)) == [("a00", "a01", "a02"), ("a03", "a04", "a05")]


@pytest.mark.parametrize("n", [8, 12, 20])
def test_an_event_that_many_outlets_tell_is_one_story(n: int) -> None:
    """Likenesses of 0.6 or so among them, of 0.25 or so to forty other articles."""
    chance, order = random.Random(n), [f"a{number:02}" for number in range(n)] + [f"b{number:02}" for number in range(40)]
    likeness = {(a, b): chance.gauss(0.6, 0.08) if a < b < "b" else max(0.01, chance.gauss(0.25, 0.06)) for a, b in combinations(order, 2)}
    found = stories_of(order, likeness, dated=order)
    assert max(sum(name < "b" for name in story.articles) for story in found) >= 0.8 * n
    assert not any({name[0] for name in story.articles} == {"a", "b"} for story in found)


def test_how_alike_an_article_is_to_its_story_is_the_mean_of_what_was_looked_at() -> None:
    [found] = stories_of(["a", "b", "c"], {("a", "b"): 0.9, ("b", "c"): 0.8})
    assert found == Story(("a", "b", "c"), (0.9, 0.85, 0.8), frozenset())


def test_a_mean_does_not_hang_on_the_order_of_its_parts() -> None:
    """A sum of these from left to right ends on either side of 0.7915."""
    values = [0.969041, 0.725853, 0.527629, 0.943477]
    ends = {round(sum(order) / len(values), 3) for order in permutations(values)}
    assert len(ends) == 2, "the numbers were chosen for that"
    everybody = frozenset(combinations("abcde", 2))
    pairs = dict(zip([("a", other) for other in "bcde"], values, strict=True))
    found = {
        stories_of(list("abcde"), dict(order), Decided(together=everybody))[0].likeness[0] for order in permutations(pairs.items())
    }  # fmt: skip
    assert len(found) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_new_article_changes_no_story_that_does_not_hang_together_with_it(seed: int) -> None:
    chance = random.Random(seed)
    parts = [graph(seed * 10 + part, 7) for part in range(4)]
    likeness = {(f"p{part}{a}", f"p{part}{b}"): value for part, pairs in enumerate(parts) for (a, b), value in pairs.items()}
    order = [f"p{part}{name}" for part in range(4) for name in names(7)]
    before = stories_of(order, likeness)
    met = chance.randrange(4)
    new = {(f"p{met}{name}", "new"): round(0.3 + chance.random() / 2, 6) for name in chance.sample(names(7), 4)}
    after = stories_of([*order, "new"], likeness | new)

    def elsewhere(stories: list[Story]) -> list[Story]:
        return [story for story in stories if not story.articles[0].startswith(f"p{met}")]

    assert elsewhere(after) == elsewhere(before) and elsewhere(before)


# What people said ---------------------------------------------------------------------------------------------------------

TWO = {("a", "b"): 0.8, ("c", "d"): 0.8}
ORDER = list("abcdefg")


def of(likeness: Likeness, *words: tuple[str, str, str]) -> list[str]:
    """Stories as words of letters, after people said ("join", "ac", "") and so on."""
    told = [story_decisions.Word(what, tuple(articles), tuple(others), "ada", "w", "") for what, articles, others in words]
    return ["".join(story.articles) for story in stories_of(ORDER, likeness, decided(told))]


def test_joined_articles_bring_the_stories_they_were_in() -> None:
    assert of(TWO) == ["ab", "cd"]
    assert of(TWO, (JOIN, "ac", "")) == ["abcd"]
    assert of(TWO, (JOIN, "ce", "")) == ["ab", "cde"]
    assert of({}, (JOIN, "cae", "")) == ["ace"]


def test_split_articles_stay_together_and_apart_from_the_others() -> None:
    four = {pair: 0.8 for pair in combinations("abcd", 2)}
    assert of(four) == ["abcd"]
    assert of(four, (SPLIT, "a", "bcd")) == ["bcd"]
    assert of(four, (SPLIT, "ac", "bd")) == ["ac", "bd"]
    assert of({("a", "b"): 0.8}, (SPLIT, "a", "b")) == []


def test_the_later_of_two_lines_about_the_same_two_articles_counts() -> None:
    assert of(TWO, (SPLIT, "a", "b"), (JOIN, "ab", "")) == ["ab", "cd"]
    assert of(TWO, (JOIN, "ab", ""), (SPLIT, "b", "a")) == ["cd"]
    assert of({}, (JOIN, "abc", ""), (SPLIT, "b", "ac")) == ["ac"]
    found = decided([story_decisions.Word(SPLIT, ("b", "a"), ("c",), "", "", ""), story_decisions.Word(JOIN, ("c", "b"), (), "", "", "")])
    assert found == Decided(frozenset({("a", "b"), ("b", "c")}), frozenset({("a", "c")}))


def test_where_somebody_keeps_two_articles_of_their_stories_apart_the_joined_ones_alone_come_together() -> None:
    assert of(TWO, (SPLIT, "b", "d"), (JOIN, "ac", "")) == ["abc"]
    assert of(TWO, (SPLIT, "b", "cd"), (JOIN, "ac", "")) == ["acd"]
    assert of(TWO, (SPLIT, "b", "cd"), (SPLIT, "d", "a"), (JOIN, "ac", "")) == ["ac"], "neither can go to the other's story"


def test_what_was_joined_stays_joined_when_one_of_it_is_joined_with_a_third() -> None:
    """``c`` and ``d`` are alike; ``a`` was joined with ``c``, and ``b``, which is kept apart from ``d``, with ``c`` too."""
    assert of({("c", "d"): 0.8}, (JOIN, "ac", ""), (SPLIT, "b", "d"), (JOIN, "bc", "")) == ["abc"]
    assert of(TWO, (JOIN, "ace", ""), (SPLIT, "b", "d"), (SPLIT, "b", "e")) in (["ace"], ["acde"])


def test_joins_and_splits_that_contradict_each_other_keep_apart_what_was_kept_apart() -> None:
    found = of({}, (JOIN, "ab", ""), (JOIN, "bc", ""), (SPLIT, "a", "c"))
    assert found in (["ab"], ["bc"])
    chain = [(JOIN, "ab", ""), (JOIN, "bc", ""), (JOIN, "cd", ""), (SPLIT, "a", "d")]
    assert of({}, *chain) in (["abc"], ["bcd"], ["ab", "cd"])


pairs_of = st.frozensets(st.sampled_from(list(combinations(names(7), 2))), max_size=7)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 500), together=pairs_of, apart=pairs_of)
def test_whatever_people_say_what_is_apart_stays_apart_and_what_can_be_together_is(
    seed: int, together: frozenset[tuple[str, str]], apart: frozenset[tuple[str, str]]
) -> None:
    order, together = names(7), together - apart
    likeness = graph(seed, 7)
    found = stories_of(order, likeness, Decided(together, apart))
    home = {article: place for place, story in enumerate(found) for article in story.articles}
    assert len(home) == sum(len(story.articles) for story in found), "an article is in one story"
    assert groups(found) == sorted(groups(found)) and all(list(story.articles) == sorted(story.articles) for story in found)
    assert not [pair for pair in apart if home.get(pair[0], -1) == home.get(pair[1], -2)]
    block = {name: {name} for name in order}
    for a, b in together:
        both = block[a] | block[b]
        block |= dict.fromkeys(both, both)
    for a, b in together:
        if not any(pair in apart for pair in combinations(sorted(block[a]), 2)):
            assert home.get(a, -1) == home.get(b, -2), (a, b)
    for story in found:
        assert story.by_people == {name for pair in together | apart for name in pair if name in story.articles}


def test_articles_that_the_desk_does_not_know_are_passed_over() -> None:
    told = Decided(frozenset({("a", "z"), ("y", "z")}), frozenset({("b", "x"), ("w", "x")}))
    [found] = stories_of(["a", "b"], {("a", "b"): 0.8}, told)
    assert found.articles == ("a", "b")


# How it is written down -----------------------------------------------------------------------------------------------------


def write(folder: Path, *lines: str, file: str = story_decisions.FILE) -> None:
    (folder / file).write_text("".join(lines), encoding="utf-8")


JOINED = json.dumps({"what": "join", "articles": ["a", "b"], "others": [], "who": "ada", "why": "w", "at": "2026-11-27T09:15:00Z"}) + "\n"


def test_what_is_said_is_read_again(tmp_path: Path) -> None:
    assert said(tmp_path / "nowhere") == [] and published(tmp_path / "nowhere") == {}
    folder = tmp_path / "decisions"
    first = say(folder, JOIN, ["b", "a"], [], "Ådne", "beide über „die Fähre“", NOW)
    second = say(folder, SPLIT, ["a"], ["b", "c"], "ben", "no", NOW)
    assert said(folder) == [first, second] and first.at == "2026-11-27T09:15:00Z"
    assert len((folder / story_decisions.FILE).read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{no json\n", "line 2"),
        ("[1]\n", "no JSON object"),
        ('{"what": "merge", "articles": ["a", "b"]}\n', "join, with two articles or more, or split, with others"),
        ('{"what": "join", "articles": ["a"]}\n', "two articles"),
        ('{"what": "split", "articles": ["a"]}\n', "with others"),
        ('{"what": "split", "articles": ["a"], "others": ["b", "a"]}\n', "both sides"),
        ('{"what": "join", "articles": "ab"}\n', "'articles' must be a list"),
        ('{"what": "join", "articles": ["a", 3]}\n', "'articles' must be a list"),
        ('{"what": "split", "articles": ["a"], "others": {"b": 1}}\n', "'others' must be a list"),
    ],
)
def test_a_line_that_says_nothing_of_stories_is_told_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    write(tmp_path, JOINED, line, JOINED)
    with pytest.raises(InputError, match=words) as caught:
        said(tmp_path)
    assert "data/decisions/stories.jsonl, line 2" in str(caught.value) and "Stories stay as they were" in str(caught.value)


def test_a_line_in_bytes_that_are_no_text_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / story_decisions.FILE).write_bytes(JOINED.encode() + b'{"what": "join\xff"}\n')
    with pytest.raises(InputError, match="line 2"):
        said(tmp_path)


def test_a_last_line_that_was_cut_short_is_passed_over_and_spoils_no_other(tmp_path: Path) -> None:
    write(tmp_path, JOINED, "\n", JOINED[:40])
    assert len(said(tmp_path)) == 1
    say(tmp_path, JOIN, ["c", "d"], [], "ada", "w", NOW)
    assert [word.articles for word in said(tmp_path)] == [("a", "b"), ("c", "d")]
    write(tmp_path, '{"story": "a.1", "artic', file=story_decisions.PUBLISHED)
    assert note_published(tmp_path, {"b.1": ["b", "c"]}, NOW) == 1 and published(tmp_path) == {"b.1": {"b", "c"}}
    write(tmp_path, JOINED, JOINED.rstrip("\n"))
    assert len(said(tmp_path)) == 2, "a whole line without its end is whole"
    say(tmp_path, JOIN, ["c", "d"], [], "ada", "w", NOW)
    assert [word.articles for word in said(tmp_path)] == [("a", "b"), ("a", "b"), ("c", "d")]


@pytest.mark.parametrize("line", ["{}\n", '{"story": 3, "articles": []}\n', '{"story": "a.1", "articles": [["a"]]}\n', '{"story": "a.1"}\n', "no\n"])
def test_a_published_story_that_cannot_be_read_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    write(tmp_path, line, '{"story": "a.1", "articles": ["a"]}\n', file=story_decisions.PUBLISHED)
    with pytest.raises(InputError, match="data/decisions/published-stories.jsonl, line 1"):
        published(tmp_path)


def test_a_story_is_noted_once_and_again_when_its_articles_change(tmp_path: Path) -> None:
    folder = tmp_path / "decisions"
    assert note_published(folder, {}, NOW) == 0 and not folder.exists()
    assert note_published(folder, {"b.1": ["c", "b"], "a.1": {"a", "d"}}, NOW) == 2
    before = (folder / story_decisions.PUBLISHED).read_bytes()
    assert note_published(folder, {"a.1": ["d", "a"], "b.1": {"b", "c"}}, NOW) == 0
    assert (folder / story_decisions.PUBLISHED).read_bytes() == before
    assert note_published(folder, {"a.1": ["a", "d", "e"]}, NOW) == 1
    assert published(folder) == {"a.1": {"a", "d", "e"}, "b.1": {"b", "c"}} and list(published(folder)) == ["a.1", "b.1"]


# Names ----------------------------------------------------------------------------------------------------------------------


def called(now: list[str], known: dict[str, str] | None = None) -> dict[str, str]:
    """Names of stories written as words of letters, after these were published."""
    stories = [Story(tuple(word), (None,) * len(word), frozenset()) for word in now]
    held = {name: frozenset(word) for name, word in (known or {}).items()}
    found = named(stories, held, {letter: f"{letter}.1" for letter in "abcdefghijklmnop"})
    assert len(found) == len(stories) and list(found.values()) == stories, "no name twice, and every story has one"
    return {name: "".join(story.articles) for name, story in found.items()}


@pytest.mark.parametrize(
    ("now", "known", "found"),
    [
        (["ab", "cd"], {}, {"a.1": "ab", "c.1": "cd"}),
        (["abx", "cd"], {"a.1": "ab"}, {"a.1": "abx", "c.1": "cd"}),  # an article comes after the others
        (["abc"], {"b.1": "bc"}, {"b.1": "abc"}),  # and before them
        (["abcd"], {"a.1": "ab", "c.1": "cd"}, {"a.1": "abcd"}),  # two grow together: the one that was published first
        (["abcd"], {"a.1": "a", "c.1": "bcd"}, {"c.1": "abcd"}),  # the one with more articles
        (["ab", "cde"], {"a.1": "abcde"}, {"b.1": "ab", "a.1": "cde"}),  # one falls apart: the larger part
        (["ab", "cd"], {"a.1": "abcd"}, {"a.1": "ab", "c.1": "cd"}),  # of equal parts the first
        (["bc"], {"a.1": "ab"}, {"a.1": "bc"}),
        (["ab"], {"a.1": "acd"}, {"a.1": "ab"}),
        (["cd"], {"c.1": "ab"}, {"d.1": "cd"}),  # a name that was another story's is never used anew
        (["ab", "ce", "df"], {"a.1": "ace", "b.1": "bdf"}, {"a.1.2": "ab", "a.1": "ce", "b.1": "df"}),  # no article has a name to lend
    ],
)
def test_a_published_story_keeps_its_name(now: list[str], known: dict[str, str], found: dict[str, str]) -> None:
    assert called(now, known) == found


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=10, max_size=10), st.lists(st.integers(0, 3), min_size=10, max_size=10))
def test_no_name_is_given_twice_and_a_second_time_they_are_the_same(now: list[int], before: list[int]) -> None:
    def words(places: list[int]) -> list[str]:
        found = ["".join(letter for letter, place in zip("abcdefghij", places, strict=True) if place == group) for group in range(4)]
        return sorted(word for word in found if len(word) > 1)

    known = called(words(before))
    assert called(words(before), known) == known
    found = called(words(now), known)
    assert called(words(now), known | found) == found, "noting them changes no name"
