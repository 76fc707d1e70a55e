"""The shelf of the library as editors look at it, over SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)

from periksa.model import Article, ArticleKind, Edition, Place, Revision, Shelved, Used
from periksa.model.replies import PUT_RIGHT
from periksa.store.schema import OF_ARTICLE, articles, fields_of, outbox
from periksa.store.schema_changes import withdrawals
from periksa.store.text import clean

_EDITION = select(*fields_of(articles, Article), articles.c.changed_at)
_RATED = (
    select(articles.c.outlet, articles.c.rating, func.count(), func.min(articles.c.id))
    .where(articles.c.kind == ArticleKind.FACT_CHECK)
    .group_by(articles.c.outlet, articles.c.rating)
)
_TELLS = outbox.alias("tells")
_WAS_TOLD = select(literal(1)).select_from(_TELLS).where(text("tells.article <> ''"))
_CHANGED = (
    select(articles.c.id, articles.c.changed_at)
    .where(articles.c.changed_at > articles.c.added_at)
    .where(_WAS_TOLD.where(_TELLS.c.article == articles.c.id).exists())
    .order_by(articles.c.changed_at.desc(), articles.c.id.desc())
    .limit(bindparam("most"))
)
_WITHDRAWN = (
    select(withdrawals.c.article, withdrawals.c.at)
    .where(_WAS_TOLD.where(_TELLS.c.article == withdrawals.c.article).exists())
    .order_by(withdrawals.c.at.desc(), withdrawals.c.article.desc())
    .limit(bindparam("most"))
)
_LEFT = select(withdrawals.c.at).where(withdrawals.c.article == bindparam("this"))
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PEOPLE = func.count(outbox.c.contact.distinct())
_ORIGINAL = ~outbox.c.id.startswith(PUT_RIGHT)
_TOLD = (
    select(outbox.c.article, outbox.c.channel, _PEOPLE)
    .where(OF_ARTICLE, outbox.c.article.in_(_IDS), _ORIGINAL)
    .group_by(outbox.c.article, outbox.c.channel)
)
_later = outbox.alias("later")
_CORRECTED = (
    select(outbox.c.article, outbox.c.channel, _PEOPLE)
    .join(_later, (_later.c.contact == outbox.c.contact) & (_later.c.sequence > outbox.c.sequence))
    .where(text("outbox.article <> ''"), outbox.c.article.in_(_IDS), _ORIGINAL, _later.c.id.startswith(PUT_RIGHT))
    .where(
        or_(
            _later.c.article == outbox.c.article,
            (_later.c.article == "") & (_later.c.message == outbox.c.message),
        )
    )
    .group_by(outbox.c.article, outbox.c.channel)
)


class SqlCatalogue:
    """Reads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, wanted: Shelved, limit: int, behind: Place | None = None) -> Sequence[Edition]:
        """Those with a day, then those without."""
        asked = _EDITION.where(*_through(wanted))
        found = [] if behind and behind.day is None else self._editions(_dated(asked, wanted, behind, limit))
        if len(found) < limit and not (wanted.since or wanted.until):
            query = asked.where(articles.c.date.is_(None)).order_by(articles.c.id.desc()).limit(limit - len(found))
            if behind and behind.day is None:
                query = query.where(articles.c.id < clean(behind.id))
            found += self._editions(query)
        return found

    def used(self) -> Sequence[Used]:
        """Along the index."""
        rows = (Used(*row) for row in self._connection.execute(_RATED))
        return sorted(rows, key=lambda each: (-each.articles, each.outlet, each.rating))

    def revisions(self, limit: int = 50) -> Sequence[Revision]:
        """Latest first."""
        changed = [Revision(id, at) for id, at in self._connection.execute(_CHANGED, {"most": limit})]
        gone = [Revision(id, at, withdrawn=True) for id, at in self._connection.execute(_WITHDRAWN, {"most": limit})]
        return sorted([*changed, *gone], key=lambda each: (each.at, each.id), reverse=True)[:limit]

    def left(self, id: str) -> datetime | None:
        """When."""
        return self._connection.execute(_LEFT, {"this": clean(id)}).scalar()

    def told(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """By channel."""
        return self._people(_TOLD, ids)

    def corrected(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """By channel."""
        return self._people(_CORRECTED, ids)

    def _people(self, query: Select[Any], ids: Collection[str]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for article, channel, people in self._connection.execute(query, {"ids": list(map(clean, ids))}) if ids else ():
            found.setdefault(article, {})[channel] = people
        return found

    def _editions(self, query: Select[Any]) -> list[Edition]:
        return [Edition(Article(*article), changed_at) for *article, changed_at in self._connection.execute(query)]


def _through(wanted: Shelved) -> Iterator[ColumnElement[bool]]:
    yield articles.c.kind.in_([wanted.kind] if wanted.kind else list(ArticleKind))
    if wanted.since:
        yield articles.c.date >= wanted.since
    if wanted.until:
        yield articles.c.date <= wanted.until
    for column, value in (
        (articles.c.outlet, wanted.outlet),
        (articles.c.rating, wanted.rating),
        (articles.c.language, wanted.language),
    ):
        if value:
            yield column == clean(value)


def _dated(asked: Select[Any], wanted: Shelved, behind: Place | None, limit: int) -> Select[Any]:
    day, id = articles.c.date, articles.c.id
    query = asked.where(day.is_not(None)).order_by(day.desc(), id.desc()).limit(limit)
    if behind is None:
        return query
    return query.where(tuple_(day, id) < tuple_(literal(behind.day, day.type), literal(clean(behind.id), id.type)))
