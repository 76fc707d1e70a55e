"""What a conversation must stand: fragments, floods, second thoughts, and things that are no words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from periksa.answers.word import NONE
from periksa.channels import SEE
from periksa.model import Address, JobKind, JobState, MessageKind, Outgoing, Purpose, Reply
from periksa.tipline import Manners
from periksa.tipline.hearing import RECENT

from .conftest import ANSWERED, BUDI, OFFERED, RINA, SAY, SAY_EN, SITI, UNCHECKED, House, a_delivery, raw, written

WELCOME = SAY["introduction"].format(name="Cek Nusantara")


def web(house: House, text: str, choice: str = "", session: str = "sesi-siti") -> str:
    """Said on the chat page; the newest reply."""
    id = f"w-{text}-{house.clock():%H%M%S%f}"
    said = {"id": id, "session": session, "text": text, "choice": choice, "at": house.clock().isoformat()}
    house.tipline.receive("web", json.dumps(said).encode(), {}).result(20)
    house.workers.drain()
    house.wait()
    return house.tipline.conversation(Address("web", session, "session"))[-1].text


# ---------------------------------------------------------------- fragments


def test_a_whole_question_does_not_wait_behind_a_greeting(house: House) -> None:
    """Issue 4: "a full question is answered at once and takes the waiting fragments with it"."""
    house.hear(written("halo", 1))
    assert house.said() == []
    house.clock.pass_(seconds=1)
    house.hear(written(ANSWERED["gempa"], 2))
    assert len(house.said()) == 1
    house.wait()
    assert len(house.said()) == 1
    assert (JobKind.ANSWER, JobState.READY) not in house.look(lambda tx: tx.jobs.counts())


def test_a_greeting_alone_is_greeted_when_nothing_follows(house: House) -> None:
    house.hear(written("halo", 1))
    house.wait(seconds=2.9)
    assert house.said() == []
    house.wait(seconds=0.2)
    assert house.said() == [SAY["greeting"]]
    assert [option.id for option in house.replies()[0].reply.options] == ["menu:help", "menu:follow"]
    assert house.tap("menu:help") == SAY["help"]
    assert house.tap("menu:follow") == SAY["following"].format(often="tiap minggu", topics="")


def test_two_questions_a_tenth_of_a_second_apart_are_both_answered_in_order(house: House) -> None:
    """Issue 4, point 3; one delivery or two."""
    house.deliver(a_delivery(written(ANSWERED["garam"], 1)))
    house.clock.pass_(seconds=0.1)
    house.deliver(a_delivery(written(ANSWERED["gempa"], 2)))
    house.workers.drain()
    assert ["garam" in said for said in house.said()] == [True, False]
    assert [reply.refers_to for reply in house.replies()] == ["wamid.01-1", "wamid.01-2"]


def test_a_forward_in_three_parts_is_one_question(house: House) -> None:
    parts = ("(1/3) Gempa besar", "(2/3) akan terjadi di Selat Bali", "(3/3) malam ini")
    for number, part in enumerate(parts):
        house.hear(written(part, number))
        house.clock.pass_(seconds=0.5)
    house.wait()
    [said] = house.said()
    assert "Gempa besar akan terjadi di Selat Bali malam ini." in said


def test_the_whole_question_goes_to_the_editors(house: House) -> None:
    house.hear(written("(1/2) kopi luwak liar", 1), written("(2/2) bersertifikat pemerintah", 2))
    house.wait()
    [case] = house.cases()
    assert "kopi luwak liar" in case.text
    assert "bersertifikat pemerintah" in case.text


@pytest.mark.parametrize("manners", [Manners(burst=timedelta(0))])
def test_without_a_burst_everything_is_answered_for_itself(house: House) -> None:
    house.hear(written("halo", 1), written("ok", 2))
    assert house.said() == [SAY["greeting"], SAY["acknowledged"]]


# ---------------------------------------------------------------- first contact


def test_a_batch_of_a_stranger_is_introduced_to_once(house: House) -> None:
    house.hear(written(ANSWERED["garam"], 1, SITI), written(ANSWERED["gempa"], 2, SITI))
    assert [WELCOME in said for said in house.said(SITI)] == [True, False]


def test_a_number_in_the_same_batch_picks_from_the_offer_before_it(house: House) -> None:
    house.hear(written(OFFERED, 1), written("1", 2))
    assert [bool(reply.article) for reply in house.replies()] == [False, True]


@pytest.mark.parametrize(("text", "asked"), [("Semarang 2026", True), ("apakah vaksin itu ada cip pelacaknya", False)])
def test_who_writes_in_no_certain_language_is_asked_once(house: House, text: str, asked: bool) -> None:
    assert (SAY_EN["prefer"] in house.say(text, SITI)) == asked
    assert SAY_EN["prefer"] not in house.say(text, SITI)


def test_the_first_words_on_the_chat_page_are_introduced_too(house: House) -> None:
    assert WELCOME in web(house, ANSWERED["garam"])
    assert web(house, "ya") == SAY["helped"]
    assert web(house, OFFERED) == SAY["offer"]
    assert "Yang diperiksa" in web(house, "1")
    assert web(house, "2") == SAY["not_helped"], "the page shows a number beside every button"
    assert web(house, "…", choice="erase:yes") == SAY["erase_ask"]


# ---------------------------------------------------------------- did it help?


def react(house: House, emoji: str, to: str) -> None:
    house.send_kind("reaction", {"message_id": to, "emoji": emoji})
    house.workers.drain()


def test_a_reaction_to_an_answer_is_feedback_and_can_be_taken_back(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.accept()
    [answer] = house.replies()
    seen = []
    for emoji in ("😮", "👍🏽", "👎", ""):
        react(house, emoji, answer.platform_id)
        feedback = house.look(lambda tx: tx.feedback.get(answer.id))
        seen.append(feedback and (feedback.helpful, feedback.source))
    assert seen == [None, (True, "reaction"), (False, "reaction"), None]
    assert len(house.said()) == 1


def test_a_reaction_to_somebody_elses_answer_counts_for_nobody(house: House) -> None:
    house.say(ANSWERED["garam"], BUDI)
    house.accept()
    [answer] = house.replies(BUDI)
    react(house, "👎", answer.platform_id)
    assert house.look(lambda tx: tx.feedback.get(answer.id)) is None


def test_no_below_an_answer_that_was_picked_is_about_the_question(house: House) -> None:
    house.say(OFFERED)
    house.say("1")
    assert house.tap("helped:no") == SAY["not_helped"]
    assert [case.text for case in house.cases()] == [OFFERED]
    assert house.tap("helped:yes") == SAY["helped"]


# ---------------------------------------------------------------- second thoughts


def edit(house: House, text: str, number: int = 1) -> None:
    message = {"type": "text", "text": {"body": text}}
    house.send_kind("edit", {"original_message_id": f"wamid.01-{number}", "message": message})
    house.workers.drain()


def test_an_edited_question_is_answered_anew_once(house: House) -> None:
    house.hear(written(ANSWERED["garam"], 1))
    edit(house, ANSWERED["gempa"])
    assert "Selat Bali" in house.said()[-1]
    edit(house, f"{ANSWERED['gempa']}!")
    edit(house, "halo")
    assert len(house.said()) == 2


def test_a_question_edited_before_it_was_read_is_answered_once(house: House) -> None:
    house.deliver(a_delivery(written(ANSWERED["garam"], 1)))
    edit(house, ANSWERED["gempa"])
    [said] = house.said()
    assert "Selat Bali" in said


def test_a_revoked_question_is_forgotten_with_its_file_and_not_answered(house: House) -> None:
    house.send_kind("image", {"id": "f", "caption": UNCHECKED, "sha256": "ab"})
    [message] = house.look(lambda tx: tx.messages.of(tx.contacts.find(Address("whatsapp", RINA)) or ""))
    house.send_kind("revoke", {"original_message_id": message.platform_id})
    house.workers.drain()
    assert house.said() == []
    assert house.dropped == [message.id]
    forgotten = house.look(lambda tx: tx.messages.get(message.id))
    assert (forgotten.text, forgotten.media) == ("", None)
    assert house.look(lambda tx: tx.audit.list())[0].what == "forgot a message that was revoked"


def test_nobody_revokes_or_edits_what_another_wrote(house: House) -> None:
    house.hear(written(ANSWERED["garam"], 1, BUDI))
    house.send_kind("revoke", {"original_message_id": "wamid.02-1"})
    house.send_kind("edit", {"original_message_id": "wamid.02-1", "message": {"type": "text", "text": {"body": "x"}}})
    [message] = house.look(lambda tx: tx.messages.of(tx.contacts.find(Address("whatsapp", BUDI)) or ""))
    assert message.text == ANSWERED["garam"]


# ---------------------------------------------------------------- things that are no words


def test_a_file_is_fetched_and_a_caption_is_a_question(house: House) -> None:
    house.send_kind("image", {"id": "f", "caption": ANSWERED["gempa"], "sha256": "ab"})
    house.workers.drain()
    assert "Selat Bali" in house.said()[0]
    assert house.look(lambda tx: tx.jobs.counts())[JobKind.FETCH, JobState.READY] == 1


def test_copies_of_one_picture_are_one_case(house: House) -> None:
    for phone in (RINA, BUDI):
        house.send_kind("image", {"id": f"f{phone}", "sha256": "ab"}, phone)
    house.wait()
    assert [(case.text, case.asked) for case in house.cases()] == [("[gambar tanpa keterangan]", 2)]


def test_a_bare_link_goes_to_the_editors_as_one_case(house: House) -> None:
    assert house.say("https://kabar.example/a/1?utm_source=wa") == SAY["link"]
    assert house.say("www.kabar.example/a/1", BUDI) == SAY["link"]
    assert [case.asked for case in house.cases()] == [2]


def test_groups_are_kept_and_never_answered(house: House) -> None:
    house.send_kind("text", {"body": ANSWERED["garam"]}, group_id="G1")
    house.wait()
    assert house.kept() == [MessageKind.TEXT]
    assert house.said() == []


# ---------------------------------------------------------------- windows and statuses


def held(house: House) -> str:
    """A reply that waits for Rina's next message, knocked for; its id."""
    house.say(UNCHECKED)
    rina, at = house.contact(), house.clock()
    [question] = house.look(lambda tx: tx.messages.of(rina))
    answer = Outgoing("f-1", rina, "whatsapp", Reply("Jawaban"), question.id, created_at=at, purpose=Purpose.FOLLOW_UP)
    house.do(lambda tx: (tx.outbox.add(answer), tx.outbox.hold("f-1", at)))
    house.accept()
    return answer.id


