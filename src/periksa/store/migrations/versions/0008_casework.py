"""Work on cases: how each stands, what editors did, the lists they keep.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0008"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NONE, EMPTY = sa.text("'[]'"), sa.text("''")


def upgrade() -> None:
    """Columns of cases, and three new tables."""
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("kind", sa.Text(), nullable=False, server_default="text"),
        sa.Column("forwarded", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("channels", sa.Text(), nullable=False, server_default=NONE),
        sa.Column("languages", sa.Text(), nullable=False, server_default=NONE),
        sa.Column("pulse", sa.Text(), nullable=False, server_default=EMPTY),
        sa.Column("heat", sa.Float(), nullable=False, server_default=sa.text("0")),
        sa.Column("assignee", TEXT, nullable=False, server_default=EMPTY),
        sa.Column("tags", sa.Text(), nullable=False, server_default=NONE),
        sa.Column("snoozed_until", TIME, nullable=True),
        sa.Column("wakes_at", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("words", TEXT, nullable=False, server_default=EMPTY),
    )
    for column in columns:
        op.add_column("cases", column)
    op.execute("UPDATE cases SET words = lower(substr(text, 1, 400))")
    op.drop_index("cases_state_asked_idx", "cases")
    for those in (("asked", "opened_at", "id"), ("heat", "id"), ("asked_at", "id"), ("opened_at", "id")):
        op.create_index(f"cases_state_{'_'.join(those)}_idx", "cases", ["state", *those])
    for name, indexed, where in (
        ("cases_words_of_idx", "words_of", None),
        ("cases_assigned", "assignee", sa.text("assignee <> ''")),
        ("cases_tagged", "tags", sa.text("tags <> '[]'")),
        ("cases_snoozed", "snoozed_until", sa.text("snoozed_until IS NOT NULL")),
    ):
        op.create_index(name, "cases", [indexed], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "case_acts",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        *_columns(TEXT, "id"),
        *_columns(sa.Text(), "what"),
        *_columns(TEXT, "case", "by"),
        *_columns(TIME, "at"),
        *_columns(sa.Text(), "before", "after"),
        *_columns(TEXT, "other"),
        sa.Column("undone_at", TIME, nullable=True),
        *_columns(TEXT, "undone_by"),
        sa.PrimaryKeyConstraint("number", name="case_acts_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("case_acts_id_idx", "case_acts", ["id"])
    op.create_index("case_acts_case_number_idx", "case_acts", ["case", "number"])
    op.create_index("case_acts_by_number_idx", "case_acts", ["by", "number"])
    op.create_index("case_acts_other_idx", "case_acts", ["other"])
    op.create_table(
        "case_moves",
        sa.Column("act", NUMBER, nullable=False),
        *_columns(TEXT, "kind", "item"),
        sa.PrimaryKeyConstraint("act", "kind", "item", name="case_moves_pkey"),
    )
    op.create_table(
        "case_views",
        *_columns(TEXT, "id", "name", "owner", "query", "by"),
        *_columns(TIME, "at"),
        sa.PrimaryKeyConstraint("id", name="case_views_pkey"),
        sa.UniqueConstraint("owner", "name", name="case_views_owner_name_key"),
    )


def _columns(kind: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]
