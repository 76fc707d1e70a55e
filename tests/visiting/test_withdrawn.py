"""What a publisher says that it took back leaves the library, and whoever was told hears so. Never by mistake."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.publisher_server import Answer, page, wordpress
from tests.visiting.conftest import Publisher, Visitor, html

from periksa.model import Article, ArticleKind, JobKind
from periksa.sources.address import derived_id
from periksa.sweeping import Sweeping

pytestmark = pytest.mark.network
LATER = "2026-03-01T12:00:00+07:00"
BACK = "Artikel ini telah dicabut oleh redaksi karena sumbernya keliru."
AGES = datetime(2027, 1, 1, tzinfo=UTC)


def changes(visitor: Visitor) -> list[str]:
    """Titles of what is there; ids of what was withdrawn."""
    found = visitor.store.read(lambda tx: tx.changes.list(AGES - timedelta(days=900), AGES, 100))
    return [one.edition.article.title if one.edition else one.id for one in found]


def test_an_article_that_says_it_was_taken_back_is_withdrawn_at_once(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu retak")
    site.publish("/baca/2", "Mi instan ditarik dari pasar")
    visitor.visit()
    visitor.index_now()
    gone = next(one.id for one in visitor.articles() if one.title == "Bendungan Randu retak")
    site.publish("/baca/1", "Bendungan Randu retak", BACK, changed=LATER)
    site.publish("/baca/2", "Mi instan ditarik dari pasar", "Produk ini telah ditarik dari pasar.", changed=LATER)
    outcome = visitor.later(minutes=30)
    assert (outcome.gone, outcome.changed, outcome.troubles) == (1, 1, [])
    assert visitor.titles() == ["Mi instan ditarik dari pasar"]
    assert sorted(changes(visitor)) == sorted(["Mi instan ditarik dari pasar", gone])
    visitor.index_now()
    assert visitor.index.count() == 1
    assert [job.key for job in visitor.jobs(JobKind.CORRECT)] == [gone]
    visitor.asked()
    assert visitor.later(days=70).gone == 0
    assert "/baca/1" not in visitor.asked(), "it is not asked for again"


def test_one_that_is_published_anew_comes_back(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu retak", BACK)
    assert visitor.visit().new == 0
    assert visitor.troubles() == []
    site.publish("/baca/1", "Bendungan Randu tidak retak", changed=LATER)
    assert visitor.later(minutes=30).new == 1
    assert changes(visitor) == ["Bendungan Randu tidak retak"]


def test_one_that_came_from_a_file_leaves_as_well(visitor: Visitor, site: Publisher) -> None:
    url = f"{visitor.server.url}/baca/1"
    known = Article(derived_id(url.removeprefix("http://")), ArticleKind.NEWS, "Bendungan Randu retak", url=url)
    visitor.store.write(lambda tx: tx.articles.put([known], visitor.clock())).result()
    site.publish("/baca/1", "Bendungan Randu retak")
    visitor.visit()
    (article,) = visitor.articles()
    assert article.id == known.id, "file and visit name it the same"
    site.publish("/baca/1", "Bendungan Randu retak", BACK, changed=LATER)
    assert visitor.later(minutes=30).gone == 1
    assert visitor.titles() == []


def test_a_site_that_takes_everything_back_at_once_is_not_believed(visitor: Visitor, site: Publisher) -> None:
    for number in range(8):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    visitor.visit()
    for number in range(8):
        site.publish(f"/baca/{number}", f"Berita nomor {number}", BACK, changed=LATER)
    assert visitor.later(minutes=30).gone == 0
    assert len(visitor.titles()) == 8
    assert "8 of 8 pages at once: nothing was withdrawn" in visitor.troubles()[0]


def post(number: int, url: str, **more: Any) -> dict[str, Any]:
    at = f"2026-02-28T{number:02}:00:00"
    text = {"title": {"rendered": f"Cek nomor {number}"}, "content": {"rendered": "<p>Isinya ada.</p>"}}
    return {"id": number, "link": f"{url}/cek/{number}", "date": at, "modified_gmt": at, **text, **more}


def test_wordpress_takes_back_what_it_lists_as_taken_off(visitor: Visitor) -> None:
    url = visitor.server.url
    visitor.starts("wordpress", "/wp-json/wp/v2/posts")
    visitor.server.routes["/wp-json/wp/v2/posts"] = wordpress([post(number, url) for number in range(4)])
    assert visitor.visit().new == 4
    visitor.index_now()
    posts = [post(0, url), post(1, url, status="trash", modified_gmt="2026-03-01T00:00:00")]
    noted = {"title": {"rendered": "[DICABUT] Cek nomor 2"}, "modified_gmt": "2026-03-01T00:00:00"}
    visitor.server.routes["/wp-json/wp/v2/posts"] = wordpress([*posts, post(2, url, **noted), post(3, url)])
    assert visitor.later(minutes=30).gone == 2
    assert visitor.titles() == ["Cek nomor 0", "Cek nomor 3"]
    visitor.index_now()
    told = len(visitor.jobs(JobKind.CORRECT))
    assert told == 2
    assert visitor.later(minutes=30).gone == 0
    visitor.index_now()
    assert len(visitor.jobs(JobKind.CORRECT)) == told, "said once, however often it is listed"


def data_feed(url: str, *deleted: int, of: int) -> str:
    def review(number: int) -> dict[str, Any]:
        rating = {"@type": "Rating", "alternateName": "Salah"}
        told = {"url": f"{url}/cek/{number // 2}", "claimReviewed": f"Klaim nomor {number}", "reviewRating": rating}
        return {"@type": "ClaimReview", "datePublished": "2026-02-28", **told}

    entries = [
        {
            "@type": "DataFeedItem",
            "item": review(number),
            **({"dateDeleted": "2026-03-01"} if number in deleted else {}),
        }
        for number in range(of)
    ]
    return json.dumps({"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": entries})


def test_a_data_feed_is_a_source_and_says_what_it_deleted(visitor: Visitor) -> None:
    url = visitor.server.url
    visitor.starts("claimreview", "/klaim.json", publishes="fact-checks")
    visitor.server.routes["/klaim.json"] = page(data_feed(url, of=6), "application/json", etag='"1"')
    outcome = visitor.visit()
    assert (outcome.listed, outcome.new, outcome.requests) == (3, 6, 1)
    assert {article.rating for article in visitor.articles()} == {"Salah"}
    assert visitor.later(minutes=30).unchanged == 1
    visitor.server.routes["/klaim.json"] = page(data_feed(url, 1, 4, 5, of=6), "application/json", etag='"2"')
    assert visitor.later(minutes=30).gone == 3
    assert visitor.titles() == ["Klaim nomor 0", "Klaim nomor 2", "Klaim nomor 3"], "others of the same page stay"
    visitor.server.routes["/klaim.json"] = page(data_feed(url, 1, of=6), "application/json", etag='"3"')
    assert visitor.later(minutes=30).new == 2, "what is listed again is back"


def test_a_feed_that_takes_nearly_everything_back_is_not_believed(visitor: Visitor) -> None:
    url = visitor.server.url
    visitor.starts("claimreview", "/klaim.json", publishes="fact-checks")
    visitor.server.routes["/klaim.json"] = page(data_feed(url, of=8), "application/json", etag='"1"')
    visitor.visit()
    visitor.server.routes["/klaim.json"] = page(data_feed(url, *range(7), of=8), "application/json", etag='"2"')
    assert visitor.later(minutes=30).gone == 0
    assert len(visitor.titles()) == 8
    assert visitor.troubles() == ["/klaim.json takes back 7 of 8 articles at once: nothing was withdrawn"]


def test_what_was_taken_back_long_ago_does_not_make_the_next_one_doubtful(visitor: Visitor) -> None:
    """A feed goes on saying what it deleted; only what still is in the library counts."""
    url = visitor.server.url
    visitor.starts("claimreview", "/klaim.json", publishes="fact-checks")
    for deleted in range(10):
        feed = data_feed(url, *range(deleted), of=10)
        visitor.server.routes["/klaim.json"] = page(feed, "application/json", etag=f'"{deleted}"')
        assert visitor.later(minutes=30).gone == (deleted > 0)
    assert visitor.titles() == ["Klaim nomor 9"]
    assert visitor.troubles() == []


def test_what_a_listing_carried_is_taken_back_by_its_page_too(visitor: Visitor) -> None:
    """Old posts leave the first page of a list; what their own page says is seen when it is looked at again."""
    url = visitor.server.url
    visitor.starts("wordpress", "/wp-json/wp/v2/posts")
    visitor.server.routes["/wp-json/wp/v2/posts"] = wordpress([post(number, url) for number in range(3)])
    for number in range(3):
        visitor.server.routes[f"/cek/{number}"] = html(f"Cek nomor {number}", "Di sini ditulis lain.")
    assert visitor.visit().new == 3
    assert visitor.later(days=1).changed == 0, "what the listing carries is read from there"
    visitor.server.routes["/cek/1"] = html("Cek nomor 1", BACK)
    assert visitor.later(days=4).gone == 1
    assert visitor.titles() == ["Cek nomor 0", "Cek nomor 2"]
    visitor.later(minutes=30)
    assert visitor.titles() == ["Cek nomor 0", "Cek nomor 2"], "the list, which still has it, does not bring it back"
    again = post(1, url, modified_gmt="2026-03-08T00:00:00")
    visitor.server.routes["/wp-json/wp/v2/posts"] = wordpress([post(0, url), again, post(2, url)])
    visitor.later(minutes=30)
    assert "Cek nomor 1" in visitor.titles(), "published anew, it comes back"


def test_a_known_article_is_withdrawn_however_long_nobody_named_it(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu retak")
    site.publish("/baca/2", "Jembatan Kahayan dibuka lagi")
    visitor.server.routes["/baca/2"] = Answer(b"", 404)
    assert visitor.visit().new == 1
    listed = dict(site.articles)
    site.articles.clear()
    site.list()
    for _ in range(8):
        visitor.later(days=25)
        sweeping = Sweeping(visitor.store, visitor.clock)
        sweeping.sweep([])
    keys = [visitor.server.url.removeprefix("http://") + path for path in listed]
    left = visitor.store.read(lambda tx: tx.visits.spots("kabarkini", keys))
    assert [spot.key for spot in left] == keys[:1], "what never gave an article is forgotten"
    assert visitor.troubles() == []
    site.articles.update(listed)
    site.articles["/baca/1"] = LATER
    site.list()
    visitor.server.routes["/baca/1"] = Answer(b"", 410)
    assert visitor.later(minutes=30).gone == 0
    assert visitor.later(days=2).gone == 1
    assert visitor.titles() == []
