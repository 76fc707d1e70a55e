"""A delivery of the Telegram Bot API → everything in it, in order.

A webhook brings one `Update`, `getUpdates` a list of them (core.telegram.org/bots/api, "Getting updates"; 9.2). What is
malformed becomes a Notice, and the rest is read all the same. Groups and channels are none of our business: of what is
said there only the fact remains that something was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from periksa.channels import BLOCKED
from periksa.channels.telegram.ids import Happened, Ids
from periksa.errors import BadDelivery
from periksa.lang.mend import mend
from periksa.model import Address, Event, Media, MessageKind, Notice, Received

CHANNEL = "telegram"
LARGEST = 16 * 1024 * 1024
"""Bytes. A hundred updates, each a long message that quotes another, are far below it."""
UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time the platform did not give in a way that can be read."""
Json = Mapping[str, object]

KINDS = {
    "text": MessageKind.TEXT,
    "photo": MessageKind.IMAGE,
    "voice": MessageKind.AUDIO,
    "audio": MessageKind.AUDIO,
    "video": MessageKind.VIDEO,
    "video_note": MessageKind.VIDEO,
    "animation": MessageKind.VIDEO,  # before document: it is given as both
    "document": MessageKind.DOCUMENT,
    "sticker": MessageKind.STICKER,
    "venue": MessageKind.LOCATION,
    "location": MessageKind.LOCATION,
    "contact": MessageKind.CONTACTS,
}
"""What a message holds → our kind; what is not here is UNKNOWN, or SYSTEM where nobody said anything."""
SERVICE = {
    "boost_added",
    "chat_background_set",
    "chat_shared",
    "connected_website",
    "message_auto_delete_timer_changed",
    "pinned_message",
    "users_shared",
    "write_access_allowed",
}
"""Messages that the app writes by itself."""
ENVELOPE = {"message_id", "from", "chat", "date", "edit_date", "caption", "quote", "via_bot", "reply_markup"}
ENVELOPE |= {"reply_to_message", "external_reply", "forward_origin", "forward_date", "forward_from", "media_group_id"}
"""What stands around what a message holds."""
COMMANDS = {"start": ("halo", "hello"), "help": ("bantuan", "help"), "stop": ("berhenti", "stop")}
"""Commands that Telegram offers everybody → the word for it in Indonesian and English. Any other is its own word."""
_COMMAND = re.compile(r"/(?P<word>\w{1,32})(?:@\w+)?(?P<rest>\s.*)?", re.DOTALL)


class _Malformed(Exception):
    """What an event cannot do without is missing; the text says what, never what was there instead."""


def events(raw: bytes, ids: Ids) -> list[Event]:
    """Every event of the delivery. Raises: BadDelivery if it is too large, not JSON or not of a bot."""
    if len(raw) > LARGEST:
        raise BadDelivery("the delivery is larger than anything Telegram brings")
    try:
        body = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BadDelivery("the delivery is not JSON") from error
    if not isinstance(body, dict):
        raise BadDelivery("the delivery is JSON, but no object")
    updates = [body] if "update_id" in body else body.get("result")
    if not isinstance(updates, list):
        raise BadDelivery('the delivery is not of a Telegram bot (no "update_id")')
    return [_event(update, ids) for update in updates]


def _event(update: object, ids: Ids) -> Event:
    if not isinstance(update, dict):
        return Notice(CHANNEL, "malformed", "an update is no object")
    word = next((word for word in READ if word in update), "")
    if not word:
        return Notice(CHANNEL, next((mend(key) for key in update if key != "update_id"), "empty"))
    try:
        return READ[word](_object(update, word), _whole(update, "update_id"), ids)
    except _Malformed as problem:
        return Notice(CHANNEL, "malformed", f"{word}: {problem}")


# ---------------------------------------------------------------- what people write


def _message(message: Json, _: int, ids: Ids) -> Event:
    elsewhere = _elsewhere(message)
    if elsewhere:
        return elsewhere
    chat, number = _chat(message), _whole(message, "message_id")
    word = next((word for word in KINDS if word in message), "") or _unknown(message)
    quoted = _object(message, "reply_to_message").get("message_id")
    kind = KINDS.get(word, MessageKind.SYSTEM if word in SERVICE else MessageKind.UNKNOWN)
    return Received(
        channel=CHANNEL,
        platform_id=ids.message(chat, number),
        senders=(_address(chat),),
        kind=kind,
        sent_at=_moment(message, "date"),
        text=_words(message),
        refers_to=ids.message(chat, quoted) if isinstance(quoted, int) else "",
        forwarded="forward_origin" in message or "forward_date" in message,
        media=_media(message, word),
        name=_string(_object(message, "from"), "first_name"),
        type=word,
    )


def _edited(message: Json, update: int, ids: Ids) -> Event:
    """A new wording. A location that moves, and whatever else the app changes by itself, is none."""
    event = _message(message, update, ids)
    if not isinstance(event, Received) or not event.text:
        return Notice(CHANNEL, "edited without words") if isinstance(event, Received) else event
    chat, number = _chat(message), _whole(message, "message_id")
    edit = ids.event(chat, number, Happened.EDITED, str(update))
    return replace(
        event,
        platform_id=edit,
        kind=MessageKind.EDIT,
        sent_at=_moment(message, "edit_date"),
        refers_to=event.platform_id,
    )


