"""Asking a platform for messages: nothing is confirmed before it is kept, and what goes wrong is said once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future

import pytest
from starlette.responses import Response
from tests.channels.fake_telegram import TOKEN, FakeTelegram, Hang, refused, written

from periksa import polling
from periksa.channels.telegram import Telegram
from periksa.errors import PollError, StoreBusy
from periksa.model import Received
from periksa.polling import Poller
from periksa.web.fake_graph import running

pytestmark = pytest.mark.network


class Door:
    """Keeps what it is brought, unless its store is in trouble."""

    def __init__(self, bot: Telegram) -> None:
        self._bot = bot
        self.kept: dict[str, str] = {}
        self.trouble: Exception | None = None
        self.commits: threading.Event = threading.Event()
        self.commits.set()

    def receive(self, channel: str, raw: bytes, headers: Mapping[str, str]) -> Future[int]:
        self._bot.verify(raw, headers)
        found = [event for event in self._bot.parse(raw) if isinstance(event, Received)]
        committed: Future[int] = Future()
        threading.Thread(target=self._commit, args=(found, committed)).start()
        return committed

    def _commit(self, found: list[Received], committed: Future[int]) -> None:
        self.commits.wait(10)
        if self.trouble:
            committed.set_exception(self.trouble)
            return
        self.kept |= {event.platform_id: event.text for event in found}
        committed.set_result(len(found))

    @property
    def texts(self) -> list[str]:
        return list(self.kept.values())


@pytest.fixture
def fake() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def url(fake: FakeTelegram) -> Iterator[str]:
    with running(fake) as url:
        yield url


@pytest.fixture
def bot(url: str) -> Iterator[Telegram]:
    bot = Telegram(TOKEN, url, timeout=0.5, patience=0)
    yield bot
    bot.close()


@pytest.fixture
def door(bot: Telegram) -> Door:
    return Door(bot)


@pytest.fixture
def poller(bot: Telegram, door: Door) -> Poller:
    return Poller(bot, door.receive)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.1)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def test_what_was_kept_is_confirmed_by_the_next_question(poller: Poller, fake: FakeTelegram, door: Door) -> None:
    assert not poller.once()
    for number, text in enumerate(("satu", "dua"), 1):
        fake.bring(message=written(number, text=text))
    assert poller.once()
    assert door.texts == ["satu", "dua"]
    assert len(fake.waiting) == 2, "nothing is confirmed by being brought"
    assert not poller.once()
    assert fake.waiting == []
    assert "offset" not in fake.calls[0][1]
    assert [method for method, _ in fake.calls] == ["getUpdates"] * 3


def test_what_was_not_kept_comes_again(poller: Poller, fake: FakeTelegram, door: Door) -> None:
    fake.bring(message=written(1, text="satu"))
    door.trouble = StoreBusy("the database is locked")
    with pytest.raises(StoreBusy):
        poller.once()
    with pytest.raises(StoreBusy):
        poller.once()
    door.trouble = None
    assert poller.once()
    assert door.texts == ["satu"]


def test_a_process_killed_before_it_confirmed_gets_it_again_under_the_same_id(
    bot: Telegram, fake: FakeTelegram, door: Door
) -> None:
    fake.bring(message=written(1, text="satu"))
    Poller(bot, door.receive).once()
    fake.bring(message=written(2, text="dua"))
    Poller(bot, door.receive).once()
    assert door.texts == ["satu", "dua"]


def test_everything_we_can_read_is_asked_for(poller: Poller, fake: FakeTelegram) -> None:
    poller.once()
    asked = fake.calls[0][1]["allowed_updates"]
    assert asked == ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]


@pytest.mark.parametrize(
    ("fault", "sentence", "wait"),
    [
        (refused(429, "Too Many Requests", parameters={"retry_after": 3}), "(HTTP 429): it is asked again.", 3.0),
        (refused(500, "Internal Server Error"), "(HTTP 500): it is asked again.", None),
        (Response(b"<html>", 502), "(HTTP 502): it is asked again.", None),
        (Response(b"{broken", 200), "(HTTP 200): it is asked again.", None),
        (Response(b'{"ok": true, "result": {}}', 200), "(HTTP 200): it is asked again.", None),
        (refused(401, "Unauthorized"), "ask @BotFather for a new one and set telegram.token.", None),
        (refused(404, "Not Found"), "check telegram.token.", None),
        (Hang(after=False), "cannot be reached (ReadTimeout); it is asked again.", None),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    poller: Poller, fake: FakeTelegram, door: Door, fault: Response | Hang, sentence: str, wait: float | None
) -> None:
    fake.bring(message=written(1, text="satu"))
    fake.fail(fault)
    with pytest.raises(PollError) as caught:
        poller.once()
    assert str(caught.value).endswith(sentence)
    assert str(caught.value).count(".") == 1 + str(caught.value).count("telegram.")
    assert caught.value.wait == wait
    assert poller.once()
    assert door.texts == ["satu"]


def test_two_that_ask_for_one_bot_are_told_so(url: str, fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    bots = [Telegram(TOKEN, url, timeout=2, patience=5) for _ in range(2)]
    doors = [Door(bot) for bot in bots]
    pollers = [Poller(bot, door.receive) for bot, door in zip(bots, doors, strict=True)]
    for poller in pollers:
        poller.start()
    told = (
        "telegram is not heard: Telegram brings no messages (HTTP 409): another program asks for the messages of this"
    )
    until(lambda: told in caplog.text)
    fake.bring(message=written(1, text="satu"))
    until(lambda: any(door.texts for door in doors))
    for poller, bot in zip(pollers, bots, strict=True):
        poller.stop()
        bot.close()


def test_a_webhook_elsewhere_is_told_and_not_taken_away(poller: Poller, fake: FakeTelegram) -> None:
    fake.webhook = "https://produksi.example/hooks/telegram"
    with pytest.raises(PollError, match=r"go to a webhook; set telegram.webhook, or remove that one"):
        poller.once()
    assert fake.webhook


def test_it_goes_on_by_itself_and_says_each_trouble_once(
    poller: Poller, fake: FakeTelegram, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "periksa")
    for fault in [refused(500, "x")] * 3 + [refused(401, "Unauthorized")] * 2:
        fake.fail(fault)
    assert poller.trouble() == ""
    poller.start()
    until(poller.trouble)
    until(lambda: not fake.faults)
    fake.bring(message=written(1, text="nomor rekening rahasia"))
    until(lambda: door.texts)
    until(lambda: not poller.trouble())
    poller.stop()
    until(lambda: not poller._thread.is_alive())
    assert poller.trouble() == "nobody asks telegram for messages any more; restart periksa"
    assert [record.getMessage() for record in caplog.records if record.name == "periksa.polling"] == [
        "telegram is not heard: Telegram brings no messages (HTTP 500): it is asked again.",
        "telegram is not heard: Telegram brings no messages (HTTP 401): the token is not valid; "
        "ask @BotFather for a new one and set telegram.token.",
    ]
    assert TOKEN not in caplog.text
    assert "rekening" not in caplog.text


def test_it_stops_at_once_but_not_before_what_it_has_in_hand_is_kept(url: str, fake: FakeTelegram) -> None:
    bot = Telegram(TOKEN, url, timeout=2, patience=5)
    door = Door(bot)
    poller = Poller(bot, door.receive)
    door.commits.clear()
    fake.bring(message=written(1, text="satu"))
    poller.start()
    until(poller._hand.locked)
    threading.Timer(0.2, door.commits.set).start()
    poller.stop()
    assert door.texts == ["satu"]

    waiting = Poller(bot, door.receive)
    waiting.start()
    began = time.monotonic()
    waiting.stop()
    assert time.monotonic() - began < 1
    fake.bring(message=written(2, text="dua"))
    until(lambda: not waiting._thread.is_alive())
    assert door.texts == ["satu"], "what comes after the end is left to the next start"
    bot.close()


def test_a_webhook_is_registered_with_a_secret_and_everything_we_can_read(
    bot: Telegram, fake: FakeTelegram, door: Door
) -> None:
    bot.register("https://tipline.example/hooks/telegram")
    assert fake.calls[-1][1]["allowed_updates"][0] == "message"
    assert TOKEN not in str(fake.calls)
    raw = b'{"update_id": 5, "message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "text": "satu"}}'
    assert door.receive("telegram", raw, {"x-telegram-bot-api-secret-token": fake.secret}).result() == 1
    assert bot.standing() == ("cekfaktauji_bot", "https://tipline.example/hooks/telegram", "")


def test_a_webhook_that_is_not_taken_says_why(bot: Telegram, fake: FakeTelegram) -> None:
    with pytest.raises(PollError, match="an https url must be provided for webhook"):
        bot.register("http://tipline.example/hooks/telegram")
