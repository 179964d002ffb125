"""A network of fewer layers that is taught to answer as a larger one does, in half the time.

It begins as the larger one with layers left out, and learns from the answers and the vectors of the larger one on many questions, most of which
nobody labelled: Hinton, G., Vinyals, O., & Dean, J. (2015). Distilling the knowledge in a neural network. arXiv:1503.02531; Sanh, V., et al. (2019).
DistilBERT. arXiv:1910.01108.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nutgraf.measures.target_tokens import Tokens
from nutgraf.training.network import TargetNetwork
from nutgraf.training.target_data import UNLABELLED, Example, groups, padded

#: Layers of the larger network that the smaller one begins with. Of four triples tried for 150 steps this one answered best; the first three
#: alone answered no better than chance, since the last layer is the one that was fitted to the question.
KEPT = (0, 1, 5)


@dataclass(frozen=True)
class Lesson:
    """How the smaller network is taught; the rate is AdamW's, with a linear warm-up and decay.

    Attributes:
        vectors: How much the distance of its vectors counts beside its answers.
        labels: How much of the rest people's labels count; the larger network's answers count the remainder.
        temperature: What logits are divided by before answers are compared.
    """

    steps: int = 4000
    rate: float = 2e-4
    size: int = 32
    warm: float = 0.05
    decay: float = 0.01
    averaged: float = 0.998
    vectors: float = 1.0
    labels: float = 0.2
    temperature: float = 1.5
    smoothing: float = 0.1


def begun(large: TargetNetwork) -> TargetNetwork:
    """The larger network with `KEPT` of its layers, and no dropout: it copies one answer for each question, and has nothing to learn by heart."""
    small = TargetNetwork(0.0, len(KEPT))
    small.load_state_dict({name: value for name, value in large.state_dict().items() if ".layers." not in name}, strict=False)
    for ours, theirs in enumerate(KEPT):
        small.encoder.layers[ours].load_state_dict(large.encoder.layers[theirs].state_dict())
    return small


def taught(
    large: TargetNetwork, examples: Sequence[Example], asked: Sequence[Tokens], lesson: Lesson, seed: int, *,
    say: Callable[[str, TargetNetwork], None],
) -> TargetNetwork:  # fmt: skip
    """Teach a smaller network.

    Args:
        large: Who knows.
        examples: What it is asked, from `nutgraf.training.target_data.questions`.
        asked: The same as tokens.
        lesson: How.
        seed: Of everything that is drawn.
        say: Called now and then with a line and the averaged network.

    Returns:
        The smaller network, its weights averaged over the last steps.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - an order of examples
    large.eval()
    vectors, answers = _told(large, asked)
    labels, spread = torch.tensor([example.label for example in examples]), vectors.std(0).clamp(min=1e-3)
    small = begun(large).train()
    for embedding in (small.encoder.words, small.encoder.places):  # rare words would be forgotten
        embedding.weight.requires_grad_(False)
    averaged = copy.deepcopy(small)
    learning = [value for value in small.parameters() if value.requires_grad]
    decayed, plain = [value for value in learning if value.ndim > 1], [value for value in learning if value.ndim < 2]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": lesson.decay}, {"params": plain, "weight_decay": 0.0}], lr=lesson.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / (lesson.warm * lesson.steps), max(0.0, (lesson.steps - step) / (lesson.steps * (1 - lesson.warm)))),
    )
    for step, places in enumerate(_forever(asked, lesson.size, chance)):
        if step == lesson.steps:
            break
        mine = small.means(*_inputs([asked[place] for place in places]))
        index = torch.tensor(places)
        loss = lesson.vectors * (((mine - vectors[index]) / spread) ** 2).mean() + _unlike(small.head(mine), answers[index], labels[index], lesson)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        schedule.step()
        keep = min(lesson.averaged, (step + 1) / (step + 11))
        with torch.no_grad():
            for kept, now in zip(averaged.parameters(), small.parameters(), strict=True):
                kept.lerp_(now, 1 - keep)
        if (step + 1) % (lesson.steps // 5) == 0:
            say(f"taught for {step + 1:,} of {lesson.steps:,} steps: loss {float(loss.detach()):.3f}", averaged)
    return averaged


def _unlike(logits: Tensor, answers: Tensor, labels: Tensor, lesson: Lesson) -> Tensor:
    """How far logits (n, 3) are from the larger network's, and from people's labels where there are some."""
    wanted = (answers / lesson.temperature).log_softmax(-1)
    apart = (wanted.exp() * (wanted - (logits / lesson.temperature).log_softmax(-1))).sum(-1).mean() * lesson.temperature**2
    labelled = labels != UNLABELLED
    if not labelled.any():
        return (1 - lesson.labels) * apart
    wrong = nn.functional.cross_entropy(logits[labelled], labels[labelled], label_smoothing=lesson.smoothing)
    return (1 - lesson.labels) * apart + lesson.labels * wrong


def _told(large: TargetNetwork, asked: Sequence[Tokens], size: int = 64) -> tuple[Tensor, Tensor]:
    """Vectors (n, 768) and logits (n, 3) of the larger network."""
    order = sorted(range(len(asked)), key=lambda place: len(asked[place].ids))
    vectors = torch.zeros(len(asked), large.head.in_features)
    with torch.no_grad():
        for first in range(0, len(order), size):
            places = order[first : first + size]
            vectors[torch.tensor(places)] = large.means(*_inputs([asked[place] for place in places]))
        return vectors, large.head(vectors)


def _inputs(some: Sequence[Tokens]) -> list[Tensor]:
    batch = padded([(one, 0) for one in some])
    return [torch.tensor(rows) for rows in (batch.ids, batch.mask, batch.target)]


def _forever(asked: Sequence[Tokens], size: int, chance: random.Random) -> Iterator[list[int]]:
    while True:
        yield from groups([len(one.ids) for one in asked], size, chance)