def _tapped(query: Json, _: int, ids: Ids) -> Event:
    """A button below one of our messages. One whose option's id was too long carries its number, as if it was typed."""
    message, data = _object(query, "message"), _string(query, "data")
    elsewhere = _elsewhere({"chat": message.get("chat"), "from": query.get("from")})
    if elsewhere:
        return elsewhere
    chat, number, tap = _chat(message), _whole(message, "message_id"), _string(query, "id")
    if not tap or not data:
        raise _Malformed("it has no id or no data")
    return Received(
        channel=CHANNEL,
        platform_id=ids.event(chat, number, Happened.TAPPED, tap),
        senders=(_address(chat),),
        kind=MessageKind.TEXT if data.isdecimal() else MessageKind.CHOICE,
        sent_at=UNKNOWN_TIME,
        text=data if data.isdecimal() else _title(message, data),
        choice="" if data.isdecimal() else data,
        refers_to=ids.message(chat, number),
        name=_string(_object(query, "from"), "first_name"),
        type="callback_query",
    )


def _reacted(reaction: Json, update: int, ids: Ids) -> Event:
    """An emoji, or no emoji: the reaction was removed. Only reactions of a single person have a `user`."""
    elsewhere = _elsewhere({"chat": reaction.get("chat"), "from": reaction.get("user")})
    if elsewhere:
        return elsewhere
    chat, number = _chat(reaction), _whole(reaction, "message_id")
    emoji = [_string(one, "emoji") for one in _list(reaction, "new_reaction")]
    return Received(
        channel=CHANNEL,
        platform_id=ids.event(chat, number, Happened.REACTED, str(update)),
        senders=(_address(chat),),
        kind=MessageKind.REACTION,
        sent_at=_moment(reaction, "date"),
        text=next(filter(None, emoji), ""),
        refers_to=ids.message(chat, number),
        type="message_reaction",
    )


def _member(change: Json, update: int, ids: Ids) -> Event:
    """A person blocked us (they cannot be reached any more) or let us in again."""
    elsewhere = _elsewhere(change)
    if elsewhere:
        return elsewhere
    status = _string(_object(change, "new_chat_member"), "status")
    chat = _chat(change)
    return Received(
        channel=CHANNEL,
        platform_id=ids.event(chat, 0, Happened.CAME_OR_WENT, str(update)),
        senders=(_address(chat),),
        kind=MessageKind.SYSTEM,
        sent_at=_moment(change, "date"),
        type=BLOCKED if status == "kicked" else f"system/{'unblocked' if status == 'member' else status}",
    )


READ: Mapping[str, Callable[[Json, int, Ids], Event]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _tapped,
    "message_reaction": _reacted,
    "my_chat_member": _member,
}
"""The kinds of update we ask for → how each is read."""


# ---------------------------------------------------------------- parts of it


def _elsewhere(holder: Json) -> Notice | None:
    """Not a person talking to us alone."""
    if _string(_object(holder, "chat"), "type") != "private":
        return Notice(CHANNEL, "group")
    return Notice(CHANNEL, "bot") if _object(holder, "from").get("is_bot") is True else None


def _chat(holder: Json) -> int:
    return _whole(_object(holder, "chat"), "id")


def _address(chat: int) -> Address:
    return Address(CHANNEL, str(chat), "user")


def _unknown(message: Json) -> str:
    return next((mend(key) for key in message if key not in ENVELOPE), "")


def _words(message: Json) -> str:
    text = _string(message, "text")
    command = _COMMAND.fullmatch(text)
    return _spoken(command, message) if command else text or _string(message, "caption")


def _spoken(command: re.Match[str], message: Json) -> str:
    """A command as a person would say it. What follows /start comes from a link and not from the person."""
    word = command["word"].lower()
    if word in COMMANDS:
        english = _string(_object(message, "from"), "language_code").lower().startswith("en")
        return COMMANDS[word][english]
    return f"{word.replace('_', ' ')}{command['rest'] or ''}"


def _media(message: Json, word: str) -> Media | None:
    """The file behind a message; of a photo the largest size, which comes last."""
    sizes = _list(message, "photo")
    file = sizes[-1] if word == "photo" and sizes else _object(message, word)
    id = _string(file, "file_id")
    return Media(id=id, mime=_string(file, "mime_type") or TYPES.get(word, "")) if id else None


TYPES = {"photo": "image/jpeg", "voice": "audio/ogg", "video_note": "video/mp4"}
"""Where the platform always gives the same and says none."""


def _title(message: Json, data: str) -> str:
    """What stood on the button that was tapped, without its number."""
    rows = _object(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            if isinstance(button, dict) and button.get("callback_data") == data:
                return re.sub(r"^\d+\. ", "", _string(button, "text"))
    return ""


# ---------------------------------------------------------------- JSON that may hold anything anywhere


def _object(holder: Json, key: str) -> Json:
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _list(holder: Json, key: str) -> list[Json]:
    value = holder.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _string(holder: Json, key: str) -> str:
    value = holder.get(key)
    return mend(value) if isinstance(value, str) else ""


def _whole(holder: Json, key: str) -> int:
    value = holder.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 63:
        raise _Malformed(f"{key} is missing or no number")
    return value


def _moment(holder: Json, key: str) -> datetime:
    value = holder.get(key)
    try:
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else UNKNOWN_TIME
    except (ValueError, OverflowError, OSError):
        return UNKNOWN_TIME
