"""Column types that give a noun's field back exactly as it was put in, on either database."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Dialect, Integer, bindparam, types
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from periksa.model import Pulse
from periksa.store.text import clean

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""A row's own number. SQLite counts up only in a column that is plainly INTEGER."""


class Text(TypeDecorator[str]):
    """Text, cleaned on its way in, compared and sorted by code point as Python does."""

    impl = types.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL would sort by the server's language without being told otherwise."""
        return types.Text(collation="C") if dialect.name == "postgresql" else types.Text()

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Clean."""
        return None if value is None else clean(value)


class Time(TypeDecorator[datetime]):
    """A moment, handed in with any time zone and given back in UTC. SQLite keeps ISO 8601 text, which sorts by time."""

    impl = types.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type for it."""
        return TIMESTAMP(timezone=True) if dialect.name == "postgresql" else types.Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Raises: ValueError for a time without a zone, which could be any of 38 moments."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.isoformat(timespec="microseconds")

    def process_result_value(self, value: datetime | str | None, _dialect: Dialect) -> datetime | None:
        """In UTC, whatever the session's time zone."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """One word of a fixed list, kept as the word itself."""

    impl = types.Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, _dialect: Dialect) -> str | None:
        """The bare word: drivers have ideas of their own about enums."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> StrEnum | None:
        """Back to the list. Raises: ValueError for a word that a newer version wrote."""
        return None if value is None else self.words(value)


class Texts(TypeDecorator[tuple[str, ...]]):
    """Several texts, as a JSON array that the database need not understand."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, _dialect: Dialect) -> str | None:
        """Cleaned, each of them."""
        return None if value is None else to_json([clean(text) for text in value])

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[str, ...] | None:
        """As they were."""
        return None if value is None else tuple(json.loads(value))


class Beats(TypeDecorator[Pulse]):
    """A pulse as text: its hour, then its counts."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: Pulse | None, _dialect: Dialect) -> str | None:
        """Empty where nobody asked."""
        if value is None:
            return None
        return f"{value.hour} {','.join(map(str, value.counts))}" if value.counts else ""

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Pulse | None:
        """As it was."""
        if not value:
            return None if value is None else Pulse()
        hour, _, counts = value.partition(" ")
        return Pulse(int(hour), tuple(map(int, counts.split(","))))


class Nouns(TypeDecorator[Any]):
    """A noun within a noun, as JSON; `read` makes it from what JSON gives back."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.read = read

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        """Only what JSON knows."""
        return _plain(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """The noun again."""
        return None if value is None else self.read(value)


class _Listed(TypeDecorator[Sequence[Any]]):
    """Any number of values in one parameter."""

    impl = types.Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has arrays."""
        return ARRAY(self.item) if dialect.name == "postgresql" else types.Text()

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """A JSON array for SQLite."""
        values = [clean(item) if isinstance(item, str) else item for item in value or ()]
        return values if dialect.name == "postgresql" else to_json(values)


class _Among(FunctionElement[bool]):
    """Of no type: SQLAlchemy would compare a boolean with 1, and SQLite then not use its index."""

    inherit_cache = True


def among(column: Column[Any], name: str) -> _Among:
    """Whether the column is among the values bound as `name`: one statement for any number of them.

    SQLAlchemy's own IN writes another one for each number, which costs more than to run it.
    """
    plain = BigInteger() if isinstance(column.type, Integer) else types.Text()
    return _Among(column, bindparam(name, type_=_Listed(plain)))


@compiles(_Among, "sqlite")
def _(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    column, listed = (compiler.process(clause, **given) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - both are placeholders and names


@compiles(_Among, "postgresql")
def _(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    column, listed = (compiler.process(clause, **given) for clause in element.clauses)
    return f"{column} = ANY({listed})"


def to_json(value: Any) -> str:
    """JSON with letters as they are: half the bytes in most of the world's scripts."""
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
