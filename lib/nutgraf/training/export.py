"""From a network to the file that ships: ONNX, its weights as 8-bit integers."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from nutgraf.training.network import HEADS, WIDTH, Layer, TargetNetwork
from nutgraf.training.rounding import Product


class OneSentence(nn.Module):
    """A target network that answers for one sentence at a time: nothing is filled up, so that no mask is needed, and its sums are joined.

    Args:
        network: Whose weights it takes; the answers are the same.
    """

    def __init__(self, network: TargetNetwork) -> None:
        super().__init__()
        encoder = network.encoder
        self.words, self.norm, self.head = encoder.words, encoder.norm, network.head
        self.places = nn.Parameter((encoder.places.weight + encoder.kind).detach())
        self.layers = nn.ModuleList(_OneSentenceLayer(layer) for layer in encoder.layers)

    def forward(self, ids: Tensor, target: Tensor) -> Tensor:
        """Logits (1, 3) of token ids (length) and which of them are the target's, 0 or 1 (length)."""
        x = self.norm(self.words(ids) + self.places[: ids.shape[0]])
        for layer in self.layers:
            x = layer(x)
        among = target.float()[None]
        return self.head(torch.cat([among @ x / among.sum(), x.mean(0, keepdim=True)], 1))


class _OneSentenceLayer(nn.Module):
    """One layer; query, key and value come of one product, and the scale of attention is in the query's weights."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        scale = (WIDTH // HEADS) ** -0.5
        self.attention = Product(layer.query, layer.key, layer.value, scales=(scale, 1.0, 1.0))
        self.out, self.wide, self.narrow = Product(layer.out), Product(layer.wide), Product(layer.narrow)
        self.first, self.second = layer.first, layer.second

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = self.attention(x).view(-1, 3 * HEADS, WIDTH // HEADS).transpose(0, 1).split(HEADS)
        mixed = (query @ key.transpose(1, 2)).softmax(-1) @ value
        x = self.first(x + self.out(mixed.transpose(0, 1).reshape(-1, WIDTH)))
        return self.second(x + self.narrow(nn.functional.gelu(self.wide(x))))


def to_onnx(network: nn.Module, target: Path, inputs: Mapping[str, int]) -> None:
    """Write a network as ONNX, in 32-bit floats; batches and sentences may have any size.

    Args:
        network: Takes arrays of whole numbers.
        target: The file.
        inputs: Their names, and how many dimensions each has: 1 (length) or 2 (n, length).
    """
    network.eval()
    example = tuple(torch.ones((2, 9)[-dimensions:], dtype=torch.long) for dimensions in inputs.values())
    axes = {name: dict(enumerate(("n", "length")[-dimensions:])) for name, dimensions in inputs.items()}
    if 2 in inputs.values():
        axes["answer"] = {0: "n"}
    torch.onnx.export(
        network, example, str(target), input_names=list(inputs), output_names=["answer"], dynamo=False, opset_version=17, dynamic_axes=axes
    )


def to_integers(source: Path, target: Path, *, reduced: bool) -> None:
    """Weights as 8-bit integers, one scale for each channel.

    Args:
        source: A file in 32-bit floats.
        target: Where to write.
        reduced: Use 7 of the 8 bits, so that sums do not overflow on processors without VNNI, and answers are the same on all.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(str(prepared), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=reduced)
