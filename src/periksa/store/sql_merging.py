"""Two contacts that turn out to be one person, over SQL: the winner takes over all that is the loser's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Executable, Table, bindparam, delete, insert, or_, select, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert as upsert

from periksa.model import Contact
from periksa.store.columns import Text
from periksa.store.merging import one_of, wider
from periksa.store.schema import (
    addresses,
    consents,
    contacts,
    delivery_contacts,
    feedback,
    insert_new,
    jobs,
    merges,
    messages,
    outbox,
    row_of,
    subscriptions,
    windows,
)

_CHANGE = update(contacts).where(contacts.c.id == bindparam("this"))
_SET = upsert(windows)
_SET_WINDOW = _SET.on_conflict_do_update(
    index_elements=[windows.c.contact, windows.c.channel],
    set_={"wrote_at": _SET.excluded.wrote_at, "gone_at": _SET.excluded.gone_at},
)
_WINDOWS_OF = select(windows.c.channel, windows.c.wrote_at, windows.c.gone_at).where(
    windows.c.contact == bindparam("contact_id"),
)
_LOG_MERGE = insert(merges)
_GIVE_UP_CONTACT = (
    update(contacts)
    .where(or_(contacts.c.id == bindparam("loser"), contacts.c.merged_into == bindparam("loser")))
    .values(merged_into=bindparam("winner"))
)
_GIVE_UP_ROWS = [
    update(column.table).where(column == bindparam("loser")).values({column.name: bindparam("winner")})
    for column in (
        addresses.c.contact,
        messages.c.contact,
        outbox.c.contact,
        jobs.c.lane,
        consents.c.contact,
        feedback.c.contact,
    )
]


def _give_up_shared(table: Table) -> Sequence[Executable]:
    """For what either has once per delivery or topic, and both may have."""
    winner = bindparam("winner", type_=Text)
    columns = [winner if column.name == "contact" else column for column in table.c]
    whose = table.c.contact == bindparam("loser")
    taken_over = insert_new(table).from_select(table.columns.keys(), select(*columns).where(whose))
    return taken_over, delete(table).where(whose)


_GIVE_UP_SHARED = [*_give_up_shared(delivery_contacts), *_give_up_shared(subscriptions)]
_GIVE_UP_WINDOWS = delete(windows).where(windows.c.contact == bindparam("loser"))


def merge(
    connection: Connection,
    loser: tuple[Contact | None, str],
    winner: tuple[Contact | None, str],
    at: datetime,
) -> None:
    """Each as it is now, and its id."""
    names = {"loser": loser[1], "winner": winner[1]}
    # The contact first: that waits for whoever holds it, so that what they add is among the rows that move.
    connection.execute(_GIVE_UP_CONTACT, names)
    if winner[0] and loser[0]:
        connection.execute(_CHANGE.values(row_of(one_of(winner[0], loser[0]))), {"this": winner[1]})
    _merge_windows(connection, names)
    for statement in (*_GIVE_UP_ROWS, *_GIVE_UP_SHARED):
        connection.execute(statement, names)
    connection.execute(_LOG_MERGE, {**names, "at": at})


def _merge_windows(connection: Connection, names: dict[str, str]) -> None:
    theirs, ours = (
        {row.channel: row[1:] for row in connection.execute(_WINDOWS_OF, {"contact_id": names[which]})}
        for which in ("loser", "winner")
    )
    for channel, window in theirs.items():
        wrote_at, gone_at = wider(ours.get(channel, (None, None)), window)
        row = {"contact": names["winner"], "channel": channel, "wrote_at": wrote_at, "gone_at": gone_at}
        connection.execute(_SET_WINDOW, row)
    connection.execute(_GIVE_UP_WINDOWS, names)
