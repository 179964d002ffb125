"""A desk: one project folder, its settings, and which of its articles an analysis sees."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from nutgraf import WITHOUT_MODELS
from nutgraf.codes import FOLDER as CODES
from nutgraf.erasures import FILE as ERASURES
from nutgraf.erasures import Erasures
from nutgraf.errors import DeskError, InputError, UsageError
from nutgraf.overrides import FILE as OVERRIDES
from nutgraf.overrides import Overrides
from nutgraf.query import compile_query
from nutgraf.selecting import OUTLET_AS_READ, Selection, select_articles
from nutgraf.settings import SETTINGS_FILE, Settings, Source
from nutgraf.store import Store, mark

if TYPE_CHECKING:
    import pyarrow as pa

    from nutgraf.codebooks import Codebook

T = TypeVar("T")
DESK_VARIABLE = "NUTGRAF_DESK"
__all__ = ["Desk", "Selection", "Settings", "Source"]

#: Measures that take a model.
WITH_MODELS = ("frames_trained", "openings", "parse", "sentence_tone", "target_tone")
#: Names that mean the same in all articles, under data/decisions; `nutgraf.reading.alias_file` says what it holds.
ALIASES = "names.csv"
#: Files under data/decisions whose text a measure is built with: the measure, its option and the file. `nutgraf.measures.lexicons` says what the
#: second holds, `nutgraf.measures.frame_model` the third, `nutgraf.measures.naming_sets` the fourth.
DECIDED = (
    ("names", "aliases", ALIASES), ("tone_news", "lexicon", "tone_words.csv"), ("frames_trained", "trained", "frames-trained.json"),
    ("naming", "own", "naming.csv"),
)  # fmt: skip
#: The folder under data/decisions with a desk's own codebooks.
CODEBOOKS = "codebooks"
COPIES = ("once", "all", "none")
#: What was read of article versions that people put right, by article and version.
AsRead = dict[tuple[str, int], dict[str, Any]]
_WINDOW = re.compile(r"last (\d+) days?$")


class Desk:
    """A project folder.

    Args:
        root: The folder with ``nutgraf.toml``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        path = self.root / SETTINGS_FILE
        if not path.is_file():
            raise DeskError(
                "this folder is not a desk: it has no nutgraf.toml",
                where=str(root),
                mend="run 'nutgraf init DIR' for a new desk, or change into one",
                not_done="nothing was done",
            )
        self.settings = Settings.load(path)
        self.store = Store.from_environment(self.processed)
        self._read: dict[tuple, tuple[str, Any]] = {}

    @classmethod
    def find(cls, start: Path | None = None) -> Desk:
        """The desk named by ``NUTGRAF_DESK``, else the nearest folder upwards that is one."""
        named = os.environ.get(DESK_VARIABLE)
        if named:
            return cls(Path(named))
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / SETTINGS_FILE).is_file():
                return cls(folder)
        raise DeskError(
            "no desk here: neither this folder nor one above it has a nutgraf.toml",
            where=start.name or str(start),
            mend="change into a desk, or make one with 'nutgraf init DIR'",
            not_done="nothing was done",
        )

    @property
    def raw(self) -> Path:
        """Raw input, never changed."""
        return self.root / "data" / "raw"

    @property
    def decisions(self) -> Path:
        """What people decided, and what was published."""
        return self.root / "data" / "decisions"

    @property
    def processed(self) -> Path:
        """Tables and ledger: disposable."""
        return self.root / "data" / "processed"

    @property
    def measure_options(self) -> dict[str, dict[str, Any]]:
        """What measures are built with: the settings, and what the desk decided (`DECIDED`); without models where a run was told so.

        Raises:
            InputError: When one of these files cannot be read.
        """
        settings = self.settings.measures
        if os.environ.get(WITHOUT_MODELS):
            from nutgraf.measures.target_model import NONE

            settings = {**settings, **{name: {**settings.get(name, {}), "model": NONE} for name in WITH_MODELS}}
        for measure, option, file in DECIDED:
            path = self.decisions / file
            if path.is_file():
                settings = {**settings, measure: {**settings.get(measure, {}), option: _decided(path)}}
        for measure in ("frames", "frames_other"):
            chosen = settings.get(measure, {}).get("codebook")
            own = self.codebooks / f"{chosen}.toml"
            if isinstance(chosen, str) and own.is_file():
                settings = {**settings, measure: {**settings[measure], "own": _decided(own)}}
        return settings

    @property
    def codebooks(self) -> Path:
        """The desk's own codebooks."""
        return self.decisions / CODEBOOKS

    def codebook(self, name: str) -> Codebook:
        """A codebook by its id: of this installation, or the desk's own.

        Raises:
            ResourceError: When there is none, or it cannot be used.
        """
        from nutgraf import codebooks

        return codebooks.read(codebooks.path_of(name, self.codebooks))

    @property
    def chosen_codebook(self) -> str:
        """Id of the codebook by which this desk looks for frames."""
        from nutgraf.measures.frames import DEFAULT

        return self.settings.measures.get("frames", {}).get("codebook", DEFAULT)

    @property
    def codes(self) -> Path:
        """What people coded, see `nutgraf.codes`."""
        return self.decisions / CODES

    @property
    def staged(self) -> Path:
        """Editions that wait for ``nutgraf publish``, and runs under way."""
        return self.root / "staged"

    @property
    def site(self) -> Path:
        """What is published."""
        return self.root / "site"

    @property
    def editions(self) -> Path:
        """Edition files."""
        return self.root / "notebooks" / "editions"

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which this desk counts days."""
        return ZoneInfo(self.settings.timezone)

    def overrides(self) -> Overrides:
        """What people put right by hand, read anew when the file is another.

        Raises:
            InputError: When a line of it is wrong.
        """
        path = self.decisions / OVERRIDES
        held = f"{about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}" if (about := _stat(path)) else ""
        if self._read.get(("overrides",), ("none",))[0] != held:
            self._read["overrides",] = held, Overrides.load(self.decisions, self.timezone)
        return self._read["overrides",][1]

    def articles(self, columns: Sequence[str], where: Any = None) -> pa.Table:
        """Rows of ``articles`` as people put them right, without those that were erased. The table itself keeps what was read.

        Args:
            columns: Columns wanted; with ``outlet`` there is ``outlet_as_read`` too, which is what measures go by.
            where: A ``pyarrow.dataset`` expression over what was read.

        Raises:
            InputError: When what people decided cannot be read.
        """
        return self._put_right(columns, where)[0]

    def _put_right(self, columns: Sequence[str], where: Any = None) -> tuple[pa.Table, AsRead]:
        """The same, and what was read where it differs."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = list(dict.fromkeys([*columns, "article_id", "version", *(["n_words"] if "status" in columns else [])]))
        found = self.store.read("articles", wanted, where)
        erased = Erasures.load(self.decisions).ids
        if erased:
            found = found.filter(pc.invert(pc.is_in(found["article_id"], value_set=pa.array(sorted(erased), pa.string()))))
        if "outlet" in wanted:
            found = found.append_column(OUTLET_AS_READ, found["outlet"])
        found, as_read = self.overrides().over(found)
        return found.select([*columns, *([OUTLET_AS_READ] if "outlet" in columns else [])]), as_read

    def input_sha256(self, text_sha256: str, language: str | None, outlet: str | None) -> str:
        """Hash of what a measure sees of an article: its text, language and outlet, as they were read."""
        return hashlib.sha256(f"{text_sha256}|{language or ''}|{outlet or ''}".encode()).hexdigest()

    def select(
        self,
        *,
        date_from: str | date | None = None,
        date_to: str | date | None = None,
        window: str | None = None,
        as_of: str | date | None = None,
        outlets: Sequence[str] = (),
        query: str = "",
        copies: str = "once",
        completeness: Sequence[str] = ("full",),
    ) -> Selection:
        """Choose the newest kept version of each article published in a window.

        Args:
            date_from: First day, inclusive; days are counted in the desk's time zone.
            date_to: Last day, inclusive.
            window: Instead of both, such as ``last 14 days``, counted back from `as_of`, that day included.
            as_of: Ignore what was fetched after this day; today by default.
            outlets: Only these; empty for all.
            query: Words, "phrases", AND, OR, NOT over headline and text.
            copies: Of several outlets running one text: ``once`` keeps the first published, ``all`` every one, ``none`` no one.
            completeness: Which kinds of text count; summaries and stubs are left out unless asked for.

        Returns:
            The selection with its attrition.

        Raises:
            UsageError: For a date, window, outlet or value that cannot be understood.
        """
        import pyarrow.compute as pc

        if copies not in COPIES:
            raise UsageError(f"copies must be one of {', '.join(COPIES)}, not {copies!r}")
        last_day = parse_day(as_of, "as_of") if as_of else datetime.now(self.timezone).date()
        start, end = parse_day(date_from, "date_from"), parse_day(date_to, "date_to")
        if window:
            start, end = parse_window(window, last_day)
        if start and end and start > end:
            raise UsageError(f"date_from {start} lies after date_to {end}")
        matcher = compile_query(query) if query.strip() else None
        columns = [name for name in _SELECTION_COLUMNS if name != "text" or matcher]
        articles, rows, as_read = self._versions(columns)
        known = set(pc.unique(articles["outlet"]).to_pylist())
        unknown = [outlet for outlet in outlets if outlet not in known]
        if unknown:
            names = sorted(name for name in known if name)
            near = difflib.get_close_matches(unknown[0], names, 1)
            listed = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
            raise UsageError(
                f"unknown outlet {unknown[0]!r}", mend=f"did you mean {near[0]!r}?" if near else f"known: {listed or 'none yet'}"
            )
        fetched_before = datetime.combine(last_day + timedelta(days=1), time(), self.timezone) if as_of else None
        return select_articles(
            articles,
            self._once(("clusters",), "clusters", lambda: self.store.read("clusters")),
            rows=rows,
            bounds=(
                datetime.combine(start, time(), self.timezone).astimezone(UTC) if start else None,
                datetime.combine(end + timedelta(days=1), time(), self.timezone).astimezone(UTC) if end else None,
            ),
            fetched_before=fetched_before,
            outlets=outlets,
            matcher=matcher,
            query=query,
            copies=copies,
            completeness=completeness,
            days=(start, end),
            sizes=self._sizes,
            timezone=self.settings.timezone,
            overrides=self.overrides().current.values(),
            as_read=as_read,
        )

    def _versions(self, columns: list[str]) -> tuple[pa.Table, list[dict[str, Any]], AsRead]:
        """Every article version, as a table and as rows, and what was read of those that people put right."""

        def read() -> tuple[pa.Table, list[dict[str, Any]], AsRead]:
            found, as_read = self._put_right(columns)
            return found, found.to_pylist(), as_read

        return self._once(("versions", "text" in columns), "articles", read)

    def _sizes(self) -> dict[tuple[str, int], int]:
        """Characters of every article version's text, by article and version; an empty one has 0."""

        def read() -> dict[tuple[str, int], int]:
            import pyarrow.compute as pc

            found = self.store.read("articles", ["article_id", "version", "text"])
            lengths = pc.fill_null(pc.utf8_length(found["text"]), 0).to_pylist()
            return dict(zip(zip(found["article_id"].to_pylist(), found["version"].to_pylist(), strict=True), lengths, strict=True))

        return self._once(("sizes",), "articles", read)

    def decided_mark(self) -> str:
        """Proof that what people decided of articles is as it was: a hash over the files that are laid over the table of articles."""
        files = (self.decisions / name for name in (OVERRIDES, ERASURES))
        return hashlib.sha256(b"\0".join(path.read_bytes() if path.is_file() else b"" for path in files)).hexdigest()[:16]

    def _once(self, what: tuple, table: str, read: Callable[[], T]) -> T:
        """What was read from a table, read again only when the table is another."""
        held = mark(self.store, table) + self.decided_mark()
        if self._read.get(what, ("",))[0] != held:
            self._read[what] = held, read()
        return self._read[what][1]


_SELECTION_COLUMNS = (
    "article_id", "version", "url", "canonical_url", "outlet", "headline", "byline", "section", "published_at",
    "published_precision", "published_from", "published_confidence", "modified_at", "fetched_at", "language", "text",
    "text_sha256", "body_sha256", "n_words", "completeness", "wire_credit", "source", "status", "status_reason",
)  # fmt: skip


def parse_day(value: str | date | None, name: str) -> date | None:
    """A calendar day, or a `UsageError` that names the parameter."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{name} must be a day such as 2026-03-14, not {value!r}") from error


def parse_window(window: str, last_day: date) -> tuple[date, date]:
    """First and last day of a window such as ``last 14 days`` that ends with `last_day`."""
    match = _WINDOW.match(window.strip())
    if not match or int(match.group(1)) < 1:
        raise UsageError(f"window {window!r} is not understood", mend="write for example 'last 14 days'")
    return last_day - timedelta(days=int(match.group(1)) - 1), last_day


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _decided(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the file cannot be read: {error}", where=f"data/decisions/{path.name}", mend="save it as UTF-8", not_done="nothing was measured"
        ) from error
