"""The shelf of those who work at the desk over SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from periksa.model import Invitation, Session, User
from periksa.store.schema import fields_of, insert_new, row_of
from periksa.store.staff_schema import invitations, sessions, tries, users
from periksa.store.text import clean

_USERS = select(*fields_of(users, User)).order_by(users.c.name)
_USER = _USERS.where(users.c.id == bindparam("this"))
_HELD = _USER.with_for_update()
_NAMED = _USERS.where(users.c.name == bindparam("this"))
_ADD = insert_new(users)
_CHANGE = (
    update(users)
    .where(users.c.id == bindparam("this"))
    .values({name: bindparam(f"new_{name}") for name in ("role", "password", "changed_at", "disabled_at")})
)

_INVITATIONS = select(*fields_of(invitations, Invitation)).order_by(invitations.c.at.desc(), invitations.c.id)
_INVITATION = _INVITATIONS.where(invitations.c.mark == bindparam("this"))
_VOID = delete(invitations).where(invitations.c.name == bindparam("this"))
_INVITE = insert(invitations)
_WITHDRAW = delete(invitations).where(invitations.c.id == bindparam("this"))

_SESSIONS = select(*fields_of(sessions, Session)).order_by(sessions.c.seen_at.desc(), sessions.c.id)
_SESSIONS_OF = _SESSIONS.where(sessions.c.user == bindparam("this"))
_SESSION = _SESSIONS.where(sessions.c.mark == bindparam("this"))
_BEGIN = insert(sessions)
_SEEN = update(sessions).where(sessions.c.id == bindparam("this")).values(seen_at=bindparam("now"))
_END = delete(sessions).where(sessions.c.id.in_(bindparam("ids", expanding=True)))

_KEYS = tries.c.key.in_(bindparam("keys", expanding=True))
_TRY = insert(tries)
_TRIED = select(tries.c.key, func.count()).where(_KEYS, tries.c.at >= bindparam("since")).group_by(tries.c.key)
_FORGIVE = delete(tries).where(_KEYS)
_SWEEP_SESSIONS = delete(sessions).where(
    or_(sessions.c.started_at < bindparam("began"), sessions.c.seen_at < bindparam("seen"))
)
_SWEEP_TRIES = delete(tries).where(tries.c.at < bindparam("tried"))


class SqlStaff:
    """Users, sessions, invitations, tries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User) -> bool:
        """Unless the name is taken."""
        return self._connection.execute(_ADD, row_of(user)).rowcount == 1

    def change(self, user: User) -> None:
        """All but id and name."""
        row = {f"new_{name}": value for name, value in row_of(user).items()}
        self._connection.execute(_CHANGE, {"this": user.id, **row})

    def get(self, id: str) -> User | None:
        """By id."""
        row = self._connection.execute(_USER, {"this": id}).first()
        return None if row is None else User(*row)

    def hold(self, id: str) -> User | None:
        """The row is ours."""
        row = self._connection.execute(_HELD, {"this": id}).first()
        return None if row is None else User(*row)

    def named(self, name: str) -> User | None:
        """By name."""
        row = self._connection.execute(_NAMED, {"this": name}).first()
        return None if row is None else User(*row)

    def all(self) -> list[User]:
        """By name."""
        return [User(*row) for row in self._connection.execute(_USERS)]

    def invite(self, invitation: Invitation) -> None:
        """The only one for this name."""
        self._connection.execute(_VOID, {"this": invitation.name})
        self._connection.execute(_INVITE, row_of(invitation))

    def invitation(self, mark: str) -> Invitation | None:
        """By what stands for its token."""
        row = self._connection.execute(_INVITATION, {"this": mark}).first()
        return None if row is None else Invitation(*row)

    def invitations(self) -> list[Invitation]:
        """Latest first."""
        return [Invitation(*row) for row in self._connection.execute(_INVITATIONS)]

    def withdraw(self, id: str) -> bool:
        """Whether there was one."""
        return self._connection.execute(_WITHDRAW, {"this": id}).rowcount == 1

    def begin(self, session: Session) -> None:
        """One more."""
        self._connection.execute(_BEGIN, row_of(session))

    def session(self, mark: str) -> Session | None:
        """By what stands for its token."""
        row = self._connection.execute(_SESSION, {"this": mark}).first()
        return None if row is None else Session(*row)

    def sessions(self, user: str = "") -> list[Session]:
        """Last used first."""
        rows = self._connection.execute(_SESSIONS_OF if user else _SESSIONS, {"this": user} if user else {})
        return [Session(*row) for row in rows]

    def seen(self, session: str, at: datetime) -> None:
        """Just now."""
        self._connection.execute(_SEEN, {"this": session, "now": at})

    def end(self, sessions: Collection[str]) -> int:
        """How many there were."""
        return self._connection.execute(_END, {"ids": list(sessions)}).rowcount

    def tried(self, keys: Collection[str], at: datetime, since: datetime) -> dict[str, int]:
        """One more for each."""
        if keys:
            self._connection.execute(_TRY, [{"key": key, "at": at} for key in keys])
        counts: dict[str, int] = dict(self._connection.execute(_TRIED, {"keys": list(keys), "since": since}).all())
        return {key: counts.get(clean(key), 0) for key in keys}

    def forgive(self, keys: Collection[str]) -> None:
        """None of theirs counts."""
        self._connection.execute(_FORGIVE, {"keys": list(keys)})

    def sweep(self, began: datetime, seen: datetime, tried: datetime) -> int:
        """How many went."""
        sessions = self._connection.execute(_SWEEP_SESSIONS, {"began": began, "seen": seen}).rowcount
        return sessions + self._connection.execute(_SWEEP_TRIES, {"tried": tried}).rowcount
