"""The chat page in a real Chromium: what a person sees, taps and hears read out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.conftest import Clock
from tests.web.conftest import CHROMIUM, LONG, OFFER, Open, Server, Tipline, say

from periksa.web.site import build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]


def lines(page: Page) -> list[str]:
    """Every bubble's text, in order; the person's own in brackets."""
    return [
        f"[{line.locator('.text').first.inner_text()}]"
        if "own" in str(line.get_attribute("class")).split()
        else line.locator(".text").first.inner_text()
        for line in page.locator(".line").all()
    ]


def test_a_reply_comes_live_below_the_question(open_page: Open, tipline: Tipline) -> None:
    page = open_page()
    say(page, "*bansos* 600 ribu?")
    own = page.locator(".own")
    expect(own.locator("strong")).to_have_text("bansos")
    expect(own.locator(".state")).to_have_text("terkirim")
    expect(page.locator("#status")).to_have_text("sedang mengetik…")
    expect(page.locator("#typing")).to_be_visible()
    tipline.say("*SALAH:* baca https://cek.example.id/bansos.")
    expect(page.locator(".ours strong")).to_have_text("SALAH:")
    expect(page.locator(".ours a")).to_have_attribute("rel", "noopener noreferrer")
    expect(own.locator(".state")).to_have_text("dibaca")
    expect(page.locator("#typing")).to_be_hidden()
    expect(page.locator("#status")).to_have_text("biasanya membalas dalam hitungan detik")
    expect(page.get_by_label("Ketik pesan")).to_have_value("")


def test_the_conversation_is_there_again_after_a_reload(open_page: Open, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: ("jawaban", ())
    page = open_page()
    say(page, "vaksin")
    expect(page.locator(".ours")).to_have_count(1)
    page.reload()
    page.wait_for_timeout(600)
    assert lines(page) == ["[vaksin]", "jawaban"]


def test_an_option_is_tapped(open_page: Open, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: (f"Anda memilih {choice}.", ()) if choice else OFFER
    page = open_page()
    say(page, "vaksin")
    page.get_by_role("button", name="2 Lainnya").dblclick()
    expect(page.get_by_text("Anda memilih pilih-2.")).to_be_visible()
    assert tipline.heard() == ["vaksin", "Lainnya"]


def test_everything_works_by_keyboard(open_page: Open, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: (f"Anda memilih {choice}.", ()) if choice else OFFER
    page = open_page()
    for _ in range(2):  # the conversation, the first example
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".options")).to_be_visible()
    expect(page.get_by_label("Ketik pesan")).to_be_focused()
    page.keyboard.type("baris satu")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("baris dua")
    page.keyboard.press("Enter")
    expect(page.locator(".ours")).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    focused = page.locator(":focus")
    expect(focused).to_contain_text("Lainnya")
    assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Anda memilih pilih-2.")).to_be_visible()
    assert tipline.heard()[1:] == ["baris satu\nbaris dua", "Lainnya"]


def test_two_tabs_show_one_conversation(open_page: Open, tipline: Tipline) -> None:
    one, other = open_page(), open_page()
    say(one, "dari tab satu")
    expect(other.locator(".own .state")).to_have_text("terkirim")
    tipline.say("jawaban satu")
    say(other, "dari tab dua")
    expect(one.locator(".own")).to_have_count(2)
    tipline.say("jawaban dua")
    for page in (one, other):
        expect(page.locator(".ours")).to_have_count(2)
        assert sorted(lines(page)) == sorted(["[dari tab satu]", "jawaban satu", "[dari tab dua]", "jawaban dua"])
    assert tipline.heard() == ["dari tab satu", "dari tab dua"]


def test_a_hidden_tab_lets_go_and_catches_up_in_order(open_page: Open, tipline: Tipline, clock: Clock) -> None:
    page, other = open_page(), open_page()
    see = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true}); "
    see += "document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(see, True)
    for text in ("satu", "dua"):
        clock.pass_(seconds=5)
        say(other, text)
        expect(other.locator(".own .state").last).to_have_text("terkirim")
        clock.pass_(seconds=5)
        tipline.say(f"jawaban {text}")
        expect(other.locator(".ours").last).to_contain_text(f"jawaban {text}")
    page.wait_for_timeout(600)
    assert lines(page) == ["[satu]", "[dua]"]
    page.evaluate(see, False)
    expect(page.locator(".ours")).to_have_count(2)
    assert lines(page) == ["[satu]", "jawaban satu", "[dua]", "jawaban dua"]


def test_nothing_is_lost_while_the_server_restarts(
    tipline: Tipline, clock: Clock, open_page: Open, complaints: list[str]
) -> None:
    server = Server(build(tipline, clock))
    server.start()
    page = open_page(server.url)
    say(page, "sebelum")
    expect(page.locator(".own .state")).to_have_text("terkirim")
    server.stop()
    expect(page.locator("#status")).to_have_text("menghubungkan kembali…")
    say(page, "selama mati")
    say(page, "masih mati")
    expect(page.locator(".own .state").last).to_have_text("menunggu dikirim")
    tipline.say("jawaban selama mati")
    back = Server(build(tipline, clock), server.port)
    back.start()
    expect(page.locator(".own .state").last).to_have_text("terkirim", timeout=20_000)
    expect(page.get_by_text("jawaban selama mati")).to_be_visible()
    assert tipline.heard() == ["sebelum", "selama mati", "masih mati"]
    tipline.say("jawaban sesudahnya")
    expect(page.get_by_text("jawaban sesudahnya")).to_be_visible()
    expect(page.locator("#status")).not_to_have_text("menghubungkan kembali…")
    page.close()
    back.stop()
    assert all("ERR_" in complaint for complaint in complaints)
    complaints.clear()


def test_a_message_survives_closing_the_page(open_page: Open, tipline: Tipline, complaints: list[str]) -> None:
    page = open_page()
    page.context.set_offline(True)
    say(page, "ditulis tanpa sinyal")
    page.close()
    assert tipline.heard() == []
    page.context.set_offline(False)
    again = open_page()
    expect(again.locator(".own .state")).to_have_text("terkirim")
    assert lines(again) == ["[ditulis tanpa sinyal]"]
    assert tipline.heard() == ["ditulis tanpa sinyal"]
    complaints.clear()


def test_a_lost_answer_doubles_nothing(open_page: Open, tipline: Tipline, complaints: list[str]) -> None:
    page = open_page()
    losses = iter([True, True, False])

    def lose(route: Route) -> None:
        if next(losses, False):
            route.fetch()  # the server stores it …
            route.abort()  # … and the browser never hears of it
        else:
            route.continue_()

    page.route("**/chat/messages", lose)
    say(page, "sinyal putus")
    expect(page.locator(".own .state")).to_have_text("terkirim")
    assert len(tipline.deliveries) == 3
    assert tipline.heard() == ["sinyal putus"]
    assert lines(page) == ["[sinyal putus]"]
    complaints.clear()


def test_a_message_that_is_too_long_stays_in_the_box(open_page: Open, tipline: Tipline) -> None:
    page = open_page()
    say(page, "a" * 8001)
    expect(page.get_by_role("alert")).to_contain_text("terlalu panjang")
    assert len(page.get_by_label("Ketik pesan").input_value()) == 8001
    say(page, "🙏" * 8000)
    expect(page.locator(".own .state")).to_have_text("terkirim")
    expect(page.get_by_role("alert")).to_be_hidden()
    assert tipline.heard() == ["🙏" * 8000]


def test_a_refused_message_comes_back_to_the_box(
    open_page: Open, context: BrowserContext, complaints: list[str]
) -> None:
    page = open_page()
    context.clear_cookies()
    say(page, "kuki saya hilang")
    expect(page.get_by_role("alert")).to_contain_text("kuki")
    expect(page.get_by_label("Ketik pesan")).to_have_value("kuki saya hilang")
    expect(page.locator(".own")).to_have_count(0)
    assert all("403" in complaint for complaint in complaints)
    complaints.clear()


def test_a_long_forward_is_folded_and_a_long_answer_starts_at_its_top(open_page: Open, tipline: Tipline) -> None:
    page = open_page()
    say(page, LONG)
    own = page.locator(".own .bubble")
    expect(own.get_by_text("Baca selengkapnya")).to_be_visible()
    folded = own.bounding_box()
    own.locator("summary").click()
    opened = own.bounding_box()
    assert folded
    assert opened
    assert opened["height"] > 2 * folded["height"]
    own.get_by_text("Ciutkan").click()
    tipline.say("Begini penjelasannya. " * 120)
    expect(page.locator(".ours")).to_be_visible()
    page.wait_for_timeout(300)
    answer, room = page.locator(".ours .bubble").bounding_box(), page.locator("#scroller").bounding_box()
    assert answer
    assert room
    assert answer["height"] > room["height"]
    assert 0 <= answer["y"] - room["y"] < 100


def test_reading_above_is_not_disturbed(open_page: Open, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: ("jawaban " * 30, ())
    page = open_page()
    for number in range(6):
        say(page, f"pertanyaan {number}")
        expect(page.locator(".ours")).to_have_count(number + 1)
    page.locator("#scroller").evaluate("element => { element.scrollTop = -500 }")
    first = page.locator(".own").nth(2)
    before = first.bounding_box()
    tipline.say("kabar baru " * 20)
    newest = page.get_by_role("button", name="Ke pesan terbaru")
    expect(newest.locator("span")).to_have_text("1")
    after = first.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 1
    newest.click()
    expect(newest).to_be_hidden()
    expect(page.locator(".ours").last).to_be_in_viewport()


def test_a_late_reply_shows_what_it_answers(open_page: Open, tipline: Tipline) -> None:
    page = open_page()
    say(page, "pertanyaan satu")
    expect(page.locator(".own .state").last).to_have_text("terkirim")
    asked = str(page.locator(".own").get_attribute("data-id"))
    say(page, "pertanyaan dua")
    expect(page.locator(".own .state").last).to_have_text("terkirim")
    tipline.say("jawaban satu", refers_to=asked)
    expect(page.locator(".quote")).to_have_text("Menjawab: pertanyaan satu")
    expect(page.locator("#typing")).to_be_visible()  # the second is still awaited
    page.reload()
    expect(page.locator(".quote")).to_have_text("Menjawab: pertanyaan satu")


def test_without_a_script_the_page_still_works(chromium: Browser, server: Server, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: (f"Anda memilih {choice}.", ()) if choice else OFFER
    context = chromium.new_context(java_script_enabled=False, locale="id-ID", viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(server.url)
    say(page, "vaksin\ncip")
    expect(page.locator(".ours")).to_be_in_viewport()
    page.get_by_role("button", name="2 Lainnya").click()
    expect(page.get_by_text("Anda memilih pilih-2.")).to_be_in_viewport()
    say(page, "")
    expect(page.get_by_role("alert")).to_have_text("Tulis dulu pesannya, ya.")
    assert tipline.heard() == ["vaksin\ncip", "Lainnya"]
    tipline.answer = lambda text, choice: None
    page.goto(server.url)
    say(page, "banjir")
    expect(page.locator(".own").last).to_be_in_viewport()
    tipline.say("Jawaban yang menyusul.")
    expect(page.get_by_text("Jawaban yang menyusul.")).to_be_in_viewport()
    context.close()
