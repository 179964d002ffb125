"""Selectors of elements: the part of CSS that an outlet's profile needs, searched in one walk over a page.

``article p.byline``, ``div#story``, ``[itemprop=author]``, ``meta[name=author]``, ``a[href^=/staff/]``: a name, classes, an id and attributes of
one element, and elements inside one another with a space between. Nothing else of CSS, so that no selector can make a page slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_PIECE = re.compile(r"([.#])([\w-]+)|\[\s*([\w:.-]+)\s*(?:(\^?)=\s*(\"[^\"]*\"|'[^']*'|[^\]\"']*))?\]")
_NAME = re.compile(r"[A-Za-z][\w-]*|\*")
_SPACE = re.compile(r"\s+(?![^\[]*\])")
_MOST_STEPS = 6


class SelectorError(ValueError):
    """A selector that cannot be used; the text says why."""


@dataclass(frozen=True)
class _Step:
    """What one element must have: its name ("" for any), its classes, and attributes with value and whether they only begin so."""

    name: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None, bool], ...]

    def fits(self, node: Any) -> bool:
        if self.name and node.tag != self.name:
            return False
        if self.classes and not self.classes <= set((node.get("class") or "").split()):
            return False
        for name, wanted, is_beginning in self.attributes:
            value = node.get(name)
            if value is None or (wanted is not None and not (value.startswith(wanted) if is_beginning else value == wanted)):
                return False
        return True


@dataclass(frozen=True)
class Selector:
    """A selector that was read: its steps, outermost first."""

    written: str
    steps: tuple[_Step, ...]

    @classmethod
    def read(cls, written: str) -> Selector:
        """Read one.

        Raises:
            SelectorError: For what is none, or has more of CSS than is known here.

        >>> len(Selector.read("article p.byline [rel=author]").steps)
        3
        """
        parts = [part for part in _SPACE.split(written.strip()) if part]
        if not parts or len(parts) > _MOST_STEPS:
            raise SelectorError(f"{written!r} has {len(parts) or 'no'} steps; 1 to {_MOST_STEPS} are possible")
        return cls(written, tuple(_step(part, written) for part in parts))


def _step(part: str, written: str) -> _Step:
    name = _NAME.match(part)
    at, classes, attributes = (name.end() if name else 0), set(), []
    while at < len(part):
        piece = _PIECE.match(part, at)
        if piece is None:
            known = "names, .class, #id, [attribute], [attribute=value], [attribute^=beginning], and spaces between elements"
            raise SelectorError(f"{written!r} cannot be read from {part[at:]!r} on; known are {known}")
        if piece[1] == ".":
            classes.add(piece[2])
        elif piece[1] == "#":
            attributes.append(("id", piece[2], False))
        else:
            attributes.append((piece[3], None if piece[5] is None else piece[5].strip("\"'"), piece[4] == "^"))
        at = piece.end()
    return _Step("" if name is None or name[0] == "*" else name[0].lower(), frozenset(classes), tuple(attributes))


def found(tree: Any, selectors: Sequence[Selector]) -> list[Any]:
    """The elements that any of some selectors means, in the order of the selectors and then of the page."""
    return list(dict.fromkeys(node for selector in selectors for node in _found(tree, selector)))


def _found(tree: Any, selector: Selector) -> Iterator[Any]:
    last = len(selector.steps) - 1
    reached: dict[Any, int] = {}  # how many of the outer steps an element and those around it have taken
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        around = reached.get(node.getparent(), 0)
        if around == last and selector.steps[last].fits(node):
            yield node
        reached[node] = around + (around < last and selector.steps[around].fits(node))
