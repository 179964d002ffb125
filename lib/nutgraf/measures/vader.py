"""VADER's compound of a sentence, and the words it came from, in time that grows with the sentence.

The same value, to the last digit, as vaderSentiment 3.3.2, which lower-cases the whole sentence once for every word of the list and
looks from the front for each value: minutes for a text without a full stop. The word tables are the package's own; the rules are
written anew, in its order of steps, and ``tests/test_tone.py`` holds them to the package on real and on generated sentences.

Formula: the weights of the words found, changed by the three words before each (boosters, negations, capitals), by "but", by idioms
and by end marks, are summed to s; compound = s / sqrt(s² + 15).

Source: Hutto, C. J., & Gilbert, E. (2014). VADER: A parsimonious rule-based model for sentiment analysis of social media text.
ICWSM-14. Package: vaderSentiment 3.3.2 (MIT).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from nutgraf.resources import carried, nltk_data

#: What the rules rest on, by distribution, file and sha256; the code is among them because its tables are.
SOURCES = (
    nltk_data.VADER_SOURCE,
    (
        "vaderSentiment",
        "vaderSentiment/emoji_utf8_lexicon.txt",
        "b8d54223ae1ce22a3e12c1f745316b71678c328eb5f5d3063a842f37cfbe2823",
    ),
    (
        "vaderSentiment",
        "vaderSentiment/vaderSentiment.py",
        "25cd814d23000b41c0e242d99960832c6620b3f1b844469173404500ce63206b",
    ),
)
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_CAPITALS = 0.733  # C_INCR of the package
_NEGATION = -0.74  # N_SCALAR
_ALPHA = 15  # of normalize()


#: Beside boosters and negations, the words that the rules ask for.
_CHANGING = ("no", "or", "nor", "never", "so", "this", "without", "doubt", "least", "at", "very")
#: Words of idioms that no idiom is made of alone.
_SMALL_WORDS = frozenset({"the", "of", "to", "for"})


class Hit(NamedTuple):
    """A word of the list that counted; positions are characters of the text that was scored, end-exclusive."""

    start: int
    end: int
    word: str
    weight: float


class Vader:
    """The word list and the rules. Making one checks and reads the package's files."""

    def __init__(self) -> None:
        for source in SOURCES:
            carried(*source)
        from vaderSentiment import vaderSentiment as package

        analyzer = package.SentimentIntensityAnalyzer()
        self._lexicon: dict[str, float] = analyzer.lexicon
        self._emojis: dict[str, str] = {key: text for key, text in analyzer.emojis.items() if len(key) == 1}
        self._emoji_characters = frozenset(self._emojis)
        self._boosters: dict[str, float] = package.BOOSTER_DICT
        self._special: dict[str, float] = package.SPECIAL_CASES
        self._negations = frozenset(package.NEGATE)
        # Most words that count have nothing before them that would change them; these say so quickly.
        self._changing = frozenset({*self._boosters, *self._negations, *_CHANGING})
        phrases = [phrase for phrase in (*self._special, *self._boosters) if " " in phrase]
        self._in_phrases = frozenset(word for phrase in phrases for word in phrase.split()) - _SMALL_WORDS

    def score(self, text: str) -> tuple[float, list[Hit]]:
        """Compound of a sentence and the words that counted.

        Args:
            text: One sentence. Nothing is split here.

        Returns:
            The compound, −1 to 1, rounded to 4 digits as the package does; and the hits in text order. Without a hit it is 0.0.

        >>> Vader().score("It was not good.")[0]
        -0.3412
        """
        places = None
        scored = text
        if not text.isascii() and not self._emoji_characters.isdisjoint(text):
            scored, places = self._described(text)
        tokens = scored.split()
        # Lower-casing the whole is the same as word by word, but for the two letters whose lower case depends on more than themselves.
        lowering = scored.lower().split() if "Σ" not in scored and "İ" not in scored else map(str.lower, tokens)
        lowered = [word if len(word := token.strip(_PUNCTUATION)) > 2 else token for token in lowering]
        lexicon = self._lexicon
        found = [index for index, word in enumerate(lowered) if word in lexicon]
        found = [index for index in found if not self._is_modifier(index, lowered)]
        if not found:
            return 0.0, []
        words = [word if len(word := token.strip(_PUNCTUATION)) > 2 else token for token in tokens]
        is_mixed = _is_mixed_case(words, found)
        has_nt = "'" in scored and "n't" in scored.lower()
        values = {index: self._valence(index, words, lowered, is_mixed, has_nt) for index in found}
        _weigh_but(values, lowered)
        total = float(sum(values[index] for index in found))
        emphasis = _emphasis(scored.strip())
        if total > 0:
            total += emphasis
        elif total < 0:
            total -= emphasis
        compound = max(-1.0, min(1.0, total / math.sqrt(total * total + _ALPHA)))
        return round(compound, 4), self._hits(scored, found, tokens, words, lowered, places)

    def _described(self, text: str) -> tuple[str, list[int]]:
        """The text with each emoji replaced by its name, and for each of its characters the position it stands for."""
        pieces, places, is_after_space = [], [], True
        for position, character in enumerate(text):
            name = self._emojis.get(character)
            if name is None:
                piece, is_after_space = character, character == " "
            else:
                piece, is_after_space = (name if is_after_space else f" {name}"), False
            pieces.append(piece)
            places += [position] * len(piece)
        return "".join(pieces), places

    def _is_modifier(self, index: int, lowered: Sequence[str]) -> bool:
        """Whether a word of the list only changes others here."""
        word = lowered[index]
        return word in self._boosters or (word == "kind" and lowered[index + 1 : index + 2] == ["of"])

    def _valence(
        self, index: int, words: Sequence[str], lowered: Sequence[str], is_mixed: bool, has_nt: bool
    ) -> float:
        """A word's weight after the three words before it, as ``sentiment_valence`` of the package."""
        lexicon, word = self._lexicon, lowered[index]
        valence = lexicon[word]
        if word == "no" and index + 1 < len(lowered) and lowered[index + 1] in lexicon:
            valence = 0.0
        near = lowered[max(0, index - 3) : index]
        if not has_nt and self._changing.isdisjoint(near):
            valence = _with_capitals(valence, is_mixed and words[index].isupper())
            return self._idiom(valence, index, lowered) if index > 2 and near[0] not in lexicon else valence
        before = [lowered[index - step] if index >= step else None for step in (1, 2, 3)]
        if before[0] == "no" or before[1] == "no" or (before[2] == "no" and before[0] in ("or", "nor")):
            valence = lexicon[word] * _NEGATION
        valence = _with_capitals(valence, is_mixed and words[index].isupper())
        for step in range(3):
            other = before[step]
            if other is None or other in lexicon:
                continue
            scalar = self._scalar(words[index - step - 1], other, valence, is_mixed)
            if step and scalar:
                scalar *= 0.95 if step == 1 else 0.9
            valence = self._negated(valence + scalar, step, before)
            if step == 2:
                valence = self._idiom(valence, index, lowered)
        if before[0] == "least" and "least" not in lexicon and not (index > 1 and before[1] in ("at", "very")):
            valence *= _NEGATION
        return valence

    def _scalar(self, word: str, lowered: str, valence: float, is_mixed: bool) -> float:
        scalar = self._boosters.get(lowered, 0.0)
        if scalar:
            if valence < 0:
                scalar *= -1
            if is_mixed and word.isupper():
                scalar += _CAPITALS if valence > 0 else -_CAPITALS
        return scalar

    def _negated(self, valence: float, step: int, before: Sequence[str | None]) -> float:
        first, second, third = before
        if step == 1:
            if second == "never" and first in ("so", "this"):
                return valence * 1.25
            if second == "without" and first == "doubt":
                return valence
        if step == 2:
            # The package's own precedence: "so" or "this" right before is enough.
            if (third == "never" and second in ("so", "this")) or first in ("so", "this"):
                return valence * 1.25
            if third == "without" and "doubt" in (first, second):
                return valence
        other = before[step] or ""
        return valence * _NEGATION if other in self._negations or "n't" in other else valence

    def _idiom(self, valence: float, index: int, lowered: Sequence[str]) -> float:
        if self._in_phrases.isdisjoint(lowered[index - 3 : index + 3]):
            return valence
        three, two, one, here = lowered[index - 3 : index + 1]
        for phrase in (f"{one} {here}", f"{two} {one} {here}", f"{two} {one}", f"{three} {two} {one}", f"{three} {two}"):
            if phrase in self._special:
                valence = self._special[phrase]
                break
        after = lowered[index + 1 : index + 3]
        for phrase in (" ".join([here, *after[:count]]) for count in range(1, len(after) + 1)):
            valence = self._special.get(phrase, valence)
        for phrase in (f"{three} {two} {one}", f"{three} {two}", f"{two} {one}"):
            valence += self._boosters.get(phrase, 0.0)
        return valence

    def _hits(
        self,
        scored: str,
        found: list[int],
        tokens: list[str],
        words: list[str],
        lowered: list[str],
        places: list[int] | None,
    ) -> list[Hit]:
        hits, position, wanted = [], 0, set(found)
        for index, token in enumerate(tokens[: found[-1] + 1]):
            position = scored.find(token, position)  # only white space stands between
            if index in wanted:
                start = position + token.find(words[index])
                end = start + len(words[index])
                if places is not None:
                    start, end = places[start], places[end - 1] + 1
                hits.append(Hit(start, end, lowered[index], self._lexicon[lowered[index]]))
            position += len(token)
        return hits


