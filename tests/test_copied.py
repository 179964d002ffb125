"""The finding of copies: who ran a text, who first, for which agency, how alike, and the articles behind each row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
from nutgraf.findings import coverage

from tests.copied_texts import START


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    plain = {
        "version": 1, "is_newest": True, "published_precision": "minute", "published_confidence": "high", "wire_credit": None, "url": None,
        "canonical_url": None, "published_on": "2026-03-09", "n_characters": 500, "record_key": "key.html", "copy_similarity": 1.0,
    }  # fmt: skip
    return pd.DataFrame([{**plain, **row} for row in rows])


def ran(name: str, outlet: str | None, hour: float, cluster: str | None, rule: str | None, **more: Any) -> dict[str, Any]:
    moment = START + timedelta(hours=hour)
    return {
        "article_id": name, "outlet": outlet, "headline": f"As {outlet} has it", "published_at": moment, "fetched_at": moment + timedelta(hours=9),
        "copy_of": cluster, "copy_rule": rule, **more,
    }  # fmt: skip


ARTICLES = frame(
    ran("a", "Ledger", 3, "a.1", "exact", wire_credit="NPB", fetched_at=START + timedelta(hours=3.5)),
    ran("b", "Herald", 1, "a.1", "exact"),
    ran("c", "Radio", 5, "a.1", "agency", copy_similarity=0.84, wire_credit="NPB"), ran("d", "Ledger", 6, "a.1", "near", copy_similarity=0.91),
    ran("e", None, 1, "e.1", "person", copy_similarity=None, headline=None), ran("f", "Radio", 2, "e.1", "person", copy_similarity=None),
    ran("g", "Radio", 1, None, None, copy_similarity=None), ran("h", "Radio", 1, "h.1", "exact"), ran("i", "Ledger", 1, "h.1", "exact", is_newest=False),
)  # fmt: skip


def test_each_text_says_who_ran_it_first_and_how_alike_they_are() -> None:
    found = coverage.copies(ARTICLES, source="s")
    assert [list(row) for row in found.rows] == [
        ["As Herald has it", "Herald", 4, "Herald, Ledger, Radio", "NPB", "word for word; nearly word for word; an agency's text, cut or edited", 0.84],
        ["key.html", "outlet unknown", 2, "Radio, outlet unknown", None, "said by a person", None],
    ]
    assert found.takeaway == "2 texts ran in more than one place, in 6 articles; 2 of them not word for word"
    assert found.n == {"articles": 8, "copied texts": 2}
    (line,) = found.to_json()["method"]["accuracy"]
    assert line.startswith("copies: measured on how much two texts share")


def test_each_row_leads_to_its_articles_with_what_ties_them() -> None:
    found = coverage.copies(ARTICLES, source="s")
    own = found.evidence(0)
    assert list(own["article_id"]) == ["a", "b", "c", "d"] and min(own["value"]) == 0.84
    assert dict(zip(own["article_id"], own["label"], strict=True))["d"] == "nearly word for word"
    assert list(found.evidence(1, "n_articles")["article_id"]) == ["e", "f"]


def test_nothing_copied_is_said() -> None:
    found = coverage.copies(ARTICLES[6:], source="s")
    assert found.rows == () or found.rows == []
    assert found.takeaway == "No text ran in more than one place" and len(found.evidence()) == 0
    exact = coverage.copies(ARTICLES[:2], source="s")
    assert exact.takeaway == "1 text ran in more than one place, in 2 articles, word for word"
