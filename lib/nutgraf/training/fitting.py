"""Fitting the network: one training, its weights averaged over the last steps, and how right it is."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nutgraf.measures.target_tokens import Tokens
from nutgraf.training.network import TargetNetwork, begin
from nutgraf.training.target_data import batches

Labelled = Sequence[tuple[Tokens, int]]


@dataclass(frozen=True)
class Recipe:
    """How a network is fitted; rates are AdamW's, with a linear warm-up and decay."""

    epochs: int = 4
    rate: float = 1.2e-4
    smoothing: float = 0.1
    size: int = 32
    warm: float = 0.06
    decay: float = 0.01
    averaged: float = 0.998  # how much of the running mean of the weights is kept at each step
    dropout: float = 0.1


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
    averaged = TargetNetwork(recipe.dropout)
    averaged.load_state_dict(network.state_dict())
    decayed = [value for name, value in network.named_parameters() if value.ndim > 1]
    plain = [value for name, value in network.named_parameters() if value.ndim < 2]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": recipe.decay}, {"params": plain, "weight_decay": 0.0}], lr=recipe.rate)
    steps = recipe.epochs * -(-len(train) // recipe.size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (recipe.warm * steps), max(0.0, (steps - step) / (steps * (1 - recipe.warm))))
    )
    step = 0
    for epoch in range(recipe.epochs):
        network.train()
        total = 0.0
        for batch in batches(train, recipe.size, chance):
            inputs = [torch.tensor(rows) for rows in (batch.ids, batch.mask, batch.target)]
            loss = nn.functional.cross_entropy(network(*inputs), torch.tensor(batch.labels), label_smoothing=recipe.smoothing)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            total += float(loss.detach())
            keep = min(recipe.averaged, step / (step + 10))
            with torch.no_grad():
                for mine, theirs in zip(averaged.parameters(), network.parameters(), strict=True):
                    mine.lerp_(theirs, 1 - keep)
        say(f"seed {seed}, epoch {epoch + 1}: loss {total * recipe.size / len(train):.3f}", averaged)
    return averaged


def probabilities(network: TargetNetwork, examples: Labelled, size: int = 64) -> Tensor:
    """What a network says of each example, (n, 3) in order."""
    network.eval()
    order = sorted(range(len(examples)), key=lambda place: len(examples[place][0].ids))
    found = torch.zeros(len(examples), 3)
    with torch.no_grad():
        for first in range(0, len(order), size):
            places = order[first : first + size]
            batch = next(batches([(examples[place][0], 0) for place in places], size))
            ids, mask, target = (torch.tensor(rows) for rows in (batch.ids, batch.mask, batch.target))
            found[torch.tensor(places)] = network(ids, mask, target).softmax(-1)
    return found


def average(networks: Sequence[TargetNetwork]) -> TargetNetwork:
    """One network whose weights are the mean of others that began alike: Wortsman, M., et al. (2022). Model soups. ICML."""
    mean = TargetNetwork(networks[0].dropout.p)
    states = [network.state_dict() for network in networks]
    mean.load_state_dict({name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]})
    return mean
