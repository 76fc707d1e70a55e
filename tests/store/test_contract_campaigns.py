"""What every store promises about broadcasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import Address, Audience, Cadence, Campaign, Outgoing, Purpose, Reached, Reply, Status, StatusKind
from periksa.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=5)
CAMPAIGN = Campaign("health garam", "garam", "health", "ayu", NOON, LATER)


def test_a_campaign_is_kept_once_and_comes_back_as_it_was(store: Store, do: Any) -> None:
    assert do(lambda shelf: shelf.campaigns.add(CAMPAIGN))
    assert not do(lambda shelf: shelf.campaigns.add(replace(CAMPAIGN, by="bima")))
    assert store.read(lambda shelf: shelf.campaigns.get(CAMPAIGN.id)) == CAMPAIGN
    assert store.read(lambda shelf: shelf.campaigns.get("none")) is None
    odd = replace(CAMPAIGN, id="odd\0", by="a\0yu", made_at=LATER, due_at=None)
    do(lambda shelf: shelf.campaigns.add(odd))
    found = store.read(lambda shelf: shelf.campaigns.latest())
    assert [(each.id.isprintable(), each.by.isprintable()) for each in found] == [(True, True)] * 2
    assert found[1] == CAMPAIGN
    assert len(store.read(lambda shelf: shelf.campaigns.latest(1))) == 1


def test_it_begins_once_and_ends_once(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.campaigns.add(CAMPAIGN))
    assert do(lambda shelf: shelf.campaigns.begin(CAMPAIGN.id, NOON)) == replace(CAMPAIGN, began_at=NOON)
    assert do(lambda shelf: shelf.campaigns.begin(CAMPAIGN.id, LATER)) == replace(CAMPAIGN, began_at=NOON)
    for at in (NOON, LATER):
        do(lambda shelf, at=at: shelf.campaigns.end(CAMPAIGN.id, at))
    assert store.read(lambda shelf: shelf.campaigns.get(CAMPAIGN.id)).ended_at == NOON
    assert do(lambda shelf: shelf.campaigns.begin("none", NOON)) is None


def test_a_stopped_one_does_not_begin(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.campaigns.add(CAMPAIGN))
    assert do(lambda shelf: shelf.campaigns.halt(CAMPAIGN.id, "bima", NOON))
    assert not do(lambda shelf: shelf.campaigns.halt(CAMPAIGN.id, "citra", LATER))
    assert not do(lambda shelf: shelf.campaigns.halt("none", "citra", LATER))
    begun = do(lambda shelf: shelf.campaigns.begin(CAMPAIGN.id, LATER))
    assert begun == replace(CAMPAIGN, stopped_at=NOON, stopped_by="bima")


@pytest.mark.parametrize(
    ("status", "reached"),
    [
        (None, Reached(queued=2, sent=1)),
        (StatusKind.SENT, Reached(queued=2, sent=1)),
        (StatusKind.DELIVERED, Reached(queued=2, delivered=1)),
        (StatusKind.PLAYED, Reached(queued=2, read=1)),
        (StatusKind.FAILED, Reached(queued=2, failed=1)),
    ],
)
def test_how_far_a_campaign_has_come(store: Store, do: Any, status: StatusKind | None, reached: Reached) -> None:
    def write(shelf: Any) -> None:
        for number in range(3):
            contact = shelf.contacts.resolve([Address("whatsapp", f"62{number}")], f"c-{number}", NOON)
            shelf.outbox.add(
                Outgoing(f"r-{number}", contact, "whatsapp", Reply("x"), purpose=Purpose.BROADCAST, campaign="one")
            )
        shelf.outbox.sent("r-1", "wamid.1")
        if status:
            shelf.outbox.settle(Status("whatsapp", "wamid.1", status, NOON))

    do(write)
    assert store.read(lambda shelf: shelf.campaigns.reached(["one", "two", ""])) == {"one": reached}
    assert store.read(lambda shelf: shelf.campaigns.reached([])) == {}


def test_who_follows_what_is_counted_each_person_once(store: Store, do: Any) -> None:
    def write(shelf: Any) -> None:
        for number in range(5):
            shelf.contacts.resolve([Address("whatsapp", f"62{number}")], f"c-{number}", NOON)
            shelf.subscriptions.subscribe(f"c-{number}", "whatsapp", "health", Cadence.DAILY, NOON, "word")
        shelf.subscriptions.subscribe("c-0", "telegram", "health", Cadence.DAILY, NOON, "word")
        shelf.subscriptions.subscribe("c-0", "whatsapp", "all", Cadence.WEEKLY, NOON, "word")
        shelf.subscriptions.opt_out("c-1", NOON, "word")
        shelf.contacts.block("c-2", NOON)
        shelf.contacts.touch("c-3", "whatsapp", NOON)
        shelf.contacts.gone("c-3", "whatsapp", LATER)

    do(write)
    assert store.read(lambda shelf: shelf.campaigns.followers()) == {
        ("health", Cadence.DAILY): 2,
        ("all", Cadence.WEEKLY): 1,
    }


def test_an_audience_is_each_person_once_on_each_channel(store: Store, do: Any) -> None:
    def write(shelf: Any) -> None:
        for number in range(7):
            shelf.contacts.resolve([Address("whatsapp", f"62{number}")], f"c-{number}", NOON)
            shelf.subscriptions.subscribe(f"c-{number}", "whatsapp", "health", Cadence.DAILY, NOON, "word")
        shelf.subscriptions.subscribe("c-0", "telegram", "all", Cadence.DAILY, NOON, "word")
        shelf.subscriptions.subscribe("c-0", "whatsapp", "all", Cadence.WEEKLY, NOON, "word")
        shelf.contacts.update("c-0", language="en")
        shelf.contacts.touch("c-0", "whatsapp", LATER)
        shelf.contacts.touch("c-1", "whatsapp", NOON)
        shelf.outbox.add(Outgoing("b-garam-c-2", "c-2", "whatsapp", Reply("x"), purpose=Purpose.BROADCAST))
        shelf.subscriptions.opt_out("c-3", NOON, "word")
        shelf.contacts.block("c-4", NOON)
        shelf.contacts.gone("c-5", "whatsapp", LATER)

    do(write)
    closed = {"whatsapp": NOON}
    everybody = store.read(lambda shelf: shelf.campaigns.audience((), closed, "b-garam-"))
    assert everybody == [
        Audience("whatsapp", "", True, False, 2),  # c-1 wrote at that very moment, c-6 never
        Audience("telegram", "en", False, False, 1),
        Audience("whatsapp", "", True, True, 1),
        Audience("whatsapp", "en", False, False, 1),
    ]
    assert store.read(lambda shelf: shelf.campaigns.audience(["all"], {}, "b-gula-")) == [
        Audience("telegram", "en", False, False, 1),
        Audience("whatsapp", "en", False, False, 1),
    ]
    assert store.read(lambda shelf: shelf.campaigns.audience(["politics"], closed, "b-garam-")) == []
