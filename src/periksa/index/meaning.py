"""Meanings in a file: the vectors that one encoder made of the articles of one kind, found by scanning their signs.

A record is one vector in int8 and nothing else; whoever names it by its row knows whose it is. The file only grows:
rows that nobody names any more are dead weight until the next rebuild.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from periksa.model.matching import Vector, Vectors

    Packed = NDArray[np.int8]
    Signs = NDArray[np.uint64]

AT_ONCE = 32_768
"""Rows scanned at once: their distances stay in the processor's cache."""
COMPARED = 2000
"""Rows near by their signs of which the cosine is computed: .99 of the nearest 20 are among the first 600 of 13,000."""
WORD = 64


def packed(vectors: Vectors) -> Packed:
    """Vectors in int8, each scaled so that its largest number is 127: a cosine needs no more."""
    largest = np.abs(vectors).max(axis=-1, keepdims=True).clip(1e-9)
    made: Packed = np.rint(vectors / largest * 127).astype(np.int8)
    return made


def cosines(vector: Vector, rows: Packed) -> NDArray[np.float32]:
    """How near each row is to a vector of length 1.

    `einsum` rather than `@`, which would wake every processor for work that is done before they are up.
    """
    numbers = rows.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", numbers, numbers)).clip(1e-9)
    made: NDArray[np.float32] = np.einsum("ij,j->i", numbers, vector) / lengths
    return made


class Meanings:
    """One such file. Any number of processes read it; one at a time appends, by a lock of its own."""

    def __init__(self, path: Path, width: int) -> None:
        self._path = path
        self._width = width
        self._lock = Lock()
        self._rows: Packed = np.empty((0, width), np.int8)
        self._signs: Signs = np.empty((-(-width // WORD), 0), np.uint64)

    def __len__(self) -> int:
        return self._path.stat().st_size // self._width if self._path.exists() else 0

    def append(self, rows: Packed) -> int:
        """Add rows, durable when this returns; the number of the first. What a crash left half written is cut off."""
        with self._path.open("ab") as file:
            end = file.tell() - file.tell() % self._width
            file.truncate(end)
            file.write(rows.tobytes())
            file.flush()
            os.fsync(file.fileno())
        return end // self._width

    def nearest(self, vector: Vector) -> list[int]:
        """The numbers of the rows nearest to a vector of length 1, about `COMPARED` at most, nearest first."""
        rows, signs = self._current()
        near = _few(_distances(signs[:, : len(rows)], _signs(vector[None])[:, 0]), COMPARED)
        order = np.argsort(-cosines(vector, rows[near]), kind="stable")
        return [int(at) for at in near[order]]

    def cosines(self, vector: Vector, some: Iterable[int]) -> dict[int, float]:
        """How near these rows are to a vector of length 1, by number; rows that are not there are left out."""
        rows, _ = self._current()
        there = [at for at in some if at < len(rows)]
        return dict(zip(there, cosines(vector, rows[there]).tolist(), strict=True))

    def _current(self) -> tuple[Packed, Signs]:
        """All whole rows, mapped, and their signs; rows that were appended since are looked at first."""
        with self._lock:
            count = len(self)
            known = len(self._rows)
            if count > known:
                self._look_at(known, count)  # first: after an error these rows are new still
                self._rows = np.memmap(self._path, np.int8, "r", shape=(count, self._width))
            return self._rows, self._signs

    def _look_at(self, start: int, end: int) -> None:
        """Read rows from the file rather than the map: mapped pages would count as this process's memory."""
        if end > self._signs.shape[1]:
            room = np.empty((len(self._signs), end + end // 8), np.uint64)
            room[:, :start] = self._signs[:, :start]
            self._signs = room
        with self._path.open("rb") as file:
            file.seek(start * self._width)
            for at in range(start, end, AT_ONCE):
                count = min(AT_ONCE, end - at)
                rows = np.frombuffer(file.read(count * self._width), np.int8).reshape(count, self._width)
                self._signs[:, at : at + count] = _signs(rows)


def _signs(rows: Packed | Vectors) -> Signs:
    """One bit a number, a column a row; in whole words, filled up with zeros."""
    bits = np.packbits(rows > 0, axis=1)
    bits = np.pad(bits, [(0, 0), (0, -bits.shape[1] % 8)])
    return bits.view(np.uint64).T


def _distances(signs: Signs, asked: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """In how many signs each row differs."""
    count = signs.shape[1]
    distances = np.zeros(count, np.uint16)
    differing, bits = np.empty(AT_ONCE, np.uint64), np.empty(AT_ONCE, np.uint8)
    for start in range(0, count, AT_ONCE):
        part = distances[start : start + AT_ONCE]
        for word, own in zip(signs[:, start : start + AT_ONCE], asked, strict=True):
            np.bitwise_xor(word, own, out=differing[: len(part)])
            np.bitwise_count(differing[: len(part)], out=bits[: len(part)])
            part += bits[: len(part)]
    return distances


def _few(distances: NDArray[np.uint16], count: int) -> NDArray[np.intp]:
    """The places of the `count` least distances, and of as many more as share the last one's, in their order.

    How far that is, is told by how many there are of each distance.
    """
    if len(distances) <= count:
        return np.arange(len(distances))
    limit = int(np.searchsorted(np.cumsum(np.bincount(distances)), count))
    return np.flatnonzero(distances <= limit)
