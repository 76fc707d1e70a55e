"""The tables of those who work at the desk; the others stand in `schema.py`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from periksa.model import Role
from periksa.store.columns import NUMBER, Text, Time, Word
from periksa.store.schema import metadata


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


users = Table(
    "users",
    metadata,
    _text("id", primary_key=True),
    _text("name", unique=True),
    Column("role", Word(Role), nullable=False),
    _text("password"),
    Column("created_at", Time, nullable=False),
    Column("changed_at", Time, nullable=False),
    Column("disabled_at", Time),
)

sessions = Table(
    "sessions",
    metadata,
    _text("id", primary_key=True),
    _text("user", index=True),
    _text("mark"),
    Column("started_at", Time, nullable=False),
    Column("seen_at", Time, nullable=False),
    _text("agent"),
    UniqueConstraint("mark"),
)

invitations = Table(
    "invitations",
    metadata,
    _text("id", primary_key=True),
    _text("name", unique=True),
    Column("role", Word(Role), nullable=False),
    _text("mark"),
    _text("by"),
    Column("at", Time, nullable=False),
    Column("until", Time, nullable=False),
    _text("user"),
    UniqueConstraint("mark"),
)
"""One a name; one that was used has no row."""

tries = Table(
    "tries",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    _text("key"),
    Column("at", Time, nullable=False),
    Index(None, "key", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
"""To sign in. Keys are hashes: whoever types a password where the name belongs must not leave it here."""

passkeys = Table(
    "passkeys",
    metadata,
    _text("id", primary_key=True),
    _text("user", index=True),
    _text("name"),
    _text("key"),
    Column("count", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("used_at", Time),
)

challenges = Table(
    "challenges",
    metadata,
    _text("mark", primary_key=True),
    _text("user"),
    Column("until", Time, nullable=False),
    Index(None, "until"),
)
"""Questions put to browsers, by their hashes, that wait for an answer."""
