"""The tables: their columns, types, units and meaning, in one place.

The data dictionary in ``docs/data-dictionary.md`` is made from this file, and a test holds the two together.
pyarrow is imported only where an Arrow schema is asked for, so that a command that needs names alone starts at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

PARTS = (
    "headline", "standfirst", "byline", "dateline", "body", "subheading", "caption",
    "promo", "newsletter", "correction", "credit", "notice",
)  # fmt: skip
#: The parts whose sentences carry the story. What is in no analysis is still in the table, with the rule that sorted it out.
ANALYSED_PARTS = ("headline", "standfirst", "body")
VOICES = ("outlet", "quoted", "reported", "mixed")
SCORE_VOICES = ("all", "outlet", "quoted", "reported")
COMPLETENESS = ("full", "summary", "stub")


@dataclass(frozen=True)
class Column:
    """One column: ``kind`` is text, integer, real, time (UTC), flag, or bytes."""

    name: str
    kind: str
    meaning: str
    values: tuple[str, ...] = ()
    nullable: bool = True


@dataclass(frozen=True)
class Table:
    """One table, its meaning and its key."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def _key(name: str, kind: str, meaning: str, values: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, meaning, values, nullable=False)


_ARTICLE = (
    _key("article_id", "text", "first 16 hex digits of sha256 over the canonical URL, else over source and record key"),
    _key("version", "integer", "1 for the first text seen under this article_id, then counted up with each change"),
)
_MEASURED_BY = (
    _key("measure", "text", "id of the measure that wrote the row"),
    _key("measure_version", "text", "code version and a hash of its resources, settings and needs"),
    _key("work_id", "text", "the batch that wrote the row; rows count only when `measured` knows the batch"),
)

ARTICLES = Table(
    "articles",
    "One row per article version, kept or quarantined.",
    (
        *_ARTICLE,
        Column("url", "text", "address as it was given or linked"),
        Column("canonical_url", "text", "address the page calls its own, without tracking parameters"),
        Column("outlet", "text", "who published it"),
        Column("headline", "text", "headline as printed"),
        Column("standfirst", "text", "the summary under the headline"),
        Column("byline", "text", "credited persons, separated by semicolons"),
        Column("credits", "text", "everybody credited, persons, agencies and desks, as printed, separated by semicolons"),
        Column("section", "text", "the outlet's own section name"),
        Column("published_at", "time", "time of publication; noon in the desk's time zone where only the day is known"),
        Column("published_precision", "text", "how exact published_at is", ("day", "minute")),
        Column("published_offset", "text", "the source's own offset from UTC, such as +01:00; null when it gave none"),
        Column(
            "published_from", "text",
            "where the time was read: json-ld, meta, microdata, time element, visible date, outlet profile, address, feed, sitemap, list, "
            "column, text line, pdf",
        ),
        Column("published_confidence", "text", "how sure that is", ("high", "medium", "low")),
        Column("modified_at", "time", "time of the last change the outlet admits"),
        Column("modified_from", "text", "where that was read"),
        Column("fetched_at", "time", "when these bytes were fetched; never a file's own clock"),
        Column("language", "text", "two-letter code found in the text; null when it is too short to tell"),
        Column("text", "text", "the text every offset counts in, end-exclusive, in Python characters"),
        Column("text_repair", "text", "what was repaired on the way in, or looks in need of it, by name; null for nothing"),
        Column("text_sha256", "text", "sha256 of text as UTF-8"),
        Column("body_sha256", "text", "sha256 of the body in lower case words, without headline, credits and dateline; null under 20 words"),
        Column("raw_sha256", "text", "sha256 of the raw bytes, the name of the file in data/raw"),
        Column("n_words", "integer", "words in text"),
        Column("completeness", "text", "whether this is the article or less than it", COMPLETENESS),
        Column("extractor", "text", "what turned the bytes into text, with its version, and the outlet's profile with its hash where there is one"),
        Column("source", "text", "id of the source in nutgraf.toml, or of the folder or host that was ingested"),
        Column("record_key", "text", "which record of the raw file: a line number, an entry id, or the file's name"),
        Column("wire_credit", "text", "agency named in byline, dateline or last line"),
        _key("status", "text", "whether analyses may use the row", ("kept", "quarantined")),
        Column("status_reason", "text", "why it is quarantined; it begins with drift: where the outlet was out of its usual range"),
    ),
    ("article_id", "version"),
)

SENTENCES = Table(
    "sentences",
    "One row per sentence of an article version, with its part and its voice.",
    (
        *_ARTICLE,
        _key("sentence", "integer", "number of the sentence in the article, from 0"),
        _key("start", "integer", "first character in articles.text"),
        _key("end", "integer", "character after the last"),
        _key("part", "text", "which part of the article it stands in", PARTS),
        Column("part_rule", "text", "the rule that said so"),
        _key("voice", "text", "whose words: the outlet's, quoted, reported, or two voices", VOICES),
        *_MEASURED_BY,
    ),
    ("article_id", "version", "sentence", "measure_version"),
)

