from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.lang.spoken import language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Apakah benar vaksin itu haram?", "id"),
        ("Is it true that the vaccine is dangerous?", "en"),
        ("Adakah benar kerajaan akan memberi bantuan kepada rakyat?", "id"),
        ("Joko Widodo", "id"),
        ("ok", "id"),
        ("vaksin", "id"),
        ("👍", "id"),
        ("", "id"),
    ],
    ids=["Indonesian", "English", "Malay", "names", "ok", "one word", "emoji", "nothing"],
)
def test_the_language_is_the_one_whose_common_words_are_used(text: str, code: str) -> None:
    assert language_of(text) == code


def test_without_evidence_the_default_is_what_it_was_told() -> None:
    assert language_of("Joko Widodo", default="en") == "en"


@pytest.mark.parametrize(
    "keywords",
    [
        "vaccine",
        "vaccine microchip",
        "mermaid",
        "elephant carrying lion cub",
        "earthquake jakarta",
        "gold price",
        "flood",
    ],
)
def test_english_keywords_are_english_without_a_common_word(keywords: str) -> None:
    assert language_of(keywords) == "en"


@pytest.mark.parametrize(
    "keywords",
    ["banjir jakarta", "lockdown jakarta", "giveaway artis", "scam bri", "link bansos", "update gempa", "mall", "main"],
)
def test_loans_do_not_make_a_question_english(keywords: str) -> None:
    assert language_of(keywords) == "id"


@pytest.mark.parametrize("text", ["Iki bener opo ora, rek?", "Ieu leres teu, tos seueur?", "naha ieu bener?"])
def test_javanese_and_sundanese_are_answered_in_indonesian(text: str) -> None:
    assert language_of(text, default="en") == "id"


@given(st.text(st.characters(codec=None), max_size=80))
def test_naming_the_language_never_fails(text: str) -> None:
    assert language_of(text) in {"id", "en"}
