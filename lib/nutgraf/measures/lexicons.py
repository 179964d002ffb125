"""Word lists of tone as files: columns ``word, weight, class``, with a card beside those that the package carries.

A word is *evaluative* (it says what somebody thinks of something; its weight is −4 to 4 and never 0) or a *topic* (what news is about: a
crash, a court, a debt; its weight is 0, so that bad news is no bad opinion).
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from nutgraf.errors import InputError, ResourceError
from nutgraf.resources import checked, own

COLUMNS = ("word", "weight", "class")
CLASSES = ("evaluative", "topic")
LARGEST_WEIGHT = 4.0
_FOLDER = "lexicons"
_CARD = ("id", "version", "file", "source", "licence", "redistributable", "sha256", "made")
# A word as the rules cut it out of a sentence: no space, and no mark at its ends.
_WORD = re.compile(r"[^\W_](?:\S*[^\W_])?")


class Lexicon(NamedTuple):
    """A list: weights of its evaluative words, its topic words, and the sha256 of the text it was read from."""

    weights: Mapping[str, float]
    topics: frozenset[str]
    sha256: str


def read_lexicon(content: str, where: str) -> Lexicon:
    """A list from the text of its CSV file.

    Args:
        content: The file's text.
        where: What the file is called in an error.

    Raises:
        InputError: With the line and what is wrong there.

    >>> read_lexicon("word,weight,class\\nsuperb,3,evaluative\\ncourt,0,topic\\n", "words.csv").weights
    {'superb': 3.0}
    """
    lines = content.lstrip("\ufeff").splitlines()
    reader = csv.reader(lines, strict=True)
    weights: dict[str, float] = {}
    topics: dict[str, float] = {}
    first_lines: dict[str, int] = {}
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        if header != COLUMNS:
            raise _wrong(f"line 1: the columns are {', '.join(header) or 'missing'}, and must be {', '.join(COLUMNS)}", where)
        for row in reader:
            if any(cell.strip() for cell in row):
                word, weight, of_class = _entry(row, reader.line_num, where)
                if word in first_lines:
                    raise _wrong(f"line {reader.line_num}: {word!r} stands in line {first_lines[word]} already", where)
                first_lines[word] = reader.line_num
                (weights if of_class == "evaluative" else topics)[word] = weight
    except csv.Error as error:
        raise _wrong(f"line {reader.line_num}: it is no CSV: {error}", where) from error
    if not weights:
        raise _wrong("there is no evaluative word in it", where)
    return Lexicon(weights, frozenset(topics), hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest())


@cache
def card(name: str) -> Mapping[str, object]:
    """What is known of a list that the package carries: source, licence, version, sha256, redistributable, how it was made.

    Raises:
        ResourceError: When the card lacks something.
    """
    found = tomllib.loads(own(f"{_FOLDER}/{name}.toml").read_text(encoding="utf-8"))
    missing = [key for key in _CARD if key not in found]
    if missing:
        raise ResourceError(f"the card lacks {', '.join(missing)}", where=f"{_FOLDER}/{name}.toml", mend="reinstall nutgraf")
    return found


@cache
def carried_lexicon(name: str) -> Lexicon:
    """A list that the package carries.

    Raises:
        ResourceError: When its file is not the one that its card speaks of.
    """
    about = card(name)
    file = f"{_FOLDER}/{about['file']}"
    path = checked(own(file), str(about["sha256"]), where=file)
    return read_lexicon(path.read_text(encoding="utf-8"), file)


def _entry(row: list[str], line: int, where: str) -> tuple[str, float, str]:
    if len(row) != len(COLUMNS):
        raise _wrong(f"line {line}: {len(row)} columns, {len(COLUMNS)} needed", where)
    word, written, of_class = (cell.strip() for cell in row)
    if not _WORD.fullmatch(word):
        raise _wrong(f"line {line}: {word!r} is not one word", where)
    if word != word.lower():
        raise _wrong(f"line {line}: {word!r} has a capital; words are written small and found in any case", where)
    if of_class not in CLASSES:
        raise _wrong(f"line {line}: class must be {' or '.join(CLASSES)}, not {of_class!r}", where)
    try:
        weight = float(written)
    except ValueError as error:
        raise _wrong(f"line {line}: the weight {written!r} is no number", where) from error
    if not math.isfinite(weight) or abs(weight) > LARGEST_WEIGHT:
        raise _wrong(f"line {line}: the weight {written} is not between -4 and 4", where)
    if (weight == 0) != (of_class == "topic"):
        raise _wrong(f"line {line}: {word!r} is {of_class} and weighs {written}; a topic word weighs 0, and an evaluative word does not", where)
    return word, weight, of_class


def _wrong(what: str, where: str) -> InputError:
    return InputError(what, where=where, mend="correct that line", not_done="no tone was measured with it")
