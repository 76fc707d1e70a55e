"""The shelf of messages over SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import Message, MessageKind, Receipt
from periksa.store.columns import among
from periksa.store.schema import fields_of, insert_new, messages, positions, row_of
from periksa.store.sealing import Sealing
from periksa.store.sql_forgetting import Forgetting
from periksa.store.sql_people import SqlContacts, current_contact
from periksa.store.text import clean

_SEALED = positions(Message, "platform_id", "refers_to")
_MESSAGE = select(*fields_of(messages, Message))
_ADD = insert_new(messages)
_ADD_ALL = insert(messages).on_conflict_do_nothing().returning(messages.c.id)
_GET = _MESSAGE.where(messages.c.id == bindparam("id"))
_FIND = _MESSAGE.where(messages.c.mark == bindparam("mark"))
_OF = (
    _MESSAGE.where(messages.c.contact == current_contact("contact_id"))
    .order_by(messages.c.number.desc())
    .limit(bindparam("most"))
)
_GET_ALL = _MESSAGE.where(among(messages.c.id, "ids"))
_place = func.row_number().over(partition_by=messages.c.contact, order_by=messages.c.number.desc())
_ranked = select(messages.c.number, _place.label("place")).where(among(messages.c.contact, "ids")).subquery("ranked")
_OF_ALL = (
    _MESSAGE.join_from(_ranked, messages, messages.c.number == _ranked.c.number)
    .where(_ranked.c.place <= bindparam("most"))
    .order_by(messages.c.number)
)
_EDITS = _MESSAGE.where(messages.c.contact == bindparam("contact"), messages.c.kind == MessageKind.EDIT)
_AMEND = (
    update(messages)
    .where(messages.c.id == bindparam("this"))
    .values(text=bindparam("words"), edited_at=bindparam("at"))
)


class SqlMessages:
    """What people sent."""

    def __init__(self, connection: Connection, sealing: Sealing, contacts: SqlContacts) -> None:
        self._connection = connection
        self._sealing = sealing
        self._contacts = contacts

    def add(self, message: Message) -> bool:
        """Keep it, unless it was delivered before."""
        return self._connection.execute(_ADD, self._row(message)).rowcount == 1

    def add_all(self, messages: Sequence[Message]) -> list[str]:
        """The ids of the new ones."""
        if len(messages) == 1:  # nearly always, and cheaper
            return [clean(messages[0].id)] if self.add(messages[0]) else []
        rows = [self._row(message) for message in messages]
        new = set(self._connection.execute(_ADD_ALL, rows).scalars()) if rows else ()
        return [id for id in dict.fromkeys(clean(message.id) for message in messages) if id in new]

    def get(self, id: str) -> Message | None:
        """The message with this id."""
        return self._read(self._connection.execute(_GET, {"id": id}).first())

    def get_all(self, ids: Collection[str]) -> dict[str, Message]:
        """Those that exist."""
        rows = self._connection.execute(_GET_ALL, {"ids": list(ids)}) if ids else ()
        return {message.id: message for message in map(self._opened, rows)}

    def find(self, channel: str, platform_id: str) -> Message | None:
        """The message the platform means."""
        return self._read(self._connection.execute(_FIND, {"mark": self._mark(channel, platform_id)}).first())

    def of(self, contact: str, limit: int = 50) -> list[Message]:
        """The latest as they came, oldest first."""
        rows = self._connection.execute(_OF, {"contact_id": contact, "most": limit}).all()
        return [self._opened(row) for row in reversed(rows)]

    def of_all(self, contacts: Collection[str], limit: int = 50) -> dict[str, list[Message]]:
        """The latest as they came, oldest first."""
        theirs: dict[str, list[Message]] = {contact: [] for contact in contacts}
        rows = self._connection.execute(_OF_ALL, {"ids": list(theirs), "most": limit}) if theirs else ()
        for message in map(self._opened, rows):
            theirs[message.contact].append(message)
        return theirs

    def amend(self, contact: str, channel: str, platform_id: str, text: str, at: datetime) -> Message | None:
        """The message with its new words."""
        message = self._theirs(contact, channel, platform_id)
        if message is None or message.forgotten_at:
            return None
        self._connection.execute(_AMEND, {"this": message.id, "words": text, "at": at})
        return replace(message, text=clean(text), edited_at=at)

    def forget(self, contact: str, channel: str, platform_id: str, at: datetime) -> Receipt | None:
        """Erase one message."""
        message = self._theirs(contact, channel, platform_id)
        if message is None:
            return None
        if message.forgotten_at:
            return Receipt()
        rows = self._connection.execute(_EDITS, {"contact": message.contact})
        edits = [each for each in map(self._opened, rows) if _edits(each, message)]
        return Forgetting(self._connection).forget_messages([message, *edits], at)

    def _theirs(self, contact: str, channel: str, platform_id: str) -> Message | None:
        message = self.find(channel, platform_id)
        return message if message and message.contact == self._contacts.hold(contact) else None

    def _mark(self, channel: str, platform_id: str) -> bytes:
        return self._sealing.mark("message", clean(channel), clean(platform_id))

    def _row(self, message: Message) -> dict[str, Any]:
        return {
            **row_of(message),
            "contact": self._contacts.hold(message.contact),
            "mark": self._mark(message.channel, message.platform_id),
            "platform_id": self._sealing.seal(clean(message.platform_id)),
            "refers_to": self._sealing.seal(clean(message.refers_to)),
        }

    def _read(self, row: Row[Any] | None) -> Message | None:
        return None if row is None else self._opened(row)

    def _opened(self, row: Row[Any]) -> Message:
        values = list(row)
        for position in _SEALED:
            values[position] = self._sealing.read(values[position])
        return Message(*values)


def _edits(message: Message, original: Message) -> bool:
    return (message.channel, message.refers_to) == (original.channel, original.platform_id)
