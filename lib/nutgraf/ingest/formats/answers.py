"""A server's answer as a web archive keeps it: status, headers and body, as they went over the wire."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from nutgraf.errors import InputError
from nutgraf.ingest.formats.packed import MAGIC

if TYPE_CHECKING:
    import http.client

_FIRST_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +(?=\d{3}\b)")
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;[^\r\n]*)?\r?\n")
_LONGEST_LINE = 65_536  # bytes


@dataclass(frozen=True)
class Answer:
    """An answer.

    Attributes:
        status: Its number, such as 200.
        content_type: As the server said it.
        body: The bytes of the page, unpacked.
    """

    status: int
    content_type: str | None
    body: BinaryIO


def open_answer(stream: Any) -> Answer:
    """An answer read as far as its headers.

    Archives differ in whether they keep a body as it came or without the packing and the parts that its headers still speak of; so it is
    looked at.

    Args:
        stream: Its bytes, by ``read(size)``.

    Raises:
        InputError: When it is no answer of a web server, or packed in a way that nothing here unpacks.
    """
    import http.client

    file = io.BufferedReader(_Stream(stream))
    first = file.readline(_LONGEST_LINE)
    if not _FIRST_LINE.match(first):
        raise InputError("no answer of a web server stands in the capture")
    whole = io.BufferedReader(_Stream(file, _FIRST_LINE.sub(b"HTTP/1.1 ", first)))
    answer = http.client.HTTPResponse(_Connection(whole))
    try:
        answer.begin()
    except (http.client.HTTPException, ValueError) as error:
        raise InputError(f"the headers of the answer cannot be read ({type(error).__name__})") from error
    if answer.chunked and not _CHUNK.match(whole.peek(64)):
        answer.chunked = False
    answer.length = None  # the length that was sent counts packed bytes, the archive may hold others
    answer.will_close = True
    encoding = (answer.headers.get("Content-Encoding") or "").strip().lower()
    return Answer(answer.status, answer.headers.get("Content-Type"), _unpacked(answer, encoding))


def _unpacked(answer: http.client.HTTPResponse, encoding: str) -> BinaryIO:
    body = io.BufferedReader(_Stream(answer))
    start = body.peek(16)[:16]
    if encoding in ("gzip", "x-gzip") and start.startswith(MAGIC):
        return gzip.GzipFile(fileobj=body)
    if encoding == "deflate" and not start.lstrip().startswith(b"<"):
        return io.BufferedReader(_Inflated(body))
    if encoding in ("br", "zstd", "compress") and not start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"{")):
        raise InputError(f"it is packed with {encoding}, which is not unpacked here", mend="make the archive without that encoding")
    return body


class _Stream(io.RawIOBase):
    """Anything with ``read(size)``, after some bytes that were taken from it."""

    def __init__(self, stream: Any, first: bytes = b"") -> None:
        self._stream, self._first = stream, first

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        piece = self._first[:size] or self._stream.read(size)
        self._first = self._first[size:]
        buffer[: len(piece)] = piece
        return len(piece)


class _Inflated(io.RawIOBase):
    """Bytes packed with deflate, which servers send with or without a head."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._unpack: Any = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            rest = self._unpack.unconsumed_tail if self._unpack else b""
            piece = rest or self._body.read(16_384)
            if not piece and (self._unpack is None or self._unpack.eof):
                return 0
            if not piece:
                raise EOFError("the packed bytes end early")
            if self._unpack is None:
                self._unpack = zlib.decompressobj() if piece[0] & 0x0F == 8 else zlib.decompressobj(-zlib.MAX_WBITS)
            if self._unpack.eof:
                return 0
            out = self._unpack.decompress(piece, len(buffer))
            if out:
                buffer[: len(out)] = out
                return len(out)


class _Connection:
    """What `http.client.HTTPResponse` reads from."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def makefile(self, *_: Any, **__: Any) -> BinaryIO:
        return self._file