@pytest.mark.parametrize(("text", "choice"), [("Lihat", SEE), ("gempa besar di selat bali", "")])
def test_what_waited_for_a_message_goes_out_with_the_next_one(house: House, text: str, choice: str) -> None:
    """24 h window: "a short template with a button; the tap opens the window, then the full answer goes"."""
    answer, before = held(house), len(house.said())
    house.hear(written(text, 9, choice=choice))
    waiting = house.look(lambda tx: tx.jobs.list(JobState.READY))
    assert answer in [job.key for job in waiting if job.kind is JobKind.SEND]
    assert len(house.said()) - before == (0 if choice else 1)


def test_a_knock_answered_twice_gets_a_useful_answer(house: House) -> None:
    assert house.tap(SEE, title="Lihat jawaban") == SAY["stale"]
    assert house.cases() == []


def test_a_reply_that_failed_is_looked_at_by_the_senders_again(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.accept()
    [reply] = house.replies()
    failed = {"id": reply.platform_id, "status": "failed", "errors": [{"code": 131047}]}
    for _ in range(2):
        house.deliver(raw("statuses", failed, contacts=False))
    jobs = house.look(lambda tx: tx.jobs.list(JobState.READY))
    assert [(job.kind, job.key) for job in jobs] == [(JobKind.SEND, reply.id)]
    assert JobKind.SEND in house.woken


# ---------------------------------------------------------------- too much of it


@pytest.mark.parametrize("manners", [Manners(messages=3, per_minute=6)])
def test_a_flood_is_answered_once_and_then_not_until_it_is_over(house: House) -> None:
    for number in range(20):
        house.hear(written(ANSWERED["garam"], number))
    assert [said == SAY["too_many"] for said in house.said()] == [False, False, False, True]
    assert len(house.kept()) == 20
    assert "Selat Bali" in house.say(ANSWERED["gempa"], BUDI)
    house.wait(minutes=1)
    assert "Selat Bali" in house.say(ANSWERED["gempa"])


def test_who_is_blocked_is_heard_and_not_answered(house: House) -> None:
    rina = house.contact()
    house.do(lambda tx: tx.contacts.block(rina, house.clock()))
    assert house.say(ANSWERED["garam"]) == ""
    assert house.kept() == [MessageKind.TEXT]
    house.do(lambda tx: tx.contacts.unblock(rina))
    assert "garam" in house.say(ANSWERED["garam"])


@pytest.mark.parametrize("manners", [Manners(name="Cek Nusantara", messages=100)])
def test_a_list_of_long_ago_is_still_the_one_that_was_tapped(house: House) -> None:
    """Its question goes to the editors, not that of whatever was offered since."""
    house.say(OFFERED)
    house.accept()
    [old] = house.replies()
    for _ in range(RECENT + 1):
        house.say("bantuan")
    house.say("virus")
    tapped = {"type": "list_reply", "list_reply": {"id": NONE, "title": "Bukan semua ini"}}
    house.send_kind("interactive", tapped, context={"id": old.platform_id})
    house.workers.drain()
    assert house.said()[-1] == SAY["noted_none"]
    assert [case.text for case in house.cases()] == [OFFERED]
