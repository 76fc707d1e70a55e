"""ROOM store: remembering.

verb            `write`, `read`: run a function inside one transaction
in → out        nouns of `model` → the same nouns
may touch       one database, one key file (`sealing.py`), one folder of files (`files.py`)
must not        know a channel, a publisher or an order of events; open a transaction inside a shelf; let a person's
                address out but through `contacts.addresses`, or into the database but sealed
to add one      copy `memory.py` (the oracle), keep the shelves of this file; the contract suite finds it
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from periksa.model import (
    Article,
    Asked,
    Audit,
    Case,
    CaseOrder,
    CaseState,
    Edition,
    Job,
    JobKind,
    JobState,
    Outgoing,
    Place,
    Said,
    Settled,
    Sieve,
    Status,
    StatusKind,
    Waiting,
)
from periksa.store.campaigns import Campaigns
from periksa.store.casework import Acts, Listings
from periksa.store.catalogue import Catalogue
from periksa.store.changes import Changes
from periksa.store.numbers import Judging, Outcomes, Tallies
from periksa.store.passkeys import Passkeys
from periksa.store.people import Contacts, Deliveries, FeedbackShelf, Messages, Subscriptions
from periksa.store.staff import Staff
from periksa.store.tellings import Drafts, Tellings
from periksa.store.visits import Visits

__all__ = [
    "Acts",
    "Articles",
    "AuditShelf",
    "Campaigns",
    "Cases",
    "Catalogue",
    "Changes",
    "Contacts",
    "Deliveries",
    "Drafts",
    "FeedbackShelf",
    "Jobs",
    "Judging",
    "Listings",
    "Messages",
    "Outbox",
    "Outcomes",
    "Passkeys",
    "Staff",
    "Store",
    "Subscriptions",
    "Tallies",
    "Tellings",
    "Transaction",
    "Visits",
]

A = TypeVar("A")
T = TypeVar("T")


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

    def newest(self, sieve: Sieve, limit: int, behind: Place | None = None) -> list[Edition]:
        """Those that the sieve lets through, newest day first, then by id backwards; without a day last."""
        ...

    def said(self, sieve: Sieve, limit: int, behind: Place | None = None, speakers: Collection[str] = ()) -> list[Said]:
        """Statements in articles that the sieve lets through, newest day first; `speakers` are `speaker_key`s.

        Of one article the last comes first. Statements of nobody (an empty key) are left out.
        """
        ...

    def speakers(self, beginnings: Collection[str]) -> set[str]:
        """The keys of speakers that begin with any of these, and a hyphen."""
        ...

    def editions(self, ids: Sequence[str]) -> list[Edition]:
        """As `get`, with the time of the last change."""
        ...

    def outline(self, start: int, limit: int) -> list[tuple[str, datetime]]:
        """Ids with the time of the last change, by id, `limit` of them from place `start` on."""
        ...


class Outbox(Protocol):
    """Replies on their way out and what became of them."""

    def add(self, outgoing: Outgoing) -> bool:
        """Keep it; False if a reply with this id exists: the same shift ran twice."""
        ...

    def add_all(self, replies: Sequence[Outgoing]) -> set[str]:
        """Keep them; the ids of those that did not exist."""
        ...

    def get(self, id: str) -> Outgoing | None: ...

    def get_all(self, ids: Collection[str]) -> dict[str, Outgoing]:
        """Those that exist, by id."""
        ...

    def begin(self, id: str, at: datetime) -> None:
        """A send is about to begin: attempts + 1, `attempted_at` = at, in doubt until one of the next two."""
        ...

    def begin_all(self, ids: Collection[str], at: datetime) -> None:
        """`begin` of each."""
        ...

    def unbegin(self, id: str) -> None:
        """The channel refused before accepting: attempts - 1, no longer in doubt."""
        ...

    def sent(self, id: str, platform_id: str) -> None:
        """The channel accepted it under `platform_id`; no longer in doubt."""
        ...

    def sent_all(self, accepted: Mapping[str, str]) -> None:
        """`sent` of each: the platform's ids by our own."""
        ...

    def settle(self, status: Status) -> Settled | None:
        """Apply a status by `reply_id` or else (channel, platform_id): sets platform_id, ends doubt, and moves the
        status forward by `model.STATUS_RANK`, never back; a *failed* one leaves its code. None if it fits no reply."""
        ...

    def settle_all(self, statuses: Sequence[Status]) -> list[Settled | None]:
        """`settle` of each, in order."""
        ...

    def find(self, channel: str, platform_id: str) -> Outgoing | None:
        """The reply that the platform knows by this id: what a reaction or a quote refers to."""
        ...

    def of(self, contact: str, after: int = 0, limit: int = 50) -> list[Outgoing]:
        """The contact's replies with `sequence` > after, oldest first; with after=0 the latest `limit`."""
        ...

    def told(self, article: str, after: int = 0, limit: int = 100) -> list[Outgoing]:
        """Replies that tell this article, with `sequence` > after, oldest first."""
        ...

    def told_last(self, articles: Collection[str]) -> dict[str, Outgoing]:
        """The latest reply that tells each of these articles, by article, where there is one."""
        ...

    def hold(self, id: str, at: datetime) -> None:
        """Its window is closed: it waits for the person's next message."""
        ...

    def resume(self, contacts: Collection[str], channel: str) -> dict[str, list[str]]:
        """Replies held for these contacts on this channel are held no more: their ids, oldest first, by contact as it
        is now, for those who have any. Queue them to be sent."""
        ...

    def held(self) -> dict[str, int]:
        """How many replies wait for their person's next message, by channel."""
        ...

    def stop(self, campaign: str) -> int:
        """Erase those of a campaign that were never begun; how many. Their jobs find nothing to do."""
        ...

    def counts(self, campaign: str) -> dict[StatusKind | None, int]:
        """How many replies of a campaign have come how far; None: not accepted yet."""
        ...


