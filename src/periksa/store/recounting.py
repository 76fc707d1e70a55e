"""What came into a case, counted anew from the messages that are in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from periksa.model import Asked, MessageKind, Standing
from periksa.model.casework import kind_of, learned, opened

CAME = ("forwarded", "channels", "languages", "pulse", "heat")
"""Fields of `Standing` that say what came in."""
COUNTED = ("asked", "asked_at", *CAME)


class Piece(NamedTuple):
    """A message, as far as it counts."""

    kind: MessageKind
    channel: str
    language: str
    frequently: bool
    at: datetime
    text: str


def recounted(pieces: Iterable[Piece]) -> Standing:
    """How a case of these messages stands, oldest first; as new where there are none."""
    standing: Standing | None = None
    for piece in pieces:
        asked = Asked(kind_of(piece.kind, piece.text), piece.channel, piece.language, piece.frequently)
        standing = standing.joined(asked, piece.at) if standing else opened(asked, piece.at)
    return standing or Standing()


def words_of(text: str, texts: Iterable[str]) -> str:
    """What a case with this text can be found by, when these were asked."""
    words = learned("", text)
    for each in texts:
        words = learned(words, each)
    return words
