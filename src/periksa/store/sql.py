"""The store over SQL: a SQLite file, or a PostgreSQL database that several processes share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from sqlalchemy import Connection

from periksa.store import Articles, Cases, Contacts, Deliveries, Jobs, Messages, Outbox, Transaction
from periksa.store.database import Database
from periksa.store.migrations import migrate
from periksa.store.sql_articles import SqlArticles
from periksa.store.sql_jobs import SqlJobs
from periksa.store.sql_outbox import SqlCases, SqlOutbox
from periksa.store.sql_people import SqlContacts, SqlDeliveries, SqlMessages
from periksa.store.writer import Writer

__all__ = ["SqlStore", "migrate"]

T = TypeVar("T")


class SqlTransaction:
    """The shelves on one connection, for one piece of work."""

    def __init__(self, connection: Connection) -> None:
        contacts = SqlContacts(connection)
        self.deliveries: Deliveries = SqlDeliveries(connection)
        self.contacts: Contacts = contacts
        self.messages: Messages = SqlMessages(connection, contacts)
        self.articles: Articles = SqlArticles(connection)
        self.outbox: Outbox = SqlOutbox(connection, contacts)
        self.cases: Cases = SqlCases(connection)
        self.jobs: Jobs = SqlJobs(connection, contacts)


class SqlStore:
    """Remembers in the database at `address`, whose tables `migrate` has set up.

    One thread of this process writes, in groups; many read. Any number of processes may do so at once.

    Raises: StoreError for an address that is not of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, address: str) -> None:
        self._database = Database(address)
        self._writer = Writer(self._database, SqlTransaction)
        self._closed = False

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue `work`; see `Store.write`."""
        return self._writer.submit(work)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on a snapshot of its own; see `Store.read`."""
        if self._closed:
            raise self._database.closed()
        return self._database.patiently(lambda: self._read(work))

    def close(self) -> None:
        """Write what is queued, then let go of the database."""
        self._closed = True
        self._writer.close()
        self._database.close()

    def _read(self, work: Callable[[Transaction], T]) -> T:
        with self._database.readers.connect() as connection:
            return work(SqlTransaction(connection))
