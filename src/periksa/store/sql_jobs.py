"""The shelf of jobs over SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, null, or_, select, update

from periksa.model import Job, JobKind, JobState
from periksa.store.columns import Time, among
from periksa.store.schema import READY, UNFINISHED, fields_of, insert_new, jobs
from periksa.store.sql_people import SqlContacts
from periksa.store.text import clean

_NOW = bindparam("now", type_=Time)
_AMONG = among(jobs.c.id, "ids")
_THIS = jobs.c.id == bindparam("this")
_JOB = select(*fields_of(jobs, Job)).order_by(jobs.c.id)

_ADD = insert_new(jobs)

_IS_DUE = or_(
    and_(jobs.c.state == JobState.READY, or_(jobs.c.not_before.is_(None), jobs.c.not_before <= _NOW)),
    and_(jobs.c.state == JobState.LEASED, jobs.c.leased_until <= _NOW),
)
_others = jobs.alias("others")
_LANE_IS_HELD = exists().where(
    UNFINISHED,
    _others.c.lane == jobs.c.lane,
    _others.c.kind == jobs.c.kind,
    or_(
        and_(_others.c.state == JobState.LEASED, _others.c.leased_until > _NOW),
        and_(_others.c.state == JobState.READY, _others.c.not_before > _NOW, _others.c.id < jobs.c.id),
    ),
)
_DUE = (
    _JOB.where(UNFINISHED, jobs.c.kind == bindparam("kind"), _IS_DUE)
    .where(or_(jobs.c.lane == "", ~_LANE_IS_HELD))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=jobs)
)
_BEFORE_IN_LANES = select(jobs.c.id, jobs.c.kind, jobs.c.lane).where(
    UNFINISHED, among(jobs.c.lane, "lanes"), jobs.c.id < bindparam("last")
)
_LEASE = (
    update(jobs)
    .where(_AMONG)
    .values(state=JobState.LEASED, attempts=jobs.c.attempts + 1, leased_until=bindparam("until"))
)

_FINISH = delete(jobs).where(_AMONG)
_twins = jobs.alias("twins")
_GIVE_WAY = delete(jobs).where(
    _THIS,
    exists().where(READY, _twins.c.kind == jobs.c.kind, _twins.c.key == jobs.c.key, _twins.c.id != jobs.c.id),
)
_RETRY = (
    update(jobs)
    .where(_THIS)
    .values(state=JobState.READY, not_before=bindparam("later"), leased_until=null(), error=bindparam("why"))
)
_LEASED = select(jobs.c.id).where(_AMONG, jobs.c.state == JobState.LEASED).order_by(jobs.c.id)
_RELEASE = (
    update(jobs)
    .where(_THIS)
    .values(
        state=JobState.READY,
        attempts=jobs.c.attempts - 1,
        not_before=func.coalesce(bindparam("later", type_=Time), jobs.c.not_before),
        leased_until=null(),
    )
)
_HASTEN = (
    update(jobs)
    .where(READY, jobs.c.kind == bindparam("what"), jobs.c.key == bindparam("about"))
    .values(not_before=null())
)
_BURY = update(jobs).where(_THIS).values(state=JobState.DEAD, leased_until=null(), error=bindparam("why"))
_DEAD = select(jobs.c.id).where(_AMONG, jobs.c.state == JobState.DEAD).order_by(jobs.c.id)
_REVIVE = update(jobs).where(_THIS).values(state=JobState.READY, not_before=_NOW, attempts=0)

_LIST = _JOB.where(jobs.c.state == bindparam("state")).limit(bindparam("most"))
_COUNTS = select(jobs.c.kind, jobs.c.state, func.count()).group_by(jobs.c.kind, jobs.c.state)
_SINCE = func.coalesce(jobs.c.not_before, jobs.c.created_at)
_OLDEST = (
    select(jobs.c.kind, func.min(_SINCE))
    .where(READY, or_(jobs.c.not_before.is_(None), jobs.c.not_before <= _NOW))
    .group_by(jobs.c.kind)
)


class SqlJobs:
    """Work to do."""

    def __init__(self, connection: Connection, contacts: SqlContacts) -> None:
        self._connection = connection
        self._contacts = contacts

    def add(self, jobs: Iterable[Job], at: datetime) -> int:
        """How many were not READY already."""
        rows = [
            {
                "kind": job.kind,
                "key": job.key,
                "lane": self._contacts.hold(job.lane) if job.lane else "",
                "not_before": job.not_before,
                "state": JobState.READY,
                "attempts": 0,
                "error": "",
                "created_at": at,
            }
            for job in jobs
        ]
        return self._connection.execute(_ADD, rows).rowcount if rows else 0

    def claim(self, kinds: Sequence[JobKind], limit: int, now: datetime, lease: timedelta) -> list[Job]:
        """Oldest first, lane by lane in order."""
        due = [job for kind in dict.fromkeys(kinds) for job in self._due(kind, limit, now)]
        mine = self._in_order(sorted(due, key=lambda job: job.id)[:limit])
        until = now + lease
        if mine:
            self._connection.execute(_LEASE, {"ids": [job.id for job in mine], "until": until})
        return [replace(job, state=JobState.LEASED, attempts=job.attempts + 1, leased_until=until) for job in mine]

    def finish(self, ids: Iterable[int]) -> None:
        """Struck off."""
        if done := list(ids):
            self._connection.execute(_FINISH, {"ids": done})

    def release(self, ids: Iterable[int], not_before: datetime | None = None) -> None:
        """As if nobody had claimed them; one whose twin is READY is struck off."""
        for id in self._connection.execute(_LEASED, {"ids": list(ids)}).scalars().all():
            self._connection.execute(_GIVE_WAY, {"this": id})
            self._connection.execute(_RELEASE, {"this": id, "later": not_before})

    def retry(self, id: int, not_before: datetime, error: str) -> None:
        """READY again, unless a twin is: that one will do its work."""
        self._connection.execute(_GIVE_WAY, {"this": id})
        self._connection.execute(_RETRY, {"this": id, "later": not_before, "why": error})

    def hasten(self, kind: JobKind, key: str) -> None:
        """Due now."""
        self._connection.execute(_HASTEN, {"what": kind, "about": clean(key)})

    def bury(self, id: int, error: str) -> None:
        """DEAD until the operator revives it."""
        self._connection.execute(_BURY, {"this": id, "why": error})

    def revive(self, ids: Iterable[int], now: datetime) -> int:
        """How many are READY again; one whose twin is READY is struck off."""
        dead = self._connection.execute(_DEAD, {"ids": list(ids)}).scalars().all()
        revived = 0
        for id in dead:
            self._connection.execute(_GIVE_WAY, {"this": id})
            revived += self._connection.execute(_REVIVE, {"this": id, "now": now}).rowcount
        return revived

    def list(self, state: JobState, limit: int = 100) -> list[Job]:
        """In the order they were queued."""
        return [Job(*row) for row in self._connection.execute(_LIST, {"state": state, "most": limit})]

    def counts(self) -> dict[tuple[JobKind, JobState], int]:
        """How many of each kind in each state."""
        return {(kind, state): count for kind, state, count in self._connection.execute(_COUNTS)}

    def oldest(self, now: datetime) -> dict[JobKind, datetime]:
        """Of those that are due and not in hand."""
        return dict(self._connection.execute(_OLDEST, {"now": now}).all())

    def _due(self, kind: JobKind, limit: int, now: datetime) -> Sequence[Job]:
        asked = {"kind": kind, "most": limit, "now": now}
        return [Job(*row) for row in self._connection.execute(_DUE, asked)]

    def _in_order(self, due: Sequence[Job]) -> Sequence[Job]:
        """Without those whose elder in the lane is being claimed by another process at this very moment.

        Its row was skipped because it is locked, so nothing but its absence among ours shows that it is taken.
        """
        lanes = {job.lane for job in due if job.lane}
        if not lanes:
            return due
        asked = {"lanes": list(lanes), "last": due[-1].id}
        mine = {job.id for job in due}
        stop: dict[tuple[JobKind, str], int] = {}
        for id, kind, lane in self._connection.execute(_BEFORE_IN_LANES, asked):
            if id not in mine:
                stop[kind, lane] = min(id, stop.get((kind, lane), id))
        return [job for job in due if job.id < stop.get((job.kind, job.lane), job.id + 1)]
