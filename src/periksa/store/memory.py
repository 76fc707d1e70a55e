"""The store in memory: the oracle that the others are measured against. All is gone when the process ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import TypeVar

from periksa.errors import StoreError
from periksa.store import (
    Acts,
    Articles,
    AuditShelf,
    Campaigns,
    Cases,
    Catalogue,
    Changes,
    Contacts,
    Deliveries,
    Drafts,
    FeedbackShelf,
    Jobs,
    Judging,
    Listings,
    Messages,
    Outbox,
    Outcomes,
    Passkeys,
    Staff,
    Subscriptions,
    Tallies,
    Tellings,
    Transaction,
    Visits,
)
from periksa.store.memory_acts import MemoryActs
from periksa.store.memory_campaigns import MemoryCampaigns
from periksa.store.memory_cases import MemoryCases
from periksa.store.memory_catalogue import MemoryCatalogue
from periksa.store.memory_changes import MemoryChanges
from periksa.store.memory_jobs import MemoryJobs
from periksa.store.memory_listings import MemoryListings
from periksa.store.memory_numbers import MemoryJudging, MemoryOutcomes, MemoryTallies
from periksa.store.memory_outbox import MemoryOutbox
from periksa.store.memory_passkeys import MemoryPasskeys
from periksa.store.memory_people import MemoryContacts, MemoryDeliveries, MemoryMessages
from periksa.store.memory_shelves import MemoryArticles, MemoryAudit, MemoryFeedback, MemorySubscriptions
from periksa.store.memory_staff import MemoryStaff
from periksa.store.memory_tables import Tables
from periksa.store.memory_tellings import MemoryDrafts, MemoryTellings
from periksa.store.memory_visits import MemoryVisits

A = TypeVar("A")
T = TypeVar("T")


class MemoryTransaction:
    """The shelves on one set of tables."""

    def __init__(self, tables: Tables) -> None:
        contacts = MemoryContacts(tables)
        self.deliveries: Deliveries = MemoryDeliveries(tables, contacts)
        self.contacts: Contacts = contacts
        self.messages: Messages = MemoryMessages(tables, contacts)
        self.articles: Articles = MemoryArticles(tables)
        self.outbox: Outbox = MemoryOutbox(tables, contacts)
        cases = MemoryCases(tables, contacts)
        self.cases: Cases = cases
        self.jobs: Jobs = MemoryJobs(tables, contacts)
        self.subscriptions: Subscriptions = MemorySubscriptions(tables, contacts)
        self.feedback: FeedbackShelf = MemoryFeedback(tables, contacts)
        self.audit: AuditShelf = MemoryAudit(tables)
        self.visits: Visits = MemoryVisits(tables)
        self.changes: Changes = MemoryChanges(tables)
        self.staff: Staff = MemoryStaff(tables)
        self.passkeys: Passkeys = MemoryPasskeys(tables)
        self.acts: Acts = MemoryActs(tables)
        self.listings: Listings = MemoryListings(tables)
        self.tellings: Tellings = MemoryTellings(tables, cases, contacts)
        self.drafts: Drafts = MemoryDrafts(tables)
        self.outcomes: Outcomes = MemoryOutcomes(tables)
        self.tallies: Tallies = MemoryTallies(tables)
        self.catalogue: Catalogue = MemoryCatalogue(tables)
        self.campaigns: Campaigns = MemoryCampaigns(tables, contacts)
        self.judging: Judging = MemoryJudging(tables)


class MemoryStore:
    """Remembers until it is closed. One piece of work at a time, in the thread that brings it."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._shelves = MemoryTransaction(self._tables)
        self._alone = Lock()
        self._closed = False

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Do `work` now; if it raises, undo what it did."""
        future: Future[T] = Future()
        try:
            with self._alone:
                result = self._do(work)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the future
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def gather(self, work: Callable[[Transaction, Sequence[A]], Sequence[T]], one: A) -> Future[T]:
        """Nothing queues here: it is done alone."""
        return self.write(lambda tx: work(tx, [one])[0])

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` while nobody writes. Raises: StoreError if it changed something."""
        with self._alone:
            return self._do(work, may_change=False)

    def check(self) -> Future[None]:
        """Nothing is written anywhere."""
        return self.write(lambda _: None)

    def close(self) -> None:
        """Take nothing more."""
        with self._alone:
            self._closed = True

    def _do(self, work: Callable[[Transaction], T], may_change: bool = True) -> T:
        if self._closed:
            raise StoreError("The store in memory was closed before this.")
        try:
            result = work(self._shelves)
            if self._tables.changed() and not may_change:
                raise StoreError("The store in memory refused: something that may only read tried to change a row.")
        except BaseException:
            self._tables.undo()
            raise
        self._tables.keep()
        return result
