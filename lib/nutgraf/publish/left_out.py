"""What notebooks show and pages do not: said beside the tables, for ``nutgraf check``. No part of the site."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from nutgraf.desk import Desk
from nutgraf.errors import StoreError
from nutgraf.publish import files as on_disk

FILE = "left-out.json"


def note_left_out(desk: Desk, slug: str, by_page: Mapping[str, Sequence[str]]) -> None:
    """Keep what the last rendering of an edition left out, by page; pages that left out nothing are not named."""
    lines = {name: list(found) for name, found in by_page.items() if found}
    path = _path(desk)
    try:
        known = left_out(desk)
    except StoreError:
        known = {}  # it comes back as editions are made
    known.pop(slug, None)
    if lines:
        known[slug] = lines
    if known or path.is_file():
        on_disk.write_changed(path, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def left_out(desk: Desk) -> dict[str, dict[str, list[str]]]:
    """What the last rendering of each edition left out, by edition and page.

    Raises:
        StoreError: When the file is damaged.
    """
    path = _path(desk)
    if not path.is_file():
        return {}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return {slug: {page: list(lines) for page, lines in pages.items()} for slug, pages in held.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreError(
            f"the note of what pages leave out cannot be read: {error}", where=f"data/processed/{FILE}",
            mend="delete it and run 'nutgraf run --force'", not_done="nothing was changed",
        ) from error  # fmt: skip


def _path(desk: Desk) -> Path:
    return desk.processed / FILE
