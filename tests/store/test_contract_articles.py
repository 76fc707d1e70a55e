"""What every store promises about articles."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from periksa.model import Article, ArticleKind, Statement
from periksa.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
SAID = Statement("Dewi", "kabar itu tidak benar", role="juru bicara", date=date(2026, 2, 27), via=("Antara",))
ARTICLE = Article(
    id="cek-1",
    kind=ArticleKind.FACT_CHECK,
    title="Bantuan tunai lewat tautan",
    outlet="Cek Kabar",
    url="https://cek.example/1",
    date=date(2026, 2, 28),
    claim="Pemerintah membagikan bantuan lewat tautan.",
    rating="SALAH",
    summary="Tautan itu penipuan.",
    body="Beredar pesan berantai …",
    place="Jakarta",
    statements=(SAID,),
)
CHANGES = {
    "kind": ArticleKind.NEWS,
    "date": None,
    "statements": (SAID, SAID),
} | {field.name: "lain" for field in fields(Article) if field.name not in ("id", "kind", "date", "statements")}


def ids_of(*numbers: int) -> list[str]:
    return [f"cek-{number}" for number in numbers]


def some(*numbers: int) -> list[Article]:
    return [replace(ARTICLE, id=id) for id in ids_of(*numbers)]


def test_new_articles_are_reported_in_order(do: Any) -> None:
    assert do(lambda shelf: shelf.articles.put(some(3, 1, 2), NOON)) == ids_of(3, 1, 2)


def test_the_same_twice_changes_nothing(do: Any) -> None:
    do(lambda shelf: shelf.articles.put([ARTICLE], NOON))
    assert do(lambda shelf: shelf.articles.put([ARTICLE], LATER)) == []


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_in_any_field_is_reported_and_kept(store: Store, do: Any, field: str) -> None:
    changed = replace(ARTICLE, **{field: CHANGES[field]})
    do(lambda shelf: shelf.articles.put([ARTICLE, *some(2)], NOON))
    assert do(lambda shelf: shelf.articles.put([changed, *some(2, 3)], LATER)) == ids_of(1, 3)
    assert store.read(lambda shelf: shelf.articles.get(["cek-1"])) == [changed]


def test_of_one_article_twice_in_a_batch_the_last_counts(store: Store, do: Any) -> None:
    twice = [replace(ARTICLE, rating="BENAR"), *some(2), ARTICLE]
    assert do(lambda shelf: shelf.articles.put(twice, NOON)) == ids_of(1, 2)
    assert store.read(lambda shelf: shelf.articles.get(["cek-1"])) == [ARTICLE]
    assert do(lambda shelf: shelf.articles.put([*twice[:1], ARTICLE], LATER)) == []


def test_articles_are_given_in_the_order_asked_for(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.articles.put(some(1, 2, 3), NOON))
    asked = [*ids_of(3, 9, 1), "cek-3"]
    assert [article.id for article in store.read(lambda shelf: shelf.articles.get(asked))] == ids_of(3, 1, 3)
    assert store.read(lambda shelf: shelf.articles.get([])) == []


def test_dropped_articles_are_gone_and_counted(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.articles.put(some(1, 2, 3), NOON))
    assert do(lambda shelf: shelf.articles.drop(ids_of(1, 3, 9))) == 2
    assert do(lambda shelf: shelf.articles.drop(ids_of(1))) == 0
    assert do(lambda shelf: shelf.articles.drop([])) == 0
    assert [article.id for article in store.read(lambda shelf: list(shelf.articles.all()))] == ids_of(2)
    assert store.read(lambda shelf: shelf.articles.count()) == 1


def test_more_than_one_batch_comes_and_goes_whole(store: Store, do: Any) -> None:
    many = some(*range(1203))
    assert do(lambda shelf: shelf.articles.put(many, NOON)) == [article.id for article in many]
    assert do(lambda shelf: shelf.articles.put(many, LATER)) == []
    ids = [article.id for article in many]
    assert [article.id for article in store.read(lambda shelf: shelf.articles.get(ids))] == ids
    assert [article.id for article in store.read(lambda shelf: list(shelf.articles.all()))] == sorted(ids)
    assert do(lambda shelf: shelf.articles.drop(ids)) == 1203


def test_all_articles_come_by_id_as_python_sorts(store: Store, do: Any) -> None:
    ids = ["b", "A", "a", "Z", "é", "z", "_", "10", "9", "a b", "ab", "🙈", "\uffee"]
    do(lambda shelf: shelf.articles.put([replace(ARTICLE, id=id) for id in ids], NOON))
    assert [article.id for article in store.read(lambda shelf: list(shelf.articles.all()))] == sorted(ids)


def test_an_article_with_nothing_but_its_title_is_kept(store: Store, do: Any) -> None:
    bare = Article("x", ArticleKind.NEWS, "Gempa di Palu")
    do(lambda shelf: shelf.articles.put([bare], NOON))
    assert store.read(lambda shelf: shelf.articles.get(["x"])) == [bare]
