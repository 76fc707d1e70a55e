"""Corridor 3: telling is stopped and goes on, a case is settled otherwise, and nobody is told the same twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from periksa.errors import CaseError
from periksa.model import CaseState, JobKind, Outgoing, Progress, Purpose
from periksa.review import Review
from periksa.review.following import AT_ONCE

from .conftest import BUDI, LIBRARY, RINA, SAY, SAY_EN, SITI, UNCHECKED, House, check, written

AGAIN = SAY["told_again"].partition("{")[0]
GONE = SAY["taken_back"].partition("{")[0]


def ask(house: House, *phones: str, text: str = UNCHECKED) -> str:
    """They ask it; the id of the case."""
    for phone in phones or (RINA, BUDI):
        house.say(text, phone)
    return house.cases()[0].id


def told(house: House, phone: str) -> list[Outgoing]:
    return [reply for reply in house.replies(phone) if reply.purpose is Purpose.FOLLOW_UP]


def numbers(many: int) -> list[str]:
    return [f"62813555{number:05}" for number in range(many)]


def surge(house: House, many: int) -> str:
    phones = numbers(many)
    for start in range(0, many, 50):
        house.hear(*(written(UNCHECKED, f"{phone}-1", phone) for phone in phones[start : start + 50]))
    return house.cases()[0].id


def a_batch(house: House) -> None:
    """One follow-up job and no more."""
    jobs = house.do(lambda tx: tx.jobs.claim([JobKind.FOLLOW_UP], 1, house.clock(), timedelta(seconds=30)))
    house.review.follow_up(jobs)


# ---------------------------------------------------------------- stop, and go on


def test_stopping_keeps_back_what_is_not_out_and_those_people_wait(house: House) -> None:
    many = AT_ONCE + 20
    case = surge(house, many)
    house.review.answer(case, "banjir", "ayu")
    a_batch(house)
    first, second = (house.replies(phone)[-1] for phone in numbers(2))
    house.do(lambda tx: (tx.outbox.begin(first.id, house.clock()), tx.outbox.sent(first.id, "OUT-1")))
    house.do(lambda tx: tx.outbox.begin(second.id, house.clock()))
    assert house.review.telling(case)[1] == Progress(20, queued=AT_ONCE - 1, sent=1)

    assert house.review.stop(case, "bima", 1) == AT_ONCE - 2
    house.workers.drain()
    telling, progress = house.review.telling(case)
    assert (telling.stopped_by, telling.number) == ("bima", 1)
    assert progress == Progress(many - 2, queued=1, sent=1)
    assert house.review.stop(case, "bima", 1) == 0

    assert house.review.resume(case, "ayu", 1) == many - 2
    house.workers.drain()
    assert {len(told(house, phone)) for phone in numbers(many)} == {1}
    assert house.review.telling(case)[1] == Progress(queued=many - 1, sent=1)
    log = [(each.who, each.what, each.detail) for each in house.look(lambda tx: tx.audit.list(9))]
    assert log[:3] == [("ayu", "told the rest", ""), ("bima", "stopped telling", "98"), ("ayu", "answered", "banjir")]


def test_a_stop_while_the_words_are_found_stops_that_batch_too(house: House) -> None:
    case = ask(house)
    house.review.answer(case, "banjir", "ayu")
    real = house.review.follow_up.__self__._wording.news  # type: ignore[attr-defined]
    stopped = False

    def slow(*given: object) -> Outgoing:
        nonlocal stopped
        if not stopped:
            stopped = True
            house.review.stop(case, "bima", 1)
        reply: Outgoing = real(*given)
        return reply

    house.review.follow_up.__self__._wording.news = slow  # type: ignore[attr-defined]
    house.workers.drain()
    assert told(house, RINA) == told(house, BUDI) == []
    assert house.review.telling(case)[1].waiting == 2
    house.review.resume(case, "bima", 1)
    house.workers.drain()
    assert len(told(house, RINA)) == len(told(house, BUDI)) == 1


def test_what_is_held_for_a_closed_window_can_be_called_back(house: House) -> None:
    case = ask(house, RINA)
    house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    [reply] = told(house, RINA)
    house.do(lambda tx: tx.outbox.hold(reply.id, house.clock()))
    assert house.review.telling(case)[1] == Progress(held=1)
    assert house.review.stop(case, "ayu", 1) == 1
    assert house.review.telling(case)[1] == Progress(waiting=1)


def test_what_is_not_being_told_cannot_be_stopped(house: House) -> None:
    case = ask(house)
    with pytest.raises(CaseError, match="nothing of it is being told"):
        house.review.stop(case, "ayu", 1)
    with pytest.raises(CaseError, match="There is no case"):
        house.review.stop("x", "ayu", 1)
    house.review.answer(case, "banjir", "ayu")
    for wrong in (house.review.stop, house.review.resume):
        with pytest.raises(CaseError, match="settled otherwise meanwhile"):
            wrong(case, "ayu", 2)


# ---------------------------------------------------------------- settled otherwise


def test_who_was_told_the_wrong_answer_is_told_the_right_one_once(house: House) -> None:
    case = ask(house)
    house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    house.accept()
    house.review.instead(case, "gempa", "bima", 1)
    house.workers.drain()
    for phone in (RINA, BUDI):
        first, second = told(house, phone)
        assert second.reply.text.startswith(AGAIN)
        assert LIBRARY[3].claim in second.reply.text
        assert (first.article, second.article) == ("banjir", "gempa")
    settled = house.cases(CaseState.ANSWERED)[0]
    assert (settled.articles, settled.settled_by) == (("gempa",), "bima")
    with pytest.raises(CaseError, match="settled otherwise meanwhile"):
        house.review.instead(case, "garam", "ayu", 1)
    with pytest.raises(CaseError, match="like this already"):
        house.review.instead(case, "gempa", "ayu", 2)
    assert [len(told(house, phone)) for phone in (RINA, BUDI)] == [2, 2]


def test_who_had_not_been_sent_the_wrong_answer_never_hears_of_it(house: House) -> None:
    case = ask(house)
    house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    [out] = told(house, RINA)
    house.do(lambda tx: (tx.outbox.begin(out.id, house.clock()), tx.outbox.sent(out.id, "OUT-1")))
    preview = house.review.preview_instead(case, "gempa", 1)
    assert (preview.people, preview.before) == (2, 1)
    assert sorted((each.again, each.people) for each in preview.told) == [(False, 1), (True, 1)]
    house.review.instead(case, "gempa", "bima", 1)
    house.workers.drain()
    assert told(house, RINA)[-1].reply.text.startswith(AGAIN)
    [only] = told(house, BUDI)
    assert only.reply.text.startswith(SAY["told"].format(question=UNCHECKED))
    assert house.review.telling(case)[1] == Progress(queued=2)


def test_an_answer_is_taken_back_where_nothing_answers_it(house: House) -> None:
    case = ask(house)
    house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    house.accept()
    house.review.instead(case, "", "bima", 1)
    house.workers.drain()
    assert told(house, RINA)[-1].reply.text.startswith(GONE)
    assert house.cases(CaseState.CLOSED)[0].id == case
    house.accept()
    house.review.instead(case, "gempa", "bima", 2)
    house.workers.drain()
    assert [len(told(house, phone)) for phone in (RINA, BUDI)] == [3, 3]
    assert SAY["offer_one"] in house.say(UNCHECKED, SITI)


def test_what_was_closed_without_a_word_can_be_answered_after_all(house: House) -> None:
    case = ask(house)
    house.review.close(case, "ayu")
    house.workers.drain()
    house.review.instead(case, "gempa", "ayu", 1)
    house.workers.drain()
    assert told(house, RINA)[0].reply.text.startswith(SAY["told"].format(question=UNCHECKED))


def test_who_asked_the_same_later_and_was_given_the_wrong_answer_is_told_as_well(house: House) -> None:
    long = "kopi luwak liar bersertifikat pemerintah daerah"
    case = ask(house, RINA, text=long)
    house.review.answer(case, "banjir", "ayu")
    house.workers.drain()
    house.accept()
    assert LIBRARY[4].claim in house.say(long, BUDI)
    house.say(long, SITI)
    preview = house.review.preview_instead(case, "gempa", 1)
    assert (preview.people, preview.before) == (3, 3)
    house.review.instead(case, "gempa", "bima", 1)
    house.workers.drain()
    for phone in (RINA, BUDI, SITI):
        assert [LIBRARY[3].claim in each.reply.text for each in told(house, phone)[-1:]] == [True], phone
        assert told(house, phone)[-1].reply.text.startswith((AGAIN, SAY_EN["told_again"].partition("{")[0]))


def test_whose_words_differ_gets_an_offer_that_says_that_the_first_does_not_hold(house: House) -> None:
    for phone, text in ((RINA, "vaksin"), (BUDI, "vaksin itu")):
        house.say(text, phone)
        house.tap("none", phone)
    [case] = house.cases()
    house.review.answer(case.id, "banjir", "ayu")
    house.workers.drain()
    house.accept()
    house.review.instead(case.id, "gempa", "ayu", 1)
    house.workers.drain()
    said = {each.reply.text.partition("{")[0][:30] for phone in (RINA, BUDI) for each in told(house, phone)[-1:]}
    assert said <= {AGAIN[:30], SAY["told_again_maybe"][:30]}


# ---------------------------------------------------------------- what editors see


def test_a_preview_counts_windows_templates_and_languages(house: House) -> None:
    case = ask(house, RINA, BUDI)
    budi = house.contact(BUDI)
    house.do(lambda tx: tx.contacts.update(budi, language="en"))
    assert house.review.preview(case, "banjir").late == 0
    house.clock.pass_(hours=30)
    preview = house.review.preview(case, "banjir")
    assert (preview.people, preview.late, preview.templates, preview.before) == (2, 2, 0, 0)
    assert sum(each.people for each in preview.hearers if each.language == "en") == 1
    assert sum(each.people for each in preview.told) == 2
    knocking = Review(house.store, house.channels, house.finder, house.clock, templates=["whatsapp"])
    assert knocking.preview(case, "banjir").templates == 2
    unpublished = check("baru", "Kopi", "Kopi luwak bersertifikat itu bohong.")
    shown = house.review.preview(case, "", unpublished)
    assert "Kopi luwak bersertifikat itu bohong." in shown.told[0].reply.text


def test_ways_of_asking_are_masked_and_counted(house: House) -> None:
    ask(house, RINA, text="hubungi 0812-3456-7890 hadiah kopi luwak liar")
    house.say("hubungi  0812-3456-9999 hadiah kopi luwak liar", BUDI)
    [case, *_] = house.cases()
    found = house.review.phrasings(case.id)
    assert all("7890" not in each.text and "9999" not in each.text for each in found)
    assert sum(each.times for each in found) == case.asked


def test_old_cases_that_asked_nearly_the_same_are_found_with_their_answer(house: House) -> None:
    old = ask(house, RINA, text="kopi luwak bersertifikat pemerintah menyembuhkan")
    house.review.answer(old, "banjir", "ayu")
    other = ask(house, RINA, text="bansos beras dibagikan di kelurahan")
    house.review.close(other, "ayu")
    new = ask(house, BUDI, text="kopi luwak bersertifikat pemerintah menyembuhkan diabetes")
    assert [(each.id, article and article.id) for each, article in house.review.past(new)] == [(old, "banjir")]
    assert house.review.past("x") == []


def test_question_and_claim_stand_side_by_side(house: House) -> None:
    claim = check("luwak", "Kopi luwak", "Kopi luwak menyembuhkan 3 juta orang di Bandung.")
    found = house.review.beside("kopi luwak menyembuhkan 5 juta orang di Jakarta 0812-3456-7890", [claim])["luwak"]
    assert "".join(piece.text for piece in found.asked).startswith(
        "kopi luwak menyembuhkan 5 juta orang di Jakarta 0812-"
    )
    assert "".join(piece.text for piece in found.claimed) == claim.claim
    kinds = {piece.text: piece.kind for piece in (*found.asked, *found.claimed)}
    assert (kinds["5 juta"], kinds["3 juta"], kinds["Jakarta"], kinds["Bandung"]) == (
        "number",
        "number",
        "name",
        "name",
    )
    assert kinds["kopi luwak menyembuhkan"] == "same"
    assert not any("7890" in piece.text for piece in found.asked)
