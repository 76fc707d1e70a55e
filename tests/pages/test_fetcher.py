"""The fetcher against a real web server that is kind, slow, broken or hostile."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from tests.conftest import Clock
from tests.pages.conftest import Fetch
from tests.publisher_server import Answer, Asked, PublisherServer, bomb, page, redirect, too_many, wordpress, zipped

from periksa.errors import AddressRefused, PageError, PageGone, PageLater, PageRefused
from periksa.pages.fetcher import Fetcher, Limits

pytestmark = pytest.mark.network
CHANGED = datetime(2026, 2, 1, 3, 4, 5, tzinfo=UTC)


def test_a_page_comes_with_what_the_next_visit_needs(publisher: PublisherServer, fetch: Fetch, clock: Clock):
    publisher.routes["/cek"] = page("<p>SALAH</p>", etag='"v1"', changed=CHANGED)
    got = fetch("/cek")
    where = f"http://kabar.example:{publisher.port}/cek"
    assert (got.url, got.final_url, got.status, got.unchanged) == (where, where, 200, False)
    assert (got.etag, got.last_modified) == ('"v1"', "Sun, 01 Feb 2026 03:04:05 GMT")
    assert (got.body, got.content_type) == (b"<p>SALAH</p>", "text/html; charset=utf-8")
    assert got.fetched_at == clock.now


def test_what_it_says_of_itself(publisher: PublisherServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    publisher.routes["/"] = Answer(b"halo", headers={"Set-Cookie": "jejak=1; Path=/"})
    fetch("/")
    fetch("/?nama=a%20b")
    for asked in publisher.asked:
        assert dict(asked.headers) == {
            "host": f"kabar.example:{publisher.port}",
            "user-agent": "periksa/1.0 (+redaksi@kabar.example)",
            "accept": "*/*",
            "accept-encoding": "gzip, deflate",
            "connection": "close",
        }
    assert publisher.asked[1].target == "/?nama=a%20b"


@pytest.mark.parametrize("marks", [('"v1"',), ("", "Sun, 01 Feb 2026 03:04:05 GMT"), ('"v1"', "whatever")])
def test_an_unchanged_page_costs_no_body(publisher: PublisherServer, fetch: Fetch, marks: Sequence[str]):
    publisher.routes["/cek"] = page("<p>SALAH</p>" * 1000, etag='"v1"', changed=CHANGED)
    got = fetch("/cek", *marks)
    assert (got.status, got.unchanged, got.body, got.etag) == (304, True, b"", '"v1"')


def test_a_304_that_nobody_asked_for_is_no_page(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/cek"] = Answer(status=304)
    with pytest.raises(PageRefused, match="HTTP 304"):
        fetch("/cek")


def test_a_mark_that_cannot_stand_in_a_header_is_left_out(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/cek"] = Answer(b"halo", headers={"ETag": '"' + "x" * 1000 + '"'})
    assert fetch("/cek", '"a"\r\nX-Evil: 1', "é").etag == ""
    assert publisher.asked[0].headers.keys().isdisjoint({"if-none-match", "if-modified-since", "x-evil"})


@pytest.mark.parametrize("how", ["gzip", "deflate", "raw-deflate"])
def test_packed_pages_are_unpacked(publisher: PublisherServer, fetch: Fetch, how: str):
    text = b"Kabar ini tidak benar. " * 20_000
    publisher.routes["/cek"] = zipped(Answer(text, pieces=7), how)
    assert fetch("/cek").body == text


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_by_hand(publisher: PublisherServer, fetch: Fetch, status: int):
    publisher.routes |= {"/lama/x": redirect("../baru?a=1#b", status), "/baru?a=1": page("halo")}
    got = fetch("/lama/x", '"v1"')
    assert (got.url[-7:], got.final_url[-9:], got.body) == ("/lama/x", "/baru?a=1", b"halo")
    assert [asked.headers["if-none-match"] for asked in publisher.asked] == ['"v1"', '"v1"']


@pytest.mark.parametrize(
    "where",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:22/",
        "http://127.0.0.1/",
        "//[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://dalam.example/",
        "file:///etc/passwd",
        "http://a@kabar.example/",
        "http://[::1",
        "http://kabar.example\\@127.0.0.1/",
    ],
)
def test_a_redirect_into_a_network_is_refused(publisher: PublisherServer, fetcher: Callable[..., Fetcher], where: str):
    names = {"kabar.example": "127.0.0.1", "dalam.example": "10.0.0.7"}
    ours = fetcher(resolve=lambda name, port: [names[name]])
    publisher.routes["/"] = redirect(where)
    with pytest.raises(AddressRefused):
        ours.get(f"http://kabar.example:{publisher.port}/")
    assert publisher.paths == ["/"]


def test_circles_end(publisher: PublisherServer, fetch: Fetch):
    publisher.routes |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(PageRefused, match=r"kabar\.example:\d+/a sends us on more than 5 times"):
        fetch("/a")
    assert len(publisher.asked) == 6


def test_a_name_that_changes_its_mind_gains_nothing(publisher: PublisherServer, fetcher: Callable[..., Fetcher]):
    """Rebinding: public when it is checked, inside when it is reached. It is looked up once, and that is reached."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    asked: list[str] = []

    def resolve(name: str, port: int) -> list[str]:
        asked.append(name)
        return answers[len(asked) - 1]

    ours = fetcher(resolve=resolve)
    publisher.routes["/"] = page("halo")
    assert ours.get(f"http://kabar.example:{publisher.port}/").body == b"halo"
    assert asked == ["kabar.example"], "one page, one look-up"
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        ours.get(f"http://kabar.example:{publisher.port}/")
    assert len(publisher.asked) == 1


