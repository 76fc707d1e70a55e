"""The shelves in memory, plainly written: what they do is what the other stores must do."""

from __future__ import annotations

import itertools
from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from periksa.model import (
    STATUS_RANK,
    Address,
    Article,
    Case,
    CaseState,
    Delivery,
    Job,
    JobKind,
    Message,
    Outgoing,
    Status,
)
from periksa.store.text import clean, scrub

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Contact:
    created_at: datetime
    id: str
    merged_into: str = ""


class _Table(UserDict[K, V]):
    """Rows by key, in the order they came; every change leaves its undoing in the journal."""

    def __init__(self, journal: list[Callable[[], object]]) -> None:
        super().__init__()
        self._journal = journal

    def __setitem__(self, key: K, value: V) -> None:
        if key in self.data:
            before = self.data[key]
            self._journal.append(lambda: self.data.update({key: before}))
        else:
            self._journal.append(lambda: self.data.pop(key))
        self.data[key] = value

    def __delitem__(self, key: K) -> None:
        before = self.data.pop(key)
        self._journal.append(lambda: self.data.update({key: before}))


class Tables:
    """All rows, and how to undo what was done to them since they were last kept."""

    def __init__(self) -> None:
        self._journal: list[Callable[[], object]] = []
        self.deliveries: _Table[str, Delivery] = _Table(self._journal)
        self.contacts: _Table[str, _Contact] = _Table(self._journal)
        self.addresses: _Table[Address, str] = _Table(self._journal)
        self.merges: _Table[int, tuple[str, str, datetime]] = _Table(self._journal)
        self.messages: _Table[str, Message] = _Table(self._journal)
        self.message_ids: _Table[tuple[str, str], str] = _Table(self._journal)
        self.articles: _Table[str, Article] = _Table(self._journal)
        self.outbox: _Table[str, Outgoing] = _Table(self._journal)
        self.cases: _Table[str, Case] = _Table(self._journal)
        self.case_messages: _Table[str, str] = _Table(self._journal)
        self.jobs: _Table[int, Job] = _Table(self._journal)
        self.ready: _Table[tuple[JobKind, str], int] = _Table(self._journal)

    def changed(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self._journal)

    def keep(self) -> None:
        """What was done stays."""
        self._journal.clear()

    def undo(self) -> None:
        """As if nothing had been done."""
        while self._journal:
            self._journal.pop()()


class MemoryDeliveries:
    """Webhooks as they came."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.deliveries

    def add(self, delivery: Delivery) -> bool:
        """Keep it, unless known."""
        delivery = scrub(delivery)
        if delivery.id in self._rows:
            return False
        self._rows[delivery.id] = delivery
        return True

    def get(self, id: str) -> Delivery | None:
        """The delivery with this id."""
        return self._rows.get(clean(id))


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
            self._merge(loser, contact, at)
        for address in addresses:
            if address not in self._tables.addresses:
                self._tables.addresses[address] = contact
        return contact

    def find(self, address: Address) -> str | None:
        """Whose address it is."""
        return self._tables.addresses.get(scrub(address))

    def addresses(self, contact: str, channel: str) -> list[Address]:
        """In the order they were learned."""
        contact = self.current(contact)
        everyone = self._tables.addresses.items()
        return [address for address, owner in everyone if owner == contact and address.channel == clean(channel)]

    def current(self, contact: str) -> str:
        """Whom this contact was merged into; itself if it was not, or is none of ours."""
        contact = clean(contact)
        known = self._tables.contacts.get(contact)
        return (known and known.merged_into) or contact

    def _age(self, id: str) -> tuple[datetime, str]:
        return self._tables.contacts[id].created_at, id

    def _make(self, id: str, at: datetime) -> str:
        if id not in self._tables.contacts:
            self._tables.contacts[id] = _Contact(at, id)
        return id

    def _merge(self, loser: str, winner: str, at: datetime) -> None:
        tables = self._tables
        for id, contact in list(tables.contacts.items()):
            if loser in (id, contact.merged_into):
                tables.contacts[id] = replace(contact, merged_into=winner)
        for address, owner in list(tables.addresses.items()):
            if owner == loser:
                tables.addresses[address] = winner
        for message in [message for message in tables.messages.values() if message.contact == loser]:
            tables.messages[message.id] = replace(message, contact=winner)
        for outgoing in [outgoing for outgoing in tables.outbox.values() if outgoing.contact == loser]:
            tables.outbox[outgoing.id] = replace(outgoing, contact=winner)
        for job in [job for job in tables.jobs.values() if job.lane == loser]:
            tables.jobs[job.id] = replace(job, lane=winner)
        tables.merges[len(tables.merges)] = (loser, winner, at)


class MemoryMessages:
    """What people sent."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
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

    def get(self, id: str) -> Message | None:
        """The message with this id."""
        return self._rows.get(clean(id))

    def of(self, contact: str, limit: int = 50) -> list[Message]:
        """The latest as they came, oldest first."""
        contact = self._contacts.current(contact)
        return _latest((message for message in self._rows.values() if message.contact == contact), limit)


