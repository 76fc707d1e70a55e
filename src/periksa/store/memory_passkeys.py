"""Passkeys in memory, plainly written: what this does the other stores must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from periksa.model import Passkey
from periksa.store.memory_tables import Tables
from periksa.store.text import clean, scrub


class MemoryPasskeys:
    """Passkeys and challenges."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.passkeys
        self._challenges = tables.challenges

    def add(self, passkey: Passkey) -> bool:
        """Unless there is one."""
        passkey = scrub(passkey)
        if passkey.id in self._rows:
            return False
        self._rows[passkey.id] = passkey
        return True

    def get(self, id: str) -> Passkey | None:
        """By id."""
        return self._rows.get(clean(id))

    def of(self, user: str) -> list[Passkey]:
        """The oldest first."""
        theirs = [each for each in self._rows.values() if each.user == clean(user)]
        return sorted(theirs, key=lambda each: (each.created_at, each.id))

    def used(self, id: str, count: int, at: datetime) -> bool:
        """Whether it is there."""
        known = self.get(id)
        if known:
            self._rows[known.id] = replace(known, count=count, used_at=at)
        return known is not None

    def drop(self, id: str) -> bool:
        """Whether it was."""
        return self._rows.pop(clean(id), None) is not None

    def drop_of(self, user: str) -> int:
        """How many there were."""
        return self._rows.erase([each.id for each in self.of(user)])

    def challenge(self, mark: str, user: str, until: datetime, at: datetime) -> None:
        """One more."""
        self._sweep(at)
        self._challenges[mark] = user, until

    def answer(self, mark: str, at: datetime) -> str | None:
        """Once."""
        user, until = self._challenges.pop(mark, ("", at))
        self._sweep(at)
        return user if until > at else None

    def _sweep(self, at: datetime) -> None:
        self._challenges.erase([each for each, (_, end) in self._challenges.items() if end <= at])
