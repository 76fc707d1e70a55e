"""Reading the library: newest first, and who said what when.

Types are spelt out: a step already taken must not change with the code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BATCH = 500
NOT_A_WORD = re.compile(r"[\W_]+")


def upgrade() -> None:
    """An index over articles; a table of statements, filled from the articles that are there."""
    op.create_index("articles_kind_date_id_idx", "articles", ["kind", "date", "id"])
    table = op.create_table(
        "statements",
        sa.Column("article", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("speaker", TEXT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("article", "number", name="statements_pkey"),
    )
    for articles in _batches():
        rows = [row for article in articles for row in _rows(*article)]
        if rows:
            op.get_bind().execute(table.insert(), rows)
    op.create_index("statements_speaker_day_article_number_idx", "statements", ["speaker", "day", "article", "number"])
    op.create_index("statements_day_article_number_idx", "statements", ["day", "article", "number"])


def _batches() -> Iterator[list[Any]]:
    articles = sa.table("articles", sa.column("id", TEXT), sa.column("date", sa.Date()), sa.column("statements"))
    last = ""
    while True:
        after = sa.select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(BATCH)
        found = op.get_bind().execute(after).all()
        if not found:
            return
        yield [tuple(row) for row in found]
        last = found[-1].id


def _rows(article: str, published: date | None, stored: Any) -> Iterator[dict[str, Any]]:
    """PostgreSQL gives JSON as it is meant, SQLite as text."""
    for number, said in enumerate(json.loads(stored) if isinstance(stored, str) else stored):
        speaker = "-".join(NOT_A_WORD.sub(" ", said["speaker"].casefold()).split())
        day = date.fromisoformat(said["date"]) if said["date"] else published
        if speaker:
            yield {"article": article, "number": number, "speaker": speaker, "day": day or date.min}