SPANS = Table(
    "spans",
    "The evidence: one row per place in a text that a number counts.",
    (
        *_ARTICLE,
        Column("sentence", "integer", "sentence the span lies in; null when it crosses or precedes sentences"),
        _key("start", "integer", "first character in articles.text"),
        _key("end", "integer", "character after the last"),
        _key("kind", "text", (
            "part, quote, tone_word, frame_cue; figures: figure; frames_trained: frame_sentence; loaded: loaded; naming: naming; "
            "sentence_tone: tone_sentence; "
            "target_tone: target; attribution: content, source, cue; grammar: "
            "passive, nominalisation, and agent, actor for who did it; hedges: hedge, booster, first_person; and what later measures add"
        )),
        Column("value", "text", "speaker, canonical name, category, the weight of a word, or a number in its normal form"),
        Column("label", "text", "cue class, source kind, frame, kind of figure (count, share, points, money), and the like"),
        Column("group_id", "text", "ties spans together, such as a quotation to its cue and source"),
        Column("rule", "text", "the rule or word-list entry that found it"),
        *_MEASURED_BY,
    ),
    ("article_id", "version", "measure_version", "kind", "start", "end", "rule", "group_id"),
)

SCORES = Table(
    "scores",
    "One row per number: of a sentence, or of a whole article when sentence is null.",
    (
        *_ARTICLE,
        Column("sentence", "integer", "sentence number; null for the whole article"),
        _key("dimension", "text", "what is measured: tone, conflict, …"),
        Column("target", "text", "towards whom; null for nobody in particular"),
        _key("voice", "text", "whose words were scored", SCORE_VOICES),
        Column("value", "real", "the number; null when not assessable, never 0 for that"),
        Column("label", "text", "the answer in words: present, weak, absent, …"),
        Column("n", "integer", "how many places the number rests on"),
        _key("status", "text", "whether there is a number", ("ok", "not_assessable")),
        Column("reason", "text", "why there is none"),
        *_MEASURED_BY,
    ),
    ("article_id", "version", "sentence", "dimension", "target", "voice", "measure_version"),
)

WORDS = Table(
    "words",
    "One row per word of an article version as it is written in headline, standfirst and body, with how often. A count over `sentences`, "
    "kept so that outlets are compared without reading their texts again.",
    (
        *_ARTICLE,
        _key("form", "text", "the word as written, in its own case; curly apostrophes are straight"),
        _key("n", "integer", "how often it stands there"),
        *_MEASURED_BY,
    ),
    ("article_id", "version", "form", "measure_version"),
)

PARSES = Table(
    "parses",
    "One row per article version that was parsed: its words, how they hang together, and names, as spaCy's DocBin, one document for each "
    "paragraph. Kept, since parsing takes longer than all else.",
    (
        *_ARTICLE,
        _key("parse", "bytes", "spaCy's DocBin"),
        Column("text_sha256", "text", "sha256 of the text that was parsed; another article with that text gets a copy of the row"),
        *_MEASURED_BY,
    ),
    ("article_id", "version", "measure_version"),
)

OPENINGS = Table(
    "openings",
    "One row per article version that can be told apart by its beginning: what stories are grouped by. Kept, so that no text is read again.",
    (
        *_ARTICLE,
        _key("terms", "text", "names and other words that say what it is about, with their counts, as a JSON object"),
        Column("vector", "bytes", "the beginning as the sentence encoder reads it: 16-bit floats, length 1; null where no model ran"),
        *_MEASURED_BY,
    ),
    ("article_id", "version", "measure_version"),
)

CLUSTERS = Table(
    "clusters",
    "Which articles belong together: copies of one text, or one story. Derived, and the same after a rebuild. An article that shares its "
    "text or its story with no other has no row.",
    (
        _key("kind", "text", "what holds them together", ("copy", "story")),
        _key(
            "cluster_id", "text",
            "article_id and version of the first member by fetched_at, joined by a full stop; a published story keeps the one it had",
        ),
        *_ARTICLE,
        _key("rule", "text", "how the link was found", ("exact", "near", "agency", "similar", "person")),
        Column(
            "similarity", "real",
            "0 to 1; of a copy the Jaccard of runs of five words with the text fetched first (1 for it and for exact copies), under the rule agency "
            "the share of the shorter text that the longer one begins with; in a story, how alike the article is to the others on average; null "
            "where people alone put it there",
        ),
    ),
    ("kind", "article_id", "version"),
)

MEASURED = Table(
    "measured",
    "What is done. What is not in here is missing, whatever the other tables hold.",
    (
        *_ARTICLE,
        _key("measure", "text", "id of the measure"),
        _key("measure_version", "text", "its version"),
        _key("input_sha256", "text", "hash of text, language and outlet profile at the time"),
        _key("work_id", "text", "the batch its rows carry"),
        _key("status", "text", "how it ended", ("ok", "error")),
        Column("error", "text", "what failed; such an article counts as not assessable"),
    ),
    ("article_id", "version", "measure", "measure_version", "input_sha256"),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (ARTICLES, SENTENCES, SPANS, SCORES, WORDS, PARSES, OPENINGS, CLUSTERS, MEASURED)
}


@cache
def arrow_schema(name: str) -> Any:
    """The Arrow schema of a table.

    Args:
        name: One of `TABLES`.

    Returns:
        A ``pyarrow.Schema``; times are microseconds in UTC, integers are 64 bits wide.
    """
    import pyarrow as pa

    kinds = {
        "text": pa.string(), "integer": pa.int64(), "real": pa.float64(),
        "time": pa.timestamp("us", tz="UTC"), "flag": pa.bool_(), "bytes": pa.binary(),
    }  # fmt: skip
    table = TABLES[name]
    return pa.schema([pa.field(c.name, kinds[c.kind], nullable=c.nullable) for c in table.columns])
