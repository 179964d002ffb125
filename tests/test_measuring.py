"""Measuring: versions, what is measured again, what is not lost, and what one bad article does."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import nutgraf.measures
import nutgraf.reading
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf import resources
from nutgraf.documents import Document, Measured, Rows
from nutgraf.errors import MeasureError
from nutgraf.measuring import Input, Registry, done, measure, missing, run_measure, work_id
from nutgraf.schema import TABLES, arrow_schema
from nutgraf.store import Store

TEXTS = (
    "The pool stays open. “It is a good day,” said Mrs. Quint. She swam.",
    "Nobody came.\n\nRead more: Nobody went",
    "Prof. Adebo spoke at length about wtr. Mains burst anyway, which was terrible.",
    "",
    "A short note",
)


def fill(store: Store, texts: tuple[str, ...] = TEXTS) -> list[Input]:
    """Articles in a store, and what a measure is asked for."""
    rows = [
        {"article_id": f"{index:016x}", "version": 1, "text": text, "language": "en", "status": "kept"}
        for index, text in enumerate(texts)
    ]
    store.append("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))
    return [Input(row["article_id"], 1, f"sha{index}") for index, row in enumerate(rows)]


def raw_rows(root: Path, table: str, columns: str = "*") -> list[tuple]:
    """Rows of the newest version of a Delta table, read by DuckDB from the files themselves."""
    if not (root / table / "_delta_log").exists():
        return []
    files = [str(path).removeprefix("file://") for path in DeltaTable(root / table).file_uris()]
    return duckdb.sql(f"select {columns} from read_parquet({files!r})").fetchall() if files else []  # noqa: S608


def counted(root: Path) -> dict[str, list[tuple]]:
    """Every table's rows without the batch that wrote them, sorted."""
    return {
        name: sorted(raw_rows(root, name, "* exclude (work_id)"), key=repr)
        for name in ("sentences", "spans", "scores", "words", "measured")
    }


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "processed")


# Registry and versions ------------------------------------------------------------------------------------------------


def modules() -> list[str]:
    """Every module that makes a measure."""
    names = [
        f"{package.__name__}.{info.name}"
        for package in (nutgraf.reading, nutgraf.measures)
        for info in pkgutil.iter_modules(package.__path__)
    ]
    return [name for name in names if hasattr(importlib.import_module(name), "build")]


@pytest.mark.parametrize("name", modules())
def test_every_module_with_a_build_is_a_measure(name: str) -> None:
    module = importlib.import_module(name)
    built = module.build({})
    assert built.id == module.ID and Registry().get(built.id) is not None
    assert isinstance(built.version, str) and built.version
    assert isinstance(built.needs, frozenset) and built.needs <= set(Registry().ids)
    assert isinstance(built.resources, tuple) and all(len(one.sha256) == 64 and one.kind and one.name for one in built.resources)
    assert module.__doc__ and module.build.__doc__
    documents = [Document("a" * 16, 1, text) for text in TEXTS[:1]] + [Document("b" * 16, 2, "")]
    found = built.measure(documents)
    assert set(found) == {document.key for document in documents} and all(isinstance(r, Rows) for r in found.values())
    with pytest.raises(TypeError):
        module.build({"no_such_option": 1})


def test_versions_change_with_options_of_what_a_measure_needs_and_with_nothing_else() -> None:
    plain, changed = Registry(), Registry({"sentences": {"abbreviations": ["wtr"]}})
    same = {name for name in plain.ids if plain.version(name) == changed.version(name)}
    assert {"parts", "quotes"} <= same
    assert not same & {name for name in plain.ids if "sentences" in plain.closure([name])}


def test_an_unknown_measure_or_option_is_an_error_that_says_where() -> None:
    with pytest.raises(MeasureError, match=r"\[measures\.sentences\]"):
        Registry({"sentences": {"abreviations": []}}).get("sentences")
    with pytest.raises(MeasureError, match="no such measure: 'tones'"):
        _ = Registry({"tones": {}}).ids
    with pytest.raises(MeasureError, match="Known: "):
        Registry().get("tones")


#: What sentences rest on, needs first.
BEFORE = ["parse", "parts", "names", "quotes", "attribution"]


def test_broken_settings_fail_only_who_needs_that_measure() -> None:
    registry = Registry({"tone": {"no_such_option": 1}})
    assert registry.closure(["sentences"]) == [*BEFORE, "sentences"] and registry.version("sentences")
    with pytest.raises(MeasureError, match="tone"):
        registry.version("tone")


# What is measured again ------------------------------------------------------------------------------------------------


