"""Every page of the desk before axe-core: both themes, both languages, wide and narrow; none is heavy or too wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.web.axe import violations
from tests.web.conftest import CHROMIUM, Server
from tests.web.desk.conftest import LIBRARY, PASSWORD, RUMOUR, Newsroom

from periksa.model import Draft, Role
from periksa.web.desk.ways import WAYS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
NO_PAGES = ("/live", ".csv", ".jsonl", "/card", "/files/{message}", "/invitations/{token}")
HEAVIEST = 100_000
LOOKS = (("light", 1280, "id"), ("dark", 360, "en"))


def pages(newsroom: Newsroom) -> list[str]:
    """An address of every page there is."""
    case = newsroom.ask(RUMOUR, "rina", "siti", key="luwak").id
    newsroom.ask("video hujan es sebesar kepala di bandara " + "panjang" * 40, "budi", key="es")
    token = newsroom.staffing.invite("sari", Role.VIEWER, "operator").token
    sources = ("https://dinkes.example/kopi-luwak",)
    draft = Draft("own-1", case, RUMOUR, "Salah", "Tidak ada penelitian.", sources, "id", "ayu", newsroom.clock())
    newsroom.do(lambda tx: tx.drafts.put(draft))
    given = {"case": case, "draft": draft.id, "token": token, "week": "2026-02-23"}
    paths = [way.path.format(**given) for way in WAYS if way.method == "GET" and not way.path.endswith(NO_PAGES)]
    asks = {"answer", "instead", "article", "preview", "post"}
    named = [f"{path}?article={LIBRARY[0].id}&id={LIBRARY[0].id}" for path in paths if path.rpartition("/")[2] in asks]
    return [*paths, *named, f"/desk/invitations/{token}", "/desk/nowhere"]


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    theme: Literal["light", "dark"]
    theme, width, language = request.param
    viewport = {"width": width, "height": 800}
    context = chromium.new_context(viewport=viewport, locale=language, color_scheme=theme)  # type: ignore[arg-type]
    yield context
    context.close()


def faults(page: Page, url: str) -> list[str]:
    answer = page.goto(url)
    assert answer is not None
    found = violations(page)
    size = len(answer.body())
    if size > HEAVIEST:
        found.append(f"{size} bytes")
    if wide := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
        found.append(f"{wide} pixels too wide")
    if answer.status >= 500:
        found.append(f"HTTP {answer.status}")
    return found


def test_every_page_can_be_used_by_everybody(newsroom: Newsroom, context: BrowserContext, server: Server) -> None:
    context.add_cookies([{"name": "periksa-desk", "value": newsroom.hire("ayu", Role.ADMIN), "url": server.url}])
    page = context.new_page()
    found = {path: faults(page, f"{server.url}{path}") for path in pages(newsroom)}
    assert {path: each for path, each in found.items() if each} == {}


def test_so_can_the_way_in(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    assert faults(page, f"{server.url}/desk/sign-in") == []
    page.locator("#name").fill("ayu")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.locator("[role=alert]").first.wait_for()
    assert violations(page) == []
