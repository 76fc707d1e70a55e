"""Feeds as a feed reader reads them, sitemaps as a crawler does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.etree import ElementTree as Xml

import feedparser
import httpx2
import pytest
from tests.conftest import Clock
from tests.web.public.conftest import BRIDGE, COCONUT, COCONUT_TOO, DAM, HOSTILE, ODD, Shelves

from periksa.errors import StoreBusy
from periksa.model import Article
from periksa.publishing import sitemaps

pytestmark = pytest.mark.network
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize(("path", "version"), [("/feed.rss", "rss20"), ("/feed.atom", "atom10")])
def test_a_feed_reader_finds_every_check_newest_first(http: httpx2.Client, path: str, version: str) -> None:
    answer = http.get(path)
    feed = feedparser.parse(answer.content)
    assert (feed.bozo, feed.version) == (False, version)
    assert feed.feed.title == "Cek Fakta Nusantara: Cek fakta terbaru"
    assert [each.link for each in feed.entries][:2] == [COCONUT_TOO.url, COCONUT.url]
    assert len(feed.entries) == 4, "fact-checks only"
    first = feed.entries[1]
    assert first.title == f"[SALAH] {COCONUT.title}"
    assert "Kesimpulan Harian Uji: SALAH" in first.summary
    assert first.published_parsed[:5] == (2025, 4, 1, 17, 0), "its day begins in Jakarta"
    assert "published" not in feed.entries[-1], "a check without a day"


def test_what_a_publisher_wrote_comes_out_as_it_was(http: httpx2.Client) -> None:
    for path in ("/feed.rss", "/feed.atom"):
        found = Xml.fromstring(http.get(path).content)
        texts = [each.text for each in found.iter() if each.tag.endswith("title")]
        assert HOSTILE in texts


def test_ids_stay_when_the_article_changes_and_when_we_move(
    http: httpx2.Client, more: Callable[[Sequence[Article]], None]
) -> None:
    before = {each.link: each.id for each in feedparser.parse(http.get("/feed.rss").content).entries}
    more([replace(COCONUT, title="Judul lain", rating="BENAR")])
    after = feedparser.parse(http.get("/feed.atom", headers={"host": "lain.example"}).content).entries
    assert {each.link: each.id for each in after}[COCONUT.url] == before[COCONUT.url]
    assert len(set(before.values())) == 4


def test_json_feed_leads_to_both_pages(http: httpx2.Client) -> None:
    answer = http.get("/feed.json?lang=en")
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["language"] == "en"
    item = feed["items"][1]
    assert item["external_url"] == COCONUT.url
    assert item["url"].endswith("/articles/uji-1")
    assert item["authors"] == [{"name": "Harian Uji"}]
    assert "Harian Uji concluded: SALAH" in item["content_text"]
    bridge = feed["items"][-2]
    assert bridge["title"] == BRIDGE.title
    assert "external_url" not in bridge
    assert "date_published" not in bridge


def test_signs_that_xml_cannot_hold_do_not_break_a_feed(
    http: httpx2.Client, more: Callable[[Sequence[Article]], None]
) -> None:
    more([replace(COCONUT, title="Awal\x0b\x1f\ufffe tengah \U0001f635", rating="\x01")])
    for path in ("/feed.rss", "/feed.atom"):
        assert not feedparser.parse(http.get(path).content).bozo


@pytest.mark.parametrize(
    "path", ["/feed.rss", "/feed.atom", "/feed.json", "/sitemap.xml", "/sitemaps/0.xml", "/robots.txt"]
)
def test_what_is_still_the_same_is_not_sent_again(http: httpx2.Client, path: str) -> None:
    first = http.get(path)
    assert first.status_code == 200
    assert first.headers["cache-control"].startswith("public, max-age=")
    assert http.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304


def test_a_changed_check_changes_the_feed(
    http: httpx2.Client, more: Callable[[Sequence[Article]], None], clock: Clock
) -> None:
    seen = http.get("/feed.rss").headers
    clock.pass_(minutes=5)
    more([replace(COCONUT, rating="BENAR")])
    asked = [{"if-none-match": seen["etag"]}, {"if-modified-since": seen["last-modified"]}]
    assert [http.get("/feed.rss", headers=each).status_code for each in asked] == [200, 200]


def test_an_empty_library_has_feeds_too(http: httpx2.Client, store: Shelves) -> None:
    store.write(lambda tx: tx.articles.drop([each.id for each in tx.articles.all()])).result()
    for path in ("/feed.rss", "/feed.atom"):
        feed = feedparser.parse(http.get(path).content)
        assert (feed.bozo, feed.entries) == (False, [])
    assert http.get("/feed.json").json()["items"] == []
    assert http.get("/checks").status_code == 200


def locations(answer: httpx2.Response) -> list[str]:
    return [each.text or "" for each in Xml.fromstring(answer.content).iter(f"{MAP}loc")]


def test_a_crawler_reaches_every_page(http: httpx2.Client) -> None:
    robots = http.get("/robots.txt").text
    found = re.search(r"^Sitemap: (.*)$", robots, re.MULTILINE)
    assert found
    pages = [page for part in locations(http.get(found[1])) for page in locations(http.get(part))]
    assert len(pages) == 3 + 6
    assert [http.get(page).status_code for page in pages] == [200] * 9
    assert any(page.endswith("/articles/lain%2F1%3F") for page in pages)


def test_a_map_is_never_larger_than_the_protocol_allows(http: httpx2.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = locations(http.get("/sitemaps/0.xml"))
    monkeypatch.setattr(sitemaps, "MOST", 4)
    parts = locations(http.get("/sitemap.xml"))
    assert len(parts) == 3
    found = [locations(http.get(part)) for part in parts]
    assert [len(part) for part in found] == [4, 4, 1]
    assert [page for part in found for page in part] == whole
    assert http.get("/sitemaps/3.xml").status_code == 404


def test_a_map_tells_when_a_page_changed(http: httpx2.Client) -> None:
    found = Xml.fromstring(http.get("/sitemaps/0.xml").content)
    changed = [each.text for each in found.iter(f"{MAP}lastmod")]
    assert changed == ["2026-03-01T08:00:00+00:00"] * 6


@pytest.mark.parametrize("path", ["/feed.rss", "/sitemap.xml", "/sitemaps/0.xml"])
def test_without_the_store_it_says_so(http: httpx2.Client, store: Shelves, path: str) -> None:
    store.trouble = StoreBusy("busy")
    assert http.get(path).status_code == 503


def test_addresses_are_ours_where_they_are_set(http: httpx2.Client) -> None:
    feed = json.loads(http.get("/feed.json", headers={"host": "salah.example"}).content)
    assert feed["feed_url"] == "http://salah.example/feed.json", "nobody said what our address is"
    assert ODD.url in [each.get("external_url") for each in feed["items"]]
    assert DAM.url not in [each.get("external_url") for each in feed["items"]]


@pytest.mark.parametrize("address", ["https://cek.example"])
@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/feed.json", "/robots.txt", "/sitemap.xml", "/checks"])
def test_our_own_address_counts_before_what_a_request_says(http: httpx2.Client, path: str) -> None:
    answer = http.get(path, headers={"host": "salah.example"})
    assert "salah.example" not in answer.text
    assert path == "/checks" or "https://cek.example/" in answer.text
