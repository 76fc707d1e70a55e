from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from periksa.answers.burst import CUT_OFF, Piece, before, gathered, is_better, is_new, unfinished
from periksa.answers.dialogue import Event, event
from periksa.model import (
    Article,
    ArticleKind,
    Decision,
    DecisionKind,
    Match,
    Media,
    Message,
    MessageKind,
    Option,
    Outgoing,
    Reply,
)
from periksa.readers.text import TextReader

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
SPAN = timedelta(seconds=3)
READER = TextReader()
QUESTION = "Vaksin flu berisi cip pelacak yang tersambung ke satelit"
OTHER = "gempa besar di selat bali malam ini"


def piece(text: str, at: float = 0, kind: MessageKind = MessageKind.TEXT) -> Piece:
    media = Media("f") if kind is MessageKind.IMAGE else None
    then = THEN + timedelta(seconds=at)
    message = Message(f"m{at:g}", "c", "web", f"p{at:g}", kind, then, then, text=text, media=media)
    query = READER.read(message)
    return Piece(message, query, event(message, query, None, ""))


def said(*texts: str, apart: float = 1) -> list[str | None]:
    """What each of these messages, so many seconds apart, is answered for; None: another speaks for it."""
    pieces = [piece(text, number * apart) for number, text in enumerate(texts)]
    return [found and found.message.text for found in (gathered(pieces, each.message.id, SPAN) for each in pieces)]


@pytest.mark.parametrize(
    ("texts", "answered"),
    [
        (["halo"], ["halo"]),
        (["halo", "mau tanya", QUESTION], [None, None, QUESTION]),
        (["halo", "mau tanya min"], [None, "halo"]),
        (["makasih", "halo"], [None, "halo"]),
        ([QUESTION, "ini bener ga min?"], [QUESTION, None]),
        ([QUESTION, "tolong ya", "makasih"], [QUESTION, None, None]),
        ([QUESTION, OTHER], [QUESTION, OTHER]),
        (["min", QUESTION, "cek ya", OTHER], [None, QUESTION, None, OTHER]),
        (
            ["(1/3) Vaksin flu berisi cip pelacak", "(2/3) yang tersambung ke satelit", "(3/3) milik asing"],
            [
                None,
                None,
                "Vaksin flu berisi cip pelacak\nyang tersambung ke satelit\nmilik asing",
            ],
        ),
        (["Katanya vaksin flu berisi:", "cip pelacak dari satelit"],
         [None, "Katanya vaksin flu berisi:\ncip pelacak dari satelit"]),
        (["Katanya vaksin flu berisi:"], ["Katanya vaksin flu berisi:"]),
        (["Katanya vaksin flu berisi:", "ini bener ga"], [None, "Katanya vaksin flu berisi:"]),
        ([QUESTION, "Vaksin polio bagian pertama,", "makasih"], [QUESTION, None, "Vaksin polio bagian pertama,"]),
        (["5g", "corona menyebar lewat antena"], [None, "5g\ncorona menyebar lewat antena"]),
    ],
)  # fmt: skip
def test_what_belongs_together_is_answered_once(texts: list[str], answered: list[str | None]) -> None:
    assert said(*texts) == answered


def test_what_comes_later_stands_for_itself() -> None:
    assert said("halo", QUESTION, "makasih", apart=4) == ["halo", QUESTION, "makasih"]


@pytest.mark.parametrize("apart", [0.0001, 0.1])
def test_two_questions_at_once_are_two(apart: float) -> None:
    """Issue 4: "Two messages 100 ms apart are both answered, in order"."""
    assert said(QUESTION, OTHER, apart=apart) == [QUESTION, OTHER]


