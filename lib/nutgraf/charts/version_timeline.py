"""Version timeline: the versions of articles from first publication on, and what changed in each.

Options: ``name`` (the article), ``at`` (date, or date and time), ``headline`` (whether the headline changed), ``added`` and ``removed``
(words of the body) name columns; ``what`` the data in words. The first row of an article in time is its publication; all lanes have one
scale, the time since then. A diamond is a new headline, a dot a new body alone; each change stands in words below its lane. Articles with
most versions come first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from nutgraf.charts.canvas import Canvas, Sizes, empty, key_height
from nutgraf.charts.theme import FAINT, GREY, MARK, POINT, RULE, SECOND
from nutgraf.charts.words import alt_text, clean, counted, cut, some, text_width, wrap

COLUMNS = ("name", "at", "headline", "added", "removed")
LIMIT, LIMIT_CHANGES = 12, 6
_LEGEND = [("first published", MARK, "s", False), ("new headline", SECOND, "D", False), ("other change", POINT, "o", False)]
_STEPS = [timedelta(minutes=m) for m in (1, 5, 10, 30)] + [timedelta(hours=h) for h in (1, 2, 6, 12)] + [
    timedelta(days=d) for d in (1, 2, 7, 14, 30, 90, 180, 365, 730, 1825, 3650)
]  # fmt: skip


class _Version(NamedTuple):
    """One version: time since the first one, None where its time is unknown; and its row."""

    since: timedelta | None
    is_day: bool
    row: Mapping[str, Any]


def _moment(value: Any) -> tuple[datetime, bool] | None:
    """A time in UTC, and whether only its day is known; None for what is no time."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at), len(str(value)) <= 10


