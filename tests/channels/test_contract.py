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
from periksa.channels import Channel, lower
from periksa.channels.console import Console
from periksa.channels.telegram import Telegram
from periksa.channels.web import Web
from periksa.channels.whatsapp import WhatsApp
from periksa.errors import BadDelivery, BadSignature
from periksa.lang.cut import cut
from periksa.model import Event, Notice, Option, Received, Reply, Status

HOW: dict[str, Callable[[], Channel]] = {
    "console": lambda: Console(lambda _: None),
    "telegram": lambda: Telegram("70001:token-uji"),
    "web": Web,
    "whatsapp": lambda: WhatsApp(["rahasia aplikasi"], "kata sandi", "token", "200300400500600"),
}
SIGNING = {"telegram", "whatsapp"}
GOOD = {
    "console": b'{"id": "1", "text": "cek vaksin", "at": "2026-03-01T15:00:00+07:00"}',
    "telegram": (
        b'{"update_id": 1, "message": {"message_id": 2, "chat": {"id": 5001001, "type": "private"}, '
        b'"date": 1772352000, "text": "cek vaksin"}}'
    ),
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
@example(raw=b'{"update_id": 1, "message": {"message_id": 9e999, "chat": {"id": true, "type": "private"}}}')
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


# ---------------------------------------------------------------- what goes out, within what a channel can carry

GRAPHEMES = ["a", " ", "\n", "*", "é", "e\u0301", "👨‍👩‍👧‍👦", "🇮🇩", "👋🏽", "क्षि", "\ud83d", "\0"]
WORDS = st.lists(st.sampled_from(GRAPHEMES), max_size=40).map("".join)
LONG = st.tuples(WORDS, st.integers(1, 600)).map(lambda drawn: (drawn[0] * drawn[1])[:20_000])
TITLES = st.tuples(WORDS, st.sampled_from([1, 3, 50])).map(lambda drawn: drawn[0].replace("\n", " ") * drawn[1])
OPTIONS = st.lists(st.builds(Option, st.text(max_size=90), TITLES, TITLES), max_size=10).map(tuple)


@settings(max_examples=40, deadline=None)
@given(reply=st.builds(Reply, LONG, OPTIONS, WORDS))
def test_any_reply_is_lowered_to_what_the_channel_can_carry(channel: Channel, reply: Reply) -> None:
    caps, lowered = channel.caps, lower(reply, channel.caps)
    assert caps.size(lowered.text) <= caps.text
    lowered.text.encode()
    assert len(lowered.options) in (0, len(reply.options)), "never some of them"
    assert [tap.id for tap in lowered.options] == [option.id for option in reply.options][: len(lowered.options)]
    if lowered.options:
        assert len(lowered.options) <= caps.options
        assert not caps.beside or caps.size(lowered.text) <= caps.beside
        assert not caps.tap or all(caps.size(tap.title) <= caps.tap for tap in lowered.options)
    elif reply.options:
        lines = lowered.text.split("\n")[-len(reply.options) :]
        numbers = [f"{number}." for number in range(1, len(reply.options) + 1)]
        assert [line.partition(" ")[0] for line in lines] == numbers, "every option can be read and picked"


@pytest.mark.parametrize("grapheme", ["👨‍👩‍👧‍👦", "🇮🇩", "👋🏽", "e\u0301"])
def test_nothing_is_cut_within_what_a_reader_sees_as_one_character(channel: Channel, grapheme: str) -> None:
    many = grapheme * 20_000
    lowered = lower(Reply(many, (Option("1", many), Option("2", many))), channel.caps)
    for text in (lowered.text, *(tap.title for tap in lowered.options)):
        left = text.replace(grapheme, "").replace("…", "").strip()
        assert set(left) <= set("12. \n"), cut(left, 20)
