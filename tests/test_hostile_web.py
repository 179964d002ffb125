"""A hostile web: pages and servers that do what they should not, by the dozen of each kind, through a whole ingest of a feed that names them.

Each case ends as one row, kept or set aside with its reason, or as the summary that the feed gave while the source says why its page could not
be had. Nothing is written outside the desk, and no machine is asked that must not be.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from html import escape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random

import pytest
from nutgraf.ingesting import ingest

from tests.web_servers import Reply, Web, desk_of, made_up_network, serving

EACH = 40
SOURCE = '[[sources]]\nid = "bell"\nkind = "feed"\nurl = "{root}/feed.xml"\n'
WORDS = "keeper lock gate tide harbour morning letter council lamp rope barrel clock bridge winter kettle market ferry stone".split()
#: How a case may end: its page was read, its page is set aside, or its page could not be had.
READ, ASIDE, NOT_FETCHED = "read", "aside", "not fetched"
Case = tuple[str, Reply, set[str]]


def text_of(chance: Random) -> str:
    sentences = (" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(9))
    return "".join(f"<p>{sentence} {next(sentences, '')}</p>" for sentence in sentences)


def page(chance: Random, headline: str = "", body: str = "", head: str = "") -> str:
    title = headline or " ".join(chance.choices(WORDS, k=6)).capitalize()
    return f"<html lang='en'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body or text_of(chance)}</article></body></html>"


def html(body: bytes | str | Callable[[BaseHTTPRequestHandler], None], charset: str = "utf-8", **headers: str) -> Reply:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body, headers={"Content-Type": f"text/html; charset={charset}", **told})


def wrong_charset(chance: Random, number: int, canary: Web) -> Case:
    spoken = page(chance, body=f"<p>“We’ll wait,” said Zoë Brandão. {' '.join(chance.choices(WORDS, k=60))}.</p>")
    written, told = chance.choice([("cp1252", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-16", "utf-8"), ("utf-8", "klingon")])
    return f"/{number}", html(spoken.encode(written), told), {READ}


def truncated_gzip(chance: Random, number: int, canary: Web) -> Case:
    packed = gzip.compress(page(chance).encode())
    return f"/{number}", html(packed[: chance.randrange(12, len(packed) - 1)], Content_Encoding="gzip"), {NOT_FETCHED}


def fifty_megabytes(chance: Random, number: int, canary: Web) -> Case:
    is_told = chance.random() < 0.5

    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header(*(("Content-Length", "50000000") if is_told else ("Connection", "close")))
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b"<p>again and again</p>" * 45_455)

    return f"/{number}", Reply(pour), {NOT_FETCHED}


def gzip_bomb(chance: Random, number: int, canary: Web) -> Case:
    return f"/{number}", html(gzip.compress(b"<p>" + b" " * chance.randrange(6_000_000, 60_000_000)), Content_Encoding="gzip"), {NOT_FETCHED}


def nested_tags(chance: Random, number: int, canary: Web) -> Case:
    tag = chance.choice(["div", "b", "table", "blockquote", "ul"])
    return f"/{number}", html(page(chance, body=f"<{tag}>" * 100_000 + text_of(chance))), {READ, ASIDE}


def entity_bomb(chance: Random, number: int, canary: Web) -> Case:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(9))
    kind = chance.choice(["<?xml version='1.0'?>", ""])
    return f"/{number}", html(f"{kind}<!DOCTYPE html [{entities}]>" + page(chance, body=f"<p>&a8;</p>{text_of(chance)}")), {READ, ASIDE}


def redirect_loop(chance: Random, number: int, canary: Web) -> Case:
    return f"/{number}", Reply(b"", chance.choice([301, 302, 307, 308]), {"Location": chance.choice([f"/{number}", f"/{number}?again", f"/loop/{number}"])}), {NOT_FETCHED}


def redirect_to_private(chance: Random, number: int, canary: Web) -> Case:
    target = chance.choice([
        f"{canary.root}/{number}", f"http://localhost:{canary.port}/", f"http://[::1]:{canary.port}/", f"http://[::ffff:127.0.0.1]:{canary.port}/",
        f"http://2130706433:{canary.port}/", f"http://0x7f.1:{canary.port}/", f"http://0177.0.0.1:{canary.port}/", f"http://0:{canary.port}/",
        "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.1.1/", "http://100.100.100.200/", "http://[fd00::1]/", "http://224.0.0.1/",
        "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", f"http://user:word@127.0.0.1:{canary.port}/", "//169.254.169.254/",
    ])  # fmt: skip
    return f"/{number}", Reply(b"", chance.choice([301, 302, 303, 307, 308]), {"Location": target}), {NOT_FETCHED}


def slow_drip(chance: Random, number: int, canary: Web) -> Case:
    is_headless = chance.random() < 0.5

    def drip(handler: BaseHTTPRequestHandler) -> None:
        if not is_headless:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.end_headers()
        for _ in range(400):
            handler.wfile.write(b"X")
            handler.wfile.flush()
            time.sleep(0.1)

    return f"/{number}", Reply(drip), {NOT_FETCHED}


def errors_of_a_server(chance: Random, number: int, canary: Web) -> Case:
    return f"/{number}", Reply(page(chance), chance.choice([400, 401, 403, 404, 410, 418, 500, 502, 503, 504])), {NOT_FETCHED}


def not_modified_without_etag(chance: Random, number: int, canary: Web) -> Case:
    return f"/{number}", Reply(b"", 304), {NOT_FETCHED}


def no_http(chance: Random, number: int, canary: Web) -> Case:
    junk = chance.choice([b"", b"\x00" * 3_000, b"HTTP/1.1 9999 what\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000, b"\xff\xfe\xfd" * 99])
    return f"/{number}", Reply(lambda handler: handler.wfile.write(junk)), {NOT_FETCHED}


def names_that_lead_out(chance: Random, number: int, canary: Web) -> Case:
    name = chance.choice(["..%2F..%2Fetc%2Fpasswd", "%00", "a%0Ab", "x" * 300, "..%5C..%5Cwin.ini", "CON", "%2e%2e/%2e%2e/up", "a%20b", "~root", "-rf"])
    return f"/{number}/{name}", html(page(chance)), {READ}


def scripts_in_titles(chance: Random, number: int, canary: Web) -> Case:
    title = chance.choice(["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title><svg onload=alert(1)>", "javascript:alert(1)"]) + f" {number} goats at the lock"
    return f"/{number}", html(page(chance, headline=chance.choice([escape(title), title]))), {READ}


def bidi_and_homoglyph_bylines(chance: Random, number: int, canary: Web) -> Case:
    name = chance.choice(["\u202eelav norrO", "Оrla Fennick", "Ana\u200b Vale", "A\u0301na\u2066 Vale\u2069", "Ｏrla Ｆennick", "Orla\x07 Fennick", "Orla\u2028Fennick"])
    return f"/{number}", html(page(chance, head=f'<meta name="author" content="{name}">', body=f"<p class='byline'>By {name}</p>{text_of(chance)}")), {READ}


KINDS = (
    wrong_charset, truncated_gzip, fifty_megabytes, gzip_bomb, nested_tags, entity_bomb, redirect_loop, redirect_to_private, slow_drip, errors_of_a_server,
    not_modified_without_etag, no_http, names_that_lead_out, scripts_in_titles, bidi_and_homoglyph_bylines,
)  # fmt: skip
SLOW = (fifty_megabytes, nested_tags, slow_drip)


@pytest.fixture
def canary() -> Iterator[Web]:
    """A server that nobody may ask."""
    with serving() as server:
        yield server


def _run(folder: Path, web: Web, canary: Web, make: Callable[[Random, int, Web], Case], n: int) -> None:
    may_end: dict[str, set[str]] = {}
    items = ""
    for number in range(n):
        path, reply, ends = make(Random(f"{make.__name__} {number}"), number, canary)
        web.replies[path] = reply
        may_end[f"{web.root}{path}"] = ends
        items += f"<item><title>Entry {number}</title><link>{web.root}{path}</link><guid isPermaLink='false'>{number}</guid><description>In short: {number}.</description></item>"
    web.replies["/feed.xml"] = Reply(f"<rss version='2.0'><channel><title>The Bell</title>{items}</channel></rss>")
    desk = desk_of(folder / "desk", SOURCE.format(root=web.root), web, per_host=8, timeout_seconds=1 if make is slow_drip else 5)
    outside = {path for path in folder.rglob("*") if not path.is_relative_to(desk.root)}
    with desk.store.lock("test"):
        report = ingest(desk)
    assert {path for path in folder.rglob("*") if not path.is_relative_to(desk.root)} == outside and not canary.asked
    rows = desk.store.read("articles").to_pylist()
    assert len(rows) == len({row["article_id"] for row in rows}) == n == report.of("bell").seen
    ended = []
    for row in rows:
        end = NOT_FETCHED if row["completeness"] == "summary" else READ if row["status"] == "kept" else ASIDE
        assert end in may_end[row["url"]], (row["url"], end, row["status_reason"])
        assert row["status"] == "kept" or row["status_reason"]
        for name in ("headline", "byline", "credits"):
            assert not any(not c.isprintable() for c in row[name] or ""), (name, row[name])
        ended.append(end)
    told = report.of("bell")
    assert sum(told.not_fetched.values()) == ended.count(NOT_FETCHED) and all(told.not_fetched), told
    if make is wrong_charset:
        assert all("“We’ll wait,” said Zoë Brandão." in row["text"] for row in rows)
    if make is bidi_and_homoglyph_bylines:
        assert not any(c in (row["credits"] or "") for row in rows for c in "\u202e\u2066\u2069\u200b")


@pytest.mark.parametrize("make", [make for make in KINDS if make not in SLOW], ids=lambda make: make.__name__)
def test_some_of_each_kind(tmp_path: Path, web: Web, canary: Web, make: Callable[[Random, int, Web], Case]) -> None:
    _run(tmp_path, web, canary, make, 6)


@pytest.mark.faults
@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_each_kind_by_the_dozen(tmp_path: Path, web: Web, canary: Web, make: Callable[[Random, int, Web], Case]) -> None:
    _run(tmp_path, web, canary, make, EACH * (3 if make is bidi_and_homoglyph_bylines else 1))


@pytest.mark.parametrize("n", [4, pytest.param(EACH, marks=pytest.mark.faults)])
def test_names_whose_answer_changes(tmp_path: Path, web: Web, n: int) -> None:
    """The first answer is public, every later one is this machine or a cloud's metadata address: only the first is ever connected to."""
    chance = Random("changing")
    names: dict[str, list[list[str]]] = {"bell.example": [["93.184.215.14"]]}
    items = ""
    for number in range(n):
        host = f"n{number}.bell.example"
        names[host] = [[f"93.184.215.{number + 20}"], [chance.choice(["127.0.0.1", "169.254.169.254", "10.0.0.7", "::1", "::ffff:127.0.0.1"])]]
        web.replies[f"/{number}"] = html(page(chance))
        items += f"<item><title>Entry {number}</title><link>http://{host}/{number}</link><guid isPermaLink='false'>{number}</guid></item>"
    web.replies["/feed.xml"] = Reply(f"<rss version='2.0'><channel><title>The Bell</title>{items}</channel></rss>")
    network, connected = made_up_network(names, web)
    desk = desk_of(tmp_path / "desk", SOURCE.format(root="http://bell.example"))
    with desk.store.lock("test"):
        ingest(desk, network=network)
    rows = desk.store.read("articles").to_pylist()
    assert len(rows) == n and all(row["status"] == "kept" and row["completeness"] == "full" for row in rows)
    assert connected and all(address.startswith("93.184.215.") for address, _ in connected)
