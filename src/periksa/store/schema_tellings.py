"""The tables behind what editors say; `schema.py` says what holds for all tables."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, text

from periksa.store.columns import Text, Texts, Time
from periksa.store.schema import metadata


def _text(name: str, *, primary_key: bool = False, index: bool | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, primary_key=primary_key, index=index)


tellings = Table(
    "tellings",
    metadata,
    _text("case", primary_key=True),
    Column("number", Integer, nullable=False),
    Column("stopped_at", Time),
    _text("stopped_by"),
    Column("afresh", Integer, nullable=False, server_default=text("1")),
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
