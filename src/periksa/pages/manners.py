"""Manners: one request to a host at a time, a pause between two, robots.txt first, and patience."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from periksa.errors import PageError, PageGone, PageLater, PageRefused, RobotsRefused
from periksa.pages import Page
from periksa.pages.addresses import Target, shown
from periksa.pages.fetcher import PRODUCT, Fetcher
from periksa.pages.robots import Rules, read

PAUSE = 1.0
"""Seconds between two requests to one host, unless its robots.txt asks for more."""
PATIENCE = 60.0
"""Seconds that are waited on the spot; whoever needs more is told to come back."""
LONGEST_REST = 3600.0
"""Seconds a host is left alone after failing again and again, where it names no time itself."""
FIRST_REST = 5.0
"""Seconds after the first failure; each further one doubles them."""
ROBOTS_HOLD = 24 * 3600.0
"""Seconds for which a robots.txt is good."""
MOST_HOSTS = 200
"""So many are remembered, those asked last."""


@dataclass(slots=True)
class _Host:
    """One host and when it may be asked again, on the monotonic clock."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    next_at: float = 0
    failures: int = 0
    rules: dict[str, tuple[Rules, float]] = field(default_factory=dict)
    """Of each scheme and port: what robots.txt says, and until when that is good."""


class Manners:
    """Fetches when it is our turn. Threads share one: that is how a host is never asked twice at a time."""

    def __init__(
        self,
        fetcher: Fetcher,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        pause: float = PAUSE,
    ) -> None:
        self._fetcher = fetcher
        self._monotonic = monotonic
        self._sleep = sleep
        self._pause = pause
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._naming = threading.Lock()

    def get(self, url: str, etag: str = "", last_modified: str = "", pause: float = 0) -> Page:
        """As `Pages.get`. Waits up to a minute for our turn; PageLater names the seconds where it is longer.

        `pause`: seconds between two requests to its host, where that is to be more than usual.

        Raises: AddressRefused, PageRefused, PageGone, RobotsRefused, PageLater.
        """
        return self._fetcher.get(url, etag, last_modified, partial(self._turn, pause=pause))

    @contextmanager
    def _turn(self, target: Target, pause: float = 0) -> Iterator[None]:
        """Held while one target is asked. One at a time in each thread: no two wait for each other."""
        host = self._host(target.host)
        with host.turn:
            rules = self._rules(host, target)
            if not rules.allows(target.path):
                raise RobotsRefused(f"{shown(target.url)} is not fetched: the site's robots.txt asks not to")
            with self._noted(host, target, max(self._pause, pause, rules.delay)):
                yield

    @contextmanager
    def _noted(self, host: _Host, target: Target, pause: float) -> Iterator[None]:
        """Wait until the host may be asked, and note when it may be asked again."""
        self._wait(host, target)
        try:
            yield
        except PageLater as error:
            rest = min(FIRST_REST * 2 ** min(host.failures, 20), LONGEST_REST) if error.wait is None else error.wait
            host.failures += 1
            host.next_at = self._monotonic() + max(rest, pause)
            raise
        except PageError:
            host.failures, host.next_at = 0, self._monotonic() + pause
            raise
        host.failures, host.next_at = 0, self._monotonic() + pause

    def _wait(self, host: _Host, target: Target) -> None:
        left = host.next_at - self._monotonic()
        if left > PATIENCE:
            raise PageLater(
                f"{shown(target.url)} waits: {target.host} is left alone for {left:,.0f} seconds more", left
            )
        if left > 0:
            self._sleep(left)

    def _rules(self, host: _Host, target: Target) -> Rules:
        """What robots.txt says, fetched where it is not known: none there allows everything, trouble nothing."""
        rules, good_until = host.rules.get(target.origin, (Rules(), 0.0))
        if self._monotonic() < good_until:
            return rules
        with self._noted(host, target, self._pause):
            rules = self._load_rules(target)
        host.rules[target.origin] = (rules, self._monotonic() + ROBOTS_HOLD)
        return rules

    def _load_rules(self, target: Target) -> Rules:
        """Raises: PageLater, RobotsRefused."""
        try:
            return read(self._fetcher.get(f"{target.origin}/robots.txt").body, PRODUCT)
        except PageLater:
            raise
        except PageGone:
            return Rules()
        except PageRefused as error:
            if error.status:
                return Rules()
            raise RobotsRefused(f"{shown(target.url)} is not fetched: {error}") from error
        except PageError as error:
            raise RobotsRefused(f"{shown(target.url)} is not fetched: {error}") from error

    def _host(self, name: str) -> _Host:
        with self._naming:
            host = self._hosts.setdefault(name, _Host())
            self._hosts.move_to_end(name)
            while len(self._hosts) > MOST_HOSTS and self._forget_one():
                pass
            return host

    def _forget_one(self) -> bool:
        """Forget the host asked longest ago that owes us nothing and that nobody is asking."""
        now = self._monotonic()
        idle = next((name for name, host in self._hosts.items() if host.next_at < now and not host.turn.locked()), None)
        if idle is not None:
            del self._hosts[idle]
        return idle is not None
