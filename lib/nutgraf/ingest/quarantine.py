"""Articles that came in while their outlet was out of its usual range: set aside, never dropped, and taken back when the reason is gone.

Which they are is a function of the articles alone, in the order in which they were fetched, and of what people decided: so a rebuild
sets the same ones aside, and one that reads pages by a mended profile takes them back. A person releases one article by
``nutgraf override ARTICLE status kept``, and says by a line in ``data/decisions/drift.csv`` that an outlet is built so from a day on:

    outlet,since,who,why
    The Skerry Post,2026-03-01,ada,it is a ticker now
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.disk import keep_note, read_note
from nutgraf.errors import InputError
from nutgraf.ingest.drift import BODIES, REASON, Arrival, Period, arrival_of, arrivals_of, is_drift, periods_of
from nutgraf.store import mark

if TYPE_CHECKING:
    from nutgraf.store import Store

FILE = "drift.csv"
#: Where it stands which articles and decisions were looked at last, and by which version of this module. Disposable.
NOTE, CODE = "drift.json", 2
_COLUMNS = ["article_id", "version", "outlet", "fetched_at", "n_words", "published_at", "status", "status_reason"]


def settle_drift(store: Store, decisions: Path) -> tuple[Counter[str], Counter[str]]:
    """Set aside what came in while its outlet was out of its usual range, and take back what was set aside for that and is so no longer.

    Call under the desk's lock, after new articles are written. Nothing is committed when nothing changes.

    Args:
        store: The desk's tables.
        decisions: Its ``data/decisions``.

    Returns:
        By outlet, how many rows that were kept are set aside now, and how many are kept again.

    Raises:
        InputError: For a line of ``drift.csv`` that is none.
    """
    if store.version("articles") is None:
        return Counter(), Counter()
    accepted = read_decisions(decisions)
    if read_note(store.root / NOTE) == _marks(store, accepted):
        return Counter(), Counter()
    by_outlet: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in store.read("articles", _COLUMNS).to_pylist():
        by_outlet[row["outlet"] or ""].append(row)
    wanted: dict[tuple[str, int], str | None] = {}
    aside: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for outlet, rows in by_outlet.items():
        since = accepted.get(outlet)
        past = [row for row in rows if since is None or row["fetched_at"] < since]
        anew = [row for row in rows if since is not None and row["fetched_at"] >= since]
        for judged in (past, anew):
            periods = periods_of(arrivals_of(judged))
            for row in judged:
                reason = _changed(row, periods)
                if reason is not False:
                    wanted[row["article_id"], row["version"]] = reason
                    aside[outlet] += row["status"] == "kept"
                    back[outlet] += reason is None
    if wanted:
        _write(store, wanted)
    keep_note(store.root / NOTE, _marks(store, accepted))
    return +aside, +back


def read_decisions(decisions: Path) -> dict[str, datetime]:
    """From when on each outlet counts anew, as people decided; the last line about an outlet counts.

    Raises:
        InputError: For a line that is none.
    """
    path = decisions / FILE
    if not path.is_file():
        return {}
    found = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                day = datetime.fromisoformat((row.get("since") or "").strip())
            except ValueError:
                day = None
            if day is None or not all((row.get(name) or "").strip() for name in ("outlet", "who", "why")):
                mend = "write outlet,since,who,why with a day such as 2026-03-01"
                raise InputError("this is no decision about an outlet", where=f"{FILE}, line {number}", mend=mend, not_done="nothing was set aside")
            found[str(row["outlet"]).strip()] = day if day.tzinfo else day.replace(tzinfo=UTC)
    return found


def _marks(store: Store, accepted: Mapping[str, datetime]) -> dict[str, str]:
    since = "; ".join(f"{outlet}={moment.isoformat()}" for outlet, moment in sorted(accepted.items()))
    return {"code": str(CODE), "articles": mark(store, "articles"), "accepted": since}


def _changed(row: Mapping[str, Any], periods: list[Period]) -> str | None | bool:
    """The reason that a row must get, None where one must go, False where nothing changes."""
    if row["status"] != "kept" and not is_drift(row["status_reason"]):
        return False  # it is set aside for a reason of its own
    arrival = arrival_of(row)
    period = next((one for one in periods if one.holds(arrival)), None)
    reason = None if period is None else _reason(arrival, period)
    return False if reason == row["status_reason"] else reason


def _reason(arrival: Arrival, period: Period) -> str:
    what = (
        f"its outlet's texts were suddenly empty or short ({arrival.n_words:,} words here, {period.usual:,.0f} are usual"
        if period.sign == BODIES else "its outlet's articles suddenly had no date (nor has this one"
    )  # fmt: skip
    return f"{REASON}{what}; mend the outlet's profile and rebuild, release it by 'nutgraf override', or accept it in data/decisions/{FILE})"


def _write(store: Store, wanted: Mapping[tuple[str, int], str | None]) -> None:
    import pyarrow as pa
    import pyarrow.dataset as ds

    articles = sorted({article for article, _ in wanted})
    for first in range(0, len(articles), _AT_ONCE):
        some = articles[first : first + _AT_ONCE]
        rows = store.read("articles", where=ds.field("article_id").isin(some))
        keys = zip(rows["article_id"].to_pylist(), rows["version"].to_pylist(), strict=True)
        old = zip(rows["status"].to_pylist(), rows["status_reason"].to_pylist(), strict=True)
        both = [
            (("kept" if wanted[key] is None else "quarantined"), wanted[key]) if key in wanted else held for key, held in zip(keys, old, strict=True)
        ]
        for at, name in enumerate(("status", "status_reason")):
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, rows.schema.field(place), pa.array([pair[at] for pair in both], pa.string()))
        store.replace_articles(some, rows)


_AT_ONCE = 500
