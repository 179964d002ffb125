"""Alerts that arrive at real servers: each trouble once, its end once, none lost when a server is down, and no run ends otherwise for it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from nutgraf.desk import Desk
from nutgraf.ingest.drift import Drift
from nutgraf.publish.standing import Standing
from nutgraf.runs import runner
from nutgraf.runs.alerts import alerts, telling
from nutgraf.runs.alerts.sending import send
from nutgraf.runs.attempts.ledger import FILE, Ledger

from tests.alert_servers import Taken, free_port, mail_server, webhook
from tests.test_runs_kernels import make_desk
from tests.test_runs_kernels import nutgraf as command

VARIABLE = "NUTGRAF_ALERT_NEWSROOM"
SWITCH = "import pathlib\nswitch = pathlib.Path('fail')\nassert not switch.exists(), switch.read_text()"
TARGET = f'[alerts.newsroom]\naddress_from = "{VARIABLE}"\n'
WORDS = "The tide came in at four and nobody saw it. "


def desk_with(root: Path, *slugs: str, settings: str = TARGET) -> Path:
    """A desk whose editions fail with what stands in notebooks/fail."""
    make_desk(root, {slug: [SWITCH] for slug in slugs})
    (root / "nutgraf.toml").write_text(f'title = "The desk"\n{settings}', encoding="utf-8")
    return root


def nutgraf(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return command(root, *arguments, env={**os.environ, **variables})


def forced(root: Path) -> int:
    """The exit code of a run with --force in this process, which is there sooner than a command."""
    return ran(root, force=True)[0]


def ran(root: Path, *slugs: str, force: bool = False) -> tuple[int, str]:
    """The exit code of a run in this process, and what it said."""
    said: list[str] = []
    outcome = runner.run(Desk(root), list(slugs), force=force, say=said.append)
    return outcome.exit_code, "\n".join(said)


def articles(root: Path, *about: tuple[datetime, str], name: str = "in") -> None:
    """Text files in a source of the desk, each with the moment it was fetched."""
    folder = root / "data" / "raw" / name
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, (fetched_at, text) in enumerate(about):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        url = f"https://the-bell.example/{name}/{number}"
        lines.append(json.dumps({"file": f"{number}.txt", "url": url, "outlet": "The Bell", "fetched_at": fetched_at.isoformat()}))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = root / "nutgraf.toml"
    if f'id = "{name}"' not in settings.read_text(encoding="utf-8"):
        with settings.open("a", encoding="utf-8") as file:
            file.write(f'\n[[sources]]\nid = "{name}"\npath = "data/raw/{name}"\nmanifest = "manifest.jsonl"\n')


@pytest.fixture
def hook() -> Iterator[Taken]:
    with webhook() as taken:
        yield taken


@pytest.fixture
def desk(tmp_path: Path, hook: Taken, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose one target is the webhook, in this process."""
    monkeypatch.setenv(VARIABLE, f"json://127.0.0.1:{hook.port}/hook")
    return Desk(desk_with(tmp_path / "desk", "a", "b", "c", "d", "e"))


def tell(desk: Desk, *attempts: tuple[str, str, str | None], **options: str) -> tuple[telling.Told, list[str]]:
    """Note attempts of a run, and tell what is to be told; returns how it ended and what was said."""
    said: list[str] = []
    with Ledger.open(desk.processed / FILE) as ledger:
        run = ledger.start_run()
        for slug, state, error in attempts:
            ledger.end_attempt(ledger.start_attempt(run, slug, "key", {}, {}), state, error=error)
        return telling.tell(desk, ledger, said.append, **options), said


# Runs, from beginning to end ------------------------------------------------------------------------------------------


def test_a_failure_is_told_once_and_so_is_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = desk_with(tmp_path / "désk one", "dam")
    fail = root / "notebooks" / "fail"
    with mail_server() as mail:
        monkeypatch.setenv(VARIABLE, f"mailto://127.0.0.1:{mail.port}?from=nutgraf@paper.example&to=desk@paper.example")
        assert ran(root)[0] == 0 and mail.messages == []
        fail.write_text("no such column: outlet", encoding="utf-8")
        assert nutgraf(root, "run", "--force").returncode == 20
        ((subject, body),) = mail.messages
        assert subject == "The desk: “dam” could not be made"
        assert "no such column: outlet" in body and "Open staged/.runs/dam/dam/dam.ipynb" in body
        assert re.search(r"could not be made since \d+ \w+ \d{4}, \d\d:\d\d\.", body)
        assert re.search(r"Readers see version 1 of \d+ \w+ \d{4}, \d\d:\d\d\. It stays as it is\.", body)
        assert "nutgraf run dam" in body and str(tmp_path) not in mail.raw[0]
        assert forced(root) == 20 and len(mail.messages) == 1, "the same failure is not told again"
        fail.write_text("the disk is full", encoding="utf-8")
        assert forced(root) == 20
        assert len(mail.messages) == 2 and "the disk is full" in mail.messages[1][1], "another one is"
        fail.unlink()
        assert ran(root)[0] == 0
        assert mail.subjects[2:] == ["The desk: “dam” is in order again"]
        assert "nothing new" in nutgraf(root, "run").stdout and len(mail.messages) == 3
        fail.write_text("the disk is full", encoding="utf-8")
        assert forced(root) == 20
        assert len(mail.messages) == 4 and "the disk is full" in mail.messages[3][1], "after its end the same failure is a new one"


