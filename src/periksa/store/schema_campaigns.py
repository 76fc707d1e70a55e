"""The table of broadcasts; `schema.py` says what holds for all tables."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from periksa.store.columns import Text, Time
from periksa.store.schema import articles, metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, nullable=False, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("article", "topic", "by")),
    Column("made_at", Time, nullable=False),
    *(Column(name, Time) for name in ("due_at", "began_at", "ended_at", "stopped_at")),
    Column("stopped_by", Text, nullable=False),
    Index("campaigns_made_at_idx", "made_at"),
)

Index("articles_kind_outlet_rating_id_idx", articles.c.kind, articles.c.outlet, articles.c.rating, articles.c.id)
"""What publishers' words are, how often each was used, and for example where."""