def measured_by(store: Store) -> dict[str, set[str]]:
    """Versions in the measured table, by measure."""
    found: dict[str, set[str]] = {}
    for name, version in raw_rows(store.root, "measured", "measure, measure_version"):
        found.setdefault(name, set()).add(version)
    return found


def test_a_desks_abbreviation_measures_again_exactly_what_rests_on_sentences(store: Store) -> None:
    inputs, plain = fill(store), Registry()
    assert measure(store, plain, ["tone"], inputs) == dict.fromkeys([*BEFORE, "sentences", "tone"], len(inputs))
    changed = Registry({"sentences": {"abbreviations": ["wtr"]}})
    assert measure(store, changed, ["tone"], inputs) == {**dict.fromkeys(BEFORE, 0), "sentences": len(inputs), "tone": len(inputs)}
    assert {name: len(versions) for name, versions in measured_by(store).items()} == {**dict.fromkeys(BEFORE, 1), "sentences": 2, "tone": 2}
    by_version = {
        version: count
        for version, count in duckdb.sql(
            f"select measure_version, count(*) from read_parquet({DeltaTable(store.root / 'sentences').file_uris()!r})"  # noqa: S608
            f" where article_id = '{inputs[2].article_id}' group by all"
        ).fetchall()
    }
    assert by_version == {plain.version("sentences"): 2, changed.version("sentences"): 1}


def test_a_changed_resource_file_measures_again_exactly_what_rests_on_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = fill(store)
    measure(store, Registry(), ["tone"], inputs)
    changed = tmp_path / "abbreviations.txt"
    changed.write_text(resources.own("abbreviations.txt").read_text(encoding="utf-8") + "wtr\n", encoding="utf-8")

    def own(name: str, original=resources.own) -> Path:  # noqa: ANN001
        return changed if name == changed.name else original(name)

    monkeypatch.setattr("nutgraf.reading.sentences.own", own)
    counts = measure(store, Registry(), ["tone"], inputs)
    assert counts == {**dict.fromkeys(BEFORE, 0), "sentences": len(inputs), "tone": len(inputs)}
    assert {name: len(versions) for name, versions in measured_by(store).items()} == {**dict.fromkeys(BEFORE, 1), "sentences": 2, "tone": 2}


def test_nothing_new_is_nothing_measured(store: Store) -> None:
    inputs = fill(store)
    measure(store, Registry(), ["tone"], inputs)
    before = store.versions()
    assert set(measure(store, Registry(), ["tone"], inputs).values()) == {0}
    assert store.versions() == before


def test_a_new_text_is_measured_and_the_old_ones_are_not(store: Store) -> None:
    inputs = fill(store)
    measure(store, Registry(), ["tone"], inputs)
    changed = [Input(inputs[0].article_id, 1, "another text"), *inputs[1:]]
    assert measure(store, Registry(), ["tone"], changed)["tone"] == 1
    assert missing(store, Registry(), ["tone"], changed) == {name: [] for name in Registry().closure(["tone"])}


def test_an_article_without_a_row_is_left_out_and_does_not_stop_the_rest(store: Store) -> None:
    inputs = fill(store)
    gone = Input("f" * 16, 1, "sha")
    assert measure(store, Registry(), ["tone"], [gone, *inputs])["tone"] == len(inputs)
    assert missing(store, Registry(), ["tone"], [gone])["tone"] == [gone]
    assert measure(store, Registry(), ["tone"], [gone])["tone"] == 0


# Independence of order and batches -------------------------------------------------------------------------------------


@settings(max_examples=4, deadline=None)
@given(order=st.permutations(range(len(TEXTS))), batch_size=st.integers(1, 6))
def test_rows_do_not_depend_on_batches_or_order(tmp_path_factory: pytest.TempPathFactory, order, batch_size) -> None:  # noqa: ANN001
    reference, other = (Store(tmp_path_factory.mktemp("s")) for _ in range(2))
    inputs = fill(reference)
    fill(other)
    measure(reference, Registry(), ["tone"], inputs)
    measure(other, Registry(), ["tone"], [inputs[index] for index in order], batch_size=batch_size)
    assert counted(reference.root) == counted(other.root)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_document_is_read_alike_in_any_company(texts: list[str], random) -> None:  # noqa: ANN001
    registry = Registry()

    def rows(numbers: list[int]) -> dict[int, list]:
        documents = [Document(f"{number:016x}", 1, texts[number]) for number in numbers]
        found: dict[int, list] = {number: [] for number in numbers}
        for name in ("parts", "quotes", "sentences", "tone"):
            for document, number in zip(documents, numbers, strict=True):
                one = registry.get(name).measure(documents)[document.key]
                document.spans[name], document.sentences = one.spans, one.sentences or document.sentences
                found[number].append(one)
        return found

    numbers = list(range(len(texts)))
    together = rows(numbers)
    random.shuffle(numbers)
    assert rows(numbers) == together
    assert all(rows([number])[number] == together[number] for number in numbers)


