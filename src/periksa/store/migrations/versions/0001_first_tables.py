"""The first tables. Types are spelt out: a step already taken must not change with the code."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything."""
    _create_people()
    _create_messages()
    _create_articles()
    _create_outbox()
    _create_cases()
    _create_jobs()


def _create_people() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", TEXT, nullable=False),
        *_texts("channel"),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="deliveries_pkey"),
    )
    op.create_table(
        "contacts",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("merged_into", TEXT),
        sa.PrimaryKeyConstraint("id", name="contacts_pkey"),
        sa.ForeignKeyConstraint(["merged_into"], ["contacts.id"], name="contacts_merged_into_fkey"),
    )
    op.create_index("contacts_merged_into_idx", "contacts", ["merged_into"])
    op.create_table(
        "addresses",
        _number("number"),
        *_texts("channel", "value", "kind", "contact"),
        sa.Column("learned_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="addresses_pkey"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="addresses_contact_fkey"),
        sa.UniqueConstraint("channel", "value", "kind", name="addresses_channel_value_kind_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("addresses_contact_idx", "addresses", ["contact"])
    op.create_table(
        "merges",
        _number("number"),
        *_texts("loser", "winner"),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="merges_pkey"),
        sqlite_autoincrement=True,
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        _number("number"),
        *_texts("id", "contact", "channel", "platform_id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sent_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        *_texts("text", "choice", "refers_to"),
        sa.Column("forwarded", sa.Boolean(), nullable=False),
        sa.Column("frequently_forwarded", sa.Boolean(), nullable=False),
        sa.Column("media", sa.JSON()),
        *_texts("type"),
        sa.PrimaryKeyConstraint("number", name="messages_pkey"),
        sa.UniqueConstraint("id", name="messages_id_key"),
        sa.UniqueConstraint("channel", "platform_id", name="messages_channel_platform_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_contact_number_idx", "messages", ["contact", "number"])


def _create_articles() -> None:
    op.create_table(
        "articles",
        *_texts("id"),
        sa.Column("kind", sa.Text(), nullable=False),
        *_texts("title", "outlet", "url", "language"),
        sa.Column("date", sa.Date()),
        *_texts("claim", "rating", "summary", "body", "place"),
        sa.Column("statements", sa.JSON(), nullable=False),
        *_texts("fingerprint"),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="articles_pkey"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        _number("sequence"),
        *_texts("id", "contact", "channel"),
        sa.Column("reply", sa.JSON(), nullable=False),
        *_texts("message", "refers_to"),
        sa.Column("created_at", TIME),
        *_texts("platform_id"),
        sa.Column("status", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", TIME),
        sa.PrimaryKeyConstraint("sequence", name="outbox_pkey"),
        sa.UniqueConstraint("id", name="outbox_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_channel_platform_id_idx", "outbox", ["channel", "platform_id"])
    op.create_index("outbox_contact_sequence_idx", "outbox", ["contact", "sequence"])


def _create_cases() -> None:
    op.create_table(
        "cases",
        *_texts("id", "fingerprint", "text"),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="cases_pkey"),
    )
    op.create_index("cases_open_once", "cases", ["fingerprint"], unique=True, **_only("state = 'open'"))
    op.create_index("cases_state_asked_idx", "cases", ["state", "asked"])
    op.create_table(
        "case_messages",
        *_texts("message", "case_id"),
        sa.PrimaryKeyConstraint("message", name="case_messages_pkey"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="case_messages_case_id_fkey"),
    )
    op.create_index("case_messages_case_id_idx", "case_messages", ["case_id"])


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        _number("id"),
        sa.Column("kind", sa.Text(), nullable=False),
        *_texts("key", "lane"),
        sa.Column("not_before", TIME),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", TIME),
        *_texts("error"),
        sa.Column("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="jobs_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_ready_once", "jobs", ["kind", "key"], unique=True, **_only("state = 'ready'"))
    op.create_index("jobs_in_turn", "jobs", ["kind", "id"], **_only("state <> 'dead'"))
    op.create_index("jobs_in_lane", "jobs", ["lane", "kind", "id"], **_only("state <> 'dead'"))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, NUMBER, autoincrement=True, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
