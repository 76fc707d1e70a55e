"""The close reader: question and check read together by a small network, for the few that matter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from periksa.encoders.pieces import Table, Vocabulary
from periksa.encoders.session import Network
from periksa.model import Candidate


class NetworkCloseReader:
    """Log odds by a network in an ONNX file."""

    def __init__(self, path: Path, vocabulary: Vocabulary, table: Table, threads: int = 1) -> None:
        self._vocabulary = vocabulary
        self._network = Network(path, "odds", table, threads)

    @property
    def fingerprint(self) -> str:
        """Another string for other files."""
        return self._network.fingerprint

    def read(self, pairs: Sequence[tuple[str, Candidate]]) -> list[float]:
        """The log odds of each pair, in their order."""
        return [float(odds) for odds in self._network.apply([self._vocabulary.pair(*pair) for pair in pairs])]
