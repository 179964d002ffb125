"""The site: versions written once, the same bytes on a rebuild, a list, a feed, and what `check_site` finds."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4 as nbf
import pytest
from lxml import etree
from nutgraf.desk import Desk
from nutgraf.errors import PublishError
from nutgraf.publish import files, record, site
from nutgraf.publish.changes import changes_between
from nutgraf.publish.check import check_site
from nutgraf.publish.site import left_out, publish, rebuild_index

from tests.test_publish import cell, evidence, finding, notebook


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    """A desk with settings and nothing else."""
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "nutgraf.toml").write_text('title = "A desk & more"\n', encoding="utf-8")
    return Desk(tmp_path / "desk")


def executed(folder: Path, *, takeaway: str = "The Courier is friendlier than the Bell", words: str = "An answer.") -> list[Path]:
    """Two executed notebooks."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "30-charts": notebook(nbf.new_markdown_cell(f"# A question?\n\n{words}"), cell(finding(takeaway=takeaway))),
        "10-tone": notebook(nbf.new_markdown_cell("# Tone"), cell(finding("other", takeaway="Another point"))),
    }
    for name, content in made.items():
        nbformat.write(content, folder / f"{name}.ipynb")
    return [folder / f"{name}.ipynb" for name in made]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def whole(desk: Desk, folder: Path, **changes: Any) -> tuple[int, bool]:
    done = publish(desk, "dam", "The dam", executed(folder, **changes))
    rebuild_index(desk)
    return done


def test_a_version_stands_at_its_own_address_with_its_latest_copy(empty: Desk, tmp_path: Path) -> None:
    assert whole(empty, tmp_path / "n") == (1, True)
    home = empty.site / "editions" / "dam"
    for folder in (home, home / "v1"):
        held = json.loads((folder / "manifest.json").read_text())
        assert held["version"] == 1 and {"index.html", "10-tone.html", "data/30-charts.tone.csv"} <= set(held["files"])
    assert check_site(empty.site) == []


def test_only_a_change_of_findings_or_prose_makes_a_version_and_old_ones_stay(empty: Desk, tmp_path: Path) -> None:
    whole(empty, tmp_path / "n")
    before = bytes_of(empty.site)
    assert whole(empty, tmp_path / "again") == (1, False)
    assert bytes_of(empty.site) == before
    assert whole(empty, tmp_path / "new", takeaway="The Bell is friendlier") == (2, True)
    after = bytes_of(empty.site)
    for name, data in before.items():
        if "/v1/" in name:
            assert after[name] == data, f"{name} was rewritten"
    page = after["editions/dam/index.html"].decode()
    assert "Now: The Bell is friendlier. Before: The Courier is friendlier than the Bell" in page
    assert whole(empty, tmp_path / "words", words="Another answer.") == (3, True)
    assert check_site(empty.site) == []


def test_a_rebuild_from_the_record_gives_the_same_bytes(empty: Desk, tmp_path: Path) -> None:
    whole(empty, tmp_path / "n")
    before = bytes_of(empty.site)
    shutil.rmtree(empty.site)
    assert whole(empty, tmp_path / "n") == (1, False)
    assert bytes_of(empty.site) == before


