"""Why an edition is stale: each thing that it rests on changed by itself on a real desk, and the words looked at."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import nutgraf.codebooks as codebooks
import pyarrow as pa
import pytest
from filelock import FileLock
from nutgraf.desk import Desk
from nutgraf.documents import Resource
from nutgraf.errors import UsageError
from nutgraf.ingest.unread import unread
from nutgraf.ingesting import ingest
from nutgraf.measures.frames import Frames
from nutgraf.measures.tone import Tone
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.freshness.changes import changes
from nutgraf.runs.freshness.chosen import differences, pack, unpack
from nutgraf.runs.freshness.key import key_of
from nutgraf.runs.freshness.why import in_words, look
from nutgraf.runs.runner import run
from nutgraf.schema import arrow_schema

from tests.test_fingerprint import tree
from tests.test_runs_kernels import nutgraf
from tests.test_runs_notebooks import book

TEXT = "The council met on {}. “It was a disaster,” said the mayor. The harbour stayed open."
PARAMETERS = "least: int = 3\nquery_words: str = ''\nday: str = ''\ndate_from: str = ''\ndate_to: str = ''\noutlets: list = []"
EDITION = """title: The week
notebooks: [a, b]
select: {date_from: 2026-03-02, date_to: 2026-03-08}
parameters: {least: 5, day: 2026-03-02}
"""


def article(name: str, outlet: str, day: str = "2026-03-03", **more: str) -> str:
    about = {"url": f"https://example.org/{name}", "outlet": outlet, "headline": f"Story {name}", "published_at": day}
    return json.dumps({**about, "text": TEXT.format(name), **more})


def file(root: Path, name: str, *articles: str) -> None:
    (root / "inbox" / f"{name}.jsonl").write_text("\n".join(articles), encoding="utf-8")


def new_desk(root: Path) -> Desk:
    for folder in ("inbox", "notebooks/editions", "data/decisions"):
        (root / folder).mkdir(parents=True)
    (root / "nutgraf.toml").write_text('timezone = "Europe/Oslo"\n[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    for name in ("a", "b"):
        cells = book(PARAMETERS, needs=("frames", "tone"), more=("y = 1",))
        (root / "notebooks" / f"{name}.ipynb").write_text(json.dumps(cells), encoding="utf-8")
    (root / "notebooks" / "editions" / "week.yml").write_text(EDITION, encoding="utf-8")
    file(root, "one", article("one", "Bell"), article("two", "Bell"), article("three", "Courier"), article("far", "Bell", "2026-04-01"))
    return Desk(root)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A small desk whose one edition was made. Copy it to change it."""
    desk = new_desk(tmp_path_factory.mktemp("why") / "desk")
    outcome = run(desk, say=lambda line: None)
    assert outcome.states == {"week": "published"}, outcome.errors
    return desk


@pytest.fixture
def copy(made: Desk, tmp_path: Path) -> Path:
    shutil.copytree(made.root, tmp_path / "copy")
    return tmp_path / "copy"


def because(root: Path) -> list[str]:
    (entry,) = look(Desk(root), ["week"])["editions"]
    assert (entry["state"] == "stale") == bool(entry["because"])
    return [reason["words"] for reason in entry["because"]]


def replace(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), encoding="utf-8")


def read_in(root: Path) -> None:
    ingest(Desk(root))


def erased(root: Path) -> None:
    shutil.rmtree(root / "data" / "processed" / "articles")
    file(root, "one", article("one", "Bell"), article("three", "Courier"), article("far", "Bell", "2026-04-01"))
    read_in(root)


