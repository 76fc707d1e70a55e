"""The chat page: what its script posts comes in here; what we say waits in the outbox until the page reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from periksa.channels import Caps
from periksa.errors import BadDelivery, BadSignature
from periksa.lang.mend import mend
from periksa.model import Address, Event, MessageKind, Outgoing, Received

LARGEST = 64 * 1024
"""Bytes of one posted message."""

LONGEST_ID = 100
"""Characters of a message id or session: a UUID and a signed cookie fit, a novel does not."""


class Web:
    """A browser session."""

    name = "web"
    caps = Caps(text=100_000, options=10, numbers=True)  # the page shows everything, whatever its length

    def handshake(self, params: Mapping[str, str]) -> str:
        """Never: no platform calls the page. Raises: BadSignature."""
        raise BadSignature("the chat page has no webhook that could be asked for")

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Nothing to check: the web's own door puts in the session from its signed cookie."""

    def parse(self, raw: bytes) -> list[Event]:
        """One message: `{"id", "session", "text", "choice"?, "sent_at"?, "at"}`. Raises: BadDelivery.

        `id` is the page's own, so that a message posted twice is known; `at` is when the door took it in and stands in
        for `sent_at`. Times are ISO 8601.
        """
        message = _object(raw)
        text, choice = _string(message, "text"), _string(message, "choice")
        if not text.strip() and not choice:
            raise BadDelivery("the page sent neither a text nor a choice")
        return [
            Received(
                channel=self.name,
                platform_id=_id(message, "id"),
                senders=(Address(self.name, _id(message, "session"), "session"),),
                kind=MessageKind.CHOICE if choice else MessageKind.TEXT,
                sent_at=_time(_string(message, "sent_at") or _string(message, "at")),
                text=text,
                choice=choice,
            )
        ]

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        """Nothing leaves: the page reads the outbox."""
        return f"web-{outgoing.id}"

    def close(self) -> None:
        """Nothing is held open."""


def _object(raw: bytes) -> Mapping[str, object]:
    if len(raw) > LARGEST:
        raise BadDelivery("the page sent more than the 64 KiB a message may have")
    try:
        message = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BadDelivery("the page sent something that is not JSON") from error
    if not isinstance(message, dict):
        raise BadDelivery("the page sent JSON that is not an object")
    return message


def _string(message: Mapping[str, object], key: str) -> str:
    value = message.get(key) or ""
    if not isinstance(value, str):
        raise BadDelivery(f'the page sent a "{key}" that is not text')
    return mend(value)


def _id(message: Mapping[str, object], key: str) -> str:
    value = _string(message, key)
    if not 1 <= len(value) <= LONGEST_ID:
        raise BadDelivery(f'the page sent a message whose "{key}" is missing or longer than {LONGEST_ID} characters')
    return value


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadDelivery("the page sent a message without a readable time") from error
