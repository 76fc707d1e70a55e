"""Passkeys of those who work at the desk, and the challenges that wait for an answer.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0010"
down_revision = "0009"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Two new tables."""
    op.create_table(
        "passkeys",
        *_columns(TEXT, "id", "user", "name", "key"),
        *_columns(sa.Integer(), "count"),
        *_columns(TIME, "created_at"),
        *_columns(TIME, "used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="passkeys_pkey"),
    )
    op.create_index("passkeys_user_idx", "passkeys", ["user"])
    op.create_table(
        "challenges",
        *_columns(TEXT, "mark", "user"),
        *_columns(TIME, "until"),
        sa.PrimaryKeyConstraint("mark", name="challenges_pkey"),
    )
    op.create_index("challenges_until_idx", "challenges", ["until"])


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]
