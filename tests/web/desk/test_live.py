"""Lists that stay fresh: something has changed, says the server, and the page looks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx2
import pytest
from playwright.sync_api import BrowserContext, expect
from tests.web.conftest import CHROMIUM, Open, Server
from tests.web.desk.conftest import RUMOUR, Newsroom

from periksa.errors import StoreBusy
from periksa.web.desk import live

pytestmark = pytest.mark.network


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK", 0.02)


@pytest.fixture
def token(newsroom: Newsroom) -> str:
    return newsroom.hire("ayu")


@pytest.fixture
def lines(server: Server, token: str) -> Iterator[Iterator[str]]:
    """What a page hears."""
    headers = {"cookie": f"periksa-desk={token}"}
    with httpx2.Client(timeout=10) as http, http.stream("GET", f"{server.url}/desk/live", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = (line for line in answer.iter_lines() if line)
        assert next(heard) == "retry: 3000"
        yield heard


def test_what_changes_is_said(newsroom: Newsroom, lines: Iterator[str]) -> None:
    time.sleep(0.1)
    case = newsroom.ask(RUMOUR)
    assert next(lines) == "data: changed"
    newsroom.ask(RUMOUR, "siti")
    assert next(lines) == "data: changed"
    newsroom.review.close(case.id, "budi")
    assert next(lines) == "data: changed"


def test_silence_is_broken_while_the_session_lasts(
    newsroom: Newsroom, lines: Iterator[str], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    assert next(lines) == ": here"
    ayu = newsroom.staffing.named("ayu")
    assert ayu is not None
    newsroom.staffing.end_sessions(ayu.id, "budi")
    assert set(lines) <= {": here", "data: changed"}, "and then it ends"


def test_a_page_that_is_merely_open_is_no_use_of_a_session(newsroom: Newsroom, server: Server, token: str) -> None:
    newsroom.clock.pass_(hours=1)
    headers = {"cookie": f"periksa-desk={token}"}
    with httpx2.Client(timeout=10) as http, http.stream("GET", f"{server.url}/desk/live", headers=headers):
        pass
    [session] = newsroom.staffing.team().sessions
    assert session.seen_at < newsroom.clock()


def test_a_busy_store_is_asked_again(newsroom: Newsroom, lines: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    time.sleep(0.1)
    read = newsroom.store.read

    def busy(work: Callable[..., object]) -> object:
        raise StoreBusy("the database is locked")

    monkeypatch.setattr(newsroom.store, "read", busy)
    time.sleep(0.1)
    monkeypatch.setattr(newsroom.store, "read", read)
    newsroom.ask(RUMOUR)
    assert next(lines) == "data: changed"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium")
def test_a_case_appears_by_itself(
    newsroom: Newsroom, context: BrowserContext, server: Server, open_page: Open, token: str
) -> None:
    context.add_cookies([{"name": "periksa-desk", "value": token, "url": server.url}])
    page = open_page(f"{server.url}/desk/inbox")
    expect(page.get_by_text("Tidak ada kasus")).to_be_visible()
    newsroom.ask(RUMOUR)
    expect(page.get_by_role("link", name=RUMOUR)).to_be_visible()
