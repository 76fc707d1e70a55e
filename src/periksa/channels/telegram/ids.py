"""Our names for Telegram's messages. It numbers them chat by chat, and a chat's number is the person's address."""

from __future__ import annotations

import hmac
import re
from enum import StrEnum

_ID = re.compile(r"[0-9a-f]{16}-(?P<message>\d+)(?:-(?P<event>[a-z])(?P<number>\w+))?")


class Happened(StrEnum):
    """What made an event of a message that was there before, or of a chat; its number tells it from the others."""

    EDITED = "e"
    TAPPED = "q"
    REACTED = "r"
    CAME_OR_WENT = "m"


class Ids:
    """Ids that tell nobody whose message it is: the chat stands in them as its HMAC with the bot's token."""

    def __init__(self, token: str) -> None:
        self._key = hmac.digest(token.encode(), b"periksa telegram ids", "sha256")

    def message(self, chat: int, message: int) -> str:
        """The id of a message, whoever of the two wrote it."""
        return f"{hmac.digest(self._key, str(chat).encode(), 'sha256').hex()[:16]}-{message}"

    def event(self, chat: int, message: int, happened: Happened, number: str) -> str:
        """The id of something that happened to a message."""
        return f"{self.message(chat, message)}-{happened}{number}"


def message_number(id: str) -> int | None:
    """The platform's number of the message; None if the id is not of this channel."""
    found = _ID.fullmatch(id)
    return int(found["message"]) if found else None


def tap_number(id: str) -> str:
    """The platform's id of the tap ("callback query") that this id stands for; empty if it is of something else."""
    found = _ID.fullmatch(id)
    return found["number"] if found and found["event"] == Happened.TAPPED else ""
