"""``nutgraf validate copies``: pairs and their articles, what is close, what is left out, and what is no pair."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nutgraf.cli.validating import look
from nutgraf.compare.copy_groups import version
from nutgraf.errors import InputError, NutgrafError, UsageError
from nutgraf.measuring import Registry
from nutgraf.validate.copies import of_articles
from nutgraf.validate.running import Validation, validate
from nutgraf.validate.tasks import task_of

from tests.conftest import labelled
from tests.copied_texts import jaccard_of_words, prose
from tests.test_accuracy import FLOORS
from tests.test_validate import file_of

ONE = prose("one", 100)
HALF = " ".join([*ONE.split()[:70], *prose("half", 30).split()])
ARTICLES = [
    {"id": "a", "title": "Dam holds", "text": f"Dam holds\n\n{ONE}"}, {"id": "b", "text": f"{HALF}\n\nReuters"}, {"id": "c", "text": prose("c", 90)},
    {"id": "d", "text": "Short."}, {"id": "e", "text": ""},
]  # fmt: skip
HAS = jaccard_of_words(ONE, HALF)


def run(folder: Path, *pairs: Any, articles: Path | None = None, **options: Any) -> Validation:
    texts = articles or file_of(folder / "articles.jsonl", *ARTICLES)
    return validate(of_articles(task_of("copies"), texts), file_of(folder / "pairs.jsonl", *pairs), Registry(), **options)


def test_the_share_of_close_answers_over_pairs_that_share_enough(tmp_path: Path) -> None:
    """Headline and agency line do not count, as they do not where copies are found."""
    pairs = [
        {"a": "a", "b": "b", "jaccard5": HAS}, {"a": "b", "b": "a", "jaccard5": HAS - 0.11}, {"a": "a", "b": "c", "jaccard5": 0.19},
        {"a": "b", "b": "c", "jaccard": 0.9}, {"a": "a", "b": "c"}, {"id": "odd", "a": "d", "b": "e", "jaccard5": 1.0},
    ]  # fmt: skip
    found = run(tmp_path, *pairs, predictions=tmp_path / "out.jsonl")
    assert (found.n, found.n_items, found.n_left_out) == (3, 6, 2)
    assert found.figures["within_share"] == pytest.approx(1 / 3) and found.measure_version == version()
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert told[0] == {"id": "0", "a": "a", "b": "b", "jaccard": HAS} and told[5] == {"id": "odd", "a": "d", "b": "e", "jaccard": None}


def test_articles_may_be_a_table(tmp_path: Path) -> None:
    path = tmp_path / "articles.parquet"
    pq.write_table(pa.Table.from_pylist([{"id": row["id"], "body": row["text"]} for row in ARTICLES]), path)
    assert run(tmp_path, {"a": "b", "b": "c", "jaccard5": 0.25}, articles=path, field="body").figures["within_share"] == 0
    with pytest.raises(InputError, match="no text in the field 'text'"):
        run(tmp_path, {"a": "b", "b": "c"}, articles=path)
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="no Parquet"):
        run(tmp_path, {"a": "b", "b": "c"}, articles=path)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "no JSON"), ("[]", "no JSON object"), ({"a": "a"}, "does not name two"), ({"a": 1, "b": "b"}, "does not name two"),
        ({"a": "a", "b": "b", "jaccard5": "high"}, "is no Jaccard"), ({"a": "a", "b": "b", "jaccard": 1.2}, "is no Jaccard"),
        ({"a": "a", "b": "gone"}, "'gone' is not there"), ("", "no pair in it"),
    ],
)  # fmt: skip
def test_what_is_no_pair_is_told(tmp_path: Path, line: Any, told: str) -> None:
    with pytest.raises(NutgrafError, match=told):
        run(tmp_path, line)


def test_the_command_needs_the_articles_and_no_other_task_takes_them(tmp_path: Path) -> None:
    pairs = file_of(tmp_path / "pairs.jsonl", {"a": "a", "b": "b", "jaccard5": HAS}, {"a": "a", "b": "b", "jaccard5": HAS})
    options: dict[str, Any] = {"method": None, "field": "text", "predictions": None, "record": False}
    with pytest.raises(UsageError, match="--articles FILE"):
        look("copies", str(pairs), **options)
    with pytest.raises(UsageError, match="promo takes no --articles"):
        look("promo", str(pairs), **options, articles="x")
    with pytest.raises(UsageError, match="no such file"):
        look("copies", str(pairs), **options, articles=str(tmp_path / "none.parquet"))
    texts = file_of(tmp_path / "articles.jsonl", *ARTICLES)
    assert look("copies", str(pairs), **options, articles=str(texts)).figures["within_share"] == 1


def test_all_real_pairs() -> None:
    """79 pairs of AllSides articles with a Jaccard of .2 or more."""
    task = of_articles(task_of("copies"), labelled("articles/allsides.parquet"))
    found = validate(task, labelled("stories/neardup_exact_allsides.jsonl"), Registry())
    assert found.n == 79 and found.figures["within_share"] >= FLOORS["copies"]["within_share"]
