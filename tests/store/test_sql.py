"""What only a database can do: commit in groups, survive a crash, be shared by processes, be away."""

from __future__ import annotations

import itertools
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from periksa.errors import StoreError
from periksa.model import (
    Address,
    Case,
    CaseState,
    Delivery,
    Job,
    JobKind,
    Message,
    MessageKind,
    Outgoing,
    Reply,
    Settled,
    Status,
    StatusKind,
)
from periksa.store import Transaction
from periksa.store.database import Database
from periksa.store.schema import merges
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

SEALING = Sealing([b"k" * 32])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("m-1", "siti", "whatsapp", "wamid.1", MessageKind.TEXT, NOON, NOON, "apakah benar?")
WRITING_PROCESS = Path(__file__).with_name("writing_process.py")


def add_message(number: int) -> Any:
    return lambda shelf: shelf.messages.add(replace(MESSAGE, id=f"m-{number}", platform_id=f"wamid.{number}"))


def count_of(number: int = 1000) -> Any:
    return lambda shelf: len(shelf.messages.of("siti", limit=number))


@pytest.fixture
def commits() -> Iterator[list[str]]:
    """One entry per commit of any database."""
    seen: list[str] = []

    def committed(_connection: Any) -> None:
        seen.append("commit")

    event.listen(Engine, "commit", committed)
    yield seen
    event.remove(Engine, "commit", committed)


def hold_writer(store: SqlStore) -> threading.Event:
    """Until the event is set, what is written queues up."""
    started, release = threading.Event(), threading.Event()

    def wait(_shelf: Transaction) -> None:
        started.set()
        release.wait(timeout=20)

    store.write(wait)
    assert started.wait(timeout=20)
    return release


def test_what_queues_up_during_one_commit_shares_the_next(database: Any, commits: list[str]) -> None:
    store = database.open()
    release = hold_writer(store)
    futures = [store.write(add_message(number)) for number in range(100)]
    release.set()
    assert all(future.result(timeout=20) for future in futures)
    assert len(commits) == 2
    assert store.read(count_of()) == 100


def test_what_is_gathered_during_one_commit_is_done_together(database: Any, commits: list[str]) -> None:
    calls: list[list[int]] = []

    def add(shelf: Transaction, numbers: Sequence[int]) -> list[bool]:
        calls.append(list(numbers))
        return [add_message(number)(shelf) for number in numbers]

    store = database.open()
    release = hold_writer(store)
    futures = [store.gather(add, number) for number in range(20)]
    alone = store.write(add_message(20))
    release.set()
    assert all(future.result(timeout=20) for future in [*futures, alone])
    assert (calls, len(commits)) == ([list(range(20))], 2)


def test_a_failure_in_a_group_undoes_only_itself(database: Any, commits: list[str]) -> None:
    store = database.open()
    release = hold_writer(store)
    nowhere = replace(MESSAGE, id="m-x", platform_id="wamid.x", sent_at=NOON.replace(tzinfo=None))
    works = [add_message(1), lambda shelf: [add_message(2)(shelf), shelf.messages.add(nowhere)], add_message(3)]
    first, failing, last = [store.write(work) for work in works]
    release.set()
    with pytest.raises(StoreError, match="time zone"):
        failing.result(timeout=20)
    assert first.result(timeout=20)
    assert last.result(timeout=20)
    assert len(commits) == 2
    assert [message.id for message in store.read(lambda shelf: shelf.messages.of("siti"))] == ["m-1", "m-3"]


def test_work_that_was_cancelled_in_time_is_not_done(database: Any) -> None:
    store = database.open()
    release = hold_writer(store)
    cancelled, kept = store.write(add_message(1)), store.write(add_message(2))
    assert cancelled.cancel()
    release.set()
    assert kept.result(timeout=20)
    assert store.read(count_of()) == 1


def test_a_read_sees_one_moment_while_others_write(database: Any) -> None:
    store = database.open()
    store.write(add_message(1)).result(timeout=20)

    def twice(shelf: Transaction) -> tuple[int, int]:
        before = count_of()(shelf)
        store.write(add_message(2)).result(timeout=20)
        return before, count_of()(shelf)

    assert store.read(twice) == (1, 1)
    assert store.read(count_of()) == 2


