"""The tables of numbers and quality; `schema.py` says what holds for all tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Date, Float, Index, Integer, Table

from periksa.model import Figure, Says
from periksa.store.columns import NUMBER, Text, Texts, Time, Word
from periksa.store.schema import metadata


def _texts(*names: str, key: bool = False) -> list[Column[str]]:
    return [Column(name, Text, nullable=False, primary_key=key) for name in names]


def _tally(key: bool = False) -> list[Column[Any]]:
    return [
        Column("figure", Word(Figure), nullable=False, primary_key=key),
        Column("hour", Integer, nullable=False, primary_key=key, autoincrement=False),
        *_texts("part", "channel", "language", key=key),
        Column("count", Integer, nullable=False),
    ]


outcomes = Table(
    "outcomes",
    metadata,
    *_texts("reply", key=True),
    *_texts("message"),
    Column("received_at", Time, nullable=False),
    Column("at", Time, nullable=False),
    *_texts("channel", "language"),
    Column("kind", Word(Figure), nullable=False),
    *_texts("why"),
    Column("score", Float),
    Column("articles", Texts, nullable=False),
    *_texts("picked"),
    Index("outcomes_kind_at_score_idx", "kind", "at", "score"),
)

tally_notes = Table(
    "tally_notes",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    *_tally(),
    sqlite_autoincrement=True,
)
"""As they were jotted down, by any number of writers that never wait for one another; folded into `tallies` later."""

tallies = Table("tallies", metadata, *_tally(key=True), sqlite_with_rowid=False)

floors = Table(
    "floors",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("answer", Float, nullable=False),
    Column("offer", Float, nullable=False),
    *_texts("by"),
    Column("at", Time, nullable=False),
    sqlite_autoincrement=True,
)
"""What the desk has set, one after the other; the last one counts."""

samples = Table(
    "samples",
    metadata,
    Column("week", Date, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    *_texts("reply"),
    Column("out_of", Integer, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    *_texts("reply", "by", key=True),
    Column("says", Word(Says), nullable=False),
    Column("at", Time, nullable=False),
)
