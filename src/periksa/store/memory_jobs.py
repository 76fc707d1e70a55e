"""The shelf of jobs in memory, plainly written: what it does is what the other stores must do."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from periksa.model import Job, JobKind, JobState
from periksa.store.memory_people import MemoryContacts
from periksa.store.memory_tables import Tables
from periksa.store.text import clean, scrub


class MemoryJobs:
    """Work to do."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._rows = tables.jobs
        self._ready = tables.ready
        self._contacts = contacts
        self._ids = itertools.count(1)

    def add(self, jobs: Iterable[Job], at: datetime) -> int:
        """How many were not READY already."""
        return sum(self._add(scrub(job), at) for job in jobs)

    def claim(self, kinds: Sequence[JobKind], limit: int, now: datetime, lease: timedelta) -> list[Job]:
        """Oldest first, lane by lane in order."""
        held = {(job.kind, job.lane) for job in self._rows.values() if _is_leased(job, now)}
        mine: list[Job] = []
        for job in self._in_order():
            lane = job.kind, job.lane
            if job.kind not in kinds or job.state is JobState.DEAD or (job.lane and lane in held):
                continue
            if _is_due(job, now):
                mine.append(job)
            else:
                held.add(lane)
        return [self._lease(job, now + lease) for job in mine[:limit]]

    def finish(self, ids: Iterable[int]) -> None:
        """Struck off."""
        for id in ids:
            self._take(id)

    def release(self, ids: Iterable[int], not_before: datetime | None = None) -> None:
        """As if nobody had claimed them."""
        for job in [self._rows[id] for id in ids if id in self._rows]:
            if job.state is JobState.LEASED:
                self._make_ready(job.id, attempts=job.attempts - 1, not_before=not_before or job.not_before)

    def retry(self, id: int, not_before: datetime, error: str) -> None:
        """READY again, unless a twin is: that one will do its work."""
        self._make_ready(id, not_before=not_before, error=clean(error))

    def hasten(self, kind: JobKind, key: str) -> None:
        """Due now."""
        if id := self._ready.get((kind, clean(key))):
            self._rows[id] = replace(self._rows[id], not_before=None)

    def bury(self, id: int, error: str) -> None:
        """DEAD until the operator revives it."""
        if job := self._take(id):
            self._put(replace(job, state=JobState.DEAD, leased_until=None, error=clean(error)))

    def revive(self, ids: Iterable[int], now: datetime) -> int:
        """How many are READY again; one whose twin is READY is struck off."""
        dead = sorted({id for id in ids if id in self._rows and self._rows[id].state is JobState.DEAD})
        return sum(self._make_ready(id, not_before=now, attempts=0) for id in dead)

    def list(self, state: JobState, limit: int = 100) -> list[Job]:
        """In the order they were queued."""
        return [job for job in self._in_order() if job.state is state][:limit]

    def counts(self) -> dict[tuple[JobKind, JobState], int]:
        """How many of each kind in each state."""
        return dict(Counter((job.kind, job.state) for job in self._rows.values()))

    def oldest(self, now: datetime) -> dict[JobKind, datetime]:
        """Of those that are due and not in hand."""
        due = [job for job in self._rows.values() if job.state is JobState.READY and _is_due(job, now)]
        since = [(job.kind, job.not_before or job.created_at or now) for job in due]
        return {kind: min(at for each, at in since if each is kind) for kind, _ in since}

    def _add(self, job: Job, at: datetime) -> bool:
        if (job.kind, job.key) in self._ready:
            return False
        lane = self._contacts.current(job.lane)
        self._put(Job(job.kind, job.key, lane, job.not_before, id=next(self._ids), created_at=at))
        return True

    def _lease(self, job: Job, until: datetime) -> Job:
        return self._put(replace(job, state=JobState.LEASED, attempts=job.attempts + 1, leased_until=until))

    def _make_ready(self, id: int, **changes: Any) -> bool:
        job = self._take(id)
        if job is None or (job.kind, job.key) in self._ready:
            return False
        self._put(replace(job, state=JobState.READY, leased_until=None, **changes))
        return True

    def _put(self, job: Job) -> Job:
        self._take(job.id)
        self._rows[job.id] = job
        if job.state is JobState.READY:
            self._ready[job.kind, job.key] = job.id
        return job

    def _take(self, id: int) -> Job | None:
        job = self._rows.pop(id, None)
        if job is not None and job.state is JobState.READY:
            del self._ready[job.kind, job.key]
        return job

    def _in_order(self) -> Sequence[Job]:
        return sorted(self._rows.values(), key=lambda job: job.id)


def _is_due(job: Job, now: datetime) -> bool:
    if job.state is JobState.LEASED:
        return not _is_leased(job, now)
    return job.not_before is None or job.not_before <= now


def _is_leased(job: Job, now: datetime) -> bool:
    return job.leased_until is not None and job.leased_until > now
