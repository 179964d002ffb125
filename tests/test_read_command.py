"""``nutgraf read``: one article measured in memory, for a person and for a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nutgraf.cli.reading import _read
from nutgraf.reading import pipeline
from nutgraf.schema import ARTICLES, TABLES

from tests.conftest import SAMPLE
from tests.test_cli import nutgraf, one_line

TEXT = (
    "Village loses its school\r\n\r\nThe council closed the school on Monday. "
    "It was a terrible, hateful decision — “a disaster”, said Ana Rell.\r\n"
    "Parents were happy about the new bus, naïve as it sounds 🚌, and the mayor praised the drivers."
)


def rows(folder: Path, *arguments: str, stdin: bytes | None = None) -> dict:
    done = nutgraf(folder, "read", "--json", *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("read") / "a b.txt"
    path.write_bytes(TEXT.encode())
    return path


@pytest.fixture(scope="module")
def plain(article: Path) -> dict:
    """What a program gets of the article, outside a desk."""
    return rows(article.parent, article.name)


def test_a_program_gets_the_tables_with_offsets_into_the_file(article: Path, plain: dict) -> None:
    found = plain
    assert set(found) == {"article", "sentences", "spans", "scores", "attributions"}
    assert tuple(found["article"]) == ARTICLES.names
    text = found["article"]["text"]
    assert text == TEXT == article.read_bytes().decode()
    for table in ("sentences", "spans", "scores"):
        assert found[table]
        for row in found[table]:
            assert tuple(row) == TABLES[table].names
            assert row["measure"] and row["measure_version"]
            if table != "scores":
                assert 0 <= row["start"] < row["end"] <= len(text)
    words = {text[span["start"] : span["end"]] for span in found["spans"] if span["kind"] == "tone_word"}
    assert {"terrible", "hateful", "happy", "praised"} <= words
    assert {row["measure"] for row in found["scores"]} >= {"tone", "frames"}
    assert list(article.parent.iterdir()) == [article]  # nothing was written


@pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")
def test_a_program_and_a_person_see_who_speaks(article: Path, plain: dict) -> None:
    text = plain["article"]["text"]
    (said,) = [one for one in plain["attributions"] if one["speaker"] == "Ana Rell"]
    assert (said["source_kind"], said["cue"], said["cue_class"]) == ("named", "say", "neutral")
    assert [text[start:end] for start, end in said["source"]] == ["Ana Rell"] and "a disaster" in text[said["content"][-1][0] : said["content"][-1][1]]
    shown = nutgraf(article.parent, "read", article.name).stdout
    assert "speaking: Ana Rell (named)" in shown


def test_without_a_model_reading_goes_on_and_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "nutgraf.toml").write_text('[measures.parse]\nmodel = "no_such_pipeline"\n', encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    done = nutgraf(tmp_path, "read", "a.txt")
    assert done.returncode == 0, done.stderr
    assert "names: not assessed, no spaCy model" in done.stdout and "[body · mixed · −" in done.stdout


def test_standard_input_may_be_a_page_or_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = next((SAMPLE / "pages").rglob("*.html"))
    (_, by_name), (_, by_stdin) = _read(str(page), None), _read("-", page.read_bytes())
    assert by_name["headline"] and by_name["text"] == by_stdin["text"] and "<p" not in by_name["text"]
    assert _read("-", TEXT.encode())[1]["text"] == TEXT


def test_a_person_sees_part_voice_tone_and_evidence_without_colours_in_a_file(article: Path) -> None:
    done = nutgraf(article.parent, "read", article.name)
    assert done.returncode == 0, done.stderr
    assert "\x1b[" not in done.stdout
    assert "[headline · outlet · " in done.stdout and "[body · mixed · −" in done.stdout
    assert "terrible −2.1" in done.stdout and "frames · " in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("empty.txt", b" \n", 1, "the file is empty"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, 1, "binary"),
        ("nothing.html", b"<html><body></body></html>", 1, "no"),
        ("export.csv", b"a,b\n", 2, "nutgraf ingest"),
        (".", None, 2, "nutgraf ingest"),
    ],
)
def test_what_is_no_article_is_one_line(tmp_path: Path, name: str, content: bytes | None, code: int, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = nutgraf(tmp_path, "read", name)
    assert done.returncode == code
    line = one_line(done)
    assert words in line and "Nothing was measured" in line and not done.stdout


def test_the_settings_of_the_desk_count(tmp_path: Path, plain: dict) -> None:
    (tmp_path / "nutgraf.toml").write_text('[measures.sentences]\nabbreviations = ["rell"]\n', encoding="utf-8")
    own = rows(tmp_path, "-", stdin=TEXT.encode())
    versions = [{row["measure_version"] for row in found["sentences"]} for found in (plain, own)]
    assert own["article"]["text"] == TEXT and versions[0] != versions[1]


def test_a_page_is_read_by_the_desk_s_profile_of_its_outlet(tmp_path: Path) -> None:
    story = "The goat came down from the roof of the harbour office, the mayor said, and nobody could say who had let it up there again. " * 5
    page = f"<html><head><link rel='canonical' href='https://bell.example/goat'></head><body><h1>Goat</h1><i class='tid'>05/03/26</i><p>{story}</p></body></html>"
    (tmp_path / "goat.html").write_text(page, encoding="utf-8")
    (tmp_path / "nutgraf.toml").write_text("", encoding="utf-8")
    assert rows(tmp_path, "goat.html")["article"]["published_at"] is None
    (tmp_path / "outlets").mkdir()
    profile = 'domains = ["bell.example"]\ndate_formats = ["%d/%m/%y"]\n[select]\ndate = [".tid"]\n'
    (tmp_path / "outlets" / "bell.toml").write_text(profile, encoding="utf-8")
    assert rows(tmp_path, "goat.html")["article"]["published_at"].startswith("2026-03-05")


@pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")
def test_a_desk_s_own_aliases_count_and_a_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "nutgraf.toml").write_text("", encoding="utf-8")
    aliases = tmp_path / "data" / "decisions" / "names.csv"
    aliases.parent.mkdir(parents=True)
    aliases.write_text("alias,name,kind\nAna Rell,Ana Maria Rell,PERSON\n", encoding="utf-8")
    found = rows(tmp_path, "-", stdin=TEXT.encode())
    assert "Ana Maria Rell" in {span["value"] for span in found["spans"] if span["kind"] == "name"}
    assert "Ana Maria Rell" in {one["speaker"] for one in found["attributions"]}
    aliases.write_text("alias,name,kind\nAna Rell,Ana Maria Rell,HUMAN\n", encoding="utf-8")
    done = nutgraf(tmp_path, "read", "-", stdin=TEXT.encode())
    assert done.returncode == 1 and "data/decisions/names.csv: line 2: kind must be one of" in one_line(done)
