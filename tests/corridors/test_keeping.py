"""What platforms say of our replies, many deliveries in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from periksa.model import Address, Delivery, Job, JobKind, JobState, Outgoing, Reply, Status, StatusKind
from periksa.store import Transaction
from periksa.store.memory import MemoryStore
from periksa.tipline.keeping import Report, keep_reports

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()

    def fill(tx: Transaction) -> None:
        for number in (1, 2):
            reply = Outgoing(f"r-{number}", f"c-{number}", "whatsapp", Reply("Salah."), created_at=NOON)
            tx.outbox.add(reply)
        tx.outbox.begin("r-1", NOON)
        tx.jobs.add([Job(JobKind.SEND, "r-1", "c-1", NOON + timedelta(minutes=2))], NOON)

    store.write(fill).result()
    return store


def report(delivery: str, reply: str, kind: StatusKind, code: int | None = None) -> Report:
    status = Status("whatsapp", f"wamid.{reply}", kind, NOON, reply_id=reply, code=code)
    return Report(Delivery(delivery, "whatsapp", NOON, delivery.encode()), (status,))


def test_each_delivery_is_kept_and_its_status_moves_its_reply(store: MemoryStore) -> None:
    reports = [
        report("d-1", "r-1", StatusKind.SENT),
        report("d-2", "r-2", StatusKind.DELIVERED),
        report("d-3", "r-2", StatusKind.READ),
        report("d-4", "r-9", StatusKind.READ),
    ]
    kept = store.write(lambda tx: keep_reports(tx, reports)).result()
    assert [one.jobs for one in kept] == [frozenset()] * 4
    replies = store.read(lambda tx: tx.outbox.get_all(["r-1", "r-2"]))
    assert {id: (each.status, each.attempted_at) for id, each in replies.items()} == {
        "r-1": (StatusKind.SENT, None),
        "r-2": (StatusKind.READ, None),
    }
    assert store.read(lambda tx: all(tx.deliveries.get(f"d-{number}") for number in (1, 2, 3, 4)))


def test_what_was_in_doubt_is_looked_at_now(store: MemoryStore) -> None:
    store.write(lambda tx: keep_reports(tx, [report("d-1", "r-1", StatusKind.SENT)])).result()
    [job] = store.read(lambda tx: tx.jobs.list(JobState.READY))
    assert (job.key, job.not_before) == ("r-1", None)


def test_what_was_not_delivered_is_looked_at_once_however_often_it_is_reported(store: MemoryStore) -> None:
    failed = report("d-1", "r-2", StatusKind.FAILED, 131026)
    again = replace(failed, delivery=replace(failed.delivery, id="d-2"))
    kept = store.write(lambda tx: keep_reports(tx, [failed, again, failed])).result()
    assert {one.jobs for one in kept} == {frozenset({JobKind.SEND})}
    keys = [job.key for job in store.read(lambda tx: tx.jobs.list(JobState.READY))]
    assert sorted(keys) == ["r-1", "r-2"]
    assert not store.write(lambda tx: keep_reports(tx, [failed])).result()[0].jobs


def test_a_forgotten_person_takes_their_reports_along(store: MemoryStore) -> None:
    store.write(lambda tx: tx.contacts.resolve([Address("whatsapp", "62811000111")], "c-1", NOON)).result()
    store.write(lambda tx: keep_reports(tx, [report("d-1", "r-1", StatusKind.SENT)])).result()
    store.write(lambda tx: tx.contacts.forget("c-1", NOON)).result()
    kept = store.read(lambda tx: tx.deliveries.get("d-1"))
    assert kept is not None
    assert kept.raw == b""
