"""What every store promises about replies on their way out."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import STATUS_RANK, Outgoing, Purpose, Reply, Settled, Status, StatusKind, Template
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
        assert moved == [
            Settled(id, "siti", STATUS_RANK[first] > 0),
            Settled(id, "siti", STATUS_RANK[second] > STATUS_RANK[first]),
        ]
        furthest = max(first, second, key=STATUS_RANK.__getitem__)
        reply = store.read(lambda shelf, id=id: shelf.outbox.get(id))
        assert reply is not None
        assert reply.status == (furthest if STATUS_RANK[furthest] else None), id


def test_a_repeated_status_ends_a_doubt_all_the_same(do: Any, reply: Any) -> None:
    settle(do, reply_id="o-1")
    do(lambda shelf: shelf.outbox.begin("o-1", NOON))
    assert settle(do, reply_id="o-1") == Settled("o-1", "siti", moved=False, doubted=True)
    assert settle(do, reply_id="o-1") == Settled("o-1", "siti", moved=False)
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


def test_a_failed_status_leaves_the_platforms_code(do: Any, reply: Any) -> None:
    do(lambda shelf: shelf.outbox.sent("o-1", "wamid.9"))
    settle(do)
    settle(do, kind=StatusKind.FAILED, code=131026)
    assert (reply().status, reply().code) == (StatusKind.FAILED, 131026)


def test_a_reply_is_found_by_what_the_platform_calls_it(store: Store, do: Any, reply: Any) -> None:
    assert store.read(lambda shelf: shelf.outbox.find("whatsapp", "")) is None
    do(lambda shelf: shelf.outbox.sent("o-1", "wamid.9"))
    assert store.read(lambda shelf: shelf.outbox.find("whatsapp", "wamid.9")) == reply()
    assert store.read(lambda shelf: shelf.outbox.find("telegram", "wamid.9")) is None


def test_what_travels_with_a_reply_comes_back(store: Store, do: Any) -> None:
    template = Template("jawaban_baru", "id", ("bantuan tunai", "5 Maret"))
    full = replace(
        REPLY,
        reply=replace(REPLY.reply, template=template),
        refers_to="wamid.3",
        platform_id="wamid.4",
        purpose=Purpose.BROADCAST,
        campaign="b-1",
        held_at=NOON,
        code=131047,
        article="cek-1",
    )
    do(lambda shelf: shelf.outbox.add(full))
    assert store.read(lambda shelf: shelf.outbox.get("o-1")) == replace(full, sequence=1)
    assert store.read(lambda shelf: shelf.outbox.find("whatsapp", "wamid.4")) == replace(full, sequence=1)


def test_held_replies_wait_for_their_person_on_their_channel(store: Store, do: Any) -> None:
    def work(shelf: Transaction) -> None:
        for number, (contact, channel) in enumerate(
            [("siti", "whatsapp"), ("siti", "whatsapp"), ("siti", "telegram"), ("budi", "whatsapp")], 1
        ):
            shelf.outbox.add(replace(REPLY, id=f"o-{number}", contact=contact, channel=channel))
            shelf.outbox.hold(f"o-{number}", NOON)
        shelf.outbox.add(replace(REPLY, id="o-5"))

    do(work)
    assert store.read(lambda shelf: shelf.outbox.held()) == {"whatsapp": 3, "telegram": 1}
    assert do(lambda shelf: shelf.outbox.resume(["siti"], "whatsapp")) == {"siti": ["o-1", "o-2"]}
    assert do(lambda shelf: shelf.outbox.resume(["siti"], "whatsapp")) == {}
    assert store.read(lambda shelf: shelf.outbox.held()) == {"whatsapp": 1, "telegram": 1}
    assert store.read(lambda shelf: shelf.outbox.get("o-1").held_at) is None


def test_a_campaign_is_counted_and_what_was_not_begun_of_it_can_be_stopped(store: Store, do: Any) -> None:
    def work(shelf: Transaction) -> None:
        for number in range(1, 8):
            shelf.outbox.add(replace(REPLY, id=f"o-{number}", campaign="b-2" if number == 7 else "b-1"))
        shelf.outbox.add(replace(REPLY, id="o-8"))
        for number in (1, 2, 3):
            shelf.outbox.sent(f"o-{number}", f"wamid.{number}")
        shelf.outbox.settle(replace(DELIVERED, platform_id="wamid.2"))
        shelf.outbox.settle(replace(DELIVERED, platform_id="wamid.3", kind=StatusKind.SENT))
        shelf.outbox.begin("o-4", NOON)

    do(work)
    counts = {StatusKind.SENT: 2, StatusKind.DELIVERED: 1, None: 3}
    assert store.read(lambda shelf: shelf.outbox.counts("b-1")) == counts
    assert do(lambda shelf: shelf.outbox.stop("b-1")) == 2
    assert store.read(lambda shelf: shelf.outbox.counts("b-1")) == counts | {None: 1}
    assert do(lambda shelf: shelf.outbox.stop("")) == 0
    assert store.read(lambda shelf: shelf.outbox.counts("")) == {}
    left = store.read(lambda shelf: [shelf.outbox.get(f"o-{number}") is not None for number in range(4, 9)])
    assert left == [True, False, False, True, True]


def test_those_who_were_told_an_article_are_found(store: Store, do: Any) -> None:
    for number, article in enumerate(["cek-1", "cek-2", "cek-1", "", "cek-1"], 1):
        do(lambda shelf, n=number, a=article: shelf.outbox.add(replace(REPLY, id=f"o-{n}", article=a)))
    told = store.read(lambda shelf: shelf.outbox.told("cek-1", limit=2))
    assert [reply.id for reply in told] == ["o-1", "o-3"]
    assert [each.id for each in store.read(lambda s: s.outbox.told("cek-1", after=told[-1].sequence))] == ["o-5"]
    assert store.read(lambda shelf: shelf.outbox.told("")) == []


def test_several_are_begun_accepted_and_settled_at_once_as_one_by_one(store: Store, do: Any) -> None:
    ids = ["o-1", "o-2", "o-3"]
    do(lambda shelf: [shelf.outbox.add(replace(REPLY, id=id)) for id in ids])
    do(lambda shelf: shelf.outbox.begin_all([*ids, "o-9"], NOON))
    do(lambda shelf: shelf.outbox.sent_all({"o-1": "wamid.1", "o-2": "wamid.2", "o-9": "wamid.9"}))
    replies = store.read(lambda shelf: shelf.outbox.get_all([*ids, "o-9"]))
    assert [(each.attempts, each.attempted_at, each.platform_id) for each in map(replies.__getitem__, ids)] == [
        (1, None, "wamid.1"),
        (1, None, "wamid.2"),
        (1, NOON, ""),
    ]
    assert set(replies) == set(ids)
    told = [
        replace(DELIVERED, platform_id="wamid.3", reply_id="o-3"),
        replace(DELIVERED, platform_id="wamid.3", kind=StatusKind.READ),
        replace(DELIVERED, platform_id="wamid.3", reply_id="o-3", kind=StatusKind.SENT),
        replace(DELIVERED, platform_id="wamid.77"),
        replace(DELIVERED, platform_id="wamid.1", reply_id="o-1", channel="telegram"),
        replace(DELIVERED, platform_id="wamid.1", kind=StatusKind.FAILED, code=131026),
    ]
    assert do(lambda shelf: shelf.outbox.settle_all(told)) == [
        Settled("o-3", "siti", True, doubted=True),
        Settled("o-3", "siti", True, doubted=False),
        Settled("o-3", "siti", False, doubted=False),
        None,
        None,
        Settled("o-1", "siti", True, doubted=False),
    ]
    after = store.read(lambda shelf: shelf.outbox.get_all(ids))
    assert {id: (each.status, each.code, each.platform_id) for id, each in after.items()} == {
        "o-1": (StatusKind.FAILED, 131026, "wamid.1"),
        "o-2": (None, None, "wamid.2"),
        "o-3": (StatusKind.READ, None, "wamid.3"),
    }


def test_nothing_is_begun_accepted_or_settled(do: Any, reply: Any) -> None:
    assert do(lambda shelf: [shelf.outbox.begin_all([], NOON), shelf.outbox.sent_all({}), shelf.outbox.settle_all([])])
    assert reply() == replace(REPLY, sequence=1)
