"""The shelf of visits to publishers over SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import Spot, SpotKind, Trouble, Visit
from periksa.store.schema import fields_of, row_of
from periksa.store.schema_visits import spots, troubles, visits
from periksa.store.text import clean, scrub

_BATCH = 500
"""Keys in one statement."""

_TAKEN = insert(visits)
_BEGIN = _TAKEN.on_conflict_do_update(
    index_elements=[visits.c.site],
    set_={"held_until": _TAKEN.excluded.held_until},
    where=visits.c.held_until.is_(None) | (visits.c.held_until <= bindparam("now")),
).execution_options(preserve_rowcount=True)
_HOLD = update(visits).where(visits.c.site == bindparam("this")).values(held_until=bindparam("until"))
_ENDED = insert(visits)
_END = _ENDED.on_conflict_do_update(
    index_elements=[visits.c.site],
    set_={name: column for name, column in _ENDED.excluded.items() if name not in ("site", "first_at")},
)
_VISITS = select(*fields_of(visits, Visit)).order_by(visits.c.site)
_OF = _VISITS.where(visits.c.site == bindparam("this"))

_SPOTS = select(*fields_of(spots, Spot)).where(spots.c.site == bindparam("this"))
_KNOWN = _SPOTS.where(spots.c.key.in_(bindparam("keys", expanding=True)))
_INSERT = insert(spots)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[spots.c.site, spots.c.key],
    set_={name: column for name, column in _INSERT.excluded.items() if name not in ("site", "key")},
)
_IS_DUE = (spots.c.kind.in_(bindparam("kinds", expanding=True)), spots.c.due_at <= bindparam("now"))
_LATEST = func.coalesce(spots.c.date, date.min).desc()
_DUE = _SPOTS.where(*_IS_DUE).order_by(spots.c.fetched_at.is_not(None), _LATEST, spots.c.key).limit(bindparam("most"))
_WAITING = select(func.count()).select_from(spots).where(spots.c.site == bindparam("this"), *_IS_DUE)
_BROUGHT = (
    select(func.count())
    .select_from(spots)
    .where(spots.c.site == bindparam("this"), spots.c.kind == SpotKind.ARTICLE, spots.c.articles != ())
    .where(spots.c.first_at >= bindparam("since"))
)

_OLD = (
    select(spots.c.site, spots.c.key)
    .where(spots.c.seen_at < bindparam("before"), spots.c.articles == (), spots.c.kind != SpotKind.NEXT)
    .order_by(spots.c.site, spots.c.key)
    .limit(bindparam("most"))
)
_FORGET_SPOTS = delete(spots).where(spots.c.site == bindparam("this"), spots.c.key == bindparam("that"))
_FORGET_TROUBLES = delete(troubles).where(troubles.c.site == bindparam("this"), troubles.c.key == bindparam("that"))

_NAMES = (troubles.c.site, troubles.c.key, troubles.c.where, troubles.c.field)
_AT = (troubles.c.site == bindparam("this"), troubles.c.key.in_(bindparam("keys", expanding=True)))
_MET = select(*_NAMES).where(*_AT)
_MEETS = insert(troubles)
_NOTE = _MEETS.on_conflict_do_update(
    index_elements=list(_NAMES),
    set_={
        "what": _MEETS.excluded.what,
        "last_at": _MEETS.excluded.last_at,
        "count": troubles.c["count"] + _MEETS.excluded["count"],
    },
)
_SOLVE = delete(troubles).where(*_AT, troubles.c.last_at < bindparam("before"))
_TROUBLES = (
    select(*fields_of(troubles, Trouble))
    .where(troubles.c.site == bindparam("this"))
    .order_by(troubles.c.last_at.desc(), troubles.c.where, troubles.c.field)
    .limit(bindparam("most"))
)
_TROUBLE_COUNTS = select(troubles.c.site, func.count()).group_by(troubles.c.site)


class SqlVisits:
    """What one visit leaves for the next."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, site: str, at: datetime, until: datetime) -> bool:
        """Whether it is ours now."""
        row = {**row_of(Visit(site, at)), "held_until": until, "now": at}
        return self._connection.execute(_BEGIN, row).rowcount == 1

    def hold(self, site: str, until: datetime) -> None:
        """For longer."""
        self._connection.execute(_HOLD, {"this": site, "until": until})

    def end(self, visit: Visit) -> None:
        """Let go."""
        self._connection.execute(_END, {**row_of(visit), "held_until": None})

    def of(self, site: str) -> Visit | None:
        """The latest."""
        row = self._connection.execute(_OF, {"this": site}).first()
        return None if row is None else Visit(*row)

    def all(self) -> list[Visit]:
        """By name."""
        return [Visit(*row) for row in self._connection.execute(_VISITS)]

    def spots(self, site: str, keys: Collection[str]) -> list[Spot]:
        """Those that are known."""
        asked = [{"this": site, "keys": some} for some in _batches(keys)]
        return [Spot(*row) for some in asked for row in self._connection.execute(_KNOWN, some)]

    def put(self, spots: Sequence[Spot]) -> None:
        """Insert or replace."""
        if spots:
            self._connection.execute(_PUT, [row_of(spot) for spot in spots])

    def due(self, site: str, kinds: Collection[SpotKind], at: datetime, limit: int) -> list[Spot]:
        """New ones first, then the latest."""
        asked = {"this": site, "kinds": list(kinds), "now": at, "most": limit}
        return [Spot(*row) for row in self._connection.execute(_DUE, asked)]

    def waiting(self, site: str, kinds: Collection[SpotKind], at: datetime) -> int:
        """How many."""
        return int(self._connection.execute(_WAITING, {"this": site, "kinds": list(kinds), "now": at}).scalar_one())

    def sweep(self, before: datetime, limit: int) -> int:
        """How many."""
        gone = self._connection.execute(_OLD, {"before": before, "most": limit}).all()
        if gone:
            rows = [{"this": site, "that": key} for site, key in gone]
            self._connection.execute(_FORGET_TROUBLES, rows)
            self._connection.execute(_FORGET_SPOTS, rows)
        return len(gone)

    def brought(self, site: str, since: datetime) -> int:
        """How many that gave an article."""
        return int(self._connection.execute(_BROUGHT, {"this": site, "since": since}).scalar_one())

    def note(self, troubles: Sequence[Trouble]) -> list[Trouble]:
        """The new ones."""
        met = [scrub(trouble) for trouble in troubles]
        known = {id for site in {each.site for each in met} for id in self._met(site, met)}
        new: dict[tuple[str, ...], Trouble] = {}
        for each in met:
            self._connection.execute(_NOTE, row_of(each))
            if _id(each) not in known:
                new.setdefault(_id(each), each)
        return list(new.values())

    def solve(self, site: str, keys: Collection[str], before: datetime) -> int:
        """How many."""
        asked = [{"this": site, "keys": some, "before": before} for some in _batches(keys)]
        return sum(self._connection.execute(_SOLVE, some).rowcount for some in asked)

    def troubles(self, site: str, limit: int = 100) -> list[Trouble]:
        """Latest first."""
        return [Trouble(*row) for row in self._connection.execute(_TROUBLES, {"this": site, "most": limit})]

    def trouble_counts(self) -> dict[str, int]:
        """By site."""
        return dict(self._connection.execute(_TROUBLE_COUNTS).all())

    def _met(self, site: str, troubles: Sequence[Trouble]) -> Iterator[tuple[str, ...]]:
        for keys in _batches({each.key for each in troubles if each.site == site}):
            yield from map(tuple, self._connection.execute(_MET, {"this": site, "keys": keys}))


def _id(trouble: Trouble) -> tuple[str, ...]:
    return trouble.site, trouble.key, trouble.where, trouble.field


def _batches(keys: Collection[str]) -> Iterator[list[str]]:
    asked = list(dict.fromkeys(map(clean, keys)))
    return (asked[start : start + _BATCH] for start in range(0, len(asked), _BATCH))
