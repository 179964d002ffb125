"""Columns of a table of articles, found by name.

Names are compared in lower case without spaces, hyphens and underscores. A source's ``columns`` setting, field = "column",
comes before any guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.errors import InputError, UsageError

#: Field to column names that are taken for it, the likeliest first. Documented in docs/; a test holds the two together.
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "articletext", "fulltext", "articlebody", "maintext", "bodytext", "storytext", "article", "story"),
    "headline": ("headline", "title", "articletitle", "hed"),
    "standfirst": ("standfirst", "subtitle", "dek", "subheadline", "description", "summary", "abstract", "lead"),
    "byline": ("byline", "authors", "author", "creator", "writer", "reporter"),
    "section": ("section", "category", "topic", "rubric", "desk"),
    "url": ("url", "link", "articleurl", "weburl", "href", "canonicalurl", "address"),
    "outlet": ("outlet", "publisher", "publication", "medianame", "newspaper", "source", "sourcename", "site"),
    "published": (
        "publishedat", "publishedon", "published", "datepublished", "publisheddate", "publicationdate", "publishdate", "pubdate",
        "dateiso", "date", "datetime", "timestamp", "time",
    ),
    "modified": ("modifiedat", "modified", "datemodified", "updatedat", "updated", "lastmodified"),
    "language": ("language", "lang"),
    "id": ("id", "articleid", "storyid", "uid", "uuid", "guid", "key"),
}  # fmt: skip
_MOST_COLUMNS = 5_000
_SHOWN = 12  # column names in an error


def find_columns(
    names: Sequence[str], given: Mapping[str, str], fields: Sequence[str], needed: str, *, what: str = "", where: str | None = None, source: str = ""
) -> dict[str, str]:  # fmt: skip
    """Which column holds which field.

    Args:
        names: The table's own column names.
        given: Field to column as a source's settings say; they come first.
        fields: Which fields are looked for.
        needed: The field without which there is nothing to read.
        what: What that field holds, in words.
        where: The file.
        source: Id of its source.

    Returns:
        Field to column, always with `needed`.

    Raises:
        UsageError: For a field that does not exist.
        InputError: Without a column for `needed`, or when a column that is read stands there twice; it lists the columns there are
            and how to say which one it is.
    """
    if len(names) > _MOST_COLUMNS:
        raise InputError(f"{len(names):,} columns: this is no table of articles")
    unknown = [field for field in given if field not in COLUMNS]
    if unknown:
        raise UsageError(
            f"'{unknown[0]}' is no field of an article", where=f"columns of source '{source}'",
            mend=f"fields are {', '.join(COLUMNS)}", not_done="nothing was ingested",
        )  # fmt: skip
    shown = ", ".join(repr(name[:40]) for name in names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    absent = [column for column in given.values() if column not in names]
    if absent:
        raise InputError(f"it has no column '{absent[0]}'", where=where, mend=f"its columns are {shown or 'none'}")
    plain = {plain_name(name): name for name in reversed(names)}
    found = {
        field: next(plain[option] for option in COLUMNS[field] if option in plain)
        for field in fields
        if any(option in plain for option in COLUMNS[field])
    } | {field: column for field, column in given.items() if field in fields}
    if needed not in found:
        raise InputError(
            f"no column holds {what or f'the {needed} of articles'}", where=where,
            mend=f"its columns are {shown or 'none'}; name the right one, for example "
            f"columns = {{ {needed} = \"{names[0] if names else needed}\" }} under [[sources]] in nutgraf.toml",
        )  # fmt: skip
    doubled = next((column for column in found.values() if names.count(column) > 1), None)
    if doubled is not None:
        raise InputError(f"{names.count(doubled)} columns are called {doubled[:40]!r}", where=where, mend="rename all but one of them")
    return found


def cell_line(value: Any) -> str | None:
    """A cell as one line: lists joined by semicolons, white space collapsed; None for nothing."""
    if isinstance(value, list):
        value = "; ".join(str(entry) for entry in value if entry is not None)
    if value is None or isinstance(value, (dict, bytes)) or value != value:  # NaN, which pandas writes for nothing
        return None
    return " ".join(str(value).split()) or None


def delimiter_of(text: str) -> str:
    """The sign that parts the header best."""
    header = text.split("\n", 1)[0][:100_000]
    return max(",;\t|", key=lambda sign: (header.count(sign), -",;\t|".index(sign)))


def plain_name(name: str) -> str:
    """A column name as it is compared."""
    return "".join(character for character in name.lower() if character not in " _-\ufeff")
