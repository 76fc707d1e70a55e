"""What the operator hears when the database is busy, away or wrong: one sentence, no secret, nothing lost."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from periksa.errors import StoreBusy, StoreError
from periksa.model import Message, MessageKind
from periksa.store import database as databases
from periksa.store.database import Database
from periksa.store.schema import addresses
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

SEALING = Sealing([b"k" * 32])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("m-1", "siti", "whatsapp", "wamid.1", MessageKind.TEXT, NOON, NOON, "apakah benar?")


def add_message(number: int) -> Any:
    return lambda shelf: shelf.messages.add(replace(MESSAGE, id=f"m-{number}", platform_id=f"wamid.{number}"))


def count_of() -> Any:
    return lambda shelf: len(shelf.messages.of("siti", limit=1000))


def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    store = SqlStore(f"{address}?timeout=0.01", SEALING)
    other = sqlite3.connect(tmp_path / "periksa.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    future = store.write(add_message(1))
    assert store.read(count_of()) == 0
    with pytest.raises(TimeoutError):
        future.result(timeout=0.3)
    other.execute("COMMIT")
    assert future.result(timeout=20)
    other.close()
    store.close()


def test_a_database_that_stays_locked_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_PAUSES", (0.01,))
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    store = SqlStore(f"{address}?timeout=0.01", SEALING)
    other = sqlite3.connect(tmp_path / "periksa.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    futures = [store.write(add_message(number)) for number in range(3)]
    for future in futures:
        with pytest.raises(StoreBusy, match=r"periksa\.db.* is busy .*locked"):
            future.result(timeout=20)
    other.execute("ROLLBACK")
    other.close()
    assert store.write(add_message(1)).result(timeout=20)
    store.close()


@pytest.mark.network
def test_lost_connections_are_made_anew(postgres: Any) -> None:
    address = postgres.empty_shared()
    store = SqlStore(address, SEALING)
    store.write(add_message(1)).result(timeout=20)
    assert store.read(count_of()) == 1
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert store.read(count_of()) == 1
    assert store.write(add_message(2)).result(timeout=20)
    store.close()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://budi:rahasia@host/periksa", "neither of SQLite"),
        ("bukan alamat rahasia", "neither of SQLite"),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_once(address: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as caught:
        SqlStore(address, SEALING)
    assert "rahasia" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        StoreError, match=r"tidak-ada/periksa\.db refused: unable to open .* Check that the folder exists"
    ):
        migrate(f"sqlite:///{tmp_path}/tidak-ada/periksa.db", SEALING)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "foto.db"
    file.write_bytes(b"bukan database" * 100)
    with pytest.raises(StoreError, match=r"foto\.db refused: .* correct the address or move the file away"):
        migrate(f"sqlite:///{file}", SEALING)
    assert file.read_bytes() == b"bukan database" * 100


def test_missing_tables_are_said_to_be_missing(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/periksa.db", SEALING)
    with pytest.raises(StoreError, match=r"no such table.*periksa doctor"):
        store.read(count_of())
    with pytest.raises(StoreError, match=r"no such table.*periksa doctor"):
        store.write(add_message(1)).result(timeout=20)
    store.close()


@pytest.mark.network
@pytest.mark.parametrize("secret", ["budi:rahasia@127.0.0.1:1/periksa", "127.0.0.1:1/periksa?password=rahasia"])
def test_a_server_that_is_not_there_is_named_without_its_password(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_PAUSES", (0.01,))
    with pytest.raises(
        StoreBusy, match=r"127\.0\.0\.1:1/periksa.* cannot be reached: .* Check that the server"
    ) as caught:
        migrate(f"postgresql://{secret}", SEALING)
    assert "rahasia" not in str(caught.value)


@pytest.mark.network
def test_a_database_that_does_not_exist_is_named(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_PAUSES", (0.01,))
    with pytest.raises(StoreError, match=r'database "tidak_ada" does not exist'):
        migrate(postgres.shared.replace("/test_1?", "/tidak_ada?"), SEALING)


def test_a_sentence_never_quotes_a_row(database: Any) -> None:
    bare = Database(database.address)
    row = {
        "channel": "whatsapp",
        "kind": "6281100099",
        "contact": "rahasia",
        "learned_at": NOON,
        "mark": b"",
        "value": b"",
    }
    with pytest.raises(IntegrityError) as caught, bare.writer.begin() as connection:
        connection.execute(insert(addresses), row)
    bare.close()
    sentence = str(bare.explain(caught.value))
    assert "refused" in sentence
    assert "rahasia" not in sentence
    assert "6281100099" not in sentence
