"""Broadcasts with a time, a beginning and an end; ratings of the library, counted along an index.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0011"
down_revision = "0010"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """One table and two indexes."""
    op.create_table(
        "campaigns",
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "article", "topic", "by")),
        sa.Column("made_at", TIME, nullable=False),
        *(sa.Column(name, TIME, nullable=True) for name in ("due_at", "began_at", "ended_at", "stopped_at")),
        sa.Column("stopped_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="campaigns_pkey"),
    )
    op.create_index("campaigns_made_at_idx", "campaigns", ["made_at"])
    op.create_index("articles_kind_outlet_rating_id_idx", "articles", ["kind", "outlet", "rating", "id"])
