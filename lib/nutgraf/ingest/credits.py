"""Who is credited: bylines apart from places, agencies in byline, dateline or last line, and the body without any of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache

from nutgraf.errors import ResourceError
from nutgraf.ingest.moments import parse_visible
from nutgraf.resources import own

_WORD = re.compile(r"\w+")
_BY = re.compile(r"^(?:(?:written|story|report|reporting|text|words)\s+)?(?:by|von|par|por|di|door)[\s:]+", re.IGNORECASE)
_AND = re.compile(r"\s*(?:;|\||\s(?:and|und|et|y|og|och|ve|&)\s)\s*")
_NAME = re.compile(r"^[A-ZÀ-Ý][\w.'’-]*(?:\s+(?:[a-z]{1,3}\s+)?[A-ZÀ-Ý][\w.'’-]*){1,4}$")
_DATELINE = re.compile(
    r"^(?P<place>[A-Z][A-Z'’.-]+(?:[ /][A-Z][A-Z'’.-]+){0,4})?(?:, [^—–\n(]{2,25})?\s*(?:\((?P<agency>[^()\n]{2,40})\))?"
    r"\s*(?:—|–|--|-(?=\s))\s*"
)
_LAST_LINE = re.compile(r"^[\s\-–—(\[]*(?:source|quelle|agency|agencies)?:?\s*(.{2,60}?)[\s)\].]*$", re.IGNORECASE)
_SHORTEST_BODY = 20  # words; two bodies of three words each, such as "Subscribe to read", are not copies of one text

_LONGEST_HEAD = 2_000  # characters; a longer line is no headline or standfirst, which ingest cuts before


class Agencies:
    """The agencies that credits are looked for.

    Args:
        own_list: The desk's additions: short name to full name.
    """

    def __init__(self, own_list: Mapping[str, str] | None = None) -> None:
        self.exact: dict[str, str] = {}
        self.anywhere: dict[str, str] = {}
        for identity, names, longer in _shipped():
            self._add(identity, names, longer)
        for short, full in (own_list or {}).items():
            self._add(short, (short,), (full,) if full and full != short else ())
        longest = sorted(self.anywhere, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)

    def _add(self, identity: str, names: tuple[str, ...], longer: tuple[str, ...]) -> None:
        self.exact |= {name.casefold(): identity for name in (identity, *names, *longer)}
        self.anywhere |= {name.casefold(): identity for name in longer}

    def named(self, credit: str | None) -> str | None:
        """The agency that a whole credit is, such as ``NPB`` or ``AP/Reuters``; the first of several."""
        for part in re.split(r"[/,;]|\band\b", credit or ""):
            name = re.sub(r"^(?:the|by)\s+", "", part.strip(" .()[]—–-"), flags=re.IGNORECASE).casefold()
            if name in self.exact:
                return self.exact[name]
        return None

    def is_one(self, name: str) -> bool:
        """Whether a credited name is an agency and nobody else."""
        return self.named(name) is not None or self._pattern.fullmatch(name.strip()) is not None

    def credit(self, byline: str | None, text: str) -> str | None:
        """The agency named in the byline, the dateline of one of the first lines, or alone on the last.

        Args:
            byline: As printed.
            text: The article's text.

        Returns:
            The agency's short name, or None.
        """
        found = self.named(byline)
        if not found and byline and (match := self._pattern.search(byline)):
            found = self.anywhere[match.group().casefold()]
        if found:
            return found
        lines = [line.strip() for line in text[:3_000].splitlines() if line.strip()][:6]
        for line in lines:
            match = _DATELINE.match(line)
            if match and match["agency"] and (found := self.named(match["agency"])):
                return found
        return self._last_line([line.strip() for line in text[-400:].splitlines() if line.strip()])[1]

    def _last_line(self, lines: list[str]) -> tuple[int | None, str | None]:
        """Index from the end of a line that is a credit and nothing else, and whose it is; a bracketed note may follow it."""
        for index in (-1, -2):
            if len(lines) < -index or (index == -2 and not lines[-1].startswith(("[", "("))):
                break
            match = _LAST_LINE.match(lines[index])
            if match and (found := self.named(match[1])):
                return index, found
        return None, None

    def body_words(
        self, text: str, *, headline: str | None = None, standfirst: str | None = None, byline: str | None = None
    ) -> list[str] | None:
        """The words of the body, lower case, without headline, standfirst, byline, date, dateline and agency line.

        Quotation marks, other punctuation and white space do not count, so that one text set in two houses' styles is equal.

        Returns:
            The words; None when they are too few to tell a copy from a coincidence.
        """
        words = _WORD.findall(self.body_text(text, headline=headline, standfirst=standfirst, byline=byline).lower())
        return words if len(words) >= _SHORTEST_BODY else None

    def body_text(self, text: str, *, headline: str | None = None, standfirst: str | None = None, byline: str | None = None) -> str:
        """The text that `body_words` takes its words from, in one line."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        heads = {flat(part) for part in (headline, standfirst, byline) if part}
        start = 0
        while start < min(len(lines), 5):
            line = lines[start]
            bare = _BY.sub("", line)
            is_date = len(line) < 60 and parse_visible(line, "text line") is not None
            is_head = bool(heads) and len(line) <= _LONGEST_HEAD and (flat(line) in heads or (bare != line and flat(bare) in heads))
            is_byline = bare != line and len(line) < 80 and not line.endswith((".", "!", "?"))
            if not (is_head or is_byline or is_date or (len(line) < 120 and self.named(line))):
                break
            start += 1
        lines = lines[start:]
        index, _ = self._last_line(lines)
        if index is not None:
            del lines[index]
        if lines:
            match = _DATELINE.match(lines[0])
            if match and match.end() < len(lines[0]):
                lines[0] = lines[0][match.end() :]
        return " ".join(lines)


