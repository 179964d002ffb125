"""What may be asked, and what a server cannot do to us: every refusal has its reason, and no request goes where none may go."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.ingest.fetching import resolving
from nutgraf.ingest.fetching.addresses import PORTS, Allowed, checked, port_of, why_refused
from nutgraf.ingest.fetching.bodies import read_body
from nutgraf.ingest.fetching.client import Answer, Client, Network, retry_after
from nutgraf.ingest.fetching.failures import NotFetched
from nutgraf.ingest.fetching.politeness import Politeness
from nutgraf.ingest.fetching.visiting import Known, Visit, Visitor
from nutgraf.settings import Fetching

from tests.test_fetching_runs import rows, story, take
from tests.web_servers import Reply, Web, desk_of, feed, made_up_network, serving

PUBLIC, OTHER = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


def settings(web: Web | None = None, **more: object) -> Fetching:
    return Fetching(**{"delay_seconds": 0.0, "timeout_seconds": 3.0, "allowed_hosts": [f"127.0.0.1:{web.port}"] if web else [], **more})


def visitor(web: Web | None = None, network: Network | None = None, **more: object) -> Visitor:
    told = settings(web, **more)
    return Visitor(Client(told, network), Politeness(told.delay_seconds, told.per_host))


def failure(url: str, by: Visitor, known: Known | None = None) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        by.visit(url, known)
    return caught.value


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "loopback"), ("127.255.255.254", "loopback"), ("::1", "loopback"), ("10.0.0.1", "private"), ("172.16.0.1", "private"),
        ("172.31.255.255", "private"), ("192.168.1.1", "private"), ("fc00::1", "private"), ("fd12::1", "private"), ("fec0::1", "private"),
        ("169.254.1.1", "link-local"), ("fe80::1", "link-local"), ("169.254.169.254", "metadata"), ("169.254.170.2", "metadata"),
        ("100.100.100.200", "metadata"), ("fd00:ec2::254", "metadata"), ("168.63.129.16", "metadata"), ("100.64.0.1", "provider"),
        ("100.127.255.255", "provider"), ("0.0.0.0", "unspecified"), ("::", "unspecified"), ("0.1.2.3", "reserved"), ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"), ("ff02::1", "multicast"), ("240.0.0.1", "reserved"), ("255.255.255.255", "reserved"),
        ("192.0.2.1", "private"), ("198.18.0.1", "reserved"), ("192.88.99.1", "reserved"), ("2001:db8::1", "private"),
        ("::ffff:127.0.0.1", "loopback"), ("::ffff:169.254.169.254", "metadata"), ("::ffff:10.0.0.1", "private"), ("::ffff:93.184.215.14", "reserved"),
        ("::127.0.0.1", "loopback"), ("::7f00:1", "loopback"), ("2002:7f00:1::", "loopback"), ("2002:a00:1::1", "private"),
        ("2002:5db8:d70e::1", ""), ("64:ff9b::7f00:1", "loopback"), ("64:ff9b::a9fe:a9fe", "metadata"), ("64:ff9b:1::1", "private"),
        ("2001:0:7f00:1::1", "loopback"), ("2001::a00:1", ""), ("fe80::5efe:127.0.0.1", "loopback"), ("2001:4860::5efe:127.0.0.1", "loopback"),
        ("2001:4860:0:0:200:5efe:10.0.0.1", "private"),
    ],
)  # fmt: skip
def test_machines_that_are_not_asked(address: str, reason: str) -> None:
    found = why_refused(ip_address(address))
    assert found is not None and reason in found


@pytest.mark.parametrize("address", [PUBLIC, OTHER, "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2a00:1450::1", "64:ff9b::5db8:d70e"])
def test_machines_that_are_asked(address: str) -> None:
    assert why_refused(ip_address(address)) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.0.0.1:8080/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/",
        "http://0/", "http://127.0.0.1./", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://１２７.0.0.1/", "http://[fe80::1%25eth0]/",
        "http://[::]/", "http://[64:ff9b::127.0.0.1]/", "http://10.0.0.1/", "http://192.168.0.1/", "https://172.16.0.1/",
        "ftp://bell.example/", "file:///etc/passwd", "gopher://bell.example/", "javascript:alert(1)", "data:text/html,x", "//bell.example/", "bell.example", "",
        "http://", "http:///path", "http://user@bell.example/", "http://user:secret@bell.example/", "http://bell.example@127.0.0.1/", "http://bell.example:22/",
        "http://bell.example:25/", "http://bell.example:6379/", "http://bell.example:0/", "http://bell.example:99999/", "http://bell.example:x/",
        "http://bell.example/" + "x" * 9_000, "http://bell.example/\x00", "http://bell\r\n.example/", "http://bell.example/\r\nX: y", "http://[::1", "http://%31%32%37.0.0.1/",
        "http://bell .example/", "http://\u202ebell.example/", "http://xn--/",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(url: str) -> None:
    network, connected = made_up_network({"bell.example": [PUBLIC]})
    error = failure(url, visitor(network=network))
    assert error.kind in ("refused", "robots", "name") and connected == [] and "secret" not in str(error)


def test_what_the_settings_allow_and_what_they_cannot(web: Web) -> None:
    web.replies["/"] = Reply("hello")
    assert visitor(web).visit(f"{web.root}/").answer.content == b"hello"
    for url, hosts in ((f"http://localhost:{web.port}/", [f"127.0.0.1:{web.port}"]), (f"{web.root}/", ["127.0.0.1:1"])):
        assert failure(url, visitor(allowed_hosts=hosts)).kind == "refused"
    network, connected = made_up_network({"desk.example": ["169.254.169.254"], "inside.example": ["10.1.2.3"]}, web)
    allowing = visitor(network=network, allowed_hosts=["desk.example", "inside.example", "169.254.169.254"])
    assert failure("http://desk.example/", allowing).kind == failure("http://169.254.169.254/", allowing).kind.replace("refused", "robots")
    assert connected == []
    assert allowing.visit("http://inside.example/").answer.content == b"hello" and set(connected) == {("10.1.2.3", 80)}
    assert ("[::1]", 8000) in Allowed(["[::1]:8000"]) and ("bell.example.", 80) in Allowed(["Bell.example"])


def test_a_name_is_looked_up_once_and_only_its_checked_address_is_asked(web: Web) -> None:
    web.replies |= {"/a": Reply("a", headers={"Connection": "close"}), "/b": Reply("b", headers={"Connection": "close"})}
    network, connected = made_up_network({"bell.example": [[PUBLIC], ["127.0.0.1"]]}, web)
    by = visitor(network=network)
    assert [by.visit(f"http://bell.example/{name}").answer.content for name in "ab"] == [b"a", b"b"]
    assert {address for address, _ in connected} == {PUBLIC} and len(connected) >= 2
    assert web.asked[-1].headers["Host"] == "bell.example", "the name stays in the request"


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::ffff:10.0.0.1"], ["169.254.169.254"], ["not an address"], ["0x7f.1"], []])
def test_names_that_stand_for_refused_machines(answers: list[str], web: Web) -> None:
    network, connected = made_up_network({"bell.example": answers}, web)
    failure("http://bell.example/", visitor(network=network))
    assert connected == [] and web.asked == []


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:{port}/secret", "http://localhost/secret", "http://[::ffff:127.0.0.1]/secret", "http://169.254.169.254/", "//10.0.0.1/", "http://2130706433/",
     "http://inner.example/", "file:///etc/passwd", "ftp://bell.example/", "http://user:pw@bell.example/", "http://bell.example:22/"],
)  # fmt: skip
def test_a_redirect_to_where_none_may_go(target: str, web: Web) -> None:
    web.replies |= {"/secret": Reply("secret"), "/one": Reply(status=302, headers={"Location": target.format(port=web.port)})}
    network, connected = made_up_network({"bell.example": [PUBLIC], "inner.example": ["10.0.0.1"], "localhost": ["127.0.0.1"]}, web)
    error = failure("http://bell.example/one", visitor(network=network))
    assert error.kind in ("refused", "robots") and {address for address, _ in connected} == {PUBLIC}
    assert "/secret" not in web.paths()


def test_redirects_are_followed_within_limits(web: Web) -> None:
    for number in range(8):
        web.replies[f"/{number}"] = Reply(status=(301, 302, 303, 307, 308)[number % 5], headers={"Location": f"/{number - 1}" if number else "/end"})
    web.replies |= {"/end": Reply("end"), "/a": Reply(status=302, headers={"Location": "/b"}), "/b": Reply(status=302, headers={"Location": "/a#x"}),
                    "/self": Reply(status=302, headers={"Location": "/self"}), "/none": Reply(status=302)}  # fmt: skip
    by = visitor(web)
    found = by.visit(f"{web.root}/4")
    assert (found.answer.url, found.asked, found.answer.content) == (f"{web.root}/end", f"{web.root}/4", b"end")
    assert "5 redirects" in failure(f"{web.root}/7", by).what
    assert all("circle" in failure(f"{web.root}/{name}", by).what for name in ("a", "self"))
    assert failure(f"{web.root}/none", by).kind == "redirect"


def test_robots_txt_of_the_host_that_a_redirect_leads_to_counts(web: Web) -> None:
    web.replies |= {"/robots.txt": Reply("User-agent: *\nDisallow: /shut"), "/one": Reply(status=302, headers={"Location": "/shut"}), "/shut": Reply("shut")}
    assert failure(f"{web.root}/one", visitor(web)).kind == "robots" and "/shut" not in web.paths()


def test_proxies_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, web.root)
    network, connected = made_up_network({"bell.example": ["10.0.0.1"]})
    failure("http://bell.example/", visitor(network=network))
    assert connected == [] and web.asked == []


def drip(before: bytes, piece: bytes, pause: float):  # noqa: ANN201
    def body(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(before)
        for _ in range(400):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return body


@pytest.mark.parametrize(
    "before", [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b""]
)
def test_an_answer_that_drips_is_given_up(before: bytes, web: Web) -> None:
    piece = b"1\r\na\r\n" if b"chunked" in before else b"a"
    web.replies["/drip"] = Reply(drip(before, piece, 0.05))
    client, began = Client(settings(web, timeout_seconds=0.6)), time.monotonic()
    with pytest.raises(NotFetched) as caught:
        client.ask(f"{web.root}/drip")
    assert caught.value.kind in ("time", "connection") and time.monotonic() - began < 5


def test_interim_answers_without_end_are_given_up(web: Web) -> None:
    web.replies["/one"] = Reply(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.01))
    with pytest.raises(NotFetched):
        Client(settings(web, timeout_seconds=0.6)).ask(f"{web.root}/one")


def asked(web: Web, path: str = "/one", **headers: str | None) -> Answer:
    return Client(settings(web)).ask(f"{web.root}{path}", **headers)


def test_large_answers_are_refused_early(web: Web) -> None:
    sent = []

    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for number in range(500):
            handler.wfile.write(b"x" * 100_000)
            sent.append(number)

    web.replies |= {"/flood": Reply(flood), "/said": Reply(b"", headers={"Content-Length": "50000000"}), "/fits": Reply(b"x" * 4_999_999)}
    for path in ("/flood", "/said"):
        with pytest.raises(NotFetched) as caught:
            asked(web, path)
        assert caught.value.what == "larger than 5 MB, the most that is fetched"
    assert len(sent) < 400, "the connection was closed before its end"
    assert len(asked(web, "/fits").content) == 4_999_999


def packed(content: bytes, name: str = "gzip", cut: int | None = None) -> Reply:
    raw = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": lambda some: zlib.compress(some)[2:-4]}[name](content)
    return Reply(raw[:cut], headers={"Content-Encoding": "deflate" if name == "raw" else name})


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (packed(bytes(20_000_000)), "grows to over 100 times"),
        (packed(os.urandom(50) * 200_000), "larger than 5 MB|grows to over"),
        (packed(b"goat" * 1_000, cut=-10), "cut short"),
        (packed(b"goat" * 1_000, cut=12), "cut short"),
        (packed(b"goat" * 1_000, "deflate", cut=-6), "cut short"),
        (Reply(b"goat", headers={"Content-Encoding": "gzip"}), "damaged"),
        (Reply(gzip.compress(gzip.compress(b"goat")), headers={"Content-Encoding": "gzip, gzip"}), "more than once"),
        (Reply(b"goat", headers={"Content-Encoding": "br"}), "not asked for"),
        (Reply(b"goat", headers={"Content-Encoding": "zstd"}), "not asked for"),
        (Reply(gzip.compress(b"") * 2_000, headers={"Content-Encoding": "gzip"}), "too many parts"),
        (Reply(b"short", headers={"Content-Length": "100", "Connection": "close"}), "cut short|too long"),
    ],
)
def test_answers_that_cannot_be_unpacked(reply: Reply, said: str, web: Web) -> None:
    import re

    web.replies["/one"] = reply
    with pytest.raises(NotFetched) as caught:
        asked(web)
    assert re.search(said, caught.value.what), caught.value.what


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw"])
def test_answers_that_can_be_unpacked(name: str, web: Web) -> None:
    content = b"".join(str(number).encode() for number in range(100_000))
    web.replies["/one"] = packed(content, name)
    assert asked(web).content == content
    raw = web.replies["/one"].body
    for size in (1, 2, 7, 1_000):
        pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert read_body(pieces, "gzip" if name == "gzip" else "deflate", 10_000_000) == content
    if name == "gzip":
        assert read_body([raw + raw + b"\x00\x00"], "x-gzip", 10_000_000) == content * 2
    letter = b"x" * 900_000
    assert read_body([gzip.compress(letter)], "gzip", 5_000_000) == letter, "small enough to be harmless whatever its ratio"


def test_errors_of_a_server(web: Web) -> None:
    by = visitor(web)
    for status, tries in ((500, 3), (503, 3), (404, 1), (403, 1), (451, 1), (418, 1), (206, 1), (204, 1)):
        web.replies[f"/{status}"] = Reply("no", status) if status != 204 else Reply(b"", status)
        error = failure(f"{web.root}/{status}", by)
        assert error.kind == "status" and error.status == status and web.paths().count(f"/{status}") == tries


def test_a_server_that_recovers_is_asked_again(web: Web) -> None:
    answers = iter([500, 503, 200])

    def body(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(f"HTTP/1.1 {next(answers)} X\r\nContent-Length: 4\r\n\r\ngoat".encode())

    web.replies["/one"] = Reply(body)
    assert visitor(web).visit(f"{web.root}/one").answer.content == b"goat"


def test_not_modified_without_having_asked_for_it_is_an_error(web: Web) -> None:
    web.replies["/one"] = Reply(b"", 304)
    by = visitor(web)
    assert "304" in failure(f"{web.root}/one", by).what
    assert "304" in failure(f"{web.root}/one", by, Known(f"{web.root}/other", '"v1"')).what, "what another address said is not sent"
    assert by.visit(f"{web.root}/one", Known(f"{web.root}/one", '"v1"')).is_unchanged


@pytest.mark.parametrize("junk", [b"", b"HTTP/1.1\r\n\r\n", b"rubbish\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000 + b"\r\n\r\n",
                                  b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"\x16\x03\x01\x00", b"HTTP/1.1 99999999 OK\r\n\r\n",
                                  b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
                                  b"HTTP/1.1 101 Switching\r\n\r\n"])  # fmt: skip
def test_answers_that_are_no_http(junk: bytes, web: Web) -> None:
    web.replies["/one"] = Reply(lambda handler: handler.wfile.write(junk))
    with pytest.raises(NotFetched):
        asked(web)


def test_retry_after_is_kept_to(web: Web, tmp_path: Path) -> None:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    assert retry_after(format_datetime(moment + timedelta(minutes=2), usegmt=True), moment) == 120
    assert [retry_after(value) for value in (None, "", "soon", "-5", "Mon, 99 Foo 2026", "1e9")] == [None] * 6
    assert retry_after("Mon, 02 Mar 2020 00:00:00 GMT") == 0 and retry_after("9" * 400) == 31 * 86_400
    web.replies["/one"] = Reply("busy", 429, {"Retry-After": "1"})
    by, began = visitor(web), time.monotonic()
    assert failure(f"{web.root}/one", by).status == 429
    assert 2 <= time.monotonic() - began < 20 and web.paths() == ["/one"] * 3


def test_a_host_that_wants_a_long_pause_is_left_alone_by_later_runs_too(web: Web, tmp_path: Path) -> None:
    for path in ("/one", "/two"):
        web.page(path, "Goat", story(path))
    web.replies["/one"] = Reply("busy", 503, {"Retry-After": "3600"})
    web.replies["/feed.xml"] = Reply(feed((f"{web.root}/one", "Goat one"), (f"{web.root}/two", "Goat two")))
    desk = desk_of(tmp_path / "desk", f'[[sources]]\nid = "bell"\nkind = "feed"\nurl = "{web.root}/feed.xml"\n', web)
    report = take(desk)
    assert web.paths() == ["/feed.xml", "/one"] and report.outcomes == {"new": 2}, "the feed speaks for both"
    assert {row["completeness"] for row in rows(desk)} == {"summary"}
    report = take(desk)
    assert web.paths() == ["/feed.xml", "/one"] and "asked for a pause" in report.sources["bell"].problems[0]


def test_pauses_between_requests_to_one_host(web: Web) -> None:
    for number in range(3):
        web.replies[f"/{number}"] = Reply("x")
    by, began = visitor(web, delay_seconds=0.2), time.monotonic()
    for number in range(3):
        by.visit(f"{web.root}/{number}")
    assert time.monotonic() - began >= 0.6, "robots.txt and three pages, so three pauses"
    web.replies["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 0.5\n")
    by, began = visitor(web), time.monotonic()
    for number in range(3):
        by.visit(f"{web.root}/{number}")
    assert time.monotonic() - began >= 1.5, "the host's own pause is the longer one"


def test_the_other_addresses_of_a_name_are_tried(web: Web) -> None:
    web.replies["/"] = Reply("hello")
    names = {"bell.example": [OTHER, "2a00:1450::1", "2a00:1450::2", "2a00:1450::3", PUBLIC]}
    network, connected = made_up_network(names, web)
    tried = []

    def only_ipv4(address: str, port: int, timeout: float) -> object:
        tried.append((address, timeout))
        if ":" in address:
            raise OSError("no route")
        return network.connect(address, port, timeout)

    assert visitor(network=Network(network.lookup, only_ipv4)).visit("http://bell.example/").answer.content == b"hello"
    assert [address for address, _ in tried][:2] == [OTHER, PUBLIC] and tried[0][1] <= 3.0 / 4, "one that hangs leaves time for the others"


def test_a_host_that_does_not_answer_is_given_up_for_the_run() -> None:
    network, connected = made_up_network({"dead.example": [PUBLIC]})

    def refuse(address: str, port: int, timeout: float) -> None:
        connected.append((address, port))
        raise ConnectionRefusedError

    by = visitor(network=Network(network.lookup, refuse))
    errors = [failure(f"http://dead.example/{number}", by) for number in range(5)]
    assert len(connected) == 3 and all("robots.txt could not be had: no connection" in error.what for error in errors)


KILLED = """
import sys
from pathlib import Path
from nutgraf.desk import Desk
from nutgraf.ingesting import ingest
desk = Desk(Path(sys.argv[1]))
with desk.store.lock("a run that is killed"):
    ingest(desk, progress=lambda what, done, of: print(what, done, of, flush=True))
