"""Parses kept by text: none is made twice, whichever article has the text, and whatever else of it was changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nutgraf.documents import Document
from nutgraf.measuring import Input, Registry, done, measure, measure_in_memory, stored
from nutgraf.reading import pipeline
from nutgraf.schema import arrow_schema
from nutgraf.store import Store

DAM, GATE = "The dam was built.", "The gate was opened by Ada Quill."
FOUR = ((DAM, "en"), (GATE, "en"), (DAM, None), ("Der Damm.", "de"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "processed")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that a pipeline was given; no model is needed."""
    texts: list[str] = []

    def parses(name: str, wanted: Sequence[str]) -> Iterator[bytes]:
        texts.extend(wanted)
        return iter([f"{name}: {text}".encode() for text in wanted])

    monkeypatch.setattr(pipeline, "is_here", lambda name: True)
    monkeypatch.setattr(pipeline, "resource", lambda name: pipeline.Resource("model", name, "0" * 64))
    monkeypatch.setattr(pipeline, "parses", parses)
    return texts


def fill(store: Store, *articles: tuple[str, str | None], first: int = 0) -> list[Input]:
    rows = [
        {"article_id": f"{number:016x}", "version": 1, "text": text, "language": language, "status": "kept"}
        for number, (text, language) in enumerate(articles, start=first)
    ]
    store.append("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))
    return [Input(row["article_id"], 1, f"first {row['article_id']}") for row in rows]


def kept(store: Store, registry: Registry) -> list[tuple[str, bytes]]:
    """Article and parse of each row that `measured` knows of."""
    works = {work for work, _, _ in done(store, registry, ["parse"])["parse"].values()}
    rows = store.read("parses").to_pylist()
    assert {row["work_id"] for row in rows} <= works
    return sorted((row["article_id"], row["parse"]) for row in rows)


@pytest.mark.parametrize("batch_size", [1, 2, 512])
def test_copies_of_a_text_are_parsed_once_whatever_batch_they_are_in(store: Store, given: list[str], batch_size: int) -> None:
    inputs, registry = fill(store, *FOUR), Registry()
    assert measure(store, registry, ["parse"], inputs, batch_size=batch_size)["parse"] == 4
    assert sorted(given) == [DAM, GATE]
    parses = kept(store, registry)
    assert [article for article, _ in parses] == [inputs[0].article_id, inputs[1].article_id, inputs[2].article_id]
    assert parses[0][1] == parses[2][1] != parses[1][1]


def test_a_text_of_an_earlier_run_is_not_parsed_again(store: Store, given: list[str]) -> None:
    first = fill(store, *FOUR)
    measure(store, Registry(), ["parse"], first)
    given.clear()
    later = fill(store, (GATE, "en"), ("It broke.", "en"), first=4)
    registry = Registry()
    measure(store, registry, ["parse"], [*first, *later])
    assert given == ["It broke."]
    assert dict(kept(store, registry))[later[0].article_id] == dict(kept(store, registry))[first[1].article_id]


def test_an_outlet_that_was_changed_asks_for_no_new_parse(store: Store, given: list[str]) -> None:
    inputs, registry = fill(store, *FOUR), Registry()
    measure(store, registry, ["parse"], inputs)
    given.clear()
    changed = [Input(item.article_id, 1, "another outlet") for item in inputs]
    assert measure(store, registry, ["parse"], changed)["parse"] == 4
    assert given == []
    known = done(store, registry, ["parse"])["parse"]
    assert {item.whole for item in (*inputs, *changed)} == set(known) and {state for _, state, _ in known.values()} == {"ok"}
    assert len(kept(store, registry)) == 6, "rows of the batch before, and their copies"


def test_an_article_in_another_language_gets_no_parse_though_its_text_has_one(store: Store, given: list[str]) -> None:
    measure(store, Registry(), ["parse"], fill(store, (DAM, "en")))
    given.clear()
    (german,) = fill(store, (DAM, "de"), first=1)
    registry = Registry()
    measure(store, registry, ["grammar"], [german])
    assert given == [] and [article for article, _ in kept(store, registry)] == [f"{0:016x}"]
    reasons = {(row["measure"], row["reason"]) for row in store.read("scores").to_pylist() if row["article_id"] == german.article_id}
    assert reasons == {(name, "no model for the language 'de'") for name in ("attribution", "grammar", "names", "parse")}


def test_another_model_parses_anew(store: Store, given: list[str]) -> None:
    inputs = fill(store, *FOUR)
    measure(store, Registry(), ["parse"], inputs)
    given.clear()
    measure(store, Registry({"parse": {"model": "another"}}), ["parse"], inputs)
    assert sorted(given) == [DAM, GATE]


def test_a_table_of_before_texts_were_noted_serves_nobody(store: Store, given: list[str]) -> None:
    inputs, registry = fill(store, *FOUR), Registry()
    measure(store, registry, ["parse"], inputs)
    rows = store.read("parses")
    place = rows.column_names.index("text_sha256")
    store.replace_all("parses", rows.set_column(place, "text_sha256", pa.nulls(rows.num_rows, pa.string())))
    given.clear()
    measure(store, registry, ["parse"], fill(store, (DAM, "en"), first=4))
    assert given == [DAM], "nobody knows whose text it was"


def test_of_earlier_rows_only_those_are_read_that_a_lacking_measure_rests_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = fill(store, (DAM, "en"), ("“It is good,” she said.", "en"))
    registry = Registry({"parse": {"model": "no_such_pipeline"}})
    measure(store, registry, ["tone", "parse"], inputs)
    read: list[str] = []
    real = stored.rows_of
    monkeypatch.setattr(stored, "rows_of", lambda store, table, *rest: read.append(table) or real(store, table, *rest))
    measure(store, registry, ["words"], inputs)
    assert read == ["sentences"], "words rests on sentences alone, and these are in one table"
    assert {row["form"] for row in store.read("words").to_pylist()} == {"The", "dam", "was", "built", "It", "is", "good", "she", "said"}


def test_gathered_parses_lie_in_groups_so_that_a_batch_is_found_without_reading_all(store: Store, given: list[str]) -> None:
    inputs = fill(store, *((f"Text {number}.", "en") for number in range(1_200)))
    measure(store, Registry(), ["parse"], inputs)
    before = sorted(store.read("parses").to_pylist(), key=lambda row: row["article_id"])
    for name in ("parses", "measured"):
        store.compact(name, 0)
    assert sorted(store.read("parses").to_pylist(), key=lambda row: row["article_id"]) == before
    groups = {name: [pq.ParquetFile(file).metadata for file in (store.root / name).glob("*.parquet")] for name in ("parses", "measured")}
    assert [(one.num_rows, one.num_row_groups) for one in groups["parses"]] == [(1_200, 3)]
    assert [(one.num_rows, one.num_row_groups) for one in groups["measured"]] == [(1_200, 1)]


@pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")
def test_measures_that_take_turns_read_each_parse_once_and_of_another_text_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from spacy.tokens import DocBin

    pipeline._recent.clear()
    read: list[bytes] = []
    real = DocBin.from_bytes
    monkeypatch.setattr(DocBin, "from_bytes", lambda self, data: read.append(data) or real(self, data))
    texts = ["The dam was built by Ada Quill.", "“It holds,” said Ada Quill. The gate was opened."]
    documents = [Document(str(number), 1, text) for number, text in enumerate(texts)]
    for _, _, failed in measure_in_memory(Registry(), ["grammar", "attribution"], documents):
        assert not failed
    assert sorted(read) == sorted(document.parse for document in documents)
    assert [[text[span.start : span.end] for span in document.spans["grammar"]] for document, text in zip(documents, texts, strict=True)] == [
        ["built", "Ada Quill"], ["opened"],
    ]  # fmt: skip
    monkeypatch.setattr(pipeline, "_RECENT", 10)
    pipeline._recent.clear()
    assert [doc.text for document in documents for _, doc in pipeline.docs(document.text, document.parse or b"")] == texts
    assert len(pipeline._recent) == 1, "no more is held than was asked for"


def test_a_text_is_known_by_the_hash_that_its_article_has() -> None:
    assert Document("a", 1, "Zoë").text_sha256 == "c6a12698582fc1104ea24107a2d7268145ff06ef859707729d01fd060897f067"  # of its UTF-8
    assert Document("a", 1, "a \ud800 b").text_sha256, "half a surrogate, as a file may hold, is no error"
