"""Workers on a real store: what is done, put off, given up, and how they stop."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from periksa import worker
from periksa.errors import IndexUnavailable, InputError, PeriksaError, StoreBusy
from periksa.model import Job, JobKind, JobState
from periksa.store import Store, Transaction
from periksa.store.memory import MemoryStore
from periksa.worker import Pace, Worker, Workers, back_off

LEASE = timedelta(seconds=30)
TRIES = 3
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


class Office:
    """A store, and a worker whose shift strikes off what it is not told to stumble over."""

    def __init__(self, clock: Any, hands: int = 0) -> None:
        self.clock = clock
        self.store: Store = MemoryStore()
        self.trouble: dict[str, Exception] = {}
        self.batches: list[list[str]] = []
        pace = Pace(LEASE, TRIES, batch=10)
        self.worker = Worker(JobKind.ANSWER, self.shift, self.store, clock, pace, hands)

    def shift(self, jobs: Sequence[Job]) -> None:
        self.batches.append([job.key for job in jobs])
        for job in jobs:
            if error := self.trouble.get(job.key):
                raise error
        self.do(lambda tx: tx.jobs.finish(job.id for job in jobs))

    def do(self, work: Callable[[Transaction], Any]) -> Any:
        return self.store.write(work).result(20)

    def ask(self, *keys: str, lane: str = "") -> None:
        self.do(lambda tx: tx.jobs.add([Job(JobKind.ANSWER, key, lane) for key in keys], self.clock()))

    def jobs(self, state: JobState = JobState.READY) -> dict[str, Job]:
        return {job.key: job for job in self.store.read(lambda tx: tx.jobs.list(state))}

    def done(self) -> bool:
        return not self.store.read(lambda tx: tx.jobs.counts())


@pytest.fixture
def office(clock: Any) -> Office:
    return Office(clock)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass within 10 seconds"
        time.sleep(0.002)


# ---------------------------------------------------------------- one batch


def test_a_batch_is_done_at_once(office: Office) -> None:
    office.ask(*"abc")
    assert office.worker.once() == 3
    assert office.batches == [["a", "b", "c"]]
    assert office.done()
    assert office.worker.once() == 0
    assert office.batches == [["a", "b", "c"]], "no shift for nothing"


def test_waits_double_up_to_ten_minutes() -> None:
    waits = [back_off(attempts).total_seconds() for attempts in (1, 2, 3, 4, 9, 10, 11, 1000)]
    assert waits == [1, 2, 4, 8, 256, 512, 600, 600]


def test_only_the_poisoned_job_is_put_off_and_buried(office: Office) -> None:
    office.trouble["b"] = ValueError("halo, saya Rina, 6281355501001")
    office.ask(*"abc")
    office.worker.once()
    assert office.batches == [["a", "b", "c"], ["a"], ["b"], ["c"]]
    for attempts in range(1, TRIES):
        [poisoned] = office.jobs().values()
        assert (poisoned.key, poisoned.attempts) == ("b", attempts)
        assert poisoned.not_before == office.clock() + back_off(attempts)
        assert office.worker.once() == 0, "not before its time"
        office.clock.now = poisoned.not_before
        assert office.worker.once() == 1
    dead = office.jobs(JobState.DEAD)["b"]
    assert dead.attempts == TRIES
    assert dead.error.startswith("ValueError at test_worker.py:")
    office.clock.pass_(days=9)
    assert office.worker.once() == 0


def test_what_waits_for_the_house_is_tried_soon_however_long_it_was_away(office: Office) -> None:
    office.trouble["a"] = IndexUnavailable("The index is being rebuilt.")
    office.ask("a")
    for _ in range(12):
        assert office.worker.once() == 1
        [waiting] = office.jobs().values()
        assert waiting.not_before is not None
        assert waiting.not_before - office.clock() <= timedelta(seconds=15)
        office.clock.now = waiting.not_before
    del office.trouble["a"]
    assert office.worker.once() == 1
    assert office.done()


def test_nobodys_words_reach_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.trouble["a"] = ValueError("halo, saya Rina, 6281355501001")
    office.ask("a")
    with caplog.at_level(logging.DEBUG):
        office.worker.once()
    assert "ValueError" in caplog.text
    assert "Rina" not in caplog.text


def test_those_behind_a_poisoned_job_wait_for_it_in_their_lane_only(office: Office) -> None:
    office.trouble["b"] = ValueError()
    office.ask(*"abc", lane="rina")
    office.ask("d", lane="budi")
    office.worker.once()
    assert office.batches[1:] == [["a"], ["b"], ["d"]]
    assert list(office.jobs()) == ["b", "c"]
    assert office.worker.once() == 0
    for _ in range(TRIES):
        office.clock.pass_(seconds=60)
        office.worker.once()
    assert list(office.jobs(JobState.DEAD)) == ["b"]
    assert office.jobs() == {}, "it no longer holds up its lane"


@pytest.mark.parametrize("trouble", [IndexUnavailable("periksa reindex"), StoreBusy("sibuk")])
def test_where_waiting_helps_the_whole_batch_waits_for_as_long_as_it_takes(
    office: Office, trouble: PeriksaError
) -> None:
    """IndexUnavailable: "questions wait until `periksa reindex` has rebuilt it from the store"."""
    office.trouble["a"] = trouble
    office.ask(*"abc")
    for attempt in range(1, 30):
        assert office.worker.once() == 3
        assert len(office.batches) == attempt, "trying each alone would not help"
        assert {job.error for job in office.jobs().values()} == {str(trouble)}
        office.clock.pass_(minutes=10)
    office.trouble.clear()
    office.worker.once()
    assert office.done()


def test_what_cannot_be_helped_is_buried_at_once(office: Office) -> None:
    office.trouble["b"] = InputError("pesan 7: tidak terbaca")
    office.ask(*"ab")
    office.worker.once()
    assert {job.key: job.error for job in office.jobs(JobState.DEAD).values()} == {"b": "pesan 7: tidak terbaca"}
    assert office.jobs() == {}


def test_the_jobs_of_a_worker_that_died_are_done_when_its_lease_is_over(office: Office) -> None:
    office.ask(*"ab")
    theirs = office.do(lambda tx: tx.jobs.claim([JobKind.ANSWER], 10, office.clock(), LEASE))
    office.clock.pass_(seconds=29)
    assert office.worker.once() == 0
    office.clock.pass_(seconds=1)
    assert office.worker.once() == 2
    assert office.done()
    office.do(lambda tx: tx.jobs.finish(job.id for job in theirs))
    assert office.done(), "a worker that was only slow does no harm"


def test_drain_does_what_the_jobs_lead_to(clock: Any) -> None:
    store = MemoryStore()
    sent: list[str] = []

    def answer(jobs: Sequence[Job]) -> None:
        def hand_on(tx: Transaction) -> None:
            tx.jobs.add([Job(JobKind.SEND, f"r-{job.key}") for job in jobs], clock())
            tx.jobs.finish(job.id for job in jobs)

        store.write(hand_on).result()

    def send(jobs: Sequence[Job]) -> None:
        sent.extend(job.key for job in jobs)
        store.write(lambda tx: tx.jobs.finish(job.id for job in jobs)).result()

    shifts = {JobKind.SEND: send, JobKind.ANSWER: answer}
    workers = Workers(shifts, store, clock, Pace(LEASE, TRIES, 2), hands={JobKind.SEND: 4})
    store.write(lambda tx: tx.jobs.add([Job(JobKind.ANSWER, key) for key in "abc"], clock())).result()
    assert workers.drain() == 6
    assert sent == ["r-a", "r-b", "r-c"]


# ---------------------------------------------------------------- threads


@pytest.fixture
def running(clock: Any) -> Iterator[Callable[[int], Office]]:
    """Starts an office with so many hands."""
    offices: list[Office] = []

    def start(hands: int) -> Office:
        offices.append(Office(clock, hands))
        offices[-1].worker.start()
        return offices[-1]

    yield start
    for office in offices:
        office.worker.stop()


@pytest.mark.parametrize("hands", [0, 4])
def test_a_worker_does_what_comes(running: Callable[[int], Office], hands: int) -> None:
    office = running(hands)
    for round in range(5):
        office.ask(*(f"{round}{key}" for key in "abc"))
        wait_until(office.done)


def test_a_worker_that_is_woken_looks_at_once(
    running: Callable[[int], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK", 600)
    office = running(0)
    for key in "abcdef":
        office.ask(key)
        office.worker.wake()
        wait_until(office.done)


@pytest.mark.parametrize("hands", [0, 2])
def test_a_worker_that_is_told_to_stop_finishes_its_batch_and_claims_no_other(
    running: Callable[[int], Office], monkeypatch: pytest.MonkeyPatch, hands: int
) -> None:
    office = running(hands)
    begun, go_on, shift = threading.Event(), threading.Event(), office.shift

    def slow(jobs: Sequence[Job]) -> None:
        begun.set()
        go_on.wait(10)
        shift(jobs)

    monkeypatch.setattr(office.worker, "_shift", slow)
    office.ask(*"abcd")
    assert begun.wait(10)
    office.ask("e")
    stopping = threading.Thread(target=office.worker.stop)
    stopping.start()
    stopping.join(0.05)
    assert stopping.is_alive(), "it must not leave its work lying"
    go_on.set()
    stopping.join(10)
    assert not stopping.is_alive()
    left = office.jobs()
    assert list(left) == ["e"]
    assert left["e"].attempts == 0


def test_a_slow_lane_holds_up_nobody_else(running: Callable[[int], Office], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three hands wait for a platform that does not answer; the third does everybody else's jobs."""
    office = running(3)
    go_on, shift = threading.Event(), office.shift

    def slow(jobs: Sequence[Job]) -> None:
        if jobs[0].lane.startswith("slow"):
            go_on.wait(10)
        shift(jobs)

    monkeypatch.setattr(office.worker, "_shift", slow)
    office.ask("1", lane="slow-1")
    office.ask("2", lane="slow-2")
    for number in range(50):
        office.ask(f"quick-{number}", lane=f"quick-{number}")
    wait_until(lambda: len(office.jobs(JobState.LEASED)) == 2 and not office.jobs())
    assert list(office.jobs(JobState.LEASED)) == ["1", "2"]
    go_on.set()
    wait_until(office.done)


