"""Many deliveries in one transaction: what people write, and what platforms say of our replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import (
    Address,
    Delivery,
    Job,
    JobKind,
    JobState,
    MessageKind,
    Outgoing,
    Received,
    Reply,
    Status,
    StatusKind,
)
from periksa.store import Transaction
from periksa.store.memory import MemoryStore
from periksa.tipline.keeping import Arrival, Kept, Report, keep, keep_reports

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


def arrival(delivery: str, *ids: str, who: str = "62811000222", **given: Any) -> Arrival:
    said = Received("whatsapp", "", (Address("whatsapp", who),), MessageKind.TEXT, NOON, "apakah benar?")
    events = tuple((replace(said, platform_id=id, **given), f"m-{delivery}-{id}", f"c-{delivery}-{id}") for id in ids)
    return Arrival(Delivery(delivery, "whatsapp", NOON, delivery.encode()), events)


def kept(store: MemoryStore, *arrivals: Arrival) -> list[Kept]:
    return store.write(lambda tx: keep(tx, arrivals, frozenset({"whatsapp"}))).result()


def test_many_deliveries_are_kept_as_one_after_the_other_would_be(store: MemoryStore) -> None:
    first, second = arrival("d-1", "wamid.1", "wamid.2"), arrival("d-2", "wamid.2", "wamid.3", who="62811000333")
    texts = (MessageKind.TEXT, MessageKind.TEXT)
    answers = frozenset({JobKind.ANSWER})
    assert kept(store, first, second, first) == [Kept(texts, answers), Kept(texts[:1], answers), Kept()]
    assert kept(store, second) == [Kept()]
    keys = [job.key for job in store.read(lambda tx: tx.jobs.list(JobState.READY)) if job.kind is JobKind.ANSWER]
    assert keys == ["m-d-1-wamid.1", "m-d-1-wamid.2", "m-d-2-wamid.3"]
    senders = store.read(lambda tx: tx.messages.get_all(keys))
    assert [message.contact for message in senders.values()] == ["c-d-1-wamid.1", "c-d-1-wamid.1", "c-d-2-wamid.2"]


def test_what_was_held_goes_out_once_whoever_writes_how_often(store: MemoryStore) -> None:
    store.write(lambda tx: tx.contacts.resolve([Address("whatsapp", "62811000222")], "c-2", NOON)).result()
    store.write(lambda tx: tx.outbox.hold("r-2", NOON)).result()
    first, again = kept(store, arrival("d-1", "wamid.1"), arrival("d-2", "wamid.2"))
    assert first.jobs == {JobKind.SEND, JobKind.ANSWER}
    assert again.jobs == {JobKind.ANSWER}
    assert store.read(lambda tx: tx.outbox.held()) == {}


def test_what_was_held_for_somebody_who_writes_and_moves_in_one_go_goes_out(store: MemoryStore) -> None:
    """Whose number it was before is the older contact: what waited is theirs now, and the message names another id."""
    other = Address("whatsapp", "62811000999")
    store.write(lambda tx: tx.contacts.resolve([other], "c-1", NOON - timedelta(days=1))).result()
    store.write(lambda tx: tx.contacts.resolve([Address("whatsapp", "62811000222")], "c-2", NOON)).result()
    store.write(lambda tx: tx.outbox.hold("r-2", NOON)).result()
    moves = arrival("d-2", "wamid.2", kind=MessageKind.SYSTEM, moved_to=(other,))
    first, _ = kept(store, arrival("d-1", "wamid.1"), moves)
    assert first.jobs == {JobKind.SEND, JobKind.ANSWER}
    waiting = store.read(lambda tx: tx.jobs.list(JobState.READY))
    assert [(job.key, job.lane) for job in waiting if job.key == "r-2"] == [("r-2", "c-1")]


def test_a_message_and_its_revocation_in_one_go(store: MemoryStore) -> None:
    gone = arrival("d-2", "wamid.2", kind=MessageKind.REVOKE, text="", refers_to="wamid.1")
    kept(store, arrival("d-1", "wamid.1"), gone)
    message = store.read(lambda tx: tx.messages.get("m-d-1-wamid.1"))
    assert message is not None
    assert (message.text, message.forgotten_at) == ("", NOON)


def test_somebody_who_moves_is_told_from_whoever_has_the_number_next(store: MemoryStore) -> None:
    new = (Address("whatsapp", "62811000999"),)
    moves = arrival("d-2", "wamid.2", kind=MessageKind.SYSTEM, moved_to=new)
    at_the_new = arrival("d-4", "wamid.4", who="62811000999")
    kept(store, arrival("d-1", "wamid.1"), moves, arrival("d-3", "wamid.3"), at_the_new)
    ids = [f"m-d-{number}-wamid.{number}" for number in (1, 2, 3, 4)]
    messages = store.read(lambda tx: tx.messages.get_all(ids))
    before, moved, stranger, after = (messages[id].contact for id in ids)
    assert before == moved == after != stranger
