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


@pytest.mark.parametrize("text", [
    "O ferry não saiu na quinta-feira, disse João Brandão, porque as máquinas não estão prontas e a câmara não pagou as peças.",
    "Il traghetto non partirà venerdì, così ha detto il sindaco: però la città può aspettare ancora, perché c’è già un’altra nave.",
    "Le bac du matin n’est pas parti jeudi, a dit la sœur du maire, et les passagers ont attendu sur le quai jusqu’à la tombée du jour. Ça coûte cher, où que l’on soit.",
], ids=["Portuguese", "Italian", "French"])  # fmt: skip
def test_undeclared_letters_of_western_languages_are_told(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, "decoded as windows-1252 (detected)")


@pytest.mark.parametrize("text", [
    "Prom nie odpłynął w czwartek, ponieważ części jeszcze nie dotarły. Burmistrz powiedział, że mieszkańcy muszą poczekać do końca miesiąca.",
    "Přívoz ve čtvrtek neodjel, protože náhradní díly ještě nedorazily. Starosta řekl, že lidé musí počkat do konce měsíce.",
    "A komp csütörtökön nem indult el, mert az alkatrészek még nem érkeztek meg. A polgármester azt mondta, hogy az embereknek a hónap végéig kell várniuk, és nincs szükségük időre: a kikötő őre is ezt erősítette meg.",
    "Bacul nu a plecat joi, fiindcă piesele încă nu au ajuns în oraş. Primarul a spus că oamenii trebuie să aştepte până la sfârşitul lunii.",
], ids=["Polish", "Czech", "Hungarian", "Romanian"])  # fmt: skip
def test_undeclared_letters_of_central_europe_are_not_taken_for_western_ones(text: str) -> None:
    decoded, repair = decode((text * 3).encode("cp1250"))
    same_letters = str.maketrans("şţ", "șț")  # one Romanian letter, written in two ways
    assert decoded.translate(same_letters) == (text * 3).translate(same_letters) and repair and repair.endswith("(detected)")


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
