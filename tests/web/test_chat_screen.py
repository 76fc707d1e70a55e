"""The chat page as it must look and sound: narrow, wide, dark, enlarged, read out, at rest and under attack."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.web.conftest import CHROMIUM, LONG, OFFER, Open, Tipline, say

from periksa.model import Option

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]


def test_hostile_text_is_only_text(open_page: Open, tipline: Tipline) -> None:
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>\u202eterbalik"
    tipline.answer = lambda asked, choice: (asked, [Option("<b>", text, text)])
    page = open_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    say(page, text)
    expect(page.locator(".ours .text")).to_have_text(text)
    page.reload()
    expect(page.locator(".own .text")).to_have_text(text)
    assert page.locator(".line img, .line script").count() == 0


@pytest.mark.parametrize("width", [320, 360, 768, 1400])
@pytest.mark.parametrize("zoom", [100, 200])
def test_nothing_scrolls_sideways_and_the_box_stays_in_sight(
    open_page: Open, tipline: Tipline, width: int, zoom: int
) -> None:
    wide = "w" * 300
    tipline.answer = lambda text, choice: (
        f"https://cek.example.id/{wide} *{wide}*",
        [Option("1", wide, wide), Option("2", "Bukan semuanya")],
    )
    page = open_page()
    page.set_viewport_size({"width": width, "height": 640})
    page.evaluate("zoom => { document.documentElement.style.fontSize = `${zoom}%` }", zoom)
    inside = "() => document.documentElement.scrollWidth <= innerWidth && scroller.scrollWidth <= scroller.clientWidth"
    assert page.evaluate(inside)
    say(page, wide)
    expect(page.locator(".options")).to_be_visible()
    assert page.evaluate(inside)
    expect(page.get_by_role("button", name="Kirim")).to_be_in_viewport(ratio=1)
    box = page.locator("#scroller").bounding_box()
    assert box
    assert box["height"] > 640 / 4


CONTRASTS = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => channels(colour).slice(0, 3)
    .map(value => value / 255).map(value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4)
    .reduce((sum, value, place) => sum + value * [.2126, .7152, .0722][place], 0);
  const behind = element => {
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
  };
  const words = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  return [...document.querySelectorAll('.phone *')].filter(node => words(node) && node.checkVisibility()).map(node => {
    const [ink, paper] = [light(getComputedStyle(node).color), light(behind(node))];
    return [(Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05), node.className || node.tagName];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(open_page: Open, tipline: Tipline, scheme: Any) -> None:
    """WCAG 2.2, 1.4.3: contrast of at least 4.5 to 1."""
    tipline.answer = lambda text, choice: (f"*SALAH* https://cek.example.id {text[:10]}", OFFER[1])
    page = open_page()
    page.emulate_media(color_scheme=scheme)
    found = page.evaluate(CONTRASTS)
    say(page, LONG)
    expect(page.locator(".options")).to_be_visible()
    say(page, "a" * 9000)
    found += page.evaluate(CONTRASTS)
    assert {"day", "notice", "description", "number", "more"} <= {name for _, name in found}
    assert [(round(ratio, 2), name) for ratio, name in found if ratio < 4.5] == []


def test_the_page_is_told_well_to_a_screen_reader(open_page: Open, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: OFFER
    page = open_page()
    say(page, "vaksin")
    expect(page.locator(".options")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "id"
    told = page.locator("body").aria_snapshot()
    parts = ['heading "Cek Fakta Nusantara"', "status:", "main", "log:", 'textbox "Ketik pesan"', 'button "Kirim"']
    assert [part for part in parts if f"- {part}" not in told] == []
    assert "Anda: vaksin" in told
    assert "Cek Fakta Nusantara: Yang mana maksudnya?" in told
    assert 'button "1 Vaksin mengandung cip SALAH"' in told


def test_whoever_wants_less_motion_gets_none(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    say(page, "halo")
    expect(page.locator("#typing")).to_be_visible()
    moving = "() => document.getAnimations().length"
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0
