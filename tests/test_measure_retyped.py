from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.measure import CLEAN, WAYS, Measured, Question, Share, falls, retyped
from periksa.model import Article, ArticleKind, Decision, DecisionKind, Match

TEXT = "Pemerintah tidak akan memberikan bantuan tunai kepada orang yang sudah terdaftar sejak tahun 2024 di Kota Palu"
ASKED = Question("q1", TEXT, frozenset({"right"}))
OFTEN = [Question(f"q{at}", TEXT) for at in range(60)]


def typed(way: str, text: str = TEXT, qid: str = "q1") -> str:
    return retyped(Question(qid, text), way).text


def letters(text: str) -> str:
    return "".join(sorted(text.lower()))


@pytest.mark.parametrize("way", WAYS)
def test_a_way_gives_the_same_text_every_time_and_keeps_the_rest_of_the_question(way: str) -> None:
    once = retyped(ASKED, way)
    assert once == retyped(ASKED, way)
    assert (once.qid, once.relevant, once.kind) == (ASKED.qid, ASKED.relevant, ASKED.kind)
    assert once.text != TEXT


@pytest.mark.parametrize("way", ["typos", "digits for letters", "noise around", "regional words"])
def test_chance_falls_differently_for_every_question(way: str) -> None:
    assert len({retyped(each, way).text for each in OFTEN}) > 3


@pytest.mark.parametrize("way", WAYS)
@given(text=st.text(max_size=60))
def test_no_text_is_too_odd(way: str, text: str) -> None:
    assert isinstance(typed(way, text), str)


def test_one_word_in_eight_is_mistyped_and_never_its_first_letter() -> None:
    for each in OFTEN:
        words = list(zip(TEXT.split(), retyped(each, "typos").text.split(), strict=True))
        changed = [(was, now) for was, now in words if was != now]
        assert len(changed) <= 2  # 17 words; swapping two equal letters changes nothing
        assert all(was[0] == now[0] and abs(len(was) - len(now)) <= 1 for was, now in changed)


def test_no_number_is_mistyped() -> None:
    assert all("2024" in retyped(each, way).text for each in OFTEN for way in ("typos", "digits for letters"))


def test_chat_spelling_is_by_the_word() -> None:
    assert typed("chat spelling", "Yang tidak benar bukan kebenaran") == "yg ngga bener bukan kebenaran"


def test_digits_stand_for_letters_in_one_word_of_three() -> None:
    words = list(zip(TEXT.split(), typed("digits for letters").split(), strict=True))
    changed = [(was, now) for was, now in words if was != now]
    assert len(changed) == 6  # of 17 words
    back = str.maketrans("431059", "aeiosg")
    assert all(now.lower().translate(back) == was.lower() for was, now in changed)


def test_capitals_and_small_letters() -> None:
    assert typed("ALL CAPS") == TEXT.upper()
    assert typed("lower case") == TEXT.lower()


@pytest.mark.parametrize(
    ("text", "half", "ten"),
    [
        ("satu dua tiga", "satu dua", "satu dua tiga"),
        ("satu", "satu", "satu"),
        ("a b c d e f g h i j k l", "a b c d e f", "a b c d e f g h i j"),
    ],
)
def test_what_is_cut_off(text: str, half: str, ten: str) -> None:
    assert (typed("first half", text), typed("first 10 words", text)) == (half, ten)


def test_noise_stands_around_and_changes_nothing_within() -> None:
    before, within, after = typed("noise around").split("\n\n")
    assert within == TEXT
    assert before
    assert after


def test_regional_words_come_in_and_names_stay() -> None:
    text = typed("regional words")
    assert {"ora", "wong", "wis"} <= set(text.split())
    assert len(text.split()) > len(TEXT.split())
    assert "Kota Palu" in text or "Kota" in text.split()


# ---------------------------------------------------------------- what is lost


def found(*ids: str, kind: DecisionKind = DecisionKind.ANSWER, question: Question = ASKED) -> Measured:
    matches = tuple(Match(Article(id, ArticleKind.FACT_CHECK, id), 0.9) for id in ids)
    return Measured(question, Decision(kind, matches, matches[:1]), 1.0)


def test_losses_are_told_per_way_and_group() -> None:
    offered = DecisionKind.OFFER
    clean = [found("right"), found("right"), found("x", kind=offered), found("x")]
    loud = [found("x", "right"), found("right", kind=offered), found("x"), found("x")]
    fallen = falls(clean, [("loud", loud)])["question/normal"]
    assert fallen["loud"].figures == {
        "s1": Share(1, 4),
        "s5": Share(2, 4),
        "answered": Share(3, 4),
        "precision": Share(0, 3),
    }
    assert fallen["loud"].changes == {"s1": -0.25, "s5": 0.0, "answered": 0.0, "precision": pytest.approx(-2 / 3)}
    assert fallen["loud"].turned_wrong == 2  # the fourth was wrong before


def test_what_was_typed_cleanly_is_compared_with_nothing() -> None:
    fallen = falls([found("right")], [])["question/normal"][CLEAN]
    assert set(fallen.changes.values()) == {None}
    assert fallen.figures["s1"] == Share(1, 1)


def test_without_answers_there_is_no_change_in_precision() -> None:
    handed_over = found("right", kind=DecisionKind.HAND_OVER)
    fallen = falls([found("right")], [("loud", [handed_over])])["question/normal"]["loud"]
    assert fallen.summary()["precision"] is None
    assert fallen.summary()["precision_change"] is None
    assert fallen.summary()["answered_change"] == -1.0
