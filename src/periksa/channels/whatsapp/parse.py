"""A delivery of the WhatsApp Cloud API → everything in it, in order.

A delivery is a batch: `entry[] × changes[] × messages[] | statuses[] | errors[]` (Graph API v23.0, webhooks of the
`messages` field). Whatever is malformed becomes a Notice that says where it stands, and the rest is read all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from periksa.channels.whatsapp.people import CHANNEL, People, moved_to, senders
from periksa.channels.whatsapp.untrusted import (
    Json,
    Malformed,
    a_list,
    a_moment,
    a_string,
    an_object,
    any_string,
)
from periksa.errors import BadDelivery
from periksa.model import Event, Media, MessageKind, Notice, Received, Status, StatusKind

LARGEST = 3 * 1024 * 1024
"""Bytes; the platform sends no delivery above 3 MB."""

KINDS = {
    "text": MessageKind.TEXT,
    "image": MessageKind.IMAGE,
    "video": MessageKind.VIDEO,
    "audio": MessageKind.AUDIO,
    "document": MessageKind.DOCUMENT,
    "sticker": MessageKind.STICKER,
    "contacts": MessageKind.CONTACTS,
    "location": MessageKind.LOCATION,
    "reaction": MessageKind.REACTION,
    "interactive": MessageKind.CHOICE,
    "button": MessageKind.CHOICE,
    "order": MessageKind.ORDER,
    "system": MessageKind.SYSTEM,
    "edit": MessageKind.EDIT,
    "revoke": MessageKind.REVOKE,
    "unsupported": MessageKind.UNSUPPORTED,
}
"""The platform's word for a type → ours; a word that is not here is UNKNOWN."""

STATUSES = {
    "sent": StatusKind.SENT,
    "delivered": StatusKind.DELIVERED,
    "read": StatusKind.READ,
    "played": StatusKind.PLAYED,
    "failed": StatusKind.FAILED,
    "deleted": StatusKind.DELETED,
}

_CODE = re.compile(r"[0-9]{1,9}")
"""What a code is; a longer number would fit no column."""

CHOSEN = {"button_reply": ("id", "title"), "list_reply": ("id", "title"), "nfm_reply": ("name", "body")}
"""Replies of the type "interactive" → the keys of the choice's id and text. A form (`nfm_reply`) has only a name."""


def events(raw: bytes) -> list[Event]:
    """Every event of the delivery. Raises: BadDelivery if it is too large, not JSON or for another product."""
    if len(raw) > LARGEST:
        raise BadDelivery("the delivery is larger than the 3 MB a WhatsApp webhook may have")
    try:
        body = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BadDelivery("the delivery is not JSON") from error
    if not isinstance(body, dict) or body.get("object") != "whatsapp_business_account":
        raise BadDelivery('the delivery is not of a WhatsApp business account ("object" says otherwise)')
    return list(_each(body.get("entry"), "entry", _entry))


def _each(items: object, where: str, read: Callable[[Json, str], Iterable[Event]]) -> Iterator[Event]:
    """What `read` makes of every element; a malformed one becomes a notice and the others live on."""
    try:
        for number, item in enumerate(a_list(items)):
            here = f"{where}[{number}]"
            try:
                yield from read(an_object(item), here)
            except Malformed as problem:
                yield Notice(CHANNEL, "malformed", f"{here}: {problem}")
    except Malformed as problem:
        yield Notice(CHANNEL, "malformed", f"{where}: {problem}")


def _entry(entry: Json, where: str) -> Iterable[Event]:
    return _each(entry.get("changes"), f"{where}.changes", _change)


def _change(change: Json, where: str) -> Iterator[Event]:
    field = a_string(change, "field")
    if not field:
        raise Malformed("the change names no field")
    if field != "messages":
        yield Notice(CHANNEL, field, _gist(change.get("value")))
        return
    value = an_object(change.get("value"))
    people = People(value)
    yield from _each(value.get("messages"), f"{where}.messages", lambda one, _: [_received(one, people)])
    yield from _each(value.get("statuses"), f"{where}.statuses", lambda one, _: [_status(one)])
    yield from _each(value.get("errors"), f"{where}.errors", lambda one, _: [_error(one)])
    if not value.keys() & {"messages", "statuses", "errors"}:
        yield Notice(CHANNEL, "messages", "a change without messages, statuses or errors")


