"""All that is different about SQLite and PostgreSQL: how to open them, and what their errors mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from periksa.errors import StoreBusy, StoreError, StoreFull
from periksa.store.columns import to_json

T = TypeVar("T")

READERS = 8
"""Connections that may read at the same time; further readers wait for one."""

_PATIENCE = 5
"""Seconds to wait for a free connection before one attempt has failed."""

_PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts; in sum enough for PostgreSQL to restart."""

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
"""What is deleted is overwritten: a person who was forgotten is not left in the file's free pages."""

_BY_INDEX = "SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', true)" for way in ("seqscan", "bitmapscan", "sort")
)
"""The writer finds its rows by an index, in the index's order. PostgreSQL, which plans by what it last counted, would
read and sort a queue that has just grown from nothing to thousands, at every claim."""

_MIGRATION_LOCK = 7311989
"""PostgreSQL names an advisory lock by a number that all who want it agree on."""

_SQLITE_BUSY = (5, 6)
_POSTGRESQL_BUSY = ("08", "40", "53300", "55P03", "57P")

_SQLITE_FULL = (10, 13)
_POSTGRESQL_FULL = ("53", "58")

_SQLITE_ADVICE = {
    1: "If a table is missing, it was not set up by this version: `periksa doctor` says more.",
    8: "Check that this user may write to the file and its folder.",
    10: "Check the disk.",
    11: "The file is damaged: restore the latest backup.",
    13: "The disk is full: free some space.",
    14: "Check that the folder exists and that this user may write to it.",
    26: "The file is no SQLite database: correct the address or move the file away.",
}
"""What to do, by primary result code (https://www.sqlite.org/rescode.html)."""

_POSTGRESQL_ADVICE = {
    "08": "Check that the server runs, and the address, user and password.",
    "25": "Something that may only read tried to change a row.",
    "28": "Check user and password.",
    "3D": "Create the database, or correct its name.",
    "42": "If a table is missing, it was not set up by this version: `periksa doctor` says more.",
    "53": "The server is short of disk, memory or connections.",
    "57": "The server is stopping or starting.",
    "58": "The server's disk fails: see its log.",
}
"""What to do, by class of SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


class Database:
    """One database: an engine for the writer, one for readers, and sentences about what went wrong.

    Raises: StoreError for an address that is not of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, address: str) -> None:
        self._url = _parse(address)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self.writer = self._open(size=1)
        if self._sqlite:
            self.readers = self._open(READERS)
            _set_up(self.writer, _PRAGMAS)
            _set_up(self.readers, (*_PRAGMAS, "query_only=ON"))
            _begin_with(self.writer, "BEGIN IMMEDIATE")
            _begin_with(self.readers, "BEGIN")
        else:
            self.readers = self._open(READERS, isolation_level="REPEATABLE READ", postgresql_readonly=True)
            _begin_with(self.writer, _BY_INDEX)

    def _open(self, size: int, **options: Any) -> Engine:
        return create_engine(
            self._url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=_PATIENCE,
            json_serializer=to_json,
            hide_parameters=True,
            execution_options=options,
        )

    @property
    def name(self) -> str:
        """The address without anything secret."""
        shown = self._url.set(drivername=self._url.get_backend_name())
        secrets = {key: "***" for key in shown.query if "pass" in key}
        return shown.update_query_dict(secrets).render_as_string(hide_password=True)

    def keep_others_out(self, connection: Connection) -> None:
        """No other migration until this transaction ends. SQLite's writer is alone as it is."""
        if not self._sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})

    def write_nothing(self, connection: Connection) -> None:
        """Have this transaction write. PostgreSQL's does: the lock with which every one of ours begins is logged.

        SQLite commits a transaction without a change even where it cannot write: the number that it keeps for
        applications is written anew, and means nothing to us.
        """
        if self._sqlite:
            connection.exec_driver_sql("PRAGMA user_version = 0")

    def patiently(self, attempt: Callable[[], T]) -> T:
        """Do it; while the database is busy or away, pause and do it again.

        Raises: StoreBusy when patience ends, StoreFull where nothing can be written, StoreError for anything else that
        is wrong with the database.
        """
        for pause in _PAUSES:
            try:
                return attempt()
            except SQLAlchemyError as error:
                if not is_busy(error):
                    raise self.explain(error) from None
            time.sleep(pause)
        try:
            return attempt()
        except SQLAlchemyError as error:
            raise self.explain(error) from None

    def explain(self, error: SQLAlchemyError) -> StoreError:
        """What to tell the operator. Only the first line of what the database said: others may quote a row."""
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")
        if is_busy(error):
            return StoreBusy(f"The database {self.name} is busy or cannot be reached: {said}. {_advice(error)}".strip())
        if is_full(error):
            return StoreFull(f"The database {self.name} cannot write: {said}. {_advice(error)}".strip())
        return StoreError(f"The database {self.name} refused: {said}. {_advice(error)}".strip())

    def closed(self) -> StoreError:
        """What whoever comes too late hears."""
        return StoreError(f"The database {self.name} was closed before this.")

    def close(self) -> None:
        """Let go of every connection."""
        self.writer.dispose()
        self.readers.dispose()


def is_busy(error: BaseException) -> bool:
    """Whether the same thing may succeed in a moment: a lock, a deadlock, a restart, a lost connection."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeout)
    code = _code(error)
    if isinstance(code, int):
        return code in _SQLITE_BUSY
    return error.connection_invalidated or code.startswith(_POSTGRESQL_BUSY)


def is_full(error: BaseException) -> bool:
    """Whether the disk is full, or fails: nothing that was asked is to blame for it."""
    if not isinstance(error, DBAPIError):
        return False
    code = _code(error)
    return code in _SQLITE_FULL if isinstance(code, int) else code.startswith(_POSTGRESQL_FULL)


def _advice(error: SQLAlchemyError) -> str:
    code = _code(error) if isinstance(error, DBAPIError) else ""
    return _SQLITE_ADVICE.get(code, "") if isinstance(code, int) else _POSTGRESQL_ADVICE.get(code[:2], "")


def _code(error: DBAPIError) -> int | str:
    """SQLite's primary result code, or PostgreSQL's SQLSTATE: "" where it gave none, "08" where it gave no answer."""
    extended = getattr(error.orig, "sqlite_errorcode", None)
    if extended is not None:
        return int(extended) & 0xFF
    silent = "08" if isinstance(error, OperationalError) else ""
    return getattr(error.orig, "sqlstate", None) or silent


def _parse(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        url = URL.create("unknown")
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise StoreError(
            "The database address is neither of SQLite (sqlite:////folder/periksa.db) nor of PostgreSQL "
            "(postgresql://user:password@host/name)."
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StoreError("The database address names no file: write sqlite:////folder/periksa.db.")
    return url.set(drivername=driver)


def _set_up(engine: Engine, pragmas: Sequence[str]) -> None:
    """For SQLite: its settings, and no transactions but those that we begin
    (https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions).

    Python's driver waits 5 seconds for a lock; `?timeout=` in the address says otherwise.
    """

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


def _begin_with(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql(statement)
