"""The migrated tables are the tables of schema.py, in one quick step that any number of processes may take at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from periksa.errors import StoreError
from periksa.store.database import Database
from periksa.store.migrations import latest
from periksa.store.schema import metadata
from periksa.store.sql import migrate

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


def definitions(connection: Connection) -> dict[str, set[str]]:
    """What the database itself says about every table and index, by name; order and line breaks aside."""
    query = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    parts = {name: sql or "" for name, sql in connection.execute(text(query)).all()}
    return {name: {part.strip(" \n\t,)") for part in sql.split("\n")} for name, sql in parts.items()}


def test_the_migrated_tables_are_those_of_the_schema(new_address: Any) -> None:
    address = new_address()
    migrate(address)
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
    migrate(address)
    script = "import sys; from periksa.store.sql import migrate; migrate(sys.argv[1]); print('alembic' in sys.modules)"
    command = [sys.executable, "-c", script, address]
    assert subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout == "False\n"


def test_a_migration_waits_for_another(new_address: Any) -> None:
    address = new_address()
    database = Database(address)
    with ThreadPoolExecutor() as pool:
        with database.writer.begin() as connection:
            database.keep_others_out(connection)
            migration = pool.submit(migrate, address)
            with pytest.raises(TimeoutError):
                migration.result(timeout=0.5)
        migration.result(timeout=20)
    database.close()


def test_several_processes_may_migrate_at_once(new_address: Any) -> None:
    command = [sys.executable, "-c", "import sys; from periksa.store.sql import migrate; migrate(sys.argv[1])"]
    address = new_address()
    processes = [subprocess.Popen([*command, address], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    database = Database(address)
    with database.readers.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [latest()]
    database.close()


def test_a_database_of_a_newer_version_is_refused(new_address: Any) -> None:
    address = new_address()
    migrate(address)
    database = Database(address)
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreError, match="newer periksa: upgrade"):
        migrate(address)