def test_an_album_is_spoken_of_once_and_a_preface_says_less_than_a_picture() -> None:
    pictures = [piece("", at, MessageKind.IMAGE) for at in (0, 1, 2)]
    found = [gathered(pictures, each.message.id, SPAN) for each in pictures]
    assert [each and each.event for each in found] == [None, None, Event.PICTURE]
    asked = [piece("halo"), piece("", 1, MessageKind.IMAGE), piece("ini bener ga?", 2)]
    spoken = gathered(asked, "m2", SPAN)
    assert spoken
    assert (spoken.event, spoken.message.id) == (Event.PICTURE, "m1")


def test_a_picture_after_a_question_is_not_forgotten() -> None:
    pieces = [piece(QUESTION), piece("", 1, MessageKind.IMAGE)]
    found = gathered(pieces, "m1", SPAN)
    assert found
    assert found.event is Event.PICTURE


@pytest.mark.parametrize(
    "text",
    [
        "(1/3) Vaksin",
        "[2/5]\nVaksin",
        "Vaksin flu (1/2)",
        "Bagian awal\n1 dari 2",
        "Katanya:",
        "vaksin,",
        "x" * CUT_OFF,
    ],
)
def test_a_text_can_announce_that_it_goes_on(text: str) -> None:
    assert unfinished(text)


@pytest.mark.parametrize(
    "text",
    ["", "vaksin", "(3/3) selesai", "minum 1/2 gelas air garam", "Skor 1/2.", "katanya vaksin...", "Rp 10.000", "24/7"],
)
def test_most_texts_do_not(text: str) -> None:
    assert not unfinished(text)


# ---------------------------------------------------------------- what goes on after it was answered


def goes_on_with(*texts: str, forwarded: bool = False) -> list[str]:
    pieces = [piece(text, number) for number, text in enumerate(texts)]
    if forwarded:
        pieces = [replace(one, message=replace(one.message, forwarded=True)) for one in pieces]
    return [found.message.text for found in before(pieces, pieces[-1].message.id, SPAN)]


def test_a_question_may_go_on_with_those_right_before_it() -> None:
    assert goes_on_with(OTHER, QUESTION, "ok", "katanya dari satelit milik asing") == [OTHER, QUESTION]
    assert goes_on_with(QUESTION) == []
    assert goes_on_with(QUESTION, "ini bener ga min?") == []
    assert goes_on_with(QUESTION, OTHER, QUESTION) == []
    assert goes_on_with(QUESTION, OTHER, forwarded=True) == []


ONE, TWO = (Match(Article(id, ArticleKind.FACT_CHECK, id, "Cek"), 1.0) for id in ("satu", "dua"))
NOTHING = Decision(DecisionKind.HAND_OVER)
ANSWER = Decision(DecisionKind.ANSWER, shown=(ONE,))
OFFER = Decision(DecisionKind.OFFER, shown=(ONE, TWO))
LIST = Reply("Pilih.", (Option("article:satu", "Satu"), Option("article:dua", "Dua"), Option("none", "Bukan")))


@pytest.mark.parametrize(
    ("decision", "reply", "article", "new"),
    [
        (ANSWER, Reply("Salah."), "satu", False),
        (ANSWER, Reply("Salah."), "dua", True),
        (ANSWER, LIST, "", True),
        (ANSWER, Reply("Belum ada."), "", True),
        (OFFER, LIST, "", False),
        (OFFER, Reply("Salah."), "satu", True),
        (replace(OFFER, shown=(ONE,)), Reply("Salah."), "satu", False),
        (NOTHING, Reply("Belum ada."), "", False),
        (NOTHING, Reply("Salah."), "satu", True),
        (NOTHING, LIST, "", True),
        (replace(NOTHING, context=(ONE.article,)), Reply("Belum ada."), "", True),
    ],
)
def test_only_what_says_more_is_new(decision: Decision, reply: Reply, article: str, new: bool) -> None:
    assert is_new(decision, Outgoing("r-1", "c", "web", reply, article=article)) is new


def test_all_words_are_better_where_they_bring_more() -> None:
    assert is_better(ANSWER, OFFER)
    assert is_better(OFFER, NOTHING)
    assert not is_better(OFFER, OFFER)
    assert not is_better(NOTHING, ANSWER)