def dated_anew(root: Path) -> None:
    """As a rebuild by a Nutgraf that reads another date from the same bytes."""
    store = Desk(root).store
    rows = store.read("articles").to_pylist()
    (row,) = [row for row in rows if row["headline"] == "Story three"]
    row["published_at"] += timedelta(days=1)
    store.replace_all("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))


@dataclass
class Case:
    """A change, and every reason that is given for it."""

    change: Callable[[Path], object]
    words: list[str]


def edition(old: str, new: str) -> Callable[[Path], object]:
    return lambda root: replace(root, "notebooks/editions/week.yml", old, new)


def notebook(old: str, new: str) -> Callable[[Path], object]:
    return lambda root: replace(root, "notebooks/a.ipynb", old, new)


def added(*articles: str) -> Callable[[Path], object]:
    return lambda root: (file(root, "more", *articles), read_in(root))


CASES = {
    "nothing": Case(lambda root: None, []),
    "an output of a notebook": Case(notebook('"outputs": []', '"outputs": [{"output_type": "stream", "name": "stdout", "text": "a"}]'), []),
    "title": Case(edition("The week", "The month"), ["title: “The week” → “The month”"]),
    "a notebook's code": Case(notebook("y = 1", "y = 2"), ["notebook a: code changed"]),
    "a notebook's text": Case(notebook("# Title", "# Other"), ["notebook a: text changed"]),
    "a notebook's needs": Case(
        notebook('"needs": ["frames", "tone"]', '"needs": ["tone", "frames"]'), ["notebook a: declared needs changed"]
    ),
    "one notebook less": Case(edition("[a, b]", "[a]"), ["notebook b is no longer part of it"]),
    "notebooks in another order": Case(edition("[a, b]", "[b, a]"), ["its notebooks come in another order"]),
    "a parameter": Case(edition("least: 5", "least: 8"), ["parameter least: 5 → 8"]),
    "a parameter of several lines": Case(
        edition("least: 5", 'least: 5, query_words: "a\\nb \\e[2J"'), ["parameter query_words: not set → “a b �[2J”"]
    ),
    "a parameter less": Case(edition("least: 5, ", ""), ["parameter least: 5 → not set"]),
    "a day": Case(edition("day: 2026-03-02", "day: 2026-03-04"), ["parameter day: 2026-03-02 → 2026-03-04"]),
    "a narrower window": Case(
        edition("2026-03-08}", "2026-03-08, outlets: [Courier]}"),
        ["2 articles no longer in it (other outlets), from Bell: “Story one”, “Story two”", "select.outlets: empty → Courier"],
    ),
    "a wider window": Case(
        edition("date_to: 2026-03-08", "date_to: 2026-04-02"),
        ["1 new article from Bell: “Story far”", "select.date_to: 2026-03-08 → 2026-04-02"],
    ),
    "new articles": Case(
        added(article("n1", "Bell", "2026-03-04"), article("n2", "Courier"), article("n3", "Herald", "2026-03-05"), article("n4", "Bell")),
        ["4 new articles from three outlets: “Story n3” (Herald), “Story n1” (Bell), “Story n2” (Courier) and 1 more"],
    ),
    "new articles elsewhere": Case(
        added(article("n1", "Bell", "2026-05-04")), ["articles read: 4 → 5", "left out, published outside the window: 1 → 2"]
    ),
    "another text": Case(
        added(article("one", "Bell", text="The council did not meet. Nobody said why. The harbour was closed all day.")),
        ["1 article with another text, from Bell: “Story one”"],
    ),
    "another headline and date": Case(
        added(article("one", "Bell", "2026-03-04", headline="Other\u202e name")),
        ["1 article with another text, headline and date, from Bell: “Other� name”"],
    ),
    "a date that is read otherwise": Case(dated_anew, ["1 article with other copies, in another story, or with other metadata, from Courier: “Story three”"]),
    "an article that moved out": Case(
        added(article("three", "Courier", "2026-03-20", headline="Three")),
        ["1 article no longer in it (published outside the window), from Courier: “Three”"],
    ),
    "an article that is gone": Case(erased, ["1 article no longer in it, nor in the desk's tables"]),
    "a decision": Case(
        lambda root: (root / "data" / "decisions" / "do_not_name.csv").write_text("name\nA\n", encoding="utf-8"),
        ["data/decisions/do_not_name.csv is new"],
    ),
    "a setting of the desk": Case(
        lambda root: replace(root, "nutgraf.toml", "timezone", "excerpt_words = 10\ntimezone"), ["setting excerpt_words: 25 → 10"]
    ),
    "a setting of a measure": Case(
        lambda root: replace(root, "nutgraf.toml", "[[sources]]", '[measures.sentences]\nabbreviations = ["wtr"]\n[[sources]]'),
        ["measure sentences: setting abbreviations: not set → wtr (frames, tone rest on it)"],
    ),
    "a page taken away": Case(
        lambda root: (root / "site/editions/week/v1/index.html").unlink(),
        ["1 published file deleted or changed by hand (first: site/editions/week/v1/index.html)"],
    ),
    "an outlet nobody has": Case(
        edition("2026-03-08}", "2026-03-08, outlets: [Courrier]}"),
        ["it cannot be made as it stands: notebooks/editions/week.yml: 'select': unknown outlet 'Courrier'. Did you mean 'Courier'? "
         "No kernel was started."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_change_is_said_and_nothing_else(copy: Path, case: Case) -> None:
    case.change(copy)
    before = tree(copy)
    assert because(copy) == case.words
    assert tree(copy) == before, "looking changed something"


def test_words_for_measures_and_programs(copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed = tmp_path / "generic-frames.toml"
    text = codebooks.path_of("generic-frames").read_text(encoding="utf-8")
    changed.write_text(text.replace('version = "1"', 'version = "2"'), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(codebooks, "path_of", lambda name: changed)
        assert because(copy) == ["measure frames: codebook generic-frames 1 → 2"]
        changed.write_text(text + "\n", encoding="utf-8")
        assert because(copy) == ["measure frames: codebook generic-frames changed, and still says version 1"]
    with monkeypatch.context() as patch:
        patch.setattr(Tone, "version", "9")
        patch.setattr(Tone, "resources", (Resource("word list", "news", "0" * 64, "4"),))
        found = because(copy)
        assert found[0] == "measure tone: code 3 → 9" and found[-1] == "measure tone: word list news is used now"
        assert "measure tone: word list vaderSentiment/vader_lexicon.txt is no longer used" in found
    with monkeypatch.context() as patch:
        patch.setattr(Frames, "needs", frozenset({"quotes", "sentences", "tone"}))
        assert because(copy) == ["measure frames: the measures that it needs: attribution, quotes, sentences → quotes, sentences, tone"]
    environment = {"python": "3.12", "nutgraf": "9", "package": "0", "nltk": "absent"}
    with monkeypatch.context() as patch:
        patch.setattr("nutgraf.runs.freshness.key.environment", lambda: environment)
        found = because(copy)
        assert re.fullmatch(r"Python 3\.\d+ → 3\.12", next(words for words in found if words.startswith("Python")))
        assert "Nutgraf 0.1.0 → 9" in found and "the code or word lists of Nutgraf changed" in found
        assert any(words.startswith("nltk 3") and words.endswith("→ absent") for words in found)


def test_the_key_moves_with_every_part_and_no_table_version_is_in_it(made: Desk) -> None:
    with Ledger.look(made.processed / FILE) as ledger:
        good = ledger.last("week")
    assert key_of(good["parts"]) == good["key"]
    assert {name: good["parts"] | {name: "other"} for name in good["parts"]}.keys() == {
        "title", "notebooks", "parameters", "window", "articles", "n_articles", "attrition", "measures", "decisions", "settings", "environment",
    }  # fmt: skip
    assert all(key_of(good["parts"] | {name: "other"}) != good["key"] for name in good["parts"])
    # An empty append and a rewrite move the table's version and nothing else.
    root = made.root.parent / "compacted"
    shutil.copytree(made.root, root)
    desk = Desk(root)
    desk.store.replace_all("articles", desk.store.read("articles"))
    assert desk.store.version("articles") != made.store.version("articles")
    assert because(root) == []


def test_never_made_wrong_and_no_longer_made(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "desk")
    found = look(desk)
    assert [entry["state"] for entry in found["editions"]] == ["never made"] and found["unread"] == ["inbox/one.jsonl"]
    assert in_words(found, is_short=True) == [
        "week: never made", "1 file in the sources is new: the next run reads it first, and may find more (first: inbox/one.jsonl)",
    ]  # fmt: skip
    (desk.editions / "other.yml").write_text("titel: x\n", encoding="utf-8")
    (desk.editions / "third.yml").write_text("title: Third\nnotebooks: [c]\n", encoding="utf-8")
    lines = in_words(look(desk), is_short=True)
    assert lines[0] == "other: invalid: notebooks/editions/other.yml: 'title' is missing. Add it; docs/editions.md shows how. No kernel was started."
    assert lines[1].startswith("third: invalid: notebooks/c.ipynb: no notebook 'c'")
    with pytest.raises(UsageError, match="unknown edition 'weak'. Did you mean 'week'"):
        look(desk, ["weak"])
    with Ledger.open(desk.processed / FILE) as ledger:
        ledger.end_attempt(ledger.start_attempt(ledger.start_run(), "weak", "k", {}, {}), "good", version=1)
    assert in_words(look(desk, ["weak"]), is_short=True)[0] == "weak: no longer made: it has no file in notebooks/editions"


def test_a_failed_try_and_one_that_was_killed(copy: Path) -> None:
    replace(copy, "notebooks/a.ipynb", "y = 1", "y = 1 / 0")
    done = nutgraf(copy, "run")
    assert done.returncode == 20
    lines = nutgraf(copy, "why", "week").stdout.splitlines()
    assert re.fullmatch(r"week: stale \(last good: \d{4}-\d\d-\d\d \d\d:\d\d UTC, version 1\)", lines[0])
    assert lines[1] == "  notebook a: code changed"
    assert re.match(r"  the last try, \d{4}-\d\d-\d\d \d\d:\d\d UTC, failed: notebook a, cell 3: ZeroDivisionError", lines[2])
    replace(copy, "notebooks/a.ipynb", "y = 1 / 0", "y = 1")
    assert nutgraf(copy, "why").stdout.splitlines() == ["week: up to date"]
    with Ledger.open(copy / "data" / "processed" / FILE) as ledger:
        ledger.start_attempt(ledger.start_run(), "week", "k", {}, {})
        assert look(Desk(copy), ["week"])["editions"][0]["notes"][0].endswith("has not ended")
        ledger.start_run()
    assert look(Desk(copy), ["week"])["editions"][0]["notes"][0].endswith("was killed")


def test_what_waits_is_said(copy: Path) -> None:
    replace(copy, "notebooks/editions/week.yml", "title: The week", "title: Another\npublish: manual")
    assert run(Desk(copy), say=lambda line: None).states == {"week": "waiting"}
    (entry,) = look(Desk(copy), ["week"])["editions"]
    assert (entry["state"], entry["because"]) == ("waiting", [])
    assert entry["notes"] == ["version 2 waits in staged/week for 'nutgraf publish week'"]
    replace(copy, "notebooks/editions/week.yml", "publish: manual", "embargo: 2999-01-01 06:00")
    assert look(Desk(copy), ["week"])["editions"][0]["notes"] == [
        "version 2 waits in staged/week until its embargo ends, 2999-01-01 05:00 UTC"
    ]  # fmt: skip
    (copy / "staged" / "week" / "index.html").write_text("changed", encoding="utf-8")
    assert because(copy) == ["staged/week/index.html, which waits to be published, was deleted or changed"]
    shutil.rmtree(copy / "staged" / "week")
    assert because(copy) == ["what waited to be published in staged/week is not there"]


def test_new_files_are_counted_without_reading_them_in(copy: Path) -> None:
    file(copy, "two", article("n1", "Bell"))
    file(copy, "three", article("n2", "Bell"))
    found = look(Desk(copy), ["week"])
    assert found["unread"] == ["inbox/three.jsonl", "inbox/two.jsonl"] and found["editions"][0]["state"] == "up to date"
    assert in_words(found, is_short=False)[-1].startswith("2 files in the sources are new: the next run reads them first")
    with Ledger.look(copy / "data" / "processed" / FILE) as ledger:
        (began,) = [row["started_at"] for row in ledger.rows("select started_at from runs")]
    assert began
    later = max(path.stat().st_ctime for path in (copy / "inbox").iterdir()) + 10
    assert unread(Desk(copy), later) == [], "what was not touched since is not opened"
    replace(copy, "nutgraf.toml", "Europe/Oslo", "Europe/London")  # the clock of days without a zone: every file means something else
    assert unread(Desk(copy), later) == []
    os.utime(copy / "nutgraf.toml", (later, later))
    assert unread(Desk(copy), later) == ["inbox/one.jsonl", "inbox/three.jsonl", "inbox/two.jsonl"]


def test_what_a_manifest_says_anew_is_unread_too(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "desk")
    text = (desk.root / "nutgraf.toml").read_text(encoding="utf-8")
    (desk.root / "single.txt").write_text("The council met. Nobody was there. It rained all day long.", encoding="utf-8")
    more = 'manifest = "list.jsonl"\n[[sources]]\nid = "single"\npath = "single.txt"\nmanifest = "none.jsonl"\n'
    (desk.root / "nutgraf.toml").write_text(text + more, encoding="utf-8")
    listed = desk.root / "inbox" / "list.jsonl"
    listed.write_text('{"file": "one.jsonl", "outlet": "Bell"}', encoding="utf-8")
    desk = Desk(desk.root)
    ingest(desk)
    later = max(path.stat().st_ctime for path in (desk.root, listed)) + 10
    assert unread(desk, later) == []
    listed.write_text('{"file": "one.jsonl", "outlet": "Courier"}', encoding="utf-8")
    assert unread(desk, later) == [], "not touched since, so not opened"
    os.utime(listed, (later, later))
    assert unread(desk, later) == ["inbox/one.jsonl"]


def test_a_source_that_is_not_there_is_said(copy: Path) -> None:
    (copy / "inbox").rename(copy / "away")
    lines = nutgraf(copy, "why").stdout.splitlines()
    assert lines[0] == "week: up to date" and len(lines) == 2
    assert lines[1].startswith("the sources cannot be looked at: source 'inbox' in nutgraf.toml: its path does not exist: inbox.")
    assert look(Desk(copy))["unread"] is None


def test_it_works_while_the_desk_is_held_and_says_so(copy: Path) -> None:
    about = {"pid": 7, "since": "2026-03-02T06:30:00+00:00", "purpose": "nutgraf run"}
    (copy / "data" / "processed" / "lock.json").write_text(json.dumps(about), encoding="utf-8")
    with FileLock(copy / "data" / "processed" / "lock"):
        lines = nutgraf(copy, "why").stdout.splitlines()
    assert lines == [
        "week: up to date",
        "the desk is at work: nutgraf run, process 7, since 2026-03-02 06:30 UTC; what it has not finished is not seen here",
    ]
    assert nutgraf(copy, "why").stdout.splitlines() == ["week: up to date"]


def test_a_ledger_that_was_lost_or_kept_less(copy: Path, made: Desk) -> None:
    path = copy / "data" / "processed" / FILE
    with Ledger.open(path) as ledger:
        ledger.rows("delete from selected")
    file(copy, "two", article("n1", "Bell"))
    read_in(copy)
    assert because(copy) == ["its articles changed (3 then, 4 now); which ones was not kept of its last good run"]
    older = {"notebooks": ["0" * 16], "measures": {"tone": "2-abc"}, "title": "Same", "decisions": "abc", "n_articles": 3, "articles": "x"}
    newer = {"notebooks": [{"name": "a", "code": "1"}], "measures": {"tone": {"version": "2-abd"}}, "title": "Same", "decisions": {}}
    assert changes(older, newer) == [
        ("notebooks", "its notebooks changed"), ("measures", "a measure changed"), ("decisions", "a decision of the newsroom changed"),
    ]  # fmt: skip
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    assert because(copy) == ["the ledger of attempts was started anew and holds no good run of it"]


def test_articles_are_kept_small_and_told_apart() -> None:
    before = [[f"{n:016x}", 1, f"{n * 7919:064x}"[::-1], f"{n:016x}"[::-1]] for n in range(7_476)]
    packed = pack(before)
    after = [list(row) for row in before[2:]] + [["f" * 16, 1, "0" * 64, "0" * 16]]
    after[0][2], after[1][3], after[2][1] = "e" * 64, "e" * 16, 2
    found = differences(unpack(packed), after)
    assert [article for article, *_ in found.new] == ["f" * 16]
    assert [article for article, *_ in found.gone] == [before[0][0], before[1][0]]
    assert found.inputs == [(before[2][0], 1, 1)] and found.about == [(before[3][0], 1, 1), (before[4][0], 1, 2)]
