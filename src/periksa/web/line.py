"""Whoever asks, as far as limits are concerned: by the line they are on; it is counted, and kept nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

MOST = 10_000
"""Lines remembered before those that have all their requests again are forgotten."""


class Allowance:
    """How many requests of one line are answered: `burst` at once, then `per_minute` of them. Of one process."""

    def __init__(self, burst: int, per_minute: float) -> None:
        self._each = timedelta(minutes=1 / per_minute)
        self._whole = burst * self._each
        self._whole_at: dict[str, datetime] = {}
        """When a line has all its requests again."""

    def takes(self, request: Request, at: datetime) -> bool:
        """Whether this one is answered; one that is not does not count."""
        if len(self._whole_at) > MOST:
            self._whole_at = {line: whole_at for line, whole_at in self._whole_at.items() if whole_at > at}
        line = line_of(request)
        whole_at = max(at, self._whole_at.get(line, at)) + self._each
        if whole_at - at > self._whole:
            return False
        self._whole_at[line] = whole_at
        return True


def line_of(request: Request) -> str:
    """The address; of a longer one the part that names a line, for its owner has as many addresses as they like."""
    address = request.client.host if request.client else ""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or f"{int(known) >> 64:x}")
