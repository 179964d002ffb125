"""robots.txt: whether a page may be fetched, and how long to wait between two (RFC 9309; Crawl-delay as most robots keep it)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nutgraf.ingest.fetching.client import ROBOT, Answer
from nutgraf.ingest.fetching.failures import NotFetched

if TYPE_CHECKING:
    from protego import Protego

#: How long a robots.txt is good for, in seconds; RFC 9309, 2.4.
KEPT_S = 86_400.0
LARGEST = 512_000  # bytes that are read; RFC 9309, 2.5
_LONGEST_DELAY = 86_400.0  # seconds


@dataclass(frozen=True)
class Rules:
    """A robots.txt as it was found: `text` is empty where there is none, `fetched` is the time in seconds since 1970."""

    origin: str
    text: str
    fetched: float


@dataclass
class _Origin:
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Rules | None = None
    parsed: Protego | None = None
    failure: NotFetched | None = None


class Robots:
    """What the robots.txt of each host says.

    Args:
        ask: Fetches an address: gets it and the most bytes that are read of it; follows redirects, keeps pauses, retries.
        known: What an earlier run found and is still good.
    """

    def __init__(self, ask: Callable[[str, int], Answer], known: Iterable[Rules] = ()) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._origins = {rules.origin: _Origin(rules=rules) for rules in known if 0 <= time.time() - rules.fetched < KEPT_S}
        self.found: list[Rules] = []

    def check(self, url: str) -> float:
        """Let an address pass, or not.

        Returns:
            The pause that the host asks for between two requests, in seconds; 0 for none.

        Raises:
            NotFetched: When robots.txt forbids it, or could not be had for another reason than that there is none.
        """
        found = self._parsed(url)
        if not found.can_fetch(url, ROBOT):
            raise NotFetched("robots.txt forbids it", "robots", where=url)
        try:
            return min(max(0.0, float(found.crawl_delay(ROBOT) or 0)), _LONGEST_DELAY)
        except (ValueError, OverflowError):
            return 0.0

    def _parsed(self, url: str) -> Protego:
        import httpx
        from protego import Protego

        address = httpx.URL(url)
        origin = f"{address.scheme}://{address.netloc.decode('ascii')}"
        with self._lock:
            held = self._origins.setdefault(origin, _Origin())
        with held.lock:  # one thread asks, the others of the same host wait for it
            if held.failure is not None:
                raise NotFetched(held.failure.what, "robots", where=url, wait_s=held.failure.wait_s)
            if held.rules is None:
                try:
                    held.rules = self._fetch(origin)
                except NotFetched as error:
                    held.failure = NotFetched(f"robots.txt could not be had: {error.what}", "robots", wait_s=error.wait_s)
                    raise NotFetched(held.failure.what, "robots", where=url, wait_s=error.wait_s) from error
                with self._lock:
                    self.found.append(held.rules)
            if held.parsed is None:
                try:
                    held.parsed = Protego.parse(held.rules.text)
                except Exception as error:  # noqa: BLE001 - a stranger's file may break the parser in any way
                    raise NotFetched("robots.txt could not be read", "robots", where=url) from error
            return held.parsed

    def _fetch(self, origin: str) -> Rules:
        try:
            content = self._ask(f"{origin}/robots.txt", LARGEST).content
        except NotFetched as error:
            # "Unavailable" status codes, 4xx, mean that there are no rules; 429 is a server that wants a pause. RFC 9309, 2.3.1.
            if error.status is None or not 400 <= error.status < 500 or error.status == 429:
                raise
            content = b""
        return Rules(origin, content.decode("utf-8", "replace").replace("\x00", ""), time.time())
