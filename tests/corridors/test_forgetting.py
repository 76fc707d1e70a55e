"""An erasure takes what stood before the confirmation; what is written after it is kept, however soon it comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.corridors.conftest import ANSWERED, RINA, SAY, UNCHECKED, House, written

from periksa.model import JobKind, MessageKind

ERASED = SAY["erased"].partition("{")[0]


def erase(house: House) -> None:
    house.say("hapus")
    assert house.say("ya").startswith(ERASED)


def test_what_stood_before_is_gone_with_the_receipt(house: House) -> None:
    house.say("IKUTI KESEHATAN")
    house.send_kind("image", {"id": "f", "sha256": "ab"})
    house.say(UNCHECKED)
    house.say("hapus")
    rina = house.contact()
    before = house.look(lambda tx: tx.messages.of(rina))
    assert house.say("ya").startswith(ERASED)
    assert house.kept() == []
    assert len(house.replies()) == 1
    assert house.look(lambda tx: tx.subscriptions.of(rina)) == []
    assert house.look(lambda tx: tx.subscriptions.consents(rina)) == []
    assert house.cases() == []
    assert house.dropped == [one.id for one in before if one.kind is MessageKind.IMAGE]


@pytest.mark.parametrize("accepted", [True, False])
def test_what_is_written_right_after_the_receipt_is_kept(house: House, accepted: bool) -> None:
    house.say(UNCHECKED)
    erase(house)
    assert SAY["introduction"][-30:] in house.say("IKUTI KESEHATAN")
    assert SAY["not_checked"] in house.say("kopi luwak palsu beredar di pasar")
    if accepted:
        house.accept()
    house.wait(minutes=20)
    rina = house.contact()
    assert [one.topic for one in house.look(lambda tx: tx.subscriptions.of(rina))] == ["health"]
    assert [case.text for case in house.cases()] == ["kopi luwak palsu beredar di pasar"]
    assert len(house.kept()) == 2
    assert house.look(lambda tx: tx.jobs.counts().get((JobKind.FORGET, "ready"))) is None


def test_what_came_before_the_confirmation_was_read_is_answered_and_kept(house: House) -> None:
    """All of it waits at once: the workers see the confirmation first."""
    house.say(UNCHECKED)
    house.say("hapus")
    house.hear(written("ya", 501), written(ANSWERED["garam"], 502), written("IKUTI", 503))
    house.wait()
    first, second, _ = house.said()
    assert first.startswith(ERASED)
    assert "air garam" in second
    house.accept()
    house.wait(minutes=20)
    rina = house.contact()
    assert len(house.look(lambda tx: tx.messages.of(rina))) == 2
    assert len(house.look(lambda tx: tx.subscriptions.of(rina))) == 1


def test_whoever_wrote_again_can_be_forgotten_again(house: House) -> None:
    erase(house)
    house.say(UNCHECKED)
    assert house.say("HAPUS") == SAY["erase_ask"]
    assert house.say("YA").startswith(ERASED)
    assert house.cases() == []
    house.accept()
    house.wait(seconds=10)
    assert house.contact(RINA) == ""


def test_the_receipt_can_be_sent(house: House) -> None:
    """Address and open window outlast what was written, until the receipt is out."""
    erase(house)
    rina = house.contact()
    wrote_at = house.look(lambda tx: tx.contacts.wrote_at(rina, "whatsapp"))
    assert wrote_at
    assert house.clock() - wrote_at < timedelta(days=30)
    assert [one.value for one in house.look(lambda tx: tx.contacts.addresses(rina, "whatsapp"))] == [RINA]
    assert house.look(lambda tx: tx.contacts.get(rina)).welcomed_at is None
