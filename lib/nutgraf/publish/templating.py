"""The page templates, with what they may call. Light: a command that only rewrites a notice needs no notebook library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from nutgraf.publish.record import in_words

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@cache
def environment() -> Environment:
    """The templates, with autoescape on."""
    made = Environment(
        loader=PackageLoader("nutgraf.publish"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(in_words=in_words, counts=counts)
    made.filters["held"] = held
    # What XML 1.0 cannot hold, not even escaped, would make the whole feed unreadable.
    made.filters["xml"] = lambda text: _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", str(text))
    return made


def held(text: object) -> str:
    """Text in which no line ends between 95 and %."""
    given = str(text)
    return re.sub(r"(\d) (?=%)", "\\1\u00a0", given) if " %" in given else given


def counts(n: Mapping[str, int]) -> str:
    """n in words: ``1 article, 40 sentences``.

    Example:
        >>> counts({"articles": 1, "sentences": 1200})
        '1 article, 1,200 sentences'
    """
    return ", ".join(f"{count:,} {name[:-1] if count == 1 and name.endswith('s') else name}" for name, count in n.items())
