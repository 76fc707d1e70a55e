"""A publisher's server at its worst: nothing is lost, and each trouble is said once, with its address."""

from __future__ import annotations

import gzip
import logging
import re

import pytest
from tests.publisher_server import Answer, Asked, bomb, in_turn, page, too_many
from tests.visiting.conftest import Publisher, Visitor, html, links

from periksa.model import Spot
from periksa.pages.fetcher import Limits
from periksa.visiting.errand import SAID

pytestmark = pytest.mark.network


def spot(visitor: Visitor, path: str) -> Spot:
    base = visitor.server.url.removeprefix("http://")
    (found,) = visitor.store.read(lambda tx: tx.visits.spots("kabarkini", [f"{base}{path}", f"http://{base}{path}"]))
    return found


def said(caplog: pytest.LogCaptureFixture, visitor: Visitor) -> list[str]:
    """The log's lines, without the server's address."""
    lines = [record.getMessage().replace(visitor.server.url, "") for record in caplog.records]
    caplog.clear()
    return [line for line in lines if line.startswith("kabarkini")]


def test_a_trouble_is_said_once_counted_on_and_forgotten_when_it_is_over(
    visitor: Visitor, site: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    site.publish("/baca/1", "Bendungan Randu mulai diisi")
    whole = visitor.server.routes["/rss"]
    visitor.server.routes["/rss"] = Answer(b"", 500)
    caplog.set_level(logging.INFO)
    outcome = visitor.visit()
    assert not outcome.reached
    assert [trouble.where for trouble in outcome.troubles] == [f"{visitor.server.url}/rss"]
    assert said(caplog, visitor) == ["kabarkini: /rss was not given now (HTTP 500)"]
    for _ in range(3):
        assert visitor.later(minutes=30).troubles == []
    assert said(caplog, visitor) == []
    (trouble,) = visitor.store.read(lambda tx: tx.visits.troubles("kabarkini"))
    assert trouble.count == 4
    assert trouble.last_at > trouble.first_at
    visitor.server.routes["/rss"] = whole
    assert visitor.later(minutes=30).new == 1
    assert visitor.troubles() == []


def test_a_trouble_outlasts_a_failure_of_the_same_address_and_is_not_said_again(
    visitor: Visitor, site: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    site.publish("/baca/1", "Bendungan", date="kapan-kapan", changed="")
    caplog.set_level(logging.INFO)
    visitor.visit()
    assert any("/baca/1 date" in line for line in said(caplog, visitor))
    there = visitor.server.routes["/baca/1"]
    visitor.server.routes["/baca/1"] = Answer(b"", 503)
    visitor.later(days=1)
    visitor.server.routes["/baca/1"] = there
    visitor.later(hours=1)
    assert said(caplog, visitor) == ["kabarkini: /baca/1 was not given now (HTTP 503)"]
    assert [trouble for trouble in visitor.troubles() if "/baca/1" in trouble] == [
        '/baca/1 date does not say which day: "kapan-kapan"'
    ]


def test_a_site_with_trouble_on_every_page_is_no_flood_in_the_log(
    visitor: Visitor, site: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3 * SAID):
        site.publish(f"/baca/{number}", date="kapan-kapan", changed="")
    assert len(visitor.visit().troubles) == 3 * SAID + 1, "the feed names no days either"
    lines = said(caplog, visitor)
    assert len(lines) == SAID + 1
    assert lines[-1] == f"kabarkini: {2 * SAID + 1} more; `periksa sources kabarkini` lists them"
    assert len(visitor.troubles()) == 3 * SAID + 1
    assert len(visitor.titles()) == 3 * SAID, "an article without a day is one all the same"


def test_too_many_requests_are_waited_out(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan")
    visitor.server.routes["/baca/1"] = in_turn(too_many(seconds=20), visitor.server.routes["/baca/1"])
    outcome = visitor.visit()
    assert (outcome.new, outcome.troubles) == (1, [])
    assert 20 in visitor.slept


def test_a_site_that_wants_to_be_left_alone_is(visitor: Visitor, site: Publisher) -> None:
    for number in range(9):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
        there = visitor.server.routes[f"/baca/{number}"]
        visitor.server.routes[f"/baca/{number}"] = in_turn(too_many(seconds=3600), there)
    outcome = visitor.visit()
    assert outcome.tired
    assert len(visitor.asked()) == 2, "the feed and one article"
    visitor.later(minutes=30)
    assert visitor.asked() == []
    for _ in range(40):
        visitor.later(hours=2)
    assert len(visitor.titles()) == 9
    assert visitor.troubles() == []


def test_a_failing_page_does_not_hold_up_the_others(visitor: Visitor, site: Publisher) -> None:
    for number in range(5):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    there = visitor.server.routes["/baca/0"]
    visitor.server.routes["/baca/0"] = Answer(b"", 502)
    assert visitor.visit().new == 4
    first = spot(visitor, "/baca/0").due_at
    visitor.later(minutes=30)
    second = spot(visitor, "/baca/0").due_at
    assert first
    assert second
    assert second - visitor.clock() > first - visitor.clock()
    visitor.server.routes["/baca/0"] = there
    assert visitor.later(days=1).new == 1


def test_a_body_that_drips_is_given_up_and_tried_again(visitor: Visitor, site: Publisher) -> None:
    visitor.kit.pages._fetcher._limits = Limits(seconds=0.5)
    site.publish("/baca/1", "Bendungan")
    site.publish("/baca/2", "Jembatan")
    there = visitor.server.routes["/baca/1"]
    visitor.server.routes["/baca/1"] = Answer(html("Bendungan").encode() * 9, 200, {}, pieces=50, pause=0.1)
    assert visitor.visit().new == 1
    (trouble,) = visitor.troubles()
    assert trouble.startswith("/baca/1 ")
    visitor.server.routes["/baca/1"] = there
    assert visitor.later(minutes=30).new == 1


def test_a_bomb_is_not_unpacked(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1", "Bendungan")
    site.publish("/baca/2", "Jembatan")
    visitor.server.routes["/baca/1"] = bomb(megabytes=80)
    assert visitor.visit().new == 1
    (trouble,) = visitor.troubles()
    assert trouble.startswith("/baca/1 ")


def test_a_sitemap_that_is_a_bomb_inside_is_read_as_far_as_allowed(visitor: Visitor, site: Publisher) -> None:
    url = visitor.server.url
    inside = f"<urlset><url><loc>{url}/baca/1</loc></url>".encode() + b" " * 250_000_000
    visitor.server.routes["/peta.xml.gz"] = Answer(gzip.compress(inside, 6), 200, {"Content-Type": "application/gzip"})
    visitor.server.routes["/baca/1"] = html("Bendungan")
    visitor.starts("sitemap", "/peta.xml.gz")
    assert visitor.visit().new == 1
    (trouble,) = visitor.troubles()
    assert trouble.startswith("/peta.xml.gz sitemap is damaged")


@pytest.mark.parametrize("told", ["utf-8", "iso-8859-1", "klingon"])
def test_wrong_charsets_lose_no_letter(visitor: Visitor, site: Publisher, told: str) -> None:
    site.publish("/baca/1")
    text = html("Bendungan “Randu” – réservoir", "Kata “kepala balai” – réservoir itu sudah diuji beban.")
    body = text.replace("<head>", f"<head><meta charset='{told}'>").encode("cp1252")
    visitor.server.routes["/baca/1"] = page(body, f"text/html; charset={told}")
    assert visitor.visit().new == 1
    assert visitor.titles() == ["Bendungan “Randu” – réservoir"]


def test_broken_xml_is_read_as_far_as_possible_and_said_once(visitor: Visitor) -> None:
    url = visitor.server.url
    item = "<item><title>Berita & cuaca</title><link>{}/baca/{}</link></item>"
    items = "".join(item.format(url, number) for number in range(3))
    visitor.server.routes["/rss"] = f"<rss version='2.0'><channel>{items}".encode()
    for number in range(3):
        visitor.server.routes[f"/baca/{number}"] = html(f"Berita nomor {number}")
    assert visitor.visit().new == 3
    assert [trouble.partition(" and")[0] for trouble in visitor.troubles()] == [
        "/rss date is missing; the page is asked (entry 3)",
        "/rss feed is not well-formed",
    ]
    assert visitor.later(minutes=30).troubles == []


def test_entries_that_move_are_not_said_again(visitor: Visitor) -> None:
    url = visitor.server.url

    def feed(*paths: str) -> bytes:
        items = "".join(f"<item><title>B</title><link>{path and url + path}</link></item>" for path in paths)
        return f"<rss version='2.0'><channel><title>K</title>{items}</channel></rss>".encode()

    for number in range(3):
        visitor.server.routes[f"/baca/{number}"] = html(f"Berita nomor {number}")
    visitor.server.routes["/rss"] = feed("", "/baca/0")
    assert [one.field for one in visitor.visit().troubles if one.field == "link"] == ["link"]
    visitor.server.routes["/rss"] = feed("/baca/1", "", "/baca/0")
    assert [one.field for one in visitor.later(minutes=30).troubles if one.field == "link"] == []


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Sabtu, 28 Februari 2026 23:30 WIB", "2026-02-28"),
        ("Sabtu, 28/02/2026 00:30 WITA", "2026-02-28"),
        ("2026-02-28T20:00:00Z", "2026-03-01"),
        ("2026-02-28T23:30:00+09:00", "2026-02-28"),
        ("kemarin", "2026-02-28"),
        ("Kemarin, 14:05 WIB", "2026-02-28"),
        ("3 jam lalu", "2026-03-01"),
        ("besok lusa", "None"),
    ],
)
def test_days_as_newsrooms_print_them(visitor: Visitor, site: Publisher, printed: str, day: str) -> None:
    """Visited on Sunday, 1 March, at three in the afternoon in Jakarta."""
    site.publish("/baca/1", "Bendungan", date=printed, changed="")
    visitor.visit()
    assert [str(article.date) for article in visitor.articles()] == [day]
    dates = [trouble for trouble in visitor.troubles() if " date " in trouble and trouble.startswith("/baca")]
    assert len(dates) == (day == "None")


def test_what_is_no_feed_is_said_and_the_other_start_is_read(visitor: Visitor) -> None:
    visitor.server.routes["/rss"] = page("<html><body>Sedang dipelihara</body></html>")
    visitor.server.routes["/arsip"] = links("/baca/1")
    visitor.server.routes["/baca/1"] = html("Bendungan")
    visitor.starts("feed", "/rss")
    starts = [*visitor.site.start, {"kind": "links", "url": f"{visitor.server.url}/arsip"}]
    visitor.site = visitor.profile(start=[one if isinstance(one, dict) else one.model_dump() for one in starts])
    outcome = visitor.visit()
    assert (outcome.new, outcome.reached) == (1, True)
    assert visitor.troubles()[0].startswith("/rss is no feed")


def test_a_page_that_sends_us_into_the_network_is_refused(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1")
    visitor.server.routes["/baca/1"] = Answer(b"", 302, {"Location": "http://169.254.169.254/latest/meta-data"})
    assert visitor.visit().new == 0
    assert len(visitor.troubles()) == 1


def test_everything_at_once_and_nothing_is_lost(visitor: Visitor, site: Publisher) -> None:
    """Each request fails every third time, in another way each time; in the end all is there, once."""
    turns = iter(range(10_000))
    wrongs = [
        Answer(b"", 503),
        too_many(seconds=5),
        Answer(b"HTTP/1.1 200 OK\r\nContent-Le", raw=True),
        Answer(b"", 500),
    ]

    def moody(path: str) -> None:
        there = visitor.server.routes[path]

        def say(asked: Asked) -> object:
            turn = next(turns)
            wrong = wrongs[turn % len(wrongs)]
            return wrong if turn % 3 == 0 else there(asked) if callable(there) else there

        visitor.server.routes[path] = say  # type: ignore[assignment]

    for number in range(30):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    for path in [*site.articles, "/rss"]:
        moody(path)
    for _ in range(30):
        visitor.later(hours=3)
    assert len(visitor.titles()) == 30
    assert all(re.match(r"/(?:rss|baca/\d+) ", trouble) for trouble in visitor.troubles())
