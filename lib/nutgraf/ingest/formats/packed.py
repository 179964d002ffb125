"""Bytes that were packed with gzip, taken out in pieces and never more than is allowed."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import BinaryIO

from nutgraf.errors import InputError

MAGIC = b"\x1f\x8b"
#: Text packs 3 to 30 times smaller; what packs far better than any text, and is large, was made to fill a memory or a disk.
MOST_RATIO = 250
_FREE = 10_000_000  # bytes that may come out whatever the ratio
_PIECE = 1 << 18


class TooMuch(InputError):
    """More came out of packed bytes than is allowed."""


def gunzip(content: bytes, most: int) -> bytes:
    """Unpack gzip bytes.

    Args:
        content: Packed bytes, of one or several parts.
        most: Bytes that may come out.

    Raises:
        InputError: For damaged bytes, ones that end early, and more than `most`.
    """
    target = io.BytesIO()
    unpack(io.BytesIO(content), target, most=most, packed_size=len(content))
    return target.getvalue()


def unpack(packed: BinaryIO, target: BinaryIO, *, most: int, packed_size: int) -> int:
    """Unpack a gzip stream into another one.

    Args:
        packed: Bytes of one or several parts.
        target: Gets what comes out.
        most: Bytes that may come out.
        packed_size: Bytes that go in, for the ratio.

    Returns:
        How many bytes came out.

    Raises:
        InputError: For damaged bytes and ones that end early; `TooMuch` for more than `most` or a ratio that no text has.
    """
    try:
        with gzip.GzipFile(fileobj=packed) as stream:
            return pour(stream, target, most=most, packed_size=packed_size)
    except EOFError as error:
        raise InputError("the gzip file ends early", mend="get it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError("no gzip file, or a damaged one", mend="get it again") from error


def pour(stream: BinaryIO, target: BinaryIO, *, most: int, packed_size: int) -> int:
    """Copy what comes out of a packed stream, as far as is allowed.

    Returns:
        How many bytes came out.

    Raises:
        TooMuch: For more than `most` bytes, or many more than went in.
    """
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > most:
            raise TooMuch(f"refused: more than {_megabytes(most)} come out of it")
        if size > _FREE and size > MOST_RATIO * max(packed_size, 1):
            raise TooMuch(f"refused: it unpacks to more than {MOST_RATIO} times its size, as no text does")
        target.write(piece)
    return size


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB" if size >= 1_000_000 else f"{size:,} bytes"
