"""The shelf of contacts over SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert as upsert

from periksa.model import Address, Contact, Message, Reach, Receipt
from periksa.store.columns import Text, among
from periksa.store.schema import (
    addresses,
    blocked_addresses,
    contacts,
    fields_of,
    insert_new,
    windows,
)
from periksa.store.sealing import Sealing
from periksa.store.sql_forgetting import Forgetting
from periksa.store.sql_merging import merge
from periksa.store.text import clean, scrub

_CURRENT = func.coalesce(contacts.c.merged_into, contacts.c.id)


def current_contact(name: str) -> ColumnElement[str]:
    """Whom the bound contact `name` was merged into; itself if it was not, or is none of ours."""
    merged_into = select(contacts.c.merged_into).where(contacts.c.id == bindparam(name)).scalar_subquery()
    return func.coalesce(merged_into, bindparam(name, type_=Text))


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
_FIND_ALL = (
    select(addresses.c.mark, _CURRENT)
    .join_from(addresses, contacts)
    .where(addresses.c.mark.in_(_MARKS))
    .order_by(contacts.c.id)
    .with_for_update(read=True, of=contacts)
)
_OLDEST_FIRST = (
    select(contacts.c.id)
    .where(contacts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(contacts.c.created_at, contacts.c.id)
)
_GET = select(*fields_of(contacts, Contact)).where(contacts.c.id == current_contact("contact_id"))
_GET_ALL = select(*fields_of(contacts, Contact)).where(among(contacts.c.id, "ids"), contacts.c.merged_into.is_(None))
_ADD_CONTACT = insert_new(contacts)
_CHANGE = update(contacts).where(contacts.c.id == bindparam("this"))
_ADD_ADDRESS = insert(addresses)
_ADDRESSES = (
    select(addresses.c.channel, addresses.c.value, addresses.c.kind)
    .where(addresses.c.contact == current_contact("contact_id"), addresses.c.channel == bindparam("channel_name"))
    .order_by(addresses.c.number)
)
_ALL_ADDRESSES = (
    select(addresses.c.contact, addresses.c.channel, addresses.c.value, addresses.c.kind)
    .where(among(addresses.c.contact, "ids"))
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
_LEFT = _WROTE.on_conflict_do_update(
    index_elements=[windows.c.contact, windows.c.channel],
    set_={"gone_at": _WROTE.excluded.gone_at},
)
_WINDOW = select(windows.c.wrote_at).where(
    windows.c.contact == current_contact("contact_id"), windows.c.channel == bindparam("channel_name")
)
_WINDOWS = select(windows.c.contact, windows.c.channel, windows.c.wrote_at).where(among(windows.c.contact, "ids"))
Marked = Mapping[bytes, Address]
"""A person's addresses, each by its mark."""


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
            merge(self._connection, (self.get(loser), loser), (self.get(contact), contact), at)
            self._held.clear()
        unknown = {mark: address for mark, address in marked.items() if mark not in owners}
        if unknown:
            self._learn(unknown, contact, at)
        if unknown or losers:
            known = self.get(contact) if owners else None
            self._keep_blocked(contact, known.blocked_at if known else None, list(unknown), at)
        self._held[contact] = contact
        return contact

    def resolve_all(self, people: Sequence[tuple[Sequence[Address], str]], at: datetime) -> list[str]:
        """Who is known by all their addresses, and who is new, in a few statements; all others one by one."""
        marked = [{self._sealing.mark_of(address): address for address in map(scrub, each)} for each, _ in people]
        marks = list({mark: None for each in marked for mark in each})
        owners: dict[bytes, str] = dict(self._connection.execute(_FIND_ALL, {"marks": marks}).all()) if marks else {}
        self._held |= {owner: owner for owner in owners.values()}
        ids = [clean(id) for _, id in people]
        new = self._make_all(self._strangers(marked, owners), marked, ids, at)
        return [
            _owner(each, owners) or new.get(frozenset(each)) or self.resolve(given, id, at)
            for each, (given, id) in zip(marked, people, strict=True)
        ]

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

    def get_all(self, ids: Collection[str]) -> dict[str, Contact]:
        """As they are now."""
        rows = self._connection.execute(_GET_ALL, {"ids": list(ids)}) if ids else ()
        found = {contact.id: contact for contact in (Contact(*row) for row in rows)}
        merged = {id: self.get(id) for id in ids if id not in found}
        return found | {id: contact for id, contact in merged.items() if contact}

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
            self._connection.execute(_CHANGE, {"this": self.hold(contact), **changes})

    def touch(self, contact: str, channel: str, at: datetime) -> None:
        """Their window is open."""
        self._connection.execute(_TOUCH, {"contact": self.hold(contact), "channel": channel, "wrote_at": at})

    def touch_all(self, wrote: Mapping[tuple[str, str], datetime]) -> None:
        """Their windows are open."""
        self.hold_all({contact for contact, _ in wrote})
        held = sorted((self.hold(contact), channel, at) for (contact, channel), at in wrote.items())
        if held:
            rows = [{"contact": contact, "channel": channel, "wrote_at": at} for contact, channel, at in held]
            self._connection.execute(_TOUCH, rows)

    def wrote_at(self, contact: str, channel: str) -> datetime | None:
        """When they last did."""
        row = self._connection.execute(_WINDOW, {"contact_id": contact, "channel_name": channel}).first()
        return None if row is None else row.wrote_at

    def reach(self, contacts: Collection[str]) -> dict[tuple[str, str], Reach]:
        """By contact and channel."""
        asked = {"ids": list(contacts)}
        wrote = {(row[0], row[1]): row[2] for row in self._connection.execute(_WINDOWS, asked)} if contacts else {}
        theirs: dict[tuple[str, str], list[Address]] = {}
        for row in self._connection.execute(_ALL_ADDRESSES, asked) if contacts else ():
            address = Address(row.channel, self._sealing.read(row.value), row.kind)
            theirs.setdefault((row.contact, row.channel), []).append(address)
        return {where: Reach(wrote.get(where), tuple(theirs.get(where, ()))) for where in wrote.keys() | theirs.keys()}

    def gone(self, contact: str, channel: str, at: datetime) -> None:
        """Nothing reaches them there."""
        self._connection.execute(_LEFT, {"contact": self.hold(contact), "channel": channel, "gone_at": at})

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

    def _strangers(self, marked: Sequence[Marked], owners: Mapping[bytes, str]) -> dict[frozenset[bytes], int]:
        """Sets of addresses of which none is known, blocked or in another set, and where each stands first."""
        first = {frozenset(each): place for place, each in reversed(list(enumerate(marked)))}
        shared = {mark for mark, count in Counter(mark for each in first for mark in each).items() if count > 1}
        new = {each: place for each, place in first.items() if each and not each & (owners.keys() | shared)}
        if not new:
            return {}
        marks = [mark for each in new for mark in each]
        blocked = set(self._connection.execute(_BLOCKED, {"marks": marks}).scalars())
        return {each: place for each, place in new.items() if not each & blocked}

    def _make_all(
        self, strangers: Mapping[frozenset[bytes], int], marked: Sequence[Marked], ids: Sequence[str], at: datetime
    ) -> dict[frozenset[bytes], str]:
        made = {each: ids[place] for each, place in strangers.items()}
        if made:
            self._connection.execute(_ADD_CONTACT, [{"id": id, "created_at": at} for id in made.values()])
            theirs = [(pair, id) for each, id in made.items() for pair in marked[strangers[each]].items()]
            rows = [self._address(*pair, id, at) for pair, id in theirs]
            self._connection.execute(_ADD_ADDRESS, rows)
            self._held |= {id: id for id in made.values()}
        return made

    def _learn(self, unknown: dict[bytes, Address], contact: str, at: datetime) -> None:
        self._connection.execute(_ADD_ADDRESS, [self._address(*pair, contact, at) for pair in unknown.items()])

    def _address(self, mark: bytes, address: Address, contact: str, at: datetime) -> dict[str, Any]:
        return {
            "channel": address.channel,
            "kind": address.kind,
            "contact": contact,
            "learned_at": at,
            "mark": mark,
            "value": self._sealing.seal(address.value),
        }

    def _keep_blocked(self, contact: str, blocked_at: datetime | None, marks: Sequence[bytes], at: datetime) -> None:
        """Who was blocked stays so, by whatever address they come."""
        if blocked_at or self._connection.execute(_BLOCKED, {"marks": marks}).first():
            self.block(contact, blocked_at or at)

    def _oldest_first(self, ids: set[str]) -> list[str]:
        if len(ids) < 2:
            return list(ids)
        return list(self._connection.execute(_OLDEST_FIRST, {"ids": list(ids)}).scalars())


def _owner(marked: Marked, owners: Mapping[bytes, str]) -> str:
    """Whose addresses these are; "" if one is unknown, or they are several people's."""
    theirs = {owners.get(mark, "") for mark in marked}
    return theirs.pop() if len(theirs) == 1 else ""
