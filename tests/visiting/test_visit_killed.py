"""SIGKILL in the middle of a visit, at every stop and at random: the next process goes on, and nothing is done twice.

The site is a real server in this process; every visit is a process of its own.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.publisher_server import PublisherServer, page
from tests.visiting.conftest import SEALING, html

from periksa.model import JobKind, JobState
from periksa.store.sql import SqlStore, migrate

pytestmark = pytest.mark.network

LISTED, IN_FEED = 24, 6
"""Articles in the sitemaps, and those of them in the feed; every third has a second page."""
PATIENCE = 60
STOPS = [
    ("visits.begin, committed", 0),
    ("fetched", 0),
    ("fetched", 2),
    ("fetched", 5),
    ("fetched", 9),
    ("fetched", 20),
    ("visits.put, not committed", 0),
    ("visits.put, committed", 0),
    ("visits.put, committed", 3),
    ("articles.put, not committed", 0),
    ("articles.put, not committed", 7),
    ("articles.put, committed", 0),
    ("articles.put, committed", 11),
    ("visits.end, not committed", 0),
    ("visits.end, committed", 0),
    ("jobs.finish, not committed", 0),
]
"""Where to die, and how often that place is passed before."""


class Visits:
    """Processes that visit the same site, one after the other, on the same data."""

    def __init__(self, database: str, site: PublisherServer) -> None:
        from visiting_process import visit

        self._visit, self._database, self._site = visit, database, site
        self._context = multiprocessing.get_context("forkserver")
        self._minutes = 0
        self.process: Any = None

    def start(self, stop: str = "", skip: int = 0) -> None:
        """Eleven minutes after the last one: by then a site is free that somebody held who died."""
        starts = [
            {"kind": "feed", "url": f"{self._site.url}/rss"},
            {"kind": "sitemap", "url": f"{self._site.url}/peta"},
        ]
        profile = {
            "name": "kabarkini",
            "outlet": "Kabarkini",
            "hosts": ["127.0.0.1"],
            "checked": "invented for tests",
            "publishes": "news",
            "articles": ["/baca/"],
            "page": {"body": ["div.isi"], "next": ["a.lagi@href"]},
            "start": starts,
        }
        given = (self._database, self._site.port, profile, self._minutes, stop, skip)
        self._minutes += 11
        self.process = self._context.Process(target=self._visit, args=given)
        self.process.start()

    def end(self) -> int:
        """How it ended."""
        self.process.join(PATIENCE)
        code: int = self.process.exitcode
        return code


@pytest.fixture
def site(publisher: PublisherServer) -> PublisherServer:
    url = publisher.url
    for number in range(LISTED):
        after = f"<a class='lagi' href='/baca/{number}?page=2'>2</a>" if number % 3 == 0 else ""
        body = f"Bagian pertama berita nomor {number} dari Randu."
        publisher.routes[f"/baca/{number}"] = page(html(f"Berita {number}", body, after=after), etag=f'"{number}"')
        publisher.routes[f"/baca/{number}?page=2"] = html(f"Berita {number}", f"Bagian kedua nomor {number}.")
    told = "<title>B</title><pubDate>Sat, 28 Feb 2026 09:00:00 +0700</pubDate>"
    items = "".join(f"<item>{told}<link>{url}/baca/{number}</link></item>" for number in range(IN_FEED))
    feed = f"<rss version='2.0'><channel><title>K</title>{items}</channel></rss>"
    publisher.routes["/rss"] = page(feed, "application/rss+xml", etag='"rss"')
    parts = "".join(f"<sitemap><loc>{url}/peta-{part}</loc><lastmod>2026-02-28</lastmod></sitemap>" for part in (0, 1))
    publisher.routes["/peta"] = page(f"<sitemapindex>{parts}</sitemapindex>", "application/xml", etag='"peta"')
    for part in (0, 1):
        urls = "".join(f"<url><loc>{url}/baca/{number}</loc></url>" for number in range(part, LISTED, 2))
        publisher.routes[f"/peta-{part}"] = page(f"<urlset>{urls}</urlset>", "application/xml", etag=f'"peta-{part}"')
    return publisher


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    migrate(address(tmp_path), SEALING)
    store = SqlStore(address(tmp_path), SEALING)
    yield store
    store.close()


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/periksa.db"


@pytest.fixture
def visits(site: PublisherServer, store: SqlStore, tmp_path: Path) -> Iterator[Visits]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        patch.syspath_prepend(Path(__file__).parents[1])
        loaded = ["pytest", "periksa.app", "periksa.visiting", "periksa.store.sql", "feedparser", "trafilatura"]
        multiprocessing.get_context("forkserver").set_forkserver_preload(loaded)
        visits = Visits(address(tmp_path), site)
        yield visits
        if visits.process and visits.process.is_alive():
            visits.process.kill()
            visits.process.join(PATIENCE)


def whole(store: SqlStore) -> None:
    """Every article is there, with all its pages, and was put there once."""
    articles = store.read(lambda tx: list(tx.articles.all()))
    assert sorted(article.title for article in articles) == sorted(f"Berita {number}" for number in range(LISTED))
    assert sum("Bagian kedua" in article.body for article in articles) == LISTED // 3
    ready = store.read(lambda tx: tx.jobs.list(JobState.READY, 500))
    assert sorted(job.key for job in ready if job.kind is JobKind.INDEX) == sorted(article.id for article in articles)
    assert {job.kind for job in ready} == {JobKind.INDEX, JobKind.VISIT}, "nobody is told of a change"
    assert [job.key for job in ready if job.kind is JobKind.VISIT] == ["kabarkini"]
    assert store.read(lambda tx: tx.visits.troubles("kabarkini")) == []


def asked_twice(site: PublisherServer) -> Counter[str]:
    """Pages of articles that were asked for more than once, and how often too many."""
    times = Counter(asked.target for asked in site.asked if asked.path.startswith("/baca/"))
    return times - Counter(dict.fromkeys(times, 1))


def test_a_visit_that_nobody_kills_asks_for_everything_once(
    visits: Visits, site: PublisherServer, store: SqlStore
) -> None:
    visits.start()
    assert visits.end() == 0
    whole(store)
    assert not asked_twice(site)
    before = len(site.asked)
    visits.start()
    assert visits.end() == 0
    assert len(site.asked) == before, "it is not time yet"


@pytest.mark.parametrize(("stop", "skip"), STOPS)
def test_a_visit_that_is_killed_is_gone_on_with(
    visits: Visits, site: PublisherServer, store: SqlStore, stop: str, skip: int
) -> None:
    visits.start(stop, skip)
    assert visits.end() == -signal.SIGKILL, "it did not reach its stop"
    visits.start()
    assert visits.end() == 0
    whole(store)
    twice = asked_twice(site)
    assert len({path.partition("?")[0] for path in twice}) <= 1, "only what was in hand is asked for again"
    assert set(twice.values()) <= {1}


def test_a_visit_that_is_killed_again_and_again_comes_to_its_end(
    visits: Visits, site: PublisherServer, store: SqlStore
) -> None:
    chance, kills = random.Random(20260301), 0
    for _ in range(6):
        enough = len(site.asked) + chance.randint(2, 6)
        visits.start()
        while len(site.asked) < enough and visits.process.is_alive():
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.05))
        kills += visits.process.is_alive()
        visits.process.kill()
        visits.process.join(PATIENCE)
    assert kills > 2
    visits.start()
    assert visits.end() == 0
    whole(store)
    assert sum(asked_twice(site).values()) <= 2 * kills
