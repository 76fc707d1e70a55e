"""Cases as editors look for them, in memory, plainly written: what it does is what the other stores must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from periksa.model import NOBODY, Case, CaseSieve, CaseState, Listed, Listing, Shown, Standing, View
from periksa.model.casework import Rank, rank
from periksa.store.memory_tables import Tables
from periksa.store.text import scrub

CUT = 400


class MemoryListings:
    """Cases as editors look for them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def page(
        self, sieve: CaseSieve, listing: Listing, now: datetime, limit: int, behind: Rank | None = None
    ) -> list[Listed]:
        """All of them, sorted, and cut."""
        found = [
            Listed(replace(case, text=case.text[:CUT]), self._tables.standings[case.id])
            for case in self._tables.cases.values()
            if shown(case, self._tables.standings[case.id], now) is sieve.shown and self._through(sieve, case)
        ]
        rises = listing is Listing.OLDEST
        ranked = sorted(((rank(listing, row.case, row.standing), row) for row in found), key=lambda pair: pair[0])
        rows = ranked if rises else ranked[::-1]
        unseen = [row for at, row in rows if not behind or (at > tuple(behind) if rises else at < tuple(behind))]
        return unseen[:limit]

    def totals(self, now: datetime) -> dict[Shown, int]:
        """Of each."""
        known = [shown(case, self._tables.standings[case.id], now) for case in self._tables.cases.values()]
        return {each: known.count(each) for each in Shown}

    def tags(self) -> list[str]:
        """In order."""
        return sorted({tag for standing in self._tables.standings.values() for tag in standing.tags})

    def keep(self, view: View) -> None:
        """The old one of this name goes."""
        views, view = self._tables.views, scrub(view)
        views.erase([id for id, old in views.items() if (old.owner, old.name) == (view.owner, view.name)])
        views[view.id] = view

    def views(self, owner: str) -> Sequence[View]:
        """By name."""
        theirs = [view for view in self._tables.views.values() if view.owner in (owner, "")]
        return sorted(theirs, key=lambda view: (view.name, view.owner))

    def drop(self, id: str) -> None:
        """Gone."""
        self._tables.views.pop(id, None)

    def _through(self, sieve: CaseSieve, case: Case) -> bool:
        standing, words = self._tables.standings[case.id], self._tables.findable.get(case.id, "")
        return all(
            (
                not sieve.assignee or standing.assignee == ("" if sieve.assignee == NOBODY else sieve.assignee),
                not sieve.kind or standing.kind is sieve.kind,
                not sieve.tag or sieve.tag in standing.tags,
                not sieve.channel or sieve.channel in standing.channels,
                not sieve.language or sieve.language in standing.languages,
                not sieve.asked_since or (case.asked_at or case.opened_at) >= sieve.asked_since,
                case.text not in sieve.without,
                not sieve.opened_by or case.opened_at <= sieve.opened_by,
                *(word in words for word in sieve.words),
            )
        )


def shown(case: Case, standing: Standing, now: datetime) -> Shown | None:
    """In which list it is; None: in none."""
    if case.state is CaseState.MERGED:
        return None
    until = standing.snoozed_until
    if case.state is CaseState.OPEN and until and until > now and case.asked < standing.wakes_at:
        return Shown.SNOOZED
    return Shown(case.state.value)
