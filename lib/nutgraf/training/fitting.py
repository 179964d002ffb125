"""Fitting the network: one training, its weights averaged over the last steps, and how right it is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nutgraf.measures.target_tokens import Tokens
from nutgraf.training.network import TargetNetwork, begin
from nutgraf.training.target_data import Batch, batches, padded

Labelled = Sequence[tuple[Tokens, int]]


@dataclass(frozen=True)
class Pace:
    """How weights are moved; rates are AdamW's, with a linear warm-up and decay."""

    rate: float = 1.2e-4
    smoothing: float = 0.1
    size: int = 32
    warm: float = 0.06
    decay: float = 0.01
    averaged: float = 0.998  # how much of the running mean of the weights is kept at each step


@dataclass(frozen=True)
class Recipe(Pace):
    """How a network is fitted to labels."""

    epochs: int = 4
    dropout: float = 0.1


class Learning:
    """A network whose weights move step by step, and the running mean of them.

    Args:
        network: Those of its weights move that want a gradient.
        pace: How.
        steps: How many there will be.
    """

    def __init__(self, network: TargetNetwork, pace: Pace, steps: int) -> None:
        self.network, self.pace, self.done = network, pace, 0
        self.averaged = TargetNetwork(network.dropout.p, len(network.encoder.layers))
        self.averaged.load_state_dict(network.state_dict())
        self._moving = [value for value in network.parameters() if value.requires_grad]
        decayed, plain = [value for value in self._moving if value.ndim > 1], [value for value in self._moving if value.ndim < 2]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": pace.decay}, {"params": plain, "weight_decay": 0.0}], lr=pace.rate
        )  # fmt: skip
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: min((step + 1) / (pace.warm * steps), max(0.0, (steps - step) / (steps * (1 - pace.warm))))
        )

    def step(self, loss: Tensor) -> None:
        """One step against a loss."""
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._moving, 1.0)
        self._optimizer.step()
        self._schedule.step()
        self.done += 1
        keep = min(self.pace.averaged, self.done / (self.done + 10))
        with torch.no_grad():
            for mean, now in zip(self.averaged.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)


def fit(
    train: Labelled, weights: Mapping[str, Tensor], recipe: Recipe, seed: int, *, say: Callable[[str, TargetNetwork], None]
) -> TargetNetwork:
    """Fit one network.

    Args:
        train: Examples as tokens, with labels 0 to 2.
        weights: Of all-MiniLM-L6-v2.
        recipe: How.
        seed: Of everything that is drawn.
        say: Called after each epoch with a line and the averaged network.

    Returns:
        The network with its averaged weights.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - an order of examples
    network = TargetNetwork(recipe.dropout)
    begin(network.encoder, weights)
    learning = Learning(network, recipe, recipe.epochs * -(-len(train) // recipe.size))
    for epoch in range(recipe.epochs):
        network.train()
        total = 0.0
        for batch in batches(train, recipe.size, chance):
            loss = nn.functional.cross_entropy(network(*inputs(batch)), torch.tensor(batch.labels), label_smoothing=recipe.smoothing)
            learning.step(loss)
            total += float(loss.detach())
        say(f"seed {seed}, epoch {epoch + 1}: loss {total * recipe.size / len(train):.3f}", learning.averaged)
    return learning.averaged


def inputs(batch: Batch) -> list[Tensor]:
    """What a network takes of a batch: ids, mask and target, each (n, length)."""
    return [torch.tensor(rows) for rows in (batch.ids, batch.mask, batch.target)]


def by_length(examples: Labelled, size: int = 64) -> Iterator[tuple[Tensor, list[Tensor]]]:
    """Places of examples and their inputs, the shortest first, so that little is filled up."""
    order = sorted(range(len(examples)), key=lambda place: len(examples[place][0].ids))
    for first in range(0, len(order), size):
        places = order[first : first + size]
        yield torch.tensor(places), inputs(padded([examples[place] for place in places]))


def probabilities(network: TargetNetwork, examples: Labelled) -> Tensor:
    """What a network says of each example, (n, 3) in order."""
    network.eval()
    found = torch.zeros(len(examples), 3)
    with torch.no_grad():
        for places, given in by_length(examples):
            found[places] = network(*given).softmax(-1)
    return found


def average(networks: Sequence[TargetNetwork]) -> TargetNetwork:
    """One network whose weights are the mean of others that began alike: Wortsman, M., et al. (2022). Model soups. ICML."""
    mean = TargetNetwork(networks[0].dropout.p)
    states = [network.state_dict() for network in networks]
    mean.load_state_dict({name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]})
    return mean
