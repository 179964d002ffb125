"""From a network to the file that ships: ONNX, its weights as 8-bit integers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch import nn

#: Names of what goes in, by number of inputs.
INPUTS = ("ids", "mask", "target")


def to_onnx(network: nn.Module, target: Path, n_inputs: int) -> None:
    """Write a network as ONNX, in 32-bit floats; batches and sentences may have any size.

    Args:
        network: Takes `n_inputs` arrays of whole numbers, (n, length).
        target: The file.
        n_inputs: 3 for ids, mask and target; 2 for ids and mask.
    """
    network.eval()
    names = list(INPUTS[:n_inputs])
    example = tuple(torch.ones(2, 9, dtype=torch.long) for _ in names)
    torch.onnx.export(
        network, example, str(target), input_names=names, output_names=["answer"], dynamo=False, opset_version=17,
        dynamic_axes={**{name: {0: "n", 1: "length"} for name in names}, "answer": {0: "n"}},
    )  # fmt: skip


def to_integers(source: Path, target: Path, *, reduced: bool) -> None:
    """Weights as 8-bit integers, one scale for each channel.

    Args:
        source: A file in 32-bit floats.
        target: Where to write.
        reduced: Use 7 of the 8 bits, so that sums do not overflow on processors without VNNI.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(str(prepared), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=reduced)
