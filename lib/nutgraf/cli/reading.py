"""``nutgraf read``: one article, measured in memory by everything this installation measures; nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nutgraf.errors import InputError, NutgrafError, UsageError

_LARGEST = 20_000_000  # bytes, as ingest has it
_NOTHING = "Nothing was measured"
_STYLES = {"quoted": "cyan", "reported": "green"}
_SOURCE = "bold yellow"
#: Spans that are shown, in the order in which they are painted over each other.
_MARKED = ("content", "quote", "source", "frame_cue", "tone_word")
#: Measures that need a spaCy pipeline.
_BY_MODEL = ("attribution", "grammar", "names")
#: Measures of tone, the one that is preferred last.
_TONES = ("tone", "sentence_tone")


def measure_article(file: str, content: bytes | None = None) -> dict[str, Any]:
    """Measure one article.

    Args:
        file: Path of a .txt or .html file, or ``-``.
        content: The bytes of ``-``; whether they are a page or a text is seen in them.

    Returns:
        ``article`` (one row), ``sentences``, ``spans`` and ``scores`` (lists of rows) with the columns of those tables, times as text; and
        ``attributions``: of each its ``speaker`` (None for nobody known), ``source_kind``, ``cue``, ``cue_class``, ``rule``, and ``content`` and
        ``source`` as lists of [start, end]. Offsets count characters of ``article.text``, which for a text file is the decoded file unchanged.

    Raises:
        UsageError: When there is no such file, or it is of a kind that holds no single article.
        InputError: When no article is in it.
    """
    from nutgraf.documents import Document
    from nutgraf.measuring import Input, Registry, joined, measure_in_memory, to_tables, work_id

    options, row = _read(file, content)
    registry = Registry(options)
    document = Document(**{name: row[name] for name in Document.__slots__ if name in row})
    source = Input(row["article_id"], row["version"], row["text_sha256"])
    tables: dict[str, Any] = {"article": _plain(row), "sentences": [], "spans": [], "scores": []}
    for name, rows, failed in measure_in_memory(registry, registry.ids, [document]):
        if failed:
            raise InputError(f"measure '{name}' failed: {failed[document.key]}", where=file, not_done=_NOTHING)
        version = registry.version(name)
        for table, arrow in joined([to_tables(rows)], name, version, work_id(name, version, [source])).items():
            if table in tables:  # word counts have no place in the text
                tables[table] += [_plain(entry) for entry in arrow.to_pylist()]
    return {**tables, "attributions": _attributions(tables["spans"])}


def _attributions(spans: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who says what, from the spans that share a group."""
    found: dict[str, dict[str, Any]] = {}
    for span in spans:
        if span["measure"] != "attribution":
            continue
        one = found.setdefault(
            span["group_id"],
            {"speaker": None, "source_kind": None, "cue": None, "cue_class": None, "rule": None, "content": [], "source": []},
        )
        if span["kind"] == "cue":
            one |= {"cue": span["value"], "cue_class": span["label"]}
            continue
        one[span["kind"]].append([span["start"], span["end"]])
        if span["kind"] == "content":
            one |= {"speaker": span["value"], "source_kind": span["label"], "rule": span["rule"]}
    return list(found.values())


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _read(file: str, content: bytes | None) -> tuple[Mapping[str, Mapping[str, Any]], dict[str, Any]]:
    """The options of the desk we stand in, if any, and the article's row: read as an ingest does, in a process apart, by the desk's profiles."""
    import tempfile

    from nutgraf.desk import Desk
    from nutgraf.ingest.apart.reading import Apart
    from nutgraf.ingest.records import RawItem
    from nutgraf.runs.quick import find_root
    from nutgraf.schema import ARTICLES
    from nutgraf.settings import Settings

    root = find_root()
    desk = Desk(Path(root)) if root else None
    data, is_page = _bytes(file, content)
    name = "standard input" if file == "-" else file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(file)
        if content is not None:
            path = Path(folder) / ("input.html" if is_page else "input.txt")
            path.write_bytes(data)
        item = RawItem(path, "read", path.name, zone=desk.timezone if desk else UTC)
        try:
            with Apart(desk.settings if desk else Settings(), desk.root if desk else None) as apart:
                row = apart.first(item)
        except NutgrafError as error:
            raise type(error)(error.what, where=name, mend=error.mend, not_done=_NOTHING) from error
    if row is None:
        raise InputError("it holds no article", where=name, not_done=_NOTHING)
    row["version"] = 1
    if row["status"] != "kept":
        raise InputError(row["status_reason"], where=name, not_done=_NOTHING)
    return (desk.measure_options if desk else {}), {column: row[column] for column in ARTICLES.names}


