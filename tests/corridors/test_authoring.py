"""What the newsroom answers itself: a draft, a publication, a correction, a withdrawal, and who hears of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from periksa.authoring import Authoring, is_link
from periksa.casework import Casework
from periksa.errors import CaseError, WorkRefused
from periksa.inbox import Inbox
from periksa.ingest import Ingest
from periksa.model import ActKind, CaseState, Draft, JobKind, Look, Outgoing, Purpose, Scale

from .conftest import BUDI, RINA, SAY, SITI, UNCHECKED, House

DEWI = "6281355501004"
ROOT = "https://tipline.example"
CLAIM = "Kopi luwak bersertifikat pemerintah dapat menyembuhkan diabetes."
REASON = "Badan pengawas obat tidak pernah\nmengeluarkan sertifikat seperti itu."
SOURCES = ("https://pom.example/siaran/1", "http://rs.example/tanya?no=2")


@pytest.fixture
def authoring(house: House) -> Authoring:
    return Authoring(house.store, house.clock, lambda: "0123456789abcdef0123", "Cek Nusantara")


def typed(case: str = "", **more: str) -> Draft:
    return replace(Draft("", case, CLAIM, "Salah", REASON, SOURCES, "id"), **more)  # type: ignore[arg-type]


def published(house: House, authoring: Authoring, case: str = "") -> Draft:
    draft = authoring.save(typed(case), "ayu")
    assert draft
    done = authoring.publish(draft.id, ROOT, "bima", draft.changed_at, answers=bool(case))
    work(house)
    return done


def work(house: House) -> None:
    """What is to be found is, then whoever waits is told."""
    ingest = Ingest(house.store, (), house.index, house.clock)
    jobs = house.do(lambda tx: tx.jobs.claim([JobKind.INDEX], 99, house.clock(), timedelta(seconds=30)))
    if jobs:
        ingest.add(jobs)
    house.wait(seconds=5)
    house.accept()


def told(house: House, phone: str = RINA) -> list[Outgoing]:
    return [reply for reply in house.replies(phone) if reply.purpose is Purpose.FOLLOW_UP]


def test_an_own_answer_reaches_those_who_asked_and_the_next_who_asks(house: House, authoring: Authoring) -> None:
    house.say(UNCHECKED)
    house.say(UNCHECKED, BUDI)
    [case] = house.cases()
    draft = published(house, authoring, case.id)
    for phone in (RINA, BUDI):
        [reply] = told(house, phone)
        for words in (
            "*Salah*",
            "Cek Nusantara",
            CLAIM,
            "Badan pengawas obat tidak pernah mengeluarkan",
            f"{ROOT}/articles/",
        ):
            assert words in reply.reply.text
        assert reply.article == draft.id == "own-0123456789abcdef"
    [article] = house.look(lambda tx: tx.articles.get([draft.id]))
    assert (article.outlet, article.statements, article.date) == ("Cek Nusantara", (), house.clock().date())
    assert article.url == f"{ROOT}/articles/own-0123456789abcdef"
    assert all(source in article.body for source in SOURCES)
    assert house.cases(CaseState.ANSWERED)[0].settled_by == "bima"
    assert CLAIM in house.say("kopi luwak bersertifikat pemerintah dapat menyembuhkan diabetes", SITI)
    log = [(each.who, each.what, each.about) for each in house.look(lambda tx: tx.audit.list(9))]
    assert log == [
        ("bima", "answered", case.id),
        ("bima", "published an answer", draft.id),
        ("ayu", "wrote an answer", draft.id),
    ]


def test_it_is_dated_by_the_day_at_the_newsroom(house: House) -> None:
    authoring = Authoring(house.store, house.clock, lambda: "0" * 16, "Cek", zone=timezone(timedelta(hours=7)))
    house.clock.pass_(hours=10)
    assert house.clock().isoformat() == "2026-03-01T18:00:00+00:00"
    assert authoring.article(typed(), ROOT).date == date(2026, 3, 2)


def test_a_correction_is_told_to_those_who_were_told(house: House, authoring: Authoring) -> None:
    house.say(UNCHECKED)
    draft = published(house, authoring, house.cases()[0].id)
    assert authoring.told(draft.id) == 1
    house.clock.pass_(hours=1)
    better = authoring.save(replace(draft, rating="Menyesatkan"), "ayu", draft.changed_at)
    assert better
    assert [each.reply.text for each in told(house)][-1].startswith(SAY["told"].partition("{")[0])
    authoring.publish(draft.id, ROOT, "bima", better.changed_at, answers=False)
    work(house)
    assert [each.reply.text.startswith(SAY["corrected_own"]) for each in told(house)] == [False, True]
    assert "*Menyesatkan*" in told(house)[-1].reply.text
    [article] = house.look(lambda tx: tx.articles.get([draft.id]))
    assert article.rating == "Menyesatkan"
    reason = authoring.save(replace(better, reason="Lain."), "ayu", better.changed_at)
    assert reason
    authoring.publish(draft.id, ROOT, "bima", reason.changed_at, answers=False)
    work(house)
    assert len(told(house)) == 2


def test_a_withdrawal_is_told_and_for_good(house: House, authoring: Authoring) -> None:
    house.say(UNCHECKED)
    draft = published(house, authoring, house.cases()[0].id)
    authoring.withdraw(draft.id, "bima")
    work(house)
    assert told(house)[-1].reply.text == SAY["retracted_own"].format(quoted=f" (“{UNCHECKED}”)")
    assert house.look(lambda tx: tx.articles.get([draft.id])) == []
    for wrong in (
        lambda: authoring.withdraw(draft.id, "bima"),
        lambda: authoring.save(draft, "ayu", draft.changed_at),
        lambda: authoring.publish(draft.id, ROOT, "bima", draft.changed_at),
    ):
        with pytest.raises(CaseError):
            wrong()
    assert authoring.of(draft.case) is None


def test_a_withdrawal_opens_the_case_again_and_everyone_waits_for_another_answer(
    house: House, authoring: Authoring
) -> None:
    for phone in (RINA, BUDI):
        house.say(UNCHECKED, phone)
    [case] = house.cases()
    draft = published(house, authoring, case.id)
    assert CLAIM in house.say("kopi luwak bersertifikat pemerintah dapat menyembuhkan diabetes", SITI)
    house.accept()
    authoring.withdraw(draft.id, "bima")
    work(house)
    withdrawn = SAY["retracted_own"].partition("{")[0]
    for phone in (RINA, BUDI, SITI):
        assert [each.startswith(withdrawn) for each in house.said(phone)].count(True) == 1

    [again] = house.cases()
    assert (again.id, again.articles, again.settled_at, again.settled_by) == (case.id, (), None, "")
    [act, *_] = house.look(lambda tx: tx.acts.of(case.id))
    assert (act.what, act.by, act.before["articles"]) == (ActKind.WITHDRAWN, "bima", (draft.id,))
    log = [(each.who, each.what, each.about, each.detail) for each in house.look(lambda tx: tx.audit.list(2))]
    assert log == [("bima", "reopened a case", case.id, draft.id), ("bima", "withdrew its answer", draft.id, case.id)]
    house.say(UNCHECKED, DEWI)
    assert [(each.id, each.asked) for each in house.cases()] == [(case.id, again.asked + 1)]
    assert house.look(lambda tx: tx.cases.count_waiting(case.id)) == 4

    preview = house.review.preview(case.id, "banjir")
    assert (preview.people, {each.again for each in preview.told}) == (4, {False})
    before = {phone: len(told(house, phone)) for phone in (RINA, BUDI, SITI, DEWI)}
    house.review.answer(case.id, "banjir", "ayu")
    work(house)
    for phone, many in before.items():
        assert len(told(house, phone)) == many + 1
        assert not told(house, phone)[-1].reply.text.startswith(SAY["told_again"].partition("{")[0])
    assert [each.article for each in told(house)][-1] == "banjir"


def test_who_had_not_been_sent_a_withdrawn_answer_never_hears_of_it(house: House, authoring: Authoring) -> None:
    house.say(UNCHECKED)
    house.say(UNCHECKED, BUDI)
    [case] = house.cases()
    draft = authoring.save(typed(case.id), "ayu")
    assert draft
    authoring.publish(draft.id, ROOT, "bima", draft.changed_at)
    house.wait(seconds=5)
    [out] = told(house)
    house.do(lambda tx: tx.outbox.begin(out.id, house.clock()))
    assert len(told(house, BUDI)) == 1
    authoring.withdraw(draft.id, "bima")
    work(house)
    assert [len(told(house)), len(told(house, BUDI))] == [2, 0]
    assert house.look(lambda tx: tx.cases.count_waiting(case.id)) == 2
    house.review.answer(case.id, "banjir", "ayu")
    work(house)
    assert [len(told(house)), len(told(house, BUDI))] == [3, 1]


def test_a_case_that_was_opened_by_a_withdrawal_can_be_worked_on_like_any_other(
    house: House, authoring: Authoring
) -> None:
    house.say(UNCHECKED)
    [case] = house.cases()
    casework = Casework(house.store, house.finder, house.clock, lambda: "press-2")
    casework.snooze([case.id], timedelta(days=3), "ayu")
    draft = published(house, authoring, case.id)
    authoring.withdraw(draft.id, "bima")
    work(house)
    [act, *_] = house.look(lambda tx: tx.acts.of(case.id))
    with pytest.raises(WorkRefused, match="given again from the case"):
        casework.undo(act.id, "bima")
    inbox = Inbox(house.store, house.clock, {})
    page = inbox.page(Look(), "bima")
    assert ([row.case.id for row in page.rows], page.latest) == ([case.id], [])
    casework.spam([case.id], "ayu")
    assert casework.reopen(case.id, "ayu") == 1
    house.review.answer(case.id, "banjir", "ayu")
    work(house)
    with pytest.raises(WorkRefused, match="told already"):
        casework.reopen(case.id, "ayu")
    house.review.instead(case.id, "gempa", "bima", 2)
    work(house)
    assert told(house)[-1].reply.text.startswith(SAY["told_again"].partition("{")[0])
    with pytest.raises(WorkRefused, match="told already"):
        casework.reopen(case.id, "ayu")


def test_a_withdrawal_leaves_alone_what_was_answered_otherwise_meanwhile(house: House, authoring: Authoring) -> None:
    house.say(UNCHECKED)
    [case] = house.cases()
    draft = published(house, authoring, case.id)
    house.review.instead(case.id, "banjir", "bima", 1)
    authoring.withdraw(draft.id, "bima")
    assert [each.articles for each in house.cases(CaseState.ANSWERED)] == [("banjir",)]
    assert house.cases() == []


def test_no_broadcast_of_a_withdrawn_answer_goes_out(house: House, authoring: Authoring) -> None:
    house.say("ikuti")
    draft = published(house, authoring)
    now = house.broadcast.send(draft.id, "", "bima")
    house.workers.drain()
    later = house.broadcast.send(draft.id, "", "bima", house.clock() + timedelta(hours=2))
    other = house.broadcast.send("garam", "", "bima", house.clock() + timedelta(hours=2))
    assert house.broadcast.plan(draft.id)[0].already == 1
    authoring.withdraw(draft.id, "bima")
    work(house)
    assert house.look(lambda tx: tx.outbox.counts(now)) == {}
    programme = house.broadcast.programme()
    assert [each.campaign.id for each in programme.cancelled] == [later]
    assert [each.campaign.id for each in programme.scheduled] == [other]
    assert [each.campaign.stopped_by for each in programme.past] == ["bima"]


def test_a_draft_stays_with_its_case_when_that_becomes_part_of_another(house: House, authoring: Authoring) -> None:
    house.say(UNCHECKED)
    [first] = house.cases()
    house.wait(hours=1)
    house.say("teh hijau bikinan lokal", BUDI)
    [second] = [case for case in house.cases() if case.id != first.id]
    draft = authoring.save(typed(second.id), "ayu")
    Casework(house.store, house.finder, house.clock, lambda: "press-1").merge([first.id, second.id], "ayu")
    assert authoring.of(first.id) == draft


def test_nothing_is_published_for_a_case_that_somebody_else_settled(house: House, authoring: Authoring) -> None:
    house.say(UNCHECKED)
    [case] = house.cases()
    draft = authoring.save(typed(case.id), "ayu")
    assert draft
    house.review.answer(case.id, "banjir", "citra")
    with pytest.raises(CaseError, match="nothing was published"):
        authoring.publish(draft.id, ROOT, "bima", draft.changed_at)
    assert house.look(lambda tx: tx.articles.get([draft.id])) == []
    assert authoring.publish(draft.id, ROOT, "bima", draft.changed_at, answers=False).published_at


def test_what_was_changed_after_it_was_seen_is_neither_published_nor_overwritten(
    house: House, authoring: Authoring
) -> None:
    draft = authoring.save(typed(), "ayu")
    assert draft
    house.clock.pass_(minutes=1)
    theirs = authoring.save(replace(draft, claim="Lain"), "citra", draft.changed_at)
    assert theirs
    assert authoring.save(replace(draft, claim="Basi"), "ayu", draft.changed_at) is None
    assert authoring.get(draft.id) == theirs
    with pytest.raises(CaseError, match="changed by citra"):
        authoring.publish(draft.id, ROOT, "bima", draft.changed_at)
    assert authoring.list() == [theirs]


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, {}),
        ({"claim": " \n"}, {"claim": "empty"}),
        ({"claim": "x" * 301}, {"claim": "long"}),
        ({"rating": ""}, {"rating": "empty"}),
        ({"rating": "Ngawur"}, {"rating": "unknown"}),
        ({"reason": "y " * 500}, {"reason": "long"}),
        ({"sources": ()}, {"sources": "none"}),
        ({"sources": ("https://a.example/",) * 11}, {"sources": "many"}),
        ({"sources": ("https://a.example/", "lihat situsnya")}, {"sources": "bad"}),
        ({"claim": "", "reason": "", "sources": ()}, {"claim": "empty", "reason": "empty", "sources": "none"}),
    ],
)
def test_every_fault_is_named_and_the_draft_is_kept_all_the_same(
    house: House, authoring: Authoring, given: dict[str, str], faults: dict[str, str]
) -> None:
    draft = authoring.save(typed(**given), "ayu")
    assert draft
    assert authoring.faults(draft) == faults
    assert authoring.get(draft.id) == draft
    if faults:
        with pytest.raises(CaseError, match="cannot be published"):
            authoring.publish(draft.id, ROOT, "bima", draft.changed_at, answers=False)


def test_what_a_word_comes_to(authoring: Authoring) -> None:
    assert authoring.scale("salah") is Scale.FALSE
    assert authoring.scale("Kurang Konteks") is Scale.MISSING_CONTEXT
    assert authoring.scale(" ") is authoring.scale("ngawur") is None


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://pom.example/a?b=1#c", True),
        ("http://pom.example", True),
        ("pom.example", False),
        ("javascript:alert(1)", False),
        ("https://pom", False),
        ("https://a b.example/", False),
        ("https://user:pw@pom.example/", False),
        ("https://[", False),
        ("https://pom.example/" + "x" * 500, False),
    ],
)
def test_a_source_is_a_whole_link(text: str, link: bool) -> None:
    assert is_link(text) is link
