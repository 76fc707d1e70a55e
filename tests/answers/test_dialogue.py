from __future__ import annotations

from datetime import UTC, datetime

import pytest

from periksa.answers.dialogue import article_id, picked
from periksa.answers.word import NONE
from periksa.model import Message, MessageKind, Option

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
OFFERED = (Option("article:a", "Satu"), Option("article:b", "Dua"), Option(NONE, "Bukan semua ini"))


def typed(text: str, offered: tuple[Option, ...] = OFFERED) -> str:
    return picked(Message("m", "c", "web", "p", MessageKind.TEXT, THEN, THEN, text=text), offered)


def tapped(choice: str, offered: tuple[Option, ...] = OFFERED) -> str:
    return picked(Message("m", "c", "web", "p", MessageKind.CHOICE, THEN, THEN, text="Satu", choice=choice), offered)


@pytest.mark.parametrize("text", ["2", " 2. ", "2)", "(2)", "#2", "2️⃣", "02"])
def test_a_typed_number_picks(text: str) -> None:
    assert typed(text) == "article:b"


def test_the_last_number_is_none_of_these() -> None:
    assert typed("3") == NONE


@pytest.mark.parametrize("text", ["", "0", "4", "99", "2024", "12", "2 juta", "nomor", "1.5", "vaksin", "1\n2", "²"])
def test_other_texts_pick_nothing(text: str) -> None:
    assert typed(text) == ""


def test_numbers_count_only_against_what_was_offered() -> None:
    assert typed("1", ()) == ""


def test_a_tap_picks_even_what_was_offered_long_ago() -> None:
    assert tapped("article:z", ()) == "article:z"
    assert tapped(NONE) == NONE


@pytest.mark.parametrize("choice", ["", "something:else", "javascript:1", "nonesuch"])
def test_a_tap_on_what_is_not_ours_picks_nothing(choice: str) -> None:
    assert tapped(choice) == ""


def test_only_a_tap_carries_a_choice() -> None:
    message = Message("m", "c", "web", "p", MessageKind.TEXT, THEN, THEN, text="halo", choice="article:a")
    assert picked(message, OFFERED) == ""


@pytest.mark.parametrize(("option", "article"), [("article:a", "a"), ("article:x:1", "x:1"), (NONE, ""), ("", "")])
def test_an_option_stands_for_an_article_or_none(option: str, article: str) -> None:
    assert article_id(option) == article
