"""A publisher on this machine, and visits to it on a clock that moves only when somebody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.publisher_server import PublisherServer, page

from periksa.index.memory import MemoryIndex
from periksa.ingest import Ingest, keeping, withdraw
from periksa.model import Article, Job, JobKind, JobState, Trouble
from periksa.pages.box import Box
from periksa.pages.fetcher import Fetcher
from periksa.sources.site import Site
from periksa.store import Store
from periksa.store.memory import MemoryStore
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate
from periksa.visiting import Kit, Outcome, Visiting

SEALING = Sealing([b"k" * 32])
EVERY = timedelta(minutes=30)


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    """One for all tests: it takes a moment to start."""
    with Box() as box:
        yield box


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)
    yield store
    store.close()


@dataclass
class Publisher:
    """What the site publishes: articles by path, listed in a feed; both may change at any time."""

    server: PublisherServer
    articles: dict[str, str] = field(default_factory=dict)
    """Path → the time it was changed, in the feed."""

    def publish(self, path: str, title: str = "", body: str = "", **told: Any) -> None:
        """An article and its line in the feed; with `changed` (ISO), the feed says so."""
        changed = told.pop("changed", "2026-02-28T07:00:00+07:00")
        self.articles[path] = changed
        self.server.routes[path] = page(html(title or f"Berita {path}", body, **told), etag=f'"{title}{body}"')
        self.list()

    def list(self) -> None:
        """Write the feed anew."""
        entries = "".join(
            f"<entry><title>Berita</title><id>{path}</id><link href='{self.server.url}{path}'/>"
            f"{f'<updated>{at}</updated>' if at else ''}</entry>"
            for path, at in self.articles.items()
        )
        feed = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>K</title>{entries}</feed>'
        self.server.routes["/rss"] = page(feed, "application/atom+xml", etag=f'"{hash(feed)}"')


def html(title: str, body: str = "", date: str = "2026-02-28T09:00:00+07:00", after: str = "") -> str:
    """A page of news as sites write them."""
    text = body or "Bendungan Randu mulai diisi pada April, kata kepala balai, setelah uji beban selesai dilakukan."
    when = f'<meta property="article:published_time" content="{date}">' if date else ""
    return (
        f"<html><head><title>{title}</title>{when}</head><body><article><h1>{title}</h1>"
        f"<div class='isi'><p>{text}</p></div>{after}</article></body></html>"
    )


def links(*paths: str, further: str = "") -> str:
    """A page of links."""
    ahead = f"<a rel='next' href='{further}'>berikutnya</a>" if further else ""
    return "<html><body>" + "".join(f"<a href='{path}'>baca</a>" for path in paths) + ahead + "</body></html>"


class Visitor:
    """Visits the site, leg by leg or as a worker would, and tells what is in the store."""

    def __init__(self, store: Store, clock: Any, server: PublisherServer, box: Box) -> None:
        self.store, self.clock, self.server = store, clock, server
        self.slept: list[float] = []
        fetcher = Fetcher(clock, "redaksi@uji.example", allowed=[("127.0.0.1", server.port)])
        self.kit = Kit(store, fetcher, clock, keeping, withdraw, self.monotonic, self.sleep)
        self.kit.box = box
        self.index = MemoryIndex()
        self.ingest = Ingest(store, [], self.index, clock)
        self.site = self.profile()
        self.visiting = Visiting(self.kit, [self.site], EVERY)

    def monotonic(self) -> float:
        return float(self.clock().timestamp())

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.pass_(seconds=seconds)

    def profile(self, **changed: Any) -> Site:
        values: dict[str, Any] = {
            "name": "kabarkini",
            "outlet": "Kabarkini",
            "hosts": ["127.0.0.1"],
            "checked": "invented for tests",
            "publishes": "news",
            "pause": 0.5,
            "articles": [r"/baca/", r"/cek/"],
            "page": {"body": ["div.isi"], "next": ["a.lagi@href"]},
            "start": [{"kind": "feed", "url": f"{self.server.url}/rss"}],
        }
        return Site.model_validate({**values, **changed})

    def starts(self, kind: str, *paths: str, **changed: Any) -> None:
        """From now on the visit starts there."""
        starts = [{"kind": kind, "url": f"{self.server.url}{path}"} for path in paths]
        self.site = self.profile(start=starts, **changed)
        self.visiting = Visiting(self.kit, [self.site], EVERY)

    def visit(self, legs: int = 50, *, starts: bool = True) -> Outcome:
        """A whole visit."""
        outcome = self.visiting.leg(self.site, starts=starts)
        assert outcome
        for _ in range(legs - 1):
            if outcome.tired or not outcome.waiting:
                break
            more = self.visiting.leg(self.site, starts=False)
            assert more
            outcome.add(more)
        return outcome

    def later(self, **span: float) -> Outcome:
        """Let time pass, and visit again."""
        self.clock.pass_(**span)
        return self.visit()

    def articles(self) -> list[Article]:
        return self.store.read(lambda tx: list(tx.articles.all()))

    def titles(self) -> list[str]:
        return sorted(article.title for article in self.articles())

    def troubles(self) -> list[str]:
        """What is wrong now, without the address of the server."""
        found: Sequence[Trouble] = self.store.read(lambda tx: tx.visits.troubles("kabarkini"))
        base = self.server.url
        return sorted(" ".join(filter(None, (one.where, one.field, one.what))).replace(base, "") for one in found)

    def jobs(self, kind: JobKind) -> list[Job]:
        return [job for job in self.store.read(lambda tx: tx.jobs.list(JobState.READY, 5000)) if job.kind is kind]

    def index_now(self) -> None:
        self.ingest.index_waiting(lambda _: None)

    def asked(self) -> list[str]:
        """What was asked since this was called last."""
        paths = [asked.target for asked in self.server.asked if asked.path != "/robots.txt"]
        self.server.asked.clear()
        return paths


@pytest.fixture
def site(publisher: PublisherServer) -> Publisher:
    return Publisher(publisher)


@pytest.fixture
def visitor(store: Store, clock: Callable[[], datetime], publisher: PublisherServer, box: Box) -> Visitor:
    return Visitor(store, clock, publisher, box)
