"""Clusters of copies: who shares a text, whole, edited or cut, that the answer does not hang on the order of rows, and what is looked at again."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.compare import copy_index
from nutgraf.compare.copies import NOTE, copy_clusters, rebuild_copies
from nutgraf.compare.copy_decisions import Decisions
from nutgraf.compare.copy_index import BODIES, PAIRS, Index, in_memory
from nutgraf.schema import ARTICLES, arrow_schema
from nutgraf.store import Store

from tests.copied_texts import WORDS, article, as_table, clusters, edited, generated, groups, jaccard_of_words, prose

X, Y = prose("x", 60), prose("y", 60)


def near(text: str, n_changed: int = 2, seed: int = 1) -> str:
    """The text with some words exchanged, far from each other."""
    words = text.split()
    for number in range(n_changed):
        words[(number * 47 + 11 * seed) % len(words)] = f"other{seed}x{number}"
    return " ".join(words)


# Exact ------------------------------------------------------------------------------------------------------------------


def test_articles_with_one_body_are_a_cluster_named_after_the_first() -> None:
    assert groups(article("a", X, hour=2), article("b", X, hour=1), article("c", Y)) == {"b.1": [("a.1", "exact"), ("b.1", "exact")]}


def test_versions_of_one_article_and_missing_bodies_are_no_copies() -> None:
    assert groups(article("a", X), article("a", X, version=2), article("a", near(X, 1), version=3), article("b", "Too short."), article("c", "")) == {}


def test_a_changed_text_does_not_join_two_clusters() -> None:
    rows = [article("a", X), article("b", X, hour=1), article("a", Y, version=2, hour=2), article("c", Y, hour=3)]
    assert groups(*rows) == {"a.1": [("a.1", "exact"), ("b.1", "exact")], "a.2": [("a.2", "exact"), ("c.1", "exact")]}


TEXTS = {"x": X, "y": Y, "z": near(X, 1), "w": near(X, 1, seed=2)}


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyzw"), st.integers(0, 3)), max_size=12, unique_by=lambda t: (t[0], t[2])),
    st.integers(0, 999),
)
def test_the_order_of_rows_changes_nothing(made: list[tuple[str, str, int]], seed: int) -> None:
    rows = [article(name, TEXTS[body], version=number + 1, hour=number) for name, body, number in made]
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    found = clusters(*rows)
    assert found == clusters(*shuffled)
    assert len({(row["article_id"], row["version"]) for row in found}) == len(found)
    for name in {row["cluster_id"] for row in found}:
        assert len({row["article_id"] for row in found if row["cluster_id"] == name}) > 1


# Near -------------------------------------------------------------------------------------------------------------------


def test_a_near_copy_says_how_near() -> None:
    text = prose("near", 200)
    copy = near(text, 3)
    first, second = clusters(article("a", text), article("b", copy, hour=1))
    assert (first["rule"], first["similarity"], second["rule"]) == ("near", 1.0, "near")
    assert second["similarity"] == jaccard_of_words(text, copy) and 0.8 <= second["similarity"] < 1


def test_headline_credit_and_dateline_do_not_count() -> None:
    text = prose("wire", 80)
    printed = f"Dam holds, say engineers\nBy Mab Tennick\n\nKELSPORT (Reuters) — {near(text, 1)}\n\nReuters"
    rows = clusters(article("a", text), article("b", printed, hour=1, headline="Dam holds, say engineers"))
    assert [row["rule"] for row in rows] == ["near", "near"] and rows[1]["similarity"] == jaccard_of_words(text, near(text, 1))


def test_a_text_that_drifts_leaves_the_group_of_its_first() -> None:
    """Each is near the one before it; none is in a group with a first that it is not near to."""
    words, texts = prose("drift", 300).split(), []
    for number in range(12):
        texts.append(" ".join(words))
        words = near(" ".join(words), 5, seed=number + 3).split()
    rows = clusters(*(article(f"{number:02}", text, hour=number) for number, text in enumerate(texts)))
    firsts = {row["cluster_id"] for row in rows}
    assert len(firsts) > 1
    for row in rows:
        first = int(row["cluster_id"].split(".")[0])
        assert jaccard_of_words(texts[first], texts[int(row["article_id"])]) >= 0.8


def test_a_text_joins_the_first_that_it_is_most_like() -> None:
    words = prose("two", 300).split()
    other = [*words[:264], *prose("end", 36).split()]
    copy = [*words[:264], *other[264:294], *prose("last", 6).split()]
    texts = [" ".join(one) for one in (words, other, copy)]
    assert jaccard_of_words(texts[0], texts[1]) < 0.8 < jaccard_of_words(texts[1], texts[2])
    assert groups(*(article(name, text, hour=hour) for hour, (name, text) in enumerate(zip("abc", texts, strict=True)))) == {
        "b.1": [("b.1", "near"), ("c.1", "near")]
    }


def test_generated_edits_of_the_sample_are_found_from_a_jaccard_of_point_eight() -> None:
    """500 pairs with Jaccard from .5 to 1: recall and precision are 1, also with all of them in one desk."""
    made = generated(500)
    copies = {number for number, (_, _, has) in enumerate(made) if has >= 0.8}
    assert len(made) == 500 and 180 <= len(copies) <= 320 and min(has for _, _, has in made) >= 0.5
    found = {number for number, (a, b, _) in enumerate(made) if clusters(article("a", a), article("b", b, hour=1))}
    assert found == copies
    originals = {text: f"original {number}" for number, text in enumerate(dict.fromkeys(text for text, _, _ in made))}
    rows = [*(article(name, text) for text, name in originals.items()), *(article(str(n), b, hour=1) for n, (_, b, _) in enumerate(made))]
    together = {row["article_id"]: row["similarity"] for row in clusters(*rows)}
    assert copies <= {int(name) for name in together if name.isdigit()} and min(together.values()) >= 0.8


# Agency -----------------------------------------------------------------------------------------------------------------

WIRE = prose("agency report", 400)


def part(text: str, begin: int, end: int) -> str:
    return " ".join(text.split()[begin:end])


@pytest.mark.parametrize(
    ("shorter", "why"),
    [
        (part(WIRE, 0, 120), "cut from the end"),
        (f"{part(WIRE, 0, 150)} {part(WIRE, 200, 250)}", "a paragraph left out on the way"),
        (part(WIRE, 40, 300), "without its first paragraph"),
        (f"{part(WIRE, 0, 180)} {prose('own', 30)}", "with a paragraph of the outlet's own"),
    ],
)
def test_an_agency_text_that_outlets_cut_is_one_text(shorter: str, why: str) -> None:
    assert jaccard_of_words(WIRE, shorter) < 0.8, why
    for order in ((WIRE, shorter), (shorter, WIRE)):
        credited = [article(name, text, hour=hour, agency="NPB") for hour, (name, text) in enumerate(zip("ab", order, strict=True))]
        assert groups(*credited) == {"a.1": [("a.1", "agency"), ("b.1", "agency")]}, why
        assert clusters(*credited)[1]["similarity"] >= 0.8
        uncredited = [{**row, "wire_credit": None} for row in credited]
        other = [credited[0], {**credited[1], "wire_credit": "AFP"}]
        assert groups(*uncredited) == {} and groups(*other) == {}, why


NOTE_OF_THE_HOUSE = prose("the agency is an independent cooperative", 45)
MARKETS = "The Kelsport index closed at {} points, {} up on the day. Mining gained {} per cent, banks {} and shipping {}. A barrel stood at {} marks. "


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        (part(WIRE, 0, 120), " ".join([*WIRE.split()[:120], *prose("blog", 500).split()]), "an entry in a live blog of five times its length"),
        (part(WIRE, 0, 100), f"{prose('first', 100)} {part(WIRE, 0, 100)} {prose('third', 100)}", "the second report of a round-up"),
        (f"{prose('m', 150)} {NOTE_OF_THE_HOUSE}", f"{prose('n', 150)} {NOTE_OF_THE_HOUSE}", "the agency's note on itself under two reports"),
        (f"{prose('d1', 120)} {part(WIRE, 0, 200)}", f"{prose('d2', 200)} {part(WIRE, 0, 200)}", "the same background under two reports"),
        (MARKETS.format(*range(11, 17)) * 3, MARKETS.format(*range(61, 67)) * 3, "a table of the markets with other numbers"),
        (part(WIRE, 0, 30), WIRE, "a text too short to tell"),
    ],
)
def test_what_shares_words_and_is_no_copy_of_an_agency_text(a: str, b: str, why: str) -> None:
    for order in ((a, b), (b, a)):
        assert groups(*(article(name, text, hour=hour, agency="NPB") for hour, (name, text) in enumerate(zip("ab", order, strict=True)))) == {}, why


def test_a_template_that_comes_again_days_later_is_no_agency_copy() -> None:
    at_once = [article("a", WIRE, agency="NPB", published=0), article("b", part(WIRE, 0, 200), hour=1, agency="NPB", published=71)]
    later = [at_once[0], article("b", part(WIRE, 0, 200), hour=100, agency="NPB", published=73)]
    assert len(groups(*at_once)) == 1 and groups(*later) == {}


def test_two_reports_of_one_round_up_do_not_become_copies_of_each_other() -> None:
    one, two, three = (prose(name, 150) for name in ("r1", "r2", "r3"))
    rows = [article(name, text, hour=hour, agency="NPB") for hour, (name, text) in enumerate(zip("abcd", [one, two, three, f"{one} {two} {three}"], strict=True))]
    assert {name for members in groups(*rows).values() for name, _ in members} <= {"a.1", "d.1"}


def test_near_copies_of_a_cut_text_come_along_without_a_credit() -> None:
    rows = [article("a", part(WIRE, 0, 200), agency="NPB"), article("b", WIRE, hour=1, agency="NPB"), article("c", near(WIRE, 4), hour=2)]
    assert groups(*rows) == {"a.1": [("a.1", "agency"), ("b.1", "agency"), ("c.1", "agency")]}


# People -----------------------------------------------------------------------------------------------------------------


def test_people_put_together_and_take_apart() -> None:
    rows = [article("a", X), article("b", X, hour=1), article("c", Y, hour=2), article("d", Y, hour=3), article("e", prose("e", 60), hour=4)]
    together = Decisions(together=frozenset({("e", "a")}))
    assert groups(*rows, decisions=together)["a.1"] == [("a.1", "exact"), ("b.1", "exact"), ("e.1", "person")]
    assert next(row for row in clusters(*rows, decisions=together) if row["article_id"] == "e")["similarity"] is None
    all_of_them = groups(*rows, decisions=Decisions(together=frozenset({("b", "c")})))
    assert all_of_them == {"a.1": [("a.1", "exact"), ("b.1", "exact"), ("c.1", "person"), ("d.1", "person")]}
    assert groups(*rows, decisions=Decisions(apart=frozenset({("b", "a")}))) == {"c.1": [("c.1", "exact"), ("d.1", "exact")]}
    assert groups(*rows, decisions=Decisions(alone=frozenset({"c"}), together=frozenset({("c", "d")}))) == {"a.1": [("a.1", "exact"), ("b.1", "exact")]}
    assert groups(*rows[4:], *rows[:1], decisions=Decisions(together=frozenset({("a", "e")}))) == {"a.1": [("a.1", "person"), ("e.1", "person")]}
    assert groups(*rows, decisions=Decisions(together=frozenset({("a", "gone")}))) == groups(*rows)


def test_those_who_leave_a_cluster_stay_together() -> None:
    rows = [article(name, X, hour=hour) for hour, name in enumerate("abcd")]
    found = groups(*rows, decisions=Decisions(apart=frozenset({("a", "b"), ("a", "c")})))
    assert found == {"a.1": [("a.1", "exact"), ("d.1", "exact")], "b.1": [("b.1", "person"), ("c.1", "person")]}


def test_people_put_articles_without_a_body_together_and_other_versions_stay() -> None:
    rows = [article("a", X), article("c", X, hour=1), article("a", Y, version=2, hour=2), article("b", "Too short.", hour=3)]
    found = groups(*rows, decisions=Decisions(together=frozenset({("a", "b")})))
    assert found == {"a.1": [("a.1", "exact"), ("c.1", "exact")], "a.2": [("a.2", "person"), ("b.1", "person")]}


# Bad input --------------------------------------------------------------------------------------------------------------


def test_texts_that_are_hardly_texts() -> None:
    dull, duller = "dam " * 100_000, "dam " * 50_000
    odd = "\u202e" + "𝔡𝔞𝔪 " * 40
    rows = [article(name, text, hour=hour) for hour, (name, text) in enumerate({"a": dull, "b": duller, "c": odd, "d": "", "e": "…" * 500}.items())]
    assert groups(*rows) == {"a.1": [("a.1", "near"), ("b.1", "near")]}  # the same one shingle
    assert groups(*(article(name, "Subscribe to read.") for name in "abc")) == {}


def test_hundreds_of_texts_from_one_template_stay_apart_and_their_copies_are_found() -> None:
    """They fall into the same bands, of which each holds no more than `MOST`; a copy comes soon after its text."""
    template = prose("template", 120).split()
    texts = [" ".join(f"n{number}x{at}" if at % 12 == 0 else word for at, word in enumerate(template)) for number in range(300)]
    rows = [article(f"{number:03}", text, hour=number) for number, text in enumerate(texts)]
    assert clusters(*rows) == []
    copy = near(texts[290], 1)
    assert [row["article_id"] for row in clusters(*rows, article("copy", copy, hour=301))] == ["290", "copy"]


# A desk -----------------------------------------------------------------------------------------------------------------


def stored(*articles: dict[str, Any]) -> pa.Table:
    blank = dict.fromkeys(ARTICLES.names)
    return pa.Table.from_pylist([{**blank, "status": "kept", **row} for row in articles], schema=arrow_schema("articles"))


def test_rebuilding_writes_only_a_change_and_leaves_stories_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    set_aside = {**article("c", X), "status": "quarantined"}
    store.append("articles", stored(article("a", X), article("b", X, hour=1), set_aside))
    story = {"kind": "story", "cluster_id": "a", "article_id": "a", "version": 1, "rule": "similar", "similarity": 0.7}
    store.append("clusters", pa.Table.from_pylist([story], schema=arrow_schema("clusters")))
    assert rebuild_copies(store) is True
    version = store.version("clusters")
    assert rebuild_copies(store) is False and store.version("clusters") == version
    kinds = sorted((member["kind"], member["article_id"]) for member in store.read("clusters").to_pylist())
    assert kinds == [("copy", "a"), ("copy", "b"), ("story", "a")]


def test_decisions_and_what_is_taken_back_are_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("articles", stored(article("a", X), article("b", Y, hour=1)))
    said = Decisions(together=frozenset({("a", "b")}))
    assert not rebuild_copies(store) and rebuild_copies(store, decisions=said) and not rebuild_copies(store, decisions=said)
    assert [row["rule"] for row in store.read("clusters").to_pylist()] == ["person", "person"]
    assert rebuild_copies(store) and store.read("clusters").num_rows == 0


def test_an_article_that_people_released_is_compared_like_others(tmp_path: Path) -> None:
    store = Store(tmp_path)
    late = {**article("b", near(X, 1), hour=1), "status": "quarantined", "n_words": 60}
    empty = {**article("c", X, hour=2), "status": "quarantined", "n_words": 0}
    store.append("articles", stored({**article("a", X), "n_words": 60}, late, empty))
    assert not rebuild_copies(store)
    assert rebuild_copies(store, decisions=Decisions(released=frozenset({"b", "c"})))
    assert [(row["article_id"], row["rule"]) for row in store.read("clusters").to_pylist()] == [("a", "near"), ("b", "near")]
    assert rebuild_copies(store) and store.read("clusters").num_rows == 0


def many(n: int) -> list[dict[str, Any]]:
    """Articles of which every fourth is an edit of the one before, and every fourth a cut agency text."""
    found: list[dict[str, Any]] = []
    for number in range(n):
        text, chance = prose(number, 150), random.Random(number)
        if number % 4 == 1:
            text = " ".join(edited(prose(number - 1, 150).split(), 2, chance))
        if number % 4 == 3:
            text = part(prose(number - 1, 150), 0, 90)
        found.append(article(f"{number:03}", text, hour=number, agency="NPB" if number % 4 > 1 else None))
    return found


class Counted:
    """Texts at hand, and whose were asked for."""

    def __init__(self, articles: list[dict[str, Any]]) -> None:
        self.texts, self.asked = {row["body_sha256"]: row["body_sha256"] for row in articles}, set[str]()

    def __call__(self, wanted: Any) -> Any:
        self.asked |= set(wanted)
        return in_memory(self.texts)(wanted)


def test_new_articles_touch_their_neighbours_alone_and_give_what_a_rebuild_gives(tmp_path: Path) -> None:
    rows = many(200)
    whole = clusters(*rows)
    assert {row["rule"] for row in whole} == {"near", "agency"}
    for first in (100, 150, 187, 188, 199):
        held = Counted(rows)
        copy_clusters(as_table(rows[:first]), Index(tmp_path, held))
        held.asked.clear()
        assert copy_clusters(as_table(rows), Index(tmp_path, held)) == whole
        own = {row["body_sha256"] for row in rows[first:]}
        before = {rows[first - 1]["body_sha256"]}  # whose edit or cut may be the first new one
        assert own <= held.asked <= own | before
        held.asked.clear()
        assert copy_clusters(as_table(rows), Index(tmp_path, held)) == whole and not held.asked
        copy_clusters(as_table(rows[:2]), Index(tmp_path, held))  # the others are forgotten


@pytest.mark.parametrize("damage", ["lost", "cut", "text", "one byte", "other rules", "other columns"])
@pytest.mark.parametrize("name", [BODIES, PAIRS])
def test_what_is_kept_may_be_lost(tmp_path: Path, name: str, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = many(12)
    whole, path = clusters(*rows), tmp_path / name
    copy_clusters(as_table(rows), Index(tmp_path, Counted(rows)))
    if damage == "lost":
        path.unlink()
    elif damage == "other rules":
        monkeypatch.setattr(copy_index, "RULES", "others")
    elif damage == "other columns":
        pq.write_table(pa.table({"odd": [1]}).replace_schema_metadata({"nutgraf": copy_index._rules()}), path)
    elif damage == "one byte":
        content = bytearray(path.read_bytes())
        content[len(content) // 3] ^= 1  # within the values of a column
        path.write_bytes(content)
    else:
        path.write_bytes(b"no table" if damage == "text" else path.read_bytes()[:-20])
    held = Counted(rows)
    assert copy_clusters(as_table(rows), Index(tmp_path, held)) == whole and held.asked


def test_of_an_article_that_shares_nothing_less_is_held_than_its_signature(tmp_path: Path) -> None:
    def texts(wanted: Any) -> Any:
        return ((name, " ".join(random.Random(name).choices(WORDS, k=40))) for name in wanted)

    def peak(n: int) -> int:
        rows = [{**article(f"{place:05}", ""), "body_sha256": f"{place:064}"} for place in range(n)]
        table, index = as_table(rows), Index(tmp_path, texts)
        del rows
        tracemalloc.start()
        try:
            assert copy_clusters(table, index) == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)  # what is loaded at first use
    few, many = peak(1_000), peak(5_000)
    bands, name = 256, 300  # and the place that it is known by
    assert (many - few) / 4_000 < bands + name


def test_a_desk_that_grows_has_the_rows_of_one_that_was_made_at_once(tmp_path: Path) -> None:
    rows = many(40)
    for row in rows:
        row["body_sha256"] = hashlib.sha256(row["body_sha256"].encode()).hexdigest()
    grown, whole = Store(tmp_path / "grown"), Store(tmp_path / "whole")
    for first in range(0, 40, 8):
        grown.append("articles", stored(*rows[first : first + 8]))
        rebuild_copies(grown)
    whole.append("articles", stored(*reversed(rows)))
    rebuild_copies(whole)
    found = [sorted(store.read("clusters").to_pylist(), key=str) for store in (grown, whole)]
    assert found[0] == found[1] and len(found[0]) == 40
    (tmp_path / "grown" / NOTE).unlink()
    assert not rebuild_copies(grown)
