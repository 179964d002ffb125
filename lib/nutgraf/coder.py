"""Coding in a notebook: ``from nutgraf import coder``; draw texts, then code them with a key for each frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.codebooks import ARTICLE, SENTENCE, TARGET
from nutgraf.codes import Unit
from nutgraf.coding.sampling import Candidate, draw
from nutgraf.coding.session import Session, Shown
from nutgraf.findings import people, tone_people
from nutgraf.findings.finding import Finding, Method
from nutgraf.findings.frame_values import article_frames
from nutgraf.findings.target_values import target_questions
from nutgraf.findings.tone_values import band, sentence_tone
from nutgraf.numbers import day_in_words
from nutgraf.schema import ANALYSED_PARTS

if TYPE_CHECKING:
    from nutgraf.jupyter import Measurements, Workbench

NOBODY = "nobody codes yet; write your name into 'coder' above and run this notebook from there"


def texts_to_code(measured: Measurements, n: int, codebook: str = "", *, is_blind: bool = True) -> list[Shown]:
    """Draw what is coded: some at random, the rest dealt out over outlets, weeks and what a measure says.

    That is articles and their candidate frames; by a codebook for sentences, sentences and the band in which their tone lies; by one for targets,
    sentences with somebody marked in them and the band of the tone towards them.

    Args:
        measured: With the measure ``frames``, ``sentence_tone`` or ``target_tone``, as the codebook needs.
        n: How many.
        codebook: Id of the codebook; empty for the one by which the desk looks for frames.
        is_blind: Say nothing of where a text comes from.

    Returns:
        In the order in which they are coded; the same articles give the same texts.
    """
    unit = measured.codebook_named(codebook).unit
    found = {one.unit: one for one in {ARTICLE: _articles, SENTENCE: _sentences, TARGET: _targets}[unit](measured)}
    drawn = (found[one.unit] for one in draw([one.candidate for one in found.values()], n))
    return [Shown(one.unit, one.text, "" if is_blind else one.about, one.mark) for one in drawn]


class _Text(NamedTuple):
    """A text that may be drawn, as a coder would see it."""

    candidate: Candidate
    text: str
    about: str
    mark: tuple[int, int] | None = None

    @property
    def unit(self) -> Unit:
        return self.candidate.unit


def _articles(measured: Measurements) -> list[_Text]:
    answers = article_frames(measured)
    present = answers[answers["label"] == "present"]
    frames: dict[tuple[str, int], list[str]] = {}
    for article, version, frame in zip(present["article_id"], present["version"], present["frame"], strict=True):
        frames.setdefault((str(article), int(version)), []).append(str(frame))
    return [
        _Text(Candidate(Unit(*key), outlet, week, "+".join(sorted(frames.get(key, ())))), measured.texts[key], about)
        for key, (outlet, week, about) in _sources(measured).items()
    ]


def _sentences(measured: Measurements) -> list[_Text]:
    """Sentences of headline, standfirst and body that have a tone."""
    sources, found = _sources(measured), []
    scored = sentence_tone(measured, parts=ANALYSED_PARTS)
    for row in scored[["article_id", "version", "start", "end", "value"]].itertuples(index=False):
        key, start, end = (str(row.article_id), int(row.version)), int(row.start), int(row.end)
        outlet, week, about = sources[key]
        found.append(_Text(Candidate(Unit(*key, start, end), outlet, week, band(row.value)), measured.texts[key][start:end], about))
    return found


def _targets(measured: Measurements) -> list[_Text]:
    """Body sentences that name a person or organisation of whom their article speaks, once for each; its first mention is what is coded."""
    sources, found = _sources(measured), []
    for row in target_questions(measured).itertuples(index=False):
        key, start, end = (str(row.article_id), int(row.version)), int(row.start), int(row.end)
        outlet, week, about = sources[key]
        candidate = Candidate(Unit(*key, int(row.mention_start), int(row.mention_end)), outlet, week, band(row.value))
        mark = int(row.mention_start) - start, int(row.mention_end) - start
        found.append(_Text(candidate, measured.texts[key][start:end], about, mark))
    return found


def _sources(measured: Measurements) -> dict[tuple[str, int], tuple[str | None, str | None, str]]:
    """Of each article its outlet, the week of publication, and a line on where it comes from."""
    found = {}
    for row in measured.articles[["article_id", "version", "outlet", "published_on"]].itertuples(index=False):
        outlet, day = (None if value != value or value is None else str(value) for value in (row.outlet, row.published_on))
        about = ", ".join([outlet or "outlet unknown", *([day_in_words(day)] if day else [])])
        found[str(row.article_id), int(row.version)] = (outlet, _week(day), about)
    return found


def _week(day: str | None) -> str | None:
    """The ISO week of a day, such as ``2026-W10``."""
    from datetime import date

    if day is None:
        return None
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


def code(workbench: Workbench, measured: Measurements, texts: Sequence[Shown], coder: str, codebook: str = "", *, source: str) -> Any:
    """The coding widget; without a coder's name a finding that says how to begin.

    Args:
        workbench: The desk that keeps the codes.
        measured: The articles that are coded.
        texts: From `texts_to_code`.
        coder: Who codes.
        codebook: Id of the codebook, as for `texts_to_code`.
        source: Source line.

    Raises:
        InputError: For a name that can be no file's.
        UsageError: When there is no text.
    """
    if not coder.strip():
        method = Method(text="Each answer is written to data/decisions/codes before the next text is shown.", versions=measured.versions)
        return Finding.cannot_say("coding", "Texts to code", NOBODY, n={"texts": len(texts)}, source=source, method=method)
    from nutgraf.coding.widget import CodingWidget

    return CodingWidget(Session(workbench.desk.codes, measured.codebook_named(codebook), coder.strip(), texts))


def agreement(measured: Measurements, codebook: str = "", *, source: str) -> Finding:
    """How far coders agree by a codebook, see `nutgraf.findings.people.agreement`; arguments as for `texts_to_code`."""
    return people.agreement(measured, codebook, source=source)


def against_people(measured: Measurements, codebook: str = "", *, source: str) -> Finding:
    """How often a measure says what people say: the candidates of a codebook, or by one for tone the measures of tone.

    Args:
        measured: As for `texts_to_code`.
        codebook: Its id; empty for the one by which the desk looks for frames.
        source: Source line.
    """
    if measured.codebook_named(codebook).unit == ARTICLE:
        return people.against_people(measured, source=source)
    return tone_people.against_people(measured, codebook, source=source)
