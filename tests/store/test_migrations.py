"""The migrated tables are the tables of schema.py, in one quick step that any number of processes may take at once."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from periksa.errors import StoreError
from periksa.model import (
    Address,
    CaseState,
    Contact,
    Delivery,
    JobState,
    Media,
    Outgoing,
    Reply,
    Sieve,
    StatusKind,
)
from periksa.store import Transaction, migrations
from periksa.store.database import Database
from periksa.store.migrations import latest
from periksa.store.schema import metadata
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

SEALING = Sealing([b"k" * 32])
MIGRATE = (
    "import sys; from periksa.store.sealing import Sealing; from periksa.store.sql import migrate; "
    "migrate(sys.argv[1], Sealing([b'k' * 32]))"
)
SQLITE = "SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'"
POSTGRESQL = """
    SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL
    SELECT table_name || '.' || column_name, concat_ws(' ', data_type, collation_name, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.network)])
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Makes addresses of empty databases."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").new_database
    names = iter(range(9))
    return lambda: f"sqlite:///{tmp_path}/{next(names)}.db"


COMMA = re.compile(r",(?![^(]*\))")
"""Not within parentheses."""


def definitions(connection: Connection) -> dict[str, set[str]]:
    """What the database itself says about every table and index, by name; order, quotes and line breaks aside."""
    query = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    told = {name: " ".join((sql or "").replace('"', "").split()) for name, sql in connection.execute(text(query)).all()}
    return {name: _parts(sql) for name, sql in told.items()}


def _parts(sql: str) -> set[str]:
    head, opened, body = sql.partition("(") if sql.startswith("CREATE TABLE") else ("", "", sql)
    columns, _, tail = body.rpartition(")") if opened else (body, "", "")
    return {head.strip(), tail.strip(), *(part.strip() for part in COMMA.split(columns))}


def test_the_migrated_tables_are_those_of_the_schema(new_address: Any) -> None:
    address = new_address()
    migrate(address, SEALING)
    migrated, created = Database(address), Database(new_address())
    with created.writer.begin() as connection:
        metadata.create_all(connection)
        expected = definitions(connection)
    with migrated.writer.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert definitions(connection) == expected
    migrated.close()
    created.close()


def test_an_up_to_date_database_is_left_at_once(new_address: Any) -> None:
    address = new_address()
    migrate(address, SEALING)
    process = [sys.executable, "-c", f"{MIGRATE}; print('alembic' in sys.modules)", address]
    assert subprocess.run(process, check=True, capture_output=True, text=True, timeout=60).stdout == "False\n"


def test_a_migration_waits_for_another(new_address: Any) -> None:
    address = new_address()
    database = Database(address)
    with ThreadPoolExecutor() as pool:
        with database.writer.begin() as connection:
            database.keep_others_out(connection)
            migration = pool.submit(migrate, address, SEALING)
            with pytest.raises(TimeoutError):
                migration.result(timeout=0.5)
        migration.result(timeout=20)
    database.close()


def test_several_processes_may_migrate_at_once(new_address: Any) -> None:
    process = [sys.executable, "-c", MIGRATE]
    address = new_address()
    processes = [subprocess.Popen([*process, address], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    database = Database(address)
    with database.readers.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [latest()]
    database.close()


def test_a_database_of_a_newer_version_is_refused(new_address: Any) -> None:
    address = new_address()
    migrate(address, SEALING)
    database = Database(address)
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreError, match="newer periksa: upgrade"):
        migrate(address, SEALING)


# ---------------------------------------------------------------- from the first tables to people

BEFORE = """
    INSERT INTO contacts (id, created_at, merged_into) VALUES
        ('siti', :noon, NULL), ('budi', :noon, NULL), ('sari', :noon, 'siti');
    INSERT INTO addresses (channel, value, kind, contact, learned_at) VALUES
        ('whatsapp', '6281100022233', 'phone', 'siti', :noon),
        ('whatsapp', 'ID.1349302220153', 'bsuid', 'siti', :noon),
        ('web', '5f2c9c1e', 'session', 'budi', :noon);
    INSERT INTO deliveries (id, channel, received_at, raw, headers)
        VALUES ('d-1', 'whatsapp', :noon, :raw, '[]');
    INSERT INTO messages (id, contact, channel, platform_id, kind, sent_at, received_at, text, choice,
        refers_to, forwarded, frequently_forwarded, media, type) VALUES
        ('m-1', 'siti', 'whatsapp', 'wamid.1', 'text', :noon, :noon, 'apakah benar?', '', '', true, false, NULL,
            'text'),
        ('m-2', 'budi', 'whatsapp', 'wamid.2', 'image', :noon, :noon, 'ini?', '', 'wamid.0', false, false,
            '{"id": "987", "mime": "image/jpeg", "sha256": "ab12"}', 'image');
    INSERT INTO outbox (id, contact, channel, reply, message, refers_to, created_at, platform_id, status,
        attempts, attempted_at) VALUES
        ('r-1', 'siti', 'whatsapp', '{"text": "Salah.", "options": [], "prompt": ""}', 'm-1', 'wamid.1', :noon,
            'wamid.4', 'read', 1, NULL),
        ('r-2', 'budi', 'whatsapp', '{"text": "Benar.", "options": [], "prompt": ""}', 'm-2', 'wamid.2', :noon, '',
            NULL, 0, NULL);
    INSERT INTO cases (id, fingerprint, text, opened_at, state, asked) VALUES
        ('case-1', 'sidik', 'apakah benar?', :noon, 'open', 2), ('case-2', 'sidik', 'lama', :noon, 'closed', 1);
    INSERT INTO case_messages (message, case_id) VALUES ('m-2', 'case-1'), ('m-1', 'case-1');
    INSERT INTO jobs (kind, key, lane, state, attempts, error, created_at)
        VALUES ('send', 'r-2', 'budi', 'ready', 0, '', :noon)
"""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def before_people(address: str) -> None:
    """A database as the previous version left it, with everything in it."""
    database = Database(address)
    with database.writer.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        command.upgrade(config, "0001")
        noon = NOON.isoformat(timespec="microseconds") if address.startswith("sqlite") else NOON
        values = {"noon": noon, "raw": b'{"from": "6281100022233"}'}
        for statement in BEFORE.split(";"):
            given = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), given)
    database.close()


