"""An article erased for good: every place that holds its text on a small desk, killed at any step, and kept from coming back."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nutgraf.desk import Desk
from nutgraf.erasures import Erasures
from nutgraf.errors import InputError, UsageError
from nutgraf.ingest.fetching.state import Kept, Page, State, polls
from nutgraf.ingest.report import SourceReport
from nutgraf.ingesting import ingest
from nutgraf.overrides import Override, read, say
from nutgraf.publish import record
from nutgraf.publish.check import check_site
from nutgraf.publish.standing import standings
from nutgraf.runs.quick import nothing_new
from nutgraf.runs.runner import run
from nutgraf.upkeep import erase as module
from nutgraf.upkeep.erase import KEEP, REWRITE, erase
from nutgraf.upkeep.rebuild import rebuild

from tests.test_cli import nutgraf
from tests.test_runs_notebooks import book
from tests.test_why import because

#: Words that stand in one article alone.
HEADLINE = "Quorvane wins the tramline vote"
SECRET = "Zibbelmund told the assembly that forty crates of turnips had vanished overnight."
OTHER = "The council of Brannow met on Tuesday and put the harbour plan off until May."
PAGE = """<html><head><title>{title}</title><link rel="canonical" href="https://bell.example/{name}">
<meta property="og:site_name" content="Bell"><meta property="article:published_time" content="2026-03-03T10:00:00+01:00"></head>
<body><article><h1>{title}</h1><p>{text}</p><p>{more}</p><p>{more} Nobody else spoke that day, and the meeting ended early.</p></article></body></html>"""
NOTEBOOK = """from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.jupyter import open_desk
desk = open_desk()
chosen = desk.select()
texts = {row["article_id"]: row["text"] for row in desk.desk.store.read("articles", ["article_id", "text"]).to_pylist()}
shown = [(row, texts[row["article_id"]].index(".") + 1) for row in chosen.articles.to_pylist()]
cards = [Evidence(row["article_id"], 1, 0, end, "first", row["outlet"], row["headline"], "2026-03-03", row["canonical_url"],
                  texts[row["article_id"]][:end], (), "made up") for row, end in shown]
Finding(id="first", takeaway="The first is “" + shown[0][0]["headline"] + "”", subtitle="Articles", n={"articles": len(shown)}, interval="none",
        columns=(Column("headline", "Headline", "text"), Column("n_words", "Words", "count"), Column("first", "First words", "text")),
        rows=[[row["headline"], row["n_words"], texts[row["article_id"]][:60]] for row, _ in shown], method=Method("Counted."), source="Source: a test",
        chart={"form": "count_bars", "name": "headline", "value": "n_words", "axis": "Words", "what": "words by article"}, examples=cards)"""


def write(root: Path, name: str, title: str, text: str) -> None:
    (root / "inbox" / f"{name}.html").write_text(PAGE.format(title=title, name=name, text=text, more=OTHER), encoding="utf-8")


def new_desk(root: Path) -> Desk:
    for folder in ("inbox", "notebooks/editions", "data/decisions/codes"):
        (root / folder).mkdir(parents=True)
    (root / "nutgraf.toml").write_text('timezone = "Europe/Oslo"\n[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    (root / "notebooks" / "a.ipynb").write_text(json.dumps(book("x = 1", needs=("tone", "words", "openings"), more=(NOTEBOOK,))), encoding="utf-8")
    (root / "notebooks" / "editions" / "week.yml").write_text("title: The week\nnotebooks: [a]\n", encoding="utf-8")
    write(root, "secret", HEADLINE, SECRET)
    write(root, "plan", "The harbour plan", "A plan for the harbour was made and then it was not made.")
    write(root, "ferry", "The ferry stays", "The ferry was to be sold, and now the ferry is not to be sold after all.")
    return Desk(root)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with one published version that shows all three articles. Copy it to change it."""
    desk = new_desk(tmp_path_factory.mktemp("erase") / "desk")
    outcome = run(desk, say=lambda line: None)
    assert outcome.states == {"week": "published"}, outcome.errors
    return desk.root


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    shutil.copytree(made, tmp_path / "desk")
    return Desk(tmp_path / "desk")


