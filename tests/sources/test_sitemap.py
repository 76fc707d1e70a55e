from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from periksa.sources import Fetched, Further, Listed, Pointer
from periksa.sources.site import Site
from periksa.sources.sitemap import Sitemap

FOLDER = Path(__file__).parent / "listings"
Make = Callable[..., Fetched]
Profile = Callable[..., Site]


def urlset(count: int) -> bytes:
    urls = (f"<url><loc>https://kabarkini.example/read/{n}</loc></url>" for n in range(count))
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(urls)}</urlset>'.encode()


def said(entries: list[Listed]) -> list[str]:
    return [f"{problem.field} {problem.what}" for entry in entries for problem in entry.problems]


def test_a_news_sitemap(fetched: Make, site: Profile) -> None:
    one, two = Sitemap().list(fetched((FOLDER / "sitemap-news.xml").read_bytes()), site())
    assert one.pointer == Pointer(
        url="https://kabarkini.example/read/1",
        title="Warga Lembah Randu Menolak Pindah",
        date=date(2023, 3, 9),
        changed=one.pointer.changed if one.pointer else None,
        categories=("bendungan", "ganti rugi"),
    )
    assert one.pointer.changed
    assert one.pointer.changed.astimezone(UTC) == datetime(2023, 3, 9, 3, 25, tzinfo=UTC)
    assert two.pointer == Pointer("https://kabarkini.example/read/2?a=1&b=2")


def test_an_index_leads_on_within_the_site(fetched: Make, site: Profile) -> None:
    (entry,) = Sitemap().list(fetched((FOLDER / "sitemap-index.xml").read_bytes()), site())
    assert entry.further == Further(
        "https://kabarkini.example/sitemap-2023-03.xml.gz", datetime(2023, 3, 10, tzinfo=UTC)
    )


def test_gzip(fetched: Make, site: Profile) -> None:
    assert len(list(Sitemap().list(fetched(gzip.compress(urlset(30))), site()))) == 30


def test_gzip_that_ends_too_early_gives_what_was_read_and_says_so(fetched: Make, site: Profile) -> None:
    packed = gzip.compress(urlset(20_000))
    entries = list(Sitemap().list(fetched(packed[: len(packed) // 2]), site()))
    assert 5_000 < len(entries) < 15_000
    (sentence,) = said(entries)
    assert sentence.startswith("sitemap is damaged and was read as far as possible: gzip: ")


def test_broken_xml_gives_what_was_read_and_says_so(fetched: Make, site: Profile) -> None:
    entries = list(Sitemap().list(fetched(urlset(3).replace(b"</urlset>", b"<url><loc>https://kab")), site()))
    assert len([entry for entry in entries if entry.pointer]) == 3
    assert "sitemap is damaged" in said(entries)[-1]


def test_entries_without_an_address_or_with_a_wrong_day(fetched: Make, site: Profile) -> None:
    news = (
        "<news:news xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>"
        "<news:publication_date>2031-01-01</news:publication_date></news:news>"
    )
    text = f"<urlset><url><lastmod>2023</lastmod></url><url><loc>/read/1</loc>{news}</url></urlset>"
    one, two = Sitemap().list(fetched(text), site())
    assert said([one]) == ["loc is missing or no http(s) address"]
    assert two.pointer == Pointer("https://kabarkini.example/read/1")
    assert said([two]) == ["publication_date lies in the future: 2031-01-01; the page is asked"]


def test_a_large_one_is_streamed(fetched: Make, site: Profile) -> None:
    page = fetched(gzip.compress(urlset(50_000)))
    profile = site()
    tracemalloc.start()
    count = sum(entry.pointer is not None for entry in Sitemap().list(page, profile))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 2_000_000


def test_entities_are_not_resolved(fetched: Make, site: Profile) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "/read/9"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    text = f"{bomb}<urlset><url><loc>https://kabarkini.example/read/1&c;</loc></url></urlset>"
    entries = list(Sitemap().list(fetched(text), site()))
    assert [entry.pointer.url for entry in entries if entry.pointer] in ([], ["https://kabarkini.example/read/1"])
