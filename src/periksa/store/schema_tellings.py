"""The tables behind what editors say; `schema.py` says what holds for all tables."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from periksa.store.columns import Text, Texts, Time
from periksa.store.schema import metadata


def _text(name: str, **options: bool) -> Column[str]:
    return Column(name, Text, nullable=False, **options)  # type: ignore[arg-type]


tellings = Table(
    "tellings",
    metadata,
    _text("case", primary_key=True),
    Column("number", Integer, nullable=False),
    Column("stopped_at", Time),
    _text("stopped_by"),
)
"""Only those that were stopped, or are not the first of their case."""

drafts = Table(
    "drafts",
    metadata,
    _text("id", primary_key=True),
    _text("case", index=True),
    *(_text(name) for name in ("claim", "rating", "reason")),
    Column("sources", Texts, nullable=False),
    _text("language"),
    _text("by"),
    Column("changed_at", Time, nullable=False, index=True),
    Column("published_at", Time),
    Column("withdrawn_at", Time),
)
"""Answers of the newsroom's own."""
