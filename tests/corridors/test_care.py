"""Somebody who wants to die is no rumour: nothing about one is sent to them, and their case is lost nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest

from periksa.answers import same
from periksa.answers.decide import Policy
from periksa.authoring import Authoring
from periksa.casework import Casework
from periksa.errors import WorkRefused
from periksa.finding import Finder
from periksa.inbox import Inbox
from periksa.model import CaseState, Draft, Look, Opened
from periksa.model.report import Period
from periksa.numbers import Numbers
from periksa.readers.text import TextReader

from .conftest import BUDI, RINA, UNCHECKED, House

WISH = "min, aku pengen mati aja"
Do = Callable[["Desk", str], Any]


class Desk:
    """What editors have."""

    def __init__(self, house: House, new_id: Callable[[], str]) -> None:
        self.house, self.review = house, house.review
        self.inbox = Inbox(house.store, house.clock, {"whatsapp": timedelta(hours=24)})
        finder = Finder(TextReader(), house.index, Policy(answer=0.7, offer=0.03))
        self.work = Casework(house.store, finder, house.clock, new_id)
        self.authoring = Authoring(house.store, house.clock, new_id, "Cek Nusantara")

    def opened(self, id: str) -> Opened:
        found = self.inbox.case(id)
        assert found
        return found

    def other(self) -> str:
        self.house.say(UNCHECKED, BUDI)
        return next(case.id for case in self.house.cases() if case.text == UNCHECKED)


@pytest.fixture
def desk(house: House, new_id: Callable[[], str]) -> Desk:
    return Desk(house, new_id)


@pytest.fixture
def case(house: House) -> str:
    house.say(WISH)
    return house.cases()[0].id


REFUSED: dict[str, Do] = {
    "answer": lambda desk, case: desk.review.answer(case, "banjir", "ayu"),
    "preview of an answer": lambda desk, case: desk.review.preview(case, "banjir"),
    "preview of a word": lambda desk, case: desk.review.preview(case),
    "close with a word": lambda desk, case: desk.review.close(case, "ayu", tell=True),
    "an answer of our own": lambda desk, case: desk.authoring.save(Draft("", case, "Klaim"), "ayu"),
    "spam": lambda desk, case: desk.work.spam([case], "ayu"),
    "merge": lambda desk, case: desk.work.merge([case, desk.other()], "ayu"),
    "split": lambda desk, case: desk.work.split(case, ["m"], "ayu"),
}


@pytest.mark.parametrize("do", REFUSED.values(), ids=REFUSED)
def test_what_is_done_about_rumours_is_refused(house: House, desk: Desk, case: str, do: Do) -> None:
    with pytest.raises(WorkRefused, match="wants to die") as refused:
        do(desk, case)
    house.workers.drain()
    assert refused.value.word == "care"
    assert desk.opened(case).case.state is CaseState.OPEN
    assert len(house.said(RINA)) == 1


def test_it_is_closed_without_a_word_and_only_so(house: House, desk: Desk, case: str) -> None:
    assert desk.review.close(case, "ayu").state is CaseState.CLOSED
    for article in ("banjir", ""):
        with pytest.raises(WorkRefused):
            desk.review.preview_instead(case, article, 1)
        with pytest.raises(WorkRefused):
            desk.review.instead(case, article, "bima", 1)
    house.workers.drain()
    assert len(house.said(RINA)) == 1
    house.say("saya mau bunuh diri")
    assert [(each.id == case, each.text) for each in house.cases()] == [(False, same.despair_text())]


def test_it_is_taken_tagged_snoozed_and_that_is_undone(house: House, desk: Desk, case: str) -> None:
    assert desk.work.tag([case], "didampingi", "ayu") == 1
    assert desk.work.snooze([case], timedelta(hours=1), "ayu") == 1
    [act] = house.look(lambda tx: tx.acts.latest("ayu", house.clock() - timedelta(hours=1)))
    assert desk.work.undo(act.id, "ayu") == 1
    assert desk.opened(case).case.state is CaseState.OPEN


def test_editors_are_told_which_it_is(house: House, desk: Desk, case: str) -> None:
    other = desk.other()
    assert (desk.opened(case).care, desk.opened(other).care) == (True, False)
    assert {row.case.id: row.care for row in desk.inbox.page(Look(), "ayu").rows} == {case: True, other: False}
    for _ in range(8):
        house.say(WISH)
    [row] = [row for row in desk.inbox.page(Look(), "ayu").rows if row.care]
    assert (row.hour >= 5, row.growing) == (True, False)


def test_it_stands_in_no_table_of_what_is_asked_most(house: House, desk: Desk, case: str) -> None:
    other, today = desk.other(), house.clock().date()
    asked = Numbers(house.store, house.clock, UTC).look(Period(today, today)).asked
    assert [row.case.id for row, *_ in asked] == [other]


def test_both_languages_are_known() -> None:
    assert len(same.DESPAIR_TEXTS) == 2
    assert all(map(same.is_despair, same.DESPAIR_TEXTS))
    assert not any(map(same.is_despair, ("", "[image]", UNCHECKED, WISH)))
