"""The method card of a finding about tone: how it was made, what it gets wrong, how much of the corpus its list knows, what the desk's coders say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nutgraf.findings import tone_people
from nutgraf.findings.finding import Method
from nutgraf.findings.tone_values import LIST, TOGETHER, sentence_tone, way, with_words
from nutgraf.numbers import shown

if TYPE_CHECKING:
    from nutgraf.jupyter import Measurements

_OF_LIST = (
    "Words of the topic count as tone: a plain report of a strike or an illness scores as hostile.",
    "A name that is also a word of the list counts, such as the first half of the village of Lower Brannow.",
    "Irony, understatement and towards whom a sentence is friendly or hostile are not seen.",
    "Most sentences hold no word of the list and score 0, which pulls every mean towards the middle.",
)
_OF_BOTH = (
    "Bad news is often called hostile, though the sentence only reports it.",
    "Irony and understatement are missed, and towards whom a sentence is friendly or hostile is not seen here.",
    "The model learned from sentences of news that name somebody; it may read others less well.",
    "What in a sentence made the model answer so cannot be told: read the sentence.",
)
FAILURES = {LIST: _OF_LIST, TOGETHER: _OF_BOTH}
_LIST = (
    "a list of 7,500 weighted words with rules for negation and emphasis (VADER, Hutto and Gilbert 2014; the rules of the package vaderSentiment)"
)
HOW = {
    LIST: f"Each sentence gets a tone from {_LIST}. ",
    TOGETHER: "Each sentence gets a tone from two readers together: a small language model (all-MiniLM-L6-v2, fine-tuned on news sentences that "
    f"people labelled; it runs on this machine), and {_LIST}. A regression, fitted on labelled sentences, weighs both; the tone is the probability "
    "of friendly less that of hostile. ",
}


def method(measured: Measurements, text: str) -> Method:
    """The method card of a tone finding; `text` says what it does beyond the tone of sentences."""
    by = way(measured)
    card = HOW[by] + text + _coverage(measured, by)
    by_people = tone_people.lines(measured, (by,))
    return Method(text=card, measures=(by,), known_failures=FAILURES[by], versions=measured.versions, by_people=by_people)


def _coverage(measured: Measurements, by: str) -> str:
    """How much of this corpus the word list knows; and that the model was left out, where it was."""
    whole = sentence_tone(measured)
    said = ""
    if len(whole):
        said = f" Of {len(whole):,} body sentences here, {shown(len(with_words(whole)) / len(whole), 'share')} hold a word of the list."
    if by == LIST and TOGETHER in measured.versions:
        said += f" The model was not asked: {_why_not(measured)}. So these figures rest on the list alone."
    return said


def _why_not(measured: Measurements) -> str:
    reasons = measured.rows("scores", TOGETHER)["reason"].dropna().astype(str)
    return reasons.mode().iloc[0] if len(reasons) else "there is nothing to ask it about"
