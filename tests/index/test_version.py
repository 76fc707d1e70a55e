"""`Index.version`: what is remembered of a library must be forgotten when it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from periksa.errors import IndexUnavailable
from periksa.index import Index
from periksa.index.embedded import EmbeddedIndex

from .conftest import check, found, report

CHANGES: dict[str, Callable[[Index], object]] = {
    "put": lambda index: index.put([check("baru", "Gunung meletus di Palu")]),
    "replaced": lambda index: index.put([check("lama", "Air kelapa, judul lain")]),
    "news": lambda index: index.put([report("kabar", "Banjir bandang di Padang")]),
    "dropped": lambda index: index.drop(["lama"]),
    "rebuilt": lambda index: index.rebuild([check("lama", "Air kelapa menyembuhkan covid")]),
}


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest) -> Callable[[Index], object]:
    return CHANGES[request.param]


def test_every_change_makes_another_version(index: Index, change: Callable[[Index], object]) -> None:
    index.put([check("lama", "Air kelapa menyembuhkan covid")])
    before = index.version()
    assert index.version() == before
    change(index)
    after = index.version()
    assert after != before
    assert index.version() == after


def test_searching_changes_nothing(index: Index) -> None:
    index.put([check("lama", "Air kelapa menyembuhkan covid")])
    before = index.version()
    assert found(index, "air kelapa") == ["lama"]
    assert index.version() == before


def test_what_another_process_changed_is_seen_by_whoever_asks_for_the_version(
    tmp_path: Path, change: Callable[[Index], object]
) -> None:
    ours, theirs = (EmbeddedIndex(tmp_path / "index", lambda _: None) for _ in range(2))
    ours.put([check("lama", "Air kelapa menyembuhkan covid")])
    before = ours.version()
    change(theirs)
    after = ours.version()
    assert after != before
    for text in ("gunung meletus", "air kelapa", "covid"):
        assert found(ours, text) == found(theirs, text)
    ours.close()
    theirs.close()


def test_each_of_many_changes_is_another_version(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path / "index", lambda _: None)
    versions = []
    for number in range(10):
        index.put([check("lama", f"Judul {number}")])
        versions.append(index.version())
    assert len(set(versions)) == 10
    index.close()


def test_a_damaged_index_has_no_version(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path / "index", lambda _: None)
    index.put([check("lama", "Air kelapa")])
    for file in (tmp_path / "index").rglob("meta.json"):
        file.unlink()
    with pytest.raises(IndexUnavailable, match="periksa reindex"):
        index.version()
