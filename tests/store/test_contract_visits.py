"""What every store promises about visits to publishers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from periksa.model import Spot, SpotKind, Trouble, Visit
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
MUCH_LATER = NOON + timedelta(days=1)
ARTICLE = Spot("harian", "harian.example/1", "https://harian.example/1", SpotKind.ARTICLE, NOON, NOON, due_at=NOON)
FEED = Spot("harian", "harian.example/rss", "https://harian.example/rss", SpotKind.LISTING, NOON, NOON, NOON, "feed")
FULL = replace(
    ARTICLE,
    key="harian.example/2",
    form="",
    fetched_at=NOON,
    changed=NOON - timedelta(days=3),
    date=date(2026, 2, 26),
    etag='"é-1"',
    last_modified="Sun, 01 Mar 2026 12:00:00 GMT",
    quiet=2,
    failures=1,
    gone_at=NOON,
    carried=True,
    articles=("a-1", "a-2"),
)
ODD = Trouble("harian", ARTICLE.key, ARTICLE.url, "date", "is missing", NOON, NOON)


def put(*spots: Spot) -> Any:
    return lambda shelf: shelf.visits.put(spots)


def due(store: Store, *kinds: SpotKind, at: datetime = NOON, limit: int = 10, site: str = "harian") -> list[str]:
    found = store.read(lambda shelf: shelf.visits.due(site, kinds or list(SpotKind), at, limit))
    return [spot.key.rpartition("/")[2] for spot in found]


def test_a_site_is_in_one_pair_of_hands(store: Store, do: Any) -> None:
    assert do(lambda shelf: shelf.visits.begin("harian", NOON, LATER))
    assert not do(lambda shelf: shelf.visits.begin("harian", NOON, LATER))
    assert do(lambda shelf: shelf.visits.begin("koran", NOON, LATER))
    do(lambda shelf: shelf.visits.hold("harian", MUCH_LATER))
    assert not do(lambda shelf: shelf.visits.begin("harian", LATER, MUCH_LATER))
    assert do(lambda shelf: shelf.visits.begin("harian", MUCH_LATER, MUCH_LATER)), "whoever had it is gone"
    visit = store.read(lambda shelf: shelf.visits.of("harian"))
    assert visit == Visit("harian", NOON, held_until=MUCH_LATER)


def test_what_came_of_a_visit_is_kept_and_the_site_is_free(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.visits.begin("harian", NOON, MUCH_LATER))
    visit = Visit("harian", LATER, LATER, MUCH_LATER, None, 12.5, 7, 5_000_000_000, 50, 3, 2, 1, reached=False)
    do(lambda shelf: shelf.visits.end(visit))
    kept = replace(visit, first_at=NOON)
    assert store.read(lambda shelf: shelf.visits.of("harian")) == kept
    do(lambda shelf: shelf.visits.begin("antara", NOON, MUCH_LATER))
    assert [each.site for each in store.read(lambda shelf: shelf.visits.all())] == ["antara", "harian"]
    assert do(lambda shelf: shelf.visits.begin("harian", LATER, MUCH_LATER))
    assert store.read(lambda shelf: shelf.visits.of("harian")) == replace(kept, held_until=MUCH_LATER)
    assert store.read(lambda shelf: shelf.visits.of("koran")) is None


def test_a_spot_comes_back_as_it_was(store: Store, do: Any) -> None:
    do(put(ARTICLE, FULL, FEED))
    keys = [FULL.key, ARTICLE.key, "harian.example/none"]
    found = store.read(lambda shelf: shelf.visits.spots("harian", keys))
    assert {spot.key: spot for spot in found} == {FULL.key: FULL, ARTICLE.key: ARTICLE}
    assert store.read(lambda shelf: shelf.visits.spots("koran", keys)) == []
    changed = replace(FULL, etag="", articles=(), gone_at=None, due_at=None)
    do(put(changed))
    assert store.read(lambda shelf: shelf.visits.spots("harian", [FULL.key])) == [changed]


def test_more_spots_than_fit_one_statement(store: Store, do: Any) -> None:
    many = [replace(ARTICLE, key=f"harian.example/{number:04}") for number in range(1203)]
    do(put(*many))
    found = store.read(lambda shelf: shelf.visits.spots("harian", [spot.key for spot in many]))
    assert len(found) == 1203
    assert store.read(lambda shelf: shelf.visits.waiting("harian", [SpotKind.ARTICLE], NOON)) == 1203


def test_what_was_never_fetched_is_due_first_then_the_latest(store: Store, do: Any) -> None:
    spots = [
        replace(ARTICLE, key="x/old", date=date(2026, 1, 1)),
        replace(ARTICLE, key="x/known", date=date(2026, 3, 1), fetched_at=NOON),
        replace(ARTICLE, key="x/undated"),
        replace(ARTICLE, key="x/new", date=date(2026, 2, 28)),
        replace(ARTICLE, key="x/later", due_at=LATER),
        replace(ARTICLE, key="x/never", due_at=None),
        replace(FEED, key="x/feed"),
        replace(ARTICLE, key="x/elsewhere", site="koran"),
    ]
    do(put(*spots))
    assert due(store, SpotKind.ARTICLE) == ["new", "old", "undated", "known"]
    assert due(store, SpotKind.ARTICLE, limit=2) == ["new", "old"]
    assert due(store, SpotKind.LISTING, SpotKind.NEXT) == ["feed"]
    assert due(store, at=LATER) == ["new", "old", "feed", "later", "undated", "known"]
    assert store.read(lambda shelf: shelf.visits.waiting("harian", [SpotKind.ARTICLE], NOON)) == 4


def test_what_a_site_brought_since(store: Store, do: Any) -> None:
    spots = [
        replace(ARTICLE, key="x/1", articles=("a-1", "a-2")),
        replace(ARTICLE, key="x/2", articles=("a-3",), first_at=LATER),
        replace(ARTICLE, key="x/empty", first_at=LATER),
        replace(FEED, key="x/feed", articles=("odd",)),
        replace(ARTICLE, key="x/elsewhere", site="koran", articles=("b-1",)),
    ]
    do(put(*spots))
    assert store.read(lambda shelf: shelf.visits.brought("harian", NOON)) == 2
    assert store.read(lambda shelf: shelf.visits.brought("harian", LATER)) == 1


def test_a_trouble_is_new_once_and_counted_on(store: Store, do: Any) -> None:
    other = replace(ODD, field="title")
    assert do(lambda shelf: shelf.visits.note([ODD, other, replace(ODD, what="is odd")])) == [ODD, other]
    again = replace(ODD, what="lies in the future", first_at=LATER, last_at=LATER)
    assert do(lambda shelf: shelf.visits.note([again])) == []
    met = replace(ODD, what="lies in the future", last_at=LATER, count=3)
    assert store.read(lambda shelf: shelf.visits.troubles("harian")) == [met, other]
    assert store.read(lambda shelf: shelf.visits.troubles("harian", limit=1)) == [met]
    assert store.read(lambda shelf: shelf.visits.trouble_counts()) == {"harian": 2}


def test_a_trouble_that_is_met_no_more_is_forgotten(store: Store, do: Any) -> None:
    elsewhere = replace(ODD, key="harian.example/9")
    do(lambda shelf: shelf.visits.note([ODD, replace(ODD, field="title"), elsewhere, replace(ODD, site="koran")]))

    def read_again(shelf: Transaction) -> int:
        shelf.visits.note([replace(ODD, last_at=LATER)])
        return shelf.visits.solve("harian", [ODD.key], LATER)

    assert do(read_again) == 1
    left = store.read(lambda shelf: shelf.visits.troubles("harian"))
    assert [(each.key, each.field) for each in left] == [(ODD.key, "date"), (elsewhere.key, "date")]
    assert store.read(lambda shelf: shelf.visits.trouble_counts()) == {"harian": 2, "koran": 1}
    assert do(lambda shelf: shelf.visits.solve("harian", [], MUCH_LATER)) == 0


def test_addresses_that_nobody_names_any_more_are_forgotten(store: Store, do: Any) -> None:
    old = NOON - timedelta(days=100)
    forgotten = [
        replace(ARTICLE, key="tak-terbaca", seen_at=old, failures=9),
        replace(ARTICLE, key="ditarik", seen_at=old, due_at=None, gone_at=old),
        replace(FEED, key="peta-lama", seen_at=old),
    ]
    kept = [
        replace(ARTICLE, key="di perpustakaan", seen_at=old, articles=("a-1",)),
        replace(ARTICLE, key="baru disebut", first_at=old),
        replace(FEED, key="halaman 2", seen_at=old, kind=SpotKind.NEXT),
        replace(FULL, seen_at=old),
    ]
    do(put(*forgotten, *kept, replace(ARTICLE, site="lain", key="lama", seen_at=old)))
    do(lambda shelf: shelf.visits.note([replace(ODD, key="tak-terbaca"), replace(ODD, key="baru disebut")]))
    before = NOON - timedelta(days=90)
    assert do(lambda shelf: shelf.visits.sweep(before, 3)) == 3
    assert do(lambda shelf: shelf.visits.sweep(before, 3)) == 1
    assert do(lambda shelf: shelf.visits.sweep(before, 3)) == 0
    keys = [spot.key for spot in (*forgotten, *kept)]
    left = store.read(lambda shelf: shelf.visits.spots("harian", keys))
    assert {spot.key for spot in left} == {spot.key for spot in kept}
    assert store.read(lambda shelf: shelf.visits.spots("lain", ["lama"])) == []
    assert [one.key for one in store.read(lambda shelf: shelf.visits.troubles("harian"))] == ["baru disebut"]
