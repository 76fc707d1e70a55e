"""`periksa serve` and `periksa doctor` with Telegram: real processes before a server that plays the Bot API."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import httpx2
import pytest
from tests.channels.fake_telegram import RINA, TOKEN, FakeTelegram, buttons, person, private, refused, written
from tests.cli.conftest import free_port
from tests.cli.test_serve import answers, running, told_to, until

from periksa.web.fake_graph import running as served

pytestmark = pytest.mark.network

QUESTION = "air kelapa muda menetralkan bisa ular kobra"


@pytest.fixture
def fake() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def environ(fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with served(fake) as url:
        port = str(free_port())
        monkeypatch.setenv("PERIKSA_WEB_PORT", port)
        yield {"PERIKSA_TELEGRAM_TOKEN": TOKEN, "PERIKSA_TELEGRAM_API_URL": url, "PERIKSA_WEB_PORT": port}


def test_a_question_is_asked_for_answered_once_and_logged_nowhere(filled, fake, environ):
    fake.bring(message=written(41, text="/start"))
    with running("serve", last_line="Workers", **environ) as (serve, welcome):
        assert "Telegram   asked for messages" in welcome
        until(lambda: fake.sent)
        asked = {"message": written(42, text=QUESTION)}
        fake.bring(**asked)
        until(lambda: any("uji.example/air-kelapa" in sent["text"] for sent in fake.sent))
        until(lambda: not fake.waiting)
        status, logged = told_to(serve, signal.SIGTERM)
    assert status == 0
    answer = next(sent for sent in fake.sent if "uji.example/air-kelapa" in sent["text"])
    assert answer["chat_id"] == RINA
    assert answer["reply_parameters"]["message_id"] == 42
    assert {"type": "bold", "offset": answer["text"].index("SALAH"), "length": 5} in answer["entities"]
    for secret in ("kelapa", str(RINA), TOKEN, "Rina"):
        assert secret not in logged + welcome

    so_far = len(fake.sent)
    fake.bring(**asked)
    with running("serve", last_line="Workers", **environ) as (serve, _):
        until(lambda: not fake.waiting)
        fake.bring(message=written(43, text="Jembatan Kahayan runtuh akibat gempa"))
        until(lambda: any("Kahayan" in sent["text"] for sent in fake.sent[so_far:]))
        told_to(serve, signal.SIGTERM)
    assert not any("air-kelapa" in sent["text"] for sent in fake.sent[so_far:]), "said twice"


def test_an_offer_is_tapped_and_an_edit_is_answered_anew(filled, fake, environ):
    with running("serve", last_line="Workers", **environ) as (serve, _):
        fake.bring(message=written(42, text="air kelapa"))
        until(lambda: fake.sent)
        (offer,) = fake.sent
        assert buttons(offer)[0]["text"].startswith("1. Air kelapa muda")
        below = {"message_id": fake.number, "chat": private(), "reply_markup": offer["reply_markup"]}
        tap = {"id": "9", "from": person(), "message": below, "data": buttons(offer)[0]["callback_data"]}
        fake.bring(callback_query=tap)
        until(lambda: len(fake.sent) == 2)
        assert "https://uji.example/air-kelapa" in fake.sent[1]["text"]
        assert ("answerCallbackQuery", {"callback_query_id": "9"}) in fake.calls
        edited = written(42, text="Jembatan Kahayan runtuh akibat gempa", edit_date=1772352060)
        fake.bring(edited_message=edited)
        until(lambda: len(fake.sent) == 3)
        assert "https://uji.example/jembatan-kahayan" in fake.sent[2]["text"]
        assert fake.sent[2]["reply_parameters"]["message_id"] == 42
        told_to(serve, signal.SIGTERM)


def test_with_a_webhook_telegram_is_told_and_its_deliveries_are_answered(filled, fake, environ):
    webhook = {"PERIKSA_TELEGRAM_WEBHOOK": "https://tipline.example/hooks/telegram"}
    port = int(environ["PERIKSA_WEB_PORT"])
    with running("serve", last_line="Workers", **environ, **webhook) as (serve, welcome):
        assert "Telegram   webhook at /hooks/telegram" in welcome
        until(lambda: answers(port))
        assert fake.webhook == webhook["PERIKSA_TELEGRAM_WEBHOOK"]
        door = f"http://127.0.0.1:{port}/hooks/telegram"
        update = json.dumps({"update_id": 1, "message": written(42, text=QUESTION)})
        assert httpx2.post(door, content=update).status_code == 401
        brought = {"x-telegram-bot-api-secret-token": fake.secret}
        assert httpx2.post(door, content=update, headers=brought).status_code == 200
        until(lambda: any("uji.example/air-kelapa" in sent["text"] for sent in fake.sent))
        told_to(serve, signal.SIGTERM)
    assert "getUpdates" not in {method for method, _ in fake.calls}


def test_a_webhook_that_is_not_taken_does_not_keep_the_doors_shut(filled, fake, environ):
    fake.fail(refused(400, "Bad Request: bad webhook: IP address 10.0.0.1 is reserved"))
    webhook = {"PERIKSA_TELEGRAM_WEBHOOK": "https://tipline.example/hooks/telegram"}
    with running("serve", last_line="Workers", **environ, **webhook) as (serve, _):
        until(lambda: answers(int(environ["PERIKSA_WEB_PORT"])))
        _, logged = told_to(serve, signal.SIGTERM)
    assert "ip address 10.0.0.1 is reserved" in logged


# ---------------------------------------------------------------- doctor


@pytest.fixture
def doctor(periksa, monkeypatch, environ):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def look(*options: str) -> dict[str, dict[str, str]]:
        return {row["check"]: row for row in json.loads(periksa("doctor", "--json", *options).stdout)}

    return look


def test_doctor_says_how_messages_come(doctor, fake, monkeypatch):
    assert doctor()["Telegram"]["found"] == "on, asked for messages"
    assert fake.calls == []
    monkeypatch.setenv("PERIKSA_TELEGRAM_WEBHOOK", "https://tipline.example/hooks/telegram")
    assert doctor()["Telegram"]["found"] == "on, by webhook"
    monkeypatch.delenv("PERIKSA_TELEGRAM_WEBHOOK")
    monkeypatch.delenv("PERIKSA_TELEGRAM_TOKEN")
    assert doctor("--online")["Telegram"]["found"] == "off: telegram.token is not set"


def test_doctor_asks_telegram_who_we_are(doctor, fake, monkeypatch):
    assert doctor("--online")["Bot API"]["found"] == "knows us as @cekfaktauji_bot"
    fake.webhook = "https://elsewhere.example/hooks/telegram"
    row = doctor("--online")["Bot API"]
    assert (row["state"], "another webhook" in row["found"]) == ("problem", True)
    monkeypatch.setenv("PERIKSA_TELEGRAM_WEBHOOK", fake.webhook)
    assert doctor("--online")["Bot API"]["state"] == "ok"
    fake.bring(message=written(1, text="x"))
    fake.trouble = "Wrong response from the webhook: 502 Bad Gateway"
    row = doctor("--online")["Bot API"]
    assert (row["state"], fake.trouble in row["found"]) == ("warning", True)


def test_doctor_shows_no_token(doctor, periksa, fake):
    fake.token = "70001:AAyang-baru"
    result = periksa("doctor", "--online")
    assert result.exit_code == 1
    assert "ask @BotFather for a new one" in " ".join(result.output.split())
    assert TOKEN not in result.output
