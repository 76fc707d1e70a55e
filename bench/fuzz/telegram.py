"""Hostile bytes at Telegram's door: `verify` and `parse`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import atheris

with atheris.instrument_imports(include=["periksa.channels", "periksa.lang.mend"]):
    from periksa.channels.telegram import SIGNATURE, Telegram

from mutating import fuzz

from periksa.errors import BadDelivery, BadSignature
from periksa.model import Notice, Received, Status

CHANNEL = Telegram("70001:AAuji-token-rahasia")
RINA = {"id": 5001001, "is_bot": False, "first_name": "Rina", "language_code": "id"}
CHAT = {"id": 5001001, "type": "private", "first_name": "Rina"}
FILE = {"file_id": "berkas-1", "file_unique_id": "unik-1", "file_size": 1234, "mime_type": "image/jpeg"}
OFFER = {
    "message_id": 8,
    "chat": CHAT,
    "date": 1772352000,
    "text": "Pilih:",
    "reply_markup": {"inline_keyboard": [[{"text": "Ini", "callback_data": "none"}]]},
}
PARTS: tuple[dict[str, Any], ...] = (
    {"text": "benarkah air kelapa menetralkan vaksin?"},
    {"text": "/start dari_situs"},
    {"text": "/bagaimana_ini itu"},
    {"text": "sebarkan", "forward_origin": {"type": "hidden_user", "sender_user_name": "Warga", "date": 1772000000}},
    {"text": "ini?", "reply_to_message": OFFER, "quote": {"text": "Pilih", "position": 0}},
    {"photo": [{**FILE, "width": 90, "height": 90}, {**FILE, "width": 900, "height": 900}], "caption": "benar?"},
    *({kind: FILE} for kind in ("voice", "audio", "video", "video_note", "animation", "document", "sticker")),
    {"contact": {"phone_number": "0", "first_name": "Warga"}},
    {"location": {"latitude": -6.2, "longitude": 106.8}},
    {"poll": {"id": "1", "question": "Ya?", "options": []}},
    {"migrate_to_chat_id": -1001},
)


def seeds() -> Iterator[bytes]:
    head = {"message_id": 9, "from": RINA, "chat": CHAT, "date": 1772352000}
    updates: list[dict[str, Any]] = [{"message": {**head, **part}} for part in PARTS]
    updates += [{"edited_message": {**head, "edit_date": 1772352060, **part}} for part in PARTS[:5]]
    updates += [
        {"callback_query": {"id": "1", "from": RINA, "message": OFFER, "data": "none"}},
        {"message_reaction": {"chat": CHAT, "message_id": 8, "user": RINA, "date": 1772352000, "new_reaction": []}},
        {"my_chat_member": {"chat": CHAT, "from": RINA, "date": 1, "new_chat_member": {"status": "kicked"}}},
    ]
    for number, update in enumerate(updates):
        yield json.dumps({"update_id": number, **update}).encode()
    yield json.dumps({"ok": True, "result": [{"update_id": 1, **update} for update in updates]}).encode()


def one(data: bytes) -> None:
    try:
        CHANNEL.verify(data, {SIGNATURE: data.decode("utf-8", "surrogateescape")})
    except BadSignature:
        pass
    else:
        raise AssertionError("a delivery passed without the secret")
    try:
        events = CHANNEL.parse(data)
    except BadDelivery:
        return
    for event in events:
        assert isinstance(event, Received | Status | Notice)
        repr(event).encode()


if __name__ == "__main__":
    fuzz(one, seeds(), as_json=True)
