"""Question and claim side by side: nothing of either is lost, and what differs is named."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from periksa.answers.beside import beside
from periksa.model import Article, ArticleKind, Piece


def check(claim: str, title: str = "Cek fakta", language: str = "id") -> Article:
    return Article("x", ArticleKind.FACT_CHECK, title, language=language, claim=claim)


def kinds(pieces: tuple[Piece, ...]) -> dict[str, str]:
    return {piece.text: piece.kind for piece in pieces if piece.kind}


@pytest.mark.parametrize("hostile", ["\n", "1 ", ") ", ". "])
def test_a_text_of_marks_takes_no_time(hostile: str) -> None:
    began = time.perf_counter()
    beside(hostile * 30_000, "id", check("gempa"))
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize(
    ("asked", "claim", "ours", "theirs"),
    [
        ("vaksinasi polio", "Vaksin polio.", {"vaksinasi polio": "same"}, {"Vaksin polio": "same"}),
        ("gempa 2024", "Gempa 2025", {"gempa": "same", "2024": "number"}, {"Gempa": "same", "2025": "number"}),
        (
            "bantuan 5 juta",
            "Bantuan Rp5.000.000",
            {"bantuan 5 juta": "same"},
            {"Bantuan Rp5.000.000": "same"},
        ),
        (
            "banjir di Semarang",
            "Banjir di Jakarta",
            {"banjir": "same", "Semarang": "name"},
            {"Banjir": "same", "Jakarta": "name"},
        ),
        ("kopi hitam", "teh manis", {"kopi hitam": "word"}, {"teh manis": "word"}),
        ("hubungi 0812-••••-••••", "Nomor", {"hubungi": "word"}, {"Nomor": "word"}),
        ("", "Kopi", {}, {"Kopi": "word"}),
    ],
)
def test_what_is_shared_and_what_differs(asked: str, claim: str, ours: dict[str, str], theirs: dict[str, str]) -> None:
    found = beside(asked, "id", check(claim))
    assert (kinds(found.asked), kinds(found.claimed)) == (ours, theirs)


def test_a_word_of_the_title_counts_for_the_question_and_a_check_without_a_claim_shows_its_title() -> None:
    found = beside("kopi luwak", "id", check("Ini obat diabetes.", "Kopi luwak bukan obat"))
    assert kinds(found.asked) == {"kopi luwak": "same"}
    assert "".join(piece.text for piece in beside("kopi", "id", check("", "Kopi luwak")).claimed) == "Kopi luwak"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_character_is_lost(asked: str, claim: str) -> None:
    found = beside(asked, "id", check(claim))
    assert "".join(piece.text for piece in found.asked) == asked
    assert "".join(piece.text for piece in found.claimed) == (claim or "Cek fakta")
