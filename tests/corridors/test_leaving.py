"""A person who blocks our bot is let go: no subscription, nothing held for them, and the log of consents says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.channels.fake_telegram import RINA, TOKEN, person, private, written

from periksa.answers.decide import Policy
from periksa.channels.telegram import SIGNATURE, Telegram
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Address, Cadence, ConsentKind, Outgoing, Reply
from periksa.readers.text import TextReader
from periksa.store.memory import MemoryStore
from periksa.tipline import Tipline

WHO = Address("telegram", str(RINA), "user")


@pytest.fixture
def bot() -> Iterator[Telegram]:
    bot = Telegram(TOKEN)
    yield bot
    bot.close()


class Bench:
    def __init__(self, bot: Telegram, clock: Any, new_id: Callable[[], str]) -> None:
        self.store, self.clock = MemoryStore(), clock
        finder = Finder(TextReader(), MemoryIndex(), Policy())
        self.tipline = Tipline(self.store, {"telegram": bot}, finder, clock, new_id)
        self._secret = bot._secret
        self._number = 700

    def happens(self, **update: Any) -> None:
        self._number += 1
        raw = json.dumps({"update_id": self._number, **update}).encode()
        self.tipline.receive("telegram", raw, {SIGNATURE: self._secret}).result()

    def member(self, status: str) -> None:
        self.happens(
            my_chat_member={
                "chat": private(),
                "from": person(),
                "date": 1772352000,
                "new_chat_member": {"status": status},
            }
        )

    def look(self, work: Any) -> Any:
        return self.store.read(work)

    def subscribed(self) -> str:
        self.happens(message=written(1, text="IKUTI"))
        contact: str = self.look(lambda tx: tx.contacts.find(WHO))
        at = self.clock()
        self.store.write(
            lambda tx: tx.subscriptions.subscribe(contact, "telegram", "", Cadence.DAILY, at, "word")
        ).result()
        return contact


@pytest.fixture
def bench(bot: Telegram, clock: Any, new_id: Callable[[], str]) -> Bench:
    return Bench(bot, clock, new_id)


def test_who_blocks_us_is_a_subscriber_no_more(bench: Bench) -> None:
    contact = bench.subscribed()
    assert len(bench.look(lambda tx: list(tx.subscriptions.subscribers()))) == 1
    bench.member("kicked")
    assert bench.look(lambda tx: tx.subscriptions.of(contact)) == []
    last = bench.look(lambda tx: tx.subscriptions.consents(contact))[-1]
    assert (last.kind, last.source) == (ConsentKind.OPTED_OUT, "telegram")


def test_coming_back_is_no_subscription(bench: Bench) -> None:
    bench.subscribed()
    bench.member("kicked")
    bench.member("member")
    bench.happens(message=written(2, text="halo"))
    assert bench.look(lambda tx: list(tx.subscriptions.subscribers())) == []


def test_what_was_held_for_them_is_not_said(bench: Bench) -> None:
    contact, at = bench.subscribed(), bench.clock()

    def hold(tx: Any) -> None:
        tx.outbox.add(Outgoing("r-lama", contact, "telegram", Reply("Salah."), created_at=at))
        tx.outbox.hold("r-lama", at)

    bench.store.write(hold).result()
    bench.member("kicked")
    assert bench.look(lambda tx: tx.outbox.held()) == {}
    bench.happens(message=written(3, text="halo"))
    assert {kind for kind, _ in bench.look(lambda tx: tx.jobs.counts())} == {"answer"}


def test_other_changes_end_nothing(bench: Bench) -> None:
    bench.subscribed()
    bench.member("member")
    assert len(bench.look(lambda tx: list(tx.subscriptions.subscribers()))) == 1
