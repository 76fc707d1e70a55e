"""The tables of the work on cases; `schema.py` says what holds for all tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Dialect, Index, Table, UniqueConstraint, types
from sqlalchemy.types import TypeDecorator

from periksa.model import ActKind, CaseState, Pulse
from periksa.store.columns import NUMBER, Text, Time, Word, to_json
from periksa.store.schema import metadata

_READ: Mapping[str, Callable[[Any], Any]] = {
    "state": CaseState,
    "settled_at": datetime.fromisoformat,
    "snoozed_until": datetime.fromisoformat,
    "articles": tuple,
    "tags": tuple,
    "channels": tuple,
    "languages": tuple,
    "asked_at": datetime.fromisoformat,
    "pulse": lambda stored: Pulse(stored["hour"], tuple(stored["counts"])),
}
"""Fields of a case that JSON does not know."""


class Fields(TypeDecorator[Mapping[str, Any]]):
    """Some fields of a case, by name."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, _dialect: Dialect) -> str | None:
        """As JSON."""
        return None if value is None else to_json({key: _plain(each) for key, each in value.items()})

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Mapping[str, Any] | None:
        """As they were."""
        if value is None:
            return None
        stored = json.loads(value)
        return {key: each if each is None else _READ.get(key, _same)(each) for key, each in stored.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Pulse):
        return {"hour": value.hour, "counts": value.counts}
    return value.isoformat() if isinstance(value, datetime) else value


def _same(value: Any) -> Any:
    return value


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


case_acts = Table(
    "case_acts",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    _text("id", index=True),
    Column("what", Word(ActKind), nullable=False),
    _text("case"),
    _text("by"),
    Column("at", Time, nullable=False),
    Column("before", Fields, nullable=False),
    Column("after", Fields, nullable=False),
    _text("other"),
    Column("undone_at", Time),
    _text("undone_by"),
    Index(None, "case", "number"),
    Index(None, "by", "number"),
    Index(None, "other"),
    sqlite_autoincrement=True,
)

case_moves = Table(
    "case_moves",
    metadata,
    Column("act", NUMBER, primary_key=True, autoincrement=False),
    _text("kind", primary_key=True),
    _text("item", primary_key=True),
)
"""What an act took from one case to another: messages, keys, names that cases had before."""

case_views = Table(
    "case_views",
    metadata,
    _text("id", primary_key=True),
    *(_text(name) for name in ("name", "owner", "query", "by")),
    Column("at", Time, nullable=False),
    UniqueConstraint("owner", "name"),
)
