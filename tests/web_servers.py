"""A web server on loopback for tests: what it answers is a table that a test changes, and what it was asked is a list."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.ingest.fetching.client import Network
from nutgraf.ingest.fetching.resolving import connect


@dataclass
class Reply:
    """An answer. With an ETag or Last-Modified among its headers a request that sends it back gets 304.

    Attributes:
        body: Bytes, or a function that gets the handler and writes what it likes, headers included.
        status: Of the answer.
        headers: More headers; Content-Length is set unless it stands here.
    """

    body: bytes | str | Callable[[BaseHTTPRequestHandler], None] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    path: str
    headers: Mapping[str, str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no news."""


class Web:
    """The server: `replies` by path, `asked` in order. A path without a reply is 404."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[Asked] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each answer waits 40 ms for its second piece

            def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
                web.asked.append(Asked(self.path, dict(self.headers)))
                web._answer(self, web.replies.get(self.path, Reply("nothing here", 404)))

            def log_message(self, *_: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def port(self) -> int:
        """Its port."""
        return self._server.server_port

    @property
    def root(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """Paths that were asked for, robots.txt apart."""
        return [one.path for one in self.asked if one.path != "/robots.txt"]

    def page(self, path: str, headline: str, text: str, **headers: str) -> str:
        """Put an article page at a path, and give its address."""
        self.replies[path] = Reply(page(headline, text), headers={"Content-Type": "text/html; charset=utf-8", **headers})
        return f"{self.root}{path}"

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    @staticmethod
    def _answer(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if callable(reply.body):
            try:
                reply.body(handler)
            except OSError:
                pass  # who asked has gone
            handler.close_connection = True
            return
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        told = {name.lower(): value for name, value in reply.headers.items()}
        is_known = any(
            told.get(name) and handler.headers.get(sent) == told[name]
            for name, sent in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
        )
        handler.send_response(304 if is_known and reply.status == 200 else reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if "content-length" not in told and not is_known:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if not is_known:
            try:
                handler.wfile.write(body)
            except OSError:
                pass


@contextmanager
def serving() -> Iterator[Web]:
    """A server for the time of a test."""
    web = Web()
    try:
        yield web
    finally:
        web.close()


def page(headline: str, text: str, head: str = "") -> str:
    """An article page without a date of its own."""
    return f"<html><head><title>{headline}</title>{head}</head><body><article><h1>{headline}</h1><p>{text}</p></article></body></html>"


def feed(*entries: tuple[str, str] | tuple[str, str, str], title: str = "The Bell") -> str:
    """An RSS feed of (address, headline[, date]) entries."""
    items = "".join(
        f"<item><title>{entry[1]}</title><link>{entry[0]}</link><guid isPermaLink='false'>{entry[0]}</guid>"
        f"<description>In short: {entry[1]}.</description>{f'<pubDate>{entry[2]}</pubDate>' if len(entry) > 2 else ''}</item>"
        for entry in entries
    )
    return f"<rss version='2.0'><channel><title>{title}</title><link>https://bell.example</link>{items}</channel></rss>"


def desk_of(folder: Path, sources: str, web: Web | None = None, **fetching: Any) -> Desk:
    """A desk with sources that are fetched without pauses, from a server on loopback."""
    told = {"delay_seconds": 0, "recheck_minutes": 0, "retry_minutes": 0, "timeout_seconds": 5, **fetching}
    if web is not None:
        told.setdefault("allowed_hosts", [f"127.0.0.1:{web.port}"])
    settings = "".join(f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}\n" for name, value in told.items())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nutgraf.toml").write_text(f'title = "Test"\n[fetching]\n{settings}\n{sources}', encoding="utf-8")
    return Desk(folder)


def made_up_network(names: Mapping[str, list[str] | list[list[str]]], web: Web | None = None) -> tuple[Network, list[tuple[str, int]]]:
    """A network in which names stand for what a test says, and in which connections to public addresses end at a server on loopback.

    Args:
        names: Addresses by name; a list of lists is what it stands for at the first look, the second, and so on, the last one for good.
        web: The server.

    Returns:
        The network, and a list that gets (address, port) of each connection that was made.
    """
    looks: dict[str, int] = {}
    connected: list[tuple[str, int]] = []

    def lookup(host: str, port: int) -> list[str]:
        found = names.get(host)
        if found is None:
            raise OSError("no such name")
        if found and isinstance(found[0], list):
            number = looks[host] = looks.get(host, 0) + 1
            return found[min(number, len(found)) - 1]
        return found

    def made(address: str, port: int, timeout: float) -> Any:
        connected.append((address, port))
        return connect("127.0.0.1", web.port, timeout) if web is not None else connect(address, port, timeout)

    return Network(lookup, made), connected
