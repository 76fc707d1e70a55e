"""What every store promises about what is known of a person: language, windows, blocks, moves, deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import Address, Cadence, Contact, Delivery, Feedback, Message, MessageKind
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = Address("whatsapp", "6281100022233")
NEW_PHONE = Address("whatsapp", "6281100077788")
BSUID = Address("whatsapp", "ID.1349302220153", "bsuid")
BROWSER = Address("web", "5f2c9c1e", "session")
MESSAGE = Message("m-1", "siti", "whatsapp", "wamid.1", MessageKind.TEXT, NOON, NOON, "apakah benar?")


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def known(store: Store, id: str = "siti") -> Contact:
    contact = store.read(lambda shelf: shelf.contacts.get(id))
    assert contact is not None
    return contact


def resolve(do: Any, id: str, *addresses: Address, minute: int = 0) -> str:
    contact: str = do(lambda shelf: shelf.contacts.resolve(addresses, id, later(minute)))
    return contact


def test_nothing_is_known_of_somebody_new(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    assert known(store) == Contact("siti", NOON)
    assert store.read(lambda shelf: shelf.contacts.get("budi")) is None


def test_what_is_learned_stays_and_what_is_not_given_too(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    do(lambda shelf: shelf.contacts.update("siti", language="en"))
    do(lambda shelf: shelf.contacts.update("siti", welcomed_at=later(1), asked_language_at=later(2)))
    do(lambda shelf: shelf.contacts.update("siti"))
    do(lambda shelf: shelf.contacts.update("nobody", language="id"))
    learned = Contact("siti", NOON, "en", asked_language_at=later(2), welcomed_at=later(1))
    assert known(store) == learned
    do(lambda shelf: shelf.contacts.update("siti", language=""))
    assert known(store) == replace(learned, language="")


def test_a_window_follows_from_the_latest_message_on_its_channel(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE, BROWSER)
    assert store.read(lambda shelf: shelf.contacts.wrote_at("siti", "whatsapp")) is None
    for minute in (3, 9, 5):
        do(lambda shelf, minute=minute: shelf.contacts.touch("siti", "whatsapp", later(minute)))
    do(lambda shelf: shelf.contacts.touch("siti", "web", later(1)))
    assert store.read(lambda shelf: shelf.contacts.wrote_at("siti", "whatsapp")) == later(9)
    assert store.read(lambda shelf: shelf.contacts.wrote_at("siti", "web")) == later(1)
    assert store.read(lambda shelf: shelf.contacts.wrote_at("siti", "telegram")) is None


def test_of_two_who_prove_to_be_one_all_that_was_said_and_chosen_holds(store: Store, do: Any) -> None:
    resolve(do, "budi", PHONE)
    resolve(do, "siti", BSUID, minute=1)
    do(lambda shelf: shelf.contacts.update("budi", welcomed_at=later(4)))
    do(lambda shelf: shelf.contacts.update("siti", language="en", welcomed_at=later(2)))
    do(lambda shelf: shelf.contacts.touch("budi", "whatsapp", later(3)))
    do(lambda shelf: shelf.contacts.touch("siti", "whatsapp", later(5)))
    do(lambda shelf: shelf.contacts.touch("siti", "web", later(6)))
    do(lambda shelf: shelf.subscriptions.opt_out("siti", later(7), "word"))
    resolve(do, "unused", PHONE, BSUID, minute=8)
    assert known(store) == Contact("budi", NOON, "en", welcomed_at=later(2), opted_out_at=later(7))
    assert store.read(lambda shelf: shelf.contacts.wrote_at("siti", "whatsapp")) == later(5)
    assert store.read(lambda shelf: shelf.contacts.wrote_at("budi", "web")) == later(6)


def test_of_two_who_prove_to_be_one_subscriptions_feedback_and_consents_move(store: Store, do: Any) -> None:
    resolve(do, "budi", PHONE)
    resolve(do, "siti", BSUID, minute=1)

    def work(shelf: Transaction) -> None:
        shelf.subscriptions.subscribe("budi", "whatsapp", "politik", Cadence.DAILY, NOON, "word")
        shelf.subscriptions.subscribe("siti", "whatsapp", "politik", Cadence.WEEKLY, NOON, "word")
        shelf.subscriptions.subscribe("siti", "whatsapp", "kesehatan", Cadence.WEEKLY, NOON, "button")
        shelf.feedback.put(Feedback("o-1", "siti", True, "button", NOON))

    do(work)
    resolve(do, "unused", PHONE, BSUID, minute=2)
    subscriptions = store.read(lambda shelf: shelf.subscriptions.of("siti"))
    assert [(each.contact, each.topic, each.cadence) for each in subscriptions] == [
        ("budi", "kesehatan", Cadence.WEEKLY),
        ("budi", "politik", Cadence.DAILY),
    ]
    assert [each.contact for each in store.read(lambda shelf: shelf.subscriptions.consents("siti"))] == ["budi"] * 3
    assert store.read(lambda shelf: shelf.feedback.get("o-1")) == Feedback("o-1", "budi", True, "button", NOON)


def test_the_delivery_of_one_who_was_merged_goes_with_the_other(store: Store, do: Any) -> None:
    resolve(do, "budi", PHONE)
    resolve(do, "siti", BSUID, minute=1)

    def work(shelf: Transaction) -> None:
        for id, contacts in (("d-1", ["siti", "budi"]), ("d-2", ["siti"]), ("d-3", [])):
            shelf.deliveries.add(Delivery(id, "whatsapp", NOON, b"raw"))
            shelf.deliveries.concern(id, contacts)

    do(work)
    resolve(do, "unused", PHONE, BSUID, minute=2)
    do(lambda shelf: shelf.deliveries.concern("d-3", ["siti"]))
    assert do(lambda shelf: shelf.contacts.forget("budi", later(3))).deliveries == 3


# ---------------------------------------------------------------- who changed the number


def test_who_changed_the_number_is_reached_at_the_new_one_only(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE, BSUID)
    assert do(lambda shelf: shelf.contacts.move([PHONE, BSUID], [NEW_PHONE], "unused", later(1))) == "siti"
    assert store.read(lambda shelf: shelf.contacts.addresses("siti", "whatsapp")) == [BSUID, NEW_PHONE]


def test_the_old_number_may_be_somebody_elses_tomorrow(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    do(lambda shelf: shelf.contacts.move([PHONE], [NEW_PHONE], "unused", later(1)))
    assert resolve(do, "budi", PHONE, minute=9) == "budi"
    assert store.read(lambda shelf: shelf.contacts.find(NEW_PHONE)) == "siti"


def test_who_wrote_from_the_new_number_first_is_one_person(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    resolve(do, "baru", NEW_PHONE, minute=1)
    do(lambda shelf: shelf.messages.add(replace(MESSAGE, contact="baru")))
    assert do(lambda shelf: shelf.contacts.move([PHONE], [NEW_PHONE], "unused", later(2))) == "siti"
    assert [each.id for each in store.read(lambda shelf: shelf.messages.of("siti"))] == ["m-1"]
    assert store.read(lambda shelf: shelf.contacts.addresses("baru", "whatsapp")) == [NEW_PHONE]


def test_a_move_told_twice_is_one(store: Store, do: Any) -> None:
    for minute in (1, 2):
        do(lambda shelf, minute=minute: shelf.contacts.move([PHONE], [NEW_PHONE], "siti", later(minute)))
    assert store.read(lambda shelf: shelf.contacts.addresses("siti", "whatsapp")) == [NEW_PHONE]


def test_a_move_to_where_they_are_loses_nothing(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    do(lambda shelf: shelf.contacts.move([PHONE], [PHONE], "unused", later(1)))
    assert store.read(lambda shelf: shelf.contacts.addresses("siti", "whatsapp")) == [PHONE]


# ---------------------------------------------------------------- the operator's blocklist


def test_who_is_blocked_stays_so_until_unblocked(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    do(lambda shelf: shelf.contacts.block("siti", later(1)))
    assert known(store).blocked_at == later(1)
    do(lambda shelf: shelf.contacts.unblock("siti"))
    assert known(store).blocked_at is None
    do(lambda shelf: shelf.contacts.forget("siti", later(2)))
    resolve(do, "baru", PHONE, minute=3)
    assert known(store, "baru").blocked_at is None


def test_an_address_learned_of_somebody_blocked_is_blocked_as_well(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    do(lambda shelf: shelf.contacts.block("siti", later(1)))
    resolve(do, "unused", PHONE, BSUID, minute=2)
    assert known(store).blocked_at == later(1)
    do(lambda shelf: shelf.contacts.forget("siti", later(3)))
    resolve(do, "baru", BSUID, minute=4)
    assert known(store, "baru").blocked_at == later(4)


def test_who_proves_to_have_a_blocked_address_is_blocked(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    do(lambda shelf: shelf.contacts.block("siti", later(1)))
    do(lambda shelf: shelf.contacts.forget("siti", later(2)))
    resolve(do, "budi", BSUID, minute=3)
    assert known(store, "budi").blocked_at is None
    resolve(do, "budi", BSUID, PHONE, minute=4)
    assert known(store, "budi").blocked_at == later(4)


def test_who_merges_with_somebody_blocked_is_blocked_at_every_address(store: Store, do: Any) -> None:
    resolve(do, "budi", PHONE)
    resolve(do, "siti", BSUID, minute=1)
    do(lambda shelf: shelf.contacts.block("siti", later(2)))
    resolve(do, "unused", PHONE, BSUID, minute=3)
    assert known(store, "budi").blocked_at == later(2)
    do(lambda shelf: shelf.contacts.forget("budi", later(4)))
    resolve(do, "baru", PHONE, minute=5)
    assert known(store, "baru").blocked_at == later(5)


# ---------------------------------------------------------------- webhooks as they came


def test_old_deliveries_are_swept_the_oldest_first(store: Store, do: Any) -> None:
    resolve(do, "siti", PHONE)
    for minute in (4, 1, 3, 2, 9):
        delivery = Delivery(f"d-{minute}", "whatsapp", later(minute), b"raw")
        do(lambda shelf, d=delivery: [shelf.deliveries.add(d), shelf.deliveries.concern(d.id, ["siti"])])
    assert do(lambda shelf: shelf.deliveries.sweep(later(5), limit=3)) == 3
    assert do(lambda shelf: shelf.deliveries.sweep(later(5))) == 1
    assert do(lambda shelf: shelf.deliveries.sweep(later(5))) == 0
    kept = store.read(lambda shelf: [bool(shelf.deliveries.get(f"d-{minute}")) for minute in (1, 2, 3, 4, 9)])
    assert kept == [False, False, False, False, True]
    assert store.read(lambda shelf: shelf.contacts.holds("siti")).deliveries == 1


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"{}" * 100_000])
def test_a_delivery_is_given_back_byte_for_byte(store: Store, do: Any, raw: bytes) -> None:
    do(lambda shelf: shelf.deliveries.add(Delivery("d-1", "whatsapp", NOON, raw)))
    assert store.read(lambda shelf: shelf.deliveries.get("d-1")) == Delivery("d-1", "whatsapp", NOON, raw)


# ---------------------------------------------------------------- messages in one go


def test_of_messages_added_in_one_go_the_new_ones_are_named(store: Store, do: Any) -> None:
    def a_message(number: int, platform_id: str) -> Message:
        return replace(MESSAGE, id=f"m-{number}", platform_id=platform_id)

    do(lambda shelf: shelf.messages.add(a_message(1, "wamid.1")))
    batch = [a_message(2, "wamid.2"), a_message(3, "wamid.1"), a_message(4, "wamid.4"), a_message(5, "wamid.4")]
    assert do(lambda shelf: shelf.messages.add_all(batch)) == ["m-2", "m-4"]
    assert do(lambda shelf: shelf.messages.add_all(batch)) == []
    assert do(lambda shelf: shelf.messages.add_all([])) == []
    assert [each.id for each in store.read(lambda shelf: shelf.messages.of("siti"))] == ["m-1", "m-2", "m-4"]


def test_a_message_is_found_by_what_the_platform_calls_it(store: Store, do: Any) -> None:
    message = replace(MESSAGE, platform_id="wamid.HBgM\0", refers_to="wamid.0")
    do(lambda shelf: shelf.messages.add(message))
    found = store.read(lambda shelf: shelf.messages.find("whatsapp", "wamid.HBgM\0"))
    assert found == replace(message, platform_id="wamid.HBgM\ufffd")
    assert store.read(lambda shelf: shelf.messages.find("telegram", "wamid.HBgM\0")) is None
    assert store.read(lambda shelf: shelf.messages.find("whatsapp", "wamid.0")) is None
