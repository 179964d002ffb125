"""Measures: finding them, knowing their versions, and measuring what is missing.

A ``measure_version`` is the measure's own code version and a hash over its resources, its options and the versions of everything
it needs. So a changed abbreviation in the sentence splitter gives new versions to what rests on sentences, and to nothing else.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Measure, Measured, Parse, Rows, Score, Sentence, Span
from nutgraf.errors import MeasureError, NutgrafError
from nutgraf.schema import PARSES, SCORES, SENTENCES, SPANS, WORDS, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

    from nutgraf.store import Store

BATCH = 512
_HOMES = ("nutgraf.reading", "nutgraf.measures")
Progress = Callable[[str, int, int], None]


class Registry:
    """Every measure of this installation, built with a desk's options.

    Args:
        options: Settings by measure id, from ``[measures.<id>]`` in ``nutgraf.toml``.

    Attributes:
        measures: Those built so far, by id.
    """

    def __init__(self, options: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.options = {name: dict(values) for name, values in (options or {}).items()}
        self.measures: dict[str, Measure] = {}

    @cached_property
    def _modules(self) -> dict[str, ModuleType]:
        """Modules by measure id: those under ``reading/`` and ``measures/`` with a ``build``."""
        found: dict[str, ModuleType] = {}
        for home in _HOMES:
            package = importlib.import_module(home)
            for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
                module = importlib.import_module(f"{home}.{info.name}")
                if hasattr(module, "build"):
                    found[module.ID] = module
        unknown = set(self.options) - set(found)
        if unknown:
            raise MeasureError(
                f"no such measure: {sorted(unknown)[0]!r}",
                where="[measures] in nutgraf.toml",
                mend="known: " + ", ".join(sorted(found)),
            )
        return found

    @property
    def ids(self) -> list[str]:
        """Ids of every measure, in alphabetical order."""
        return sorted({*self._modules, *self.measures})

    def get(self, measure: str) -> Measure:
        """A measure by id, built when it is first asked for, so that one with broken settings fails only who needs it.

        Raises:
            MeasureError: For an unknown id, or settings that the measure cannot use.
        """
        if measure not in self.measures:
            if measure not in self._modules:
                raise MeasureError(f"no such measure: {measure!r}", mend="known: " + ", ".join(self.ids))
            try:
                self.measures[measure] = self._modules[measure].build(self.options.get(measure, {}))
            except TypeError as error:
                raise MeasureError(
                    f"its settings cannot be used: {error}",
                    where=f"[measures.{measure}] in nutgraf.toml",
                    mend="see docs/methodology.md for the options of each measure",
                ) from error
        return self.measures[measure]

    def closure(self, wanted: Iterable[str]) -> list[str]:
        """The measures wanted and everything they need, needs first, in a fixed order."""
        order: list[str] = []

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in path:
                raise MeasureError(f"measures need each other in a circle: {' → '.join((*path, name))}")
            if name not in order:
                for need in sorted(self.get(name).needs):
                    visit(need, (*path, name))
                order.append(name)

        for name in sorted(set(wanted)):
            visit(name, ())
        return order

    def version(self, measure: str) -> str:
        """The version that goes into the tables: code version, a dash, ten hex digits over all that it rests on."""
        if measure not in self._versions:
            built = self.get(measure)
            resting = {
                "code": built.version,
                "resources": [resource.sha256 for resource in built.resources],
                "options": self.options.get(measure, {}),
                "needs": {need: self.version(need) for need in sorted(built.needs)},
            }
            digest = hashlib.sha256(json.dumps(resting, sort_keys=True, default=str).encode()).hexdigest()
            self._versions[measure] = f"{built.version}-{digest[:10]}"
        return self._versions[measure]

    def about(self, measure: str) -> dict[str, Any]:
        """A version taken apart, so that somebody can say why it is another one.

        Returns:
            ``version``, ``code``, ``options``, ``needs`` (ids), and ``resources``: of each its kind, name, version (or None) and the
            beginning of its sha256.
        """
        built = self.get(measure)
        return {
            "version": self.version(measure), "code": built.version, "options": self.options.get(measure, {}),
            "needs": sorted(built.needs),
            "resources": [[one.kind, one.name, one.version, one.sha256[:12]] for one in built.resources],
        }  # fmt: skip

    @cached_property
    def _versions(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Input:
    """An article version to measure; `input_sha256` covers its text, language and outlet."""

    article_id: str
    version: int
    input_sha256: str

    @property
    def key(self) -> tuple[str, int]:
        """Article and version."""
        return self.article_id, self.version


def work_id(measure: str, version: str, inputs: Sequence[Input]) -> str:
    """Hash of a measure, its version and the articles of a batch: the same batch has the same id on every try."""
    keys = sorted((item.article_id, item.version, item.input_sha256) for item in inputs)
    return hashlib.sha256(json.dumps([measure, version, keys]).encode()).hexdigest()[:20]


def done(store: Store, registry: Registry, measures: Sequence[str]) -> dict[str, dict[tuple[str, int, str], tuple]]:
    """What `measured` knows at the current versions: by measure, (article, version, input) → (work_id, status, error)."""
    import pyarrow.dataset as ds

    versions = [registry.version(measure) for measure in measures]
    table = store.read("measured", where=ds.field("measure_version").isin(versions) & ds.field("measure").isin(list(measures)))
    found: dict[str, dict[tuple[str, int, str], tuple]] = {measure: {} for measure in measures}
    columns = ("measure", "measure_version", "article_id", "version", "input_sha256", "work_id", "status", "error")
    current = {measure: registry.version(measure) for measure in measures}
    for measure, measure_version, article, version, inputs, *said in zip(*(table[name].to_pylist() for name in columns), strict=True):
        if measure_version == current[measure]:
            found[measure][(article, version, inputs)] = tuple(said)
    return found


def missing(store: Store, registry: Registry, wanted: Iterable[str], inputs: Sequence[Input]) -> dict[str, list[Input]]:
    """Which inputs each measure still lacks, needs included."""
    order = registry.closure(wanted)
    return lacking_of(done(store, registry, order), inputs)


def lacking_of(known: Mapping[str, Mapping[tuple[str, int, str], tuple]], inputs: Sequence[Input]) -> dict[str, list[Input]]:
    """Which inputs each measure lacks of what is known to be `done`."""
    return {
        name: [item for item in inputs if (item.article_id, item.version, item.input_sha256) not in has] for name, has in known.items()
    }


def measure(
    store: Store,
    registry: Registry,
    wanted: Iterable[str],
    inputs: Sequence[Input],
    *,
    progress: Progress | None = None,
    batch_size: int = BATCH,
    hold: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> dict[str, int]:
    """Measure what is missing, batch by batch. Call under the desk's lock, or with `hold`.

    Args:
        store: The tables.
        registry: The measures.
        wanted: Measure ids; what they need is measured too.
        inputs: The articles.
        progress: Called with (what, done, of) after each batch.
        batch_size: Articles per batch.
        hold: Takes the desk's lock for one batch, so that somebody else may have it between two.

    Returns:
        How many articles each measure was run on, by measure id; 0 for those that were done already.
    """
    order = registry.closure(wanted)
    with hold():
        store.recover()
        lacking, todo = _lacking(store, registry, order, inputs)
    counts = dict.fromkeys(order, 0)
    for first in range(0, len(todo), batch_size):
        batch = todo[first : first + batch_size]
        with hold():
            if hold is not nullcontext:  # meanwhile another process may have measured some, or been killed over others
                store.recover()
                lacking, batch = _lacking(store, registry, order, batch)
            for name, number in _measure_articles(store, registry, order, batch, lacking).items():
                counts[name] += number
        if progress:
            progress("measuring", min(first + batch_size, len(todo)), len(todo))
    return counts


def _lacking(
    store: Store, registry: Registry, order: Sequence[str], inputs: Sequence[Input]
) -> tuple[dict[str, set[tuple[str, int]]], list[Input]]:
    """The articles that each measure still lacks, and all of these in a fixed order."""
    lacking = missing(store, registry, order, inputs)
    todo = sorted({item for items in lacking.values() for item in items}, key=lambda item: item.key)
    return {name: {item.key for item in items} for name, items in lacking.items()}, todo


def _measure_articles(
    store: Store, registry: Registry, order: Sequence[str], batch: Sequence[Input], lacking: Mapping[str, set[tuple[str, int]]]
) -> dict[str, int]:
    """Measure what a batch of articles lacks; what it has is read, since later measures rest on it.

    Returns:
        How many articles each measure was run on.
    """
    counts: dict[str, int] = {}
    if not batch:
        return counts
    documents = load_documents(store, [item.key for item in batch])
    present = [item for item in batch if item.key in documents]
    failed: dict[str, set[tuple[str, int]]] = {}
    for name in order:
        part = [item for item in present if item.key in lacking[name]]
        finished = [item for item in present if item.key not in lacking[name]]
        failed[name] = set()
        if finished:
            failed[name] |= _attach_stored(store, registry, name, finished, documents)
        if part:
            failed[name] |= _measure_batch(store, registry, name, part, documents, failed)
            counts[name] = len(part)
    return counts


def load_documents(store: Store, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Document]:
    """Documents with their texts, without rows of any measure."""
    import pyarrow.dataset as ds

    columns = ["article_id", "version", "text", "headline", "standfirst", "byline", "outlet", "language", "published_at", "completeness"]  # fmt: skip
    wanted = set(keys)
    table = store.read("articles", columns, ds.field("article_id").isin([article for article, _ in keys]))
    return {
        (row["article_id"], row["version"]): Document(**row)
        for row in table.to_pylist()
        if (row["article_id"], row["version"]) in wanted
    }


def _attach(document: Document, name: str, rows: Rows) -> None:
    if rows.sentences:
        document.sentences = rows.sentences
    if rows.parses:
        document.parse = rows.parses[0].parse
    document.spans[name] = rows.spans
    document.scores[name] = rows.scores


def _attach_stored(
    store: Store,
    registry: Registry,
    name: str,
    inputs: Sequence[Input],
    documents: dict[tuple[str, int], Document],
) -> set[tuple[str, int]]:
    """Put rows of an earlier run on the documents, so that what rests on them can be measured.

    Returns:
        The articles on which that run failed.
    """
    known = done(store, registry, [name])[name]
    work_ids = sorted({known[(i.article_id, i.version, i.input_sha256)][0] for i in inputs})
    keys = {item.key for item in inputs}
    found = {key: Rows() for key in keys}
    for table, kind, bucket in (
        ("sentences", Sentence, "sentences"),
        ("spans", Span, "spans"),
        ("scores", Score, "scores"),
        ("parses", Parse, "parses"),
    ):
        for row in rows_of(store, table, work_ids).to_pylist():
            key = (row["article_id"], row["version"])
            if key in keys:
                getattr(found[key], bucket).append(kind(**{field: row[field] for field in kind._fields}))
    for key, rows in found.items():
        rows.sentences.sort()
        _attach(documents[key], name, rows)
    return {item.key for item in inputs if known[(item.article_id, item.version, item.input_sha256)][1] == "error"}


def rows_of(
    store: Store, table: str, work_ids: Sequence[str], columns: Sequence[str] | None = None, articles: Sequence[str] | None = None
) -> pa.Table:
    """Rows of the given batches, of some articles or of all."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    wanted = ds.field("work_id").isin(pa.array(work_ids, pa.string()))
    if articles is not None:
        wanted &= ds.field("article_id").isin(pa.array(articles, pa.string()))
    return store.read(table, columns, wanted)


