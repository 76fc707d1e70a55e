"""The widget in a real Chromium: on a page of another site, under a policy that allows as little as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, FrameLocator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tests.conftest import Clock
from tests.web.conftest import CHROMIUM, OFFER, Open, Server, Tipline

from periksa.web.fake_graph import running
from periksa.web.site import build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]

PAGE = """<!doctype html><html lang="id"><meta charset="utf-8"><title>Harian Nusantara</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">
<header>Harian Nusantara</header>
<h1>Harga beras turun di tiga provinsi</h1><p>{text}</p><p><a href="/lain">Berita lain</a></p>
<script src="{widget}" async></script>"""
STYLE = """* {{ all: revert; color: red !important; }} button, div, iframe {{ display: none; }}
body {{ font: 18px/1.6 Georgia, serif; margin: 0 auto; max-width: 44rem; padding: 1rem; color: #222 !important; }}
html {{ font-size: 62.5%; }} header {{ font-weight: bold; }}"""
POLICY = "default-src 'none'; style-src 'self'; script-src {tipline}; frame-src {tipline}; "
POLICY += "require-trusted-types-for 'script'"


class Host:
    """A newsroom's site; its pages name the tipline they embed."""

    def __init__(self) -> None:
        self.tipline = ""
        self.page = PAGE

    def app(self) -> Starlette:
        async def page(_: Request) -> Response:
            html = self.page.format(
                text="Pemerintah mencatat harga beras turun. " * 40, widget=f"{self.tipline}/widget.js"
            )
            return HTMLResponse(html, headers={"content-security-policy": POLICY.format(tipline=self.tipline)})

        async def style(_: Request) -> Response:
            return Response(STYLE.format(), media_type="text/css")

        return Starlette(routes=[Route("/style.css", style), Route("/{path:path}", page)])


@pytest.fixture(scope="module")
def host() -> Iterator[tuple[Host, str]]:
    """At `localhost`, which is another site than `127.0.0.1`: no cookie of ours is sent within it."""
    host = Host()
    with running(host.app()) as url:
        yield host, url.replace("127.0.0.1", "localhost")


@pytest.fixture
def app(tipline: Tipline, clock: Clock, host: tuple[Host, str]) -> Starlette:
    return build(tipline, clock, name="Cek Fakta Nusantara", sites=[host[1], host[1].replace("localhost", "127.0.0.1")])


@pytest.fixture
def visit(open_page: Open, server: Server, host: tuple[Host, str]) -> Callable[..., Page]:
    host[0].tipline = server.url
    return lambda path="/": open_page(host[1] + path)


def asking(page: Page) -> FrameLocator:
    return page.frame_locator("periksa-chat iframe")


def test_a_question_is_answered_by_keyboard_alone(visit: Callable[..., Page], tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: (f"Anda memilih {choice}.", ()) if choice else OFFER
    page = visit()
    button = page.get_by_role("button", name="Tanya Cek Fakta Nusantara")
    expect(button).to_have_attribute("aria-expanded", "false")
    assert page.locator("iframe").count() == 0, "nothing is loaded before it is asked for"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    chat = asking(page)
    expect(chat.get_by_label("Ketik pesan")).to_be_focused()
    page.keyboard.type("vaksin")
    page.keyboard.press("Enter")
    expect(chat.locator(".options")).to_be_visible()
    expect(chat.locator(".own .state")).to_have_text("dibaca")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(chat.get_by_text("Anda memilih pilih-2.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.get_by_text("Anda memilih pilih-2.")).to_be_visible()
    assert tipline.heard() == ["vaksin", "Lainnya"]


def test_the_conversation_goes_along_from_page_to_page(
    visit: Callable[..., Page], host: tuple[Host, str], tipline: Tipline
) -> None:
    tipline.answer = lambda text, choice: (f"Jawaban untuk {text}.", ())
    page = visit()
    page.goto(host[1].replace("localhost", "127.0.0.1") + "/")  # where this browser allows storage
    page.get_by_role("button").click()
    asking(page).get_by_label("Ketik pesan").fill("satu")
    asking(page).get_by_role("button", name="Kirim").click()
    expect(asking(page).get_by_text("Jawaban untuk satu.")).to_be_visible()
    page.goto(page.url + "lain")
    page.get_by_role("button").click()
    expect(asking(page).get_by_text("Jawaban untuk satu.")).to_be_visible()
    asking(page).get_by_label("Ketik pesan").fill("dua")
    asking(page).get_by_role("button", name="Kirim").click()
    expect(asking(page).locator(".ours")).to_have_count(2)
    expect(asking(page).locator(".own .text")).to_have_text(["satu", "dua"])


def test_it_works_where_storage_is_forbidden(visit: Callable[..., Page], tipline: Tipline) -> None:
    """As in this browser, which forbids it to frames of another site."""
    tipline.answer = lambda text, choice: ("Jawaban.", ())
    page = visit()
    page.get_by_role("button").click()
    asking(page).get_by_label("Ketik pesan").fill("satu")
    with pytest.raises(Error, match="SecurityError"):
        page.frames[1].evaluate("() => localStorage.length")
    asking(page).get_by_role("button", name="Kirim").click()
    expect(asking(page).get_by_text("Jawaban.")).to_be_visible()


def test_no_cookie_is_set_for_a_visitor_of_the_site(
    visit: Callable[..., Page], context: BrowserContext, tipline: Tipline
) -> None:
    tipline.answer = lambda text, choice: ("Jawaban.", ())
    page = visit()
    page.get_by_role("button").click()
    asking(page).get_by_label("Ketik pesan").fill("satu")
    asking(page).get_by_role("button", name="Kirim").click()
    expect(asking(page).get_by_text("Jawaban.")).to_be_visible()
    assert context.cookies() == []


def test_a_site_that_is_not_named_cannot_show_it(
    visit: Callable[..., Page], stage: tuple[Any, Server], tipline: Tipline, clock: Clock, complaints: list[str]
) -> None:
    stage[0].app = build(tipline, clock, sites=["https://harian.example"])
    page = visit()
    page.get_by_role("button").click()
    page.wait_for_timeout(500)
    assert asking(page).locator("textarea").count() == 0
    assert any("frame-ancestors" in complaint for complaint in complaints)
    complaints.clear()


def test_it_is_told_well_to_a_screen_reader(visit: Callable[..., Page]) -> None:
    page = visit()
    assert '- button "Tanya Cek Fakta Nusantara"' in page.locator("body").aria_snapshot()
    page.get_by_role("button").click()
    expect(asking(page).get_by_label("Ketik pesan")).to_be_visible()
    told = page.locator("body").aria_snapshot()
    assert '- button "Tutup obrolan" [expanded]' in told
    assert 'dialog "Cek Fakta Nusantara: tanya, kami cek faktanya"' in told
    assert page.locator("periksa-chat").get_attribute("lang") == "id"
    assert page.locator("iframe").get_attribute("title") == "Cek Fakta Nusantara: tanya, kami cek faktanya"


@pytest.mark.parametrize(("width", "height"), [(320, 568), (360, 640), (640, 360), (1280, 800)])
def test_it_fits_every_screen(visit: Callable[..., Page], width: int, height: int) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": height})
    button = page.get_by_role("button")
    expect(button).to_be_in_viewport(ratio=1)
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    button.click()
    panel = page.get_by_role("dialog")
    page.wait_for_timeout(300)
    expect(panel).to_be_in_viewport(ratio=1)
    expect(button).to_be_in_viewport(ratio=1)
    expect(asking(page).get_by_role("button", name="Kirim")).to_be_in_viewport(ratio=1)
    seen = panel.bounding_box()
    assert seen
    whole = width <= 480 or height <= 480
    assert (seen["width"] == width and seen["height"] == height) == whole
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    title, close = asking(page).locator("h1").bounding_box(), button.bounding_box()
    assert title
    assert close
    assert title["x"] + title["width"] <= close["x"]
    assert close["width"] >= 44
    button.click()
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()


def test_the_sites_own_style_is_neither_used_nor_changed(visit: Callable[..., Page]) -> None:
    page = visit()
    button = page.get_by_role("button")
    expect(button).to_be_visible()
    assert button.evaluate("element => getComputedStyle(element).color") == "rgb(255, 255, 255)"
    assert page.evaluate("() => document.querySelectorAll('style, link').length") == 1
    assert page.evaluate("() => Object.keys(window).filter(name => /periksa/i.test(name))") == []


def test_whoever_wants_less_motion_gets_none(visit: Callable[..., Page]) -> None:
    page = visit()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button").click()
    moving = "() => document.querySelector('periksa-chat').shadowRoot.getAnimations().length"
    assert page.evaluate(moving) == 0


def test_two_tags_make_one_button(visit: Callable[..., Page], host: tuple[Host, str]) -> None:
    host[0].page = PAGE + PAGE.rpartition("\n")[2]
    page = visit()
    expect(page.get_by_role("button")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.locator("periksa-chat").count() == 1
    host[0].page = PAGE


def test_a_visitor_with_another_language_hears_that_of_the_page(
    chromium: Browser, host: tuple[Host, str], server: Server, tipline: Tipline
) -> None:
    host[0].tipline = server.url
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(host[1])
    page.get_by_role("button", name="Tanya Cek Fakta Nusantara").click()
    expect(asking(page).get_by_label("Ketik pesan")).to_be_visible()
    asking(page).get_by_label("Ketik pesan").fill("satu")
    asking(page).get_by_role("button", name="Kirim").click()
    expect(asking(page).locator(".own .state")).to_have_text("terkirim")
    context.close()
