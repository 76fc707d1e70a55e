"""Lists that stay fresh: something has changed, says the server, and the page looks."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page, expect
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
        assert next(heard).startswith("id: ")
        yield heard


def news(lines: Iterator[str]) -> str:
    """The id of the news that come next."""
    id, event, data = next(lines), next(lines), next(lines)
    assert (id[:4], event, data) == ("id: ", "event: news", "data: changed")
    return id[4:]


def test_what_changes_is_said(newsroom: Newsroom, lines: Iterator[str]) -> None:
    time.sleep(0.1)
    case = newsroom.ask(RUMOUR)
    first = news(lines)
    newsroom.ask(RUMOUR, "siti")
    assert news(lines) != first
    newsroom.review.close(case.id, "budi")
    news(lines)


def test_what_was_missed_while_the_line_was_down_is_said_at_once(
    newsroom: Newsroom, server: Server, token: str
) -> None:
    def first(known: str = "") -> list[str]:
        headers = {"cookie": f"periksa-desk={token}", "last-event-id": known}
        with httpx2.Client(timeout=10) as http, http.stream("GET", f"{server.url}/desk/live", headers=headers) as lines:
            return list(itertools.takewhile(bool, lines.iter_lines()))

    [before] = first()
    newsroom.ask(RUMOUR)
    assert first(before.removeprefix("id: "))[1:] == ["event: news", "data: changed"]
    [now] = first()
    assert first(now.removeprefix("id: ")) == [now], "nothing was missed"


def test_silence_is_broken_while_the_session_lasts(
    newsroom: Newsroom, lines: Iterator[str], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    assert next(lines) == ": here"
    ayu = newsroom.staffing.named("ayu")
    assert ayu is not None
    newsroom.staffing.end_sessions(ayu.id, "budi")
    assert {line[:4] for line in lines} <= {": he", "id: ", "even", "data"}, "and then it ends"


def test_where_there_is_always_news_a_session_ends_as_well(
    newsroom: Newsroom, lines: Iterator[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.2)
    ayu = newsroom.staffing.named("ayu")
    assert ayu is not None
    newsroom.staffing.end_sessions(ayu.id, "budi")
    for heard, _ in enumerate(lines):
        newsroom.ask(RUMOUR, f"orang-{heard}")
        assert heard < 200


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
    news(lines)


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


@pytest.fixture
def inbox(context: BrowserContext, server: Server, open_page: Open, token: str) -> Callable[[], Page]:
    """The inbox, open in a browser."""

    def opened() -> Page:
        context.add_cookies([{"name": "periksa-desk", "value": token, "url": server.url}])
        return open_page(f"{server.url}/desk/inbox")

    return opened


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium")
def test_a_box_that_was_ticked_stays_with_its_case(newsroom: Newsroom, inbox: Callable[[], Page]) -> None:
    """Another case takes its place in the list: the tick and the focus go along with the first."""
    newsroom.ask("bansos cair besok", "budi")
    newsroom.ask(RUMOUR, "rina", "siti")
    page = inbox()
    page.get_by_role("checkbox", name="bansos cair besok").check()
    page.get_by_role("link", name="bansos cair besok").focus()
    newsroom.ask("gempa besar malam ini", *"abcdef")
    newsroom.ask("bansos cair besok", *"abcdefghij")
    expect(page.locator(".ask")).to_have_text(["bansos cair besok", "gempa besar malam ini", RUMOUR])
    assert [box.is_checked() for box in page.get_by_role("checkbox").all()[-3:]] == [True, False, False]
    expect(page.get_by_role("link", name="bansos cair besok")).to_be_focused()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium")
def test_a_list_whose_session_has_ended_leads_to_the_door(newsroom: Newsroom, inbox: Callable[[], Page]) -> None:
    page = inbox()
    ayu = newsroom.staffing.named("ayu")
    assert ayu is not None
    newsroom.staffing.end_sessions(ayu.id, "budi")
    newsroom.ask(RUMOUR)
    expect(page.get_by_label("Kata sandi")).to_be_visible()
    expect(page.get_by_text(RUMOUR)).to_have_count(0)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium")
def test_tabs_count_what_the_list_shows(newsroom: Newsroom, inbox: Callable[[], Page]) -> None:
    page = inbox()
    expect(page.get_by_role("link", name="Terbuka 0")).to_be_visible()
    newsroom.ask(RUMOUR)
    expect(page.get_by_role("link", name="Terbuka 1")).to_be_visible()
    expect(page).to_have_title(re.compile(r"\(1\)"))


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium")
def test_a_case_says_what_became_of_it_meanwhile(newsroom: Newsroom, inbox: Callable[[], Page]) -> None:
    case = newsroom.ask(RUMOUR).id
    page = inbox()
    page.get_by_role("link", name=RUMOUR).click()
    expect(page.get_by_text("Tidak ada pernyataan di pustaka yang menyinggung ini.")).to_be_visible()
    expect(page).to_have_title(re.compile(RUMOUR[:30]))
    newsroom.review.close(case, "budi")
    expect(page.get_by_text("Ditutup tanpa jawaban oleh budi, sementara halaman ini terbuka.")).to_be_visible()
    page.get_by_role("link", name="Muat ulang").click()
    expect(page.get_by_text("sementara halaman ini terbuka")).to_have_count(0)
