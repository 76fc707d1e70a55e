"""One visit on its way: what it fetches, keeps and counts. Every step is committed, so a visit may end anywhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from periksa.errors import PageLater
from periksa.model import Article, Spot, SpotKind, Trouble
from periksa.pages import Page
from periksa.pages.addresses import shown
from periksa.pages.box import Box
from periksa.pages.fetcher import Fetcher
from periksa.pages.manners import PATIENCE, Manners
from periksa.sources import Fetched, Problem
from periksa.sources.site import Site
from periksa.store import Store, Transaction

HELD = timedelta(minutes=10)
"""A site is ours for so long after every step; whoever dies in the middle keeps it no longer."""
TIRED = 3
"""Failures in a row after which a site is left alone until its next visit."""
SAID = 10
"""Troubles of one visit that the log names one by one."""

_log = logging.getLogger(__name__)


class Leaving(Exception):
    """We were told to stop."""


Kept = Callable[[Transaction, datetime], tuple[Sequence[str], Sequence[str]]]
"""Articles into the store, what follows from them queued; the ids of the new ones and of the changed ones."""
Keep = Callable[[Store, Sequence[Article]], Kept]
"""Articles made ready for that."""
Withdraw = Callable[[Transaction, Sequence[str], datetime], int]
"""Articles (by id) out of the library; how many there were."""


class Kit:
    """What every visit takes along.

    `leaving` is set when we are to stop; it wakes whoever waits for their turn, who then raises Leaving.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        clock: Callable[[], datetime],
        keep: Keep,
        withdraw: Withdraw,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.store = store
        self.leaving = Event()
        self.pages = Manners(fetcher, monotonic, sleep or self._wait)
        self.box = Box()
        self.clock = clock
        self.keep = keep
        self.withdraw = withdraw

    def _wait(self, seconds: float) -> None:
        if self.leaving.wait(seconds):
            raise Leaving


