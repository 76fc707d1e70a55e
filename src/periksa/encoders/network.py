"""The encoder: a small network over pieces, after multilingual-e5-small, taught on our own pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from periksa.encoders.pieces import Row, Table, Vocabulary
from periksa.encoders.session import AT_ONCE, Network
from periksa.model import Article

if TYPE_CHECKING:
    from periksa.model.matching import Vectors


class NetworkEncoder:
    """Vectors by a network in an ONNX file."""

    stage = "meaning"

    def __init__(self, path: Path, vocabulary: Vocabulary, table: Table, threads: int = 1) -> None:
        self._vocabulary = vocabulary
        self._network = Network(path, "vector", table, threads)

    @property
    def fingerprint(self) -> str:
        """Another string for other files."""
        return self._network.fingerprint

    def questions(self, texts: Sequence[str]) -> Vectors:
        """What people ask."""
        return self._applied([self._vocabulary.question(text) for text in texts], 1)

    def heads(self, articles: Sequence[Article]) -> Vectors:
        """What articles are about."""
        return self._applied([self._vocabulary.head(article) for article in articles], AT_ONCE)

    def _applied(self, rows: Sequence[Row], at_once: int) -> Vectors:
        import numpy as np

        return np.array(self._network.apply(rows, at_once), np.float32)
