"""Numbers and quality in a real Chromium: by keys, without a script, on a small screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.web.conftest import CHROMIUM, Open, Server
from tests.web.desk.conftest import Newsroom
from tests.web.desk.test_quality import answered

from periksa.model import Figure, Role, Tally
from periksa.model.numbers import hour_of, span_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]


@pytest.fixture
def enter(newsroom: Newsroom, context: BrowserContext, server: Server, open_page: Open) -> Callable[..., Page]:
    """A page of the desk, for an editor."""

    def entered(path: str, name: str = "ayu") -> Page:
        context.add_cookies([{"name": "periksa-desk", "value": newsroom.hire(name, Role.EDITOR), "url": server.url}])
        return open_page(f"{server.url}{path}")

    return entered


def test_a_sample_is_judged_with_keys_alone(newsroom: Newsroom, enter: Callable[..., Page]) -> None:
    for _ in range(3):
        answered(newsroom)
    page = enter("/desk/inbox")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", name="Mutu", exact=True)).to_be_visible()
    weeks = page.get_by_role("button", name="Ambil contoh")
    for _ in range(9):
        page.keyboard.press("j")
        if weeks.first.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 dari 3")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("2 dari 3")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("3 dari 3")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("Penilaian Anda: Keliru.")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("3 dari 3")).to_be_visible()
    page.keyboard.press("3")
    page.wait_for_url(re.compile("/desk/quality$"))
    expect(page.get_by_text("Nilai (3 dari 3)")).to_be_visible()
    expect(page.get_by_text("100 %", exact=True).first).to_be_visible()


@pytest.mark.parametrize("path", ["/desk/numbers", "/desk/numbers?days=1", "/desk/quality"])
def test_nothing_is_wider_than_a_small_screen(newsroom: Newsroom, enter: Callable[..., Page], path: str) -> None:
    hour = hour_of(newsroom.clock())
    spans = [Tally(Figure.REPLY, hour, span_of(2**power / 3), "web", "", 20) for power in range(18)]
    kinds = [Tally(kind, hour, "", "whatsapp", "id", 41_000) for kind in (Figure.ANSWERED, Figure.OFFERED)]
    newsroom.do(lambda tx: tx.tallies.add([*spans, *kinds, Tally(Figure.TOLD, hour, "luwak", count=41_000)]))
    answered(newsroom, "x" * 300, Figure.OFFERED)
    page = enter(path)
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_charts_have_a_name_a_table_and_letters_one_can_read(newsroom: Newsroom, enter: Callable[..., Page]) -> None:
    hour = hour_of(newsroom.clock())
    newsroom.do(lambda tx: tx.tallies.add([Tally(Figure.ANSWERED, hour, "", "web", "id", 50)]))
    page = enter("/desk/numbers")
    page.set_viewport_size({"width": 360, "height": 640})
    chart = page.get_by_role("img", name="Apa jadinya pertanyaan")
    expect(chart).to_be_visible()
    assert chart.locator("text").first.evaluate("it => it.getBoundingClientRect().height") >= 9
    section = page.locator("section").filter(has=chart)
    section.locator("summary").click()
    expect(section.get_by_role("table")).to_be_visible()
    expect(section.get_by_role("row").last.get_by_role("cell").first).to_have_text("50")