def test_what_could_not_be_sent_is_sent_by_a_run_that_has_nothing_to_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, port = desk_with(tmp_path / "desk", "dam"), free_port()
    address = {VARIABLE: f"json://127.0.0.1:{port}/a-long-secret-path"}
    fail = root / "notebooks" / "fail"
    monkeypatch.setenv(VARIABLE, address[VARIABLE])
    fail.write_text("why", encoding="utf-8")
    done = nutgraf(root, "run", **address)
    assert done.returncode == 20
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("an alert")]
    assert "'newsroom'" in line and "next run" in line and "a-long-secret-path" not in done.stderr
    fail.unlink()
    assert ran(root)[0] == 0, "the server is down, and the run is good"
    with webhook(port, status=500):
        code, said = ran(root)
        assert code == 0 and "an alert could not be sent" in said, "a server that refuses has not taken it"
    with webhook(port) as hook:
        done = nutgraf(root, "run", **address)
        assert done.returncode == 0 and done.stderr == "" and "dam: fresh" in done.stdout
        assert hook.subjects == ["The desk: “dam” is in order again"], "nobody is told of a failure that is over"
        assert "nothing new" in nutgraf(root, "run", **address).stdout and len(hook.messages) == 1


def test_a_variable_that_is_not_set_is_said_in_one_line_and_fails_nothing(tmp_path: Path) -> None:
    root = desk_with(tmp_path / "desk", "dam")
    done = nutgraf(root, "run")
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if VARIABLE in line] == [
        f"alerts to 'newsroom' cannot be sent: the environment variable {VARIABLE} is not set. "
        "Set it where the run is started; docs/alerts.md shows how"
    ]
    assert "nothing new" in nutgraf(root, "run").stdout, "there is nothing to be sent"


def test_nothing_new_is_told_by_a_run_that_has_nothing_to_do(tmp_path: Path, hook: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    root = desk_with(tmp_path / "desk", "dam", settings=TARGET + "nothing_new_days = 3\n")
    monkeypatch.setenv(VARIABLE, f"json://127.0.0.1:{hook.port}/hook")
    began = time.monotonic()
    assert ran(root)[0] == 0 and hook.messages == [], "a desk without articles waits for its first"
    due = datetime.now(UTC) + timedelta(seconds=5 + 4 * (time.monotonic() - began))
    articles(root, (due - timedelta(days=3), WORDS * 20))
    assert ran(root)[0] == 0 and hook.messages == []
    assert runner.run(Desk(root), say=pytest.fail).nothing_new and datetime.now(UTC) < due, "the machine was busy with something else"
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() + 0.1))
    assert ran(root)[0] == 0
    assert hook.subjects == ["The desk: no new article for 3 days"]
    assert nutgraf(root, "run").stdout.startswith("nothing new") and len(hook.messages) == 1
    articles(root, (datetime.now(UTC), WORDS * 21), name="more")
    assert ran(root)[0] == 0
    assert hook.subjects[1:] == ["The desk: new articles come in again"]


