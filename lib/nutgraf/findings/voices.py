"""Whose words a place of an article is, and which sentences a span stands in: by position, for findings that compare voices.

The spans of ``attribution`` know no sentence, since a quotation may run over several. All positions of an analysis are put on one line, article
after article, so that sentences and spans are joined by searching it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nutgraf.findings import places
from nutgraf.schema import ANALYSED_PARTS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from nutgraf.jupyter import Measurements

#: What is somebody's whom the outlet is itself: "we asked".
OWN = "reporter"
#: The three voices as readers see them.
NAMES = {"outlet": "what it says itself", "quoted": "what it quotes", "reported": "what it reports others as saying"}
_KEY = ["article_id", "version"]
_WORD = re.compile(r"[^\W_]")


def sentences(measured: Measurements) -> pd.DataFrame:
    """The sentences of headline, standfirst and body in text order: article_id, version, sentence, start, end, part, voice."""

    def read() -> pd.DataFrame:
        found = measured.rows("sentences", "sentences")
        found = found[found["part"].isin(ANALYSED_PARTS)]
        found = found[[*_KEY, "sentence", "start", "end", "part", "voice"]]
        return found.iloc[_line(measured, found).argsort(kind="stable")].reset_index(drop=True)

    return measured.once(("analysed_sentences",), read)


def not_assessed(measured: Measurements, measure: str) -> pd.DataFrame:
    """The articles of which a measure says that it cannot say anything: article_id, version, reason."""
    scores = measured.rows("scores", measure)
    none = scores[(scores["status"] == "not_assessable") & scores["sentence"].isna() & (scores["dimension"] == measure)]
    return none[[*_KEY, "reason"]].reset_index(drop=True)


def why_not(lacking: pd.DataFrame) -> str:
    """Why articles are not assessed, and how many: ``no spaCy model (55 articles)``; empty when all are."""
    counts = lacking["reason"].astype(str).value_counts()
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{reason} ({n:,} article{'' if n == 1 else 's'})" for reason, n in ordered)


def assessed_sentences(measured: Measurements, measure: str) -> pd.DataFrame:
    """The analysed sentences of articles that a measure could do, with outlet and drawn_with of the article."""

    def read() -> pd.DataFrame:
        found = sentences(measured)
        found = found[~places.is_in(found, not_assessed(measured, measure), _KEY)].reset_index(drop=True)
        return places.with_outlet(measured, found, "drawn_with")

    return measured.once(("assessed_sentences", measure), read)


def contents(measured: Measurements) -> pd.DataFrame:
    """What somebody else is said to say: spans of kind ``content`` whose source is not the outlet itself.

    What somebody who is quoted says of others ("they told us …") is part of the quotation, and no voice of its own.
    """
    spans = measured.rows("spans", "attribution")
    is_within = spans["rule"].astype(str).str.startswith("within-")
    return spans[(spans["kind"] == "content") & (spans["label"] != OWN) & ~is_within].reset_index(drop=True)


def pieces(measured: Measurements, spans: pd.DataFrame, among: pd.DataFrame) -> pd.DataFrame:
    """Spans cut at the ends of sentences.

    Args:
        measured: Where the texts are.
        spans: With article_id, version, start and end.
        among: Sentences in text order, as from `sentences`.

    Returns:
        One row for each span and sentence that share a word: the columns of the span, with start and end of the shared stretch and ``sentence``;
        ``at`` is the position of the sentence in `among`, ``span`` that of the span.
    """
    import numpy as np

    from nutgraf.arrays import runs

    starts, ends = _line(measured, among), _line(measured, among, "end")
    first = np.searchsorted(ends, _line(measured, spans), side="right")
    last = np.searchsorted(starts, _line(measured, spans, "end"), side="left")
    span, at = runs(first, np.maximum(last - first, 0))
    found = spans.iloc[span].reset_index(drop=True)
    mine = among.iloc[at]
    found = found.assign(
        start=np.maximum(found["start"].to_numpy(), mine["start"].to_numpy()), end=np.minimum(found["end"].to_numpy(), mine["end"].to_numpy()),
        sentence=mine["sentence"].to_numpy(), at=at, span=span,
    )  # fmt: skip
    texts = measured.texts
    columns = zip(found["article_id"], found["version"], found["start"], found["end"], strict=True)
    has_word = [_WORD.search(texts[(article, version)], start, end) is not None for article, version, start, end in columns]
    return found[np.array(has_word, bool)].reset_index(drop=True)


def covered(found: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """How many characters stretches cover together, each character once.

    Args:
        found: With start and end, and the columns `by`, in which stretches may overlap.
        by: Columns that tell groups apart.

    Returns:
        One row per group: `by` and ``characters``.
    """
    import numpy as np

    ordered = found.sort_values([*by, "start", "end"], kind="stable")
    group = ordered.groupby(by, observed=True).ngroup().to_numpy()
    reach = int(ordered["end"].max()) + 1 if len(ordered) else 1
    start, end = group * reach + ordered["start"].to_numpy(), group * reach + ordered["end"].to_numpy()
    # Where a stretch begins that reaches further than all before it, and no further back than these end.
    before = np.maximum.accumulate(np.append(np.int64(-1), end))[:-1]
    counted = np.maximum(end - np.maximum(start, before), 0)
    return ordered.assign(characters=counted).groupby(by, observed=True, as_index=False)["characters"].sum()


def of_spans(measured: Measurements, spans: pd.DataFrame) -> np.ndarray:
    """Whose words spans are, as the measures count them: quoted, reported, or the outlet's unless they stand wholly in one of the others.

    Returns:
        ``outlet``, ``quoted`` or ``reported`` for each span.
    """
    import numpy as np

    quotes = measured.rows("spans", "quotes")
    quotes, said = quotes[quotes["kind"] == "quote"], contents(measured)
    first = _voices(measured, spans, spans["start"], quotes, said)
    last = _voices(measured, spans, spans["end"] - 1, quotes, said)
    return np.where(first == last, first, "outlet")


def _voices(measured: Measurements, spans: pd.DataFrame, at: pd.Series, quotes: pd.DataFrame, said: pd.DataFrame) -> np.ndarray:
    import numpy as np

    place = _line(measured, spans.assign(start=at))
    is_reported = _holds(measured, said, place)
    return np.where(_holds(measured, quotes, place), "quoted", np.where(is_reported, "reported", "outlet"))


def _holds(measured: Measurements, stretches: pd.DataFrame, place: np.ndarray) -> np.ndarray:
    """Whether places on the line lie in one of some stretches, which may overlap."""
    import numpy as np

    if not len(stretches):
        return np.zeros(len(place), bool)
    starts, ends = _line(measured, stretches), _line(measured, stretches, "end")
    order = np.argsort(starts, kind="stable")
    furthest = np.maximum.accumulate(ends[order])
    before = np.searchsorted(starts[order], place, side="right") - 1
    return (before >= 0) & (furthest[np.maximum(before, 0)] > place)


def _line(measured: Measurements, frame: pd.DataFrame, column: str = "start") -> Any:
    """Positions on one line, article after article in the order of the selection."""
    import numpy as np

    length = max(map(len, measured.texts.values()), default=0) + 1
    return measured.positions(frame).astype(np.int64) * length + frame[column].to_numpy(np.int64)
