"""ROOM store: remembering.

verb            `write`, `read`: run a function inside one transaction
in → out        nouns of `model` → the same nouns
may touch       one database
must not        know a channel, a publisher or an order of events; open a transaction inside a shelf
to add one      copy `memory.py` (the oracle), keep the shelves of this file; the contract suite finds it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from periksa.model import (
    Address,
    Article,
    Case,
    Delivery,
    Job,
    JobKind,
    JobState,
    Message,
    Outgoing,
    Status,
)

T = TypeVar("T")


class Deliveries(Protocol):
    """Webhooks as they came."""

    def add(self, delivery: Delivery) -> bool:
        """Keep it; False if this very delivery (same id) is known already."""
        ...

    def get(self, id: str) -> Delivery | None: ...


class Contacts(Protocol):
    """People, by our own id; one person may have several addresses."""

    def resolve(self, addresses: Sequence[Address], new_id: str, at: datetime) -> str:
        """The contact who owns any of `addresses`, given all of them; `new_id` is used if nobody does.

        Where two addresses belong to two contacts, the older contact wins and takes over the other's addresses,
        messages, replies and jobs' lanes; the losing id keeps working as an alias.
        """
        ...

    def find(self, address: Address) -> str | None:
        """The contact who owns this address, if anybody does."""
        ...

    def addresses(self, contact: str, channel: str) -> list[Address]:
        """Where to reach this contact on this channel, in the order they were learned."""
        ...


class Messages(Protocol):
    """What people sent."""

    def add(self, message: Message) -> bool:
        """Keep it; False if (channel, platform_id) is known already: it was delivered before."""
        ...

    def get(self, id: str) -> Message | None: ...

    def of(self, contact: str, limit: int = 50) -> list[Message]:
        """The contact's latest messages, oldest first."""
        ...


class Articles(Protocol):
    """What publishers published."""

    def put(self, articles: Sequence[Article], at: datetime) -> list[str]:
        """Insert or update; the ids of those that are new or changed, in order."""
        ...

    def get(self, ids: Sequence[str]) -> list[Article]:
        """Those that exist, in the order asked for."""
        ...

    def drop(self, ids: Sequence[str]) -> int: ...

    def all(self) -> Iterator[Article]:
        """Every article by id, streamed: walk it inside the work."""
        ...

    def count(self) -> int: ...


class Outbox(Protocol):
    """Replies on their way out and what became of them."""

    def add(self, outgoing: Outgoing) -> bool:
        """Keep it; False if a reply with this id exists: the same shift ran twice."""
        ...

    def get(self, id: str) -> Outgoing | None: ...

    def begin(self, id: str, at: datetime) -> None:
        """A send is about to begin: attempts + 1, `attempted_at` = at, in doubt until one of the next two."""
        ...

    def unbegin(self, id: str) -> None:
        """The channel refused before accepting: attempts - 1, no longer in doubt."""
        ...

    def sent(self, id: str, platform_id: str) -> None:
        """The channel accepted it under `platform_id`; no longer in doubt."""
        ...

    def settle(self, status: Status) -> bool:
        """Apply a status by `reply_id` or else (channel, platform_id): sets platform_id, ends doubt, and moves the
        status forward by `model.STATUS_RANK`, never back. False if it fits no reply or moved nothing."""
        ...

    def of(self, contact: str, after: int = 0, limit: int = 50) -> list[Outgoing]:
        """The contact's replies with `sequence` > after, oldest first; with after=0 the latest `limit`."""
        ...


class Cases(Protocol):
    """What editors must look at."""

    def join(self, fingerprint: str, text: str, message: str, at: datetime, new_id: str) -> Case:
        """Put a message (by id) to the open case with this fingerprint, or open one. Twice is once."""
        ...

    def get(self, id: str) -> Case | None: ...

    def open(self, limit: int = 100) -> list[Case]:
        """Open cases, most asked first."""
        ...


class Jobs(Protocol):
    """Work to do, written in the transaction of the fact that calls for it."""

    def add(self, jobs: Iterable[Job], at: datetime) -> int:
        """Queue them; one whose (kind, key) is READY already is not queued twice. How many are new."""
        ...

    def claim(self, kinds: Sequence[JobKind], limit: int, now: datetime, lease: timedelta) -> list[Job]:
        """Lease up to `limit` due jobs, oldest first, attempts + 1. An expired lease may be claimed again.

        Never a job while an older unfinished one of the same kind and non-empty lane waits for its `not_before`, nor
        while any of that lane is leased; several of one lane may come in one claim, in order.
        """
        ...

    def finish(self, ids: Iterable[int]) -> None:
        """Struck off. Unknown ids are fine: somebody finished first."""
        ...

    def retry(self, id: int, not_before: datetime, error: str) -> None:
        """Back to READY, not before that time."""
        ...

    def bury(self, id: int, error: str) -> None:
        """DEAD: given up, kept for the operator; it no longer holds up its lane."""
        ...

    def revive(self, ids: Iterable[int], now: datetime) -> int:
        """Dead jobs become READY again with attempts 0. How many."""
        ...

    def list(self, state: JobState, limit: int = 100) -> list[Job]: ...

    def counts(self) -> dict[tuple[JobKind, JobState], int]: ...


class Transaction(Protocol):
    """One shelf per noun; all of it is committed, or none."""

    deliveries: Deliveries
    contacts: Contacts
    messages: Messages
    articles: Articles
    outbox: Outbox
    cases: Cases
    jobs: Jobs


class Store(Protocol):
    """Where everything is remembered."""

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue `work` for the one writer, which commits whatever is queued in groups.

        The future resolves after the commit (fsync). If `work` raises, only its own changes are undone and the
        future carries the error. `work` may run more than once (a busy database): it must not have other effects.

        Raises (through the future): StoreError, StoreBusy, or whatever `work` raised.
        """
        ...

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on a consistent snapshot, beside the writer; it must not change anything.

        Raises: StoreError, StoreBusy, or whatever `work` raised.
        """
        ...

    def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        ...
