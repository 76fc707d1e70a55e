"""What was done about one case is found without reading the whole audit: its history says what was told and when."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """One index."""
    op.create_index("audit_about_idx", "audit", ["about"])


def downgrade() -> None:
    """Gone again."""
    op.drop_index("audit_about_idx", "audit")
