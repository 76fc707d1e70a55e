"""Politeness against a real server; the time that passes is the tests' own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from tests.publisher_server import Answer, Asked, PublisherServer, in_turn, page, redirect, too_many

from periksa.errors import AddressRefused, PageGone, PageLater, RobotsRefused
from periksa.pages.fetcher import Fetcher
from periksa.pages.manners import FIRST_REST, MOST_HOSTS, PATIENCE, Manners

pytestmark = pytest.mark.network


class Time:
    """A monotonic clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


class Visitor:
    def __init__(self, fetcher: Fetcher, port: int) -> None:
        self.time = Time()
        self.port = port
        self.manners = Manners(fetcher, self.time, self.time.sleep, pause=2)

    def get(self, path: str, host: str = "kabar.example") -> bytes:
        return self.manners.get(f"http://{host}:{self.port}{path}").body


@pytest.fixture
def visitor(fetcher: Callable[..., Fetcher], publisher: PublisherServer) -> Visitor:
    publisher.routes["/"] = page("halo")
    return Visitor(fetcher(), publisher.port)


def test_robots_first_then_page_by_page(visitor: Visitor, publisher: PublisherServer):
    for _ in range(3):
        visitor.get("/")
    assert publisher.paths == ["/robots.txt", "/", "/", "/"]
    assert visitor.time.slept == [2, 2, 2]


def test_another_host_does_not_wait(visitor: Visitor):
    visitor.get("/")
    visitor.time.slept.clear()
    visitor.time.now += 10
    visitor.get("/")
    assert visitor.time.slept == []
    visitor.get("/", "lain.example")
    assert visitor.time.slept == [2], "after the robots.txt of that host only"


def test_robots_is_obeyed_and_good_for_a_day(visitor: Visitor, publisher: PublisherServer):
    publisher.routes["/robots.txt"] = "User-agent: *\nDisallow: /rahasia\nCrawl-delay: 7"
    with pytest.raises(RobotsRefused, match=r"kabar\.example:\d+/rahasia is not fetched"):
        visitor.get("/rahasia")
    visitor.get("/")
    visitor.get("/")
    assert visitor.time.slept == [2, 7]
    assert publisher.paths == ["/robots.txt", "/", "/"]
    visitor.time.now += 25 * 3600
    publisher.routes |= {"/robots.txt": "User-agent: *\nDisallow:", "/rahasia": page("boleh")}
    assert visitor.get("/rahasia") == b"boleh"


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418])
def test_no_robots_allows_all(visitor: Visitor, publisher: PublisherServer, status: int):
    publisher.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /", status)
    assert visitor.get("/") == b"halo"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_in_trouble_allows_nothing_for_now(visitor: Visitor, publisher: PublisherServer, status: int):
    publisher.routes["/robots.txt"] = in_turn(Answer(b"", status), "User-agent: *\nDisallow:")
    with pytest.raises(PageLater, match=rf"robots\.txt .*HTTP {status}"):
        visitor.get("/")
    assert publisher.paths == ["/robots.txt"]
    assert visitor.get("/") == b"halo"
    assert visitor.time.slept[0] == FIRST_REST


@pytest.mark.parametrize(
    "answer", [redirect("http://10.0.0.1/"), redirect("/robots.txt"), Answer(b"x" * 1000, endless=True)]
)
def test_robots_that_cannot_be_read_allows_nothing(visitor: Visitor, publisher: PublisherServer, answer: Answer):
    publisher.routes["/robots.txt"] = answer
    with pytest.raises(RobotsRefused, match=r"/ is not fetched: http://.*robots\.txt|10\.0\.0\.1"):
        visitor.get("/")
    assert "/" not in publisher.paths


