"""The committed sample: every trap of ingest that its README lists."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.ingesting import ingest

from tests.conftest import SAMPLE, copy_desk

Rows = list[dict]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(copy_desk(tmp_path_factory.mktemp("sample") / "desk"))
    ingest(desk)
    return desk


@pytest.fixture(scope="module")
def rows(sample: Desk) -> Rows:
    return sorted(sample.store.read("articles").to_pylist(), key=lambda row: (row["article_id"], row["version"]))


def of(rows: Rows, part: str) -> Rows:
    found = [row for row in rows if part in row["record_key"]]
    assert found, f"no row for {part}"
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_all_but_the_empty_ones_are_kept(rows: Rows) -> None:
    aside = {row["record_key"].rsplit("/", 1)[-1]: row["status_reason"] for row in rows if row["status"] != "kept"}
    assert aside == {"ploughlight-notes-from-the-square.txt": "the file is empty", "flash-vannel-told-in-january": "the text is empty"}
    assert len({row["article_id"] for row in rows if row["status"] == "kept"}) >= 48
    assert {row["outlet"] for row in rows} == {
        "The Kelsport Courier", "Quillmouth Bell", "Radio Norvessa News", "The Tessel Ledger", "Ploughlight", "Valley Herald-Echo"
    }  # fmt: skip


@pytest.mark.parametrize("page", ["kelsport-courier/assembly-protest-brannow-dam", "quillmouth-bell/dam-protest-assembly"])
def test_two_captures_are_two_versions_of_one_article(rows: Rows, page: str) -> None:
    first, second = sorted(of(rows, page), key=lambda row: row["version"])
    assert first["article_id"] == second["article_id"] and (first["version"], second["version"]) == (1, 2)
    assert first["record_key"].endswith("dam.html") or first["record_key"].endswith("assembly.html")
    assert second["record_key"].endswith(".2.html") and first["fetched_at"] < second["fetched_at"]
    assert first["headline"] != second["headline"] and first["published_at"] == second["published_at"]
    assert second["modified_at"] > first["published_at"]


def test_dates_where_each_outlet_has_them(rows: Rows) -> None:
    def date(part: str) -> tuple:
        row = of(rows, part)[0]
        return row["published_at"], row["published_from"], row["published_offset"], row["published_confidence"]

    assert date("rent-cap-vote-passes-first-reading.html") == (utc(2026, 3, 22, 17, 40), "meta", "+01:00", "high")
    assert date("thousands-protest-brannow-dam.html") == (utc(2026, 3, 9, 16, 40), "time element", "+00:00", "high")
    assert date("village-hall-packed-dam-meeting.html") == (utc(2026, 3, 5, 17, 40), "visible date", None, "medium")
    assert date("what-will-become-of-the-churchyard.html") == (utc(2026, 3, 6, 11, 10), "json-ld", "+01:00", "high")
    assert date("three-per-cent-is-not-a-revolution") == (utc(2026, 3, 8, 19, 30), "feed", "+01:00", "high")
    assert date("ploughlight-who-fed-our-children.txt") == (utc(2026, 3, 5, 11), "text line", None, "medium")
    assert all(row["published_from"] == "column" for row in rows if row["outlet"] == "The Tessel Ledger")


def test_a_later_change_is_not_the_publication(rows: Rows) -> None:
    row = of(rows, "valley-cheese-sails-again.html")[0]
    assert row["published_at"] == utc(2026, 3, 15, 15, 30) and row["modified_at"] == utc(2026, 3, 16, 7, 10)


def test_a_page_without_a_date_has_none(rows: Rows) -> None:
    row = of(rows, "goldfern-apologises-contract-suspended.html")[0]
    assert row["status"] == "kept" and row["published_at"] is None and row["published_from"] is None


def test_every_other_article_has_a_date(rows: Rows) -> None:
    undated = [row["record_key"] for row in rows if row["status"] == "kept" and row["published_at"] is None]
    assert len(undated) == 1


def test_the_german_page_is_german(rows: Rows) -> None:
    german = [row["record_key"] for row in rows if row["language"] == "de"]
    assert german == ["pages/radio-norvessa/brannow-damm-nach-der-abstimmung.html"]
    assert {row["language"] for row in rows if row["status"] == "kept"} == {"en", "de"}


def test_broken_markup_gives_the_whole_article(rows: Rows) -> None:
    row = of(rows, "rent-cap-committee-exempts-new-buildings.html")[0]
    assert row["completeness"] == "full" and row["byline"] == "Elsbet Corvane"
    assert row["text"].endswith("Sunday, 22 March.")
    for words in ("A committee of the Assembly", "a wall that never gets built", "‘without enthusiasm’", "year ten", "‘a matter for the Assembly’"):
        assert words in row["text"]
    assert row["text"].count("\n\n") >= 11 and "Newsletter" not in row["text"]


def test_text_files_are_their_text_unchanged(rows: Rows) -> None:
    for row in rows:
        if row["record_key"].startswith("texts/") and row["status"] == "kept":
            content = (SAMPLE / row["record_key"]).read_bytes()
            assert row["text"] == content.decode("cp1252" if row["text_repair"] else "utf-8")


def test_windows_files(rows: Rows) -> None:
    crlf = of(rows, "ploughlight-who-fed-our-children.txt")[0]
    assert "\r\n\r\n" in crlf["text"] and crlf["headline"] == "Who fed our children, and who was paid to look?"
    western = of(rows, "ploughlight-the-threat-to-sell.txt")[0]
    assert western["text_repair"] == "decoded as windows-1252 (declared)"
    assert western["headline"].startswith("“Then sell,” said Renée") and "café" in western["text"]


def test_the_csv_gives_nine_rows_with_their_paragraphs(rows: Rows) -> None:
    ledger = [row for row in rows if row["outlet"] == "The Tessel Ledger"]
    assert len(ledger) == 9
    kept = [row for row in ledger if row["status"] == "kept"]
    assert all(row["text"].startswith(f"{row['headline']}\n\n") and '""' not in row["text"] for row in kept)
    flash = next(row for row in ledger if row["status"] != "kept")
    assert flash["body_sha256"] is None and flash["headline"].startswith("FLASH:")


def test_summaries_stand_alone_only_where_no_page_is_held(rows: Rows) -> None:
    summaries = {row["url"].rsplit("/", 1)[-1] for row in rows if row["completeness"] == "summary"}
    assert summaries == {"ferry-strike-post-parcels-cheese", "quenby-lunches-safe", "reservoir-down-by-a-metre", "now-we-sleep", "three-votes"}
    assert [row["version"] for row in of(rows, "valley-cheese-sails-again")] == [1]


def test_atom_entries_with_their_articles_are_full(rows: Rows) -> None:
    atom = [row for row in rows if "ploughlight.atom.xml#" in row["record_key"]]
    assert sorted(row["completeness"] for row in atom) == ["full"] * 4 + ["summary"]
    assert all("<" not in row["text"] and "Walk with us" in row["text"] for row in atom if row["completeness"] == "full")


def test_markup_in_a_feed_title_is_text_and_in_a_summary_goes(rows: Rows) -> None:
    row = of(rows, "quenby-lunches-safe")[0]
    assert row["headline"] == "Quenby: lunches <b>safe</b>" and "<em>" not in row["text"] and "every pot" in row["text"]


def test_an_entry_without_a_guid_goes_by_its_link(rows: Rows) -> None:
    row = of(rows, "reservoir-down-by-a-metre")[0]
    assert row["canonical_url"] == "https://valley-herald-echo.example/dam/reservoir-down-by-a-metre"


def test_the_short_article_is_full_and_kept(rows: Rows) -> None:
    row = of(rows, "mayor-on-minister-he-had-seconds.html")[0]
    assert (row["status"], row["completeness"]) == ("kept", "full") and 50 < row["n_words"] < 80


def test_the_agency_text_is_found_and_credited(sample: Desk, rows: Rows) -> None:
    credited = {row["record_key"].rsplit("/", 1)[-1] for row in rows if row["wire_credit"] == "NPB"}
    assert credited == {"dam-seepage-known-for-two-years", "dam-seepage-known-for-two-years.html", "dam-report-seepage-known-since-2024.html"}
    members = {row["article_id"]: row["rule"] for row in sample.store.read("clusters").to_pylist() if row["kind"] == "copy"}
    edited = {row["article_id"] for row in of(rows, "dam-report-seepage-known-since-2024.html")}
    assert members.keys() == {row["article_id"] for row in of(rows, "dam-seepage-known-for-two-years")} | edited
    assert {row for row, rule in members.items() if rule == "agency"} == edited


def test_no_page_holds_its_furniture(rows: Rows) -> None:
    for row in rows:
        if row["record_key"].endswith(".html") and row["status"] == "kept":
            assert row["text"].startswith(row["headline"])
            for words in ("Fictional page", "Sign up</button>", "MOST READ", "Also in the valley", "Related articles", "© 2026"):
                assert words not in row["text"], (row["record_key"], words)


def test_promo_lines_inside_a_body_stay(rows: Rows) -> None:
    for part, words in [
        ("drown-them-out-brannow-dam", "READ MORE:"), ("thousands-protest-brannow-dam", "Listen:"),
        ("five-coaches-to-kelsport", "More from the valley than from the city"), ("islands-run-out-of-medicine", "Follow us on"),
    ]:  # fmt: skip
        assert words in of(rows, part)[0]["text"], part


def test_fetch_times_come_from_the_manifest(rows: Rows) -> None:
    assert max(row["fetched_at"] for row in rows) == utc(2026, 3, 23, 7)


def test_the_sample_itself_is_untouched(sample: Desk) -> None:
    copied = sample.root / "data" / "raw" / "sample"
    names = sorted(path.relative_to(SAMPLE) for path in SAMPLE.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(copied) for path in copied.rglob("*") if path.is_file())
    assert all((SAMPLE / name).read_bytes() == (copied / name).read_bytes() for name in map(Path, names))
