"""What ``nutgraf run --due`` makes: what is due, once for all that was missed; what failed, again but not at every call."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.runs import runner
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.editions.edition_files import load, load_all
from nutgraf.runs.quick import nothing_due, nothing_new
from nutgraf.runs.schedules.due import EVERY, LONGEST, SLACK, DueOnes, look, retry_at

from tests.test_cli import nutgraf, one_line
from tests.test_fingerprint import COSTLY, tree
from tests.test_lifecycle import desk_with, index, write

DAILY = "30 6 * * *"


def run_due(desk: Desk) -> tuple[runner.Outcome, list[str]]:
    said: list[str] = []
    return runner.run(desk, pick=DueOnes(said.append), say=said.append), said


def sql(desk: Desk, query: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(desk.processed / FILE, isolation_level=None)) as db:
        return db.execute(query, values).fetchall()


def followed(desk: Desk, slug: str = "dam") -> datetime | None:
    with Ledger.look(desk.processed / FILE) as ledger:
        return ledger.handled_until(slug)


def go_back(desk: Desk, **ago: float) -> None:
    """As if the newest run that followed the schedule had been so long ago, and the desk not called since."""
    moment = (datetime.now(UTC) - timedelta(**ago)).isoformat()
    sql(desk, "update schedules set handled_until = ?", moment)
    sql(desk, "delete from due")


def test_what_was_never_made_is_due_and_then_followed(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    write(desk.root, "Other", slug="ferry")
    before = datetime.now(UTC)
    outcome, said = run_due(desk)
    assert outcome.states == {"dam": "published"} and "1 of 1 scheduled edition due" in said[0] and not any("missed" in line for line in said)
    assert before - timedelta(seconds=1) <= followed(desk) <= datetime.now(UTC)
    outcome, said = run_due(desk)
    assert outcome.nothing_due and outcome.exit_code == 0 and not said
    go_back(desk, days=1)
    assert run_due(desk)[0].states == {"dam": "fresh"}, "due, looked at, and nothing had changed"
    assert not (desk.site / "editions" / "ferry").exists(), "an edition without a schedule is not touched"


def test_an_edition_that_is_not_due_is_left_alone_and_said_to_be_stale(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    write(desk.root, "Other", slug="ferry")
    runner.run(desk, say=lambda line: None)
    assert followed(desk) and not followed(desk, "ferry"), "a run that was not asked for what is due follows schedules too"
    assert run_due(desk)[0].nothing_due
    write(desk.root, "Changed", slug="ferry")
    go_back(desk, days=1)
    pages = tree(desk.site / "editions")
    assert run_due(desk)[0].states == {"dam": "fresh"}
    assert "stale since" in index(desk) and "because its notebooks changed" in index(desk) and tree(desk.site / "editions") == pages
    assert not nothing_new(str(desk.root)), "what is due proves nothing for the rest"


def test_thirty_days_of_downtime_are_one_run_and_said(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    run_due(desk)
    go_back(desk, days=30)
    first = datetime.now(UTC) - timedelta(days=30)
    outcome, said = run_due(desk)
    assert outcome.states == {"dam": "fresh"}
    (line,) = [line for line in said if "missed" in line]
    found = re.fullmatch(r"dam: (\d+) runs were missed since (.+) 06:30; one run is made for all of them", line)
    assert found and found[1] == "29", "thirty moments, the newest of which this run follows"
    since = datetime.strptime(found[2], "%d %B %Y").replace(hour=6, minute=30, tzinfo=desk.timezone)
    assert timedelta() <= since - first <= timedelta(days=1)
    assert outcome.counts["missed"] == 29 and json.loads(sql(desk, "select counts from runs order by run_id desc limit 1")[0][0])["missed"] == 29
    assert run_due(desk)[0].nothing_due
    go_back(desk, days=30)
    sql(desk, "insert into attempts (run_id, edition, key, parts, state, started_at, counts) values (1, 'dam', '', '{}', 'failed', ?, '{}')", first.isoformat())
    assert any("29 runs were missed or failed since" in line for line in run_due(desk)[1])


def test_a_schedule_that_was_edited_is_seen_at_once(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    run_due(desk)
    soon = datetime.now(desk.timezone) + timedelta(minutes=3)
    assert nothing_due(str(desk.root))
    write(desk.root, "First", schedule=f"{soon.minute} {soon.hour} * * *")
    assert not nothing_due(str(desk.root))
    assert run_due(desk)[0].nothing_due
    assert f"{soon:%Y-%m-%d %H:%M}" in nothing_due(str(desk.root))


def test_a_notebook_that_fails_is_tried_again_with_longer_and_longer_waits(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    run_due(desk)
    handled = followed(desk)
    path = desk.root / "notebooks" / "10-dam.ipynb"
    good = path.read_text()
    path.write_text(good.replace("x = 1", "raise ValueError"), encoding="utf-8")
    sql(desk, "update schedules set handled_until = ?", (handled - timedelta(days=1)).isoformat())
    outcome, _ = run_due(desk)
    assert outcome.exit_code == 20 and outcome.states == {"dam": "failed"} and followed(desk) < handled, "not followed"
    assert "because it could not be made anew" in index(desk)
    assert nothing_due(str(desk.root)), "not at the next call"
    assert run_due(desk)[0].nothing_due
    for minutes, is_due in ((8, False), (10, True)):
        age(desk, minutes=minutes)
        assert run_due(desk)[0].nothing_due is not is_due, minutes
    age(desk, minutes=10)
    assert run_due(desk)[0].nothing_due, "the second wait is longer"
    age(desk, minutes=20)
    assert run_due(desk)[0].states == {"dam": "failed"}
    path.write_text(good, encoding="utf-8")
    assert not nothing_due(str(desk.root))
    outcome, said = run_due(desk)
    assert outcome.states == {"dam": "fresh"} and followed(desk) > handled, "mended, it is tried at once"
    with Ledger.look(desk.processed / FILE) as ledger:
        assert ledger.tries_since_good("dam") == []


def age(desk: Desk, slug: str = "dam", **ago: float) -> None:
    """As if an edition's newest attempt had been so long ago; what the ledger keeps of the next moment is as it would be then."""
    (newest,) = sql(desk, "select max(attempt_id) from attempts where edition = ?", slug)[0]
    sql(desk, "update attempts set started_at = ? where attempt_id = ?", (datetime.now(UTC) - timedelta(**ago)).isoformat(), newest)
    sql(desk, "update due set until = since")


