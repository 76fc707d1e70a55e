"""Corridor 3: what was asked before is answered later, what was answered is put right, who goes is forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from periksa.errors import CaseError
from periksa.model import REVIEW_KEY, Article, ArticleKind, CaseState, Job, JobKind, Purpose

from .conftest import ANSWERED, BUDI, LIBRARY, OFFERED, RINA, SAY, SAY_EN, SITI, UNCHECKED, House, check, written

LUWAK = check("luwak", "Kopi luwak bersertifikat", "Semua kopi luwak bersertifikat pemerintah.")
FORWARD = (
    "Mulai bulan depan semua kendaraan bermotor yang berusia lebih dari sepuluh tahun dilarang membeli bahan bakar "
    "bersubsidi di seluruh stasiun pengisian, dan pemiliknya wajib mendaftar ulang di kantor kelurahan setempat."
)


def case_of(house: House, text: str = UNCHECKED) -> str:
    """Rina asked it and nobody knows; the id of the case."""
    assert house.say(text) == SAY["not_checked"]
    return house.cases()[0].id


# ---------------------------------------------------------------- editors


def test_everyone_who_asked_is_told_once_what_an_editor_found(house: House) -> None:
    case = case_of(house)
    house.say(UNCHECKED, BUDI)
    house.say(f"{UNCHECKED}?", BUDI)
    settled = house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    assert (settled.state, settled.articles, settled.settled_by) == (CaseState.ANSWERED, ("banjir",), "ayu")
    for phone in (RINA, BUDI):
        [told] = [reply for reply in house.replies(phone) if reply.purpose is Purpose.FOLLOW_UP]
        assert told.reply.text.startswith(SAY["told"].format(question=UNCHECKED))
        assert LIBRARY[4].claim in told.reply.text
        assert told.article == "banjir"
        assert told.refers_to
    house.do(lambda tx: tx.jobs.add([Job(JobKind.FOLLOW_UP, case)], house.clock()))
    house.workers.drain()
    assert [reply.purpose for reply in house.replies()].count(Purpose.FOLLOW_UP) == 1


def test_what_an_editor_found_answers_the_next_who_asks_the_same(house: House) -> None:
    house.review.answer(case_of(house), "banjir", "ayu")
    assert house.say(UNCHECKED, BUDI) == SAY["offer_one"]
    long = "kopi luwak liar bersertifikat pemerintah daerah"
    house.review.answer(case_of(house, long), "banjir", "ayu")
    assert LIBRARY[4].claim in house.say(f"min {long} bener ga?", BUDI)
    assert house.cases() == []


def test_hundreds_who_asked_are_told_in_batches(house: House) -> None:
    people = [f"62813555{number:05}" for number in range(230)]
    for number in range(0, 230, 46):
        house.hear(*(written(UNCHECKED, f"{phone}-1", phone) for phone in people[number : number + 46]))
    [case] = house.cases()
    house.review.answer(case.id, "banjir", "ayu")
    house.workers.drain()
    told = [sum(r.purpose is Purpose.FOLLOW_UP for r in house.replies(phone)) for phone in people]
    assert set(told) == {1}
    assert house.look(lambda tx: tx.cases.waiting(case.id)) == []


def test_a_case_can_be_closed_without_an_answer(house: House) -> None:
    case = case_of(house)
    assert house.review.close(case, "ayu").state is CaseState.CLOSED
    house.workers.drain()
    assert len(house.said()) == 1
    assert house.say(UNCHECKED, BUDI) == SAY["not_checked"]


def test_what_an_editor_cannot_do_is_said_in_a_sentence(house: House) -> None:
    case = case_of(house)
    house.do(lambda tx: tx.articles.put([Article("kabar", ArticleKind.NEWS, "Kabar")], house.clock()))
    for wrong in (lambda: house.review.answer("x", "banjir", "ayu"), lambda: house.review.close("x", "ayu")):
        with pytest.raises(CaseError, match="There is no case 'x'"):
            wrong()
    for article in ("tidak-ada", "kabar"):
        with pytest.raises(CaseError, match="no fact-check"):
            house.review.answer(case, article, "ayu")
    house.review.close(case, "ayu")
    with pytest.raises(CaseError, match="closed already"):
        house.review.answer(case, "banjir", "ayu")


# ---------------------------------------------------------------- a new article


def test_a_new_article_answers_only_what_it_surely_answers(house: House) -> None:
    case_of(house)
    house.publish(check("kopi", "Kopi dan jantung", "Kopi menyebabkan serangan jantung."))
    assert [case.state for case in house.cases()] == [CaseState.OPEN]
    house.publish(LUWAK)
    assert house.cases() == []
    assert [case.settled_by for case in house.cases(CaseState.ANSWERED)] == ["library"]


def test_who_said_that_an_answer_is_none_is_not_given_it_again(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.say("tidak")
    before = len(house.said())
    house.publish(LUWAK)
    assert len(house.said()) == before
    assert [case.text for case in house.cases()] == [ANSWERED["garam"]]


def test_a_file_waits_for_an_editor(house: House) -> None:
    house.send_kind("image", {"id": "f", "sha256": "ab"})
    house.wait()
    house.publish(check("gambar", "Image", "Image image."))
    [case] = house.cases()
    house.review.answer(case.id, "banjir", "ayu")
    house.workers.drain()
    assert house.said()[-1].startswith(SAY["told_file"])


def test_who_asked_nearly_the_same_gets_an_offer(house: House) -> None:
    """Rule 1: a wrong answer is worse than none. Only the words of the case, or a sure match, make it an answer."""
    for phone, text in ((RINA, FORWARD), (BUDI, FORWARD.replace("pemiliknya wajib", "pemiliknya harus"))):
        house.say(text, phone)
        house.tap("none", phone)
    [case] = house.cases()
    assert case.asked == 2
    house.review.answer(case.id, "banjir", "ayu")
    house.workers.drain()
    rina, budi = house.replies()[-1], house.replies(BUDI)[-1]
    assert (rina.article, budi.article) == ("banjir", "")
    assert budi.reply.text.startswith(SAY["told_maybe"].partition("“")[0])
    assert LIBRARY[4].claim in house.tap("article:banjir", BUDI)


def test_those_who_refused_the_same_offer_wait_together(house: House) -> None:
    for phone, text in ((RINA, OFFERED), (BUDI, "vaksin itu")):
        house.say(text, phone)
        house.tap("none", phone)
    assert [case.asked for case in house.cases()] == [2]


# ---------------------------------------------------------------- put right


def test_a_withdrawn_check_is_taken_back_from_those_who_were_told(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.do(lambda tx: tx.articles.drop(["garam"]))
    for _ in range(2):
        house.do(lambda tx: tx.jobs.add([Job(JobKind.CORRECT, "garam")], house.clock()))
        house.workers.drain()
    assert house.said()[1:] == [SAY["retracted"].format(quoted=f" (“{ANSWERED['garam']}”)")]


def test_who_was_told_after_the_change_is_not_told_again(house: House) -> None:
    house.say(ANSWERED["garam"])
    changed = replace(LIBRARY[0], rating="BENAR")
    house.do(lambda tx: tx.articles.put([changed], house.clock()))
    house.index.put([changed])
    house.say(ANSWERED["garam"], SITI)
    house.change(changed)
    assert len(house.said(SITI)) == 1
    assert house.said()[1].startswith(SAY["corrected"])
    house.change(replace(LIBRARY[0], rating="SALAH"))
    assert [len(house.said(phone)) for phone in (RINA, SITI)] == [3, 2]


def test_what_changes_back_and_forth_is_told_each_time(house: House) -> None:
    house.say(ANSWERED["garam"])
    for rating in ("BENAR", "SALAH", "BENAR", "SALAH"):
        house.change(replace(LIBRARY[0], rating=rating))
        assert f"*{rating}*" in house.said()[-1]
    assert len(house.said()) == 5


def test_a_correction_speaks_the_language_that_its_reader_chose(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.say("english")
    house.change(replace(LIBRARY[0], rating="BENAR"))
    assert house.said()[-1].startswith(SAY_EN["corrected"])


def test_an_article_that_left_meanwhile_answers_nothing(house: House) -> None:
    house.say(UNCHECKED)
    house.index.put([LUWAK])
    house.do(lambda tx: tx.jobs.add([Job(JobKind.REVIEW, REVIEW_KEY)], house.clock()))
    house.workers.drain()
    assert [case.text for case in house.cases()] == [UNCHECKED]


# ---------------------------------------------------------------- waiting and going


def test_who_waits_hears_so_before_the_window_closes_and_only_once(house: House) -> None:
    """the field: "an interim word before it closes, a template with a button after it, never silence"."""
    case_of(house)
    house.wait(hours=22)
    assert len(house.said()) == 1
    house.wait(hours=1, minutes=5)
    assert house.said()[1:] == [SAY["interim"].format(quoted=f" (“{UNCHECKED}”)")]
    assert house.replies()[1].purpose is Purpose.INTERIM
    house.wait(hours=30)
    assert len(house.said()) == 2


def test_who_wrote_again_hears_it_later_and_who_has_an_answer_never(house: House) -> None:
    case = case_of(house)
    house.say("kopi luwak langka", BUDI)
    house.wait(hours=20)
    rina = house.contact()
    house.do(lambda tx: tx.contacts.touch(rina, "whatsapp", house.clock()))
    house.wait(hours=4)
    assert [len(house.said()), len(house.said(BUDI))] == [1, 2]
    house.review.answer(case, "banjir", "ayu")
    house.wait(hours=40)
    assert [reply.purpose for reply in house.replies()] == [Purpose.ANSWER, Purpose.FOLLOW_UP]


def test_nobody_is_erased_before_the_receipt_is_out_but_not_kept_for_long(house: House) -> None:
    house.send_kind("image", {"id": "f", "sha256": "ab"})
    house.say("hapus")
    house.say("ya")
    house.wait(minutes=2)
    assert house.contact()
    house.wait(minutes=15)
    assert house.contact() == ""
    assert len(house.dropped) == 1
    assert house.look(lambda tx: tx.jobs.counts().get((JobKind.FORGET, "ready"))) is None


def test_a_job_about_somebody_who_is_gone_is_struck_off(house: House) -> None:
    for kind in (JobKind.FOLLOW_UP, JobKind.INTERIM, JobKind.FORGET, JobKind.CORRECT):
        house.do(lambda tx, kind=kind: tx.jobs.add([Job(kind, "tidak-ada")], house.clock()))
    house.workers.drain()
    assert house.look(lambda tx: tx.jobs.counts()) == {}
