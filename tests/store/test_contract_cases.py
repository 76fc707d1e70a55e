"""What every store promises about cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import Address, Case, CaseOrder, CaseState, Message, MessageKind, Waiting
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("m-1", "siti", "whatsapp", "wamid.1", MessageKind.TEXT, NOON, NOON, "benarkah ada bantuan tunai?")
PEOPLE = {"siti": Address("whatsapp", "6281100022201"), "budi": Address("whatsapp", "6281100022202")}


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def ask(shelf: Transaction, contact: str, message: str, *keys: str, minute: int = 0, case: str = "") -> Case:
    """A person asks something, and it goes to the editors."""
    shelf.contacts.resolve([PEOPLE[contact]], contact, NOON)
    at = later(minute)
    asked = replace(MESSAGE, id=message, platform_id=f"wamid.{message}", contact=contact, received_at=at)
    shelf.messages.add(replace(asked, text=f"teks {message}"))
    return shelf.cases.join(keys, f"teks {message}", message, at, case or f"case-{message}")


def waits(contact: str, message: str, minute: int = 0, language: str = "") -> Waiting:
    return Waiting(contact, "whatsapp", language, message, f"wamid.{message}", later(minute))


def test_the_first_message_opens_a_case_and_others_join_it(store: Store, do: Any) -> None:
    opened = Case("case-1", "teks m-1", NOON, CaseState.OPEN, asked=1, asked_at=NOON)
    assert do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan", case="case-1")) == opened
    joined = replace(opened, asked=2, asked_at=later(5))
    assert do(lambda shelf: ask(shelf, "budi", "m-2", "bantuan", "tautan", minute=5)) == joined
    assert store.read(lambda shelf: shelf.cases.get("case-1")) == joined
    assert store.read(lambda shelf: shelf.cases.of("m-2")) == joined
    assert store.read(lambda shelf: shelf.cases.get("case-m-2")) is None
    assert store.read(lambda shelf: shelf.cases.of("m-3")) is None


def test_joining_twice_is_joining_once(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan"))
    assert do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan")).asked == 1
    assert do(lambda shelf: ask(shelf, "siti", "m-1", "vaksin")).id == "case-m-1"
    assert [case.asked for case in store.read(lambda shelf: shelf.cases.list(CaseState.OPEN))] == [1]


def test_a_message_that_came_late_does_not_make_a_case_look_older(do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan", minute=9))
    assert do(lambda shelf: ask(shelf, "budi", "m-2", "bantuan", minute=2)).asked_at == later(9)


def test_a_case_learns_every_key_of_those_who_join_it(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "teks", "tautan"))
    do(lambda shelf: ask(shelf, "siti", "m-2", "tautan", "mirip"))
    assert do(lambda shelf: ask(shelf, "budi", "m-3", "mirip")).asked == 3
    for key in ("teks", "tautan", "mirip"):
        assert [case.id for case in store.read(lambda shelf, key=key: shelf.cases.find([key]))] == ["case-m-1"]
    assert store.read(lambda shelf: shelf.cases.find(["lain"])) == []
    assert store.read(lambda shelf: shelf.cases.find([])) == []


def test_without_a_key_a_message_is_a_case_of_its_own(do: Any) -> None:
    assert do(lambda shelf: ask(shelf, "siti", "m-1")).id == "case-m-1"
    assert do(lambda shelf: ask(shelf, "siti", "m-2")).id == "case-m-2"


def three_cases(shelf: Transaction) -> None:
    ask(shelf, "siti", "m-1", "pemilu", minute=3)
    ask(shelf, "budi", "m-2", "bantuan", minute=1)
    ask(shelf, "siti", "m-3", "vaksin", minute=2)
    ask(shelf, "siti", "m-4", "bantuan", minute=4)


def test_open_cases_that_meet_become_the_oldest(store: Store, do: Any) -> None:
    do(three_cases)
    merged = do(lambda shelf: ask(shelf, "budi", "m-5", "vaksin", "bantuan", "pemilu", minute=5))
    assert (merged.id, merged.asked, merged.asked_at, merged.text) == ("case-m-2", 5, later(5), "teks m-2")
    assert store.read(lambda shelf: shelf.cases.list(CaseState.OPEN)) == [merged]
    assert store.read(lambda shelf: shelf.cases.counts()) == {CaseState.OPEN: 1}
    for alias in ("case-m-1", "case-m-2", "case-m-3"):
        assert store.read(lambda shelf, id=alias: shelf.cases.get(id)) == merged
    assert store.read(lambda shelf: shelf.cases.of("m-1")) == merged
    assert {each.contact for each in store.read(lambda shelf: shelf.cases.waiting("case-m-3"))} == {"siti", "budi"}


def test_an_alias_leads_on_when_its_case_is_merged_again(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "pemilu", minute=1))
    do(lambda shelf: ask(shelf, "siti", "m-2", "bantuan", minute=2))
    do(lambda shelf: ask(shelf, "siti", "m-3", "vaksin", minute=3))
    do(lambda shelf: ask(shelf, "siti", "m-4", "vaksin", "bantuan", minute=4))
    do(lambda shelf: ask(shelf, "siti", "m-5", "bantuan", "pemilu", minute=5))
    assert do(lambda shelf: shelf.cases.answer("case-m-3", ["cek-1"], "Rina", later(6)))
    assert store.read(lambda shelf: shelf.cases.get("case-m-1").state) is CaseState.ANSWERED


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (CaseOrder.ASKED, ["case-m-2", "case-m-3", "case-m-1"]),
        (CaseOrder.LATEST, ["case-m-2", "case-m-1", "case-m-3"]),
        (CaseOrder.OLDEST, ["case-m-2", "case-m-3", "case-m-1"]),
    ],
)
def test_cases_are_listed_in_the_order_asked_for(store: Store, do: Any, order: CaseOrder, expected: list[str]) -> None:
    do(three_cases)
    assert [case.id for case in store.read(lambda shelf: shelf.cases.list(CaseState.OPEN, order=order))] == expected
    cases = store.read(lambda shelf: shelf.cases.list(CaseState.OPEN, limit=2, order=order))
    assert [case.id for case in cases] == expected[:2]


def test_an_answer_is_given_once(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan"))
    assert do(lambda shelf: shelf.cases.answer("case-m-1", ["cek-1", "cek-2"], "Rina", later(1)))
    assert not do(lambda shelf: shelf.cases.answer("case-m-1", ["cek-9"], "Budi", later(2)))
    assert not do(lambda shelf: shelf.cases.close("case-m-1", "Budi", later(2)))
    assert not do(lambda shelf: shelf.cases.answer("case-x", ["cek-9"], "Budi", later(2)))
    case = store.read(lambda shelf: shelf.cases.get("case-m-1"))
    assert case is not None
    assert (case.state, case.articles) == (CaseState.ANSWERED, ("cek-1", "cek-2"))
    assert (case.settled_by, case.settled_at) == ("Rina", later(1))
    assert store.read(lambda shelf: shelf.cases.counts()) == {CaseState.ANSWERED: 1}


def test_what_an_article_alone_answers_is_found(store: Store, do: Any) -> None:
    answers = {"m-1": ["cek"], "m-2": ["cek"], "m-3": ["lain", "cek"], "m-4": ["cek-2"]}
    for minute, (message, articles) in reversed(list(enumerate(answers.items()))):
        do(lambda shelf, m=message, at=minute: ask(shelf, "siti", m, m, minute=at))
        do(lambda shelf, m=message, given=articles: shelf.cases.answer(f"case-{m}", given, "Rina", later(9)))
    do(lambda shelf: ask(shelf, "siti", "m-5", "terbuka"))
    assert [case.id for case in store.read(lambda shelf: shelf.cases.answered_by("cek"))] == ["case-m-1", "case-m-2"]
    assert store.read(lambda shelf: shelf.cases.answered_by("tidak ada")) == []


def test_what_is_asked_after_an_answer_is_a_new_case_and_the_answered_is_found(store: Store, do: Any) -> None:
    for number in (1, 2):
        do(lambda shelf, n=number: ask(shelf, "siti", f"m-{n}", "bantuan", minute=n))
        do(lambda shelf, n=number: shelf.cases.answer(f"case-m-{n}", [f"cek-{n}"], "Rina", later(10 + n)))
    assert do(lambda shelf: ask(shelf, "budi", "m-3", "bantuan", minute=3)).asked == 1
    answered = store.read(lambda shelf: shelf.cases.find(["bantuan"], CaseState.ANSWERED))
    assert [case.id for case in answered] == ["case-m-2", "case-m-1"]
    assert [case.id for case in store.read(lambda shelf: shelf.cases.find(["bantuan"]))] == ["case-m-3"]


def test_a_closed_case_has_no_article(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan"))
    assert do(lambda shelf: shelf.cases.close("case-m-1", "Rina", later(1)))
    case = store.read(lambda shelf: shelf.cases.get("case-m-1"))
    assert case is not None
    assert (case.state, case.articles, case.settled_by) == (CaseState.CLOSED, (), "Rina")


def test_everyone_who_asked_waits_once_whoever_waits_longest_first(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan", case="case-1"))
    do(lambda shelf: ask(shelf, "budi", "m-2", "bantuan", minute=1))
    do(lambda shelf: ask(shelf, "siti", "m-3", "bantuan", minute=2))
    do(lambda shelf: shelf.contacts.update("budi", language="en"))
    expected = [waits("siti", "m-3", minute=2), waits("budi", "m-2", minute=1, language="en")]
    assert store.read(lambda shelf: shelf.cases.waiting("case-1")) == expected
    assert store.read(lambda shelf: shelf.cases.waiting("case-1", limit=1)) == expected[:1]
    assert store.read(lambda shelf: shelf.cases.waiting("case-2")) == []


def test_who_was_told_waits_no_more(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan", case="case-1"))
    do(lambda shelf: ask(shelf, "budi", "m-2", "bantuan"))
    do(lambda shelf: ask(shelf, "siti", "m-3", "vaksin", case="case-3"))
    do(lambda shelf: shelf.cases.told("case-1", ["siti", "nobody"], later(1)))
    assert [each.contact for each in store.read(lambda shelf: shelf.cases.waiting("case-1"))] == ["budi"]
    do(lambda shelf: shelf.cases.told("case-1", ["budi"], later(2)))
    assert store.read(lambda shelf: shelf.cases.waiting("case-1")) == []
    assert [each.contact for each in store.read(lambda shelf: shelf.cases.waiting("case-3"))] == ["siti"]


def test_who_was_told_as_another_waits_no_more(store: Store, do: Any) -> None:
    """Budi was told, then proves to be Siti, who asked the same."""
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan", case="case-1"))
    do(lambda shelf: ask(shelf, "budi", "m-2", "bantuan"))
    do(lambda shelf: shelf.cases.told("case-1", ["budi"], later(1)))
    do(lambda shelf: shelf.contacts.resolve(list(PEOPLE.values()), "unused", later(2)))
    assert store.read(lambda shelf: shelf.cases.waiting("case-1")) == []


def test_the_old_id_of_one_who_was_merged_will_do_to_say_who_was_told(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "budi", "m-1", "bantuan", case="case-1"))
    do(lambda shelf: ask(shelf, "siti", "m-2", "vaksin", case="case-2"))
    do(lambda shelf: shelf.contacts.resolve(list(PEOPLE.values()), "unused", later(2)))
    do(lambda shelf: shelf.cases.told("case-2", ["siti"], later(3)))
    assert store.read(lambda shelf: shelf.cases.waiting("case-2")) == []
    assert [each.contact for each in store.read(lambda shelf: shelf.cases.waiting("case-1"))] == ["budi"]


def test_nobody_writes_to_the_blocked(store: Store, do: Any) -> None:
    do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan", case="case-1"))
    do(lambda shelf: shelf.contacts.block("siti", later(1)))
    assert store.read(lambda shelf: shelf.cases.waiting("case-1")) == []
    do(lambda shelf: shelf.contacts.unblock("siti"))
    assert store.read(lambda shelf: shelf.cases.waiting("case-1")) == [waits("siti", "m-1")]


def test_those_who_wait_are_counted_without_being_named(store: Store, do: Any) -> None:
    case = do(lambda shelf: ask(shelf, "siti", "m-1", "bantuan")).id
    do(lambda shelf: [ask(shelf, "budi", f"m-{number}", "bantuan", minute=number) for number in (2, 3)])
    assert store.read(lambda shelf: [shelf.cases.count_waiting(id) for id in (case, "tidak-ada")]) == [2, 0]
    assert store.read(lambda shelf: shelf.cases.queue(case, 1)) == ([waits("siti", "m-1")], 2)
    assert store.read(lambda shelf: shelf.cases.queue("tidak-ada", 1)) == ([], 0)
    do(lambda shelf: shelf.cases.told(case, ["budi"], later(9)))
    assert store.read(lambda shelf: shelf.cases.count_waiting(case)) == 1
    do(lambda shelf: shelf.contacts.block("siti", later(9)))
    assert store.read(lambda shelf: shelf.cases.count_waiting(case)) == 0
