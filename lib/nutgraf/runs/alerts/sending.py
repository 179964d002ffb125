"""Send a message to one address, through apprise: mail, Slack, a webhook and many more. The one module that knows apprise.

An address is a secret, so nothing that is said here repeats it; what apprise says of a failure goes through the redactor.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from nutgraf.errors import in_one_line
from nutgraf.runs.executing.redaction import HIDDEN, pieces_of

_TYPES = {"failed": "failure", "stale": "warning", "nothing new": "warning", "bodies": "warning", "recovered": "success"}
_BETWEEN = re.compile(r"\s+|\s*,\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)")


def addresses_in(value: str) -> list[str]:
    """The addresses that an environment variable holds, divided by white space or commas.

    >>> addresses_in("mailto://mail.example?to=ada@paper.example, json://hooks.example/a")
    ['mailto://mail.example?to=ada@paper.example', 'json://hooks.example/a']
    """
    return [address for address in (piece.strip(",") for piece in _BETWEEN.split(value)) if address]


def send(address: str, kind: str, subject: str, body: str) -> str | None:
    """Send a message.

    Args:
        address: As apprise takes it, such as ``mailto://user:password@mail.example?to=desk@paper.example``.
        kind: Of the alert, for services that show failure and success in different colours.
        subject: In one line.
        body: Plain text.

    Returns:
        None when it was sent, else why not, in one line without the address.
    """
    import apprise

    asset = apprise.AppriseAsset(app_id="Nutgraf", app_desc="Nutgraf", app_url="", image_url_mask="", image_url_logo="")
    with _said() as said:
        try:
            service = apprise.Apprise.instantiate(address, asset=asset)
            if service is None:
                return "its address is not one that apprise understands"
            if service.notify(title=subject, body=body, notify_type=_TYPES[kind], body_format=apprise.NotifyFormat.TEXT):
                return None
        except Exception as error:  # noqa: BLE001 - whatever a service does, the run ends as it would have without it
            said.append(f"{type(error).__name__}: {error}")
    reason = said[0] if said else "the service did not take it"
    for piece in sorted(pieces_of(address), key=len, reverse=True):
        reason = reason.replace(piece, HIDDEN)
    return in_one_line(reason)[:200].rstrip(".")


@contextmanager
def _said() -> Iterator[list[str]]:
    """What apprise warns of, instead of letting it write to standard error, where addresses do not belong."""
    log, said = logging.getLogger("apprise"), []

    class Keep(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            said.append(entry.getMessage())

    keep, before = Keep(logging.WARNING), log.propagate
    log.addHandler(keep)
    log.propagate = False
    try:
        yield said
    finally:
        log.removeHandler(keep)
        log.propagate = before