def id_of(desk: Desk, headline: str = HEADLINE) -> str:
    return next(row["article_id"] for row in desk.store.read("articles", ["article_id", "headline"]).to_pylist() if row["headline"] == headline)


def quiet(line: str) -> None:
    pass


def erased(desk: Desk, article: str | None = None, **how: str) -> module.Erased:
    return erase(desk, article or id_of(desk), reason="a court order", who="ada", say=quiet, **how)


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what of a Parquet file is packed; parses are unpacked too."""
    content = path.read_bytes()
    yield content
    if content[:4] == b"PAR1":
        table = pq.read_table(pa.BufferReader(content))
        yield str(table.to_pydict()).encode()
        if "parse" in table.column_names:
            import zlib

            for parse in table["parse"].to_pylist():
                yield zlib.decompress(parse)


def holders(root: Path, *words: str) -> set[str]:
    """Files under a desk that hold a word, the sources apart."""
    found = set()
    for path in root.rglob("*"):
        if path.is_file() and "inbox" not in path.parts and any(word.encode() in content for content in contents(path) for word in words):
            found.add(path.relative_to(root).as_posix())
    return found


def rows(desk: Desk, *, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    from nutgraf.schema import TABLES

    left = {name: desk.store.read(name).to_pylist() for name in TABLES}
    return {
        name: sorted(str({key: value for key, value in row.items() if key not in but}) for row in found) for name, found in left.items()
    }


# What goes -----------------------------------------------------------------------------------------------------------------


def test_nothing_of_its_text_is_left_under_the_desk(desk: Desk) -> None:
    article = id_of(desk)
    assert len(holders(desk.root, "Zibbelmund", "Quorvane")) > 8, "or this test would prove nothing"
    others = {name: [row for row in found if article not in row] for name, found in rows(desk).items()}
    say(desk.decisions, Override(article, "headline", "Quorvane loses", "ada", "Zibbelmund says so", ""), desk.timezone)
    write(desk.root, "secret", HEADLINE, SECRET + " <b>An advertisement.</b>")
    ingest(desk)
    found = erased(desk)
    assert holders(desk.root, "Zibbelmund", "Quorvane", "turnips", "crates") == set()
    assert holders(desk.root, "bell.example/secret") == set(), "nor its address"
    assert len(found.raw) == 2 and found.pages == [("week", 1)] and found.versions == 2
    assert found.sources == ["inbox/secret.html"]
    left = rows(desk)
    assert {name: found for name, found in left.items() if name != "clusters"} == {name: found for name, found in others.items() if name != "clusters"}
    assert [one.why for one in read(desk.decisions / "overrides.csv", desk.timezone)] == ["erased"]
    stone = Erasures.load(desk.decisions).of[article]
    assert (stone.reason, stone.who, stone.is_done) == ("a court order", "ada", True) and "bell" not in str(stone)


def test_published_pages_say_so_and_keep_the_rest(desk: Desk) -> None:
    before = (desk.site / "editions/week/v1/index.html").read_text()
    assert HEADLINE in before and before.count('class="card"') >= 3
    erased(desk)
    for where in ("editions/week/v1", "editions/week"):
        page = (desk.site / where / "index.html").read_text()
        assert "Removed: the article was erased." in page and "Text removed" in page and "[removed]" in page
        assert page.count('class="card"') == before.count('class="card"') and "The ferry was to be sold" in page and "The harbour plan" in page
        manifest = json.loads((desk.site / where / "manifest.json").read_text())
        assert manifest["amended_at"] and len(manifest["excerpts"]) == 2
        table = (desk.site / where / "data/a.first.csv").read_text()
        assert "[removed]" in table and "The ferry stays" in table
        evidence = (desk.site / where / "data/a.first.evidence.csv").read_text()
        assert "secret" not in evidence and "bell.example/ferry" in evidence and evidence.count("\n") == 4
    assert check_site(desk.site, standings=standings(record.entries(desk.decisions))) == []
    assert "an article was erased" in (desk.site / "feed.xml").read_text() and "Quorvane" not in (desk.site / "index.html").read_text()
    assert "a court order" not in "".join(path.read_text() for path in desk.site.rglob("*.html")), "the reason is nobody's business"


def test_its_editions_are_made_again_and_why_says_so(desk: Desk) -> None:
    erased(desk)
    assert not nothing_new(str(desk.root))
    assert "1 article no longer in it: erased for good" in because(desk.root)
    outcome = run(Desk(desk.root), say=quiet)
    assert outcome.states == {"week": "published"} and because(desk.root) == []
    assert (desk.site / "editions/week/v2").is_dir() and "Text removed" in (desk.site / "editions/week/v1/index.html").read_text()
    assert holders(desk.root, "Zibbelmund", "Quorvane") == set(), "though the source still holds it"


def test_what_waits_to_be_published_goes_too(desk: Desk) -> None:
    edition = desk.root / "notebooks/editions/week.yml"
    edition.write_text(edition.read_text().replace("The week", "A week") + "publish: manual\n")
    write(desk.root, "more", "One more", "One more article on the harbour, the ferry and the crew.")
    assert run(Desk(desk.root), say=quiet).states == {"week": "waiting"}
    assert "Zibbelmund" in (desk.staged / "week/index.html").read_text()
    found = erased(desk)
    assert "staged/week" in found.dropped and holders(desk.root, "Zibbelmund") == set()


def test_notes_of_fetching_go(desk: Desk) -> None:
    (desk.processed / "fetching.sqlite").write_bytes(b"a feed with Zibbelmund in it")
    (desk.processed / "fetching.sqlite-wal").write_bytes(b"Zibbelmund")
    article = id_of(desk)
    absent = {"source": "inbox", "key": "secret.html", "url": "https://bell.example/secret", "outlet": None, "content_type": None, "columns": {},
              "fetched_at": "2026-03-03T10:00:00+00:00", "ingested_at": "", "problem": "not there: Zibbelmund"}  # fmt: skip
    (desk.raw / f"absent-{'0' * 32}.json").write_text(json.dumps([absent]))
    erased(desk)
    assert holders(desk.root, "Zibbelmund") == set() and article in Erasures.load(desk.decisions).of


def test_what_runs_did_with_sources_stays_and_what_waits_to_be_read(desk: Desk) -> None:
    path, feed = desk.processed / "fetching.sqlite", b"a feed with Zibbelmund in it"
    other = next(row["raw_sha256"] for row in desk.store.read("articles").to_pylist() if row["article_id"] != id_of(desk))
    with closing(State(path)) as state:
        state.keep_list(Kept("https://bell.example/feed", "https://bell.example/feed", None, None, None, feed))
        state.keep_page(Page("https://bell.example/secret", "https://bell.example/secret", "bell", failure="404"))
        state.finish("2026-03-03T10:00:00+00:00", {"bell": SourceReport("feed", 2, Counter(new=2)).as_dict()})
        for reading in ({"sha256": "0" * 64, "title": "Zibbelmund"}, {"sha256": other}):
            state.add_pending(reading)
    erased(desk)
    assert holders(desk.root, "Zibbelmund", "bell.example/secret") == set() and zlib.compress(feed) not in path.read_bytes()
    assert [poll["new"] for poll in polls(path)] == [2]
    with closing(State(path)) as state:
        assert state.kept_list("https://bell.example/feed") is None and state.pending() == [{"sha256": other}]


def test_codes_keep_their_ids(desk: Desk) -> None:
    line = {"article_id": id_of(desk), "version": 1, "note": "clear"}
    (desk.decisions / "codes" / "ada.jsonl").write_text(json.dumps(line) + "\n")
    erased(desk)
    assert json.loads((desk.decisions / "codes" / "ada.jsonl").read_text()) == line


def test_tables_that_a_rebuild_kept_aside_go(desk: Desk) -> None:
    rebuild(desk, keep=True, say=quiet)
    assert [path for path in holders(desk.root, "Zibbelmund") if "before-" in path]
    found = erased(Desk(desk.root))
    assert any("before-" in name for name in found.dropped) and holders(desk.root, "Zibbelmund") == set()


# What keeps it away --------------------------------------------------------------------------------------------------------


def test_neither_an_ingest_nor_a_rebuild_brings_it_back(desk: Desk) -> None:
    article = id_of(desk)
    erased(desk)
    assert ingest(desk).outcomes["new"] == 0
    found = rebuild(desk, say=quiet)
    assert all(one.is_identical for one in found.differences if one.table != "clusters"), "stories are grouped anew by the next run"
    desk = Desk(desk.root)
    ingest(desk)  # the list of files that were read went with the tables
    write(desk.root, "secret", HEADLINE, SECRET + " And so on, with another ending.")
    report = ingest(desk)
    assert report.outcomes["erased"] == 1 and "1 erased" in report.line()
    assert article not in {row for row in desk.store.read("articles")["article_id"].to_pylist()}
    assert holders(desk.root, "Zibbelmund") == set(), "nor are its bytes kept"


def test_a_second_call_is_harmless(desk: Desk) -> None:
    article = id_of(desk)
    erased(desk)
    before = {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file() and path.name not in ("lock", "lock.json")}
    again = erased(desk, article)
    assert again.was_done and "was erased before" in again.lines()[0]
    after = {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file() and path.name not in ("lock", "lock.json")}
    assert {path.name for path in before if before[path] != after.get(path)} <= {"ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"}


@pytest.mark.parametrize(
    "step", ["erase_from_site", "_erase_decisions", "_erase_tables", "_erase_raw", "forget", "keep_table", "derive"]
)
@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.faults), "after"])
def test_a_killed_erasure_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str, when: str) -> None:
    article, real = id_of(desk), getattr(module, step)

    def killed(*given: object, **named: object) -> None:
        if when == "after":
            real(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(module, step, killed)
        erased(desk)
    assert Erasures.load(desk.decisions).unfinished == [article]
    assert article not in {row["article_id"] for row in desk.select().articles.to_pylist()}, "it is hidden from the first moment on"
    found = erased(Desk(desk.root), article)
    assert not found.was_done and Erasures.load(desk.decisions).unfinished == []
    assert holders(desk.root, "Zibbelmund", "Quorvane") == set()
    page = (desk.site / "editions/week/index.html").read_text()
    assert "Removed: the article was erased." in page and page.count("Text removed") == 1
    assert check_site(desk.site, standings=standings(record.entries(desk.decisions))) == []


def test_killed_while_a_page_is_rewritten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files have their names and the manifest has not; and another command runs before the erasure goes on."""
    from nutgraf.publish import files as on_disk
    from nutgraf.runs import lifecycle

    article, real = id_of(desk), on_disk.os.replace

    def killed(source: Path, target: Path) -> None:
        if Path(target).name == "manifest.json" and "v1" in str(target):
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(on_disk.os, "replace", killed)
        erased(desk)
    erased(Desk(desk.root), article)
    assert holders(desk.root, "Zibbelmund", "Quorvane") == set()
    assert check_site(desk.site, standings=standings(record.entries(desk.decisions))) == []
    lifecycle.correct(Desk(desk.root), "week", "Nineteen", 1, say=quiet)


