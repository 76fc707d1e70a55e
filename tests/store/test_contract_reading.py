"""What every store promises to whoever reads the library: newest first, page by page, and who said what when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from periksa.model import Article, ArticleKind, Edition, Place, Said, Sieve, Statement, speaker_key
from periksa.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
CHECK, NEWS = ArticleKind.FACT_CHECK, ArticleKind.NEWS
DEWI = Statement("Dewi Anggraini", "Jembatan itu aman.", role="juru bicara", date=date(2026, 2, 20))


def article(id: str, day: date | None, kind: ArticleKind = CHECK, **fields: Any) -> Article:
    return Article(id, kind, f"Judul {id}", date=day, outlet=fields.pop("outlet", "Cek Kabar"), **fields)


LIBRARY = [
    article("b", date(2026, 2, 1)),
    article("a", date(2026, 2, 1), NEWS),
    article("d", None),
    article("c", date(2026, 2, 27), outlet="Harian Uji", language="en"),
    article("é", None, NEWS),
    article("A", date(2026, 2, 1)),
    article("e", date(1, 1, 1)),
]
ORDER = ["c", "b", "a", "A", "e", "é", "d"]


@pytest.fixture
def library(do: Any) -> None:
    do(lambda shelf: shelf.articles.put(LIBRARY, NOON))


def newest(store: Store, sieve: Sieve | None = None, limit: int = 99, behind: Place | None = None) -> list[Edition]:
    return store.read(lambda shelf: shelf.articles.newest(sieve or Sieve(), limit, behind))


def ids(editions: list[Edition]) -> list[str]:
    return [each.article.id for each in editions]


def said(store: Store, sieve: Sieve | None = None, limit: int = 99, **asked: Any) -> list[Said]:
    return store.read(lambda shelf: shelf.articles.said(sieve or Sieve(), limit, **asked))


@pytest.mark.usefixtures("library")
def test_the_newest_day_comes_first_and_no_day_last(store: Store) -> None:
    found = newest(store)
    assert ids(found) == [*ORDER[:4], "e", "é", "d"]
    assert found[1] == Edition(LIBRARY[0], NOON)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("limit", [1, 2, 3, 6])
def test_page_by_page_each_comes_once(store: Store, limit: int) -> None:
    found: list[str] = []
    behind = None
    while page := newest(store, limit=limit, behind=behind):
        assert len(page) <= limit
        found += ids(page)
        behind = Place(page[-1].article.date, page[-1].article.id)
    assert found == ORDER


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("sieve", "expected"),
    [
        (Sieve(kind=CHECK), ["c", "b", "A", "e", "d"]),
        (Sieve(kind=NEWS), ["a", "é"]),
        (Sieve(outlet="Harian Uji"), ["c"]),
        (Sieve(outlet="harian uji"), []),
        (Sieve(language="en"), ["c"]),
        (Sieve(since=date(2026, 2, 1)), ["c", "b", "a", "A"]),
        (Sieve(since=date(2026, 2, 2)), ["c"]),
        (Sieve(kind=CHECK, outlet="Cek Kabar", language="id", since=date(2026, 1, 1)), ["b", "A"]),
    ],
)
def test_the_sieve_lets_through_what_it_names(store: Store, sieve: Sieve, expected: list[str]) -> None:
    assert ids(newest(store, sieve)) == expected
    first = newest(store, sieve, limit=1)
    rest = newest(store, sieve, behind=Place(first[0].article.date, first[0].article.id)) if first else []
    assert ids(first + rest) == expected


@pytest.mark.usefixtures("library")
def test_a_place_may_be_where_nothing_stands_any_more(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.articles.drop(["b"]))
    assert ids(newest(store, limit=2, behind=Place(date(2026, 2, 1), "b"))) == ["a", "A"]


def test_an_edition_is_as_old_as_the_last_change(store: Store, do: Any) -> None:
    one, two = LIBRARY[:2]
    do(lambda shelf: shelf.articles.put([one, two], NOON))
    changed = replace(two, title="Judul lain")
    do(lambda shelf: shelf.articles.put([one, changed], LATER))
    expected = [Edition(changed, LATER), Edition(one, NOON)]
    assert store.read(lambda shelf: shelf.articles.editions(["a", "tidak ada", "b"])) == expected
    assert store.read(lambda shelf: shelf.articles.outline(0, 9)) == [("a", LATER), ("b", NOON)]


@pytest.mark.usefixtures("library")
def test_an_outline_is_walked_in_parts(store: Store) -> None:
    every = sorted(each.id for each in LIBRARY)
    parts = [store.read(lambda shelf, at=at: shelf.articles.outline(at, 3)) for at in (0, 3, 6, 9)]
    assert [[id for id, _ in part] for part in parts] == [every[:3], every[3:6], every[6:], []]


# ---------------------------------------------------------------- who said what


def report(id: str, day: date | None, *statements: Statement, **fields: Any) -> Article:
    return article(id, day, NEWS, statements=statements, **fields)


OTHER = Statement("Budi Santoso", "Kami akan memeriksanya.")
REPORTS = [
    report("n-1", date(2026, 2, 21), DEWI, OTHER),
    report("n-2", date(2026, 2, 25), replace(DEWI, speaker="DEWI  ANGGRAINI", date=None, words="Belum ada rencana.")),
    report("n-3", None, replace(DEWI, date=None, words="Tidak tahu."), outlet="Harian Uji"),
    report("n-4", None, Statement("?!", "Siapa bicara?")),
]


@pytest.fixture
def reports(do: Any) -> None:
    do(lambda shelf: shelf.articles.put(REPORTS, NOON))


def words(found: list[Said]) -> list[str]:
    return [each.statement.words for each in found]


@pytest.mark.usefixtures("reports")
def test_statements_come_by_their_own_day_or_their_articles(store: Store) -> None:
    found = said(store)
    assert words(found) == ["Belum ada rencana.", "Kami akan memeriksanya.", "Jembatan itu aman.", "Tidak tahu."]
    assert found[1] == Said(OTHER, REPORTS[0], 1)
    assert [each.day for each in found] == [date(2026, 2, 25), date(2026, 2, 21), date(2026, 2, 20), None]


@pytest.mark.usefixtures("reports")
def test_a_speaker_is_known_in_any_spelling(store: Store) -> None:
    found = said(store, speakers=[speaker_key("Dewi Anggraini")])
    assert words(found) == ["Belum ada rencana.", "Jembatan itu aman.", "Tidak tahu."]
    assert said(store, speakers=["dewi"]) == []
    assert len(said(store, speakers=["dewi", "dewi-anggraini", "budi-santoso"])) > len(found)


@pytest.mark.usefixtures("reports")
def test_speakers_are_found_by_how_their_names_begin(store: Store) -> None:
    assert store.read(lambda shelf: shelf.articles.speakers(["dewi"])) == {"dewi-anggraini"}
    assert store.read(lambda shelf: shelf.articles.speakers(["dewi-ang", "d", "anggraini"])) == set()
    assert store.read(lambda shelf: shelf.articles.speakers([])) == set()


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_statements_come_page_by_page(store: Store, limit: int) -> None:
    found: list[Said] = []
    behind = None
    while page := said(store, limit=limit, behind=behind):
        found += page
        behind = Place(page[-1].day, page[-1].article.id, page[-1].number)
    assert found == said(store)


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize(
    ("sieve", "expected"),
    [
        (Sieve(since=date(2026, 2, 21)), ["Belum ada rencana.", "Kami akan memeriksanya."]),
        (Sieve(since=date(1, 1, 1)), ["Belum ada rencana.", "Kami akan memeriksanya.", "Jembatan itu aman."]),
        (Sieve(outlet="Harian Uji"), ["Tidak tahu."]),
        (Sieve(kind=CHECK), []),
        (Sieve(language="en"), []),
    ],
)
def test_statements_pass_the_sieve_of_their_article(store: Store, sieve: Sieve, expected: list[str]) -> None:
    assert words(said(store, sieve)) == expected


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize(
    "change",
    [
        lambda shelf: shelf.articles.drop(["n-1", "n-2", "n-4"]),
        lambda shelf: shelf.articles.put([replace(each, statements=()) for each in REPORTS[:2]], LATER),
    ],
)
def test_what_is_gone_from_an_article_was_not_said(store: Store, do: Any, change: Callable[[Any], Any]) -> None:
    do(change)
    assert words(said(store)) == ["Tidak tahu."]


@pytest.mark.usefixtures("reports")
def test_changed_words_take_the_place_of_the_old(store: Store, do: Any) -> None:
    fewer = replace(REPORTS[0], statements=(replace(OTHER, words="Kami sudah memeriksanya."),))
    do(lambda shelf: shelf.articles.put([fewer], LATER))
    assert words(said(store, speakers=["budi-santoso"])) == ["Kami sudah memeriksanya."]
    assert words(said(store, speakers=["dewi-anggraini"])) == ["Belum ada rencana.", "Tidak tahu."]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dmitry Peskov", "dmitry-peskov"),
        ("  dr. SITI  Nur'aini_M.Kes ", "dr-siti-nur-aini-m-kes"),
        ("習近平", "習近平"),
        ("…", ""),
    ],
)
def test_the_key_of_a_speaker(name: str, key: str) -> None:
    assert speaker_key(name) == key
