"""What editors say and how far it has come: tellings that were stopped or set right, answers of the newsroom's own.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0007"
down_revision = "0006"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Two new tables."""
    op.create_table(
        "tellings",
        *_columns(TEXT, "case"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_columns(TIME, "stopped_at", nullable=True),
        *_columns(TEXT, "stopped_by"),
        sa.PrimaryKeyConstraint("case", name="tellings_pkey"),
    )
    op.create_table(
        "drafts",
        *_columns(TEXT, "id", "case", "claim", "rating", "reason"),
        *_columns(sa.Text(), "sources"),
        *_columns(TEXT, "language", "by"),
        *_columns(TIME, "changed_at"),
        *_columns(TIME, "published_at", "withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="drafts_pkey"),
    )
    op.create_index("drafts_case_idx", "drafts", ["case"])
    op.create_index("drafts_changed_at_idx", "drafts", ["changed_at"])


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]