@pytest.mark.parametrize("after_s", [pytest.param(0.7 + 0.2 * step, marks=pytest.mark.faults) for step in range(12)])
def test_a_process_that_is_killed(desk: Desk, after_s: float) -> None:
    """SIGKILL at some moment between the start of the program and its end; then the same command again."""
    article = id_of(desk)
    command = [sys.executable, "-m", "nutgraf", "erase", article, "--reason", "a court order", "--who", "ada", "--yes"]
    process = subprocess.Popen(command, cwd=desk.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    done = nutgraf(desk.root, *command[3:])
    assert done.returncode == 0, done.stderr
    assert holders(desk.root, "Zibbelmund", "Quorvane") == set() and Erasures.load(desk.decisions).of[article].is_done
    assert check_site(desk.site, standings=standings(record.entries(desk.decisions))) == []


# Raw files with many articles ------------------------------------------------------------------------------------------------


def entries() -> list[dict[str, str]]:
    given = [("one", "The first, with\na line break", OTHER), ("secret", HEADLINE, SECRET), ("three", "The third “quoted” one", OTHER + " Again."), ("", "No address", OTHER)]
    return [{"url": f"https://bell.example/{name}" if name else "", "title": title, "text": text, "outlet": "Bell"} for name, title, text in given]


def as_csv() -> bytes:
    import csv

    target = io.StringIO()
    writer = csv.DictWriter(target, ["url", "title", "text", "outlet"], delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(entries())
    return target.getvalue().replace("\r\n\r\n", "\r\n").encode("utf-8-sig")


def as_parquet() -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(entries()), target)
    return target.getvalue()


def as_feed() -> bytes:
    items = "".join(f"<item><title>{e['title']}</title><link>{e['url']}</link><description>{e['text']}</description></item>\n" for e in entries()[:3])
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Bell</title>{items}</channel></rss>'.encode()


EXPORTS: dict[str, Callable[[], bytes]] = {
    "all.csv": as_csv, "all.jsonl": lambda: "\n".join(map(json.dumps, entries())).encode(), "all.parquet": as_parquet, "all.xml": as_feed,
}  # fmt: skip


def desk_of(root: Path, name: str) -> Desk:
    (root / "inbox").mkdir(parents=True)
    (root / "nutgraf.toml").write_text('[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    (root / "inbox" / name).write_bytes(EXPORTS[name]())
    ingest(Desk(root))
    return Desk(root)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_refused_then_cut(tmp_path: Path, name: str) -> None:
    desk = desk_of(tmp_path, name)
    article, before = id_of(desk), rows(desk, but=("raw_sha256",))["articles"]
    with pytest.raises(UsageError, match=f"1 raw file of it hold other articles too .inbox: {name}.*--rewrite-raw.*Nothing was erased"):
        erased(desk)
    assert rows(desk, but=("raw_sha256",))["articles"] == before and not Erasures.load(desk.decisions).of
    found = erased(desk, raw=REWRITE)
    assert len(found.raw_cut) == 1 and holders(desk.root, "Zibbelmund", "Quorvane") == set()
    assert rows(desk, but=("raw_sha256",))["articles"] == [row for row in before if article not in row]
    assert {row for row in desk.store.read("articles")["raw_sha256"].to_pylist()} == set(found.raw_cut)
    assert rebuild(desk, say=quiet).is_identical
    desk = Desk(tmp_path)
    assert ingest(desk).outcomes.total() == 0, "the source still has the old export: it is not read again"
    assert holders(desk.root, "Zibbelmund") == set()


def test_a_file_that_brings_it_again_is_cut_or_named(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "all.jsonl")
    erased(desk, raw=REWRITE)
    more = [*entries()[:3], {"url": "https://bell.example/four", "title": "The fourth", "text": OTHER + " Four."}]
    (tmp_path / "inbox" / "more.jsonl").write_text("\n".join(map(json.dumps, more)))
    report = ingest(Desk(tmp_path))
    assert report.outcomes["new"] == 1 and report.undone == [] and holders(desk.root, "Zibbelmund") == set()
    (tmp_path / "inbox" / "again.json").write_text(json.dumps([*more, {**more[-1], "url": "https://bell.example/five"}]))
    (told,) = ingest(Desk(tmp_path)).undone
    assert "(inbox: again.json) holds an erased article again" in told and "a file of this kind cannot be cut" in told
    assert holders(desk.root, "Zibbelmund"), "it was told, and is so"


def test_a_cut_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path, "all.jsonl")
    article = id_of(desk)

    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(module, "forget", killed)  # the new file is in place, and the old one still there
        erased(desk, raw=REWRITE)
    erased(Desk(tmp_path), article)
    assert holders(desk.root, "Zibbelmund", "Quorvane") == set() and rebuild(Desk(tmp_path), say=quiet).is_identical


def test_an_export_may_be_kept(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "all.csv")
    article = id_of(desk)
    found = erased(desk, raw=KEEP)
    (kept,) = found.raw_kept
    assert holders(desk.root, "Zibbelmund") == {f"data/raw/{kept}"} and any("still holds it, as you wished" in line for line in found.lines())
    assert rebuild(desk, say=quiet).is_identical
    assert article not in Desk(tmp_path).store.read("articles")["article_id"].to_pylist()


def test_what_cannot_be_cut_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path, "all.jsonl")
    before = holders(desk.root, "Zibbelmund")
    from nutgraf.ingest import cutting

    monkeypatch.setitem(cutting._CUTTERS, "jsonl", lambda path, gone, n, target: target.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[2:])))
    with pytest.raises(InputError, match="others in it would be read otherwise.*--keep-raw.*Nothing was erased"):
        erased(desk, raw=REWRITE)
    monkeypatch.delitem(cutting._CUTTERS, "jsonl")
    with pytest.raises(InputError, match="a file of this kind cannot be cut"):
        erased(desk, raw=REWRITE)
    assert holders(desk.root, "Zibbelmund") == before and not Erasures.load(desk.decisions).of and not list(desk.raw.glob("*.part"))


