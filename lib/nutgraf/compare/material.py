"""Whether a change after publication is material: whether a reader of the first version was told something else.

Material is a changed headline; a name or a figure that came or went; a quotation that was taken out; and a change of more than `TYPO_WORDS` words
that is at least `SHARE` of the text. Not material is white space, another kind of quotation mark or dash, and a few words, such as a corrected
slip, that touch none of these. Lines that promote something, newsletters and the like are no part of the text that is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from types import MappingProxyType
from typing import NamedTuple

from nutgraf.compare.word_diff import Change, counts, n_words, word_diff
from nutgraf.words import forms

#: Share of the words of both versions that must have changed. A paragraph of forty words in an article of four hundred is a twentieth.
SHARE = 0.05
#: Up to so many words, removed and added together, are taken for corrected slips.
TYPO_WORDS = 6
#: A quotation of fewer words may be one word or a title.
QUOTE_WORDS = 4
REASONS = {
    "headline": "headline", "names": "names came or went", "figures": "figures came or went", "quotes": "quotations removed",
    "words": "much of the text",
}  # fmt: skip


class Said(NamedTuple):
    """What one version says.

    Attributes:
        headline: Its headline; None for none.
        text: The article's text.
        regions: Stretches of it that are compared: its sentences, those of the headline and of promotion apart.
        names: Persons, organisations and places that it names, with the forms in which it does.
        figures: Numbers in it, in one form.
        quotes: Its quotations, as written.
    """

    headline: str | None
    text: str
    regions: tuple[tuple[int, int], ...]
    names: Mapping[str, Collection[str]] = MappingProxyType({})
    figures: Set[str] = frozenset()
    quotes: tuple[str, ...] = ()


class Compared(NamedTuple):
    """Two versions held against each other.

    Attributes:
        changes: What differs between their texts.
        n_removed: Words that went.
        n_added: Words that came.
        share: Words that went and came, of the words of both; None where neither has any.
        reasons: Why the change is material, of `REASONS`; empty when it is not.
    """

    changes: list[Change]
    n_removed: int
    n_added: int
    share: float | None
    reasons: tuple[str, ...]

    @property
    def is_material(self) -> bool:
        """Whether it is."""
        return bool(self.reasons)


def compared(before: Said, after: Said, *, share: float = SHARE) -> Compared:
    """Hold two versions against each other.

    Args:
        before: The earlier one.
        after: The later one.
        share: In place of `SHARE`.
    """
    changes = word_diff(before.text, after.text, before.regions, after.regions)
    removed, added = counts(changes)
    whole = sum(n_words(one.text, one.regions) for one in (before, after))
    changed = min(1.0, (removed + added) / whole) if whole else None
    found = {
        "headline": _plain(before.headline) != _plain(after.headline),
        "names": bool(moved_names(before, after) or moved_names(after, before)), "figures": before.figures != after.figures,
        "quotes": bool(removed_quotes(before, after)),
        "words": changed is not None and removed + added > TYPO_WORDS and changed >= share,
    }  # fmt: skip
    return Compared(changes, removed, added, changed, tuple(name for name in REASONS if found[name]))


def removed_quotes(before: Said, after: Said) -> list[str]:
    """Quotations of the earlier version whose words do not stand in the later one in the same order without a gap."""
    return [quote for quote in before.quotes if len(_words(quote)) >= QUOTE_WORDS and not _stands_in(quote, after)]


def moved_names(one: Said, other: Said) -> list[str]:
    """Names in one version of which no form stands in the other: where a program sees a name in one version alone, it has not come or gone."""
    return sorted(name for name, forms_of in one.names.items() if not any(_stands_in(form, other) for form in forms_of))


def _stands_in(words: str, said: Said) -> bool:
    return f" {' '.join(_words(words))} " in f" {' '.join(_words(said.text))} "


def _words(text: str) -> list[str]:
    return [word.lower() for word in forms(text)]


def _plain(headline: str | None) -> list[str]:
    """A headline's words: white space and signs make no difference, another case does."""
    return forms(headline or "")


def reasons_in_words(reasons: Iterable[str]) -> str | None:
    """Why a change is material, for a reader; None when it is not."""
    return ", ".join(REASONS[name] for name in reasons) or None
