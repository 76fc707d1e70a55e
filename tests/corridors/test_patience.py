from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from tests.corridors.conftest import ANSWERED, BUDI, SAY, House, a_delivery, written

from periksa.errors import IndexUnavailable
from periksa.model import JobState
from periksa.tipline import Manners
from periksa.tipline.patience import MOST, Patience, Verdict

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
NUMBERS = itertools.count()
A, C, S = Verdict.ANSWER, Verdict.CALM, Verdict.SILENCE


def judged(patience: Patience, *seconds: float, who: str = "rina") -> list[Verdict]:
    return [patience.judge(who, THEN + timedelta(seconds=at), f"m-{next(NUMBERS)}") for at in seconds]


def test_so_many_in_a_row_then_one_sentence_then_silence() -> None:
    """Issue 4: "flood of one contact answered once with a calm sentence"."""
    assert judged(Patience(3, 6), 0, 0, 0, 0, 0, 1, 2) == [A, A, A, C, S, S, S]


def test_a_flood_is_over_when_half_of_it_has_drained() -> None:
    patience = Patience(4, 6)
    assert judged(patience, 0, 0, 0, 0, 1) == [A, A, A, A, C]
    assert judged(patience, 11, 18, 20.5) == [S, S, A]
    assert judged(patience, 20.6, 20.7, 20.8) == [A, C, S]


def test_who_writes_at_a_human_pace_never_meets_it() -> None:
    assert set(judged(Patience(30, 10), *(at * 6.0 for at in range(500)))) == {A}


def test_one_person_is_not_another() -> None:
    patience = Patience(1, 1)
    assert judged(patience, 0, 0) == [A, C]
    assert judged(patience, 0, who="budi") == [A]


@pytest.mark.parametrize("seconds", [(0, 0, 5, 1, 1), (5, 1, 1, 1)])
def test_messages_out_of_order_fill_no_bucket(seconds: tuple[float, ...]) -> None:
    assert judged(Patience(2, 1), *seconds)[2:] == [C, *[S] * (len(seconds) - 3)]


def test_people_who_went_quiet_are_forgotten() -> None:
    patience = Patience(2, 60)
    for number in range(MOST + 1):
        judged(patience, 0, who=f"p{number}")
    judged(patience, 300, who="late")
    assert len(patience._buckets) == 1
    assert len(patience._judged) == MOST


def test_a_message_that_is_judged_again_is_not_one_more() -> None:
    patience = Patience(2, 1)
    assert [patience.judge("rina", THEN, "m-1") for _ in range(5)] == [A] * 5
    assert [patience.judge("rina", THEN, id) for id in ("m-2", "m-3", "m-3", "m-4")] == [A, C, C, S]


@contextmanager
def index_away(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def away(*_: object) -> None:
        raise IndexUnavailable("The index is lost.")

    with monkeypatch.context() as patched:
        patched.setattr(house.index, "search", away)
        yield


@pytest.mark.parametrize("manners", [Manners(name="Cek Nusantara", messages=3, per_minute=1)])
def test_waiting_for_the_index_is_no_flood(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.deliver(a_delivery(written(ANSWERED["garam"])))
    with index_away(house, monkeypatch):
        for _ in range(10):
            house.wait(seconds=20)
    assert [job.attempts for job in house.look(lambda tx: tx.jobs.list(JobState.READY))] == [10]
    house.wait(seconds=20)
    assert [SAY["helped_ask"] in said for said in house.said()] == [True]


def test_what_needs_no_index_does_not_wait_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do other people. Whoever's question waits has their next message wait as well: answers keep their order."""
    asked = (written(ANSWERED["garam"], 1), written("bantuan", 2), written("BERHENTI", 3, sender=BUDI))
    house.deliver(a_delivery(*asked))
    with index_away(house, monkeypatch):
        house.workers.drain()
        assert (house.said(), house.said(BUDI)) == ([], [SAY["unfollowed"]])
    house.wait(seconds=20)
    assert [SAY["helped_ask"] in house.said()[0], house.said()[1:]] == [True, [SAY["help"]]]
