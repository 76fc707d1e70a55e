"""What every store promises about replies on their way out, and about cases."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import STATUS_RANK, Case, CaseState, Outgoing, Reply, Status, StatusKind
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPLY = Outgoing("o-1", "siti", "whatsapp", Reply("Salah: tautan itu penipuan."), created_at=NOON)
DELIVERED = Status("whatsapp", "wamid.9", StatusKind.DELIVERED, NOON)


@pytest.fixture
def reply(store: Store, do: Any) -> Any:
    """The reply as it is now; one was added."""
    do(lambda shelf: shelf.outbox.add(REPLY))
    return lambda: store.read(lambda shelf: shelf.outbox.get("o-1"))


def settle(do: Any, **changes: Any) -> Any:
    return do(lambda shelf: shelf.outbox.settle(replace(DELIVERED, **changes)))


def test_a_reply_is_added_once(do: Any, reply: Any) -> None:
    assert not do(lambda shelf: shelf.outbox.add(replace(REPLY, reply=Reply("Benar."))))
    assert reply() == replace(REPLY, sequence=1)


def test_positions_rise_whatever_was_asked_for(store: Store, do: Any) -> None:
    for number in (1, 2, 3):
        do(lambda shelf, n=number: shelf.outbox.add(replace(REPLY, id=f"o-{n}", sequence=99 - n)))
    replies = store.read(lambda shelf: shelf.outbox.of("siti"))
    assert [reply.id for reply in replies] == ["o-1", "o-2", "o-3"]
    assert sorted({reply.sequence for reply in replies}) == [reply.sequence for reply in replies]


def test_a_begun_send_is_in_doubt_until_it_was_accepted(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.begin("o-1", NOON))
    assert (reply().attempts, reply().attempted_at) == (1, NOON)
    do(lambda shelf: shelf.outbox.sent("o-1", "wamid.9"))
    assert (reply().attempts, reply().attempted_at, reply().platform_id) == (1, None, "wamid.9")
    assert reply().status is None


def test_a_send_that_was_refused_was_never_begun(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.begin("o-1", NOON))
    do(lambda shelf: shelf.outbox.begin("o-1", NOON + timedelta(minutes=1)))
    do(lambda shelf: shelf.outbox.unbegin("o-1"))
    assert (reply().attempts, reply().attempted_at) == (1, None)
    do(lambda shelf: shelf.outbox.unbegin("o-1"))
    do(lambda shelf: shelf.outbox.unbegin("o-1"))
    assert reply().attempts == 0


def test_what_happens_to_an_unknown_reply_happens_to_nobody(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.begin("o-2", NOON))
    do(lambda shelf: shelf.outbox.unbegin("o-2"))
    do(lambda shelf: shelf.outbox.sent("o-2", "wamid.9"))
    assert not settle(do, reply_id="o-2")
    assert reply() == replace(REPLY, sequence=1)


def test_a_status_finds_its_reply_by_the_platforms_id(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.sent("o-1", "wamid.9"))
    assert not settle(do, channel="telegram")
    assert not settle(do, platform_id="wamid.8")
    assert settle(do)
    assert reply().status is StatusKind.DELIVERED


def test_a_status_that_overtakes_sent_finds_its_reply_by_our_id(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.begin("o-1", NOON))
    assert settle(do, reply_id="o-1")
    assert (reply().platform_id, reply().status, reply().attempted_at) == ("wamid.9", StatusKind.DELIVERED, None)
    do(lambda shelf: shelf.outbox.sent("o-1", "wamid.9"))
    assert reply().status is StatusKind.DELIVERED


def test_a_status_without_our_id_that_overtakes_sent_fits_nothing(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.begin("o-1", NOON))
    assert not settle(do)
    assert not settle(do, platform_id="")
    assert reply().attempted_at == NOON


def test_a_status_with_an_id_of_ours_that_is_unknown_still_finds_it_by_the_platforms(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.sent("o-1", "wamid.9"))
    assert settle(do, reply_id="o-7")
    assert not settle(do, reply_id="o-1", channel="telegram", platform_id="wamid.1")
    assert reply().platform_id == "wamid.9"


def test_a_status_without_the_platforms_id_leaves_it(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.sent("o-1", "wamid.9"))
    assert settle(do, reply_id="o-1", platform_id="")
    assert reply().platform_id == "wamid.9"


def test_a_status_only_moves_forward(store: Store, do: Any) -> None:
    for first, second in itertools.product(StatusKind, StatusKind):
        id = f"{first} then {second}"
        do(lambda shelf, id=id: shelf.outbox.add(replace(REPLY, id=id)))
        moved = [settle(do, reply_id=id, kind=kind) for kind in (first, second)]
        assert moved == [STATUS_RANK[first] > 0, STATUS_RANK[second] > STATUS_RANK[first]], id
        furthest = max(first, second, key=STATUS_RANK.__getitem__)
        reply = store.read(lambda shelf, id=id: shelf.outbox.get(id))
        assert reply is not None
        assert reply.status == (furthest if STATUS_RANK[furthest] else None), id


def test_a_repeated_status_ends_a_doubt_all_the_same(do: Any, reply: Any) -> None:
    settle(do, reply_id="o-1")
    do(lambda shelf: shelf.outbox.begin("o-1", NOON))
    assert not settle(do, reply_id="o-1")
    assert reply().attempted_at is None


def test_of_two_replies_with_one_platform_id_the_later_is_meant(store: Store, do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.add(replace(REPLY, id="o-2")))
    do(lambda shelf: [shelf.outbox.sent(id, "wamid.9") for id in ("o-2", "o-1")])
    assert settle(do)
    assert reply().status is None


def test_a_conversation_is_read_from_its_end_or_from_where_one_was(store: Store, do: Any) -> None:
    def work(shelf: Transaction) -> None:
        for number in range(1, 61):
            shelf.outbox.add(replace(REPLY, id=f"o-{number}", contact="siti" if number % 2 else "budi"))

    do(work)
    latest = store.read(lambda shelf: shelf.outbox.of("siti", limit=3))
    assert [reply.id for reply in latest] == ["o-55", "o-57", "o-59"]
    later = store.read(lambda shelf: shelf.outbox.of("siti", after=latest[0].sequence))
    assert later == latest[1:]
    first = store.read(lambda shelf: shelf.outbox.of("siti", after=1, limit=2))
    assert [reply.id for reply in first] == ["o-3", "o-5"]
    assert store.read(lambda shelf: shelf.outbox.of("siti", after=latest[-1].sequence)) == []


def join(do: Any, fingerprint: str, message: str, new_id: str) -> Case:
    case: Case = do(lambda shelf: shelf.cases.join(fingerprint, f"teks {message}", message, NOON, new_id))
    return case


def test_the_first_message_opens_a_case_and_others_join_it(store: Store, do: Any) -> None:
    opened = Case("case-1", "sidik", "teks m-1", NOON, CaseState.OPEN, asked=1)
    assert join(do, "sidik", "m-1", "case-1") == opened
    assert join(do, "sidik", "m-2", "case-2") == replace(opened, asked=2)
    assert store.read(lambda shelf: shelf.cases.get("case-1")) == replace(opened, asked=2)
    assert store.read(lambda shelf: shelf.cases.get("case-2")) is None


def test_joining_twice_is_joining_once(store: Store, do: Any) -> None:
    join(do, "sidik", "m-1", "case-1")
    assert join(do, "sidik", "m-1", "case-2").asked == 1
    assert join(do, "sidik lain", "m-1", "case-3").id == "case-1"
    assert [case.asked for case in store.read(lambda shelf: shelf.cases.open())] == [1]


def test_open_cases_come_most_asked_first_then_oldest(store: Store, do: Any) -> None:
    for number, fingerprint in enumerate(["a", "b", "c", "b", "d"]):
        at = NOON - timedelta(days=number)
        do(lambda s, f=fingerprint, n=number, t=at: s.cases.join(f, f, f"m-{n}", t, f"case-{f}"))
    cases = store.read(lambda shelf: shelf.cases.open())
    assert [(case.fingerprint, case.asked) for case in cases] == [("b", 2), ("d", 1), ("c", 1), ("a", 1)]
    assert store.read(lambda shelf: shelf.cases.open(limit=2)) == cases[:2]
