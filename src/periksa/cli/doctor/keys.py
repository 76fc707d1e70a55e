"""Check of the key file: without it no address in the database can be read again."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State

if TYPE_CHECKING:
    from periksa.config import Config


def kept(config: Config) -> Row:
    """Whether anybody but the owner can read the keys. The keys themselves are looked at when the store is opened."""
    if config.store.keys:
        return Row("keys", State.OK, "in store.keys")
    try:
        mode = config.key_file.stat().st_mode
    except OSError:
        return Row("keys", State.OK, f"{config.key_file}, made when first needed")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Row("keys", State.WARNING, f"{config.key_file} can be read by others", f"chmod 600 {config.key_file}")
    return Row("keys", State.OK, f"{config.key_file}; keep a copy apart from the database")
