"""What people said of stories, and which stories were published under which name: append-only lines under ``data/decisions``.

``stories.jsonl`` holds what people said. Of two lines about the same two articles the later one counts:

    {"what": "join", "articles": ["3f…", "9a…"], "others": [], "who": "ada", "why": "both tell of the vote", "at": "2026-11-27T09:15:00Z"}
    {"what": "split", "articles": ["3f…"], "others": ["9a…", "c0…"], "who": "ada", "why": "another strike", "at": "2026-11-27T09:20:00Z"}

"join" puts `articles` into one story. "split" keeps each of `articles` apart from each of `others`, and `articles` together.
``published-stories.jsonl`` is written by runs: the articles that a story had when it was published. So it keeps its name when others join it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, combinations, count, product
from pathlib import Path
from typing import Any, NamedTuple

from nutgraf.compare.stories import Decided, Story
from nutgraf.disk import append_json_lines
from nutgraf.errors import InputError

FILE, PUBLISHED = "stories.jsonl", "published-stories.jsonl"
JOIN, SPLIT = "join", "split"


class Word(NamedTuple):
    """One line of ``stories.jsonl``; see the module."""

    what: str
    articles: tuple[str, ...]
    others: tuple[str, ...]
    who: str
    why: str
    at: str


def said(folder: Path) -> list[Word]:
    """What people said, in order.

    Args:
        folder: The desk's ``data/decisions``.

    Raises:
        InputError: For a line that is none.
    """
    return [_word(line, number) for number, line in _lines(folder / FILE)]


def decided(words: Iterable[Word]) -> Decided:
    """What counts of it: of two lines about the same two articles the later one."""
    found: dict[tuple[str, str], bool] = {}
    for word in words:
        for a, b in combinations(sorted(word.articles), 2):
            found[a, b] = True
        for a, b in product(word.articles, word.others):
            found[min(a, b), max(a, b)] = False
    pairs = found.items()
    return Decided(frozenset(p for p, is_one in pairs if is_one), frozenset(p for p, is_one in pairs if not is_one))


def say(folder: Path, what: str, articles: Sequence[str], others: Sequence[str], who: str, why: str, now: datetime) -> Word:
    """Write down what somebody said.

    Args:
        folder: The desk's ``data/decisions``.
        what: `JOIN` or `SPLIT`.
        articles: Ids.
        others: Ids; for `SPLIT` those that are kept apart from them.
        who: Who said it.
        why: Why.
        now: When.
    """
    word = Word(what, tuple(articles), tuple(others), who, why, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    folder.mkdir(parents=True, exist_ok=True)
    append_json_lines(folder / FILE, json.dumps(word._asdict(), ensure_ascii=False) + "\n")
    return word


def published(folder: Path) -> dict[str, frozenset[str]]:
    """Articles of each published story by its name, as they were when it was last published; the first published comes first.

    Raises:
        InputError: For a line that cannot be read.
    """
    found: dict[str, frozenset[str]] = {}
    for number, line in _lines(folder / PUBLISHED):
        articles = line.get("articles")
        if not isinstance(line.get("story"), str) or not isinstance(articles, list) or not all(isinstance(one, str) for one in articles):
            raise _unread(PUBLISHED, number, "'story', a text, and 'articles', a list of ids, are needed")
        found[line["story"]] = frozenset(articles)
    return found


def note_published(folder: Path, stories: Mapping[str, Iterable[str]], now: datetime) -> int:
    """Note the stories that a report shows, where they were not noted with the same articles.

    Args:
        folder: The desk's ``data/decisions``.
        stories: All articles of each, by the story's name.
        now: When.

    Returns:
        How many lines were added.
    """
    known = published(folder)
    at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    fresh = {name: sorted(articles) for name, articles in sorted(stories.items()) if frozenset(articles) != known.get(name)}
    if fresh:
        folder.mkdir(parents=True, exist_ok=True)
        append_json_lines(folder / PUBLISHED, "".join(json.dumps({"story": n, "articles": a, "at": at}) + "\n" for n, a in fresh.items()))
    return len(fresh)


def named(stories: Sequence[Story], known: Mapping[str, frozenset[str]], names: Mapping[str, str]) -> dict[str, Story]:
    """Names of stories: a published one keeps its own with whichever story has most of its articles now; any other is named after its first article.

    Args:
        stories: As `nutgraf.compare.stories.stories_of` gives them.
        known: As `published` gives it.
        names: For each article what a story is called whose first article it is.

    Returns:
        Stories by name, in their order.
    """
    of = {article: place for place, story in enumerate(stories) for article in story.articles}
    claims = []
    for order, (name, articles) in enumerate(known.items()):
        shared: dict[int, int] = {}
        for article in articles & of.keys():
            shared[of[article]] = shared.get(of[article], 0) + 1
        claims += [(-n, order, place, name) for place, n in shared.items()]
    found: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, place, name in sorted(claims):
        if place not in found and name not in taken:
            found[place] = name
            taken.add(name)
    for place, story in enumerate(stories):
        if place not in found:
            own = (names[article] for article in story.articles)
            more = (f"{names[story.articles[0]]}.{number}" for number in count(2))  # all its articles lent their names to other published stories
            found[place] = next(name for name in chain(own, more) if name not in taken and name not in known)
            taken.add(found[place])
    return {found[place]: story for place, story in enumerate(stories)}


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line.decode("utf-8"))
        except ValueError as error:
            if number == len(lines):  # no end of line: a crash cut it short
                continue
            raise _unread(path.name, number, str(error)) from error
        if not isinstance(found, dict):
            raise _unread(path.name, number, "it is no JSON object")
        yield number, found


def _word(line: Mapping[str, Any], number: int) -> Word:
    def ids(name: str) -> tuple[str, ...]:
        given = line.get(name, [])
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise _unread(FILE, number, f"'{name}' must be a list of article ids")
        return tuple(given)

    word = Word(str(line.get("what")), ids("articles"), ids("others"), str(line.get("who", "")), str(line.get("why", "")), str(line.get("at", "")))
    if word.what not in (JOIN, SPLIT) or len(word.articles) < (2 if word.what == JOIN else 1) or (word.what == SPLIT and not word.others):
        raise _unread(FILE, number, "'what' must be join, with two articles or more, or split, with others")
    if set(word.articles) & set(word.others):
        raise _unread(FILE, number, "an article stands on both sides of a split")
    return word


def _unread(file: str, number: int, what: str) -> InputError:
    where, mend = f"data/decisions/{file}, line {number}", "mend the line, or take it out"
    return InputError(f"this says nothing of stories: {what}", where=where, mend=mend, not_done="stories stay as they were")
