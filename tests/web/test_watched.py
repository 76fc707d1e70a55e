"""What a watchdog is told over real HTTP, and who may see the metrics."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest
from starlette.requests import Request
from tests.web.conftest import Tipline

from periksa.web import site, watched
from periksa.web.fake_graph import running

pytestmark = pytest.mark.network

SHOWN = b"periksa_received_total 3\n"
TOKEN = "kunci-pemantau"


@pytest.fixture
def at(tipline: Tipline, clock: Callable) -> Callable:
    @contextmanager
    def at(**given) -> Iterator[httpx2.Client]:
        with running(site.build(tipline, clock, **given)) as url, httpx2.Client(base_url=url) as client:
            yield client

    return at


def test_alive_and_able_are_two_questions(at) -> None:
    why = ""
    with at(unready=lambda: why) as http:
        assert (http.get("/health").text, http.get("/ready").text) == ("ok\n", "ready\n")
        why = "the store has not committed within 5 s"
        assert http.get("/health").status_code == 200
        answer = http.get("/ready")
        assert (answer.status_code, answer.text) == (503, "the store has not committed within 5 s\n")
        assert answer.headers["cache-control"] == "no-store"


def test_many_who_ask_at_once_make_us_look_once(at) -> None:
    looks: list[int] = []
    go_on = threading.Event()

    def unready() -> str:
        looks.append(1)
        go_on.wait(10)
        return ""

    with at(unready=unready) as http, ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(http.get, "/ready") for _ in range(8)]
        time.sleep(0.3)
        assert http.get("/health").status_code == 200
        go_on.set()
        assert {answer.result().status_code for answer in answers} == {200}
        assert len(looks) == 1
        assert http.get("/ready").text == "ready\n"
        assert len(looks) == 2


def test_without_metrics_there_is_no_page(at) -> None:
    with at() as http:
        assert http.get("/metrics").status_code == 404


def test_this_machine_sees_the_metrics(at) -> None:
    with at(metrics=lambda: SHOWN) as http:
        answer = http.get("/metrics")
    assert (answer.status_code, answer.content) == (200, SHOWN)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize("header", watched.PROXIED)
def test_a_proxy_on_this_machine_speaks_for_the_world(at, header: str) -> None:
    with at(metrics=lambda: SHOWN) as http:
        answer = http.get("/metrics", headers={header: "127.0.0.1"})
    assert answer.status_code == 403
    assert "web.metrics_token" in answer.text


@pytest.mark.parametrize(
    ("given", "status"),
    [({}, 403), ({"authorization": "Bearer salah"}, 403), ({"authorization": f"Bearer {TOKEN}"}, 200)],
)
def test_where_there_is_a_token_nothing_else_will_do(at, given: dict[str, str], status: int) -> None:
    with at(metrics=lambda: SHOWN, metrics_token=TOKEN) as http:
        assert http.get("/metrics", headers=given).status_code == status
        through = {**given, "x-forwarded-for": "203.0.113.7"}
        assert http.get("/metrics", headers=through).status_code == status


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.9", True), ("::1", True), ("203.0.113.7", False), ("localhost.example", False)]
)
def test_only_loopback_is_this_machine(host: str, here: bool) -> None:
    seen = watched._Watched(lambda: "", lambda: SHOWN, "")
    scope = {"type": "http", "method": "GET", "path": "/metrics", "headers": [], "client": (host, 5000)}
    assert seen._may_see(Request(scope)) is here
    assert not seen._may_see(Request({**scope, "client": None})), "a socket in the file system says nothing"
