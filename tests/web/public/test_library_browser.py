"""The library's pages in a real Chromium: by keyboard, without a script, on a narrow screen, in both themes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.web.conftest import CHROMIUM, Open, Server
from tests.web.public.conftest import DAM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
PATHS = (
    "/search",
    "/search?q=air+kelapa+menetralkan+bisa+ular+kobra",
    "/checks",
    "/articles/uji-1",
    "/articles/kabar-1",
)
CONTRAST = """
() => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = numbers(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own) continue;
    const [one, other] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) poor.push(`${element.tagName} ${element.textContent.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return poor;
}
"""
SMALL = """
() => [...document.querySelectorAll("nav a, button, .source")]
  .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 && box.width)
  .map(([name]) => name)
"""


@pytest.fixture
def bare(chromium: Browser, server: Server) -> Iterator[Page]:
    """A browser that runs no script."""
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="id-ID", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_it_is_searched_by_keyboard_alone(open_page: Open, server: Server) -> None:
    page = open_page(f"{server.url}/search")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Langsung ke isi")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Pesan atau kata kunci")).to_be_focused()
    page.keyboard.type("air kelapa muda menetralkan bisa ular kobra")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Cari cek faktanya")
    assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ini cek faktanya")).to_be_in_viewport()
    expect(page).to_have_title("Hasil pencarian: Ini cek faktanya · Cek Fakta Nusantara")
    assert page.url == f"{server.url}/search#result", "what was searched for is not in the address"


def test_without_a_script_everything_is_there(bare: Page, server: Server) -> None:
    bare.goto(f"{server.url}/search")
    bare.locator("textarea").fill("air kelapa muda menetralkan bisa ular kobra")
    bare.locator("main button").click()
    expect(bare.locator(".rating").first).to_contain_text("Kesimpulan")
    bare.goto(f"{server.url}/articles/kabar-1")
    expect(bare.locator("h1")).to_have_text(DAM.title)
    bare.get_by_role("link", name="Wening Laksita").first.click()
    expect(bare.locator(".timeline > li")).to_have_count(3)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PATHS, "/said/wening-laksita"])
def test_it_fits_a_narrow_screen_and_can_be_read(open_page: Open, server: Server, path: str, theme: str) -> None:
    page = open_page(f"{server.url}{path}")
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(SMALL) == [], "too small for a finger"


def test_the_page_says_where_one_is(open_page: Open, server: Server) -> None:
    page = open_page(f"{server.url}/checks")
    expect(page.locator("[aria-current=page]")).to_have_text("Terbaru")
    expect(page.get_by_role("navigation", name="Bagian situs")).to_be_visible()
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_be_visible()
