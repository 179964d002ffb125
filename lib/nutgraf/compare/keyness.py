"""Keyness: which words one group of texts uses more than another, by log-odds with an informative Dirichlet prior.

For word w, counts y of n words in groups i and j, prior counts α_w summing to α_0 (Monroe et al., eqs. 15, 16, 19 and 22):

    ω_w(i) = (y_w(i) + α_w) / (n(i) + α_0 − y_w(i) − α_w)
    δ_w    = log ω_w(i) − log ω_w(j)
    σ²_w   ≈ 1 / (y_w(i) + α_w) + 1 / (y_w(j) + α_w)
    ζ_w    = δ_w / σ_w

The prior pulls every word towards its rate in a background corpus, so that neither function words nor words seen once come out on top.

Source: Monroe, B. L., Colaresi, M. P., & Quinn, K. M. (2008). Fightin' words: Lexical feature selection and evaluation for identifying
the content of political conflict. Political Analysis, 16(4), 372–403.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.words import Ranges, forms, words_at

if TYPE_CHECKING:
    import numpy as np


class Passage(NamedTuple):
    """One article as keyness sees it.

    ``ranges`` are the stretches of ``text`` that count, such as the sentences of the analysed parts; None for all of it. Of the passages of one
    group that share a ``copy_of``, one counts; None is never a copy.
    """

    text: str
    ranges: Ranges | None = None
    copy_of: str | None = None


class WordOdds(NamedTuple):
    """A word between two groups: ζ, δ, and the counts they rest on."""

    word: str
    z: float
    log_odds: float
    count_a: int
    count_b: int


class KeyWord(NamedTuple):
    """A word between two groups, with rates per 10,000 words and the number of articles that hold it."""

    word: str
    z: float
    log_odds: float
    count_a: int
    count_b: int
    per_10k_a: float
    per_10k_b: float
    articles_a: int
    articles_b: int


@dataclass
class Counts:
    """Words of a group: ``forms`` as written, ``words`` in lower case, ``articles`` in how many articles each word stands."""

    forms: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    n_articles: int = 0

    @cached_property
    def total(self) -> int:
        """Words in all."""
        return self.words.total()


def word_counts(texts: Iterable[str | Passage]) -> Counts:
    """Count the words of a group.

    A word is letters with apostrophes inside; case is folded, curly and straight apostrophes are one.

    Args:
        texts: Texts, or passages with ranges and copies.

    >>> word_counts(["Don’t. don't!"]).words
    Counter({"don't": 2})
    """
    counts, seen = Counts(), set[str]()
    for item in texts:
        passage = item if isinstance(item, Passage) else Passage(item)
        if passage.copy_of is not None:
            if passage.copy_of in seen:
                continue
            seen.add(passage.copy_of)
        found = forms(passage.text, passage.ranges)
        counts.forms.update(found)
        counts.articles.update(set(" ".join(set(found)).lower().split()))
        counts.n_articles += 1
    for form, n in counts.forms.items():
        counts.words[form.lower()] += n
    return counts


def counts_of(names: Sequence[str], codes: np.ndarray, uses: np.ndarray, articles: np.ndarray, n_articles: int) -> Counts:
    """What `word_counts` gives, from words that were counted in each article before.

    Args:
        names: Words as written.
        codes: For each article and word the word's place in `names`.
        uses: How often the article uses it.
        articles: A number for the article.
        n_articles: How many articles there are, those without a word included.
    """
    import numpy as np

    small = {word: place for place, word in enumerate(dict.fromkeys(name.lower() for name in names))}
    word_of = np.array([small[name.lower()] for name in names], np.int64)
    words = word_of[codes]
    held = np.unique(articles.astype(np.int64) * max(len(small), 1) + words) % max(len(small), 1)
    sums = [
        np.bincount(codes, uses, len(names)), np.bincount(words, uses, len(small)), np.bincount(held, minlength=len(small)),
    ]  # fmt: skip
    named = zip((names, small, small), sums, strict=True)
    return Counts(*(Counter({name: int(n) for name, n in zip(all_of, found, strict=True) if n}) for all_of, found in named), n_articles)


def capitalised_only(*groups: Counts) -> set[str]:
    """Words never written with a small first letter in these groups: names, mostly, and a few that only begin sentences."""
    small = {form for counts in groups for form in counts.forms if form[0].islower()}
    return {word for counts in groups for word in counts.words if word not in small} - {
        form.lower() for form in small
    }


def log_odds(
    counts_a: Mapping[str, int],
    counts_b: Mapping[str, int],
    prior_counts: Mapping[str, float],
    *,
    prior_total: float | None = None,
    words: Iterable[str] | None = None,
) -> list[WordOdds]:
    """Log-odds ratio of every word with its z-score.

    Args:
        counts_a: Words of the first group.
        counts_b: Words of the second.
        prior_counts: Counts of a background corpus. Every word of the groups should be in it; one that is not has no prior, and is left
            out when a group lacks it, since its odds would be zero.
        prior_total: What the prior shall weigh in words, α_0; None for the background's own size.
        words: Which words to score; None for all. It changes no score.

    Returns:
        One row per word, by falling z, then by word. Above 0 the word belongs to the first group.

    Raises:
        ValueError: For a group without words, or a prior that is empty or not above 0.
    """
    n_a, n_b, n_prior = sum(counts_a.values()), sum(counts_b.values()), sum(prior_counts.values())
    if not n_a or not n_b:
        raise ValueError("a group without words cannot be compared: say 'not assessable'")
    total = n_prior if prior_total is None else prior_total
    if n_prior <= 0 or total <= 0:
        raise ValueError("the prior needs counts and a weight above 0")
    scale = total / n_prior
    rows = []
    for word in {**counts_a, **counts_b} if words is None else words:
        count_a, count_b = counts_a.get(word, 0), counts_b.get(word, 0)
        prior = prior_counts.get(word, 0) * scale
        a, b = count_a + prior, count_b + prior
        rest_a, rest_b = n_a + total - a, n_b + total - b
        if min(a, b, rest_a, rest_b) <= 0:
            continue
        delta = log(a / rest_a) - log(b / rest_b)
        rows.append(WordOdds(word, delta / sqrt(1 / a + 1 / b), delta, count_a, count_b))
    return sorted(rows, key=lambda row: (-row.z, row.word))


def keyness_between(
    group_a: Counts | Iterable[str | Passage],
    group_b: Counts | Iterable[str | Passage],
    *,
    prior: Counts | None = None,
    prior_total: float | None = None,
    min_count: int = 5,
    min_articles: int = 2,
    names: bool = True,
    leave_out: Collection[str] = (),
) -> list[KeyWord]:
    """Words that tell two groups of articles apart.

    Args:
        group_a: Texts, passages or counts of the first group.
        group_b: Those of the second.
        prior: Background; None for both groups together.
        prior_total: What the background weighs in words; None for the size of the smaller group, so that a word needs as much evidence
            from the groups as the background gives against it.
        min_count: Words seen less often in both together are not shown. They are counted all the same.
        min_articles: Words that stand in fewer articles of both together are not shown: one long article is no habit.
        names: Whether words that are never written small are shown.
        leave_out: Lower-case words that are not shown.

    Returns:
        One row per word by falling z: the first are group a's, the last group b's.

    Raises:
        ValueError: For a group without words.
    """
    a = group_a if isinstance(group_a, Counts) else word_counts(group_a)
    b = group_b if isinstance(group_b, Counts) else word_counts(group_b)
    background = dict(prior.words if prior else a.words)
    if not prior:
        for word, n in b.words.items():
            background[word] = background.get(word, 0) + n
    weight = min(a.total, b.total) if prior_total is None else prior_total
    hidden = set(leave_out) | (set() if names else capitalised_only(a, b))
    shown = [
        word
        for word in set(a.words) | set(b.words)
        if word not in hidden
        and a.words.get(word, 0) + b.words.get(word, 0) >= min_count
        and a.articles.get(word, 0) + b.articles.get(word, 0) >= min_articles
    ]
    return [_shown(row, a, b) for row in log_odds(a.words, b.words, background, prior_total=weight, words=shown)]


def _shown(row: WordOdds, a: Counts, b: Counts) -> KeyWord:
    rates = (10_000 * row.count_a / a.total, 10_000 * row.count_b / b.total)
    return KeyWord(*row, *rates, a.articles[row.word], b.articles[row.word])


def keyness_each(
    documents_by_group: Mapping[str, Iterable[str | Passage]], **options: object
) -> dict[str, list[KeyWord]]:
    """Words of each group against all others together.

    Args:
        documents_by_group: Texts or passages by group, such as outlets. Every text is counted once.
        options: As for `keyness_between`.

    Returns:
        Rows by group in the order of the groups' names; a group without words, or without others, has an empty list.
    """
    counts = {name: word_counts(documents_by_group[name]) for name in sorted(documents_by_group)}
    whole = merged(counts.values())
    found: dict[str, list[KeyWord]] = {}
    for name, own in counts.items():
        rest = _without(whole, own)
        found[name] = keyness_between(own, rest, **options) if own.total and rest.total else []  # type: ignore[arg-type]
    return found


def merged(groups: Iterable[Counts]) -> Counts:
    """Several groups as one."""
    whole = Counts()
    for counts in groups:
        whole.forms.update(counts.forms)
        whole.words.update(counts.words)
        whole.articles.update(counts.articles)
        whole.n_articles += counts.n_articles
    return whole


def _without(whole: Counts, part: Counts) -> Counts:
    rest = [
        Counter({key: n - less.get(key, 0) for key, n in more.items() if n > less.get(key, 0)})
        for more, less in ((whole.forms, part.forms), (whole.words, part.words), (whole.articles, part.articles))
    ]
    return Counts(*rest, whole.n_articles - part.n_articles)


def places(text: str, word: str, ranges: Ranges | None = None) -> list[tuple[int, int]]:
    """Where a word stands in a text, as `word_counts` sees words.

    Args:
        text: The article.
        word: A word in lower case.
        ranges: The stretches that count; None for all.

    Returns:
        Start and end of each place, in order.

    >>> places("Don’t say don't.", "don't")
    [(0, 5), (10, 15)]
    """
    whole = ranges if ranges is not None else [(0, len(text))]
    return [(start, end) for found, start, end in words_at(text, whole) if found == word]
