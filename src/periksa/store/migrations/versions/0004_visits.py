"""Visits to publishers: what one leaves for the next.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Three new tables."""
    op.create_table(
        "visits",
        *_columns(TEXT, "site"),
        *_columns(TIME, "first_at"),
        *_columns(TIME, "last_at", "next_at", "held_until", nullable=True),
        *_columns(sa.Float(), "expected"),
        *_columns(sa.Integer(), "requests"),
        *_columns(sa.BigInteger(), "bytes"),
        *_columns(sa.Integer(), "listed", "new", "changed", "gone"),
        *_columns(sa.Boolean(), "reached"),
        sa.PrimaryKeyConstraint("site", name="visits_pkey"),
    )
    op.create_table(
        "spots",
        *_columns(TEXT, "site", "key", "url"),
        *_columns(sa.Text(), "kind"),
        *_columns(TIME, "first_at", "seen_at"),
        *_columns(TIME, "due_at", nullable=True),
        *_columns(TEXT, "form"),
        *_columns(TIME, "fetched_at", "changed", nullable=True),
        *_columns(sa.Date(), "date", nullable=True),
        *_columns(TEXT, "etag", "last_modified"),
        *_columns(sa.Integer(), "quiet", "failures"),
        *_columns(TIME, "gone_at", nullable=True),
        *_columns(sa.Boolean(), "carried"),
        *_columns(sa.Text(), "articles"),
        sa.PrimaryKeyConstraint("site", "key", name="spots_pkey"),
    )
    op.create_index("spots_site_due_at_idx", "spots", ["site", "due_at"])
    op.create_index("spots_site_first_at_idx", "spots", ["site", "first_at"])
    op.create_table(
        "troubles",
        *_columns(TEXT, "site", "key", "where", "field", "what"),
        *_columns(TIME, "first_at", "last_at"),
        *_columns(sa.Integer(), "count"),
        sa.PrimaryKeyConstraint("site", "key", "where", "field", name="troubles_pkey"),
    )


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]
