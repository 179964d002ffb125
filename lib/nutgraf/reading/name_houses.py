"""Whether a school, hospital or museum is meant as a house or as a body, by what stands around its name.

"Staff at the Brook Museum" are a body's, "rain came through the roof of the Brook Museum" is about a house. Universities and colleges are bodies
wherever they stand; a community or sports centre is a house.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nutgraf.reading.name_joins import Run
from nutgraf.reading.name_tokens import Word
from nutgraf.reading.name_words import words as listed

_AT = frozenset("at outside inside beside behind near opposite around above below into in".split())
#: Words between a preposition and a name that say nothing: "in a packed Brook Cathedral".
_FILLING = frozenset("the a an of from packed empty crowded former nearby".split())
_BE = frozenset("is was were are be been being gets got".split())


def add_points(words: Sequence[Word], run: Run, points: Counter[str]) -> None:
    """Points for a house, where the name ends in a word that means both.

    Args:
        words: The words of the stretch.
        run: The mention.
        points: What stands around it says, by kind.
    """
    if run.last - run.first < 2 or words[run.last - 1].lower not in listed("houses", "heads"):
        return
    if words[run.last - 2].lower in listed("houses", "kinds_of_centres"):
        points["FAC"] += 6.5
    at = run.first - 1
    while at > 0 and words[at].lower in _FILLING and words[at + 1].start <= words[at].end + 2:
        at -= 1
    if at >= 0 and words[at + 1].start <= words[at].end + 2:
        before, two = words[at].lower, words[at - 1].lower if at else ""
        lemma = words[at].token.lemma_.lower() if words[at].token is not None else before
        is_body_s = bool({two, two.rstrip("s")} & listed("houses", "people")) or (at > 0 and _learns(words[at - 1]))
        is_at = before in _AT and not is_body_s and words[at + 1].lower not in ("of", "from")
        if is_at or before.rstrip("s") in listed("houses", "things") or lemma in listed("houses", "verbs"):
            points["FAC"] += 7
    done = words[run.last + 1] if run.last + 1 < len(words) and words[run.last].lower in _BE and not words[run.last].is_first else None
    if done is not None and done.token is not None and done.token.lemma_.lower() in listed("houses", "done"):
        points["FAC"] += 7


def _learns(word: Word) -> bool:
    return word.token is not None and word.tag.startswith("VB") and word.token.lemma_.lower() in listed("houses", "of_bodies")
