"""ROOM encoders: meaning as numbers.

verb            `questions`, `heads` (an encoder); `read` (a close reader)
in → out        texts → vectors of length 1 that are near where meanings are near; question and check → log odds
may touch       the files of its model, which it is given by name and reads when it is first asked
must not        search, decide, or remember what it was asked
to add one      copy `static.py` (an encoder) or `close.py` (a close reader); the contract suite finds it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from periksa.model import Article, Candidate

if TYPE_CHECKING:
    from periksa.model.matching import Vectors


class Encoder(Protocol):
    """Turns texts into vectors, one row of length 1 each. Safe to use from many threads."""

    stage: str
    """The stage of the matching that learned what its cosines are worth (`answers/features.py`)."""

    @property
    def fingerprint(self) -> str:
        """Another string for other files: vectors of two are never compared. Raises: ModelUnavailable."""
        ...

    def questions(self, texts: Sequence[str]) -> Vectors:
        """What people ask, as readers cleaned it. Raises: ModelUnavailable."""
        ...

    def heads(self, articles: Sequence[Article]) -> Vectors:
        """What articles are about: title and claim. Raises: ModelUnavailable."""
        ...


class CloseReader(Protocol):
    """Reads a question and a check together: dearer than comparing vectors, and surer. For many threads."""

    @property
    def fingerprint(self) -> str:
        """Another string for other files. Raises: ModelUnavailable."""
        ...

    def read(self, pairs: Sequence[tuple[str, Candidate]]) -> list[float]:
        """The log odds of each pair that this check answers this question. Raises: ModelUnavailable."""
        ...
