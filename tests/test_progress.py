"""Progress in a log: where a long step is, a line a minute, and nothing of short ones."""

from __future__ import annotations

import pytest
from nutgraf.cli import progress as progressing


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(progressing.time, "monotonic", lambda: now[0])
    return now


def test_a_log_gets_a_line_a_minute(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with progressing.progress() as show:
        for number in range(0, 7_001, 100):
            show("measuring", number, 7_000)
            clock[0] += 2
    assert capsys.readouterr().err.splitlines() == ["measuring: 3,000 of 7,000", "measuring: 6,000 of 7,000"]


def test_what_takes_less_than_a_minute_says_nothing(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with progressing.progress() as show:
        show("ingesting", 1, 2)
        clock[0] += progressing.EVERY_S - 1
        show("ingesting", 2, 2)
    assert capsys.readouterr().err == ""
