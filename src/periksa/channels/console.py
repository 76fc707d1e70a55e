"""The console: one typed line in, words out. Copy this file to add a channel."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from periksa.channels import Caps, lower
from periksa.errors import BadDelivery, BadSignature
from periksa.lang.mend import mend
from periksa.model import Address, Event, MessageKind, Outgoing, Received

HERE = Address(channel="console", value="console", kind="console")
"""Whoever sits at this terminal."""


class Console:
    """A conversation in a terminal."""

    name = "console"
    caps = Caps(text=100_000)

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def handshake(self, params: Mapping[str, str]) -> str:
        """Never: no platform calls a terminal. Raises: BadSignature."""
        raise BadSignature("the console has no webhook that could be asked for")

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Nothing to check: whoever types here has the machine."""

    def parse(self, raw: bytes) -> list[Event]:
        """One typed line: `{"id": …, "text": …, "at": ISO 8601 with offset}`. Raises: BadDelivery."""
        try:
            line = json.loads(raw.decode())
            platform_id, text = mend(line["id"]), mend(line["text"])
            sent_at = datetime.fromisoformat(line["at"]).astimezone(UTC)
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
            raise BadDelivery('a line of the console is {"id": text, "text": text, "at": ISO time}') from error
        return [Received(self.name, platform_id, (HERE,), MessageKind.TEXT, sent_at, text=text)]

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        """Write the words, the options as numbered lines."""
        self._write(lower(outgoing.reply, self.caps).text)
        return f"console-{outgoing.id}"

    def close(self) -> None:
        """Nothing is held open."""
