"""What changed in the library, over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, literal, select, tuple_

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import Article, Change, Edition
from periksa.store.schema import articles, fields_of
from periksa.store.schema_changes import arrivals, withdrawals
from periksa.store.text import clean

_BATCH = 500
"""Ids in one statement."""

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_MARKS = (
    select(arrivals.c.article, arrivals.c.mark)
    .join(articles, articles.c.id == arrivals.c.article)
    .where(arrivals.c.article.in_(_IDS))
)
_ARRIVE = insert(arrivals)
_CAME = _ARRIVE.on_conflict_do_update(index_elements=["article"], set_={"mark": _ARRIVE.excluded.mark})
_BACK = delete(withdrawals).where(withdrawals.c.article.in_(_IDS))
_THERE = select(articles.c.id).where(articles.c.id.in_(_IDS))
_LEAVE = insert(withdrawals)
_WITHDRAWN = _LEAVE.on_conflict_do_update(index_elements=["article"], set_={"at": _LEAVE.excluded.at})

_EDITIONS = select(articles.c.changed_at, *fields_of(articles, Article))
_GONE = select(withdrawals.c.at, withdrawals.c.article)


class SqlChanges:
    """What whoever follows the library must know."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def same(self, marks: Mapping[str, str]) -> set[str]:
        """Those that are there and came in so before."""
        asked = {clean(id): id for id in marks}
        found: set[str] = set()
        for some in _batches(asked):
            rows = self._connection.execute(_MARKS, {"ids": some})
            found |= {asked[row.article] for row in rows if marks[asked[row.article]] == row.mark}
        return found

    def came(self, marks: Mapping[str, str]) -> None:
        """Kept, and no longer withdrawn."""
        if marks:
            rows = {clean(id): mark for id, mark in marks.items()}
            self._connection.execute(_CAME, [{"article": id, "mark": mark} for id, mark in rows.items()])
        for some in _batches(marks):
            self._connection.execute(_BACK, {"ids": some})

    def withdrawn(self, ids: Collection[str], at: datetime) -> None:
        """They leave the library."""
        there = [row.id for some in _batches(ids) for row in self._connection.execute(_THERE, {"ids": some})]
        if there:
            self._connection.execute(_WITHDRAWN, [{"article": id, "at": at} for id in there])

    def list(self, since: datetime, until: datetime, limit: int, behind: str = "") -> list[Change]:
        """Oldest first; both kinds are walked along their index."""
        times = ((articles.c.changed_at, articles.c.id), (withdrawals.c.at, withdrawals.c.article))
        there, gone = (
            query.where(tuple_(at, id) > tuple_(literal(since, at.type), literal(clean(behind), id.type)), at < until)
            .order_by(at, id)
            .limit(limit)
            for query, (at, id) in zip((_EDITIONS, _GONE), times, strict=True)
        )
        editions = (Change(at, row[0], Edition(Article(*row), at)) for at, *row in self._connection.execute(there))
        drops = (Change(row.at, row.article) for row in self._connection.execute(gone))
        return list(islice(merge(editions, drops, key=lambda one: (one.at, one.id)), limit))


def _batches(ids: Collection[str]) -> list[list[str]]:
    asked = list(dict.fromkeys(map(clean, ids)))
    return [asked[start : start + _BATCH] for start in range(0, len(asked), _BATCH)]
