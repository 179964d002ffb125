"""What is worth telling the newsroom, in words for somebody who reads them on a phone. Pure: nothing is read, sent or remembered here.

An alert has a key, which makes it the same one on the next run, and a subject: the thing whose trouble it is, and which recovers. The
texts say which edition, what, since when, what readers see now, and what to do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from nutgraf.ingest.drift import BODIES, DATES, SHORT_WORDS, Drift
from nutgraf.numbers import counted
from nutgraf.publish.record import in_words
from nutgraf.publish.standing import Standing

#: What several alerts of a kind are together.
TOGETHER = {
    "failed": "reports could not be made", "stale": "reports are not up to date", "recovered": "things are in order again",
    "bodies": "outlets have texts that are suddenly empty or short",
}  # fmt: skip
#: More alerts of one kind than these come in one message.
MOST_SINGLE = 3
_LISTED = 10
_ADDRESS_IN_MEMORY = re.compile(r"0x[0-9a-f]+")
_UNNAMED = "articles that name no outlet"


@dataclass(frozen=True)
class Alert:
    """One thing to tell.

    Attributes:
        kind: As in nutgraf.toml: failed, stale, recovered, nothing new, bodies.
        subject: What it is about: ``edition <slug>``, ``run``, ``articles`` or ``bodies <outlet>``.
        key: With the kind and the subject, what makes it the same one.
        headline: The message's subject line, without the desk's name.
        body: The message.
    """

    kind: str
    subject: str
    key: str
    headline: str
    body: str

    @property
    def memory_key(self) -> str:
        """As the ledger keeps it."""
        return f"{self.subject}\n{self.kind}\n{self.key}"


def subject_of(memory_key: str) -> str:
    """The subject of an alert that the ledger remembers."""
    return memory_key.split("\n")[0]


def kind_of(memory_key: str) -> str:
    """Its kind."""
    return memory_key.split("\n")[1]


def moment(value: str | datetime, zone: tzinfo) -> str:
    """A moment in the desk's time zone, such as 3 March 2026, 06:00."""
    at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(zone)
    return f"{in_words(at.date().isoformat())}, {at:%H:%M}"


def shown_now(standing: Standing | None, zone: tzinfo) -> str:
    """What readers see of an edition now."""
    if standing is None or not standing.versions:
        return "Readers see nothing of it: it was never published."
    if standing.current is None:
        return "Readers see that it was withdrawn."
    published = moment(standing.versions[standing.current]["published_at"], zone)
    return f"Readers see version {standing.current} of {published}. It stays as it is."


def of_edition(slug: str, title: str | None, attempt: Mapping[str, Any], since: str, standing: Standing | None, zone: tzinfo) -> Alert:
    """An edition that could not be made, or that is not up to date.

    Args:
        slug: The edition.
        title: Its title; None for one whose file cannot be read.
        attempt: Its last attempt in the ledger.
        since: When the first attempt that ended like this began.
        standing: How it stands in the publication record.
        zone: The desk's.
    """
    name, when, readers = _name(slug, title), moment(since, zone), shown_now(standing, zone)
    if attempt["state"] == "failed":
        error = attempt["error"] or "the reason was not kept"
        body = (
            f"{name} could not be made since {when}.\n\nWhy: {error}\n\n{readers}\n\n"
            f"What to do: mend it, then run 'nutgraf run {slug}'. 'nutgraf status' shows how every edition stands."
        )
        return Alert("failed", f"edition {slug}", _digest(error), f"{_short(slug, title)} could not be made", body)
    why = attempt["error"] if attempt["state"] == "stale" else "a run was interrupted"
    body = (
        f"{name} is not up to date since {when}: {why or 'the reason was not kept'}.\n\n{readers}\n\n"
        f"What to do: run 'nutgraf run {slug}', or wait for the next whole run."
    )
    return Alert("stale", f"edition {slug}", "", f"{_short(slug, title)} is not up to date", body)


def edition_recovered(slug: str, title: str | None, good: Mapping[str, Any], standing: Standing | None, zone: tzinfo) -> Alert:
    """An edition that had failed or was stale, and is up to date again."""
    state = "It waits in staged/ for 'nutgraf publish'.\n\n" if good["state"] == "staged" else ""
    since, readers = moment(good["ended_at"], zone), shown_now(standing, zone)
    body = f"{_name(slug, title)} is in order again since {since}.\n\n{state}{readers}\n\nNothing is to be done."
    return Alert("recovered", f"edition {slug}", "", f"{_short(slug, title)} is in order again", body)


def file_recovered(name: str, at: datetime, zone: tzinfo) -> Alert:
    """An edition file that stands for several editions and can be read again."""
    body = (
        f"The file notebooks/editions/{name}.yml can be read again since {moment(at, zone)}. A report that it stands for and that could not be "
        "made has a message of its own.\n\nNothing is to be done."
    )
    return Alert("recovered", f"edition {name}", "", f"the file of {name} can be read again", body)