def test_a_redirect_takes_its_own_turn(visitor: Visitor, publisher: PublisherServer):
    publisher.routes["/lama"] = redirect(f"http://lain.example:{publisher.port}/rahasia")

    def robots(asked: Asked) -> str:
        return "User-agent: *\nDisallow: /rahasia" if asked.headers["host"].startswith("lain") else ""

    publisher.routes["/robots.txt"] = robots
    with pytest.raises(RobotsRefused, match=r"lain\.example"):
        visitor.get("/lama")
    assert publisher.paths == ["/robots.txt", "/lama", "/robots.txt"]


def test_who_asks_us_to_wait_is_left_alone(visitor: Visitor, publisher: PublisherServer):
    publisher.routes["/cek"] = in_turn(too_many(30), page("satu"), too_many(900), page("dua"))
    with pytest.raises(PageLater):
        visitor.get("/cek")
    assert visitor.get("/cek") == b"satu"
    assert visitor.time.slept[-1] == 30
    with pytest.raises(PageLater) as caught:
        visitor.get("/cek")
    assert caught.value.wait == 900
    asked = len(publisher.asked)
    with pytest.raises(PageLater, match=r"kabar\.example is left alone for 900 seconds more") as caught:
        visitor.get("/")
    assert (caught.value.wait, len(publisher.asked)) == (900, asked), "not even asked"
    visitor.time.now += 901 - PATIENCE
    assert visitor.get("/cek") == b"dua"


def test_failures_make_longer_and_longer_rests(visitor: Visitor, publisher: PublisherServer):
    publisher.routes["/cek"] = in_turn(*[Answer(b"", 500)] * 14, page("satu"))
    rests = []
    for _ in range(14):
        with pytest.raises(PageLater):
            visitor.get("/cek")
        before = visitor.time.now
        visitor.time.now -= 1e6
        with pytest.raises(PageLater) as caught:
            visitor.get("/cek")
        rests.append(round((caught.value.wait or 0) - 1e6))
        visitor.time.now = before + rests[-1]
    assert rests[:5] == [5, 10, 20, 40, 80]
    assert rests[-1] == 3600
    assert visitor.get("/cek") == b"satu"
    with pytest.raises(PageGone):
        visitor.get("/hilang")
    visitor.time.slept.clear()
    visitor.get("/")
    assert visitor.time.slept == [2], "a page that is gone is no failure of the site"


def test_one_request_to_a_host_at_a_time(fetcher: Callable[..., Fetcher], publisher: PublisherServer):
    busy: dict[str, int] = {}
    most: list[int] = []
    counting = threading.Lock()

    def count(asked: Asked) -> str:
        host = asked.headers["host"]
        with counting:
            busy[host] = busy.get(host, 0) + 1
            most.append(busy[host])
        publisher.wait(0.05)
        with counting:
            busy[host] -= 1
        return "User-agent: *\nDisallow:"

    publisher.routes |= {"/cek": count, "/robots.txt": count}
    manners = Manners(fetcher(), time.monotonic, time.sleep, pause=0)
    urls = [f"http://{name}.example:{publisher.port}/cek" for name in ("kabar", "lain") for _ in range(4)]
    threads = [threading.Thread(target=manners.get, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (max(most), len(most)) == (1, 10)


def test_hosts_are_forgotten_but_not_those_that_rest(visitor: Visitor, publisher: PublisherServer):
    publisher.routes["/cek"] = too_many(5000)
    with pytest.raises(PageLater):
        visitor.get("/cek", "lelah.example")
    for number in range(MOST_HOSTS + 20):
        visitor.get("/", f"h{number}.example")
        visitor.time.now += 3
    assert len(visitor.manners._hosts) <= MOST_HOSTS
    with pytest.raises(PageLater, match=r"lelah\.example is left alone"):
        visitor.get("/", "lelah.example")


def test_an_odd_address_costs_nobody_a_turn(visitor: Visitor, publisher: PublisherServer):
    with pytest.raises(AddressRefused):
        visitor.manners.get("http://127.0.0.1:22/")
    assert publisher.asked == []
