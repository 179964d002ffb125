"""Article queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.errors import UsageError
from nutgraf.query import compile_query

TEXT = "The dam at Brannow leaks. A safety report was kept back; the minister knew."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dam", True),
        ("DAM", True),
        ("da", False),  # whole words only
        ("dam leaks", True),
        ('"dam leaks"', False),
        ('"safety report"', True),
        ("ferry OR dam", True),
        ("ferry OR strike", False),
        ("dam NOT ferry", True),
        ("dam AND NOT minister", False),
        ("(ferry OR leaks) AND report", True),
        ("NOT (ferry OR strike)", True),
        ("", True),
    ],
)
def test_queries(query: str, expected: bool) -> None:
    assert compile_query(query)(TEXT) is expected


@pytest.mark.parametrize("query", ["(dam", "dam)", "AND", "dam OR", 'dam "leak', "NOT", '""', "()"])
def test_a_broken_query_is_one_clear_error(query: str) -> None:
    with pytest.raises(UsageError) as caught:
        compile_query(query)
    assert query in str(caught.value) and "\n" not in str(caught.value)


@given(st.text(alphabet='ab ()"ANDORT', max_size=30))
def test_any_text_is_a_query_or_a_usage_error(query: str) -> None:
    try:
        matcher = compile_query(query)
    except UsageError:
        return
    assert matcher("a b ab") in (True, False)
