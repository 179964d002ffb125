"""Runs and the commands between them: what waits, what an embargo holds back, what a run never undoes, what the list of reports says."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.publish import editing
from nutgraf.publish.check import check_site
from nutgraf.publish.standing import standing_of
from nutgraf.runs import lifecycle, runner
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.editions.edition_files import load, load_all
from nutgraf.runs.quick import nothing_new

from tests.test_cli import nutgraf, one_line
from tests.test_fingerprint import tree
from tests.test_runs_notebooks import book


def desk_with(root: Path, **settings: str) -> Desk:
    """A desk with one small edition; settings are lines of its file."""
    (root / "notebooks" / "editions").mkdir(parents=True)
    (root / "nutgraf.toml").write_text('timezone = "Europe/Oslo"\n', encoding="utf-8")
    write(root, "First", **settings)
    return Desk(root)


def write(root: Path, words: str, slug: str = "dam", **settings: str) -> None:
    """Give an edition its prose and its settings."""
    content = book("x = 1")
    content["cells"][0]["source"] = f"# {words}"
    (root / "notebooks" / f"10-{slug}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    lines = [f"title: The {slug}", f"notebooks: [10-{slug}]", *(f"{name}: {value}" for name, value in settings.items())]
    (root / "notebooks" / "editions" / f"{slug}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(desk: Desk, *slugs: str, force: bool = False) -> tuple[dict[str, str], list[str]]:
    said: list[str] = []
    return runner.run(desk, slugs, force=force, say=said.append).states, said


def quiet(line: str) -> None:
    pass


def page(desk: Desk, where: str = "") -> str:
    return (desk.site / "editions" / "dam" / where / "index.html").read_text(encoding="utf-8")


def index(desk: Desk) -> str:
    return (desk.site / "index.html").read_text(encoding="utf-8")


def status(desk: Desk) -> dict[str, Any]:
    from nutgraf.cli.status import look

    return next(entry for entry in look(desk)["editions"] if entry["slug"] == "dam")


def test_a_life(tmp_path: Path) -> None:
    """One edition, from waiting to withdrawn, as a newsroom would do it; a run after each step undoes nothing and makes nothing."""
    desk = desk_with(tmp_path / "desk", publish="manual")
    states, said = run(desk)
    assert states == {"dam": "waiting"} and not [line for line in said if "site_url" in line]
    assert not (desk.site / "editions").exists() and "The dam" not in index(desk), "a title that waits is nobody's business"
    assert "First" in (desk.staged / "dam" / "index.html").read_text() and check_site(desk.staged / "dam") == []
    assert (status(desk)["state"], status(desk)["waiting"], status(desk)["shown"]) == ("waiting", 1, None)
    before = tree(desk.staged)
    assert nothing_new(str(desk.root)) and run(desk, "dam")[0] == {"dam": "waiting"}
    assert tree(desk.staged) == before, "nothing is executed again"
    (desk.staged / "dam" / "index.html").write_text("changed", encoding="utf-8")
    states, said = run(desk)
    assert states == {"dam": "waiting"} and any("what waited in staged/dam was changed" in line for line in said)
    assert {name for name, sha256 in tree(desk.staged).items() if before[name] != sha256} <= {str(desk.staged / "dam" / "manifest.json")}

    assert lifecycle.publish(desk, ["dam"], say=quiet) == [{"edition": "dam", "version": 1}]
    assert "First" in page(desk) and "up to date" in index(desk) and not (desk.staged / "dam").exists()
    with pytest.raises(UsageError, match="dam: nothing waits.*nutgraf run dam.*Nothing was published"):
        lifecycle.publish(desk, ["dam"], say=quiet)
    assert fresh(desk)

    write(desk.root, "Second", publish="manual")
    assert run(desk)[0] == {"dam": "waiting"}
    assert "First" in page(desk) and "a newer version is waiting to be published" in index(desk)
    (desk.root / "notebooks/editions/dam.yml").write_text("title: The dam\nnotebooks: [10-dam]\n")  # from now on by itself
    states, said = run(desk)
    assert states == {"dam": "published"} and "Second" in page(desk) and any("site_url is not set" in line for line in said)
    assert (status(desk)["state"], status(desk)["version"], status(desk)["waiting"]) == ("good", 2, None) and fresh(desk)

    lifecycle.rollback(desk, "dam", None, say=quiet)
    assert "First" in page(desk) and "shown again since" in index(desk) and fresh(desk)
    states, said = run(desk, force=True)
    assert states == {"dam": "unchanged"} and "First" in page(desk)
    assert any("version 1 stays shown: the findings are those of version 2, and the newsroom went back" in line for line in said)
    assert status(desk)["shown"] == 1

    assert lifecycle.correct(desk, "dam", "Nineteen", 1, say=quiet)["current"] == 1
    assert "Nineteen." in page(desk) and "Nineteen." in page(desk, "v2") and fresh(desk)

    assert lifecycle.withdraw(desk, "dam", 2, "A mistake", say=quiet)["current"] == 1
    assert fresh(desk)
    states, said = run(desk, force=True)
    assert states == {"dam": "unchanged"} and any("those of version 2, which was withdrawn" in line for line in said)
    assert "First" in page(desk) and "Second" not in "".join(page(desk, where) for where in ("", "v1", "v2"))
    lifecycle.withdraw(desk, "dam", 1, "A mistake too", say=quiet)
    assert "was withdrawn" in page(desk) and "withdrawn" in index(desk) and "up to date" not in index(desk)
    assert status(desk)["withdrawn"] == [1, 2] and fresh(desk)
    write(desk.root, "Third")
    assert run(desk)[0] == {"dam": "published"} and "Third" in page(desk) and check_site(desk.site) == []


def fresh(desk: Desk) -> bool:
    """Whether the next run finds nothing to make and changes no page, and the one after is proved to have nothing to do."""
    before = tree(desk.site)
    states, _ = run(desk)
    return set(states.values()) <= {"fresh"} and tree(desk.site) == before and nothing_new(str(desk.root))


def test_an_embargo_holds_back_and_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    desk = desk_with(tmp_path / "desk", embargo=soon.isoformat())
    assert run(desk)[0] == {"dam": "waiting"}
    assert nothing_new(str(desk.root))
    with monkeypatch.context() as later:
        later.setattr("nutgraf.runs.quick.time.time", lambda: soon.timestamp() + 1)
        assert not nothing_new(str(desk.root)), "the end of an embargo is something new"
    said = one_line(nutgraf(desk.root, "publish", "dam"))
    assert "dam: under embargo until" in said and "--now" in said and "Nothing was published" in said
    assert not (desk.site / "editions").exists()

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return soon.astimezone(tz) + timedelta(seconds=1)

    monkeypatch.setattr(runner, "datetime", Later)
    monkeypatch.setattr(runner.time, "time", lambda: soon.timestamp() + 1)
    assert run(desk)[0] == {"dam": "published"} and "First" in page(desk)


def test_an_embargo_may_be_ended_by_hand(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", embargo="2999-01-01 06:00")
    run(desk)
    done = nutgraf(desk.root, "publish", "dam", "--now", "--json")
    assert done.returncode == 0 and json.loads(done.stdout) == {"published": [{"edition": "dam", "version": 1}]}
    assert "site_url is not set" in done.stderr and "First" in page(desk)
    assert run(desk)[0] == {"dam": "fresh"}, "what was published by hand does not wait again"


def test_the_commands_answer_in_a_line_or_in_json(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk")
    run(desk)
    write(desk.root, "Second")
    run(desk)
    unknown = one_line(nutgraf(desk.root, "rollback", "damm"))
    assert "no edition 'damm' was ever published. Did you mean 'dam'? Nothing was changed." in unknown
    assert "there is no version 7" in one_line(nutgraf(desk.root, "withdraw", "dam", "7", "--reason", "x"))
    assert "the note is empty" in one_line(nutgraf(desk.root, "correct", "dam", "--note", " "))
    assert nutgraf(desk.root, "correct", "dam").returncode == 2
    back = json.loads(nutgraf(desk.root, "rollback", "dam", "--json").stdout)
    assert (back["event"], back["version"], back["version_from"], back["current"]) == ("rolled_back", 1, 2, 1)
    done = nutgraf(desk.root, "correct", "dam", "--note", "Nineteen")
    assert done.stdout.splitlines() == ["dam: version 1 carries the correction: Nineteen.", "site: site/index.html"]
    gone = nutgraf(desk.root, "withdraw", "dam", "1", "--reason", "A mistake")
    assert gone.stdout.startswith("dam: version 1 is withdrawn; no version is left, and the withdrawal is shown")
    assert nutgraf(desk.root, "check").stdout == "8 files looked at: nothing to mend\n"
    (desk.site / "editions" / "dam" / "v2" / "index.html").write_text("<p onclick='x()'>/home/anna/x</p>", encoding="utf-8")
    bad = nutgraf(desk.root, "check", "--json")
    found = json.loads(bad.stdout)
    assert bad.returncode == 1 and found["n_files"] == 8 and found["left_out"] == []
    assert all(re.match(r"editions/dam/v2/(index.html|manifest.json): .+: .+", line) for line in found["complaints"])
    assert "nowhere: there is no such folder" in one_line(nutgraf(desk.root, "check", "nowhere"))


def test_a_failure_and_a_stale_edition_are_said_in_the_list_and_the_same_state_gives_the_same_bytes(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk")
    write(desk.root, "Other", slug="ferry")
    run(desk)
    good, pages = index(desk), tree(desk.site / "editions")
    whole = (desk.root / "notebooks" / "10-dam.ipynb").read_text()
    (desk.root / "notebooks" / "10-dam.ipynb").write_text(whole.replace("x = 1", "raise ValueError"), encoding="utf-8")
    assert run(desk)[0] == {"dam": "failed", "ferry": "fresh"}
    failed = index(desk)
    assert failed.count("because it could not be made anew") == 1 and failed.count("up to date</p>") == 1
    assert run(desk)[0]["dam"] == "failed" and index(desk) == failed
    assert tree(desk.site / "editions") == pages, "no good page is touched"
    assert run(desk, "ferry")[0] == {"ferry": "fresh"} and index(desk) == failed
    (desk.root / "notebooks" / "10-dam.ipynb").write_text(whole, encoding="utf-8")
    assert run(desk)[0] == {"dam": "fresh", "ferry": "fresh"} and index(desk) == good, "what was changed back is up to date"
    assert status(desk)["state"] == "good"
    write(desk.root, "Second")
    run(desk, "ferry")
    assert "stale since" in index(desk) and "because its notebooks changed" in index(desk)
    assert status(desk)["state"] == "stale"
    stale = index(desk)
    run(desk, "ferry")
    assert index(desk) == stale
    (desk.editions / "ferry.yml").unlink()
    run(desk)
    assert "no longer made" in index(desk) and tree(desk.site / "editions" / "ferry")


@pytest.mark.parametrize("step", ["append", "settle", "note_pages"])
def test_a_run_after_a_killed_command_ends_as_the_command_would_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    desk = desk_with(tmp_path / "desk")
    run(desk)
    write(desk.root, "Second")
    run(desk)
    where = {"append": editing.record, "settle": editing.shelf, "note_pages": Ledger}[step]
    real, calls = getattr(where, step), []

    def killed(*given: Any, **named: Any) -> Any:
        calls.append(step)
        if step != "append" and len(calls) == 1:  # the first one comes before the event
            return real(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(where, step, killed)
        lifecycle.withdraw(desk, "dam", 2, "A mistake", say=quiet)
    assert not nothing_new(str(desk.root))
    happened = bool(standing_of(desk.decisions, "dam").withdrawn)
    assert happened is (step != "append")
    run(desk)
    assert ("Second" in page(desk)) is not happened and ("was withdrawn" in page(desk, "v2")) is happened
    assert check_site(desk.site) == [] and fresh(desk)


def test_files_of_an_older_version_that_are_gone_are_said_and_cost_no_execution(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk")
    run(desk)
    write(desk.root, "Second")
    run(desk)
    shutil.rmtree(desk.site / "editions" / "dam" / "v1")
    (desk.site / "editions" / "dam" / "index.html").unlink()
    states, said = run(desk)
    assert states == {"dam": "fresh"} and "Second" in page(desk)
    assert any("2 files of older versions missing" in line and "backup" in line for line in said)
    assert any("1 published file missing or changed" in line and "made again" in line for line in said)


def test_an_edition_says_when_it_is_published(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk")

    def until(text: str) -> str:
        write(desk.root, "First", embargo=text)
        return load_all(desk.editions)[0].embargo_until(desk.timezone).isoformat()

    assert until("2026-07-24 06:00") == "2026-07-24T06:00:00+02:00", "in the desk's zone, summer time and all"
    assert until("2026-01-24T06:00") == "2026-01-24T06:00:00+01:00"
    assert until("2026-01-24") == "2026-01-24T00:00:00+01:00", "a day means its first minute"
    assert until("2026-01-24T06:00+05:30") == "2026-01-24T06:00:00+05:30"
    assert until("2026-01-24T06:00Z") == "2026-01-24T06:00:00+00:00"
    for wrong in ("tomorrow", "6:00", "20", "true", "[2026-01-24]", "2026-02-30 06:00"):
        write(desk.root, "First", embargo=wrong)
        with pytest.raises(UsageError, match="dam.yml: 'embargo': must be a moment such as 2026-03-24 06:00"):
            load(desk.editions / "dam.yml")
    write(desk.root, "First", publish="later")
    with pytest.raises(UsageError, match="dam.yml: 'publish'.*'auto' or 'manual'"):
        load(desk.editions / "dam.yml")
    write(desk.root, "First", embargo="2026-01-24 06:00")
    (edition,) = load(desk.editions / "dam.yml")
    at = datetime(2026, 1, 24, 5, tzinfo=UTC)
    assert edition.may_publish(at, desk.timezone) and not edition.may_publish(at - timedelta(seconds=1), desk.timezone)


def test_the_ledger_holds_a_waiting_edition_as_made(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / FILE) as ledger:
        attempt = ledger.start_attempt(ledger.start_run(), "dam", "k", {}, {})
        ledger.end_attempt(attempt, "staged", version=3, pages={"a": "0"})
        ledger.note_pages("dam", None)
        assert ledger.last("dam", "staged")["pages"] == {}
        ledger.note_pages("dam", {"b": "1"}, version=4)
        assert (ledger.last("dam")["state"], ledger.last("dam")["version"], ledger.last("dam")["pages"]) == ("good", 4, {"b": "1"})
        ledger.note_pages("other", None)
        for state in ("failed", "killed", "failed"):
            ledger.end_attempt(ledger.start_attempt(1, "dam", "changed", {}, {}), state)
        assert ledger.first_since_good("dam", "failed", "good")["attempt_id"] == attempt + 1
