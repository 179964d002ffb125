"""Target tone: how a sentence speaks of a person or an organisation, by a model that was shown where in the sentence they stand.

A word list gives a sentence one tone, whoever it is about; "The court cleared Ilves of the charge" is friendly to Ilves and full of hostile
words. Asked are the persons and organisations that at least two sentences of an article name, in each of these sentences. A sentence in which
somebody else speaks is asked as a whole and once more by its segments, as for tone by word list. Evidence of a score is the target and its
sentence; what in the sentence moved the model cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nutgraf.documents import Document, Measured, Resource, Rows, Score, Sentence, Span
from nutgraf.measures import target_model
from nutgraf.measures.target_model import Answer, answers_of
from nutgraf.measures.target_tokens import Targeted
from nutgraf.reading.voices import Voices, joined_pieces
from nutgraf.schema import ANALYSED_PARTS

ID = "target_tone"
TARGET = "target"
#: Kinds of names that are asked about. Places stand in too many sentences that only say where something is.
KINDS = ("PERSON", "ORG")
#: An article that names somebody once is not about them.
MIN_SENTENCES = 2
NOBODY = f"no person or organisation is named in {MIN_SENTENCES} sentences"
LANGUAGES = ("en", None)


def build(options: Mapping[str, Any]) -> TargetTone:
    """Make the measure. Option ``model``: folder of a Hugging Face model for target sentiment, instead of the shipped one."""
    return TargetTone(**options)


class _Asked(NamedTuple):
    """One question to the model, and the row that its answer goes to."""

    document: int
    sentence: int
    target: str
    voice: str
    mentions: int
    question: Targeted


class TargetTone:
    """Tone of sentences towards the persons and organisations that an article is about.

    Args:
        model: Folder of another model, see `nutgraf.measures.target_model.chosen`.
    """

    id = ID
    version = "1"
    needs = frozenset({"attribution", "names", "quotes", "sentences"})

    def __init__(self, model: str = "") -> None:
        self.model = model
        self.resources: tuple[Resource, ...] = (target_model.resource(model),)

    @property
    def characters_per_s(self) -> int:
        """Roughly how many characters it reads in a second on one core, with a dozen questions an article."""
        return 150_000 if self.missing() is None else 1_000_000_000

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Scores of dimension ``target_tone`` by sentence, target and voice; spans of kind ``target`` for every mention that was asked about.

        A score's value is the probability of friendly less that of hostile, −1 to +1, its label the likeliest of negative, neutral and positive once
        rare classes weigh more (`target_model.label_weights`), ``n`` the mentions of the target in the sentence. A span's value is the target, its
        label the kind of name, its rule the model, and whether the sentence was too long for it, so that it saw only what stands around the target.
        """
        all_rows = [Rows() for _ in documents]
        missing = self.missing()
        asked: list[_Asked] = []
        for place, (document, rows) in enumerate(zip(documents, all_rows, strict=True)):
            reason = missing or _reason(document)
            if reason is None:
                found = list(_questions(place, document, rows))
                reason = None if found else NOBODY
                asked += found
            if reason is not None:
                rows.not_assessable(ID, reason)
        if asked:
            self._answer(asked, all_rows)
        for rows in all_rows:
            rows.spans.sort(key=lambda span: (span.start, span.end))
        return Measured.of(documents, all_rows)

    def missing(self) -> str | None:
        """Why the model cannot run here; None when it can."""
        return target_model.missing(self.model)

    def answers(self, questions: Sequence[Targeted]) -> list[Answer]:
        """What the model says of each target in its sentence, in order.

        Args:
            questions: Sentences with a target each.
        """
        return answers_of(*target_model.chosen(self.model).read(questions), target_model.label_weights(self.model))

    def _answer(self, asked: Sequence[_Asked], all_rows: Sequence[Rows]) -> None:
        questions = list(dict.fromkeys(one.question for one in asked))
        answers = dict(zip(questions, self.answers(questions), strict=True))
        cut = {(one.document, one.sentence, one.target) for one in asked if answers[one.question].is_cut}
        for one in asked:
            answer = answers[one.question]
            all_rows[one.document].scores.append(
                Score(one.sentence, ID, one.target, one.voice, answer.value, answer.label, one.mentions, "ok", None)
            )
        for place, rows in enumerate(all_rows):
            rows.spans = [
                span._replace(rule="model, of what stands around it" if (place, span.sentence, span.value) in cut else "model")
                for span in rows.spans
            ]


def _reason(document: Document) -> str | None:
    """Why nothing can be asked of a document."""
    if document.language not in LANGUAGES:
        return f"language '{document.language}' is not measured"
    return next((score.reason for score in document.scores.get("names", ()) if score.status == "not_assessable"), None)


def _questions(place: int, document: Document, rows: Rows) -> list[_Asked]:
    """What the model is asked about a document; the places go into its rows."""
    sentences = {sentence.sentence: sentence for sentence in document.sentences if sentence.part in ANALYSED_PARTS}
    by_target: dict[tuple[str, str], dict[int, list[Span]]] = {}
    for span in document.spans.get("names", ()):
        number = document.sentence_at(span.start)
        if span.label in KINDS and number in sentences and span.end <= sentences[number].end:
            by_target.setdefault((span.value or "", span.label or ""), {}).setdefault(number, []).append(span)
    voices = Voices(document)
    found = []
    for (target, kind), mentions in by_target.items():
        if len(mentions) < MIN_SENTENCES:
            continue
        for number, spans in mentions.items():
            rows.spans += [Span(number, span.start, span.end, TARGET, target, kind, None, None) for span in spans]
            asked = _of_sentence(document.text, sentences[number], spans, voices)
            found += [_Asked(place, number, target, voice, len(spans), question) for voice, question in asked]
    return sorted(found, key=lambda one: (one.sentence, one.target, one.voice))


def _of_sentence(text: str, sentence: Sentence, mentions: Sequence[Span], voices: Voices) -> list[tuple[str, Targeted]]:
    """The questions about one target in one sentence: of the whole, and of each voice that names it. Its first mention stands for the others."""
    whole = text[sentence.start : sentence.end]
    first = mentions[0]
    question = Targeted(whole, first.start - sentence.start, first.end - sentence.start)
    found = [("all", question)]
    if sentence.voice != "mixed":
        whose = voices.at(first.start)
        # "Ilves said" in a sentence that is a quotation: source and cue bring the voice in, and say nothing of Ilves.
        return [*found, (whose, question)] if whose == sentence.voice else found
    for voice, pieces in voices.segments(sentence.start, sentence.end).items():
        mention = next((span for span in mentions if any(start <= span.start and span.end <= end for start, end in pieces)), None)
        if mention is not None:
            found.append((voice, _cut_out(text, pieces, mention)))
    return found


def _cut_out(text: str, pieces: Sequence[tuple[int, int]], mention: Span) -> Targeted:
    """One voice's pieces of a sentence in one line, and where the target stands in it."""
    joined, places = joined_pieces(text, pieces)
    return Targeted(joined, places.index(mention.start), places.index(mention.end - 1) + 1)
