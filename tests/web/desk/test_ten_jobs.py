"""The ten real jobs of a newsroom, each from its beginning to what people get, in a real Chromium."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from starlette.applications import Starlette
from tests.conftest import Clock
from tests.web.conftest import CHROMIUM, Open, Server, Tipline
from tests.web.desk.conftest import PASSWORD, RUMOUR, Newsroom
from tests.web.desk.test_broadcasts import follow, got, hand_out
from tests.web.desk.test_desk_browser import SMALL, TINY, WIDE, enter
from tests.web.desk.test_telling_browser import GRAPH, PEOPLE, Platform, on_a_platform

from periksa.app import build
from periksa.app import clock as real_clock
from periksa.config import load
from periksa.model import CaseState, JobKind, Role
from periksa.web.fake_graph import FakeGraph, running
from periksa.web.fake_graph import build as build_graph
from periksa.web.fake_graph.hooks import Written, messages, sign

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
__all__ = ["enter"]
Enter = Callable[..., Page]
OTHER, THIRD = "bansos cair besok", "vaksin polio mandul"


@pytest.fixture
def platform(newsroom: Newsroom, clock: Clock, new_id: Callable[[], str]) -> Iterator[Platform]:
    with on_a_platform(newsroom, clock, new_id) as standing:
        yield standing


@pytest.fixture
def app(tipline: Tipline, newsroom: Newsroom, platform: Platform) -> Starlette:
    return newsroom.app(tipline)


# ---------------------------------------------------------------- 1


def test_first_login(newsroom: Newsroom, server: Server, open_page: Open) -> None:
    newsroom.ask(RUMOUR, "rina", "siti", key="luwak")
    link = newsroom.staffing.invite("ayu", Role.EDITOR, "operator").token
    page = open_page(f"{server.url}/desk/invitations/{link}")
    page.set_viewport_size(WIDE)
    page.get_by_label("Kata sandi baru").fill(PASSWORD)
    page.get_by_label("Sekali lagi").fill(PASSWORD)
    page.get_by_role("button", name="Simpan dan masuk").click()
    expect(page.get_by_role("status")).to_contain_text("Selamat datang")
    page.get_by_role("button", name="Keluar").click()

    page.get_by_label("Nama").fill("ayu")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("heading", name="Kotak masuk")).to_be_visible()
    expect(page.get_by_role("link", name=RUMOUR)).to_be_visible()


# ---------------------------------------------------------------- 2

ASKERS, AT_ONCE = 5_000, 20
FORWARD = "Air rebusan kulit durian menyembuhkan segala penyakit dalam tiga hari, sebarkan"
FORMS = (FORWARD, FORWARD.upper(), f"‼️{FORWARD}‼️ 🙏🙏", f"  {FORWARD}. ", f"*{FORWARD}*")
"""One rumour, as it changes from group to group."""


def surge(url: str, fake: FakeGraph) -> None:
    """5,000 people, all at once, through the door that the platform uses."""
    people = [f"62811{number:08}" for number in range(ASKERS)]
    fake.wrote(*people)

    def deliver(first: int) -> None:
        row = [
            Written(phone, FORMS[number % len(FORMS)], f"wamid.{number}", forwarded=True, frequently_forwarded=True)
            for number, phone in enumerate(people[first : first + AT_ONCE], first)
        ]
        raw = messages(GRAPH, row, real_clock())
        answer = http.post(
            f"{url}/hooks/whatsapp", content=raw, headers={"x-hub-signature-256": sign(GRAPH.secret, raw)}
        )
        assert answer.status_code == 200

    with httpx2.Client(timeout=60) as http, ThreadPoolExecutor(4) as hands:
        list(hands.map(deliver, range(0, ASKERS, AT_ONCE)))


@pytest.mark.slow
def test_a_surge_of_one_rumour_becomes_one_case_that_is_seen_to_grow(tmp_path: Path, context: BrowserContext) -> None:
    """The whole product: signed webhooks, SQLite, workers, replies to a platform. Takes about half a minute."""
    fake = FakeGraph(GRAPH, real_clock, lambda: "")
    with running(build_graph(fake)) as graph_url:
        settings = {
            "PERIKSA_DATA_DIR": str(tmp_path),
            "PERIKSA_WHATSAPP_TOKEN": GRAPH.token,
            "PERIKSA_WHATSAPP_PHONE_NUMBER_ID": GRAPH.phone_number_id,
            "PERIKSA_WHATSAPP_APP_SECRET": GRAPH.secret,
            "PERIKSA_WHATSAPP_VERIFY_TOKEN": GRAPH.verify_token,
            "PERIKSA_WHATSAPP_GRAPH_URL": graph_url,
            "PERIKSA_WHATSAPP_RECEIPTS": "false",
        }
        with build(load(None, settings).config) as periksa:
            server = Server(periksa.site())
            server.start()
            periksa.workers.start()
            token = periksa.staffing.accept(periksa.staffing.invite("ayu", Role.EDITOR, "x").token, PASSWORD).token
            context.add_cookies([{"name": "periksa-desk", "value": token, "url": server.url}])
            page = context.new_page()
            page.set_viewport_size(WIDE)
            page.goto(f"{server.url}/desk/inbox")
            expect(page.get_by_text("Tidak ada kasus yang menunggu.")).to_be_visible()
            page.evaluate("window.opened = true")
            with ThreadPoolExecutor(1) as outside:
                storm = outside.submit(surge, server.url, fake)
                seen = watched(page)
                storm.result()
            assert len(seen) >= 3, seen
            assert seen == sorted(seen)
            assert page.evaluate("window.opened"), "it was loaded anew"
            [case] = periksa.store.read(lambda tx: tx.cases.list(CaseState.OPEN))
            assert case.asked == ASKERS
            assert periksa.store.read(lambda tx: tx.cases.count_waiting(case.id)) == ASKERS
            page.goto("about:blank")
            server.stop()


def watched(page: Page) -> list[int]:
    """How often the only case was asked, as the list says by itself, until all are there."""
    seen: list[int] = []
    deadline = time.monotonic() + 60
    while not seen or seen[-1] < ASKERS:
        assert time.monotonic() < deadline, seen
        page.wait_for_timeout(200)
        shown = page.locator(".cases .asked strong").all_inner_texts()
        assert len(shown) <= 1, shown
        if shown and (now := int(shown[0].replace(".", ""))) not in seen:
            seen.append(now)
    return seen


# ---------------------------------------------------------------- 3, 4, 5


def answered(platform: Platform, enter: Enter) -> Page:
    """The page of a case that was answered, by a publisher, and everyone was told."""
    case = platform.ask(RUMOUR)
    page = enter(f"/desk/cases/{case}", role=Role.PUBLISHER)
    page.get_by_role("link", name=re.compile("Lihat yang akan dikirim Kopi luwak")).click()
    expect(page.get_by_text("3 orang menunggu kabar.")).to_be_visible()
    expect(page.get_by_text("Langsung menerima jawabannya")).to_be_visible()
    assert [platform.got(phone) for phone in PEOPLE] == [[], [], []]
    page.get_by_role("button", name="Kirim ke 3 orang").click()
    expect(page.get_by_role("status")).to_have_text("Terjawab. 3 orang sedang dikabari.")
    platform.work()
    return page


def test_answer_and_tell_all(platform: Platform, enter: Enter) -> None:
    page = answered(platform, enter)
    expect(page.get_by_text("3 orang sudah dikirimi")).to_be_visible()  # by itself
    expect(page.get_by_role("button", name="Hentikan pengiriman")).to_be_hidden()
    for phone in PEOPLE:
        [told] = platform.got(phone)
        assert "Kopi luwak bersertifikat dapat menyembuhkan diabetes." in told
        assert "https://cek.example/luwak" in told
    page.keyboard.press("u")
    expect(page.get_by_text("Tidak ada kasus yang menunggu.")).to_be_visible()
    platform.work()
    assert [len(platform.got(phone)) for phone in PEOPLE] == [1, 1, 1]


def test_a_correction(platform: Platform, enter: Enter) -> None:
    page = answered(platform, enter)
    page.locator("[data-search]").fill("garam")
    page.get_by_role("button", name="Cari").click()
    page.get_by_role("link", name=re.compile("Lihat yang akan dikirim Air garam")).click()
    expect(page.get_by_role("heading", name="Ini ralat yang akan dikirim")).to_be_visible()
    page.get_by_role("button", name="Kirim ralat ke 3 orang").click()
    expect(page.get_by_role("status")).to_contain_text("Dijawab ulang")
    platform.work()
    page.get_by_role("link", name="Tarik jawabannya: tidak dapat diperiksa").click()
    page.get_by_role("button", name="Katakan kepada 3 orang").click()
    platform.work()
    platform.work()
    for phone in PEOPLE:
        first, second, third = platform.got(phone)
        assert "Kopi luwak bersertifikat dapat menyembuhkan diabetes." in first
        assert "Pembaruan: yang pernah kami kirim" in second
        assert "Berkumur air garam" in second
        assert "tidak dapat kami periksa" in third


def test_a_retraction(newsroom: Newsroom, enter: Enter) -> None:
    case = newsroom.ask(RUMOUR, "rina", "siti", key="luwak")
    newsroom.review.answer(case.id, "luwak", "ayu")
    newsroom.work()
    newsroom.do(lambda tx: (tx.changes.withdrawn(["luwak"], newsroom.clock()), tx.articles.drop(["luwak"])))
    page = enter("/desk/library/corrections", Role.PUBLISHER)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tidak ada lagi di pustaka.")).to_be_visible()
    expect(page.get_by_text("Tidak berlaku lagi")).to_be_visible()
    page.get_by_role("button", name="Kabari lagi").click()
    expect(page.get_by_role("status")).to_contain_text("sedang dikabari")
    jobs = newsroom.do(lambda tx: tx.jobs.claim([JobKind.CORRECT], 9, newsroom.clock(), timedelta(seconds=30)))
    newsroom.review.correct(jobs)
    page.reload()
    expect(page.get_by_text("2 orang sudah mendapat pembaruan")).to_be_visible()
    for person in ("rina", "siti"):
        assert "ditarik penerbitnya" in newsroom.told(person)[-1].reply.text


# ---------------------------------------------------------------- 6


def test_merge_and_undo(newsroom: Newsroom, enter: Enter) -> None:
    three(newsroom)
    page = enter()
    page.get_by_role("checkbox", name=f"Pilih: {RUMOUR}").check()
    page.get_by_role("checkbox", name=f"Pilih: {OTHER}").check()
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.get_by_role("status")).to_have_text("Selesai: 2 kasus.")
    expect(page.locator(".cases > li")).to_have_count(2)
    expect(page.locator(".cases > li").first).to_contain_text("5 kali")
    page.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_role("status")).to_have_text("Diurungkan.")
    expect(page.locator(".cases > li")).to_have_count(3)
    assert sorted(case.asked for case in newsroom.cases()) == [1, 2, 3]


def three(newsroom: Newsroom) -> None:
    newsroom.ask(RUMOUR, "rina", "siti", "tono")
    newsroom.ask(OTHER, "rina", "siti")
    newsroom.ask(THIRD, "rina")


# ---------------------------------------------------------------- 7


def test_a_broadcast_is_tried_first_and_then_sent(newsroom: Newsroom, enter: Enter) -> None:
    follow(newsroom, "rina", "siti", topic="health")
    follow(newsroom, "tono", topic="disaster")
    page = enter("/desk/broadcasts", Role.PUBLISHER)
    page.get_by_label("Cek fakta: id atau tautannya").fill("luwak")
    page.get_by_label("Topik").select_option("health")
    page.get_by_role("button", name="Lihat dulu").click()
    expect(page.get_by_text("2 orang akan mendapatnya.")).to_be_visible()
    shown = page.locator(".bubble .words").inner_text()
    assert hand_out(newsroom) == 0
    page.get_by_role("button", name="Siarkan kepada 2 orang").click()
    expect(page.get_by_role("status")).to_have_text("Siaran sedang dikirim.")
    assert hand_out(newsroom) == 1
    assert [[each.replace("*", "") for each in got(newsroom, who)] for who in ("rina", "siti", "tono")] == [
        [shown],
        [shown],
        [],
    ]


# ---------------------------------------------------------------- 8


def test_a_shift_by_keys_alone(newsroom: Newsroom, enter: Enter) -> None:
    three(newsroom)
    page = enter()
    press = page.keyboard.press
    press("j")
    expect(page.get_by_role("link", name=RUMOUR)).to_be_focused()
    press("j")
    expect(page.get_by_role("link", name=OTHER)).to_be_focused()
    press("k")
    press("k")
    press("Enter")
    page.wait_for_url(re.compile("/desk/cases/"))
    press("/")
    page.keyboard.type("kopi luwak diabetes")
    press("Enter")
    expect(page.get_by_role("heading", name="Hasil pencarian")).to_be_visible()
    press("j")
    expect(page.locator("[data-answer]").first).to_be_focused()
    press("a")
    page.wait_for_url(re.compile("/answer"))
    press("u")
    page.wait_for_url(re.compile("/desk/cases/[^/]+$"))
    press("a")
    page.wait_for_url(re.compile("/answer"))
    tab_to(page, "Kirim ke 3 orang")
    press("Enter")
    expect(page.get_by_role("status")).to_contain_text("3 orang")
    assert len(newsroom.cases()) == 2

    press("z")
    expect(page.get_by_role("heading", name="Jawab dengan cek fakta")).to_be_visible()
    press("u")
    expect(page.locator(".cases > li")).to_have_count(3)
    newsroom.work()
    assert newsroom.told("rina") == []
    press("?")
    help = page.get_by_role("dialog", name="Tombol pintas")
    expect(help).to_be_visible()
    for words in ("kembali ke daftar", "urungkan yang terakhir", "Pustaka", "Siaran", "Angka", "Mutu"):
        expect(help).to_contain_text(words)
    press("Escape")
    sections = [("l", "Pustaka"), ("w", "Jawaban sendiri"), ("b", "Siaran"), ("q", "Mutu"), ("n", "Angka")]
    for key, title in [*sections, ("a", "Akun"), ("i", "Kotak masuk")]:
        press("g")
        press(key)
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def tab_to(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"{name} cannot be reached with Tab")


# ---------------------------------------------------------------- 9


def test_a_shift_at_360_pixels(newsroom: Newsroom, enter: Enter) -> None:
    three(newsroom)
    page = enter()
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], page.url
        assert page.evaluate(TINY) == [], page.url

    fits()
    for name in (RUMOUR, OTHER):
        page.get_by_role("checkbox", name=f"Pilih: {name}").check()
    fits()
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.locator(".cases > li")).to_have_count(2)
    fits()
    page.get_by_role("button", name="Urungkan").click()
    expect(page.locator(".cases > li")).to_have_count(3)
    page.get_by_role("link", name=RUMOUR).click()
    fits()
    page.get_by_role("button", name="Saya kerjakan").click()
    expect(page.get_by_text("ayu mengerjakannya.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Lihat yang akan dikirim Kopi luwak")).click()
    fits()
    reach = page.locator(".reach dd").first.bounding_box()
    assert reach is not None
    assert reach["height"] < 60, "a figure on one line"
    page.get_by_role("button", name="Kirim ke 3 orang").click()
    expect(page.get_by_role("status")).to_contain_text("3 orang")
    fits()
    for section in ("Jawaban sendiri", "Pustaka", "Siaran", "Mutu", "Angka", "Kotak masuk"):
        page.get_by_role("navigation").get_by_role("link", name=section, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(section)
        fits()


# ---------------------------------------------------------------- 10


def test_a_viewer_who_tries_to_publish(newsroom: Newsroom, enter: Enter, complaints: list[str]) -> None:
    case = newsroom.ask(RUMOUR, "rina", "siti", key="luwak").id
    page = enter(f"/desk/cases/{case}", role=Role.VIEWER, name="vina")
    expect(page.get_by_role("link", name=re.compile("Lihat yang akan dikirim"))).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Kirim|Terbitkan|Spam"))).to_have_count(0)
    page.keyboard.press("a")
    page.keyboard.press("!")
    assert page.url.endswith(case)
    form = f"""() => {{ const form = document.createElement("form");
      form.method = "post"; form.action = "/desk/cases/{case}/answer";
      const article = document.createElement("input"); article.name = "article"; article.value = "luwak";
      form.append(article); document.body.append(form); form.submit(); }}"""
    page.evaluate(form)
    expect(page.get_by_role("heading", name="Bukan peran Anda")).to_be_visible()
    newsroom.work()
    assert newsroom.told("rina") == []
    assert [each.id for each in newsroom.cases()] == [case]
    assert [line for line in complaints if "403" not in line] == []
    complaints.clear()
