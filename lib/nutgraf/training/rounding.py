"""Prepare a network for weights that are whole numbers, so that it answers nearly as it did with floats.

Two things are done to each product before it is exported. Channels that reach far beyond the others are made smaller and their weights larger: all
that goes into a product shares one scale of 256 steps, and a channel five times as large as all others leaves these a fifth of the steps (after
Xiao, G., et al. (2023). SmoothQuant. ICML; here only the few largest channels change). Then weights are rounded one channel after another, and what
the rounding of one does to the product is made up for by those that are still to come (Frantar, E., et al. (2023). GPTQ. ICLR). Both need to see
what goes into the products for some sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from nutgraf.measures.target_tokens import Tokens

#: Whole numbers on each side of 0, with 8 bits and with 7.
STEPS = {False: 127, True: 64}
#: The share of channels that stay as they are in `even_out`. From .8 to .99, answers were equally far from those in floats.
_USUAL = 0.95
#: Added to how channels go together, as a share of their mean square: keeps what is divided by away from 0.
_DAMPING = 0.01


class Product(nn.Module):
    """Linear layers side by side, as one product.

    Args:
        linear: The layers; all take the same vectors.
        scales: What the weights of each are multiplied by.
    """

    def __init__(self, *linear: nn.Linear, scales: tuple[float, ...] = (1.0,)) -> None:
        super().__init__()
        pairs = list(zip(linear, scales, strict=True))
        weight, constant = torch.cat([one.weight * scale for one, scale in pairs]), torch.cat([one.bias * scale for one, scale in pairs])
        self.weight, self.constant = nn.Parameter(weight.detach().T.contiguous()), nn.Parameter(constant.detach())
        self.register_buffer("smaller", None)

    def within(self, x: Tensor) -> Tensor:
        """What is multiplied by the weights (length, in), of what is given to the product."""
        return x if self.smaller is None else x * self.smaller

    def forward(self, x: Tensor) -> Tensor:
        """Vectors (length, out) of vectors (length, in)."""
        # Written out: of a linear layer on two dimensions the exporter makes a node that is not put into integers.
        return self.within(x) @ self.weight + self.constant


def even_out(network: nn.Module, asked: Sequence[Tokens]) -> None:
    """Make channels that reach far beyond the others smaller, and their weights larger by as much; the network answers as before.

    Args:
        network: Has `Product`s; takes ids and targets of one sentence.
        asked: Sentences.
    """
    for product, largest in _seen(network, asked, lambda before, x: torch.maximum(before, x.abs().amax(0)), 1).items():
        beyond = (largest / largest.quantile(_USUAL)).clamp(min=1.0)
        product.weight.data *= beyond[:, None]
        product.smaller = (1.0 / beyond).float()


def round_weights(network: nn.Module, asked: Sequence[Tokens], steps: int) -> None:
    """Round the weights of each product to whole numbers times a scale for each column, its largest weight over ``steps``.

    Args:
        network: As in `even_out`; sentences of ``asked`` are answered nearly as before.
        asked: Sentences.
        steps: One of `STEPS`.
    """
    for product, together in _seen(network, asked, lambda before, x: before + x.T @ x, 2).items():
        product.weight.data = rounded(product.weight.data.double(), together, steps).float()


def rounded(weight: Tensor, together: Tensor, steps: int) -> Tensor:
    """Weights (in, out) rounded one row after another, each row taking up what the rounding of those before it did to the product.

    Args:
        weight: 64-bit floats.
        together: How the channels (in, in) go together, the sum of xᵀx.
        steps: Whole numbers on each side of 0.
    """
    weight, scale = weight.clone(), weight.abs().amax(0) / steps
    largest, sign = weight.abs().argmax(0), weight.sign()
    together = together + torch.eye(len(together), dtype=together.dtype) * _DAMPING * together.diagonal().mean()
    later = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(together)), upper=True)
    for row in range(len(weight)):
        whole = torch.round(weight[row] / scale).clamp(-steps, steps)
        # The exporter takes the scale from the largest weight again, so that one must stay where it is.
        whole = torch.where(largest == row, sign[row] * steps, whole)
        wrong = (weight[row] - whole * scale) / later[row, row]
        weight[row:] -= later[row, row:, None] * wrong
        weight[row] = whole * scale
    return weight


def _seen(network: nn.Module, asked: Sequence[Tokens], add: Callable[[Tensor, Tensor], Tensor], dimensions: int) -> dict[Product, Tensor]:
    """Of each product what `add` makes, beginning with zeros (in, …), of all that goes into it (64-bit floats)."""
    found = {
        product: torch.zeros((product.weight.shape[0],) * dimensions, dtype=torch.float64)
        for product in network.modules() if isinstance(product, Product)
    }  # fmt: skip

    def see(product: nn.Module, given: tuple[Tensor, ...]) -> None:
        found[product] = add(found[product], product.within(given[0]).double())

    hooks = [product.register_forward_pre_hook(see) for product in found]
    with torch.no_grad():
        for one in asked:
            network(torch.tensor(one.ids), torch.tensor(one.target))
    for hook in hooks:
        hook.remove()
    return found
