"""What the newsroom answers itself: a draft, a publication, a correction, a withdrawal, and who hears of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from periksa.authoring import Authoring, is_link
from periksa.errors import CaseError
from periksa.ingest import Ingest
from periksa.model import CaseState, Draft, JobKind, Outgoing, Purpose, Scale

from .conftest import BUDI, RINA, SAY, SITI, UNCHECKED, House

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
    assert [each.reply.text.startswith(SAY["corrected"]) for each in told(house)] == [False, True]
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
    assert told(house)[-1].reply.text.startswith(SAY["retracted"].partition("{")[0])
    assert house.look(lambda tx: tx.articles.get([draft.id])) == []
    for wrong in (
        lambda: authoring.withdraw(draft.id, "bima"),
        lambda: authoring.save(draft, "ayu", draft.changed_at),
        lambda: authoring.publish(draft.id, ROOT, "bima", draft.changed_at),
    ):
        with pytest.raises(CaseError):
            wrong()
    assert authoring.of(draft.case) is None


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