def test_waits_double_up_to_a_day() -> None:
    tried = datetime(2026, 3, 2, 6, 31, tzinfo=UTC)
    waits = [retry_at([tried] * n) - tried + SLACK for n in (1, 2, 3, 4, 8, 9, 5000)]
    assert waits == [EVERY, 2 * EVERY, 4 * EVERY, 8 * EVERY, 128 * EVERY, LONGEST, LONGEST]


@pytest.mark.parametrize("state", ["failed", "interrupted", "killed"])
def test_a_new_moment_is_tried_at_once_however_often_the_last_one_failed(tmp_path: Path, state: str) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    (edition,) = load_all(desk.editions)
    at = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)  # 06:30 in Oslo
    with Ledger.open(desk.processed / FILE) as ledger:
        ledger.note_handled("dam", at - timedelta(hours=20))
        run_id = ledger.start_run()
        for _ in range(6):
            ledger.end_attempt(ledger.start_attempt(run_id, "dam", "", {}, {}), state)
        ledger.start_attempt(run_id, "dam", "", {}, {})  # this run's own does not count
    sql(desk, "update attempts set started_at = ?", (at + timedelta(minutes=1)).isoformat())
    with Ledger.look(desk.processed / FILE) as ledger:
        held = look(desk, ledger, edition, at + timedelta(hours=5))
        assert not held.is_due and held.next == at + timedelta(minutes=1) + 32 * EVERY - SLACK and len(held.tries) == 6
        assert look(desk, ledger, edition, held.next).is_due
        assert look(desk, ledger, edition, at + timedelta(hours=1), is_changed=True).is_due
        late = at + timedelta(hours=23, minutes=59)
        assert look(desk, ledger, edition, late, is_changed=False).is_due, "the wait has ended"
    sql(desk, "update attempts set started_at = ?", (at + timedelta(hours=23)).isoformat())
    with Ledger.look(desk.processed / FILE) as ledger:
        assert look(desk, ledger, edition, late).next == at + timedelta(days=1) and not look(desk, ledger, edition, late).is_due
        assert look(desk, ledger, edition, at + timedelta(days=1)).is_due


