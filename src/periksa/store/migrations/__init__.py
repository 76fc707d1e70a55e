"""From one version of the tables to the next. Every file in `versions` is one step, named by its number."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from periksa.errors import SealError, StoreError
from periksa.store.database import Database
from periksa.store.resealing import reseal
from periksa.store.sealing import Sealing

_HERE = Path(__file__).parent


def migrate(address: str, sealing: Sealing) -> None:
    """Bring the database at `address` up to this version's tables, sealed with the first of the keys.

    At once when it is; safe in several processes.

    Raises: StoreBusy; SealError if it is sealed with a key that is none of these; StoreError, also if a newer version
    has been there.
    """
    database = Database(address)
    try:
        if database.patiently(lambda: _state(database)) != (latest(), sealing.name):
            database.patiently(lambda: _upgrade(database, sealing))
    finally:
        database.close()


def sealed_with(address: str) -> str:
    """The name of the key that the database at `address` is sealed with; "" before there is any. Raises: StoreError."""
    database = Database(address)
    try:
        return database.patiently(lambda: _state(database))[1]
    finally:
        database.close()


def latest() -> str:
    """The number of the last step."""
    return max(step.name.partition("_")[0] for step in (_HERE / "versions").glob("[0-9]*.py"))


def _state(database: Database) -> tuple[str, str]:
    """The step a database is at and the key it is sealed with; "" before there are any."""
    with database.readers.connect() as connection:
        return _read_version(connection), _read_key(connection)


def _read_version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _read_key(connection: Connection) -> str:
    if not inspect(connection).has_table("sealed_with"):
        return ""
    return str(connection.execute(text("SELECT key FROM sealed_with")).scalar() or "")


def _upgrade(database: Database, sealing: Sealing) -> None:
    # Only now: importing it takes longer than looking at the version.
    from alembic import command
    from alembic.config import Config

    with database.writer.begin() as connection:
        database.keep_others_out(connection)
        if _read_version(connection) > latest():
            raise StoreError(f"The database {database.name} was set up by a newer periksa: upgrade periksa.")
        config = Config(attributes={"connection": connection, "sealing": sealing})
        config.set_main_option("script_location", str(_HERE))
        command.upgrade(config, "head")
        _agree(database, connection, sealing)


def _agree(database: Database, connection: Connection, sealing: Sealing) -> None:
    """On the key: a new one that stands before the old seals everything anew."""
    name = _read_key(connection)
    if name not in sealing.names:
        raise SealError(
            f"The database {database.name} is sealed with a key that is not among those given: restore the key file, "
            "or name the right one (store.key_file)."
        )
    if name != sealing.name:
        reseal(connection, sealing)
