"""Answers unpacked piece by piece, within limits of size and of how much a packed piece may grow."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from nutgraf.ingest.fetching.failures import NotFetched

#: What is asked for. Other ways of packing need libraries of their own, and a server that uses one unasked is told so.
ACCEPTED = "gzip, deflate"
_PIECE = 1 << 16  # bytes that one step of unpacking may give
_RATIO = 100  # times; text shrinks to a tenth, a page of one repeated letter to a thousandth
_SMALL = 1_000_000  # bytes below which the ratio does not matter
_MOST_MEMBERS = 1_000  # packed parts one after the other in one answer
_PACKED = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
GZIP = b"\x1f\x8b"


def read_body(pieces: Iterable[bytes], encoding: str | None, most: int) -> bytes:
    """The whole body of an answer.

    Args:
        pieces: As they come from the connection.
        encoding: The header Content-Encoding.
        most: Bytes that it may have, unpacked.

    Raises:
        NotFetched: When it is larger, grows too much in unpacking, is cut short, or is packed in a way that was not asked for.
    """
    names = [name for part in (encoding or "").lower().split(",") if (name := part.strip()) and name != "identity"]
    if len(names) > 1:
        raise NotFetched("it is packed more than once", "content")
    if names and names[0] not in _PACKED:
        raise NotFetched("it is packed in a way that was not asked for", "content")
    counted = _counted(pieces, most)
    return b"".join(_counted(_unpacked(counted, names[0]), most) if names else counted)


def unpack_file(content: bytes, most: int) -> bytes:
    """A file that is packed itself, such as ``sitemap.xml.gz``; others stay as they are.

    Raises:
        NotFetched: As `read_body`.
    """
    return read_body([content], "gzip", most) if content.startswith(GZIP) else content


def _counted(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > most:
            raise too_large(most)
        yield piece


def too_large(most: int) -> NotFetched:
    """The failure of an answer that is larger than allowed."""
    return NotFetched(f"larger than {most / 1e6:g} MB, the most that is fetched", "size")


def _unpacked(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    pieces = _from_two_bytes(pieces)
    unpacker, n_members, n_in, n_out = None, 1, 0, 0
    for piece in pieces:
        n_in += len(piece)
        left = piece
        if unpacker is None:
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS if name == "deflate" and not _has_envelope(piece) else _PACKED[name])
        while True:
            if unpacker.eof:
                # A gzip file may have several parts; what else comes behind the end is passed over, as browsers do.
                if name == "deflate" or not left.startswith(GZIP[:1]):
                    break
                n_members += 1
                if n_members > _MOST_MEMBERS:
                    raise NotFetched("it is packed in too many parts", "content")
                unpacker = zlib.decompressobj(_PACKED[name])
            try:
                out = unpacker.decompress(left, _PIECE)
            except zlib.error as error:
                raise NotFetched("its packed content is damaged", "content") from error
            n_out += len(out)
            if n_out > _SMALL and n_out > _RATIO * n_in:
                raise NotFetched(f"a packed answer that grows to over {_RATIO} times its size", "size")
            if out:
                yield out
            left = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if not left and (unpacker.eof or len(out) < _PIECE):
                break
    if unpacker is not None and not unpacker.eof:
        raise NotFetched("its packed content is cut short", "content")


def _from_two_bytes(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of at least two bytes: these say what kind of packing it is."""
    held = b""
    for piece in pieces:
        held += piece
        if len(held) >= 2:
            yield held
            held = b""
            break
    if held:
        yield held
    yield from (piece for piece in pieces if piece)


def _has_envelope(start: bytes) -> bool:
    """Whether a deflated answer has the zlib header that it should have (RFC 1950); some servers leave it out."""
    return len(start) > 1 and start[0] & 15 == 8 and (start[0] * 256 + start[1]) % 31 == 0
