"""The HTTP doors: webhooks of platforms (`hooks`), what readers see (`public`), what programs ask (`api`, `library`)
and what a watchdog asks (`watched`), put together in `site`.

The web walks through corridors, seen here as `Door` and `Library`, and never into a room. It is the only async code:
whatever blocks is called in a thread, whatever commits is awaited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from periksa.model import Address, Also, Article, Change, Edition, Line, Place, Said, Scale, Sieve


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


class Library(Protocol):
    """What the web needs of the library. All of it blocks. Raises: StoreError, StoreBusy."""

    def newest(self, sieve: Sieve, limit: int, behind: Place | None = None) -> list[Edition]:
        """A page of articles, newest day first."""
        ...

    def said(self, sieve: Sieve, limit: int, behind: Place | None = None, speaker: str = "") -> list[Said]:
        """A page of statements, newest day first; `speaker` is a `speaker_key`."""
        ...

    def editions(self, ids: Sequence[str]) -> list[Edition]:
        """Those articles that exist, in the order asked for."""
        ...

    def changes(self, since: datetime, limit: int, behind: str = "") -> list[Change]:
        """What is new, changed or withdrawn since then, oldest first; at `since` itself, what has a later id."""
        ...

    def outline(self, start: int, limit: int) -> list[tuple[str, datetime]]:
        """Ids and the times of their last change, by id."""
        ...

    def count(self) -> int:
        """How many articles there are."""
        ...

    def also(self, article: Article) -> Also:
        """Who else examined the claim of a fact-check."""
        ...

    def scale(self, article: Article) -> Scale | None:
        """What the publisher's word comes to, where that is known."""
        ...
