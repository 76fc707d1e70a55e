"""Cases as editors look for them, over SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    types,
)

from periksa.model import NOBODY, Case, CaseSieve, CaseState, Listed, Listing, Shown, Standing, View
from periksa.model.casework import Rank
from periksa.store.columns import to_json
from periksa.store.schema import fields_of, row_of
from periksa.store.schema_cases import SNOOZED, TAGGED, cases
from periksa.store.schema_casework import case_views

CUT = 400
"""Characters of a text in a list."""

_CASE = len(fields(Case))
_COLUMNS = [
    func.substr(cases.c.text, 1, CUT).label("text") if column is cases.c.text else column
    for column in fields_of(cases, Case)
]
_ROWS = select(*_COLUMNS, *fields_of(cases, Standing))
_SORTED: dict[Listing, tuple[Column[Any], ...]] = {
    Listing.ASKED: (cases.c.asked, cases.c.opened_at, cases.c.id),
    Listing.GROWING: (cases.c.heat, cases.c.id),
    Listing.LATEST: (cases.c.asked_at, cases.c.id),
    Listing.OLDEST: (cases.c.opened_at, cases.c.id),
}
_NOW = bindparam("now", type_=cases.c.snoozed_until.type)
_SLEEPS = and_(cases.c.snoozed_until.is_not(None), cases.c.snoozed_until > _NOW, cases.c.asked < cases.c.wakes_at)
_AWAKE = or_(cases.c.snoozed_until.is_(None), cases.c.snoozed_until <= _NOW, cases.c.asked >= cases.c.wakes_at)
_SHOWN: dict[Shown, tuple[ColumnElement[bool], ...]] = {
    Shown.OPEN: (cases.c.state == CaseState.OPEN, _AWAKE),
    Shown.SNOOZED: (cases.c.state == CaseState.OPEN, _SLEEPS),
    Shown.ANSWERED: (cases.c.state == CaseState.ANSWERED,),
    Shown.CLOSED: (cases.c.state == CaseState.CLOSED,),
    Shown.SPAM: (cases.c.state == CaseState.SPAM,),
}
_STATES = select(cases.c.state, func.count()).group_by(cases.c.state)
# An expression, not the column: SQLite would walk all open cases by the index of states, not the few that sleep.
_IS_OPEN = type_coerce(cases.c.state, types.Text()) + "" == CaseState.OPEN.value
_ASLEEP = select(func.count()).select_from(cases).where(SNOOZED, _SLEEPS, _IS_OPEN)
_TAGS = select(cases.c.tags).where(TAGGED).distinct()


class SqlListings:
    """Cases as editors look for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self,
        sieve: CaseSieve,
        listing: Listing,
        now: datetime,
        limit: int,
        behind: Rank | None = None,
    ) -> list[Listed]:
        """One query."""
        by = _SORTED[listing]
        rises = listing is Listing.OLDEST
        wanted = _ROWS.where(*_SHOWN[sieve.shown], *_through(sieve))
        if behind:
            seen = tuple_(*(literal(value, column.type) for value, column in zip(behind, by, strict=True)))
            wanted = wanted.where(tuple_(*by) > seen if rises else tuple_(*by) < seen)
        wanted = wanted.order_by(*(column if rises else column.desc() for column in by)).limit(limit)
        sleeps = sieve.shown in (Shown.OPEN, Shown.SNOOZED)
        rows = self._connection.execute(wanted, {"now": now} if sleeps else {})
        return [Listed(Case(*row[:_CASE]), Standing(*row[_CASE:])) for row in rows]

    def totals(self, now: datetime) -> dict[Shown, int]:
        """Of each."""
        known: dict[CaseState, int] = dict(self._connection.execute(_STATES).all())
        asleep = int(self._connection.execute(_ASLEEP, {"now": now}).scalar_one())
        return {
            Shown.OPEN: known.get(CaseState.OPEN, 0) - asleep,
            Shown.SNOOZED: asleep,
            Shown.ANSWERED: known.get(CaseState.ANSWERED, 0),
            Shown.CLOSED: known.get(CaseState.CLOSED, 0),
            Shown.SPAM: known.get(CaseState.SPAM, 0),
        }

    def tags(self) -> list[str]:
        """In order."""
        return sorted({tag for tags in self._connection.execute(_TAGS).scalars() for tag in tags})

    def keep(self, view: View) -> None:
        """The old one of this name goes."""
        same = delete(case_views).where(
            case_views.c.owner == bindparam("whose"),
            case_views.c.name == bindparam("called"),
        )
        self._connection.execute(same, {"whose": view.owner, "called": view.name})
        self._connection.execute(insert(case_views), row_of(view))

    def views(self, owner: str) -> Sequence[View]:
        """By name."""
        theirs = select(*fields_of(case_views, View)).where(case_views.c.owner.in_([owner, ""]))
        rows = self._connection.execute(theirs.order_by(case_views.c.name, case_views.c.owner))
        return [View(*row) for row in rows]

    def drop(self, id: str) -> None:
        """Gone."""
        self._connection.execute(delete(case_views).where(case_views.c.id == bindparam("this")), {"this": id})


def _through(sieve: CaseSieve) -> Iterator[ColumnElement[bool]]:
    if sieve.assignee:
        yield cases.c.assignee == ("" if sieve.assignee == NOBODY else sieve.assignee)
    if sieve.kind:
        yield cases.c.kind == sieve.kind
    if sieve.asked_since:
        yield cases.c.asked_at >= sieve.asked_since
    if sieve.opened_by:
        yield cases.c.opened_at <= sieve.opened_by
    if sieve.without:
        yield cases.c.text.not_in(sieve.without)
    listed = ((cases.c.tags, sieve.tag), (cases.c.channels, sieve.channel), (cases.c.languages, sieve.language))
    yield from (_among(column, value) for column, value in listed if value)
    yield from (cases.c.words.contains(word, autoescape=True) for word in sieve.words)


def _among(column: Column[Any], value: str) -> ColumnElement[bool]:
    """In a column of `Texts`, which the database sees as text."""
    return type_coerce(column, types.Text()).contains(to_json(value), autoescape=True)
