"""Writes the trained weights as the one file that the application reads."""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from cjm_feedback.sentiment.deep.words import WORD_BLOCK, packed_words
from training.base import Floats, find_base, read_base
from training.data import EMOTIONS
from training.network import WIDTH, Encoder, Heads

BLOCK = 128
PLACES = 64
"""Positions kept: no clause that is read is longer."""


class FromVectors(nn.Module):
    """The encoder behind its word vectors, which are kept outside the graph in four bits."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.register_buffer("places", encoder.places[:PLACES].clone())

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        x = self.encoder.norm(words + self.places[: words.shape[1]])
        for layer in self.encoder.layers:
            x = layer(x, mask)
        weight = mask[..., None].to(x.dtype)
        text = (x * weight).sum(1) / weight.sum(1)
        return text / text.norm(dim=1, keepdim=True)


def graph_of(encoder: Encoder) -> bytes:
    """An ONNX graph from word vectors (b, l, 384) and mask (b, l) to texts (b, 384)."""
    encoder.eval()
    written = io.BytesIO()
    torch.onnx.export(
        FromVectors(encoder).eval(),
        (torch.zeros(2, 7, WIDTH), torch.ones(2, 7, dtype=torch.bool)),
        written,
        input_names=["words", "mask"],
        output_names=["text"],
        dynamic_axes={"words": {0: "b", 1: "l"}, "mask": {0: "b", 1: "l"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load_from_string(written.getvalue())
    _to_eight_bits(model)
    return bytes(model.SerializeToString())


def _to_eight_bits(model: onnx.ModelProto) -> None:
    """Every product with stored weights becomes MatMulNBits: 8 bits, a step for 128 weights."""
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for number, node in enumerate(graph.node):
        if node.op_type != "MatMul" or node.input[1] not in stored:
            continue
        weight = stored.pop(node.input[1])
        values = numpy_helper.to_array(weight)  # (inputs, outputs)
        packed, steps = eight_bits(np.ascontiguousarray(values.T))
        graph.initializer.remove(weight)
        names = (f"{node.name}.packed", f"{node.name}.steps")
        graph.initializer.append(numpy_helper.from_array(packed, names[0]))
        graph.initializer.append(numpy_helper.from_array(steps, names[1]))
        made = helper.make_node(
            "MatMulNBits",
            [node.input[0], *names],
            list(node.output),
            name=node.name,
            domain="com.microsoft",
            K=values.shape[0],
            N=values.shape[1],
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,
        )
        graph.node.remove(node)
        graph.node.insert(number, made)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def eight_bits(weight: Floats) -> tuple[npt.NDArray[np.uint8], Floats]:
    """`weight` (outputs, inputs) as ORT keeps it: levels (outputs, blocks, 128), and steps.

    A step is the block's greatest weight over 127: at most 0.4 % of it is lost in rounding.
    """
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    steps = np.abs(blocks).max(2, keepdims=True) / 127
    steps[steps == 0] = 1
    levels = np.round(blocks / steps).astype(np.int16) + 128
    return levels.astype(np.uint8), steps.astype(np.float32).reshape(-1)


def export(weights: Path, out: Path, *, version: int) -> None:
    state = torch.load(weights / "weights.pt")
    kept = state["encoder"]["words"]
    encoder = Encoder(read_base(find_base()), torch.arange(len(kept)))
    encoder.load_state_dict(state["encoder"])
    heads = Heads(len(EMOTIONS))
    heads.load_state_dict(state["heads"])
    linear = io.BytesIO()
    np.savez_compressed(
        linear,
        polarity_weight=heads.polarity.weight.detach().numpy() * Heads.SCALE,
        polarity_bias=heads.polarity.bias.detach().numpy(),
        emotions_weight=heads.emotions.weight.detach().numpy() * Heads.SCALE,
        emotions_bias=heads.emotions.bias.detach().numpy(),
        theme_weight=(heads.theme.weight.detach().numpy() * Heads.SCALE).astype(np.float16),
    )
    words = kept.numpy()
    assert words.shape[1] % WORD_BLOCK == 0
    members = {
        "about.json": json.dumps({"version": version, "places": PLACES}).encode(),
        "pieces.model": (weights / "pieces.model").read_bytes(),
        "words.bin": packed_words(words),
        "encoder.onnx": graph_of(encoder),
        "heads.npz": linear.getvalue(),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            # A fixed date: the same weights make the same file.
            archive.writestr(
                zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)),
                content,
                zipfile.ZIP_DEFLATED if name == "pieces.model" else zipfile.ZIP_STORED,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="the folder that training.fit wrote")
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--version", type=int, default=1)
    asked = parser.parse_args()
    export(asked.weights, asked.out, version=asked.version)