class MemoryArticles:
    """What publishers published."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.articles

    def put(self, articles: Sequence[Article], at: datetime) -> list[str]:
        """Insert or update; the ids of the new and the changed."""
        latest = {article.id: article for article in map(scrub, articles)}
        changed = [article for article in latest.values() if self._rows.get(article.id) != article]
        for article in changed:
            self._rows[article.id] = article
        return [article.id for article in changed]

    def get(self, ids: Sequence[str]) -> list[Article]:
        """Those that exist, in the order asked for."""
        return [self._rows[id] for id in map(clean, ids) if id in self._rows]

    def drop(self, ids: Sequence[str]) -> int:
        """How many were there."""
        there = {id for id in map(clean, ids) if id in self._rows}
        for id in there:
            del self._rows[id]
        return len(there)

    def all(self) -> Iterator[Article]:
        """Every article by id."""
        return iter(sorted(self._rows.values(), key=lambda article: article.id))

    def count(self) -> int:
        """How many there are."""
        return len(self._rows)


class MemoryOutbox:
    """Replies on their way out and what became of them."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._rows = tables.outbox
        self._contacts = contacts
        self._sequence = itertools.count(1)

    def add(self, outgoing: Outgoing) -> bool:
        """Keep it, unless this shift ran before."""
        outgoing = scrub(outgoing)
        if outgoing.id in self._rows:
            return False
        contact = self._contacts.current(outgoing.contact)
        self._rows[outgoing.id] = replace(outgoing, contact=contact, sequence=next(self._sequence))
        return True

    def get(self, id: str) -> Outgoing | None:
        """The reply with this id."""
        return self._rows.get(clean(id))

    def begin(self, id: str, at: datetime) -> None:
        """In doubt from now on."""
        if reply := self.get(id):
            self._rows[reply.id] = replace(reply, attempts=reply.attempts + 1, attempted_at=at)

    def unbegin(self, id: str) -> None:
        """It was never sent."""
        if (reply := self.get(id)) and reply.attempts:
            self._rows[reply.id] = replace(reply, attempts=reply.attempts - 1, attempted_at=None)

    def sent(self, id: str, platform_id: str) -> None:
        """It was accepted."""
        if reply := self.get(id):
            self._rows[reply.id] = replace(reply, platform_id=clean(platform_id), attempted_at=None)

    def settle(self, status: Status) -> bool:
        """Whether the status moved a reply forward."""
        reply = self._find(scrub(status))
        if reply is None:
            return False
        forward = STATUS_RANK[status.kind] > (STATUS_RANK[reply.status] if reply.status else 0)
        self._rows[reply.id] = replace(
            reply,
            platform_id=clean(status.platform_id) or reply.platform_id,
            status=status.kind if forward else reply.status,
            attempted_at=None,
        )
        return forward

    def of(self, contact: str, after: int = 0, limit: int = 50) -> list[Outgoing]:
        """Oldest first."""
        contact = self._contacts.current(contact)
        replies = (reply for reply in self._rows.values() if reply.contact == contact and reply.sequence > after)
        return list(itertools.islice(replies, limit)) if after else _latest(replies, limit)

    def _find(self, status: Status) -> Outgoing | None:
        by_id = self._rows.get(status.reply_id)
        if by_id is not None and by_id.channel == status.channel:
            return by_id
        given = status.channel, status.platform_id
        matching = (reply for reply in self._rows.values() if (reply.channel, reply.platform_id) == given)
        return next(iter(_latest(matching, 1)), None) if status.platform_id else None


class MemoryCases:
    """What editors must look at."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.cases
        self._messages = tables.case_messages

    def join(self, fingerprint: str, text: str, message: str, at: datetime, new_id: str) -> Case:
        """The case the message is in now."""
        message = clean(message)
        if message in self._messages:
            return self._rows[self._messages[message]]
        case = self._open_with(clean(fingerprint))
        case = replace(case, asked=case.asked + 1) if case else scrub(Case(new_id, fingerprint, text, at))
        self._rows[case.id] = case
        self._messages[message] = case.id
        return case

    def get(self, id: str) -> Case | None:
        """The case with this id."""
        return self._rows.get(clean(id))

    def open(self, limit: int = 100) -> list[Case]:
        """Open cases, most asked first."""
        cases = [case for case in self._rows.values() if case.state is CaseState.OPEN]
        return sorted(cases, key=lambda case: (-case.asked, case.opened_at, case.id))[:limit]

    def _open_with(self, fingerprint: str) -> Case | None:
        cases = self._rows.values()
        return next((case for case in cases if case.fingerprint == fingerprint and case.state is CaseState.OPEN), None)


def _latest(rows: Iterable[V], limit: int) -> list[V]:
    """The last `limit`, in order."""
    return list(rows)[-limit:] if limit else []
