"""What every store promises of many at once: the same as of each, one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from periksa.model import Address, Contact, Message, MessageKind, Outgoing, Reach, Reply
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = Address("whatsapp", "6281100022233")
OTHER = Address("whatsapp", "6281100077788")
BSUID = Address("whatsapp", "ID.1349302220153", "bsuid")
BROWSER = Address("web", "5f2c9c1e", "session")
MESSAGE = Message("m-1", "siti", "whatsapp", "wamid.1", MessageKind.TEXT, NOON, NOON, "apakah benar?")
REPLY = Outgoing("o-1", "siti", "whatsapp", Reply("Salah: tautan itu penipuan."), created_at=NOON)
People = list[tuple[list[Address], str]]


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def find(shelf: Transaction, address: Address) -> str | None:
    return shelf.contacts.find(address)


def resolve(do: Any, people: People) -> list[str]:
    found: list[str] = do(lambda shelf: shelf.contacts.resolve_all(people, NOON))
    return found


@pytest.mark.parametrize(
    ("people", "owners"),
    [
        ([], []),
        ([([PHONE], "a"), ([OTHER], "b")], ["siti", "b"]),
        ([([OTHER], "a"), ([OTHER], "b"), ([PHONE], "c"), ([BROWSER], "d")], ["a", "a", "siti", "d"]),
        ([([OTHER, BROWSER], "a"), ([BROWSER, OTHER], "b")], ["a", "a"]),
        ([([PHONE, BSUID], "a"), ([BSUID], "b")], ["siti", "siti"]),
        ([([BSUID], "a"), ([BSUID, OTHER], "b"), ([OTHER], "c")], ["a", "a", "a"]),
        ([([], "a"), ([], "b")], ["a", "b"]),
    ],
)
def test_people_are_told_apart_together_as_one_by_one(store: Store, do: Any, people: People, owners: list[str]) -> None:
    do(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON))
    assert resolve(do, people) == owners
    for (addresses, _), owner in zip(people, owners, strict=True):
        assert [store.read(partial(find, address=each)) for each in addresses] == [owner] * len(addresses)
    assert store.read(lambda shelf: shelf.contacts.get_all(owners)) == {id: Contact(id, NOON) for id in owners}


def test_two_who_prove_to_be_one_among_many(store: Store, do: Any) -> None:
    assert resolve(do, [([PHONE], "siti"), ([BSUID], "budi")]) == ["siti", "budi"]
    do(lambda shelf: shelf.contacts.update("budi", welcomed_at=later(1)))
    found = resolve(do, [([PHONE, BSUID], "x"), ([OTHER], "y"), ([BSUID], "z")])
    people = store.read(lambda shelf: shelf.contacts.get_all([*found, "siti", "budi", "nobody"]))
    assert {contact.id for contact in people.values()} == {found[0], "y"}
    assert "nobody" not in people
    assert people["budi"] == people["siti"]
    assert people["budi"].welcomed_at == later(1)


def test_whoever_was_blocked_is_blocked_among_many(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON))
    do(lambda shelf: shelf.contacts.block("siti", later(1)))
    do(lambda shelf: shelf.contacts.forget("siti", later(2)))
    assert resolve(do, [([PHONE], "anew"), ([OTHER], "budi")]) == ["anew", "budi"]
    people = store.read(lambda shelf: shelf.contacts.get_all(["anew", "budi"]))
    assert people["anew"].blocked_at
    assert people["budi"].blocked_at is None


def test_windows_and_addresses_of_many(store: Store, do: Any) -> None:
    resolve(do, [([PHONE, BSUID], "siti"), ([BROWSER], "budi"), ([OTHER], "ani")])
    do(lambda shelf: shelf.contacts.touch("siti", "whatsapp", later(5)))
    do(lambda shelf: shelf.contacts.touch_all({("siti", "whatsapp"): later(3), ("budi", "web"): later(4)}))
    do(lambda shelf: shelf.contacts.touch_all({}))
    assert store.read(lambda shelf: shelf.contacts.reach(["siti", "budi", "nobody"])) == {
        ("siti", "whatsapp"): Reach(later(5), (PHONE, BSUID)),
        ("budi", "web"): Reach(later(4), (BROWSER,)),
    }
    assert store.read(lambda shelf: shelf.contacts.reach(["ani"])) == {("ani", "whatsapp"): Reach(None, (OTHER,))}
    assert store.read(lambda shelf: shelf.contacts.reach([])) == {}


def test_messages_of_many(store: Store, do: Any) -> None:
    for number in range(1, 5):
        one = replace(MESSAGE, id=f"m-{number}", platform_id=f"wamid.{number}", received_at=later(number))
        do(lambda shelf, one=one: shelf.messages.add(one))
    do(lambda shelf: shelf.messages.add(replace(MESSAGE, id="m-9", platform_id="wamid.9", contact="budi")))
    theirs = store.read(lambda shelf: shelf.messages.of_all(["siti", "budi", "ani"], 3))
    assert {who: [message.id for message in each] for who, each in theirs.items()} == {
        "siti": ["m-2", "m-3", "m-4"],
        "budi": ["m-9"],
        "ani": [],
    }
    assert theirs["siti"] == store.read(lambda shelf: shelf.messages.of("siti", 3))
    named = store.read(lambda shelf: shelf.messages.get_all(["m-9", "m-1", "m-7"]))
    assert {id: message.contact for id, message in named.items()} == {"m-1": "siti", "m-9": "budi"}
    assert store.read(lambda shelf: shelf.messages.get_all([])) == {}
    assert store.read(lambda shelf: shelf.messages.of_all([])) == {}


def test_replies_to_many(store: Store, do: Any) -> None:
    others = [replace(REPLY, id=f"o-{number}", contact=who) for number, who in ((2, "budi"), (3, "siti"), (4, "ani"))]
    assert do(lambda shelf: shelf.outbox.add_all([REPLY, others[0]])) == {"o-1", "o-2"}
    assert do(lambda shelf: shelf.outbox.add_all([*others, others[2]])) == {"o-3", "o-4"}
    assert do(lambda shelf: shelf.outbox.add_all([])) == set()
    for id in ("o-3", "o-1", "o-4"):
        do(lambda shelf, id=id: shelf.outbox.hold(id, NOON))
    assert do(lambda shelf: shelf.outbox.resume(["siti", "budi"], "web")) == {}
    assert do(lambda shelf: shelf.outbox.resume(["siti", "budi"], "whatsapp")) == {"siti": ["o-1", "o-3"]}
    assert store.read(lambda shelf: shelf.outbox.held()) == {"whatsapp": 1}


def test_what_was_told_last_of_each_article(store: Store, do: Any) -> None:
    told = [replace(REPLY, id=f"o-{at}", article=article) for at, article in enumerate(("luwak", "garam", "luwak", ""))]
    do(lambda shelf: shelf.outbox.add_all(told))
    last = store.read(lambda shelf: shelf.outbox.told_last(["luwak", "garam", "tidak-ada", ""]))
    assert {article: reply.id for article, reply in last.items()} == {"luwak": "o-2", "garam": "o-1"}
    assert store.read(lambda shelf: shelf.outbox.told_last([])) == {}
