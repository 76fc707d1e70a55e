"""The fake platform's judgement: windows, rates and planned faults, on a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from periksa.web.fake_graph import FakeGraph, Fault, FaultKind

TEXT = {"messaging_product": "whatsapp", "to": "6281355501001", "type": "text", "text": {"body": "Salah."}}
TEMPLATE = {"type": "template", "template": {"name": "hasil", "language": {"code": "id"}}}
Make = Callable[..., FakeGraph]


def test_only_a_template_reaches_a_person_after_24_hours(make: Make, clock: Any) -> None:
    """24 h window: "opens and renews with each user message … Outside: approved template only (131047 / 470)"."""
    fake = make(window=True)
    assert fake.take(TEXT).status == 400
    fake.wrote("6281355501001")
    clock.pass_(hours=23, minutes=59)
    assert fake.take(TEXT).status == 200
    clock.pass_(minutes=1)
    answer = fake.take(TEXT)
    assert answer.body["error"]["code"] == 131047  # type: ignore[index]
    assert fake.take(TEXT | TEMPLATE).status == 200


def codes(fake: FakeGraph, count: int, **changes: Any) -> list[int]:
    """How many of `count` messages are sent before one is refused, and with which code."""
    for number in range(count):
        answer = fake.take(TEXT | changes)
        if answer.status != 200:
            return [number, answer.body["error"]["code"]]  # type: ignore[index]
    return [count]


def test_one_person_gets_45_messages_at_once_then_one_in_6_seconds(make: Make, clock: Any) -> None:
    """pair rate: "one message per 6 s per user, burst 45 → 131056"."""
    fake = make(pair_rate=True)
    assert codes(fake, 50) == [45, 131056]
    clock.pass_(seconds=5.9)
    assert codes(fake, 1) == [0, 131056]
    clock.pass_(seconds=0.1)
    assert codes(fake, 2) == [1, 131056]
    assert codes(fake, 1, to="6281355501002") == [1]


def test_a_number_sends_80_messages_a_second(make: Make, clock: Any) -> None:
    """throughput: "80 messages/s per number … Over → 130429"."""
    fake = make(throughput=True)
    assert codes(fake, 200) == [80, 130429]
    clock.pass_(seconds=0.5)
    assert codes(fake, 200) == [40, 130429]


def kinds(fake: FakeGraph, count: int) -> list[FaultKind | None]:
    answers = [fake.take(TEXT) for _ in range(count)]
    return [answer.fault.kind if answer.fault else None for answer in answers]


def test_faults_strike_in_turn_and_as_often_as_planned(make: Make) -> None:
    fake = make()
    fake.fail(Fault(FaultKind.GONE, times=2))
    fake.fail(Fault(FaultKind.GARBAGE))
    assert kinds(fake, 4) == [FaultKind.GONE, FaultKind.GONE, FaultKind.GARBAGE, None]
    assert len(fake.recorded()) == 2


def test_a_rate_is_spread_evenly(make: Make) -> None:
    fake = make()
    fake.fail(Fault(FaultKind.TRANSIENT, rate=0.05))
    struck = kinds(fake, 100)
    assert [number for number, kind in enumerate(struck, 1) if kind] == [20, 40, 60, 80, 100]
    fake.recover()
    assert kinds(fake, 20) == [None] * 20
