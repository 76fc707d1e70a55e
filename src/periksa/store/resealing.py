"""A new key: every value in the database is sealed with it, and every mark made anew, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Row, bindparam, select, update

from periksa.model import Address
from periksa.store.schema import addresses, blocked_addresses, deliveries, messages, outbox, sealed_with
from periksa.store.sealing import Sealing

_BATCH = 500
"""Rows in one statement."""

Sealed = dict[str, Any]


def reseal(connection: Connection, sealing: Sealing) -> None:
    """Seal everything with the first of the keys. Raises: SealError if none of them opens it."""
    # The name first: that waits for whoever is writing, so that what they add is among the rows that are sealed anew.
    connection.execute(update(sealed_with).values(key=sealing.name))
    _each(connection, addresses.c.number, ("channel", "kind", "value"), lambda row: _address(sealing, row))
    _each(connection, blocked_addresses.c.mark, ("channel", "kind", "value"), lambda row: _address(sealing, row))
    said = ("channel", "platform_id", "refers_to")
    _each(connection, messages.c.number, said, lambda row: _said(sealing, "message", row))
    _each(connection, outbox.c.sequence, said, lambda row: _said(sealing, "reply", row))
    _each(connection, deliveries.c.id, ("raw",), lambda row: {"raw": sealing.seal(sealing.open(row.raw))})


def _address(sealing: Sealing, row: Row[Any]) -> Sealed:
    value = sealing.read(row.value)
    return {"mark": sealing.mark_of(Address(row.channel, value, row.kind)), "value": sealing.seal(value)}


def _said(sealing: Sealing, what: str, row: Row[Any]) -> Sealed:
    platform_id = sealing.read(row.platform_id)
    marked = platform_id or what == "message"
    return {
        "mark": sealing.mark(what, row.channel, platform_id) if marked else None,
        "platform_id": sealing.seal(platform_id),
        "refers_to": sealing.seal(sealing.read(row.refers_to)),
    }


def _each(connection: Connection, key: Column[Any], names: Sequence[str], sealed: Callable[[Row[Any]], Sealed]) -> None:
    """Change every row of a table, a batch at a time.

    Its keys are read beforehand: a mark, which may be one, changes under our hands.
    """
    table = key.table
    change = update(table).where(key == bindparam("this"))
    among: BindParameter[Sequence[Any]] = bindparam("keys", expanding=True)
    rows = select(key.label("this"), *(table.c[name] for name in names)).where(key.in_(among))
    keys = connection.execute(select(key).order_by(key)).scalars().all()
    for start in range(0, len(keys), _BATCH):
        batch = connection.execute(rows, {"keys": keys[start : start + _BATCH]})
        connection.execute(change, [{"this": row.this, **sealed(row)} for row in batch])
