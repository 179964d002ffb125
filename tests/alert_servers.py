"""Servers on loopback that take alerts: a mail server and a webhook."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass
class Taken:
    """What a server took: subject, body and the whole of each message, oldest first."""

    port: int
    messages: list[tuple[str, str]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    @property
    def subjects(self) -> list[str]:
        return [subject for subject, _ in self.messages]

    def clear(self) -> None:
        self.messages.clear()


@contextmanager
def mail_server(port: int | None = None) -> Iterator[Taken]:
    """A mail server; its address for apprise is ``mailto://127.0.0.1:<port>?to=…``."""
    from aiosmtpd.controller import Controller

    taken = Taken(port or free_port())

    class Handler:
        async def handle_DATA(self, server, session, envelope) -> str:  # noqa: ANN001, N802 - the names are aiosmtpd's
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            body = message.get_body(("plain",))
            taken.messages.append((str(message["Subject"]), body.get_content() if body else ""))
            taken.raw.append(envelope.content.decode("utf-8", "replace"))
            return "250 taken"

    controller = Controller(Handler(), hostname="127.0.0.1", port=taken.port)
    controller.start()
    try:
        yield taken
    finally:
        controller.stop()


@contextmanager
def webhook(port: int | None = None, *, status: int = 200) -> Iterator[Taken]:
    """A webhook; its address for apprise is ``json://127.0.0.1:<port>/…``. With another status it takes nothing."""
    taken = Taken(port or free_port())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - http.server's name
            content = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
            if status == 200:
                told = json.loads(content)
                taken.messages.append((told["title"], told["message"]))
                taken.raw.append(content)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", taken.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield taken
    finally:
        server.shutdown()
        server.server_close()
