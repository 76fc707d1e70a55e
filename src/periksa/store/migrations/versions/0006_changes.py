"""What changed in the library and when, what was withdrawn, and what came in last.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Two tables and an index over articles."""
    op.create_table(
        "arrivals",
        sa.Column("article", TEXT, nullable=False),
        sa.Column("mark", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("article", name="arrivals_pkey"),
    )
    op.create_table(
        "withdrawals",
        sa.Column("article", TEXT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("article", name="withdrawals_pkey"),
    )
    op.create_index("withdrawals_at_article_idx", "withdrawals", ["at", "article"])
    op.create_index("articles_changed_at_id_idx", "articles", ["changed_at", "id"])
