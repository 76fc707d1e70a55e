"""What every store promises about what changed in the library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from periksa.model import Article, ArticleKind, Edition
from periksa.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAM = Article("bendungan", ArticleKind.NEWS, "Bendungan Randu mulai diisi")
BRIDGE = Article("jembatan", ArticleKind.NEWS, "Jembatan Kahayan dibuka lagi")


def listed(store: Store, since: datetime = NOON, until: datetime = NOON + 99 * MINUTE, **more: Any) -> list[str]:
    """What changed, in order: "-" before what was withdrawn."""
    found = store.read(lambda tx: tx.changes.list(since, until, more.pop("limit", 10), **more))
    return [one.id if one.edition else f"-{one.id}" for one in found]


def test_what_came_in_the_same_is_known_as_long_as_it_is_there(store: Store, do: Any) -> None:
    do(lambda tx: tx.articles.put([DAM, BRIDGE], NOON))
    do(lambda tx: tx.changes.came({"bendungan": "a", "jembatan": "b", "tak ada": "c"}))
    asked = {"bendungan": "a", "jembatan": "lain", "tak ada": "c", "baru": "d"}
    assert store.read(lambda tx: tx.changes.same(asked)) == {"bendungan"}
    do(lambda tx: tx.changes.came({"jembatan": "lain"}))
    assert store.read(lambda tx: tx.changes.same(asked)) == {"bendungan", "jembatan"}
    do(lambda tx: tx.articles.drop(["bendungan"]))
    assert store.read(lambda tx: tx.changes.same(asked)) == {"jembatan"}
    assert store.read(lambda tx: tx.changes.same({})) == set()


def test_more_marks_than_one_statement_can_name(store: Store, do: Any) -> None:
    marks = {f"cek-{number}": str(number) for number in range(1203)}
    do(lambda tx: tx.articles.put([replace(DAM, id=id) for id in marks], NOON))
    do(lambda tx: tx.changes.came(marks))
    assert store.read(lambda tx: tx.changes.same(marks)) == set(marks)


def test_changes_are_listed_oldest_first_and_a_change_moves_to_the_end(store: Store, do: Any) -> None:
    do(lambda tx: tx.articles.put([DAM], NOON))
    do(lambda tx: tx.articles.put([BRIDGE], NOON + MINUTE))
    assert listed(store) == ["bendungan", "jembatan"]
    do(lambda tx: tx.articles.put([replace(DAM, title="Bendungan Randu penuh")], NOON + 2 * MINUTE))
    assert listed(store) == ["jembatan", "bendungan"]
    (_, last) = store.read(lambda tx: tx.changes.list(NOON, NOON + 9 * MINUTE, 10))
    assert last.edition == Edition(replace(DAM, title="Bendungan Randu penuh"), NOON + 2 * MINUTE)
    assert last.at == NOON + 2 * MINUTE


def test_what_was_withdrawn_is_told_until_it_is_back(store: Store, do: Any) -> None:
    do(lambda tx: tx.articles.put([DAM, BRIDGE], NOON))
    do(lambda tx: tx.changes.withdrawn(["bendungan", "tak ada"], NOON + MINUTE))
    do(lambda tx: tx.articles.drop(["bendungan"]))
    assert listed(store) == ["jembatan", "-bendungan"]
    do(lambda tx: tx.articles.put([DAM], NOON + 2 * MINUTE))
    do(lambda tx: tx.changes.came({"bendungan": "a"}))
    assert listed(store) == ["jembatan", "bendungan"]
    do(lambda tx: tx.changes.withdrawn(["bendungan"], NOON + 3 * MINUTE))
    do(lambda tx: tx.articles.drop(["bendungan"]))
    assert listed(store) == ["jembatan", "-bendungan"]


def test_they_are_walked_page_by_page_though_many_are_of_one_moment(store: Store, do: Any) -> None:
    do(lambda tx: tx.articles.put([replace(DAM, id=f"cek-{number}") for number in range(7)], NOON))
    do(lambda tx: tx.changes.withdrawn(["cek-2", "cek-5"], NOON))
    do(lambda tx: tx.articles.drop(["cek-2", "cek-5"]))
    walked, behind = [], ""
    while page := listed(store, limit=2, behind=behind):
        walked += page
        behind = page[-1].removeprefix("-")
    assert walked == ["cek-0", "cek-1", "-cek-2", "cek-3", "cek-4", "-cek-5", "cek-6"]


def test_what_is_too_new_or_too_old_is_not_listed(store: Store, do: Any) -> None:
    for number in range(4):
        do(lambda tx, n=number: tx.articles.put([replace(DAM, id=f"cek-{n}")], NOON + n * MINUTE))
    assert listed(store, NOON + MINUTE, NOON + 3 * MINUTE) == ["cek-1", "cek-2"]
    assert listed(store, NOON + MINUTE, NOON + 3 * MINUTE, behind="cek-1") == ["cek-2"]
