"""What is known of bodies from earlier looks at them: their signatures, and how alike those are that were compared.

Both hang on the words of bodies alone, which are named by their hash, and on nothing else in a desk. They lie in ``data/processed/copies.parquet``
and ``copy_pairs.parquet``, which are disposable: what is lost or damaged is found out again from the articles. So new articles cost the reading of
their own texts and of those they are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.compare.copy_groups import RULES, trimmed
from nutgraf.compare.shingles import PLACES, fingerprints, jaccard, library, shingles_of, signatures
from nutgraf.disk import whole

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from nutgraf.compare.shingles import Numbers

BODIES, PAIRS = "copies.parquet", "copy_pairs.parquet"
#: So many bodies' shingles are held at a time while signatures are made, 8 bytes a word.
_AT_ONCE = 256
#: A body and another, the later fetched first, by their hashes.
Pair = tuple[str, str]
#: Gives the texts of some bodies, in any order, each at least once.
Texts = Callable[[Collection[str]], Iterable[tuple[str, str]]]


class _Kept(NamedTuple):
    signature: bytes
    fingerprints: bytes | None


class Index:
    """Bodies and pairs of a desk, as far as they are known, and the way to find out the rest.

    Args:
        root: The folder with the tables; None to keep nothing.
        texts: The texts of bodies, by hash.
    """

    def __init__(self, root: Path | None, texts: Texts) -> None:
        self._root, self._texts = root, texts
        self._bodies: dict[str, _Kept] = {}
        self._near: dict[Pair, float] = {}
        self._trimmed: dict[Pair, float] = {}
        self._is_new = False
        if root is not None:
            self._read(root)

    def add(self, bodies: Collection[str], credited: Collection[str]) -> None:
        """Make what is known that of these bodies: others are forgotten, and those that are missing are looked at.

        Args:
            bodies: All bodies, by their hashes.
            credited: Those among them that an agency is credited with, which need fingerprints.
        """
        wanted = set(bodies)
        if not wanted.issuperset(self._bodies):
            self._bodies = {name: kept for name, kept in self._bodies.items() if name in wanted}
            for pairs in (self._near, self._trimmed):
                for pair in [pair for pair in pairs if not wanted.issuperset(pair)]:
                    del pairs[pair]
            self._is_new = True
        missing = {name for name in wanted if name not in self._bodies or (name in credited and self._bodies[name].fingerprints is None)}
        for names, found in _batches(self._texts(missing) if missing else ()):
            for name, signature, own in zip(names, signatures(found), found, strict=True):
                prints = fingerprints(own).astype("<u8").tobytes() if name in credited else None
                self._bodies[name] = _Kept(signature.astype("<u4").tobytes(), prints)
            self._is_new = True

    def signatures(self, bodies: Sequence[str]) -> npt.NDArray[np.uint32]:
        """Of shape (bodies, PLACES)."""
        import numpy as np

        return np.frombuffer(b"".join(self._bodies[name].signature for name in bodies), "<u4").reshape(len(bodies), PLACES)

    def fingerprints(self, body: str) -> Numbers:
        """Fingerprints of a body that an agency is credited with."""
        import numpy as np

        return np.frombuffer(self._bodies[body].fingerprints or b"", "<u8")

    def has(self, body: str) -> bool:
        """Whether its text could be found."""
        return body in self._bodies

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
        """Write down what is known, if there is something new."""
        if not self._is_new or self._root is None:
            return
        import pyarrow as pa

        kept = self._bodies
        bodies = pa.table({
            "body_sha256": pa.array(list(kept), pa.string()), "signature": pa.array([one.signature for one in kept.values()], pa.binary()),
            "fingerprints": pa.array([one.fingerprints for one in kept.values()], pa.binary()),
        })  # fmt: skip
        rows = [(*pair, kind, value) for kind, of in (("near", self._near), ("agency", self._trimmed)) for pair, value in of.items()]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        kinds = (("a", pa.string()), ("b", pa.string()), ("kind", pa.string()), ("likeness", pa.float64()))
        pairs = pa.table({name: pa.array(column, kind) for (name, kind), column in zip(kinds, columns, strict=True)})
        for name, table in ((BODIES, bodies), (PAIRS, pairs)):
            _write(self._root / name, table)
        self._is_new = False

    def _read(self, root: Path) -> None:
        import pyarrow.parquet as pq

        try:
            held = [pq.read_table(root / name) for name in (BODIES, PAIRS)]
            if any(table.schema.metadata.get(b"nutgraf") != _rules() for table in held):
                return
            bodies, pairs = (table.to_pydict() for table in held)
            found = zip(bodies["body_sha256"], bodies["signature"], bodies["fingerprints"], strict=True)
            self._bodies = {name: _Kept(signature, prints) for name, signature, prints in found if len(signature) == 4 * PLACES}
            for a, b, kind, value in zip(pairs["a"], pairs["b"], pairs["kind"], pairs["likeness"], strict=True):
                (self._near if kind == "near" else self._trimmed)[a, b] = value
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # lost or damaged, which pyarrow's errors are kinds of
            self._bodies, self._near, self._trimmed = {}, {}, {}


def _rules() -> bytes:
    return f"{RULES}; {library()}".encode()


def _write(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    with whole(path) as partial:
        pq.write_table(table.replace_schema_metadata({"nutgraf": _rules()}), partial)


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
