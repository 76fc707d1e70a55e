"""What editors see of cases, and what they are shown before anything is sent."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from periksa.errors import CaseError
from periksa.inbox import IN_A_LIST, MOST, PAGE, Inbox
from periksa.model import (
    Address,
    Asked,
    CaseKind,
    CaseState,
    Listing,
    Look,
    Message,
    MessageKind,
    Preview,
    Purpose,
    Shown,
)
from periksa.store import Transaction

from .conftest import BUDI, LIBRARY, RINA, SAY, SITI, UNCHECKED, House

WINDOW = timedelta(hours=24)


@pytest.fixture
def inbox(house: House) -> Inbox:
    return Inbox(house.store, house.clock, {"whatsapp": WINDOW})


def case_of(house: House, *words: str) -> str:
    """Each is asked by somebody else; they are one case, by the key of the first."""
    for text, phone in zip(words, (RINA, BUDI, SITI), strict=False):
        house.say(text, phone)
    return house.cases()[0].id


def shape(preview: Preview) -> list[tuple[str, bool, int]]:
    return [(each.channel, each.sure, each.people) for each in preview.told]


def test_a_case_shows_words_and_how_many_wait_but_nobody(house: House, inbox: Inbox) -> None:
    case = case_of(house, f"{UNCHECKED} hubungi 0812-3456-7890", f"{UNCHECKED} hubungi 0812-3456-7890 ya?")
    opened = inbox.case(case)
    assert opened
    assert opened.text == f"{UNCHECKED} hubungi 0812-••••-••••"
    assert (opened.waiting, opened.channels, opened.worded) == (2, {"whatsapp": 2}, True)
    assert opened.since == opened.case.opened_at
    assert inbox.waiting(case) == 2
    page = inbox.page(Look(), "ayu")
    assert ([row.case.text for row in page.rows], page.totals[Shown.OPEN]) == ([opened.text], 1)
    assert RINA not in f"{opened!r}{page!r}"


def ask_much(house: House, *cases: str, text: str = "kabar panjang sekali " * 2000, frequently: bool = False) -> None:
    """Each is asked once, an hour after the one before, in WhatsApp."""

    def ask(tx: Transaction) -> None:
        at = house.clock()
        for case in cases:
            id = f"m-{case}-{at:%d%H%M}"
            tx.contacts.resolve([Address("web", id, "session")], f"c-{id}", at)
            kind = MessageKind.TEXT
            tx.messages.add(Message(id, f"c-{id}", "whatsapp", id, kind, at, at, text=text))
            tx.cases.join([case], f"{case} {text}", id, at, case, Asked(CaseKind.TEXT, "whatsapp", "id", frequently))

    house.do(ask)


def test_long_words_are_cut(house: House, inbox: Inbox) -> None:
    ask_much(house, "panjang")
    opened = inbox.case("panjang")
    assert opened
    assert len(opened.text) == MOST
    assert [len(row.case.text) for row in inbox.page(Look(), "ayu").rows] == [IN_A_LIST]


@pytest.mark.parametrize("listing", list(Listing))
def test_a_list_goes_on_page_by_page(house: House, inbox: Inbox, listing: Listing) -> None:
    ask_much(house, *(f"kasus-{number:03}" for number in range(2 * PAGE + 3)), text="pendek")
    pages, more = [], ""
    while not pages or more:
        page = inbox.page(Look(listing=listing, behind=more), "ayu")
        pages.append([row.case.id for row in page.rows])
        more = page.more
    assert [len(page) for page in pages] == [PAGE, PAGE, 3]
    assert len({id for page in pages for id in page}) == 2 * PAGE + 3


def _word(*values: object) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


NOWHERE = [
    *("x", "e30", "WzFd", "WzEsMiwzXQ", "WyIyMDI2LTAzLTAxIiwiYSJd", "\ud800", "[" * 9999),
    _word(10**30, "2026-03-01T08:00:00+00:00", "a"),
    _word("0001-01-01T00:00:00+07:00", "a"),
    _word(float("nan"), "a"),
]


@pytest.mark.parametrize("word", NOWHERE)
def test_a_place_that_we_did_not_write_is_the_beginning(house: House, inbox: Inbox, word: str) -> None:
    ask_much(house, "satu", text="pendek")
    for listing in Listing:
        assert len(inbox.page(Look(listing=listing, behind=word), "ayu").rows) == 1


def test_a_case_says_how_fast_it_grows_and_when_a_window_closes(house: House, inbox: Inbox) -> None:
    ask_much(house, "lama", "baru", text="pendek", frequently=True)
    house.clock.pass_(hours=18)
    for minutes in range(6):
        house.clock.pass_(minutes=1)
        ask_much(house, "baru", text=f"pendek {minutes}")
    rows = {row.case.id: row for row in inbox.page(Look(), "ayu").rows}
    baru, lama = rows["baru"], rows["lama"]
    assert (baru.growing, lama.growing) == (True, False)
    assert (baru.hour, baru.day, lama.hour, lama.day) == (6, 7, 0, 1)
    assert (baru.standing.forwarded, lama.standing.forwarded) == (1, 1)
    assert lama.closes_in
    assert timedelta(hours=5) < lama.closes_in < timedelta(hours=6)
    assert [row.case.id for row in inbox.page(Look(growing=True), "ayu").rows] == ["baru"]
    assert inbox.page(Look(closing=True), "ayu").rows == []
    house.clock.pass_(hours=3)
    assert {row.case.id for row in inbox.page(Look(closing=True), "ayu").rows} == {"lama", "baru"}
    house.clock.pass_(hours=3)
    assert inbox.page(Look(closing=True), "ayu").rows == []
    assert {row.case.id: row.closes_in for row in inbox.page(Look(), "ayu").rows}["lama"] is None


def test_a_search_finds_any_of_the_words_that_were_asked(house: House, inbox: Inbox) -> None:
    ask_much(house, "satu", text=f"{UNCHECKED} hubungi bank")
    house.clock.pass_(hours=1)
    ask_much(house, "satu", text=f"{UNCHECKED} hubungi BANK? Diabetes!")
    for search in ("kopi luwak", "DIABETES", "luwak, diabetes", "bersertif"):
        assert [row.case.id for row in inbox.page(Look(search=search), "ayu").rows] == ["satu"], search
    assert inbox.page(Look(search="kopi teh"), "ayu").rows == []
    assert len(inbox.page(Look(search="?!"), "ayu").rows) == 1


def test_a_picture_is_no_words(house: House, inbox: Inbox) -> None:
    house.send_kind("image", {"id": "f", "sha256": "ab"})
    house.wait()
    opened = inbox.case(house.cases()[0].id)
    assert opened
    assert (opened.text, opened.worded) == (SAY["file_image"], False)


def test_a_settled_case_shows_what_answered_it(house: House, inbox: Inbox) -> None:
    case = case_of(house, UNCHECKED)
    house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    opened = inbox.case(case)
    assert opened
    assert opened.article == LIBRARY[4]
    assert (opened.case.state, opened.waiting, opened.since) == (CaseState.ANSWERED, 0, None)
    assert inbox.case("tidak-ada") is None


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("banjir", "banjir"),
        (" banjir ", "banjir"),
        ("https://cek.example/articles/vaksin-cip?lang=en#x", "vaksin-cip"),
        ("/articles/vaksin%2Dcip", "vaksin-cip"),
        ("air garam", None),
        ("/articles/", None),
        ("", None),
    ],
)
def test_a_fact_check_by_its_name(inbox: Inbox, text: str, id: str | None) -> None:
    found = inbox.named(text)
    assert (found and found.id) == id


# ---------------------------------------------------------------- before it is sent


def test_the_preview_is_what_is_sent(house: House) -> None:
    case = case_of(house, UNCHECKED, f"{UNCHECKED}!")
    house.do(lambda tx: tx.cases.join(["lain"], "x", "m-x", house.clock(), "case-x"))
    preview = house.review.preview(case, "banjir")
    assert (preview.case.id, preview.article, preview.people, preview.late) == (case, LIBRARY[4], 2, 0)
    assert shape(preview) == [("whatsapp", True, 2)]
    assert len(house.said()) == 1, "nothing was sent"
    house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    [told] = [reply for reply in house.replies() if reply.purpose is Purpose.FOLLOW_UP]
    assert preview.told[0].reply == told.reply


def test_who_wrote_too_long_ago_is_counted_as_late(house: House) -> None:
    case = case_of(house, UNCHECKED)
    house.clock.pass_(seconds=WINDOW.total_seconds() - 60)
    house.say(f"{UNCHECKED}?", BUDI)
    budi = house.contact(BUDI)
    house.do(lambda tx: tx.contacts.touch(budi, "whatsapp", house.clock()))
    assert house.review.preview(case).late == 0
    house.clock.pass_(minutes=2)
    assert (house.review.preview(case).late, house.review.preview(case).people) == (1, 2)


def test_a_preview_of_what_cannot_be_is_one_sentence(house: House) -> None:
    case = case_of(house, UNCHECKED)
    for id, article in ((case, "tidak-ada"), ("tidak-ada", "banjir"), ("tidak-ada", "")):
        with pytest.raises(CaseError, match="There is no"):
            house.review.preview(id, article)
    house.review.close(case, "ayu")
    with pytest.raises(CaseError, match="closed already"):
        house.review.preview(case)


def test_everyone_who_asked_hears_once_that_it_cannot_be_checked(house: House) -> None:
    case = case_of(house, UNCHECKED, f"{UNCHECKED}?")
    preview = house.review.preview(case)
    assert (preview.article, preview.people, shape(preview)) == (None, 2, [("whatsapp", True, 2)])
    house.review.close(case, "ayu", tell=True)
    house.workers.drain()
    for phone in (RINA, BUDI):
        [said] = house.said(phone)[1:]
        assert said.startswith(SAY["cannot_check"].partition("{")[0])
    [told] = [reply for reply in house.replies() if reply.purpose is Purpose.FOLLOW_UP]
    assert (told.reply, told.article) == (preview.told[0].reply, "")
    assert house.look(lambda tx: tx.cases.count_waiting(case)) == 0
    [entry] = house.look(lambda tx: tx.audit.list())
    assert (entry.who, entry.what, entry.about, entry.detail) == ("ayu", "closed", case, "everyone is told")


def test_a_case_closed_without_a_word_tells_nobody(house: House) -> None:
    case = case_of(house, UNCHECKED)
    house.review.close(case, "ayu")
    house.wait()
    assert len(house.said()) == 1
    [entry] = house.look(lambda tx: tx.audit.list())
    assert (entry.what, entry.detail) == ("closed", "nobody is told")
