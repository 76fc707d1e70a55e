"""The corridor: who else checked a claim, and the whole library streamed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conftest import Clock

from periksa.answers.decide import Policy
from periksa.errors import IndexUnavailable
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Also, Article, ArticleKind, Found, Query, Scale
from periksa.publishing import Publishing
from periksa.readers.text import TextReader
from periksa.store.memory import MemoryStore

ONE = Article(
    "uji-1",
    ArticleKind.FACT_CHECK,
    "Air kelapa muda menetralkan bisa ular kobra",
    outlet="Harian Uji",
    date=date(2025, 4, 2),
    claim="Minum air kelapa muda dapat menetralkan bisa ular kobra.",
    rating="SALAH",
)
TWO = replace(ONE, id="lain-1", outlet="Cek Lain", rating="Benar")
OTHER = Article("uji-2", ArticleKind.FACT_CHECK, "Jembatan Kahayan runtuh akibat gempa", outlet="Cek Lain")


class Index(MemoryIndex):
    """A real index that can be taken away."""

    gone = False

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        if self.gone:
            raise IndexUnavailable("gone")
        return super().search(query, kind, limit)


@pytest.fixture
def index() -> Index:
    index = Index()
    index.put([ONE, TWO, OTHER])
    return index


@pytest.fixture
def publishing(index: Index, clock: Clock) -> Publishing:
    store = MemoryStore()
    store.write(lambda tx: tx.articles.put([ONE, TWO, OTHER], clock())).result()
    return Publishing(store, Finder(TextReader(), index, Policy()), clock)


def test_other_checks_of_a_claim_are_named_and_their_dissent_too(publishing: Publishing) -> None:
    assert publishing.also(ONE) == Also((TWO,), disagree=True)
    assert publishing.also(TWO) == Also((ONE,), disagree=True)
    assert publishing.also(OTHER) == Also()


def test_news_is_no_check_of_anything(publishing: Publishing) -> None:
    assert publishing.also(replace(ONE, kind=ArticleKind.NEWS)) == Also()


def test_without_the_index_an_article_stands_alone(publishing: Publishing, index: Index) -> None:
    index.gone = True
    assert publishing.also(ONE) == Also()


def test_a_word_that_nobody_listed_has_no_scale(publishing: Publishing) -> None:
    assert publishing.scale(ONE) is Scale.FALSE
    assert publishing.scale(replace(ONE, rating="Entahlah")) is None


def test_the_whole_library_comes_by_id(publishing: Publishing) -> None:
    assert publishing.every(lambda articles: [each.id for each in articles]) == ["lain-1", "uji-1", "uji-2"]
