"""The whole evidence of a finding as a Parquet file, written by the kernel of a run for the publisher.

The runner names a folder in ``NUTGRAF_EVIDENCE``; without it, as in JupyterLab, nothing is written. A file is called after its content, so
that findings which rest on the same places share one, and holds ids, offsets, numbers, labels and rules, no text. The same places
give the same bytes: rows sorted, no clock, fixed settings of the writer.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.disk import whole
from nutgraf.errors import FindingError
from nutgraf.findings import coded

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FOLDER_VARIABLE = "NUTGRAF_EVIDENCE"
#: What a run calls that folder, beside the executed notebook.
FOLDER = "evidence"
_FIRST = ("article_id", "version", "start", "end", "kind")
_WHOLE = ("version", "sentence", "start", "end")


def folder() -> Path | None:
    """Where this run wants evidence to be written; None outside a run."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else None


def save(frame: pd.DataFrame, target: Path) -> dict[str, Any]:
    """Write places into a folder, under the hash of their bytes.

    Args:
        frame: From `Places.frame`.
        target: The folder; it is made.

    Returns:
        ``sha256`` of the file, which is called ``<sha256>.parquet``, and ``n``, its rows.
    """
    data = parquet(arrow(frame))
    digest = hashlib.sha256(data).hexdigest()
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{digest}.parquet"
    if not path.exists():
        with whole(path) as partial:
            partial.write_bytes(data)
    return {"sha256": digest, "n": len(frame)}


def saved(about: Mapping[str, Any], source: Path) -> bytes:
    """The bytes that a kernel wrote.

    Args:
        about: What `save` returned.
        source: The folder.

    Raises:
        FindingError: When the file is not there, or is another than the kernel wrote.
    """
    path = source / f"{about['sha256']}.parquet"
    data = path.read_bytes() if path.is_file() else None
    if data is None or hashlib.sha256(data).hexdigest() != about["sha256"]:
        what = "its evidence is not there" if data is None else "its evidence is not what the notebook wrote"
        raise FindingError(what, where=path.name, mend="make the edition again with 'nutgraf run --force'")
    return data


def arrow(frame: pd.DataFrame) -> pa.Table:
    """Places as an Arrow table, sorted, texts as plain strings or as codes of them."""
    import pyarrow as pa

    rest = [name for name in frame.columns if name not in (*_FIRST, "outlet", "published_on", "url")]
    sorted_rows = frame.take(coded.order([frame[name] for name in _FIRST], [frame[name] for name in rest]))
    columns = {}
    for name in frame.columns:
        if name == "value":
            columns[name] = pa.array(sorted_rows[name], pa.float64(), from_pandas=True)
        elif name in _WHOLE:
            columns[name] = pa.array(sorted_rows[name], pa.int64(), from_pandas=True)
        else:
            columns[name] = _texts(sorted_rows[name])
    return pa.table(columns)


def _texts(column: pd.Series) -> pa.Array:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    if not (coded.is_coded(column) or pd.api.types.is_string_dtype(column.dtype)):
        return pa.array(column, from_pandas=True).cast(pa.string())
    found = coded.text(column)
    codes = found.codes.astype(np.int32)
    used = np.zeros(len(found.categories) + 1, bool)
    used[codes] = True  # null, whose code is −1, is the last
    names = pa.array(found.categories[used[:-1]].to_numpy(object), pa.string())
    place = codes if used[:-1].all() else (np.cumsum(used, dtype=np.int32) - 1)[codes]
    return pa.DictionaryArray.from_arrays(pa.array(place, mask=codes < 0 if used[-1] else None), names)


def parquet(table: pa.Table) -> bytes:
    """A table's Parquet bytes, the same for the same rows."""
    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(None), target, version="2.6", data_page_version="1.0", compression="zstd", compression_level=3,
        # Positions hardly repeat: a dictionary of them takes time and makes the file larger. Statistics of all columns take a third of the
        # time; nobody looks for anything but an article.
        use_dictionary=[name for name in table.column_names if name not in ("start", "end")], write_statistics=["article_id"], store_schema=False,
        row_group_size=1_000_000,
    )  # fmt: skip
    return target.getvalue()
