"""One connection to a place that was checked: the name is looked up once, and what was looked at is what is reached.

Everything that comes over it is counted, in bytes and in seconds, from the look-up to the last byte.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence

import httpcore2

from periksa.errors import AddressRefused, PageLater, PageRefused
from periksa.pages.addresses import Target, shown
from periksa.pages.networks import not_public

Resolve = Callable[[str, int], Sequence[str]]
"""The IP addresses of a name; OSError if there are none."""
MOST_ADDRESSES = 4
"""So many of a name's addresses are tried, in the order they were given."""
_SLICE = 1 << 16


def look_up(name: str, port: int) -> list[str]:
    """As the system does it. Raises: OSError."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Meter:
    """What one exchange may take, in seconds and bytes on the wire; its sentences name the address."""

    def __init__(self, url: str, seconds: float, size: int) -> None:
        self.url = url
        self._seconds = seconds
        self._size = size
        self._ends = time.monotonic() + seconds
        self._left = size

    @property
    def seconds_left(self) -> float:
        """Raises: PageLater when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def count(self, data: bytes) -> None:
        """Raises: PageRefused when it is too much."""
        self._left -= len(data)
        if self._left < 0:
            raise PageRefused(f"{shown(self.url)} sends more than the {self._size:,} bytes that are fetched")

    def too_slow(self) -> PageLater:
        """The sentence for an exchange that takes too long."""
        return PageLater(f"{shown(self.url)} was not here within {self._seconds:g} seconds")


def places(target: Target, resolve: Resolve, meter: Meter, allowed: Collection[tuple[str, int]]) -> list[str]:
    """The checked IP addresses of a target. One that is not public condemns the others beside it.

    Raises: AddressRefused, PageLater.
    """
    found = [target.host] if target.is_ip else _looked_up(target, resolve, meter)
    for address in found:
        why = "" if (address, target.port) in allowed else not_public(address)
        if why:
            raise AddressRefused(
                f"{shown(meter.url)} leads to {address}, which is {why}; only the public web is fetched"
            )
    return list(found[:MOST_ADDRESSES])


def _looked_up(target: Target, resolve: Resolve, meter: Meter) -> Sequence[str]:
    """Beside us: the system's look-up knows no time limit."""
    answer: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    try:
        found = answer.get(timeout=meter.seconds_left)
    except queue.Empty as error:
        raise meter.too_slow() from error
    if isinstance(found, Exception) or not found:
        raise PageLater(f"{shown(meter.url)} was not fetched: the name {target.host} was not found")
    return found


class Line(httpcore2.NetworkBackend):
    """Reaches the checked places and nothing else, whatever host it is asked for."""

    def __init__(self, checked: Sequence[str], meter: Meter) -> None:
        self._checked = checked
        self._meter = meter
        self._system = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """To the first place that answers; half of the time that is left is the next one's."""
        for place in self._checked[:-1]:
            try:
                return self._connected(place, port, self._meter.seconds_left / 2)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connected(self._checked[-1], port, self._meter.seconds_left)

    def _connected(self, place: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        return _Metered(self._system.connect_tcp(place, port, timeout, socket_options=[]), self._meter)


class _Metered(httpcore2.NetworkStream):
    """A stream whose limits are the exchange's, not each reading's: a byte a second is slow, too."""

    def __init__(self, stream: httpcore2.NetworkStream, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(min(max_bytes, _SLICE), self._meter.seconds_left)
        self._meter.count(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._meter.seconds_left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Metered(self._stream.start_tls(ssl_context, server_hostname, self._meter.seconds_left), self._meter)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
