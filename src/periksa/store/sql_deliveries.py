"""The shelf of deliveries over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert as upsert

from periksa.model import Delivery
from periksa.store.schema import deliveries, delivery_contacts, fields_of, insert_new, row_of
from periksa.store.sealing import Sealing
from periksa.store.sql_people import SqlContacts

_ADD_ALL = upsert(deliveries).on_conflict_do_nothing().returning(deliveries.c.id)
_GET = select(*fields_of(deliveries, Delivery)).where(deliveries.c.id == bindparam("id"))
_CONCERN = insert_new(delivery_contacts)
_OLD = (
    select(deliveries.c.id)
    .where(deliveries.c.received_at < bindparam("before"))
    .order_by(deliveries.c.received_at)
    .limit(bindparam("most"))
)
_SWEEP = [
    delete(column.table).where(column.in_(bindparam("ids", expanding=True)))
    for column in (delivery_contacts.c.delivery, deliveries.c.id)
]


class SqlDeliveries:
    """Webhooks as they came."""

    def __init__(self, connection: Connection, sealing: Sealing, contacts: SqlContacts) -> None:
        self._connection = connection
        self._sealing = sealing
        self._contacts = contacts

    def add(self, delivery: Delivery) -> bool:
        """Keep it, unless known."""
        return bool(self.add_all([delivery]))

    def add_all(self, deliveries: Sequence[Delivery]) -> set[str]:
        """The ids of the new ones."""
        rows = [{**row_of(each), "raw": self._sealing.pack(each.raw)} for each in deliveries]
        return set(self._connection.execute(_ADD_ALL, rows).scalars()) if rows else set()

    def concern(self, id: str, contacts: Collection[str]) -> None:
        """Whose it is."""
        self.concern_all({id: contacts})

    def concern_all(self, concerned: Mapping[str, Collection[str]]) -> None:
        """Whose they are."""
        self._contacts.hold_all({contact for contacts in concerned.values() for contact in contacts})
        pairs = {(id, self._contacts.hold(contact)): None for id, contacts in concerned.items() for contact in contacts}
        if pairs:
            self._connection.execute(_CONCERN, [{"delivery": id, "contact": contact} for id, contact in pairs])

    def get(self, id: str) -> Delivery | None:
        """The delivery with this id."""
        row = self._connection.execute(_GET, {"id": id}).first()
        return None if row is None else Delivery(row.id, row.channel, row.received_at, self._sealing.unpack(row.raw))

    def sweep(self, before: datetime, limit: int = 1000) -> int:
        """The oldest first."""
        old = self._connection.execute(_OLD, {"before": before, "most": limit}).scalars().all()
        for statement in _SWEEP if old else ():
            self._connection.execute(statement, {"ids": old})
        return len(old)
