"""What changed in the library, in memory, plainly written: what this does the other stores must do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from periksa.model import Change, Edition
from periksa.store.memory_tables import Tables
from periksa.store.text import clean


class MemoryChanges:
    """What whoever follows the library must know."""

    def __init__(self, tables: Tables) -> None:
        self._articles = tables.articles
        self._changed = tables.articles_changed
        self._arrivals = tables.arrivals
        self._withdrawals = tables.withdrawals

    def same(self, marks: Mapping[str, str]) -> set[str]:
        """Those that are there and came in so before."""
        return {
            id for id, mark in marks.items() if clean(id) in self._articles and self._arrivals.get(clean(id)) == mark
        }

    def came(self, marks: Mapping[str, str]) -> None:
        """Kept, and no longer withdrawn."""
        for id, mark in marks.items():
            self._arrivals[clean(id)] = mark
            self._withdrawals.pop(clean(id), None)

    def withdrawn(self, ids: Collection[str], at: datetime) -> None:
        """They leave the library."""
        for id in map(clean, ids):
            if id in self._articles:
                self._withdrawals[id] = at

    def list(self, since: datetime, until: datetime, limit: int, behind: str = "") -> list[Change]:
        """Oldest first."""
        there = (Change(at, id, Edition(self._articles[id], at)) for id, at in self._changed.items())
        gone = (Change(at, id) for id, at in self._withdrawals.items())
        found = [one for one in (*there, *gone) if (since, clean(behind)) < (one.at, one.id) and one.at < until]
        return sorted(found, key=lambda one: (one.at, one.id))[:limit]
