"""Somebody sends the link of a fact-check itself: that one is the answer, and no other link is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from periksa.answers.decide import Policy
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Article, ArticleKind, DecisionKind, Message, MessageKind
from periksa.readers.text import TextReader

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
PAGE = "https://cek.example/2026/01/salah-kopi-luwak-menyembuhkan-diabetes"
OLD = "https://lama.example/p/7731"
CHECKS = [
    Article(
        "luwak",
        ArticleKind.FACT_CHECK,
        "[SALAH] Kopi luwak menyembuhkan diabetes",
        claim="Kopi luwak dapat menyembuhkan diabetes.",
        rating="SALAH",
        url=PAGE,
        date=date(2026, 1, 17),
    ),
    Article("angka", ArticleKind.FACT_CHECK, "Undian mobil dari bank", claim="Bank mengundi mobil.", url=OLD),
    Article("garam", ArticleKind.FACT_CHECK, "Air garam dan virus", claim="Air garam membunuh virus."),
]


@pytest.fixture(scope="module")
def finder() -> Finder:
    index = MemoryIndex()
    index.put(CHECKS)
    return Finder(TextReader(), index, Policy())


def decided(finder: Finder, text: str) -> tuple[DecisionKind, list[str], str]:
    decision = finder.find(Message("m", "c", "web", "p", MessageKind.TEXT, THEN, THEN, text=text)).decision
    return decision.kind, [match.article.id for match in decision.shown], decision.why


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        f"Cek ini {PAGE} bener ga?",
        f"{PAGE}/?utm_source=wa",
        f"*{PAGE}*",
        PAGE.replace("https://", "http://www."),
        PAGE.replace("cek.example", "m.cek.example"),
        f"{PAGE} {PAGE}#komentar",
    ],
)
def test_its_own_link_is_answered_with_it(finder: Finder, text: str) -> None:
    assert decided(finder, text) == (DecisionKind.ANSWER, ["luwak"], "its own link")


@pytest.mark.parametrize(
    "text",
    [
        "https://cek.example/2026/01/salah-kopi-luwak-menyembuhkan-kanker",
        "https://lain.example/2026/01/salah-kopi-luwak-menyembuhkan-diabetes",
        "https://cek.example/",
        f"{PAGE} https://lain.example/berita/kopi-luwak",
    ],
)
def test_another_link_is_not(finder: Finder, text: str) -> None:
    assert decided(finder, text)[0] is not DecisionKind.ANSWER


def test_where_there_is_more_to_read_the_words_decide(finder: Finder) -> None:
    kind, shown, why = decided(finder, f"Pemerintah membagikan beras gratis untuk seluruh warga kota hari ini {PAGE}")
    assert why != "its own link"
    assert kind is not DecisionKind.ANSWER or shown != ["luwak"]


def test_an_address_without_words_leads_nowhere(finder: Finder) -> None:
    assert decided(finder, OLD)[2] != "its own link"
