"""How fast we write, on a clock that a test moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from periksa.channels import Caps, Rate
from periksa.errors import AccountTrouble, Gone, PersonThrottled, SendError, Throttled, Transient
from periksa.sending.tempo import MOST, Tempo
from periksa.worker import back_off

PAIR = Caps(4096, person=Rate(45, 6.0))
NUMBER = Caps(4096, all=Rate(20, 1 / 80))
TIER = Caps(4096, conversations=3)


def test_one_person_gets_45_at_once_then_one_in_6_seconds(clock: Any) -> None:
    """pair rate: "one message per 6 s per user, burst 45"."""
    tempo = Tempo(back_off)
    for _ in range(45):
        assert tempo.wait("whatsapp", PAIR, "rina", clock()) == timedelta(0)
        tempo.take("whatsapp", PAIR, "rina", clock())
    assert tempo.wait("whatsapp", PAIR, "rina", clock()) == timedelta(seconds=6)
    assert tempo.wait("whatsapp", PAIR, "budi", clock()) == timedelta(0), "others do not wait for it"
    assert tempo.wait("telegram", PAIR, "rina", clock()) == timedelta(0)
    clock.pass_(seconds=6)
    assert tempo.wait("whatsapp", PAIR, "rina", clock()) == timedelta(0)
    tempo.take("whatsapp", PAIR, "rina", clock())
    assert tempo.wait("whatsapp", PAIR, "rina", clock()) == timedelta(seconds=6)


def test_a_number_sends_80_in_a_second(clock: Any) -> None:
    """throughput: "80 messages/s per number"."""
    tempo = Tempo(back_off)
    waits = [tempo.take("whatsapp", NUMBER, f"c-{number}", clock()).total_seconds() for number in range(101)]
    assert waits[:20] == [0.0] * 20
    assert waits[20] == pytest.approx(1 / 80)
    assert waits[100] == pytest.approx(81 / 80), "80 a second behind the first 20"


def test_only_so_many_people_a_day_get_a_template(clock: Any) -> None:
    """tiers: "limits for business-initiated conversations only; replies are free of them"."""
    tempo = Tempo(back_off)
    for person in "abc":
        assert tempo.wait("whatsapp", TIER, person, clock(), begins=True) == timedelta(0)
        tempo.take("whatsapp", TIER, person, clock(), begins=True)
        clock.pass_(hours=1)
    assert tempo.wait("whatsapp", TIER, "d", clock(), begins=True) == timedelta(hours=21)
    assert tempo.wait("whatsapp", TIER, "a", clock(), begins=True) == timedelta(0), "one person counts once a day"
    assert tempo.wait("whatsapp", TIER, "d", clock()) == timedelta(0)
    clock.pass_(hours=21)
    assert tempo.wait("whatsapp", TIER, "d", clock(), begins=True) == timedelta(0)


@pytest.mark.parametrize("error", [Throttled("lambat"), AccountTrouble("terkunci")])
def test_the_whole_channel_rests_longer_with_every_refusal(clock: Any, error: SendError) -> None:
    """errors: "throttled → back off"."""
    tempo = Tempo(back_off)
    for seconds in (1, 2, 4):
        assert tempo.refused("whatsapp", error, clock()) == timedelta(seconds=seconds)
        assert tempo.refused("whatsapp", error, clock()) == timedelta(0), "those under way are no news"
        assert tempo.wait("whatsapp", Caps(4096), "budi", clock()) == timedelta(seconds=seconds)
        assert tempo.wait("telegram", Caps(4096), "budi", clock()) == timedelta(0)
        clock.pass_(seconds=seconds)
    tempo.accepted("whatsapp", clock())
    assert tempo.refused("whatsapp", error, clock()) == timedelta(seconds=1)


def test_a_send_that_was_under_way_at_the_refusal_does_not_end_the_rest(clock: Any) -> None:
    """Several hands send at once: one is throttled, another accepted an instant later."""
    tempo = Tempo(back_off)
    tempo.refused("whatsapp", Throttled("lambat", wait=47), clock())
    tempo.accepted("whatsapp", clock())
    assert tempo.wait("whatsapp", Caps(4096), "budi", clock()) == timedelta(seconds=47)


def test_a_platform_that_says_how_long_is_obeyed_for_a_day_at_most(clock: Any) -> None:
    tempo = Tempo(back_off)
    assert tempo.refused("whatsapp", Throttled("lambat", wait=47), clock()) == timedelta(seconds=47)
    clock.pass_(seconds=47)
    assert tempo.refused("whatsapp", Throttled("lambat", wait=10**15), clock()) == timedelta(days=1)


@pytest.mark.parametrize("error", [PersonThrottled("pelan"), Transient("galat"), Gone("pergi")])
def test_what_is_about_one_person_or_one_reply_stops_nobody_else(clock: Any, error: SendError) -> None:
    """pair rate: "our own pace, never the user's fault: back off, never ban"."""
    tempo = Tempo(back_off)
    assert tempo.refused("whatsapp", error, clock()) == timedelta(0)
    assert tempo.wait("whatsapp", Caps(4096), "rina", clock()) == timedelta(0)


def test_people_who_may_be_written_to_again_are_forgotten(clock: Any) -> None:
    tempo = Tempo(back_off)
    for number in range(MOST + 1):
        tempo.take("whatsapp", PAIR, f"c-{number}", clock())
    clock.pass_(seconds=6)
    tempo.take("whatsapp", PAIR, "rina", clock())
    assert len(tempo._due) == 1
