"""The docs say what is true: dictionary, README commands, links."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from nutgraf.dictionary import markdown

from tests.conftest import offer_finished

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The lines of README's first shell block."""
    block = re.search(r"```(?:sh|bash|shell)\n(.*?)```", README, re.S)
    assert block, "README shows its two commands in a shell block"
    return [line.split("#")[0].strip() for line in block.group(1).splitlines() if line.strip()]


def test_the_data_dictionary_is_made_from_the_schema() -> None:
    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == markdown(), "run 'make dictionary'"


def test_readmes_two_commands() -> None:
    assert commands() == ["make report", "make test"]
    assert commands()[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_readmes_first_command_works_in_a_copy_and_leaves_it_clean(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    # A space and a letter outside ASCII in the path: both have broken shell scripts before.
    copy = tmp_path / "my désk"
    done = subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for line in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / line).is_file():  # the working tree as it is, not only what is committed
            (copy / line).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / line, copy / line)
    before = subprocess.run(["git", "status", "--porcelain"], cwd=copy, capture_output=True, text=True, check=True).stdout
    environment = {**os.environ, "UV_COMPILE_BYTECODE": "0"}  # of all that is installed a run imports little, and this copy is run once
    made = subprocess.run(commands()[0].split(), cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-4000:]
    assert "site/index.html" in made.stdout
    assert (copy / "site" / "index.html").is_file()
    after = subprocess.run(["git", "status", "--porcelain"], cwd=copy, capture_output=True, text=True, check=True).stdout
    assert after == before, "make report leaves the working tree clean"
    offer_finished(tmp_path_factory, copy)


def test_links_between_docs_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_no_machine_path_and_no_registry_host_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    words = re.compile("|".join(["/" + "work/", "/" + "root/", "pypi" + r"\.org", "files.python" + "hosted", "registry." + "npmjs"]))
    for name in tracked:
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".parquet"):
            assert not words.search(path.read_text(encoding="utf-8", errors="replace")), name


def test_commands_of_running_md_are_there_with_their_options() -> None:
    import click
    from nutgraf.cli.commands import nutgraf

    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    lines = [line.split("#")[0].strip() for block in re.findall(r"```sh\n(.*?)```", page, re.S) for line in block.strip().splitlines()]
    assert len(lines) >= 5
    for line in lines:
        program, *words = line.split()
        assert program == "nutgraf"
        command: click.Command = nutgraf
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        command.make_context("nutgraf", list(words))  # refuses an option or an argument that it does not know


def test_the_schedule_of_running_md_is_one() -> None:
    from nutgraf.runs.schedules.schedule import in_words

    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    found = re.findall(r"schedule: (.+?) +# (.+)", page + (ROOT / "docs" / "editions.md").read_text(encoding="utf-8"))
    assert len(found) == 2 and all(words.endswith(in_words(written)) for written, words in found)
