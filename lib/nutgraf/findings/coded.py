"""Text columns as codes of their few values, so that a table of a million rows is joined, sorted and written as numbers.

A data frame holds such a column as a pandas ``category``. Its categories are sorted, so that the order of the codes is the order of
the texts. What a frame says is the same as with plain text; only the time and the memory it takes are others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa


def text(values: Any) -> pd.Categorical:
    """Texts and nulls as codes, from a list, a series or an array."""
    import pandas as pd

    if isinstance(getattr(values, "dtype", None), pd.CategoricalDtype):
        codes, names = values.cat.codes if isinstance(values, pd.Series) else values.codes, values.dtype.categories
        return _sorted(codes, names)
    codes, names = pd.factorize(pd.array(values, dtype="str") if isinstance(values, (list, range)) else values)
    return _sorted(codes, names)


def is_coded(column: Any) -> bool:
    """Whether a column holds codes."""
    import pandas as pd

    return isinstance(column.dtype, pd.CategoricalDtype)


def of_categories(codes: np.ndarray, categories: pd.Index) -> pd.Categorical:
    """Codes of values that are known and sorted."""
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories)


def constant(value: str, n: int) -> pd.Categorical:
    """One text in so many rows."""
    import numpy as np
    import pandas as pd

    return pd.Categorical.from_codes(np.zeros(n, np.int8), pd.Index([value], dtype="str"))


def mapped(column: pd.Series, name_of: Callable[[str], str]) -> pd.Series:
    """A text column with another text for each of its values; `name_of` is asked once for each."""
    import numpy as np
    import pandas as pd

    coded = column.array if isinstance(column.dtype, pd.CategoricalDtype) else text(column)
    names = [name_of(name) for name in coded.categories]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    found = np.array([*(places[name] for name in names), -1])[coded.codes]
    return pd.Series(_sorted(found, list(places)), index=column.index, name=column.name)


def paired(first: pd.Series, between: str, second: pd.Series) -> pd.Categorical:
    """Two text columns as one; null where either is."""
    import numpy as np

    one, two = text(first), text(second)
    width = max(len(two.categories), 1)
    both = np.where((one.codes < 0) | (two.codes < 0), -1, one.codes.astype(np.int64) * width + two.codes)
    found, codes = np.unique(both, return_inverse=True)
    n_null = int(len(found) > 0 and found[0] < 0)
    return _sorted(codes - n_null, [one.categories[code // width] + between + two.categories[code % width] for code in found[n_null:]])


def _sorted(codes: Any, names: Any) -> pd.Categorical:
    """Codes with their names put in order."""
    import numpy as np
    import pandas as pd

    values = np.asarray(names, dtype=object)
    if (values[:-1] <= values[1:]).all():
        return pd.Categorical.from_codes(np.asarray(codes), pd.Index(values, dtype="str"))
    order = np.argsort(values, kind="stable") if len(values) else np.zeros(0, int)
    rank = np.empty(len(values) + 1, np.int32)
    rank[order] = np.arange(len(values), dtype=np.int32)
    rank[-1] = -1  # null, whose code is −1
    return pd.Categorical.from_codes(rank[np.asarray(codes)], pd.Index(values[order], dtype="str"))


def frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a data frame, its texts as codes."""
    import pandas as pd
    import pyarrow as pa

    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            coded = column.combine_chunks().dictionary_encode()
            coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
            columns[name] = _sorted(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), coded.dictionary.to_pylist())
        else:
            columns[name] = column.to_pandas()
    return pd.DataFrame(columns, copy=False)


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames one below the other; texts stay codes, and a column that one of them lacks is null there."""
    import pandas as pd
    from pandas.api.types import union_categoricals

    names = list(dict.fromkeys(name for one in frames for name in one.columns))
    columns = {}
    for name in names:
        parts = [one[name] if name in one else None for one in frames]
        if any(part is not None and _is_text(part) for part in parts):
            coded = [_nothing(len(one)) if part is None else text(part) for part, one in zip(parts, frames, strict=True)]
            columns[name] = union_categoricals(coded, sort_categories=True)
        else:
            kept = [pd.Series(float("nan"), one.index) if part is None else part for part, one in zip(parts, frames, strict=True) if len(one)]
            columns[name] = pd.concat(kept or [part for part in parts if part is not None][:1], ignore_index=True)
    return pd.DataFrame(columns, copy=False)


def _is_text(part: pd.Series) -> bool:
    import pandas as pd

    return isinstance(part.dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(part.dtype)


def _nothing(n: int) -> pd.Categorical:
    import numpy as np
    import pandas as pd

    return pd.Categorical.from_codes(np.full(n, -1, np.int8), pd.Index([], dtype="str"))


def ranks(column: pd.Series) -> tuple[np.ndarray, int]:
    """The place of each value in their order, nulls last, and how many places there are."""
    import numpy as np
    import pandas as pd

    if _is_text(column):
        coded = text(column)
        codes, n = np.asarray(coded.codes, np.int64), len(coded.categories)
    elif pd.api.types.is_integer_dtype(column.dtype) and column.notna().any():
        least, most = int(column.min()), int(column.max())
        codes, n = column.to_numpy(np.int64, na_value=least - 1) - least, most - least + 1
    else:
        codes, found = pd.factorize(column, sort=True)
        n = len(found)
    if len(codes) and codes.min() < 0:
        codes = np.where(codes < 0, n, codes)
    return codes, n + 1


def order(columns: Sequence[pd.Series], then: Sequence[pd.Series] = ()) -> np.ndarray:
    """The positions that put rows in the order of some columns, the first deciding before the second.

    Args:
        columns: Columns that tell most rows apart.
        then: What decides among rows that are alike in these; only of those rows is it looked at.
    """
    import numpy as np

    keys = together(columns)
    is_sorted = len(keys) == 1 and (keys[0][:-1] <= keys[0][1:]).all()
    found = np.arange(len(keys[0])) if is_sorted else np.lexsort(keys[::-1])
    if then and len(found) > 1:
        in_order = keys if is_sorted else [key[found] for key in keys]
        alike = np.logical_and.reduce([key[:-1] == key[1:] for key in in_order])
        tied = np.flatnonzero(np.append(alike, False) | np.append(False, alike))
        group = np.cumsum(np.append(True, ~alike))[tied]
        rows = found[tied]
        found[tied] = rows[np.lexsort([*together([column.iloc[rows] for column in then])[::-1], group])]
    return found


def together(columns: Sequence[pd.Series]) -> list[np.ndarray]:
    """Columns as few columns of whole numbers that order rows alike, and are alike where the columns are."""
    keys: list[np.ndarray] = []
    room = 0
    for column in columns:
        codes, n = ranks(column)
        if not keys or room * n >= 2**62:
            keys.append(codes)
            room = n
        else:
            keys[-1] = keys[-1] * n + codes
            room *= n
    return keys


def as_one(columns: Sequence[pd.Series]) -> np.ndarray:
    """One whole number for each row, the same where the columns are the same."""
    import pandas as pd

    keys = together(columns)
    while len(keys) > 1:
        keys = together([pd.Series(pd.factorize(key)[0]) for key in keys])
    return keys[0]


def find(wanted: np.ndarray, known: np.ndarray) -> np.ndarray:
    """For each number its position among those that are known; −1 where it is not. Of a number known several times the first."""
    import numpy as np

    if not len(known):
        return np.full(len(wanted), -1)
    by_size = None if (known[:-1] <= known[1:]).all() else np.argsort(known, kind="stable")
    ordered = known if by_size is None else known[by_size]
    place = np.minimum(np.searchsorted(ordered, wanted), len(known) - 1)
    found = np.where(ordered[place] == wanted, place, -1)
    return found if by_size is None else np.where(found < 0, -1, by_size[found])
