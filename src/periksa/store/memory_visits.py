"""Visits to publishers in memory, plainly written: what this does the other stores must do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from periksa.model import Spot, SpotKind, Trouble, Visit
from periksa.store.memory_tables import Tables
from periksa.store.text import clean, scrub


class MemoryVisits:
    """What one visit leaves for the next."""

    def __init__(self, tables: Tables) -> None:
        self._visits = tables.visits
        self._spots = tables.spots
        self._troubles = tables.troubles

    def begin(self, site: str, at: datetime, until: datetime) -> bool:
        """Whether it is ours now."""
        site = clean(site)
        known = self._visits.get(site, Visit(site, at))
        if known.held_until and known.held_until > at:
            return False
        self._visits[site] = replace(known, held_until=until)
        return True

    def hold(self, site: str, until: datetime) -> None:
        """For longer."""
        if known := self._visits.get(clean(site)):
            self._visits[known.site] = replace(known, held_until=until)

    def end(self, visit: Visit) -> None:
        """Let go."""
        visit = scrub(visit)
        first = self._visits.get(visit.site, visit).first_at
        self._visits[visit.site] = replace(visit, first_at=first, held_until=None)

    def of(self, site: str) -> Visit | None:
        """The latest."""
        return self._visits.get(clean(site))

    def all(self) -> list[Visit]:
        """By name."""
        return sorted(self._visits.values(), key=lambda visit: visit.site)

    def spots(self, site: str, keys: Collection[str]) -> list[Spot]:
        """Those that are known."""
        wanted = [(clean(site), key) for key in dict.fromkeys(map(clean, keys))]
        return [self._spots[one] for one in wanted if one in self._spots]

    def put(self, spots: Sequence[Spot]) -> None:
        """Insert or replace."""
        for spot in map(scrub, spots):
            self._spots[spot.site, spot.key] = spot

    def due(self, site: str, kinds: Collection[SpotKind], at: datetime, limit: int) -> list[Spot]:
        """New ones first, then the latest."""
        due = sorted(self._due(site, kinds, at), key=lambda spot: spot.key)
        due.sort(key=lambda spot: spot.date or date.min, reverse=True)
        due.sort(key=lambda spot: spot.fetched_at is not None)
        return due[:limit]

    def waiting(self, site: str, kinds: Collection[SpotKind], at: datetime) -> int:
        """How many."""
        return len(self._due(site, kinds, at))

    def _due(self, site: str, kinds: Collection[SpotKind], at: datetime) -> list[Spot]:
        theirs = (spot for spot in self._spots.values() if spot.site == clean(site) and spot.kind in kinds)
        return [spot for spot in theirs if spot.due_at and spot.due_at <= at]

    def sweep(self, before: datetime, limit: int) -> int:
        """How many."""
        old = [id for id, spot in self._spots.items() if spot.seen_at < before and not spot.articles]
        gone = [id for id in sorted(old) if self._spots[id].kind is not SpotKind.NEXT][:limit]
        self._troubles.erase([id for id in self._troubles if id[:2] in gone])
        return self._spots.erase(gone)

    def brought(self, site: str, since: datetime) -> int:
        """How many that gave an article."""
        spots = (spot for spot in self._spots.values() if spot.site == clean(site))
        return sum(spot.kind is SpotKind.ARTICLE and spot.first_at >= since and bool(spot.articles) for spot in spots)

    def note(self, troubles: Sequence[Trouble]) -> list[Trouble]:
        """The new ones."""
        new: dict[tuple[str, str, str, str], Trouble] = {}
        for trouble in map(scrub, troubles):
            id = (trouble.site, trouble.key, trouble.where, trouble.field)
            if known := self._troubles.get(id):
                count = known.count + trouble.count
                self._troubles[id] = replace(known, what=trouble.what, last_at=trouble.last_at, count=count)
            else:
                self._troubles[id] = new[id] = trouble
        return list(new.values())

    def solve(self, site: str, keys: Collection[str], before: datetime) -> int:
        """How many."""
        asked = {(clean(site), clean(key)) for key in keys}
        rows = self._troubles.items()
        return self._troubles.erase([id for id, each in rows if id[:2] in asked and each.last_at < before])

    def troubles(self, site: str, limit: int = 100) -> list[Trouble]:
        """Latest first."""
        theirs = [each for each in self._troubles.values() if each.site == clean(site)]
        theirs.sort(key=lambda each: (each.where, each.field))
        return sorted(theirs, key=lambda each: each.last_at, reverse=True)[:limit]

    def trouble_counts(self) -> dict[str, int]:
        """By site."""
        return dict(Counter(each.site for each in self._troubles.values()))
