"""What every store promises about people and what they send."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from periksa.model import Address, Job, JobKind, JobState, Message, MessageKind, Outgoing, Reply
from periksa.store import Store, Transaction
from periksa.store.memory import MemoryStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
PHONE = Address("whatsapp", "6281100022233")
BSUID = Address("whatsapp", "ID.1349302220153", "bsuid")
BROWSER = Address("web", "5f2c9c1e", "session")
MESSAGE = Message("m-1", "siti", "whatsapp", "wamid.1", MessageKind.TEXT, NOON, NOON, "apakah benar?")
REPLY = Outgoing("o-1", "siti", "whatsapp", Reply("Salah."))


def test_a_new_person_gets_the_new_id_and_keeps_it(do: Any) -> None:
    assert do(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON)) == "siti"
    assert do(lambda shelf: shelf.contacts.resolve([PHONE], "unused", LATER)) == "siti"
    assert do(lambda shelf: shelf.contacts.addresses("unused", "whatsapp")) == []


def test_addresses_are_learned_one_by_one_and_given_per_channel(do: Any) -> None:
    do(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON))
    do(lambda shelf: shelf.contacts.resolve([BSUID, PHONE, BROWSER], "unused", LATER))
    assert do(lambda shelf: shelf.contacts.addresses("siti", "whatsapp")) == [PHONE, BSUID]
    assert do(lambda shelf: shelf.contacts.addresses("siti", "web")) == [BROWSER]
    assert do(lambda shelf: shelf.contacts.addresses("siti", "telegram")) == []


def test_the_same_value_is_another_address_on_another_channel(do: Any) -> None:
    do(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON))
    assert do(lambda shelf: shelf.contacts.resolve([replace(PHONE, channel="telegram")], "budi", NOON)) == "budi"


def test_an_address_is_found_without_making_anybody(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON))
    assert store.read(lambda shelf: shelf.contacts.find(PHONE)) == "siti"
    assert store.read(lambda shelf: shelf.contacts.find(BSUID)) is None


def two_people(shelf: Transaction) -> None:
    """Budi by telephone, and later Siti by BSUID; each has said, heard and awaits something."""
    shelf.contacts.resolve([PHONE], "budi", NOON)
    shelf.contacts.resolve([BSUID], "siti", LATER)
    for number, contact in enumerate(["siti", "budi", "siti"]):
        shelf.messages.add(replace(MESSAGE, id=f"m-{number}", platform_id=f"wamid.{number}", contact=contact))
        shelf.outbox.add(replace(REPLY, id=f"o-{number}", contact=contact))
        shelf.jobs.add([Job(JobKind.ANSWER, f"m-{number}", contact)], NOON)


def test_two_who_prove_to_be_one_become_the_older(store: Store, do: Any) -> None:
    do(two_people)
    assert do(lambda shelf: shelf.contacts.resolve([BSUID, PHONE], "unused", LATER)) == "budi"
    assert store.read(lambda shelf: shelf.contacts.addresses("budi", "whatsapp")) == [PHONE, BSUID]
    assert [message.id for message in store.read(lambda shelf: shelf.messages.of("budi"))] == ["m-0", "m-1", "m-2"]
    assert [reply.id for reply in store.read(lambda shelf: shelf.outbox.of("budi"))] == ["o-0", "o-1", "o-2"]
    assert {job.lane for job in store.read(lambda shelf: shelf.jobs.list(JobState.READY))} == {"budi"}
    assert do(lambda shelf: shelf.contacts.resolve([BSUID], "unused", LATER)) == "budi"
    assert store.read(lambda shelf: shelf.contacts.find(BSUID)) == "budi"


def test_whoever_still_holds_the_id_of_one_who_was_merged_reaches_the_other(store: Store, do: Any) -> None:
    do(two_people)
    do(lambda shelf: shelf.contacts.resolve([BSUID, PHONE], "unused", LATER))

    def late(shelf: Transaction) -> None:
        shelf.messages.add(replace(MESSAGE, id="m-9", platform_id="wamid.9", contact="siti"))
        shelf.outbox.add(replace(REPLY, id="o-9", contact="siti"))
        shelf.jobs.add([Job(JobKind.SEND, "o-9", "siti")], LATER)

    do(late)
    assert store.read(lambda shelf: shelf.messages.of("budi"))[-1].id == "m-9"
    assert store.read(lambda shelf: shelf.outbox.of("budi"))[-1].id == "o-9"
    assert store.read(lambda shelf: shelf.jobs.list(JobState.READY))[-1].lane == "budi"
    assert store.read(lambda shelf: shelf.contacts.addresses("siti", "whatsapp")) == [PHONE, BSUID]
    assert len(store.read(lambda shelf: shelf.messages.of("siti"))) == 4
    assert len(store.read(lambda shelf: shelf.outbox.of("siti"))) == 4


def test_a_merge_within_a_work_counts_for_the_rest_of_it(store: Store, do: Any) -> None:
    def work(shelf: Transaction) -> None:
        two_people(shelf)
        shelf.contacts.resolve([BSUID, PHONE], "unused", LATER)
        shelf.messages.add(replace(MESSAGE, id="m-9", platform_id="wamid.9", contact="siti"))

    do(work)
    assert [message.contact for message in store.read(lambda shelf: shelf.messages.of("budi"))] == ["budi"] * 4


@pytest.mark.parametrize("steps", [["ab", "bc"], ["bc", "ab"], ["abc"], ["cab", "a"]])
def test_three_who_prove_to_be_one_become_the_oldest(store: Store, do: Any, steps: list[str]) -> None:
    people = {name: Address("whatsapp", f"62811{name}") for name in "cab"}
    for days, (name, address) in enumerate(people.items()):
        do(lambda shelf, a=address, n=name, d=days: shelf.contacts.resolve([a], n, NOON + timedelta(days=d)))
    for step in steps:
        do(lambda shelf, step=step: shelf.contacts.resolve([people[name] for name in step], "unused", LATER))
    for name in "abc":
        assert store.read(lambda shelf, name=name: shelf.contacts.addresses(name, "whatsapp")) == list(people.values())
    assert store.read(lambda shelf: shelf.contacts.find(people["a"])) == "c"


def test_contacts_of_the_same_moment_merge_alike_everywhere(do: Any) -> None:
    do(lambda shelf: shelf.contacts.resolve([PHONE], "zainal", NOON))
    do(lambda shelf: shelf.contacts.resolve([BSUID], "amir", NOON))
    assert do(lambda shelf: shelf.contacts.resolve([PHONE, BSUID], "unused", NOON)) == "amir"


NAMES = itertools.count()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(steps=st.lists(st.tuples(st.lists(st.integers(0, 5), min_size=1, max_size=3), st.integers(0, 2)), max_size=12))
def test_whoever_meets_every_store_knows_them_as_the_oracle_does(
    store: Store, steps: list[tuple[list[int], int]]
) -> None:
    run = f"run-{next(NAMES)}"

    def work(shelf: Transaction) -> list[Any]:
        seen: list[Any] = []
        for number, (people, day) in enumerate(steps):
            known = [Address(run, f"62811{person}") for person in people]
            contact = shelf.contacts.resolve(known, f"{run} {number}", NOON + timedelta(days=day))
            shelf.messages.add(
                replace(MESSAGE, id=f"{run} {number}", channel=run, platform_id=f"{number}", contact=contact)
            )
            everyone = [f"{run} {number}" for number in range(len(steps))]
            seen.append([(shelf.contacts.addresses(one, run), shelf.messages.of(one)) for one in everyone])
        return seen

    assert store.write(work).result(timeout=20) == MemoryStore().write(work).result()


def test_a_message_is_kept_once_per_channel(store: Store, do: Any) -> None:
    assert do(lambda shelf: shelf.messages.add(MESSAGE))
    assert not do(lambda shelf: shelf.messages.add(replace(MESSAGE, id="m-2")))
    assert not do(lambda shelf: shelf.messages.add(replace(MESSAGE, platform_id="wamid.2")))
    assert do(lambda shelf: shelf.messages.add(replace(MESSAGE, id="m-3", channel="telegram")))
    assert [message.id for message in store.read(lambda shelf: shelf.messages.of("siti"))] == ["m-1", "m-3"]


def test_the_latest_messages_come_oldest_first(store: Store, do: Any) -> None:
    for number in range(60):
        do(lambda shelf, n=number: shelf.messages.add(replace(MESSAGE, id=f"m-{n}", platform_id=f"wamid.{n}")))
    do(lambda shelf: shelf.messages.add(replace(MESSAGE, id="m-x", platform_id="wamid.x", contact="budi")))
    assert [m.id for m in store.read(lambda shelf: shelf.messages.of("siti"))] == [f"m-{n}" for n in range(10, 60)]
    assert [m.id for m in store.read(lambda shelf: shelf.messages.of("siti", limit=2))] == ["m-58", "m-59"]
    assert store.read(lambda shelf: shelf.messages.of("siti", limit=0)) == []
