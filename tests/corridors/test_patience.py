from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from periksa.tipline.patience import MOST, Patience, Verdict

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
A, C, S = Verdict.ANSWER, Verdict.CALM, Verdict.SILENCE


def judged(patience: Patience, *seconds: float, who: str = "rina") -> list[Verdict]:
    return [patience.judge(who, THEN + timedelta(seconds=at)) for at in seconds]


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
        patience.judge(f"p{number}", THEN)
    patience.judge("late", THEN + timedelta(minutes=5))
    assert len(patience._buckets) == 1
