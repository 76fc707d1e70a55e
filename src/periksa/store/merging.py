"""What holds for two contacts who prove to be one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from periksa.model import Contact

Window = tuple[datetime | None, datetime | None]
"""When they last wrote on a channel, and since when nothing reaches them there."""


def one_of(winner: Contact, loser: Contact) -> Contact:
    """Of two who prove to be one: what they chose and were told holds for both, what they declined too."""
    return replace(
        winner,
        language=winner.language or loser.language,
        asked_language_at=_earliest(winner.asked_language_at, loser.asked_language_at),
        welcomed_at=_earliest(winner.welcomed_at, loser.welcomed_at),
        blocked_at=_earliest(winner.blocked_at, loser.blocked_at),
        opted_out_at=_earliest(winner.opted_out_at, loser.opted_out_at),
    )


def wider(one: Sequence[datetime | None], other: Sequence[datetime | None]) -> Window:
    """They can be reached if they can be reached as either."""
    wrote_at = max((at for at in (one[0], other[0]) if at), default=None)
    return wrote_at, one[1] and other[1]


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at), default=None)
