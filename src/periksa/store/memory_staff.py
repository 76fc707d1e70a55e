"""Those who work at the desk, in memory, plainly written: what this does the other stores must do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from periksa.model import Invitation, Session, User
from periksa.store.memory_tables import Tables
from periksa.store.text import clean, scrub


class MemoryStaff:
    """Users, sessions, invitations, tries."""

    def __init__(self, tables: Tables) -> None:
        self._users = tables.users
        self._sessions = tables.sessions
        self._invitations = tables.invitations
        self._tries = tables.tries

    def add(self, user: User) -> bool:
        """Unless the name is taken."""
        user = scrub(user)
        if self.named(user.name) or user.id in self._users:
            return False
        self._users[user.id] = user
        return True

    def change(self, user: User) -> None:
        """All but id and name."""
        if known := self._users.get(clean(user.id)):
            self._users[known.id] = replace(scrub(user), name=known.name)

    def get(self, id: str) -> User | None:
        """By id."""
        return self._users.get(clean(id))

    def hold(self, id: str) -> User | None:
        """Nobody is beside us."""
        return self.get(id)

    def named(self, name: str) -> User | None:
        """By name."""
        return next((user for user in self._users.values() if user.name == clean(name)), None)

    def all(self) -> list[User]:
        """By name."""
        return sorted(self._users.values(), key=lambda user: user.name)

    def invite(self, invitation: Invitation) -> None:
        """The only one for this name."""
        invitation = scrub(invitation)
        self._invitations.erase([id for id, each in self._invitations.items() if each.name == invitation.name])
        self._invitations[invitation.id] = invitation

    def invitation(self, mark: str) -> Invitation | None:
        """By what stands for its token."""
        return next((each for each in self._invitations.values() if each.mark == clean(mark)), None)

    def invitations(self) -> list[Invitation]:
        """Latest first."""
        by_id = sorted(self._invitations.values(), key=lambda each: each.id)
        return sorted(by_id, key=lambda each: each.at, reverse=True)

    def withdraw(self, id: str) -> bool:
        """Whether there was one."""
        return self._invitations.pop(clean(id), None) is not None

    def begin(self, session: Session) -> None:
        """One more."""
        session = scrub(session)
        self._sessions[session.id] = session

    def session(self, mark: str) -> Session | None:
        """By what stands for its token."""
        return next((each for each in self._sessions.values() if each.mark == clean(mark)), None)

    def sessions(self, user: str = "") -> list[Session]:
        """Last used first."""
        theirs = [each for each in self._sessions.values() if not user or each.user == clean(user)]
        return sorted(sorted(theirs, key=lambda each: each.id), key=lambda each: each.seen_at, reverse=True)

    def seen(self, session: str, at: datetime) -> None:
        """Just now."""
        if known := self._sessions.get(clean(session)):
            self._sessions[known.id] = replace(known, seen_at=at)

    def end(self, sessions: Collection[str]) -> int:
        """How many there were."""
        return self._sessions.erase({id for id in map(clean, sessions) if id in self._sessions})

    def tried(self, keys: Collection[str], at: datetime, since: datetime) -> dict[str, int]:
        """One more for each."""
        for key in keys:
            self._tries.append((clean(key), at))
        rows = list(self._tries.values())
        return {key: sum(tried == clean(key) and when >= since for tried, when in rows) for key in keys}

    def forgive(self, keys: Collection[str]) -> None:
        """None of theirs counts."""
        forgiven = set(map(clean, keys))
        self._tries.erase([number for number, (key, _) in self._tries.items() if key in forgiven])

    def sweep(self, began: datetime, seen: datetime, tried: datetime) -> int:
        """How many went."""
        old = [id for id, each in self._sessions.items() if each.started_at < began or each.seen_at < seen]
        stale = [number for number, (_, at) in self._tries.items() if at < tried]
        return self._sessions.erase(old) + self._tries.erase(stale)
