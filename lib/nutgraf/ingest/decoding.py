"""Bytes to text: UTF-8 first, then the declared charset, then a careful guess; what was done is named.

A wrong guess turns quotation marks into control characters and loses every quotation, so a guess must be plausible or it is
none: then the file is refused with its reason.
"""

from __future__ import annotations

import codecs
import io
import re
from pathlib import Path
from typing import BinaryIO, TextIO

from nutgraf.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_MAGIC = (
    (b"%PDF", "a PDF"), (b"PK\x03\x04", "a ZIP archive or an Office file"), (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"), (b"PAR1", "a Parquet file"), (b"SQLite format 3", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
)  # fmt: skip
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_PROLOG = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_C1 = re.compile("[\x80-\x9f]")
# Browsers read these labels as windows-1252, since that is what such pages hold.
_LATIN = {"iso8859-1", "ascii", "latin_1", "cp1252"}
# Letters of Western languages and typographic marks. Not õ: at its place windows-1250 has the ő of Hungarian, whose other letters are the same.
_WESTERN = "‘’“”–—…€£§°«»•·äöüßéèêëàâãçîïìôòùûñóíáúåæøœÄÖÜÉÈÊËÀÁÂÃÇÍÎÓÔÚÑÅÆØŒ©®½\xa0"
_NO_TEXT = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "mbcs", "oem", "utf_7"}
_CONTROL_SHARE = 0.02  # of characters; text has next to none
_SAMPLE = 200_000  # bytes looked at for a guess
_LARGEST_WHOLE = 200_000_000  # bytes that are decoded in memory at once


def decode(content: bytes, content_type: str | None = None, *, markup: bool = False) -> tuple[str, str | None]:
    """Text of bytes, and the name of what had to be done.

    Args:
        content: The bytes of a whole file.
        content_type: As a server or manifest gave it; its charset comes second, since it is often wrong.
        markup: Look for a charset in the head of the file, as pages and feeds declare it.

    Returns:
        The text without its byte order mark, line ends as they were; and None for plain UTF-8, else a note such as
        ``decoded as windows-1252 (declared)``.

    Raises:
        InputError: When the bytes are no text, or in no encoding that can be told.

    >>> decode("café".encode("cp1252"), "text/plain; charset=windows-1252")
    ('café', 'decoded as windows-1252 (declared)')
    """
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            try:
                text = content[len(mark) :].decode(codec)
            except UnicodeDecodeError as error:
                if codec == "utf-8":
                    content = content[len(mark) :]
                    break
                raise InputError(f"its bytes are not the {name} that they begin as") from error
            return _text(text), None if codec == "utf-8" else f"decoded as {name}"
    _refuse_binary(content)
    try:
        return _text(content.decode("utf-8")), None
    except UnicodeDecodeError:
        pass
    for declared in _declared(content, content_type, markup):
        text = _try(content, declared)
        if text is not None:
            return _text(text), f"decoded as {_shown(declared)} (declared)"
    mended = _mostly_utf8(content)
    if mended is not None:
        return _text(mended), f"{mended.count(chr(0xFFFD))} undecodable bytes replaced"
    guess = _guess(content)
    if guess is None:
        raise InputError("its encoding cannot be told: neither UTF-8 nor another one that makes sense")
    return _text(guess[0]), f"decoded as {guess[1]} (detected)"


def open_text(path: Path, content_type: str | None = None) -> tuple[TextIO, str | None]:
    """A large file opened as text, read piece by piece as it is needed.

    What is not UTF-8 is decoded whole, so such a file may have no more than `_LARGEST_WHOLE` bytes.

    Args:
        path: The file.
        content_type: As for `decode`.

    Returns:
        The text with its line ends as they are and without a byte order mark, to be closed; and the note of `decode`.

    Raises:
        InputError: As `decode` does, and for a file that is large and not UTF-8.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        if _is_utf8(head, file):
            _refuse_binary(head)
            _text(head.decode("utf-8", "ignore"))
            return path.open(encoding="utf-8-sig", newline=""), None
    if path.stat().st_size > _LARGEST_WHOLE:
        raise InputError(f"larger than {_LARGEST_WHOLE // 1_000_000} MB and not in UTF-8", mend="write it again as UTF-8")
    text, repair = decode(path.read_bytes(), content_type)
    return io.StringIO(text, newline=""), repair


def _is_utf8(head: bytes, rest: BinaryIO) -> bool:
    decoder, piece = codecs.getincrementaldecoder("utf-8")(), head
    try:
        while piece:
            decoder.decode(piece)
            piece = rest.read(_SAMPLE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE))  # NULs are valid UTF-8, so that these could be both


def _refuse_binary(content: bytes) -> None:
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            raise InputError(f"a binary file ({kind}), no text")


def _text(text: str) -> str:
    """The text, or an error when it is none."""
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > max(3, _CONTROL_SHARE * len(sample)):
        raise InputError("a binary file, no text")
    return text


def _declared(content: bytes, content_type: str | None, markup: bool) -> list[str]:
    head = [(content_type or "").encode("ascii", "ignore")] + ([content[:4096]] if markup else [])
    labels = [match[1] for part in head if (match := _CHARSET.search(part))]
    if markup and (match := _PROLOG.match(content[:400])):
        labels.append(match[1])
    found = []
    for label in labels:
        try:
            name = codecs.lookup(label.decode("ascii")).name
        except LookupError:
            continue
        if name == "utf-8" or name.replace("-", "_") in _NO_TEXT:
            continue
        found.append("cp1252" if name in _LATIN else name)
    return found


def _try(content: bytes, codec: str) -> str | None:
    """Text, unless the codec refuses the bytes or leaves control characters that no writer typed."""
    try:
        text = content.decode(codec)
    except (UnicodeDecodeError, LookupError, TypeError):
        return None  # LookupError: codecs such as "hex" turn bytes into bytes
    return None if not isinstance(text, str) or _C1.search(text[:_SAMPLE]) else text


def _shown(codec: str) -> str:
    return codec.replace("cp125", "windows-125")


def _mostly_utf8(content: bytes) -> str | None:
    """UTF-8 with a few broken bytes: better a mark in their place than every other letter misread."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for character in text if character > "\x7f") - broken
    return text if sound >= 5 * broken and broken <= 0.01 * len(text) else None


def _guess(content: bytes) -> tuple[str, str] | None:
    """The likeliest encoding by charset-normalizer; Western text goes to windows-1252 where that fits as well."""
    from charset_normalizer import from_bytes

    western = _try(content, "cp1252")
    if western is not None and _is_plausible_western(western):
        return western, "windows-1252"
    best = from_bytes(content[:_SAMPLE]).best()
    if best is None or best.percent_chaos > 10 or not best.language or best.language == "Unknown":
        return None
    text = _try(content, best.encoding)
    return None if text is None else (text, _shown(best.encoding))


def _is_plausible_western(text: str) -> bool:
    """Whether what lies beyond ASCII is letters inside words and typographic marks, as in Western European prose."""
    foreign = [character for character in text[:_SAMPLE] if character > "\x7f"]
    plain = sum(1 for character in text[:_SAMPLE] if character.isascii() and character.isalpha())
    usual = sum(1 for character in foreign if character in _WESTERN)
    return plain > 5 * len(foreign) and usual >= 0.9 * len(foreign)