def _bytes(file: str, content: bytes | None) -> tuple[bytes, bool]:
    """An article's bytes, and whether they are a page."""
    if content is None:
        path = Path(file)
        ending = path.suffix.lower()
        if not path.exists():
            raise UsageError("no such file", where=file, mend="correct the path", not_done=_NOTHING)
        if path.is_dir() or ending not in (".txt", ".html", ".htm", ".xhtml"):
            raise UsageError(
                "'nutgraf read' takes one article, a .txt or .html file", where=file,
                mend="for feeds, exports and folders there is 'nutgraf ingest'", not_done=_NOTHING,
            )  # fmt: skip
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"it cannot be opened: {error.strerror}", where=file, not_done=_NOTHING) from error
        is_page = ending != ".txt"
    else:
        start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:300].lower()
        is_page = start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<article", b"<!--"))
    name = "standard input" if file == "-" else file
    if not content.strip():
        raise InputError("the file is empty", where=name, mend="give it an article", not_done=_NOTHING)
    if len(content) > _LARGEST:
        raise InputError(f"larger than {_LARGEST // 1_000_000} MB, which no article is", where=name, not_done=_NOTHING)
    return content, is_page


# For a person --------------------------------------------------------------------------------------------------------


def show(tables: Mapping[str, Any]) -> None:
    """Print the article by part and voice with its tone and frames; in colours on a terminal, the same words without them."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    article = tables["article"]
    about = [article["headline"] or "(no headline)", article["outlet"], article["byline"], article["published_at"]]
    console.print(Text(" · ".join(filter(None, about)), style="bold"))
    console.print(
        Text(f"{article['n_words']} words, {len(tables['sentences'])} sentences, language {article['language'] or 'not known'}")
    )
    console.print(Text.assemble(
        ("part · voice · tone from −1 to +1; the words that count and who speaks stand below their sentence; ", "dim"),
        ("quoted", _STYLES["quoted"]), ("  ", ""), ("reported", _STYLES["reported"]), ("  ", ""), ("source", _SOURCE),
    ))  # fmt: skip
    tone: dict[int, Mapping[str, Any]] = {}
    for by in _TONES:  # what reports show, where there is a model; else the word list's
        whole = (score for score in tables["scores"] if score["measure"] == by and score["voice"] == "all" and score["status"] == "ok")
        tone |= {score["sentence"]: score for score in whole}
    marked = sorted((span for span in tables["spans"] if span["kind"] in _MARKED), key=lambda span: span["start"])
    for sentence in tables["sentences"]:
        near = [span for span in marked if span["start"] < sentence["end"] and span["end"] > sentence["start"]]
        _show_sentence(console, article["text"], sentence, tone.get(sentence["sentence"]), near)
    missing = {score["measure"]: score["reason"] for score in tables["scores"] if score["measure"] in _BY_MODEL and score["reason"]}
    for measure, reason in sorted(missing.items()):
        console.print(Text(f"{measure}: not assessed, {reason}", style="dim"))
    console.print()
    for score in tables["scores"]:
        if score["sentence"] is None and score["voice"] == "all":
            answer = score["label"] or ("" if score["value"] is None else f"{score['value']:.2f}")
            if score["status"] != "ok":
                answer = f"not assessable: {score['reason']}"
            n = f" ({score['n']} sentences assessed)" if score["n"] is not None else ""
            console.print(Text(f"{score['measure']} · {score['dimension']}: {answer}{n}"))


def _show_sentence(console: Any, text: str, sentence: dict, score: dict | None, spans: list[dict]) -> None:
    from rich.text import Text

    value = None if score is None else score["value"]
    shown = " – " if value is None else f"{value:+.2f}".replace("-", "−")
    line = Text(f"[{sentence['part']} · {sentence['voice']} · {shown}] ", style="dim")
    body = Text(text[sentence["start"] : sentence["end"]])
    evidence, speaking = [], []
    for span in sorted(spans, key=lambda span: _MARKED.index(span["kind"])):
        first, last = max(span["start"], sentence["start"]) - sentence["start"], min(span["end"], sentence["end"]) - sentence["start"]
        words = " ".join(text[span["start"] : span["end"]].split())
        if span["kind"] == "content":
            body.stylize(_STYLES["reported"], first, last)
            if span["label"] != "reporter":
                speaking.append(f"{span['value'] or 'nobody named'} ({span['label']})")
        elif span["kind"] == "quote":
            body.stylize(_STYLES["quoted"], first, last)
        elif span["kind"] == "source":
            body.stylize(_SOURCE, first, last)
        elif span["kind"] == "tone_word":
            body.stylize("bold red" if str(span["value"]).startswith("-") else "bold blue", first, last)
            evidence.append(f"{words} {span['value']}".replace("-", "−"))
        else:
            body.stylize("underline", first, last)
            evidence.append(f"{words} → {span['label']}")
    # A paragraph's own line breaks would tear the sentence apart on the screen.
    body.plain = body.plain.replace("\n", " ").replace("\r", " ")
    console.print(line + body)
    if speaking:
        evidence.insert(0, "speaking: " + ", ".join(dict.fromkeys(speaking)))
    if evidence:
        console.print(Text("    " + "; ".join(evidence), style="dim"))