def test_an_outlet_whose_texts_are_suddenly_short_is_told(tmp_path: Path, hook: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    root = desk_with(tmp_path / "desk", "dam")
    monkeypatch.setenv(VARIABLE, f"json://127.0.0.1:{hook.port}/hook")
    start = datetime.now(UTC) - timedelta(days=40)
    held = [(start + timedelta(days=n), f"{n} {WORDS * 20}") for n in range(20)]
    articles(root, *held)
    assert ran(root)[0] == 0 and hook.messages == []
    articles(root, *held, *((start + timedelta(days=20 + n), f"{n} Sign in to read this.") for n in range(5)))
    assert ran(root)[0] == 0
    ((subject, body),) = hook.messages
    assert subject == "The desk: texts of The Bell are suddenly empty or short"
    assert "The newest 5 articles of The Bell" in body and "median length of 6 words; before, it was 201. 5 of 5" in body
    assert forced(root) == 0 and len(hook.messages) == 1


def test_a_run_that_stops_is_told_and_so_is_the_next_whole_one(tmp_path: Path, hook: Taken) -> None:
    root = desk_with(tmp_path / "desk", "dam")
    address = {VARIABLE: f"json://127.0.0.1:{hook.port}/hook"}
    articles(root, (datetime.now(UTC), WORDS * 20))
    (root / "data/raw/in").rename(root / "elsewhere")
    for _ in range(2):
        assert nutgraf(root, "run", **address).returncode == 2
    assert hook.subjects == ["The desk: a run stopped with an error"] and "data/raw/in" in hook.messages[0][1]
    (root / "elsewhere").rename(root / "data/raw/in")
    assert nutgraf(root, "run", **address).returncode == 0
    assert hook.subjects[1:] == ["The desk: runs come to their end again"]
    assert nutgraf(root, "run", "dan", **address).returncode == 2 and len(hook.messages) == 2, "a typing error is its author's alone"


def test_an_edition_that_a_run_was_not_asked_for_is_told_to_be_stale(tmp_path: Path, hook: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    root = desk_with(tmp_path / "desk", "dam", "storm", "flood")
    with (root / "notebooks/editions/flood.yml").open("a", encoding="utf-8") as file:
        file.write('schedule: "0 6 * * *"\n')
    monkeypatch.setenv(VARIABLE, f"json://127.0.0.1:{hook.port}/hook")
    assert ran(root)[0] == 0
    articles(root, (datetime.now(UTC), WORDS * 20))
    for _ in range(2):
        assert ran(root, "dam")[0] == 0
    assert hook.subjects == ["The desk: “storm” is not up to date"], "one with a schedule of its own waits for its time"
    assert "its articles changed" in hook.messages[0][1]
    assert ran(root)[0] == 0
    assert hook.subjects[1:] == ["The desk: “storm” is in order again"]


def test_an_unknown_target_is_refused_before_anything_starts(tmp_path: Path) -> None:
    root = desk_with(tmp_path / "desk", "dam", "storm")
    with (root / "notebooks/editions/dam.yml").open("a", encoding="utf-8") as file:
        file.write("alerts: [newsrom]\n")
    done = nutgraf(root, "run", "dam")
    assert done.returncode == 2 and "no target 'newsrom'. Did you mean 'newsroom'?" in done.stderr
    assert nutgraf(root, "run").returncode == 10, "the other one is made"
    assert not (root / "site/editions/dam").exists() and (root / "site/editions/storm").is_dir()
    (root / "notebooks/editions/dam.yml").write_text(
        "title: x\nnotebooks: [dam]\nalerts: 'mailto://ada:swordfish@mail.example'\n", encoding="utf-8"
    )
    done = nutgraf(root, "run", "dam")
    assert done.returncode == 2 and "swordfish" not in done.stderr and "names of targets" in done.stderr


def test_apprise_is_imported_only_when_something_is_sent(tmp_path: Path) -> None:
    root = desk_with(tmp_path / "desk", "dam")
    code = (
        "import sys; from pathlib import Path; from nutgraf.desk import Desk; from nutgraf.runs.runner import run\n"
        "assert run(Desk(Path('.')), say=print).exit_code == 0\nassert 'apprise' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={**os.environ, VARIABLE: "json://127.0.0.1:1/a"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# Who is told what, from the ledger ------------------------------------------------------------------------------------


def test_of_two_addresses_each_gets_it_once(desk: Desk, hook: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv(VARIABLE, f"json://127.0.0.1:{hook.port}/one, json://127.0.0.1:{port}/two")
    told, said = tell(desk, ("a", "failed", "why"), ("b", "failed", "why"))
    assert not told.is_all and len(hook.messages) == 2
    assert len(said) == 1 and "address 2 of 2" in said[0] and "in the next run" in said[0], "one line for an address that does not answer"
    with webhook(port) as other:
        assert tell(desk)[0].is_all
        assert (len(hook.messages), len(other.messages)) == (2, 2)
        assert tell(desk)[0].is_all and len(other.messages) == 2


def test_two_targets_hear_of_their_own_editions(tmp_path: Path, hook: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = TARGET + '[alerts.sports]\naddress_from = "SPORTS"\nabout = ["failed"]\n'
    desk = Desk(desk_with(tmp_path / "desk", "a", "b", settings=settings))
    (desk.editions / "b.yml").write_text("title: b\nnotebooks: [b]\nalerts: [sports]\n", encoding="utf-8")
    with webhook() as sports:
        monkeypatch.setenv(VARIABLE, f"json://127.0.0.1:{hook.port}/hook")
        monkeypatch.setenv("SPORTS", f"json://127.0.0.1:{sports.port}/hook")
        tell(desk, ("a", "failed", "why"), ("b", "failed", "why"))
        assert hook.subjects == ["The desk: “a” could not be made"]
        assert sports.subjects == ["The desk: “a” could not be made", "The desk: “b” could not be made"]
        tell(desk, ("a", "good", None), ("b", "good", None))
        assert hook.subjects[1:] == ["The desk: “a” is in order again"] and len(sports.messages) == 2, "sports asked for failures alone"
        tell(desk, ("b", "failed", "why"))
        assert len(sports.messages) == 3, "and its memory is emptied all the same"


def test_who_wants_recoveries_alone_hears_of_them(desk: Desk, hook: Taken) -> None:
    (desk.root / "nutgraf.toml").write_text(TARGET + 'about = ["recovered"]\n', encoding="utf-8")
    desk = Desk(desk.root)
    assert tell(desk, ("a", "failed", "why"))[0].is_all and hook.messages == []
    tell(desk, ("a", "unchanged", None))
    assert len(hook.messages) == 1 and "in order again" in hook.subjects[0]


def test_many_of_a_kind_come_in_one_message(desk: Desk, hook: Taken) -> None:
    tell(desk, *((slug, "failed", "why") for slug in "abcde"))
    ((subject, body),) = hook.messages
    assert subject == "The desk: 5 reports could not be made"
    assert all(f"- “{slug}” could not be made" in body for slug in "abcde")
    tell(desk, *((slug, "failed", "why") for slug in "abcde"))
    assert len(hook.messages) == 1
    tell(desk, *((slug, "good", None) for slug in "abcde"))
    assert hook.subjects[1:] == ["The desk: 5 things are in order again"]


def test_a_failure_that_is_stale_as_well_is_not_told_twice(desk: Desk, hook: Taken) -> None:
    tell(desk, ("a", "failed", "why"))
    tell(desk, ("a", "stale", "its articles changed"))
    assert len(hook.messages) == 1
    tell(desk, ("a", "good", None))
    assert hook.subjects[1:] == ["The desk: “a” is in order again"]


def test_of_a_run_that_stops_its_editions_say_nothing_besides(desk: Desk, hook: Taken) -> None:
    tell(desk, ("a", "good", None), ("b", "interrupted", "the run was interrupted"), broke="the disk is full")
    assert hook.subjects == ["The desk: a run stopped with an error"] and "the disk is full" in hook.messages[0][1]
    tell(desk)
    assert sorted(hook.subjects[1:]) == ["The desk: runs come to their end again", "The desk: “b” is not up to date"]


def test_an_error_with_another_place_in_memory_is_the_same_one(desk: Desk, hook: Taken) -> None:
    tell(desk, ("a", "failed", "cannot pickle <object at 0x7f00aa>"))
    tell(desk, ("a", "failed", "cannot pickle <object at 0x7f00bb>"))
    assert len(hook.messages) == 1


def test_an_edition_that_was_taken_away_is_forgotten(desk: Desk, hook: Taken) -> None:
    tell(desk, ("a", "failed", "why"))
    (desk.editions / "a.yml").unlink()
    assert tell(desk)[0].is_all and len(hook.messages) == 1
    with Ledger.open(desk.processed / FILE) as ledger:
        assert ledger.alerts("newsroom/1") == {}


def test_a_file_of_several_editions_that_can_be_read_again_is_told(desk: Desk, hook: Taken) -> None:
    path = desk.editions / "a.yml"
    path.write_text("title: {\n", encoding="utf-8")
    tell(desk, ("a", "failed", "the edition cannot be read"))
    path.write_text("title: A {n}\nnotebooks: [a]\nfor_each: {n: [1, 2]}\n", encoding="utf-8")
    assert tell(desk, ("a-1", "good", None), ("a-2", "failed", "why"))[0].is_all
    assert hook.subjects == ["The desk: a could not be made", "The desk: “A 2” could not be made", "The desk: the file of a can be read again"]
    assert tell(desk)[0].is_all and len(hook.messages) == 3


def test_an_address_that_is_none_is_said_without_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "slak://T0ken-of-many/letters")
    told, said = tell(desk, ("a", "failed", "why"))
    assert not told.is_all and "not one that apprise understands" in said[0] and "T0ken" not in said[0]


def test_a_service_that_breaks_says_why_without_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    def broken(self, **options) -> bool:  # noqa: ANN001
        raise RuntimeError("cannot reach http://ada:swordfish@127.0.0.1/a-secret-path at all")

    monkeypatch.setattr(NotifyJSON, "send", broken)
    reason = send("json://ada:swordfish@127.0.0.1/a-secret-path", "failed", "subject", "body")
    assert reason is not None and "cannot reach" in reason and "swordfish" not in reason and "a-secret-path" not in reason


def test_what_breaks_while_telling_is_said_and_changes_nothing(desk: Desk, hook: Taken) -> None:
    (desk.decisions / "publications.jsonl").parent.mkdir(parents=True, exist_ok=True)
    (desk.decisions / "publications.jsonl").write_text("no entry\n{}\n", encoding="utf-8")
    told, said = tell(desk, ("a", "failed", "why"))
    assert not told.is_all and len(said) == 1 and "publications.jsonl" in said[0]


def test_the_clock_alone_gives_the_next_alert_when_articles_stop(desk: Desk) -> None:
    (desk.root / "nutgraf.toml").write_text(TARGET + "nothing_new_days = 2\n", encoding="utf-8")
    at = datetime.now(UTC) - timedelta(days=1)
    articles(desk.root, (at, WORDS * 20))
    desk = Desk(desk.root)
    from nutgraf.ingesting import ingest

    with desk.store.lock("test"):
        ingest(desk)
    told, _ = tell(desk)
    assert told.is_all and told.next_at == pytest.approx((at + timedelta(days=2)).timestamp(), abs=1)


def test_texts_say_what_readers_see(desk: Desk) -> None:
    zone = desk.timezone
    standing = Standing("a")
    assert "never published" in alerts.shown_now(None, zone) and "never published" in alerts.shown_now(standing, zone)
    standing.take({"event": "published", "edition": "a", "version": 1, "published_at": "2026-03-03T05:00:00+00:00"})
    assert alerts.shown_now(standing, zone) == "Readers see version 1 of 3 March 2026, 05:00. It stays as it is."
    standing.take({"event": "withdrawn", "edition": "a", "version": 1, "at": "2026-03-04T05:00:00+00:00"})
    assert "withdrawn" in alerts.shown_now(standing, zone)


def test_the_docs_show_what_is_sent() -> None:
    zone = ZoneInfo("Etc/GMT-1")
    standing = Standing("four-stories")
    standing.take({"event": "published", "edition": "four-stories", "version": 3, "published_at": "2026-03-23T05:02:00+00:00"})
    error = (
        "notebook 10-sentiment, cell 4: KeyError: 'outlet'. Open staged/.runs/four-stories/10-sentiment/10-sentiment.ipynb. "
        "The last good edition stays as it is."
    )
    attempt, since = {"state": "failed", "error": error}, "2026-03-24T05:00:00+00:00"
    title, fetched = "How six outlets told four stories", datetime(2026, 3, 24, 5, tzinfo=UTC)
    shown = [
        alerts.of_edition("four-stories", title, attempt, since, standing, zone),
        alerts.bodies(Drift("Quillmouth Bell", fetched, 5, 4, 12.0, 640.0), zone),
        alerts.nothing_new(fetched - timedelta(days=3), 3, zone),
    ]
    docs = (Path(__file__).parent.parent / "docs" / "alerts.md").read_text(encoding="utf-8")
    for alert in shown:
        text = f"**Harbour desk: {alert.headline}**\n\n{alert.body}"
        assert "\n".join(f"> {line}".rstrip() for line in text.splitlines()) in docs, text


def test_the_command_says_who_is_told_and_tries_it(desk: Desk, hook: Taken) -> None:
    said = nutgraf(desk.root, "alerts", **{VARIABLE: "json://127.0.0.1:1/secret-path"})
    assert said.stdout == f"newsroom: failed, stale, recovered, bodies; {VARIABLE}: 1 address\n" and said.returncode == 0
    tried = nutgraf(desk.root, "alerts", "--test", **{VARIABLE: f"json://127.0.0.1:{hook.port}/a json://127.0.0.1:1/secret-path"})
    assert tried.returncode == 1 and hook.subjects == ["The desk: a message to try alerts"]
    assert "address 1: sent" in tried.stdout and "address 2: not sent: " in tried.stdout and "secret-path" not in tried.stdout
    assert nutgraf(desk.root, "alerts", "--test", **{VARIABLE: f"json://127.0.0.1:{hook.port}/a"}).returncode == 0
    (target,) = json.loads(nutgraf(desk.root, "alerts", "--json", **{VARIABLE: ""}).stdout)
    assert (target["n_addresses"], target["address_from"]) == (0, VARIABLE)
