"""A site is visited: what is new, changed and taken back arrives, and nothing is asked twice without need."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.publisher_server import Answer, in_turn, page, redirect, wordpress
from tests.visiting.conftest import Publisher, Visitor, html, links

from periksa.model import JobKind
from periksa.visiting import listing, reading

pytestmark = pytest.mark.network


def test_what_a_feed_lists_is_read_and_can_be_indexed(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu mulai diisi")
    site.publish("/baca/2", "Jembatan Kahayan dibuka lagi")
    outcome = visitor.visit()
    assert (outcome.listed, outcome.new, outcome.changed, outcome.gone, outcome.troubles) == (2, 2, 0, 0, [])
    assert outcome.reached
    assert visitor.titles() == ["Bendungan Randu mulai diisi", "Jembatan Kahayan dibuka lagi"]
    assert {article.outlet for article in visitor.articles()} == {"Kabarkini"}
    assert len(visitor.jobs(JobKind.INDEX)) == 2
    visitor.index_now()
    assert visitor.index.count() == 2
    assert all("redaksi@uji.example" in asked.headers["user-agent"] for asked in visitor.server.asked)


def test_an_unchanged_site_costs_one_request(visitor: Visitor, site: Publisher) -> None:
    for number in range(20):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    assert len({*visitor.visit().troubles}) == 0
    assert len(visitor.asked()) == 21
    outcome = visitor.later(minutes=30)
    assert visitor.asked() == ["/rss"]
    assert (outcome.requests, outcome.bytes, outcome.unchanged, outcome.new) == (1, 0, 1, 0)


def test_only_what_is_new_is_fetched(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1")
    visitor.visit()
    visitor.asked()
    site.publish("/baca/2")
    assert visitor.later(minutes=30).new == 1
    assert visitor.asked() == ["/rss", "/baca/2"]


def test_requests_to_a_host_are_as_far_apart_as_its_profile_wants(visitor: Visitor, site: Publisher) -> None:
    visitor.starts("feed", "/rss", pause=7)
    site.publish("/baca/1")
    site.publish("/baca/2")
    visitor.visit()
    assert visitor.slept == [1, 7, 7], "after robots.txt as always"


def test_a_change_the_feed_tells_of_is_read_and_put_right(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu retak")
    visitor.visit()
    visitor.index_now()
    site.publish("/baca/1", "Bendungan Randu tidak retak", changed="2026-03-01T12:00:00+07:00")
    outcome = visitor.later(minutes=30)
    assert (outcome.new, outcome.changed) == (0, 1)
    assert visitor.titles() == ["Bendungan Randu tidak retak"]
    (article,) = visitor.articles()
    assert [job.key for job in visitor.jobs(JobKind.CORRECT)] == [article.id]


def test_a_change_no_listing_tells_of_is_found_when_the_article_is_looked_at_again(
    visitor: Visitor, site: Publisher
) -> None:
    site.publish("/baca/1", "Bendungan Randu retak")
    visitor.visit()
    visitor.asked()
    for days, expected in [(1, 1), (3, 0), (1, 1), (16, 1), (64, 1), (200, 0)]:
        visitor.later(days=days)
        assert visitor.asked().count("/baca/1") == expected, days
    site.publish("/baca/2", "Jembatan Kahayan rusak", changed="")
    visitor.visit()
    site.publish("/baca/2", "Jembatan Kahayan tidak rusak", changed="")
    assert visitor.later(days=1).changed == 1
    assert "Jembatan Kahayan tidak rusak" in visitor.titles()


def test_an_article_is_withdrawn_when_it_is_gone_a_day_later_too(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu retak")
    visitor.visit()
    visitor.index_now()
    visitor.server.routes["/baca/1"] = Answer(b"", 410)
    assert visitor.later(days=1).gone == 0
    assert visitor.later(hours=20).gone == 0
    assert visitor.titles() == ["Bendungan Randu retak"]
    assert visitor.troubles() == ["/baca/1 is not there (HTTP 410)"]
    assert visitor.later(hours=5).gone == 1
    assert visitor.titles() == []
    assert visitor.troubles() == []
    visitor.index_now()
    assert visitor.index.count() == 0
    assert len(visitor.jobs(JobKind.CORRECT)) == 1, "those who were told are told again"


def test_an_article_that_comes_back_was_never_withdrawn(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu mulai diisi")
    visitor.visit()
    there = visitor.server.routes["/baca/1"]
    visitor.server.routes["/baca/1"] = in_turn(Answer(b"", 404), there, Answer(b"", 404), there)
    for _ in range(6):
        assert visitor.later(days=9).gone == 0
    assert visitor.titles() == ["Bendungan Randu mulai diisi"]
    assert visitor.troubles() == []


def test_a_day_without_a_page_is_counted_anew_when_the_site_gave_something_else(
    visitor: Visitor, site: Publisher
) -> None:
    site.publish("/baca/1", "Bendungan Randu mulai diisi")
    visitor.visit()
    visitor.server.routes["/baca/1"] = Answer(b"", 404)
    visitor.later(days=1)
    visitor.server.routes["/baca/1"] = "<html><body>Sedang dipelihara</body></html>"
    visitor.later(days=1)
    visitor.server.routes["/baca/1"] = Answer(b"", 404)
    assert visitor.later(days=9).gone == 0
    assert visitor.later(days=1).gone == 1


def test_a_site_that_has_lost_everything_at_once_is_not_believed(visitor: Visitor, site: Publisher) -> None:
    for number in range(8):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    visitor.visit()
    for number in range(8):
        del visitor.server.routes[f"/baca/{number}"]
    assert visitor.later(days=1).gone == 0
    assert visitor.later(days=2).gone == 0
    assert len(visitor.titles()) == 8
    assert "is gone, but so are 8 of 8 pages at once: nothing was withdrawn" in visitor.troubles()[0]


def test_an_article_that_moved_is_the_same_and_nobody_hears_that_it_was_withdrawn(
    visitor: Visitor, site: Publisher
) -> None:
    site.publish("/baca/1", "Bendungan Randu retak")
    visitor.visit()
    visitor.index_now()
    (before,) = visitor.articles()
    visitor.server.routes["/cek/1-bendungan"] = html("Bendungan Randu retak")
    visitor.server.routes["/baca/1"] = Answer(b"", 301, {"Location": "/cek/1-bendungan"})
    assert visitor.later(days=1).gone == 0
    (after,) = visitor.articles()
    assert (after.id, after.url) == (before.id, f"{visitor.server.url}/cek/1-bendungan")
    visitor.index_now()
    assert visitor.jobs(JobKind.CORRECT) == []
    visitor.later(days=4)
    assert [article.id for article in visitor.articles()] == [before.id]


def test_an_article_of_three_pages_is_one(visitor: Visitor, site: Publisher) -> None:
    after = "<a class='lagi' href='/baca/1?page=2'>2</a><a class='lagi' href='/baca/1?page=3'>3</a>"
    site.publish("/baca/1", "Bendungan Randu mulai diisi", "Bagian yang pertama.", after=after)
    visitor.server.routes["/baca/1?page=2"] = html("Bendungan Randu mulai diisi", "Bagian yang kedua.")
    visitor.server.routes["/baca/1?page=3"] = html("Bendungan Randu mulai diisi", "Bagian yang ketiga.")
    assert visitor.visit().new == 1
    (article,) = visitor.articles()
    assert article.body.split("\n\n") == ["Bagian yang pertama.", "Bagian yang kedua.", "Bagian yang ketiga."]
    assert visitor.asked() == ["/rss", "/baca/1", "/baca/1?page=2", "/baca/1?page=3"]


def test_an_article_whose_second_page_is_missing_is_kept_and_that_is_said(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan", "Bagian yang pertama.", after="<a class='lagi' href='/baca/1?page=2'>2</a>")
    visitor.server.routes["/baca/1?page=2"] = Answer(b"", 404)
    visitor.visit()
    assert [article.body for article in visitor.articles()] == ["Bagian yang pertama."]
    assert visitor.troubles() == ["/baca/1?page=2 is not there (HTTP 404)"]


def test_a_second_page_is_looked_at_again_though_the_first_is_as_it_was(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan", "Bagian yang pertama.", after="<a class='lagi' href='/baca/1?page=2'>2</a>")
    visitor.server.routes["/baca/1?page=2"] = Answer(b"", 404)
    visitor.visit()
    visitor.server.routes["/baca/1?page=2"] = html("Bendungan", "Bagian yang kedua.")
    assert visitor.later(days=1).changed == 1
    assert visitor.articles()[0].body == "Bagian yang pertama.\n\nBagian yang kedua."
    assert visitor.troubles() == []
    visitor.server.routes["/baca/1?page=2"] = html("Bendungan", "Bagian yang kedua, diperbaiki.")
    assert visitor.later(days=4).changed == 1


def test_an_article_whose_second_page_is_late_comes_whole_later(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan", "Bagian yang pertama.", after="<a class='lagi' href='/baca/1?page=2'>2</a>")
    visitor.server.routes["/baca/1?page=2"] = in_turn(Answer(b"", 503), html("Bendungan", "Bagian yang kedua."))
    assert visitor.visit().new == 0
    assert visitor.later(minutes=30).new == 1
    assert "Bagian yang kedua." in visitor.articles()[0].body


def test_wordpress_brings_its_articles_itself_page_by_page(visitor: Visitor) -> None:
    posts = [
        {
            "id": number,
            "link": f"{visitor.server.url}/cek/{number}",
            "date": f"2026-02-{number:02}T09:00:00",
            "modified_gmt": f"2026-02-{number:02}T02:00:00",
            "status": "publish",
            "title": {"rendered": f"Klaim nomor {number} tidak benar"},
            "content": {"rendered": f"<p>Klaim nomor {number} sudah diperiksa dan tidak benar.</p>"},
        }
        for number in range(1, 26)
    ]
    visitor.server.routes["/wp-json/wp/v2/posts"] = wordpress(posts)
    visitor.starts("wordpress", "/wp-json/wp/v2/posts?per_page=10", publishes="fact-checks")
    assert visitor.visit().new == 25
    assert [path.rpartition("page=")[2] for path in visitor.asked()] == ["10", "2", "3"]
    assert visitor.later(minutes=30).listed == 10
    assert len(visitor.asked()) == 1, "the first page brought nothing new"
    posts.append({**posts[0], "id": 99, "link": f"{visitor.server.url}/cek/99", "modified_gmt": "2026-03-01T02:00:00"})
    assert visitor.later(minutes=30).new == 1


def test_a_full_last_page_of_wordpress_is_no_trouble(visitor: Visitor) -> None:
    post = {
        "id": 1,
        "link": f"{visitor.server.url}/cek/1",
        "title": {"rendered": "Klaim"},
        "modified_gmt": "2026-02-01T02:00:00",
    }
    post |= {"content": {"rendered": "<p>Sudah diperiksa.</p>"}, "date": "2026-02-01T09:00:00"}
    visitor.server.routes["/wp-json/wp/v2/posts"] = wordpress([post])
    visitor.starts("wordpress", "/wp-json/wp/v2/posts?per_page=1", publishes="fact-checks")
    assert visitor.visit().new == 1
    assert visitor.troubles() == []


def test_an_index_of_sitemaps_is_asked_for_what_it_says_was_changed(visitor: Visitor) -> None:
    url, routes = visitor.server.url, visitor.server.routes

    def index(*lastmods: str) -> bytes:
        maps = [f"<sitemap><loc>{url}/peta-{n}.xml</loc>{at}</sitemap>" for n, at in enumerate(lastmods)]
        return f"<sitemapindex>{''.join(maps)}</sitemapindex>".encode()

    def lastmod(day: int) -> str:
        return f"<lastmod>2026-02-{day:02}T00:00:00Z</lastmod>"

    for number in range(3):
        routes[f"/peta-{number}.xml"] = f"<urlset><url><loc>{url}/baca/{number}</loc></url></urlset>".encode()
        routes[f"/baca/{number}"] = html(f"Berita nomor {number}")
    routes["/peta.xml"] = index(lastmod(1), lastmod(2), "")
    visitor.starts("sitemap", "/peta.xml")
    assert visitor.visit().new == 3
    visitor.asked()
    routes["/peta-1.xml"] = f"<urlset><url><loc>{url}/baca/9</loc></url></urlset>".encode()
    routes["/baca/9"] = html("Berita nomor 9")
    routes["/peta.xml"] = index(lastmod(1), lastmod(27), "")
    assert visitor.later(minutes=30).new == 1
    assert visitor.asked() == ["/peta.xml", "/peta-1.xml", "/baca/9"]
    visitor.later(hours=2)
    assert visitor.asked() == ["/peta.xml", "/peta-2.xml"], "the one without a date is asked now and then"


def test_pages_of_links_are_walked_to_their_end_once(visitor: Visitor) -> None:
    routes = visitor.server.routes
    routes["/arsip"] = links("/baca/5", "/baca/4", further="/arsip?hal=2")
    routes["/arsip?hal=2"] = links("/baca/3", "/baca/2", further="/arsip?hal=3")
    routes["/arsip?hal=3"] = links("/baca/1")
    for number in range(1, 7):
        routes[f"/baca/{number}"] = html(f"Berita nomor {number}")
    visitor.starts("links", "/arsip")
    assert visitor.visit().new == 5
    visitor.asked()
    visitor.later(minutes=30)
    assert visitor.asked() == ["/arsip"]
    routes["/arsip"] = links("/baca/6", "/baca/5", further="/arsip?hal=2")
    assert visitor.later(minutes=30).new == 1
    assert visitor.asked() == ["/arsip", "/arsip?hal=2", "/baca/6"]


def test_what_another_listing_brought_first_does_not_end_the_walk(visitor: Visitor) -> None:
    """A feed of three, a page of two links: what is behind both is on the second page."""
    routes, url = visitor.server.routes, visitor.server.url
    for number in range(1, 10):
        routes[f"/baca/{number}"] = html(f"Berita nomor {number}")

    def newest(last: int) -> None:
        items = "".join(f"<item><title>B</title><link>{url}/baca/{n}</link></item>" for n in range(last, last - 3, -1))
        routes["/rss"] = f"<rss version='2.0'><channel><title>K</title>{items}</channel></rss>"
        pages = [range(n, max(n - 2, 0), -1) for n in range(last, 0, -2)]
        for number, those in enumerate(pages, start=1):
            path = "/arsip" if number == 1 else f"/arsip?hal={number}"
            ahead = f"/arsip?hal={number + 1}" if number < len(pages) else ""
            routes[path] = links(*(f"/baca/{each}" for each in those), further=ahead)

    visitor.starts("feed", "/rss")
    start = [*visitor.site.model_dump()["start"], {"kind": "links", "url": f"{url}/arsip"}]
    visitor.site = visitor.profile(start=start)
    newest(4)
    visitor.visit()
    newest(9)
    visitor.later(minutes=30)
    assert visitor.titles() == [f"Berita nomor {number}" for number in range(1, 10)]
    visitor.asked()
    visitor.later(minutes=30)
    assert visitor.asked() == ["/rss", "/arsip"]


def test_two_listings_that_date_an_article_differently_do_not_have_it_fetched_again_and_again(
    visitor: Visitor, site: Publisher
) -> None:
    url = visitor.server.url

    def sitemap(*also: str) -> str:
        told = f"<url><loc>{url}/baca/1</loc><lastmod>2026-02-28T11:30:00+07:00</lastmod></url>"
        return f"<urlset>{told}{''.join(f'<url><loc>{url}{path}</loc></url>' for path in also)}</urlset>"

    site.publish("/baca/1", "Bendungan Randu retak", changed="2026-02-28T07:00:00+07:00")
    visitor.server.routes["/peta.xml"] = sitemap()
    visitor.starts("feed", "/rss")
    start = [*visitor.site.model_dump()["start"], {"kind": "sitemap", "url": f"{url}/peta.xml"}]
    visitor.site = visitor.profile(start=start)
    visitor.visit()
    visitor.asked()
    site.publish("/baca/2", "Jembatan Kahayan dibuka lagi")
    visitor.server.routes["/peta.xml"] = sitemap("/baca/2")
    visitor.later(minutes=30)
    assert visitor.asked() == ["/rss", "/peta.xml", "/baca/2"]
    site.publish("/baca/1", "Bendungan Randu tidak retak", changed="2026-03-01T12:00:00+07:00")
    assert visitor.later(minutes=30).changed == 1


def test_a_start_of_another_kind_is_read_as_what_it_is_now(visitor: Visitor) -> None:
    visitor.server.routes["/daftar"] = page(links("/baca/1"), etag='"1"')
    visitor.server.routes["/baca/1"] = html("Berita nomor 1")
    visitor.starts("feed", "/daftar")
    assert visitor.visit().new == 0
    visitor.starts("links", "/daftar")
    assert visitor.later(minutes=30).new == 1
    assert visitor.troubles() == []


def test_a_calendar_without_end_is_left(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PATIENCE", 4)
    routes = visitor.server.routes
    routes["/arsip"] = lambda asked: links("/baca/1", further=f"/arsip?hal={int(asked.query.get('hal', 1)) + 1}")
    visitor.server.routes["/baca/1"] = html("Berita")
    visitor.starts("links", "/arsip")
    visitor.visit()
    assert len(visitor.asked()) < 10


def test_a_visit_that_was_ended_in_the_middle_is_gone_on_with(
    visitor: Visitor, site: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    real = visitor.kit.pages.get

    def get(url: str, *more: object) -> object:
        if url.endswith("/baca/4"):
            raise KeyboardInterrupt
        return real(url, *more)

    monkeypatch.setattr(visitor.kit.pages, "get", get)
    with pytest.raises(KeyboardInterrupt):
        visitor.visit()
    before = visitor.asked()
    monkeypatch.setattr(visitor.kit.pages, "get", real)
    visitor.clock.pass_(minutes=15)
    visitor.visit()
    assert len(visitor.titles()) == 9
    assert sorted(before + visitor.asked()) == sorted(["/rss", "/rss", *(f"/baca/{n}" for n in range(9))])


def test_a_leg_is_short_and_the_next_goes_on(
    visitor: Visitor, site: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST", 4)
    for number in range(10):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    first = visitor.visit(legs=1)
    assert (first.new, first.waiting, first.tired) == (4, 6, False)
    visit = visitor.store.read(lambda tx: tx.visits.of("kabarkini"))
    assert visit
    assert visit.next_at == visitor.clock()
    assert visitor.visit(starts=False).new == 6
    visit = visitor.store.read(lambda tx: tx.visits.of("kabarkini"))
    assert visit
    assert (visit.new, visit.listed) == (10, 10)
    assert visit.next_at == visitor.clock() + timedelta(minutes=30)


def test_the_newest_come_first(visitor: Visitor) -> None:
    url = visitor.server.url
    entries = "".join(
        f"<url><loc>{url}/baca/{day}</loc><n:news><n:publication_date>2026-02-{day:02}</n:publication_date></n:news></url>"
        for day in (3, 27, 14)
    )
    namespace = "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"
    visitor.server.routes["/peta.xml"] = f"<urlset {namespace}>{entries}</urlset>".encode()
    visitor.starts("sitemap", "/peta.xml")
    visitor.visit()
    assert visitor.asked() == ["/peta.xml", "/baca/27", "/baca/14", "/baca/3"]


def test_a_page_without_a_date_has_the_one_its_listing_names(visitor: Visitor) -> None:
    url = visitor.server.url
    visitor.server.routes["/rss"] = (
        f"<rss version='2.0'><channel><item><title>B</title><link>{url}/baca/1</link>"
        "<pubDate>Sat, 28 Feb 2026 09:00:00 +0700</pubDate></item></channel></rss>"
    ).encode()
    visitor.server.routes["/baca/1"] = html("Bendungan", date="")
    visitor.visit()
    assert [str(article.date) for article in visitor.articles()] == ["2026-02-28"]
    assert visitor.troubles() == []


def test_a_link_that_leads_elsewhere_is_no_article(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1")
    visitor.server.routes["/baca/1"] = redirect("/beranda")
    visitor.server.routes["/beranda"] = html("Beranda")
    assert visitor.visit().new == 0
    assert visitor.troubles() == ["/baca/1 leads to /beranda, which is no article of this site"]


def test_an_article_that_cannot_be_read_any_more_stays_in_the_library(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan Randu mulai diisi")
    visitor.visit()
    visitor.server.routes["/baca/1"] = page("<html><body></body></html>")
    visitor.later(days=1)
    assert visitor.titles() == ["Bendungan Randu mulai diisi"]
    assert visitor.troubles()
    site.publish("/baca/1", "Bendungan Randu mulai diisi")
    visitor.later(days=4)
    assert visitor.troubles() == []


def test_what_robots_txt_forbids_is_left(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1")
    site.publish("/baca/rahasia")
    visitor.server.routes["/robots.txt"] = "User-agent: periksa\nDisallow: /baca/rahasia"
    visitor.visit()
    assert visitor.asked() == ["/rss", "/baca/1"]
    assert visitor.troubles() == ["/baca/rahasia is not fetched: the site's robots.txt asks not to"]


def test_a_round_up_is_no_check(visitor: Visitor, site: Publisher) -> None:
    visitor.starts("feed", "/rss", publishes="fact-checks")
    site.publish("/baca/1", "Deretan Hoaks Seputar Bendungan Randu, Simak Faktanya")
    visitor.visit()
    (article,) = visitor.articles()
    assert (article.kind, article.claim, article.rating) == ("news", "", "")


def test_what_would_be_fetched_can_be_told_without_keeping_anything(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1")
    visitor.visit()
    site.publish("/baca/2")
    visitor.asked()
    found = [(url.removeprefix(visitor.server.url), why) for url, why in visitor.visiting.preview(visitor.site)]
    assert found == [("/baca/2", "new")]
    assert visitor.asked() == ["/rss"]
    assert visitor.visit().new == 1
