"""ROOM pages: the open web, fetched with tongs.

verb            `get` (and `run`, of `box.py`: read what was got where it can do no harm)
in → out        an address, and what is known of its page → its bytes, or that it has not changed
may touch       addresses of the public web, ports 80 and 443; the clocks and the sleep it is given
must not        reach into a network, follow a name that changes its mind, keep cookies, say who asked; read what it got
to add one      nothing to add: whatever periksa loads from a stranger comes through here
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave. `url` is what was asked for, `final_url` where that led."""

    url: str
    final_url: str
    status: int
    """200; or 304: the page is as it was, and has no body."""
    etag: str
    last_modified: str
    """Both as the site wrote them, to be handed back at the next visit; empty where it gave none."""
    content_type: str
    """With its charset, where it names one: which it is in truth, the parsers find out."""
    body: bytes
    """Unpacked."""
    fetched_at: datetime

    @property
    def unchanged(self) -> bool:
        """Whether it is still the page whose ETag or Last-Modified was handed in."""
        return self.status == NOT_MODIFIED


class Pages(Protocol):
    """What fetches pages: `Fetcher` at once, `Manners` when it is our turn."""

    def get(self, url: str, etag: str = "", last_modified: str = "") -> Page:
        """The page, or that it is still the one with this ETag or Last-Modified.

        Raises: AddressRefused, PageRefused, PageGone, RobotsRefused; PageLater if it is worth another try.
        """
        ...
