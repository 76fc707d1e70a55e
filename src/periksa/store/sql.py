"""The store over SQL: a SQLite file, or a PostgreSQL database that several processes share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from sqlalchemy import Connection, select

from periksa.errors import SealError
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
from periksa.store.database import Database
from periksa.store.migrations import migrate
from periksa.store.schema import sealed_with
from periksa.store.sealing import Sealing
from periksa.store.sql_acts import SqlActs
from periksa.store.sql_articles import SqlArticles
from periksa.store.sql_campaigns import SqlCampaigns
from periksa.store.sql_cases import SqlCases
from periksa.store.sql_catalogue import SqlCatalogue
from periksa.store.sql_changes import SqlChanges
from periksa.store.sql_deliveries import SqlDeliveries
from periksa.store.sql_jobs import SqlJobs
from periksa.store.sql_listings import SqlListings
from periksa.store.sql_messages import SqlMessages
from periksa.store.sql_numbers import SqlJudging, SqlOutcomes, SqlTallies
from periksa.store.sql_outbox import SqlOutbox
from periksa.store.sql_passkeys import SqlPasskeys
from periksa.store.sql_people import SqlContacts
from periksa.store.sql_shelves import SqlAudit, SqlFeedback, SqlSubscriptions
from periksa.store.sql_staff import SqlStaff
from periksa.store.sql_tellings import SqlDrafts, SqlTellings
from periksa.store.sql_visits import SqlVisits
from periksa.store.writer import Writer

__all__ = ["SqlStore", "migrate"]

A = TypeVar("A")
T = TypeVar("T")


# The shared lock keeps `migrate` from sealing everything anew while something is being written.
_SEALED_WITH = select(sealed_with.c.key).where(sealed_with.c.number == 1).with_for_update(read=True)


class SqlTransaction:
    """The shelves on one connection, for one piece of work."""

    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self.connection = connection
        contacts = SqlContacts(connection, sealing)
        self.deliveries: Deliveries = SqlDeliveries(connection, sealing, contacts)
        self.contacts: Contacts = contacts
        self.messages: Messages = SqlMessages(connection, sealing, contacts)
        self.articles: Articles = SqlArticles(connection)
        self.outbox: Outbox = SqlOutbox(connection, sealing, contacts)
        cases = SqlCases(connection, sealing)
        self.cases: Cases = cases
        self.jobs: Jobs = SqlJobs(connection, contacts)
        self.subscriptions: Subscriptions = SqlSubscriptions(connection, contacts)
        self.feedback: FeedbackShelf = SqlFeedback(connection, contacts)
        self.audit: AuditShelf = SqlAudit(connection)
        self.visits: Visits = SqlVisits(connection)
        self.changes: Changes = SqlChanges(connection)
        self.staff: Staff = SqlStaff(connection)
        self.passkeys: Passkeys = SqlPasskeys(connection)
        self.acts: Acts = SqlActs(connection)
        self.listings: Listings = SqlListings(connection)
        self.tellings: Tellings = SqlTellings(connection, cases)
        self.drafts: Drafts = SqlDrafts(connection)
        self.outcomes: Outcomes = SqlOutcomes(connection)
        self.tallies: Tallies = SqlTallies(connection)
        self.catalogue: Catalogue = SqlCatalogue(connection)
        self.campaigns: Campaigns = SqlCampaigns(connection)
        self.judging: Judging = SqlJudging(connection)


class SqlStore:
    """Remembers in the database at `address`, whose tables `migrate` has set up, sealed with the same keys.

    One thread of this process writes, in groups; many read. Any number of processes may do so at once.

    Raises: StoreError for an address that is not of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, address: str, sealing: Sealing) -> None:
        self._database = Database(address)
        self._sealing = sealing
        self._writer = Writer(self._database, self._admit, self._shelves)
        self._closed = False

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue `work`; see `Store.write`."""
        return self._writer.submit(work)

    def gather(self, work: Callable[[Transaction, Sequence[A]], Sequence[T]], one: A) -> Future[T]:
        """Queue it beside others of its kind; see `Store.gather`."""
        return self._writer.submit(work, one)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on a snapshot of its own; see `Store.read`."""
        if self._closed:
            raise self._database.closed()
        return self._database.patiently(lambda: self._read(work))

    def check(self) -> Future[None]:
        """Commit next to nothing; see `Store.check`."""
        return self._writer.submit(self._write_nothing)

    def close(self) -> None:
        """Write what is queued, then let go of the database."""
        self._closed = True
        self._writer.close()
        self._database.close()

    def _write_nothing(self, tx: SqlTransaction) -> None:
        self._database.write_nothing(tx.connection)

    def _read(self, work: Callable[[Transaction], T]) -> T:
        with self._database.readers.connect() as connection:
            return work(self._shelves(connection))

    def _shelves(self, connection: Connection) -> SqlTransaction:
        return SqlTransaction(connection, self._sealing)

    def _admit(self, connection: Connection) -> None:
        """Nothing is written with one key among rows sealed with another: nobody would find it again."""
        if connection.execute(_SEALED_WITH).scalar() != self._sealing.name:
            raise SealError(
                f"The database {self._database.name} was sealed with another key meanwhile: start this process again."
            )
