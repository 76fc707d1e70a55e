"""Who we speak with and what they sent, in memory, plainly written: what it does is what the other stores must do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from periksa.model import Address, Contact, Delivery, Message, Reach, Receipt
from periksa.store.memory_forgetting import forget_message, forget_person, forget_until, held_of
from periksa.store.memory_tables import Person, Table, Tables, Window, latest
from periksa.store.merging import one_of, wider
from periksa.store.text import clean, scrub


class MemoryDeliveries:
    """Webhooks as they came."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._rows = tables.deliveries
        self._concerned = tables.concerned
        self._contacts = contacts

    def add(self, delivery: Delivery) -> bool:
        """Keep it, unless known."""
        delivery = scrub(delivery)
        if delivery.id in self._rows:
            return False
        self._rows[delivery.id] = delivery
        return True

    def add_all(self, deliveries: Sequence[Delivery]) -> set[str]:
        """The ids of the new ones."""
        return {clean(delivery.id) for delivery in deliveries if self.add(delivery)}

    def concern(self, id: str, contacts: Collection[str]) -> None:
        """Whose it is."""
        for contact in contacts:
            self._concerned[clean(id), self._contacts.current(contact)] = None

    def concern_all(self, concerned: Mapping[str, Collection[str]]) -> None:
        """Whose they are."""
        for id, contacts in concerned.items():
            self.concern(id, contacts)

    def get(self, id: str) -> Delivery | None:
        """The delivery with this id."""
        return self._rows.get(clean(id))

    def sweep(self, before: datetime, limit: int = 1000) -> int:
        """The oldest first."""
        old = sorted((each for each in self._rows.values() if each.received_at < before), key=lambda d: d.received_at)
        swept = {each.id for each in old[:limit]}
        self._concerned.erase([row for row in self._concerned if row[0] in swept])
        return self._rows.erase(swept)


