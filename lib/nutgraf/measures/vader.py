"""VADER's four numbers of sentences, and the words they came from: many sentences at once, in time that grows with their length.

The same values, to the last digit, as vaderSentiment 3.3.2, which lower-cases the whole sentence once for every word of the list and
looks from the front for each value: minutes for a text without a full stop. The word tables are the package's own; the rules are
written anew, in its order of steps (`nutgraf.measures.vader_rules`), and ``tests/test_tone.py`` holds them to the package on real and on generated
sentences.

Formula: the weights of the words found, changed by the three words before each (boosters, negations, capitals), by "but", by idioms
and by end marks, are summed to s; compound = s / sqrt(s² + 15).

Most tokens neither count nor change anything, and most words that count weigh what the list says. So sentences are cut into tokens all at once
(`nutgraf.measures.token_numbers`), each different token is looked at once, and a word by itself only where more than boosters and plain negations
around it may change it.

Source: Hutto, C. J., & Gilbert, E. (2014). VADER: A parsimonious rule-based model for sentiment analysis of social media text.
ICWSM-14. Package: vaderSentiment 3.3.2 (MIT).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.measures import vader_rules as rules
from nutgraf.measures.vader_rules import REACH, Rules, Vocabulary, weigh_but
from nutgraf.resources import carried, nltk_data

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nutgraf.measures.token_numbers import Cut

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]
    Marks = npt.NDArray[np.uint16]

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
_ALPHA = 15  # of normalize()
#: Sentences that are scored together: their tokens' numbers stay near the processor.
_AT_ONCE = 4_096
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


class _Read(NamedTuple):
    """Sentences as they are scored.

    Attributes:
        texts: The sentences.
        cut: The same in tokens.
        hits: The places among the tokens of the words that count.
        rows: The sentence of each of them.
        values: What each weighs in its sentence.
    """

    texts: Sequence[str]
    cut: Cut
    hits: Integers
    rows: Integers
    values: Floats


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
        self._rules = Rules(self.lexicon, self.boosters, package.SPECIAL_CASES, frozenset(package.NEGATE), frozenset(self._emojis))
        self._start_vocabulary()

    def _start_vocabulary(self) -> None:
        from nutgraf.measures.token_numbers import TokenNumbers

        self._words = Vocabulary(self._rules)
        self._numbers = TokenNumbers(self._words.__getitem__)

    def score(self, text: str) -> tuple[float, list[Hit]]:
        """As `scores`, of one sentence.

        >>> Vader().score("It was not good.")[0]
        -0.3412
        """
        return self.scores([text])[0]

    def scores(self, texts: Sequence[str]) -> list[tuple[float, list[Hit]]]:
        """Compounds of sentences and the words that counted.

        Args:
            texts: Sentences. Nothing is split here.

        Returns:
            Of each the compound, −1 to 1, rounded to 4 digits as the package does, and the hits in text order. Without a hit it is 0.0.
        """
        found: list[tuple[float, list[Hit]]] = []
        for some in _batches(texts):
            read = self._read(some)
            emoji = self._with_emoji(read)
            compounds = _polarities(read)[:, 3].tolist()
            hits = self._hits(read)
            for row, (text, places) in emoji.items():
                value, named = self.score(text)
                compounds[row] = value
                hits[row] = [hit._replace(start=places[hit.start], end=places[hit.end - 1] + 1) for hit in named]
            found += zip(compounds, hits, strict=True)
        return found

    def polarity(self, text: str) -> Polarity:
        """All four numbers of a sentence, as ``polarity_scores`` of the package gives them.

        >>> Vader().polarity("It was not good.")
        Polarity(neg=0.445, neu=0.555, pos=0.0, compound=-0.3412)
        """
        return Polarity(*self.polarities([text])[0].tolist())

    def polarities(self, texts: Sequence[str]) -> Floats:
        """All four numbers of many sentences.

        Args:
            texts: Sentences.

        Returns:
            (n, 4): neg, neu, pos and compound, each as `polarity` gives it.
        """
        import numpy as np

        found = [np.zeros((0, 4))]
        for some in _batches(texts):
            read = self._read(some)
            numbers = _polarities(read)
            if emoji := self._with_emoji(read):
                numbers[list(emoji)] = self.polarities([text for text, _ in emoji.values()])
            found.append(numbers)
        return np.concatenate(found)

    def _read(self, texts: Sequence[str]) -> _Read:
        import numpy as np

        cut = self._cut(texts)
        tokens, offsets = cut.tokens, cut.offsets
        marks = self._marks(tokens)
        hits = np.flatnonzero(marks & rules.COUNTS)
        rows = np.searchsorted(offsets, hits, side="right") - 1
        kind = np.flatnonzero(marks[hits] & rules.KIND)
        if len(kind):  # "kind of" only changes what follows
            after = hits[kind] + 1
            is_of = (after < offsets[rows[kind] + 1]) & (marks[np.minimum(after, len(marks) - 1)] & rules.OF > 0)
            hits, rows = np.delete(hits, kind[is_of]), np.delete(rows, kind[is_of])
        values = np.frombuffer(self._words.weights, np.float64)[tokens[hits]]
        read = _Read(texts, cut, hits, rows, values)
        if len(hits):
            self._change(read, marks)
            _weigh_buts(read, marks)
        return read

    def _cut(self, texts: Sequence[str]) -> Cut:
        """The sentences in tokens, by their numbers in the vocabulary."""
        if len(self._words) > _MOST_WORDS:
            self._start_vocabulary()
        return self._numbers.cut(texts)

    def _marks(self, tokens: Integers) -> Marks:
        import numpy as np

        return np.frombuffer(self._words.marks, np.uint16)[tokens] if len(tokens) else np.zeros(0, np.uint16)

    def _change(self, read: _Read, marks: Marks) -> None:
        """What words weigh that something around them may change."""
        import numpy as np

        hits, rows, offsets = read.hits, read.rows, read.cut.offsets
        first, end = offsets[rows], offsets[rows + 1]
        here = marks[hits]
        before, after = np.zeros_like(here), here.copy()
        for step in range(1, REACH + 1):
            before |= np.where(hits - step >= first, marks[np.maximum(hits - step, 0)], 0)
            after |= np.where(hits + step < np.minimum(end, hits + REACH), marks[np.minimum(hits + step, len(marks) - 1)], 0)
        capitals = np.concatenate(([0], np.cumsum(marks & rules.CAPITAL > 0)))[offsets]
        n_capitals = (capitals[1:] - capitals[:-1])[rows]
        is_mixed = (n_capitals > 0) & (n_capitals < end - first)
        is_odd = ((before & rules.ODD) | (here & rules.CHANGES) | (before | after) & rules.IDIOM) > 0
        is_loud = is_mixed & (here & rules.CAPITAL > 0)
        self._change_plainly(read, marks, np.flatnonzero(~is_odd & (is_loud | (before & rules.CHANGES > 0))), first, is_mixed)
        known = self._words.known
        for at in np.flatnonzero(is_odd).tolist():
            place = int(hits[at])
            low, high = max(int(first[at]), place - REACH), min(int(end[at]), place + REACH)
            around = [known[number] for number in read.cut.tokens[low:high].tolist()]
            read.values[at] = self._rules.valence(place - low, around, is_mixed=bool(is_mixed[at]))

    def _change_plainly(self, read: _Read, marks: Marks, some: Integers, first: Integers, is_mixed: Flags) -> None:
        """What some words weigh before which boosters and plain negations stand and nothing else, as `Rules.valence` has it, all at once."""
        import numpy as np

        if not len(some):
            return
        boosts = np.frombuffer(self._words.boosts, np.float64)
        hits, values, is_mixed = read.hits[some], read.values[some], is_mixed[some]
        values += np.where(is_mixed & (marks[hits] & rules.CAPITAL > 0), np.where(values > 0, rules.CAPITALS, -rules.CAPITALS), 0.0)
        for step, nearness in enumerate(rules.NEARNESS, start=1):
            at = np.maximum(hits - step, 0)
            mark = np.where(hits - step >= first[some], marks[at], rules.LISTED)  # what stands in the list changes nothing
            added = np.where(mark & rules.LISTED, 0.0, boosts[read.cut.tokens[at]])
            is_loud = is_mixed & (added != 0) & (mark & rules.CAPITAL > 0)
            added = np.where(values < 0, -added, added)
            added += np.where(is_loud, np.where(values > 0, rules.CAPITALS, -rules.CAPITALS), 0.0)
            values = values + added * nearness
            values = np.where((mark & rules.NEGATES > 0) & (mark & rules.LISTED == 0), values * rules.NEGATION, values)
        read.values[some] = values

    def _with_emoji(self, read: _Read) -> dict[int, tuple[str, list[int]]]:
        """Sentences with emoji by their row, as `_described` gives them."""
        import numpy as np

        places = np.flatnonzero(self._marks(read.cut.tokens) & rules.EMOJI)
        rows = np.unique(np.searchsorted(read.cut.offsets, places, side="right") - 1).tolist()
        return {row: self._described(read.texts[row]) for row in rows}

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

    def _hits(self, read: _Read) -> list[list[Hit]]:
        """The words that count, by sentence."""
        import numpy as np

        found: list[list[Hit]] = [[] for _ in read.texts]
        if not len(read.hits):
            return found
        lengths = np.frombuffer(self._words.lengths, np.int64)[read.cut.tokens]
        ends = np.concatenate(([0], np.cumsum(lengths)))
        size = ends[read.cut.offsets[1:]] - ends[read.cut.offsets[:-1]] + np.diff(read.cut.offsets) - 1
        is_plain = size == np.fromiter(map(len, read.texts), np.int64, len(read.texts))  # one space between two, none around, as in most sentences
        first = read.cut.offsets[read.rows]
        starts = (ends[read.hits] - ends[first] + read.hits - first).tolist()
        for row in np.intersect1d(np.flatnonzero(~is_plain), read.rows).tolist():
            of_text = _starts(read.texts[row])
            for at in range(*np.searchsorted(read.rows, (row, row + 1)).tolist()):
                starts[at] = of_text[int(read.hits[at] - read.cut.offsets[row])]
        known, shifts = self._words.known, self._words.shifts
        for row, number, start in zip(read.rows.tolist(), read.cut.tokens[read.hits].tolist(), starts, strict=True):
            word, lowered, weight = known[number]
            begin = start + shifts[number]
            found[row].append(Hit(begin, begin + len(word), lowered, weight))  # type: ignore[arg-type]
        return found


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(texts), _AT_ONCE):
        yield texts[first : first + _AT_ONCE]


def _starts(text: str) -> list[int]:
    """Where each token begins; only white space stands between."""
    starts, position = [], 0
    for token in text.split():
        position = text.find(token, position)
        starts.append(position)
        position += len(token)
    return starts


def _weigh_buts(read: _Read, marks: Marks) -> None:
    """Sentences with "but" in which a word counts."""
    import numpy as np

    buts = np.flatnonzero(marks & rules.BUT)
    rows, at = np.unique(np.searchsorted(read.cut.offsets, buts, side="right") - 1, return_index=True)
    low, high = np.searchsorted(read.rows, rows), np.searchsorted(read.rows, rows + 1)
    before = np.searchsorted(read.hits, buts[at])
    for first, end, but in zip(low.tolist(), high.tolist(), before.tolist(), strict=True):
        if first < end:
            values = read.values[first:end].tolist()
            weigh_but(values, but - first)
            read.values[first:end] = values


def _polarities(read: _Read) -> Floats:
    """The four numbers of each sentence, (n, 4)."""
    import numpy as np

    n, rows, values = len(read.texts), read.rows, read.values
    sizes = np.diff(read.cut.offsets)
    found = np.zeros((n, 4))
    found[sizes > 0, 1] = 1.0
    if not len(rows):
        return found
    some = np.flatnonzero(np.bincount(rows, minlength=n))
    # Added up one by one from the first on, as the package does: bincount goes in the order of the words.
    total = np.bincount(rows, values, n)[some]
    positive = np.bincount(rows, np.where(values > 0, values + 1, 0.0), n)[some]  # as neutral words count 1
    negative = np.bincount(rows, np.where(values < 0, values - 1, 0.0), n)[some]
    neutral = sizes[some] - np.bincount(rows, values != 0, n)[some]
    emphasis = _emphasis(read.cut)[some]
    compound = total + np.sign(total) * emphasis
    leans = np.sign(positive + negative)
    positive += np.where(leans > 0, emphasis, 0.0)
    negative -= np.where(leans < 0, emphasis, 0.0)
    weight = positive - negative + neutral
    shares = np.column_stack([np.abs(negative), neutral, positive]) / weight[:, None]
    found[some, :3] = _rounded(shares, 3)
    found[some, 3] = _rounded(np.clip(compound / np.sqrt(compound * compound + _ALPHA), -1.0, 1.0), 4)
    return found


def _rounded(numbers: Floats, digits: int) -> Floats:
    """To so many digits, as Python's ``round``; NumPy's own goes another way for what lies halfway."""
    import numpy as np

    scaled = numbers * 10**digits
    found = np.rint(scaled) / 10**digits
    for place in np.argwhere(np.abs(np.abs(scaled - np.floor(scaled)) - 0.5) < 1e-6):  # noqa: PLR2004
        found[tuple(place)] = round(float(numbers[tuple(place)]), digits)
    return found


def _emphasis(cut: Cut) -> Floats:
    """What exclamation and question marks add to each sentence."""
    import numpy as np

    exclamations, questions = (
        np.bincount(np.searchsorted(cut.ends, np.flatnonzero(cut.characters == ord(mark)), side="right"), minlength=len(cut.ends)) for mark in "!?"
    )
    few = np.where(questions < 2, 0.0, questions * 0.18)  # noqa: PLR2004
    return np.minimum(exclamations, 4) * 0.292 + np.where(questions > 3, 0.96, few)  # noqa: PLR2004
