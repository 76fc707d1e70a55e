"""What every store promises about forgetting: a person, and one message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import (
    Address,
    Cadence,
    CaseState,
    Delivery,
    Feedback,
    Job,
    JobKind,
    JobState,
    Media,
    Message,
    MessageKind,
    Outgoing,
    Receipt,
    Reply,
)
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
PHONE = Address("whatsapp", "6281100022233")
BSUID = Address("whatsapp", "ID.1349302220153", "bsuid")
OTHER = Address("whatsapp", "6281100099988")
MESSAGE = Message("m-1", "siti", "whatsapp", "wamid.1", MessageKind.IMAGE, NOON, NOON, "apakah ini benar?")
PICTURE = replace(MESSAGE, media=Media("987", "image/jpeg", "ab12"))


def a_life(shelf: Transaction, contact: str, *addresses: Address) -> None:
    """Everything a store may know of somebody."""
    shelf.contacts.resolve(addresses, contact, NOON)
    shelf.deliveries.add(Delivery(f"d-{contact}", "whatsapp", NOON, b"raw"))
    shelf.deliveries.concern(f"d-{contact}", [contact])
    said = replace(PICTURE, id=f"m-{contact}", platform_id=f"wamid.{contact}", contact=contact)
    shelf.messages.add(said)
    shelf.messages.add(replace(said, id=f"n-{contact}", platform_id=f"wamid.n.{contact}", media=None))
    shelf.contacts.touch(contact, "whatsapp", NOON)
    shelf.cases.join([f"case of {contact}"], said.text, said.id, NOON, f"case-{contact}")
    shelf.outbox.add(Outgoing(f"o-{contact}", contact, "whatsapp", Reply("Belum diperiksa."), message=said.id))
    shelf.jobs.add([Job(JobKind.ANSWER, said.id, contact), Job(JobKind.SEND, f"o-{contact}", contact)], NOON)
    shelf.feedback.put(Feedback(f"o-{contact}", contact, True, "button", NOON))
    shelf.subscriptions.subscribe(contact, "whatsapp", "kesehatan", Cadence.DAILY, NOON, "word")


SITI = Receipt(messages=2, replies=1, addresses=2, deliveries=1, consents=1, feedback=1, files=("m-siti",))


def test_what_is_held_of_somebody_is_what_would_be_erased(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "budi", OTHER))
    do(lambda shelf: a_life(shelf, "siti", PHONE, BSUID))
    assert store.read(lambda shelf: shelf.contacts.holds("siti")) == SITI
    assert do(lambda shelf: shelf.contacts.forget("siti", LATER)) == SITI
    assert store.read(lambda shelf: shelf.contacts.holds("siti")) == Receipt()


def left_of(shelf: Transaction, contact: str) -> list[Any]:
    jobs = [job.key for job in shelf.jobs.list(JobState.READY)]
    delivery = shelf.deliveries.get(f"d-{contact}")
    return [
        shelf.contacts.get(contact),
        shelf.contacts.find(PHONE),
        shelf.contacts.addresses(contact, "whatsapp"),
        shelf.contacts.wrote_at(contact, "whatsapp"),
        shelf.messages.of(contact),
        shelf.messages.get(f"m-{contact}"),
        shelf.outbox.of(contact),
        shelf.outbox.get(f"o-{contact}"),
        shelf.feedback.get(f"o-{contact}"),
        shelf.subscriptions.of(contact),
        shelf.subscriptions.consents(contact),
        delivery and delivery.raw,
        f"m-{contact}" in jobs or f"o-{contact}" in jobs,
    ]


def test_nothing_is_left_of_who_was_forgotten_and_everything_of_the_others(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "budi", OTHER))
    do(lambda shelf: a_life(shelf, "siti", PHONE, BSUID))
    before = store.read(lambda shelf: left_of(shelf, "budi"))
    do(lambda shelf: shelf.contacts.forget("siti", LATER))
    assert not any(store.read(lambda shelf: left_of(shelf, "siti")))
    before[1] = None
    assert store.read(lambda shelf: left_of(shelf, "budi")) == before


def test_the_audit_does_not_say_who_was_forgotten(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "siti", PHONE))
    do(lambda shelf: shelf.contacts.forget("siti", LATER))
    assert do(lambda shelf: shelf.contacts.forget("siti", LATER)) == Receipt()
    [entry] = store.read(lambda shelf: shelf.audit.list())
    assert entry.at == LATER
    assert entry.what == "forgot a person"
    assert "siti" not in repr(entry)


def test_who_writes_again_is_somebody_new(do: Any) -> None:
    do(lambda shelf: a_life(shelf, "siti", PHONE))
    do(lambda shelf: shelf.contacts.forget("siti", LATER))
    assert do(lambda shelf: shelf.contacts.resolve([PHONE], "baru", LATER)) == "baru"
    assert do(lambda shelf: shelf.messages.add(replace(MESSAGE, contact="baru")))


def test_forgetting_one_who_was_merged_forgets_all_their_names(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.contacts.resolve([PHONE], "budi", NOON))
    do(lambda shelf: a_life(shelf, "siti", BSUID))
    do(lambda shelf: shelf.contacts.resolve([PHONE, BSUID], "unused", LATER))
    assert do(lambda shelf: shelf.contacts.forget("siti", LATER)).messages == 2
    assert store.read(lambda shelf: [shelf.contacts.get(id) for id in ("siti", "budi")]) == [None, None]
    assert store.read(lambda shelf: shelf.messages.of("siti")) == []


def test_a_blocked_address_stays_blocked_when_its_owner_is_forgotten(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "siti", PHONE))
    do(lambda shelf: shelf.contacts.block("siti", NOON))
    do(lambda shelf: shelf.contacts.forget("siti", LATER))
    do(lambda shelf: shelf.contacts.resolve([PHONE], "baru", LATER))
    contact = store.read(lambda shelf: shelf.contacts.get("baru"))
    assert contact is not None
    assert contact.blocked_at == LATER


def test_a_case_keeps_its_count_and_takes_the_words_of_another(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "siti", PHONE))
    do(lambda shelf: a_life(shelf, "budi", OTHER))
    theirs = replace(MESSAGE, id="m-9", platform_id="wamid.9", contact="budi", text="benar tidak ini?")
    do(lambda shelf: shelf.messages.add(theirs))
    do(lambda shelf: shelf.cases.join(["case of siti"], theirs.text, "m-9", NOON, "unused"))
    do(lambda shelf: shelf.contacts.forget("siti", LATER))
    case = store.read(lambda shelf: shelf.cases.get("case-siti"))
    assert case is not None
    assert (case.text, case.asked, case.state) == ("benar tidak ini?", 2, CaseState.OPEN)
    assert store.read(lambda shelf: [each.contact for each in shelf.cases.waiting("case-siti")]) == ["budi"]
    do(lambda shelf: shelf.contacts.forget("budi", LATER))
    case = store.read(lambda shelf: shelf.cases.get("case-siti"))
    assert case is not None
    assert (case.text, case.asked, case.state, case.settled_at) == ("", 2, CaseState.CLOSED, LATER)
    assert store.read(lambda shelf: shelf.cases.find(["case of siti"], CaseState.CLOSED)) == []


def test_a_case_whose_words_are_anothers_keeps_them(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "budi", OTHER))
    do(lambda shelf: a_life(shelf, "siti", PHONE))
    do(lambda shelf: shelf.cases.join(["case of budi"], "lain", "n-siti", NOON, "unused"))
    do(lambda shelf: shelf.contacts.forget("siti", LATER))
    case = store.read(lambda shelf: shelf.cases.get("case-budi"))
    assert case is not None
    assert (case.text, case.asked, case.state) == (MESSAGE.text, 2, CaseState.OPEN)


def test_an_answered_case_stays_answered_when_all_who_asked_are_gone(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "siti", PHONE))
    do(lambda shelf: shelf.cases.answer("case-siti", ["cek-1"], "Rina", NOON))
    do(lambda shelf: shelf.contacts.forget("siti", LATER))
    case = store.read(lambda shelf: shelf.cases.get("case-siti"))
    assert case is not None
    assert (case.text, case.state, case.settled_by) == ("", CaseState.ANSWERED, "Rina")


def test_many_messages_are_forgotten_as_well(store: Store, do: Any) -> None:
    def work(shelf: Transaction) -> None:
        shelf.contacts.resolve([PHONE], "siti", NOON)
        shelf.messages.add_all(
            [replace(MESSAGE, id=f"m-{number}", platform_id=f"wamid.{number}") for number in range(1100)]
        )
        for number in (3, 700):
            shelf.cases.join([f"{number}"], "teks", f"m-{number}", NOON, f"case-{number}")

    do(work)
    assert do(lambda shelf: shelf.contacts.forget("siti", LATER)).messages == 1100
    assert store.read(lambda shelf: shelf.cases.counts()) == {CaseState.CLOSED: 2}


# ---------------------------------------------------------------- one message


@pytest.fixture
def said(do: Any) -> None:
    """Siti sent two pictures, each in a delivery of its own."""

    def work(shelf: Transaction) -> None:
        shelf.contacts.resolve([PHONE], "siti", NOON)
        for number in (1, 2):
            at = NOON + timedelta(minutes=number)
            shelf.deliveries.add(Delivery(f"d-{number}", "whatsapp", at, b"raw"))
            shelf.deliveries.concern(f"d-{number}", ["siti"])
            id = f"m-{number}"
            shelf.messages.add(
                replace(PICTURE, id=id, platform_id=f"wamid.{number}", received_at=at, choice="pilih"),
            )
            shelf.cases.join([id], PICTURE.text, id, at, f"case-{number}")

    do(work)


@pytest.mark.usefixtures("said")
def test_a_revoked_message_leaves_neither_words_nor_file_nor_webhook(store: Store, do: Any) -> None:
    receipt = do(lambda shelf: shelf.messages.forget("siti", "whatsapp", "wamid.1", LATER))
    assert receipt == Receipt(messages=1, deliveries=1, files=("m-1",))
    gone, kept = store.read(lambda shelf: [shelf.messages.get(id) for id in ("m-1", "m-2")])
    assert gone is not None
    assert (gone.text, gone.choice, gone.media, gone.forgotten_at) == ("", "", None, LATER)
    assert kept is not None
    assert kept.media == PICTURE.media
    raw = store.read(lambda shelf: [shelf.deliveries.get(id).raw for id in ("d-1", "d-2")])
    assert raw == [b"", b"raw"]
    cases = store.read(lambda shelf: [shelf.cases.get(id) for id in ("case-1", "case-2")])
    assert [(case.text, case.state) for case in cases] == [("", CaseState.CLOSED), (PICTURE.text, CaseState.OPEN)]
    assert [entry.what for entry in store.read(lambda shelf: shelf.audit.list())] == [
        "forgot a message that was revoked"
    ]


@pytest.mark.usefixtures("said")
def test_revoking_again_changes_nothing(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.messages.forget("siti", "whatsapp", "wamid.1", NOON))
    assert do(lambda shelf: shelf.messages.forget("siti", "whatsapp", "wamid.1", LATER)) == Receipt()
    message = store.read(lambda shelf: shelf.messages.get("m-1"))
    assert message is not None
    assert message.forgotten_at == NOON
    assert len(store.read(lambda shelf: shelf.audit.list())) == 1
    assert not do(lambda shelf: shelf.messages.add(replace(PICTURE, id="m-9"))), "it is still known to have been here"


@pytest.mark.usefixtures("said")
def test_only_who_sent_a_message_can_change_or_revoke_it(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.contacts.resolve([OTHER], "budi", NOON))
    assert do(lambda shelf: shelf.messages.forget("budi", "whatsapp", "wamid.1", LATER)) is None
    assert do(lambda shelf: shelf.messages.forget("siti", "whatsapp", "wamid.7", LATER)) is None
    assert do(lambda shelf: shelf.messages.amend("budi", "whatsapp", "wamid.1", "lain", LATER)) is None
    assert do(lambda shelf: shelf.messages.amend("siti", "telegram", "wamid.1", "lain", LATER)) is None
    message = store.read(lambda shelf: shelf.messages.get("m-1"))
    assert message is not None
    assert message.text == PICTURE.text


@pytest.mark.usefixtures("said")
def test_an_edited_message_has_its_new_words(store: Store, do: Any) -> None:
    amended = do(lambda shelf: shelf.messages.amend("siti", "whatsapp", "wamid.1", "maksud saya\0 ini", LATER))
    assert (amended.text, amended.edited_at, amended.media) == ("maksud saya\ufffd ini", LATER, PICTURE.media)
    assert store.read(lambda shelf: shelf.messages.get("m-1")) == amended


@pytest.mark.usefixtures("said")
def test_a_revoked_message_cannot_be_edited_and_its_edits_go_with_it(store: Store, do: Any) -> None:
    edit = replace(MESSAGE, id="m-3", platform_id="wamid.3", kind=MessageKind.EDIT, refers_to="wamid.1", text="baru")
    do(lambda shelf: shelf.messages.add(edit))
    do(lambda shelf: shelf.messages.add(replace(edit, id="m-4", platform_id="wamid.4", refers_to="wamid.2")))
    do(lambda shelf: shelf.messages.forget("siti", "whatsapp", "wamid.1", LATER))
    assert do(lambda shelf: shelf.messages.amend("siti", "whatsapp", "wamid.1", "lagi", LATER)) is None
    texts = store.read(lambda shelf: [shelf.messages.get(id).text for id in ("m-1", "m-3", "m-4")])
    assert texts == ["", "", "baru"]


def test_what_came_after_a_message_outlasts_forgetting_until_it(store: Store, do: Any) -> None:
    do(lambda shelf: a_life(shelf, "siti", PHONE, BSUID))
    do(lambda shelf: shelf.contacts.update("siti", welcomed_at=NOON, language="en"))
    yes = replace(MESSAGE, id="yes", platform_id="wamid.yes", received_at=LATER)
    after = replace(PICTURE, id="after", platform_id="wamid.after", received_at=LATER + timedelta(seconds=1))
    do(lambda shelf: [shelf.messages.add(yes), shelf.messages.add(after)])
    do(lambda shelf: shelf.deliveries.add(Delivery("d-after", "whatsapp", after.received_at, b"later")))
    do(lambda shelf: shelf.deliveries.concern("d-after", ["siti"]))
    do(lambda shelf: shelf.jobs.add([Job(JobKind.ANSWER, "after", "siti")], LATER))
    receipt = do(lambda shelf: shelf.contacts.forget_until(yes, LATER))
    assert receipt == Receipt(messages=3, replies=1, deliveries=1, consents=1, feedback=1, files=("m-siti",))
    assert store.read(lambda shelf: [one.id for one in shelf.messages.of("siti")]) == ["after"]
    assert store.read(lambda shelf: [job.key for job in shelf.jobs.list(JobState.READY)]) == ["after"]
    assert store.read(lambda shelf: shelf.contacts.addresses("siti", "whatsapp")) == [PHONE, BSUID]
    assert store.read(lambda shelf: shelf.contacts.wrote_at("siti", "whatsapp")) == NOON
    person = store.read(lambda shelf: shelf.contacts.get("siti"))
    assert (person.welcomed_at, person.language, person.created_at) == (None, "", LATER)
    raw = store.read(lambda shelf: [shelf.deliveries.get(id).raw for id in ("d-siti", "d-after")])
    assert raw == [b"", b"later"]
    assert do(lambda shelf: shelf.contacts.forget_until(yes, LATER)) == Receipt()


def test_only_the_silent_are_forgotten_silently(do: Any) -> None:
    do(lambda shelf: a_life(shelf, "siti", PHONE))
    assert do(lambda shelf: shelf.contacts.forget_silent("siti", LATER)) == Receipt()
    do(lambda shelf: shelf.contacts.resolve([OTHER], "budi", NOON))
    assert do(lambda shelf: shelf.contacts.forget_silent("budi", LATER)) == Receipt(addresses=1)
