"""Lines and CSV rows of a text that may be large and badly written: bounded, and found again after a broken one."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

LONGEST = 50_000_000  # characters of a line or row
#: Characters that may be read again after broken rows; then a row may have only `_SHORT`, so that a bad file ends in time.
_PATIENCE = 200_000_000
_SHORT = 100_000


class TooLong(csv.Error):
    """A line or row is longer than any article."""


def lines(file: TextIO) -> Iterator[str | None]:
    """Lines with their ends; None in the place of one that is too long, which is passed over without being held in memory."""
    while line := file.readline(LONGEST + 1):
        if len(line) <= LONGEST:
            yield line
            continue
        _pass_over(file, line)
        yield None


def _pass_over(file: TextIO, line: str) -> None:
    while line and not line.endswith(("\n", "\r")):
        line = file.readline(LONGEST)


class Rows:
    """Rows of a CSV file. A row that cannot be read costs its first line and no other one.

    A quotation mark that is never closed makes the rest of a file one cell, so the lines below it are read again as rows of their own.

    Args:
        file: The text, opened with its line ends as they are.
        delimiter: What parts the cells.
    """

    def __init__(self, file: TextIO, delimiter: str) -> None:
        csv.field_size_limit(LONGEST)
        self._file = file
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._n_taken = self._n_again = 0
        self._rows = csv.reader(self._lines(), delimiter=delimiter, strict=True)
        self._delimiter = delimiter

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> list[str] | str:
        """The next row, or the reason why it cannot be read."""
        self._taken, self._n_taken = [], 0
        try:
            return next(self._rows)
        except csv.Error as error:
            self._again.extendleft(reversed(self._taken[1:]))
            self._n_again += self._n_taken
            self._rows = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
            return str(error)

    def _lines(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else self._file.readline(LONGEST + 1)
            if not line:
                return
            self._n_taken += len(line)
            if len(line) > LONGEST:
                _pass_over(self._file, line)
                raise TooLong(f"a line of more than {LONGEST:,} characters")
            self._taken.append(line)
            if self._n_taken > (LONGEST if self._n_again < _PATIENCE else _SHORT) and len(self._taken) > 1:
                raise TooLong("no end of it was found")
            yield line
