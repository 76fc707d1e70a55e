"""The shelf of visits to publishers: whom we visited, what we know of their addresses, what is wrong there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from periksa.model import Spot, SpotKind, Trouble, Visit


class Visits(Protocol):
    """What one visit leaves for the next. Names and keys are texts; spots of two sites never meet."""

    def begin(self, site: str, at: datetime, until: datetime) -> bool:
        """Take the site into our hands; False if somebody else has it in theirs at that time."""
        ...

    def hold(self, site: str, until: datetime) -> None:
        """It stays in our hands until then."""
        ...

    def end(self, visit: Visit) -> None:
        """Keep what came of it and let go of the site. `first_at` stays what it was."""
        ...

    def of(self, site: str) -> Visit | None:
        """The latest visit to it."""
        ...

    def all(self) -> list[Visit]:
        """By name of the site."""
        ...

    def spots(self, site: str, keys: Collection[str]) -> list[Spot]:
        """Those that are known, in no order."""
        ...

    def put(self, spots: Sequence[Spot]) -> None:
        """Insert or replace."""
        ...

    def due(self, site: str, kinds: Collection[SpotKind], at: datetime, limit: int) -> list[Spot]:
        """Those to be fetched at this time: never fetched ones first, then the latest by date, then by key."""
        ...

    def waiting(self, site: str, kinds: Collection[SpotKind], at: datetime) -> int:
        """How many are due."""
        ...

    def sweep(self, before: datetime, limit: int) -> int:
        """Forget at most so many addresses, and what is wrong there, that no listing has named since then and that have
        nothing in the library: articles, and other listings, but no further pages of one. How many."""
        ...

    def brought(self, site: str, since: datetime) -> int:
        """Articles' addresses first heard of since then that gave an article."""
        ...

    def note(self, troubles: Sequence[Trouble]) -> list[Trouble]:
        """Remember them; those that were not known. A known one counts on, and says what was said last."""
        ...

    def solve(self, site: str, keys: Collection[str], before: datetime) -> int:
        """Forget what was last met at these spots before that time; how many troubles."""
        ...

    def troubles(self, site: str, limit: int = 100) -> list[Trouble]:
        """Latest first."""
        ...

    def trouble_counts(self) -> dict[str, int]:
        """How many, by site."""
        ...