def run_measure(built: Measure, documents: Sequence[Document]) -> tuple[Measured, dict[tuple[str, int], str]]:
    """Measure documents; when a batch fails, find the document that did it and go on with the rest.

    Returns:
        The rows, and for each document that failed its error in one line.
    """
    try:
        return built.measure(documents), {}
    except NutgrafError:
        raise  # a missing lexicon fails every document alike, and must be said once
    except Exception as error:  # noqa: BLE001 - one bad article must not take the batch with it
        if len(documents) == 1:
            text = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            return Measured({documents[0].key: Rows()}), {documents[0].key: text}
    rows, failed = Measured(), {}
    for document in documents:
        one, error = run_measure(built, [document])
        rows.update(one)
        failed.update(error)
    return rows, failed


def measure_in_memory(
    registry: Registry, wanted: Iterable[str], documents: Sequence[Document]
) -> Iterator[tuple[str, Measured, dict[tuple[str, int], str]]]:
    """Measure documents without a desk: nothing is read from tables or written to them.

    Args:
        registry: The measures.
        wanted: Measure ids; what they need is measured first.
        documents: They carry the rows of each measure afterwards.

    Yields:
        Each measure's id, its rows, and the documents that it could not do, with the error in one line.
    """
    for name in registry.closure(wanted):
        rows, failed = run_measure(registry.get(name), documents)
        for document in documents:
            _attach(document, name, rows[document.key])
        yield name, rows, failed