def test_a_redirect_may_be_written_in_letters_of_its_own(publisher: PublisherServer, fetch: Fetch):
    """No standard allows it, every browser follows it: the bytes are UTF-8, or else Latin-1."""
    publisher.routes |= {
        "/lama": redirect("/r\u00e9servoir".encode().decode("latin-1")),
        "/kuno": redirect("/r\u00e9servoir"),
        "/r%C3%A9servoir": page("halo"),
    }
    assert [fetch(path).body for path in ("/lama", "/kuno")] == [b"halo", b"halo"]


def test_each_stop_of_a_redirect_is_looked_up_anew(publisher: PublisherServer, fetcher: Callable[..., Fetcher]):
    answers = iter([["127.0.0.1"], ["192.168.1.1"]])
    ours = fetcher(resolve=lambda name, port: next(answers))
    publisher.routes |= {"/": redirect("/rahasia"), "/rahasia": page("halo")}
    with pytest.raises(AddressRefused, match=r"192\.168\.1\.1"):
        ours.get(f"http://kabar.example:{publisher.port}/")
    assert publisher.paths == ["/"]


def test_what_was_checked_is_reached_and_the_next_where_one_is_silent(
    publisher: PublisherServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    """Nobody listens on the first, which is this machine as well. The name is never handed to the system."""
    reached: list[object] = []

    def noted(then: Callable[..., object]) -> Callable[..., object]:
        return lambda to, *more, **most: (reached.append(to), then(to, *more, **most))[1]

    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, noted(getattr(socket, name)))
    allowed = [("127.0.0.1", publisher.port), ("127.0.0.9", publisher.port)]
    ours = Fetcher(clock, allowed=allowed, resolve=lambda name, port: ["127.0.0.9", "127.0.0.1"])
    publisher.routes["/"] = page("halo")
    assert ours.get(f"http://kabar.example:{publisher.port}/").body == b"halo"
    first, second = ("127.0.0.9", publisher.port), ("127.0.0.1", publisher.port)
    assert reached == [first, first[0], second, second[0]]


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, PageGone), (410, PageGone), (401, PageRefused), (403, PageRefused), (451, PageRefused), (206, PageRefused),
     (300, PageRefused), (302, PageRefused), (408, PageLater), (429, PageLater), (500, PageLater), (503, PageLater)],
)  # fmt: skip
def test_what_the_site_says_instead(publisher: PublisherServer, fetch: Fetch, status: int, error: type[PageError]):
    publisher.routes["/cek"] = Answer(b"<p>maaf</p>", status)
    with pytest.raises(error, match=rf"^http://kabar\.example:\d+/cek .*HTTP {status}") as caught:
        fetch("/cek?nama=ani")
    assert caught.value.retry == (error is PageLater)
    assert "ani" not in str(caught.value)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("999999999999", 86400.0),
        (format_datetime(datetime(2026, 3, 1, 8, 10, tzinfo=UTC), usegmt=True), 600.0),
        (format_datetime(datetime(2020, 3, 1, tzinfo=UTC), usegmt=True), 0.0),
        ("Sun, 01 Mar 2026 08:01:00 -0000", 60.0),
        ("nanti", None),
        ("-5", None),
        ("", None),
    ],
)
def test_who_asks_us_to_wait_is_heard(
    publisher: PublisherServer, fetch: Fetch, status: int, said: str, seconds: float | None
):
    publisher.routes["/"] = Answer(b"", status, {"Retry-After": said})
    with pytest.raises(PageLater) as caught:
        fetch("/")
    assert caught.value.wait == seconds


