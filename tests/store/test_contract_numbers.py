"""What every store must do about numbers and quality."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.store.conftest import Do

from periksa.model import (
    NONE_OF_THEM,
    Address,
    Feedback,
    Figure,
    Floors,
    Message,
    MessageKind,
    Outcome,
    Outgoing,
    Purpose,
    Reply,
    Sampled,
    Says,
    Tally,
    Verdict,
)
from periksa.model.numbers import QUESTIONS, hour_of
from periksa.store import Store

NOW = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
HOUR = hour_of(NOW)
MONDAY = date(2026, 1, 26)


def outcome(reply: str, kind: Figure = Figure.ANSWERED, **more: Any) -> Outcome:
    given = {"message": f"m-{reply}", "received_at": NOW, "at": NOW, "channel": "web", "language": "id", "score": 0.9}
    return Outcome(reply, kind=kind, **(given | more))


def ask(do: Do, person: str, number: int, at: datetime = NOW, purpose: Purpose = Purpose.ANSWER) -> str:
    """Somebody asks and is answered; the reply's id."""

    def asked(tx: Any) -> str:
        contact = tx.contacts.resolve([Address("web", person, "session")], f"c-{person}", at)
        id = f"{person}-{number}"
        tx.messages.add(Message(id, contact, "web", f"p-{id}", MessageKind.TEXT, at, at, text="kopi luwak"))
        tx.outbox.add(Outgoing(f"r-{id}", contact, "web", Reply("Salah."), id, created_at=at, purpose=purpose))
        return f"r-{id}"

    reply: str = do(asked)
    return reply


def test_counts_are_added_up_whatever_they_are_asked_by(store: Store, do: Do) -> None:
    do(lambda tx: tx.tallies.add([Tally(Figure.ANSWERED, HOUR, "", "web", "id", 3), Tally(Figure.TOLD, HOUR, "luwak")]))
    do(lambda tx: tx.tallies.add([Tally(Figure.ANSWERED, HOUR, "", "telegram", "en"), Tally(Figure.TOLD, HOUR, "air")]))
    do(lambda tx: tx.tallies.add([Tally(Figure.ANSWERED, HOUR + 1, "", "web", "id"), Tally(Figure.TOLD, HOUR, "air")]))
    do(lambda tx: tx.tallies.add([]))
    hourly = store.read(lambda tx: tx.tallies.hourly([Figure.ANSWERED], HOUR, HOUR + 2))
    assert hourly == [Tally(Figure.ANSWERED, HOUR, count=4), Tally(Figure.ANSWERED, HOUR + 1, count=1)]
    split = store.read(lambda tx: tx.tallies.split(QUESTIONS, HOUR, HOUR + 1))
    assert split == [Tally(Figure.ANSWERED, 0, "", "telegram", "en"), Tally(Figure.ANSWERED, 0, "", "web", "id", 3)]
    assert store.read(lambda tx: tx.tallies.parts(Figure.TOLD, HOUR, HOUR + 1)) == {"luwak": 1, "air": 2}
    assert store.read(lambda tx: tx.tallies.parts(Figure.TOLD, HOUR + 1, HOUR + 9)) == {}
    assert store.read(lambda tx: tx.tallies.first(QUESTIONS)) == HOUR
    assert store.read(lambda tx: tx.tallies.first([Figure.HELPED])) is None


def test_nothing_counted_has_no_beginning(store: Store) -> None:
    assert store.read(lambda tx: tx.tallies.first(QUESTIONS)) is None


