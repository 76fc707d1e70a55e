"""The tables of visits to publishers; `schema.py` says what holds for all tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, Table

from periksa.model import SpotKind
from periksa.store.columns import Text, Texts, Time, Word
from periksa.store.schema import metadata


def _texts(*names: str, key: bool = False) -> list[Column[str]]:
    return [Column(name, Text, nullable=False, primary_key=key) for name in names]


def _times(*names: str, nullable: bool = False) -> list[Column[datetime]]:
    return [Column(name, Time, nullable=nullable) for name in names]


def _counts(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


visits = Table(
    "visits",
    metadata,
    *_texts("site", key=True),
    *_times("first_at"),
    *_times("last_at", "next_at", "held_until", nullable=True),
    Column("expected", Float, nullable=False),
    *_counts("requests"),
    Column("bytes", BigInteger, nullable=False),
    *_counts("listed", "new", "changed", "gone"),
    Column("reached", Boolean, nullable=False),
)
"""One row a site: its latest visit."""

spots = Table(
    "spots",
    metadata,
    *_texts("site", "key", key=True),
    *_texts("url"),
    Column("kind", Word(SpotKind), nullable=False),
    *_times("first_at", "seen_at"),
    *_times("due_at", nullable=True),
    *_texts("form"),
    *_times("fetched_at", "changed", nullable=True),
    Column("date", Date),
    *_texts("etag", "last_modified"),
    *_counts("quiet", "failures"),
    *_times("gone_at", nullable=True),
    Column("carried", Boolean, nullable=False),
    Column("articles", Texts, nullable=False),
    Index(None, "site", "due_at"),
    Index(None, "site", "first_at"),
)
"""Addresses of publishers, as visits know them."""

troubles = Table(
    "troubles",
    metadata,
    *_texts("site", "key", "where", "field", key=True),
    *_texts("what"),
    *_times("first_at", "last_at"),
    *_counts("count"),
)
"""What is wrong with them now."""
