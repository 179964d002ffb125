"""Text of one article found in published files and taken out of them, with a notice in its place.

What an article says may stand in its evidence cards, in tables, in takeaways, in the letters of a chart and in downloads. Cards know their
article, and those of other articles are left alone. Anywhere else a passage goes that shares `RUN` words in a row with the article, or its
headline; in a cell of a table or a label of a chart, `CELL` words that are all the cell says are enough. Numbers, names and single words that
an article has in common with others stay: they are findings about all of them.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

#: Words in a row that are taken for the article's own: few passages of so many words stand in two texts by chance.
RUN = 6
CELL = 4
_HEADLINE = 3
MARK = "[removed]"
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CARD = re.compile(r'<figure class="card">.*?</figure>', re.DOTALL)
_PIECES = re.compile(r"(<(?:style|script|pre)\b.*?</(?:style|script|pre)>|<!--.*?-->|<[^>]*>)", re.DOTALL)
_TOLD = re.compile(r'(\s(?:aria-label|alt|title|content)=")([^"]*)(")')
_CELLS = ("<td", "<th", "<text", "<bdi", "<title", "<desc")
_JSON_LD = re.compile(r'(<script type="application/ld\+json">)(.*?)(</script>)', re.DOTALL)


class Place(NamedTuple):
    """A passage: the text it begins and ends in, of several, and the characters there."""

    first: int
    start: int
    last: int
    end: int


class Redactor:
    """Takes one article's text out of files.

    Args:
        article_id: The article.
        texts: Its texts, of all its versions.
        headlines: Their headlines.
        urls: Its addresses.
        notice: What stands in the place of a card, in plain text.
    """

    def __init__(self, article_id: str, texts: Iterable[str], headlines: Iterable[str], urls: Iterable[str], notice: str) -> None:
        self.article_id, self.urls, self.notice = article_id, frozenset(urls), notice
        self._runs: dict[int, set[tuple[str, ...]]] = {}
        self._texts = [_words(text) for text in texts]
        self._headlines = {words for line in headlines if len(words := tuple(_words(line))) >= _HEADLINE}

    def _holds(self, words: tuple[str, ...]) -> bool:
        """Whether the article says these words in a row."""
        n = len(words)
        if n not in self._runs:
            self._runs[n] = {tuple(text[at : at + n]) for text in self._texts for at in range(len(text) - n + 1)}
        return words in self._runs[n]

    def places(self, texts: Sequence[str], are_cells: Sequence[bool]) -> list[Place]:
        """Passages of the article in pieces of text that are read one after the other.

        Args:
            texts: The pieces.
            are_cells: Of each whether it is a cell or label by itself.
        """
        found: list[tuple[int, int, int, str]] = []
        for number, text in enumerate(texts):
            found += [(number, match.start(), match.end(), _folded(match[0])) for match in _WORD.finditer(text)]
        words = [word for *_, word in found]
        hit = [False] * len(words)
        for at in range(len(words) - RUN + 1):
            if self._holds(tuple(words[at : at + RUN])):
                hit[at : at + RUN] = [True] * RUN
        for line in self._headlines:
            n = len(line)
            for at in range(len(words) - n + 1):
                if words[at] == line[0] and tuple(words[at : at + n]) == line:
                    hit[at : at + n] = [True] * n
        for start, end in _by_piece(found):
            if are_cells[found[start][0]] and end - start >= CELL and self._holds(tuple(words[start:end])):
                hit[start:end] = [True] * (end - start)
        places, at = [], 0
        while at < len(hit):
            last = at
            while last + 1 < len(hit) and hit[at] and hit[last + 1]:
                last += 1
            if hit[at]:
                places.append(Place(found[at][0], found[at][1], found[last][0], found[last][2]))
            at = last + 1
        return places

    def pieces(self, texts: Sequence[str], are_cells: Sequence[bool]) -> list[str]:
        """The same pieces without the article's passages, with `MARK` where each began."""
        cuts: dict[int, list[tuple[int, int, str]]] = {}
        for place in self.places(texts, are_cells):
            for number in range(place.first, place.last + 1):
                start = place.start if number == place.first else 0
                end = place.end if number == place.last else len(texts[number])
                cuts.setdefault(number, []).append((start, end, MARK if number == place.first else ""))
        found = list(texts)
        for number, own in cuts.items():
            for start, end, instead in reversed(own):
                found[number] = found[number][:start] + instead + found[number][end:]
        return found

    def text(self, text: str, *, is_cell: bool = False) -> str:
        """A text without the article's passages."""
        return self.pieces([text], [is_cell])[0]

    # Files -----------------------------------------------------------------------------------------------------------

    def file(self, name: str, content: bytes) -> bytes | None:
        """A published file without the article's text.

        Args:
            name: Its name; the ending says what it is.
            content: What it holds.

        Returns:
            What it is to hold; None when nothing of the article is in it, as in a picture, which only its drawing beside it can tell.
        """
        kind = name.rpartition(".")[2]
        made: str | bytes
        if kind in ("html", "svg", "xml"):
            made = self.page(content.decode("utf-8"))
        elif kind == "csv":
            made = self.table(content.decode("utf-8"))
        elif kind == "parquet":
            made = self.parquet(content)
        else:
            return None
        made = made.encode() if isinstance(made, str) else made
        return None if made == content else made

    def page(self, page: str) -> str:
        """HTML or SVG: the article's own cards become the notice, those of others stay as they are."""
        kept: list[str] = []

        def card(match: re.Match[str]) -> str:
            is_own = f'data-article="{self.article_id}"' in match[0] or f"nutgraf show {self.article_id} " in match[0]
            kept.append(f'<figure class="card"><p class="uncited">{html.escape(self.notice)}</p></figure>' if is_own else match[0])
            return f"<!--card {len(kept) - 1}-->"

        page = _JSON_LD.sub(lambda match: match[1] + self._described(match[2]) + match[3], page)
        parts = _PIECES.split(_CARD.sub(card, page))
        texts = [html.unescape(part) for part in parts[::2]]
        are_cells = [number > 0 and parts[2 * number - 1].startswith(_CELLS) for number in range(len(texts))]
        for number, text in enumerate(self.pieces(texts, are_cells)):
            if text != texts[number]:
                parts[2 * number] = html.escape(text, quote=False)
        parts[1::2] = [part if part.startswith(("<!--", "<style", "<script")) else _TOLD.sub(self._attribute, part) for part in parts[1::2]]
        return re.sub(r"<!--card (\d+)-->", lambda match: kept[int(match[1])], "".join(parts))

    def _attribute(self, match: re.Match[str]) -> str:
        held = html.unescape(match[2])
        made = self.text(held, is_cell=True)
        return match[0] if made == held else f"{match[1]}{html.escape(made)}{match[3]}"

    def _described(self, held: str) -> str:
        """A page's description of itself without the article among what it cites."""
        report = json.loads(held)
        cited = report.get("citation", [])
        report["citation"] = [one for one in cited if one.get("url") not in self.urls]
        if not report["citation"]:
            del report["citation"]
        text = json.dumps(self.values(report), ensure_ascii=False, indent=1)
        for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
            text = text.replace(character, escape)
        return held if json.loads(text) == json.loads(held) else text

    def values(self, value: Any) -> Any:
        """JSON with its texts redacted."""
        if isinstance(value, dict):
            return {name: self.values(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.values(one) for one in value]
        return self.text(value, is_cell=True) if isinstance(value, str) else value

    def table(self, text: str) -> str:
        """CSV; in rows about the article its address goes too."""
        rows = list(csv.reader(io.StringIO(text, newline="")))
        made = [self._row(row) for row in rows]
        if made == rows:
            return text
        target = io.StringIO()
        csv.writer(target, lineterminator="\n").writerows(made)
        return target.getvalue()

    def _row(self, row: list[str]) -> list[str]:
        is_own = self.article_id in row
        return ["" if is_own and cell in self.urls else self.text(cell, is_cell=True) for cell in row]

    def parquet(self, content: bytes) -> bytes:
        """Parquet; likewise."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        from nutgraf.findings.saving import parquet

        table = pq.read_table(pa.BufferReader(content))
        is_own = [value == self.article_id for value in table["article_id"].to_pylist()] if "article_id" in table.column_names else None
        for at, field in enumerate(table.schema):
            kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
            if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
                continue
            held = table.column(at).to_pylist()
            known = {value: self.text(value, is_cell=True) for value in set(held) if value is not None}
            made = [known.get(value) if value is not None else None for value in held]
            if is_own is not None:
                made = [None if own and value in self.urls else value for own, value in zip(is_own, made, strict=True)]
            if made != held:
                table = table.set_column(at, field, pa.array(made, field.type))
        return content if table.equals(pq.read_table(pa.BufferReader(content))) else parquet(table)


def _by_piece(found: Sequence[tuple[int, int, int, str]]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) word of each piece."""
    start = 0
    for at in range(1, len(found) + 1):
        if at == len(found) or found[at][0] != found[start][0]:
            yield start, at
            start = at


def _words(text: str) -> list[str]:
    return [_folded(match[0]) for match in _WORD.finditer(text)]


def _folded(word: str) -> str:
    return word.casefold().replace("’", "'")
