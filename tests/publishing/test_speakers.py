"""One person under several names is one; two who share a part of a name stay two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from periksa.answers.decide import Policy
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Article, ArticleKind, Sieve, Statement, speaker_key
from periksa.publishing import Publishing
from periksa.readers.text import TextReader
from periksa.store.memory import MemoryStore

SPEAKERS = [
    "Joko Widodo", "Jokowi", "Presiden Jokowi", "Presiden Joko Widodo", "Joko Susilo", "Widodo",
    "Agus Harimurti Yudhoyono", "AHY", "Agus Wijaya", "Susilo Bambang Yudhoyono", "SBY", "Yudhoyono",
    "Listyo Sigit Prabowo", "Prabowo Subianto", "Prabowo", "Prabowo Gibran", "Argo Prabowo",
    "Wening Laksita", "Menteri Wening Laksita", "Sri Laksita", "Wening", "Pak Wening", "Wening Laksita Dewi",
    "Zulkifli Hasan", "Zulhas", "Zulkifli", "Hasan",
]  # fmt: skip


@pytest.fixture
def said(clock: Callable[[], datetime]) -> Callable[[str], set[str]]:
    """Under which names somebody is found who is asked for by one."""
    store = MemoryStore()
    spoken = tuple(Statement(name, f"Kata-kata {number}") for number, name in enumerate(SPEAKERS))
    article = Article("kabar-1", ArticleKind.NEWS, "Bendungan Randu", date=date(2026, 2, 1), statements=spoken)
    store.write(lambda tx: tx.articles.put([article], clock())).result()
    publishing = Publishing(store, Finder(TextReader(), MemoryIndex(), Policy()), clock)

    def said(name: str) -> set[str]:
        return {each.statement.speaker for each in publishing.said(Sieve(), 100, speaker=speaker_key(name))}

    return said


@pytest.mark.parametrize(
    "same",
    [
        {"Joko Widodo", "Jokowi", "Presiden Jokowi", "Presiden Joko Widodo"},
        {"Agus Harimurti Yudhoyono", "AHY"},
        {"Susilo Bambang Yudhoyono", "SBY"},
        {"Prabowo Subianto", "Prabowo"},
        {"Wening Laksita", "Menteri Wening Laksita"},
        {"Zulkifli Hasan", "Zulhas"},
    ],
    ids=lambda same: min(same),
)
def test_one_person_under_any_of_their_names(said: Callable[[str], set[str]], same: set[str]) -> None:
    assert {name: said(name) for name in same} == dict.fromkeys(same, same)


@pytest.mark.parametrize(
    "name",
    [
        "Joko Susilo", "Widodo", "Agus Wijaya", "Yudhoyono", "Listyo Sigit Prabowo", "Prabowo Gibran", "Argo Prabowo",
        "Sri Laksita", "Wening", "Pak Wening", "Wening Laksita Dewi", "Zulkifli", "Hasan",
    ],
)  # fmt: skip
def test_who_shares_a_part_of_a_name_is_somebody_else(said: Callable[[str], set[str]], name: str) -> None:
    assert said(name) == {name}


def test_everybody_where_nobody_is_asked_for(said: Callable[[str], set[str]]) -> None:
    assert said("") == set(SPEAKERS)
