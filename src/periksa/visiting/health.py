"""How a site does: what it brought in a week, when it was visited, and what an operator should look at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from periksa.model import SpotKind, Visit
from periksa.sources.site import Site
from periksa.store import Transaction

WEEK = timedelta(days=7)
OVERDUE = 4
"""Visits missed in a row that are worth a warning."""


@dataclass(frozen=True, slots=True)
class Health:
    """One site that is switched on."""

    site: Site
    visit: Visit | None
    """None: it was never visited."""
    brought: int
    """Articles that it brought in the last seven days."""
    troubles: int
    waiting: int

    @classmethod
    def of(cls, tx: Transaction, site: Site, now: datetime, counts: Mapping[str, int]) -> Health:
        """As the store knows it; `counts` of troubles by site."""
        brought = tx.visits.brought(site.name, now - WEEK)
        waiting = tx.visits.waiting(site.name, list(SpotKind), now)
        return cls(site, tx.visits.of(site.name), brought, counts.get(site.name, 0), waiting)

    def warning(self, now: datetime, every: timedelta) -> tuple[str, str]:
        """What is wrong, and what to do about it; two empty texts where nothing is."""
        if self.site.ask_first:
            copy = f"periksa sources {self.site.name} --profile > sources.d/{self.site.name}.toml"
            return "waits for your word", f"{self.site.ask_first} Then empty ask_first in a copy: {copy}"
        if self.visit is None or self.visit.last_at is None:
            return "was never visited", f"Start periksa serve, or visit it now: periksa sync {self.site.name}"
        if not self.visit.reached:
            return "none of its listings can be read", f"See what is wrong: periksa sources {self.site.name}"
        if now - self.visit.last_at > OVERDUE * every:
            return f"was visited last on {self.visit.last_at:%Y-%m-%d %H:%M}", "Nobody visits: start periksa serve."
        if now - self.visit.first_at >= WEEK and self.brought < self.site.a_week:
            found = f"{self.brought:,} articles in a week, expected are {self.site.a_week:g}"
            return found, f"The site or its profile has changed; see: periksa sources {self.site.name}"
        return "", ""
