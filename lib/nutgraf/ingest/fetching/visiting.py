"""A page with everything that belongs to asking for one: robots.txt, pauses, redirects, a few more tries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from nutgraf.ingest.fetching.addresses import checked, host_of
from nutgraf.ingest.fetching.client import Answer, Client
from nutgraf.ingest.fetching.failures import NotFetched
from nutgraf.ingest.fetching.politeness import LONGEST_WAIT, Politeness
from nutgraf.ingest.fetching.robots import Robots, Rules

MOST_REDIRECTS = 5
TRIES = 3
_LONGEST_BACKOFF = 20.0  # seconds


@dataclass(frozen=True)
class Known:
    """What an earlier answer from an address said: sent back, so that the server can say "not modified".

    Attributes:
        url: The address that gave the answer, at the end of all redirects: only there do the others mean anything.
        etag: Verbatim.
        last_modified: Verbatim.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Visit:
    """What came of a visit.

    Attributes:
        answer: The last answer, 200 or 304; its ``url`` is the address at the end of all redirects.
        asked: The address that was asked first.
        at: When the answer was there, in UTC.
    """

    answer: Answer
    asked: str
    at: datetime

    @property
    def is_unchanged(self) -> bool:
        """Whether the server said that what is known still holds."""
        return self.answer.status == 304


class Visitor:
    """Visits pages, from several threads at once.

    Args:
        client: Asks for addresses.
        politeness: Says when.
        rules: robots.txt files that are known.
        should_stop: Says whether the run was told to end.
    """

    def __init__(
        self, client: Client, politeness: Politeness, rules: Iterable[Rules] = (), should_stop: Callable[[], bool] = lambda: False
    ) -> None:
        self.client, self.politeness = client, politeness
        self.robots = Robots(lambda url, most: self._chain(url, None, most, obeys=False)[0], rules)
        self._should_stop = should_stop

    def visit(self, url: str, known: Known | None = None) -> Visit:
        """Fetch a page.

        Args:
            url: Its address.
            known: What an earlier answer said.

        Raises:
            NotFetched: With the reason.
        """
        answer, asked = self._chain(url, known, None, obeys=True)
        return Visit(answer, asked, datetime.now(UTC))

    def _chain(self, url: str, known: Known | None, most: int | None, *, obeys: bool) -> tuple[Answer, str]:
        """An address and those that it redirects to; `obeys` is whether robots.txt is looked at, which it is not for itself."""
        address = asked = str(checked(url, self.client.allowed))
        visited = [address]
        while True:
            if obeys:
                self.politeness.at_least(host_of(address), self.robots.check(address))
            answer = self._with_tries(address, known if known and known.url == address else None, most)
            if answer.location is None:
                return answer, asked
            try:
                address = str(checked(answer.location, self.client.allowed, base=address))
            except NotFetched as error:
                raise replace_words(error, f"it redirects to an address that is {error.what}") from error
            if address in visited:
                raise NotFetched("it redirects in a circle", "redirect", where=url)
            if len(visited) > MOST_REDIRECTS:
                raise NotFetched(f"more than {MOST_REDIRECTS} redirects", "redirect", where=url)
            visited.append(address)

    def _with_tries(self, url: str, known: Known | None, most: int | None) -> Answer:
        tries = Retrying(
            stop=stop_after_attempt(TRIES), wait=self._pause, retry=retry_if_exception(self._is_worth_a_try), sleep=lambda seconds: None, reraise=True
        )
        return tries(self._once, url, known, most)

    def _once(self, url: str, known: Known | None, most: int | None) -> Answer:
        host = host_of(url)
        with self.politeness.turn(host):
            try:
                answer = self.client.ask(url, **_sent(known), most=most)
            except NotFetched as error:
                if error.kind in ("time", "connection", "name"):
                    self.politeness.answered(host, False)
                elif error.kind != "refused":
                    self.politeness.answered(host, True)
                if error.wait_s:
                    self.politeness.rest(host, error.wait_s)
                raise
            self.politeness.answered(host, True)
            return answer

    def _is_worth_a_try(self, error: BaseException) -> bool:
        return isinstance(error, NotFetched) and error.is_passing and (error.wait_s or 0) <= LONGEST_WAIT and not self._should_stop()

    def _pause(self, state: RetryCallState) -> float:
        """Twice as long after each try. The host rests, so that no other page of it is asked for meanwhile either."""
        error: Any = state.outcome.exception() if state.outcome else None
        seconds = min(self.client.settings.delay_seconds * 2**state.attempt_number, _LONGEST_BACKOFF)
        self.politeness.rest(host_of(error.where or ""), max(seconds, error.wait_s or 0.0))
        return 0.0


def _sent(known: Known | None) -> dict[str, str | None]:
    return {"etag": known.etag, "last_modified": known.last_modified} if known else {}


def replace_words(error: NotFetched, what: str) -> NotFetched:
    """The same failure in other words."""
    return NotFetched(what, error.kind, where=error.where, is_passing=error.is_passing, wait_s=error.wait_s, status=error.status)
