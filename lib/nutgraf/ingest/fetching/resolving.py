"""Names to addresses of machines, looked up once, checked and kept; and connections that go there and nowhere else.

A name whose answer changes between the check and the connection is the oldest way around such a check. Here they are one: `Network.connect` takes a
name's kept addresses, and the connection goes to one of them by its number, while the name stays in the Host header and in the TLS handshake, so that
certificates are checked against the name. No proxy of the environment is used: it would resolve names by itself.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

import httpcore
import httpx
from httpcore._backends.sync import SyncStream

from nutgraf.ingest.fetching.addresses import Address, Allowed, check_machine, literal
from nutgraf.ingest.fetching.failures import NotFetched

Lookup = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]
_MOST_TRIED = 4  # addresses of one name that a connection is tried to


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine resolves it."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """A connection to an address of a machine."""
    return socket.create_connection((address, port), timeout)


class Deadline(threading.local):
    """When the request of this thread must be over, on the monotonic clock."""

    ends: float = float("inf")

    def start(self, seconds: float) -> None:
        """Begin a request that may take this long."""
        self.ends = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Seconds that a single step may take.

        Raises:
            httpcore.ReadTimeout: When the time is over.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this request is over")
        return left if timeout is None else min(left, timeout)


class Resolver:
    """What names stand for. One answer for a run: the first.

    Args:
        allowed: Hosts that the settings name.
        lookup: How a name is looked up, `look_up` by default; tests put their own here.
    """

    def __init__(self, allowed: Allowed, lookup: Lookup = look_up) -> None:
        self._allowed, self._lookup = allowed, lookup
        self._kept: dict[str, tuple[Address, ...] | NotFetched] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, port: int, timeout: float) -> tuple[Address, ...]:
        """The addresses of a host, each checked.

        Raises:
            NotFetched: When it has none, or one of them is refused: a name that stands for a public and a private machine at once is refused.
        """
        machine = literal(host)
        if machine is not None:
            check_machine(machine, host, port, self._allowed)
            return (machine,)
        key = host.lower().rstrip(".")
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            found = self._found(key, port, timeout)
            with self._lock:
                kept = self._kept.setdefault(key, found)  # of two threads that asked at once, the first answer holds
        if isinstance(kept, NotFetched):
            raise NotFetched(kept.what, kept.kind, where=host, is_passing=kept.is_passing)
        for machine in kept:
            check_machine(machine, key, port, self._allowed)
        return kept

    def _found(self, host: str, port: int, timeout: float) -> tuple[Address, ...] | NotFetched:
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(tuple(self._lookup(host, port)))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        # getaddrinfo knows no time limit: a thread that hangs in it is left behind and ends with the process.
        threading.Thread(target=ask, daemon=True, name="looking up a name").start()
        try:
            answer = answers.get(timeout=timeout)
        except queue.Empty:
            return NotFetched("the name of its host could not be looked up in time", "name", where=host)
        if isinstance(answer, Exception) or not answer:
            return NotFetched("the name of its host is not known", "name", where=host)
        machines = []
        for text in answer:
            try:
                machine = literal(text.partition("%")[0])
            except NotFetched:
                machine = None
            if machine is None:
                return NotFetched("refused: the name of its host stands for no address of a machine", "refused", where=host)
            machines.append(machine)
        return tuple(machines)


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to the deadline of the request that uses it."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Pinned(httpcore.NetworkBackend):
    """Connections to the checked addresses of a name.

    Args:
        resolver: Knows them.
        deadline: Of the request that is under way in this thread.
        connect: How a connection is made, `connect` by default; tests put their own here.
    """

    def __init__(self, resolver: Resolver, deadline: Deadline, connect: Connect = connect) -> None:
        self._resolver, self._deadline, self._connect = resolver, deadline, connect

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        problem: OSError | None = None
        machines = _in_turns(self._resolver.addresses(host, port, self._deadline.left(timeout)))
        for number, machine in enumerate(machines):
            try:
                # One that does not answer must leave time for the others.
                made = self._connect(str(machine), port, self._deadline.left(timeout) / (len(machines) - number))
            except OSError as error:
                problem = error
                continue
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(SyncStream(made), self._deadline)
        if isinstance(problem, TimeoutError):
            raise httpcore.ConnectTimeout(str(problem)) from problem
        raise httpcore.ConnectError(str(problem)) from problem

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("no sockets of this machine")


def _in_turns(machines: Sequence[Address]) -> list[Address]:
    """IPv6 and IPv4 addresses in turns, the first kind first: where one kind leads nowhere from here, the other is tried soon (RFC 8305, 4)."""
    first = [machine for machine in machines if machine.version == machines[0].version]
    other = [machine for machine in machines if machine.version != machines[0].version]
    return [machine for pair in zip_longest(first, other) for machine in pair if machine is not None][:_MOST_TRIED]


class PinnedTransport(httpx.HTTPTransport):
    """httpx's own transport over `Pinned` connections; it follows no redirect, keeps no cookie and reads nothing of the environment."""

    def __init__(self, backend: Pinned, at_once: int) -> None:
        super().__init__(verify=_certificates(), trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(), max_connections=2 * at_once, max_keepalive_connections=2 * at_once, keepalive_expiry=15.0,
            http1=True, http2=False, retries=0, network_backend=backend,
        )  # fmt: skip


@cache
def _certificates() -> ssl.SSLContext:
    """Whose certificates are trusted, as httpx ships them; reading them takes a tenth of a second."""
    return httpx.create_ssl_context(trust_env=False)