def test_many_readers_run_beside_the_writer(database: Any) -> None:
    store = database.open()
    release = hold_writer(store)
    with ThreadPoolExecutor(20) as readers:
        counts = [readers.submit(store.read, count_of()) for _ in range(60)]
        assert [count.result(timeout=20) for count in counts] == [0] * 60
    release.set()


def test_two_processes_that_meet_a_new_person_at_once_agree(database: Any) -> None:
    stores = [database.open(), database.open()]
    people = [[Address("whatsapp", f"62811{n}"), Address("whatsapp", f"ID.{n}", "bsuid")] for n in range(40)]
    ids = (f"c-{number}" for number in itertools.count())

    def meet(store: SqlStore, person: list[Address]) -> str:
        new_id = next(ids)
        return store.write(lambda shelf: shelf.contacts.resolve(person, new_id, NOON)).result(timeout=20)

    with ThreadPoolExecutor(8) as pool:
        met = [[pool.submit(meet, store, person) for store in stores] for person in people]
    assert all(one.result() == other.result() for one, other in met)
    assert len({one.result() for one, _ in met}) == 40


def test_a_merge_is_written_down(database: Any) -> None:
    store = database.open()
    for days, name in enumerate(["budi", "siti"]):
        add = lambda shelf, n=name, d=days: shelf.contacts.resolve([Address("web", n)], n, NOON + timedelta(days=d))  # noqa: E731
        store.write(add).result(timeout=20)
    both = [Address("web", "siti"), Address("web", "budi")]
    store.write(lambda shelf: shelf.contacts.resolve(both, "unused", NOON)).result(timeout=20)
    bare = Database(database.address)
    with bare.readers.connect() as connection:
        log = connection.execute(select(merges.c.loser, merges.c.winner, merges.c.at)).all()
    bare.close()
    assert [tuple(entry) for entry in log] == [("siti", "budi", NOON)]


def test_nobody_is_lost_when_one_process_merges_while_another_adds(database: Any) -> None:
    stores = [database.open(), database.open()]
    phone, bsuid = Address("whatsapp", "62811"), Address("whatsapp", "ID.1", "bsuid")

    def add(store: SqlStore, number: int) -> None:
        def work(shelf: Transaction) -> None:
            contact = shelf.contacts.resolve([phone if number % 2 else bsuid], f"c-{number}", NOON)
            add = replace(MESSAGE, id=f"m-{number}", platform_id=f"wamid.{number}", contact=contact)
            shelf.messages.add(add)
            if number == 30:
                shelf.contacts.resolve([phone, bsuid], "unused", NOON)

        store.write(work).result(timeout=20)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, stores * 30, range(60)))
    contact = stores[0].read(lambda shelf: shelf.contacts.find(phone))
    assert stores[0].read(lambda shelf: len(shelf.messages.of(contact, limit=100))) == 60


def test_two_processes_that_open_the_same_case_open_it_once(database: Any) -> None:
    stores = [database.open(), database.open()]

    def join(store: SqlStore, number: int) -> Case:
        work = lambda shelf: shelf.cases.join(["sidik"], "teks", f"m-{number}", NOON, f"case-{number}")  # noqa: E731
        return store.write(work).result(timeout=20)

    with ThreadPoolExecutor(8) as pool:
        joined = list(pool.map(join, stores * 20, range(40)))
    assert len({case.id for case in joined}) == 1
    assert [case.asked for case in stores[0].read(lambda shelf: shelf.cases.list(CaseState.OPEN))] == [40]


