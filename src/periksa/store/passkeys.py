"""The shelf of passkeys, and of the challenges that wait for an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from periksa.model import Passkey


class Passkeys(Protocol):
    """What lets those who work at the desk in without a password."""

    def add(self, passkey: Passkey) -> bool:
        """Keep it; False if there is one of this id."""
        ...

    def get(self, id: str) -> Passkey | None:
        """The one with this id."""
        ...

    def of(self, user: str) -> list[Passkey]:
        """Those of a user, the oldest first."""
        ...

    def used(self, id: str, count: int, at: datetime) -> bool:
        """It was used then, for the `count`th time by its own count; whether it is still there."""
        ...

    def drop(self, id: str) -> bool:
        """It is no more; whether it was."""
        ...

    def drop_of(self, user: str) -> int:
        """All of a user are no more; how many there were."""
        ...

    def challenge(self, mark: str, user: str, until: datetime, at: datetime) -> None:
        """A question was put to this user, "" for whoever comes; it may be answered until then. Lapsed ones go."""
        ...

    def answer(self, mark: str, at: datetime) -> str | None:
        """To whom it was put, once; None if it never was, was answered or has lapsed. Lapsed ones go."""
        ...
