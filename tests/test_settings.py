"""Settings: a typing error never passes in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from nutgraf.desk import Desk, parse_day, parse_window
from nutgraf.errors import DeskError, UsageError
from nutgraf.settings import Settings


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "nutgraf.toml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path)


def test_defaults_and_values(tmp_path: Path) -> None:
    settings = load(tmp_path, 'title = "A desk"\nmin_mentions = 5\n[[sources]]\nid = "a"\npath = "data/raw/a"\n')
    assert (settings.title, settings.min_mentions, settings.excerpt_words) == ("A desk", 5, 25)
    assert settings.sources[0].path == "data/raw/a"
    assert (settings.reading.seconds, settings.reading.memory_mb) == (30, 1_000)
    assert load(tmp_path, "[reading]\nseconds = 9\n").reading.seconds == 9
    assert settings.measuring.workers is None and load(tmp_path, "[measuring]\nworkers = 3\n").measuring.workers == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('titel = "x"', ["titel", "title"]),
        ("title = 3", ["title", "str"]),
        ("min_mentions = true", ["min_mentions", "int"]),
        ('timezone = "Mars/Olympus"', ["Mars/Olympus"]),
        ('[[sources]]\nid = "a"\npath = "x"\nmanifets = "m"', ["sources.manifets", "manifest"]),
        ('[[sources]]\nid = "a"\n', ["path"]),
        ('[[sources]]\nid = "a"\npath = "x"\n[[sources]]\nid = "a"\npath = "y"', ["same id"]),
        ("title = ", ["nutgraf.toml"]),
        ("measuring = 2", ["[measuring]", "workers"]),
        ("[measuring]\nworkers = 0", ["measuring.workers", "1 or more"]),
        ('[measuring]\nworkers = "two"', ["measuring.workers", "int"]),
        ("reading = 2", ["[reading]", "memory_mb"]),
        ("[reading]\nseconds = 0", ["reading.seconds", "1 or more"]),
        ("[reading]\nmemory_mb = 50", ["reading.memory_mb", "300 or more"]),
        ("[reading]\nmemory = 500", ["reading.memory", "memory_mb"]),
        ("[measuring]\nworker = 2", ["measuring.worker", "workers"]),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(DeskError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert "\n" not in message and "nutgraf.toml" in message
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[alerts]\nnewsroom = "mailto://ada:swordfish@mail.example"', ["holds an address", 'address_from = "NUTGRAF_ALERT_NEWSROOM"']),
        ('[alerts.news-room]\naddress = "mailto://ada:swordfish@mail.example"', ["holds an address", "NUTGRAF_ALERT_NEWS_ROOM"]),
        ('[alerts.n]\naddress_from = "json://ada:swordfish@mail.example"', ["holds an address"]),
        ('[alerts.n]\naddress_from = "A"\nabout = ["failed", "https://hooks.example/swordfish"]', ["holds an address"]),
        ('[alerts.n]\naddress_from = "a swordfish"', ["alerts.n.address_from", "environment variable"]),
        ('[alerts.n]\nabout = ["failed"]', ["needs address_from"]),
        ('[alerts.n]\naddress_from = "A"\nabot = ["failed"]', ["alerts.n.abot", "about"]),
        ('[alerts.n]\naddress_from = "A"\nabout = ["faild"]', ["alerts.n.about", "faild", "nothing new"]),
        ('[alerts.n]\naddress_from = "A"\nnothing_new_days = "3"', ["alerts.n.nothing_new_days", "int"]),
        ('[alerts.n]\naddress_from = "A"\nnothing_new_days = 0', ["alerts.n.nothing_new_days", "1 or more"]),
        ("alerts = 3", ["alerts", "dict"]),
    ],
)
def test_a_wrong_target_of_alerts_is_named_and_its_address_is_not(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(DeskError) as caught:
        load(tmp_path, text)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "swordfish" not in str(caught.value)


def test_targets_of_alerts_hear_of_everything_unless_they_say_otherwise(tmp_path: Path) -> None:
    found = load(tmp_path, '[alerts.a]\naddress_from = "A"\n[alerts.b]\naddress_from = "B"\nabout = ["failed"]\nnothing_new_days = 2\n').alerts
    assert found["a"].about == ["failed", "stale", "recovered", "nothing new", "bodies"] and found["a"].nothing_new_days is None
    assert (found["b"].about, found["b"].nothing_new_days) == (["failed"], 2)


def test_a_folder_that_is_no_desk_says_so_and_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="nutgraf init"):
        Desk(tmp_path)


def test_a_desk_is_found_from_a_folder_inside_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.root / "notebooks" / "editions")
    assert Desk.find().root == desk.root
    monkeypatch.chdir("/")
    monkeypatch.setenv("NUTGRAF_DESK", str(desk.root))
    assert Desk.find().root == desk.root


def test_windows_count_back_from_the_last_day_and_include_it() -> None:
    last = parse_day("2026-03-14", "as_of")
    assert last is not None
    first, end = parse_window("last 14 days", last)
    assert (str(first), str(end)) == ("2026-03-01", "2026-03-14")
    for wrong in ("last 0 days", "14 days", "last fourteen days"):
        with pytest.raises(UsageError):
            parse_window(wrong, last)
    with pytest.raises(UsageError, match="date_from"):
        parse_day("14.3.2026", "date_from")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[sources]]\nid = "a"\npath = "x"\nurl = "https://bell.example/"\nkind = "feed"', ["both a path and a url"]),
        ('[[sources]]\nid = "a"\nkind = "feed"', ["needs a path", "url"]),
        ('[[sources]]\nid = "a"\nurl = "https://bell.example/"', ["needs a kind", "feed, sitemap, addresses, page"]),
        ('[[sources]]\nid = "a"\nurl = "https://bell.example/"\nkind = "feeds"', ["'feeds'", "did you mean 'feed'?"]),
        ('[[sources]]\nid = "a"\npath = "x"\nkind = "sitemap"', ["sitemap is fetched and needs a url"]),
        ('[[sources]]\nid = "a"\nurl = "ftp://bell.example/"\nkind = "feed"', ["https:// or http://"]),
        ('[[sources]]\nid = "a"\nurls = ["https://bell.example/", "file:///etc/passwd"]\nkind = "feed"', ["https:// or http://"]),
        ('[[sources]]\nid = "a"\nurls = [3]\nkind = "feed"', ["https:// or http://"]),
        ('[[sources]]\nid = "a"\nurl = "https://ada:swordfish@bell.example/"\nkind = "feed"', ["name or password"]),
        ('[[sources]]\nid = "a"\nurl = "https://bell.example/"\nkind = "feed"\nmanifest = "m"', ["manifest"]),
        ('[[sources]]\nid = "a"\nurl = "https://bell.example/"\nkind = "feed"\nfollow = "no"', ["sources.follow", "bool"]),
        ('[[sources]]\nid = "a"\npath = "x"\nfollow = true', ["'follow'"]),
        ('[fetching]\ncontact = "two\\nlines"', ["fetching.contact"]),
        ('[fetching]\ndelay_seconds = -1', ["fetching.delay_seconds", "0 or more"]),
        ('[fetching]\ndelay_seconds = "one"', ["fetching.delay_seconds", "float"]),
        ('[fetching]\ntimeout_seconds = 0', ["fetching.timeout_seconds"]),
        ('[fetching]\nat_once = true', ["fetching.at_once", "int"]),
        ('[fetching]\ndelay_seconds = nan', ["fetching.delay_seconds"]),
        ('[fetching]\nallowed_hosts = ["http://intranet.example/"]', ["allowed_hosts", "intranet.example"]),
        ('[fetching]\nallowed_host = ["x"]', ["fetching.allowed_host", "allowed_hosts"]),
        ("fetching = 3", ["[fetching]"]),
    ],
)  # fmt: skip
def test_a_wrong_setting_of_fetching_is_one_line_that_names_it(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(DeskError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert "\n" not in message and "swordfish" not in message
    assert all(word in message for word in words), message


def test_sources_that_are_fetched(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        '[[sources]]\nid = "a"\nurl = "https://bell.example/1"\nurls = ["http://bell.example/2", "https://bell.example/1"]\nkind = "feed"\n'
        '[[sources]]\nid = "b"\npath = "list.csv"\nkind = "addresses"\ncolumns = { url = "link" }\n[[sources]]\nid = "c"\npath = "inbox"\n'
        '[fetching]\ncontact = "mailto:desk@bell.example"\ndelay_seconds = 2\nallowed_hosts = ["[::1]:80", "intranet.example"]\n',
    )
    assert [(one.is_fetched, one.addresses) for one in settings.sources] == [
        (True, ("https://bell.example/1", "http://bell.example/2")), (True, ()), (False, ()),
    ]  # fmt: skip
    assert settings.fetching.delay_seconds == 2 and settings.fetching.at_once == 8 and settings.fetching.follow
