"""Numbers: what a real tipline counts as it goes, and what a page makes of it."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.conftest import Clock

from periksa.model import Feedback, Figure, JobKind, Pulse, Purpose, Tally
from periksa.model.numbers import Went, hour_of, middle_of, opinion, span_of, summed, top_of
from periksa.model.report import Period, protected
from periksa.numbers import Numbers, times
from periksa.store.memory import MemoryStore

ZONE = timezone(timedelta(hours=7), "WIB")
TODAY = date(2026, 3, 11)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def numbers(store: MemoryStore, clock: Clock) -> Numbers:
    clock.now = datetime(2026, 3, 11, 5, 30, tzinfo=UTC)
    return Numbers(store, clock, ZONE)


def count(store: MemoryStore, *tallies: Tally) -> None:
    store.write(lambda tx: tx.tallies.add(tallies)).result()


def at(day: int, hour: int) -> int:
    """Hours from 1970 to this one in March, where the newsroom is."""
    return hour_of(datetime(2026, 3, day, hour, tzinfo=ZONE))


def test_a_span_holds_what_is_in_it_to_within_nine_percent() -> None:
    chance = random.Random(1)
    for seconds in (chance.lognormvariate(2, 4) + 0.125 for _ in range(5000)):
        span = span_of(seconds)
        assert top_of(span) / 2**0.25 <= seconds * 1.0000001
        assert seconds < top_of(span) * 1.0000001
        assert abs(middle_of(span) - seconds) / seconds < 0.091
    assert span_of(0) == span_of(-3) == span_of(0.125) == "000"
    assert sorted(map(span_of, (0.2, 3, 70, 9000, 8e6))) == [span_of(each) for each in (0.2, 3, 70, 9000, 8e6)]


@pytest.mark.parametrize("minutes", [0, 30, 59])
def test_what_is_asked_evenly_does_not_look_as_if_it_grew(minutes: int) -> None:
    pulse, now = Pulse(), datetime(2026, 3, 4, 8, minutes, tzinfo=UTC)
    for ago in range(60 * 60):
        pulse = pulse.beat(now - timedelta(minutes=ago))
    day = 24 * 60
    assert abs(pulse.within(now, 24) - day) <= 1
    assert abs(pulse.within(now, 24, 24) - day) <= 1


def test_what_comes_to_nothing_is_not_counted() -> None:
    assert summed([Tally(Figure.HELPED, 5), Tally(Figure.HELPED, 5, count=-1), Tally(Figure.TOLD, 5, "b")]) == [
        Tally(Figure.TOLD, 5, "b")
    ]


def test_an_opinion_that_changes_moves_and_one_that_goes_leaves_nothing() -> None:
    first = Feedback("r", "c", True, "button", datetime(2026, 3, 1, 5, tzinfo=UTC))
    second = Feedback("r", "c", False, "reaction", datetime(2026, 3, 2, 5, tzinfo=UTC))
    steps = [opinion(None, first), opinion(first, second), opinion(second, None)]
    assert [(each.figure, each.count) for each in steps[1]] == [(Figure.HELPED, -1), (Figure.UNHELPED, 1)]
    assert summed(tally for step in steps for tally in step) == []
    assert opinion(None, None) == opinion(first, first) == []


def test_a_later_answer_counts_on_the_day_of_its_question() -> None:
    asked = datetime(2026, 3, 1, 5, tzinfo=UTC)
    tally = Went(Purpose.FOLLOW_UP, "web", asked).tally(asked + timedelta(days=2))
    assert (tally.figure, tally.hour) == (Figure.LATER, hour_of(asked))
    assert middle_of(tally.part) == pytest.approx(172800, rel=0.09)


def test_days_are_those_of_the_newsroom(store: MemoryStore, numbers: Numbers) -> None:
    count(store, *(Tally(Figure.ANSWERED, at(11, 0) + shift) for shift in (-1, 0, 23)))
    assert numbers.today() == TODAY
    today = numbers.look(Period(TODAY, TODAY))
    assert today.totals == {Figure.ANSWERED: 2}
    assert [each.label for each in today.series if each.counts] == ["00", "23"]
    assert today.before == {Figure.ANSWERED: 1}
    week = numbers.look(Period(TODAY - timedelta(days=6), TODAY))
    assert [(each.label, dict(each.counts)) for each in week.series if each.counts] == [
        ("2026-03-10", {Figure.ANSWERED: 1}),
        ("2026-03-11", {Figure.ANSWERED: 2}),
    ]
    assert week.since == datetime(2026, 3, 10, 16, tzinfo=UTC)


def test_what_is_told_grows_beside_the_period_before(store: MemoryStore, numbers: Numbers) -> None:
    told = [(11, "luwak", 7), (8, "luwak", 2), (4, "luwak", 3), (4, "air", 30), (10, "air", 8)]
    count(store, *(Tally(Figure.TOLD, at(day, 9), article, count=many) for day, article, many in told))
    report = numbers.look(Period(TODAY - timedelta(days=6), TODAY))
    assert [(each.article, each.count, each.before) for each in report.told] == [("luwak", 9, 3), ("air", 8, 30)]


def test_folding_by_the_job_changes_nothing_and_leaves_the_next_job(
    store: MemoryStore, numbers: Numbers, clock: Clock
) -> None:
    chance = random.Random(2)
    figures = [Figure.ANSWERED, Figure.OFFERED, Figure.REPLY, Figure.TOLD, Figure.LATER, Figure.HELPED]
    count(
        store,
        *(
            Tally(chance.choice(figures), at(11, 12) - chance.randrange(200), f"{chance.randrange(60):03}", "web", "id")
            for _ in range(3000)
        ),
    )
    periods = [
        Period(TODAY - timedelta(days=days), TODAY - timedelta(days=less)) for days, less in ((6, 0), (3, 2), (0, 0))
    ]
    before = [numbers.look(period) for period in periods]
    numbers.schedule()
    numbers.schedule()
    for _ in range(3):
        jobs = store.write(lambda tx: tx.jobs.claim([JobKind.TALLY], 9, clock.now, timedelta(minutes=1))).result()
        assert len(jobs) == 1
        numbers.fold(jobs)
        assert [numbers.look(period) for period in periods] == before
        clock.now += timedelta(hours=1)
        before = [numbers.look(period) for period in periods]
    assert store.read(lambda tx: tx.tallies.fold(at(11, 9), lambda tally: tally, 9999)) == 0


def test_times_are_quantiles_of_what_was_counted() -> None:
    chance = random.Random(4)
    seconds = sorted(chance.lognormvariate(1, 1.5) for _ in range(2001))
    found = times(Counter(map(span_of, seconds)))
    assert found.median == pytest.approx(seconds[1000], rel=0.1)
    assert found.slowest == pytest.approx(seconds[1900], rel=0.1)
    edges = [0.0, *(top for top, _ in found.steps)]
    for low, (top, many) in zip(edges, found.steps, strict=False):
        assert many == sum(low <= each < top for each in seconds)
    assert times({"010": 9}) == times({"010": 4, "020": 5}).__class__(9, None, None, ())


def test_few_are_kept_back_and_cannot_be_told_from_the_rest() -> None:
    assert protected({"id": 50, "en": 12, "jv": 3}) == {"id": 50, "en": None, "jv": None}
    assert protected({"id": 50, "en": 2, "jv": 3}) == {"id": 50, "en": None, "jv": None}
    assert protected({"id": 50, "en": 10, "jv": 0}) == {"id": 50, "en": 10, "jv": 0}
    assert protected({"id": 4}) == {"id": None}


def test_few_show_in_no_breakdown(store: MemoryStore, numbers: Numbers) -> None:
    count(
        store,
        Tally(Figure.ANSWERED, at(11, 9), "", "web", "id", 40),
        Tally(Figure.OFFERED, at(11, 9), "", "telegram", "en", 4),
    )
    count(store, Tally(Figure.OFFERED, at(11, 10), "", "web", "id", 20), Tally(Figure.HELPED, at(11, 9), count=9))
    count(store, Tally(Figure.REPLY, at(11, 9), "010", "web", "", 9))
    report: Any = numbers.look(Period(TODAY, TODAY))
    assert report.channels == {"web": None, "telegram": None}
    assert report.languages == {"id": None, "en": None}
    assert report.week[2][9:11] == [44, 20]
    assert (report.questions, report.opinions, report.helpful) == (64, 9, None)
    assert (report.reply.count, report.reply.median, report.reply.steps) == (9, None, ())
