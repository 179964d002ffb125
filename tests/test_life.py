"""The life of a published edition: waiting, going back, correcting, withdrawing; killed at any step, and rebuilt."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from nutgraf.desk import Desk
from nutgraf.errors import PublishError, UsageError
from nutgraf.publish import editing, files, record, shelf, waiting
from nutgraf.publish.check import check_site
from nutgraf.publish.dressing import PLACES, dressed, view_of
from nutgraf.publish.site import publish, rebuild_index, stage
from nutgraf.publish.standing import Standing, standing_of, standings

from tests.conftest import copied
from tests.test_site import bytes_of, empty, executed  # noqa: F401 - a fixture

POINTS = ("The first point", "The second point", "The third point")


def set_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Events a day apart, so that their order is seen on pages; gives the days."""
    days = itertools.count(1)
    monkeypatch.setattr(record, "now", lambda: datetime(2026, 3, next(days), 10, tzinfo=UTC).isoformat(timespec="seconds"))
    return days


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    return set_clock(monkeypatch)


@pytest.fixture(scope="module")
def made_three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A desk on which an edition has three versions, and the day after. Copy it, never write to it."""
    folder = tmp_path_factory.mktemp("three")
    (folder / "desk").mkdir()
    (folder / "desk" / "nutgraf.toml").write_text('title = "A desk & more"\n', encoding="utf-8")
    desk = Desk(folder / "desk")
    with pytest.MonkeyPatch.context() as patched:
        days = set_clock(patched)
        for point in POINTS:
            make(desk, folder, point)
        rebuild_index(desk)
        return desk.root, next(days)


@pytest.fixture
def three(made_three: tuple[Path, int], tmp_path: Path, _clock: Iterator[int]) -> Desk:
    """A copy of the desk on which an edition has three versions, on the day after the last."""
    root, day = made_three
    while next(_clock) + 1 < day:
        pass
    return copied(root, tmp_path / "desk")


def make(desk: Desk, tmp_path: Path, point: str, title: str = "The dam") -> tuple[int, bool]:
    return publish(desk, "dam", title, executed(tmp_path / point.replace(" ", "-"), takeaway=point))


def page(desk: Desk, where: str = "") -> str:
    return (desk.site / "editions" / "dam" / where / "index.html").read_text(encoding="utf-8")


def happen(desk: Desk, what: Callable[..., dict[str, Any]], *given_: Any) -> Standing:
    found = editing.happen(desk, what(desk, "dam", *given_))
    rebuild_index(desk)
    return found


def bare(text: str) -> str:
    """A page without what it says about itself."""
    for name in PLACES:
        text = re.sub(rf"<!--{name}-->.*?<!--/{name}-->", "", text, flags=re.DOTALL)
    return text


# Going back -----------------------------------------------------------------------------------------------------------


def test_a_rollback_shows_the_version_before_and_rewrites_no_version(three: Desk) -> None:
    before = bytes_of(three.site)
    assert happen(three, editing.rollback).current == 2
    after = bytes_of(three.site)
    assert {name for name in after if after[name] != before[name]} == {
        "editions/dam/index.html", "editions/dam/10-tone.html", "editions/dam/manifest.json", "editions/dam/data/30-charts.tone.csv",
        "editions/dam/figures/30-charts.tone.svg", "editions/dam/figures/30-charts.tone.png", "index.html", "feed.xml",
    } - {name for name in after if name.endswith(".csv") and after[name] == before[name]}  # fmt: skip
    assert set(after) == set(before), "nothing is deleted"
    shown = page(three)
    assert POINTS[1] in shown and POINTS[2] not in shown.split("<h2 id=\"glance\">")[1]
    assert "Version 2 is shown again" in shown and 'href="v3/index.html">version 3</a>' in shown
    assert "shown again" not in page(three, "v2") + page(three, "v3")
    assert "shown again since 4 March 2026" in (three.site / "index.html").read_text()
    assert check_site(three.site) == []


def test_the_same_findings_do_not_undo_a_rollback_and_new_ones_end_it(three: Desk, tmp_path: Path) -> None:
    happen(three, editing.rollback)
    before = bytes_of(three.site)
    for point in POINTS[1:]:
        assert make(three, tmp_path, point)[1] is False
    assert make(three, tmp_path, POINTS[2], title="Another title")[1] is False, "a title alone brings nothing back"
    assert bytes_of(three.site) == before
    assert make(three, tmp_path, "A fourth point") == (4, True)
    assert "shown again" not in page(three) and "What changed since version 2" in page(three)


def test_one_may_go_further_back_and_forward_again(three: Desk) -> None:
    assert happen(three, editing.rollback, 1).current == 1
    assert POINTS[0] in page(three)
    forward = happen(three, editing.rollback, 3)
    assert forward.current == 3 and forward.returned is None and "shown again" not in page(three)
    with pytest.raises(UsageError, match="version 3 is the one that is shown"):
        editing.rollback(three, "dam", 3)
    with pytest.raises(UsageError, match="no version 9.*[Tt]here is version 1, 2, 3"):
        editing.rollback(three, "dam", 9)
    with pytest.raises(UsageError, match="no earlier version"):
        happen(three, editing.rollback, 1)
        editing.rollback(three, "dam")


def test_nothing_is_done_to_what_was_never_published_or_is_damaged(three: Desk) -> None:
    with pytest.raises(UsageError, match="never published"):
        editing.rollback(three, "other")
    (three.site / "editions/dam/v2/10-tone.html").write_text("<p>changed</p>")
    before = bytes_of(three.root)
    for what in (lambda: editing.rollback(three, "dam"), lambda: editing.correct(three, "dam", "x", 1)):
        with pytest.raises(PublishError, match="site/editions/dam/v2/10-tone.html: the file is missing or not what was published"):
            what()
    assert bytes_of(three.root) == before


# Correcting -----------------------------------------------------------------------------------------------------------


def test_a_correction_stands_on_its_version_on_later_ones_and_on_the_latest(three: Desk) -> None:
    bodies = {where: bare(page(three, where)) for where in ("", "v1", "v2", "v3")}
    manifests = {where: json.loads((three.site / "editions/dam" / where / "manifest.json").read_text()) for where in ("v1", "v2")}
    happen(three, editing.correct, "It was <b>19</b> articles, not 91", 2)
    note = "It was &lt;b&gt;19&lt;/b&gt; articles, not 91."
    assert note not in page(three, "v1")
    own = html.fromstring(page(three, "v2")).xpath('//section[@class="notice"]')[0].text_content()
    assert "Correction" in own and "4 March 2026: It was <b>19</b> articles, not 91." in own
    for where in ("v3", ""):
        assert "Corrections to earlier versions" in page(three, where) and note in page(three, where)
    assert {where: bare(page(three, where)) for where in bodies} == bodies, "findings and prose never change"
    for name in ("10-tone.html", "v2/10-tone.html"):
        assert note in (three.site / "editions/dam" / name).read_text()
    held = json.loads((three.site / "editions/dam/v2/manifest.json").read_text())
    assert held["amended_at"] == "2026-03-04T10:00:00+00:00" and held["published_at"] == "2026-03-02T10:00:00+00:00"
    assert json.loads((three.site / "editions/dam/v1/manifest.json").read_text()) == manifests["v1"]
    assert held["content_sha256"] == manifests["v2"]["content_sha256"]
    described = json.loads(html.fromstring(page(three, "v2")).xpath("//script")[0].text)
    assert described["dateModified"] == held["amended_at"] and described["correction"][0]["datePublished"] == held["amended_at"]
    assert "correction" not in json.loads(html.fromstring(page(three, "v3")).xpath("//script")[0].text)
    assert check_site(three.site) == []


def test_a_correction_is_inherited_by_what_comes_out_later(three: Desk, tmp_path: Path) -> None:
    happen(three, editing.correct, "Nineteen, not ninety-one")
    happen(three, editing.correct, "And it was the Bell")
    assert page(three).count("<time datetime=\"2026-03-0") >= 3 and "<h2 id=\"edition-corrections\">Corrections</h2>" in page(three)
    make(three, tmp_path, "A fourth point")
    for where in ("", "v4"):
        assert "4 March 2026</time>, version 3: Nineteen, not ninety-one." in page(three, where)
        assert page(three, where).index("And it was the Bell") < page(three, where).index("Nineteen"), "the newest first"
    assert "amended_at" not in json.loads((three.site / "editions/dam/v4/manifest.json").read_text())


@pytest.mark.parametrize("note", ["", "  \n ", "x" * 2001])
def test_a_correction_says_something(three: Desk, note: str) -> None:
    with pytest.raises(UsageError, match="the note (is empty|has 2,001 characters)"):
        editing.correct(three, "dam", note)


# Withdrawing ----------------------------------------------------------------------------------------------------------


def test_a_withdrawn_version_keeps_its_address_with_the_reason_and_nothing_else(three: Desk) -> None:
    other = bytes_of(three.site / "editions/dam/v1")
    assert happen(three, editing.withdraw, 2, "A person was <named> by mistake").current == 3
    folder = three.site / "editions/dam/v2"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*")} == {"index.html", "10-tone.html", "manifest.json"}
    for name in ("index.html", "10-tone.html"):
        text = (folder / name).read_text(encoding="utf-8")
        assert "A person was &lt;named&gt; by mistake." in text and "4 March 2026" in text and POINTS[1] not in text
        assert 'href="../index.html">current version' in text
    held = json.loads((folder / "manifest.json").read_text())
    assert held["amended_at"] == "2026-03-04T10:00:00+00:00" and held["is_withdrawn"] and "excerpts" not in held
    assert bytes_of(three.site / "editions/dam/v1") == other and POINTS[2] in page(three)
    assert check_site(three.site) == []


def test_where_the_latest_is_withdrawn_the_newest_that_is_left_takes_its_place(three: Desk) -> None:
    assert happen(three, editing.withdraw, 3, "Wrong figures").current == 2
    assert POINTS[1] in page(three) and "Version 3 was withdrawn" in page(three) and "What you see is version 2" in page(three)
    assert "Version 3 was withdrawn" not in page(three, "v2")
    assert happen(three, editing.withdraw, 2, "Wrong too").current == 1
    assert happen(three, editing.withdraw, 1, "All wrong").current is None
    home = three.site / "editions" / "dam"
    assert "All wrong" in page(three, "v1") and "was withdrawn" in page(three) and not (home / "data").exists()
    everything = b"".join(bytes_of(home).values()).decode()
    assert not [point for point in POINTS if point in everything] and "<svg" not in everything
    assert "withdrawn 6 March 2026" in (three.site / "index.html").read_text()
    assert check_site(three.site) == []


def test_a_withdrawal_never_brings_back_what_the_newsroom_went_back_from(three: Desk) -> None:
    happen(three, editing.rollback)
    assert happen(three, editing.withdraw, 2, "Wrong as well").current == 1
    assert POINTS[0] in page(three) and "Version 2 was withdrawn" in page(three)
    assert happen(three, editing.withdraw, 1, "All wrong").current is None, "and never when nothing else is left"
    assert "Version 1 was withdrawn" in page(three) and not [point for point in POINTS if point in page(three)]
    assert "withdrawn 6 March 2026" in (three.site / "index.html").read_text() and check_site(three.site) == []


def test_what_was_withdrawn_is_not_published_again_by_itself(three: Desk, tmp_path: Path) -> None:
    happen(three, editing.withdraw, 3, "Wrong figures")
    happen(three, editing.withdraw, 1, "Wrong figures")
    before = bytes_of(three.site)
    for point in POINTS:
        assert make(three, tmp_path, point)[1] is False
    assert make(three, tmp_path, POINTS[2], title="Another title")[1] is False
    assert bytes_of(three.site) == before
    for what in (lambda: editing.withdraw(three, "dam", 3, "x"), lambda: editing.correct(three, "dam", "x", 3),
                 lambda: editing.rollback(three, "dam", 3)):  # fmt: skip
        with pytest.raises(UsageError, match="version 3 was withdrawn on 4 March 2026"):
            what()
    assert make(three, tmp_path, "A fourth point") == (4, True)
    assert "withdrawn" not in page(three)


# Waiting --------------------------------------------------------------------------------------------------------------


def test_what_waits_is_exactly_what_is_published(three: Desk, tmp_path: Path) -> None:
    published = bytes_of(three.site)
    folder = waiting.folder_of(three, "dam")
    assert stage(three, "dam", "The dam", executed(tmp_path / "w", takeaway="A fourth point"), folder) == (4, True)
    assert bytes_of(three.site) == published, "nothing is on the site yet"
    assert "waiting to be published" in (folder / "index.html").read_text() and check_site(folder) == []
    before = bytes_of(folder)
    happen(three, editing.correct, "Nineteen, not ninety-one", 1)
    assert waiting.publish_waiting(three, waiting.waiting(three, "dam")) == 4
    after = bytes_of(three.site / "editions/dam/v4")
    assert set(after) == set(before)
    for name, data in before.items():
        if name.endswith(".html"):
            assert bare(after[name].decode()) == bare(data.decode())
        elif name != "manifest.json":
            assert after[name] == data
    assert "Nineteen" in page(three, "v4") and "waiting" not in page(three, "v4") and not folder.exists()
    assert check_site(three.site) == []


def test_waiting_and_publishing_at_once_give_the_same_bytes(empty: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(record, "now", lambda: "2026-03-03T10:00:00+00:00")
    make(empty, tmp_path, POINTS[0])
    at_once = bytes_of(empty.site)
    shutil.rmtree(empty.site)
    (empty.decisions / record.FILE).unlink()
    stage(empty, "dam", "The dam", executed(tmp_path / "w", takeaway=POINTS[0]), waiting.folder_of(empty, "dam"))
    waiting.publish_waiting(empty, waiting.waiting(empty, "dam"))
    assert bytes_of(empty.site) == at_once


def test_what_waits_is_refused_when_it_was_changed_and_dropped_when_it_is_published(three: Desk, tmp_path: Path) -> None:
    folder = waiting.folder_of(three, "dam")
    made = executed(tmp_path / "w", takeaway="A fourth point")
    stage(three, "dam", "The dam", made, folder)
    since = waiting.waiting(three, "dam").since
    stage(three, "dam", "The dam", made, folder)
    assert waiting.waiting(three, "dam").since == since, "the same waits since it was first made"
    (folder / "10-tone.html").write_text("<p>changed</p>")
    before = bytes_of(three.root)
    with pytest.raises(PublishError, match="staged/dam/10-tone.html.*run --force dam.*Nothing was published"):
        waiting.publish_waiting(three, waiting.waiting(three, "dam"))
    assert bytes_of(three.root) == before
    assert stage(three, "dam", "The dam", executed(tmp_path / "s", takeaway=POINTS[2]), folder) == (3, False)
    assert not folder.exists() and waiting.waiting(three, "dam") is None
    happen(three, editing.withdraw, 3, "Wrong")
    again = stage(three, "dam", "The dam", executed(tmp_path / "s", takeaway=POINTS[2]), folder)
    assert again == (3, False), "withdrawn, so it does not wait"


# Killed, and rebuilt --------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands in for a kill: no handler catches it."""