def run_broke(error: str, at: datetime, zone: tzinfo) -> Alert:
    """A run that stopped with an error that is no single edition's."""
    body = (
        f"The run of {moment(at, zone)} stopped with an error, and reports that it had not reached were not looked at.\n\nWhy: {error}\n\n"
        "Readers see every report as it was last good.\n\nWhat to do: mend it, then run 'nutgraf run'."
    )
    return Alert("failed", "run", _digest(error), "a run stopped with an error", body)


def run_recovered(at: datetime, zone: tzinfo) -> Alert:
    """A run that came to its end after one that had not."""
    body = f"The run of {moment(at, zone)} came to its end. A report that it could not make has a message of its own.\n\nNothing is to be done."
    return Alert("recovered", "run", "", "runs come to their end again", body)


def nothing_new(newest: datetime, days: int, zone: tzinfo) -> Alert:
    """No article came in for some days."""
    body = (
        f"The newest article came in on {moment(newest, zone)}, {counted(days, 'day')} ago or longer.\n\n"
        "Readers see the reports as they are; nothing in them says that articles are missing.\n\n"
        "What to do: see whether what fetches the articles still works. Articles that were fetched come in with the next 'nutgraf run'."
    )
    return Alert("nothing new", "articles", newest.isoformat(), f"no new article for {counted(days, 'day')}", body)


def articles_again(newest: datetime, zone: tzinfo) -> Alert:
    """Articles come in again."""
    body = f"The newest article came in on {moment(newest, zone)}.\n\nNothing is to be done."
    return Alert("recovered", "articles", "", "new articles come in again", body)


def bodies(drift: Drift, zone: tzinfo) -> Alert:
    """An outlet's texts are suddenly empty or short, or its articles suddenly have no date."""
    name, newest = drift.outlet or _UNNAMED, counted(drift.n_newest, "article")
    what = []
    if BODIES in drift.signs:
        what.append(
            f"The newest {newest} of {name}, fetched since {moment(drift.since, zone)}, have a median length of "
            f"{drift.newest_median:,.0f} words; before, it was {drift.earlier_median:,.0f}. "
            f"{drift.n_short:,} of {drift.n_newest:,} have fewer than {SHORT_WORDS} words."
        )
    if DATES in drift.signs:
        what.append(f"{drift.n_undated:,} of the newest {newest} of {name}, fetched since {moment(drift.since, zone)}, have no date of publication.")
    body = (
        " ".join(what) + "\n\nThose of them that are so are set aside, and no report counts them, so this outlet may count for less than it "
        "published.\n\nWhat to do: open one of these articles in a browser and compare it with what came in. The outlet's pages may be built in "
        "another way, or ask readers to sign in. A profile of the outlet (outlets/) and 'nutgraf rebuild' read them anew; 'nutgraf override' "
        "releases one; a line in data/decisions/drift.csv says that the outlet is so from now on."
    )
    title = f"texts of {name} are suddenly empty or short" if BODIES in drift.signs else f"articles of {name} suddenly have no date"
    return Alert("bodies", f"bodies {drift.outlet or ''}", "", title, body)


def bodies_again(outlet: str) -> Alert:
    """An outlet's articles are as before."""
    name = outlet or _UNNAMED
    body = f"The newest articles of {name} are as its earlier ones were: no longer empty, short or without a date.\n\nNothing is to be done."
    return Alert("recovered", f"bodies {outlet}", "", f"articles of {name} are as before", body)


def messages(alerts: Sequence[Alert]) -> list[tuple[str, str, str, list[Alert]]]:
    """Alerts as they are sent: one by one, or those of a kind in one message when there are many.

    Returns:
        Kind, subject line, body, and the alerts that it tells.
    """
    found = []
    for kind in dict.fromkeys(alert.kind for alert in alerts):
        mine = [alert for alert in alerts if alert.kind == kind]
        if len(mine) <= MOST_SINGLE:
            found += [(kind, alert.headline, alert.body, [alert]) for alert in mine]
            continue
        more = f"\n… and {len(mine) - _LISTED:,} more" if len(mine) > _LISTED else ""
        lines = "\n".join(f"- {alert.headline}" for alert in mine[:_LISTED])
        body = f"{lines}{more}\n\nThe first of them:\n\n{mine[0].body}\n\n'nutgraf status' shows how every edition stands."
        found.append((kind, f"{len(mine):,} {TOGETHER[kind]}", body, mine))
    return found


def _name(slug: str, title: str | None) -> str:
    return f"“{title}” ({slug})" if title else f"The edition {slug}"


def _short(slug: str, title: str | None) -> str:
    return f"“{title}”" if title else slug


def _digest(error: str) -> str:
    """What makes an error the same one on the next day: its words, without addresses in memory."""
    return hashlib.sha256(_ADDRESS_IN_MEMORY.sub("0x", error).encode("utf-8", "replace")).hexdigest()[:16]
