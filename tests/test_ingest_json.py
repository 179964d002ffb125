"""JSON files: JSON Feed, and exports that are one value instead of lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.articles import Reader, Versions, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.fetching import lists
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.records import RawItem, Record
from nutgraf.settings import Source

LONG = " ".join(["The keeper of the lamp went down to the boat and came back with a kettle."] * 20)
VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: Any, version: str = VERSION, **more: Any) -> dict[str, Any]:
    return {"version": version, "title": "Skerry Post", "home_page_url": "https://skerry.example/", "items": list(items), **more}


def read(path: Path, value: Any, **changes: Any) -> list[Record]:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return list(read_file(RawItem(**{"path": path, "source": "s", "key": path.name, **changes})))


def test_a_json_feed_of_either_version(tmp_path: Path) -> None:
    [one] = read(tmp_path / "a.json", feed({
        "id": "k1", "url": "/lamp", "title": "Lamp & <b>kettle</b>", "content_html": f"<p>{LONG}</p><script>x</script>", "summary": "In short.",
        "date_published": "2026-03-05T10:00:00+01:00", "date_modified": "2026-03-06T10:00:00Z", "authors": [{"name": "Orla Fennick"}, {"url": "x"}],
        "tags": ["Coast"], "language": "en-GB",
    }, language="de"))  # fmt: skip
    assert (one.key, one.url, one.headline) == ("a.json#k1", "https://skerry.example/lamp", "Lamp & <b>kettle</b>")
    assert (one.byline, one.section, one.outlet, one.language, one.completeness) == ("Orla Fennick", "Coast", "Skerry Post", "en-GB", "full")
    assert one.published.at == datetime(2026, 3, 5, 9, tzinfo=UTC) and one.modified.at.day == 6 and one.standfirst == "In short."
    assert "<script>" not in one.text and one.extractor == "JSON Feed 1.1"
    [old] = read(tmp_path / "b.json", feed({"id": 7, "content_text": "5 < 6 & so on\nNext line", "author": {"name": "Tam Roe"}}, version=VERSION[:-2]))
    assert (old.key, old.text, old.byline, old.completeness) == ("b.json#7", "5 < 6 & so on\n\nNext line", "Tam Roe", "summary")


def test_a_json_feed_is_known_by_its_text_when_it_is_listed() -> None:
    content = json.dumps(feed({"id": "k1", "external_url": "https://skerry.example/lamp", "title": "Lamp"}, {"id": "k2"})).encode()
    url = "https://skerry.example/feed.json"
    source = Source(id="bell", kind="feed", url=url)
    first, second = lists.read(lists.Document(source, url, url, content, None, datetime(2026, 3, 9, tzinfo=UTC)), ZoneInfo("UTC")).entries
    assert second.listed is None, "no page to follow"
    found = first.listed
    assert (found.url, found.key, found.headline) == ("https://skerry.example/lamp", f"{url}#k1", "Lamp")


def test_a_feeds_full_text_is_less_than_the_page() -> None:
    """Else a page and the feed that names it would take turns as versions of one article."""
    item, reader = RawItem(Path("x"), "s", "x"), Reader(Agencies(), {})
    rows = [to_row(Record("k", text, url="https://skerry.example/a", extractor=extractor), item, None, datetime(2026, 3, day, tzinfo=UTC), reader)
            for day, (text, extractor) in enumerate([("The page.", "trafilatura 2"), ("The feed.", "JSON Feed 1.1")], start=1)]  # fmt: skip
    assert [Versions([]).place(rows[0]), (versions := Versions([])).place(rows[0]), versions.place(rows[1])] == ["new", "new", "unchanged"]


@pytest.mark.parametrize(
    "value",
    [
        [{"title": "A", "text": "one"}, {"title": "B", "text": "two"}],
        {"articles": [{"title": "A", "text": "one"}, {"title": "B", "text": "two"}], "total": 2},
        {"response": {"status": "ok", "tags": [], "results": [{"title": "A", "body": "one"}, {"title": "B", "body": "two"}]}},
    ],
)  # fmt: skip
def test_lists_of_articles_at_the_top_or_in_a_field(tmp_path: Path, value: Any) -> None:
    assert [record.text for record in read(tmp_path / "a.json", value)] == ["A\n\none", "B\n\ntwo"]


def test_one_article_is_an_object(tmp_path: Path) -> None:
    [record] = read(tmp_path / "a.json", {"title": "A", "text": "one", "tags": [{"name": "x"}, {"name": "y"}]})
    assert record.text == "A\n\none"


def test_entries_that_are_none_are_rows(tmp_path: Path) -> None:
    records = read(tmp_path / "a.json", [{"text": "one"}, 7, None, {"text": ["two"]}, {"text": None}])
    assert [record.problem for record in records] == [
        None, "the entry is no JSON object (entry 2)", "the entry is no JSON object (entry 3)", "the text is no text (list)", "the text is empty",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("{", "no JSON"), ("[" * 100_000, "no JSON"), ("[]", "no list of objects"), ('{"a": 1}', "no list of objects"), ("7", "no list of objects"),
        ('{"name": "x", "dependencies": {}}', "no list of objects"), ('[{"when": 1}]', "no column holds"), (json.dumps(feed()), "without entries"),
        (json.dumps(feed(7)), "without entries"), (json.dumps({"version": VERSION, "items": {}}), "without entries"), ("", "empty"),
        ('[{"text": "one"}' + ", 1" * 5, "no JSON"), ("NaN", "no list"), ("\x00\x01\x02\x03" * 9, "binary"),
    ],
)  # fmt: skip
def test_what_holds_no_articles_is_one_clear_error(tmp_path: Path, value: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(tmp_path / "a.json", value)


VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
    st.sampled_from(["text", "title", "url", "id", "items", "date", "authors", "content_html", "tags", "version", "summary", "date_published"]), inner, max_size=6))  # fmt: skip


@given(VALUES, st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_json_breaks_the_readers(tmp_path_factory: pytest.TempPathFactory, value: Any, is_feed: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.json"
    try:
        records = read(path, json.dumps(feed(value, *(value if isinstance(value, list) else [])) if is_feed else value))
    except InputError:
        return
    assert records and all(record.problem or record.text for record in records)
