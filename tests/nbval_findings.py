"""A pytest plugin beside nbval: the data of a Finding decides, not its pictures (loaded with ``-p tests.nbval_findings``)."""

from __future__ import annotations

import pytest

DRAWN_FROM_THE_DATA = ("image/svg+xml", "text/html")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        notebook = item.parent
        if hasattr(notebook, "skip_compare"):
            notebook.skip_compare = (*notebook.skip_compare, *DRAWN_FROM_THE_DATA)
