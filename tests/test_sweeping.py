"""Webhooks go when their time is over: by a job that queues itself anew, on a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from periksa import sweeping
from periksa.errors import StoreBusy
from periksa.model import Delivery, JobKind, JobState
from periksa.store import Store, Transaction
from periksa.store.memory import MemoryStore
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate
from periksa.sweeping import EVERY, KEPT, Sweeping
from periksa.worker import Pace, Worker

SEALING = Sealing([b"k" * 32])


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)
    yield store
    store.close()


class Broom:
    def __init__(self, store: Store, clock: Any) -> None:
        self.store, self.clock = store, clock
        self.sweeping = Sweeping(store, clock)
        self.worker = Worker(JobKind.SWEEP, self.sweeping.sweep, store, clock, Pace(timedelta(seconds=30), 3, 50))

    def bring(self, *ids: str) -> None:
        def bring(tx: Transaction) -> None:
            for id in ids:
                tx.deliveries.add(Delivery(id, "whatsapp", self.clock(), b"{}"))
                tx.deliveries.concern(id, ["c-1"])

        self.store.write(bring).result()

    def left(self, *ids: str) -> list[str]:
        return [id for id in ids if self.store.read(lambda tx, id=id: tx.deliveries.get(id))]

    def jobs(self) -> list[tuple[Any, JobState]]:
        ready = self.store.read(lambda tx: tx.jobs.list(JobState.READY))
        return [(job.not_before, job.state) for job in ready]


@pytest.fixture
def broom(store: Store, clock: Callable) -> Broom:
    return Broom(store, clock)


def test_a_webhook_goes_after_eight_days_and_not_before(broom: Broom) -> None:
    broom.sweeping.schedule()
    broom.bring("lama")
    broom.clock.pass_(hours=1)
    broom.bring("baru")
    for _ in range(8 * 24 - 1):
        broom.worker.once()
        broom.clock.pass_(hours=1)
    broom.worker.once()
    assert broom.left("lama", "baru") == ["lama", "baru"], "to the hour"
    broom.clock.pass_(hours=1)
    broom.worker.once()
    assert broom.left("lama", "baru") == ["baru"]


def test_there_is_one_job_however_often_it_is_scheduled(broom: Broom) -> None:
    for _ in range(3):
        broom.sweeping.schedule()
    assert broom.worker.once() == 1
    broom.sweeping.schedule()
    assert broom.jobs() == [(broom.clock() + EVERY, JobState.READY)]
    assert broom.worker.once() == 0


def test_after_a_long_pause_all_goes_in_portions(broom: Broom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    ids = [f"d-{number}" for number in range(10)]
    broom.bring(*ids)
    broom.clock.pass_(days=30)
    broom.sweeping.schedule()
    broom.worker.once()
    assert broom.left(*ids) == []


def test_a_sweep_that_fails_is_tried_again(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    broom = Broom(store, clock)
    broom.bring("lama")
    clock.pass_(days=KEPT.days + 1)
    broom.sweeping.schedule()
    real, turns = store.write, iter(range(99))

    def write(work: Any) -> Any:
        if next(turns) == 2:
            raise StoreBusy("locked")
        return real(work)

    monkeypatch.setattr(store, "write", write)
    broom.worker.once()
    assert broom.left("lama") == ["lama"]
    clock.pass_(hours=2)
    broom.worker.once()
    assert broom.left("lama") == []
    assert len(broom.jobs()) == 1
