"""``nutgraf check``: what it finds in files nobody looks into, in withdrawn versions, of people who are not to be named; and its speed."""

from __future__ import annotations

import json
import struct
import time
import zlib
from pathlib import Path

import nbformat
import nbformat.v4 as nbf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nutgraf.desk import Desk
from nutgraf.errors import PublishError
from nutgraf.naming import NotToBeNamed
from nutgraf.publish import editing, numbering, record
from nutgraf.publish.check import check_site, stopping
from nutgraf.publish.leaks import leaks
from nutgraf.publish.site import publish, rebuild_index
from nutgraf.publish.standing import standings

from tests.test_publish import cell, evidence, finding, notebook
from tests.test_site import bytes_of, empty, executed, whole  # noqa: F401 - a fixture

PATH, KEY = "/home/anna/desk/notes.txt", "ghp_" + "a1" * 18


def png(kind: bytes, content: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(kind, content) + chunk(b"IEND", b"")


def parquet(folder: Path, table: pa.Table) -> bytes:
    pq.write_table(table, folder / "x.parquet", compression="zstd")
    return (folder / "x.parquet").read_bytes()


def made(tmp_path: Path, text: str) -> dict[str, bytes]:
    """Files of every kind that carry a text where a reader would not see it."""
    return {
        "a.csv": f"name,path\nx,{text}\n".encode(),
        "a.json": json.dumps({"path": text}).encode(),
        "a.xml": f"<a><!-- {text} --></a>".encode(),
        "a.svg": f"<svg><metadata>{text}</metadata></svg>".encode(),
        "a.html": f"<p>{text}</p>".encode(),
        "text.png": png(b"tEXt", b"Source\0" + text.encode()),
        "packed.png": png(b"zTXt", b"Source\0\0" + zlib.compress(text.encode())),
        "international.png": png(b"iTXt", b"Source\0\1\0en\0\0" + zlib.compress(text.encode())),
        "plain.png": png(b"iTXt", b"Source\0\0\0en\0\0" + text.encode()),
        "metadata.parquet": parquet(tmp_path, pa.table({"n": [1]}).replace_schema_metadata({"made at": text})),
        "column.parquet": parquet(tmp_path, pa.table({"name": [text] * 50 + ["x"]})),
        "unknown.bin": b"\x00\xff" + text.encode(),
    }


LEAKS = [(PATH, "path of the machine"), (KEY, "key or password"), ("/data/my-desk", "the path of this desk")]


@pytest.mark.parametrize(("text", "said"), LEAKS)
def test_leaks_are_found_in_files_of_every_kind(tmp_path: Path, text: str, said: str) -> None:
    for name, data in made(tmp_path, f"see {text} there").items():
        found = list(leaks(Path(name), data, own=["/data/my-desk"]))
        assert [what for what, _ in found if said in what], name
    for name, data in made(tmp_path, "nothing to see").items():
        assert list(leaks(Path(name), data, own=["/data/my-desk"])) == [], name


@pytest.mark.parametrize("text", [
    "C:\\Users\\anna\\desk", '"C:\\\\Users\\\\anna"', "file:///etc/passwd", "(/tmp/x)", "AKIA" + "A1B2" * 4,
    "-----BEGIN RSA PRIVATE KEY-----", "AIza" + "x" * 35, "https://anna:secret@example.org/", "xoxb-1234567890-abc",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc",
])  # fmt: skip
def test_what_leaks(text: str) -> None:
    assert list(leaks(Path("a.csv"), text.encode()))


@pytest.mark.parametrize("text", [
    "https://paper.example/home/news", "https://paper.example/tmp/x", "and/or /homework/", "https://example.org/a:b@c",
    "mailto:a@b.example", "at 10:30 and/home", "the ratio 1/2/3", "sha256-abc/root",
])  # fmt: skip
def test_what_only_looks_like_it_does_not(text: str) -> None:
    assert list(leaks(Path("a.csv"), text.encode())) == []


def test_an_article_may_be_about_computers(empty: Desk, tmp_path: Path) -> None:  # noqa: F811
    paths = executed(tmp_path / "n")
    quoted = evidence(f"The file lay at {PATH} for years.", marks=())
    nbformat.write(notebook(nbf.new_markdown_cell("# A"), cell(finding(examples=(quoted,)))), paths[0])
    publish(empty, "dam", "The dam", paths)
    assert PATH in (empty.site / "editions/dam/index.html").read_text() and check_site(empty.site / "editions") == []


def test_a_withdrawn_version_that_still_holds_content_is_found(empty: Desk, tmp_path: Path) -> None:  # noqa: F811
    whole(empty, tmp_path / "n")
    content = bytes_of(empty.site / "editions/dam/v1")
    event = editing.withdraw(empty, "dam", 1, "Wrong")
    record.append(empty.decisions, event)  # and killed
    stands = standings(record.entries(empty.decisions))
    (line,) = check_site(empty.site, standings=stands)
    assert line.startswith("editions/dam/v1: the record has it as withdrawn, and it still holds content: ")
    (empty.decisions / record.FILE).write_text(
        "".join(line for line in (empty.decisions / record.FILE).read_text().splitlines(keepends=True) if "withdrawn" not in line)
    )
    editing.happen(empty, event)
    rebuild_index(empty)
    assert check_site(empty.site, standings=standings(record.entries(empty.decisions))) == []
    for name in ("index.html", "data/30-charts.tone.csv"):
        path = empty.site / "editions/dam/v1" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content[name])
    lines = check_site(empty.site)
    assert [line for line in lines if "v1/manifest.json: withdrawn, but data/30-charts.tone.csv still holds content" in line]
    assert [line for line in lines if "v1/manifest.json: withdrawn, but index.html still holds content" in line]


