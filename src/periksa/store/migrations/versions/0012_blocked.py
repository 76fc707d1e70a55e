"""Those who were blocked, found without looking at everybody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """One index."""
    blocked = sa.text("blocked_at IS NOT NULL")
    op.create_index("contacts_blocked", "contacts", ["id"], sqlite_where=blocked, postgresql_where=blocked)


def downgrade() -> None:
    """Gone again."""
    op.drop_index("contacts_blocked", "contacts")