def _measure_batch(
    store: Store,
    registry: Registry,
    name: str,
    inputs: Sequence[Input],
    documents: dict[tuple[str, int], Document],
    failed_before: Mapping[str, set[tuple[str, int]]],
) -> set[tuple[str, int]]:
    """Measure one batch and store it.

    Returns:
        The articles on which it failed. What rests on a failed measure fails with its name: without its rows the answer would look
        like an empty text.
    """
    built, version = registry.get(name), registry.version(name)
    failed = {
        item.key: f"needs '{need}', which failed on this article"
        for need in sorted(built.needs)
        for item in inputs
        if item.key in failed_before.get(need, ())
    }
    batch = [documents[item.key] for item in inputs if item.key not in failed]
    rows, raised = run_measure(built, batch) if batch else (Measured(), {})
    failed.update(raised)
    rows.update({key: Rows() for key in failed if key not in rows})
    absent = [document.key for document in batch if document.key not in rows]
    if absent:
        raise MeasureError(f"measure '{name}' returned no rows object for article {absent[0][0]}")
    work = work_id(name, version, inputs)
    tables = to_tables(rows, name, version, work)
    store.begin(work, list(tables))
    for table, arrow in tables.items():
        store.replace_work(table, work, arrow)
    store.replace_work("measured", work, _measured_rows(inputs, name, version, work, failed))
    store.finish(work)
    for item in inputs:
        _attach(documents[item.key], name, rows[item.key])
    return set(failed)