def _gist(value: object) -> str:
    """What happened and to which template; never a person's number or name, because notices are logged."""
    words = (any_string(value, key) for key in ("event", "message_template_name", "reason"))
    return " ".join(word for word in words if word)


def _error(error: Json) -> Notice:
    return Notice(CHANNEL, "error", f"{a_string(error, 'code')} {a_string(error, 'title')}".strip())


def _status(status: Json) -> Status:
    word = a_string(status, "status")
    platform_id, reply_id = a_string(status, "id"), a_string(status, "biz_opaque_callback_data")
    if not platform_id and not reply_id:
        raise Malformed("the status has no id")
    return Status(
        channel=CHANNEL,
        platform_id=platform_id,
        kind=STATUSES.get(word, StatusKind.UNKNOWN),
        at=a_moment(status.get("timestamp")),
        reply_id=reply_id,
        code=_code(status),
        type=word,
    )


def _code(status: Json) -> int | None:
    for error in a_list(status.get("errors")):
        code = a_string(an_object(error), "code")
        return int(code) if _CODE.fullmatch(code) else None
    return None


def _received(message: Json, people: People) -> Received:
    word, platform_id = a_string(message, "type"), a_string(message, "id")
    if not platform_id:
        raise Malformed("the message has no id")
    contact, context = people.behind(message), an_object(message.get("context"))
    often = context.get("frequently_forwarded") is True
    base = Received(
        channel=CHANNEL,
        platform_id=platform_id,
        senders=senders(message, contact),
        kind=KINDS.get(word, MessageKind.UNKNOWN),
        sent_at=a_moment(message.get("timestamp")),
        refers_to=a_string(context, "id"),
        forwarded=often or context.get("forwarded") is True,
        frequently_forwarded=often,
        name=contact.name,
        type=word,
        group=a_string(message, "group_id"),
    )
    read = CONTENT.get(word)
    return read(base, an_object(message.get(word))) if read else base


def _text(base: Received, part: Json) -> Received:
    return replace(base, text=a_string(part, "body"))


def _media(base: Received, part: Json) -> Received:
    media = Media(id=a_string(part, "id"), mime=a_string(part, "mime_type"), sha256=a_string(part, "sha256"))
    return replace(base, text=a_string(part, "caption"), media=media)


def _reaction(base: Received, part: Json) -> Received:
    """An emoji, or no emoji: the reaction was removed."""
    return replace(base, text=a_string(part, "emoji"), refers_to=a_string(part, "message_id"))


def _interactive(base: Received, part: Json) -> Received:
    word = a_string(part, "type")
    if word not in CHOSEN:
        return replace(base, kind=MessageKind.UNKNOWN, type=f"interactive/{word}")
    id_key, title_key = CHOSEN[word]
    chosen = an_object(part.get(word))
    return replace(base, choice=a_string(chosen, id_key), text=a_string(chosen, title_key))


def _button(base: Received, part: Json) -> Received:
    """A quick reply of a template."""
    return replace(base, choice=a_string(part, "payload"), text=a_string(part, "text"))


def _order(base: Received, part: Json) -> Received:
    return replace(base, text=a_string(part, "text"))


def _system(base: Received, part: Json) -> Received:
    """Its sentence names the old and the new number, so only the addresses are taken over."""
    return replace(base, moved_to=moved_to(part), type=f"system/{a_string(part, 'type')}")


def _edit(base: Received, part: Json) -> Received:
    message = an_object(part.get("message"))
    word = a_string(message, "type")
    edited = EDITABLE[word](base, an_object(message.get(word))) if word in EDITABLE else base
    return replace(edited, refers_to=a_string(part, "original_message_id"))


def _revoke(base: Received, part: Json) -> Received:
    return replace(base, refers_to=a_string(part, "original_message_id"))


EDITABLE: dict[str, Callable[[Received, Json], Received]] = {
    "text": _text,
    "image": _media,
    "video": _media,
    "audio": _media,
    "document": _media,
    "sticker": _media,
}

CONTENT: dict[str, Callable[[Received, Json], Received]] = {
    **EDITABLE,
    "reaction": _reaction,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
}
"""How the part named after its type is read; the other types carry nothing we use."""
