"""Measures run on documents, in whichever process: nothing is read from tables here or written to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nutgraf.documents import Document, Measure, Measured, Rows
from nutgraf.errors import MeasureError, NutgrafError
from nutgraf.measuring.registry import Registry
from nutgraf.measuring.tabled import to_tables

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[str, int]
#: Characters of a task: small enough that no process waits long for another, and that what measures share of a text stays in memory.
_TASK = 40_000
#: Of the last tasks of a batch, which become smaller and smaller so that all processes end at nearly the same time.
_LAST_TASK = 8_000


@dataclass
class Task:
    """Some documents of a batch, and what each measure is to do with them.

    Attributes:
        documents: The documents, with the rows of earlier runs that are needed.
        lacking: For each measure, needs first, the documents that it lacks.
        failed: For each measure the documents on which it failed in an earlier run.
    """

    documents: list[Document]
    lacking: dict[str, set[Key]]
    failed: dict[str, set[Key]]


@dataclass
class Found:
    """What came of a `Task`: for each measure its rows by table, and the documents that it could not do with the error in one line."""

    tables: dict[str, dict[str, pa.Table]] = field(default_factory=dict)
    failed: dict[str, dict[Key, str]] = field(default_factory=dict)


def tasks_of(documents: Iterable[Document], lacking: Mapping[str, set[Key]], failed: Mapping[str, set[Key]]) -> list[Task]:
    """A batch in pieces, the copies of one text together, so that no process does again what another does."""
    by_text: dict[str, list[Document]] = {}
    for document in documents:
        by_text.setdefault(document.text, []).append(document)
    tasks: list[Task] = []
    pieces: list[list[Document]] = []
    left, size, full = sum(map(len, by_text)), 0, 0
    for text, copies in by_text.items():
        if size >= full:
            pieces.append([])
            size, full = 0, min(_TASK, max(_LAST_TASK, left // 8))
        pieces[-1] += copies
        size += len(text)
        left -= len(text)
    for piece in pieces:
        keys = {document.key for document in piece}
        tasks.append(Task(piece, {name: known & keys for name, known in lacking.items()}, {name: known & keys for name, known in failed.items()}))
    return tasks


def work(registry: Registry, task: Task) -> Found:
    """Run every measure that some documents lack on them.

    What rests on a failed measure fails with its name: without its rows the answer would look like an empty text.

    Raises:
        MeasureError: When a measure leaves a document out.
        NutgrafError: What fails every document alike, such as a missing word list.
    """
    found = Found()
    for name, keys in task.lacking.items():
        if not keys:
            continue
        built = registry.get(name)
        failed = {
            document.key: f"needs '{need}', which failed on this article"
            for need in sorted(built.needs)
            for document in task.documents
            if document.key in keys and (document.key in task.failed.get(need, ()) or document.key in found.failed.get(need, ()))
        }
        part = [document for document in task.documents if document.key in keys and document.key not in failed]
        rows, raised = run_measure(built, part) if part else (Measured(), {})
        failed.update(raised)
        rows.update({key: Rows() for key in failed if key not in rows})
        absent = [document.key for document in part if document.key not in rows]
        if absent:
            raise MeasureError(f"measure '{name}' returned no rows object for article {absent[0][0]}")
        for document in task.documents:
            if document.key in keys:
                attach(document, built, rows[document.key])
        found.tables[name], found.failed[name] = to_tables(rows), failed
    return found


def run_measure(built: Measure, documents: Sequence[Document]) -> tuple[Measured, dict[Key, str]]:
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
) -> Iterator[tuple[str, Measured, dict[Key, str]]]:
    """Measure documents without a desk: nothing is read from tables or written to them.

    Args:
        registry: The measures.
        wanted: Measure ids; what they need is measured first.
        documents: They carry the rows of each measure afterwards.

    Yields:
        Each measure's id, its rows, and the documents that it could not do, with the error in one line.
    """
    for name in registry.closure(wanted):
        built = registry.get(name)
        rows, failed = run_measure(built, documents)
        for document in documents:
            attach(document, built, rows[document.key])
        yield name, rows, failed


def attach(document: Document, built: Measure, rows: Rows) -> None:
    """Put a measure's rows on a document, for what rests on them."""
    if rows.sentences:
        document.sentences = rows.sentences
    if rows.parses:
        document.parse = rows.parses[0].parse
    elif getattr(built, "of_text_alone", False):
        document.parse = None  # one that was kept of the same text, and does not count for this document
    document.spans[built.id] = rows.spans
    document.scores[built.id] = rows.scores