@pytest.mark.parametrize("step", ["write_once", "append", "settle", "refresh"])
def test_a_kill_at_any_step_leaves_a_site_that_the_next_call_completes(
    empty: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    whole(empty, tmp_path / "n")

    class Killed(Exception):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(record if step == "append" else files, step, killed)
        with pytest.raises(Killed):
            whole(empty, tmp_path / "m", takeaway="Another point altogether")
    assert [line for line in check_site(empty.site) if "not published" not in line] == [], "what is published is whole"
    whole(empty, tmp_path / "m", takeaway="Another point altogether")
    assert check_site(empty.site) == []
    home = empty.site / "editions" / "dam"
    assert [entry["version"] for entry in record.entries(empty.decisions)] == [1, 2]
    assert "Another point altogether" in (home / "index.html").read_text() and (home / "v2").is_dir() and not (home / "v3").exists()


def test_a_published_folder_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    with pytest.raises(PublishError, match="exists already"):
        files.settle(files.write_once(tmp_path / "v1", {"a.html": "x"}), tmp_path / "v1")
    assert list((tmp_path / "v1").iterdir()) == []


def test_a_refused_notebook_changes_nothing(empty: Desk, tmp_path: Path) -> None:
    whole(empty, tmp_path / "n")
    before = bytes_of(empty.root)
    bad = executed(tmp_path / "bad")
    nbformat.write(notebook(cell({"text/html": "<b>x</b>"})), bad[1])
    with pytest.raises(PublishError, match="10-tone"):
        publish(empty, "dam", "The dam", bad)
    assert bytes_of(empty.root) == before


def test_a_page_that_is_gone_leaves_the_latest_copies_too(empty: Desk, tmp_path: Path) -> None:
    whole(empty, tmp_path / "n")
    publish(empty, "dam", "The dam", executed(tmp_path / "n")[:1])
    home = empty.site / "editions" / "dam"
    assert not (home / "10-tone.html").exists() and (home / "v1" / "10-tone.html").exists()


def test_what_was_left_out_is_noted_for_check(empty: Desk, tmp_path: Path) -> None:
    paths = executed(tmp_path / "n")
    printed = nbf.new_code_cell("print(1)", outputs=[nbf.new_output("stream", text="1")])
    nbformat.write(notebook(nbf.new_markdown_cell("# Tone"), printed, cell(finding())), paths[1])
    publish(empty, "dam", "The dam", paths)
    assert left_out(empty) == {"dam": {"10-tone": ["cell 2: printed text"]}}


def test_the_list_is_paged_and_light_and_the_feed_is_well_formed(empty: Desk) -> None:
    for number in range(120):
        record.append(empty.decisions, {
            "event": "published", "edition": f"edition-{number}", "title": f"Title <{number}> & more", "version": 1,
            "published_at": f"2026-03-{number % 28 + 1:02d}T10:00:00+00:00", "content_sha256": "x", "pages": ["a"], "n": {"articles": 1},
        })  # fmt: skip
    rebuild_index(empty, {"edition-5": "failed since"})
    pages = sorted(path.name for path in empty.site.glob("*.html"))
    assert pages == ["index-2.html", "index-3.html", "index.html"]
    assert all((empty.site / name).stat().st_size <= 40_000 for name in pages)
    together = "".join((empty.site / name).read_text() for name in pages)
    assert together.count("<strong>Title") == 120 and together.count("failed since") == 1 and "Title &lt;5&gt;" in together
    feed = etree.fromstring((empty.site / "feed.xml").read_bytes())
    ids = feed.xpath("//*[local-name()='id']/text()")
    assert len(ids) == 51 == len(set(ids)) and all(one.startswith("tag:") for one in ids)


def test_with_a_site_url_addresses_are_absolute(empty: Desk, tmp_path: Path) -> None:
    (empty.root / "nutgraf.toml").write_text('title = "T"\nsite_url = "https://news.example/dam"\n', encoding="utf-8")
    desk = Desk(empty.root)
    whole(desk, tmp_path / "n")
    page = (desk.site / "editions/dam/index.html").read_text()
    assert '<link rel="canonical" href="https://news.example/dam/editions/dam/v1/index.html">' in page
    assert "https://news.example/dam/editions/dam/v1/index.html" in (desk.site / "feed.xml").read_text()
    assert check_site(desk.site) == []


SPOILT = {
    "a script": ("</main>", "<script>alert(1)</script></main>", "active element <script>"),
    "an event handler": ("<main", "<main onclick='x()'", "event handler onclick"),
    "a remote picture": ("</main>", '<img src="https://evil.example/a.png" alt="A map of the dam"></main>', "loads https://evil.example"),
    "a remote style sheet": ("<title>", '<link rel="stylesheet" href="//evil.example/a.css"><title>', "loads //evil.example"),
    "a style attribute": ("<h1>", '<h1 style="color:red">', "style attribute"),
    "an empty alt": ('aria-label="Interval', 'aria-label="" data-x="Interval', "without an alt text"),
    "a placeholder alt": ('aria-label="Interval', 'aria-label="Image" data-x="Interval', "without an alt text"),
    "a broken link": ("</main>", '<a href="nowhere.html">x</a></main>', "nowhere.html, which is not there"),
    "a broken place": ("</main>", '<a href="#nowhere">x</a></main>', "#nowhere, which is not in"),
    "a path": ("</main>", "/home/anna/desk/notes.txt</main>", "path of the machine"),
    "a key": ("</main>", "ghp_" + "a1" * 18 + "</main>", "key or password"),
    "no policy": ("Content-Security-Policy", "X-Nothing", "no content security policy"),
    "too much text": ("<blockquote", f'<blockquote data-article="a1" data-version="1" data-start="9000">{"word " * 60}</blockquote><blockquote',
                      "words of article a1 are shown, 50 allowed"),
    "a doubled id": ("</main>", '<p id="glance"></p><p id="glance"></p></main>', "stands twice"),
    "a link that runs": ("</main>", '<a href="javascript:x()">x</a></main>', "a link that runs something"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_check_site_finds(empty: Desk, tmp_path: Path, what: str) -> None:
    whole(empty, tmp_path / "n")
    old, new, said = SPOILT[what]
    path = empty.site / "editions" / "dam" / "v1" / "index.html"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    complaints = check_site(empty.site)
    assert any(said in line for line in complaints), complaints
    assert any("does not agree with index.html" in line for line in complaints)


def test_check_site_finds_files_that_are_missing_or_unknown(empty: Desk, tmp_path: Path) -> None:
    whole(empty, tmp_path / "n")
    folder = empty.site / "editions" / "dam" / "v1"
    (folder / "data" / "30-charts.tone.csv").unlink()
    (folder / "extra.html").write_text("<p>x</p>")
    complaints = "\n".join(check_site(empty.site))
    assert "names data/30-charts.tone.csv, which is not there" in complaints and "does not name extra.html" in complaints


def test_the_samples_site_has_nothing_to_complain_about(finished: Desk) -> None:
    assert check_site(finished.site) == []
    pages = {path.name: path.read_text(encoding="utf-8") for path in (finished.site / "editions" / "sample").glob("*.html")}
    assert all(len(text.encode()) <= 450_000 for text in pages.values())
    assert "At a glance" in pages["index.html"]
    for text in pages.values():
        assert not re.findall(r"<script(?! type=\"application/ld\+json\")", text)


def test_later_versions_show_the_same_sentences_whatever_comes_before_them(empty: Desk, tmp_path: Path) -> None:
    def place(number: int) -> Any:
        text = " ".join(f"w{number}x{i}" for i in range(25))
        return evidence(text, start=10_000 * number, end=10_000 * number + len(text), marks=())

    def version(name: str, numbers: list[int]) -> set[int]:
        paths = executed(tmp_path / name)
        shown = finding(examples=[place(number) for number in numbers], takeaway=f"Point of {name}")
        nbformat.write(notebook(nbf.new_markdown_cell("# A"), cell(shown)), paths[0])
        nbformat.write(notebook(nbf.new_markdown_cell("# B"), cell(finding("other", examples=()))), paths[1])
        publish(empty, "dam", "The dam", paths)
        page = (empty.site / "editions/dam/index.html").read_text()
        return {number for number in numbers if f"w{number}x0" in page}

    assert version("one", [5, 6]) == {5, 6}
    assert version("two", [1, 2, 5, 6]) == {5, 6}, "two new places come first, and the same sentences are shown"
    before = bytes_of(empty.site)
    shutil.rmtree(empty.site)
    assert version("two", [1, 2, 5, 6]) == {5, 6}
    rebuild = bytes_of(empty.site)
    same = [rebuild[name] == data for name, data in before.items() if name in rebuild]
    assert all(same), "from the record, without the first version's pages"
    assert version("three", [1, 2, 6]) == {1, 6}, "what is free again is taken in order"


def test_what_changed_is_said_finding_by_finding_with_articles_then_and_now() -> None:
    before = {"a#one": ["One", "1"], "a#two": ["Two", "2"], "a#three": ["Three", "3"], "a#gone": ["Gone", "4"]}
    after = {"a#new": ["New one", "9"], "a#one": ["One", "1"], "a#two": ["Two, now", "5"], "a#three": ["Three", "6"]}
    held, entry = {"findings": before, "n": {"articles": 1200}}, {"findings": after, "n": {"articles": 1300}}
    assert changes_between(held, entry) == [
        "Articles: 1,200 then, 1,300 now", "New: New one", "Now: Two, now. Before: Two", "Same point, other figures: Three",
        "No longer shown: Gone",
    ]  # fmt: skip
    assert changes_between(held, held) == ["Only words outside the findings changed"] and changes_between(None, entry) == []
    assert changes_between({**held, "n": {}}, {**held, "n": {"articles": 3}}) == ["Only words outside the findings changed"]


def test_evidence_of_the_same_article_on_two_pages_shares_one_cap(empty: Desk, tmp_path: Path) -> None:
    long = [" ".join(f"w{page}{place}{i}" for i in range(25)) for page in range(2) for place in range(2)]
    made = [evidence(text, start=10_000 * i, end=10_000 * i + len(text), marks=()) for i, text in enumerate(long)]
    paths = executed(tmp_path / "n")
    nbformat.write(notebook(nbf.new_markdown_cell("# A"), cell(finding(examples=made[:2]))), paths[0])
    nbformat.write(notebook(nbf.new_markdown_cell("# B"), cell(finding("other", examples=made[2:]))), paths[1])
    publish(empty, "dam", "The dam", paths)
    home = empty.site / "editions" / "dam"
    assert "w010" in (home / "index.html").read_text()
    assert "w100" not in (home / "10-tone.html").read_text()
    assert site.content_digest([nbformat.read(path, 4) for path in paths])
