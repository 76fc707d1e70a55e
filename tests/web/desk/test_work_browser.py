"""The inbox in a real Chromium: merge and undo, keys alone, a small screen, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.web.conftest import CHROMIUM, Open, Server
from tests.web.desk.conftest import RUMOUR, Newsroom
from tests.web.desk.test_desk_browser import FAINT, NAMELESS, SMALL, TINY, WIDE

from periksa.model import CaseState, Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
OTHER, THIRD = "bansos cair besok", "vaksin polio mandul"


@pytest.fixture
def enter(newsroom: Newsroom, context: BrowserContext, server: Server, open_page: Open) -> Callable[..., Page]:
    """The inbox, for somebody with this role; three cases are in it."""
    newsroom.ask(RUMOUR, "rina", "siti", "tono")
    newsroom.ask(OTHER, "rina", "siti")
    newsroom.ask(THIRD, "rina")

    def entered(path: str = "/desk/inbox", role: Role = Role.EDITOR, name: str = "ayu") -> Page:
        context.add_cookies([{"name": "periksa-desk", "value": newsroom.hire(name, role), "url": server.url}])
        page = open_page(f"{server.url}{path}")
        page.set_viewport_size(WIDE)
        return page

    return entered


def test_a_shift_at_the_inbox_with_keys_alone(newsroom: Newsroom, enter: Callable[..., Page]) -> None:
    newsroom.hire("budi")
    page = enter()
    rows = page.locator(".cases > li")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-pick]:checked")).to_have_count(2)
    page.keyboard.press("m")
    expect(rows).to_have_count(2)
    page.keyboard.press("z")
    expect(rows).to_have_count(3)

    page.keyboard.press("k")
    page.keyboard.press("t")
    expect(page.get_by_role("combobox", name="label", exact=True)).to_be_focused()
    page.keyboard.type("kesehatan")
    page.keyboard.press("Enter")
    expect(rows.first.locator(".tag")).to_have_text("kesehatan")
    expect(rows.first.locator("[data-item]")).to_be_focused()

    page.keyboard.press("o")
    page.keyboard.type("budi")
    page.keyboard.press("Enter")
    expect(rows.first).to_contain_text("budi")
    expect(rows.first.locator("[data-item]")).to_be_focused()

    page.keyboard.press("i")
    expect(rows.first.locator("b")).to_have_text("ayu")
    expect(rows.first.locator("[data-item]")).to_be_focused()

    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    expect(rows.first.locator("[data-item]")).to_be_focused()
    page.keyboard.press("!")
    expect(rows).to_have_count(1)
    assert [case.text for case in newsroom.cases(CaseState.SPAM)] == [OTHER]
    page.keyboard.press("?")
    for words in ("gabungkan", "tunda", "beri label", "urungkan yang terakhir"):
        expect(page.get_by_role("dialog")).to_contain_text(words)


def test_what_is_chosen_stays_chosen_while_the_list_renews_itself(
    newsroom: Newsroom, enter: Callable[..., Page]
) -> None:
    page = enter()
    page.get_by_role("checkbox", name=f"Pilih: {OTHER}").check()
    page.clock.install()
    page.reload()
    page.get_by_role("checkbox", name=f"Pilih: {OTHER}").check()
    newsroom.ask("gempa malam ini", "rina")
    page.clock.run_for(61_000)
    expect(page.locator(".cases > li")).to_have_count(4)
    expect(page.get_by_role("checkbox", name=f"Pilih: {OTHER}")).to_be_checked()
    expect(page.locator("[data-pick]:checked")).to_have_count(1)


def test_a_case_is_made_the_same_as_another_from_its_page(newsroom: Newsroom, enter: Callable[..., Page]) -> None:
    page = enter()
    page.get_by_role("link", name=THIRD).click()
    page.wait_for_url(re.compile("/desk/cases/"))
    page.keyboard.press("m")
    page.wait_for_url(re.compile("/same"))
    page.keyboard.press("/")
    page.keyboard.type("kopi luwak")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=kopi"))
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.get_by_text("ayu: digabungkan").first).to_be_visible()
    assert sorted(case.asked for case in newsroom.cases()) == [2, 4]
    page.keyboard.press("z")
    expect(page.get_by_role("status")).to_have_text("Diurungkan.")
    assert sorted(case.asked for case in newsroom.cases()) == [1, 2, 3]


def test_everything_works_without_a_script(
    newsroom: Newsroom, server: Server, enter: Callable[..., Page], context: BrowserContext
) -> None:
    enter()
    browser = context.browser
    assert browser
    plain = browser.new_context(java_script_enabled=False, locale="id-ID")
    plain.add_cookies([{"name": "periksa-desk", "value": newsroom.hire("citra"), "url": server.url}])
    page = plain.new_page()
    page.goto(f"{server.url}/desk/inbox")
    page.get_by_role("checkbox", name=f"Pilih: {THIRD}").check()
    page.get_by_label("Tunda selama").select_option("1 hari")
    page.get_by_role("button", name="Tunda", exact=True).click()
    page.get_by_role("link", name="Ditunda 1").click()
    expect(page.locator(".cases > li")).to_have_count(1)
    page.get_by_label("Cari kata di pertanyaan").fill("tidak ada")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.locator(".cases > li")).to_have_count(0)
    plain.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_fits_a_small_screen_and_is_legible(
    newsroom: Newsroom, enter: Callable[..., Page], server: Server, theme: str
) -> None:
    long, *_ = newsroom.cases()
    newsroom.ask("x" * 300, "rina", key=RUMOUR)
    newsroom.casework.tag([long.id], "labelyangpanjangsekali", "ayu")
    page = enter()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for path in (
        "inbox",
        "inbox?who=-&order=growing",
        f"cases/{long.id}",
        f"cases/{long.id}/same",
        f"cases/{long.id}/split",
    ):
        page.goto(f"{server.url}/desk/{path}")
        for size in (SMALL, WIDE):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, size)
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(TINY) == [], path
        assert page.evaluate(FAINT) == [], path