def split_byline(text: str | None) -> str | None:
    """A byline as credited names with semicolons between them.

    "By" goes, and so does a place after a name; what cannot be told apart stays as it is.

    >>> split_byline("By Mab Tennick and Orrin Vale, Kelsport")
    'Mab Tennick; Orrin Vale'
    """
    return "; ".join(credited(text)) or None


def credited(text: str | None) -> list[str]:
    """The names in a byline, as `split_byline` joins them."""
    flat = " ".join((text or "").split())[:300]
    flat = _BY.sub("", flat).strip(" .|,;–—-")
    if not flat:
        return []
    names: list[str] = []
    for credit in filter(None, _AND.split(flat)):
        pieces = [piece.strip() for piece in credit.split(",") if piece.strip()]
        if len(pieces) > 1 and _NAME.match(pieces[0]):
            pieces = [piece for piece in pieces if _NAME.match(piece)]
            names += pieces
        else:
            names.append(credit.strip(" ,"))
    return list(dict.fromkeys(name for name in names if name))


def is_nobody(name: str, site: str | None) -> bool:
    """Whether a credit says no more than that the site published it: its own name or address, a mail address, an account of its system."""
    plain = flat(name)
    return "@" in name or not plain or plain in _ACCOUNTS or bool(_ADDRESS.search(name)) or plain == flat(site or "")


def is_name(credit: str) -> bool:
    """Whether a credit looks like a person's name, in letters with capitals or without."""
    return bool(_NAME.match(credit) or _UNSPACED_NAME.match(credit)) and not _DESK.search(credit)


def mixes_alphabets(credits: str | None) -> bool:
    """Whether a word of a byline has letters of two alphabets that look alike, as where somebody imitates another's name.

    >>> mixes_alphabets("Mab Tennick"), mixes_alphabets("M\u0430b Tennick")
    (False, True)
    """
    return any(len({_ALIKE[at] for at in range(3) if _ALIKE_LETTERS[at].search(word)}) > 1 for word in (credits or "").split())


_ALIKE = ("Latin", "Greek", "Cyrillic")
_ALIKE_LETTERS = tuple(re.compile(letters) for letters in ("[A-Za-z\u00c0-\u024f]", "[\u0370-\u03ff]", "[\u0400-\u04ff]"))


def tidy(credits: Iterable[str]) -> list[str]:
    """Credits once each, in whatever spelling; without those of pictures, clocks and notes where somebody else is named."""
    found: dict[str, str] = {}
    for credit in credits:
        found.setdefault(flat(credit), credit)
    clean = [credit for credit in found.values() if not _NOTE.search(credit)]
    return clean or list(found.values())


_NOTE = re.compile(r"[():\d@]")
_UNSPACED_NAME = re.compile(r"^[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]{2,6}(?:[ ・][\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]{1,6})?$")
_ACCOUNTS = frozenset("admin administrator webmaster author guest user unknown none null undefined anonymous redaktion editor staff".split())
_DESK = re.compile(
    r"\b(?:staff|newsroom|news ?desk|desk|editors?|editorial|editorial board|team|reporters|correspondents?|contributors?|agenc(?:y|ies)|agenturen|"
    r"redaktion|redaktionen|redaction|rédaction|redacción|redacci[oó]|redazione|redactie|redaksjonen|redação|redakce|toimitus|"
    r"news service|wire services?|wires|press|media|online|programme|newspaper|magazine|tv|radio|ltd|inc)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\w\.(?:com|org|net|co|news|tv|de|at|ch|fr|es|it|nl|be|uk|za|ca|no|se|dk|fi|cz|pl|pt|example)\b", re.IGNORECASE)


def persons_of(credits: str | None, agencies: Agencies) -> str | None:
    """The persons among those credited: no agency, no desk, no outlet's address.

    Args:
        credits: Names with semicolons between them, as `split_byline` gives them.
        agencies: Those that the desk knows.

    >>> persons_of("Mab Tennick; Reuters; Bell newsroom", Agencies())
    'Mab Tennick'
    """
    names = [name for name in (credits or "").split("; ") if name]
    persons = [name for name in names if not (agencies.is_one(name) or _DESK.search(name) or _ADDRESS.search(name))]
    return "; ".join(persons) or None


def flat(text: str) -> str:
    """Its words in lower case with single spaces, by which two printings of one line are the same."""
    return " ".join(_WORD.findall(text.lower()))


@cache
def _shipped() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    try:
        entries = tomllib.loads(own("agencies.toml").read_text(encoding="utf-8"))["agencies"]
        return [(entry["id"], tuple(entry["names"]), tuple(entry["anywhere"])) for entry in entries]
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ResourceError(f"the list of agencies cannot be used: {error}", where="agencies.toml") from error
