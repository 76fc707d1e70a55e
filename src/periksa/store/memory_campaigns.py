"""Broadcasts in memory, plainly written: what this does the other stores must do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from periksa.model import Audience, Cadence, Campaign, Reached
from periksa.store.campaigns import listed, stand
from periksa.store.memory_people import MemoryContacts
from periksa.store.memory_tables import Tables, Window
from periksa.store.text import clean, scrub


class MemoryCampaigns:
    """What the newsroom sends to many."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._tables = tables
        self._rows = tables.campaigns
        self._contacts = contacts

    def add(self, campaign: Campaign) -> bool:
        """Whether it is new."""
        campaign = scrub(campaign)
        if campaign.id in self._rows:
            return False
        self._rows[campaign.id] = campaign
        return True

    def get(self, id: str) -> Campaign | None:
        """The one with this id."""
        return self._rows.get(clean(id))

    def hold(self, id: str) -> Campaign | None:
        """Nobody is beside us."""
        return self.get(id)

    def begin(self, id: str, at: datetime) -> Campaign | None:
        """As it is now."""
        known = self.get(id)
        if known and not known.began_at and not known.stopped_at:
            self._rows[known.id] = replace(known, began_at=at)
        return self.get(id)

    def end(self, id: str, at: datetime) -> None:
        """Handed out."""
        known = self.get(id)
        if known and not known.ended_at:
            self._rows[known.id] = replace(known, ended_at=at)

    def halt(self, id: str, by: str, at: datetime) -> bool:
        """Whether it was not stopped before."""
        known = self.get(id)
        if known is None or known.stopped_at:
            return False
        self._rows[known.id] = replace(known, stopped_at=at, stopped_by=clean(by))
        return True

    def latest(self, limit: int = 50) -> Sequence[Campaign]:
        """Made last first."""
        return sorted(self._rows.values(), key=lambda each: (each.made_at, each.id), reverse=True)[:limit]

    def reached(self, ids: Collection[str]) -> Mapping[str, Reached]:
        """Those that have any replies."""
        asked = {clean(id) for id in ids} - {""}
        rows = (each for each in self._tables.outbox.values() if each.campaign in asked)
        return stand((each.campaign, each.status, bool(each.platform_id), 1) for each in rows)

    def followers(self) -> Mapping[tuple[str, Cadence], int]:
        """Each person once."""
        found: dict[tuple[str, Cadence], set[str]] = {}
        for each in self._tables.subscriptions.values():
            known = self._contacts.get(each.contact)
            window = self._tables.windows.get((each.contact, each.channel), Window())
            if known and not (known.opted_out_at or known.blocked_at or window.gone_at):
                found.setdefault((each.topic, each.cadence), set()).add(each.contact)
        return {each: len(people) for each, people in found.items()}

    def audience(self, topics: Collection[str], closed: Mapping[str, datetime], beginning: str) -> Sequence[Audience]:
        """Most first."""
        follow = {
            (each.contact, each.channel)
            for each in self._tables.subscriptions.values()
            if not topics or each.topic in topics
        }
        counts: Counter[tuple[str, str, bool, bool]] = Counter()
        for contact, channel in follow:
            known, window = self._contacts.get(contact), self._tables.windows.get((contact, channel), Window())
            if known and not (known.opted_out_at or known.blocked_at or window.gone_at):
                late = channel in closed and (window.wrote_at is None or window.wrote_at <= closed[channel])
                counts[channel, known.language, late, f"{beginning}{contact}" in self._tables.outbox] += 1
        return listed(counts.items())
