"""What set-up rests on: the lock, environment.yml, ignore files, CI, and the floors of the package."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked() -> dict[str, str]:
    """Versions of the lock that hold for this Python."""
    lines = re.findall(r"^([A-Za-z0-9._-]+(?:\[[^\]]*\])?==[^\\\n]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M)
    found = [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate()]
    return {canonicalize_name(one.name): next(iter(one.specifier)).version for one in found}


def requirements() -> list[Requirement]:
    extras = {name: lines for name, lines in PROJECT["optional-dependencies"].items() if name != "training"}  # has a lock of its own
    found = map(Requirement, [*PROJECT["dependencies"], *(line for lines in extras.values() for line in lines)])
    return [one for one in found if one.marker is None or one.marker.evaluate()]


def test_the_lock_holds_every_dependency_at_a_version_that_fits() -> None:
    versions = locked()
    for requirement in requirements():
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements.lock: run 'make lock'"
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}: run 'make lock'"


def test_the_lock_is_hashed_and_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|file:|--index|--find-links", text)
    pinned = len(re.findall(r"^[A-Za-z0-9._-]+(?:\[[^\]]*\])?==", text, re.M))
    assert text.count("--hash=sha256:") >= pinned > 50


def test_environment_yml_installs_the_same_lock_and_python() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert f"python{PROJECT['requires-python']}" in plain
    assert pip == ["-r requirements.lock"]
    names = {re.split(r"[<>=]", entry)[0] for entry in plain}
    assert not names & {canonicalize_name(r.name) for r in requirements()}, "a Python package stands in two places"


@pytest.mark.parametrize("python", ["3.12", "3.13"])
def test_the_lock_resolves_to_wheels_alone(python: str, tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--quiet", "--only-binary", ":all:", "--python-version", python,
        "--target", str(tmp_path), "--require-hashes", "-r", str(ROOT / "requirements.lock"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_package_is_tracked_although_stock_ignore_files_ignore_lib() -> None:
    tracked = subprocess.run(["git", "ls-files", "lib"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lib").rglob("*.py")}
    ignored = subprocess.run(
        ["git", "check-ignore", *sorted(modules)], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    assert not ignored
    assert "lib/nutgraf/__init__.py" in tracked


def test_ci_calls_make_test_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]


def test_imports_go_down_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
