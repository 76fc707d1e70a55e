"""The tables, one schema for SQLite and PostgreSQL. A column named like a noun's field holds that field.

Columns of bytes hold what names a person: sealed, or as a mark to look it up by (`sealing.py`).

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
    Cadence,
    ConsentKind,
    Force,
    JobKind,
    JobState,
    Media,
    MessageKind,
    Option,
    Purpose,
    Reply,
    Statement,
    StatusKind,
    Template,
)
from periksa.store.columns import NUMBER, Nouns, Text, Time, Word

EMPTY = text("''")
BLOCKED = text("blocked_at IS NOT NULL")

metadata = MetaData(
    naming_convention={"pk": "%(table_name)s_pkey", "uq": "%(table_name)s_%(column_0_N_name)s_key"}
    | {"ix": "%(table_name)s_%(column_0_N_name)s_idx", "fk": "%(table_name)s_%(column_0_N_name)s_fkey"},
)


def fields_of(table: Table, noun: type[Any]) -> list[Column[Any]]:
    """The columns of a noun's fields, in the noun's order: `noun(*row)` is the noun again."""
    return [table.c[field.name] for field in fields(noun)]


def positions(noun: type[Any], *names: str) -> tuple[int, ...]:
    """Where in the noun's order these fields stand."""
    order = [field.name for field in fields(noun)]
    return tuple(map(order.index, names))


def row_of(noun: Any) -> dict[str, Any]:
    """A noun's fields by column name."""
    return {field.name: getattr(noun, field.name) for field in fields(noun)}


def insert_new(table: Table) -> Insert:
    """Insert rows that break no unique rule; the result's `rowcount` says how many they were."""
    # SQLite's dialect writes PostgreSQL's ON CONFLICT just as well, but not the other way round.
    return insert(table).on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True)


def _read_statements(stored: Sequence[dict[str, Any]]) -> tuple[Statement, ...]:
    return tuple(_read_statement(one) for one in stored)


def _read_statement(stored: dict[str, Any]) -> Statement:
    day = stored["date"] and date.fromisoformat(stored["date"])
    force = Force(stored.get("force", Force.SAID))
    return Statement(**{**stored, "date": day, "via": tuple(stored["via"]), "force": force})


def _read_reply(stored: dict[str, Any]) -> Reply:
    template = stored.get("template")
    if template:
        template = Template(**{**template, "variables": tuple(template["variables"])})
    return Reply(**{**stored, "options": tuple(Option(**option) for option in stored["options"]), "template": template})


def _read_media(stored: dict[str, Any]) -> Media:
    return Media(**stored)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _sealed(name: str, **options: Any) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False, **options)


def _number(name: str) -> Column[int]:
    # With `sqlite_autoincrement` no number is given twice, not even when its row is gone: a worker may still hold it.
    return Column(name, NUMBER, primary_key=True, autoincrement=True)


deliveries = Table(
    "deliveries",
    metadata,
    _text("id", primary_key=True),
    _text("channel"),
    Column("received_at", Time, nullable=False),
    _sealed("raw"),
    Index(None, "received_at"),
)

delivery_contacts = Table(
    "delivery_contacts",
    metadata,
    _text("delivery", primary_key=True),
    _text("contact", primary_key=True),
    Index(None, "contact"),
)
"""Whose messages and statuses are in a delivery."""

contacts = Table(
    "contacts",
    metadata,
    _text("id", primary_key=True),
    Column("created_at", Time, nullable=False),
    Column("merged_into", Text, ForeignKey("contacts.id"), index=True),
    _text("language", server_default=EMPTY),
    Column("asked_language_at", Time),
    Column("welcomed_at", Time),
    Column("blocked_at", Time),
    Column("opted_out_at", Time),
    Index("contacts_blocked", "id", sqlite_where=BLOCKED, postgresql_where=BLOCKED),
)
"""A contact that was merged keeps its row: whoever still holds its id is led to the winner."""

addresses = Table(
    "addresses",
    metadata,
    _number("number"),
    _text("channel"),
    _text("kind"),
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("learned_at", Time, nullable=False),
    _sealed("mark"),
    _sealed("value"),
    UniqueConstraint("mark"),
    sqlite_autoincrement=True,
)

