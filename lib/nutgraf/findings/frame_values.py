"""Frames of articles as findings start from them: the answer for each article and frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nutgraf.findings import places

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.codebooks import Codebook
    from nutgraf.jupyter import Measurements

FAILURES = ("A cue can stand in a sentence that does not use the frame, and a frame can be used without any listed cue.",)
#: Of the five generic frames.
OF_GENERIC = "Responsibility and morality are often told without a marked word and are found least well."


def failures(codebook: Codebook) -> tuple[str, ...]:
    """What candidates by a codebook are known to get wrong."""
    return (*FAILURES, OF_GENERIC) if {"responsibility", "morality"} <= set(codebook.frame_ids) else FAILURES


def article_frames(measured: Measurements, voice: str = "all", measure: str = "frames") -> pd.DataFrame:
    """The answer for each article and frame.

    Args:
        measured: With that measure.
        measure: ``frames``, ``frames_other`` for a second codebook, or ``frames_trained``; its rows about itself are no frame.
        voice: all, outlet (cues in what it says itself), quoted (between quotation marks) or reported (in what somebody is said to say without them).

    Returns:
        One row per article and frame: article_id, version, outlet, drawn_with, frame, score (share of its sentences), label (null when not
        assessable), reason.
    """
    scores = measured.rows("scores", measure)
    scores = scores[scores["sentence"].isna() & (scores["voice"] == voice) & (scores["dimension"] != measure)]
    columns = ["article_id", "version", "dimension", "value", "label", "status", "reason"]
    found = scores[columns].rename(columns={"dimension": "frame", "value": "score"}).reset_index(drop=True)
    return places.with_outlet(measured, found, "drawn_with", "cluster_id")


def name_of(frame: str) -> str:
    """A frame's id as a reader sees it: ``Human interest``."""
    return frame.replace("_", " ").capitalize()