def test_a_bomb_stops_at_the_ceiling(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/"] = bomb(megabytes=100)
    tracemalloc.start()
    try:
        with pytest.raises(PageRefused, match="more than the 1,000,000 bytes"):
            fetch("/")
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_of_deflate_and_one_inside_another(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/deflate"] = zipped(Answer(bytes(50_000_000)), "deflate")
    twice = gzip.compress(gzip.compress(bytes(50_000_000)))
    publisher.routes["/twice"] = Answer(twice, headers={"Content-Encoding": "gzip, gzip"})
    for path in ("/deflate", "/twice"):
        with pytest.raises(PageRefused):
            fetch(path)


def test_too_many_bytes_are_too_many_packed_or_not(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/announced"] = Answer(b"x" * 300_000)
    publisher.routes["/endless"] = Answer(b"x" * 1000, endless=True)
    for path in ("/announced", "/endless"):
        with pytest.raises(PageRefused, match="more than the 200,000 bytes"):
            fetch(path)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "utf-8"])
def test_what_was_not_asked_for_is_not_unpacked(publisher: PublisherServer, fetch: Fetch, encoding: str):
    publisher.routes["/"] = Answer(b"\x0b\x02\x80halo\x03", headers={"Content-Encoding": encoding})
    with pytest.raises(PageRefused, match="packed in a way that was not asked for"):
        fetch("/")


def test_what_is_not_packed_as_it_says(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/html"] = Answer(b"<p>halo</p>", headers={"Content-Encoding": "gzip"})
    publisher.routes["/cut"] = Answer(gzip.compress(b"halo" * 1000)[:-9], headers={"Content-Encoding": "gzip"})
    publisher.routes["/more"] = Answer(gzip.compress(b"halo") + b"<!-- 5 ms -->", headers={"Content-Encoding": "gzip"})
    publisher.routes["/none"] = Answer(b"", headers={"Content-Encoding": "gzip"})
    publisher.routes["/plain"] = Answer(b"halo", headers={"Content-Encoding": "identity"})
    with pytest.raises(PageRefused, match="not packed as it says"):
        fetch("/html")
    with pytest.raises(PageLater, match="cut off"):
        fetch("/cut")
    assert [fetch(path).body for path in ("/more", "/none", "/plain")] == [b"halo", b"", b"halo"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"x" * 60, pieces=60, pause=0.1),
        Answer(b"HTTP/1.1 200 OK\r\nX-A: b\r\nX-C: d\r\n" * 9, pieces=200, pause=0.05, raw=True),
        Answer(b"HTTP/1.1 103 Early Hints\r\n\r\n", endless=True, pause=0.1, raw=True),
        Answer(b"x", pause=5),
    ],
    ids=["a slow body", "slow headers", "endless hints", "silence"],
)
def test_slowness_ends_in_time(publisher: PublisherServer, fetch: Fetch, answer: Answer):
    publisher.routes["/"] = answer
    began = time.monotonic()
    with pytest.raises(PageLater, match="was not here within 1 seconds"):
        fetch("/")
    assert time.monotonic() - began < 2


