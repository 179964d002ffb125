"""A network of fewer layers that is taught to answer as a larger one does, in half the time.

It begins as the larger one with layers left out, and learns from the answers and the vectors of the larger one on many questions, most of which
nobody labelled: Hinton, G., Vinyals, O., & Dean, J. (2015). Distilling the knowledge in a neural network. arXiv:1503.02531; Sanh, V., et al. (2019).
DistilBERT. arXiv:1910.01108.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nutgraf.training.fitting import Labelled, Learning, Pace, by_length, inputs
from nutgraf.training.network import TargetNetwork
from nutgraf.training.target_data import UNLABELLED, groups, padded

#: Layers of the larger network that the smaller one begins with. Of four triples tried for 150 steps this one answered best; the first three
#: alone answered no better than chance, since the last layer is the one that was fitted to the question.
KEPT = (0, 1, 5)


@dataclass(frozen=True)
class Lesson(Pace):
    """How the smaller network is taught.

    Attributes:
        vectors: How much the distance of its vectors counts beside its answers.
        labels: How much of the rest people's labels count; the larger network's answers count the remainder.
        temperature: What logits are divided by before answers are compared.
    """

    rate: float = 2e-4
    warm: float = 0.05
    steps: int = 4000
    vectors: float = 1.0
    labels: float = 0.2
    temperature: float = 1.5


def begun(large: TargetNetwork) -> TargetNetwork:
    """The larger network with `KEPT` of its layers, and no dropout: it copies one answer for each question, and has nothing to learn by heart."""
    small = TargetNetwork(0.0, len(KEPT))
    small.load_state_dict({name: value for name, value in large.state_dict().items() if ".layers." not in name}, strict=False)
    for ours, theirs in enumerate(KEPT):
        small.encoder.layers[ours].load_state_dict(large.encoder.layers[theirs].state_dict())
    return small


def taught(large: TargetNetwork, asked: Labelled, lesson: Lesson, seed: int, *, say: Callable[[str, TargetNetwork], None]) -> TargetNetwork:
    """Teach a smaller network.

    Args:
        large: Who knows.
        asked: Questions from `nutgraf.training.target_data.questions` as tokens, labelled 0 to 2 or `UNLABELLED`.
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
    labels, spread = torch.tensor([label for _, label in asked]), vectors.std(0).clamp(min=1e-3)
    small = begun(large).train()
    for embedding in (small.encoder.words, small.encoder.places):  # rare words would be forgotten
        embedding.weight.requires_grad_(False)
    learning = Learning(small, lesson, lesson.steps)
    for places in itertools.islice(_forever(asked, lesson.size, chance), lesson.steps):
        index = torch.tensor(places)
        mine = small.means(*inputs(padded([asked[place] for place in places])))
        loss = lesson.vectors * (((mine - vectors[index]) / spread) ** 2).mean() + _unlike(small.head(mine), answers[index], labels[index], lesson)
        learning.step(loss)
        if learning.done % (lesson.steps // 5) == 0:
            say(f"taught for {learning.done:,} of {lesson.steps:,} steps: loss {float(loss.detach()):.3f}", learning.averaged)
    return learning.averaged


def _unlike(logits: Tensor, answers: Tensor, labels: Tensor, lesson: Lesson) -> Tensor:
    """How far logits (n, 3) are from the larger network's, and from people's labels where there are some."""
    wanted = (answers / lesson.temperature).log_softmax(-1)
    apart = (wanted.exp() * (wanted - (logits / lesson.temperature).log_softmax(-1))).sum(-1).mean() * lesson.temperature**2
    labelled = labels != UNLABELLED
    if not labelled.any():
        return (1 - lesson.labels) * apart
    wrong = nn.functional.cross_entropy(logits[labelled], labels[labelled], label_smoothing=lesson.smoothing)
    return (1 - lesson.labels) * apart + lesson.labels * wrong


def _told(large: TargetNetwork, asked: Labelled) -> tuple[Tensor, Tensor]:
    """Vectors (n, 768) and logits (n, 3) of the larger network."""
    vectors = torch.zeros(len(asked), large.head.in_features)
    with torch.no_grad():
        for places, given in by_length(asked):
            vectors[places] = large.means(*given)
        return vectors, large.head(vectors)


def _forever(asked: Labelled, size: int, chance: random.Random) -> Iterator[list[int]]:
    while True:
        yield from groups([len(one.ids) for one, _ in asked], size, chance)
