"""What Prometheus reads, parsed by its own parser."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from periksa.errors import StoreError, Throttled
from periksa.model import Job, JobKind, Spot, SpotKind, Trouble, Visit
from periksa.store.memory import MemoryStore
from periksa.watching import Said, Stop, Watch
from periksa.watching.exposition import Exposition


def read(exposition: Exposition) -> dict[tuple[str, ...], float]:
    """Each sample by its name and labels."""
    families = text_string_to_metric_families(exposition.render().decode())
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def test_counts_and_times_are_shown(clock: Any) -> None:
    watch = Watch()
    watch.received("whatsapp", "text")
    watch.said("whatsapp", Said.HANDED_OVER)
    watch.refused("telegram", StoreError("x"))
    watch.status("whatsapp", "read")
    watch.sent("whatsapp", Throttled("x"))
    with watch.at(Stop.FIND):
        pass
    watch.waits("r-1", clock() - timedelta(seconds=3))
    watch.arrived("whatsapp", "r-1", clock())
    shown = read(Exposition(watch, MemoryStore(), clock))
    assert shown["periksa_received_total", "text", "whatsapp"] == 1
    assert shown["periksa_messages_answered_total", "handed_over", "whatsapp"] == 1
    assert shown["periksa_refused_deliveries_total", "store_error", "telegram"] == 1
    assert shown["periksa_statuses_total", "read", "whatsapp"] == 1
    assert shown["periksa_sends_total", "throttled", "whatsapp"] == 1
    assert shown["periksa_stop_seconds_count", "find"] == 1
    assert shown["periksa_answer_seconds_bucket", "2.5", "whatsapp"] == 0
    assert shown["periksa_answer_seconds_bucket", "5", "whatsapp"] == 1
    assert shown["periksa_answer_seconds_sum", "whatsapp"] == 3


def test_the_store_is_asked_at_every_look(clock: Any) -> None:
    store = MemoryStore()
    exposition = Exposition(Watch(), store, clock)
    before = read(exposition)
    assert before["periksa_store_up",] == 1
    assert before["periksa_jobs", "ready", "send"] == 0, "an alert needs a line before the first job"

    def queue(tx: Any) -> None:
        tx.jobs.add([Job(JobKind.SEND, "r-1"), Job(JobKind.SEND, "r-2"), Job(JobKind.FETCH, "m-1")], clock())
        (first, _) = tx.jobs.claim([JobKind.SEND], 2, clock(), timedelta(seconds=30))
        tx.jobs.bury(first.id, "given up")
        tx.cases.join({"words:a"}, "?", "m-1", clock(), "case-1")

    store.write(queue).result()
    clock.pass_(seconds=40)
    after = read(exposition)
    assert after["periksa_jobs", "dead", "send"] == 1
    assert after["periksa_jobs", "leased", "send"] == 1
    assert after["periksa_job_oldest_due_seconds", "fetch"] == 40
    assert after["periksa_job_oldest_due_seconds", "answer"] == 0
    assert after["periksa_cases", "open"] == 1


def test_a_store_that_does_not_answer_is_said_and_the_counts_stay(clock: Any) -> None:
    class Away(MemoryStore):
        def read(self, work: Any) -> Any:
            raise StoreError("gone")

    watch = Watch()
    watch.received("web", "text")
    shown = read(Exposition(watch, Away(), clock))
    assert shown["periksa_store_up",] == 0
    assert shown["periksa_received_total", "text", "web"] == 1
    assert not any(name.startswith("periksa_jobs") for name, *_ in shown)


@pytest.mark.parametrize("held", [0, 2])
def test_held_replies_are_shown_by_channel(clock: Any, held: int) -> None:
    from periksa.model import Outgoing, Reply

    store = MemoryStore()

    def hold(tx: Any) -> None:
        for number in range(held):
            tx.outbox.add(Outgoing(f"r-{number}", "c-1", "whatsapp", Reply("…"), created_at=clock()))
            tx.outbox.hold(f"r-{number}", clock())

    store.write(hold).result()
    assert read(Exposition(Watch(), store, clock)).get(("periksa_replies_held", "whatsapp"), 0) == held


def test_publishers_that_are_visited_are_shown_and_others_not(clock: Any) -> None:
    store = MemoryStore()
    at = clock()

    def visited(tx: Any) -> None:
        for name in ("harian", "koran"):
            tx.visits.end(Visit(name, at, last_at=at, expected=20))
        spot = Spot("harian", "k", "https://harian.example/1", SpotKind.ARTICLE, at, at, articles=("a-1",))
        tx.visits.put([spot, replace(spot, key="empty", articles=())])
        tx.visits.note([Trouble("harian", "k", spot.url, "date", "is missing", at, at)])

    store.write(visited).result()
    clock.pass_(minutes=2)
    shown = read(Exposition(Watch(), store, clock, ["harian", "majalah"]))
    found = {name: value for (name, *labels), value in shown.items() if labels == ["harian"]}
    assert found == {
        "periksa_source_articles_week": 1,
        "periksa_source_expected_week": 20,
        "periksa_source_problems": 1,
        "periksa_source_visited_seconds": 120,
    }
    assert not [labels for _, *labels in shown if labels in (["koran"], ["majalah"])]
