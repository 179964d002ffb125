"""What is known of bodies from earlier looks at them: their signatures, and how alike those are that were compared.

Both hang on the words of bodies alone, which are named by their hash, and on nothing else in a desk. They lie in ``data/processed/copies.parquet``
and ``copy_pairs.parquet``, which are disposable: what is lost or damaged is found out again from the articles. So new articles cost the reading of
their own texts and of those they are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nutgraf.compare.copy_groups import RULES, trimmed
from nutgraf.compare.shingles import BAND, PLACES, bands, fingerprints, jaccard, library, shingles_of, signatures
from nutgraf.disk import whole

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from nutgraf.compare.shingles import Numbers

BODIES, PAIRS = "copies.parquet", "copy_pairs.parquet"
#: So many bodies' shingles are held at a time while signatures are made, 8 bytes a word.
_AT_ONCE = 256
#: So many bodies are read at a time.
_HELD = 1_024
#: Dictionaries have no checksum, and nobody asks for the statistics.
_WRITTEN = {"write_page_checksum": True, "use_dictionary": False, "write_statistics": False}
#: What a file that is lost or damaged raises; pyarrow's errors are kinds of these.
_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError)
#: A body and another, the later fetched first, by their hashes.
Pair = tuple[str, str]
#: Gives the texts of some bodies, in any order, each at least once.
Texts = Callable[[Collection[str]], Iterable[tuple[str, str]]]


class Index:
    """Bodies and pairs of a desk, as far as they are known, and the way to find out the rest.

    Of each body its bands and its place are in memory; signatures, twice as large, are read for those that share a band with another.

    Args:
        root: The folder with the tables; None to keep nothing.
        texts: The texts of bodies, by hash.
    """

    def __init__(self, root: Path | None, texts: Texts) -> None:
        self._root, self._texts = root, texts
        self._kept: pa.Buffer | None = None
        self._places: dict[str, int] = {}
        self._is_known: npt.NDArray[np.bool_]
        self._bands: Numbers
        self._fingerprints: dict[str, bytes] = {}
        self._near: dict[Pair, float] = {}
        self._trimmed: dict[Pair, float] = {}
        self._is_new = False
        if root is not None:
            self._read_pairs(root / PAIRS)

    def add(self, bodies: Sequence[str], credited: Collection[str]) -> None:
        """Make what is known that of these bodies: others are forgotten, and those that are missing are looked at.

        Args:
            bodies: All bodies, by their hashes, each once.
            credited: Those among them that an agency is credited with, which need fingerprints.
        """
        self._places = {name: place for place, name in enumerate(bodies)}
        for pairs in (self._near, self._trimmed):
            for pair in [pair for pair in pairs if not self._places.keys() >= set(pair)]:
                del pairs[pair]
                self._is_new = True
        try:
            forgotten = self._read_bodies(credited)
        except _DAMAGED:
            self._forget_bodies()
            forgotten = True
        missing = [name for name, place in self._places.items() if not self._is_known[place]]
        if missing or forgotten:
            self._write_bodies(missing, credited)

    def _forget_bodies(self) -> None:
        import numpy as np

        self._is_known = np.zeros(len(self._places), bool)
        self._bands = np.zeros((len(self._places), PLACES // BAND), np.uint64)
        self._fingerprints = {}

    def _read_bodies(self, credited: Collection[str]) -> bool:
        """Take what is kept of the bodies that are wanted; returns whether there are others."""
        self._forget_bodies()
        forgotten = False
        for batch in self._held():
            wanted = self._wanted(batch, credited)
            forgotten = forgotten or len(wanted) < batch.num_rows
            self._take(batch.take(wanted))
        return forgotten

    def _wanted(self, batch: pa.RecordBatch, credited: Collection[str]) -> list[int]:
        """The rows of a batch that are of use: a body that is credited needs its fingerprints."""
        names, has_prints = batch["body_sha256"].to_pylist(), batch["fingerprints"].is_valid().to_pylist()
        return [at for at, name in enumerate(names) if name in self._places and (has_prints[at] or name not in credited)]

    def _take(self, batch: pa.RecordBatch) -> None:
        names = batch["body_sha256"].to_pylist()
        places = [self._places[name] for name in names]
        self._bands[places] = bands(_signatures(batch))
        self._is_known[places] = True
        self._fingerprints |= {name: own for name, own in zip(names, batch["fingerprints"].to_pylist(), strict=True) if own is not None}

    def _write_bodies(self, missing: Collection[str], credited: Collection[str]) -> None:
        """Keep what there was of bodies, and what their texts say of those that are missing."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([("body_sha256", pa.string()), ("signature", pa.binary()), ("fingerprints", pa.binary())], {"nutgraf": _rules()})
        buffer = pa.BufferOutputStream()
        file = nullcontext(buffer) if self._root is None else whole(self._root / BODIES)
        with file as into, pq.ParquetWriter(into, schema, **_WRITTEN) as writer:
            for batch in self._held() if self._is_known.any() else ():
                kept = [at for at, name in enumerate(batch["body_sha256"].to_pylist()) if self.has(name)]
                writer.write_batch(batch.take(kept))
            for names, found in _batches(self._texts(missing) if missing else ()):
                prints = [fingerprints(own).astype("<u8").tobytes() if name in credited else None for name, own in zip(names, found, strict=True)]
                made = [signature.astype("<u4").tobytes() for signature in signatures(found)]
                batch = pa.record_batch([pa.array(names), pa.array(made, pa.binary()), pa.array(prints, pa.binary())], schema=schema)
                self._take(batch)
                writer.write_batch(batch)
        self._kept = buffer.getvalue()

    def _held(self, *columns: str) -> Iterator[pa.RecordBatch]:
        """What is kept of bodies, some at a time; nothing where it is lost or was made by other rules.

        Raises:
            One of `_DAMAGED`: When it cannot be read.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._root is not None and not (self._root / BODIES).is_file():
            return
        source = self._root / BODIES if self._root is not None else self._kept and pa.BufferReader(self._kept)
        if source is None:
            return
        with pq.ParquetFile(source, page_checksum_verification=True) as file:
            if file.schema_arrow.metadata.get(b"nutgraf") == _rules():
                yield from file.iter_batches(_HELD, columns=list(columns) or None)

    def sharing(self) -> list[int]:
        """The places of those bodies that have a band in common with another."""
        import numpy as np

        known = np.flatnonzero(self._is_known)
        return known[_is_shared(self._bands[known])].tolist()

    def signatures(self, bodies: Sequence[str]) -> npt.NDArray[np.uint32]:
        """Of shape (bodies, PLACES)."""
        import numpy as np

        found = np.zeros((len(bodies), PLACES), np.uint32)
        rows = {name: row for row, name in enumerate(bodies)}
        for batch in self._held("body_sha256", "signature") if rows else ():
            own = [(at, rows[name]) for at, name in enumerate(batch["body_sha256"].to_pylist()) if name in rows]
            if own:
                places, into = zip(*own, strict=True)
                found[list(into)] = _signatures(batch.take(list(places)))
        return found

    def fingerprints(self, body: str) -> Numbers:
        """Fingerprints of a body that an agency is credited with."""
        import numpy as np

        return np.frombuffer(self._fingerprints.get(body, b""), "<u8")

    def has(self, body: str) -> bool:
        """Whether its text could be found."""
        return body in self._places and bool(self._is_known[self._places[body]])

    def jaccard(self, a: str, b: str) -> float | None:
        """The Jaccard of two bodies, None while it is not known."""
        return self._near.get((a, b))

    def share(self, a: str, b: str) -> float | None:
        """What `trimmed` says of two bodies, None while it is not known."""
        return self._trimmed.get((a, b))

    def compare(self, near: Iterable[Pair] = (), agency: Iterable[Pair] = ()) -> None:
        """Find out how alike some bodies are; their texts are read."""
        near, agency = list(near), list(agency)
        wanted = {name for pair in (*near, *agency) for name in pair}
        own = dict(_shingled(self._texts(wanted))) if wanted else {}
        for a, b in near:
            self._near[a, b] = jaccard(own[a], own[b]) or 0.0
        for a, b in agency:
            self._trimmed[a, b] = trimmed(own[a], own[b])
        self._is_new = self._is_new or bool(wanted)

    def keep(self) -> None:
        """Write down how alike bodies are, if there is something new."""
        if not self._is_new or self._root is None:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        rows = [(*pair, kind, value) for kind, of in (("near", self._near), ("agency", self._trimmed)) for pair, value in of.items()]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        kinds = (("a", pa.string()), ("b", pa.string()), ("kind", pa.string()), ("likeness", pa.float64()))
        pairs = pa.table({name: pa.array(column, kind) for (name, kind), column in zip(kinds, columns, strict=True)})
        with whole(self._root / PAIRS) as partial:
            pq.write_table(pairs.replace_schema_metadata({"nutgraf": _rules()}), partial, **_WRITTEN)
        self._is_new = False

    def _read_pairs(self, path: Path) -> None:
        import pyarrow.parquet as pq

        try:
            held = pq.read_table(path, page_checksum_verification=True)
            if held.schema.metadata.get(b"nutgraf") != _rules():
                return
            pairs = held.to_pydict()
            for a, b, kind, value in zip(pairs["a"], pairs["b"], pairs["kind"], pairs["likeness"], strict=True):
                (self._near if kind == "near" else self._trimmed)[a, b] = value
        except _DAMAGED:
            self._near, self._trimmed = {}, {}


def _rules() -> bytes:
    return f"{RULES}; {library()}".encode()


def _signatures(batch: pa.RecordBatch) -> npt.NDArray[np.uint32]:
    """Of shape (rows, PLACES)."""
    import numpy as np

    return np.frombuffer(b"".join(batch["signature"].to_pylist()), "<u4").reshape(batch.num_rows, PLACES)


def _is_shared(numbers: Numbers) -> npt.NDArray[np.bool_]:
    """Which rows have a number in common with another in the same column."""
    import numpy as np

    found = np.zeros(len(numbers), bool)
    for column in numbers.T:
        order = np.argsort(column, kind="stable")
        is_equal = column[order][1:] == column[order][:-1]
        found[order[1:][is_equal]] = True
        found[order[:-1][is_equal]] = True
    return found


def _batches(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[list[str], list[Numbers]]]:
    """The shingles of bodies, some at a time, each body once."""
    pairs = _shingled(texts)
    while some := list(islice(pairs, _AT_ONCE)):
        yield [name for name, _ in some], [found for _, found in some]


def _shingled(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Numbers]]:
    """Bodies with their shingles, each once; some texts are read ahead."""
    names: list[str] = []
    seen: set[str] = set()

    def fresh() -> Iterator[str]:
        for name, text in texts:
            if name not in seen:
                seen.add(name)
                names.append(name)
                yield text

    for place, found in enumerate(shingles_of(fresh())):
        yield names[place], found


def in_memory(texts: Mapping[str, str]) -> Texts:
    """The texts of bodies that are at hand."""
    return lambda wanted: ((name, texts[name]) for name in sorted(wanted))
