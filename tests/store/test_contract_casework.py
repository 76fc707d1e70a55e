"""What every store promises about the work on cases: how they stand, acts and their undoing, lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from periksa.model import (
    NOBODY,
    Act,
    ActKind,
    Address,
    Asked,
    Case,
    CaseKind,
    CaseSieve,
    CaseState,
    Listing,
    Message,
    MessageKind,
    Shown,
    Standing,
    View,
)
from periksa.model.casework import rank
from periksa.store import Store, Transaction
from periksa.store.recounting import COUNTED

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINK = Asked(CaseKind.LINK, "whatsapp", "id", frequently=True)
VOICE = Asked(CaseKind.VOICE, "telegram", "en")


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def ask(
    tx: Transaction, message: str, *keys: str, text: str = "", minute: int = 0, asked: Asked = LINK, who: str = "siti"
) -> Case:
    """Somebody asks, with a message that says so much."""
    at = later(minute)
    contact = tx.contacts.resolve([Address(asked.channel, who, "phone")], f"{who}-{asked.channel}", NOON)
    kind = MessageKind.AUDIO if asked.kind is CaseKind.VOICE else MessageKind.TEXT
    says = text or f"https://x.example {message}"
    tx.messages.add(
        Message(message, contact, asked.channel, message, kind, at, at, says, frequently_forwarded=asked.frequently)
    )
    return tx.cases.join(keys, says, message, at, f"case-{message}", asked)


def everything(tx: Transaction, *ids: str) -> list[Any]:
    """All that is known of cases: themselves, how they stand, what was said, who waits."""
    return [
        (
            tx.cases.get(id),
            tx.acts.standing(id),
            [(wording.text, wording.many) for wording in tx.acts.wordings(id)],
            [each.message for each in tx.cases.waiting(id)],
        )
        for id in ids
    ]


def counted(tx: Transaction, id: str) -> dict[str, Any]:
    case, standing = tx.cases.get(id), tx.acts.standing(id)
    assert case
    return {name: getattr(case if hasattr(case, name) else standing, name) for name in COUNTED}


def merge(tx: Transaction, loser: str, winner: str) -> Act:
    """As the corridor does it."""
    before = counted(tx, winner)
    won, lost = tx.acts.standing(winner), tx.acts.standing(loser)
    assert won
    assert lost
    after = {**before, "asked": before["asked"] + counted(tx, loser)["asked"]}
    after["asked_at"] = max(before["asked_at"], counted(tx, loser)["asked_at"])
    both = won.together(lost)
    after |= {name: getattr(both, name) for name in COUNTED if hasattr(both, name)}
    act = tx.acts.record(Act("merge-1", ActKind.MERGED, loser, "ayu", NOON, before, after, winner))
    tx.acts.merge(loser, winner, act)
    assert counted(tx, winner) == after
    return act


def test_a_case_counts_what_comes_in(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a"))
    do(lambda tx: ask(tx, "m-2", "a", minute=1, asked=VOICE))
    do(lambda tx: ask(tx, "m-3", "a", minute=125, asked=replace(LINK, frequently=False)))
    stands = store.read(lambda tx: tx.acts.standing("case-m-1"))
    assert stands is not None
    assert (stands.kind, stands.forwarded) == (CaseKind.LINK, 1)
    assert (stands.channels, stands.languages) == (("whatsapp", "telegram"), ("id", "en"))
    assert stands.pulse.counts == (1, 0, 2)
    assert store.read(lambda tx: tx.acts.standing("tidak-ada")) is None


def test_cases_that_meet_count_together(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a"))
    do(lambda tx: ask(tx, "m-2", "b", minute=1, asked=VOICE, text="rekaman dokter"))
    do(lambda tx: ask(tx, "m-3", "a", "b", minute=2))
    stands = store.read(lambda tx: tx.acts.standing("case-m-2"))
    assert stands is not None
    assert (stands.forwarded, stands.pulse.counts, stands.channels) == (2, (3,), ("whatsapp", "telegram"))
    found = CaseSieve(words=("rekaman", "dokter"))
    assert [row.case.id for row in store.read(lambda tx: tx.listings.page(found, Listing.ASKED, NOON, 9))] == [
        "case-m-1"
    ]


def test_fields_change_and_are_read_back(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a"))
    changes = {"assignee": "ayu", "tags": ("kesehatan", "pemilu"), "snoozed_until": later(60), "wakes_at": 4}
    do(lambda tx: tx.acts.change("case-m-1", changes))
    stands = store.read(lambda tx: tx.acts.standing("case-m-1"))
    assert {name: getattr(stands, name) for name in changes} == changes
    do(lambda tx: tx.acts.change("tidak-ada", changes))


def test_acts_are_kept_with_what_they_changed(store: Store, do: Any) -> None:
    before = {"state": CaseState.OPEN, "tags": ("a",), "snoozed_until": None, "wakes_at": 0}
    after = {"state": CaseState.SPAM, "tags": ("a", "b"), "snoozed_until": later(9), "wakes_at": 7}
    act = Act("act-1", ActKind.SPAM, "case-1", "ayu", NOON, before, after)
    kept = do(lambda tx: [tx.acts.record(act), tx.acts.record(replace(act, case="case-2"))])
    assert [replace(each, number=0) for each in kept] == [act, replace(act, case="case-2")]
    assert store.read(lambda tx: tx.acts.get("act-1")) == kept[::-1]
    assert store.read(lambda tx: tx.acts.of("case-1")) == kept[:1]
    assert store.read(lambda tx: tx.acts.latest("ayu", NOON)) == kept[::-1]
    assert store.read(lambda tx: tx.acts.latest("ayu", later(1))) == []
    assert store.read(lambda tx: tx.acts.latest("budi", NOON)) == []
    do(lambda tx: tx.acts.undone("act-1", "budi", later(2)))
    assert store.read(lambda tx: tx.acts.latest("ayu", NOON)) == []
    undone = store.read(lambda tx: tx.acts.get("act-1"))
    assert {(each.undone_by, each.undone_at) for each in undone} == {("budi", later(2))}


def test_what_is_spam_swallows_exactly_the_same_and_nothing_else(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "text:a", "near:b"))
    do(lambda tx: tx.acts.change("case-m-1", {"state": CaseState.SPAM, "settled_by": "ayu", "settled_at": NOON}))
    assert do(lambda tx: ask(tx, "m-2", "text:a", "near:c", minute=1)).id == "case-m-1"
    assert do(lambda tx: ask(tx, "m-3", "text:x", "near:b", minute=2)).id == "case-m-3"
    assert do(lambda tx: ask(tx, "m-4", "near:c", minute=3)).id == "case-m-4"
    assert store.read(lambda tx: tx.cases.counts()) == {CaseState.SPAM: 1, CaseState.OPEN: 2}
    opened = {"state": CaseState.OPEN, "settled_by": "", "settled_at": None}
    do(lambda tx: tx.acts.change("case-m-1", opened))
    assert do(lambda tx: ask(tx, "m-5", "text:a", minute=4)).asked == 3
    assert store.read(lambda tx: [case.id for case in tx.cases.find(["near:b"])]) == ["case-m-3"]


def test_a_case_that_is_merged_is_part_of_the_other(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a"))
    do(lambda tx: ask(tx, "m-2", "b", minute=1, asked=VOICE))
    act = do(lambda tx: merge(tx, "case-m-2", "case-m-1"))
    assert store.read(lambda tx: tx.cases.get("case-m-2").id) == "case-m-1"
    assert store.read(lambda tx: tx.cases.of("m-2").id) == "case-m-1"
    assert store.read(lambda tx: tx.cases.counts()) == {CaseState.OPEN: 1}
    assert store.read(lambda tx: tx.cases.list(CaseState.OPEN, 9)) == [store.read(lambda tx: tx.cases.get("case-m-1"))]
    assert do(lambda tx: ask(tx, "m-3", "b", minute=2)).id == "case-m-1"
    assert store.read(lambda tx: tx.acts.of("case-m-1")) == [act]


def test_a_merge_that_is_undone_leaves_all_as_it_was(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a"))
    do(lambda tx: ask(tx, "m-2", "b", minute=1, asked=VOICE))
    do(lambda tx: ask(tx, "m-3", "b", minute=2, asked=VOICE, who="budi"))
    before = store.read(lambda tx: everything(tx, "case-m-1", "case-m-2"))
    act = do(lambda tx: merge(tx, "case-m-2", "case-m-1"))
    assert do(lambda tx: tx.acts.part(act))
    assert store.read(lambda tx: everything(tx, "case-m-1", "case-m-2")) == before
    assert do(lambda tx: ask(tx, "m-4", "b", minute=3)).id == "case-m-2"
    assert not do(lambda tx: tx.acts.part(act))


def test_who_asked_since_a_merge_stays_when_it_is_undone(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a"))
    do(lambda tx: ask(tx, "m-2", "b", minute=1, asked=VOICE))
    act = do(lambda tx: merge(tx, "case-m-2", "case-m-1"))
    do(lambda tx: ask(tx, "m-3", "a", "new", minute=90, who="budi"))
    assert do(lambda tx: tx.acts.part(act))
    kept, parted = store.read(lambda tx: [tx.cases.get("case-m-1"), tx.cases.get("case-m-2")])
    assert (kept.asked, kept.asked_at, parted.asked) == (2, later(90), 1)
    stands = store.read(lambda tx: tx.acts.standing("case-m-1"))
    assert stands is not None
    assert (stands.channels, stands.pulse.counts, stands.forwarded) == (("whatsapp",), (1, 1), 2)
    assert [case.id for case in store.read(lambda tx: tx.cases.find(["new", "b"]))] == ["case-m-1", "case-m-2"]


def test_a_merge_is_not_undone_once_it_was_answered(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a"))
    do(lambda tx: ask(tx, "m-2", "b", minute=1))
    act = do(lambda tx: merge(tx, "case-m-2", "case-m-1"))
    do(lambda tx: tx.cases.answer("case-m-1", ["cek"], "ayu", later(5)))
    assert not do(lambda tx: tx.acts.part(act))


def split(tx: Transaction, case: str, *messages: str, keys: tuple[str, ...] = (), new: str = "case-new") -> Act:
    before = counted(tx, case)
    took = tx.acts.split(case, messages, keys, "kata lain", new)
    before["took_words"] = took
    act = Act("split-1", ActKind.SPLIT, case, "ayu", NOON, before, counted(tx, case), new)
    return tx.acts.record(act)


@pytest.mark.parametrize("moved", [("m-2", "m-3"), ("m-1", "m-3")], ids=["others", "with the words it shows"])
def test_messages_become_a_case_of_their_own_and_go_back(store: Store, do: Any, moved: tuple[str, ...]) -> None:
    do(lambda tx: ask(tx, "m-1", "a", text="vaksin polio mandul"))
    do(lambda tx: ask(tx, "m-2", "a", "b", text="vaksin campak gratis", minute=1, asked=VOICE, who="budi"))
    do(lambda tx: ask(tx, "m-3", "b", text="vaksin campak gratis", minute=2, who="tono"))
    before = store.read(lambda tx: everything(tx, "case-m-1"))
    act = do(lambda tx: split(tx, "case-m-1", *moved, keys=("b", "unknown")))
    old, new = store.read(lambda tx: [tx.cases.get("case-m-1"), tx.cases.get("case-new")])
    assert (old.asked, new.asked) == (1, 2)
    assert new.text == ("vaksin polio mandul" if "m-1" in moved else "kata lain")
    assert old.text == ("vaksin campak gratis" if "m-1" in moved else "vaksin polio mandul")
    assert new.opened_at == later(0 if "m-1" in moved else 1)
    assert store.read(lambda tx: tx.cases.of("m-3").id) == "case-new"
    assert [case.id for case in store.read(lambda tx: tx.cases.find(["b"]))] == ["case-new"]
    stands = store.read(lambda tx: tx.acts.standing("case-new"))
    assert stands is not None
    assert set(stands.channels) == ({"whatsapp"} if "m-1" in moved else {"whatsapp", "telegram"})
    assert do(lambda tx: tx.acts.rejoin(act))
    assert store.read(lambda tx: everything(tx, "case-m-1")) == before
    assert store.read(lambda tx: tx.cases.get("case-new").id) == "case-m-1"
    assert do(lambda tx: ask(tx, "m-4", "b", minute=9)).asked == 4
    assert not do(lambda tx: tx.acts.rejoin(act))


def test_a_case_that_was_split_off_is_as_old_as_its_oldest_message(store: Store, do: Any) -> None:
    """Messages do not always come in the order in which they were sent."""
    for number, minute in ((1, 0), (2, 9), (3, 4)):
        do(lambda tx, n=number, at=minute: ask(tx, f"m-{n}", "a", minute=at))
    do(lambda tx: split(tx, "case-m-1", "m-2", "m-3"))
    assert store.read(lambda tx: tx.cases.get("case-new").opened_at) == later(4)


def test_a_split_is_not_undone_once_one_of_the_two_was_answered(store: Store, do: Any) -> None:
    do(lambda tx: [ask(tx, f"m-{number}", "a", minute=number) for number in (1, 2)])
    act = do(lambda tx: split(tx, "case-m-1", "m-2"))
    do(lambda tx: tx.cases.answer("case-new", ["cek"], "ayu", later(5)))
    assert not do(lambda tx: tx.acts.rejoin(act))


def test_wordings_are_told_apart_and_counted(store: Store, do: Any) -> None:
    for number, text in enumerate(["lain", "sama", "sama", "sama"], 1):
        do(lambda tx, n=number, t=text: ask(tx, f"m-{n}", "a", text=t, minute=n))
    found = store.read(lambda tx: tx.acts.wordings("case-m-1"))
    assert [(each.message, each.text, each.many) for each in found] == [("m-2", "sama", 3), ("m-1", "lain", 1)]
    assert store.read(lambda tx: tx.acts.wordings("case-m-1", 1)) == found[:1]
    assert store.read(lambda tx: tx.acts.saying("case-m-1", ["m-3", "tidak-ada"])) == ["m-2", "m-3", "m-4"]
    assert {each.kind for each in found} == {MessageKind.TEXT}


def test_who_was_told_is_counted(store: Store, do: Any) -> None:
    do(lambda tx: [ask(tx, f"m-{number}", "a", minute=number, who=who) for number, who in ((1, "siti"), (2, "budi"))])
    assert store.read(lambda tx: tx.acts.told("case-m-1")) == 0
    do(lambda tx: tx.cases.told("case-m-1", ["siti-whatsapp"], later(5)))
    assert store.read(lambda tx: tx.acts.told("case-m-1")) == 1


def ids(store: Store, sieve: CaseSieve, listing: Listing = Listing.OLDEST, now: datetime = NOON) -> list[str]:
    return [row.case.id for row in store.read(lambda tx: tx.listings.page(sieve, listing, now, 99))]


def five(tx: Transaction) -> None:
    """Cases 1 to 5, each asked as often as its number says, the third in telegram."""
    for case in range(1, 6):
        for time in range(case):
            asked = VOICE if case == 3 else LINK
            ask(tx, f"{case}{time}", f"k{case}", text=f"Kabar ke-{case}, 100% benar?", minute=10 * case, asked=asked)
    tx.acts.change("case-20", {"assignee": "ayu", "tags": ("bansos", "uang")})
    tx.acts.change("case-30", {"tags": ("uang",)})
    tx.acts.change("case-40", {"snoozed_until": later(60), "wakes_at": 5})
    tx.cases.close("case-50", "ayu", later(55))


@pytest.mark.parametrize(
    ("sieve", "found"),
    [
        (CaseSieve(), ["case-10", "case-20", "case-30"]),
        (CaseSieve(Shown.SNOOZED), ["case-40"]),
        (CaseSieve(Shown.CLOSED), ["case-50"]),
        (CaseSieve(Shown.SPAM), []),
        (CaseSieve(without=("Kabar ke-2, 100% benar?", "lain")), ["case-10", "case-30"]),
        (CaseSieve(assignee="ayu"), ["case-20"]),
        (CaseSieve(assignee=NOBODY), ["case-10", "case-30"]),
        (CaseSieve(tag="uang"), ["case-20", "case-30"]),
        (CaseSieve(tag="uan"), []),
        (CaseSieve(kind=CaseKind.VOICE), ["case-30"]),
        (CaseSieve(channel="telegram"), ["case-30"]),
        (CaseSieve(language="id"), ["case-10", "case-20"]),
        (CaseSieve(words=("kabar", "2")), ["case-20"]),
        (CaseSieve(words=("kabar", "vaksin")), []),
        (CaseSieve(asked_since=later(20)), ["case-20", "case-30"]),
        (CaseSieve(opened_by=later(20)), ["case-10", "case-20"]),
        (CaseSieve(tag="uang", channel="telegram", words=("benar",)), ["case-30"]),
    ],
    ids=str,
)
def test_lists_show_what_was_asked_for(store: Store, do: Any, sieve: CaseSieve, found: list[str]) -> None:
    do(five)
    assert ids(store, sieve) == found


def test_a_snoozed_case_is_back_when_its_time_has_come_or_when_it_grew(store: Store, do: Any) -> None:
    do(five)
    assert "case-40" in ids(store, CaseSieve(), now=later(60))
    assert ids(store, CaseSieve(Shown.SNOOZED), now=later(60)) == []
    do(lambda tx: ask(tx, "4x", "k4", minute=41))
    assert "case-40" in ids(store, CaseSieve())
    assert store.read(lambda tx: tx.listings.totals(NOON)) == {
        Shown.OPEN: 4,
        Shown.SNOOZED: 0,
        Shown.ANSWERED: 0,
        Shown.CLOSED: 1,
        Shown.SPAM: 0,
    }


@pytest.mark.parametrize(
    ("listing", "found"),
    [
        (Listing.ASKED, ["case-30", "case-20", "case-10"]),
        (Listing.GROWING, ["case-30", "case-20", "case-10"]),
        (Listing.LATEST, ["case-30", "case-20", "case-10"]),
        (Listing.OLDEST, ["case-10", "case-20", "case-30"]),
    ],
)
def test_a_list_goes_on_behind_where_a_page_ended(store: Store, do: Any, listing: Listing, found: list[str]) -> None:
    do(five)
    assert ids(store, CaseSieve(), listing) == found
    [first] = store.read(lambda tx: tx.listings.page(CaseSieve(), listing, NOON, 1))
    behind = rank(listing, first.case, first.standing)
    rest = store.read(lambda tx: tx.listings.page(CaseSieve(), listing, NOON, 9, behind))
    assert [row.case.id for row in rest] == found[1:]


def test_what_was_asked_much_once_is_not_what_is_asked_now(store: Store, do: Any) -> None:
    do(lambda tx: [ask(tx, f"lama-{number}", "a", minute=number) for number in range(20)])
    do(lambda tx: [ask(tx, f"baru-{number}", "b", minute=2 * 1440 + number) for number in range(3)])
    assert ids(store, CaseSieve(), Listing.GROWING, later(2 * 1440 + 9)) == ["case-baru-0", "case-lama-0"]
    assert ids(store, CaseSieve(), Listing.ASKED, later(2 * 1440 + 9)) == ["case-lama-0", "case-baru-0"]


def test_the_text_in_a_list_is_cut(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a", text="kata " * 500))
    [row] = store.read(lambda tx: tx.listings.page(CaseSieve(), Listing.ASKED, NOON, 9))
    assert 200 < len(row.case.text) <= 400


def test_tags_in_use_are_known(store: Store, do: Any) -> None:
    assert store.read(lambda tx: tx.listings.tags()) == []
    do(five)
    assert store.read(lambda tx: tx.listings.tags()) == ["bansos", "uang"]


def test_views_are_ones_own_or_the_whole_teams(store: Store, do: Any) -> None:
    mine = View("v-1", "punyaku", "ayu", "who=ayu", "ayu", NOON)
    team = View("v-2", "ramai", "", "order=growing", "ayu", NOON)
    do(lambda tx: [tx.listings.keep(mine), tx.listings.keep(team)])
    assert store.read(lambda tx: list(tx.listings.views("ayu"))) == [mine, team]
    assert store.read(lambda tx: list(tx.listings.views("budi"))) == [team]
    newer = replace(team, id="v-3", query="growing=1")
    do(lambda tx: [tx.listings.keep(newer), tx.listings.drop("v-1"), tx.listings.drop("v-9")])
    assert store.read(lambda tx: list(tx.listings.views("ayu"))) == [newer]


def test_words_of_a_person_who_is_forgotten_find_nothing_any_more(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "m-1", "a", text="rahasia siti"))
    do(lambda tx: ask(tx, "m-2", "a", text="kata budi", minute=1, who="budi"))
    do(lambda tx: ask(tx, "m-3", "b", text="lagi rahasia siti", minute=2))
    do(lambda tx: merge(tx, "case-m-3", "case-m-1"))
    assert ids(store, CaseSieve(words=("rahasia",))) == ["case-m-1"]
    do(lambda tx: tx.contacts.forget("siti-whatsapp", later(5)))
    assert ids(store, CaseSieve(words=("rahasia",))) == []
    assert ids(store, CaseSieve(words=("budi",))) == ["case-m-1"]
    [act] = store.read(lambda tx: tx.acts.get("merge-1"))
    assert do(lambda tx: tx.acts.part(act))
    parted = store.read(lambda tx: tx.cases.get("case-m-3"))
    assert parted is not None
    assert parted.text == ""


def test_a_case_that_nothing_is_known_of_stands_as_new(store: Store, do: Any) -> None:
    do(lambda tx: tx.cases.join(["a"], "teks", "m-1", NOON, "case-1"))
    stands = store.read(lambda tx: tx.acts.standing("case-1"))
    assert stands is not None
    assert replace(stands, pulse=Standing().pulse, heat=0.0) == Standing()
