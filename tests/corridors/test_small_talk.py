"""What is no question gets a kind sentence and opens no case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.corridors.conftest import ANSWERED, BUDI, RINA, SAY, SAY_EN, UNCHECKED, House, a_delivery, check, written

from periksa.answers import same
from periksa.answers.orders import topic_names
from periksa.lang import language
from periksa.model import JobKind, JobState
from periksa.tipline import Manners


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("kamu bot ya?", "who"),
        ("kamu siapa", "who"),
        ("makasih ya min", "thanked"),
        ("terima kasih banyak", "thanked"),
        ("bot bodoh", "insulted"),
        ("oke siap", "acknowledged"),
        ("nomor 9", "too_short"),
        ("jawabannya salah", "wrong"),
        ("asdfghjkl", "unclear"),
        ("????", "unclear"),
        ("IKUTI OLAHRAGA", "no_such_topic"),
    ],
)
def test_small_talk_opens_no_case(house: House, text: str, say: str) -> None:
    assert house.say(text) == SAY[say].format(name="Cek Nusantara", topics=topic_names("id"))
    assert house.cases() == []


def test_in_english_too(house: House) -> None:
    assert house.say("are you a bot?") == language("en").say["who"].format(name="Cek Nusantara")


def test_an_answer_called_wrong_goes_to_the_editors(house: House) -> None:
    house.say(ANSWERED["garam"])
    assert house.say("jawabannya salah") == SAY["not_helped"]
    assert [case.text for case in house.cases()] == [ANSWERED["garam"]]
    assert house.look(lambda tx: tx.feedback.counts(house.clock().replace(year=2000))) == (0, 1)


def test_the_editors_see_what_was_asked(house: House) -> None:
    asked = f"Is it true that {UNCHECKED}?"
    house.say(asked)
    assert [case.text for case in house.cases()] == [asked]


def test_subscribing_to_something_else_is_a_question(house: House) -> None:
    house.say("langganan wifi gratis telkom")
    assert len(house.cases()) == 1


def test_a_name_alone_does_not_change_the_language(house: House) -> None:
    assert house.say("bill gates") == SAY["not_checked"]


def test_words_after_an_offer_choose(house: House) -> None:
    house.say("vaksin")
    assert SAY["helped_ask"] in house.say("yang kedua")
    assert UNCHECKED not in house.said()[-1]


# ---------------------------------------------------------------- a number that is not in the list


@pytest.mark.parametrize("text", ["nomor 9", "9", "yang kelima", "number ten", "0", "nomor 12"])
def test_a_number_that_was_not_offered_brings_the_list_again(house: House, text: str) -> None:
    house.say("vaksin")
    offered = house.replies()[-1].reply
    assert house.say(text) == SAY["no_such_number"].format(most=3)
    again = house.replies()[-1].reply
    assert (again.options, again.prompt) == (offered.options, offered.prompt)
    assert house.cases() == []


def test_the_list_comes_again_only_once(house: House) -> None:
    house.say("vaksin")
    house.say("nomor 9")
    assert house.say("8") == SAY["no_such_number"].format(most=3)
    assert house.replies()[-1].reply.options == ()
    assert SAY["helped_ask"] in house.say("2")
    assert house.cases() == []


def test_a_list_of_another_question_comes_again_as_well(house: House) -> None:
    house.say("vaksin")
    house.say("9")
    house.say("2")
    house.say("vaksin")
    house.say("9")
    assert len(house.replies()[-1].reply.options) == 3


# ---------------------------------------------------------------- thanks, insults


def test_thanks_are_answered_once_in_a_row(house: House) -> None:
    house.say(ANSWERED["garam"])
    assert house.say("makasih") == SAY["thanked"]
    assert house.say("terima kasih banyak ya") == ""
    house.say(ANSWERED["gempa"])
    assert house.say("thank you so much!") == SAY_EN["thanked"]


def test_thanks_right_behind_a_question_need_no_answer(house: House) -> None:
    house.hear(written(ANSWERED["garam"], 1), written("makasih min", 2))
    house.wait()
    assert len(house.said()) == 1


def test_an_insult_before_a_question_is_no_part_of_it(house: House) -> None:
    house.hear(written("bot bodoh", 1), written(ANSWERED["garam"], 2))
    house.wait()
    assert [SAY["helped_ask"] in said for said in house.said()] == [True]


def test_insults_are_calmed_once(house: House) -> None:
    assert house.say("goblok") == SAY["insulted"]
    assert house.say("tolol") == ""
    assert house.cases() == []


# ---------------------------------------------------------------- somebody who wants to die

WISH = "min, aku pengen mati aja"


def test_somebody_who_wants_to_die_hears_a_kind_word_at_once(house: House) -> None:
    house.hear(written(WISH))
    (reply,) = house.replies()
    assert reply.reply.text == SAY["despair"].format(help=SAY["despair_help"])
    assert (reply.reply.options, reply.article) == ((), "")


def test_what_came_before_is_no_part_of_it(house: House) -> None:
    house.hear(written("halo", 1), written("aku capek banget,", 2), written("pengen mati aja", 3), written("tolong", 4))
    house.wait()
    assert house.said() == [SAY["despair"].format(help=SAY["despair_help"])]


@pytest.mark.parametrize("manners", [Manners(help_line="Hubungi Teman Bicara {setiap hari}, 24 jam.")])
def test_the_newsroom_names_the_help(house: House) -> None:
    assert house.say(WISH) == SAY["despair"].format(help="Hubungi Teman Bicara {setiap hari}, 24 jam.")
    assert house.say("I want to kill myself").startswith(SAY_EN["despair"].partition("{")[0])


def test_editors_see_that_it_was_written_and_no_article_answers_it(house: House) -> None:
    house.say(WISH)
    house.say("saya mau bunuh diri")
    house.say("pengen mati aja", phone=BUDI)
    assert [(case.text, case.asked) for case in house.cases()] == [(same.despair_text(), 2), (same.despair_text(), 1)]
    assert [job.kind for job in house.look(lambda tx: tx.jobs.list(JobState.READY))].count(JobKind.INTERIM) == 0
    house.publish(check("mati", "Ingin mati", "Min, aku pengen mati aja."))
    house.publish(check("wish", "Seseorang ingin mengakhiri hidupnya", same.despair_text()))
    assert len(house.cases()) == 2
    assert len(house.said()) == 2


def test_a_forward_is_somebody_elses_word(house: House) -> None:
    house.deliver(a_delivery(replace(written("saya mau bunuh diri"), forwarded=True)))
    house.workers.drain()
    assert house.said(RINA) == [SAY["offer_one"]]


def test_a_claim_about_a_suicide_is_a_question(house: House) -> None:
    assert house.say("benarkah siswa bunuh diri karena pinjol?") == SAY["offer_one"]
