"""Tellings that begin anew: an answer of the newsroom's own was withdrawn, and its case is open again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """One column."""
    op.add_column("tellings", sa.Column("afresh", sa.Integer(), nullable=False, server_default=sa.text("1")))


def downgrade() -> None:
    """Gone again."""
    op.drop_column("tellings", "afresh")