class MemoryContacts:
    """People, by our own id."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def resolve(self, addresses: Sequence[Address], new_id: str, at: datetime) -> str:
        """The one contact of all these addresses, merged or made if need be."""
        addresses = [scrub(address) for address in addresses]
        owners = {self._tables.addresses[address] for address in addresses if address in self._tables.addresses}
        contact, *losers = sorted(owners, key=self._age) or [self._make(clean(new_id), at)]
        for loser in losers:
            self._merge(loser, contact)
        unknown = [address for address in addresses if address not in self._tables.addresses]
        for address in unknown:
            self._tables.addresses[address] = contact
        blocked_at = self._tables.contacts[contact].contact.blocked_at
        if blocked_at or any(address in self._tables.blocked for address in unknown):
            self.block(contact, blocked_at or at)
        return contact

    def resolve_all(self, people: Sequence[tuple[Sequence[Address], str]], at: datetime) -> list[str]:
        """One by one; a later one may merge an earlier."""
        return [self.resolve(addresses, new_id, at) for addresses, new_id in people]

    def move(self, old: Sequence[Address], new: Sequence[Address], new_id: str, at: datetime) -> str:
        """The one contact of all these addresses, without those that gave way."""
        contact = self.resolve([*old, *new], new_id, at)
        there = {(address.channel, address.kind) for address in new}
        given_up = [address for address in old if address not in new and (address.channel, address.kind) in there]
        self._tables.addresses.erase({scrub(address) for address in given_up})
        return contact

    def find(self, address: Address) -> str | None:
        """Whose address it is."""
        return self._tables.addresses.get(scrub(address))

    def get(self, id: str) -> Contact | None:
        """The contact as it is now."""
        person = self._tables.contacts.get(self.current(id))
        return person.contact if person else None

    def get_all(self, ids: Collection[str]) -> dict[str, Contact]:
        """As they are now."""
        return {id: contact for id in ids if (contact := self.get(id))}

    def addresses(self, contact: str, channel: str) -> list[Address]:
        """In the order they were learned."""
        return [address for address in self._all_addresses(contact) if address.channel == clean(channel)]

    def update(
        self,
        contact: str,
        *,
        language: str | None = None,
        asked_language_at: datetime | None = None,
        welcomed_at: datetime | None = None,
    ) -> None:
        """What is None stays."""
        if known := self.get(contact):
            changed = replace(
                known,
                language=known.language if language is None else clean(language),
                asked_language_at=asked_language_at or known.asked_language_at,
                welcomed_at=welcomed_at or known.welcomed_at,
            )
            self._put(changed)

    def touch(self, contact: str, channel: str, at: datetime) -> None:
        """Their window is open."""
        where = self.current(contact), clean(channel)
        wrote_at = self._window(where).wrote_at
        self._tables.windows[where] = Window(max(at, wrote_at or at))

    def touch_all(self, wrote: Mapping[tuple[str, str], datetime]) -> None:
        """Their windows are open."""
        for (contact, channel), at in wrote.items():
            self.touch(contact, channel, at)

    def wrote_at(self, contact: str, channel: str) -> datetime | None:
        """When they last did."""
        return self._window((self.current(contact), clean(channel))).wrote_at

    def reach(self, contacts: Collection[str]) -> dict[tuple[str, str], Reach]:
        """By contact and channel."""
        theirs = [(where, window.wrote_at) for where, window in self._tables.windows.items() if where[0] in contacts]
        wrote = dict(theirs)
        owned = [(owner, address) for address, owner in self._tables.addresses.items() if owner in contacts]
        places = wrote.keys() | {(owner, address.channel) for owner, address in owned}
        return {where: Reach(wrote.get(where), tuple(self.addresses(*where))) for where in places}

    def gone(self, contact: str, channel: str, at: datetime) -> None:
        """Nothing reaches them there."""
        where = self.current(contact), clean(channel)
        self._tables.windows[where] = self._window(where)._replace(gone_at=at)

    def block(self, contact: str, at: datetime) -> None:
        """All their addresses."""
        if known := self.get(contact):
            self._put(replace(known, blocked_at=at))
            for address in self._all_addresses(contact):
                self._tables.blocked[address] = at

    def unblock(self, contact: str) -> None:
        """All their addresses."""
        if known := self.get(contact):
            self._put(replace(known, blocked_at=None))
            self._tables.blocked.erase(set(self._all_addresses(contact)) & self._tables.blocked.keys())

    def holds(self, contact: str) -> Receipt:
        """How much of each there is."""
        return held_of(self._tables, self.current(contact))

    def forget(self, contact: str, at: datetime) -> Receipt:
        """Erase a person."""
        return forget_person(self._tables, self.current(contact), at)

    def forget_until(self, message: Message, at: datetime) -> Receipt:
        """Erase what there was of a person."""
        return forget_until(self._tables, replace(message, contact=self.current(message.contact)), at)

    def forget_silent(self, contact: str, at: datetime) -> Receipt:
        """Erase a person who sent nothing."""
        return Receipt() if held_of(self._tables, self.current(contact)).messages else self.forget(contact, at)

    def current(self, contact: str) -> str:
        """Whom this contact was merged into; itself if it was not, or is none of ours."""
        contact = clean(contact)
        known = self._tables.contacts.get(contact)
        return (known and known.merged_into) or contact

    def _age(self, id: str) -> tuple[datetime, str]:
        return self._tables.contacts[id].contact.created_at, id

    def _make(self, id: str, at: datetime) -> str:
        if id not in self._tables.contacts:
            self._put(Contact(id, at))
        return id

    def _put(self, contact: Contact) -> None:
        self._tables.contacts[contact.id] = Person(contact)

    def _all_addresses(self, contact: str) -> list[Address]:
        return self._addresses_of(self.current(contact))

    def _addresses_of(self, contact: str) -> list[Address]:
        return [address for address, owner in self._tables.addresses.items() if owner == contact]

    def _window(self, where: tuple[str, str]) -> Window:
        return self._tables.windows.get(where, Window())

    def _merge(self, loser: str, winner: str) -> None:
        tables = self._tables
        self._put(one_of(tables.contacts[winner].contact, tables.contacts[loser].contact))
        for id, person in list(tables.contacts.items()):
            if loser in (id, person.merged_into):
                tables.contacts[id] = Person(person.contact, winner)
        for address in self._addresses_of(loser):
            tables.addresses[address] = winner
        for rows in (tables.messages, tables.outbox, tables.consents, tables.feedback):
            _hand_over(rows, loser, winner)
        for job in [job for job in tables.jobs.values() if job.lane == loser]:
            tables.jobs[job.id] = replace(job, lane=winner)
        self._merge_shared(loser, winner)

    def _merge_shared(self, loser: str, winner: str) -> None:
        """What either has once per channel, topic or delivery, and both may have."""
        tables = self._tables
        for key, window in [(key, window) for key, window in tables.windows.items() if key[0] == loser]:
            del tables.windows[key]
            tables.windows[winner, key[1]] = Window(*wider(self._window((winner, key[1])), window))
        for delivery in [delivery for delivery, contact in tables.concerned if contact == loser]:
            del tables.concerned[delivery, loser]
            tables.concerned[delivery, winner] = None
        for each in [each for each in tables.subscriptions.values() if each.contact == loser]:
            del tables.subscriptions[loser, each.channel, each.topic]
            tables.subscriptions.setdefault((winner, each.channel, each.topic), replace(each, contact=winner))


class MemoryMessages:
    """What people sent."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._tables = tables
        self._rows = tables.messages
        self._ids = tables.message_ids
        self._contacts = contacts

    def add(self, message: Message) -> bool:
        """Keep it, unless it was delivered before."""
        message = scrub(message)
        given = message.channel, message.platform_id
        if message.id in self._rows or given in self._ids:
            return False
        self._rows[message.id] = replace(message, contact=self._contacts.current(message.contact))
        self._ids[given] = message.id
        return True

    def add_all(self, messages: Sequence[Message]) -> list[str]:
        """The ids of the new ones."""
        return [message.id for message in map(scrub, messages) if self.add(message)]

    def get(self, id: str) -> Message | None:
        """The message with this id."""
        return self._rows.get(clean(id))

    def get_all(self, ids: Collection[str]) -> dict[str, Message]:
        """Those that exist."""
        return {message.id: message for id in ids if (message := self.get(id))}

    def find(self, channel: str, platform_id: str) -> Message | None:
        """The message the platform means."""
        return self._rows.get(self._ids.get((clean(channel), clean(platform_id)), ""))

    def of(self, contact: str, limit: int = 50) -> list[Message]:
        """The latest as they came, oldest first."""
        contact = self._contacts.current(contact)
        return latest((message for message in self._rows.values() if message.contact == contact), limit)

    def of_all(self, contacts: Collection[str], limit: int = 50) -> dict[str, list[Message]]:
        """The latest as they came, oldest first."""
        return {contact: self.of(contact, limit) for contact in contacts}

    def amend(self, contact: str, channel: str, platform_id: str, text: str, at: datetime) -> Message | None:
        """The message with its new words."""
        message = self._theirs(contact, channel, platform_id)
        if message is None or message.forgotten_at:
            return None
        amended = replace(message, text=clean(text), edited_at=at)
        self._rows[message.id] = amended
        return amended

    def forget(self, contact: str, channel: str, platform_id: str, at: datetime) -> Receipt | None:
        """Erase one message."""
        message = self._theirs(contact, channel, platform_id)
        return forget_message(self._tables, message, at) if message else None

    def _theirs(self, contact: str, channel: str, platform_id: str) -> Message | None:
        message = self.find(channel, platform_id)
        return message if message and message.contact == self._contacts.current(contact) else None


def _hand_over(rows: Table[Any, Any], loser: str, winner: str) -> None:
    for key, row in [(key, row) for key, row in rows.items() if row.contact == loser]:
        rows[key] = replace(row, contact=winner)