def test_a_lane_that_another_process_is_just_claiming_is_left_to_it(database: Any) -> None:
    stores = [database.open(), database.open()]
    jobs = [Job(JobKind.ANSWER, key, lane) for key, lane in (("m-1", "siti"), ("m-2", "siti"), ("m-3", "budi"))]
    stores[0].write(lambda shelf: shelf.jobs.add(jobs, NOON)).result(timeout=20)
    started, release = threading.Event(), threading.Event()

    def claim(shelf: Transaction) -> list[str]:
        return [job.key for job in shelf.jobs.claim([JobKind.ANSWER], 1, NOON, timedelta(minutes=1))]

    def claim_slowly(shelf: Transaction) -> list[str]:
        claimed = claim(shelf)
        started.set()
        release.wait(timeout=20)
        return claimed

    slow = stores[0].write(claim_slowly)
    assert started.wait(timeout=20)
    quick = stores[1].write(lambda shelf: shelf.jobs.claim([JobKind.ANSWER], 10, NOON, timedelta(minutes=1)))
    wait([quick], timeout=0.5)
    release.set()
    assert slow.result(timeout=20) == ["m-1"]
    assert [job.key for job in quick.result(timeout=20)] == ["m-3"]


def test_what_two_processes_hear_of_one_reply_never_moves_it_back(database: Any) -> None:
    stores = [database.open(), database.open()]
    stores[0].write(lambda shelf: shelf.outbox.add(Outgoing("o-1", "siti", "whatsapp", Reply("Salah.")))).result(20)
    read = Status("whatsapp", "wamid.9", StatusKind.READ, NOON, reply_id="o-1")
    started, release = threading.Event(), threading.Event()

    def settle_slowly(shelf: Transaction) -> Settled | None:
        settled = shelf.outbox.settle(read)
        started.set()
        release.wait(timeout=20)
        return settled

    slow = stores[0].write(settle_slowly)
    assert started.wait(timeout=20)
    quick = stores[1].write(lambda shelf: shelf.outbox.settle(replace(read, kind=StatusKind.DELIVERED)))
    wait([quick], timeout=0.5)
    release.set()
    moved = Settled("o-1", "siti", True)
    assert (slow.result(timeout=20), quick.result(timeout=20)) == (moved, replace(moved, moved=False))
    assert stores[0].read(lambda shelf: shelf.outbox.get("o-1").status) is StatusKind.READ


@pytest.mark.network
def test_works_that_lock_each_other_out_are_done_one_after_the_other(postgres: Any) -> None:
    address = postgres.empty_shared()
    stores = [SqlStore(address, SEALING), SqlStore(address, SEALING)]
    replies = [Outgoing(id, "siti", "whatsapp", Reply("Salah.")) for id in ("o-1", "o-2")]
    stores[0].write(lambda shelf: [shelf.outbox.add(reply) for reply in replies]).result(timeout=20)
    both_have_one = threading.Barrier(2)

    def crosswise(ids: Sequence[str]) -> Any:
        def work(shelf: Transaction) -> None:
            shelf.outbox.begin(ids[0], NOON)
            with suppress(threading.BrokenBarrierError):
                both_have_one.wait(timeout=1)
            shelf.outbox.begin(ids[1], NOON)

        return work

    crossed = [stores[0].write(crosswise(["o-1", "o-2"])), stores[1].write(crosswise(["o-2", "o-1"]))]
    assert [future.result(timeout=20) for future in crossed] == [None, None]
    sent = stores[0].read(lambda shelf: shelf.outbox.of("siti"))
    assert [reply.attempts for reply in sent] == [2, 2]
    for store in stores:
        store.close()


def test_a_file_is_written_so_that_it_outlasts_a_power_cut(tmp_path: Path) -> None:
    bare = Database(f"sqlite:///{tmp_path}/periksa.db")
    with bare.writer.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
    bare.close()
    assert asked == {"journal_mode": "wal", "synchronous": 2}


def test_who_writes_to_a_file_has_it_alone_from_the_first_moment(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)
    release = hold_writer(store)
    other = sqlite3.connect(tmp_path / "periksa.db", isolation_level=None, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()
    release.set()
    store.close()


def start_writing(address: str, name: str, *how_many: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITING_PROCESS), address, name, *how_many]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_several_processes_write_to_one_database(database: Any) -> None:
    processes = [start_writing(database.address, name, "40") for name in ("satu", "dua", "tiga")]
    told = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert [len(ids) for ids in told] == [40, 40, 40]
    store = database.open()
    assert all(store.read(lambda shelf, id=id: shelf.messages.get(f"{id} c")) for id in itertools.chain(*told))


