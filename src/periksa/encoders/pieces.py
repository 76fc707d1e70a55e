"""Text as pieces: numbers of a vocabulary, and a vector for each. What is made of a text here is what was taught on.

`training/` makes its rows in the same way; `tests/encoders/test_pieces.py` holds both together.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from periksa.encoders.files import File, together, unusable
from periksa.model import LEAD, Article, Candidate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentencepiece import SentencePieceProcessor

    from periksa.model.matching import Vectors

START, END = 0, 2
"""The piece before every text and the one behind it."""
QUESTION, HEAD = 80, 40
"""Pieces of a question and of title and claim that an encoder reads."""
SHOWN = 64
"""Pieces of any text that the static encoder reads."""
ASKED, WHOLE = 72, 144
"""Pieces of a question, and of question and check together, that the close reader reads."""
LONGEST = 4000
LONGEST_HEAD = 2000
"""Characters of a question, and of title and claim, that are looked at."""

Row = list[int]


class Vocabulary:
    """Text to piece numbers."""

    def __init__(self, path: Path) -> None:
        self._file = File(path, _vocabulary)

    @property
    def hash(self) -> str:
        """SHA-256 of the file. Raises: ModelUnavailable."""
        return self._file.hash

    def __len__(self) -> int:
        return int(self._file.made.vocab_size())

    def _encode(self, text: str) -> Row:
        return list(self._file.made.encode(text.encode("utf-8", "replace").decode()))

    def bare(self, text: str) -> Row:
        """The pieces of a text and nothing else, as the static encoder takes them."""
        row = fitted(self._asked(text), SHOWN)
        return row[1 + len(self._encode("query: ")) : -1] or row

    def question(self, text: str) -> Row:
        """A question as the encoder reads it."""
        return fitted(self._asked(text), QUESTION)

    def _asked(self, text: str) -> Row:
        return [START, *self._encode(f"query: {text[:LONGEST]}"), END]

    def head(self, article: Article) -> Row:
        """Title and claim as the encoder reads them."""
        return [START, *self._encode(f"passage: {article.head[:LONGEST]}")[: HEAD - 2], END]

    def pair(self, question: str, candidate: Candidate) -> Row:
        """Question and check in one row, as the close reader reads them."""
        asked = fitted(self._encode(f"query: {question[:LONGEST]}"), ASKED)
        head = self._encode(f"passage: {candidate.article.head}"[:LONGEST_HEAD])[:HEAD]
        whole = [START, *asked, END, *head, END, *self._encode(candidate.lead[:LEAD])]
        return [*whole[: WHOLE - 1], END]


def fitted(pieces: Row, limit: int) -> Row:
    """A long forward loses its middle: the claim stands first, or last before the signature."""
    tail = limit // 4
    return pieces if len(pieces) <= limit else pieces[: limit - tail] + pieces[-tail:]


def _vocabulary(content: bytes) -> SentencePieceProcessor:
    from sentencepiece import SentencePieceProcessor

    model = SentencePieceProcessor(model_proto=content)
    if (model.bos_id(), model.eos_id()) != (START, END):
        raise ValueError("it is a vocabulary of another kind")
    return model


@dataclass(frozen=True)
class _Rows:
    pieces: NDArray[np.int8]
    scale: NDArray[np.float32]


class Table:
    """A vector for each piece, kept in int8; encoder and close reader share one."""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        self._path = path
        self._file = File(path, _rows)
        self._vocabulary = vocabulary

    @property
    def fingerprint(self) -> str:
        """Of table and vocabulary. Raises: ModelUnavailable, also where one is not of the other."""
        if len(self._file.made.pieces) != len(self._vocabulary):
            raise unusable(self._path, "it belongs to another vocabulary")
        return together(self._file.hash, self._vocabulary.hash)

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return int(self._file.made.pieces.shape[1])

    def vectors(self, pieces: Sequence[int]) -> Vectors:
        """The vectors of these pieces, a row each."""
        import numpy as np

        rows = self._file.made
        return rows.pieces[pieces].astype(np.float32) * rows.scale[pieces][:, None]


def _rows(content: bytes) -> _Rows:
    import numpy as np

    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        rows = _Rows(stored["pieces"], stored["scale"])
    if rows.pieces.dtype != np.int8 or rows.pieces.ndim != 2 or rows.scale.shape != rows.pieces.shape[:1]:
        raise ValueError("it is no table of pieces")
    return rows
