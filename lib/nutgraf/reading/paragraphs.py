"""Paragraphs: the lines of a text, or its blocks where lines are only wrapped.

Newsrooms lay things out in lines, and most exports hold one line a paragraph. Some files are wrapped at a fixed width instead, with
a blank line between paragraphs; there a line's end means nothing. Which of the two a text is can be seen from its lines.
"""

from __future__ import annotations

import re

#: A line without the white space around it. Line ends are those of ``str.splitlines``, apart from three separators of old data formats.
_LINE = re.compile(r"\S(?:[^\n\r\v\f\x85\u2028\u2029]*\S)?")
_BLANK = re.compile(r"(?>\r\n|\r|\n)[^\S\n\r]*(?:\r\n|\r|\n)\s*")  # atomic: half a CRLF is no line end
_WRAP_LIMIT = 100  # no file wrapped for reading is wider
_WRAP_LINES = 6  # fewer lines than this can look wrapped by chance


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Where the paragraphs of a text begin and end.

    Args:
        text: Any text; every kind of line end is known.

    Returns:
        ``(start, end)`` in characters of `text`, end-exclusive, in order, without the white space around them; none is empty.

    >>> paragraphs("One.\\r\\n\\r\\n  Two. ")
    [(0, 4), (10, 14)]
    """
    lines = [match.span() for match in _LINE.finditer(text)]
    return _blocks(text) if _is_wrapped(text, lines) else lines


def stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A stretch without the white space around it; None when nothing else is in it."""
    piece = text[start:end]
    body = piece.lstrip()
    if not body:
        return None
    start += len(piece) - len(body)
    return start, start + len(body.rstrip())


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Whether line ends fall where the line was full: no long line, and most neighbours within a block run on in mid-sentence."""
    if len(lines) < _WRAP_LINES or any(end - start > _WRAP_LIMIT for start, end in lines):
        return False
    inner = running = 0
    for (start, end), (following, _) in zip(lines, lines[1:], strict=False):
        if following - end <= 2:  # one line end, CRLF at most, and no indent
            inner += 1
            running += end - start >= 45 and text[end - 1] not in ".?!:”\"’"
    return inner >= _WRAP_LINES - 2 and running >= 0.6 * inner


def _blocks(text: str) -> list[tuple[int, int]]:
    edges, position = [], 0
    for match in _BLANK.finditer(text):
        edges.append((position, match.start()))
        position = match.end()
    edges.append((position, len(text)))
    return [span for start, end in edges if (span := stripped(text, start, end))]
