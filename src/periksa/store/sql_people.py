"""Shelves over SQL: deliveries, contacts and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from periksa.model import Address, Delivery, Message
from periksa.store.columns import Text
from periksa.store.schema import (
    addresses,
    contacts,
    deliveries,
    fields_of,
    insert_new,
    jobs,
    merges,
    messages,
    outbox,
    row_of,
)
from periksa.store.text import scrub

_CURRENT = func.coalesce(contacts.c.merged_into, contacts.c.id)


def current_contact(name: str) -> ColumnElement[str]:
    """Whom the bound contact `name` was merged into; itself if it was not, or is none of ours."""
    merged_into = select(contacts.c.merged_into).where(contacts.c.id == bindparam(name)).scalar_subquery()
    return func.coalesce(merged_into, bindparam(name, type_=Text))


_ADD_DELIVERY = insert_new(deliveries)
_GET_DELIVERY = select(*fields_of(deliveries, Delivery)).where(deliveries.c.id == bindparam("id"))

# The shared lock keeps another process from merging a contact away while something is being added to it.
_HOLD = select(_CURRENT).where(contacts.c.id == bindparam("id")).with_for_update(read=True)
_FIND = (
    select(_CURRENT)
    .join_from(addresses, contacts)
    .where(*(addresses.c[name] == bindparam(name) for name in ("channel", "value", "kind")))
)
_FIND_AND_HOLD = _FIND.with_for_update(read=True, of=contacts)
_OLDEST_FIRST = (
    select(contacts.c.id)
    .where(contacts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(contacts.c.created_at, contacts.c.id)
)
_ADD_CONTACT = insert_new(contacts)
_ADD_ADDRESS = insert(addresses)
_ADDRESSES = (
    select(*fields_of(addresses, Address))
    .where(addresses.c.contact == current_contact("contact_id"), addresses.c.channel == bindparam("channel_name"))
    .order_by(addresses.c.number)
)
_LOG_MERGE = insert(merges)
_GIVE_UP_CONTACT = (
    update(contacts)
    .where(or_(contacts.c.id == bindparam("loser"), contacts.c.merged_into == bindparam("loser")))
    .values(merged_into=bindparam("winner"))
)
_GIVE_UP_ROWS = [
    update(column.table).where(column == bindparam("loser")).values({column.name: bindparam("winner")})
    for column in (addresses.c.contact, messages.c.contact, outbox.c.contact, jobs.c.lane)
]

_ADD_MESSAGE = insert_new(messages)
_GET_MESSAGE = select(*fields_of(messages, Message)).where(messages.c.id == bindparam("id"))
_MESSAGES_OF = (
    select(*fields_of(messages, Message))
    .where(messages.c.contact == current_contact("contact_id"))
    .order_by(messages.c.number.desc())
    .limit(bindparam("most"))
)


class SqlDeliveries:
    """Webhooks as they came."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, delivery: Delivery) -> bool:
        """Keep it, unless known."""
        return self._connection.execute(_ADD_DELIVERY, row_of(delivery)).rowcount == 1

    def get(self, id: str) -> Delivery | None:
        """The delivery with this id."""
        row = self._connection.execute(_GET_DELIVERY, {"id": id}).first()
        return None if row is None else Delivery(*row)


class SqlContacts:
    """People, by our own id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[str, str] = {}

    def resolve(self, addresses: Sequence[Address], new_id: str, at: datetime) -> str:
        """The one contact of all these addresses, merged or made if need be."""
        owners = {address: self._find_and_hold(address) for address in map(scrub, addresses)}
        contact, *losers = self._oldest_first({owner for owner in owners.values() if owner}) or [new_id]
        if contact == new_id:
            self._connection.execute(_ADD_CONTACT, {"id": new_id, "created_at": at})
        for loser in losers:
            self._merge(loser, contact, at)
        unknown = [address for address, owner in owners.items() if owner is None]
        if unknown:
            rows = [{**row_of(address), "contact": contact, "learned_at": at} for address in unknown]
            self._connection.execute(_ADD_ADDRESS, rows)
        self._held[contact] = contact
        return contact

    def find(self, address: Address) -> str | None:
        """Whose address it is."""
        return self._connection.execute(_FIND, row_of(address)).scalar()

    def addresses(self, contact: str, channel: str) -> list[Address]:
        """In the order they were learned."""
        asked = {"contact_id": contact, "channel_name": channel}
        return [Address(*row) for row in self._connection.execute(_ADDRESSES, asked)]

    def hold(self, contact: str) -> str:
        """The contact to add something to: this one, or whom it was merged into. Nobody merges it meanwhile."""
        if contact not in self._held:
            self._held[contact] = self._connection.execute(_HOLD, {"id": contact}).scalar() or contact
        return self._held[contact]

    def _find_and_hold(self, address: Address) -> str | None:
        return self._connection.execute(_FIND_AND_HOLD, row_of(address)).scalar()

    def _oldest_first(self, ids: set[str]) -> list[str]:
        if len(ids) < 2:
            return list(ids)
        return list(self._connection.execute(_OLDEST_FIRST, {"ids": list(ids)}).scalars())

    def _merge(self, loser: str, winner: str, at: datetime) -> None:
        names = {"loser": loser, "winner": winner}
        # The contact first: that waits for whoever holds it, so that what they add is among the rows that move.
        for statement in (_GIVE_UP_CONTACT, *_GIVE_UP_ROWS):
            self._connection.execute(statement, names)
        self._connection.execute(_LOG_MERGE, {**names, "at": at})
        self._held.clear()


class SqlMessages:
    """What people sent."""

    def __init__(self, connection: Connection, contacts: SqlContacts) -> None:
        self._connection = connection
        self._contacts = contacts

    def add(self, message: Message) -> bool:
        """Keep it, unless it was delivered before."""
        row = {**row_of(message), "contact": self._contacts.hold(message.contact)}
        return self._connection.execute(_ADD_MESSAGE, row).rowcount == 1

    def get(self, id: str) -> Message | None:
        """The message with this id."""
        row = self._connection.execute(_GET_MESSAGE, {"id": id}).first()
        return None if row is None else Message(*row)

    def of(self, contact: str, limit: int = 50) -> list[Message]:
        """The latest as they came, oldest first."""
        asked = {"contact_id": contact, "most": limit}
        return [Message(*row) for row in self._connection.execute(_MESSAGES_OF, asked)][::-1]
