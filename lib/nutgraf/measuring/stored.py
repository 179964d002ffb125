"""What of measuring lies in tables: what is done, the rows of it that later measures rest on, and new rows on their way there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Rows
from nutgraf.measuring.registry import Registry
from nutgraf.measuring.tabled import NEEDED, joined
from nutgraf.measuring.working import Key, attach
from nutgraf.schema import PARSES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

    from nutgraf.store import Store

#: By measure, (article, version, input) → (work_id, status, error).
Done = dict[str, dict[tuple[str, int, str], tuple]]


@dataclass(frozen=True)
class Input:
    """An article version to measure; `input_sha256` covers its text, language and outlet."""

    article_id: str
    version: int
    input_sha256: str

    @classmethod
    def of(cls, row: Mapping[str, Any], input_sha256: Callable[[str, str | None, str | None], str]) -> Input:
        """A row of ``articles`` as measures know it.

        Args:
            row: With article_id, version, text_sha256, language and outlet; ``outlet_as_read`` goes before the latter, which people may have put
                right.
            input_sha256: The desk's `nutgraf.desk.Desk.input_sha256`.
        """
        return cls(row["article_id"], row["version"], input_sha256(row["text_sha256"], row["language"], row.get("outlet_as_read", row["outlet"])))

    @property
    def key(self) -> Key:
        """Article and version."""
        return self.article_id, self.version

    @property
    def whole(self) -> tuple[str, int, str]:
        """The same with its input."""
        return self.article_id, self.version, self.input_sha256


def work_id(measure: str, version: str, inputs: Sequence[Input]) -> str:
    """Hash of a measure, its version and the articles of a batch: the same batch has the same id on every try."""
    keys = sorted(item.whole for item in inputs)
    return hashlib.sha256(json.dumps([measure, version, keys]).encode()).hexdigest()[:20]


def done(store: Store, registry: Registry, measures: Sequence[str]) -> Done:
    """What `measured` knows at the current versions."""
    import pyarrow.dataset as ds

    versions = [registry.version(measure) for measure in measures]
    table = store.read("measured", where=ds.field("measure_version").isin(versions) & ds.field("measure").isin(list(measures)))
    found: Done = {measure: {} for measure in measures}
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
    return {name: [item for item in inputs if item.whole not in has] for name, has in known.items()}


def load_documents(store: Store, keys: Sequence[Key]) -> dict[Key, Document]:
    """Documents with their texts, without rows of any measure."""
    import pyarrow.dataset as ds

    columns = ["article_id", "version", "text", "headline", "standfirst", "byline", "outlet", "language", "published_at", "completeness"]  # fmt: skip
    wanted = set(keys)
    table = store.read("articles", [*columns, "credits"], ds.field("article_id").isin([article for article, _ in keys]))
    found = {}
    for row in table.to_pylist():
        printed = row.pop("credits")  # the line above the text names all of them; rows of an earlier Nutgraf have persons and others in one
        row["byline"] = printed or row["byline"]
        if (row["article_id"], row["version"]) in wanted:
            found[row["article_id"], row["version"]] = Document(**row)
    return found


class Writers:
    """Which measures have rows in a table: most write to one or two, and the others need not be searched for rows.

    What is known holds while nobody else may write: make another one after the desk's lock was let go.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, set[str]] = {}

    def of(self, table: str) -> set[str]:
        """Their ids."""
        if table not in self._known:
            batches = self._store.scan(table, ["measure"])
            self._known[table] = {name for batch in batches for name in batch["measure"].unique().to_pylist()}
        return self._known[table]

    def note(self, table: str, measure: str) -> None:
        """Note that a measure has written rows now."""
        self.of(table).add(measure)


def attach_stored(
    store: Store, registry: Registry, name: str, known: Mapping[tuple[str, int, str], tuple], inputs: Sequence[Input],
    documents: Mapping[Key, Document], writers: Writers,
) -> set[Key]:  # fmt: skip
    """Put rows of an earlier run on the documents, so that what rests on them can be measured.

    Args:
        store: The tables.
        registry: The measures.
        name: The measure.
        known: What is `done` of it.
        inputs: The articles on which it is done.
        documents: Among others, theirs.
        writers: Who writes where.

    Returns:
        The articles on which that run failed.
    """
    work_ids = sorted({known[item.whole][0] for item in inputs})
    found = {item.key: Rows() for item in inputs}
    for table, kind, bucket in NEEDED:
        if name not in writers.of(table.name):
            continue
        read = rows_of(store, table.name, work_ids, ["article_id", "version", *kind._fields])
        for article, version, *row in zip(*(column.to_pylist() for column in read.columns), strict=True):
            if (article, version) in found:
                getattr(found[article, version], bucket).append(kind._make(row))
    built = registry.get(name)
    for key, rows in found.items():
        rows.sentences.sort()
        attach(documents[key], built, rows)
    return {item.key for item in inputs if known[item.whole][1] == "error"}


def attach_kept(store: Store, registry: Registry, name: str, documents: Sequence[Document]) -> None:
    """Give documents the parse that an earlier run made of the same text, whichever article had it then.

    Args:
        store: The tables.
        registry: The measures.
        name: A measure that is ``of_text_alone``; it takes the parse from the document.
        documents: Those that it lacks.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds

    wanted = {document.text_sha256: document.text for document in documents}
    of_version = ds.field("measure_version") == registry.version(name)
    of_texts = ds.field("text_sha256").isin(pa.array(list(wanted), pa.string()))
    # Two readings: most often there is none, and the parses themselves are large.
    held = store.read(PARSES.name, ["work_id", "text_sha256"], of_version & of_texts)
    if not held.num_rows:
        return
    works = ds.field("work_id").isin(held["work_id"].unique())
    parses = store.read(PARSES.name, ["text_sha256", "parse"], works & of_version & of_texts)
    kept = dict(zip(parses["text_sha256"].to_pylist(), parses["parse"].to_pylist(), strict=True))
    for document in documents:
        document.parse = kept.get(document.text_sha256)


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


def write(
    store: Store, registry: Registry, name: str, inputs: Sequence[Input], parts: Sequence[Mapping[str, pa.Table]], failed: Mapping[Key, str],
    writers: Writers,
) -> None:  # fmt: skip
    """Write a measure's rows of a batch, as `tabled.to_tables` makes them: journaled first, entered into `measured` last."""
    version = registry.version(name)
    work = work_id(name, version, inputs)
    tables = joined(parts, name, version, work)
    store.begin(work, list(tables))
    for table, arrow in tables.items():
        store.replace_work(table, work, arrow)
        writers.note(table, name)
    store.replace_work("measured", work, _measured_rows(inputs, name, version, work, failed))
    store.finish(work)


def _measured_rows(
    inputs: Sequence[Input], name: str, version: str, work: str, failed: Mapping[Key, str]
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
