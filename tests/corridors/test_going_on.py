"""A question that goes on after it was answered: one answer where the rest brings nothing new."""

from __future__ import annotations

from dataclasses import replace

from tests.corridors.conftest import ANSWERED, SAY, UNCHECKED, House, a_delivery, written

from periksa.model import Job, JobKind, Message
from periksa.tipline.hearing import reply_id

MORE = "dari dinas perdagangan"
"""Neither it nor `UNCHECKED` was ever checked."""


def told(house: House) -> list[str]:
    """The article each reply tells, or how many options it shows, or "-"."""
    return [each.article or str(len(each.reply.options) or "-") for each in house.replies()]


def one_after_the_other(house: House, *texts: str) -> None:
    for number, text in enumerate(texts):
        house.hear(written(text, f"{text}-{number}"))


def test_the_rest_of_an_answered_question_is_not_answered_again(house: House) -> None:
    one_after_the_other(house, ANSWERED["garam"], "di tenggorokan katanya")
    assert told(house) == ["garam"]
    assert house.cases() == []


def test_the_answer_comes_at_once_and_the_rest_waits_for_nothing(house: House) -> None:
    house.hear(written(ANSWERED["garam"]))
    assert told(house) == ["garam"]


def test_what_is_checked_once_all_of_it_is_there_is_answered(house: House) -> None:
    one_after_the_other(house, "vaksin", "bikin anak mandul")
    assert told(house) == ["3", "vaksin-polio"]


def test_the_same_offer_does_not_come_twice(house: House) -> None:
    one_after_the_other(house, "vaksin", "buat lansia gimana")
    assert told(house) == ["3"]
    assert SAY["helped_ask"] in house.say("1")


def test_not_checked_is_said_once_and_the_editors_see_all_of_it(house: House) -> None:
    one_after_the_other(house, UNCHECKED, MORE, "katanya mulai bulan depan")
    assert house.said() == [SAY["not_checked"]]
    assert [case.text for case in house.cases()] == [UNCHECKED, MORE, "katanya mulai bulan depan"]
    ids = [case.id for case in house.cases()]
    assert house.look(lambda tx: [tx.cases.count_waiting(id) for id in ids]) == [1, 1, 1]


def test_another_question_is_answered_whatever_came_before(house: House) -> None:
    one_after_the_other(house, ANSWERED["gempa"], ANSWERED["garam"], UNCHECKED)
    assert told(house) == ["gempa", "garam", "-"]


def test_what_has_no_answer_is_told_so_behind_one_that_has(house: House) -> None:
    """It may be another question: one word too many is better than none."""
    one_after_the_other(house, ANSWERED["garam"], UNCHECKED)
    assert told(house) == ["garam", "-"]


def test_forwards_stand_for_themselves(house: House) -> None:
    forwards = [replace(written(text, text), forwarded=True) for text in (UNCHECKED, MORE)]
    house.deliver(a_delivery(*forwards))
    house.workers.drain()
    assert house.said() == [SAY["not_checked"]] * 2


def test_whoever_asks_the_same_again_hears_it_again(house: House) -> None:
    one_after_the_other(house, ANSWERED["garam"], ANSWERED["garam"], UNCHECKED, UNCHECKED)
    assert told(house) == ["garam", "garam", "-", "-"]


def test_somewhat_later_it_is_another_question(house: House) -> None:
    house.hear(written(UNCHECKED, 1))
    house.clock.pass_(seconds=4)
    house.hear(written(MORE, 2))
    assert house.said() == [SAY["not_checked"]] * 2


def test_silence_twice_is_silence_once(house: House) -> None:
    """A job that runs again joins no second case."""
    one_after_the_other(house, UNCHECKED, MORE)
    contact = house.contact()
    message = house.look(lambda tx: tx.messages.of(contact))[-1]
    assert isinstance(message, Message)
    assert house.look(lambda tx: tx.outbox.get(reply_id(message))) is None
    house.do(lambda tx: tx.jobs.add([Job(JobKind.ANSWER, message.id)], house.clock()))
    house.workers.drain()
    assert [case.asked for case in house.cases()] == [1, 1]
    assert len(house.said()) == 1
