"""A visit in a process of its own, which can be told to die at a certain stop as in a power cut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from periksa.ingest import keeping, withdraw
from periksa.model import JobKind
from periksa.pages import Page
from periksa.pages.fetcher import Fetcher
from periksa.sources.site import Site
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore
from periksa.visiting import Kit, Visiting
from serving_process import Trap, TrappedPart, TrappedStore

SEALING = Sealing([b"k" * 32])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY = timedelta(minutes=30)
LEASE = timedelta(minutes=10)


class TrappedFetcher(TrappedPart):
    def get(self, *given: Any, **named: Any) -> Page:
        page: Page = self._part.get(*given, **named)
        self._trap.at("fetched")
        return page


def visit(database: str, port: int, profile: dict[str, Any], minutes: int, stop: str = "", skip: int = 0) -> None:
    """Do *visit* jobs until nothing is left of the visit, or until `stop` is reached after passing it `skip` times.

    `minutes`: how long after noon it is, for as long as this process lives.
    """
    trap, site = Trap(stop, skip), Site.model_validate(profile)
    store: Any = TrappedStore(SqlStore(database, SEALING), trap)

    def clock() -> datetime:
        return NOON + timedelta(minutes=minutes)

    fetcher: Any = TrappedFetcher(Fetcher(clock, allowed=[("127.0.0.1", port)]), trap)
    visiting = Visiting(Kit(store, fetcher, clock, keeping, withdraw, sleep=lambda _: None), [site], EVERY)
    visiting.schedule()
    while jobs := store.write(lambda tx: tx.jobs.claim([JobKind.VISIT], 1, clock(), LEASE)).result():
        visiting.visit(jobs)
    visiting.close()
    store.close()
