"""``nutgraf story`` as a user meets it, and runs of an edition that rests on stories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nutgraf import WITHOUT_MODELS
from nutgraf.cli.commands import nutgraf
from nutgraf.compare import story_decisions
from nutgraf.desk import DESK_VARIABLE, Desk
from nutgraf.errors import InputError, UsageError
from nutgraf.runs.runner import Outcome, run

from tests.conftest import copied
from tests.test_ingest_run import digest, write
from tests.test_runs_notebooks import book

VOTE = "820fd34963f6cbf8", "bb6192be1fae5208", "427815ea5182a938"
ALONE, QUARANTINED = "0e0aba188e53d854", "e63cf0f6d65324c7"  # the first is on a churchyard, of which nobody else tells
WHO = ("--who", "ada", "--why", "the same vote")


@pytest.fixture
def desk(grouped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = copied(grouped, tmp_path / "desk")
    monkeypatch.setenv(DESK_VARIABLE, str(found.root))
    return found


def story(*arguments: str) -> str:
    done = CliRunner().invoke(nutgraf, ["story", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def listed() -> dict[str, dict[str, Any]]:
    return {one["story"]: one for one in json.loads(story("list", "--json"))}


def articles(one: dict[str, Any]) -> list[str]:
    return [row["article_id"] for row in one["articles"]]


# list -----------------------------------------------------------------------------------------------------------------------


def test_stories_are_listed_with_their_articles_the_largest_first(desk: Desk) -> None:
    found = listed()
    sizes = [len(one["articles"]) for one in found.values()]
    assert sizes == sorted(sizes, reverse=True) and min(sizes) > 1
    vote = next(one for one in found.values() if VOTE[0] in articles(one))
    assert articles(vote) == list(VOTE) and not vote["by_person"], "the first published first"
    assert vote["articles"][0] | {"likeness": 0} == {
        "article_id": VOTE[0], "outlet": "Radio Norvessa News", "headline": "Assembly votes by 61 to 58 to pause Brannow Dam plan",
        "published_on": "2026-03-19", "likeness": 0,
    }  # fmt: skip
    assert len({row["likeness"] for row in vote["articles"]}) > 1, "each article has its own"
    lines = story("list").splitlines()
    assert f"{vote['story']}  3 articles, 3 outlets" in lines
    assert f"  {VOTE[0]}  2026-03-19  Radio Norvessa News: Assembly votes by 61 to 58 to pause Brannow Dam plan" in lines
    assert "  4fe89103e185e4ba  no date  Radio Norvessa News: Goldfern apologises over school meals as city suspends contract" in lines
    assert len(lines) == len(found) + sum(sizes)
    captured_twice = next(row for one in found.values() for row in one["articles"] if row["article_id"] == "ebe02eddfabd5cd6")
    assert captured_twice["headline"].startswith("Police defend"), "the newest headline"


def test_a_desk_whose_articles_tell_of_nothing_twice_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "nutgraf.toml", "")
    monkeypatch.setenv(DESK_VARIABLE, str(tmp_path))
    assert story("list") == "no two articles of this desk tell of one event\n" and story("list", "--json") == "[]\n"


# join and split --------------------------------------------------------------------------------------------------------------


def test_articles_are_joined_and_split_by_the_beginnings_of_their_ids(desk: Desk) -> None:
    assert story("join", VOTE[0][:6], ALONE, ALONE[:8], *WHO) == f"joined: {VOTE[0]}, {ALONE}; reports follow with the next run\n"
    [word] = story_decisions.said(desk.decisions)
    assert word[:5] == ("join", (VOTE[0], ALONE), (), "ada", "the same vote")
    vote = next(one for one in listed().values() if ALONE in articles(one))
    assert articles(vote) == [ALONE, *VOTE] and vote["by_person"]
    assert "4 articles, 4 outlets  (a person joined or kept apart)" in story("list")
    assert story("split", VOTE[2], ALONE, *WHO) == f"split: {VOTE[2]}, {ALONE} from 2 other articles; reports follow with the next run\n"
    assert story_decisions.said(desk.decisions)[1][:3] == ("split", (VOTE[2], ALONE), tuple(sorted(VOTE[:2])))
    found = [set(articles(one)) for one in listed().values()]
    assert {VOTE[2], ALONE} in found and any(set(VOTE[:2]) <= own for own in found)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("join", VOTE[0], "ffff", *WHO), "ffff"),
        (("join", VOTE[0], *WHO), "a story needs two articles"),
        (("join", VOTE[0], VOTE[0][:9], *WHO), "a story needs two articles"),
        (("join", VOTE[0], QUARANTINED, *WHO), "this article is set aside: "),
        (("join", VOTE[0], ALONE, "--who", " ", "--why", "x"), "--who and --why must say something"),
        (("join", VOTE[0], ALONE, "--who", "x", "--why", ""), "--who and --why must say something"),
        (("split", ALONE, *WHO), "these articles are in no story"),
        (("split", VOTE[0], "696066479ad61d7a", *WHO), "these articles are in several stories"),
        (("split", *VOTE, *WHO), "nothing would be left of it"),
        (("split", VOTE[0], ALONE, *WHO), "not all of these articles are in that story"),
        (("split", VOTE[0], "--story", "nowhere.1", *WHO), "no such story"),
        (("split", VOTE[0], "--story", "696066479ad61d7a.1", *WHO), "not all of these articles are in that story"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_written(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        story(*arguments)
    assert not (desk.decisions / story_decisions.FILE).exists() and "othing was" in str(caught.value)


def test_a_line_that_cannot_be_read_is_told_before_another_is_added(desk: Desk) -> None:
    path = write(desk.decisions / story_decisions.FILE, "{}\n")
    for arguments in (("list",), ("join", VOTE[0], ALONE, *WHO), ("split", VOTE[0], *WHO)):
        with pytest.raises(InputError, match=r"stories\.jsonl, line 1"):
            story(*arguments)
    assert path.read_text(encoding="utf-8") == "{}\n"


# Runs -------------------------------------------------------------------------------------------------------------------------

CELL = """from nutgraf.findings import same_story
from nutgraf.jupyter import open_desk
desk = open_desk()
chosen = desk.select(date_from=date_from, as_of=as_of, copies="all")
measured = desk.measure("openings", selection=chosen)"""


def test_runs_of_an_edition_that_rests_on_stories(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Published stories are noted once; a decision makes the report anew; a line that cannot be read stops the run and changes nothing."""
    monkeypatch.setenv(WITHOUT_MODELS, "yes")  # the parse is left out already, and vectors are not what this is about
    for path in (*desk.editions.glob("*.yml"), *(desk.root / "notebooks").glob("*.ipynb")):
        path.unlink()
    parameters = "date_from: str = '2026-03-02'\nas_of: str = '2026-03-24'"
    notebook = book(parameters, needs=("openings",), more=(CELL, "same_story.told_by(measured, source='s')"))
    write(desk.root / "notebooks" / "25-told.ipynb", json.dumps(notebook))
    write(desk.editions / "told.yml", "title: Who told what\nnotebooks: [25-told]\n")

    def once() -> Outcome:
        return run(Desk(desk.root), say=lambda line: None)

    first = once()
    assert first.exit_code == 0 and first.states == {"told": "published"}, first.errors
    noted = desk.decisions / story_decisions.PUBLISHED
    stories = story_decisions.published(desk.decisions)
    lines = noted.read_bytes()
    assert first.counts["stories"] == len(stories) == len(listed()) == lines.count(b"\n")
    assert stories == {name: frozenset(articles(one)) for name, one in listed().items()}
    held = digest(desk.site)
    second = once()
    assert second.exit_code == 0 and second.states == {} and "stories" not in second.counts, "nothing new"
    assert noted.read_bytes() == lines
    kept = next(iter(stories))
    story("join", ALONE, min(stories[kept]), *WHO)
    third = once()
    assert third.states == {"told": "published"} and digest(desk.site) != held
    assert ALONE in story_decisions.published(desk.decisions)[kept] and noted.read_bytes().count(b"\n") == lines.count(b"\n") + 1
    assert story_decisions.published(desk.decisions).keys() == stories.keys()
    held, lines = digest(desk.site), noted.read_bytes()
    with (desk.decisions / story_decisions.FILE).open("a", encoding="utf-8") as file:
        file.write("{no json}\n{}\n")
    with pytest.raises(InputError, match=r"data/decisions/stories\.jsonl, line 2"):
        once()
    assert digest(desk.site) == held and noted.read_bytes() == lines
