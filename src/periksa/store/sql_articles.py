"""The shelf of articles over SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, literal, select, tuple_

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import Article, ArticleKind, Edition, Place, Said, Sieve
from periksa.store import sql_statements
from periksa.store.schema import articles, fields_of, row_of
from periksa.store.text import clean, scrub

_BATCH = 500
"""Ids or rows in one statement."""

_AMONG = articles.c.id.in_(bindparam("ids", expanding=True))
_FINGERPRINTS = select(articles.c.id, articles.c.fingerprint).where(_AMONG)
_GET = select(*fields_of(articles, Article)).where(_AMONG)
_DROP = delete(articles).where(_AMONG)
_COUNT = select(func.count()).select_from(articles)
_AFTER = (
    select(*fields_of(articles, Article)).where(articles.c.id > bindparam("last")).order_by(articles.c.id).limit(_BATCH)
)
_EDITION = select(*fields_of(articles, Article), articles.c.changed_at)
_EDITIONS = _EDITION.where(_AMONG)
_OUTLINE = (
    select(articles.c.id, articles.c.changed_at)
    .order_by(articles.c.id)
    .offset(bindparam("start"))
    .limit(bindparam("limit"))
)

_INSERT = insert(articles)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[articles.c.id],
    set_={name: column for name, column in _INSERT.excluded.items() if name not in ("id", "added_at")},
)


class SqlArticles:
    """What publishers published."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, articles: Sequence[Article], at: datetime) -> list[str]:
        """Insert or update; the ids of the new and the changed."""
        latest = {article.id: article for article in map(scrub, articles)}
        changed: list[str] = []
        for ids in _batches(list(latest)):
            known = {row.id: row.fingerprint for row in self._connection.execute(_FINGERPRINTS, {"ids": ids})}
            rows = [_row(latest[id], at) for id in ids]
            fresh = [row for row in rows if known.get(row["id"]) != row["fingerprint"]]
            if fresh:
                self._connection.execute(_PUT, fresh)
                written = [latest[row["id"]] for row in fresh]
                sql_statements.put(self._connection, [each.id for each in written if each.id in known], written)
            changed += [row["id"] for row in fresh]
        return changed

    def get(self, ids: Sequence[str]) -> list[Article]:
        """Those that exist, in the order asked for."""
        asked = [clean(id) for id in ids]
        found: dict[str, Article] = {}
        for some in _batches(asked):
            found |= {row.id: Article(*row) for row in self._connection.execute(_GET, {"ids": some})}
        return [found[id] for id in asked if id in found]

    def drop(self, ids: Sequence[str]) -> int:
        """How many were there."""
        dropped = 0
        for some in _batches(ids):
            sql_statements.drop(self._connection, some)
            dropped += self._connection.execute(_DROP, {"ids": some}).rowcount
        return dropped

    def all(self) -> Iterator[Article]:
        """Every article by id, fetched in batches while the caller walks on."""
        last = ""
        while rows := self._connection.execute(_AFTER, {"last": last}).all():
            for row in rows:
                yield Article(*row)
            last = rows[-1].id

    def count(self) -> int:
        """How many there are."""
        return int(self._connection.execute(_COUNT).scalar_one())

    def newest(self, sieve: Sieve, limit: int, behind: Place | None = None) -> list[Edition]:
        """A page of them; each kind is walked along its index."""
        kinds = [sieve.kind] if sieve.kind else list(ArticleKind)
        walks = [self._newest(replace(sieve, kind=kind), limit, behind) for kind in kinds]
        return list(islice(merge(*walks, key=_turn, reverse=True), limit))

    def _newest(self, sieve: Sieve, limit: int, behind: Place | None) -> list[Edition]:
        """Of one kind: those with a day, then those without."""
        asked = _EDITION.where(*sql_statements.passing(sieve)).limit(limit)
        found = [] if behind and behind.day is None else self._editions(_dated(asked, sieve, behind))
        if len(found) < limit and sieve.since is None:
            before = behind.id if behind and behind.day is None else None
            found += self._editions(_undated(asked, before).limit(limit - len(found)))
        return found

    def said(self, sieve: Sieve, limit: int, behind: Place | None = None, speakers: Collection[str] = ()) -> list[Said]:
        """A page of them, and the articles that they stand in."""
        places = sql_statements.places(self._connection, sieve, limit, behind, speakers)
        known = {each.id: each for each in self.get(list({id for id, _ in places}))}
        return [Said(known[id].statements[number], known[id], number) for id, number in places]

    def speakers(self, beginnings: Collection[str]) -> set[str]:
        """Whose keys begin so."""
        return {key for one in beginnings for key in sql_statements.speakers(self._connection, f"{clean(one)}-")}

    def editions(self, ids: Sequence[str]) -> list[Edition]:
        """As `get`."""
        asked = [clean(id) for id in ids]
        found: dict[str, Edition] = {}
        for some in _batches(asked):
            found |= {row.id: _edition(row) for row in self._connection.execute(_EDITIONS, {"ids": some})}
        return [found[id] for id in asked if id in found]

    def outline(self, start: int, limit: int) -> list[tuple[str, datetime]]:
        """By id."""
        found = self._connection.execute(_OUTLINE, {"start": start, "limit": limit})
        return [(row.id, row.changed_at) for row in found]

    def _editions(self, query: Select[Any]) -> list[Edition]:
        return [_edition(row) for row in self._connection.execute(query)]


def _dated(asked: Select[Any], sieve: Sieve, behind: Place | None) -> Select[Any]:
    day, id = articles.c.date, articles.c.id
    query = asked.where(day >= sieve.since if sieve.since else day.is_not(None)).order_by(day.desc(), id.desc())
    if behind is None:
        return query
    return query.where(tuple_(day, id) < tuple_(literal(behind.day, day.type), literal(behind.id, id.type)))


def _undated(asked: Select[Any], before: str | None) -> Select[Any]:
    query = asked.where(articles.c.date.is_(None)).order_by(articles.c.id.desc())
    return query if before is None else query.where(articles.c.id < before)


def _edition(row: Sequence[Any]) -> Edition:
    *article, changed_at = row
    return Edition(Article(*article), changed_at)


def _turn(edition: Edition) -> tuple[bool, date, str]:
    day = edition.article.date
    return day is not None, day or date.min, edition.article.id


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def _row(article: Article, at: datetime) -> dict[str, Any]:
    fingerprint = blake2b(repr(article).encode(), digest_size=16).hexdigest()
    return {**row_of(article), "fingerprint": fingerprint, "added_at": at, "changed_at": at}
