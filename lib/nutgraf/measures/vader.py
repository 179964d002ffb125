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
from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from nutgraf.resources import carried, nltk_data

if TYPE_CHECKING:
    import numpy as np

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
#: Beside boosters and negations, the words that change something by themselves ("or" and "at" only beside "no" and "least").
_CHANGING = ("no", "never", "so", "this", "without", "doubt", "least")
#: Words of idioms that no idiom is made of alone.
_SMALL_WORDS = frozenset({"the", "of", "to", "for"})
#: Of a token: its word, the same in lower case, and its weight.
Known = tuple[str, str, float | None]
#: What a token may do: count, change what stands after it, belong to an idiom, be in capitals, be "but", hold an emoji,
#: be "kind", and count or change in capitals.
_COUNTS, _CHANGES, _IDIOM, _CAPITAL, _BUT, _EMOJI, _KIND, _LOUD = 1, 2, 4, 8, 16, 32, 64, 128
#: Without one of these in a sentence each word weighs what the list says.
_PLAYS_A_PART = _CHANGES | _IDIOM | _LOUD | _BUT
_Of = TypeVar("_Of")
_AT_ONCE = 256  # sentences: their tokens stay near the processor
#: So many tokens are remembered; a year of news has fewer.
_MOST_WORDS = 100_000


class Hit(NamedTuple):
    """A word of the list that counted; positions are characters of the text that was scored, end-exclusive."""

    start: int
    end: int
    word: str
    weight: float


class Polarity(NamedTuple):
    """The package's four numbers: shares of words that are negative, neutral and positive, weighted, and the compound, −1 to 1."""

    neg: float
    neu: float
    pos: float
    compound: float


_NEUTRAL = Polarity(0.0, 1.0, 0.0, 0.0)


class _Read(NamedTuple):
    """A sentence as it was scored: its tokens, what each word that counts weighs here, and where its characters stood in the text."""

    scored: str
    tokens: list[str]
    values: dict[int, float]
    places: list[int] | None


class _Remembered(dict[str, _Of]):
    """Of each token what is made of it; most tokens of a text were seen before, so that asking costs a look-up.

    It forgets everything when it holds too many.
    """

    def __init__(self, make: Callable[[str], _Of]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, token: str) -> _Of:
        if len(self) >= _MOST_WORDS:
            self.clear()
        self[token] = found = self._make(token)
        return found


