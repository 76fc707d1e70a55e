"""What is no question gets a kind sentence and opens no case."""

from __future__ import annotations

import pytest
from tests.corridors.conftest import ANSWERED, SAY, UNCHECKED, House

from periksa.answers.orders import topic_names
from periksa.lang import language


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("kamu bot ya?", "who"),
        ("kamu siapa", "who"),
        ("makasih ya min", "acknowledged"),
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