def test_what_the_previous_version_kept_is_still_there_and_sealed(new_address: Any) -> None:
    address = new_address()
    before_people(address)
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)

    def look(shelf: Transaction) -> None:
        phone = Address("whatsapp", "6281100022233")
        assert shelf.contacts.get("sari") == Contact("siti", NOON)
        assert shelf.contacts.addresses("siti", "whatsapp") == [phone, Address("whatsapp", "ID.1349302220153", "bsuid")]
        assert shelf.contacts.find(Address("web", "5f2c9c1e", "session")) == "budi"
        assert shelf.messages.find("whatsapp", "wamid.2") == shelf.messages.get("m-2")
        message = shelf.messages.get("m-2")
        assert message is not None
        assert (message.refers_to, message.media) == ("wamid.0", Media("987", "image/jpeg", "ab12"))
        assert [(each.id, each.sequence) for each in shelf.outbox.of("siti")] == [("r-1", 1)]
        read = Outgoing(
            "r-1", "siti", "whatsapp", Reply("Salah."), "m-1", "wamid.1", NOON, "wamid.4", StatusKind.READ, 1
        )
        assert shelf.outbox.find("whatsapp", "wamid.4") == replace(read, sequence=1)
        assert [case.id for case in shelf.cases.find(["sidik"])] == ["case-1"]
        assert [case.id for case in shelf.cases.find(["sidik"], CaseState.CLOSED)] == ["case-2"]
        assert [each.contact for each in shelf.cases.waiting("case-1")] == ["siti", "budi"]
        assert shelf.deliveries.get("d-1") == Delivery("d-1", "whatsapp", NOON, b"")
        assert [job.key for job in shelf.jobs.list(JobState.READY)] == ["r-2"]

    store.read(look)
    assert store.write(lambda shelf: shelf.contacts.forget("siti", NOON)).result(20).messages == 1
    case = store.read(lambda shelf: shelf.cases.get("case-1"))
    assert case is not None
    assert case.text == "ini?", "the words were those of the first message"
    assert store.write(lambda shelf: shelf.outbox.add(Outgoing("r-9", "budi", "web", Reply("Salah.")))).result(20)
    assert [each.sequence for each in store.read(lambda shelf: shelf.outbox.of("budi"))] == [2, 3]
    store.close()
    if address.startswith("sqlite"):
        path = Path(address.removeprefix("sqlite:///"))
        kept = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        assert b"6281100022233" not in kept
        assert b"apakah benar?" not in kept


def test_many_rows_of_the_previous_version_are_sealed(new_address: Any) -> None:
    address = new_address()
    before_people(address)
    database = Database(address)
    with database.writer.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO addresses (channel, value, kind, contact, learned_at) "
                "VALUES ('whatsapp', :value, 'phone', 'budi', (SELECT created_at FROM contacts WHERE id = 'budi'))"
            ),
            [{"value": f"62811{number:06}"} for number in range(1203)],
        )
    database.close()
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)
    addresses = store.read(lambda shelf: shelf.contacts.addresses("budi", "whatsapp"))
    assert [each.value for each in addresses] == [f"62811{number:06}" for number in range(1203)]
    store.close()


def test_statements_that_were_there_already_are_found_by_speaker(new_address: Any) -> None:
    address = new_address()
    before_people(address)
    database = Database(address)
    noon = NOON.isoformat(timespec="microseconds") if address.startswith("sqlite") else NOON
    said = '{"speaker": "Dewi  ANGGRAINI", "words": "Aman.", "date": %s, "via": []}'
    nobody = '{"speaker": "…", "words": "Aman.", "date": null, "via": []}'
    rows = [
        {"id": f"n-{number:04}", "noon": noon, "said": f"[{nobody}, {said % day}]"}
        for number, day in [(0, '"2026-02-20"'), *((number, "null") for number in range(1, 603))]
    ]
    with database.writer.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO articles (id, kind, title, outlet, url, language, date, claim, rating, summary, body, "
                "place, statements, fingerprint, added_at, changed_at) VALUES (:id, 'news', 'Judul', '', '', 'id', "
                "'2026-02-21', '', '', '', '', '', :said, '', :noon, :noon)"
            ),
            rows,
        )
    database.close()
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)
    found = store.read(lambda shelf: shelf.articles.said(Sieve(), 1000, speakers=["dewi-anggraini"]))
    assert len(found) == 603
    assert (found[-1].article.id, found[-1].number, found[-1].day) == ("n-0000", 1, date(2026, 2, 20))
    assert len(store.read(lambda shelf: shelf.articles.said(Sieve(), 2000))) == 603
    store.close()