def test_after_a_kill_all_that_was_told_is_there_and_nothing_is_half_there(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    with start_writing(address, "korban") as process:
        assert process.stdout is not None
        told = [line.strip() for line in itertools.islice(process.stdout, 150)]
        process.kill()
        told += [line.strip() for line in process.stdout if line.endswith("\n")]
    connection = sqlite3.connect(tmp_path / "periksa.db")
    rows = {
        table: {key.partition(" ")[0] for (key,) in connection.execute(f"SELECT {column} FROM {table}")}
        for table, column in (("deliveries", "id"), ("messages", "id"), ("jobs", '"key"'))
    }
    whole = connection.execute("SELECT count(*) FROM deliveries").fetchone()[0]
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM messages").fetchone() == (3 * whole,)
    assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (3 * whole,)
    connection.close()
    assert set(told) <= rows["deliveries"] == rows["messages"] == rows["jobs"]
    assert len(told) >= 150


def one_message(shelf: Transaction) -> None:
    """What happens to a message from the webhook to the answer, and what a screen reads of it."""
    contact = shelf.contacts.resolve([Address("whatsapp", "62811")], "siti", NOON)
    shelf.deliveries.add(Delivery("d-1", "whatsapp", NOON, b"{}"))
    shelf.messages.add(replace(MESSAGE, contact=contact))
    shelf.jobs.add([Job(JobKind.ANSWER, "m-1", contact)], NOON)
    [job] = shelf.jobs.claim(list(JobKind), 10, NOON, timedelta(minutes=1))
    shelf.cases.join(["sidik", "lain"], "teks", "m-1", NOON, "case-1")
    shelf.outbox.add(Outgoing("o-1", contact, "whatsapp", Reply("Belum diperiksa.")))
    shelf.outbox.begin("o-1", NOON)
    shelf.outbox.sent("o-1", "wamid.9")
    shelf.outbox.settle(Status("whatsapp", "wamid.9", StatusKind.SENT, NOON, reply_id="o-8"))
    shelf.deliveries.concern("d-1", [contact])
    shelf.contacts.touch(contact, "whatsapp", NOON)
    shelf.contacts.get(contact)
    shelf.contacts.wrote_at(contact, "whatsapp")
    shelf.messages.add_all([replace(MESSAGE, contact=contact)])
    shelf.messages.find("whatsapp", "wamid.1")
    shelf.outbox.find("whatsapp", "wamid.9")
    shelf.outbox.resume([contact], "whatsapp")
    shelf.jobs.retry(job.id, NOON, "jaringan putus")
    shelf.jobs.finish([job.id])
    shelf.messages.of(contact)
    shelf.outbox.of(contact)
    shelf.outbox.of(contact, after=1)


def test_nothing_that_happens_to_every_message_searches_or_sorts_a_table(database: Any) -> None:
    statements: dict[str, Any] = {}

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if re.match("(SELECT [^s]|INSERT|UPDATE|DELETE)", statement):
            statements[statement] = parameters[0] if many else parameters

    store = database.open()
    store.write(lambda shelf: [add_message(number)(shelf) for number in range(100, 400)]).result(timeout=20)
    event.listen(Engine, "before_cursor_execute", remember)
    store.write(one_message).result(timeout=20)
    event.remove(Engine, "before_cursor_execute", remember)
    bare = Database(database.address)
    with bare.writer.begin() as connection:
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        plans = {
            statement: " / ".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
            for statement, parameters in statements.items()
        }
    bare.close()
    assert len(plans) > 15
    listed = re.compile(r"SCAN json_each|LIST SUBQUERY")  # the values that were handed in
    plans = {statement: listed.sub("", plan) for statement, plan in plans.items()}
    assert {statement: plan for statement, plan in plans.items() if re.search(r"SCAN|TEMP|Seq Scan|Sort", plan)} == {}
