"""Take jobs, walk them down their corridor, retry or give up. Every job may run twice.

An error that says `retry` is about the house, not the job (a busy database, an index being rebuilt): the job waits for
as long as it takes. One that says otherwise buries its job; one that nobody foresaw does so after `Pace.tries`.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from periksa.errors import PeriksaError
from periksa.model import Job, JobKind
from periksa.store import Store, Transaction

log = logging.getLogger(__name__)

LOOK = 0.2
"""Seconds between two looks for jobs when nobody wakes us."""
LONGEST_BACK_OFF = timedelta(minutes=10)
LONGEST_OUTAGE = timedelta(seconds=15)
"""A job waits no longer for the house: once the index is back, so are the answers, however long it was away."""

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
    """Does the jobs of one kind with one shift, a batch at a time.

    With `hands`, the lanes of a batch are done side by side in so many threads, and more are claimed as soon as a hand
    is free: a lane that is slow holds up nobody else.
    """

    def __init__(
        self,
        kind: JobKind,
        shift: Shift,
        store: Store,
        clock: Callable[[], datetime],
        pace: Pace,
        hands: int = 0,
    ) -> None:
        self._kind = kind
        self._shift = shift
        self._store = store
        self._clock = clock
        self._pace = pace
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"periksa-{kind}", daemon=True)
        self._hands = hands
        self._pool = ThreadPoolExecutor(max(1, hands), thread_name_prefix=f"periksa-{kind}-hand")
        self._in_hand: set[Future[int]] = set()

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def wake(self) -> None:
        """There may be a job: look now."""
        self._awake.set()

    def ended(self) -> bool:
        """Whether its thread ran, and runs no more."""
        return self._thread.ident is not None and not self._thread.is_alive()

    def tell_to_stop(self) -> None:
        """Claim nothing more."""
        self._stopped.set()
        self._awake.set()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self.tell_to_stop()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown()

    def once(self) -> int:
        """Claim one batch and do it in this thread; how many jobs that was. Raises: StoreError."""
        return self._do(self._claim())

    def _claim(self) -> list[Job]:
        pace = self._pace
        return self._store.write(lambda tx: tx.jobs.claim([self._kind], pace.batch, self._clock(), pace.lease)).result()

    # ------------------------------------------------------------ the thread

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._awake.clear()
            if not self._safely(self._hand_out if self._hands else self.once):
                self._awake.wait(LOOK)

    def _hand_out(self) -> int:
        if len(self._in_hand) >= self._hands:
            return 0
        jobs = self._claim()
        for lane in _lanes(jobs):
            done = self._pool.submit(self._safely, partial(self._do, lane))
            self._in_hand.add(done)
            done.add_done_callback(self._free)
        return len(jobs)

    def _free(self, done: Future[int]) -> None:
        self._in_hand.discard(done)
        self._awake.set()

    def _safely(self, work: Callable[[], int]) -> int:
        """A worker outlives whatever happens: leases run out, and what was not finished is done again."""
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - a worker that dies here is silence for everybody
            log.error("%s jobs wait: %s", self._kind, self._sentence(error))
            self._stopped.wait(LOOK * 5)
            return 0

    # ------------------------------------------------------------ the jobs

    def _do(self, jobs: Sequence[Job]) -> int:
        """The whole batch at once; if that fails, each alone, so that one bad job harms no other."""
        begun = perf_counter()
        try:
            if jobs:
                self._shift(jobs)
                self._tell(jobs, begun)
        except Exception as error:  # noqa: BLE001 - a job must never end the worker
            if len(jobs) == 1 or (isinstance(error, PeriksaError) and error.retry):
                self._put_off(jobs, error)
            else:
                self._do_each(jobs)
        return len(jobs)

    def _do_each(self, jobs: Sequence[Job]) -> None:
        """Where one is put off, those behind it in its lane are too."""
        for lane in _lanes(jobs):
            for at, job in enumerate(lane):
                try:
                    self._shift([job])
                except Exception as error:  # noqa: BLE001 - a job must never end the worker
                    if not self._put_off([job], error):
                        self._release(lane[at + 1 :])
                        break

    def _put_off(self, jobs: Sequence[Job], error: Exception) -> bool:
        """Try again later, or give up; whether all were given up, so that their lanes may go on."""
        sentence, now = self._sentence(error), self._clock()
        ids = [job.id for job in jobs]
        log.error("%s jobs %s failed: %s", self._kind, ids, sentence, extra={"job_kind": self._kind, "jobs": ids})
        hopeless = {job.id for job in jobs if self._is_hopeless(job, error)}

        def put_off(tx: Transaction) -> None:
            for job in jobs:
                if job.id in hopeless:
                    tx.jobs.bury(job.id, sentence)
                else:
                    tx.jobs.retry(job.id, now + _wait(job, error), sentence)

        self._store.write(put_off).result()
        return len(hopeless) == len(jobs)

    def _tell(self, jobs: Sequence[Job], begun: float) -> None:
        """For whoever wants to see every shift."""
        if log.isEnabledFor(logging.DEBUG):
            ids, took = [job.id for job in jobs], round((perf_counter() - begun) * 1000, 1)
            told = {"job_kind": self._kind, "jobs": ids, "ms": took}
            log.debug("%s jobs %s done in %.1f ms", self._kind, ids, took, extra=told)

    def _release(self, jobs: Sequence[Job]) -> None:
        behind = [job.id for job in jobs]
        self._store.write(lambda tx: tx.jobs.release(behind)).result()

    def _is_hopeless(self, job: Job, error: Exception) -> bool:
        if isinstance(error, PeriksaError):
            return not error.retry
        return job.attempts >= self._pace.tries

    def _sentence(self, error: Exception) -> str:
        """What to tell the operator. A foreign error's own words might quote a message: only where it struck is."""
        if isinstance(error, PeriksaError):
            return str(error)
        *_, last = traceback.extract_tb(error.__traceback__)
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} in the {self._kind} shift"


