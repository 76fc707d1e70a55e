"""How often somebody may try to sign in: per name from one address, per address, and per name from everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from periksa.errors import SignInRefused
from periksa.store import Transaction

SPAN = timedelta(minutes=15)
"""The time in which tries are counted."""
FOR_BOTH, FOR_ADDRESS, FOR_NAME = 8, 40, 100
"""Tries in that time. From everywhere a name has many: nobody should keep an editor out by trying in their name."""


def limits(name: str, address: str) -> Mapping[str, int]:
    """What is counted for a try, and how much of it there may be. Keys tell neither the name nor the address."""
    where = _network(address)
    return {
        _key("both", name, where): FOR_BOTH,
        _key("address", where): FOR_ADDRESS,
        _key("name", name): FOR_NAME,
    }


def of_address(address: str) -> Mapping[str, int]:
    """The same, for a try that names nobody."""
    return {_key("address", _network(address)): FOR_ADDRESS}


def count(tx: Transaction, allowed: Mapping[str, int], at: datetime) -> None:
    """One more try, unless there were too many; one that is refused does not count. Raises: SignInRefused."""
    counts = tx.staff.tried(list(allowed), at, at - SPAN)
    if any(counts[key] > most for key, most in allowed.items()):
        raise SignInRefused("Too many tries: wait a quarter of an hour.", "calm")


def own(name: str, address: str) -> list[str]:
    """What is forgiven once the password was right: not what counts for everybody there."""
    return [_key("both", name, _network(address))]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _network(address: str) -> str:
    """The address, or of a longer one the part that belongs to one line; a short one in a longer one's clothes is
    itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or int(known) >> 64)
    return str(known)
