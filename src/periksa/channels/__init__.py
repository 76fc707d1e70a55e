"""ROOM channels: the door to people.

verb            `verify`, `parse`, `send`
in → out        raw bytes and headers → events; a reply and addresses → the platform's id
may touch       its own platform's HTTP API, in `send` only
must not        read the store, know what a message means, decide anything, log a word or a number
to add one      copy `console.py`; the contract suite finds it. The file name is the channel's name
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from periksa.model import Address, Event, Outgoing


@dataclass(frozen=True, slots=True)
class Caps:
    """What a channel can carry. Lengths in characters as its platform counts them."""

    text: int
    """Longest text of one message."""
    options: int = 0
    """Most options a message can show as taps; 0: options are written into the text as numbers."""
    settles: bool = False
    """True when statuses come back, so that a send of unknown outcome is waited for before it is repeated.
    False: repeating a send is harmless (a mailbox, a screen)."""


class Channel(Protocol):
    """One way to people."""

    name: str
    caps: Caps

    def handshake(self, params: Mapping[str, str]) -> str:
        """Answer the platform's question whether this webhook is ours. Raises: BadSignature."""
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Check that the platform signed exactly these bytes (header names in lower case). Raises: BadSignature."""
        ...

    def parse(self, raw: bytes) -> list[Event]:
        """Everything in the delivery, in order; unknown kinds become events too. Pure. Raises: BadDelivery."""
        ...

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        """Send one reply as one message; the platform's id for it. Blocking. Raises: SendError and its children."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
