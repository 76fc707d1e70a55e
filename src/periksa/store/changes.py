"""The shelf of what changed in the library: what came in last, what was withdrawn, all in the order of change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from periksa.model import Change


class Changes(Protocol):
    """What whoever follows the library must know. Ids are texts."""

    def same(self, marks: Mapping[str, str]) -> set[str]:
        """Those of these articles (id → a mark of what comes in) that are there and came in with this very mark."""
        ...

    def came(self, marks: Mapping[str, str]) -> None:
        """These came in: their marks are kept, and whichever of them was withdrawn is back."""
        ...

    def withdrawn(self, ids: Collection[str], at: datetime) -> None:
        """Those of these articles that are there leave the library: to be said before they are dropped."""
        ...

    def list(self, since: datetime, until: datetime, limit: int, behind: str = "") -> list[Change]:
        """Changes from `since` on, in it those behind this id only, and before `until`: oldest first, then by id."""
        ...
