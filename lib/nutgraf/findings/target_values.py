"""The tone of sentences towards each target in them, as coders are asked about it: the sentence as a whole, and where it names the target first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nutgraf.findings import places

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "target_tone"
_KEY = ["article_id", "version"]


def target_questions(measured: Measurements) -> pd.DataFrame:
    """Each body sentence and target once, with the tone of the sentence as a whole and the target's first mention in it.

    Args:
        measured: With the measure ``target_tone``.

    Returns:
        article_id, version, sentence, start, end, target, value, label (of the model), mention_start, mention_end.
    """

    def made() -> pd.DataFrame:
        scores = measured.rows("scores", ID)
        scores = scores[(scores["status"] == "ok") & (scores["voice"] == "all") & scores["sentence"].notna()]
        body = measured.rows("sentences", "sentences")
        found = places.joined(scores[[*_KEY, "sentence", "target", "value", "label"]], body[body["part"] == "body"], "start", "end")
        spans = measured.rows("spans", ID).sort_values([*_KEY, "start"]).rename(columns={"start": "mention_start", "end": "mention_end"})
        spans = spans.assign(target=spans["value"].astype(str)).drop_duplicates([*_KEY, "sentence", "target"])
        found = found.assign(article_id=found["article_id"].astype(str), target=found["target"].astype(str), label=found["label"].astype(str))
        spans = spans.assign(article_id=spans["article_id"].astype(str))
        return found.merge(spans[[*_KEY, "sentence", "target", "mention_start", "mention_end"]], on=[*_KEY, "sentence", "target"])

    return measured.once(("target_questions",), made)
