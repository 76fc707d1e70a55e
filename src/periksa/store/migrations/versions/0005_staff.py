"""Those who work at the desk: users, sessions, invitations, tries to sign in.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Four new tables."""
    op.create_table(
        "users",
        *_columns(TEXT, "id", "name"),
        *_columns(sa.Text(), "role"),
        *_columns(TEXT, "password"),
        *_columns(TIME, "created_at", "changed_at"),
        *_columns(TIME, "disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        sa.UniqueConstraint("name", name="users_name_key"),
    )
    op.create_table(
        "sessions",
        *_columns(TEXT, "id", "user", "mark"),
        *_columns(TIME, "started_at", "seen_at"),
        *_columns(TEXT, "agent"),
        sa.PrimaryKeyConstraint("id", name="sessions_pkey"),
        sa.UniqueConstraint("mark", name="sessions_mark_key"),
    )
    op.create_index("sessions_user_idx", "sessions", ["user"])
    op.create_table(
        "invitations",
        *_columns(TEXT, "id", "name"),
        *_columns(sa.Text(), "role"),
        *_columns(TEXT, "mark", "by"),
        *_columns(TIME, "at", "until"),
        *_columns(TEXT, "user"),
        sa.PrimaryKeyConstraint("id", name="invitations_pkey"),
        sa.UniqueConstraint("name", name="invitations_name_key"),
        sa.UniqueConstraint("mark", name="invitations_mark_key"),
    )
    op.create_table(
        "tries",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        *_columns(TEXT, "key"),
        *_columns(TIME, "at"),
        sa.PrimaryKeyConstraint("number", name="tries_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("tries_key_at_idx", "tries", ["key", "at"])
    op.create_index("tries_at_idx", "tries", ["at"])


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]
