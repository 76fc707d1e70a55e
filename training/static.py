"""Distils the encoder into a table: one short vector per piece, a text is their mean. For machines without ONNX.

    .venv/bin/python training/static.py WORK DOCS… --queries Q… --more TEXTS…

The teacher is `encoder.pt`, its vectors turned onto their main axes. Each piece starts as the teacher's vector of that
piece alone, lighter the more common it is; then the table is taught to come near the teacher's vectors of heads, parts
of bodies, news and training questions (cosine), and to tell the texts of a batch apart as the teacher does (softmax).
Writes `static.npz` (int8, a scale per piece) into WORK. Minutes on one core; begun anew if stopped.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from encoder import LAYERS, SEED, Pieces, fitted, load_table, table, texts
from network import Encoder, applied
from rich.progress import track
from torch import nn
from torch.nn import functional

WIDTH = 128
SHOWN = 64
"""Pieces of a text that teacher and pupil see."""
EPOCHS, BATCH, RATE, TEMPERATURE = 12, 512, 0.01, 0.05
MOST = 60_000
"""Texts that are taught, drawn by chance."""
LIGHT = 1e-4
"""A piece this common (as a share of all pieces) starts with half its weight."""


class Table(nn.Module):
    """Rows of piece numbers to vectors of length 1: the mean over their pieces."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag.from_pretrained(torch.from_numpy(start), freeze=False, mode="mean")

    def forward(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        flat = torch.tensor([piece for row in rows for piece in row])
        starts = torch.tensor(np.cumsum([0, *map(len, rows[:-1])]))
        return functional.normalize(self.bag(flat, starts), dim=-1)


def axes(vectors: np.ndarray) -> np.ndarray:
    """The main axes of these vectors, (384, WIDTH)."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return axes[:, ::-1][:, :WIDTH].astype(np.float32)


def beginning(teacher: Encoder, onto: np.ndarray, seen: Counter[int]) -> np.ndarray:
    """Each piece as the teacher sees it alone, lighter the more common it is."""
    count = len(teacher.word.weight)
    alone = applied(teacher, [[0, piece, 2] for piece in range(count)]) @ onto
    share = np.array([seen[piece] for piece in range(count)]) / seen.total()
    return (alone * (LIGHT / (LIGHT + share))[:, None]).astype(np.float32)


def teach(pupil: Table, rows: Sequence[list[int]], wanted: torch.Tensor) -> None:
    learning = torch.optim.Adam(pupil.parameters(), lr=RATE)
    chance = random.Random(SEED)  # noqa: S311 - an order, no secret
    for epoch in range(EPOCHS):
        order = chance.sample(range(len(rows)), len(rows))
        for group in learning.param_groups:
            group["lr"] = RATE * (1 - epoch / EPOCHS)
        lost = []
        for at in track(range(0, len(order), BATCH), f"Epoch {epoch + 1}"):
            part = order[at : at + BATCH]
            made, target = pupil([rows[each] for each in part]), wanted[part]
            near = functional.log_softmax(made @ target.T / TEMPERATURE, dim=-1)
            loss = (1 - (made * target).sum(-1)).mean() - 0.1 * near.diagonal().mean()
            learning.zero_grad()
            loss.backward()
            learning.step()
            lost.append(float(loss))
        print(f"epoch {epoch + 1}: {np.mean(lost):.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("docs", nargs="+", type=Path)
    parser.add_argument("--queries", nargs="+", type=Path, required=True)
    parser.add_argument("--more", nargs="*", type=Path, default=[])
    given = parser.parse_args()
    torch.manual_seed(SEED)
    pieces = Pieces((given.work / "pieces.spm").read_bytes())
    teacher = Encoder(len(load_table(given.work / "pieces.npz")), LAYERS)
    teacher.load_state_dict(torch.load(given.work / "encoder.pt"))
    spoken = sorted({text for text in texts([*given.docs, *given.more], given.queries) if len(text) > 15})
    drawn = random.Random(SEED).sample(spoken, min(MOST, len(spoken)))  # noqa: S311 - a draw, no secret
    rows = [fitted(pieces.question(text), SHOWN) for text in drawn]
    vectors = applied(teacher, rows)
    onto = axes(vectors)
    seen = Counter(piece for row in rows for piece in row)
    pupil = Table(beginning(teacher, onto, seen))
    bare = [row[pieces.prefix : -1] or row for row in rows]
    teach(pupil, bare, functional.normalize(torch.from_numpy(vectors @ onto), dim=-1))
    table(pupil.bag.weight.detach().numpy(), given.work / "static.npz")


if __name__ == "__main__":
    main()
