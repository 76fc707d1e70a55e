"""The shelf of passkeys over SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from periksa.model import Passkey
from periksa.store.schema import fields_of, insert_new, row_of
from periksa.store.staff_schema import challenges, passkeys

_PASSKEYS = select(*fields_of(passkeys, Passkey)).order_by(passkeys.c.created_at, passkeys.c.id)
_THIS = passkeys.c.id == bindparam("this")
_THEIRS = passkeys.c.user == bindparam("whose")
_ADD = insert_new(passkeys)
_USED = update(passkeys).where(_THIS).values(count=bindparam("times"), used_at=bindparam("now"))
_CHALLENGE = insert(challenges)
_ASKED = select(challenges.c.user).where(challenges.c.mark == bindparam("given"), challenges.c.until > bindparam("now"))
_ANSWERED = delete(challenges).where(challenges.c.mark == bindparam("given"))
_LAPSED = delete(challenges).where(challenges.c.until <= bindparam("now"))


class SqlPasskeys:
    """Passkeys and challenges."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, passkey: Passkey) -> bool:
        """Unless there is one."""
        return self._connection.execute(_ADD, row_of(passkey)).rowcount == 1

    def get(self, id: str) -> Passkey | None:
        """By id."""
        row = self._connection.execute(_PASSKEYS.where(_THIS), {"this": id}).first()
        return None if row is None else Passkey(*row)

    def of(self, user: str) -> list[Passkey]:
        """The oldest first."""
        return [Passkey(*row) for row in self._connection.execute(_PASSKEYS.where(_THEIRS), {"whose": user})]

    def used(self, id: str, count: int, at: datetime) -> bool:
        """Whether it is there."""
        return self._connection.execute(_USED, {"this": id, "times": count, "now": at}).rowcount == 1

    def drop(self, id: str) -> bool:
        """Whether it was."""
        return self._connection.execute(delete(passkeys).where(_THIS), {"this": id}).rowcount == 1

    def drop_of(self, user: str) -> int:
        """How many there were."""
        return self._connection.execute(delete(passkeys).where(_THEIRS), {"whose": user}).rowcount

    def challenge(self, mark: str, user: str, until: datetime, at: datetime) -> None:
        """One more. Whoever comes can ask for as many as they like: none stays longer than it is good."""
        self._connection.execute(_LAPSED, {"now": at})
        self._connection.execute(_CHALLENGE, {"mark": mark, "user": user, "until": until})

    def answer(self, mark: str, at: datetime) -> str | None:
        """Once: whoever deletes it has it."""
        user: str | None = self._connection.execute(_ASKED, {"given": mark, "now": at}).scalar()
        taken = self._connection.execute(_ANSWERED, {"given": mark}).rowcount
        self._connection.execute(_LAPSED, {"now": at})
        return user if taken else None
