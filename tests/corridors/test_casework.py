"""What editors do with cases before they answer them, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from periksa.answers.decide import Policy
from periksa.casework import MOST_TAGS, SHOWN, WORDINGS, Casework
from periksa.errors import WorkRefused
from periksa.finding import Finder
from periksa.inbox import IN_A_LIST, Inbox
from periksa.model import ActKind, CaseKind, CaseState, Look, Role, Shown, User
from periksa.readers.text import TextReader

from .conftest import BUDI, RINA, SITI, UNCHECKED, House

OTHER = "bantuan tunai enam ratus ribu dibagikan kantor pos"
THIRD = "sekolah libur sebulan karena gerhana"
HOURS = timedelta(hours=4)


@pytest.fixture
def work(house: House, new_id: Callable[[], str]) -> Casework:
    finder = Finder(TextReader(), house.index, Policy(answer=0.7, offer=0.03))
    for name in ("ayu", "budi"):
        house.do(lambda tx, name=name: tx.staff.add(User(name, name, Role.EDITOR, "-", house.clock(), house.clock())))
    return Casework(house.store, finder, house.clock, new_id)


@pytest.fixture
def inbox(house: House) -> Inbox:
    return Inbox(house.store, house.clock, {"whatsapp": timedelta(hours=24)})


def case_of(house: House, text: str, *phones: str) -> str:
    for phone in phones or (RINA,):
        house.say(text, phone)
    return next(case.id for case in house.cases() if case.text == text)


def known(house: House, id: str) -> tuple[Any, ...]:
    return house.look(lambda tx: (tx.cases.get(id), tx.acts.standing(id), tx.cases.waiting(id), tx.acts.wordings(id)))


def last(house: House, by: str = "ayu") -> str:
    [act, *_] = house.look(lambda tx: tx.acts.latest(by, house.clock() - HOURS))
    return str(act.id)


def refused(word: str) -> Any:
    return pytest.raises(WorkRefused, check=lambda error: error.word == word)


def log(house: House) -> list[tuple[str, str, str, str]]:
    return [(entry.who, entry.what, entry.about, entry.detail) for entry in house.look(lambda tx: tx.audit.list())]


def test_what_a_message_is_like_stands_with_the_case(house: House) -> None:
    house.say(f"{UNCHECKED}")
    case = house.cases()[0].id
    stands = house.look(lambda tx: tx.acts.standing(case))
    assert stands is not None
    assert (stands.kind, stands.channels, stands.languages) == (CaseKind.TEXT, ("whatsapp",), ("id",))


ACTS: dict[str, tuple[Callable[[Casework, list[str]], int], dict[str, Any]]] = {
    "assign": (lambda work, cases: work.assign(cases, "budi", "ayu"), {"assignee": "budi"}),
    "tag": (lambda work, cases: work.tag(cases, " Uang  Palsu ", "ayu"), {"tags": ("uang palsu",)}),
    "snooze": (lambda work, cases: work.snooze(cases, HOURS, "ayu"), {"wakes_at": 11}),
    "spam": (lambda work, cases: work.spam(cases, "ayu"), {"state": CaseState.SPAM, "settled_by": "ayu"}),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_changes_cases_is_logged_and_undone(house: House, work: Casework, name: str) -> None:
    cases = [case_of(house, UNCHECKED), case_of(house, OTHER, BUDI)]
    before = [known(house, id) for id in cases]
    do, changed = ACTS[name]
    assert do(work, cases) == 2
    for id in cases:
        case, standing, *_ = known(house, id)
        assert {key: getattr(case if hasattr(case, key) else standing, key) for key in changed} == changed
    assert {entry[:3] for entry in log(house)[:2]} == {("ayu", log(house)[0][1], id) for id in cases}
    assert work.undo(last(house), "budi") == 2
    assert [known(house, id) for id in cases] == before
    assert [entry[:2] for entry in log(house)[:2]] == [("budi", "undid")] * 2
    with refused("gone"):
        work.undo("tidak-ada", "ayu")


@pytest.mark.parametrize("name", ["assign", "tag", "spam"])
def test_what_is_so_already_is_no_act(house: House, work: Casework, name: str) -> None:
    cases = [case_of(house, UNCHECKED)]
    do, _ = ACTS[name]
    assert do(work, cases) == 1
    if name == "spam":
        with refused("settled"):
            do(work, cases)
    else:
        assert do(work, cases) == 0


def test_undoing_is_refused_where_somebody_changed_the_same_thing_meanwhile(house: House, work: Casework) -> None:
    first, second = case_of(house, UNCHECKED), case_of(house, OTHER, BUDI)
    work.assign([first, second], "ayu", "ayu")
    act = last(house)
    work.tag([first], "pemilu", "budi")
    work.assign([second], "budi", "budi")
    with refused("meanwhile"):
        work.undo(act, "ayu")
    assert known(house, first)[1].assignee == "ayu", "all of it, or nothing"
    work.undo(last(house, "budi"), "budi")
    work.undo(act, "ayu")
    assert [known(house, id)[1].assignee for id in (first, second)] == ["", ""]
    assert known(house, first)[1].tags == ("pemilu",)
    with refused("undone"):
        work.undo(act, "ayu")


def test_work_that_cannot_be_done_is_refused_and_changes_nothing(house: House, work: Casework) -> None:
    case = case_of(house, UNCHECKED)
    before = known(house, case)
    for word, act in {
        "nobody": lambda: work.assign([case], "siapa", "ayu"),
        "tag": lambda: work.tag([case], "<b>", "ayu"),
        "none": lambda: work.spam(["tidak-ada"], "ayu"),
        "many": lambda: work.wake([f"c-{number}" for number in range(101)], "ayu"),
        "few": lambda: work.merge([case, case], "ayu"),
        "all": lambda: work.split(case, [], "ayu"),
        "name": lambda: work.keep_view("  ", "q=x", "ayu"),
    }.items():
        with refused(word):
            act()
    for number in range(MOST_TAGS):
        work.tag([case], f"label {number}", "ayu")
    with refused("tags"):
        work.tag([case], "satu lagi", "ayu")
    assert known(house, case)[0] == before[0]


def test_a_case_that_sleeps_comes_back_by_itself(house: House, work: Casework, inbox: Inbox) -> None:
    case = case_of(house, UNCHECKED)
    work.snooze([case], HOURS, "ayu")
    assert inbox.page(Look(), "ayu").rows == []
    assert inbox.page(Look(Shown.SNOOZED), "ayu").totals[Shown.SNOOZED] == 1
    house.clock.pass_(hours=5)
    assert [row.case.id for row in inbox.page(Look(), "ayu").rows] == [case]


def test_a_case_that_sleeps_comes_back_when_it_grew_or_is_woken(house: House, work: Casework, inbox: Inbox) -> None:
    case = case_of(house, UNCHECKED)
    work.snooze([case], HOURS, "ayu")
    for number in range(10):
        house.say(UNCHECKED, f"62813555020{number:02}")
    assert [row.case.asked for row in inbox.page(Look(), "ayu").rows] == [11]
    work.snooze([case], HOURS, "ayu")
    assert inbox.page(Look(), "ayu").rows == []
    work.wake([case], "ayu")
    assert len(inbox.page(Look(), "ayu").rows) == 1


def test_spam_stays_closed_when_the_same_is_sent_again(house: House, work: Casework) -> None:
    case = case_of(house, UNCHECKED)
    work.spam([case], "ayu")
    house.say(UNCHECKED, BUDI)
    assert (house.cases(), known(house, case)[0].asked) == ([], 2)
    house.say(OTHER, SITI)
    assert [each.text for each in house.cases()] == [OTHER]
    work.undo(last(house), "ayu")
    assert {each.id: each.asked for each in house.cases()}[case] == 2


def test_cases_become_one_and_two_again(house: House, work: Casework) -> None:
    first = case_of(house, UNCHECKED)
    house.clock.pass_(minutes=3)
    second, third = case_of(house, OTHER, BUDI), case_of(house, THIRD, SITI)
    before = [known(house, id) for id in (first, second, third)]
    assert work.merge([third, second, first], "ayu").id == first
    assert (known(house, second)[0].asked, [case.id for case in house.cases()]) == (3, [first])
    assert house.look(lambda tx: tx.cases.count_waiting(first)) == 3
    assert work.undo(last(house), "ayu") == 2
    assert [known(house, id) for id in (first, second, third)] == before
    house.say(f"{OTHER} ", RINA)
    assert known(house, second)[0].asked == 2


def test_a_merge_that_was_answered_stays(house: House, work: Casework) -> None:
    first, second = case_of(house, UNCHECKED), case_of(house, OTHER, BUDI)
    work.merge([first, second], "ayu")
    house.review.answer(first, "banjir", "budi")
    with refused("meanwhile"):
        work.undo(last(house), "ayu")
    with refused("settled"):
        work.merge([first, case_of(house, THIRD, SITI)], "ayu")


def test_an_act_on_a_case_that_is_part_of_another_now_is_not_undone(house: House, work: Casework) -> None:
    first = case_of(house, UNCHECKED)
    house.clock.pass_(minutes=1)
    second = case_of(house, OTHER, BUDI)
    work.assign([second], "budi", "budi")
    work.merge([first, second], "ayu")
    with refused("part"):
        work.undo(last(house, "budi"), "budi")
    history = house.look(lambda tx: tx.acts.of(first))
    assert [act.what for act in history] == [ActKind.MERGED, ActKind.ASSIGNED]


def test_words_that_ask_something_else_become_a_case_of_their_own(house: House, work: Casework) -> None:
    first = case_of(house, UNCHECKED, RINA, SITI)
    second = case_of(house, OTHER, BUDI)
    work.merge([first, second], "ayu")
    before = known(house, first)
    wordings = {each.text: each for each in work.wordings(first)}
    assert [each.many for each in wordings.values()] == [2, 1]
    new = work.split(first, [wordings[OTHER].message], "ayu")
    assert (known(house, first)[0].asked, known(house, new)[0].text) == (2, OTHER)
    house.say(OTHER, RINA)
    assert (known(house, first)[0].asked, known(house, new)[0].asked) == (2, 2), "they are told apart from now on"
    work.undo(last(house), "ayu")
    assert known(house, new)[0].id == first
    assert known(house, first)[0].asked == before[0].asked + 1
    with refused("all"):
        work.split(first, [each.message for each in work.wordings(first)], "ayu")


def test_each_of_the_words_that_were_split_off_leads_to_the_new_case(house: House, work: Casework) -> None:
    first = case_of(house, UNCHECKED)
    others = [
        case_of(house, OTHER, *(f"6281355502{number:03}" for number in range(WORDINGS + 1))),
        case_of(house, THIRD),
    ]
    work.merge([first, *others], "ayu")
    chosen = [each.message for each in work.wordings(first) if each.text != UNCHECKED]
    new = work.split(first, chosen, "ayu")
    asked = known(house, new)[0].asked
    house.say(THIRD, BUDI)
    assert known(house, new)[0].asked == asked + 1


def test_half_a_number_at_the_end_of_what_is_shown_is_masked_too(house: House, work: Casework, inbox: Inbox) -> None:
    for shown in (SHOWN, IN_A_LIST):
        text = f"hubungi {'x' * (shown - 17)} 0812-3456-7890"
        case = case_of(house, text)
        seen = [each.text for each in work.wordings(case)]
        seen += [row.case.text for row in inbox.page(Look(), "ayu").rows if row.case.id == case]
        assert not any("0812-3" in each for each in seen)


def test_a_settlement_is_taken_back_until_somebody_was_told(house: House, work: Casework) -> None:
    silent, answered = case_of(house, UNCHECKED), case_of(house, OTHER, BUDI)
    house.review.close(silent, "ayu")
    assert work.reopen(silent, "budi") == 1
    work.undo(last(house, "budi"), "budi")
    assert known(house, silent)[0].state is CaseState.CLOSED
    house.do(lambda tx: tx.cases.answer(answered, ["banjir"], "ayu", house.clock()))
    work.reopen(answered, "ayu")
    with refused("again"):
        work.undo(last(house), "ayu")
    house.review.answer(answered, "banjir", "ayu")
    house.review.stop(answered, "ayu", 1)
    work.reopen(answered, "ayu")
    house.workers.drain()
    assert len(house.said(BUDI)) == 1, "nobody is told of what was taken back"
    house.review.answer(answered, "banjir", "ayu")
    house.workers.drain()
    assert len(house.said(BUDI)) == 2
    with refused("told"):
        work.reopen(answered, "ayu")


def test_views_are_kept_and_dropped(house: House, work: Casework, inbox: Inbox) -> None:
    work.keep_view(" Ramai  sekarang ", "order=growing", "ayu", everyones=True)
    work.keep_view("punyaku", "who=ayu", "ayu")
    assert [view.name for view in inbox.page(Look(), "budi").views] == ["Ramai sekarang"]
    [team, mine] = inbox.page(Look(), "ayu").views
    with refused("gone"):
        work.drop_view(mine.id, "budi")
    work.drop_view(team.id, "budi")
    work.drop_view(mine.id, "ayu")
    assert inbox.page(Look(), "ayu").views == []
    assert all("luwak" not in " ".join(entry) for entry in log(house))
