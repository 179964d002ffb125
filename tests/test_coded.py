"""Text columns as codes: the same rows, the same order and the same joins as with plain text."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from nutgraf.findings import coded, places, saving


def some_rows(seed: int, n: int = 300) -> pd.DataFrame:
    """Rows with texts, numbers and nulls in all of them, and many that are alike."""
    chance = random.Random(seed)
    return pd.DataFrame({
        "article_id": pd.array([chance.choice(["b", "a", "ä", "c"]) for _ in range(n)], dtype="str"),
        "version": [chance.choice([1, 2]) for _ in range(n)],
        "sentence": [chance.choice([None, 0, 1, 7]) for _ in range(n)],
        "start": [chance.choice([0, 10, 900_000]) for _ in range(n)],
        "rule": pd.array([chance.choice([None, "x", "word"]) for _ in range(n)], dtype="str"),
        "value": [chance.choice([None, -0.5, 0.0, 0.25]) for _ in range(n)],
    })  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_order_is_that_of_the_plain_columns_with_nulls_last(seed: int) -> None:
    frame = some_rows(seed)
    expected = pa.Table.from_pandas(frame, preserve_index=False).sort_by([(name, "ascending") for name in frame.columns])
    found = frame.iloc[coded.order([frame[name] for name in frame.columns])]
    assert pa.Table.from_pandas(found, preserve_index=False).equals(expected)
    as_codes = frame.assign(article_id=coded.text(frame["article_id"]), rule=coded.text(frame["rule"]))
    assert coded.order([as_codes[name] for name in frame.columns]).tolist() == coded.order([frame[name] for name in frame.columns]).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_what_decides_among_equals_gives_the_same_order(seed: int) -> None:
    frame = some_rows(seed)
    columns = [frame[name] for name in frame.columns]
    for n in range(1, len(columns)):
        assert coded.order(columns[:n], columns[n:]).tolist() == coded.order(columns).tolist()
    assert coded.order([frame["start"][:0]], [frame["rule"][:0]]).tolist() == []


def test_order_holds_where_the_columns_need_more_than_one_number() -> None:
    wide = pd.DataFrame({"a": [2**40, 0, 2**40, 5], "b": [2**40, 1, 0, 2**41]})
    assert coded.order([wide["a"], wide["b"]]).tolist() == [1, 3, 2, 0]
    key = coded.as_one([pd.concat([wide["a"], wide["a"]]), pd.concat([wide["b"], wide["b"]])])
    assert key[:4].tolist() == key[4:].tolist()
    assert len(set(key[:4])) == 4


def test_an_arrow_table_comes_back_as_it_is() -> None:
    table = pa.table({"name": ["b", None, "a", "b"], "n": pa.array([1, None, 3, 4], pa.int32()), "empty": pa.nulls(4, pa.string())})
    found = coded.frame(table)
    assert found["name"].cat.categories.tolist() == ["a", "b"]
    assert [value if isinstance(value, str) else None for value in found["name"]] == ["b", None, "a", "b"]
    assert found["empty"].isna().all()
    assert found["n"].tolist()[2:] == [3, 4]
    assert coded.frame(table.slice(0, 0)).shape == (0, 3)


def test_stacked_frames_hold_what_they_held_and_null_for_what_they_lack() -> None:
    one = pd.DataFrame({"kind": coded.constant("word", 2), "value": [0.5, 1.0]})
    two = pd.DataFrame({"kind": pd.array(["article", None], dtype="str"), "label": coded.text(["z", "y"])})
    found = coded.stacked([one, two])
    assert [value if isinstance(value, str) else None for value in found["kind"]] == ["word", "word", "article", None]
    assert [value if isinstance(value, str) else None for value in found["label"]] == [None, None, "z", "y"]
    assert found["value"].tolist()[:2] == [0.5, 1.0]
    assert found["value"].isna().tolist() == [False, False, True, True]
    assert found["kind"].cat.categories.tolist() == ["article", "word"]


def test_paired_and_mapped_texts() -> None:
    first, second = pd.Series(coded.text(["a", "b", None, "a"])), pd.Series(coded.text(["x", None, "y", "y"]))
    found = coded.paired(first, ", voice: ", second)
    assert [value if isinstance(value, str) else None for value in found] == ["a, voice: x", None, None, "a, voice: y"]
    assert coded.mapped(first, str.upper).tolist()[:2] == ["A", "B"]
    assert coded.mapped(first, lambda name: "same").dropna().unique().tolist() == ["same"]
    assert coded.mapped(first, str.upper).isna().tolist() == [False, False, True, False]


def test_find_gives_positions() -> None:
    assert coded.find(np.array([2, 9, 5, 4, 99]), np.array([4, 9, 2, 9])).tolist() == [2, 1, -1, 0, -1]
    assert coded.find(np.array([2, 9, 5, 4, 99]), np.array([2, 4, 4, 9])).tolist() == [0, 3, -1, 1, -1]
    assert coded.find(np.array([1, 2]), np.zeros(0, int)).tolist() == [-1, -1]


def test_rows_are_joined_by_article_version_and_sentence() -> None:
    sentences = pd.DataFrame({"article_id": ["a", "a", "b"], "version": [1, 1, 2], "sentence": [0, 1, 0], "part": coded.text(["x", "y", "z"])})
    scores = pd.DataFrame({"article_id": coded.text(["b", "a", "b", "a"]), "version": [2, 1, 1, 1], "sentence": [0, 1, 0, 9], "value": range(4)})
    found = places.joined(scores, sentences, "part")
    assert found["value"].tolist() == [0, 1]
    assert found["part"].tolist() == ["z", "y"]
    assert places.is_in(scores, sentences).tolist() == [True, True, False, False]


def test_evidence_reads_back_as_plain_text_in_its_order() -> None:
    import io

    import pyarrow.parquet as pq

    frame = some_rows(9).assign(end=20, kind=coded.constant("word", 300), outlet=coded.text(["A", None, "B"] * 100))
    plain = frame.assign(kind="word", outlet=frame["outlet"].astype("str"))
    written, other = saving.parquet(saving.arrow(frame)), saving.parquet(saving.arrow(plain))
    assert written == other
    read = pq.read_table(io.BytesIO(written))
    assert read.schema.field("outlet").type == pa.string()
    keys = [(name, "ascending") for name in ("article_id", "version", "start")]
    assert read.select([name for name, _ in keys]).equals(read.sort_by(keys).select([name for name, _ in keys]))
