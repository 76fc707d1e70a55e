"""Shelves over SQL: deliveries and contacts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert as upsert

from periksa.model import Address, Contact, Delivery, Message, Receipt
from periksa.store.columns import Text, among
from periksa.store.merging import one_of, wider
from periksa.store.schema import (
    addresses,
    blocked_addresses,
    consents,
    contacts,
    deliveries,
    delivery_contacts,
    feedback,
    fields_of,
    insert_new,
    jobs,
    merges,
    messages,
    outbox,
    row_of,
    subscriptions,
    windows,
)
from periksa.store.sealing import Sealing
from periksa.store.sql_forgetting import Forgetting
from periksa.store.text import clean, scrub

_CURRENT = func.coalesce(contacts.c.merged_into, contacts.c.id)


def current_contact(name: str) -> ColumnElement[str]:
    """Whom the bound contact `name` was merged into; itself if it was not, or is none of ours."""
    merged_into = select(contacts.c.merged_into).where(contacts.c.id == bindparam(name)).scalar_subquery()
    return func.coalesce(merged_into, bindparam(name, type_=Text))


_ADD_DELIVERY = insert_new(deliveries)
_GET_DELIVERY = select(*fields_of(deliveries, Delivery)).where(deliveries.c.id == bindparam("id"))
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

_MARKS: BindParameter[Sequence[bytes]] = bindparam("marks", expanding=True)
# The shared lock keeps another process from merging a contact away while something is being added to it.
_HOLD = select(_CURRENT).where(contacts.c.id == bindparam("id")).with_for_update(read=True)
_HOLD_ALL = (
    select(contacts.c.id, _CURRENT)
    .where(among(contacts.c.id, "ids"))
    .order_by(contacts.c.id)
    .with_for_update(read=True)
)
_FIND = select(_CURRENT).join_from(addresses, contacts).where(addresses.c.mark == bindparam("given"))
_FIND_AND_HOLD = _FIND.with_for_update(read=True, of=contacts)
_OLDEST_FIRST = (
    select(contacts.c.id)
    .where(contacts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(contacts.c.created_at, contacts.c.id)
)
_GET = select(*fields_of(contacts, Contact)).where(contacts.c.id == current_contact("contact_id"))
_ADD_CONTACT = insert_new(contacts)
_CHANGE = update(contacts).where(contacts.c.id == bindparam("this"))
_ADD_ADDRESS = insert(addresses)
_ADDRESSES = (
    select(addresses.c.channel, addresses.c.value, addresses.c.kind)
    .where(addresses.c.contact == current_contact("contact_id"), addresses.c.channel == bindparam("channel_name"))
    .order_by(addresses.c.number)
)
_GIVE_UP_ADDRESSES = delete(addresses).where(addresses.c.mark.in_(_MARKS))

_BLOCKED = select(blocked_addresses.c.mark).where(blocked_addresses.c.mark.in_(_MARKS))
_THEIRS = addresses.c.contact == bindparam("this")
_BLOCK = insert_new(blocked_addresses).from_select(
    ["mark", "channel", "kind", "value", "at"],
    select(*(addresses.c[name] for name in ("mark", "channel", "kind", "value")), bindparam("since")).where(_THEIRS),
)
_UNBLOCK = delete(blocked_addresses).where(blocked_addresses.c.mark.in_(select(addresses.c.mark).where(_THEIRS)))

_WROTE = upsert(windows)
_TOUCH = _WROTE.on_conflict_do_update(
    index_elements=[windows.c.contact, windows.c.channel],
    set_={
        "wrote_at": case(
            (windows.c.wrote_at > _WROTE.excluded.wrote_at, windows.c.wrote_at), else_=_WROTE.excluded.wrote_at
        ),
        "gone_at": None,
    },
)
_SET_WINDOW = _WROTE.on_conflict_do_update(
    index_elements=[windows.c.contact, windows.c.channel],
    set_={"wrote_at": _WROTE.excluded.wrote_at, "gone_at": _WROTE.excluded.gone_at},
)
_WINDOW = select(windows.c.wrote_at).where(
    windows.c.contact == current_contact("contact_id"), windows.c.channel == bindparam("channel_name")
)
_WINDOWS_OF = select(windows.c.channel, windows.c.wrote_at, windows.c.gone_at).where(
    windows.c.contact == bindparam("contact_id")
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


class SqlDeliveries:
    """Webhooks as they came."""

    def __init__(self, connection: Connection, sealing: Sealing, contacts: SqlContacts) -> None:
        self._connection = connection
        self._sealing = sealing
        self._contacts = contacts

    def add(self, delivery: Delivery) -> bool:
        """Keep it, unless known."""
        row = {**row_of(delivery), "raw": self._sealing.pack(delivery.raw)}
        return self._connection.execute(_ADD_DELIVERY, row).rowcount == 1

    def add_all(self, deliveries: Sequence[Delivery]) -> set[str]:
        """The ids of the new ones."""
        return {clean(each.id) for each in deliveries if self.add(each)}

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
        row = self._connection.execute(_GET_DELIVERY, {"id": id}).first()
        return None if row is None else Delivery(row.id, row.channel, row.received_at, self._sealing.unpack(row.raw))

    def sweep(self, before: datetime, limit: int = 1000) -> int:
        """The oldest first."""
        old = self._connection.execute(_OLD, {"before": before, "most": limit}).scalars().all()
        for statement in _SWEEP if old else ():
            self._connection.execute(statement, {"ids": old})
        return len(old)


class SqlContacts:
    """People, by our own id."""

    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing
        self._held: dict[str, str] = {}

    def resolve(self, addresses: Sequence[Address], new_id: str, at: datetime) -> str:
        """The one contact of all these addresses, merged or made if need be."""
        marked = {self._sealing.mark_of(address): address for address in map(scrub, addresses)}
        found = {mark: self._connection.execute(_FIND_AND_HOLD, {"given": mark}).scalar() for mark in marked}
        owners = {mark: owner for mark, owner in found.items() if owner}
        contact, *losers = self._oldest_first(set(owners.values())) or [clean(new_id)]
        if not owners:
            self._connection.execute(_ADD_CONTACT, {"id": contact, "created_at": at})
        for loser in losers:
            self._merge(loser, contact, at)
        unknown = {mark: address for mark, address in marked.items() if mark not in owners}
        if unknown:
            self._learn(unknown, contact, at)
        if unknown or losers:
            known = self.get(contact) if owners else None
            self._keep_blocked(contact, known.blocked_at if known else None, list(unknown), at)
        self._held[contact] = contact
        return contact

    def move(self, old: Sequence[Address], new: Sequence[Address], new_id: str, at: datetime) -> str:
        """The one contact of all these addresses, without those that gave way."""
        contact = self.resolve([*old, *new], new_id, at)
        there = {(address.channel, address.kind) for address in new}
        given_up = [scrub(each) for each in old if each not in new and (each.channel, each.kind) in there]
        if given_up:
            self._connection.execute(_GIVE_UP_ADDRESSES, {"marks": list(map(self._sealing.mark_of, given_up))})
        return contact

    def find(self, address: Address) -> str | None:
        """Whose address it is."""
        owner: str | None = self._connection.execute(_FIND, {"given": self._sealing.mark_of(scrub(address))}).scalar()
        return owner

    def get(self, id: str) -> Contact | None:
        """The contact as it is now."""
        row = self._connection.execute(_GET, {"contact_id": id}).first()
        return None if row is None else Contact(*row)

    def addresses(self, contact: str, channel: str) -> list[Address]:
        """In the order they were learned."""
        asked = {"contact_id": contact, "channel_name": channel}
        rows = self._connection.execute(_ADDRESSES, asked)
        return [Address(row.channel, self._sealing.read(row.value), row.kind) for row in rows]

    def update(
        self,
        contact: str,
        *,
        language: str | None = None,
        asked_language_at: datetime | None = None,
        welcomed_at: datetime | None = None,
    ) -> None:
        """What is None stays."""
        given = {"language": language, "asked_language_at": asked_language_at, "welcomed_at": welcomed_at}
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            self._connection.execute(_CHANGE.values(changes), {"this": self.hold(contact)})

    def touch(self, contact: str, channel: str, at: datetime) -> None:
        """Their window is open."""
        self._connection.execute(_TOUCH, {"contact": self.hold(contact), "channel": channel, "wrote_at": at})

    def wrote_at(self, contact: str, channel: str) -> datetime | None:
        """When they last did."""
        row = self._connection.execute(_WINDOW, {"contact_id": contact, "channel_name": channel}).first()
        return None if row is None else row.wrote_at

    def gone(self, contact: str, channel: str, at: datetime) -> None:
        """Nothing reaches them there."""
        row = {"contact": self.hold(contact), "channel": channel, "gone_at": at}
        self._connection.execute(_SET_WINDOW, {**row, "wrote_at": self.wrote_at(contact, channel)})

    def block(self, contact: str, at: datetime) -> None:
        """All their addresses."""
        this = {"this": self.hold(contact)}
        self._connection.execute(_CHANGE.values(blocked_at=at), this)
        self._connection.execute(_BLOCK, {**this, "since": at})

    def unblock(self, contact: str) -> None:
        """All their addresses."""
        this = {"this": self.hold(contact)}
        self._connection.execute(_CHANGE.values(blocked_at=None), this)
        self._connection.execute(_UNBLOCK, this)

    def holds(self, contact: str) -> Receipt:
        """How much of each there is."""
        return Forgetting(self._connection).held_of(self._current(contact))

    def forget(self, contact: str, at: datetime) -> Receipt:
        """Erase a person."""
        self._held.clear()
        return Forgetting(self._connection).forget_person(self._current(contact), at)

    def forget_until(self, message: Message, at: datetime) -> Receipt:
        """Erase what there was of a person."""
        self._held.clear()
        return Forgetting(self._connection).forget_until(replace(message, contact=self._current(message.contact)), at)

    def forget_silent(self, contact: str, at: datetime) -> Receipt:
        """Erase a person who sent nothing."""
        self._held.clear()
        return Forgetting(self._connection).forget_silent(self._current(contact), at)

    def hold(self, contact: str) -> str:
        """The contact to add something to: this one, or whom it was merged into. Nobody merges it meanwhile."""
        if contact not in self._held:
            self._held[contact] = self._connection.execute(_HOLD, {"id": contact}).scalar() or contact
        return self._held[contact]

    def hold_all(self, contacts: Collection[str]) -> None:
        """`hold` of each, in one go."""
        unknown = [contact for contact in contacts if contact not in self._held]
        if len(unknown) > 1:
            self._held |= dict(self._connection.execute(_HOLD_ALL, {"ids": unknown}).all())

    def _current(self, contact: str) -> str:
        return str(self._connection.execute(select(current_contact("contact_id")), {"contact_id": contact}).scalar())

    def _learn(self, unknown: dict[bytes, Address], contact: str, at: datetime) -> None:
        rows = [
            {
                "channel": address.channel,
                "kind": address.kind,
                "contact": contact,
                "learned_at": at,
                "mark": mark,
                "value": self._sealing.seal(address.value),
            }
            for mark, address in unknown.items()
        ]
        self._connection.execute(_ADD_ADDRESS, rows)

    def _keep_blocked(self, contact: str, blocked_at: datetime | None, marks: Sequence[bytes], at: datetime) -> None:
        """Who was blocked stays so, by whatever address they come."""
        if blocked_at or self._connection.execute(_BLOCKED, {"marks": marks}).first():
            self.block(contact, blocked_at or at)

    def _oldest_first(self, ids: set[str]) -> list[str]:
        if len(ids) < 2:
            return list(ids)
        return list(self._connection.execute(_OLDEST_FIRST, {"ids": list(ids)}).scalars())

    def _merge(self, loser: str, winner: str, at: datetime) -> None:
        names = {"loser": loser, "winner": winner}
        one, other = self.get(winner), self.get(loser)
        # The contact first: that waits for whoever holds it, so that what they add is among the rows that move.
        self._connection.execute(_GIVE_UP_CONTACT, names)
        if one and other:
            changes = row_of(one_of(one, other))
            self._connection.execute(_CHANGE.values(changes), {"this": winner})
        self._merge_windows(names)
        for statement in (*_GIVE_UP_ROWS, *_GIVE_UP_SHARED):
            self._connection.execute(statement, names)
        self._connection.execute(_LOG_MERGE, {**names, "at": at})
        self._held.clear()

    def _merge_windows(self, names: dict[str, str]) -> None:
        theirs, ours = (
            {row.channel: row[1:] for row in self._connection.execute(_WINDOWS_OF, {"contact_id": names[which]})}
            for which in ("loser", "winner")
        )
        for channel, window in theirs.items():
            wrote_at, gone_at = wider(ours.get(channel, (None, None)), window)
            row = {"contact": names["winner"], "channel": channel, "wrote_at": wrote_at, "gone_at": gone_at}
            self._connection.execute(_SET_WINDOW, row)
        self._connection.execute(_GIVE_UP_WINDOWS, names)
