"""The network of e5-small (BERT, 384 wide) in PyTorch: made of tensors, applied in batches, written as ONNX in int8."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import e5
import numpy as np
import torch
from torch import nn
from torch.nn import functional

WIDTH, HEADS, INNER, POSITIONS, EPSILON = 384, 12, 1536, 512, 1e-12
TOKENS = 4096
"""Pieces encoded at once."""


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Linear(WIDTH, 3 * WIDTH)
        self.gather = nn.Linear(WIDTH, WIDTH)
        self.gathered = nn.LayerNorm(WIDTH, EPSILON)
        self.widen = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.done = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        n, length, width = x.shape
        query, key, value = self.look(x).view(n, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        attention = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(width // HEADS) + hidden, -1)
        x = self.gathered(x + self.gather((attention @ value).transpose(1, 2).reshape(n, length, width)))
        return self.done(x + self.narrow(functional.gelu(self.widen(x))))


class Encoder(nn.Module):
    """Piece numbers (padded) to vectors of length 1: the mean over the pieces."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.word = nn.Embedding(pieces, WIDTH)
        self.position = nn.Embedding(POSITIONS, WIDTH)
        self.first = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        real = ids != e5.PAD
        x = self.first(self.word(ids) + self.position.weight[: ids.shape[1]])
        hidden = (~real)[:, None, None, :].float() * -1e4
        for layer in self.layers:
            x = layer(x, hidden)
        share = real[:, :, None].float()
        return functional.normalize((x * share).sum(1) / share.sum(1), dim=-1)

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], pieces: Sequence[int], layers: Sequence[int]) -> Encoder:
        """The network of these tensors, with only these pieces and layers."""
        made = cls(len(pieces), len(layers))
        state = {
            "word.weight": tensors["emb.word"][pieces],
            "position.weight": tensors["emb.pos"] + tensors["emb.type"][0],
            "first.weight": tensors["emb.ln.w"],
            "first.bias": tensors["emb.ln.b"],
        }
        for at, layer in enumerate(layers):
            state |= {f"layers.{at}.{name}": value for name, value in _layer(tensors, layer).items()}
        made.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()})
        return made


def _layer(tensors: Mapping[str, np.ndarray], layer: int) -> dict[str, np.ndarray]:
    ours = {"gather": "ao", "gathered": "aln", "widen": "fi", "narrow": "fo", "done": "oln"}
    state = {}
    for whole, part in (("weight", "w"), ("bias", "b")):
        state[f"look.{whole}"] = np.concatenate([tensors[f"l{layer}.{name}.{part}"] for name in "qkv"])
        state |= {f"{name}.{whole}": tensors[f"l{layer}.{theirs}.{part}"] for name, theirs in ours.items()}
    return state


def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[e5.PAD] * (longest - len(row))] for row in rows])


@torch.no_grad()
def encoded(model: Encoder, rows: Sequence[Sequence[int]]) -> np.ndarray:
    """Vectors of many texts, in their order."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    vectors = np.zeros((len(rows), WIDTH), np.float32)
    while order:
        count = max(1, min(len(order), TOKENS // len(rows[order[min(len(order), 64) - 1]])))
        part, order = order[:count], order[count:]
        with torch.autocast("cpu", torch.bfloat16):
            vectors[part] = model(padded([rows[at] for at in part])).float().numpy()
    return vectors


def written(model: Encoder, path: Path) -> int:
    """Write the network as ONNX in int8, a scale per channel; its size in bytes."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.eval()
    example = padded([[e5.START, 10, 11, e5.END], [e5.START, 10, e5.END]])
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            (example,),
            str(whole),
            input_names=["ids"],
            output_names=["vector"],
            dynamic_axes={"ids": {0: "texts", 1: "pieces"}, "vector": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(whole), str(path), weight_type=QuantType.QInt8, per_channel=True)
    return path.stat().st_size
