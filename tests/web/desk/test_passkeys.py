"""Passkeys in a real Chromium, with an authenticator of its own; and what is refused without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.conftest import Clock
from tests.web.conftest import CHROMIUM, Server
from tests.web.desk.conftest import OURS, PASSWORD, Newsroom

from periksa.web.desk.passkeys import ASKED

pytestmark = pytest.mark.network
browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]


@pytest.fixture
def home(server: Server) -> str:
    """A passkey is bound to a name, never to a number: the same server by its name."""
    return server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(newsroom: Newsroom, context: BrowserContext, home: str) -> Page:
    """Ayu's account, on a device that has a lock."""
    context.add_cookies([{"name": "periksa-desk", "value": newsroom.hire("ayu"), "url": home}])
    page = context.new_page()
    page.goto(f"{home}/desk/account")
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    lock = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": lock | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    return page


def make(page: Page, password: str = PASSWORD) -> None:
    section = page.get_by_role("region", name="Kunci sandi (passkey)")
    section.get_by_label("Nama perangkat").fill("ponsel Ayu")
    section.get_by_label("Kata sandi").fill(password)
    section.get_by_role("button", name="Buat kunci sandi").click()


class TestInABrowser:
    """From one to the next sign-in."""

    pytestmark = browser

    def test_it_is_made_and_opens_the_desk(self, newsroom: Newsroom, page: Page, home: str) -> None:
        make(page)
        expect(page.get_by_role("status")).to_have_text("Kunci sandi tersimpan.")
        expect(page.get_by_text("ponsel Ayu")).to_be_visible()
        page.get_by_role("button", name="Keluar", exact=True).click()

        page.goto(f"{home}/desk/sign-in?next=/desk/account")
        page.get_by_role("button", name="Masuk dengan kunci sandi").click()
        expect(page.get_by_role("heading", name="Akun: ayu")).to_be_visible()
        assert ("ayu", "signed in", "", "by a passkey") in newsroom.audit()
        assert PASSWORD not in str(newsroom.audit())

        page.get_by_role("button", name="Hapus: ponsel Ayu").click()
        expect(page.get_by_role("status")).to_have_text("Kunci sandi dihapus.")
        page.get_by_role("button", name="Keluar", exact=True).click()
        page.get_by_role("button", name="Masuk dengan kunci sandi").click()
        expect(page.get_by_role("alert")).to_have_text("Kunci sandi ini tidak diterima.")

    def test_it_takes_the_password_to_make_one(self, newsroom: Newsroom, page: Page) -> None:
        make(page, "kuda-baterai-staples-salah")
        expect(page.get_by_role("alert")).to_have_text("Kata sandi sekarang salah.")
        assert ("ayu", "added a passkey", "", "") not in newsroom.audit()

    def test_another_password_by_a_link_ends_it_and_whoever_is_disabled_is_out(
        self, newsroom: Newsroom, page: Page, home: str
    ) -> None:
        make(page)
        expect(page.get_by_role("status")).to_have_text("Kunci sandi tersimpan.")
        ayu = newsroom.staffing.named("ayu")
        assert ayu is not None
        newsroom.staffing.disable(ayu.id, "operator")
        page.goto(f"{home}/desk/sign-in")
        page.get_by_role("button", name="Masuk dengan kunci sandi").click()
        expect(page.get_by_role("alert")).to_have_text("Kunci sandi ini tidak diterima.")
        newsroom.staffing.enable(ayu.id, "operator")
        newsroom.staffing.accept(newsroom.staffing.renew(ayu.id, "operator").token, PASSWORD)
        page.get_by_role("button", name="Masuk dengan kunci sandi").click()
        expect(page.get_by_role("alert")).to_have_text("Kunci sandi ini tidak diterima.")


# ---------------------------------------------------------------- without a browser


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, headers=OURS) as http:
        yield http


@pytest.mark.parametrize(
    "credential",
    ["", "{", "[]", "[" * 20_000, '{"rawId": 7}', '{"rawId": "eA", "response": {"clientDataJSON": "e30"}}', "null"],
)
def test_what_is_no_answer_is_refused(http: httpx2.Client, credential: str) -> None:
    answer = http.post("/desk/sign-in/passkey", data={"credential": credential})
    assert answer.status_code == 403
    assert "Kunci sandi ini tidak diterima." in answer.text


def test_a_challenge_nobody_put_is_refused(http: httpx2.Client, clock: Clock) -> None:
    asked = http.post("/desk/sign-in/passkey/options").json()
    assert asked["userVerification"] == "required"
    clock.pass_(minutes=6)
    answer = http.post("/desk/sign-in/passkey", data={"credential": _claiming(asked["challenge"])})
    assert answer.status_code == 403


def test_tries_are_counted(http: httpx2.Client) -> None:
    answers = [http.post("/desk/sign-in/passkey", data={"credential": "{}"}) for _ in range(42)]
    assert "Terlalu" in answers[-1].text
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "900")
    assert "Terlalu" not in answers[0].text


def test_whoever_asks_without_end_fills_no_disk(http: httpx2.Client, clock: Clock) -> None:
    statuses = [http.post("/desk/sign-in/passkey/options").status_code for _ in range(ASKED + 1)]
    assert statuses == [200] * ASKED + [429]
    assert "Terlalu" in http.post("/desk/sign-in/passkey/options").json()["trouble"]
    clock.pass_(minutes=3)
    assert http.post("/desk/sign-in/passkey/options").status_code == 200


def test_a_form_from_elsewhere_is_refused(server: Server) -> None:
    evil = {"sec-fetch-site": "cross-site"}
    assert httpx2.post(f"{server.url}/desk/sign-in/passkey", data={}, headers=evil).status_code == 403


def _claiming(challenge: str) -> str:
    from base64 import urlsafe_b64encode

    said: dict[str, Any] = {"type": "webauthn.get", "challenge": challenge, "origin": "http://localhost"}
    client = urlsafe_b64encode(json.dumps(said).encode()).decode()
    return json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": client}})
