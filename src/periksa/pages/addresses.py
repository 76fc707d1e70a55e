"""Web addresses as strangers write them: one way to spell each is understood, every other is refused.

Two readers of one address that disagree about its host are how a guard is got around. So nothing is mended in what
names the host: no octal, hexadecimal or short numbers, no other script, no escapes, no user names, no trailing dot.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin, urlsplit

from periksa.errors import AddressRefused

PORTS = {"http": 80, "https": 443}
LONGEST = 2000
"""Characters of an address; nothing that is published is longer."""
INSIDE = re.compile(r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|onion)$")
"""Names that mean something inside a network only, whatever a name server says."""
_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_SIX = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d*)?")
_SAFE = "/:?#[]@!$&'()*+,;=%~-._"
_NEVER = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be looked up: where it is and what to ask for there."""

    scheme: str
    host: str
    """A name in ASCII, or an IP address without brackets."""
    port: int
    path: str
    """With its query; never empty."""

    @property
    def is_ip(self) -> bool:
        """Whether the host needs no name server."""
        return self.host[-1].isdigit() or ":" in self.host

    @property
    def origin(self) -> str:
        """Without path: "https://kabar.example"."""
        return f"{self.scheme}://{self.site}"

    @property
    def site(self) -> str:
        """The Host header: with the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Whole, as it is asked for."""
        return self.origin + self.path

    def joined(self, location: str, ports: Collection[int] = ()) -> Target:
        """Where a redirect found here leads. Raises: AddressRefused."""
        try:
            return checked(urljoin(self.url, location), ports)
        except ValueError as error:
            raise AddressRefused(f"{shown(self.url)} sends us to an address that cannot be read") from error


def checked(url: str, ports: Collection[int] = ()) -> Target:
    """The parts of an address, whose spelling is checked; `ports` may be asked besides 80 and 443.

    Where it leads is judged once the name is looked up. Raises: AddressRefused.
    """
    if len(url) > LONGEST or _NEVER.search(url):
        raise _refused(url, "is too long or holds characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(url, "is no address") from error
    if parts.scheme not in PORTS:
        raise _refused(url, "is neither http nor https")
    if "@" in parts.netloc:
        raise _refused(url, "has a user's name before its host")
    port = PORTS[parts.scheme] if port is None else port
    if port not in PORTS.values() and port not in ports:
        raise _refused(url, f"wants port {port}; only 80 and 443 are asked")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, _host(url, parts.netloc), port, quote(path, _SAFE, errors="replace"))


def shown(url: str) -> str:
    """An address as a sentence names it: no query, which may name a person, and not endless."""
    short = re.split(r"[?#]", url, maxsplit=1)[0]
    short = re.sub(r"//[^/]*@", "//", short)
    short = "".join(char if char.isprintable() else "?" for char in short)
    return short if len(short) <= 200 else short[:199] + "…"


def _host(url: str, netloc: str) -> str:
    """The host that stands in an address, in lower case. Raises: AddressRefused."""
    if not netloc.isascii() or "%" in netloc:
        raise _refused(url, "writes its host in another script or with escapes")
    if six := _SIX.fullmatch(netloc):
        return _six(url, six[1])
    host = netloc.partition(":")[0].lower()
    last = host.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        return _four(url, host)
    if not _NAME.fullmatch(host):
        raise _refused(url, "has no host of the public web")
    if INSIDE.search(host):
        raise _refused(url, "has a host that exists inside a network only")
    return host


def _four(url: str, host: str) -> str:
    try:
        return str(IPv4Address(host))
    except AddressValueError as error:
        raise _refused(url, "writes a number for its host in an odd way") from error


def _six(url: str, host: str) -> str:
    try:
        return str(IPv6Address(host))
    except AddressValueError as error:
        raise _refused(url, "writes a number for its host in an odd way") from error


def _refused(url: str, why: str) -> AddressRefused:
    return AddressRefused(f"{shown(url)} {why}; it is not fetched")