class Vader:
    """The word list and the rules. Making one checks and reads the package's files.

    Args:
        lexicon: Weights by word in lower case, in place of the package's list.
    """

    def __init__(self, lexicon: Mapping[str, float] | None = None) -> None:
        for source in SOURCES:
            carried(*source)
        from vaderSentiment import vaderSentiment as package

        analyzer = package.SentimentIntensityAnalyzer()
        self.lexicon: Mapping[str, float] = analyzer.lexicon if lexicon is None else lexicon
        self.boosters: dict[str, float] = package.BOOSTER_DICT
        self._emojis: dict[str, str] = {key: text for key, text in analyzer.emojis.items() if len(key) == 1}
        self._emoji_characters = frozenset(self._emojis)
        self._special: dict[str, float] = package.SPECIAL_CASES
        self._negations = frozenset(package.NEGATE)
        # Most words that count have nothing before them that would change them; these say so quickly.
        self._changing = frozenset({*self.boosters, *self._negations, *_CHANGING})
        phrases = [phrase for phrase in (*self._special, *self.boosters) if " " in phrase]
        self._in_phrases = frozenset(word for phrase in phrases for word in phrase.split()) - _SMALL_WORDS
        self._words, self._marks = _Remembered(self._known), _Remembered(self._marks_of)

    def _known(self, token: str) -> Known:
        stripped = token.strip(_PUNCTUATION)
        word = stripped if len(stripped) > 2 else token
        lowered = word.lower()
        return word, lowered, None if lowered in self.boosters else self.lexicon.get(lowered)

    def _marks_of(self, token: str) -> int:
        """In one number what a token may do to a sentence, so that most need no closer look."""
        word, lowered, weight = self._words[token]
        changes = lowered in self._changing or "n't" in lowered
        return (
            _COUNTS * (weight is not None) | _CHANGES * changes | _IDIOM * (lowered in self._in_phrases)
            | _LOUD * (word.isupper() and (changes or weight is not None))
            | _CAPITAL * word.isupper() | _BUT * (lowered == "but") | _KIND * (lowered == "kind")
            | _EMOJI * (not self._emoji_characters.isdisjoint(token))
        )  # fmt: skip

    def score(self, text: str) -> tuple[float, list[Hit]]:
        """Compound of a sentence and the words that counted.

        Args:
            text: One sentence. Nothing is split here.

        Returns:
            The compound, −1 to 1, rounded to 4 digits as the package does; and the hits in text order. Without a hit it is 0.0.

        >>> Vader().score("It was not good.")[0]
        -0.3412
        """
        read = self._read(text)
        return (0.0, []) if not read.values else (_compound(read), self._hits(read))

    def polarity(self, text: str) -> Polarity:
        """All four numbers of a sentence, as ``polarity_scores`` of the package gives them.

        >>> Vader().polarity("It was not good.")
        Polarity(neg=0.445, neu=0.555, pos=0.0, compound=-0.3412)
        """
        read = self._read(text)
        if not read.tokens:
            return Polarity(0.0, 0.0, 0.0, 0.0)
        return _polarity(read) if read.values else _NEUTRAL

    def polarities(self, texts: Sequence[str]) -> np.ndarray:
        """All four numbers of many sentences, many times as fast as one by one: most tokens and a third of all sentences need no look.

        Args:
            texts: Sentences.

        Returns:
            (n, 4): neg, neu, pos and compound, each as `polarity` gives it.
        """
        import numpy as np

        pieces = [self._polarities(texts[first : first + _AT_ONCE]) for first in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(pieces) if pieces else np.zeros((0, 4))

    def _polarities(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np

        found = np.zeros((len(texts), 4))
        tokens = [text.split() for text in texts]
        sizes = np.fromiter(map(len, tokens), np.int64, len(tokens))
        marks = bytes(map(self._marks.__getitem__, chain.from_iterable(tokens)))
        some, every = np.zeros(len(texts), np.uint8), np.zeros(len(texts), np.uint8)
        filled = np.flatnonzero(sizes)
        starts = np.cumsum(sizes) - sizes
        if len(filled):
            array = np.frombuffer(marks, np.uint8)
            some[filled] = np.bitwise_or.reduceat(array, starts[filled])
            every[filled] = np.bitwise_and.reduceat(array, starts[filled])
        found[filled, 1] = 1.0
        places = np.flatnonzero(some & (_COUNTS | _EMOJI))
        rows = []
        for place, first, one, all_of in zip(places.tolist(), starts[places].tolist(), some[places].tolist(), every[places].tolist(), strict=True):
            mine = tokens[place]
            if one & _EMOJI:
                rows.append(self.polarity(texts[place]))
                continue
            values = self._values(mine, marks[first : first + len(mine)], one, all_of)
            rows.append(_polarity(_Read(texts[place], mine, values, None)) if values else _NEUTRAL)
        if rows:
            found[places] = rows
        return found

    def _read(self, text: str) -> _Read:
        tokens, places = text.split(), None
        marks = bytes(map(self._marks.__getitem__, tokens))
        some, every = _together(marks)
        if some & _EMOJI:
            text, places = self._described(text)
            tokens = text.split()
            marks = bytes(map(self._marks.__getitem__, tokens))
            some, every = _together(marks)
        values = self._values(tokens, marks, some, every) if some & _COUNTS else {}
        return _Read(text, tokens, values, places)

    def _values(self, tokens: Sequence[str], marks: bytes, some: int, every: int) -> dict[int, float]:
        """What each word that counts weighs here, by its place among the tokens.

        Args:
            tokens: The sentence's tokens.
            marks: Of each token what it may do.
            some: What some of them do.
            every: What all of them do.
        """
        found = [index for index, mark in enumerate(marks) if mark & _COUNTS]
        words = self._words
        if some & _KIND:  # "kind of" only changes what follows
            found = [index for index in found if not (marks[index] & _KIND and index + 1 < len(tokens) and words[tokens[index + 1]][1] == "of")]
        if not some & _PLAYS_A_PART:
            return {index: words[tokens[index]][2] for index in found}  # type: ignore[misc]
        known = list(map(words.__getitem__, tokens))
        is_mixed = bool(some & _CAPITAL and not every & _CAPITAL)
        values = {index: self._valence(index, known, marks, is_mixed) for index in found}
        if some & _BUT:
            _weigh_but(values, [one[1] for one in known])
        return values

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

    def _valence(self, index: int, known: Sequence[Known], marks: bytes, is_mixed: bool) -> float:
        """A word's weight after the three words before it, as ``sentiment_valence`` of the package."""
        lexicon, (word, lowered, weight) = self.lexicon, known[index]
        valence: float = weight  # type: ignore[assignment]
        if lowered == "no" and index + 1 < len(known) and known[index + 1][1] in lexicon:
            valence = 0.0
        first = index - 3 if index > 3 else 0
        around = 0
        for mark in marks[first:index]:
            around |= mark
        if not around & _CHANGES:
            if is_mixed and marks[index] & _CAPITAL:
                valence = _with_capitals(valence, True)
            for mark in marks[index : index + 3]:
                around |= mark
            return self._idiom(valence, index, known) if around & _IDIOM and index > 2 and known[first][1] not in lexicon else valence
        before = [known[index - step][1] if index >= step else None for step in (1, 2, 3)]
        if before[0] == "no" or before[1] == "no" or (before[2] == "no" and before[0] in ("or", "nor")):
            valence = lexicon[lowered] * _NEGATION
        valence = _with_capitals(valence, is_mixed and word.isupper())
        for step in range(3):
            other = before[step]
            if other is None or other in lexicon:
                continue
            scalar = self._scalar(known[index - step - 1][0], other, valence, is_mixed)
            if step and scalar:
                scalar *= 0.95 if step == 1 else 0.9
            valence = self._negated(valence + scalar, step, before)
            if step == 2:
                valence = self._idiom(valence, index, known)
        if before[0] == "least" and "least" not in lexicon and not (index > 1 and before[1] in ("at", "very")):
            valence *= _NEGATION
        return valence

    def _scalar(self, word: str, lowered: str, valence: float, is_mixed: bool) -> float:
        scalar = self.boosters.get(lowered, 0.0)
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

    def _idiom(self, valence: float, index: int, known: Sequence[Known]) -> float:
        around = [one[1] for one in known[index - 3 : index + 3]]
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
            valence += self.boosters.get(phrase, 0.0)
        return valence

    def _hits(self, read: _Read) -> list[Hit]:
        hits, starts = [], _starts(read.scored, read.tokens)
        for index in read.values:
            token = read.tokens[index]
            word, lowered, weight = self._words[token]
            start = starts[index] + token.find(word)
            end = start + len(word)
            if read.places is not None:
                start, end = read.places[start], read.places[end - 1] + 1
            hits.append(Hit(start, end, lowered, weight))  # type: ignore[arg-type]
        return hits


def _starts(text: str, tokens: Sequence[str]) -> list[int]:
    """Where each token begins; only white space stands between."""
    ends = list(accumulate(map(len, tokens)))
    if len(text) == ends[-1] + len(tokens) - 1:  # one space between two, none around, as in most sentences
        return [end - len(token) + index for index, (end, token) in enumerate(zip(ends, tokens, strict=True))]
    starts, position = [], 0
    for token in tokens:
        position = text.find(token, position)
        starts.append(position)
        position += len(token)
    return starts


def _together(marks: bytes) -> tuple[int, int]:
    """What some tokens do, and what all of them do."""
    some, every = 0, 255
    for mark in set(marks):
        some |= mark
        every &= mark
    return some, every


def _polarity(read: _Read) -> Polarity:
    """The four numbers of a sentence with a word that counts."""
    positive = negative = 0.0
    neutral = len(read.tokens) - len(read.values)
    for value in read.values.values():
        if value > 0:
            positive += value + 1  # as neutral words count 1
        elif value < 0:
            negative += value - 1
        else:
            neutral += 1
    emphasis = _emphasis(read.scored)
    if positive > -negative:
        positive += emphasis
    elif positive < -negative:
        negative -= emphasis
    total = positive - negative + neutral
    return Polarity(round(-negative / total, 3) if negative else 0.0, round(neutral / total, 3), round(positive / total, 3), _compound(read))


def _compound(read: _Read) -> float:
    total = float(sum(read.values.values()))
    emphasis = _emphasis(read.scored)
    if total > 0:
        total += emphasis
    elif total < 0:
        total -= emphasis
    return round(max(-1.0, min(1.0, total / math.sqrt(total * total + _ALPHA))), 4)


def _with_capitals(valence: float, is_emphasised: bool) -> float:
    if not is_emphasised:
        return valence
    return valence + (_CAPITALS if valence > 0 else -_CAPITALS)


def _weigh_but(values: dict[int, float], lowered: Sequence[str]) -> None:
    """Halve what stands before the first "but" and raise what stands after it, as ``_but_check`` of the package does.

    The package walks over the values and changes, for each, the first one equal to it; so of two equal values the first is changed
    twice and the second not at all. Kept, since the published figures are made that way; here with a heap of places for each value.
    """
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
    if "!" not in text and "?" not in text:
        return 0
    exclamations, questions = min(text.count("!"), 4), text.count("?")
    return exclamations * 0.292 + (0 if questions < 2 else questions * 0.18 if questions <= 3 else 0.96)


