"""The network of e5-small (BERT, 384 wide) in PyTorch: made of tensors, applied in batches, written as ONNX in int8.

Encoder and reader stand on the same table of pieces. It is never taught, so that they can share one copy of it: what is
written as ONNX begins after the table.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import e5
import numpy as np
import torch
from torch import nn
from torch.nn import functional

WIDTH, HEADS, INNER, POSITIONS, EPSILON = 384, 12, 1536, 256, 1e-12
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


class Trunk(nn.Module):
    """Vectors of pieces to vectors of pieces in their context."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.position = nn.Embedding(POSITIONS, WIDTH)
        self.first = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, words: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        x = self.first(words + self.position.weight[: words.shape[1]])
        hidden = (1 - real)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, hidden)
        return x


class Network(nn.Module):
    """Pieces → trunk → what a subclass makes of it. The table of pieces stays as it came."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.word = nn.Embedding(pieces, WIDTH)
        self.word.weight.requires_grad_(False)
        self.trunk = Trunk(layers)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.over(self.word(ids), (ids != e5.PAD).float())

    def over(self, words: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def dress(self, tensors: Mapping[str, np.ndarray], pieces: Sequence[int]) -> Self:
        """Take over these tensors: the table of these pieces, and as many layers, from the first on, as there are."""
        state = {
            "position.weight": tensors["emb.pos"][:POSITIONS] + tensors["emb.type"][0],
            "first.weight": tensors["emb.ln.w"],
            "first.bias": tensors["emb.ln.b"],
        }
        for at in range(len(self.trunk.layers)):
            state |= {f"layers.{at}.{name}": value for name, value in _layer(tensors, at).items()}
        ready = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()}
        self.trunk.load_state_dict(ready)
        self.word.weight.data = torch.from_numpy(np.ascontiguousarray(tensors["emb.word"][pieces]))
        return self


class Encoder(Network):
    """Piece numbers (padded) to vectors of length 1: the mean over the pieces."""

    def over(self, words: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        share = real[:, :, None]
        x = self.trunk(words, real)
        return functional.normalize((x * share).sum(1) / share.sum(1), dim=-1)


class Reader(Network):
    """Question and check, read together, to the log odds that the check answers the question."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__(pieces, layers)
        self.verdict = nn.Linear(2 * WIDTH, 1)

    def over(self, words: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        share = real[:, :, None]
        x = self.trunk(words, real)
        mean = (x * share).sum(1) / share.sum(1)
        return self.verdict(torch.cat([x[:, 0], mean], -1))[:, 0]


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
def applied(model: Network, rows: Sequence[Sequence[int]]) -> np.ndarray:
    """What the network makes of many rows of pieces, in their order."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    parts: list[tuple[list[int], np.ndarray]] = []
    while order:
        count = max(1, min(len(order), TOKENS // len(rows[order[min(len(order), 64) - 1]])))
        part, order = order[:count], order[count:]
        with torch.autocast("cpu", torch.bfloat16):
            parts.append((part, model(padded([rows[at] for at in part])).float().numpy()))
    made = np.concatenate([values for _, values in parts])
    return made[np.argsort(np.concatenate([part for part, _ in parts]))]


def written(model: Network, path: Path, result: str) -> int:
    """Write what stands behind the table as ONNX in int8, a scale per channel; its size in bytes."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.eval()
    model.forward = model.over  # type: ignore[method-assign]
    example = (torch.zeros(2, 4, WIDTH), torch.ones(2, 4))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            example,
            str(whole),
            input_names=["words", "real"],
            output_names=[result],
            dynamic_axes={"words": {0: "texts", 1: "pieces"}, "real": {0: "texts", 1: "pieces"}, result: {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(whole), str(path), weight_type=QuantType.QInt8, per_channel=True)
    return path.stat().st_size
