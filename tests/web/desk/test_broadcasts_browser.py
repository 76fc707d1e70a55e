"""Broadcasts, a retraction and a channel post in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.web.conftest import CHROMIUM, Server
from tests.web.desk.conftest import LIBRARY, RUMOUR, ZONE, Newsroom
from tests.web.desk.test_broadcasts import follow, got, hand_out
from tests.web.desk.test_desk_browser import FAINT, NAMELESS, SMALL, TINY, WIDE, enter

from periksa.model import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
__all__ = ["enter"]
PAGES = (
    "broadcasts",
    "broadcasts/preview?article=luwak&topic=health",
    "broadcasts/post?article=luwak",
    "library",
    "library/article?id=luwak",
    "library/sources",
    "library/ratings",
    "library/corrections",
    "library/correction?id=luwak",
    "library/groups",
    "library/said",
)


def test_one_is_scheduled_and_cancelled(newsroom: Newsroom, enter: Callable[..., Page]) -> None:
    follow(newsroom, "rina")
    page = enter("/desk/broadcasts/preview?article=luwak", Role.PUBLISHER)
    at = newsroom.clock().astimezone(ZONE) + timedelta(hours=3)
    page.get_by_label("Pada waktu (WIB)").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Jadwalkan").click()
    expect(page.get_by_role("status")).to_contain_text("dijadwalkan")
    page.get_by_role("button", name="Batalkan").click()
    expect(page.get_by_text("Tidak ada siaran yang terjadwal.")).to_be_visible()
    newsroom.clock.pass_(hours=4)
    hand_out(newsroom)
    assert got(newsroom, "rina") == []


def test_a_post_is_copied_and_its_card_is_a_picture(newsroom: Newsroom, enter: Callable[..., Page]) -> None:
    page = enter("/desk/broadcasts/post?article=luwak")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Salin").first.click()
    expect(page.get_by_role("button", name="Tersalin")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == newsroom.broadcast.post("luwak", "id")
    for card in page.locator(".cards img").all():
        card.scroll_into_view_if_needed()
        expect(card).to_have_js_property("naturalWidth", 1080)
        assert "SALAH, menurut Cek Nusantara" in (card.get_attribute("alt") or "")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Unduh 1080 × 1350").click()
    assert saved.value.suggested_filename == "luwak-tall.png"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["360", "1280"])
def test_every_page_fits_and_can_be_read(
    newsroom: Newsroom, enter: Callable[..., Page], server: Server, size: dict[str, int], scheme: str
) -> None:
    follow(newsroom, "rina")
    newsroom.broadcast.send("garam", "", "ayu")
    newsroom.review.answer(newsroom.ask(RUMOUR, "rina", key="luwak").id, "luwak", "ayu")
    newsroom.work()
    odd = replace(LIBRARY[0], title="x" * 900, outlet="y" * 300, rating="z" * 300, claim="w" * 4000)
    newsroom.do(lambda tx: tx.articles.put([odd], newsroom.clock()))
    page = enter(role=Role.ADMIN)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    for path in PAGES:
        page.goto(f"{server.url}/desk/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(FAINT) == [], path
        assert page.locator("h1").count() == 1, path
        if size is SMALL:
            assert page.evaluate(TINY) == [], path
