"""The static encoder, for machines that cannot run a network: the mean of the vectors of a text's pieces.

Its table is distilled from the network; how much a piece counts is how long its vector is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from periksa.encoders.pieces import Table, Vocabulary
from periksa.model import Article

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from periksa.model.matching import Vectors


class StaticEncoder:
    """Vectors by a table alone."""

    stage = "gist"

    def __init__(self, vocabulary: Vocabulary, table: Table) -> None:
        self._vocabulary = vocabulary
        self._table = table

    @property
    def fingerprint(self) -> str:
        """Another string for other files."""
        return self._table.fingerprint

    def questions(self, texts: Sequence[str]) -> Vectors:
        """What people ask."""
        import numpy as np

        return np.array([self._mean(text) for text in texts], np.float32)

    def heads(self, articles: Sequence[Article]) -> Vectors:
        """What articles are about."""
        return self.questions([article.head for article in articles])

    def _mean(self, text: str) -> NDArray[np.float32]:
        import numpy as np

        mean: NDArray[np.float32] = self._table.vectors(self._vocabulary.bare(text)).mean(0)
        return mean / max(float(np.linalg.norm(mean)), 1e-9)
