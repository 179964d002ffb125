"""Places: every span behind a finding's numbers, built when they are asked for, and tied to the rows of its table.

A finding's places are one table. Its *key columns* have the names of columns of the finding's own table, and a place counts in the rows
whose cells equal its keys. A place without a key goes with its sentence: a counted word counts where its sentence does. ``counts_in``
names the columns of the row that the place counts in; empty means all of them. Kinds:

- ``article``: the whole of a text, such as one that is counted, or that was searched and holds nothing;
- ``sentence``: a sentence that stands in a mean, with its score as ``value``;
- ``tone_word``, ``frame_cue``, ``word`` and the other kinds of the desk's spans: the words that counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nutgraf.errors import FindingError
from nutgraf.findings import coded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from nutgraf.jupyter import Measurements

ARTICLE, SENTENCE = "article", "sentence"
ABOUT = ("outlet", "published_on", "url")
COLUMNS = (
    "article_id", "version", *ABOUT, "sentence", "start", "end", "kind", "value", "label", "rule", "measure", "counts_in",
)  # fmt: skip
UNKNOWN_OUTLET = "outlet unknown"
_KEY = ["article_id", "version"]
_PLACE = [*_KEY, "sentence"]


@dataclass(frozen=True)
class Places:
    """How to build the table of places, and how it is tied to a finding's table.

    Args:
        build: Gives a data frame with article_id, version, start, end, kind, the keys, and any other of `COLUMNS`.
        about: One row per article version with article_id, version, outlet, published_on and url.
        keys: Columns of the finding's table that tie a place to its rows.
        every: For a key, the cell of a row in which places with any value of that key count, such as ``All outlets``.
        texts: Gives the texts by article and version; None where the finding was made without them.
        ties: For columns that count more than their row, such as all sentences of an outlet in a row of one kind of them, the keys that tie a place
            to them.
    """

    build: Callable[[], pd.DataFrame]
    about: Callable[[], pd.DataFrame]
    keys: tuple[str, ...] = ()
    every: Mapping[str, str] = field(default_factory=dict)
    texts: Callable[[], Mapping[tuple[str, int], str]] | None = None
    ties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """All places: `COLUMNS`, then the keys that are not among them."""
        import pandas as pd

        found = self.build().reset_index(drop=True)
        about = self.about()[[*_KEY, *ABOUT]]
        position = pd.MultiIndex.from_frame(about[_KEY]).get_indexer(pd.MultiIndex.from_frame(found[_KEY]))
        if (position < 0).any():
            lost = found["article_id"].iloc[int((position < 0).argmax())]
            raise FindingError("a place lies in an article that the finding does not know", where=f"article {lost}")
        for name in ABOUT:
            # As codes of few names: a table of a million places holds each address once.
            values = about[name].fillna(UNKNOWN_OUTLET) if name == "outlet" else about[name]
            found[name] = coded.text(values).take(position)
        for name in COLUMNS:
            if name not in found:
                found[name] = None
        found["sentence"] = found["sentence"].astype("Int64")
        found["value"] = found["value"].astype("float64")
        found["end"] = found["end"].fillna(0).astype("int64")
        return found[[*COLUMNS, *(key for key in self.keys if key not in COLUMNS)]]

    def of_row(self, frame: pd.DataFrame, cells: Mapping[str, Any], column: str | None = None) -> pd.DataFrame:
        """The places that count in one row of the finding's table, or in one column of it."""
        import pandas as pd

        tied = pd.Series(True, index=frame.index)
        loose = pd.Series(False, index=frame.index)
        for key in self.ties.get(column or "", self.keys):
            cell, values = cells[key], frame[key]
            if cell is None:
                tied &= values.isna()
            elif self.every.get(key) != cell:
                follows = values.isna() & frame["sentence"].notna() & ~frame["kind"].isin([ARTICLE, SENTENCE])
                tied &= (values == cell).fillna(False).astype(bool) | follows
                loose |= follows
        if (tied & loose).any():
            fixed = tied & ~loose & (frame["kind"] == SENTENCE)
            counted = pd.MultiIndex.from_frame(frame.loc[fixed, _PLACE])
            tied &= ~loose | pd.MultiIndex.from_frame(frame[_PLACE]).isin(counted)
        return frame[tied].reset_index(drop=True)

    def with_text(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The same places with their words; a whole article's stay empty, ``nutgraf show`` prints it."""
        texts = self.texts() if self.texts else {}
        columns = [frame[name] for name in (*_KEY, "start", "end", "kind")]
        words = [
            texts[(article, version)][start:end] if texts and kind != ARTICLE else None
            for article, version, start, end, kind in zip(*columns, strict=True)
        ]
        found = frame.copy()
        found.insert(list(frame.columns).index("end") + 1, "text", words)
        return found


def about(articles: pd.DataFrame) -> pd.DataFrame:
    """What a place says of its article: outlet, day and address."""
    return articles.assign(url=articles["canonical_url"].fillna(articles["url"]))


def with_outlet(measured: Measurements, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The frame with the outlet of its articles, named also where nobody knows it, and with further columns of them."""
    found = measured.beside(frame, "outlet", *columns)
    return found.assign(outlet=found["outlet"].astype(object).fillna(UNKNOWN_OUTLET))


def of_measured(
    measured: Measurements, build: Callable[[], pd.DataFrame], keys: tuple[str, ...], every: Mapping[str, str] | None = None,
    ties: Mapping[str, tuple[str, ...]] | None = None,
) -> Places:  # fmt: skip
    """Places in the articles of an analysis."""
    return Places(build, lambda: about(measured.articles), keys, every or {}, lambda: measured.texts, ties or {})


def whole(articles: pd.DataFrame, /, *, end: Any = None, rule: str = "the whole article is counted", **columns: Any) -> pd.DataFrame:
    """Articles as places, each the whole of its text.

    Args:
        articles: With article_id, version, and n_characters unless `end` is given.
        end: Length of each text in characters.
        rule: What made them count.
        columns: Further columns, such as the keys.
    """
    given = {"start": 0, "end": articles["n_characters"] if end is None else end, "kind": ARTICLE, "rule": rule}
    return articles[_KEY].assign(**given, **columns)


def counted_in(**flags: pd.Series) -> pd.Series:
    """For each article the columns it counts in, separated by spaces."""
    names = [flag.map({True: name, False: ""}).astype(object) for name, flag in flags.items()]
    found = names[0]
    for more in names[1:]:
        found = found + " " + more
    return found.str.split().str.join(" ")


def lengths(measured: Measurements, frame: pd.DataFrame) -> np.ndarray:
    """Length of each row's article, in characters."""
    import numpy as np

    texts = measured.texts
    sizes = np.array([len(texts[key]) for key in measured.selection.keys], dtype=np.int64)
    return sizes[measured.positions(frame)]


def keyed(first: pd.DataFrame, second: pd.DataFrame, by: Sequence[str] = _PLACE) -> tuple[np.ndarray, np.ndarray]:
    """One number for each row of two frames, the same for rows that are alike in some columns, by default article and sentence."""
    both = [coded.stacked([first[[name]], second[[name]]])[name] for name in by]
    key = coded.as_one(both)
    return key[: len(first)], key[len(first) :]


def of_sentence(frame: pd.DataFrame, row: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a frame that lie in the sentence of another row."""
    same = (frame["article_id"] == row["article_id"]) & (frame["version"] == row["version"]) & (frame["sentence"] == row["sentence"])
    return frame[same]


def is_in(frame: pd.DataFrame, other: pd.DataFrame, by: Sequence[str] = _PLACE) -> np.ndarray:
    """Which rows of a frame are alike some row of another in these columns."""
    mine, theirs = keyed(frame, other, by=by)
    return coded.find(mine, theirs) >= 0


def positions(frame: pd.DataFrame, other: pd.DataFrame, by: Sequence[str] = _PLACE) -> np.ndarray:
    """For each row the position of the one row of another that is alike in some columns; −1 where there is none."""
    mine, theirs = keyed(frame, other, by=by)
    return coded.find(mine, theirs)


def joined(frame: pd.DataFrame, sentences: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The rows of a frame whose sentence is among some sentences, with columns of that sentence."""
    position = positions(frame, sentences)
    found = frame[position >= 0].reset_index(drop=True)
    return found.assign(**{name: sentences[name].array.take(position[position >= 0]) for name in columns})


def scored_sentences(scored: pd.DataFrame, measure: str, **columns: Any) -> pd.DataFrame:
    """Sentences that stand in a mean, each with its score.

    Args:
        scored: With article_id, version, sentence, start, end and value.
        measure: Whose score it is.
        columns: Further columns, such as the keys.
    """
    kept = scored[[*_PLACE, "start", "end", "value"]]
    return constants(kept.assign(**columns), kind=SENTENCE, rule="score of the sentence", measure=measure)


def constants(frame: pd.DataFrame, **texts: str) -> pd.DataFrame:
    """The frame with columns that say the same in every row."""
    return frame.assign(**{name: coded.constant(value, len(frame)) for name, value in texts.items()})


def words_of(measured: Measurements, measure: str, kind: str, sentences: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The counted words that stand in some sentences; they carry no keys and go with their sentences."""
    import pandas as pd

    spans = measured.rows("spans", measure)
    spans = spans[spans["kind"] == kind]
    kept = spans[is_in(spans, coded.stacked([frame[_PLACE] for frame in sentences]))]
    values = pd.to_numeric(pd.Series(kept["value"].cat.categories)).to_numpy(float)
    named = kept[[*_PLACE, "start", "end", "kind", "rule"]].assign(value=values[kept["value"].cat.codes])
    return constants(named, measure=measure)