def _articles(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[tuple[str, list[_Version]]]:
    """Versions by article in order of time, those without a time last; the article with most versions first."""
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(str(row[chart["name"]]), []).append(row)
    found = []
    for name, mine in by_name.items():
        timed = [(_moment(row[chart["at"]]), row) for row in mine]
        known = sorted(((at, row) for at, row in timed if at), key=lambda entry: entry[0][0])
        # Where one version has a day alone, hours between them would be made up.
        is_day = any(at[1] for at, _ in known)
        versions = [_Version(_since(at[0], known[0][0][0], is_day), is_day, row) for at, row in known]
        found.append((name, versions + [_Version(None, False, row) for at, row in timed if not at]))
    return sorted(found, key=lambda entry: -len(entry[1]))


def _since(at: datetime, start: datetime, is_day: bool) -> timedelta:
    return timedelta(days=(at.date() - start.date()).days) if is_day else at - start


def _later(version: _Version) -> str:
    """When a version came, as a reader says it."""
    if version.since is None:
        return "at an unknown time"
    if version.is_day:
        return "the same day" if not version.since.days else f"{counted(version.since.days, 'day')} later"
    return f"{_span(version.since)} later"


def _span(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def _change(row: Mapping[str, Any], chart: Mapping[str, Any]) -> str:
    """What changed: the headline, words of the body, or neither."""
    words = [f"{sign}{row[chart[c]]:,}" for c, sign in (("added", "+"), ("removed", "−")) if row[chart[c]]]
    parts = ["headline"] if row[chart["headline"]] else []
    parts += [f"body {' '.join(words)} words"] if words else []
    unknown = all(row[chart[c]] is None for c in ("headline", "added", "removed"))
    return ", ".join(parts) or ("what changed is not known" if unknown else "neither headline nor body")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure: one lane per article, with its changes in words below."""
    articles = _articles(rows, chart)
    if not articles:
        return empty(width, "Not assessable: the table has no rows.")
    shown = articles[:LIMIT]
    probe = Sizes(width)
    small, base = probe.small, probe.base
    step, most = _axis([version.since for _, versions in shown for version in versions if version.since is not None], probe.is_narrow)
    names = {name: wrap(name, base, width - 120, 2, bold=True) for name, _ in shown}
    lines = {name: _lines(versions, chart) for name, versions in shown}
    tall = [len(names[name]) * base * 1.25 + 30 + len(lines[name]) * small * 1.25 + 16 for name, _ in shown]
    head = key_height(width, small, [entry[0] for entry in _LEGEND]) + 6
    rest = len(articles) - len(shown)
    foot = ["Time since first publication, the same scale for every article."]
    foot += [f"{counted(rest, 'more article')} in the table."] if rest else []
    note = wrap(" ".join(foot), small, width, 3)
    canvas = Canvas(width, head + sum(tall) + small * 2.2 + len(note) * small * 1.25)
    canvas.key(small * 1.1, _LEGEND)
    right = width - text_width(f"+{_span(most)}", small) / 2 - 2

    def x(since: timedelta) -> float:
        return 10 + since / most * (right - 10)

    y = head
    for (name, versions), height in zip(shown, tall, strict=True):
        canvas.line([0, width], [y, y], RULE)
        below = canvas.lines(0, y + base * 1.3, names[name], size=base, bold=True)
        canvas.text(width, y + base * 1.3, counted(len(versions), "version"), align="end", colour=GREY)
        _lane(canvas, versions, chart, x, below + 4)
        canvas.lines(0, below + 32, [cut(clean(line), small, width) for line in lines[name]], colour=GREY)
        y += height
    canvas.line([0, width], [y, y], RULE)
    canvas.text(0, y + small * 1.3, "published", colour=GREY)
    for tick in range(1, round(most / step) + 1):
        canvas.text(x(tick * step), y + small * 1.3, f"+{_span(tick * step)}", colour=GREY, align="middle")
    canvas.lines(0, y + small * 2.7, note, colour=GREY)
    return canvas


def _axis(times: Sequence[timedelta], is_narrow: bool) -> tuple[timedelta, timedelta]:
    """A round step between ticks, and the last tick."""
    longest = max(times, default=timedelta())
    step = next((step for step in _STEPS if longest <= step * (3 if is_narrow else 5)), longest / 3)
    return step, max(step, step * -(-longest // step))


def _lane(canvas: Canvas, versions: Sequence[_Version], chart: Mapping[str, Any], x: Any, y: float) -> None:
    """The marks of one article on its line; the first one is square, and a new headline stands before a new body."""
    timed = [version for version in versions if version.since is not None]
    if not timed:
        return
    canvas.line([x(timed[0].since), x(timed[-1].since)], [y, y], FAINT, 2)
    canvas.dot(x(timed[0].since), y, MARK, shape="s", size=9)
    for version in timed[1:]:
        is_headline = bool(version.row[chart["headline"]])
        canvas.dot(x(version.since), y, SECOND if is_headline else POINT, shape="D" if is_headline else "o", size=10)


def _lines(versions: Sequence[_Version], chart: Mapping[str, Any]) -> list[str]:
    later = versions[1:] if versions and versions[0].since is not None else versions
    if not later:
        return ["no later version"]
    lines = [f"{_later(version)}: {_change(version.row, chart)}" for version in later[:LIMIT_CHANGES]]
    rest = len(later) - len(lines)
    return lines + ([f"… {counted(rest, 'more version')} in the table"] if rest else [])


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    articles = _articles(rows, chart)
    changed = [(name, versions) for name, versions in articles if len(versions) > 1]
    if not changed:
        return alt_text("Timeline", chart["what"], "no article has a later version"), "No article has a later version."
    name, versions = changed[0]
    headlines = sum(any(version.row[chart["headline"]] for version in mine) for _, mine in changed)
    point = f"“{name}” has most versions, {len(versions)}, and {headlines} of {len(articles):,} articles got a new headline"
    sentences = (f"{name}: {counted(len(mine), 'version')}; " + "; ".join(_lines(mine, chart)) + "." for name, mine in articles)
    return alt_text("Timeline", chart["what"], point, (name,)), some(sentences)