def test_work_ids_know_their_batch_and_not_its_order() -> None:
    a, b = Input("a" * 16, 1, "x"), Input("b" * 16, 1, "y")
    assert work_id("tone", "1", [a, b]) == work_id("tone", "1", [b, a])
    others = [("tone", "2", [a, b]), ("parts", "1", [a, b]), ("tone", "1", [a]), ("tone", "1", [Input("a" * 16, 1, "z"), b])]
    assert work_id("tone", "1", [a, b]) not in {work_id(*other) for other in others}


# One bad article --------------------------------------------------------------------------------------------------------


class Picky:
    """Fails on a text that says so; needs parts."""

    id, version, needs, resources = "picky", "1", frozenset({"parts"}), ()

    def measure(self, documents) -> Measured:  # noqa: ANN001
        found = Measured()
        for document in documents:
            if "Nobody" in document.text:
                raise ValueError("nobody\nis nobody")
            found[document.key] = Rows()
            found[document.key].score("words", float(len(document.text.split())))
        return found


class Resting(Picky):
    """Rests on Picky."""

    id, needs = "resting", frozenset({"picky"})

    def measure(self, documents) -> Measured:  # noqa: ANN001
        return Measured.of(documents, [Rows() for _ in documents])


@pytest.fixture
def picky() -> Registry:
    registry = Registry()
    registry.measures.update(picky=Picky(), resting=Resting())
    return registry


def test_one_bad_article_is_a_row_with_its_error_and_the_rest_is_measured(store: Store, picky: Registry) -> None:
    inputs = fill(store)
    measure(store, picky, ["resting"], inputs)
    status = done(store, picky, ["parts", "picky", "resting"])
    by_article = {name: {key[0]: (state, error) for key, (_, state, error) in rows.items()} for name, rows in status.items()}
    bad = inputs[1].article_id
    assert by_article["picky"].pop(bad) == ("error", "ValueError: nobody is nobody")
    assert by_article["resting"].pop(bad) == ("error", "needs 'picky', which failed on this article")
    assert {state for rows in by_article.values() for state, _ in rows.values()} == {"ok"}
    assert len(raw_rows(store.root, "scores")) == len(inputs) - 1


def test_an_error_of_an_earlier_run_still_counts(store: Store, picky: Registry) -> None:
    inputs = fill(store)
    measure(store, picky, ["picky"], inputs)
    measure(store, picky, ["resting"], inputs)
    errors = {key[0] for key, (_, state, _) in done(store, picky, ["resting"])["resting"].items() if state == "error"}
    assert errors == {inputs[1].article_id}


def test_a_fault_of_the_installation_is_raised_once_and_nothing_is_stored(store: Store) -> None:
    class Broken(Picky):
        def measure(self, documents) -> Measured:  # noqa: ANN001
            raise MeasureError("its lexicon is missing")

    registry = Registry()
    registry.measures["picky"] = Broken()
    with pytest.raises(MeasureError, match="lexicon"):
        measure(store, registry, ["picky"], fill(store))
    assert not done(store, registry, ["picky"])["picky"]
    with pytest.raises(MeasureError):
        run_measure(Broken(), [Document("a" * 16, 1, "x")])


def test_a_measure_that_forgets_a_document_is_refused(store: Store) -> None:
    class Forgetful(Picky):
        def measure(self, documents) -> Measured:  # noqa: ANN001
            return Measured()

    registry = Registry()
    registry.measures["picky"] = Forgetful()
    with pytest.raises(MeasureError, match="returned no rows"):
        measure(store, registry, ["picky"], fill(store))


def test_measures_that_need_each_other_are_refused() -> None:
    registry = Registry()
    registry.measures.update(a=SimpleNamespace(needs={"b"}), b=SimpleNamespace(needs={"a"}))
    with pytest.raises(MeasureError, match="circle"):
        registry.closure(["a"])


# A killed process ------------------------------------------------------------------------------------------------------