SPOILT = {
    "a description that cannot be read": ('"@context"', '@context', "index.html: JSON-LD that cannot be read"),
    "a policy that lets something in": ("default-src &#39;none&#39;", "default-src &#39;self&#39;",
                                         "index.html: a content security policy"),
    "an svg from elsewhere": ("</main>", '<svg role="img" aria-label="A map of it"><use xlink:href="//evil.example/a#b"/></svg></main>',
                              "index.html: loads //evil.example"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_pages_are_looked_at(empty: Desk, tmp_path: Path, what: str) -> None:  # noqa: F811
    whole(empty, tmp_path / "n")
    old, new, said = SPOILT[what]
    path = empty.site / "editions/dam/v1/index.html"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert [line for line in check_site(empty.site) if f"editions/dam/v1/{said}" in line]
    assert [line for line in check_site(path.parent) if line.startswith(said)], "a version's folder can be looked at by itself"


def test_a_manifest_that_is_missing_or_broken_is_said(empty: Desk, tmp_path: Path) -> None:  # noqa: F811
    whole(empty, tmp_path / "n")
    (empty.site / "editions/dam/manifest.json").write_text("{", encoding="utf-8")
    (empty.site / "editions/dam/v1/manifest.json").unlink()
    lines = check_site(empty.site)
    assert "editions/dam/manifest.json: it cannot be read" in "\n".join(lines)
    assert [line for line in lines if line.startswith("editions/dam/v1: no manifest.json: ")]
    assert all(line.count(": ") >= 2 for line in lines), "the file, what, how to mend it"


def test_people_not_to_be_named_are_found_in_points_and_tables_and_not_in_quotations(empty: Desk, tmp_path: Path) -> None:  # noqa: F811
    paths = executed(tmp_path / "n", takeaway="José Núñez is quoted most")
    rows = [["Ada Vannel", 0.2, 0.1, 0.3, 10, None], ["Bell", -0.1, -0.2, 0.1, 9, None]]
    quoted = evidence("Minister Holt said it was a disaster.", marks=(), headline="Holt speaks")
    nbformat.write(notebook(nbf.new_markdown_cell("# A\n\n## About Berg"), cell(finding("other", rows=rows, examples=(quoted,)))), paths[1])
    publish(empty, "dam", "The dam", paths)
    rebuild_index(empty)
    people = NotToBeNamed.of(["Jose Nunez", "Vannel", "Ben Holt", "Ada Berg"])
    lines = check_site(empty.site, not_to_be_named=people)
    named = {(line.split(": ")[0].removeprefix("editions/dam/"), line.split(": ")[1]) for line in lines}
    assert named == {
        (f"{where}{file}", f"names {name}, who is on the list of people not to be named")
        for where in ("", "v1/")
        for file, name in (("index.html", "Jose Nunez"), ("10-tone.html", "Vannel"), ("data/10-tone.other.csv", "Vannel"))
    }
    assert check_site(empty.site, not_to_be_named=NotToBeNamed()) == [] == check_site(empty.site)


@pytest.mark.parametrize("what", ["a script", "too much text"])
def test_what_is_dangerous_is_never_published(empty: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:  # noqa: F811
    whole(empty, tmp_path / "n")
    assert stopping(empty.site / "editions/dam/v1") == []
    before = bytes_of(empty.root)
    quoted = f'<blockquote data-article="a1" data-version="1" data-start="9">{"w " * 99}</blockquote>'
    extra = "<script>x()</script>" if what == "a script" else quoted
    real = numbering.on_disk.write_once

    def spoilt(folder: Path, files: dict) -> Path:
        pages = {name: text.replace("</main>", f"{extra}</main>") for name, text in files.items() if name.endswith(".html")}
        return real(folder, {**files, **pages})

    monkeypatch.setattr(numbering.on_disk, "write_once", spoilt)
    with pytest.raises(PublishError, match="dam: .*(active element|words of article a1 are shown, 50 allowed).*Nothing was published"):
        publish(empty, "dam", "The dam", executed(tmp_path / "m", takeaway="Another point"))
    assert bytes_of(empty.root) == before


def test_two_hundred_editions_are_looked_at_in_seconds(empty: Desk, tmp_path: Path) -> None:  # noqa: F811
    paths = executed(tmp_path / "n")
    publish(empty, "report", "The report", paths)
    home = empty.site / "editions"
    content = bytes_of(home / "report")
    for number in range(199):
        for name, data in content.items():
            path = home / f"report-{number}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    start = time.monotonic()
    assert check_site(home, not_to_be_named=NotToBeNamed.of(["Ada Vannel"])) == []
    took = time.monotonic() - start
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    assert took < 20, f"{took:.1f} s for {size / 1e6:.0f} MB"