@dataclass(slots=True)
class Outcome:
    """What came of a visit."""

    site: str
    requests: int = 0
    """Without those for robots.txt, and for redirects."""
    bytes: int = 0
    """Of the pages, unpacked."""
    unchanged: int = 0
    """Addresses that the site said are as they were."""
    listed: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    """Articles in listings; new in the library, changed there, withdrawn from it."""
    troubles: list[Trouble] = field(default_factory=list)
    """Those that were not known before."""
    unread: list[Trouble] = field(default_factory=list)
    """Those for which a listing could not be read, known before or not."""
    waiting: int = 0
    """Addresses still to be fetched."""
    reached: bool = False
    """Whether any listing could be read, or was as before."""
    tired: bool = False
    """Whether the site, or we, had enough before all was done."""

    @property
    def problems(self) -> list[Trouble]:
        """What whoever ordered the visit must hear: what is new, and what kept a listing from being read."""
        new = {(one.key, one.where, one.field) for one in self.troubles}
        return [*self.troubles, *(one for one in self.unread if (one.key, one.where, one.field) not in new)]

    def add(self, other: Outcome) -> None:
        """What came of going on with it."""
        for name in ("requests", "bytes", "unchanged", "listed", "new", "changed", "gone"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.troubles += other.troubles
        self.unread += other.unread
        self.waiting, self.tired, self.reached = other.waiting, other.tired, self.reached or other.reached


class Errand:
    """One visit to one site."""

    def __init__(self, site: Site, kit: Kit, progress: Callable[[Outcome], None]) -> None:
        self.site = site
        self.kit = kit
        self.outcome = Outcome(site.name)
        self._progress = progress
        self._failures = 0

    @property
    def tired(self) -> bool:
        """Whether the site failed so often in a row that it is left alone."""
        return self._failures >= TIRED

    def get(self, url: str, etag: str = "", last_modified: str = "") -> Page:
        """The page; where the site asks for a moment, after that moment.

        Raises: PageError; Leaving where we were told to stop.
        """
        try:
            return self._get(url, etag, last_modified)
        except PageLater as error:
            if error.wait is not None and error.wait <= PATIENCE:
                return self._get(url, etag, last_modified)
            raise

    def _get(self, url: str, etag: str, last_modified: str) -> Page:
        if self.kit.leaving.is_set():
            raise Leaving
        self.outcome.requests += 1
        try:
            page = self.kit.pages.get(url, etag, last_modified, self.site.pause)
        except PageLater:
            self._failures += 1
            raise
        self._failures = 0
        self.outcome.bytes += len(page.body)
        self.outcome.unchanged += page.unchanged
        return page

    def now(self) -> datetime:
        """The time."""
        return self.kit.clock()

    def known(self, keys: Collection[str]) -> dict[str, Spot]:
        """Spots of this site by key."""
        name = self.site.name
        return {spot.key: spot for spot in self.kit.store.read(lambda tx: tx.visits.spots(name, keys))}

    def due(self, kinds: Collection[SpotKind], limit: int, without: Collection[Spot] = ()) -> list[Spot]:
        """Some of the spots that are to be fetched now."""
        name, at, most = self.site.name, self.now(), limit + len(without)
        found = self.kit.store.read(lambda tx: tx.visits.due(name, kinds, at, most))
        return [spot for spot in found if spot not in without][:limit]

    def keep(
        self,
        spots: Sequence[Spot],
        articles: Iterable[Article] = (),
        problems: Mapping[str, Iterable[Problem]] | None = None,
        withdrawn: Sequence[str] = (),
        *,
        settled: Collection[str] | None = None,
        since: datetime | None = None,
    ) -> bool:
        """Commit what was learned; whether the library changed. `problems`: by key of their spot.

        `settled`: spots (by key) that were dealt with, beginning at `since` (now): what was wrong there before is
        forgotten. None: all of `spots`.
        """
        at = self.now()
        done = [spot.key for spot in spots] if settled is None else settled
        library = self.kit.keep(self.kit.store, list(articles))
        troubles = [self.trouble(key, each, at) for key, found in (problems or {}).items() for each in found]

        def keep(tx: Transaction) -> tuple[Sequence[str], Sequence[str], int, list[Trouble]]:
            gone = self.kit.withdraw(tx, withdrawn, at) if withdrawn else 0
            new, changed = library(tx, at)
            tx.visits.put(spots)
            fresh = tx.visits.note(troubles)
            tx.visits.solve(self.site.name, done, since or at)
            tx.visits.hold(self.site.name, at + HELD)
            return new, changed, gone, fresh

        new, changed, gone, fresh = self.kit.store.write(keep).result()
        self._count(len(new), len(changed), gone, fresh)
        return bool(new or changed or gone)

    def sum_up(self) -> None:
        """Say how many troubles were not said one by one."""
        if (more := len(self.outcome.troubles) - SAID) > 0:
            _log.warning("%s: %d more; `periksa sources %s` lists them", self.site.name, more, self.site.name)

    def tell(self) -> None:
        """Whoever watches hears how far we are."""
        self._progress(self.outcome)

    def trouble(self, key: str, problem: Problem, at: datetime) -> Trouble:
        """A problem as it is kept, at the spot where it was met."""
        where, _, entry = problem.where.partition(", ")
        what = f"{problem.what} ({entry})" if entry else problem.what
        return Trouble(self.site.name, key, where, problem.field, what, at, at)

    def _count(self, new: int, changed: int, gone: int, fresh: Sequence[Trouble]) -> None:
        outcome = self.outcome
        for trouble in fresh[: max(0, SAID - len(outcome.troubles))]:
            _log.warning("%s: %s", trouble.site, sentence(trouble))
        outcome.troubles += fresh
        outcome.new, outcome.changed, outcome.gone = outcome.new + new, outcome.changed + changed, outcome.gone + gone


def sentence(trouble: Trouble) -> str:
    """A trouble for a screen or the log."""
    return " ".join(filter(None, (trouble.where, trouble.field, trouble.what)))


def problem_of(url: str, error: Exception) -> Problem:
    """An error as a problem of this address, with which the error's sentence may begin, whole or without its query."""
    return Problem(url, "", str(error).removeprefix(url).removeprefix(shown(url)).strip().rstrip("."))


def fetched(page: Page) -> Fetched:
    """What the pages room gave, as the sources room takes it."""
    return Fetched(page.final_url, page.body, page.fetched_at, page.content_type)
