"""Canaries: secrets in the environment and names in the desk's path, and notebooks that try to let them out. None is found anywhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nutgraf.errors import UsageError
from nutgraf.runs.editions.edition_files import load
from nutgraf.runs.executing.redaction import HIDDEN, Redactor, clean_environment, is_secret_name
from nutgraf.runs.runner import Outcome

from tests.alert_servers import free_port
from tests.test_runs_kernels import make_desk, nutgraf

SECRETS = {
    "X_TOKEN": "canary-siskin",
    "AWS_ACCESS_KEY_ID": "AKIACANARYCANARYFOUR",
    "AWS_SECRET_ACCESS_KEY": "canary/aws+linnet/“ø”",
    "DATABASE_URL": "postgres://ada:canary-serin@db.example/articles",
    "DEPLOY": "ghp_canarytwitecanarytwitecanarytwitecanary",
    "ALERT_ADDRESS": "json://ada:canary-redpoll@127.0.0.1:{port}/canary-brambling mailto://ada:canary-goldfinch@127.0.0.1:{port}?from=n@b.example&to=a@b.example",
}
#: What must be found nowhere: any piece of a canary, and the folders that the desk and the home lie in.
NEEDLES = ("canary", "CANARY", "siskin", "linnet", "serin", "twitecan", "redpoll", "brambling", "goldfinch")
TAKE = """
import json, os, pathlib, sys
desk = pathlib.Path(os.environ['NUTGRAF_DESK'])
secrets = json.loads((desk.parent / 'secrets.json').read_text(encoding='utf-8'))
"""
CELLS = {
    "plain": ["import os", "print(dict(os.environ))"],
    "raises": [TAKE, "print(dict(os.environ))", "raise RuntimeError(f'cannot open {desk}/a.csv as {secrets}')"],
    "prints": [TAKE, "print(secrets, desk)", "from IPython.display import JSON, display\ndisplay(JSON({str(desk): secrets}))", "1 / 0"],
    "writes": [TAKE, "os.write(2, str([*secrets.values(), str(desk), desk.as_uri()]).encode())", "raise KeyError(str(desk))"],
    "cut": [TAKE, "raise ValueError('x' * 480 + secrets['X_TOKEN'] + 'y')"],
    "dies": [TAKE, "print(secrets, desk, flush=True)", "import signal; os.kill(os.getpid(), signal.SIGKILL)"],
    "sleeps": [TAKE, "os.write(2, str([secrets, str(desk)]).encode())", "import time; (desk / 'asleep').touch(); time.sleep(120)"],
}


def surroundings(tmp_path: Path) -> dict[str, str]:
    """An environment with canaries, whose home is one too."""
    home = tmp_path / "canary-home"
    home.mkdir()
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}  # this test has "canary" in its name
    return {**environ, **{name: value.format(port=port) for name, value in SECRETS.items()}, "HOME": str(home)}


def canary_desk(tmp_path: Path, *names: str, environment: dict[str, str]) -> Path:
    place = tmp_path / "canary-plåce"
    place.mkdir()
    (place / "secrets.json").write_text(json.dumps({name: environment[name] for name in SECRETS}), encoding="utf-8")
    root = make_desk(place / "desk", {name: ["x = 1", *CELLS[name]] for name in names})
    (root / "nutgraf.toml").write_text(
        '[alerts.newsroom]\naddress_from = "ALERT_ADDRESS"\n[[sources]]\nid = "in"\npath = "data/raw/in"\n', encoding="utf-8"
    )
    (root / "data/raw/in").mkdir(parents=True)
    (root / "data/raw/in/a.txt").write_text("The tide came in at four and nobody saw it.\n" * 20, encoding="utf-8")
    return root


def found_in(root: Path, *texts: str) -> list[str]:
    """Where a canary is found: files of any kind below the desk, by content and by name, and texts."""
    needles = [needle.encode() for needle in NEEDLES]
    found = [f"printed: {text}" for text in texts if any(needle in text for needle in NEEDLES)]
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    assert {"ledger.sqlite", "log.txt", "job.json"} <= {path.name for path in files}, "there is something to look at"
    for path in files:
        data, name = path.read_bytes(), path.relative_to(root).as_posix()
        found += [f"{name}: {data[max(0, at - 60) : at + 40]!r}" for needle in needles if (at := data.find(needle)) >= 0]
        found += [f"the name {name}" for needle in NEEDLES if needle in name]
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess]:
    """A desk on which one edition is good and five fail, run twice."""
    tmp_path = tmp_path_factory.mktemp("secrets")
    environment = surroundings(tmp_path)
    root = canary_desk(tmp_path, "plain", "raises", "prints", "writes", "cut", "dies", environment=environment)
    nutgraf(root, "run", env=environment)
    return root, nutgraf(root, "run", env=environment)


def test_no_canary_is_found_in_any_file_or_line(told) -> None:
    root, done = told
    assert done.returncode == 10 and "plain: fresh" in done.stdout, done.stderr
    assert "an alert could not be sent" in done.stderr, "a failing address says so"
    assert found_in(root, done.stdout, done.stderr) == []


def test_what_is_kept_still_says_what_failed_and_where(told) -> None:
    root, done = told
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("raises: failed")]
    assert "cannot open a.csv as" in line and HIDDEN in line and "Open staged/.runs/raises/raises/raises.ipynb." in line
    kept = json.loads((root / "staged/.runs/raises/raises/raises.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in kept["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]
    text = "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
    assert "'NUTGRAF_DESK': '.'" in text, "the environment was printed, told from the desk"
    assert "X_TOKEN" not in text and "ALERT_ADDRESS" not in text, "a kernel has no secrets to print"


def test_an_interrupted_run_keeps_no_canary(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)
    root = canary_desk(tmp_path, "sleeps", environment=environment)
    runner = subprocess.Popen(
        [sys.executable, "-m", "nutgraf", "run"], cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (root / "asleep").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    runner.send_signal(signal.SIGTERM)
    printed = runner.communicate(timeout=30)
    assert runner.returncode == 1
    assert found_in(root, *printed) == []
    (job,) = root.rglob("job.json")
    assert json.loads(job.read_text(encoding="utf-8"))["folder"] == "../../../../notebooks", "nothing to be found after SIGKILL either"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("api_key: abc", "api_key"), ("token: abc", "token"), ("wire_password: abc", "wire_password"), ("client_secret: abc", "client_secret"),
        ("feed: https://ada:swordfish@paper.example/feed", "feed"), ("words: [fine, ghp_swordfish5canary0005canary0005canary]", "words"),
    ],
)  # fmt: skip
def test_a_parameter_that_looks_like_a_secret_is_refused_without_its_value(tmp_path: Path, line: str, name: str) -> None:
    path = tmp_path / "dam.yml"
    path.write_text(f"title: x\nnotebooks: [a]\nparameters:\n  {line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=f"'{name}' looks like a secret") as caught:
        load(path)
    assert "swordfish" not in str(caught.value) and "abc" not in str(caught.value)


def test_parameters_of_a_desk_that_counts_words_are_not_refused(tmp_path: Path) -> None:
    path = tmp_path / "dam.yml"
    path.write_text(
        "title: x\nnotebooks: [a]\nparameters: {token_min_length: 3, key_terms: [dam], keyness: 1, min_tokens: 5, author: Ada, passes: 2, "
        'feed: "https://paper.example/feed?a=b:c@d"}\n', encoding="utf-8",
    )  # fmt: skip
    assert load(path)[0].parameters["key_terms"] == ["dam"]


def test_which_variables_a_kernel_gets() -> None:
    for name in ("X_TOKEN", "PGPASSWORD", "AWS_ACCESS_KEY_ID", "SMTP_PASS", "apikey", "NUTGRAF_ALERT_NEWSROOM", "JUPYTER_TOKEN"):
        assert is_secret_name(name), name
    for name in ("PWD", "HOME", "TOKENIZERS_PARALLELISM", "MONKEY", "KEYBOARD", "PATH", "LANG", "OMP_NUM_THREADS"):
        assert not is_secret_name(name), name
    environ = {"PATH": "/bin", "MAIL": "mailto://a@b", "X_TOKEN": "x", "PROXY": "http://ada:swordfish@proxy.example", "PLAIN": "http://proxy.example"}
    assert set(clean_environment(environ, ["MAIL"])) == {"PATH", "PLAIN"}


def test_paths_are_told_from_the_desk_and_others_by_their_last_name() -> None:
    hide = Redactor(Path("/srv/news room/désk"), {"HOME": "/"}).text
    assert hide("open /srv/news room/désk/staged/a.ipynb, or /srv/news room/désk.") == "open staged/a.ipynb, or .."
    assert hide("file:///srv/news%20room/d%C3%A9sk/a and '/srv/news room/d\\u00e9sk/b'") == "…/a and 'b'"
    assert "other" in hide("x /opt/désk-other/a")
    assert hide("/tmp/ipykernel_12/34.py, /home/ada/lib/x.py") == "…/34.py, …/x.py"
    assert hide("https://paper.example/home/news and data/tmp/x") == "https://paper.example/home/news and data/tmp/x"


def test_an_error_of_the_runner_itself_is_kept_without_secrets(tmp_path: Path) -> None:
    outcome = Outcome(hide=Redactor(tmp_path, {"X_TOKEN": "siskin-siskin"}).text)
    line = outcome.fail("dam", OSError(f"cannot write {tmp_path}/site/a.html with siskin-siskin"))
    assert line == outcome.errors["dam"] and line.startswith(f"OSError: cannot write site/a.html with {HIDDEN}.")


def test_a_link_out_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    outside, folder = tmp_path / "mine.txt", tmp_path / "kept"
    folder.mkdir()
    outside.write_text("siskin-siskin", encoding="utf-8")
    (folder / "log.txt").write_text("siskin-siskin", encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    Redactor(None, {"X_TOKEN": "siskin-siskin"}).folder(folder)
    assert ((folder / "log.txt").read_text(), outside.read_text()) == (HIDDEN, "siskin-siskin")


def test_short_values_and_words_of_long_ones_are_left_alone() -> None:
    hide = Redactor(None, {"A_TOKEN": "dam", "A_PASSPHRASE": "correct horse battery", "MAIL_KEY": "mailto://newsroom:swordfish@mail.example"}).text
    assert hide("the dam, the newsroom, a correct battery") == "the dam, the newsroom, a correct battery"
    assert hide("swordfish; correct horse battery") == f"{HIDDEN}; {HIDDEN}"
