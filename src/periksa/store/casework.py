"""The shelves of the work on cases: what editors did, and the lists in which they see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from periksa.model import Act, CaseSieve, Listed, Listing, Shown, Standing, View, Wording
from periksa.model.casework import Rank


class Acts(Protocol):
    """What editors did to cases. A case is named by its id, or one it had before."""

    def standing(self, case: str) -> Standing | None:
        """How it stands."""
        ...

    def change(self, case: str, fields: Mapping[str, Any]) -> None:
        """These fields of the case, or of how it stands, are now so.

        Where it is opened again, keys by which another case was opened meanwhile are the other's.
        """
        ...

    def record(self, act: Act) -> Act:
        """Keep it; the act with its number."""
        ...

    def get(self, id: str) -> list[Act]:
        """All that was done by one press of a button, the last first."""
        ...

    def of(self, case: str, limit: int = 100) -> list[Act]:
        """What was done to a case and to those that are part of it, latest first."""
        ...

    def latest(self, by: str, since: datetime) -> list[Act]:
        """What somebody did last, if it was since then and is not undone."""
        ...

    def undone(self, id: str, by: str, at: datetime) -> None:
        """All of it was undone."""
        ...

    def merge(self, loser: str, winner: str, act: Act) -> None:
        """One open case becomes part of another; `act`, recorded, knows what moved."""
        ...

    def part(self, act: Act) -> bool:
        """Undo a merge: what moved goes back, the case is as it was. False if that is not to be had any more."""
        ...

    def split(self, case: str, messages: Collection[str], keys: Collection[str], text: str, new_id: str) -> bool:
        """Messages of an open case, with those of these keys that lead to it, become a case with this new id.

        `text` is what editors see of it; unless what they saw until now goes along: then True.
        """
        ...

    def rejoin(self, act: Act) -> bool:
        """Undo a split: all that is in the new case goes back. False if that is not to be had any more."""
        ...

    def wordings(self, case: str, limit: int = 50) -> list[Wording]:
        """In which words it was asked, most of them first; a message without words stands alone."""
        ...

    def saying(self, case: str, messages: Collection[str]) -> list[str]:
        """Messages of the case with the same words as any of these, oldest first; these too."""
        ...

    def told(self, case: str) -> int:
        """How many of its messages have been answered, from a settlement that still stands."""
        ...


class Listings(Protocol):
    """Cases as editors look for them."""

    def page(
        self, sieve: CaseSieve, listing: Listing, now: datetime, limit: int, behind: Rank | None = None
    ) -> list[Listed]:
        """Those that the sieve lets through, in this order; `behind` is the `rank` of the last one seen."""
        ...

    def totals(self, now: datetime) -> dict[Shown, int]:
        """How many there are of each."""
        ...

    def tags(self) -> list[str]:
        """All that are in use, in order."""
        ...

    def keep(self, view: View) -> None:
        """Under its name; one of the same name and owner is replaced."""
        ...

    def views(self, owner: str) -> Sequence[View]:
        """Theirs and the whole team's, by name."""
        ...

    def drop(self, id: str) -> None:
        """The view is gone."""
        ...