# Tombstones and the command --------------------------------------------------------------------------------------------------


def test_a_tombstone_that_cannot_be_read_stops_the_ingest(desk: Desk) -> None:
    (desk.decisions / "erasures.jsonl").write_text('{"article_id": "x"}\n{"article_id": ')
    with pytest.raises(InputError, match=r"erasures.jsonl, line 1.*so that nothing erased comes back"):
        ingest(desk)
    (desk.decisions / "erasures.jsonl").write_text('{"article_id": ')
    assert Erasures.load(desk.decisions).of == {}, "cut short by a crash: nothing was erased then"


def test_an_address_that_need_not_be_fetched(desk: Desk) -> None:
    erased(desk)
    held = Erasures.load(desk.decisions)
    assert held.forbids("https://bell.example/secret") and not held.forbids("https://bell.example/ferry") and not held.forbids(None)


def test_the_command(desk: Desk) -> None:
    article = id_of(desk)
    asked = nutgraf(desk.root, "erase", article[:7], "--reason", "a court order", stdin=b"n\n")
    assert asked.returncode == 1 and HEADLINE in asked.stdout and not Erasures.load(desk.decisions).of
    for given, words in (((article, "--reason", " ", "--yes"), "must say something"), (("ffffff", "--reason", "x", "--yes"), "no such article")):
        refused = nutgraf(desk.root, "erase", *given)
        assert refused.returncode == 2 and words in refused.stderr
    done = nutgraf(desk.root, "erase", article[:7], "--reason", "a court order", "--who", "ada", "--yes")
    assert done.returncode == 0 and f"{article} is erased: 1 version, 1 raw file" in done.stdout, done.stderr
    assert "inbox/secret.html still holds it" in done.stdout
    again = nutgraf(desk.root, "erase", article, "--reason", "again")
    assert again.returncode == 0 and "was erased before" in again.stdout
