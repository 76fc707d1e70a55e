"""Fetches one page of the open web, once, within limits, and follows redirects by hand: each is checked like the first.

There is no client library's own mind in between: no proxies, cookies, passwords or redirects of its own, no connection
kept for somebody else's name. HTTP/1.1 and TLS are httpcore2's.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from ipaddress import ip_address

import httpcore2

from periksa.errors import PageGone, PageLater, PageRefused
from periksa.pages import NOT_MODIFIED, Page
from periksa.pages.addresses import Target, checked, shown
from periksa.pages.line import Line, Meter, Resolve, look_up, places
from periksa.pages.unpacking import ACCEPTED, Body

PRODUCT = "periksa"
"""The name by which robots.txt knows us."""
MEGABYTE = 1 << 20
LONGEST_MARK = 500
"""Characters of an ETag or a time; a longer one is not handed back."""
LONGEST_WAIT = 24 * 3600.0
"""Seconds that a site can make us wait; who asks for more is asked again after a day."""
_GIVEN = (200, 203)
_GONE = (404, 410)
_ELSEWHERE = (301, 302, 303, 307, 308)
_LATER = (408, 425, 429)
Turn = Callable[[Target], AbstractContextManager[None]]
"""Held while one target is asked: it may wait until it is our turn, or refuse."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may cost."""

    wire: int = 12 * MEGABYTE
    """Bytes of one answer as they come, with its headers."""
    size: int = 50 * MEGABYTE
    """Bytes of its body once unpacked: the largest that a sitemap may have."""
    seconds: float = 30
    """From looking up its name to its last byte, all redirects together."""
    redirects: int = 5


class Fetcher:
    """Loads pages. `contact` is an address or mail address at which a publisher finds the operator; `clock` is UTC.

    `allowed` opens single ports of this machine, for tests and the demo: pairs of a loopback address and a port. `tls`
    replaces the system's authorities. Threads may share one.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        contact: str = "",
        limits: Limits | None = None,
        allowed: Collection[tuple[str, int]] = (),
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if not all(ip_address(address).is_loopback for address, _ in allowed):
            raise ValueError("only ports of the loopback addresses can be opened")
        self._clock = clock
        self._agent = f"{PRODUCT}/1.0" + (f" (+{contact})" if contact else "")
        self._limits = limits or Limits()
        self._allowed = frozenset(allowed)
        self._ports = frozenset(port for _, port in allowed)
        self._resolve = resolve
        self._given_tls = tls

    def target(self, url: str) -> Target:
        """The parts of an address that may be asked. Raises: AddressRefused."""
        return checked(url, self._ports)

    def get(self, url: str, etag: str = "", last_modified: str = "", turn: Turn = lambda _: nullcontext()) -> Page:
        """As `Pages.get`; `turn` is held while each target of a chain of redirects is asked.

        Raises: AddressRefused, PageRefused, PageGone, PageLater, and what `turn` raises.
        """
        target, left = self.target(url), self._limits.seconds
        for _ in range(self._limits.redirects + 1):
            with turn(target):
                meter = Meter(target.url, left, self._limits.wire)
                given = self._ask(url, target, meter, _marks(etag, last_modified))
            if isinstance(given, Page):
                return given
            target, left = given, meter.seconds_left
        raise PageRefused(f"{shown(url)} sends us on more than {self._limits.redirects} times")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made when it is first needed: reading the authorities takes a moment."""
        return self._given_tls or httpcore2.default_ssl_context()

    def _ask(self, url: str, target: Target, meter: Meter, marks: dict[str, str]) -> Page | Target:
        """One request: the page, or where it has gone."""
        line = Line(places(target, self._resolve, meter, self._allowed), meter)
        origin = httpcore2.Origin(target.scheme.encode(), target.host.encode(), target.port)
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.site,
            "User-Agent": self._agent,
            "Accept": "*/*",
            "Accept-Encoding": ACCEPTED,
        }
        headers.update({**marks, "Connection": "close"})
        tls = self._tls if target.scheme == "https" else None
        connection = httpcore2.HTTPConnection(origin, tls, network_backend=line)
        asked = httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target.path.encode())
        try:
            with connection.stream("GET", asked, headers=headers) as response:
                told = _headers(response)
                if response.status in _ELSEWHERE and "location" in told:
                    return target.joined(_written(told["location"]), self._ports)
                self._check(response.status, told, target, asked_for_change=bool(marks))
                body = self._body(response, told, meter)
                return self._page(url, target, response.status, told, body)
        except httpcore2.TimeoutException as error:
            raise meter.too_slow() from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
            raise PageLater(f"{shown(target.url)} was not fetched: {_cause(error)}") from error
        finally:
            connection.close()

    def _check(self, status: int, told: dict[str, str], target: Target, *, asked_for_change: bool) -> None:
        """Raises: PageError unless there is a page to read, or none that is new."""
        if status in _GIVEN or (status == NOT_MODIFIED and asked_for_change):
            return
        where = shown(target.url)
        if status in _GONE:
            raise PageGone(f"{where} is not there (HTTP {status})")
        if status in _LATER or status >= 500:
            raise PageLater(f"{where} was not given now (HTTP {status})", self._wait(told.get("retry-after", "")))
        raise PageRefused(f"{where} is not given (HTTP {status})", status)

    def _wait(self, retry_after: str) -> float | None:
        """Seconds until the time a site names, as a number or a date; None if it names none."""
        if retry_after.isascii() and retry_after.isdecimal():
            return min(float(retry_after[:9]), LONGEST_WAIT)
        try:
            due = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        due = due if due.tzinfo else due.replace(tzinfo=UTC)
        return min(max(0.0, (due - self._clock()).total_seconds()), LONGEST_WAIT)

    def _body(self, response: httpcore2.Response, told: dict[str, str], meter: Meter) -> bytes:
        """Raises: PageError, httpcore2's errors."""
        body = Body(meter.url, told.get("content-encoding", ""), self._limits.size)
        if response.status == NOT_MODIFIED:
            return b""
        for piece in response.iter_stream():
            body.feed(piece)
        return body.finish()

    def _page(self, url: str, target: Target, status: int, told: dict[str, str], body: bytes) -> Page:
        etag, changed, kind = (told.get(name, "") for name in ("etag", "last-modified", "content-type"))
        return Page(url, target.url, status, _mark(etag), _mark(changed), kind[:LONGEST_MARK], body, self._clock())


def _headers(response: httpcore2.Response) -> dict[str, str]:
    """Names in lower case; of those that stand twice, the last."""
    return {name.decode("ascii").lower(): value.decode("latin-1").strip() for name, value in response.headers}


def _written(location: str) -> str:
    """An address in a header. Where it is not ASCII, as it must be, it is UTF-8 all the same."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return location


def _marks(etag: str, last_modified: str) -> dict[str, str]:
    """The headers that ask for a page only if it has changed."""
    asked = {"If-None-Match": _mark(etag), "If-Modified-Since": _mark(last_modified)}
    return {name: value for name, value in asked.items() if value}


def _mark(value: str) -> str:
    """As it was given, if it can be handed back in a header; else nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= LONGEST_MARK else ""


def _cause(error: Exception) -> str:
    """What lies under an error of the network, without the ways of the library."""
    below = error.__cause__ or error.__context__ or error
    if isinstance(below, ssl.SSLCertVerificationError):
        return f"its certificate is not good ({below.verify_message})"
    if isinstance(error, httpcore2.ProtocolError):
        return f"it does not speak proper HTTP ({error})"
    return f"it cannot be reached ({below})"
