"""Blue ticks and dots: shown where they help, left out where they would not, and never in anybody's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from periksa.channels.web import Web
from periksa.errors import Transient
from periksa.model import Address, Job, JobKind, Message, MessageKind, Outgoing, Reply
from periksa.sending.attending import MOST, Attending
from periksa.store import Transaction
from periksa.store.memory import MemoryStore

Shown = tuple[str, str, bool]


class Phone:
    """A channel that can show that somebody is at work."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.trouble: Exception | None = None

    def attend(self, platform_id: str, to: Sequence[Address], *, answering: bool) -> None:
        if self.trouble:
            raise self.trouble
        self.shown.append((platform_id, to[0].value, answering))


class Desk:
    def __init__(self, clock: Any) -> None:
        self.clock, self.store, self.phone = clock, MemoryStore(), Phone()
        channels: dict[str, Any] = {"whatsapp": self.phone, "web": Web()}
        self.attending = Attending(self.store, channels)

    def do(self, work: Callable[[Transaction], Any]) -> Any:
        return self.store.write(work).result(20)

    def received(self, id: str, channel: str = "whatsapp") -> None:
        def keep(tx: Transaction) -> None:
            at = self.clock()
            contact = tx.contacts.resolve([Address(channel, "6281355501001")], "c-rina", at)
            tx.messages.add(Message(id, contact, channel, f"wamid.{id}", MessageKind.TEXT, at, at, text="cek vaksin"))

        self.do(keep)


@pytest.fixture
def desk(clock: Any) -> Iterator[Desk]:
    desk = Desk(clock)
    yield desk
    desk.attending.stop()


def test_a_message_is_shown_as_read_while_its_answer_is_written(desk: Desk) -> None:
    desk.received("m-1")
    desk.attending._waiting.append("m-1")
    assert desk.attending.once()
    assert desk.phone.shown == [("wamid.m-1", "6281355501001", True)]
    assert not desk.attending.once()


def test_a_job_that_runs_again_is_not_shown_again(desk: Desk) -> None:
    desk.received("m-1")
    for _ in range(3):
        desk.attending._waiting.append("m-1")
        assert desk.attending.once()
    assert len(desk.phone.shown) == 1


def test_nobody_is_seen_typing_after_the_answer(desk: Desk) -> None:
    desk.received("m-1")
    reply = Outgoing("r-m-1", "c-rina", "whatsapp", Reply("Salah."), "m-1", created_at=desk.clock())
    desk.do(lambda tx: tx.outbox.add(reply))
    desk.attending._waiting.append("m-1")
    desk.attending.once()
    assert desk.phone.shown == [("wamid.m-1", "6281355501001", False)]


@pytest.mark.parametrize("id", ["m-web", "m-tidak-ada"])
def test_where_nothing_can_be_shown_nothing_is(desk: Desk, id: str) -> None:
    desk.received("m-web", channel="web")
    desk.attending._waiting.append(id)
    assert desk.attending.once()
    assert desk.phone.shown == []


def test_nobody_who_is_blocked_sees_anything(desk: Desk) -> None:
    desk.received("m-1")
    desk.do(lambda tx: tx.contacts.block("c-rina", desk.clock()))
    desk.attending._waiting.append("m-1")
    assert desk.attending.once()
    assert desk.phone.shown == []


@pytest.mark.parametrize("trouble", [Transient("galat"), ValueError("6281355501001")])
def test_its_failure_is_nobodys_concern(desk: Desk, trouble: Exception, caplog: pytest.LogCaptureFixture) -> None:
    desk.received("m-1")
    desk.phone.trouble = trouble
    desk.attending._waiting.append("m-1")
    assert desk.attending.once()
    assert "62813" not in caplog.text


def test_the_answering_shift_neither_waits_nor_fails(desk: Desk) -> None:
    """A platform that takes its time, and a rush: the latest are attended to, the others have their answer before."""
    release, entered, answered = threading.Event(), threading.Event(), []

    def slow(platform_id: str, to: Sequence[Address], *, answering: bool) -> None:
        entered.set()
        release.wait(10)
        desk.phone.shown.append((platform_id, "", answering))

    desk.phone.attend = slow  # type: ignore[method-assign]
    for number in range(MOST * 2):
        desk.received(f"m-{number}")
    shift = desk.attending.before(lambda jobs: answered.extend(job.key for job in jobs))
    shift([Job(JobKind.ANSWER, "m-0")])
    assert entered.wait(10)
    begun = time.monotonic()
    shift([Job(JobKind.ANSWER, f"m-{number}") for number in range(1, MOST * 2)])
    assert time.monotonic() - begun < 1
    assert len(answered) == MOST * 2
    release.set()
    deadline = time.monotonic() + 20
    while len(desk.phone.shown) < MOST + 1:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert {shown[0] for shown in desk.phone.shown} == {"wamid.m-0"} | {f"wamid.m-{n}" for n in range(MOST, MOST * 2)}


def test_after_the_end_nothing_starts(desk: Desk) -> None:
    desk.received("m-1")
    desk.attending.stop()
    desk.attending.notice(["m-1"])
    assert desk.phone.shown == []
