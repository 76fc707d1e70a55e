"""The shelf of articles over SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import Article
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
        return sum(self._connection.execute(_DROP, {"ids": some}).rowcount for some in _batches(ids))

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


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def _row(article: Article, at: datetime) -> dict[str, Any]:
    fingerprint = blake2b(repr(article).encode(), digest_size=16).hexdigest()
    return {**row_of(article), "fingerprint": fingerprint, "added_at": at, "changed_at": at}