def test_the_end_of_an_embargo_is_a_moment_of_its_own(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY, embargo="2026-03-02 12:00")
    (edition,) = load_all(desk.editions)
    morning = datetime(2026, 3, 2, 5, 31, tzinfo=UTC)
    with Ledger.open(desk.processed / FILE) as ledger:
        ledger.note_handled("dam", morning)
        assert look(desk, ledger, edition, morning).next == datetime(2026, 3, 2, 11, tzinfo=UTC)
        assert not look(desk, ledger, edition, morning + timedelta(hours=5)).is_due
        ended = look(desk, ledger, edition, morning + timedelta(hours=6))
        assert ended.is_due and not ended.missed
        ledger.note_handled("dam", morning + timedelta(hours=6))
        assert not look(desk, ledger, edition, morning + timedelta(hours=7)).is_due


def test_a_clock_that_was_wrong_for_a_time_keeps_no_edition_waiting(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    (edition,) = load_all(desk.editions)
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with Ledger.open(desk.processed / FILE) as ledger:
        ledger.note_handled("dam", now + timedelta(days=3000))
        ledger.end_attempt(ledger.start_attempt(ledger.start_run(), "dam", "", {}, {}), "failed")  # today, which is later than that day
        found = look(desk, ledger, edition, now)
        assert found.is_due and not found.missed and not found.tries
        ledger.note_handled("dam", now)
        assert not look(desk, ledger, edition, now + timedelta(hours=1)).is_due


def test_a_file_that_is_wrong_fails_alone_and_is_not_said_at_every_call(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    wrong = desk.editions / "bad.yml"
    wrong.write_text("title: Bad\nnotebooks: [10-dam]\nschedule: 30 25 * * *\n", encoding="utf-8")
    done = nutgraf(desk.root, "run", "--due")
    assert done.returncode == 10 and done.stdout.splitlines()[0] == "dam: published"
    assert "bad: failed: notebooks/editions/bad.yml: 'schedule': the hour '25' must be a number from 0 to 23" in done.stderr
    done = nutgraf(desk.root, "run", "--due")
    assert done.returncode == 0 and done.stdout.startswith("nothing is due before") and not done.stderr
    age(desk, "bad", minutes=10)
    outcome, _ = run_due(desk)
    assert outcome.exit_code == 10 and outcome.states == {"bad": "failed"}, "dam was not due, and did not fail"
    assert not any("seen" in json.loads(row[0]) for row in sql(desk, "select counts from runs order by run_id desc limit 1")), "nothing was ingested"
    wrong.write_text("title: Bad\nnotebooks: [10-dam]\nschedule: 30 5 * * *\n", encoding="utf-8")
    assert run_due(desk)[0].states == {"bad": "published"}


def test_a_file_that_turns_wrong_while_a_run_goes_on_is_met_at_the_next_call(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)

    def say(line: str) -> None:
        (desk.editions / "bad.yml").write_text("title: Bad\n", encoding="utf-8")

    outcome = runner.run(desk, pick=DueOnes(say), say=lambda line: None)
    assert outcome.states == {"dam": "published"} and not nothing_due(str(desk.root))
    assert sql(desk, "select state from runs") == [("good",)]
    assert run_due(desk)[0].states == {"bad": "failed"}


def test_a_run_that_was_killed_is_made_up_for_but_not_at_every_call(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    content, here = (desk.root / "notebooks" / "10-dam.ipynb").read_text(), desk.root / "notebooks" / "here.csv"
    (desk.root / "notebooks" / "10-dam.ipynb").write_text(
        content.replace("x = 1", "import pathlib, time\\npathlib.Path('here.csv').write_text('')\\ntime.sleep(30)"), encoding="utf-8"
    )
    process = subprocess.Popen([sys.executable, "-m", "nutgraf", "run", "--due"], cwd=desk.root, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    ends = time.monotonic() + 60
    while not here.exists() and time.monotonic() < ends:
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert here.exists()
    # The attempt still reads as running; the run that follows names it killed, and leaves it for ten minutes.
    outcome, _ = run_due(desk)
    assert outcome.nothing_due
    age(desk, minutes=10)
    (desk.root / "notebooks" / "10-dam.ipynb").write_text(content, encoding="utf-8")
    assert run_due(desk)[0].states == {"dam": "published"}


def test_nothing_due_is_told_at_once_and_articles_do_not_disturb_it(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    (desk.root / "inbox").mkdir()
    (desk.root / "nutgraf.toml").write_text('timezone = "Europe/Oslo"\n[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    assert nutgraf(desk.root, "run", "--due").returncode == 0
    (desk.root / "inbox" / "a.txt").write_text("A", encoding="utf-8")
    assert not nothing_new(str(desk.root)) and nothing_due(str(desk.root))
    before = tree(desk.root)
    done = subprocess.run([sys.executable, "-m", "nutgraf", "run", "--due"], cwd=desk.root, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"nothing is due before \d{4}-\d\d-\d\d 06:30 CES?T\n", done.stdout) and not done.stderr
    probe = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "nutgraf", "run", "--due"], cwd=desk.root, capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip() for line in probe.stderr.splitlines()}
    assert "nutgraf.runs.freshness.fingerprint" in imported and not imported & {*COSTLY, "croniter", "dateutil"}
    assert {name: found for name, found in tree(desk.root).items() if "ledger" not in name} == {
        name: found for name, found in before.items() if "ledger" not in name
    }
    for path in (desk.editions / "dam.yml", desk.root / "nutgraf.toml", desk.root / "notebooks" / "10-dam.ipynb"):
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")
        assert not nothing_due(str(desk.root)), f"{path.name} may change what is due"
        assert run_due(desk)[0].nothing_due and nothing_due(str(desk.root))
    sql(desk, "update due set until = ?", time.time() - 1)
    assert not nothing_due(str(desk.root))
    sql(desk, "update due set since = ?, until = ?", time.time() + 100, time.time() + 200)
    assert not nothing_due(str(desk.root)), "the clock was set back"


def test_a_desk_without_schedules_says_so(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk")
    for _ in range(2):
        done = nutgraf(desk.root, "run", "--due")
        assert (done.returncode, done.stdout, done.stderr) == (0, "nothing is due: no edition has a schedule\n", "")
    (desk.editions / "dam.yml").unlink()
    assert nutgraf(desk.root, "run", "--due").returncode == 2


def test_a_whole_desk_without_news_is_followed_without_a_run(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    runner.run(desk, say=lambda line: None)
    sql(desk, "update schedules set handled_until = ?", (datetime.now(UTC) - timedelta(days=2)).isoformat())
    done = nutgraf(desk.root, "run", "--due")
    assert done.stdout == "nothing new: no edition needs to be made\n" and followed(desk) > datetime.now(UTC) - timedelta(minutes=5)
    assert nutgraf(desk.root, "run", "--due").stdout.startswith("nothing new")


def test_an_older_ledger_gets_the_new_table(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    with Ledger.open(desk.processed / FILE) as ledger:
        ledger.note_checked("dam", "k")
    sql(desk, "drop table due")
    sql(desk, "pragma user_version = 2")
    with Ledger.open(desk.processed / FILE) as ledger:
        assert ledger.notice is None and ledger.due() is None and ledger.checked("dam")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--due", "dam"), "--due and names of editions do not go together"), (("--due", "--backfill", "2026-01-01..2026-01-02"), "--due and --backfill")],
)
def test_options_that_do_not_go_together(tmp_path: Path, arguments: Sequence[str], words: str) -> None:
    desk = desk_with(tmp_path / "desk", schedule=DAILY)
    done = nutgraf(desk.root, "run", *arguments)
    assert done.returncode == 2 and words in one_line(done) and "Nothing was run" in done.stderr


def test_a_schedule_is_checked_when_it_is_read(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule="'@daily'")
    assert load(desk.editions / "dam.yml")[0].schedule == "@daily"
    for written, words in (("30 6 * *", "has 4 fields"), ("'@reboot'", "unknown short form"), ("6:30", "has 1 field"), ("30", "valid string")):
        write(desk.root, "First", schedule=written)
        with pytest.raises(UsageError) as caught:
            load(desk.editions / "dam.yml")
        assert words in str(caught.value) and "'schedule'" in str(caught.value) and "notebooks/editions/dam.yml" in str(caught.value)
