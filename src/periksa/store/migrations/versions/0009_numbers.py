"""Numbers and quality: what became of questions, how many of each in every hour, and what editors make of answers.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0009"
down_revision = "0008"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Six tables."""
    op.create_table(
        "outcomes",
        *_columns(TEXT, "reply", "message"),
        *_columns(TIME, "received_at", "at"),
        *_columns(TEXT, "channel", "language"),
        *_columns(sa.Text(), "kind"),
        *_columns(TEXT, "why"),
        sa.Column("score", sa.Float(), nullable=True),
        *_columns(sa.Text(), "articles"),
        *_columns(TEXT, "picked"),
        sa.PrimaryKeyConstraint("reply", name="outcomes_pkey"),
    )
    op.create_index("outcomes_kind_at_score_idx", "outcomes", ["kind", "at", "score"])
    op.create_table(
        "tally_notes",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        *_tally(),
        sa.PrimaryKeyConstraint("number", name="tally_notes_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tallies",
        *_tally(),
        sa.PrimaryKeyConstraint("figure", "hour", "part", "channel", "language", name="tallies_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "floors",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        *_columns(sa.Float(), "answer", "offer"),
        *_columns(TEXT, "by"),
        *_columns(TIME, "at"),
        sa.PrimaryKeyConstraint("number", name="floors_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "samples",
        *_columns(sa.Date(), "week"),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        *_columns(TEXT, "reply"),
        *_columns(sa.Integer(), "out_of"),
        sa.PrimaryKeyConstraint("week", "place", name="samples_pkey"),
    )
    op.create_table(
        "verdicts",
        *_columns(TEXT, "reply", "by"),
        *_columns(sa.Text(), "says"),
        *_columns(TIME, "at"),
        sa.PrimaryKeyConstraint("reply", "by", name="verdicts_pkey"),
    )


def _tally() -> list[sa.Column[Any]]:
    return [
        *_columns(sa.Text(), "figure"),
        sa.Column("hour", sa.Integer(), nullable=False, autoincrement=False),
        *_columns(TEXT, "part", "channel", "language"),
        *_columns(sa.Integer(), "count"),
    ]


def _columns(kind: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]
