"""VADER's rules for one word: what it weighs after the words before it, and what tokens may do to others.

Hutto, C. J., & Gilbert, E. (2014). VADER: A parsimonious rule-based model for sentiment analysis of social media text. ICWSM-14. Package:
vaderSentiment 3.3.2 (MIT), whose word tables these are and whose order of steps they keep.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, MutableSequence, Sequence
from heapq import heapify, heappop, heappush

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
CAPITALS = 0.733  # C_INCR of the package
NEGATION = -0.74  # N_SCALAR
#: What is left of what a booster adds where it stands one, two or three words before.
NEARNESS = (1.0, 0.95, 0.9)
#: Beside boosters and negations, the words that change something by themselves ("or" and "at" only beside "no" and "least").
_CHANGING = ("no", "never", "so", "this", "without", "doubt", "least")
#: Words of idioms that no idiom is made of alone.
_SMALL_WORDS = frozenset({"the", "of", "to", "for"})
#: Of a token: its word, the same in lower case, and its weight.
Known = tuple[str, str, float | None]
#: What a token may do: count, change what stands after it, belong to an idiom, be in capitals, be "but", hold an emoji, be "kind", be "of", change
#: in a way that hangs on other words too, negate, stand in the list.
COUNTS, CHANGES, IDIOM, CAPITAL, BUT, EMOJI, KIND, OF, ODD, NEGATES, LISTED = (1 << bit for bit in range(11))
#: So many words before a word can change it, and as many from it on can make an idiom.
REACH = 3


class Rules:
    """The word tables, and what they make of a word.

    Args:
        lexicon: Weights by word in lower case.
        boosters: What words and phrases add.
        special: Weights of idioms.
        negations: Words that turn what follows.
        emojis: Single characters that stand for words.
    """

    def __init__(
        self,
        lexicon: Mapping[str, float],
        boosters: Mapping[str, float],
        special: Mapping[str, float],
        negations: frozenset[str],
        emojis: frozenset[str],
    ) -> None:
        self.lexicon, self._boosters, self._special, self._negations, self._emojis = lexicon, boosters, special, negations, emojis
        # Most words that count have nothing before them that would change them; these say so quickly.
        self._changing = frozenset({*boosters, *negations, *_CHANGING})
        phrases = [phrase for phrase in (*special, *boosters) if " " in phrase]
        self._in_phrases = frozenset(word for phrase in phrases for word in phrase.split()) - _SMALL_WORDS

    def known(self, token: str) -> Known:
        """The word of a token, which loses its marks unless it is short."""
        stripped = token.strip(_PUNCTUATION)
        word = stripped if len(stripped) > 2 else token
        lowered = word.lower()
        return word, lowered, None if lowered in self._boosters else self.lexicon.get(lowered)

    def marks(self, token: str, known: Known) -> int:
        """In one number what a token may do to a sentence, so that most need no closer look."""
        word, lowered, weight = known
        return (
            COUNTS * (weight is not None) | CHANGES * (lowered in self._changing or "n't" in lowered) | IDIOM * (lowered in self._in_phrases)
            | CAPITAL * word.isupper() | BUT * (lowered == "but") | KIND * (lowered == "kind") | OF * (lowered == "of")
            | EMOJI * (not self._emojis.isdisjoint(token)) | ODD * (lowered in _CHANGING) | NEGATES * self._is_negation(lowered)
            | LISTED * (lowered in self.lexicon)
        )  # fmt: skip

    def boost(self, known: Known) -> float:
        """What a token adds to what stands right after it."""
        return self._boosters.get(known[1], 0.0)

    def _is_negation(self, lowered: str) -> bool:
        return lowered in self._negations or "n't" in lowered

    def valence(self, index: int, known: Sequence[Known], *, is_mixed: bool) -> float:
        """A word's weight after the three words before it, as ``sentiment_valence`` of the package.

        Args:
            index: Its place among the words given.
            known: The sentence's words from `REACH` before it to as many from it on, as far as there are.
            is_mixed: Whether some words of the sentence are in capitals and some are not.
        """
        lexicon, (word, lowered, weight) = self.lexicon, known[index]
        valence: float = weight  # type: ignore[assignment]
        if lowered == "no" and index + 1 < len(known) and known[index + 1][1] in lexicon:
            valence = 0.0
        before = [known[index - step][1] if index >= step else None for step in (1, 2, 3)]
        if before[0] == "no" or before[1] == "no" or (before[2] == "no" and before[0] in ("or", "nor")):
            valence = lexicon[lowered] * NEGATION
        valence = _with_capitals(valence, is_mixed and word.isupper())
        for step in range(REACH):
            other = before[step]
            if other is None or other in lexicon:
                continue
            scalar = self._scalar(known[index - step - 1][0], other, valence, is_mixed)
            if step and scalar:
                scalar *= NEARNESS[step]
            valence = self._negated(valence + scalar, step, before)
            if step == 2:
                valence = self._idiom(valence, index, known)
        if before[0] == "least" and "least" not in lexicon and not (index > 1 and before[1] in ("at", "very")):
            valence *= NEGATION
        return valence

    def _scalar(self, word: str, lowered: str, valence: float, is_mixed: bool) -> float:
        scalar = self._boosters.get(lowered, 0.0)
        if scalar:
            if valence < 0:
                scalar *= -1
            if is_mixed and word.isupper():
                scalar += CAPITALS if valence > 0 else -CAPITALS
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
        return valence * NEGATION if self._is_negation(before[step] or "") else valence

    def _idiom(self, valence: float, index: int, known: Sequence[Known]) -> float:
        around = [one[1] for one in known[index - REACH : index + REACH]]
        if self._in_phrases.isdisjoint(around):
            return valence
        three, two, one, here = around[:4]
        for phrase in (f"{one} {here}", f"{two} {one} {here}", f"{two} {one}", f"{three} {two} {one}", f"{three} {two}"):
            if phrase in self._special:
                valence = self._special[phrase]
                break
        after = around[4:]
        for phrase in (" ".join([here, *after[:count]]) for count in range(1, len(after) + 1)):
            valence = self._special.get(phrase, valence)
        for phrase in (f"{three} {two} {one}", f"{three} {two}", f"{two} {one}"):
            valence += self._boosters.get(phrase, 0.0)
        return valence


class Vocabulary(dict[str, int]):
    """Tokens by number, in the order in which they were first seen, and of each what is made of it.

    Most tokens of a text were seen before, so that asking costs a look-up.

    Attributes:
        known: By number.
        marks: By number, what each may do.
        weights: By number, of what counts; 0 for others.
        boosts: By number, what each adds to the next word.
        lengths: By number, characters.
        shifts: By number, where in a token its word begins.
    """

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules
        self.known: list[Known] = []
        self.marks, self.weights, self.boosts, self.lengths, self.shifts = array("H"), array("d"), array("d"), array("q"), array("q")

    def __missing__(self, token: str) -> int:
        known = self._rules.known(token)
        self.known.append(known)
        self.marks.append(self._rules.marks(token, known))
        self.weights.append(known[2] or 0.0)
        self.boosts.append(self._rules.boost(known))
        self.lengths.append(len(token))
        self.shifts.append(token.find(known[0]))
        number = len(self)
        self[token] = number
        return number


def weigh_but(values: MutableSequence[float], but: int) -> None:
    """Halve what stands before the first "but" and raise what stands after it, as ``_but_check`` of the package does.

    The package walks over the values and changes, for each, the first one equal to it; so of two equal values the first is changed
    twice and the second not at all. Kept, since the published figures are made that way; here with a heap of places for each value.

    Args:
        values: Of the words that count, in order; changed in place.
        but: How many of them stand before it.
    """
    places: defaultdict[float, list[int]] = defaultdict(list)
    for place, value in enumerate(values):
        places[value].append(place)
    for heap in places.values():
        heapify(heap)
    for place in range(len(values)):
        value = values[place]
        if not value:
            continue  # zero stays zero, whichever zero is meant
        first = heappop(places[value])
        values[first] = value * (0.5 if first < but else 1.5)
        heappush(places[values[first]], first)


def _with_capitals(valence: float, is_emphasised: bool) -> float:
    if not is_emphasised:
        return valence
    return valence + (CAPITALS if valence > 0 else -CAPITALS)
