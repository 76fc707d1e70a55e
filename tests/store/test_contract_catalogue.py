"""What every store promises about the library as editors look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from periksa.model import Address, Article, ArticleKind, Outgoing, Place, Reply, Revision, Shelved, Used
from periksa.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=5)


def check(id: str, day: int = 1, outlet: str = "Cek", rating: str = "SALAH", **more: Any) -> Article:
    given = {"date": date(2026, 1, day) if day else None, "language": "id"} | more
    return Article(id, ArticleKind.FACT_CHECK, f"Judul {id}", outlet, rating=rating, **given)


LIBRARY = [
    check("a", 3),
    check("b", 2, rating="BENAR"),
    check("c", 2, outlet="Tempo", rating="KELIRU"),
    check("d", 0, rating=""),
    check("e", 0, outlet="Tempo"),
    Article("f", ArticleKind.NEWS, "Berita", "Harian", date=date(2026, 1, 9), language="en"),
]


def ids(store: Store, wanted: Shelved, limit: int = 9, behind: Place | None = None) -> str:
    return "".join(each.article.id for each in store.read(lambda shelf: shelf.catalogue.page(wanted, limit, behind)))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Shelved(), "facbed"),
        (Shelved(ArticleKind.FACT_CHECK), "acbed"),
        (Shelved(outlet="Tempo"), "ce"),
        (Shelved(rating="SALAH"), "ae"),
        (Shelved(outlet="Cek", rating="SALAH"), "a"),
        (Shelved(language="en"), "f"),
        (Shelved(since=date(2026, 1, 3)), "fa"),
        (Shelved(until=date(2026, 1, 2)), "cb"),
        (Shelved(rating="sal"), ""),
        (Shelved(outlet="' OR 1=1 --\0"), ""),
    ],
)
def test_articles_by_what_is_asked_for_and_page_by_page(store: Store, do: Any, wanted: Shelved, found: str) -> None:
    do(lambda shelf: shelf.articles.put(LIBRARY, NOON))
    assert ids(store, wanted) == found
    walked, behind = "", None
    known = {each.id: each for each in LIBRARY}
    while page := ids(store, wanted, 2, behind):
        walked += page
        behind = Place(known[page[-1]].date, page[-1])
    assert walked == found


def test_words_for_ratings_are_counted(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.articles.put([*LIBRARY, check("0", 1)], NOON))
    assert store.read(lambda shelf: list(shelf.catalogue.used())) == [
        Used("Cek", "SALAH", 2, "0"),
        Used("Cek", "", 1, "d"),
        Used("Cek", "BENAR", 1, "b"),
        Used("Tempo", "KELIRU", 1, "c"),
        Used("Tempo", "SALAH", 1, "e"),
    ]


def tell(do: Any, article: str, *people: str, channel: str = "whatsapp", prefix: str = "r", about: str = "") -> None:
    def write(shelf: Any) -> None:
        for person in people:
            contact = shelf.contacts.resolve([Address("whatsapp", person)], f"c-{person}", NOON)
            id = f"{prefix}-{article or about}-{person}-{channel}"
            shelf.outbox.add(
                Outgoing(id, contact, channel, Reply("x"), message=f"m-{person}-{about or article}", article=article)
            )

    do(write)


def revisions(store: Store) -> Sequence[Revision]:
    return store.read(lambda shelf: shelf.catalogue.revisions())


def test_what_was_told_and_then_changed_or_withdrawn(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.articles.put(LIBRARY, NOON))
    tell(do, "a", "1", "2")
    tell(do, "c", "1")
    assert list(revisions(store)) == []
    do(lambda shelf: shelf.articles.put([replace(LIBRARY[0], rating="BENAR"), check("b", 4)], LATER))
    assert list(revisions(store)) == [Revision("a", LATER)], "b was told to nobody"
    do(lambda shelf: (shelf.changes.withdrawn(["c", "e"], LATER), shelf.articles.drop(["c", "e"])))
    assert list(revisions(store)) == [Revision("c", LATER, withdrawn=True), Revision("a", LATER)]
    assert len(store.read(lambda shelf: shelf.catalogue.revisions(1))) == 1
    assert store.read(lambda shelf: [shelf.catalogue.left(id) for id in ("c", "a", "none\0")]) == [LATER, None, None]


def test_people_are_counted_by_channel_and_those_who_were_put_right(store: Store, do: Any) -> None:
    tell(do, "a", "1", "2", "3")
    tell(do, "a", "1", channel="web")
    tell(do, "c", "1", "2")
    tell(do, "a", "1", "2", prefix="c")
    tell(do, "", "2", prefix="c", about="c")
    counted = store.read(
        lambda shelf: (shelf.catalogue.told(["a", "c", "", "x"]), shelf.catalogue.corrected(["a", "c"]))
    )
    assert counted[0] == {"a": {"whatsapp": 3, "web": 1}, "c": {"whatsapp": 2}}
    assert counted[1]["a"]["whatsapp"] == 2
    assert counted[1]["c"] == {"whatsapp": 1}
    assert store.read(lambda shelf: shelf.catalogue.told([])) == {}
