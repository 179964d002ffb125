"""PDF files: text by page in paragraphs, headline and date with care, and what has no text told."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.formats import pdfs
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.formats.pdfs import read_pdf
from nutgraf.ingest.records import RawItem, Record

LINES = [
    "The lamp of Skerry", "By Orla Fennick", "5 March 2026", "",
    "The keeper of the lamp went down to the boat in the mor-", "ning and came back with a kettle that nobody had asked for.",
    "It was cold.", "On the second day she went again, and the boat was gone from the", "harbour of the north side, said Tam Roe of the harbour office.",
]  # fmt: skip


def pdf(*pages: list[str], **about: str) -> bytes:
    """A PDF with lines of Helvetica, written by hand."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        written = "BT /F1 11 Tf 14 TL 60 780 Td\n"
        for line in lines:
            escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            written += f"({escaped}) Tj T*\n"
        written += "ET"
        objects.append(f"<< /Length {len(written)} >>\nstream\n{written}\nendstream")
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append("<< " + " ".join(f"/{name} ({value})" for name, value in about.items()) + " >>")
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010d} 00000 n \n" for place in places)
    return out + f"{table}trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()


def read(content: bytes) -> Record:
    return read_pdf(RawItem(Path("a.pdf"), "s", "a.pdf"), content)


def test_lines_become_paragraphs_and_the_head_is_read() -> None:
    record = read(pdf(LINES, ["A new page begins here and has one line of text and nothing else."], Title="The lamp of Skerry", CreationDate="D:20260420101500Z"))
    assert record.headline == "The lamp of Skerry" and record.byline == "Orla Fennick"
    assert (record.published.at.isoformat()[:10], record.published.where) == ("2026-03-05", "text line")
    paragraphs = record.text.split("\n\n")
    assert "in the morning and came back with a kettle that nobody had asked for. It was cold." in paragraphs[3]
    assert paragraphs[4].startswith("On the second day") and paragraphs[4].endswith("harbour office.")
    assert paragraphs[-1].startswith("A new page") and record.extractor.startswith("pypdf ")


def test_a_title_that_is_not_printed_is_none_and_the_files_day_is_of_low_confidence() -> None:
    body = ["The keeper of the lamp went down to the boat this morning.", "She came back with a kettle."]
    record = read(pdf(body, Title="Microsoft Word - draft7.docx", Author="Orla Fennick", CreationDate="D:20260420231500+02'00'"))
    assert record.headline is None and record.byline == "Orla Fennick"
    assert (record.published.at.day, record.published.precision, record.published.confidence) == (20, "day", "low")
    assert record.published.where == "pdf" and read(pdf(body)).published is None


def secret(password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(LINES)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_an_encrypted_file_is_told_unless_it_opens_without_a_password() -> None:
    with pytest.raises(InputError, match="encrypted"):
        read(secret("lamp"))
    assert "kettle" in read(secret("")).text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf([]), r"no text in it: its pages are pictures \(1\)"), (b"%PDF-1.7", "taken apart"), (b"no pdf", "no PDF"), (b"%PDF-1.7" + b"\x00" * 999, "taken apart"),
        (pdf(LINES)[:300], "taken apart|no text"), (pdf(LINES).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"), "taken apart|no text"),
    ],
)  # fmt: skip
def test_what_has_no_text_is_one_clear_error(content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(content)


def test_more_pages_or_characters_than_any_article_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pdfs, "MOST_PAGES", 2)
        with pytest.raises(InputError, match="3 pages"):
            read(pdf(LINES, LINES, LINES))
    monkeypatch.setattr(pdfs, "_MOST_CHARACTERS", 200)
    with pytest.raises(InputError, match="more than 200 characters"):
        read(pdf(LINES))


def test_a_pdf_is_a_file_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(LINES))
    [record] = read_file(RawItem(tmp_path / "a.pdf", "s", "a.pdf"))
    assert record.key == "a.pdf" and "kettle" in record.text


@given(st.binary(max_size=60), st.integers(0, 1_900))
@settings(max_examples=80, deadline=None)
def test_no_pdf_breaks_the_reader(noise: bytes, at: int) -> None:
    content = bytearray(pdf(LINES, Title="The lamp of Skerry"))
    content[at : at + len(noise)] = noise
    try:
        assert read(bytes(content)).text
    except InputError:
        return
