"""Text that was read in the wrong encoding somewhere on its way to us ("donâ€™t" for "don’t"), before we got it.

Pages, feeds and PDFs are repaired, and `text_repair` says so: their text is laid out here, so no place in anybody's file moves. The text of
a .txt, .csv, .jsonl, .json or .parquet file is the user's own, and places in it must hold in that file: there it is only told.
"""

from __future__ import annotations

import re

from nutgraf.ingest.records import Record

# The first of each misread group of bytes becomes a letter or sign that is none of these, in any of the encodings that text is misread in.
# Most lines of English have no other ones, and this is looked up thirty times faster than ftfy's own test.
_SUSPECT = re.compile("[^\x00-\x7f‘’“”–—…•€£°\xa0]")
_NOTE = "left as it is: it looks like UTF-8 that was read as another encoding"


def mend(record: Record) -> Record:
    """Repair what was read in a wrong encoding, line by line, in the text and in what stands beside it.

    Returns:
        The same record; ``text_repair`` says how many lines were repaired, and with what.
    """
    lines = record.text.split("\n")
    mended = [_mended(line) for line in lines]
    n_changed = sum(old != new for old, new in zip(lines, mended, strict=True))
    record.text = "\n".join(mended) if n_changed else record.text
    for name in ("headline", "standfirst", "byline", "section", "outlet"):
        value = getattr(record, name)
        if value:
            setattr(record, name, _mended(value))
    if n_changed:
        _add(record, f"{n_changed} line{'s' * (n_changed != 1)} read in a wrong encoding before, repaired with {_repairer()}")
    return record


def tell(record: Record) -> Record:
    """Say of a text that stays as it is that it looks read in a wrong encoding."""
    if record.text and any(_mended(line) != line for line in record.text.split("\n")):
        _add(record, _NOTE)
    return record


def _mended(line: str) -> str:
    if not _SUSPECT.search(line):
        return line
    import ftfy
    from ftfy.badness import is_bad

    return ftfy.fix_encoding(line) if is_bad(line) else line


def _add(record: Record, note: str) -> None:
    record.text_repair = "; ".join(filter(None, [record.text_repair, note]))


def _repairer() -> str:
    from importlib.metadata import version

    return f"ftfy {version('ftfy')}"
