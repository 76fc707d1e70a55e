"""What comes in from Telegram: each kind of update to its event. Shapes from the Bot API 9.2; people are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.channels.fake_telegram import RINA, TOKEN, person, private, written

from periksa.channels.telegram import SIGNATURE, Telegram
from periksa.errors import BadSignature
from periksa.model import Address, Event, Media, MessageKind, Notice, Received

BOT = Telegram(TOKEN)
AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def parse(**update: Any) -> Event:
    (event,) = BOT.parse(json.dumps({"update_id": 31, **update}).encode())
    return event


def received(**update: Any) -> Received:
    event = parse(**update)
    assert isinstance(event, Received)
    return event


def message(number: int = 9, **parts: Any) -> Received:
    return received(message=written(number, **parts))


def test_a_text() -> None:
    event = message(text="benarkah air kelapa menetralkan vaksin?")
    assert event == Received(
        channel="telegram",
        platform_id=event.platform_id,
        senders=(Address("telegram", str(RINA), "user"),),
        kind=MessageKind.TEXT,
        sent_at=AT,
        text="benarkah air kelapa menetralkan vaksin?",
        name="Rina",
        type="text",
    )


def test_an_id_tells_chats_apart_and_nobody_whose_it_is() -> None:
    here, there = message(text="a"), received(message=written(9, 5001002, text="a"))
    assert here.platform_id != there.platform_id
    assert str(RINA) not in here.platform_id
    (elsewhere,) = Telegram("70002:lain").parse(json.dumps({"update_id": 1, "message": written(9, text="a")}).encode())
    assert isinstance(elsewhere, Received)
    assert elsewhere.platform_id != here.platform_id


def test_a_batch_is_read_whole_and_in_order() -> None:
    updates = [
        {"update_id": 1, "message": written(1, text="satu")},
        "rusak",
        {"update_id": 2, "message": {"chat": private()}},
        {"update_id": 3, "message": written(2, text="dua")},
        {"update_id": 4, "hologram": {}},
        {},
    ]
    events = BOT.parse(json.dumps({"ok": True, "result": updates}).encode())
    assert [event.text for event in events if isinstance(event, Received)] == ["satu", "dua"]
    assert [event for event in events if isinstance(event, Notice)] == [
        Notice("telegram", "malformed", "an update is no object"),
        Notice("telegram", "malformed", "message: message_id is missing or no number"),
        Notice("telegram", "hologram"),
        Notice("telegram", "empty"),
    ]


@pytest.mark.parametrize(
    ("parts", "kind", "media"),
    [
        (
            {"photo": [{"file_id": "kecil"}, {"file_id": "besar"}], "caption": "ini benar?"},
            MessageKind.IMAGE,
            Media("besar", "image/jpeg"),
        ),
        ({"voice": {"file_id": "s", "mime_type": "audio/ogg"}}, MessageKind.AUDIO, Media("s", "audio/ogg")),
        ({"audio": {"file_id": "a", "mime_type": "audio/mpeg"}}, MessageKind.AUDIO, Media("a", "audio/mpeg")),
        ({"video": {"file_id": "v", "mime_type": "video/mp4"}}, MessageKind.VIDEO, Media("v", "video/mp4")),
        ({"video_note": {"file_id": "n"}}, MessageKind.VIDEO, Media("n", "video/mp4")),
        (
            {"document": {"file_id": "g"}, "animation": {"file_id": "g", "mime_type": "video/mp4"}},
            MessageKind.VIDEO,
            Media("g", "video/mp4"),
        ),
        ({"document": {"file_id": "d", "mime_type": "text/csv"}}, MessageKind.DOCUMENT, Media("d", "text/csv")),
        ({"sticker": {"file_id": "t", "emoji": "🙏"}}, MessageKind.STICKER, Media("t")),
        ({"location": {"latitude": -6.2, "longitude": 106.8}}, MessageKind.LOCATION, None),
        (
            {"location": {"latitude": -6.2}, "venue": {"title": "Monas", "address": "Jakarta"}},
            MessageKind.LOCATION,
            None,
        ),
        ({"contact": {"phone_number": "+62000", "first_name": "Budi"}}, MessageKind.CONTACTS, None),
        ({"poll": {"id": "1", "question": "Setuju?"}}, MessageKind.UNKNOWN, None),
        ({"pinned_message": {"message_id": 1}}, MessageKind.SYSTEM, None),
    ],
)
def test_every_kind_of_message(parts: dict[str, Any], kind: MessageKind, media: Media | None) -> None:
    event = message(**parts)
    assert (event.kind, event.media) == (kind, media)
    assert event.type in parts
    assert event.text == parts.get("caption", "")


def test_an_unknown_kind_keeps_the_platforms_word() -> None:
    event = message(forward_date=1, telepathy={"thought": "x"}, caption="?")
    assert (event.kind, event.type, event.text) == (MessageKind.UNKNOWN, "telepathy", "?")


@pytest.mark.parametrize(
    "origin",
    [
        {"forward_origin": {"type": "hidden_user", "sender_user_name": "Tante", "date": 1}},
        {"forward_origin": {"type": "channel", "chat": {"id": -100, "type": "channel"}, "message_id": 4, "date": 1}},
        {"forward_date": 1},
    ],
)
def test_a_forward_is_known_as_one(origin: dict[str, Any]) -> None:
    assert message(text="Sebarkan!", **origin).forwarded
    assert not message(text="Sebarkan!").forwarded


def test_a_reply_names_what_it_answers() -> None:
    asked = message(8, text="kabar lama")
    assert message(9, text="itu benar?", reply_to_message=written(8, text="kabar lama")).refers_to == asked.platform_id


def test_an_edit_is_new_each_time_and_names_the_first_wording() -> None:
    first = message(text="air kelpa")
    edits = [
        received(update_id=number, edited_message=written(9, text="air kelapa", edit_date=1772352060))
        for number in (40, 41, 41)
    ]
    assert {edit.kind for edit in edits} == {MessageKind.EDIT}
    assert {edit.refers_to for edit in edits} == {first.platform_id}
    assert len({edit.platform_id for edit in edits} | {first.platform_id}) == 3
    assert edits[0].sent_at == datetime(2026, 3, 1, 8, 1, tzinfo=UTC)


def test_a_location_that_moves_is_no_new_question() -> None:
    assert parse(edited_message=written(9, location={"latitude": 1})) == Notice("telegram", "edited without words")


OFFER = {
    "message_id": 12,
    "chat": private(),
    "from": {"id": 70001, "is_bot": True},
    "reply_markup": {
        "inline_keyboard": [
            [{"text": "1. Air kelapa", "callback_data": "article:7"}],
            [{"text": "2. Bukan semua ini", "callback_data": "2"}],
        ]
    },
}


def tapped(data: str) -> Received:
    return received(callback_query={"id": "889", "from": person(), "message": OFFER, "data": data})


def test_a_tap_is_a_choice_that_names_its_offer() -> None:
    event = tapped("article:7")
    assert (event.kind, event.choice, event.text) == (MessageKind.CHOICE, "article:7", "Air kelapa")
    assert event.refers_to == message(12, text="x").platform_id
    assert event.platform_id != event.refers_to


def test_a_tap_that_carries_a_number_is_as_if_it_was_typed() -> None:
    event = tapped("2")
    assert (event.kind, event.choice, event.text) == (MessageKind.TEXT, "", "2")
    assert event.refers_to == message(12, text="x").platform_id


def test_a_reaction_and_its_removal() -> None:
    given = {"chat": private(), "message_id": 12, "user": person(), "date": 1772352000, "old_reaction": []}
    liked = received(message_reaction=given | {"new_reaction": [{"type": "emoji", "emoji": "👍"}]})
    assert (liked.kind, liked.text) == (MessageKind.REACTION, "👍")
    assert liked.refers_to == message(12, text="x").platform_id
    assert received(message_reaction=given | {"new_reaction": []}).text == ""


@pytest.mark.parametrize(("status", "type"), [("kicked", "system/blocked"), ("member", "system/unblocked")])
def test_who_blocks_us_is_noted(status: str, type: str) -> None:
    event = received(
        my_chat_member={"chat": private(), "from": person(), "date": 1, "new_chat_member": {"status": status}}
    )
    assert (event.kind, event.type) == (MessageKind.SYSTEM, type)


GROUP = {"id": -1001, "type": "supergroup", "title": "Keluarga besar"}


@pytest.mark.parametrize(
    "update",
    [
        {"message": written(9, text="rahasia grup") | {"chat": GROUP}},
        {"edited_message": written(9, text="rahasia grup") | {"chat": GROUP}},
        {"callback_query": {"id": "1", "from": person(), "message": OFFER | {"chat": GROUP}, "data": "none"}},
        {"message_reaction": {"chat": GROUP, "message_id": 1, "user": person(), "date": 1, "new_reaction": []}},
        {"my_chat_member": {"chat": GROUP, "from": person(), "date": 1, "new_chat_member": {"status": "member"}}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": -7, "type": "channel"}, "text": "rahasia grup"}},
    ],
)
def test_of_groups_nothing_is_taken_in(update: dict[str, Any]) -> None:
    assert parse(**update) == Notice("telegram", "group")


def test_another_bot_is_not_talked_to() -> None:
    assert parse(message=written(9, text="hai") | {"from": person(is_bot=True)}) == Notice("telegram", "bot")


@pytest.mark.parametrize(
    ("typed", "language", "spoken"),
    [
        ("/start", "id", "halo"),
        ("/start dari_situs", "id", "halo"),
        ("/start", "en-GB", "hello"),
        ("/start@cekfaktauji_bot", "id", "halo"),
        ("/help", "id", "bantuan"),
        ("/help", "en", "help"),
        ("/stop", "id", "berhenti"),
        ("/ikuti kesehatan", "id", "ikuti kesehatan"),
        ("/hapus_data", "id", "hapus data"),
        ("/ bukan perintah", "id", "/ bukan perintah"),
        ("/home/rina itu apa?", "id", "/home/rina itu apa?"),
    ],
)
def test_commands_are_words(typed: str, language: str, spoken: str) -> None:
    update = written(9, text=typed) | {"from": person(language_code=language)}
    assert received(message=update).text == spoken


def test_only_telegram_can_bring_something() -> None:
    brought = {SIGNATURE: BOT._secret}
    BOT.verify(b"{}", brought)
    for headers in ({}, {SIGNATURE: ""}, {SIGNATURE: BOT._secret[:-1]}, {SIGNATURE: "ü\ud83d"}):
        with pytest.raises(BadSignature):
            BOT.verify(b"{}", headers)
    with pytest.raises(BadSignature):
        Telegram("70001:token-baru").verify(b"{}", brought)


KEYS = [
    *("update_id", "message", "edited_message", "callback_query", "message_reaction", "my_chat_member", "result", "ok"),
    *("message_id", "chat", "from", "id", "type", "date", "text", "photo", "data", "reply_markup", "inline_keyboard"),
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("private")
HOSTILE = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8)
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS[1:6]), HOSTILE, max_size=2), HOSTILE)
def test_anything_anywhere_is_read_or_becomes_a_notice(update: dict[str, Any], part: Any) -> None:
    whole = written(9, text="x", reply_to_message=part, photo=part, voice=part)
    for body in ({"update_id": 1, **update}, {"update_id": part, "message": whole}):
        (event,) = BOT.parse(json.dumps(body).encode())
        assert event.channel == "telegram"
