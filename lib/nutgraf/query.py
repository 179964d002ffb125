"""Article queries: words, "phrases", AND, OR, NOT and brackets over headline and text.

``dam AND (seepage OR "safety report") NOT rugby``. Words match whole words in any case; words that stand side by side mean AND.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nutgraf.errors import UsageError

Matcher = Callable[[str], bool]
_TOKEN = re.compile(r'\s*(?:(\()|(\))|"([^"]*)"|([^\s()"]+)|(.))')


def compile_query(query: str) -> Matcher:
    """Turn a query into a test of one text.

    Args:
        query: The query; an empty one matches everything.

    Returns:
        A function from text to whether it matches.

    Raises:
        UsageError: For an unbalanced bracket or quotation mark, or an operator without its words.

    >>> compile_query('dam NOT "dam busters"')("The dam leaks")
    True
    """
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(query.strip()):
        opening, closing, phrase, word, stray = match.groups()
        if stray and stray.strip():
            raise UsageError("an unclosed quotation mark", where=f"query {query!r}", mend="close it")
        if opening or closing:
            tokens.append((opening or closing, ""))
        elif phrase is not None:
            tokens.append(("words", phrase))
        elif word:
            tokens.append((word, "") if word in ("AND", "OR", "NOT") else ("words", word))
    if not tokens:
        return lambda text: True
    parser = _Parser(tokens, query)
    matcher = parser.either()
    if parser.position < len(tokens):
        raise parser.error("an unmatched bracket")
    return matcher


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], query: str) -> None:
        self.tokens, self.query, self.position = tokens, query, 0

    def error(self, what: str) -> UsageError:
        return UsageError(what, where=f"query {self.query!r}", mend='write for example: dam AND (leak OR "safety report")')

    def peek(self) -> str | None:
        return self.tokens[self.position][0] if self.position < len(self.tokens) else None

    def either(self) -> Matcher:
        options = [self.every()]
        while self.peek() == "OR":
            self.position += 1
            options.append(self.every())
        return options[0] if len(options) == 1 else lambda text: any(option(text) for option in options)

    def every(self) -> Matcher:
        wanted = [self.one()]
        while self.peek() in ("AND", "NOT", "words", "("):
            if self.peek() == "AND":
                self.position += 1
            wanted.append(self.one())
        return wanted[0] if len(wanted) == 1 else lambda text: all(part(text) for part in wanted)

    def one(self) -> Matcher:
        kind = self.peek()
        if kind == "NOT":
            self.position += 1
            inner = self.one()
            return lambda text: not inner(text)
        if kind == "(":
            self.position += 1
            inner = self.either()
            if self.peek() != ")":
                raise self.error("a bracket is not closed")
            self.position += 1
            return inner
        if kind == "words":
            words = self.tokens[self.position][1].split()
            self.position += 1
            if not words:
                raise self.error("an empty phrase")
            pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
            return lambda text: pattern.search(text) is not None
        raise self.error(f"an operator without words around it ({kind or 'the end'})")
