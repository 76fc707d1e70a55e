"""Telling in a real Chromium, to people on a fake platform: all of them, stopped, put right, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from tests.conftest import Clock
from tests.web.conftest import CHROMIUM, Server, Tipline
from tests.web.desk.conftest import RUMOUR, Newsroom
from tests.web.desk.test_desk_browser import FAINT, NAMELESS, SMALL, TINY, WIDE, enter  # noqa: F401 - a fixture

from periksa.channels.whatsapp import WhatsApp
from periksa.ingest import Ingest
from periksa.model import Address, JobKind, Message, MessageKind, Role
from periksa.review import Review
from periksa.sending import Sending
from periksa.web.fake_graph import FakeGraph, Settings, build, running
from periksa.worker import Pace, Workers, back_off

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
GRAPH = Settings("token-uji", "rahasia", "kata sandi", "200300400500600")
PEOPLE = ["6281355501001", "6281355501002", "6281355501003"]


@dataclass
class Platform:
    """The fake platform, and those who ask on it."""

    newsroom: Newsroom
    fake: FakeGraph
    workers: Workers

    def ask(self, text: str, *phones: str) -> str:
        """They ask it; the id of the case."""
        for phone in phones or PEOPLE:
            id, at = self.newsroom.new_id(), self.newsroom.clock()
            self.newsroom.do(lambda tx, phone=phone, id=id, at=at: _ask(tx, phone, text, id, at))
        return self.newsroom.cases()[0].id

    def work(self) -> None:
        """Everything that is to be done is done."""
        self.newsroom.clock.pass_(seconds=5)
        self.workers.drain()

    def got(self, phone: str) -> list[str]:
        """What this person was sent, in words."""
        sent = [one.payload for one in self.fake.recorded() if one.payload.get("to") == phone]
        return [str(each.get("text") or each.get("interactive")) for each in sent]


def _ask(tx: object, phone: str, text: str, id: str, at: object) -> None:
    contact = tx.contacts.resolve([Address("whatsapp", phone)], f"c-{phone}", at)  # type: ignore[attr-defined]
    tx.messages.add(Message(id, contact, "whatsapp", f"wamid.{id}", MessageKind.TEXT, at, at, text=text))  # type: ignore[attr-defined,arg-type]
    tx.contacts.touch(contact, "whatsapp", at)  # type: ignore[attr-defined]
    tx.cases.join([text], text, id, at, f"case-{id}")  # type: ignore[attr-defined]


@contextmanager
def on_a_platform(newsroom: Newsroom, clock: Clock, new_id: Callable[[], str]) -> Iterator[Platform]:
    """The newsroom reaches its people by the fake platform."""
    fake = FakeGraph(GRAPH, clock, new_id)
    with running(build(fake)) as url:
        whatsapp = WhatsApp([GRAPH.secret], GRAPH.verify_token, GRAPH.token, GRAPH.phone_number_id, url)
        channels = {"whatsapp": whatsapp}
        newsroom.review = Review(newsroom.store, channels, newsroom.finder, clock)
        shifts = {
            JobKind.INDEX: Ingest(newsroom.store, (), newsroom.index, clock).add,
            JobKind.FOLLOW_UP: newsroom.review.follow_up,
            JobKind.CORRECT: newsroom.review.correct,
            JobKind.REVIEW: newsroom.review.review,
            JobKind.SEND: Sending(newsroom.store, channels, clock, back_off, timedelta(seconds=60), 3).send,
        }
        yield Platform(newsroom, fake, Workers(shifts, newsroom.store, clock, Pace(timedelta(seconds=30), 3, 50)))
        whatsapp.close()


@pytest.fixture
def platform(newsroom: Newsroom, clock: Clock, new_id: Callable[[], str]) -> Iterator[Platform]:
    with on_a_platform(newsroom, clock, new_id) as standing:
        yield standing


@pytest.fixture
def app(tipline: Tipline, newsroom: Newsroom, platform: Platform) -> Starlette:
    return newsroom.app(tipline)


def test_sending_is_stopped_and_goes_on(platform: Platform, enter: Callable[..., Page]) -> None:  # noqa: F811
    case = platform.ask(RUMOUR)
    platform.newsroom.review.answer(case, "luwak", "ayu")
    platform.newsroom.work()
    page = enter(f"/desk/cases/{case}")
    expect(page.get_by_text("0 orang sudah dikirimi")).to_be_visible()
    page.get_by_role("button", name="Hentikan pengiriman").click()
    expect(page.get_by_role("status")).to_contain_text("3 kiriman ditarik")
    platform.work()
    assert [platform.got(phone) for phone in PEOPLE] == [[], [], []]
    page.get_by_role("button", name="Lanjutkan: kabari sisanya").click()
    platform.work()
    expect(page.get_by_text("3 orang sudah dikirimi")).to_be_visible()
    assert [len(platform.got(phone)) for phone in PEOPLE] == [1, 1, 1]


def test_an_own_answer_goes_out_and_comes_back(platform: Platform, enter: Callable[..., Page]) -> None:  # noqa: F811
    case = platform.ask("bansos beras sepuluh kilo dibagikan besok di kelurahan")
    page = enter(f"/desk/cases/{case}", role=Role.PUBLISHER)
    page.get_by_role("link", name="Tulis jawaban sendiri").click()
    page.get_by_label("Klaim").fill("Bansos beras sepuluh kilo dibagikan besok di semua kelurahan.")
    page.get_by_label("Kesimpulan").fill("Salah")
    page.get_by_label("Alasan").fill("Dinas sosial menyatakan tidak ada pembagian beras bulan ini.")
    page.get_by_label("Sumber").fill("https://dinsos.example/siaran/12")
    page.get_by_role("button", name="Simpan dan lihat sebelum terbit").click()
    expect(page.get_by_text("pada skala: tidak benar")).to_be_visible()
    page.get_by_role("button", name="Terbitkan dan kirim ke 3 orang").click()
    expect(page.get_by_role("status")).to_contain_text("Terjawab. 3 orang")
    platform.work()
    for phone in PEOPLE:
        [told] = platform.got(phone)
        assert "Dinas sosial menyatakan tidak ada pembagian beras bulan ini." in told
        assert "/articles/own-" in told

    page.get_by_role("link", name="Jawaban sendiri", exact=True).click()
    page.get_by_role("link", name="Bansos beras sepuluh kilo").click()
    page.get_by_role("link", name="Tarik jawaban ini").click()
    expect(page.get_by_text("3 orang yang pernah menerimanya")).to_be_visible()
    page.get_by_role("button", name="Tarik untuk seterusnya").click()
    expect(page.get_by_role("status")).to_contain_text("Ditarik")
    platform.work()
    assert ["telah kami tarik" in platform.got(phone)[-1] for phone in PEOPLE] == [True, True, True]


def test_what_is_looked_up_beside_a_case_appears_by_itself(platform: Platform, enter: Callable[..., Page]) -> None:  # noqa: F811
    old = platform.ask(f"{RUMOUR} sekali", PEOPLE[0])
    platform.newsroom.review.answer(old, "luwak", "ayu")
    case = platform.ask(RUMOUR, PEOPLE[1])
    page = enter(f"/desk/cases/{case}")
    page.get_by_role("link", name="Jawab dengan cek fakta yang sama").click()
    expect(page.get_by_role("button", name="Kirim ke 1 orang")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["360", "1280"])
def test_every_page_fits_and_can_be_read(
    platform: Platform,
    enter: Callable[..., Page],  # noqa: F811
    server: Server,
    size: dict[str, int],
    theme: str,
) -> None:
    newsroom = platform.newsroom
    case = platform.ask(f"{RUMOUR} {'x' * 900} 2024 Jakarta")
    page = enter(role=Role.PUBLISHER)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    newsroom.review.answer(case, "luwak", "ayu")
    newsroom.work()
    other = platform.ask("kopi luwak bersertifikat 5 juta di Bandung", PEOPLE[0])
    settled = [f"cases/{case}", f"cases/{case}/progress", f"cases/{case}/instead?number=1&article=garam"]
    for path in [
        *settled,
        f"cases/{other}",
        f"cases/{other}/said",
        f"cases/{other}/past",
        f"cases/{other}/write",
        "writing",
    ]:
        page.goto(f"{server.url}/desk/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(FAINT) == [], path
        assert page.locator("h1").count() == 1, path
        if size is SMALL:
            assert page.evaluate(TINY) == [], path
