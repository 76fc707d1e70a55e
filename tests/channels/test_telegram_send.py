"""What goes out to Telegram, and what goes wrong: the real client against a real server that plays the Bot API."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import Response
from tests.channels.conftest import Stage
from tests.channels.fake_telegram import (
    BLOCKED,
    FILE,
    NOBODY,
    RINA,
    TOKEN,
    FakeTelegram,
    Hang,
    buttons,
    done,
    refused,
    units,
    written,
)

from periksa.channels.telegram import Telegram
from periksa.errors import (
    AccountTrouble,
    FetchError,
    FetchLater,
    Gone,
    OptedOut,
    OutcomeUnknown,
    Refused,
    SendError,
    Throttled,
    Transient,
)
from periksa.model import Address, Media, Option, Outgoing, Received, Reply

pytestmark = pytest.mark.network

TO = [Address("telegram", str(RINA), "user")]


@pytest.fixture
def fake(stage: Stage) -> FakeTelegram:
    stage.app = fake = FakeTelegram()
    return fake


@pytest.fixture
def bot(stage: Stage) -> Iterator[Telegram]:
    bot = Telegram(TOKEN, stage.url, timeout=0.5, patience=0)
    yield bot
    bot.close()


def outgoing(text: str = "*SALAH*, menurut Harian Uji", *options: Option, refers_to: str = "") -> Outgoing:
    return Outgoing("out-1", "c-1", "telegram", Reply(text, options, "Lihat pilihan"), refers_to=refers_to)


# ---------------------------------------------------------------- what is sent


def test_a_reply_is_plain_text_with_entities_and_no_preview(bot: Telegram, fake: FakeTelegram) -> None:
    bot.send(outgoing("🙏 *SALAH*, menurut Harian_Uji\n2*3*4 <b> https://cek.example.id/a_b"), TO)
    assert fake.sent == [
        {
            "chat_id": RINA,
            "text": "🙏 SALAH, menurut Harian_Uji\n2*3*4 <b> https://cek.example.id/a_b",
            "entities": [{"type": "bold", "offset": 3, "length": 5}],
            "link_preview_options": {"is_disabled": True},
        }
    ]


def test_an_answer_quotes_its_question_and_is_known_by_its_own_id(bot: Telegram, fake: FakeTelegram) -> None:
    fake.bring(message=written(41, text="air kelapa?"))
    brought = bot.poll(0)
    assert brought
    (asked,) = bot.parse(brought.raw)
    assert isinstance(asked, Received)
    id = bot.send(outgoing(refers_to=asked.platform_id), TO)
    assert fake.sent[0]["reply_parameters"] == {"message_id": 41, "allow_sending_without_reply": True}
    fake.bring(message=written(42, text="1", reply_to_message=written(fake.number, text="x")))
    brought = bot.poll(brought.last)
    assert brought
    (picked,) = bot.parse(brought.raw)
    assert isinstance(picked, Received)
    assert picked.refers_to == id


def test_short_options_are_buttons(bot: Telegram, fake: FakeTelegram) -> None:
    bot.send(outgoing("Membantu?", Option("help:yes", "Ya"), Option("help:no", "Tidak")), TO)
    (sent,) = fake.sent
    assert sent["text"] == "Membantu?"
    assert buttons(sent) == [
        {"text": "Ya", "callback_data": "help:yes"},
        {"text": "Tidak", "callback_data": "help:no"},
    ]


def test_options_that_say_more_stand_in_the_text_and_have_numbered_buttons(bot: Telegram, fake: FakeTelegram) -> None:
    long = "Minum air kelapa muda dapat menetralkan vaksin"
    bot.send(outgoing("Yang mana?", Option("article:1", long, "Uji, 2025"), Option("none", "Bukan semua ini")), TO)
    (sent,) = fake.sent
    assert sent["text"] == f"Yang mana?\n\n1. {long} – Uji, 2025\n2. Bukan semua ini"
    assert buttons(sent) == [
        {"text": "1. Minum air kelapa muda dapat mene…", "callback_data": "article:1"},
        {"text": "2. Bukan semua ini", "callback_data": "none"},
    ]


def test_an_id_too_long_for_a_button_travels_as_its_number(bot: Telegram, fake: FakeTelegram) -> None:
    bot.send(outgoing("Yang mana?", Option("none", "Bukan ini"), Option("article:" + "x" * 57, "Panjang")), TO)
    assert [button["callback_data"] for button in buttons(fake.sent[0])] == ["none", "2"]


def test_length_is_counted_in_utf_16(bot: Telegram, fake: FakeTelegram) -> None:
    bot.send(outgoing("👨‍👩‍👧‍👦" * 1000), TO)
    text = fake.sent[0]["text"]
    assert units(text) <= 4096
    assert text.removesuffix("…") == "👨‍👩‍👧‍👦" * (len(text) // 7)


def test_who_has_two_accounts_is_written_to_on_the_last(bot: Telegram, fake: FakeTelegram) -> None:
    bot.send(outgoing(), [Address("telegram", "5", "user"), *TO])
    assert fake.sent[0]["chat_id"] == RINA
    with pytest.raises(Refused):
        bot.send(outgoing(), [])


def test_whoever_waits_sees_that_somebody_is_at_work(bot: Telegram, fake: FakeTelegram) -> None:
    offer = {"message_id": 12, "chat": {"id": RINA, "type": "private"}}
    fake.bring(callback_query={"id": "889", "from": {"id": RINA}, "message": offer, "data": "none"})
    brought = bot.poll(0)
    assert brought
    (tap,) = bot.parse(brought.raw)
    assert isinstance(tap, Received)
    bot.attend(tap.platform_id, TO, answering=True)
    assert fake.calls[1:] == [
        ("answerCallbackQuery", {"callback_query_id": "889"}),
        ("sendChatAction", {"chat_id": RINA, "action": "typing"}),
    ]
    bot.send(outgoing(refers_to=tap.platform_id), TO)
    assert "reply_parameters" not in fake.sent[0]


# ---------------------------------------------------------------- what goes wrong

WRONG: list[tuple[Response, type[SendError], float | None]] = [
    (refused(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7}), Throttled, 7.0),
    (refused(429, "Too Many Requests", parameters={"retry_after": "7"}), Throttled, None),
    (refused(500, "Internal Server Error"), Transient, None),
    (refused(401, "Unauthorized"), AccountTrouble, None),
    (refused(404, "Not Found"), AccountTrouble, None),
    (refused(403, "Forbidden: user is deactivated"), Gone, None),
    (refused(403, "Forbidden: bot was blocked by the user"), OptedOut, None),
    (refused(400, "Bad Request: user not found"), Gone, None),
    (refused(400, "Bad Request: PEER_ID_INVALID"), Gone, None),
    (refused(400, "Bad Request: BUTTON_DATA_INVALID"), Refused, None),
    (refused(413, "Request Entity Too Large"), Refused, None),
    (Response(status_code=302, headers={"location": "https://elsewhere.example/"}), Transient, None),
    (Response(b"<html>502 Bad Gateway", 502), OutcomeUnknown, None),
    (Response(b"", 504), OutcomeUnknown, None),
    (Response(b"<html>", 400), Refused, None),
    (Response(b"<html>", 200), OutcomeUnknown, None),
    (Response(b'{"ok": true}', 200), OutcomeUnknown, None),
    (Response(b'{"ok": true, "result": {"message_id": "7"}}', 200), OutcomeUnknown, None),
    (Response(b"[" * 50_000, 200), OutcomeUnknown, None),
]


@pytest.mark.parametrize(("answer", "error", "wait"), WRONG)
def test_every_answer_is_understood(
    bot: Telegram, fake: FakeTelegram, answer: Response, error: type[SendError], wait: float | None
) -> None:
    fake.fail(answer)
    with pytest.raises(SendError) as caught:
        bot.send(outgoing(), TO)
    assert (type(caught.value), caught.value.wait) == (error, wait)
    assert fake.sent == []


@pytest.mark.parametrize("chat", [BLOCKED, NOBODY])
def test_who_is_gone_is_gone(bot: Telegram, fake: FakeTelegram, chat: int) -> None:
    with pytest.raises(Gone):
        bot.send(outgoing(), [Address("telegram", str(chat), "user")])


@pytest.mark.parametrize("after", [False, True])
def test_an_answer_that_never_comes_is_ambiguous(bot: Telegram, fake: FakeTelegram, after: bool) -> None:
    fake.fail(Hang(after))
    with pytest.raises(OutcomeUnknown, match="may have been sent"):
        bot.send(outgoing(), TO)
    assert len(fake.sent) == after
    assert bot.caps.settles, "so it is not sent again before the settle time has passed, and then once"


def test_a_platform_that_cannot_be_reached_took_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    bot = Telegram(TOKEN, f"http://127.0.0.1:{port}")
    with pytest.raises(Transient, match="cannot be reached"):
        bot.send(outgoing(), TO)
    bot.close()


def test_the_token_is_in_no_log_and_no_error(
    bot: Telegram, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    """It stands in the path of every address, where HTTP clients log it."""
    caplog.set_level(logging.DEBUG)
    bot.send(outgoing("Rahasia besar"), TO)
    found = [caplog.text]
    faults: list[Any] = [*(answer for answer, _, _ in WRONG), Hang(after=True)]
    for fault in faults:
        fake.fail(fault)
        with pytest.raises(SendError) as caught:
            bot.send(outgoing("Rahasia besar"), TO)
        error: BaseException | None = caught.value
        while error:
            found.append(f"{error!r} {getattr(error, '_request', None) and error._request.url}")  # type: ignore[attr-defined]
            error = error.__cause__ or error.__context__
    assert "HTTP Request: POST" in caplog.text
    for secret in (TOKEN, TOKEN.partition(":")[2], "Rahasia besar", str(RINA)):
        assert secret not in "\n".join([*found, caplog.text])


# ---------------------------------------------------------------- files


def test_a_file_is_read_piece_by_piece(bot: Telegram, fake: FakeTelegram) -> None:
    assert b"".join(bot.fetch(Media("f-1"), len(FILE))) == FILE


def test_a_file_that_is_too_large_or_gone_is_refused(bot: Telegram, fake: FakeTelegram) -> None:
    with pytest.raises(FetchError, match="at most 10 are taken"):
        list(bot.fetch(Media("f-1"), 10))
    with pytest.raises(FetchError, match="HTTP 400"):
        list(bot.fetch(Media("f-2"), len(FILE)))
    assert [method for method, _ in fake.calls] == ["getFile", "getFile"]


@pytest.mark.parametrize("answer", [refused(429, "Too Many Requests"), Response(b"", 502)])
def test_a_file_that_cannot_be_had_now_is_asked_for_later(bot: Telegram, fake: FakeTelegram, answer: Response) -> None:
    fake.fail(answer)
    with pytest.raises(FetchLater):
        list(bot.fetch(Media("f-1"), len(FILE)))


@pytest.mark.parametrize("content", [FILE[:-1], FILE + b"x", b""])
def test_a_file_of_another_size_is_not_taken(bot: Telegram, fake: FakeTelegram, content: bytes) -> None:
    pieces = bot.fetch(Media("f-1"), len(FILE))
    fake.fail(done({"file_id": "f-1", "file_size": len(FILE), "file_path": "photos/file_1.jpg"}))
    fake.fail(Response(content))
    with pytest.raises(FetchLater):
        list(pieces)