def test_redirects_share_one_time(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/"] = Answer(b"xx", 302, {"Location": "/"}, pieces=2, pause=0.4)
    publisher.routes["/slow"] = lambda asked: publisher.wait(0.4) or redirect("/slow")  # type: ignore[func-returns-value]
    began = time.monotonic()
    with pytest.raises(PageLater, match="not here within"):
        fetch("/slow")
    assert time.monotonic() - began < 2


def test_a_look_up_takes_no_longer_either(publisher: PublisherServer, fetcher: Callable[..., Fetcher]):
    def resolve(name: str, port: int) -> list[str]:
        publisher.wait(3)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(PageLater, match="was not here within 1 seconds"):
        fetcher(resolve=resolve).get(f"http://kabar.example:{publisher.port}/")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 150_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: x\r\n" * 15_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalo",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhalo!",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nhalo",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalo",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"<html>no headers</html>",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\nContent-Length: nine\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"",
    ],
)
def test_broken_http_is_one_sentence(publisher: PublisherServer, fetch: Fetch, raw: bytes):
    publisher.routes["/rusak"] = Answer(raw, raw=True)
    with pytest.raises(PageError, match=r"http://kabar\.example:\d+/rusak") as caught:
        fetch("/rusak")
    assert "\n" not in str(caught.value)


def test_endless_headers_stop(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/"] = Answer(b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 500, endless=True, raw=True)
    with pytest.raises(PageError):
        fetch("/")


def test_what_lies_beyond_the_announced_length_is_left(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/"] = Answer(b"halo, dunia", headers={"Content-Length": "4"})
    assert fetch("/").body == b"halo"


def test_nobody_listens(clock: Clock, publisher: PublisherServer, fetcher: Callable[..., Fetcher]):
    ours = fetcher()
    publisher.__exit__(None, None, None)
    with pytest.raises(PageLater, match=r"kabar\.example:\d+/ was not fetched: it cannot be reached"):
        ours.get(f"http://kabar.example:{publisher.port}/")


def test_a_charset_is_left_to_the_parsers(publisher: PublisherServer, fetch: Fetch):
    publisher.routes["/"] = page("tidak".encode("utf-16"), "text/html; charset=iso-8859-1")
    got = fetch("/")
    assert (got.body.decode("utf-16"), got.content_type) == ("tidak", "text/html; charset=iso-8859-1")


def test_the_test_servers_wordpress_pages(publisher: PublisherServer, fetch: Fetch):
    posts = [{"id": number, "modified_gmt": f"2026-02-{number:02}T00:00:00"} for number in range(1, 16)]
    publisher.routes["/wp-json/wp/v2/posts"] = wordpress(posts)
    assert fetch("/wp-json/wp/v2/posts?per_page=10&page=2").body.count(b'"id"') == 5
    assert fetch("/wp-json/wp/v2/posts?modified_after=2026-02-13T00:00:00").body.count(b'"id"') == 2
    with pytest.raises(PageRefused, match="HTTP 400"):
        fetch("/wp-json/wp/v2/posts?per_page=10&page=3")


def test_one_page_is_one_connection_that_is_closed(publisher: PublisherServer, fetch: Fetch):
    """ResourceWarnings are errors here."""
    seen: list[Asked] = []
    publisher.routes["/"] = lambda asked: seen.append(asked) or too_many(3)  # type: ignore[func-returns-value]
    for _ in range(3):
        with pytest.raises(PageLater):
            fetch("/")
    assert len(seen) == 3


def test_limits_are_those_of_one_page(publisher: PublisherServer, fetcher: Callable[..., Fetcher], clock: Clock):
    ours = fetcher(Limits(wire=10_000, size=100, seconds=5))
    publisher.routes["/"] = Answer(zlib.compress(b"x" * 100), headers={"Content-Encoding": "deflate"})
    url = f"http://kabar.example:{publisher.port}/"
    clock.pass_(seconds=5)
    assert [len(ours.get(url).body) for _ in range(3)] == [100, 100, 100]
    assert ours.get(url).fetched_at == clock.now
