"""The tables of what changed in the library; `schema.py` says what holds for all tables."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from periksa.store.columns import Text, Time
from periksa.store.schema import articles, metadata

arrivals = Table(
    "arrivals",
    metadata,
    Column("article", Text, nullable=False, primary_key=True),
    Column("mark", Text, nullable=False),
)
"""What came in last under an id, as a mark; of articles that were dropped since it says nothing."""

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("article", Text, nullable=False, primary_key=True),
    Column("at", Time, nullable=False),
    Index(None, "at", "article"),
)
"""Articles that left the library, and did not come back."""

Index(None, articles.c.changed_at, articles.c.id)
