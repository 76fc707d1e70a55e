"""The shelf of those who work at the desk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from periksa.model import Invitation, Session, User


class Staff(Protocol):
    """Users, their sessions and invitations, and how often somebody tried in vain to sign in."""

    def add(self, user: User) -> bool:
        """Keep a new user; False if the name is taken."""
        ...

    def change(self, user: User) -> None:
        """The user with this id is now like this; the name stays."""
        ...

    def get(self, id: str) -> User | None:
        """The user with this id."""
        ...

    def hold(self, id: str) -> User | None:
        """The same, and nobody changes them beside us until this transaction is over."""
        ...

    def named(self, name: str) -> User | None:
        """The user with this name."""
        ...

    def all(self) -> list[User]:
        """By name."""
        ...

    def invite(self, invitation: Invitation) -> None:
        """Keep it; earlier ones for the same name are void."""
        ...

    def invitation(self, mark: str) -> Invitation | None:
        """The one with this mark, lapsed or not."""
        ...

    def invitations(self) -> list[Invitation]:
        """Latest first, lapsed ones too."""
        ...

    def withdraw(self, id: str) -> bool:
        """It is void: used or taken back. False if it was before."""
        ...

    def begin(self, session: Session) -> None:
        """Somebody has signed in."""
        ...

    def session(self, mark: str) -> Session | None:
        """The one with this mark, however old."""
        ...

    def sessions(self, user: str = "") -> list[Session]:
        """Those of a user, or everybody's, last used first."""
        ...

    def seen(self, session: str, at: datetime) -> None:
        """It was used at that time."""
        ...

    def end(self, sessions: Collection[str]) -> int:
        """These are over; how many there were."""
        ...

    def tried(self, keys: Collection[str], at: datetime, since: datetime) -> dict[str, int]:
        """Count a try for each of these keys; how many each has had since then, this one too."""
        ...

    def forgive(self, keys: Collection[str]) -> None:
        """These have had none."""
        ...

    def sweep(self, began: datetime, seen: datetime, tried: datetime) -> int:
        """Delete sessions that began or were last used, and tries that were made, before those times; how many."""
        ...
