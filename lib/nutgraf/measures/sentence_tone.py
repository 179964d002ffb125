"""Tone of sentences by a model and a word list together, which err differently: the tone that reports show.

The model for tone towards a target is asked about the sentence as a whole; VADER's list is asked about its words. A multinomial logistic regression
over both answers gives the probabilities of hostile, neutral and friendly:

    z_c = b_c + u_c · log(p_hostile / p_neutral) + v_c · log(p_friendly / p_neutral) + w_c · compound,    z_neutral = 0

and the tone is the probability of friendly less that of hostile, −1 to +1. Its weights, and what they were fitted on, stand in
``resources/models/sentence-tone.toml``; `nutgraf.training.sentence_tone` writes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.documents import Document, Measured, Resource, Rows, Score, Sentence, Span
from nutgraf.errors import ResourceError
from nutgraf.measures import target_model
from nutgraf.measures.list_tone import segments
from nutgraf.measures.target_model import Answer, answers_of
from nutgraf.measures.target_tokens import Targeted
from nutgraf.reading.voices import Voices
from nutgraf.resources import own, sha256_of

if TYPE_CHECKING:
    import numpy as np

ID = "sentence_tone"
#: Kind of the spans: the sentence that the model read.
SPAN = "tone_sentence"
CARD = "sentence-tone.toml"
#: What goes into the regression, in the order of the card's weights; the constant comes first.
FEATURES = ("constant", "log_hostile", "log_friendly", "vader")


def build(options: Mapping[str, Any]) -> SentenceTone:
    """Make the measure. Option ``model``: ``none`` leaves the model out, and nothing is measured."""
    return SentenceTone(**options)


@cache
def card() -> dict[str, Any]:
    """Weights, and what they were fitted on.

    Raises:
        ResourceError: When they were fitted to another model than the one that ships.
    """
    found = tomllib.loads(own(f"{target_model.FOLDER}/{CARD}").read_text(encoding="utf-8"))
    if found["model_sha256"] != target_model.card()["sha256"]:
        raise ResourceError(
            "its weights were fitted to another model", where=CARD, mend="run 'python -m nutgraf.training.sentence_tone', or reinstall nutgraf"
        )
    return found


def features(probabilities: np.ndarray, compounds: Sequence[float]) -> np.ndarray:
    """What the regression sees.

    Args:
        probabilities: (n, 3), the model's of hostile, neutral and friendly.
        compounds: n, VADER's.

    Returns:
        (n, 4), as `FEATURES` names them.
    """
    import numpy as np

    logs = np.log(np.clip(probabilities, 1e-6, 1.0))
    return np.column_stack([np.ones(len(logs)), logs[:, 0] - logs[:, 1], logs[:, 2] - logs[:, 1], np.asarray(compounds, float)])


def combined(known: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probabilities of hostile, neutral and friendly.

    Args:
        known: (n, 4), from `features`.
        weights: (2, 4), of hostile and of friendly, each against neutral.

    Returns:
        (n, 3), each row adding up to 1.
    """
    import numpy as np

    against = known @ weights.T
    return target_model.softmax(np.column_stack([against[:, 0], np.zeros(len(known)), against[:, 1]]))


class _Asked(NamedTuple):
    """One sentence, or what one voice says in it."""

    document: int
    sentence: Sentence
    voice: str
    text: str
    compound: float
    words: int


class SentenceTone:
    """Tone of every sentence of headline, standfirst and body, and of each voice in it.

    Args:
        model: Empty for the shipped model; ``none`` for none.

    Raises:
        ResourceError: For another model, which these weights were not fitted to.
    """

    id = ID
    version = "1"
    needs = frozenset({"attribution", "quotes", "sentences", "tone"})

    def __init__(self, model: str = "") -> None:
        if model not in ("", target_model.NONE):
            raise ResourceError("it works with the shipped model alone", where=f"[measures.{ID}] in nutgraf.toml", mend=f"leave out {model!r}")
        self.model = model
        weights = Resource("weights", CARD, sha256_of(own(f"{target_model.FOLDER}/{CARD}")))
        self.resources: tuple[Resource, ...] = (target_model.resource(model), weights)

    @property
    def characters_per_s(self) -> int:
        """Roughly how many characters it reads in a second on one core."""
        return 25_000 if self.missing() is None else 1_000_000_000

    def missing(self) -> str | None:
        """Why the model cannot run here; None when it can."""
        return target_model.missing(self.model)

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Scores of dimension ``sentence_tone`` by sentence and voice, as those of ``tone``; a span of kind ``tone_sentence`` for every sentence.

        A score's value is the probability of friendly less that of hostile, its label the likeliest of negative, neutral and positive, ``n`` the
        words of VADER's list that counted. A span's value is the label, its rule says whether the sentence was too long for the model, so
        that it saw only its beginning. What the list has no number for has none here, for the same reason.
        """
        all_rows = [Rows() for _ in documents]
        missing = self.missing()
        asked: list[_Asked] = []
        for place, (document, rows) in enumerate(zip(documents, all_rows, strict=True)):
            if missing is None:
                asked += _asked(place, document, rows)
            else:
                rows.not_assessable(ID, missing)
        known = list(dict.fromkeys((one.text, one.compound) for one in asked))
        answers = dict(zip(known, self.answers(*zip(*known, strict=True)), strict=True)) if known else {}
        for one in asked:
            answer, rows, sentence = answers[one.text, one.compound], all_rows[one.document], one.sentence
            rows.scores.append(Score(sentence.sentence, ID, None, one.voice, answer.value, answer.label, one.words, "ok", None))
            if one.voice == "all":
                rule = "model, of its beginning, and word list" if answer.is_cut else "model and word list"
                rows.spans.append(Span(sentence.sentence, sentence.start, sentence.end, SPAN, answer.label, None, None, rule))
        return Measured.of(documents, all_rows)

    def answers(self, texts: Sequence[str], compounds: Sequence[float]) -> list[Answer]:
        """The tone of each text, in order.

        Args:
            texts: Sentences with at least a word.
            compounds: VADER's of each.
        """
        import numpy as np

        said, are_cut = target_model.loaded().read([Targeted(text, 0, 0) for text in texts])
        weights = np.array([card()["weights"][name] for name in ("hostile", "friendly")])
        return answers_of(combined(features(said, compounds), weights), are_cut)


def _asked(place: int, document: Document, rows: Rows) -> list[_Asked]:
    """The sentences and voices that VADER's list has a number for; why it has none for others goes into the rows."""
    found: list[_Asked] = []
    sentences = {sentence.sentence: sentence for sentence in document.sentences}
    voices = Voices(document)
    texts: dict[str, str] = {}
    of: int | None = None
    for score in document.scores.get("tone", ()):
        if score.sentence is None or score.status != "ok":
            rows.not_assessable(ID, score.reason or "no tone", sentence=score.sentence)
            continue
        sentence = sentences[score.sentence]
        if score.sentence != of:
            of = score.sentence
            texts = {"all": document.text[sentence.start : sentence.end]}
            texts |= {whose: joined for whose, joined, _ in segments(document.text, sentence, voices)}
        found.append(_Asked(place, sentence, score.voice, texts[score.voice].strip(), float(score.value or 0.0), score.n or 0))
    return found
