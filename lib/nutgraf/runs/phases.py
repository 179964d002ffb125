"""How long the parts of a run took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Phases(dict[str, float]):
    """Seconds by phase, in the order in which they began."""

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add the time of a with-block, also of one that fails."""
        began = time.monotonic()
        self.setdefault(name, 0.0)
        try:
            yield
        finally:
            self[name] = round(self[name] + time.monotonic() - began, 3)
