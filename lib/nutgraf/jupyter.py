"""What a notebook imports in one line: ``from nutgraf.jupyter import open_desk``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nutgraf.codebooks import ARTICLE
from nutgraf.codes import Code, current
from nutgraf.desk import Desk, Selection, parse_day
from nutgraf.errors import MeasureError
from nutgraf.findings import coded
from nutgraf.findings.tables import days
from nutgraf.ingest import again
from nutgraf.measures.openings import ID as OPENINGS
from nutgraf.measuring import Input, Registry, done, lacking_of, measure, rows_of
from nutgraf.naming import NotToBeNamed, may_name
from nutgraf.schema import arrow_schema
from nutgraf.stories import bring_up_to_date, of_articles

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from nutgraf.codebooks import Codebook

NEEDS_VARIABLE = "NUTGRAF_NEEDS"
#: Stands beside the measures in `NEEDS_VARIABLE` for a notebook that looks at older versions.
VERSIONS = "versions"
#: How long a notebook waits for a run or for another notebook, in seconds.
WAIT_S = 600.0


def tell(line: str) -> None:
    """Say something to whoever looks at the notebook, at once."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def open_desk() -> Workbench:
    """The desk this notebook belongs to: ``NUTGRAF_DESK``, else the nearest folder upwards that is one.

    A desk on which nothing was ingested yet reads its sources first, so that a notebook runs alone; a run has done so before.
    """
    desk = Desk.find()
    if not desk.store.is_pinned and desk.store.version("articles") is None:
        from nutgraf.ingesting import ingest

        with desk.store.lock("ingesting for a notebook", wait_s=WAIT_S, say=tell):
            ingest(desk)
    return Workbench(desk)