CHILD = """
import os, sys
from pathlib import Path
import deltalake, pyarrow.dataset
from nutgraf.documents import Document
from nutgraf.measuring import Input, Registry, measure
from nutgraf.store import Store

steps = 0

def dying(name, limit):
    original = getattr(Store, name)
    def wrapped(self, *arguments):
        global steps
        steps += 1
        if steps == limit:
            os._exit(9)
        return original(self, *arguments)
    setattr(Store, name, wrapped)

# One process imports and builds, and each run is a fork of it that has not yet touched a table: threads would not survive the fork.
registry = Registry()
for name in registry.closure(["tone", "words"]):
    registry.get(name).measure([Document("a" * 16, 1, "One. Two is good.\\n\\nThree")])
for line in sys.stdin:
    limit, root = int(line.split()[0]), Path(line.split(maxsplit=1)[1].strip())
    pid = os.fork()
    if pid == 0:
        for name in ("begin", "replace_work", "finish", "_delete_work"):
            dying(name, limit)
        inputs = [Input(row.split()[0], 1, row.split()[1]) for row in (root / "inputs").read_text().splitlines()]
        try:
            measure(Store(root / "processed"), registry, ["tone", "words"], inputs)
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        (root / "steps").write_text(str(steps))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
KILLED_TEXTS = TEXTS[:3]


def killed(*runs: tuple[int, Path]) -> list[int]:
    """Measure in other processes, each of which ends by ``os._exit`` before a step; 0 for none. Their exit codes."""
    process = subprocess.run(
        [sys.executable, "-c", CHILD],
        input="".join(f"{limit} {root}\n" for limit, root in runs),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,  # a hang, however busy the machine is
    )
    assert not process.stderr, process.stderr
    return [int(line) for line in process.stdout.split()]


def prepared(root: Path) -> list[Input]:
    """A desk's tables with the articles, and their list for the other process."""
    root.mkdir(exist_ok=True)
    inputs = fill(Store(root / "processed"), KILLED_TEXTS)
    (root / "inputs").write_text("".join(f"{item.article_id} {item.input_sha256}\n" for item in inputs))
    return inputs


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[tuple]], int]:
    """Rows of an undisturbed run, and how many steps it takes."""
    root = tmp_path_factory.mktemp("whole")
    prepared(root)
    assert killed((0, root)) == [0]
    return counted(root / "processed"), int((root / "steps").read_text())


def check_after(root: Path, inputs: list[Input], whole: dict[str, list[tuple]], *, batch_size: int = 2) -> None:
    """The next run leaves the rows of an undisturbed one, also with batches of another size and so with other work_ids."""
    measure(Store(root / "processed"), Registry(), ["tone", "words"], inputs, batch_size=batch_size)
    assert counted(root / "processed") == whole
    assert not Store(root / "processed").unfinished()


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.faults)])
def test_killed_between_any_two_commits_nothing_is_lost_and_nothing_is_twice(tmp_path: Path, whole, every: int) -> None:  # noqa: ANN001
    rows, steps = whole
    assert steps >= 20
    limits = sorted({1, *range(2, steps, every), steps})
    roots = [tmp_path / str(limit) for limit in limits]
    inputs = [prepared(root) for root in roots]
    assert set(killed(*zip(limits, roots, strict=True))) == {9}
    for number, (root, given_inputs) in enumerate(zip(roots, inputs, strict=True)):
        check_after(root, given_inputs, rows, batch_size=2 if number % 4 == 0 else 512)


def test_killed_over_the_last_table_before_it_is_known_its_rows_go(tmp_path: Path, whole) -> None:  # noqa: ANN001
    rows, steps = whole
    inputs = prepared(tmp_path)
    assert killed((steps - 1, tmp_path)) == [9]
    assert counted(tmp_path / "processed")["words"] == rows["words"], "they are written, and their batch is not in measured"
    check_after(tmp_path, inputs, rows)


def test_killed_while_mending_and_killed_again(tmp_path: Path, whole) -> None:  # noqa: ANN001
    rows, steps = whole
    inputs = prepared(tmp_path)
    # The first step of the second and third run is an undoing.
    assert killed((steps // 2 + 1, tmp_path), (1, tmp_path), (2, tmp_path)) == [9, 9, 9]
    check_after(tmp_path, inputs, rows)


def test_without_the_journal_rows_would_double(tmp_path: Path, whole) -> None:  # noqa: ANN001
    """The test of the test: what the journal prevents does happen without it."""
    rows, _ = whole
    inputs = prepared(tmp_path)
    assert killed((7, tmp_path)) == [9]  # the first spans are written, and their batch is not in measured
    (tmp_path / "processed" / "journal.jsonl").unlink()
    measure(Store(tmp_path / "processed"), Registry(), ["tone", "words"], inputs, batch_size=2)
    assert len(counted(tmp_path / "processed")["spans"]) > len(rows["spans"])


def test_every_table_of_the_schema_has_a_key_that_its_columns_have() -> None:
    assert all(set(table.key) <= set(table.names) for table in TABLES.values())
