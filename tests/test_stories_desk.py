"""Stories of a desk: what the sample's reader would expect, and the same rows however they come about."""

from __future__ import annotations

import json
import random
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from nutgraf import WITHOUT_MODELS
from nutgraf.compare import story_decisions
from nutgraf.compare.story_decisions import JOIN, SPLIT
from nutgraf.desk import Desk
from nutgraf.errors import InputError
from nutgraf.ingesting import ingest
from nutgraf.measuring import Registry
from nutgraf.stories import KEPT, NOTE, Brought, bring_up_to_date, note_published, of_articles
from nutgraf.upkeep.rebuild import rebuild

from tests.conftest import copied
from tests.test_ingest_run import make_desk, write
from tests.test_stories import NOW

Row = dict[str, Any]


def group(desk: Desk) -> Brought | None:
    desk = Desk(desk.root)
    with desk.store.lock("testing"):
        return bring_up_to_date(desk, Registry(desk.measure_options))


def rows(desk: Desk) -> list[Row]:
    found = [row for row in desk.store.read("clusters").to_pylist() if row["kind"] == "story"]
    return sorted(found, key=lambda row: (row["article_id"], row["version"]))


def members(desk: Desk) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for (article, _), name in of_articles(desk.store.read("clusters")).items():
        found.setdefault(name, set()).add(article)
    return found


def together(desk: Desk) -> list[set[str]]:
    return sorted(members(desk).values(), key=sorted)


@pytest.fixture
def desk(grouped: Path, tmp_path: Path) -> Desk:
    return copied(grouped, tmp_path / "desk")


# What a reader of the sample expects ----------------------------------------------------------------------------------------
# Written from the texts, before the grouping was looked at. News reports on one event; features and columns may be missed, and the method
# card says so.

PLAN = {"6943f4c7646aef57": "Courier", "3847dc76ec1fcfae": "Radio"}
PROTEST = {"696066479ad61d7a": "Bell", "c9d7a5698cd5a68b": "Radio", "ebe02eddfabd5cd6": "Courier"}
LEAK = {"7f1f61c6d73091e3": "Ledger", "ab2cc74c758ba931": "Herald-Echo", "c64226705187d255": "Radio", "bde539a59accb48f": "Courier"}
ADMITS = {"a766500dcc097d64": "Courier", "7f33632f58e7fab3": "Bell"}
VOTE = {"820fd34963f6cbf8": "Radio", "bb6192be1fae5208": "Courier"}
SELL_OFF = {"94bc19c142d76032": "Bell", "2e3ff8c6dfb721f0": "Ledger"}
#: Words that tell the four story lines apart in headlines, and articles whose headline has none of them.
LINES = {
    "dam": ("dam", "brannow", "vannel", "412", "assembly", "minister who knew", "rang the bells", "churchyard", "ewe", "two hours", "three votes"),
    "ferry": ("ferr", "islanders", "boats", "talks collapse"),
    "meals": ("school", "lunch", "kitchen", "goldfern", "poisoned", "seventy-three", "ashvalle", "fed our"), "rent": ("rent", "landlords", "housing", "three per cent", "3%", "sixty-six"),
}  # fmt: skip


def line_of(headline: str) -> str:
    """Of the lines the first whose words stand in a headline; meals before the valley, whose cook is told beside them."""
    low = headline.lower()
    return next((line for line in ("meals", "ferry", "rent", "dam") if any(word in low for word in LINES[line])), "none")


@pytest.mark.parametrize("event", [PLAN, PROTEST, LEAK, ADMITS, VOTE, SELL_OFF], ids=["plan", "protest", "leak", "admits", "vote", "sell-off"])
def test_news_of_one_event_by_several_outlets_is_one_story(event: dict[str, str], grouped: Path) -> None:
    assert [name for name, own in members(Desk(grouped)).items() if event.keys() & own] == [
        name for name, own in members(Desk(grouped)).items() if event.keys() <= own
    ], "all in one story"
    assert any(event.keys() <= own for own in members(Desk(grouped)).values())