@dataclass
class Measurements:
    """Rows of some measures over one selection, as data frames.

    Attributes:
        selection: The articles.
        versions: Measure versions by id, needs included.
        failed: Articles that a measure could not do, with its error.
    """

    selection: Selection
    versions: dict[str, str]
    failed: list[tuple[str, str, str]]
    _desk: Desk
    _works: dict[str, list[str]]
    _made: dict[tuple, pd.DataFrame] = field(default_factory=dict)
    _codes: dict[str, list[Code]] = field(default_factory=dict)

    def rows(self, table: str, measure_id: str) -> pd.DataFrame:
        """Rows of one measure in ``sentences``, ``spans`` or ``scores``, for the selected articles only; texts as categories."""

        def read() -> pd.DataFrame:
            # What says whose rows these are is the same in all of them.
            columns = [name for name in arrow_schema(table).names if name not in ("measure", "measure_version", "work_id")]
            found = coded.frame(rows_of(self._desk.store, table, self._works[measure_id], columns))
            position = self.positions(found)
            known = position >= 0
            if not known.all():
                found, position = found[known], position[known]
            found["article_id"] = coded.of_categories(position, self.articles["article_id"].cat.categories)
            order = [name for name in ("article_id", "version", "sentence", "start", "end", "dimension", "voice") if name in found]
            return found.iloc[coded.order([found[name] for name in order])].reset_index(drop=True)

        return self.once(("rows", table, measure_id), read)

    def words(self, articles: Sequence[str]) -> pd.DataFrame:
        """Words of some of the selected articles as the measure ``words`` counted them: article_id, version, form and n."""
        columns = ["article_id", "version", "form", "n"]
        found = coded.frame(rows_of(self._desk.store, "words", self._works["words"], columns, articles))
        return found[self.positions(found) >= 0]

    def once(self, name: tuple, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A frame that several findings start from, made when it is first asked for."""
        if name not in self._made:
            self._made[name] = make()
        # A shallow copy: a caller that adds a column changes nobody else's frame.
        return self._made[name].copy(deep=False)

    def positions(self, frame: pd.DataFrame) -> np.ndarray:
        """For each row with article_id and version the position of its article in `articles`; −1 for one that is not selected."""
        import numpy as np

        own = self.articles
        column = frame["article_id"]
        if coded.is_coded(column):
            position = np.append(own["article_id"].cat.categories.get_indexer(column.cat.categories), -1)[column.cat.codes]
        else:
            position = own["article_id"].cat.categories.get_indexer(column)
        return np.where(own["version"].to_numpy()[position] == frame["version"].to_numpy(), position, -1) if len(own) else position

    def beside(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """The frame with columns of its articles; all of its articles must be selected."""
        position = self.positions(frame)
        return frame.assign(**{name: self.articles[name].array.take(position) for name in columns})

    @cached_property
    def articles(self) -> pd.DataFrame:
        """The selected articles with their metadata.

        ``published_on`` is the day in the desk's time zone; ``drawn_with`` is the same for articles that are drawn together when an interval is
        made: those of one story where stories were asked for, else copies of one text.
        """
        found = with_days(self.selection.articles.to_pandas(), self.timezone)
        drawn = found["story_id"].fillna(found["cluster_id"]) if self.by_stories else found["cluster_id"]
        return found.assign(article_id=coded.text(found["article_id"]), drawn_with=drawn)

    @cached_property
    def story_likeness(self) -> dict[tuple[str, int], float]:
        """How alike each article is to the others of its story on average, 0 to 1; those that people alone put there are left out."""
        found = self._desk.store.read("clusters").to_pylist()
        kept = [row for row in found if row["kind"] == "story" and row["similarity"] is not None]
        return {(row["article_id"], row["version"]): row["similarity"] for row in kept}

    @property
    def by_stories(self) -> bool:
        """Whether intervals come from drawing whole stories."""
        return OPENINGS in self.versions

    @property
    def timezone(self) -> str:
        """The zone in which this desk counts days."""
        return self._desk.settings.timezone

    @property
    def min_mentions(self) -> int:
        """A person whom articles name less often is not shown by name."""
        return self._desk.settings.min_mentions

    def reason_not_to_name(self, name: str, mentions: int) -> str | None:
        """Why a report does not name a person, by the desk's setting and its list; None when it may. See `nutgraf.naming.may_name`.

        Args:
            name: As the report would show it.
            mentions: How often the articles name the person.

        Raises:
            InputError: When the list cannot be read: then nobody is named.
        """
        return may_name(name, mentions, min_mentions=self.min_mentions, not_to_be_named=self._not_to_be_named)

    def may_show(self, text: str) -> bool:
        """Whether a text, such as a headline in a table, names nobody on the desk's list of people not to be named.

        Raises:
            InputError: When the list cannot be read.
        """
        return not self._not_to_be_named.named_in(text)

    @cached_property
    def _not_to_be_named(self) -> NotToBeNamed:
        return NotToBeNamed.load(self._desk.decisions)

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook by which this desk looks for frames."""
        return self._desk.codebook(self._desk.chosen_codebook)

    @cached_property
    def trained_on(self) -> Mapping[str, Any]:
        """What the desk's trained model of frames says of itself: on what it was trained, and how right it was; empty without one.

        Raises:
            ResourceError: When its file was changed.
        """
        from nutgraf.measures import frame_model, frames_trained

        path = self._desk.decisions / frames_trained.FILE
        return frame_model.from_json(path.read_text(encoding="utf-8"), f"data/decisions/{path.name}").about if path.is_file() else {}

    @cached_property
    def codes(self) -> list[Code]:
        """What people said, by this codebook, of the selected articles as wholes."""
        return self.codes_by("")

    def codebook_named(self, name: str) -> Codebook:
        """A codebook by its id; for an empty one that by which this desk looks for frames.

        Raises:
            ResourceError: When there is none of that id, or its file cannot be used.
        """
        return self._desk.codebook(name) if name else self.codebook

    def codes_by(self, name: str) -> list[Code]:
        """What people said by a codebook of the selected articles: of them as wholes, or of places in them, as the codebook has it.

        Args:
            name: Its id; empty for the one by which this desk looks for frames.
        """
        if name not in self._codes:
            wanted, is_of_wholes = set(self.selection.keys), self.codebook_named(name).unit == ARTICLE
            held = current(self._desk.codes, name or self._desk.chosen_codebook)
            self._codes[name] = [
                code for code in held if (code.unit.start is None) == is_of_wholes and (code.unit.article_id, code.unit.version) in wanted
            ]
        return self._codes[name]

    @cached_property
    def texts(self) -> dict[tuple[str, int], str]:
        """Texts by article and version."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        keys = set(self.selection.keys)
        chosen = ds.field("article_id").isin(pa.array([a for a, _ in keys], pa.string()))
        table = self._desk.store.read("articles", ["article_id", "version", "text"], chosen)
        rows = table.to_pylist()
        return {(r["article_id"], r["version"]): r["text"] for r in rows if (r["article_id"], r["version"]) in keys}


@dataclass
class History:
    """Articles with their older versions.

    Attributes:
        newest: All articles, in the versions that analyses use.
        layers: The first version of each article that has several, then the second of each, and so on; the chosen ones among them.
    """

    newest: Measurements
    layers: list[Measurements]
    _made: dict[Any, Any] = field(default_factory=dict)

    def once(self, name: Any, make: Callable[[], Any]) -> Any:
        """What several findings start from, made when it is first asked for."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


class Workbench:
    """A desk as a notebook sees it.

    Under a run the tables are pinned: `measure` only reads, and asking for what the notebook did not declare is an error.
    In JupyterLab the same call measures what is missing.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.registry = Registry(desk.measure_options)

    def select(self, **choice: Any) -> Selection:
        """Choose articles; see `Desk.select` for the parameters."""
        return self.desk.select(**choice)

    def articles(self, as_of: str = "", outlets: Sequence[str] = ()) -> pd.DataFrame:
        """Every article version known on a day, without texts, as people put them right.

        Args:
            as_of: Leave out what was fetched after this day; empty for no limit.
            outlets: Only these; empty for all.

        Returns:
            One row per version with its metadata, ``n_characters`` of its text, ``published_on``, the ``copy_of`` cluster it
            belongs to (null for none) with ``copy_rule`` and ``copy_similarity``, and ``is_newest``.
        """
        import pyarrow.compute as pc

        table = self.desk.articles(arrow_schema("articles").names)
        table = table.append_column("n_characters", pc.utf8_length(table["text"])).drop_columns(["text", "outlet_as_read"])
        frame = with_days(table.to_pandas(), self.desk.settings.timezone)
        last = parse_day(as_of, "as_of")
        if last is not None:
            end = datetime.combine(last + timedelta(days=1), time(), self.desk.timezone)
            frame = frame[frame["fetched_at"] < end]
        if outlets:
            frame = frame[frame["outlet"].isin(list(outlets))]
        frame = frame.sort_values(["article_id", "version"], ignore_index=True)
        frame["is_newest"] = ~frame.duplicated("article_id", keep="last")
        copies = self.desk.store.read("clusters").to_pandas()
        copies = copies[copies["kind"] == "copy"][["article_id", "version", "cluster_id", "rule", "similarity"]]
        named = copies.rename(columns={"cluster_id": "copy_of", "rule": "copy_rule", "similarity": "copy_similarity"})
        return frame.merge(named, how="left", on=["article_id", "version"])

    def looked_at_again(self, as_of: str = "") -> Mapping[str, int]:
        """How often each source gave an article that was held already and had nothing new.

        Args:
            as_of: Leave out what was fetched after this day; empty for no limit.
        """
        return again.counts(self.desk.store.root, parse_day(as_of, "as_of"))

    def source_line(self, selection: Selection) -> str:
        """Where the figures come from, in one line made from the data."""
        outlets = selection.articles["outlet"].to_pylist()
        return f"Source: {self.desk.settings.title}; {len(outlets):,} articles by {len(set(outlets)):,} outlets; analysis with Nutgraf"

    def measure(self, *measures: str, selection: Selection) -> Measurements:
        """Rows of these measures over a selection, measured first where they are missing.

        With ``openings`` among them the desk's stories are brought up to date too.

        Raises:
            MeasureError: Under a run, when the notebook did not declare a measure or its rows are not there.
        """
        declared = os.environ.get(NEEDS_VARIABLE)
        undeclared = set(measures) - set(declared.split(",")) if declared is not None else set()
        if undeclared:
            raise MeasureError(
                f"measure '{sorted(undeclared)[0]}' was not declared",
                mend="add it to nutgraf.needs in the notebook's metadata",
                not_done="nothing was measured",
            )
        if OPENINGS in measures and not self.desk.store.is_pinned:
            bring_up_to_date(self.desk, self.registry, hold=lambda: self.desk.store.lock("grouping stories", wait_s=WAIT_S, say=tell), say=tell)
            stories = of_articles(self.desk.store.read("clusters"))
            selection = selection.in_stories([stories.get(key) for key in selection.keys])
        inputs = inputs_of(self.desk, selection)
        order = self.registry.closure(measures)
        known = done(self.desk.store, self.registry, order)
        lacking = lacking_of(known, inputs)
        if any(lacking.values()):
            self._measure_missing(measures, inputs, lacking)
            known = done(self.desk.store, self.registry, order)
        wanted = {(item.article_id, item.version, item.input_sha256) for item in inputs}
        works, failed = {}, []
        for name in order:
            entries = {key: value for key, value in known[name].items() if key in wanted}
            works[name] = sorted({value[0] for value in entries.values()})
            failed += [(name, key[0], value[2]) for key, value in sorted(entries.items()) if value[1] == "error"]
        return Measurements(selection, {n: self.registry.version(n) for n in order}, failed, self.desk, works)

    def versions(self, *measures: str, selection: Selection) -> History:
        """Rows of these measures over a selection and over the older versions of its articles.

        Raises:
            MeasureError: Under a run, when the notebook does not declare ``nutgraf.versions``, or as `measure` does.
        """
        declared = os.environ.get(NEEDS_VARIABLE)
        if declared is not None and VERSIONS not in declared.split(","):
            raise MeasureError(
                "the notebook did not declare that it looks at older versions", mend="put \"versions\": true beside nutgraf.needs in its metadata",
                not_done="nothing was measured",
            )  # fmt: skip
        newest = self.measure(*measures, selection=selection)
        return History(newest, [self.measure(*measures, selection=layer) for layer in newest.selection.layers()])

    def _measure_missing(self, measures: Sequence[str], inputs: Sequence[Input], lacking: dict[str, list[Input]]) -> None:
        if self.desk.store.is_pinned:
            name, items = next((name, items) for name, items in lacking.items() if items)
            raise MeasureError(
                f"{len(items)} articles lack the measure '{name}' at its present version",
                where=f"article {items[0].article_id}",
                mend="the run measures what notebooks declare in nutgraf.needs: check that it is declared there",
            )
        measure(
            self.desk.store, self.registry, measures, inputs,
            hold=lambda: self.desk.store.lock("measuring in a notebook", wait_s=WAIT_S, say=tell),
            workers=self.desk.settings.measuring.workers, say=tell,
        )  # fmt: skip


def with_days(frame: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Add ``published_on``: the day of publication in a time zone as YYYY-MM-DD, null without a date."""
    return frame.assign(published_on=days(frame["published_at"], timezone))


def inputs_of(desk: Desk, selection: Selection) -> list[Input]:
    """The articles of a selection as measures know them."""
    columns = selection.articles.select(["article_id", "version", "text_sha256", "language", "outlet", "outlet_as_read"]).to_pylist()
    return [Input.of(row, desk.input_sha256) for row in columns]
