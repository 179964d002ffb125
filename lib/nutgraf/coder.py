"""Coding in a notebook: ``from nutgraf import coder``; draw texts, then code them with a key for each frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.codes import Unit
from nutgraf.coding.sampling import Candidate, draw
from nutgraf.coding.session import Session, Shown
from nutgraf.findings.finding import Finding, Method
from nutgraf.findings.frame_values import article_frames
from nutgraf.numbers import day_in_words

if TYPE_CHECKING:
    from nutgraf.jupyter import Measurements, Workbench

NOBODY = "nobody codes yet; write your name into 'coder' above and run this notebook from there"


def texts_to_code(measured: Measurements, n: int, *, is_blind: bool = True) -> list[Shown]:
    """Draw articles: some at random, the others dealt out over outlets, weeks and what the candidates say.

    Args:
        measured: With the measure ``frames``.
        n: How many.
        is_blind: Say nothing of where a text comes from.

    Returns:
        In the order in which they are coded; the same articles give the same texts.
    """
    answers = article_frames(measured)
    present = answers[answers["label"] == "present"]
    frames: dict[tuple[str, int], list[str]] = {}
    for article, version, frame in zip(present["article_id"], present["version"], present["frame"], strict=True):
        frames.setdefault((str(article), int(version)), []).append(str(frame))
    articles = measured.articles
    candidates, about = [], {}
    for row in articles[["article_id", "version", "outlet", "published_on"]].itertuples(index=False):
        unit = Unit(str(row.article_id), int(row.version))
        outlet, day = (None if value != value or value is None else str(value) for value in (row.outlet, row.published_on))
        candidates.append(Candidate(unit, outlet, _week(day), "+".join(sorted(frames.get((unit.article_id, unit.version), ())))))
        about[unit] = ", ".join([outlet or "outlet unknown", *([day_in_words(day)] if day else [])])
    drawn = draw(candidates, n)
    return [Shown(one.unit, measured.texts[one.unit.article_id, one.unit.version], "" if is_blind else about[one.unit]) for one in drawn]


def _week(day: str | None) -> str | None:
    """The ISO week of a day, such as ``2026-W10``."""
    from datetime import date

    if day is None:
        return None
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


def code(workbench: Workbench, measured: Measurements, texts: Sequence[Shown], coder: str, *, source: str) -> Any:
    """The coding widget; without a coder's name a finding that says how to begin.

    Args:
        workbench: The desk that keeps the codes.
        measured: With the measure ``frames``: its codebook is coded by.
        texts: From `texts_to_code`.
        coder: Who codes.
        source: Source line.

    Raises:
        InputError: For a name that can be no file's.
        UsageError: When there is no text.
    """
    if not coder.strip():
        method = Method(text="Each answer is written to data/decisions/codes before the next text is shown.", versions=measured.versions)
        return Finding.cannot_say("coding", "Texts to code", NOBODY, n={"texts": len(texts)}, source=source, method=method)
    from nutgraf.coding.widget import CodingWidget

    return CodingWidget(Session(workbench.desk.codes, measured.codebook, coder.strip(), texts))
