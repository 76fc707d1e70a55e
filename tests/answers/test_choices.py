from __future__ import annotations

from datetime import UTC, datetime

import pytest

from periksa.answers import choices
from periksa.answers.choices import article_id, may_pick, offers_articles, picked
from periksa.answers.orders import order
from periksa.answers.word import HELPED_NO, HELPED_YES, NONE
from periksa.lang import LANGUAGES
from periksa.model import Message, MessageKind, Option

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
OFFERED = (Option("article:a", "Satu"), Option("article:b", "Dua"), Option(NONE, "Bukan semua ini"))
HELPED = (Option(HELPED_YES, "Ya"), Option(HELPED_NO, "Tidak"))
BUTTON = 20
"""Characters of a button's title on WhatsApp."""


def message(text: str, kind: MessageKind = MessageKind.TEXT, choice: str = "") -> Message:
    return Message("m", "c", "web", "p", kind, THEN, THEN, text=text, choice=choice)


def typed(text: str, shown: tuple[Option, ...] = OFFERED, numbered: tuple[Option, ...] | None = None) -> str:
    return picked(message(text), order(text), shown, shown if numbered is None else numbered)


def tapped(choice: str, shown: tuple[Option, ...] = OFFERED) -> str:
    return picked(message("Satu", MessageKind.CHOICE, choice), None, shown, shown)


@pytest.mark.parametrize("text", ["2", " 2. ", "2)", "(2)", "#2", "2️⃣", "02"])
def test_a_typed_number_picks(text: str) -> None:
    assert typed(text) == "article:b"
    assert may_pick(message(text), None)


@pytest.mark.parametrize(
    "text", ["nomor 2", "no 2", "No. 2", "yang kedua", "kedua", "pilih 2", "second one", "the second", "dua aja min"]
)
def test_a_number_in_words_picks(text: str) -> None:
    assert typed(text) == "article:b"
    assert may_pick(message(text), order(text))


@pytest.mark.parametrize("text", ["yang pertama", "the first", "nomor 1", "number one", "first one"])
def test_so_does_the_first(text: str) -> None:
    assert typed(text) == "article:a"


@pytest.mark.parametrize(
    "text", ["vaksin kedua", "no vaccine", "2 anak mau", "nomor", "the one million", "kedua pertama"]
)
def test_numbers_among_other_words_pick_nothing(text: str) -> None:
    assert typed(text) == ""


def test_an_answer_called_wrong_is_one_that_did_not_help() -> None:
    assert typed("jawabannya salah", HELPED) == HELPED_NO
    assert typed("your answer is wrong!", HELPED) == HELPED_NO
    assert typed("jawabannya salah", choices.erase("id")) == ""


def test_the_last_number_is_none_of_these() -> None:
    assert typed("3") == NONE


@pytest.mark.parametrize("text", ["", "0", "4", "99", "2024", "12", "2 juta", "nomor", "1.5", "vaksin", "1\n2", "²"])
def test_other_texts_pick_nothing(text: str) -> None:
    assert typed(text) == ""


def test_numbers_count_only_against_what_was_offered() -> None:
    assert typed("1", ()) == ""


def test_a_number_after_an_answer_still_picks_from_the_list_it_came_from() -> None:
    assert typed("2", HELPED, numbered=OFFERED) == "article:b"
    assert typed("tidak", HELPED, numbered=OFFERED) == HELPED_NO


@pytest.mark.parametrize("text", ["ya", "Iya", "YA!", "yes", "membantu 🙏"])
def test_yes_in_words_picks_the_yes_that_was_asked_for(text: str) -> None:
    assert typed(text, HELPED) == HELPED_YES
    assert typed(text, choices.erase("id")) == choices.ERASE_YES
    assert typed(text, OFFERED) == ""
    assert typed(text, ()) == ""


@pytest.mark.parametrize("text", ["tidak", "Gak", "no", "bukan", "nggak."])
def test_no_in_words_is_no_or_none_of_these(text: str) -> None:
    assert typed(text, HELPED) == HELPED_NO
    assert typed(text, choices.erase("id")) == choices.ERASE_NO
    assert typed(text, OFFERED) == NONE


@pytest.mark.parametrize("text", ["tidak ada vaksin halal", "ya vaksin itu haram", "halo"])
def test_a_question_that_begins_like_a_choice_is_none(text: str) -> None:
    assert typed(text, HELPED) == ""
    assert not may_pick(message(text), order(text))


def test_a_tap_picks_even_what_was_offered_long_ago() -> None:
    assert tapped("article:z", ()) == "article:z"
    assert [tapped(each) for each in (NONE, HELPED_NO, choices.ERASE_YES)] == [NONE, HELPED_NO, choices.ERASE_YES]


@pytest.mark.parametrize("choice", ["", "something:else", "javascript:1", "nonesuch", "erase:maybe", "article:"])
def test_a_tap_on_what_is_not_ours_picks_nothing(choice: str) -> None:
    assert tapped(choice) == ""


def test_only_a_tap_carries_a_choice() -> None:
    assert picked(message("halo", choice="article:a"), None, OFFERED, OFFERED) == ""


@pytest.mark.parametrize(("option", "article"), [("article:a", "a"), ("article:x:1", "x:1"), (NONE, ""), ("", "")])
def test_an_option_stands_for_an_article_or_none(option: str, article: str) -> None:
    assert article_id(option) == article
    assert offers_articles((Option(option, "…"),)) == bool(article)


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_every_button_fits_a_phone(code: str) -> None:
    say = LANGUAGES[code].say
    taps = [*choices.menu(code), *choices.erase(code)]
    titles = [option.title for option in taps] + [say["helped_yes"], say["helped_no"], say["menu_prompt"]]
    assert [title for title in titles if len(title) > BUTTON] == []
