"""From one version of the tables to the next. Every file in `versions` is one step, named by its number."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from periksa.errors import StoreError
from periksa.store.database import Database

_HERE = Path(__file__).parent


def migrate(address: str) -> None:
    """Bring the database at `address` up to this version's tables. At once when it is; safe in several processes.

    Raises: StoreBusy; StoreError, also if a newer version has been there.
    """
    database = Database(address)
    try:
        if database.patiently(lambda: _version(database)) != latest():
            database.patiently(lambda: _upgrade(database))
    finally:
        database.close()


def latest() -> str:
    """The number of the last step."""
    return max(step.name.partition("_")[0] for step in (_HERE / "versions").glob("[0-9]*.py"))


def _version(database: Database) -> str:
    """The step a database is at; "" before the first."""
    with database.readers.connect() as connection:
        return _read_version(connection)


def _read_version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _upgrade(database: Database) -> None:
    # Only now: importing it takes longer than looking at the version.
    from alembic import command
    from alembic.config import Config

    with database.writer.begin() as connection:
        database.keep_others_out(connection)
        if _read_version(connection) > latest():
            raise StoreError(f"The database {database.name} was set up by a newer periksa: upgrade periksa.")
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_HERE))
        command.upgrade(config, "head")