EVENTS: dict[str, Callable[[Desk], dict[str, Any]]] = {
    "rolled_back": lambda desk: editing.rollback(desk, "dam"),
    "corrected": lambda desk: editing.correct(desk, "dam", "Nineteen, not ninety-one", 1),
    "withdrawn": lambda desk: editing.withdraw(desk, "dam", 3, "Wrong figures"),
}


def steps(monkeypatch: pytest.MonkeyPatch, stop_at: int) -> list[str]:
    """Count every step that touches the disk, and be killed at one of them."""
    taken: list[str] = []

    def counting(module: Any, name: str) -> None:
        real = getattr(module, name)

        def step(*given_: Any, **named: Any) -> Any:
            taken.append(name)
            if len(taken) == stop_at:
                raise Killed
            return real(*given_, **named)

        monkeypatch.setattr(module, name, step)

    for module, name in ((files, "_beside"), (record, "append"), (files, "sync"), (Path, "unlink"), (Path, "rename"), (Path, "rmdir"),
                         (os, "replace")):  # fmt: skip
        counting(module, name)
    return taken


@pytest.mark.parametrize("event", EVENTS)
def test_a_kill_at_every_step_is_completed_by_the_next_command(
    three: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    start = tmp_path / "start"
    shutil.copytree(three.root, start)
    planned = EVENTS[event](three)
    with monkeypatch.context() as patched:
        taken = steps(patched, -1)
        editing.happen(three, planned)
    whole = bytes_of(three.root)
    assert len(taken) > 3
    for stop_at in range(1, len(taken) + 1):
        shutil.rmtree(three.root)
        shutil.copytree(start, three.root)
        with monkeypatch.context() as patched, pytest.raises(Killed):
            steps(patched, stop_at)
            editing.happen(three, planned)
        if not [e for e in record.entries(three.decisions) if e["event"] == event]:
            assert bytes_of(three.site) == bytes_of(start / "site"), "without its event nothing changes"
            continue
        assert shelf.settle_all(three) in ([], ["dam"])
        assert bytes_of(three.root) == whole, f"killed at step {stop_at}, {taken[stop_at - 1]}"
        assert shelf.settle_all(three) == []


def test_publishing_what_waited_is_completed_after_a_kill_at_every_step(
    three: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(three, "dam", "The dam", executed(tmp_path / "w", takeaway="A fourth point"), waiting.folder_of(three, "dam"))
    monkeypatch.setattr(record, "now", lambda: "2026-03-09T10:00:00+00:00")
    start = tmp_path / "start"
    shutil.copytree(three.root, start)
    with monkeypatch.context() as patched:
        taken = steps(patched, -1)
        waiting.publish_waiting(three, waiting.waiting(three, "dam"))
    whole = bytes_of(three.site)
    for stop_at in range(1, len(taken) + 1):
        shutil.rmtree(three.root)
        shutil.copytree(start, three.root)
        with monkeypatch.context() as patched, pytest.raises(Killed):
            steps(patched, stop_at)
            waiting.publish_waiting(three, waiting.waiting(three, "dam"))
        shelf.settle_all(three)
        held = waiting.waiting(three, "dam")
        if held is not None:
            assert standing_of(three.decisions, "dam").newest == 3
            waiting.publish_waiting(three, held)
        assert bytes_of(three.site) == whole, f"killed at step {stop_at}, {taken[stop_at - 1]}"


def test_what_was_never_recorded_does_not_stay_on_the_site(three: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bytes_of(three.site)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(record, "append", lambda *_: (_ for _ in ()).throw(Killed()))
        make(three, tmp_path, "A fourth point")
    assert (three.site / "editions/dam/.v4.part/index.html").is_file()
    assert [line for line in check_site(three.site) if line.startswith("editions/dam/.v4.part: left by a command that was killed")]
    assert shelf.settle_all(three) == ["dam"] and bytes_of(three.site) == before


def test_what_can_be_rebuilt_has_the_same_bytes(three: Desk, tmp_path: Path) -> None:
    happen(three, editing.correct, "Nineteen, not ninety-one", 3)
    happen(three, editing.withdraw, 1, "A person was named by mistake")
    before = bytes_of(three.site)
    shutil.rmtree(three.site)
    make(three, tmp_path, POINTS[2])
    rebuild_index(three)
    after = bytes_of(three.site)
    assert {name for name in before if name not in after} == {n for n in before if "/v2/" in n}, "an older version is a published artefact"
    assert {name for name in after if after[name] != before[name]} == set()


def test_a_current_version_that_is_gone_is_said_and_nothing_else_is_shown_for_it(three: Desk, tmp_path: Path) -> None:
    happen(three, editing.rollback)
    shutil.rmtree(three.site)
    with pytest.raises(PublishError, match="version 2 is the one to be shown.*backup.*rollback dam --to N"):
        make(three, tmp_path, POINTS[2])
    assert not (three.site / "editions/dam/index.html").exists()
    rebuild_index(three)
    assert '<a href="editions/dam' not in (three.site / "index.html").read_text() and "The dam" in (three.site / "index.html").read_text()
    assert check_site(three.site / "editions/dam/v3") == []
    happen(three, editing.rollback, 3)
    assert POINTS[2] in page(three)


def test_a_changed_copy_is_mended_from_its_version_but_not_from_a_damaged_one(three: Desk) -> None:
    whole = bytes_of(three.site)
    latest = three.site / "editions/dam/index.html"
    latest.write_text("changed", encoding="utf-8")
    assert shelf.mend_latest(three, "dam") == ["index.html"] and shelf.settle_all(three) == ["dam"]
    assert bytes_of(three.site) == whole
    (three.site / "editions/dam/v3/index.html").write_text("changed", encoding="utf-8")
    latest.write_text("changed too", encoding="utf-8")
    shelf.mend_latest(three, "dam")
    assert shelf.settle_all(three) == [] and latest.read_text() == "changed too"


def test_content_goes_even_when_what_should_take_its_place_is_damaged(three: Desk) -> None:
    (three.site / "editions/dam/v2/index.html").write_text("changed", encoding="utf-8")
    happen(three, editing.withdraw, 3, "Wrong figures")
    assert "Version 3 was withdrawn" in page(three) and POINTS[2].encode() not in b"".join(bytes_of(three.site).values())


# The record -----------------------------------------------------------------------------------------------------------


def test_a_line_that_a_crash_cut_short_is_no_event(three: Desk) -> None:
    path = three.decisions / record.FILE
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"event": "withdrawn", "edition": "dam", "vers')
    assert len(record.entries(three.decisions)) == 3
    happen(three, editing.rollback)
    assert path.read_bytes().startswith(whole) and [e["event"] for e in record.entries(three.decisions)][3:] == ["rolled_back"]
    path.write_bytes(path.read_bytes().rstrip(b"\n"))  # saved by an editor
    happen(three, editing.rollback, 1)
    assert len(record.entries(three.decisions)) == 5


BROKEN = ["no json", "{}", '{"event": "published", "edition": 3, "version": 1}', '{"event": "lost", "edition": "a", "version": 1}']


@pytest.mark.parametrize("line", BROKEN)
def test_a_line_that_is_no_event_is_named(three: Desk, line: str) -> None:
    path = three.decisions / record.FILE
    path.write_text(f"{line}\n" + path.read_text())
    with pytest.raises(PublishError, match="publications.jsonl: line 1 of the publication record cannot be read"):
        record.entries(three.decisions)


moves = st.lists(st.tuples(st.sampled_from(["published", "rolled_back", "corrected", "withdrawn"]), st.integers(1, 6)), max_size=25)


@given(moves)
@settings(deadline=None)
def test_whatever_happens_the_shown_version_was_published_and_not_withdrawn(steps_: list[tuple[str, int]]) -> None:
    standing, events = Standing("dam"), []
    for kind, number in steps_:
        version = len(standing.versions) + 1 if kind == "published" else number
        if kind != "published" and (version not in standing.versions or version in standing.withdrawn):
            continue  # the commands refuse it
        event = {"event": kind, "edition": "dam", "version": version, "at": "2026-03-03", "version_from": standing.current or 1,
                 "n": len(events)}  # fmt: skip
        events.append(event)
        standing.take(event)
        assert standing.current is None or (standing.current in standing.versions and standing.current not in standing.withdrawn)
        if standing.current is None:
            assert set(standing.versions) == set(standing.withdrawn) | standing.passed_over
        for v in standing.versions:
            assert all(e["version"] == v or (e["event"] == "corrected" and e["version"] < v) for e in standing.amendments(v))
    if events and standing.versions:
        assert standings(events)["dam"] == standing


def test_dressing_a_page_twice_changes_nothing_and_a_page_without_places_is_refused(three: Desk) -> None:
    standing = standing_of(three.decisions, "dam")
    for where in ("version", "latest", "staged"):
        view = view_of(three.settings, standing, standing.versions[2], where)
        once = dressed(page(three, "v2"), "index.html", view)
        assert dressed(once, "index.html", view) == once
        assert (once == page(three, "v2")) is (where == "version")
    with pytest.raises(PublishError, match="no place for what it says about itself"):
        dressed("<p>x</p>", "index.html", view)
