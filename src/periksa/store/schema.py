"""The tables, one schema for SQLite and PostgreSQL. A column named like a noun's field holds that field.

Whoever changes a table adds a migration in `migrations/versions`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from periksa.model import (
    ArticleKind,
    CaseState,
    JobKind,
    JobState,
    Media,
    MessageKind,
    Option,
    Reply,
    Statement,
    StatusKind,
)
from periksa.store.columns import NUMBER, Nouns, Text, Time, Word

metadata = MetaData(
    naming_convention={"pk": "%(table_name)s_pkey", "uq": "%(table_name)s_%(column_0_N_name)s_key"}
    | {"ix": "%(table_name)s_%(column_0_N_name)s_idx", "fk": "%(table_name)s_%(column_0_N_name)s_fkey"}
)


def fields_of(table: Table, noun: type[Any]) -> list[Column[Any]]:
    """The columns of a noun's fields, in the noun's order: `noun(*row)` is the noun again."""
    return [table.c[field.name] for field in fields(noun)]


def row_of(noun: Any) -> dict[str, Any]:
    """A noun's fields by column name."""
    return {field.name: getattr(noun, field.name) for field in fields(noun)}


def insert_new(table: Table) -> Insert:
    """Insert rows that break no unique rule; the result's `rowcount` says how many they were."""
    # SQLite's dialect writes PostgreSQL's ON CONFLICT just as well, but not the other way round.
    return insert(table).on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True)


def _read_statements(stored: Sequence[dict[str, Any]]) -> tuple[Statement, ...]:
    return tuple(
        Statement(**{**one, "date": one["date"] and date.fromisoformat(one["date"]), "via": tuple(one["via"])})
        for one in stored
    )


def _read_reply(stored: dict[str, Any]) -> Reply:
    return Reply(**{**stored, "options": tuple(Option(**option) for option in stored["options"])})


def _read_media(stored: dict[str, Any]) -> Media:
    return Media(**stored)


def _read_pairs(stored: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(pair) for pair in stored)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _number(name: str) -> Column[int]:
    # With `sqlite_autoincrement` no number is given twice, not even when its row is gone: a worker may still hold it.
    return Column(name, NUMBER, primary_key=True, autoincrement=True)


deliveries = Table(
    "deliveries",
    metadata,
    _text("id", primary_key=True),
    _text("channel"),
    Column("received_at", Time, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("headers", Nouns(_read_pairs), nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    _text("id", primary_key=True),
    Column("created_at", Time, nullable=False),
    Column("merged_into", Text, ForeignKey("contacts.id"), index=True),
)
"""A contact that was merged keeps its row: whoever still holds its id is led to the winner."""

addresses = Table(
    "addresses",
    metadata,
    _number("number"),
    _text("channel"),
    _text("value"),
    _text("kind"),
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("learned_at", Time, nullable=False),
    UniqueConstraint("channel", "value", "kind"),
    sqlite_autoincrement=True,
)

merges = Table(
    "merges",
    metadata,
    _number("number"),
    _text("loser"),
    _text("winner"),
    Column("at", Time, nullable=False),
    sqlite_autoincrement=True,
)
"""The log of who was merged into whom, as it happened."""

messages = Table(
    "messages",
    metadata,
    _number("number"),
    _text("id", unique=True),
    _text("contact"),
    _text("channel"),
    _text("platform_id"),
    Column("kind", Word(MessageKind), nullable=False),
    Column("sent_at", Time, nullable=False),
    Column("received_at", Time, nullable=False),
    _text("text"),
    _text("choice"),
    _text("refers_to"),
    Column("forwarded", Boolean, nullable=False),
    Column("frequently_forwarded", Boolean, nullable=False),
    Column("media", Nouns(_read_media)),
    _text("type"),
    UniqueConstraint("channel", "platform_id"),
    Index(None, "contact", "number"),
    sqlite_autoincrement=True,
)

articles = Table(
    "articles",
    metadata,
    _text("id", primary_key=True),
    Column("kind", Word(ArticleKind), nullable=False),
    _text("title"),
    _text("outlet"),
    _text("url"),
    _text("language"),
    Column("date", Date),
    _text("claim"),
    _text("rating"),
    _text("summary"),
    _text("body"),
    _text("place"),
    Column("statements", Nouns(_read_statements), nullable=False),
    _text("fingerprint"),
    Column("added_at", Time, nullable=False),
    Column("changed_at", Time, nullable=False),
)
"""`fingerprint` stands for everything the publisher wrote; nothing about our times is in it."""

outbox = Table(
    "outbox",
    metadata,
    _number("sequence"),
    _text("id", unique=True),
    _text("contact"),
    _text("channel"),
    Column("reply", Nouns(_read_reply), nullable=False),
    _text("message"),
    _text("refers_to"),
    Column("created_at", Time),
    _text("platform_id"),
    Column("status", Word(StatusKind)),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", Time),
    Index(None, "channel", "platform_id"),
    Index(None, "contact", "sequence"),
    sqlite_autoincrement=True,
)

OPEN = text("state = 'open'")
"""Conditions of partial indexes are written out, not bound: only then do both databases see that the index applies."""

cases = Table(
    "cases",
    metadata,
    _text("id", primary_key=True),
    _text("fingerprint"),
    _text("text"),
    Column("opened_at", Time, nullable=False),
    Column("state", Word(CaseState), nullable=False),
    Column("asked", Integer, nullable=False),
    Index("cases_open_once", "fingerprint", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index(None, "state", "asked"),
)

case_messages = Table(
    "case_messages",
    metadata,
    _text("message", primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False, index=True),
)

READY = text("state = 'ready'")
UNFINISHED = text("state <> 'dead'")

jobs = Table(
    "jobs",
    metadata,
    _number("id"),
    Column("kind", Word(JobKind), nullable=False),
    _text("key"),
    _text("lane"),
    Column("not_before", Time),
    Column("state", Word(JobState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", Time),
    _text("error"),
    Column("created_at", Time),
    Index("jobs_ready_once", "kind", "key", unique=True, sqlite_where=READY, postgresql_where=READY),
    Index("jobs_in_turn", "kind", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    Index("jobs_in_lane", "lane", "kind", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    sqlite_autoincrement=True,
)
