"""Findings about words: which of them set two outlets apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from nutgraf.compare.keyness import Counts, Passage, counts_of, keyness_between, word_counts
from nutgraf.compare.keyness import places as places_of
from nutgraf.compare.many import RATE, kept, p_of_z
from nutgraf.errors import UsageError
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.places import UNKNOWN_OUTLET, of_measured, positions, with_outlet
from nutgraf.findings.tables import counted, listed, outlets_of
from nutgraf.numbers import shown
from nutgraf.resources import function_words
from nutgraf.schema import ANALYSED_PARTS
from nutgraf.words import uses

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

SHOWN = 8
MIN_COUNT = 5
MIN_ARTICLES = 2
#: What the prior weighs, in words: enough to hold back words seen once or twice, little beside an outlet's articles.
PRIOR_WORDS = 500
#: |z| below this is within what chance gives for one word looked at by itself (two-sided, 95 %); such words are not shown.
CLEAR = 1.96
MANY = (
    "Many words are compared at once, and some would stand out by chance. So only those stand out that Benjamini and Hochberg's rule (1995) keeps at "
    f"{shown(RATE, 'share')}. At most about that share of them is chance."
)
FAILURES = (
    "A topic that only one outlet writes about gives it typical words as readily as its choice of words does.",
    "A word is counted wherever it stands, also inside quotation marks.",
    "Of the words that stand out, up to one in twenty may do so by chance.",
)


def pair(measured: Measurements, outlet_a: str = "", outlet_b: str = "") -> tuple[str, str]:
    """The two outlets to compare: those named, else the two with most articles, in alphabetical order.

    Raises:
        UsageError: For an outlet that no article is from.
    """
    known = outlets_of(measured.articles)
    for name in filter(None, (outlet_a, outlet_b)):
        if name not in known:
            more = f" and {len(known) - 8} more" if len(known) > 8 else ""
            raise UsageError(f"no article here is from {name!r}", mend="outlets: " + ", ".join(known[:8]) + more)
    counts = measured.articles["outlet"].fillna(UNKNOWN_OUTLET).value_counts()
    rest = [name for name in sorted(known, key=lambda name: (-counts[name], name)) if name not in (outlet_a, outlet_b)]
    first = outlet_a or (rest.pop(0) if rest else "")
    return first, outlet_b or (rest.pop(0) if rest else "")


def keyness(measured: Measurements, outlets: tuple[str, str], *, source: str) -> Finding:
    """The words most typical of each of two outlets.

    Args:
        measured: With the measure ``words``; with ``sentences`` alone the words are counted anew.
        outlets: From `pair`.
        source: Source line.
    """
    sentences = _sentences(measured, outlets)
    mine = [sentences[sentences["outlet"] == outlet] for outlet in outlets]
    counts = _counts(measured, mine)
    n = {"articles": sum(group.n_articles for group in counts), "words": sum(group.total for group in counts)}
    method = Method(
        text=f"Log-odds with an informative prior of {PRIOR_WORDS} words (Monroe, Colaresi and Quinn 2008) over "
        f"{listed(list(ANALYSED_PARTS))}. Left out are "
        f"words used fewer than {MIN_COUNT} times or in fewer than {MIN_ARTICLES} articles of the two outlets together, and words never "
        "written small, which are names mostly, and function words such as “the” and “that”. z says by how many standard errors the odds differ. "
        f"{MANY}",
        measures=tuple(name for name in ("sentences", "words") if name in measured.versions), known_failures=FAILURES,
        versions=measured.versions,
    )  # fmt: skip
    subtitle = f"Words that {outlets[0]} uses more than {outlets[1]}, and the reverse"
    found = (
        keyness_between(*counts, prior_total=PRIOR_WORDS, min_count=MIN_COUNT, min_articles=MIN_ARTICLES, names=False, leave_out=function_words())
        if all(group.total for group in counts)
        else []
    )
    far_a = [word for word in found if word.z >= CLEAR][:SHOWN]
    far_b = [word for word in found[::-1] if word.z <= -CLEAR][:SHOWN]
    if not all(outlets) or not (far_a or far_b):
        reason = "two outlets are needed" if not all(outlets) else "no word sets the two outlets apart by more than chance"
        return Finding.cannot_say("keyness", subtitle, reason, n=n, source=source, method=method)
    clear = {word.word for word, is_kept in zip(found, kept([p_of_z(word.z) for word in found]), strict=True) if is_kept}
    clear_a, clear_b = ([word for word in words if word.word in clear] for words in (far_a, far_b))
    rows = [
        [word.word, word.z, word.count_a, word.count_b, outlets[0] if word.z > 0 else outlets[1], word.word in clear] for word in far_a + far_b[::-1]
    ]
    return Finding(
        id="keyness",
        takeaway=_typical(outlets, clear_a, clear_b, len(found), len(clear)),
        subtitle=f"{subtitle}; the {counted(len(rows), 'word')} furthest apart; {measured.selection.described}",
        n={**n, "words compared": len(found)},
        interval=f"words with |z| below {CLEAR} are left out; a word stands out when it is kept at a false discovery rate of {shown(RATE, 'share')}",
        columns=(
            Column("word", "Word", "text"), Column("z", "z", "score", "standard errors between the log-odds of the two outlets"),
            Column("count_a", outlets[0], "count", f"uses in {outlets[0]}"), Column("count_b", outlets[1], "count", f"uses in {outlets[1]}"),
            Column("typical_of", "Used more in", "text"),
            Column("stands_out", "Stands out", "flag", "kept when all words compared are looked at together"),
        ),
        rows=rows, method=method, source=source,
        chart={"form": "keyness_bars", "word": "word", "value": "z", "count_a": "count_a", "count_b": "count_b",
               "label_a": outlets[0], "label_b": outlets[1], "clear": "stands_out", "what": f"words of {outlets[0]} and {outlets[1]}"},
        examples=_examples(measured, mine, (far_a[:2], far_b[:2])),
        examples_rule="for the two words furthest towards each outlet, the first sentence of its first article that uses the word",
        places=of_measured(measured, lambda: _uses(measured, mine, {row[0] for row in rows}), ("word",)),
    )  # fmt: skip


def _typical(outlets: tuple[str, str], clear_a: list[Any], clear_b: list[Any], n_compared: int, n_clear: int) -> str:
    """The takeaway: the word most typical of each outlet, or that none stands out when all are looked at together."""
    if not n_clear:
        return f"No word sets {outlets[0]} and {outlets[1]} apart by more than chance, {n_compared:,} words looked at together"
    said = [
        f"“{words[0].word}” is the word most typical of {outlet}" if words else f"no word is clearly typical of {outlet}"
        for outlet, words in zip(outlets, (clear_a, clear_b), strict=True)
    ]
    stand = "stands" if n_clear == 1 else "stand"
    return f"{said[0][0].upper()}{said[0][1:]}; {said[1]}; {n_clear:,} of {n_compared:,} words compared {stand} out"


def _counts(measured: Measurements, groups: list[pd.DataFrame]) -> list[Counts]:
    """The words of groups of articles, given their sentences; of copies of one text in a group one counts."""
    if "words" not in measured.versions:
        return [word_counts(_passages(measured, sentences)) for sentences in groups]
    import numpy as np

    kept = [_first_copies(sentences.drop_duplicates(["article_id", "version"])) for sentences in groups]
    found = measured.words(sorted({article for articles in kept for article in articles["article_id"]}))
    forms, counts = found["form"].cat, []
    for articles in kept:
        place = positions(found, articles, ["article_id", "version"])
        codes, n = forms.codes.to_numpy(np.int64)[place >= 0], found["n"].to_numpy()[place >= 0]
        counts.append(counts_of(list(forms.categories), codes, n, place[place >= 0], len(articles)))
    return counts


def _first_copies(articles: pd.DataFrame) -> pd.DataFrame:
    """Articles without those that are copies of one before them."""
    return articles[articles["cluster_id"].isna() | ~articles["cluster_id"].duplicated()]


def _passages(measured: Measurements, sentences: pd.DataFrame) -> list[Passage]:
    """The counted stretches of each article, copies of one text marked."""
    return [
        Passage(measured.texts[key], list(zip(group["start"], group["end"], strict=True)), group["cluster_id"].iloc[0])
        for key, group in sentences.groupby(["article_id", "version"], observed=True)
    ]


def _sentences(measured: Measurements, outlets: tuple[str, str]) -> pd.DataFrame:
    """The analysed sentences of two outlets, with what is known of their articles."""
    sentences = measured.rows("sentences", "sentences")
    about = measured.articles["outlet"].fillna(UNKNOWN_OUTLET).isin(outlets).to_numpy()
    sentences = sentences[sentences["part"].isin(ANALYSED_PARTS).to_numpy() & about[measured.positions(sentences)]]
    return with_outlet(measured, sentences.reset_index(drop=True), "published_at", "cluster_id")


def _uses(measured: Measurements, frames: Iterable[pd.DataFrame], words: set[str]) -> pd.DataFrame:
    """Every place where one of the words is used, with the count it belongs to; of copies of one text in a group, one counts."""
    import pandas as pd

    rows = []
    for frame, side in zip(frames, ("count_a", "count_b"), strict=True):
        columns = ("article_id", "version", "sentence", "start", "end", "outlet", "cluster_id")
        sentences, seen = zip(*(frame[name].to_list() for name in columns), strict=True), set()
        for (article, version), group in groupby(sentences, key=itemgetter(0, 1)):
            _, _, numbers, starts, ends, (outlet, *_), (copy_of, *_) = zip(*group, strict=True)
            if copy_of in seen:
                continue
            seen.add(copy_of)
            for word, start, end in uses(measured.texts[(article, version)], words, list(zip(starts, ends, strict=True))):
                rows.append((article, version, numbers[bisect_right(starts, start) - 1], start, end, word, outlet, f"z {side}"))
    columns = ["article_id", "version", "sentence", "start", "end", "word", "label", "counts_in"]
    return pd.DataFrame(rows, columns=columns).assign(kind="word", rule="counted word", measure="sentences")


def _begins(word: str) -> str:
    """What a text that uses the word must hold; its apostrophe may be a curly one."""
    return word.partition("'")[0]


def _examples(measured: Measurements, frames: list[pd.DataFrame], keywords: Iterable[Any]) -> tuple[Evidence, ...]:
    import pandas as pd

    found = []
    for frame, words in zip(frames, keywords, strict=True):
        ordered = frame.sort_values(["published_at", "article_id", "sentence"])
        where = list(zip(*(ordered[name] for name in ("article_id", "version", "start", "end")), strict=True))
        for keyword in words:
            for at, (article, version, start, end) in enumerate(where):
                text = measured.texts[(article, version)][start:end]
                spots = places_of(text, keyword.word) if _begins(keyword.word) in text.lower() else []
                if spots:
                    spans = pd.DataFrame([{"start": start + s, "end": start + e, "rule": "counted word"} for s, e in spots])
                    found.append(cite(measured, ordered.iloc[at], spans, f"“{keyword.word}”"))
                    break
    return tuple(found)
