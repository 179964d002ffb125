"""`Finding`: a takeaway, the typed table behind it, its chart, n, interval, method and evidence.

Its JSON form is what nbval compares and what the exporter draws from: counts, offsets and dates exact, shares to three decimals,
scores to two, rates to one, sorted, without hash of a version, path or clock. Versions and hashes travel in the output's metadata.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nutgraf.errors import FindingError
from nutgraf.findings import accuracy, saving
from nutgraf.findings.places import Places
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

MIME = "application/vnd.nutgraf.finding+json"
SCHEMA = 1
KINDS = ("text", "count", "share", "score", "rate", "date", "flag")
#: Decimals to which a kind is rounded.
DIGITS = {"share": 3, "score": 2, "rate": 1}


@dataclass(frozen=True)
class Column:
    """A column of a finding's table.

    Args:
        name: Name in data files, such as ``tone_low``.
        label: Heading a reader understands.
        kind: text, count (exact integer), share (0–1), score (a measure's own scale), rate (so many per hundred, may exceed it), date (YYYY-MM-DD)
            or flag.
        meaning: One sentence for the data dictionary; may be empty where the label says all.
    """

    name: str
    label: str
    kind: str
    meaning: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise FindingError(f"column '{self.name}' has kind {self.kind!r}", mend="use one of " + ", ".join(KINDS))


@dataclass(frozen=True)
class Method:
    """The method card. Its measured accuracy cannot be typed in: it is read from what ``nutgraf validate`` wrote.

    Args:
        text: How the figure was made, in plain words, with its denominator.
        measures: Ids of the measures it rests on; their versions go into the output's metadata.
        known_failures: What the measure is known to get wrong, one sentence each.
        versions: Measure versions and resource hashes, by name.
        by_people: How often the desk's own coders say the same, one sentence each; see `nutgraf.findings.people`.
    """

    text: str
    measures: tuple[str, ...] = ()
    known_failures: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    by_people: tuple[str, ...] = ()

    @property
    def accuracy(self) -> list[str]:
        """What was measured of these measures on labelled data, one sentence each, or that nothing was; then what the desk's coders say."""
        return [*accuracy.lines({name: self.versions.get(name) for name in self.measures}), *self.by_people]


@dataclass(frozen=True)
class Evidence:
    """One place in one article that a number counts, with the sentence around it as an excerpt.

    Offsets are Python characters of ``articles.text``, end-exclusive; `marks` are offsets within `excerpt`. Where `change` is ``removed`` or
    ``added``, they are words that another version of the article has not: a page strikes them out or underlines them.
    """

    article_id: str
    version: int
    start: int
    end: int
    role: str
    outlet: str | None
    headline: str | None
    published_on: str | None
    url: str | None
    excerpt: str
    marks: tuple[tuple[int, int], ...]
    rule: str
    change: str = ""


@dataclass(frozen=True)
class Finding:
    """A result that can be shown, tested and published.

    Args:
        id: Short name in lower case with dashes, unique in its notebook.
        takeaway: The point as a sentence, made from the data.
        subtitle: What is measured, of what, unit, period.
        n: Counts by name, such as ``{"articles": 47}``.
        interval: How uncertainty was computed, or why there is none.
        margin: The intervals of the figures in the takeaway, in words; empty where they have none.
        columns: Columns of the table.
        rows: Rows in the order they are shown; a null is None.
        method: The method card.
        source: Where the articles come from.
        chart: Form and options, or None for a table alone.
        examples: Chosen places, by the rule in `examples_rule`.
        examples_rule: How they were chosen.
        places: Every span behind the numbers; `examples` shows some of them.
        status: ``ok`` or ``not_assessable``.
        reason: Why not assessable.

    Raises:
        FindingError: Without takeaway, n or source, or with a value that does not fit its column.
    """

    id: str
    takeaway: str
    subtitle: str
    n: Mapping[str, int]
    interval: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    method: Method
    source: str
    chart: Mapping[str, Any] | None = None
    examples: Sequence[Evidence] = ()
    examples_rule: str = ""
    places: Places | None = None
    status: str = "ok"
    reason: str | None = None
    margin: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "takeaway", "source", "subtitle", "interval"):
            if not str(getattr(self, name) or "").strip():
                raise FindingError(f"a finding needs its {name}", where=self.id or "a finding")
        if not self.n or any(not isinstance(v, int) or isinstance(v, bool) or v < 0 for v in self.n.values()):
            raise FindingError("a finding needs n: counts by name, none negative", where=self.id)
        if self.status not in ("ok", "not_assessable") or (self.status == "not_assessable") != bool(self.reason):
            raise FindingError("status and reason do not fit each other", where=self.id)
        unknown = set(self.places.keys if self.places else ()) - set(self._names)
        if unknown:
            raise FindingError(f"its places are tied to '{min(unknown)}', which is no column of its table", where=self.id)
        object.__setattr__(self, "rows", [self._rounded(row) for row in self.rows])

    @classmethod
    def cannot_say(
        cls, id: str, question: str, reason: str, *, n: Mapping[str, int], source: str, method: Method
    ) -> Finding:
        """The answer "not assessable", with its reason, in the same place as a figure would have."""
        return cls(
            id=id, takeaway=f"Not assessable: {reason}", subtitle=question, n=n, interval="none: there is no figure",
            columns=(), rows=(), method=method, source=source, status="not_assessable", reason=reason,
        )  # fmt: skip

    def _rounded(self, row: Sequence[Any]) -> list[Any]:
        if len(row) != len(self.columns):
            raise FindingError(f"a row has {len(row)} values for {len(self.columns)} columns", where=self.id)
        return [self._value(value, column) for value, column in zip(row, self.columns, strict=True)]

    def _value(self, value: Any, column: Column) -> Any:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return None
        try:
            if column.kind == "count":
                if int(value) != value:
                    raise ValueError("a count must be whole")
                return int(value)
            if column.kind in DIGITS:
                rounded = round(float(value), DIGITS[column.kind])
                return 0.0 if rounded == 0 else rounded  # no −0.0: it would print as another value
            if column.kind == "flag":
                return bool(value)
        except (TypeError, ValueError) as error:
            raise FindingError(f"{value!r} does not fit column '{column.name}': {error}", where=self.id) from error
        return str(value)[:10] if column.kind == "date" else str(value)

    # What a notebook works with --------------------------------------------------------------------------------------

    def table(self) -> pd.DataFrame:
        """The rounded table that the chart is drawn from, one column per `Column.name`."""
        import pandas as pd

        return pd.DataFrame([dict(zip(self._names, row, strict=True)) for row in self.rows], columns=self._names)

    def evidence(self, row: int | None = None, column: str | None = None) -> pd.DataFrame:
        """Every span behind the numbers.

        Args:
            row: Only what counts in this row of `table`, from 0.
            column: Only what counts in this column of it.

        Returns:
            One row per place: article_id, version, outlet, published_on, url, sentence, start, end, text, kind, value, label, rule,
            measure, counts_in, and the columns that tie it to the rows of `table`; see `nutgraf.findings.places`.

        Raises:
            FindingError: When there is no such row or column, or the finding was made without places.
        """
        if self.places is None:
            raise FindingError("it was made without the places behind it", where=self.id, mend="give it places, see docs/adding.md")
        frame = self.places.frame()
        if row is not None:
            if not 0 <= row < len(self.rows):
                raise FindingError(f"there is no row {row}", where=self.id, mend=f"its table has {len(self.rows)}, counted from 0")
            frame = self.places.of_row(frame, dict(zip(self._names, self.rows[row], strict=True)), column)
        if column is not None:
            if column not in self._names:
                raise FindingError(f"there is no column {column!r}", where=self.id, mend="columns: " + ", ".join(self._names))
            named = frame["counts_in"].map(lambda names: names is None or names != names or column in names.split())
            frame = frame[named.astype(bool)].reset_index(drop=True)
        return self.places.with_text(frame)

    @cached_property
    def _n_places(self) -> int:
        return 0 if self.places is None else len(self.places.frame())

    @property
    def _names(self) -> list[str]:
        return [column.name for column in self.columns]

    # Its forms -------------------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """The data form, without anything that changes from run to run."""
        from nutgraf.charts import describe

        chart = None
        if self.chart and self.status == "ok":
            alt, description = describe(self.chart, [asdict(c) for c in self.columns], self.rows)
            chart = {**self.chart, "alt": alt, "description": description}
        return {
            "schema": SCHEMA,
            "id": self.id,
            "status": self.status,
            "reason": self.reason,
            "takeaway": self.takeaway,
            "subtitle": self.subtitle,
            "n": dict(self.n),
            "interval": self.interval,
            "margin": self.margin,
            "columns": [asdict(column) for column in self.columns],
            "rows": [list(row) for row in self.rows],
            "chart": chart,
            "method": {
                "text": self.method.text,
                "measures": list(self.method.measures),
                "known_failures": list(self.method.known_failures),
                "accuracy": self.method.accuracy,
            },
            "evidence": [_shown(item) for item in self.examples],
            "evidence_rule": self.examples_rule,
            "evidence_n": self._n_places,
            "evidence_keys": [] if self.places is None else list(self.places.keys),
            "source": self.source,
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        about: dict[str, Any] = {"versions": dict(self.method.versions)}
        folder = saving.folder()
        if folder is not None and self.places is not None:
            frame = self.places.frame()
            self.__dict__["_n_places"] = len(frame)
            about["evidence"] = saving.save(frame, folder)
            del frame  # a table of a million places, and drawing needs memory too
        data = self.to_json()
        bundle: dict[str, Any] = {MIME: data, "text/plain": plain(data)}
        if data["chart"] and folder is None:  # a run's pages are drawn from the data, and nobody looks at its notebooks
            from nutgraf.charts import draw_svg

            bundle["image/svg+xml"] = draw_svg(data)
        bundle["text/html"] = as_html(data, bundle.get("image/svg+xml"))
        return bundle, {MIME: about}


def _shown(item: Evidence) -> dict[str, Any]:
    """An example's data; that it is no change is not said."""
    held = {**asdict(item), "marks": [list(mark) for mark in item.marks]}
    return held if item.change else {name: value for name, value in held.items() if name != "change"}


def plain(data: Mapping[str, Any]) -> str:
    """A finding as text: takeaway, n, table."""
    lines = [data["takeaway"], data["subtitle"], "n: " + ", ".join(f"{v:,} {k}" for k, v in data["n"].items())]
    if data["rows"]:
        kinds = [column["kind"] for column in data["columns"]]
        cells = [[column["label"] for column in data["columns"]]]
        cells += [[shown(v, kind) for v, kind in zip(row, kinds, strict=True)] for row in data["rows"]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(kinds))]
        lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join(lines)


