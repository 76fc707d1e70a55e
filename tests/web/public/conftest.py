"""A library in memory with the real corridors in front of it, behind a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from tests.conftest import Clock
from tests.web.conftest import Server, Tipline

from periksa.answers.decide import Policy
from periksa.asking import Asking
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Article, ArticleKind, Force, Statement
from periksa.publishing import Publishing
from periksa.readers.text import TextReader
from periksa.store.memory import MemoryStore
from periksa.web.site import build

CHECK, NEWS = ArticleKind.FACT_CHECK, ArticleKind.NEWS
HOSTILE = "<script>alert(1)</script> & \"'</title>"

COCONUT = Article(
    "uji-1",
    CHECK,
    "Air kelapa muda menetralkan bisa ular kobra",
    outlet="Harian Uji",
    url="https://uji.example/air-kelapa",
    date=date(2025, 4, 2),
    claim="Minum air kelapa muda dapat menetralkan bisa ular kobra.",
    rating="SALAH",
    summary="Dokter di Pusat Racun Uji menjelaskan bahwa bisa ular hanya dilawan dengan antibisa.",
    body="Isi lengkap milik penerbit.",
)
COCONUT_TOO = replace(
    COCONUT, id="lain/1?", outlet="Cek Lain", url="https://lain.example/1", rating="Keliru", date=date(2025, 4, 5)
)
BRIDGE = Article("uji-2", CHECK, "Jembatan Kahayan tidak runtuh akibat gempa", outlet="Harian Uji")
ODD = Article(
    "aneh\u00e9 1", CHECK, HOSTILE, outlet=HOSTILE, url="https://aneh.example/?a=1&b=2", rating=HOSTILE, claim=HOSTILE
)
DENIAL = Statement(
    "Wening Laksita",
    "Kami tidak berencana menutup bendungan",
    role="juru bicara Dinas Pengairan",
    verb="bantah",
    force=Force.DENIED,
    date=date(2025, 1, 16),
    medium="wawancara dengan Radio Lembah",
    via=("Warta Randu",),
    start=0,
    end=38,
)
DAM = Article(
    "kabar-1",
    NEWS,
    "Dinas membantah penutupan Bendungan Randu",
    outlet="Kabarkini",
    url="https://kabarkini.example/1",
    date=date(2025, 1, 17),
    summary="Juru bicara dinas membantah rencana itu.",
    statements=(DENIAL, Statement("Wening Laksita", "Air tetap mengalir.", direct=True)),
)
DAM_LATER = Article(
    "kabar-2",
    NEWS,
    "Bendungan Randu ditutup mulai Maret",
    outlet="Warta Randu",
    url="https://warta.example/2",
    date=date(2025, 2, 25),
    statements=(replace(DENIAL, words="Bendungan ditutup mulai Maret", force=Force.SAID, date=None, via=()),),
)
LIBRARY = (COCONUT, COCONUT_TOO, BRIDGE, ODD, DAM, DAM_LATER)


class Shelves(MemoryStore):
    """A real store that can be taken away."""

    trouble: Exception | None = None

    def read(self, work: Any) -> Any:
        if self.trouble:
            raise self.trouble
        return super().read(work)


@pytest.fixture
def store(clock: Clock) -> Shelves:
    store = Shelves()
    store.write(lambda tx: tx.articles.put(LIBRARY, clock())).result()
    return store


@pytest.fixture
def publishing(store: Shelves, finder: Finder, clock: Clock) -> Publishing:
    return Publishing(store, finder, clock)


@pytest.fixture
def finder() -> Finder:
    index = MemoryIndex()
    index.put(LIBRARY)
    return Finder(TextReader(), index, Policy())


@pytest.fixture
def address() -> str:
    """Our own address as an operator sets it; a test may set it by a parameter of this name."""
    return ""


@pytest.fixture
def app(tipline: Tipline, clock: Clock, finder: Finder, publishing: Publishing, address: str) -> Starlette:
    asker = Asking(finder, Policy(), clock)
    return build(tipline, clock, name="Cek Fakta Nusantara", asker=asker, library=publishing, address=address)


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=10) as client:
        yield client


@pytest.fixture
def more(store: Shelves, clock: Clock) -> Callable[[Sequence[Article]], None]:
    """Puts more articles on the shelf."""
    return lambda articles: store.write(lambda tx: tx.articles.put(articles, clock())).result()