def test_no_two_events_and_no_two_subjects_are_in_one_story(grouped: Path) -> None:
    found = members(Desk(grouped))
    for one, other in combinations((PLAN, PROTEST, LEAK, ADMITS, VOTE), 2):
        assert not [own for own in found.values() if own & one.keys() and own & other.keys()]
    articles = {row["article_id"]: row["headline"] for row in Desk(grouped).store.read("articles").to_pylist()}
    lines = {name: {line_of(articles[article]) for article in own} - {"none"} for name, own in found.items()}
    assert {name for name, own in lines.items() if len(own) > 1} == set()
    assert {line for own in lines.values() for line in own} == set(LINES), "all four are there"


def test_every_kept_version_has_its_article_s_row_and_how_alike_it_is(grouped: Path) -> None:
    desk = Desk(grouped)
    found = {(row["article_id"], row["version"]): row for row in rows(desk)}
    assert len(found) == len(rows(desk)) and all(len(own) > 1 for own in members(desk).values())
    assert {row["rule"] for row in found.values()} == {"similar"} and all(0.36 < row["similarity"] <= 1 for row in found.values())
    for article in ("696066479ad61d7a", "ebe02eddfabd5cd6"):  # captured twice
        first, second = found[article, 1], found[article, 2]
        assert {**first, "version": 2} == second
    kept = {(row["article_id"], row["version"]) for row in desk.store.read("articles").to_pylist() if row["status"] == "kept"}
    assert found.keys() <= kept
    firsts = {row["article_id"]: row["fetched_at"] for row in desk.store.read("articles").to_pylist() if row["version"] == 1}
    for name, own in members(desk).items():
        assert name == f"{min(own, key=lambda article: (firsts[article], article))}.1", "named after the article that was fetched first"


# Once more ------------------------------------------------------------------------------------------------------------------


