"""The shelf of broadcasts: which there are, how far they came, and how many people follow what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from periksa.model import Audience, Cadence, Campaign, Reached, StatusKind

_NAMES = {
    StatusKind.SENT: "sent",
    StatusKind.DELIVERED: "delivered",
    StatusKind.READ: "read",
    StatusKind.PLAYED: "read",
    StatusKind.FAILED: "failed",
    StatusKind.DELETED: "delivered",
}
"""What a status comes to, where it says anything."""


class Campaigns(Protocol):
    """What the newsroom sends to many."""

    def add(self, campaign: Campaign) -> bool:
        """Keep it; False if one with this id exists."""
        ...

    def get(self, id: str) -> Campaign | None:
        """The one with this id."""
        ...

    def hold(self, id: str) -> Campaign | None:
        """The same, and nobody stops it beside us until this transaction is over."""
        ...

    def begin(self, id: str, at: datetime) -> Campaign | None:
        """It goes out from now on; as it is now, None if there is none. Twice is once; a stopped one does not begin."""
        ...

    def end(self, id: str, at: datetime) -> None:
        """All of it was handed out."""
        ...

    def halt(self, id: str, by: str, at: datetime) -> bool:
        """Nothing more of it goes out; False if it was stopped before, or there is none."""
        ...

    def latest(self, limit: int = 50) -> Sequence[Campaign]:
        """Made last first."""
        ...

    def reached(self, ids: Collection[str]) -> Mapping[str, Reached]:
        """How far the replies of each have come, for those that have any. Digests have their ids too."""
        ...

    def followers(self) -> Mapping[tuple[str, Cadence], int]:
        """How many people who may be written to follow each topic, by cadence; each once, on however many channels."""
        ...

    def audience(self, topics: Collection[str], closed: Mapping[str, datetime], beginning: str) -> Sequence[Audience]:
        """Who may be written to and follows one of these topics, or anything where none is named: each person once on
        each channel, counted.

        `closed`: by channel that has windows, when somebody must have written last for theirs to be closed. `already`
        are those to whom a reply exists whose id is `beginning` and theirs.
        """
        ...


def stand(rows: Iterable[tuple[str, StatusKind | None, bool, int]]) -> dict[str, Reached]:
    """How far campaigns have come, from (campaign, status, whether the platform has it, how many)."""
    found: dict[str, Counter[str]] = {}
    for campaign, status, accepted, count in rows:
        name = _NAMES.get(status) if status else None
        found.setdefault(campaign, Counter())[name or ("sent" if accepted else "queued")] += count
    return {campaign: Reached(**counts) for campaign, counts in found.items()}


def listed(counts: Iterable[tuple[tuple[str, str, bool, bool], int]]) -> list[Audience]:
    """Most people first."""
    return [Audience(*which, people) for which, people in sorted(counts, key=lambda each: (-each[1], each[0]))]
