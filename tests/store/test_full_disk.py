"""A disk without room: nothing is taken in, whoever asks is told, and nothing is harmed."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from periksa.app import build
from periksa.config import Config
from periksa.errors import StoreFull
from periksa.model import Delivery, Job, JobKind, JobState
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate
from periksa.worker import Pace, Worker

SEALING = Sealing([b"k" * 32])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DELIVERY = Delivery("d-0", "whatsapp", NOON, b"")


@contextmanager
def no_room(folder: Path) -> Iterator[None]:
    """No file grows beyond what the largest log of a database here has now: writing on fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(file.stat().st_size for file in folder.rglob("*-wal")), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    opened = SqlStore(address, SEALING)
    opened.write(lambda tx: tx.deliveries.add(DELIVERY)).result(20)
    yield opened
    opened.close()


def test_a_full_disk_takes_no_delivery_and_is_noticed(store: SqlStore, tmp_path: Path) -> None:
    store.check().result(20)
    with no_room(tmp_path):
        taken = store.write(lambda tx: tx.deliveries.add(replace(DELIVERY, id="d-1", raw=os.urandom(9000))))
        with pytest.raises(StoreFull, match=r"periksa\.db cannot write: .* Check the disk"):
            taken.result(20)
        with pytest.raises(StoreFull):
            store.check().result(20)
        assert store.read(lambda tx: tx.deliveries.get("d-0"))
    store.check().result(20)
    assert store.write(lambda tx: tx.deliveries.add(replace(DELIVERY, id="d-1"))).result(20)


def test_no_job_is_given_up_because_of_it(store: SqlStore, tmp_path: Path, clock: Callable) -> None:
    store.write(lambda tx: tx.jobs.add([Job(JobKind.ANSWER, "m-1"), Job(JobKind.ANSWER, "m-2")], clock())).result(20)

    def full(jobs: list[Job]) -> None:
        with no_room(tmp_path):
            store.write(lambda tx: tx.deliveries.add(replace(DELIVERY, id="d-1", raw=os.urandom(9000)))).result(20)

    Worker(JobKind.ANSWER, full, store, clock, Pace(timedelta(seconds=30), tries=1, batch=10)).once()
    assert [job.state for job in store.read(lambda tx: tx.jobs.list(JobState.READY))] == [JobState.READY] * 2


def test_readiness_says_so(tmp_path: Path) -> None:
    with build(Config(data_dir=tmp_path)) as house:
        assert house.unready() == ""
        with no_room(tmp_path):
            assert house.unready() == "the store cannot write; free some space on its disk"
        assert house.unready() == ""