def _wait(job: Job, error: Exception) -> timedelta:
    about_the_house = isinstance(error, PeriksaError) and error.retry
    return min(back_off(job.attempts), LONGEST_OUTAGE if about_the_house else LONGEST_BACK_OFF)


def _lanes(jobs: Iterable[Job]) -> list[list[Job]]:
    """The jobs of each lane in order; one without a lane is its own."""
    lanes: dict[str | int, list[Job]] = {}
    for job in jobs:
        lanes.setdefault(job.lane or job.id, []).append(job)
    return list(lanes.values())


class Workers:
    """All the workers of one process. `hands`: kinds whose lanes are done side by side, and by how many threads."""

    def __init__(
        self,
        shifts: Mapping[JobKind, Shift],
        store: Store,
        clock: Callable[[], datetime],
        pace: Pace,
        hands: Mapping[JobKind, int] | None = None,
    ) -> None:
        hands = hands or {}
        self._workers = {
            kind: Worker(kind, shift, store, clock, pace, hands.get(kind, 0)) for kind, shift in shifts.items()
        }

    def start(self) -> None:
        """Begin, each in its own thread."""
        for worker in self._workers.values():
            worker.start()

    def ended(self) -> list[JobKind]:
        """Kinds whose worker ran, and runs no more."""
        return [kind for kind, worker in self._workers.items() if worker.ended()]

    def wake(self, kind: JobKind) -> None:
        """There may be jobs of this kind: look now."""
        self._workers[kind].wake()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        for worker in self._workers.values():
            worker.tell_to_stop()
        for worker in self._workers.values():
            worker.stop()

    def drain(self) -> int:
        """Do what is due now in this thread, until nothing is; how many jobs. For tests and one-off commands."""
        done = 0
        while batch := sum(worker.once() for worker in self._workers.values()):
            done += batch
        return done
