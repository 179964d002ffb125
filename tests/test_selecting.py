"""Which articles an analysis sees: every step counted, and the counts add up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.schema import ARTICLES, arrow_schema
from nutgraf.selecting import Selection, select_articles

START = datetime(2026, 3, 9, 12, tzinfo=UTC)


def row(article: str, **changes: object) -> dict:
    usual = {
        "article_id": article, "version": 1, "outlet": "Bell", "headline": f"Head {article}", "text": f"Head {article}\n\nBody", "status": "kept",
        "completeness": "full", "published_at": START, "fetched_at": START,
    }  # fmt: skip
    return {**dict.fromkeys(ARTICLES.names), **usual, **changes}


def select(rows: list[dict], clusters: list[tuple[str, str, int]] = (), **changes: object) -> Selection:
    options = {
        "bounds": (None, None), "fetched_before": None, "outlets": (), "matcher": None, "query": "", "copies": "once",
        "completeness": ("full",), "days": (None, None), **changes,
    }  # fmt: skip
    members = [
        {"kind": "copy", "cluster_id": name, "article_id": article, "version": version, "rule": "exact", "similarity": 1.0}
        for name, article, version in clusters
    ]
    found = select_articles(
        pa.Table.from_pylist(rows, schema=arrow_schema("articles")),
        pa.Table.from_pylist(members, schema=arrow_schema("clusters")),
        **options,
    )
    assert adds_up(found), found.attrition
    return found


def adds_up(selection: Selection) -> bool:
    steps = selection.attrition
    return all(left == before - dropped for (_, _, before), (_, dropped, left) in zip(steps, steps[1:], strict=False)) and steps[-1][2] == len(
        selection
    )


def test_the_newest_kept_version_stands_for_an_article() -> None:
    later = START + timedelta(hours=1)
    rows = [row("a"), row("a", version=2, fetched_at=later), row("a", version=3, fetched_at=later, status="quarantined", status_reason="x")]
    assert select(rows).keys == [("a", 2)]


def test_an_older_capture_handed_in_late_does_not() -> None:
    assert select([row("a"), row("a", version=2, fetched_at=START - timedelta(days=1))]).keys == [("a", 1)]


def test_a_whole_text_outranks_a_newer_summary() -> None:
    rows = [row("a"), row("a", version=2, fetched_at=START + timedelta(days=1), completeness="summary")]
    assert select(rows).keys == [("a", 1)]


def test_as_of_hides_what_was_fetched_later() -> None:
    rows = [row("a"), row("a", version=2, fetched_at=START + timedelta(days=2)), row("b", fetched_at=START + timedelta(days=2))]
    assert select(rows, fetched_before=START + timedelta(days=1)).keys == [("a", 1)]


def test_every_reason_is_a_step() -> None:
    rows = [
        row("a"), row("b", status="quarantined", status_reason="the line is no JSON object (line 2)"), row("c", completeness="summary"),
        row("d", status="quarantined", status_reason="the line is no JSON object (line 7)"), row("e", completeness="stub"),
        row("f", published_at=None), row("g", published_at=START - timedelta(days=9)), row("h", outlet="Echo"),
        row("i", headline="Goat", text="Goat"),
    ]  # fmt: skip
    chosen = select(
        rows, bounds=(START - timedelta(days=1), START + timedelta(days=1)), outlets=("Bell",), matcher=lambda text: "Goat" not in text,
        query="NOT Goat", days=(date(2026, 3, 8), date(2026, 3, 9)),
    )  # fmt: skip
    assert chosen.keys == [("a", 1)]
    assert [(label, dropped) for label, dropped, _ in chosen.attrition] == [
        ("articles read, newest version of each", 0), ("set aside: the line is no JSON object", 2), ("no date of publication", 1),
        ("published outside the window", 1), ("other outlets", 1), ("not matched by the query", 1), ("only a summary, no full text", 1),
        ("only the first lines (stub)", 1), ("copies of a text that another outlet ran first", 0),
    ]  # fmt: skip
    assert "NOT Goat" in chosen.described and "8 to 9 March 2026" in chosen.described


@pytest.mark.parametrize(("copies", "keys"), [("once", ["b", "c"]), ("all", ["a", "b", "c"]), ("none", ["c"])])
def test_copies(copies: str, keys: list[str]) -> None:
    rows = [row("a", published_at=START), row("b", published_at=START - timedelta(hours=1), outlet="Echo"), row("c")]
    chosen = select(rows, [("a.1", "a", 1), ("a.1", "b", 1)], copies=copies)
    assert [article for article, _ in chosen.keys] == keys
    copied = dict(zip(chosen.articles["article_id"].to_pylist(), chosen.articles["is_copied"].to_pylist(), strict=True))
    assert copied == {key: key != "c" for key in keys}, "also where the copy itself was left out"
    assert "is_copied" not in chosen.left_out.column_names


def test_an_article_that_changed_its_text_is_no_copy_of_the_old_one() -> None:
    rows = [row("a"), row("a", version=2, fetched_at=START + timedelta(hours=1)), row("b", outlet="Echo")]
    chosen = select(rows, [("a.1", "a", 1), ("a.1", "b", 1)])
    assert chosen.keys == [("a", 2), ("b", 1)]
    assert len(set(chosen.articles.column("cluster_id").to_pylist())) == 2


_ROWS = st.lists(
    st.builds(
        row, st.sampled_from("abcdef"), version=st.integers(1, 4), status=st.sampled_from(["kept", "quarantined"]),
        completeness=st.sampled_from(["full", "summary", "stub"]), published_at=st.sampled_from([None, START, START - timedelta(days=9)]),
        fetched_at=st.sampled_from([START, START + timedelta(days=1)]), outlet=st.sampled_from(["Bell", "Echo"]),
    ),
    max_size=12, unique_by=lambda one: (one["article_id"], one["version"]),
)  # fmt: skip


@given(_ROWS, st.sampled_from(["once", "all", "none"]), st.booleans())
def test_counts_add_up_and_order_changes_nothing(rows: list[dict], copies: str, windowed: bool) -> None:
    bounds = (START - timedelta(days=1), None) if windowed else (None, None)
    chosen = select(rows, copies=copies, bounds=bounds)
    backwards = select(rows[::-1], copies=copies, bounds=bounds)
    assert chosen.keys == backwards.keys and chosen.attrition == backwards.attrition
    assert chosen.attrition[0][2] == len({one["article_id"] for one in rows})
    assert len({article for article, _ in chosen.keys}) == len(chosen)
