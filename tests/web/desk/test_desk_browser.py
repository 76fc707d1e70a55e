"""The desk in a real Chromium: the jobs of a shift, by mouse, by keys, on a small screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.web.conftest import CHROMIUM, Open, Server
from tests.web.desk.conftest import PASSWORD, RUMOUR, Newsroom

from periksa.model import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
WIDE = {"width": 1280, "height": 800}
SMALL = {"width": 360, "height": 640}


@pytest.fixture
def enter(newsroom: Newsroom, context: BrowserContext, server: Server, open_page: Open) -> Callable[..., Page]:
    """A page of the desk, for somebody with this role."""

    def entered(path: str = "/desk/inbox", role: Role = Role.EDITOR, name: str = "ayu") -> Page:
        context.add_cookies([{"name": "periksa-desk", "value": newsroom.hire(name, role), "url": server.url}])
        page = open_page(f"{server.url}{path}")
        page.set_viewport_size(WIDE)
        return page

    return entered


def test_keys_lead_about_and_are_explained(enter: Callable[..., Page]) -> None:
    page = enter(role=Role.ADMIN)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Tombol pintas")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Tim", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Nama").fill("")
    page.get_by_role("textbox", name="Nama").type("gita j?")
    expect(page.get_by_role("textbox", name="Nama")).to_have_value("gita j?")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Akun: ayu")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Kotak masuk")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Kotak masuk")).to_be_visible()


def test_the_inbox_stays_fresh_and_keeps_ones_place(
    newsroom: Newsroom, enter: Callable[..., Page], context: BrowserContext
) -> None:
    newsroom.ask("bansos cair besok", "budi")
    newsroom.ask(RUMOUR, "rina", "siti", key="luwak")
    context.clock.install()
    page = enter()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="bansos cair besok")).to_be_focused()
    newsroom.ask("gempa besar malam ini", *"abcdef")
    with page.expect_response(lambda answer: answer.request.headers.get("x-desk-live") == "1"):
        context.clock.run_for(61_000)
    expect(page.get_by_role("link", name="gempa besar malam ini")).to_be_visible()
    expect(page.get_by_role("link", name="bansos cair besok")).to_be_focused()


def test_without_a_script_everything_works(newsroom: Newsroom, chromium: object, server: Server) -> None:
    newsroom.ask(RUMOUR, "rina", key="luwak")
    newsroom.hire("ayu")
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{server.url}/desk")
    page.get_by_label("Name").fill("ayu")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name=RUMOUR).click()
    page.get_by_role("link", name="Cannot be checked").click()
    page.get_by_role("button", name="Tell 1 person").click()
    expect(page.get_by_role("status")).to_contain_text("1 person is being told")
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["360", "1280"])
def test_every_page_fits_its_screen_and_every_control_has_a_name(
    newsroom: Newsroom, enter: Callable[..., Page], server: Server, size: dict[str, int]
) -> None:
    case = newsroom.ask(f"{RUMOUR} {'x' * 900} https://{'panjang' * 40}.example/", "rina", key="luwak").id
    newsroom.hire("bima", Role.PUBLISHER)
    newsroom.staffing.invite("c" * 32, Role.VIEWER, "ayu")
    page = enter(role=Role.ADMIN)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    paths = ["inbox", f"cases/{case}", f"cases/{case}/answer?article=luwak", f"cases/{case}/close", "team", "account"]
    for path in paths:
        page.goto(f"{server.url}/desk/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert page.evaluate(NAMELESS) == [], path
        assert page.locator("h1").count() == 1, path
        assert page.locator("main").count() == 1
        if size is SMALL:
            assert page.evaluate(TINY) == [], path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(
    newsroom: Newsroom, enter: Callable[..., Page], server: Server, theme: str
) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1, measured on every piece of text there is."""
    case = newsroom.ask(RUMOUR, "rina", key="luwak").id
    newsroom.staffing.disable(newsroom.hire_user("bima"), "ayu")
    page = enter(role=Role.ADMIN)
    page.goto(f"{server.url}/desk/account")
    page.get_by_role("combobox", name="Tampilan").select_option(theme)
    page.wait_for_url("**/desk/account")
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    for path in ("account", "inbox", f"cases/{case}", f"cases/{case}/close", "team"):
        page.goto(f"{server.url}/desk/{path}")
        assert page.evaluate(FAINT) == [], path
    page.keyboard.press("?")
    assert page.evaluate(FAINT) == []


def test_the_skip_link_leads_past_the_navigation(enter: Callable[..., Page]) -> None:
    page = enter()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


NAMELESS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter((it) => it.checkVisibility() && !it.closest("[aria-hidden]") && it.getAttribute("aria-hidden") !== "true")
  .filter((it) => !(it.textContent.trim() || it.labels?.length || it.getAttribute("aria-labelledby")))
  .map((it) => it.outerHTML)"""
TINY = """() => [...document.querySelectorAll("button, select, input:not([type=hidden]), a.button, nav a")]
  .filter((it) => it.checkVisibility() && it.getAttribute("aria-hidden") !== "true")
  .filter((it) => it.getBoundingClientRect().height < 24 || it.getBoundingClientRect().width < 24)
  .map((it) => it.outerHTML)"""
FAINT = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c / 255 <= .03928 ? c / 255 / 12.92 : ((c / 255 + .055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => [r, g, b].map(linear).reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
  const behind = (it) => {
    const layers = [];
    for (; it; it = it.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(it).backgroundColor);
      if (a > 0) layers.push([r, g, b, a]);
      if (a === 1) break;
    }
    const over = (under, [r, g, b, a]) => [r, g, b].map((c, at) => c * a + under[at] * (1 - a));
    return layers.reduceRight(over, [255, 255, 255]);
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const it = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !it.checkVisibility() || it.closest("script, .unseen, .skip")) continue;
    const [one, other] = [light(parts(getComputedStyle(it).color)), light(behind(it))];
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${it.outerHTML.slice(0, 120)}`);
  }
  return faint;
}"""
