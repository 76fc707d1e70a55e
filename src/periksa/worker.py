"""Take jobs, walk them down their corridor, retry or give up. Every job may run twice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from periksa.errors import PeriksaError
from periksa.model import Job, JobKind
from periksa.store import Store

log = logging.getLogger(__name__)

LOOK = 0.2
"""Seconds between two looks for jobs when nobody wakes us."""
LONGEST_BACK_OFF = timedelta(minutes=10)

Shift = Callable[[Sequence[Job]], None]


def back_off(attempts: int) -> timedelta:
    """How long to wait after this many attempts: 1, 2, 4 … seconds, at most ten minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), LONGEST_BACK_OFF)


@dataclass(frozen=True)
class Pace:
    """How a worker works. `lease`: how long a claimed job is ours before another worker may take it."""

    lease: timedelta
    tries: int
    batch: int


class Worker:
    """One thread that does the jobs of some kinds with one shift."""

    def __init__(self, kind: JobKind, shift: Shift, store: Store, clock: Callable[[], datetime], pace: Pace) -> None:
        self._kind = kind
        self._shift = shift
        self._store = store
        self._clock = clock
        self._pace = pace
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"periksa-{kind}", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def wake(self) -> None:
        """There may be a job: look now."""
        self._awake.set()

    def stop(self) -> None:
        """Finish the batch in hand, then end."""
        self._stopped.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join()

    def once(self) -> int:
        """Claim one batch and do it; how many jobs that was. Raises: StoreError."""
        jobs = self._store.write(
            lambda tx: tx.jobs.claim([self._kind], self._pace.batch, self._clock(), self._pace.lease)
        ).result()
        if jobs:
            self._do(jobs)
        return len(jobs)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._awake.clear()
            if not self._look():
                self._awake.wait(LOOK)

    def _look(self) -> int:
        try:
            return self.once()
        except PeriksaError as error:
            log.error("%s jobs wait: %s", self._kind, error)
            self._stopped.wait(LOOK * 5)
            return 0

    def _do(self, jobs: Sequence[Job]) -> None:
        """The whole batch at once; if that fails, each alone, so that one bad job harms no other."""
        try:
            self._shift(jobs)
        except Exception as error:  # noqa: BLE001  a job must never end the worker
            if len(jobs) == 1:
                self._put_off(jobs[0], error)
                return
            for job in jobs:
                self._do([job])

    def _put_off(self, job: Job, error: Exception) -> None:
        sentence = str(error) if isinstance(error, PeriksaError) else f"{type(error).__name__} in the {job.kind} shift"
        log.error("job %d (%s) failed at attempt %d: %s", job.id, job.kind, job.attempts, sentence)
        hopeless = isinstance(error, PeriksaError) and not error.retry
        if hopeless or job.attempts >= self._pace.tries:
            self._store.write(lambda tx: tx.jobs.bury(job.id, sentence)).result()
        else:
            again = self._clock() + back_off(job.attempts)
            self._store.write(lambda tx: tx.jobs.retry(job.id, again, sentence)).result()


class Workers:
    """All the workers of one process."""

    def __init__(
        self, shifts: Mapping[JobKind, Shift], store: Store, clock: Callable[[], datetime], pace: Pace
    ) -> None:
        self._workers = [Worker(kind, shift, store, clock, pace) for kind, shift in shifts.items()]

    def start(self) -> None:
        """Begin, each in its own thread."""
        for worker in self._workers:
            worker.start()

    def wake(self) -> None:
        """There may be jobs: look now."""
        for worker in self._workers:
            worker.wake()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        for worker in self._workers:
            worker.stop()

    def drain(self) -> int:
        """Do what is due now in this thread, until nothing is; how many jobs. For tests and one-off commands."""
        done = 0
        while batch := sum(worker.once() for worker in self._workers):
            done += batch
        return done