"""


def test_a_run_that_is_killed_goes_on_and_loses_and_doubles_nothing(web: Web, tmp_path: Path) -> None:
    addresses = [web.page(f"/{number}", f"Goat {number}", story(str(number))) for number in range(12)]
    web.replies["/feed.xml"] = Reply(feed(*((address, f"Goat at {address}") for address in addresses)))
    desk = desk_of(tmp_path / "desk", f'[[sources]]\nid = "bell"\nkind = "feed"\nurl = "{web.root}/feed.xml"\n', web, delay_seconds=0.05, recheck_minutes=60)
    run = subprocess.Popen([sys.executable, "-c", KILLED, str(desk.root)], stdout=subprocess.PIPE, text=True)
    for line in run.stdout:
        if line.startswith("fetching pages 5 "):
            run.send_signal(signal.SIGKILL)
            break
    run.wait()
    run.stdout.close()
    assert desk.store.version("articles") is None
    n_before = sum(path != "/feed.xml" for path in web.paths())
    report = take(desk)
    assert report.outcomes == {"new": 12} and report.seen == 12 and len({row["article_id"] for row in rows(desk)}) == 12
    n_again = sum(path != "/feed.xml" for path in web.paths()) - n_before
    assert 6 <= n_again <= 8, "what was fetched is not fetched again"
    assert take(desk).outcomes == {"unchanged": 12}


def test_checked_gives_the_address_without_its_fragment() -> None:
    assert str(checked("https://Bell.example/a b?x=1#y", Allowed())) == "https://bell.example/a%20b?x=1"
    assert str(checked("../c", Allowed(), base="https://bell.example/a/b")) == "https://bell.example/c"


def test_visits_say_where_they_ended(web: Web) -> None:
    web.replies["/one"] = Reply("x", headers={"ETag": '"v1"', "Content-Type": "text/html;  charset=utf-8"})
    found = visitor(web).visit(f"{web.root}/one#part")
    assert isinstance(found, Visit) and found.answer.etag == '"v1"' and found.answer.content_type == "text/html; charset=utf-8"
    assert found.at.tzinfo is UTC


@given(st.text(max_size=80) | st.text("htps:/@.%[]0123456789xabcdef#?\\ \t\n", max_size=60) | st.sampled_from(["http://", "https://"]).flatmap(lambda start: st.text(max_size=40).map(lambda rest: start + rest)))
def test_any_text_is_an_address_of_the_web_or_refused(text: str) -> None:
    try:
        found = checked(text, Allowed())
    except NotFetched as error:
        assert error.kind == "refused" and error.what.startswith("refused")
    else:
        assert found.scheme in ("http", "https") and found.raw_host and not found.userinfo and port_of(found) in PORTS


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]), st.integers(1, 40))
def test_any_bytes_are_unpacked_or_refused(content: bytes, name: str, size: int) -> None:
    whole = gzip.compress(content) if name == "gzip" else zlib.compress(content)
    assert read_body([whole[at : at + size] for at in range(0, len(whole), size)], name, 1_000) == content
    for bad in (content, whole[: len(whole) // 2], whole[:5] + content + whole[5:]):
        try:
            read_body([bad], name, 1_000)
        except NotFetched as error:
            assert error.kind in ("content", "size")


def test_certificates_are_checked_against_the_name_though_the_address_is_pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not here")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bell.example", "-addext", "subjectAltName=DNS:bell.example",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    with serving() as web:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        web._server.socket = context.wrap_socket(web._server.socket, server_side=True)
        web.replies["/"] = Reply("hello")
        network, _ = made_up_network({"bell.example": [PUBLIC], "other.example": [PUBLIC]}, web)
        assert "not to be trusted" in failure("https://bell.example/", visitor(network=network)).what
        monkeypatch.setattr(resolving, "_certificates", lambda: ssl.create_default_context(cafile=certificate))
        by = visitor(network=network)
        assert by.visit("https://bell.example/").answer.content == b"hello"
        assert "not to be trusted" in failure("https://other.example/", by).what
