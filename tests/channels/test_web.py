from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from periksa.channels.web import LARGEST, Web
from periksa.errors import BadDelivery
from periksa.model import Address, MessageKind, Outgoing, Received, Reply

POSTED = {
    "id": "3f1c9a52-58b1-4c55-9f0e-0d1f6a2b7c11",
    "session": "sesi-rina",
    "text": "benarkah air kelapa menetralkan vaksin?",
    "sent_at": "2026-03-01T08:00:00.250Z",
    "at": "2026-03-01T08:00:01Z",
}


def parse(**changes: Any) -> Received:
    (event,) = Web().parse(json.dumps(POSTED | changes).encode())
    assert isinstance(event, Received)
    return event


def test_a_posted_message_is_read() -> None:
    assert parse() == Received(
        channel="web",
        platform_id=POSTED["id"],
        senders=(Address("web", "sesi-rina", "session"),),
        kind=MessageKind.TEXT,
        sent_at=datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC),
        text=POSTED["text"],
    )


def test_a_tapped_option_is_a_choice() -> None:
    event = parse(text="Vaksin berisi cip", choice="article:42")
    assert (event.kind, event.choice, event.text) == (MessageKind.CHOICE, "article:42", "Vaksin berisi cip")


@pytest.mark.parametrize("absent", [None, ""])
def test_without_its_own_time_a_message_has_the_doors(absent: Any) -> None:
    assert parse(sent_at=absent).sent_at == datetime(2026, 3, 1, 8, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": ""}, '"id" is missing or longer than 100'),
        ({"id": "x" * 101}, '"id" is missing or longer than 100'),
        ({"id": 7}, '"id" that is not text'),
        ({"session": None}, '"session" is missing or longer than 100'),
        ({"session": "x" * 101}, '"session" is missing or longer than 100'),
        ({"text": " \n"}, "neither a text nor a choice"),
        ({"text": ["x"]}, '"text" that is not text'),
        ({"choice": {"id": 1}}, '"choice" that is not text'),
        ({"sent_at": "kemarin"}, "without a readable time"),
        ({"sent_at": None, "at": None}, "without a readable time"),
    ],
)
def test_a_malformed_message_is_refused_in_one_sentence(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadDelivery, match=problem):
        parse(**changes)


def test_64_kib_are_read_and_no_more() -> None:
    raw = json.dumps(POSTED).encode()
    assert Web().parse(raw.ljust(LARGEST))
    with pytest.raises(BadDelivery, match="64 KiB"):
        Web().parse(raw.ljust(LARGEST + 1))


@pytest.mark.parametrize("raw", [b"", b"halo", b"\xff", b"[1]", b"[" * 60_000])
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(BadDelivery, match="the page sent"):
        Web().parse(raw)


def test_a_reply_stays_in_the_outbox() -> None:
    outgoing = Outgoing("out-7", "c-1", "web", Reply("Salah."))
    assert Web().send(outgoing, [Address("web", "sesi-rina", "session")]) == "web-out-7"
