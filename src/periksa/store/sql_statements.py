"""Over SQL: where the statements of articles are, by speaker and day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, literal, select, tuple_

from periksa.model import Article, Place, Sieve, speaker_key
from periksa.store.schema import articles, statements
from periksa.store.text import clean

_OF = delete(statements).where(statements.c.article.in_(bindparam("ids", expanding=True)))
_ADD = insert(statements)
_BEGINNING = (
    select(statements.c.speaker)
    .distinct()
    .where(statements.c.speaker >= bindparam("first"), statements.c.speaker < bindparam("last"))
)
_PLACE = statements.c.day, statements.c.article, statements.c.number
_PLACES = select(statements.c.article, statements.c.number).order_by(*(column.desc() for column in _PLACE))


def put(connection: Connection, known: Sequence[str], fresh: Sequence[Article]) -> None:
    """The statements of these articles; those with ids in `known` may have some already."""
    drop(connection, known)
    rows = [row for article in fresh for row in _rows(article)]
    if rows:
        connection.execute(_ADD, rows)


def drop(connection: Connection, ids: Sequence[str]) -> None:
    """The statements of these articles, as many as one statement can name."""
    if ids:
        connection.execute(_OF, {"ids": ids})


def places(
    connection: Connection, sieve: Sieve, limit: int, behind: Place | None, speakers: Collection[str]
) -> list[tuple[str, int]]:
    """Article and number of each, newest day first."""
    query = _PLACES.where(*_conditions(sieve, behind, speakers)).limit(limit)
    if sieve.kind or sieve.outlet or sieve.language:
        query = query.join(articles, articles.c.id == statements.c.article).where(*passing(sieve))
    return [(row.article, row.number) for row in connection.execute(query)]


def speakers(connection: Connection, beginning: str) -> list[str]:
    """The keys that begin so, along the index. `beginning` ends in a hyphen, behind which comes the full stop."""
    return list(connection.execute(_BEGINNING, {"first": beginning, "last": f"{beginning[:-1]}."}).scalars())


def passing(sieve: Sieve) -> Iterator[ColumnElement[bool]]:
    """What the sieve asks of an article, its day aside."""
    if sieve.kind:
        yield articles.c.kind == sieve.kind
    if sieve.outlet:
        yield articles.c.outlet == sieve.outlet
    if sieve.language:
        yield articles.c.language == sieve.language


def _conditions(sieve: Sieve, behind: Place | None, speakers: Collection[str]) -> Iterator[ColumnElement[bool]]:
    if speakers:
        yield statements.c.speaker.in_(sorted(map(clean, speakers)))
    if sieve.since:
        yield statements.c.day >= max(sieve.since, date.min.replace(day=2))
    if behind:
        values = zip(_PLACE, (behind.day or date.min, behind.id, behind.number), strict=True)
        yield tuple_(*_PLACE) < tuple_(*(literal(value, column.type) for column, value in values))


def _rows(article: Article) -> Iterator[dict[str, Any]]:
    for number, said in enumerate(article.statements):
        if speaker := speaker_key(said.speaker):
            day = said.date or article.date or date.min
            yield {"article": article.id, "number": number, "speaker": speaker, "day": day}
