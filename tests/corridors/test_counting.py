"""What is counted while messages walk through the house: exactly what happened, whoever is forgotten."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import timedelta

import pytest
from tests.corridors.conftest import ANSWERED, BUDI, OFFERED, RINA, SAY, SITI, UNCHECKED, House

from periksa.answers.word import CHOICE, HELPED_NO, HELPED_YES, NONE
from periksa.model import NONE_OF_THEM, Figure, Job, JobKind
from periksa.model.numbers import hour_of, middle_of
from periksa.sending import Sending
from periksa.worker import Pace, Worker, back_off


def counted(house: House, *figures: Figure) -> dict[Figure, int]:
    """How many of each, ever."""
    now = hour_of(house.clock())
    found: Counter[Figure] = Counter()
    for each in house.look(lambda tx: tx.tallies.split(figures or list(Figure), now - 999, now + 999)):
        found[each.figure] += each.count
    return {figure: count for figure, count in found.items() if count}


def choose(house: House, article: str, phone: str = RINA) -> str:
    return house.tap(f"{CHOICE}{article}", phone)


def test_an_evening_is_counted_as_it_was(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.tap(HELPED_NO)
    house.say(OFFERED, BUDI)
    choose(house, "vaksin-cip", BUDI)
    house.tap(HELPED_YES, BUDI)
    house.say(OFFERED, SITI)
    house.tap(NONE, SITI)
    house.say(UNCHECKED, SITI)
    house.say("terima kasih", SITI)
    assert counted(house) == {
        Figure.ANSWERED: 1,
        Figure.OFFERED: 2,
        Figure.CHOSEN: 1,
        Figure.HANDED_OVER: 2,
        Figure.TOLD: 2,
        Figure.HELPED: 1,
        Figure.UNHELPED: 1,
        Figure.SPOKEN: 3,
    }
    now = hour_of(house.clock())
    assert house.look(lambda tx: tx.tallies.parts(Figure.TOLD, now - 9, now + 9)) == {"garam": 1, "vaksin-cip": 1}


def test_what_was_offered_knows_what_was_picked(house: House) -> None:
    house.say(OFFERED, BUDI)
    house.say(OFFERED, SITI)
    offers = [each.id for phone in (BUDI, SITI) for each in house.replies(phone)]
    choose(house, "vaksin-polio", BUDI)
    house.tap(NONE, SITI)
    kept = house.look(lambda tx: tx.outcomes.get_all(offers))
    assert [kept[id].picked for id in offers] == ["vaksin-polio", NONE_OF_THEM]
    assert all(each.kind is Figure.OFFERED and each.score and len(each.articles) > 1 for each in kept.values())


def test_an_answer_remembers_how_sure_it_was_and_no_word_of_the_question(house: House) -> None:
    house.say(ANSWERED["gempa"])
    [reply] = house.replies()
    [outcome] = house.look(lambda tx: tx.outcomes.get_all([reply.id])).values()
    assert (outcome.kind, outcome.why, outcome.articles) == (Figure.ANSWERED, "sure", ("gempa",))
    assert outcome.score > 0.7
    assert outcome.received_at <= outcome.at
    assert "gempa besar" not in str(outcome)
    assert house.contact() not in str(outcome)


def test_a_shift_done_twice_counts_once(house: House) -> None:
    house.say(ANSWERED["garam"])
    before = counted(house)
    message = house.replies()[0].message
    house.do(lambda tx: tx.jobs.add([Job(JobKind.ANSWER, message)], house.clock()))
    house.workers.drain()
    assert counted(house) == before


def test_a_reaction_changed_or_taken_back_is_counted_so(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.accept()
    [reply] = house.replies()

    def react(emoji: str) -> dict[Figure, int]:
        house.send_kind("reaction", {"message_id": f"OUT-{reply.id}", "emoji": emoji})
        return counted(house, Figure.HELPED, Figure.UNHELPED)

    assert react("👍") == {Figure.HELPED: 1}
    assert react("👎") == {Figure.UNHELPED: 1}
    assert react("👎") == {Figure.UNHELPED: 1}
    assert react("") == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_tallies_are_what_counting_from_scratch_finds_and_survive_who_is_forgotten(house: House, seed: int) -> None:
    chance = random.Random(seed)
    said = [*ANSWERED.values(), OFFERED, UNCHECKED, "halo", "terima kasih", "BANTUAN"]
    scratch: Counter[tuple[Figure, int]] = Counter()
    for _ in range(25):
        phone, at = chance.choice([RINA, BUDI, SITI]), house.clock()
        known = {each.id for each in house.replies(phone)}
        house.say(chance.choice(said), phone)
        new = [each.id for each in house.replies(phone) if each.id not in known]
        outcomes = house.look(lambda tx, new=new: tx.outcomes.get_all(new))
        scratch.update((outcomes[id].kind if id in outcomes else Figure.SPOKEN, hour_of(at)) for id in new)
        house.wait(minutes=chance.randrange(90))
        if chance.random() < 0.1:
            who = house.contact(phone)
            house.do(lambda tx, who=who: tx.contacts.forget(who, house.clock()))
        if chance.random() < 0.3:
            house.do(lambda tx: tx.tallies.fold(hour_of(house.clock()), lambda tally: tally, 7))
    now = hour_of(house.clock())
    figures = [figure for figure, _ in scratch]
    hourly = house.look(lambda tx: tx.tallies.hourly(figures, now - 999, now + 9))
    assert {(each.figure, each.hour): each.count for each in hourly} == dict(scratch)


def test_hapus_leaves_no_outcome_and_every_number(house: House) -> None:
    house.say(ANSWERED["garam"])
    [reply] = house.replies()
    before = counted(house, Figure.ANSWERED, Figure.TOLD)
    house.say("HAPUS")
    assert house.tap("erase:yes").startswith(SAY["erased"].partition("{")[0])
    assert house.look(lambda tx: tx.outcomes.get_all([reply.id])) == {}
    assert counted(house, Figure.ANSWERED, Figure.TOLD) == before == {Figure.ANSWERED: 1, Figure.TOLD: 1}


def test_how_long_the_first_reply_took_is_counted_when_it_is_out(house: House) -> None:
    said = {"id": "w-1", "session": "sesi", "text": ANSWERED["garam"], "choice": "", "at": house.clock().isoformat()}
    house.tipline.receive("web", json.dumps(said).encode(), {}).result(20)
    house.clock.pass_(seconds=3)
    house.workers.drain()
    house.clock.pass_(seconds=5)
    assert Figure.REPLY not in counted(house)
    sending = Sending(house.store, house.channels, house.clock, back_off, timedelta(seconds=120), 3)
    worker = Worker(JobKind.SEND, sending.send, house.store, house.clock, Pace(timedelta(seconds=30), 3, 50))
    assert worker.once() == 1
    now = hour_of(house.clock())
    [(span, count)] = house.look(lambda tx: tx.tallies.parts(Figure.REPLY, now - 2, now + 2)).items()
    assert (count, middle_of(span)) == (1, pytest.approx(8, rel=0.091))
