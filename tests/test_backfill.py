"""Reports of earlier days: each with its own window at its own address, all in one run, and none in the place of the latest."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.runs import runner
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.editions import dated
from nutgraf.runs.editions.edition_files import load_all
from nutgraf.runs.quick import nothing_new
from nutgraf.runs.schedules import backfill
from nutgraf.runs.schedules.backfill import Backfill, parse_range
from nutgraf.runs.schedules.due import DueOnes

from tests.test_cli import nutgraf, one_line
from tests.test_due import go_back, run_due, sql
from tests.test_fingerprint import tree
from tests.test_lifecycle import index
from tests.test_runs_notebooks import book

DAYS = 40
PARAMETERS = "date_from: 'Optional[str]' = None\ndate_to: 'Optional[str]' = None\nwindow: str = ''\nas_of: 'Optional[str]' = None"
CELL = """import os, pathlib
pathlib.Path(os.environ['NUTGRAF_DESK'], 'seen').open('a').write(f'{date_from} {date_to} {window!r} {as_of!r}\\n')"""


def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an article at noon of each of the last 40 days, today apart, and an edition over the last two days."""
    root = tmp_path / "desk"
    (root / "notebooks" / "editions").mkdir(parents=True)
    (root / "inbox").mkdir()
    (root / "nutgraf.toml").write_text('[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    (root / "notebooks" / "10-dam.ipynb").write_text(json.dumps(book(PARAMETERS, more=(CELL,))), encoding="utf-8")
    with (root / "inbox" / "all.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "outlet", "headline", "text", "published_at"])
        for ago in range(1, DAYS + 1):
            at = datetime.combine(today() - timedelta(days=ago), time(12), UTC)
            words = f"On day {ago} before today the dam of the valley was looked at, and nothing was found that is new. " * 20
            rows.writerow([ago, "Bell", f"Day {ago}", words, at.isoformat()])
    edition(root, schedule="30 6 * * *")
    return Desk(root)


def edition(root: Path, slug: str = "dam", select: str = "{window: last 2 days}", **settings: str) -> None:
    lines = [f"title: The {slug}", "notebooks: [10-dam]", f"select: {select}", *(f"{name}: {value}" for name, value in settings.items())]
    (root / "notebooks" / "editions" / f"{slug}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def fill(desk: Desk, first: int, last: int, *wanted: str, jobs: int | None = None) -> tuple[runner.Outcome, list[str]]:
    """Make the reports of days so many days ago."""
    said: list[str] = []
    pick = Backfill(today() - timedelta(days=first), today() - timedelta(days=last), wanted, said.append)
    return runner.run(desk, pick=pick, jobs=jobs, say=said.append), said


def day(ago: int) -> str:
    return (today() - timedelta(days=ago)).isoformat()


@pytest.mark.parametrize("days", [8, pytest.param(30, marks=pytest.mark.faults)])
def test_days_of_downtime_are_one_report_or_one_each(desk: Desk, days: int) -> None:
    """The desk was off for so many days, and the articles of all of them are there on the day on which it is on again."""
    run_due(desk)
    go_back(desk, days=days)
    outcome, said = run_due(desk)
    assert set(outcome.states) == {"dam"} and any(f"{days - 1} runs were missed since" in line for line in said)
    with Ledger.look(desk.processed / FILE) as ledger:
        handled = ledger.handled_until("dam")
    latest, runs = tree(desk.site / "editions" / "dam"), sql(desk, "select max(run_id) from runs")[0][0]
    outcome, said = fill(desk, days, 1, jobs=4)
    assert outcome.exit_code == 0 and outcome.states == {f"dam-{day(ago)}": "published" for ago in range(days, 0, -1)}
    assert tree(desk.site / "editions" / "dam") == latest, "the latest report stays in its place"
    assert sql(desk, "select run_id, state from runs where run_id > ?", runs) == [(runs + 1, "good")], "one run, with one ingest"
    seen = {line.split()[0]: line for line in (desk.root / "seen").read_text().splitlines()}
    for ago in (days, 1):
        assert seen[day(ago + 1)] == f"{day(ago + 1)} {day(ago)} '' None", "the days themselves, and articles fetched since count"
    with Ledger.look(desk.processed / FILE) as ledger:
        assert {ledger.last(slug)["counts"]["articles"] for slug in outcome.states} == {2}
        assert ledger.handled_until("dam") == handled, "whether the latest was made is another question"
    page = (desk.site / "editions" / f"dam-{day(5)}" / "index.html").read_text(encoding="utf-8")
    told = dated._title("The dam", today() - timedelta(days=5))
    assert "(as of " in told and told in (desk.site / "index.html").read_text(encoding="utf-8") + page
    # made once, and neither made again nor called stale when nothing changed
    before = tree(desk.site)
    outcome, _ = fill(desk, days, days - 1)
    assert set(outcome.states.values()) == {"fresh"} and tree(desk.site) == before
    runner.run(desk, say=lambda line: None)
    assert nothing_new(str(desk.root)) and tree(desk.site) == before
    pages = "".join(path.read_text(encoding="utf-8") for path in desk.site.glob("index*.html"))
    order = re.findall(r'href="editions/([^/]+)/', index(desk))
    assert order == ["dam", *(f"dam-{day(ago)}" for ago in range(1, days + 1))][: len(order)], "the latest first, then earlier days, newest first"
    assert pages.count("made for ") == days and "no longer made" not in pages and pages.count("up to date") == 1


def test_a_report_of_an_earlier_day_stays_as_it_is_when_others_change(desk: Desk) -> None:
    outcome, _ = fill(desk, 3, 3, "dam")
    (slug,) = outcome.states
    (desk.root / "notebooks" / "10-dam.ipynb").write_text(json.dumps(book(PARAMETERS, more=(CELL, "x = 2"))), encoding="utf-8")
    runner.run(desk, say=lambda line: None)
    (desk.editions / "dam.yml").write_text("title: [", encoding="utf-8")
    edition(desk.root, slug="ferry")
    runner.run(desk, ["ferry"], say=lambda line: None)
    words = dated.day_in_words(day(3))
    assert f"made for {words}" in index(desk) and "stale" not in index(desk).split(f"made for {words}")[0].rpartition("<li>")[2]
    assert dated.day_of(slug, dated._title("The dam", today() - timedelta(days=3))) == today() - timedelta(days=3)
    assert dated.day_of(slug, "The dam") is None, "an edition whose own name ends in a day"


def test_one_that_waits_is_published_by_its_address(desk: Desk) -> None:
    edition(desk.root, schedule="30 6 * * *", publish="manual")
    outcome, _ = fill(desk, 2, 1)
    assert set(outcome.states.values()) == {"waiting"}
    done = nutgraf(desk.root, "publish", f"dam-{day(2)}")
    assert done.returncode == 0 and (desk.site / "editions" / f"dam-{day(2)}" / "index.html").is_file(), done.stderr
    assert "unknown edition" in one_line(nutgraf(desk.root, "publish", f"dam-{day(-3)}")), "no day to come"


def test_an_edition_is_left_out_or_refused_when_days_make_no_difference(desk: Desk) -> None:
    edition(desk.root, slug="fixed", select="{date_from: 2026-03-02}", schedule="30 6 * * *")
    edition(desk.root, slug="as-of", select="{window: last 2 days, as_of: 2026-03-02}", schedule="30 6 * * *")
    edition(desk.root, slug="unscheduled")
    outcome, said = fill(desk, 1, 1)
    assert set(outcome.states) == {f"dam-{day(1)}"}
    assert [line.split(":")[0] for line in said if "left out: its articles do not follow the clock" in line] == ["as-of", "fixed"]
    for slug, words in (("fixed", "do not follow the clock"), ("as-of", "do not follow the clock"), ("unscheduled", "has no schedule")):
        with pytest.raises(UsageError, match=words) as caught:
            fill(desk, 1, 1, "dam", slug)
        assert f"notebooks/editions/{slug}.yml" in str(caught.value)


def test_a_file_that_is_wrong_fails_alone(desk: Desk) -> None:
    (desk.editions / "bad.yml").write_text("title: Bad\n", encoding="utf-8")
    edition(desk.root, slug="typo", schedule="30 6 * * *", parameters="{wrod: 1}")
    outcome, _ = fill(desk, 1, 1)
    assert outcome.exit_code == 10 and outcome.states == {"bad": "failed", f"typo-{day(1)}": "failed", f"dam-{day(1)}": "published"}
    with pytest.raises(UsageError, match="unknown parameter 'wrod'"):
        fill(desk, 1, 1, "typo")


def test_only_days_that_the_schedule_names_and_that_have_come(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    edition(desk.root, schedule="0 0,12 * * *")
    (one,) = load_all(desk.editions)
    chosen = Backfill(date(2026, 1, 1), date(2026, 1, 31), (), lambda line: None)

    def slugs(pick: Backfill, now: datetime) -> list[str]:
        return [edition.slug for edition, _ in pick.choose(desk, None, now).prepared]  # type: ignore[arg-type]

    assert len(slugs(chosen, datetime(2026, 2, 1, tzinfo=UTC))) == 31, "twice a day is one report a day"
    edition(desk.root, schedule="30 6 * * 1")
    assert slugs(chosen, datetime(2026, 2, 1, tzinfo=UTC)) == [f"dam-2026-01-{n:02}" for n in (5, 12, 19, 26)]
    with pytest.raises(UsageError, match="no schedule names a day"):
        Backfill(date(2026, 1, 6), date(2026, 1, 7), (), print).choose(desk, None, datetime(2026, 2, 1, tzinfo=UTC))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no schedule names a day"):
        Backfill(date(2026, 1, 5), date(2026, 1, 5), (), print).choose(desk, None, datetime(2026, 1, 5, 6, 29, tzinfo=UTC))  # type: ignore[arg-type]
    monkeypatch.setattr(backfill, "MOST", 3)
    with pytest.raises(UsageError, match="asks for 4 reports, and one command makes 3 at most"):
        chosen.choose(desk, None, datetime(2026, 2, 1, tzinfo=UTC))  # type: ignore[arg-type]


def test_an_address_that_is_taken_or_too_long_is_refused(desk: Desk) -> None:
    edition(desk.root, slug=f"dam-{day(1)}")
    with pytest.raises(UsageError, match=f"the address dam-{day(1)} is that of another edition"):
        fill(desk, 1, 1)
    long = "a" * 75
    edition(desk.root, slug=long, schedule="30 6 * * *")
    with pytest.raises(UsageError, match="would be too long"):
        fill(desk, 1, 1, long)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-01-31..2026-01-01", "begins on 2026-01-31 and ends on 2026-01-01"), ("2026-01-01", "no range of days"), ("2026-1-1..2026-1-3", "no range of days"),
        ("2026-02-01..2026-02-30", "no range of days"), ("2026-01-01...2026-01-03", "no range of days"), ("", "no range of days"), ("a..b", "no range of days"),
        ("2026-01-01..2999-01-01", "ends in the future, on 2999-01-01"),
    ],
)  # fmt: skip
def test_a_range_that_is_wrong_is_said(tmp_path: Path, text: str, words: str) -> None:
    from tests.test_lifecycle import desk_with

    desk = desk_with(tmp_path / "desk", schedule="30 6 * * *")
    done = nutgraf(desk.root, "run", "--backfill", text)
    assert done.returncode == 2 and words in one_line(done) and "Nothing was run" in done.stderr
    assert not (desk.site / "index.html").exists()


def test_a_range_holds_both_its_ends() -> None:
    assert parse_range(" 2026-01-01..2026-01-31 ") == (date(2026, 1, 1), date(2026, 1, 31))
    assert parse_range("2026-01-01..2026-01-01") == (date(2026, 1, 1), date(2026, 1, 1))


def test_options_reach_the_run(desk: Desk) -> None:
    done = nutgraf(desk.root, "run", "--backfill", f"{day(2)}..{day(1)}", "dam")
    assert done.returncode == 0 and [line for line in done.stdout.splitlines() if "published" in line] == [
        f"dam-{day(2)}: published", f"dam-{day(1)}: published",
    ]  # fmt: skip
    assert "2 reports of earlier days" in done.stderr
    due = runner.run(desk, pick=DueOnes(lambda line: None), say=lambda line: None)
    assert due.states == {"dam": "published"}, "the latest is still due"
