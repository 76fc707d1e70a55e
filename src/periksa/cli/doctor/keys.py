"""Check of the key file: without it no address in the database can be read again."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State
from periksa.cli.installation import begun
from periksa.errors import PeriksaError, StoreError

if TYPE_CHECKING:
    from periksa.config import Config

RESTORE = "Restore the key file from your copy: without it nobody's address in the database can be read."


def kept(config: Config) -> Row:
    """Whether they open the database, and whether anybody but the owner can read them."""
    try:
        missing = _missing(config)
    except PeriksaError as error:
        return Row("keys", State.PROBLEM, str(error), RESTORE)
    if missing:
        where = "store.keys" if config.store.keys else str(config.key_file)
        found = f"the database is sealed with the key {missing}, which is not in {where}"
        return Row("keys", State.PROBLEM, found, RESTORE)
    if config.store.keys:
        return Row("keys", State.OK, "in store.keys")
    try:
        mode = config.key_file.stat().st_mode
    except OSError:
        return Row("keys", State.OK, f"{config.key_file}, made when first needed")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Row("keys", State.WARNING, f"{config.key_file} can be read by others", f"chmod 600 {config.key_file}")
    return Row("keys", State.OK, f"{config.key_file}; keep a copy apart from the database")


def _missing(config: Config) -> str:
    """The name of the key that the database is sealed with, if it is not there. Raises: ConfigError."""
    from periksa.store.migrations import sealed_with
    from periksa.store.sealing import read_keys

    if not begun(config):
        return ""
    try:
        name = sealed_with(config.database)
    except StoreError:
        return ""  # the next row tells it
    written = config.store.keys.get_secret_value()
    known = read_keys(config.key_file, written).names if written or config.key_file.exists() else []
    return "" if name in known else name