def test_folding_changes_no_number_wherever_it_stops(store: Store, do: Do) -> None:
    chance = random.Random(5)
    said = [
        Tally(chance.choice(list(Figure)), HOUR - chance.randrange(60), chance.choice("ab"), chance.choice("wt"), "id")
        for _ in range(700)
    ]
    for start in range(0, 700, 35):
        do(lambda tx, some=said[start : start + 35]: tx.tallies.add(some))
    by_figure = Counter(each.figure for each in said)
    by_hour = Counter((each.figure, each.hour) for each in said if each.figure is Figure.OFFERED)

    def look() -> tuple[dict[Figure, int], dict[tuple[Figure, int], int]]:
        split = store.read(lambda tx: tx.tallies.split(list(Figure), HOUR - 99, HOUR + 99))
        hourly = store.read(lambda tx: tx.tallies.hourly([Figure.OFFERED], HOUR - 99, HOUR + 99))
        totals: Counter[Figure] = Counter()
        for each in split:
            totals[each.figure] += each.count
        return dict(totals), {(each.figure, each.hour): each.count for each in hourly}

    def day(tally: Tally) -> Tally:
        return replace(tally, hour=tally.hour // 24 * 24) if tally.figure is Figure.TOLD else tally

    assert look() == (dict(by_figure), dict(by_hour))
    old = sum(each.hour < HOUR - 5 for each in said)
    folded = 0
    while count := do(lambda tx: tx.tallies.fold(HOUR - 5, day, 64)):
        folded += count
        assert look() == (dict(by_figure), dict(by_hour))
    assert folded == old
    do(lambda tx: tx.tallies.add([Tally(Figure.OFFERED, HOUR - 50, "a", "w", "id")]))
    assert do(lambda tx: tx.tallies.fold(HOUR - 5, day, 64)) == 1
    assert look()[1][Figure.OFFERED, HOUR - 50] == by_hour[Figure.OFFERED, HOUR - 50] + 1


def test_taking_an_opinion_back_leaves_nothing(store: Store, do: Do) -> None:
    do(lambda tx: tx.tallies.add([Tally(Figure.HELPED, HOUR)]))
    do(lambda tx: tx.tallies.add([Tally(Figure.HELPED, HOUR, count=-1)]))
    do(lambda tx: tx.tallies.fold(HOUR + 1, lambda tally: tally, 10))
    assert store.read(lambda tx: tx.tallies.hourly([Figure.HELPED], HOUR, HOUR + 1)) == []


def test_an_outcome_is_kept_once_and_given_back(store: Store, do: Do) -> None:
    whole = outcome("r-1", why="sure", articles=("luwak", "air"), score=None)
    do(lambda tx: tx.outcomes.add([whole, outcome("r-2")]))
    do(lambda tx: tx.outcomes.add([outcome("r-1", Figure.OFFERED)]))
    do(lambda tx: tx.outcomes.add([]))
    assert store.read(lambda tx: tx.outcomes.get_all(["r-1", "r-9"])) == {"r-1": whole}


def test_offers_that_nobody_took(store: Store, do: Do) -> None:
    offers = [outcome(f"r-{at}", Figure.OFFERED, at=NOW - timedelta(hours=at)) for at in range(5)]
    do(lambda tx: tx.outcomes.add([*offers, outcome("r-answer", at=NOW - timedelta(hours=3))]))
    do(lambda tx: tx.outcomes.pick("r-2", "luwak"))
    do(lambda tx: tx.outcomes.pick("r-3", NONE_OF_THEM))
    do(lambda tx: tx.outcomes.pick("r-nowhere", "luwak"))
    found = store.read(lambda tx: tx.outcomes.untaken(NOW, 9))
    assert [(each.reply, each.picked) for each in found] == [("r-1", ""), ("r-3", NONE_OF_THEM), ("r-4", "")]
    assert [each.reply for each in store.read(lambda tx: tx.outcomes.untaken(NOW, 1))] == ["r-1"]


def test_replies_that_go_out_and_since_when_they_were_waited_for(store: Store, do: Do) -> None:
    earlier = NOW - timedelta(seconds=4)
    answered, spoken = ask(do, "rina", 1), ask(do, "rina", 2)
    told = ask(do, "rina", 3, NOW - timedelta(hours=30), Purpose.FOLLOW_UP)
    do(lambda tx: tx.outcomes.add([outcome(answered, received_at=earlier)]))
    right = Outgoing("c-1-rina", "rina", "web", Reply("Ditarik."), told, created_at=NOW, purpose=Purpose.FOLLOW_UP)
    do(lambda tx: tx.outbox.add(right))
    replies = [told, answered, spoken, right.id, "r-nowhere"]
    going = store.read(lambda tx: tx.outcomes.going(replies))
    assert [(went.purpose, went.channel, went.received_at) for went in going] == [
        (Purpose.ANSWER, "web", earlier),
        (Purpose.FOLLOW_UP, "web", NOW - timedelta(hours=30)),
    ]
    assert [went.tally(NOW).figure for went in going] == [Figure.REPLY, Figure.LATER]
    do(lambda tx: tx.outbox.sent_all({answered: "wamid.1"}))
    assert [each.purpose for each in store.read(lambda tx: tx.outcomes.going(replies))] == [Purpose.FOLLOW_UP]
    assert store.read(lambda tx: tx.outcomes.going([])) == []


def test_what_did_not_help(store: Store, do: Do) -> None:
    for number, (helpful, minutes) in enumerate([(False, 1), (True, 2), (False, 3)], 1):
        reply, at = ask(do, "rina", number), NOW + timedelta(minutes=minutes)
        do(lambda tx, r=reply, h=helpful, at=at: tx.feedback.put(Feedback(r, "c-rina", h, "button", at)))
    do(lambda tx: tx.outcomes.add([outcome("r-rina-1")]))
    found = store.read(lambda tx: tx.outcomes.unhelpful(9))
    assert [(each.reply, each.message, each.outcome) for each in found] == [
        ("r-rina-3", "rina-3", None),
        ("r-rina-1", "rina-1", outcome("r-rina-1")),
    ]


def test_how_many_were_less_probable(store: Store, do: Do) -> None:
    scores = [0.83, 0.9, 0.95, None]
    do(lambda tx: tx.outcomes.add([outcome(f"r-{at}", score=score) for at, score in enumerate(scores)]))
    do(lambda tx: tx.outcomes.add([outcome("r-old", at=NOW - timedelta(days=9)), outcome("r-offer", Figure.OFFERED)]))
    count = lambda below: store.read(lambda tx: tx.outcomes.count(Figure.ANSWERED, NOW, below))  # noqa: E731
    assert [count(below) for below in (0.83, 0.9, 0.91, 1)] == [(3, 0), (3, 1), (3, 2), (3, 3)]


def test_what_was_answered_in_a_week(store: Store, do: Do) -> None:
    days = [outcome(f"r-{day}", at=NOW + timedelta(days=day)) for day in range(-1, 9)]
    do(lambda tx: tx.outcomes.add([*days, outcome("r-x", Figure.CHOSEN)]))
    found = store.read(lambda tx: set(tx.outcomes.answered(NOW, NOW + timedelta(days=7))))
    assert found == {f"r-{day}" for day in range(7)}


def test_open_cases_that_wait(store: Store, do: Do) -> None:
    for number, hours in enumerate([1, 25, 30]):
        reply = ask(do, "rina", number, NOW - timedelta(hours=hours))
        at = NOW - timedelta(hours=hours)
        do(lambda tx, n=number, r=reply, at=at: tx.cases.join([f"k{n}"], "kopi", r[2:], at, f"case-{n}"))
    do(lambda tx: tx.cases.close("case-2", "ayu", NOW))
    assert store.read(lambda tx: tx.outcomes.late(NOW - timedelta(hours=24))) == (1, NOW - timedelta(hours=25))
    assert store.read(lambda tx: tx.outcomes.late(NOW - timedelta(hours=99))) == (0, None)


@pytest.mark.parametrize("how", ["whole", "until"])
def test_who_is_forgotten_leaves_no_outcome_and_takes_nothing_from_the_numbers(store: Store, do: Do, how: str) -> None:
    replies = [ask(do, person, 1) for person in ("rina", "siti")]
    outcomes = [outcome(reply, message=reply[2:]) for reply in replies]
    do(lambda tx: tx.outcomes.add(outcomes))
    do(lambda tx: tx.tallies.add([tally for each in outcomes for tally in each.tallies()]))
    if how == "whole":
        do(lambda tx: tx.contacts.forget("c-rina", NOW))
    else:
        do(lambda tx: tx.contacts.forget_until(tx.messages.get("rina-1"), NOW))
    assert list(store.read(lambda tx: tx.outcomes.get_all(replies))) == ["r-siti-1"]
    assert store.read(lambda tx: tx.tallies.hourly(QUESTIONS, HOUR, HOUR + 1)) == [
        Tally(Figure.ANSWERED, HOUR, count=2)
    ]


def test_the_last_floors_count(store: Store, do: Do) -> None:
    assert store.read(lambda tx: tx.judging.floors()) is None
    for answer in (0.9, 0.95, 0.85):
        do(lambda tx, answer=answer: tx.judging.set_floors(Floors(answer, 0.2, "dewi", NOW)))
    assert store.read(lambda tx: tx.judging.floors()) == Floors(0.85, 0.2, "dewi", NOW)


def test_a_week_has_one_sample(store: Store, do: Do) -> None:
    sample = [Sampled(MONDAY, place, f"r-{place}", 80) for place in (2, 1)]
    assert do(lambda tx: tx.judging.draw(sample))
    assert not do(lambda tx: tx.judging.draw([Sampled(MONDAY, 3, "r-9", 80)]))
    assert not do(lambda tx: tx.judging.draw([]))
    assert store.read(lambda tx: tx.judging.sample(MONDAY)) == sample[::-1]
    later = MONDAY + timedelta(days=7)
    assert do(lambda tx: tx.judging.draw([Sampled(later, 1, "r-5", 8)]))
    assert store.read(lambda tx: tx.judging.weeks()) == [later, MONDAY]


def test_the_last_word_of_an_editor_counts(store: Store, do: Do) -> None:
    do(lambda tx: tx.judging.draw([Sampled(MONDAY, place, f"r-{place}", 80) for place in (1, 2)]))
    for by, says in (("ayu", Says.RIGHT), ("budi", Says.WRONG), ("ayu", Says.UNSURE)):
        do(lambda tx, by=by, says=says: tx.judging.judge(Verdict("r-1", by, says, NOW)))
    do(lambda tx: tx.judging.judge(Verdict("r-elsewhere", "ayu", Says.RIGHT, NOW)))
    verdicts = store.read(lambda tx: tx.judging.verdicts(MONDAY))
    assert verdicts == [Verdict("r-1", "ayu", Says.UNSURE, NOW), Verdict("r-1", "budi", Says.WRONG, NOW)]
    assert store.read(lambda tx: tx.judging.verdicts(MONDAY + timedelta(days=7))) == []
