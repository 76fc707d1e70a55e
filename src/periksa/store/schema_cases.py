"""The tables of cases; `schema.py` says what holds for all tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, text

from periksa.model import CaseKind, CaseState
from periksa.store.columns import Beats, Text, Texts, Time, Word
from periksa.store.schema import EMPTY, metadata


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


NONE = text("'[]'")
ASSIGNED = text("assignee <> ''")
TAGGED = text("tags <> '[]'")
SNOOZED = text("snoozed_until IS NOT NULL")

cases = Table(
    "cases",
    metadata,
    _text("id", primary_key=True),
    _text("text"),
    Column("opened_at", Time, nullable=False),
    Column("state", Word(CaseState), nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_at", Time),
    Column("articles", Texts, nullable=False, server_default=text("'[]'")),
    Column("settled_at", Time),
    _text("settled_by", server_default=EMPTY),
    _text("words_of", server_default=EMPTY),
    Column("kind", Word(CaseKind), nullable=False, server_default=CaseKind.TEXT.value),
    Column("forwarded", Integer, nullable=False, server_default=text("0")),
    Column("channels", Texts, nullable=False, server_default=NONE),
    Column("languages", Texts, nullable=False, server_default=NONE),
    Column("pulse", Beats, nullable=False, server_default=EMPTY),
    Column("heat", Float, nullable=False, server_default=text("0")),
    _text("assignee", server_default=EMPTY),
    Column("tags", Texts, nullable=False, server_default=NONE),
    Column("snoozed_until", Time),
    Column("wakes_at", Integer, nullable=False, server_default=text("0")),
    _text("words", server_default=EMPTY),
    Index("cases_state_asked_opened_at_id_idx", "state", "asked", "opened_at", "id"),
    Index("cases_state_heat_id_idx", "state", "heat", "id"),
    Index("cases_state_asked_at_id_idx", "state", "asked_at", "id"),
    Index("cases_state_opened_at_id_idx", "state", "opened_at", "id"),
    Index("cases_words_of_idx", "words_of"),
    Index("cases_assigned", "assignee", sqlite_where=ASSIGNED, postgresql_where=ASSIGNED),
    Index("cases_tagged", "tags", sqlite_where=TAGGED, postgresql_where=TAGGED),
    Index("cases_snoozed", "snoozed_until", sqlite_where=SNOOZED, postgresql_where=SNOOZED),
)
"""`words_of` is the message whose words it shows, `words` what it can be found by."""

case_aliases = Table(
    "case_aliases",
    metadata,
    _text("id", primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False, index=True),
)
"""What cases were called before they met an older one."""

OPEN = text("is_open")

case_keys = Table(
    "case_keys",
    metadata,
    _text("key", primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True, index=True),
    Column("is_open", Boolean, nullable=False),
    Index("case_keys_open_once", "key", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
)

case_messages = Table(
    "case_messages",
    metadata,
    _text("message", primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False, index=True),
    Column("told_at", Time),
)