def _with_capitals(valence: float, is_emphasised: bool) -> float:
    if not is_emphasised:
        return valence
    return valence + (_CAPITALS if valence > 0 else -_CAPITALS)


def _is_mixed_case(words: Sequence[str], found: Sequence[int]) -> bool:
    """Whether some words, not all, are in capitals; asked only where a word that counts, or one of the three before it, is."""
    near = (word for index in found for word in words[max(0, index - 3) : index + 1])
    return any(word.isupper() for word in near) and not all(word.isupper() for word in words)


def _weigh_but(values: dict[int, float], lowered: Sequence[str]) -> None:
    """Halve what stands before the first "but" and raise what stands after it, as ``_but_check`` of the package does.

    The package walks over the values and changes, for each, the first one equal to it; so of two equal values the first is changed
    twice and the second not at all. Kept, since the published figures are made that way; here with a heap of places for each value.
    """
    if "but" not in lowered:
        return
    but = lowered.index("but")
    places: defaultdict[float, list[int]] = defaultdict(list)
    for place, value in values.items():
        places[value].append(place)
    for heap in places.values():
        heapify(heap)
    for place in sorted(values):
        value = values[place]
        if not value:
            continue  # zero stays zero, whichever zero is meant
        first = heappop(places[value])
        values[first] = value * (0.5 if first < but else 1.5)
        heappush(places[values[first]], first)


def _emphasis(text: str) -> float:
    """What exclamation and question marks add."""
    exclamations, questions = min(text.count("!"), 4), text.count("?")
    return exclamations * 0.292 + (0 if questions < 2 else questions * 0.18 if questions <= 3 else 0.96)