def to_tables(rows: Measured, name: str, version: str, work: str) -> dict[str, pa.Table]:
    """Arrow tables of a batch's rows, by table name; tables without rows are left out."""
    import pyarrow as pa

    tables: dict[str, pa.Table] = {}
    stamp = (name, version, work)
    for table, bucket in ((SENTENCES, "sentences"), (SPANS, "spans"), (SCORES, "scores"), (WORDS, "words"), (PARSES, "parses")):
        records = [(*key, *record, *stamp) for key, found in rows.items() for record in getattr(found, bucket)]
        if records:
            schema = arrow_schema(table.name)
            columns = [pa.array(column, field.type) for column, field in zip(zip(*records, strict=True), schema, strict=True)]
            tables[table.name] = pa.Table.from_arrays(columns, schema=schema)
    return tables


def _measured_rows(
    inputs: Sequence[Input], name: str, version: str, work: str, failed: Mapping[tuple[str, int], str]
) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(
        [
            {
                "article_id": item.article_id,
                "version": item.version,
                "measure": name,
                "measure_version": version,
                "input_sha256": item.input_sha256,
                "work_id": work,
                "status": "error" if item.key in failed else "ok",
                "error": failed.get(item.key),
            }
            for item in inputs
        ],
        schema=arrow_schema("measured"),
    )
