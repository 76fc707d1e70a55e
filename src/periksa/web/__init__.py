"""The HTTP doors: webhooks of platforms (`hooks`), what readers see (`public`), what a watchdog asks (`watched`), put
together in `site`.

The web walks through one corridor, seen here as `Door`, and never into a room. It is the only async code: whatever
blocks is called in a thread, whatever commits is awaited.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol

from periksa.model import Address, Line


class Door(Protocol):
    """What the web needs of the tipline."""

    def handshake(self, channel: str, params: Mapping[str, str]) -> str:
        """The answer to a platform that asks whether this webhook is ours.

        Raises: BadSignature (not ours), ChannelError (no such channel).
        """
        ...

    def receive(self, channel: str, raw: bytes, headers: Mapping[str, str]) -> Future[int]:
        """Verify and parse in the call (CPU only); the future resolves after the commit to the number of new messages.

        Raises: BadSignature, BadDelivery, ChannelError (no such channel); through the future: StoreError, StoreBusy.
        """
        ...

    def conversation(self, address: Address, after: int = 0) -> list[Line]:
        """The latest lines in the order they were said; with `after`, the replies of a greater sequence. Blocking.

        An address nobody wrote from has no lines. Raises: StoreError, StoreBusy.
        """
        ...