def as_html(data: Mapping[str, Any], drawn: str | None = None) -> str:
    """A finding for JupyterLab, around its chart as it was drawn; every text is escaped."""
    esc = html.escape
    kinds = [column["kind"] for column in data["columns"]]
    parts = [f"<h4>{esc(data['takeaway'])}</h4>", f"<p>{esc(data['subtitle'])}</p>"]
    if drawn:
        parts.append(drawn)
    parts.append("<p>n: " + esc(", ".join(f"{v:,} {k}" for k, v in data["n"].items())) + f"; {esc(data['interval'])}</p>")
    head = "".join(f"<th>{esc(column['label'])}</th>" for column in data["columns"])
    body = "".join(
        "<tr>" + "".join(f"<td>{esc(shown(v, kind))}</td>" for v, kind in zip(row, kinds, strict=True)) + "</tr>"
        for row in data["rows"]
    )
    parts.append(f"<details><summary>Table</summary><table><tr>{head}</tr>{body}</table></details>")
    cards = "".join(
        f"<li>{esc(item['role'])}: “{esc(item['excerpt'])}” ({esc(str(item['outlet']))}, {esc(str(item['published_on']))})</li>"
        for item in data["evidence"]
    )
    parts.append(f"<details><summary>Evidence</summary><ul>{cards}</ul></details><p>{esc(data['source'])}</p>")
    return "".join(parts)
