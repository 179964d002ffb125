"""Bytes to text: the right letters, the name of what was done, or a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.decoding import decode

CURLY = "“We’d rather wait,” said Renée Holm. It cost €40 – far too much for a café by the harbour."


def test_utf8_needs_no_repair_and_loses_only_its_mark() -> None:
    assert decode(CURLY.encode()) == (CURLY, None)
    assert decode(b"\xef\xbb\xbf" + CURLY.encode()) == (CURLY, None)


def test_line_ends_stay() -> None:
    assert decode(b"one\r\n\r\ntwo\r\n")[0] == "one\r\n\r\ntwo\r\n"


@pytest.mark.parametrize("label", ["windows-1252", "iso-8859-1", "latin1"])
def test_declared_latin_is_read_as_browsers_read_it(label: str) -> None:
    text, repair = decode(CURLY.encode("cp1252"), f"text/plain; charset={label}")
    assert text == CURLY and repair == "decoded as windows-1252 (declared)"


def test_undeclared_western_text_is_told() -> None:
    assert decode(CURLY.encode("cp1252")) == (CURLY, "decoded as windows-1252 (detected)")


def test_utf8_outranks_a_wrong_declaration() -> None:
    assert decode(CURLY.encode(), "text/html; charset=iso-8859-1") == (CURLY, None)


def test_a_cyrillic_page_declares_itself() -> None:
    text = "<html><head><meta charset='windows-1251'></head><body>Паром снова ходит по расписанию</body></html>"
    assert decode(text.encode("cp1251"), markup=True) == (text, "decoded as windows-1251 (declared)")


def test_undeclared_cyrillic_is_told_by_its_letters() -> None:
    text = "Паром снова ходит по расписанию, сообщила во вторник портовая служба. Пассажиры ждали десять дней. " * 3
    decoded, repair = decode(text.encode("cp1251"))
    assert decoded == text and repair and repair.endswith("(detected)")


def test_a_few_broken_bytes_do_not_spoil_the_other_letters() -> None:
    content = (CURLY * 10).encode() + b"\xff plain end"
    text, repair = decode(content)
    assert text.startswith(CURLY) and text.count("\ufffd") == 1 and repair == "1 undecodable bytes replaced"


@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
def test_wide_encodings_by_their_mark(codec: str) -> None:
    assert decode(CURLY.encode(codec)) == (CURLY, f"decoded as {codec}")


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04abc", bytes(range(32)) * 40, b"\xff\xfe\x00\xd8"],
    ids=["pdf", "png", "zip", "controls", "half a pair"],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        decode(content)


@pytest.mark.parametrize("label", ["hex", "utf-7", "idna", "no-such-thing", "\x00"])
def test_a_malicious_charset_is_passed_over(label: str) -> None:
    assert decode(b"caf\xe9 by the harbour, a long quiet evening", f"text/plain; charset={label}")[0].startswith("café")


@given(st.binary(max_size=400), st.sampled_from([None, "text/html; charset=utf-8", "text/plain; charset=shift_jis"]), st.booleans())
def test_any_bytes_give_text_or_one_clear_error(content: bytes, content_type: str | None, markup: bool) -> None:
    try:
        text, _ = decode(content, content_type, markup=markup)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        text.encode("utf-8", "surrogatepass")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200))
def test_utf8_comes_back_unchanged(text: str) -> None:
    text = text.removeprefix("\ufeff")
    try:
        assert decode(text.encode()) == (text, None)
    except InputError:
        assert text.startswith(("%PDF", "GIF8", "PAR1"))
