"""What every channel promises, over every file of the room. To add a channel, say below how it is made."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import periksa.channels
from periksa.channels import Channel
from periksa.channels.console import Console
from periksa.channels.web import Web
from periksa.channels.whatsapp import WhatsApp
from periksa.errors import BadDelivery, BadSignature
from periksa.model import Event, Notice, Received, Status

HOW: dict[str, Callable[[], Channel]] = {
    "console": lambda: Console(lambda _: None),
    "web": Web,
    "whatsapp": lambda: WhatsApp(["rahasia aplikasi"], "kata sandi", "token", "200300400500600"),
}
SIGNING = {"whatsapp"}
GOOD = {
    "console": b'{"id": "1", "text": "cek vaksin", "at": "2026-03-01T15:00:00+07:00"}',
    "web": b'{"id": "u-1", "session": "s-1", "text": "cek vaksin", "at": "2026-03-01T08:00:00Z"}',
    "whatsapp": json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [
                {"changes": [{"field": "messages", "value": {"messages": [{"id": "w-1", "from": "6281355501001"}]}}]}
            ],
        }
    ).encode(),
}
ROOM = sorted(module.name for module in pkgutil.iter_modules(periksa.channels.__path__))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "at", "entry"]), inner),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())


@pytest.fixture(params=ROOM, scope="module")
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    made = HOW[request.param]()
    yield made
    made.close()


def test_every_file_of_the_room_is_covered() -> None:
    assert ROOM == sorted(HOW) == sorted(GOOD)


def test_the_name_is_the_file_name(channel: Channel) -> None:
    assert type(channel).__module__ == f"periksa.channels.{channel.name}"


def test_what_it_can_carry_makes_sense(channel: Channel) -> None:
    assert channel.caps.text >= 1000
    assert 0 <= channel.caps.options <= 10


def test_a_message_comes_in_under_its_channels_name(channel: Channel) -> None:
    (event,) = channel.parse(GOOD[channel.name])
    assert isinstance(event, Received)
    assert event.channel == channel.name
    assert event.platform_id
    assert event.senders
    assert {address.channel for address in event.senders} == {channel.name}
    assert event.sent_at.tzinfo is UTC


def test_parsing_is_pure(channel: Channel) -> None:
    assert channel.parse(GOOD[channel.name]) == channel.parse(GOOD[channel.name])


def outcome(channel: Channel, raw: bytes) -> list[Event] | str:
    try:
        return channel.parse(raw)
    except BadDelivery as refused:
        return str(refused)


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(max_size=60) | JSON)
@example(raw=b"")
@example(raw=b"[" * 100_000)
@example(raw=b"9" * 5_000)
@example(raw=b'{"id": "1", "text": "x", "session": "s", "at": "0001-01-01T00:00:00+14:00"}')
@example(raw=b'{"id": "1", "text": "x", "session": "s", "at": "9999-12-31T23:59:59-14:00"}')
@example(raw=b'{"object": "whatsapp_business_account", "entry": {"0": []}}')
def test_hostile_bytes_are_read_or_refused_in_one_sentence(channel: Channel, raw: bytes) -> None:
    found = outcome(channel, raw)
    if isinstance(found, str):
        assert found
        assert "\n" not in found
    else:
        assert all(isinstance(event, Received | Status | Notice) for event in found)


def test_nul_and_lone_surrogates_do_not_get_in(channel: Channel) -> None:
    raw = GOOD[channel.name].replace(b"cek vaksin", rb"cek \u0000 \ud83d vaksin").replace(b"w-1", rb"w\u0000\ud83d")
    (event,) = channel.parse(raw)
    assert isinstance(event, Received)
    assert "\ufffd" in event.text + event.platform_id
    assert "\0" not in event.text + event.platform_id
    assert (event.text + event.platform_id).encode()


def test_an_unknown_platform_is_never_confirmed(channel: Channel) -> None:
    with pytest.raises(BadSignature):
        channel.handshake({"hub.mode": "subscribe", "hub.verify_token": "tebakan", "hub.challenge": "1"})
    with pytest.raises(BadSignature):
        channel.handshake({})


def test_whoever_signs_refuses_what_is_not_signed(channel: Channel) -> None:
    if channel.name in SIGNING:
        with pytest.raises(BadSignature):
            channel.verify(GOOD[channel.name], {})
    else:
        channel.verify(GOOD[channel.name], {})
