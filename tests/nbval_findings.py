"""A pytest plugin beside nbval: the data of a Finding decides, not its pictures (loaded with ``-p tests.nbval_findings``).

A model's answers depend on the processor by some ten-thousandths of a probability, so that now and then a score that stands with two decimals ends
otherwise in the last one. In findings that rest on a model, and only there, numbers with decimals may differ by one in the second.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from nutgraf.findings.finding import MIME

DRAWN_FROM_THE_DATA = ("image/svg+xml", "text/html")
BY_MODEL = frozenset({"sentence_tone", "target_tone"})
ONE_STEP = 0.0101
_DECIMALS = re.compile(r"[+−-]?\d+\.\d+")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        notebook = item.parent
        if hasattr(notebook, "skip_compare"):
            notebook.skip_compare = (*notebook.skip_compare, *DRAWN_FROM_THE_DATA)
            item.compare_outputs = _with_tolerance(item.compare_outputs)


def _with_tolerance(compare: Any) -> Any:
    def compared(test: list[dict], ref: list[dict], skip_compare: Any = None) -> bool:
        if len(test) == len(ref):
            test = [type(given)(given, data=expected["data"]) if is_as_good(given, expected) else given for given, expected in zip(test, ref, strict=True)]
        return compare(test, ref, skip_compare)

    return compared


def is_as_good(test: dict, ref: dict) -> bool:
    """Whether an output is a Finding that rests on a model and differs from another by no more than a processor may make it."""
    given, expected = (output.get("data", {}) for output in (test, ref))
    if MIME not in given or MIME not in expected or not BY_MODEL & set(expected[MIME]["method"]["measures"]):
        return False
    return set(given) == set(expected) and all(near(given[kind], expected[kind]) for kind in expected if kind not in DRAWN_FROM_THE_DATA)


def near(one: Any, other: Any) -> bool:
    """Whether two values are the same but for one step in the second decimal of their numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(near(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(near(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, str) and isinstance(other, str):
        # A sign more or less moves what stands behind it in a table of plain text.
        words = [" ".join(_DECIMALS.sub(" # ", text).split()) for text in (one, other)]
        numbers = [[float(number.replace("−", "-")) for number in _DECIMALS.findall(text)] for text in (one, other)]
        return words[0] == words[1] and near(*numbers)
    if isinstance(one, float) or isinstance(other, float):
        return isinstance(one, int | float) and isinstance(other, int | float) and abs(one - other) <= ONE_STEP
    return type(one) is type(other) and one == other
