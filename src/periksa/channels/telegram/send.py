"""A reply → the body of one `sendMessage` (Bot API 9.2), within its limits.

Plain text with entities, never `parse_mode`: there, a stray mark in a headline would be an error or change the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from periksa.channels import Caps, Rate, lower
from periksa.channels.telegram.ids import message_number, tap_number
from periksa.errors import Refused
from periksa.lang.cut import utf16
from periksa.model import Address, Option, Outgoing

CAPS = Caps(
    text=4096,
    options=10,
    tap=36,  # what a narrow phone shows of a button in full
    size=utf16,
    settles=True,
    person=Rate(burst=5, seconds=1),
    all=Rate(burst=30, seconds=1 / 30),
)
"""Texts: "1-4096 characters". Pace: "no more than one message per second" in a chat, "about 30 messages per second" in
all (core.telegram.org/bots/faq). Telegram reports no statuses; see `Telegram` for what `settles` means here."""
DATA = 64
"""Bytes of `callback_data`."""

Payload = Mapping[str, object]
_BOLD = re.compile(r"(?<!\w)\*(?=\S)(?P<words>[^*\n]+)(?<=\S)\*(?!\w)")


def request(outgoing: Outgoing, to: Sequence[Address]) -> Payload:
    """The body of the request. Raises: Refused if there is no address to send to."""
    reply = lower(outgoing.reply, CAPS)
    text, entities = marked(reply.text)
    return {
        "chat_id": chat(to),
        "text": text or "…",  # an empty one is refused
        "link_preview_options": {"is_disabled": True},
        **({"entities": entities} if entities else {}),
        **_quoted(outgoing.refers_to),
        **({"reply_markup": {"inline_keyboard": _keyboard(reply.options)}} if reply.options else {}),
    }


def chat(to: Sequence[Address]) -> int:
    """The chat learned last. Raises: Refused if there is none."""
    if not to:
        raise Refused("the reply has no Telegram address to go to")
    return int(to[-1].value)


def marked(text: str) -> tuple[str, list[Payload]]:
    """The text without the marks around *bold* words, and where those stand, in UTF-16 code units."""
    entities: list[Payload] = []
    plain, end = "", 0
    for found in _BOLD.finditer(text):
        plain += text[end : found.start()]
        entities.append({"type": "bold", "offset": utf16(plain), "length": utf16(found["words"])})
        plain += found["words"]
        end = found.end()
    return plain + text[end:], entities


def _quoted(refers_to: str) -> Payload:
    """The question above its answer, while it is there. A tap needs none: it stands below our own message."""
    number = message_number(refers_to)
    if number is None or tap_number(refers_to):
        return {}
    return {"reply_parameters": {"message_id": number, "allow_sending_without_reply": True}}


def _keyboard(options: Sequence[Option]) -> list[list[Payload]]:
    """A button a row. An id that is too long for one stays here: its number says the same (`answers/dialogue.py`)."""
    return [
        [{"text": option.title or f"{number}.", "callback_data": _data(option.id, number)}]
        for number, option in enumerate(options, 1)
    ]


def _data(id: str, number: int) -> str:
    return id if id and len(id.encode("utf-8", "replace")) <= DATA and not id.isdecimal() else str(number)