class Cases(Protocol):
    """What editors must look at."""

    def join(
        self, keys: Collection[str], text: str, message: str, at: datetime, new_id: str, asked: Asked = ...
    ) -> Case:
        """Put a message (by id) to the open case that any of `keys` leads to, or open one. Twice is once.

        Where there is no open case, but spam of exactly the same words, page or file, it joins that.

        Keys are whatever makes two questions the same: a fingerprint of the text, a link, "no such check" of an
        article. The case learns all of them. Open cases that meet here become the oldest of them; their ids keep
        working as aliases. `text` is what editors see of it.
        """
        ...

    def get(self, id: str) -> Case | None: ...

    def of(self, message: str) -> Case | None:
        """The case that this message (by id) joined."""
        ...

    def find(self, keys: Collection[str], state: CaseState = CaseState.OPEN) -> list[Case]:
        """Cases in this state with any of `keys`, those settled last first, else oldest first."""
        ...

    def answered_by(self, article: str) -> list[Case]:
        """Answered cases that this article alone answers, oldest first."""
        ...

    def counts(self) -> dict[CaseState, int]: ...

    def answer(self, id: str, articles: Sequence[str], by: str, at: datetime) -> bool:
        """These articles (by id) answer it. False if it is not open."""
        ...

    def close(self, id: str, by: str, at: datetime) -> bool:
        """It will not be answered. False if it is not open."""
        ...

    def waiting(self, id: str, limit: int = 100) -> list[Waiting]:
        """Who asked and was not told yet, each person once, whoever waits longest first."""
        ...

    def queue(self, id: str, limit: int) -> tuple[list[Waiting], int]:
        """`waiting`, at least one of them, and `count_waiting`; for hardly more than the price of one."""
        ...

    def count_waiting(self, id: str) -> int:
        """How many people `waiting` could name."""
        ...

    def told(self, id: str, contacts: Collection[str], at: datetime) -> None:
        """These have been told: they wait no more, whatever they asked in this case before."""
        ...

    def list(self, state: CaseState, limit: int = 100, order: CaseOrder = CaseOrder.ASKED) -> list[Case]: ...


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

    def release(self, ids: Iterable[int], not_before: datetime | None = None) -> None:
        """Claimed, but not begun: back to READY as they were, the attempt not counted. Others are left alone.

        With `not_before`, not before that time.
        """
        ...

    def retry(self, id: int, not_before: datetime, error: str) -> None:
        """Back to READY, not before that time."""
        ...

    def hasten(self, kind: JobKind, key: str) -> None:
        """If it is READY it is due now: what it waited for has come."""
        ...

    def bury(self, id: int, error: str) -> None:
        """DEAD: given up, kept for the operator; it no longer holds up its lane."""
        ...

    def revive(self, ids: Iterable[int], now: datetime) -> int:
        """Dead jobs become READY again with attempts 0. How many."""
        ...

    def list(self, state: JobState, limit: int = 100) -> list[Job]: ...

    def counts(self) -> dict[tuple[JobKind, JobState], int]: ...

    def oldest(self, now: datetime) -> dict[JobKind, datetime]:
        """Since when the READY job of each kind that has been due for longest is due."""
        ...


class AuditShelf(Protocol):
    """What was done to what we keep; only ever added to."""

    def add(self, entry: Audit) -> None: ...

    def about(self, case: str, what: Collection[str], limit: int = 100) -> list[Audit]:
        """What of this kind was done to a case and to those that are part of it, latest first."""
        ...

    def list(self, limit: int = 100) -> list[Audit]:
        """Latest first."""
        ...


class Transaction(Protocol):
    """One shelf per noun; all of it is committed, or none."""

    deliveries: Deliveries
    contacts: Contacts
    messages: Messages
    articles: Articles
    outbox: Outbox
    cases: Cases
    jobs: Jobs
    subscriptions: Subscriptions
    feedback: FeedbackShelf
    audit: AuditShelf
    visits: Visits
    changes: Changes
    staff: Staff
    passkeys: Passkeys
    acts: Acts
    listings: Listings
    tellings: Tellings
    drafts: Drafts
    outcomes: Outcomes
    tallies: Tallies
    judging: Judging
    campaigns: Campaigns
    catalogue: Catalogue


class Store(Protocol):
    """Where everything is remembered."""

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue `work` for the one writer, which commits whatever is queued in groups.

        The future resolves after the commit (fsync). If `work` raises, only its own changes are undone and the
        future carries the error. `work` may run more than once (a busy database): it must not have other effects.

        Raises (through the future): StoreError, StoreBusy, StoreFull, or whatever `work` raised.
        """
        ...

    def gather(self, work: Callable[[Transaction, Sequence[A]], Sequence[T]], one: A) -> Future[T]:
        """As `write`, for what comes often: all that is queued for the same `work` is handed to it at once, in order.

        `work` gives a result for each. If it raises, each is done alone.
        """
        ...

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on a consistent snapshot, beside the writer; it must not change anything.

        Raises: StoreError, StoreBusy, or whatever `work` raised.
        """
        ...

    def check(self) -> Future[None]:
        """Commit something that is written to disk and means nothing: whoever can do that can keep a delivery.

        Raises (through the future): as `write`.
        """
        ...

    def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        ...