def test_a_second_time_nothing_is_done_and_lost_or_damaged_files_give_the_same(desk: Desk) -> None:
    before, versions = rows(desk), desk.store.versions()
    assert group(desk) is None and desk.store.versions() == versions
    (desk.processed / NOTE).unlink()
    again = group(desk)
    assert again is not None and not again.is_changed and desk.store.versions() == versions
    assert (again.stories, again.in_stories) == (len(members(desk)), sum(map(len, members(desk).values())))
    kept = desk.processed / KEPT
    whole = kept.read_bytes()
    for damage in (None, b"", b"no parquet", whole[: len(whole) // 2], whole[:-9] + b"\0" * 9):
        if damage is None:
            kept.unlink()
        else:
            kept.write_bytes(damage)
        (desk.processed / NOTE).write_text("{no json", encoding="utf-8")
        assert not group(desk).is_changed and rows(desk) == before
        assert kept.read_bytes() == whole, "found out again and kept"


def test_likenesses_by_other_rules_or_of_other_articles_are_found_out_again(desk: Desk) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    before, kept = rows(desk), desk.processed / KEPT
    held = pq.read_table(kept)
    about = json.loads(held.schema.metadata[b"nutgraf"])
    wrong = held.set_column(2, "likeness", pa.array([0.9] * held.num_rows, pa.float64()))
    lies = {"rules": {"rules": "0"}, "proofs": {"proofs": ["0"] * len(about["order"])}, "order": {"order": about["order"][::-1]},
            "fewer": {"order": about["order"][:-1], "proofs": about["proofs"][:-1]}, "none": None}  # fmt: skip
    for lie in lies.values():
        metadata = {"nutgraf": json.dumps({**about, **lie})} if lie is not None else {}
        pq.write_table(wrong.replace_schema_metadata(metadata), kept)
        (desk.processed / NOTE).unlink()
        assert not group(desk).is_changed and rows(desk) == before
    pq.write_table(wrong.replace_schema_metadata({"nutgraf": json.dumps(about)}), kept)
    (desk.processed / NOTE).unlink()
    assert group(desk).is_changed, "true ones are taken as they stand"


# People ---------------------------------------------------------------------------------------------------------------------

GERMAN = "e197cdc4bf11c9f9"  # on the vote, in German


def test_what_people_say_is_done_and_taken_up_once(desk: Desk) -> None:
    before = members(desk)
    vote = next(name for name, own in before.items() if own >= VOTE.keys())
    alone = "0e0aba188e53d854"  # on a churchyard, of which nobody else tells
    say = story_decisions.say
    say(desk.decisions, JOIN, [alone, "bb6192be1fae5208", GERMAN, "f" * 16], [], "ada", "the vote", NOW)
    say(desk.decisions, SPLIT, ["f94b72973481c08a"], sorted(PROTEST), "ada", "a column", NOW)
    assert group(desk).is_changed and group(desk) is None
    found = members(desk)
    assert next(own for own in found.values() if VOTE.keys() <= own) == before[vote] | {alone, GERMAN}
    assert "f94b72973481c08a" not in set().union(*found.values())
    touched = {row["article_id"]: row for row in rows(desk) if row["rule"] == "person"}
    assert sorted(touched) == sorted({alone, GERMAN, "bb6192be1fae5208", *PROTEST}) and touched[GERMAN]["similarity"] < 0.3
    others = [name for name in before if not before[name] & touched.keys()]
    assert {name: found[name] for name in others} == {name: before[name] for name in others} and len(others) == len(before) - 2
    say(desk.decisions, SPLIT, [alone, GERMAN], sorted(before[vote]), "ben", "no", NOW)
    group(desk)
    assert {alone, GERMAN} in together(desk) and members(desk)[vote] == before[vote]


def test_a_line_that_cannot_be_read_leaves_stories_as_they_were(desk: Desk) -> None:
    before = rows(desk)
    write(desk.decisions / story_decisions.FILE, '{"what": "join"}\n')
    for _ in range(2):
        with pytest.raises(InputError, match=r"data/decisions/stories\.jsonl, line 1"):
            group(desk)
        assert rows(desk) == before
    (desk.decisions / story_decisions.FILE).unlink()
    assert not group(desk) and rows(desk) == before


def test_published_stories_are_noted_with_all_their_articles_and_keep_their_names(desk: Desk) -> None:
    vote = next(name for name, own in members(desk).items() if own >= VOTE.keys())
    assert note_published(desk, [vote, None, vote]) == 1 and note_published(desk, [None, vote]) == 0 and note_published(desk, [None]) == 0
    assert story_decisions.published(desk.decisions) == {vote: members(desk)[vote]}
    earlier = "6943f4c7646aef57"  # on the plan, fetched weeks earlier
    story_decisions.say(desk.decisions, SPLIT, [earlier], sorted(set(PLAN) - {earlier} | {"6b321274e6a6ffc6"}), "ada", "test", NOW)
    story_decisions.say(desk.decisions, JOIN, [earlier, "820fd34963f6cbf8"], [], "ada", "test", NOW)
    group(desk)
    assert earlier in members(desk)[vote]


# Rebuild ---------------------------------------------------------------------------------------------------------------------


def test_a_rebuild_gives_the_same_stories_joined_and_split_ones_too(desk: Desk) -> None:
    story_decisions.say(desk.decisions, JOIN, ["b41c30936fb28dd1", GERMAN, *VOTE], [], "ada", "the vote", NOW)
    story_decisions.say(desk.decisions, SPLIT, ["f94b72973481c08a"], sorted(PROTEST), "ada", "a column", NOW)
    group(desk)
    note_published(desk, members(desk))
    story_decisions.say(desk.decisions, SPLIT, ["696066479ad61d7a"], sorted(set(PROTEST) - {"696066479ad61d7a"}), "ada", "an opinion", NOW)
    group(desk)
    before = rows(desk)
    assert "696066479ad61d7a.1" in members(desk), "the name stays with the larger part, and not with the article that it comes from"
    found = rebuild(desk, say=lambda line: None)
    assert rows(desk) == before and [one.table for one in found.differences if not one.is_identical] == []
    assert group(desk) is None and (desk.processed / KEPT).is_file()


def test_without_models_stories_come_from_words_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(desk)
    monkeypatch.setenv(WITHOUT_MODELS, "yes")
    found = group(desk)
    assert found.is_changed and found.stories > 0 and found.compared > 50
    vectors = Desk(desk.root).store.read("openings").to_pylist()
    assert {row["vector"] is None for row in vectors} == {True, False}, "both are kept, each under its version"
    assert any(own >= {"7f1f61c6d73091e3", "ab2cc74c758ba931"} for own in members(desk).values()), "the agency's text, word for word"
    assert group(desk) is None
    monkeypatch.delenv(WITHOUT_MODELS)
    assert group(desk).is_changed and rows(desk) == whole


# More than two hundred ----------------------------------------------------------------------------------------------------------

PLACES = ["Orrin", "Tamsel", "Quillby", "Vardo", "Hestle", "Brackwater", "Dunmar", "Ellspit", "Farrow", "Gorsey", "Holm", "Ivering"]
NOUNS = "bridge harbour school council tunnel library market hospital museum bakery station orchard quarry theatre stadium mill".split()
DEEDS = "closes floods burns reopens strikes collapses expands merges votes moves celebrates sues".split()


def article(event: int, telling: int, day: int) -> Row:
    """A text on an event, as one of several tells it."""
    chance = random.Random(event)
    place, other = chance.sample(PLACES, 2)
    noun, deed = chance.choice(NOUNS), chance.choice(DEEDS)
    person, street = f"Ka{event}ra Wel{event}m", f"Rue{event}street"
    mine = random.Random(event * 100 + telling)
    more = " ".join(f"{mine.choice(NOUNS)} {mine.choice(PLACES)} {mine.choice(DEEDS)}" for _ in range(4))
    text = (
        f"The {noun} of {place} at {street} {deed} after a dispute with {other}, {person} told the assembly. {person} called it overdue. "
        f"Telling {telling} adds that {more}. Residents near {street} expect another hearing, and the {noun} keeps its opening hours until then."
    )
    return {"id": f"e{event}t{telling}", "title": f"{place} {noun} {deed}, version {telling}", "text": text,
            "date": f"2026-03-{1 + day % 28:02}T10:00:00Z", "outlet": f"Outlet {telling}"}  # fmt: skip


def batch(number: int, fetched: str, articles: list[Row]) -> tuple[dict[str, str], str]:
    entry = {"file": f"b{number}.jsonl", "fetched_at": fetched}
    return entry, "".join(json.dumps(row) + "\n" for row in articles)


#: In the order in which they are handed in; the third was fetched before the second.
BATCHES = [
    batch(1, "2026-03-28T08:00:00Z", [article(event, telling, event % 9) for event in range(70) for telling in range(3)]),
    batch(2, "2026-04-09T08:00:00Z", [article(event, telling, event % 9) for event in range(66, 76) for telling in (3, 4)]),
    batch(3, "2026-04-02T08:00:00Z", [*(article(event, 5, event % 9) for event in (3, 67, 75, 74)), {"id": "short", "text": "He said so."}]),
    batch(4, "2026-04-12T08:00:00Z", [article(event, telling, 12) for event in (900, 901, 902) for telling in range(4)]),
]
SOURCE = '[[sources]]\nid = "wire"\npath = "wire"\nmanifest = "manifest.jsonl"\n' + "".join(
    f'[measures.{name}]\nmodel = "none"\n' for name in ("parse", "openings")
)


def hand_in(desk: Desk, upto: int) -> None:
    for entry, lines in BATCHES[:upto]:
        write(desk.root / "wire" / entry["file"], lines)
    write(desk.root / "wire" / "manifest.jsonl", "".join(json.dumps(entry) + "\n" for entry, _ in BATCHES[:upto]))
    ingest(desk)


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = make_desk(tmp_path_factory.mktemp("many") / "desk", SOURCE)
    hand_in(desk, 4)
    group(desk)
    return desk


def test_articles_that_come_later_give_the_same_rows_as_all_at_once_and_change_no_others(at_once: Desk, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", SOURCE)
    seen: list[list[Row]] = []
    for upto in range(1, 5):
        hand_in(desk, upto)
        assert group(desk).is_changed
        seen.append(rows(desk))
    assert seen[-1] == rows(at_once) and len(members(desk)) >= 60
    kept = {(row["article_id"], row["version"]): row for row in seen[-1]}
    assert all(kept[row["article_id"], row["version"]] == row for row in seen[-2]), "an event of its own changes nobody's row"
    new = [row for row in seen[-1] if (row["article_id"], row["version"]) not in {(old["article_id"], old["version"]) for old in seen[-2]}]
    assert len(new) == 12 and sorted(len([1 for row in new if row["cluster_id"] == name]) for name in {row["cluster_id"] for row in new}) == [4, 4, 4]
    (desk.processed / NOTE).unlink()
    (desk.processed / KEPT).unlink()
    assert not group(desk).is_changed, "from nothing it is the same"


def test_an_article_fetched_between_others_is_compared_with_those_after_it(at_once: Desk) -> None:
    """The third batch: its articles on events 74 and 75 are alike to those of the second, which were known before."""
    by_key = {row["record_key"]: row["article_id"] for row in at_once.store.read("articles").to_pylist()}
    home = {article: name for name, own in members(at_once).items() for article in own}
    for event in (74, 75):
        late, early = (next(article for key, article in by_key.items() if f"e{event}t{telling}" in key) for telling in (5, 4))
        assert home[late] == home[early]


def test_an_article_that_is_changed_after_publication_goes_where_its_new_text_belongs(at_once: Desk, tmp_path: Path) -> None:
    desk = copied(at_once.root, tmp_path / "desk")
    by_key = {row["record_key"]: row["article_id"] for row in desk.store.read("articles").to_pylist()}
    moved, goal_key = (next(article for key, article in by_key.items() if one in key) for one in ("e67t4", "e40t0"))
    old = next(name for name, own in members(desk).items() if moved in own)
    goal = next(own for own in members(desk).values() if goal_key in own)
    note_published(desk, [old])
    entries = [{**entry, "fetched_at": "2026-04-20T08:00:00Z"} if entry["file"] == "b2.jsonl" else entry for entry, _ in BATCHES]
    changed = [json.dumps({**article(40, 7, 4), "id": "e67t4"}) if '"e67t4"' in line else line for line in BATCHES[1][1].splitlines()]
    write(desk.root / "wire" / "b2.jsonl", "\n".join(changed) + "\n")
    write(desk.root / "wire" / "manifest.jsonl", "".join(json.dumps(one) + "\n" for one in entries))
    ingest(desk)
    group(desk)
    found = {(row["article_id"], row["version"]): row["cluster_id"] for row in rows(desk) if row["article_id"] == moved}
    assert found.keys() == {(moved, 1), (moved, 2)} and len(set(found.values())) == 1, "all its versions are where the newest belongs"
    assert goal < members(desk)[found[moved, 2]] and moved not in members(desk)[old] and len(members(desk)[old]) > 1


def test_an_article_that_says_too_little_to_be_compared_can_be_joined(at_once: Desk, tmp_path: Path) -> None:
    desk = copied(at_once.root, tmp_path / "desk")
    by_key = {row["record_key"]: row for row in desk.store.read("articles").to_pylist()}
    short, other = (next(row for key, row in by_key.items() if one in key) for one in ("short", "e66t4"))
    assert short["status"] == "kept" and short["article_id"] not in set().union(*together(desk))
    story_decisions.say(desk.decisions, JOIN, [short["article_id"], other["article_id"]], [], "ada", "a picture of it", NOW)
    group(desk)
    [row] = [row for row in rows(desk) if row["article_id"] == short["article_id"]]
    assert row["similarity"] is None and row["rule"] == "person" and other["article_id"] in members(desk)[row["cluster_id"]]


def test_what_comes_in_while_openings_are_measured_is_looked_at_the_next_time(tmp_path: Path) -> None:
    """In a notebook the lock is taken for each batch, so another process can ingest in between."""
    from contextlib import contextmanager

    desk = make_desk(tmp_path / "desk", SOURCE)
    hand_in(desk, 1)
    n_held: list[int] = []

    @contextmanager
    def hold():
        n_held.append(1)
        if len(n_held) == 2:
            hand_in(desk, 2)
        yield

    bring_up_to_date(desk, Registry(desk.measure_options), hold=hold)
    assert len(n_held) > 2
    assert group(desk).is_changed and group(desk) is None
    grouped = set().union(*together(desk))
    assert any("e75" in row["record_key"] for row in desk.store.read("articles").to_pylist() if row["article_id"] in grouped)


def test_a_desk_without_articles_has_no_stories(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", SOURCE)
    write(desk.root / "wire" / "manifest.jsonl", "")
    with desk.store.lock("testing"):
        ingest(desk)
    assert group(desk) in (None, Brought(0, 0, 0, False)) and rows(desk) == []
