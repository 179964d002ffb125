"""One request and its answer, within limits of time and size. Redirects are answers here: `visiting` decides whether to follow them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from nutgraf import __version__
from nutgraf.ingest.fetching.addresses import Allowed, checked
from nutgraf.ingest.fetching.bodies import ACCEPTED, read_body, too_large
from nutgraf.ingest.fetching.failures import NotFetched
from nutgraf.ingest.fetching.resolving import Connect, Deadline, Lookup, Pinned, PinnedTransport, Resolver, connect, look_up
from nutgraf.settings import Fetching

#: The name by which robots.txt files address us.
ROBOT = "Nutgraf"
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.8"
_LONGEST_VALIDATOR = 1_000  # characters of an ETag or a date that are sent back
_LONGEST_WAIT = 31 * 86_400.0  # seconds; who asks for more gets a month
_REDIRECTS = (301, 302, 303, 307, 308)
#: Answers that may be others a moment later.
_PASSING = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        url: The address that was asked.
        status: 200, 304, or a redirect's.
        content: The body, unpacked; empty for 304 and redirects.
        content_type: As the server said it, with charset.
        etag: Verbatim.
        last_modified: Verbatim.
        location: Where a redirect leads, as it was written.
    """

    url: str
    status: int
    content: bytes = b""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Network:
    """How names are looked up and connections made: as this machine does it. Tests put a made-up network in its place."""

    lookup: Lookup = look_up
    connect: Connect = connect


class Client:
    """Asks for addresses.

    Args:
        settings: Limits, contact and allowed hosts.
        network: How names are looked up and connections made.
    """

    def __init__(self, settings: Fetching, network: Network | None = None) -> None:
        network = network or Network()
        self.settings, self.allowed = settings, Allowed(settings.allowed_hosts)
        self.most = int(settings.largest_megabytes * 1e6)
        self._deadline = Deadline()
        backend = Pinned(Resolver(self.allowed, network.lookup), self._deadline, network.connect)
        self._transport = PinnedTransport(backend, settings.at_once)
        self._headers = {
            "User-Agent": f"{ROBOT}/{__version__}" + (f" (+{settings.contact})" if settings.contact else ""),
            "Accept": _ACCEPT, "Accept-Encoding": ACCEPTED,
        }  # fmt: skip

    def close(self) -> None:
        """Close its connections."""
        self._transport.close()

    def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None, most: int | None = None) -> Answer:
        """Ask for one address.

        Args:
            url: The address; it is checked here, whatever was checked before.
            etag: Sent as If-None-Match, verbatim.
            last_modified: Sent as If-Modified-Since, verbatim.
            most: Bytes that the answer may have, unpacked; as the settings say by default.

        Returns:
            An answer with content (200), one that says "not modified" (304), or a redirect.

        Raises:
            NotFetched: For everything else, with the reason.
        """
        address = checked(url, self.allowed)
        headers = dict(self._headers)
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        seconds = self.settings.timeout_seconds
        self._deadline.start(seconds)
        try:
            limits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)}
            request = httpx.Request("GET", address, headers=headers, extensions=limits)
            response = self._transport.handle_request(request)
            try:
                return self._answer(str(address), response, bool(etag or last_modified), most or self.most)
            finally:
                response.close()
        except NotFetched as error:
            error.where = url
            raise
        except Exception as error:  # noqa: BLE001 - a stranger's server may break the protocol in any way
            raise _failure(error, url) from error

    def _answer(self, url: str, response: httpx.Response, is_conditional: bool, most: int) -> Answer:
        status, headers = response.status_code, response.headers
        if status in _REDIRECTS:
            if not headers.get("location"):
                raise NotFetched(f"the server answered {status} and not where to", "redirect", status=status)
            return Answer(url, status, location=headers["location"])
        told = {name: _validator(headers.get(name)) for name in ("etag", "last-modified")}
        if status == 304:
            if not is_conditional:
                raise NotFetched("the server answered 304 (not modified) to a first request", "status", status=status)
            return Answer(url, status, etag=told["etag"], last_modified=told["last-modified"])
        if status != 200:
            words = f"the server answered {status}" + (f" ({_WORDS[status]})" if status in _WORDS else "")
            wait_s = retry_after(headers.get("retry-after")) if status in (429, 503) else None
            raise NotFetched(words, "status", is_passing=status in _PASSING, wait_s=wait_s, status=status)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > most:
            raise too_large(most)
        content = read_body(self._pieces(response), headers.get("content-encoding"), most)
        return Answer(url, status, content, _line(headers.get("content-type")), told["etag"], told["last-modified"])

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        for piece in response.iter_raw():
            self._deadline.left(None)
            yield piece


_WORDS = {
    401: "only with a password", 402: "only for payment", 403: "forbidden", 404: "not found", 410: "gone", 429: "too many requests",
    451: "withheld for legal reasons", 500: "an error of its own", 502: "an error behind it", 503: "not available now", 504: "no answer behind it",
}  # fmt: skip


def _failure(error: Exception, url: str) -> NotFetched:
    """What broke, in words that stay the same from try to try."""
    if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)):
        return NotFetched("it took too long", "time", where=url, is_passing=True)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return NotFetched("the certificate of its server is not to be trusted", "connection", where=url)
    if isinstance(error, (httpx.ConnectError, httpcore.ConnectError)):
        what = "no secure connection (TLS)" if re.search(r"SSL|TLS", str(error)) else "no connection"
        return NotFetched(what, "connection", where=url, is_passing=True)
    if isinstance(error, (httpx.RemoteProtocolError, httpcore.RemoteProtocolError)):
        is_short = "without sending complete message body" in str(error) or "peer closed connection" in str(error)
        what = "the answer is cut short" if is_short else "the answer is no HTTP"
        return NotFetched(what, "content" if is_short else "connection", where=url, is_passing=True)
    if isinstance(error, (httpx.TransportError, httpcore.NetworkError, OSError)):
        return NotFetched("the connection broke off", "connection", where=url, is_passing=True)
    return NotFetched(f"the answer could not be read ({type(error).__name__})", "content", where=url)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for, a number or a date; None for none that can be read.

    >>> retry_after("120")
    120.0
    """
    text = (value or "").strip()
    if text.isdecimal() and text.isascii():
        return min(float(text[:12]), _LONGEST_WAIT)
    try:
        until: Any = parsedate_to_datetime(text)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return min(max(0.0, (until - (now or datetime.now(UTC))).total_seconds()), _LONGEST_WAIT)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None


def _line(value: str | None) -> str | None:
    return " ".join(value.split())[:200] or None if value else None
