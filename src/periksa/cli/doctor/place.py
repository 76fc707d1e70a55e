"""Checks of the machine: settings, folder, disk, SQLite, port."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State
from periksa.cli.serve import listening
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from periksa.config import Loaded, WebSettings

LITTLE, NOTHING = 1 << 30, 100 << 20
"""Bytes free: below the first it is time to make room, below the second a burst of messages may not fit."""
OLDEST_SQLITE = (3, 35)
"""The first with RETURNING (https://www.sqlite.org/lang_returning.html)."""


def settings(loaded: Loaded) -> Row:
    """Where the settings come from."""
    from periksa.config import DEFAULT, PREFIX

    given = [source for source in loaded.sources.values() if source != DEFAULT]
    files = dict.fromkeys(source for source in given if not source.startswith(PREFIX))
    variables = sum(source.startswith(PREFIX) for source in given)
    places = [*files, *([f"variables ({variables})"] if variables else [])]
    return Row("settings", State.OK, f"from {' and '.join(places)}" if places else "all at their defaults")


def folder(data_dir: Path) -> Iterator[Row]:
    """Whether the data folder can be written, and the room on its disk."""
    wanted = data_dir.absolute()
    nearest = next(path for path in (wanted, *wanted.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        advice = "Let this user write there, or choose another data_dir (PERIKSA_DATA_DIR)."
        yield Row("data folder", State.PROBLEM, f"{nearest} cannot be written", advice)
        return
    yield Row("data folder", State.OK, f"{data_dir}" if nearest == wanted else f"{data_dir}, made when first needed")
    free = shutil.disk_usage(nearest).free
    state = State.OK if free >= LITTLE else State.WARNING if free >= NOTHING else State.PROBLEM
    yield Row("disk", state, f"{free / (1 << 30):,.1f} GiB free", "" if state is State.OK else "Make room on it.")


def sqlite() -> Row:
    """The SQLite that comes with this Python."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        return Row("SQLite", State.PROBLEM, sqlite3.sqlite_version, f"Use a Python with SQLite {wanted} or newer.")
    return Row("SQLite", State.OK, sqlite3.sqlite_version)


def port(web: WebSettings) -> Row:
    """Whether `periksa serve` could listen, or does already."""
    try:
        listening(web.host, web.port).close()
    except ConfigError as error:
        if _is_ours(web):
            return Row("port", State.OK, f"periksa serves at {web.host} port {web.port}")
        return Row("port", State.PROBLEM, str(error))
    return Row("port", State.OK, f"{web.host} port {web.port} is free")


def _is_ours(web: WebSettings) -> bool:
    import httpx2

    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(web.host, web.host)  # noqa: S104  asked, not listened on
    try:
        return httpx2.get(f"http://{host}:{web.port}/ready", timeout=2).text == "ready\n"
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return False