def test_lanes_are_done_side_by_side_and_each_in_order(clock: Any) -> None:
    office = Office(clock, hands=4)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    busy: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
    most, now = 0, 0

    def shift(jobs: Sequence[Job]) -> None:
        nonlocal most, now
        lane = jobs[0].lane
        assert busy[lane].acquire(blocking=False), "two hands in one lane"
        now += 1
        most = max(most, now)
        time.sleep(random.Random(jobs[0].id).random() / 200)
        seen[lane].extend(int(job.key) for job in jobs)
        office.do(lambda tx: tx.jobs.finish(job.id for job in jobs))
        now -= 1
        busy[lane].release()

    one = Worker(JobKind.ANSWER, shift, office.store, clock, Pace(LEASE, TRIES, 7), hands=4)
    one.start()
    for number in range(120):
        office.ask(str(number), lane=f"lane-{number % 6}")
    wait_until(office.done)
    one.stop()
    assert {lane: numbers == sorted(numbers) for lane, numbers in seen.items()} == {f"lane-{n}": True for n in range(6)}
    assert sum(map(len, seen.values())) == 120
    assert 1 < most <= 4


@pytest.mark.parametrize("trouble", [StoreBusy("sibuk"), RuntimeError("tak terduga")])
@pytest.mark.parametrize("hands", [0, 2])
def test_a_worker_outlives_a_store_that_fails(
    running: Callable[[int], Office], monkeypatch: pytest.MonkeyPatch, trouble: Exception, hands: int
) -> None:
    monkeypatch.setattr(worker, "LOOK", 0.01)
    office = running(hands)
    down = threading.Event()
    asked = threading.Event()
    claim = office.store.write

    def write(work: Callable[[Transaction], Any]) -> Any:
        if down.is_set():
            asked.set()
            raise trouble
        return claim(work)

    monkeypatch.setattr(office.store, "write", write)
    down.set()
    office.worker.wake()
    assert asked.wait(10)
    down.clear()
    office.ask("a")
    wait_until(office.done)
