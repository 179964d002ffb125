"""Codebooks of a desk's own: begun, checked, measured with, and said where they break."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from nutgraf.cli.commands import nutgraf
from nutgraf.desk import Desk
from nutgraf.documents import Document
from nutgraf.errors import ResourceError, UsageError
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.own_codebooks import begin, found, looked_at

from tests.conftest import copied

WEATHER = "Weather at Ostby\n\nHeavy rain caused the delay. The mayor spoke. Fog caused the collision off the pier. Nobody was hurt."


def asked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(nutgraf, ["codebook", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def own(ingested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = copied(ingested, tmp_path / "desk")
    monkeypatch.chdir(desk.root)
    return desk


def test_a_new_codebook_passes_its_check_and_a_desk_measures_with_it(own: Desk) -> None:
    code, said = asked("new", "weather")
    assert code == 0 and "codebook check weather" in said
    code, said = asked("check", "weather")
    assert code == 0 and said.splitlines() == [
        "weather, version 1: 1 frame, 2 cues", "  blame_of_weather: 6 of 6 examples found, 6 of 6 near misses left alone",
    ]  # fmt: skip
    before = Registry(own.measure_options).version("frames")
    settings = own.root / "nutgraf.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[measures.frames]\ncodebook = "weather"\n', encoding="utf-8")
    registry = Registry(Desk(own.root).measure_options)
    version = registry.version("frames")
    assert version != before and registry.get("frames").resources[0].name == "weather"
    document = Document("a", 1, WEATHER, headline="Weather at Ostby", language="en")
    for _ in measure_in_memory(registry, ["frames"], [document]):
        pass
    answer = {score.dimension: score.label for score in document.scores["frames"] if score.sentence is None and score.voice == "all"}
    assert answer == {"blame_of_weather": "present"}
    file = own.codebooks / "weather.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("Ice brought", "Hail brought"), encoding="utf-8")
    assert Registry(Desk(own.root).measure_options).version("frames") != version, "another codebook, other rows"
    code, said = asked("check", "weather")
    assert code == 1 and "5 of 6 examples found" in said and "blame_of_weather, not found: Hail brought down the power line behind the mill." in said
    assert json.loads(asked("check", "weather", "--json")[1])[0]["failures"][0]["kind"] == "example"


def test_all_codebooks_are_checked_by_default(own: Desk) -> None:
    asked("new", "weather")
    code, said = asked("check")
    assert code == 0 and [line.split(",")[0] for line in said.splitlines() if not line.startswith(" ")] == ["generic-frames", "policy-frames", "sentence-tone", "target-tone", "weather"]
    assert "policy-frames, version 1: 15 frames, for hand coding alone" in said


def test_what_cannot_be(own: Desk, tmp_path: Path) -> None:
    for name in ("Weather", "../weather", "", "9lives", "a b"):
        with pytest.raises(UsageError, match="can be no id"):
            begin(own.codebooks, name, 2026)
    with pytest.raises(UsageError, match="there is a codebook 'generic-frames' already"):
        begin(own.codebooks, "generic-frames", 2026)
    begin(own.codebooks, "weather", 2026)
    with pytest.raises(UsageError, match="already"):
        begin(own.codebooks, "weather", 2026)
    with pytest.raises(ResourceError, match="no such codebook: 'wether'.*Known: generic-frames, policy-frames, sentence-tone, target-tone, weather"):
        found("wether", own.codebooks)
    (own.codebooks / "generic-frames.toml").write_text("", encoding="utf-8")
    with pytest.raises(ResourceError, match="two codebooks have the id 'generic-frames'"):
        found("generic-frames", own.codebooks)
    elsewhere = tmp_path / "weather.toml"
    text = (own.codebooks / "weather.toml").read_text(encoding="utf-8")
    for old, new, reason in (
        ('definition = "The text', 'defnition = "The text', "unknown key 'defnition'"),
        ("examples = [", "examples = [] #", "cannot be read|no list|0 examples"),
        ('phrases = ["drought', 'pattern = "(a+)+b"\nother = ["drought', "unknown key|repeat"),
    ):
        elsewhere.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ResourceError, match=reason):
            looked_at(elsewhere)
