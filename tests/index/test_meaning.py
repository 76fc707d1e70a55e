"""The file of meanings: what is near by its signs, what another process adds, what a crash leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from periksa.index import meaning
from periksa.index.meaning import Meanings, cosines, packed

WIDTH = 96


def drawn(count: int, seed: int = 1) -> np.ndarray:
    """Vectors of length 1 in heaps, as texts about the same thing are."""
    chance = np.random.default_rng(seed)
    heaps = np.random.default_rng(0).normal(size=(40, WIDTH))
    vectors = heaps[chance.integers(0, 40, count)] + 1.2 * chance.normal(size=(count, WIDTH))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fact-check-acak.meanings"


def test_a_vector_survives_packing() -> None:
    vectors = drawn(200)
    kept = packed(vectors)
    assert kept.dtype == np.int8
    assert cosines(vectors[0], kept[:1])[0] == pytest.approx(1, abs=0.002)
    assert cosines(vectors[0], kept) == pytest.approx(vectors @ vectors[0], abs=0.01)
    assert cosines(vectors[0], packed(np.zeros((1, WIDTH), np.float32)))[0] == 0


def test_rows_are_numbered_on(path: Path) -> None:
    file = Meanings(path, WIDTH)
    assert file.append(packed(drawn(3))) == 0
    assert file.append(packed(drawn(2))) == 3
    assert Meanings(path, WIDTH).append(packed(drawn(1))) == 5


def test_where_there_is_no_file_nothing_is_near(path: Path) -> None:
    file = Meanings(path, WIDTH)
    assert (file.nearest(drawn(1)[0]), file.cosines(drawn(1)[0], [0])) == ([], {})


def test_the_nearest_by_signs_are_nearly_all_of_the_nearest(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "COMPARED", 200)
    monkeypatch.setattr(meaning, "AT_ONCE", 512)
    vectors, asked = drawn(5000), drawn(20, seed=2)
    file = Meanings(path, WIDTH)
    file.append(packed(vectors))
    found = 0
    for vector in asked:
        exact = np.argsort(-(vectors @ vector))[:20].tolist()
        near = file.nearest(vector)
        assert 200 <= len(near) < 400
        scores = list(file.cosines(vector, near).values())
        assert scores == sorted(scores, reverse=True)
        found += len(set(exact) & set(near[:20]))
    assert found > 0.9 * 20 * len(asked)


def test_what_another_appends_is_seen(path: Path) -> None:
    vectors = drawn(300)
    writer, reader = Meanings(path, WIDTH), Meanings(path, WIDTH)
    for start in range(0, 300, 50):
        writer.append(packed(vectors[start : start + 50]))
        assert reader.nearest(vectors[start + 49])[0] == start + 49
    assert reader.nearest(vectors[7])[0] == 7


def test_a_torn_end_is_ignored_and_cut_off_by_the_next_writer(path: Path) -> None:
    vectors = drawn(4)
    Meanings(path, WIDTH).append(packed(vectors[:3]))
    with path.open("ab") as file:
        file.write(b"\x7f" * (WIDTH - 1))
    torn = Meanings(path, WIDTH)
    assert sorted(torn.nearest(vectors[0])) == [0, 1, 2]
    assert torn.cosines(vectors[0], [2, 3]).keys() == {2}
    assert Meanings(path, WIDTH).append(packed(vectors[3:])) == 3
    assert torn.nearest(vectors[3])[0] == 3


@pytest.mark.parametrize("width", [1, 63, 64, 65, 384])
def test_any_width_will_do(path: Path, width: int) -> None:
    vectors = np.random.default_rng(3).normal(size=(50, width)).astype(np.float32)
    file = Meanings(path, width)
    file.append(packed(vectors))
    best = file.nearest(vectors[9] / np.linalg.norm(vectors[9]))[0]
    assert np.sign(vectors[best, 0]) == np.sign(vectors[9, 0]) if width == 1 else best == 9
