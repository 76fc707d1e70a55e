from __future__ import annotations

import pytest

from periksa.answers.orders import TOPICS, Order, Word, order, topic_name, topics_of
from periksa.lang import LANGUAGES
from periksa.model import Cadence

from .conftest import check


@pytest.mark.parametrize(
    ("text", "word", "language"),
    [
        ("BERHENTI", Word.STOP, "id"),
        ("stop!!", Word.STOP, "id"),
        ("Unsubscribe", Word.STOP, "en"),
        ("*HAPUS*", Word.ERASE, "id"),
        ("hapus data saya", Word.ERASE, "id"),
        ("Erase", Word.ERASE, "en"),
        ("bantuan", Word.HELP, "id"),
        ("help", Word.HELP, "en"),
        ("BAHASA", Word.SPEAK, "id"),
        ("ENGLISH 🙏", Word.SPEAK, "en"),
        ("inggris", Word.SPEAK, "en"),
        ("iya", Word.YES, "id"),
        ("Nope", Word.NO, "en"),
    ],
)
def test_the_bare_word_is_an_order(text: str, word: Word, language: str) -> None:
    assert order(text) == Order(word, language)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "stop vaksin",
        "stop impor beras",
        "hapus bbm subsidi",
        "apakah benar berhenti merokok bikin gemuk",
        "bahasa indonesia jadi bahasa pbb",
        "help the earthquake victims",
        "ikuti vaksin di sini https://contoh.example",
        "hapus https://contoh.example",
        "ikuti giveaway dana kaget",
        "stop " * 30,
    ],
)
def test_with_anything_beside_it_is_none(text: str) -> None:
    """Issue 4: a word that is a fact-check keyword as well must not be swallowed."""
    assert order(text) is None


@pytest.mark.parametrize(
    ("text", "topics", "cadence"),
    [
        ("ikuti", (), Cadence.WEEKLY),
        ("IKUTI SEMUA", (), Cadence.WEEKLY),
        ("ikuti harian", (), Cadence.DAILY),
        ("Ikuti kesehatan", ("health",), Cadence.WEEKLY),
        ("ikuti politik penipuan harian", ("politics", "scams"), Cadence.DAILY),
        ("follow health daily", ("health",), Cadence.DAILY),
        ("langganan mingguan", (), Cadence.WEEKLY),
    ],
)
def test_one_can_follow_everything_or_topics_daily_or_weekly(
    text: str, topics: tuple[str, ...], cadence: Cadence
) -> None:
    found = order(text)
    assert found
    assert (found.word, found.topics, found.cadence) == (Word.FOLLOW, topics, cadence)


def test_an_article_belongs_to_the_topics_its_claim_speaks_of() -> None:
    assert topics_of(check("Vaksinasi membuat mandul")) == {"health"}
    assert topics_of(check("Presiden membagikan undian berhadiah")) == {"politics", "scams"}
    assert topics_of(check("Earthquake hits a vaccine plant", language="en")) == {"disasters", "health"}
    assert topics_of(check("Kucing bisa terbang")) == frozenset()


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_every_topic_and_order_has_words_in_every_language(code: str) -> None:
    assert all(topic_name(id, code) for id in TOPICS)
    assert tuple(LANGUAGES[code].topics) == TOPICS
    for word in Word:
        assert LANGUAGES[code].commands[word]
    for said in LANGUAGES[code].commands[Word.FOLLOW]:
        assert order(said)
