"""What every store promises: transactions, snapshots, text as it can be kept. The shelves are in test_contract_*.py."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from periksa.errors import InputError, StoreError
from periksa.model import (
    Address,
    Article,
    ArticleKind,
    CaseState,
    Delivery,
    Force,
    Job,
    JobKind,
    JobState,
    Media,
    Message,
    MessageKind,
    Option,
    Outgoing,
    Reply,
    Statement,
)
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DELIVERY = Delivery("d-1", "whatsapp", NOON, b'{"entry":\x00\xff[]}')
MESSAGE = Message(
    id="m-1",
    contact="c-1",
    channel="whatsapp",
    platform_id="wamid.1",
    kind=MessageKind.IMAGE,
    sent_at=NOON,
    received_at=NOON + timedelta(microseconds=1),
    text="benarkah vaksin ini berbahaya?",
    forwarded=True,
    media=Media("987", "image/jpeg", "ab12"),
)
REPLY = Outgoing(
    "o-1",
    "c-1",
    "whatsapp",
    Reply("Salah. Vaksin itu aman.", (Option("1", "Sumber", "Kementerian Kesehatan"),), "Pilih"),
    message="m-1",
    created_at=NOON,
    sequence=1,
)
ARTICLE = Article(
    "a-1",
    ArticleKind.FACT_CHECK,
    "Vaksin berisi cip",
    rating="SALAH",
    date=NOON.date(),
    statements=(
        Statement("Budi", "tidak benar", True, date=NOON.date(), via=("Antara", "Reuters")),
        Statement("Ani", "Ya", organisation="KPU", force=Force.DENIED, start=0, end=2, speaker_start=9, speaker_end=12),
    ),
)
HOSTILE = {
    "nul": ("satu\0dua\0", "satu\ufffddua\ufffd"),
    "lone surrogates": ("a\ud800b\udfffc", "a\ufffdb\ufffdc"),
    "emoji": ("🇮🇩👩‍👩‍👧 é", "🇮🇩👩‍👩‍👧 é"),
    "long": ("hoaks 🙈 " * 8200, "hoaks 🙈 " * 8200),
    "quotes": ("'; DROP TABLE jobs; -- \\ \" %s :x \\u0000", "'; DROP TABLE jobs; -- \\ \" %s :x \\u0000"),
}


def add_message(number: int) -> Any:
    return lambda shelf: shelf.messages.add(replace(MESSAGE, id=f"m-{number}", platform_id=f"wamid.{number}"))


def test_every_store_in_the_room_is_under_contract(uncovered: set[Any]) -> None:
    assert not uncovered


def test_what_was_written_is_given_back_equal(store: Store, do: Any) -> None:
    def work(shelf: Transaction) -> None:
        shelf.deliveries.add(DELIVERY)
        shelf.messages.add(MESSAGE)
        shelf.outbox.add(REPLY)
        shelf.articles.put([ARTICLE], NOON)

    do(work)
    assert store.read(lambda shelf: shelf.deliveries.get("d-1")) == DELIVERY
    assert store.read(lambda shelf: shelf.messages.get("m-1")) == MESSAGE
    assert store.read(lambda shelf: shelf.outbox.get("o-1")) == REPLY
    assert store.read(lambda shelf: shelf.articles.get(["a-1"])) == [ARTICLE]


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.read(lambda shelf: shelf.deliveries.get("x")) is None
    assert store.read(lambda shelf: shelf.messages.get("x")) is None
    assert store.read(lambda shelf: shelf.outbox.get("x")) is None
    assert store.read(lambda shelf: shelf.cases.get("x")) is None


def test_a_failing_work_undoes_everything_it_did_and_only_that(store: Store) -> None:
    def fails(shelf: Transaction) -> None:
        contact = shelf.contacts.resolve([Address("whatsapp", "62811000222")], "c-2", NOON)
        shelf.contacts.resolve([Address("whatsapp", "62811000111"), Address("whatsapp", "62811000222")], "c-3", NOON)
        shelf.deliveries.add(DELIVERY)
        add_message(2)(shelf)
        shelf.outbox.add(replace(REPLY, contact=contact))
        shelf.outbox.begin("o-0", NOON)
        shelf.articles.put([replace(ARTICLE, rating="BENAR"), replace(ARTICLE, id="a-2")], NOON)
        shelf.articles.drop(["a-1"])
        shelf.cases.join(["sidik"], "vaksin", "m-2", NOON, "case-2")
        shelf.jobs.add([Job(JobKind.ANSWER, "m-2")], NOON)
        shelf.jobs.claim([JobKind.INDEX], 10, NOON, timedelta(minutes=1))
        raise InputError("checks.jsonl:7: field title is empty")

    def before(shelf: Transaction) -> None:
        shelf.contacts.resolve([Address("whatsapp", "62811000111")], "c-1", NOON)
        add_message(1)(shelf)
        shelf.outbox.add(replace(REPLY, id="o-0"))
        shelf.articles.put([ARTICLE], NOON)
        shelf.cases.join(["sidik"], "vaksin", "m-1", NOON, "case-1")
        shelf.jobs.add([Job(JobKind.INDEX, "a-1")], NOON)

    def everything(shelf: Transaction) -> Any:
        addresses = [shelf.contacts.addresses(contact, "whatsapp") for contact in ("c-1", "c-2", "c-3")]
        kept = [shelf.deliveries.get("d-1"), shelf.messages.of("c-1"), shelf.outbox.of("c-1"), addresses]
        return (
            kept,
            list(shelf.articles.all()),
            shelf.cases.list(CaseState.OPEN),
            [shelf.jobs.list(state) for state in JobState],
        )

    store.write(before).result(timeout=20)
    there = store.read(everything)
    first, failing, last = store.write(add_message(3)), store.write(fails), store.write(add_message(4))
    assert first.result(timeout=20)
    with pytest.raises(InputError, match=r"checks\.jsonl:7"):
        failing.result(timeout=20)
    assert last.result(timeout=20)
    store.write(lambda shelf: shelf.articles.drop(["nothing"])).result(timeout=20)
    after = store.read(everything)
    assert [message.id for message in after[0].pop(1)] == ["m-1", "m-3", "m-4"]
    there[0].pop(1)
    assert after == there


def test_work_is_done_in_the_order_in_which_it_was_queued(store: Store) -> None:
    done: list[str] = []
    futures = []
    for number in range(300):
        reply = replace(REPLY, id=f"o-{number}")
        futures.append(store.write(lambda shelf, reply=reply: shelf.outbox.add(reply)))
        futures[-1].add_done_callback(lambda _, id=reply.id: done.append(id))
    assert all(future.result(timeout=20) for future in futures)
    replies = store.read(lambda shelf: shelf.outbox.of("c-1", limit=300))
    assert [reply.id for reply in replies] == done == [f"o-{number}" for number in range(300)]


def test_many_threads_write_at_once_and_nothing_is_lost(store: Store) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 25):
            assert store.write(add_message(number)).result(timeout=20)

    threads = [threading.Thread(target=write, args=(first,)) for first in range(0, 200, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = store.read(lambda shelf: shelf.messages.of("c-1", limit=1000))
    assert {message.id for message in kept} == {f"m-{number}" for number in range(200)}


def test_a_read_cannot_change_anything(store: Store) -> None:
    with pytest.raises(StoreError):
        store.read(lambda shelf: shelf.messages.add(MESSAGE))
    assert store.read(lambda shelf: shelf.messages.get("m-1")) is None


def test_a_failing_read_says_why_and_the_store_goes_on(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        store.read(lambda shelf: 1 // shelf.articles.count())
    assert store.read(lambda shelf: shelf.articles.count()) == 0


def test_a_store_that_is_well_says_so_and_keeps_nothing_of_it(store: Store) -> None:
    assert store.check().result(timeout=20) is None
    assert store.read(lambda shelf: (shelf.articles.count(), shelf.jobs.counts(), shelf.audit.list())) == (0, {}, [])
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.check().result(timeout=20)


def test_closing_finishes_what_is_queued_and_takes_nothing_more(store: Store) -> None:
    futures = [store.write(add_message(number)) for number in range(50)]
    store.close()
    store.close()
    assert all(future.result(timeout=0) for future in futures)
    with pytest.raises(StoreError, match="closed"):
        store.write(add_message(99)).result(timeout=0)
    with pytest.raises(StoreError, match="closed"):
        store.read(lambda shelf: shelf.articles.count())


@pytest.mark.parametrize(("text", "kept"), HOSTILE.values(), ids=HOSTILE)
def test_any_text_can_be_kept(store: Store, do: Any, text: str, kept: str) -> None:
    option = Option("1", text, text)

    def work(shelf: Transaction) -> None:
        shelf.messages.add(replace(MESSAGE, text=text, media=Media(text)))
        shelf.outbox.add(replace(REPLY, reply=Reply(text, (option,), text)))
        shelf.articles.put([replace(ARTICLE, body=text, statements=(Statement(text, text, via=(text,)),))], NOON)
        shelf.cases.join([text], text, "m-1", NOON, "case-1")
        shelf.jobs.add([Job(JobKind.ANSWER, "m-1")], NOON)
        shelf.jobs.bury(shelf.jobs.list(JobState.READY)[0].id, text)

    do(work)
    assert store.read(lambda shelf: shelf.messages.get("m-1")) == replace(MESSAGE, text=kept, media=Media(kept))
    said = Reply(kept, (Option("1", kept, kept),), kept)
    assert store.read(lambda shelf: shelf.outbox.get("o-1")) == replace(REPLY, reply=said)
    [article] = store.read(lambda shelf: shelf.articles.get(["a-1"]))
    assert (article.body, article.statements) == (kept, (Statement(kept, kept, via=(kept,)),))
    assert [case.text for case in store.read(lambda shelf: shelf.cases.find([text]))] == [kept]
    assert [job.error for job in store.read(lambda shelf: shelf.jobs.list(JobState.DEAD))] == [kept]


def test_hostile_ids_are_recognised_the_second_time(store: Store, do: Any) -> None:
    odd = "wamid.\0\ud800"
    address = Address("web", odd, "session")
    assert do(lambda shelf: shelf.messages.add(replace(MESSAGE, platform_id=odd)))
    assert not do(lambda shelf: shelf.messages.add(replace(MESSAGE, id="m-2", platform_id=odd)))
    assert do(lambda shelf: shelf.contacts.resolve([address, address], "c-1", NOON)) == "c-1"
    assert do(lambda shelf: shelf.contacts.resolve([address], "c-2", NOON)) == "c-1"
    assert do(lambda shelf: shelf.articles.put([replace(ARTICLE, id=odd)], NOON)) == ["wamid.\ufffd\ufffd"]
    assert store.read(lambda shelf: shelf.articles.get([odd]))[0].title == ARTICLE.title
    assert do(lambda shelf: shelf.articles.drop([odd])) == 1


def test_times_come_back_in_utc_to_the_microsecond(store: Store, do: Any) -> None:
    jakarta = datetime(2026, 3, 1, 19, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
    do(lambda shelf: shelf.messages.add(replace(MESSAGE, sent_at=jakarta)))
    kept = store.read(lambda shelf: shelf.messages.get("m-1"))
    assert kept is not None
    assert kept.sent_at == jakarta
    assert kept.sent_at.tzinfo is not None


def test_a_delivery_is_kept_once(store: Store, do: Any) -> None:
    assert do(lambda shelf: shelf.deliveries.add(DELIVERY))
    assert not do(lambda shelf: shelf.deliveries.add(replace(DELIVERY, raw=b"other")))
    assert store.read(lambda shelf: shelf.deliveries.get("d-1")) == DELIVERY


def test_what_is_gathered_has_each_its_own_result(store: Store) -> None:
    def add(shelf: Transaction, numbers: Sequence[int]) -> list[int]:
        return [number * 10 for number in numbers if add_message(number)(shelf)]

    gathered = [store.gather(add, number) for number in range(1, 40)]
    assert [each.result(timeout=20) for each in gathered] == [number * 10 for number in range(1, 40)]
    assert store.read(lambda shelf: len(shelf.messages.of("c-1", 100))) == 39


def test_of_what_is_gathered_one_that_fails_fails_alone(store: Store) -> None:
    def add(shelf: Transaction, numbers: Sequence[int]) -> list[bool]:
        added = [add_message(number)(shelf) for number in numbers]
        if 7 in numbers:
            raise InputError("seven is refused")
        return added

    gathered = {number: store.gather(add, number) for number in range(1, 10)}
    with pytest.raises(InputError):
        gathered.pop(7).result(timeout=20)
    assert all(each.result(timeout=20) for each in gathered.values())
    assert store.read(lambda shelf: len(shelf.messages.of("c-1", 100))) == 8


def test_deliveries_are_added_and_concern_people_many_at_once(store: Store, do: Any) -> None:
    two = [DELIVERY, replace(DELIVERY, id="d-2")]
    assert do(lambda shelf: shelf.deliveries.add_all(two[:1])) == {"d-1"}
    assert do(lambda shelf: shelf.deliveries.add_all([*two, two[1]])) == {"d-2"}
    do(lambda shelf: shelf.contacts.resolve([Address("whatsapp", "62811000111")], "siti", NOON))
    do(lambda shelf: shelf.deliveries.concern_all({"d-1": ["siti"], "d-2": ["siti", "budi"]}))
    do(lambda shelf: shelf.deliveries.concern_all({}))
    do(lambda shelf: shelf.contacts.forget("siti", NOON))
    left = store.read(lambda shelf: [shelf.deliveries.get(id) for id in ("d-1", "d-2")])
    assert [delivery and delivery.raw for delivery in left] == [b"", b""]