blocked_addresses = Table(
    "blocked_addresses",
    metadata,
    _sealed("mark", primary_key=True),
    _text("channel"),
    _text("kind"),
    _sealed("value"),
    Column("at", Time, nullable=False),
)
"""What the operator does not want to hear from; it outlives the contact."""

windows = Table(
    "windows",
    metadata,
    _text("contact", primary_key=True),
    _text("channel", primary_key=True),
    Column("wrote_at", Time),
    Column("gone_at", Time),
)
"""What is known of a person on one channel."""

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
    Column("kind", Word(MessageKind), nullable=False),
    Column("sent_at", Time, nullable=False),
    Column("received_at", Time, nullable=False),
    _text("text"),
    _text("choice"),
    Column("forwarded", Boolean, nullable=False),
    Column("frequently_forwarded", Boolean, nullable=False),
    Column("media", Nouns(_read_media)),
    _text("type"),
    Column("edited_at", Time),
    Column("forgotten_at", Time),
    _sealed("mark"),
    _sealed("platform_id"),
    _sealed("refers_to"),
    UniqueConstraint("mark"),
    Index(None, "contact", "number"),
    sqlite_autoincrement=True,
)
"""The ids of some platforms hold the sender's number."""

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
    Index(None, "kind", "date", "id"),
)
"""`fingerprint` stands for everything the publisher wrote; nothing about our times is in it."""

statements = Table(
    "statements",
    metadata,
    _text("article", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("speaker"),
    Column("day", Date, nullable=False),
    Index(None, "speaker", "day", "article", "number"),
    Index(None, "day", "article", "number"),
)
"""Where the statements of articles are: by whom, by a key (`model.speaker_key`), and when. The first of all days stands
for none. The words themselves are in the article."""

OF_CAMPAIGN = text("campaign <> ''")
OF_ARTICLE = text("article <> ''")
HELD = text("held_at IS NOT NULL")
"""Conditions of partial indexes are written out, not bound: only then do both databases see that the index applies."""

outbox = Table(
    "outbox",
    metadata,
    _number("sequence"),
    _text("id", unique=True),
    _text("contact"),
    _text("channel"),
    Column("reply", Nouns(_read_reply), nullable=False),
    _text("message"),
    Column("created_at", Time),
    Column("status", Word(StatusKind)),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", Time),
    Column("purpose", Word(Purpose), nullable=False, server_default=Purpose.ANSWER.value),
    _text("campaign", server_default=EMPTY),
    Column("held_at", Time),
    Column("code", Integer),
    _text("article", server_default=EMPTY),
    Column("mark", LargeBinary),
    _sealed("platform_id"),
    _sealed("refers_to"),
    Index(None, "mark"),
    Index(None, "contact", "sequence"),
    Index("outbox_of_campaign", "campaign", sqlite_where=OF_CAMPAIGN, postgresql_where=OF_CAMPAIGN),
    Index("outbox_of_article", "article", "sequence", sqlite_where=OF_ARTICLE, postgresql_where=OF_ARTICLE),
    Index("outbox_held", "contact", sqlite_where=HELD, postgresql_where=HELD),
    sqlite_autoincrement=True,
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

subscriptions = Table(
    "subscriptions",
    metadata,
    _text("contact", primary_key=True),
    _text("channel", primary_key=True),
    _text("topic", primary_key=True),
    Column("cadence", Word(Cadence), nullable=False),
    Column("since", Time, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    _number("number"),
    _text("contact", index=True),
    Column("kind", Word(ConsentKind), nullable=False),
    Column("at", Time, nullable=False),
    _text("source"),
    _text("topic"),
    Column("cadence", Word(Cadence)),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    _text("reply", primary_key=True),
    _text("contact", index=True),
    Column("helpful", Boolean, nullable=False),
    _text("source"),
    Column("at", Time, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    _number("number"),
    Column("at", Time, nullable=False),
    *(_text(name, index=name == "about") for name in ("who", "what", "about", "detail")),
    sqlite_autoincrement=True,
)

sealed_with = Table(
    "sealed_with",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("key"),
)
"""One row: the name of the key that seals every value and makes every mark in this database."""
