"""Passwords: what makes a good one, how it is kept, how one is compared with what is kept."""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from periksa.errors import StaffError

LEAST, MOST = 12, 256
"""Characters of a password."""
DIFFERENT = 5
"""How many of them are not alike, at least."""
AT_ONCE = 2
"""Passwords compared at the same time: each takes 64 MB, and the machine has other work to do."""

_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=1$dlzNrcssrVrEtxMQOiFj+A$F0y7JjH6qaITCF9ULJvz+eBzRMNduIicCKqYsPLVylo"
"""Of 40 random bytes that nobody kept: no password is known to fit."""


class Passwords:
    """argon2id; comparing takes about a tenth of a second, and is to be kept off the event loop.

    `memory` in KiB; `nobodys` is compared with where there is no user, and is sealed with the same parameters.
    """

    def __init__(self, memory: int = 65536, rounds: int = 3, nobodys: str = _NOBODYS) -> None:
        self._nobodys = nobodys
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=1)
        self._turn = BoundedSemaphore(AT_ONCE)

    def seal(self, password: str) -> str:
        """What is kept of it."""
        with self._turn:
            return self._hasher.hash(_same(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the one; without any kept, False after the same work."""
        with self._turn:
            try:
                return self._hasher.verify(kept or self._nobodys, _same(password)) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, kept: str) -> bool:
        """Whether it was sealed with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def refuse_weak(password: str, name: str) -> None:
    """Raises: StaffError if nobody should have this password."""
    plain = password.casefold()
    if len(password) < LEAST:
        raise StaffError(f"A password has at least {LEAST} characters.", "short")
    if len(password) > MOST:
        raise StaffError(f"A password has at most {MOST} characters.", "long")
    if len(set(plain)) < DIFFERENT or name.casefold() in plain:
        raise StaffError("This password is too easy to guess: it repeats itself, or holds the name.", "weak")


def _same(password: str) -> bytes:
    """The same bytes, however a keyboard spells é."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
