"""What every encoder and every close reader promises, over every file of the room."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from periksa.encoders import CloseReader, Encoder
from periksa.errors import ModelUnavailable

from .conftest import CLOSE_READERS, ENCODERS, TINY, candidate, check, room

SNAKE = "Benarkah air kelapa muda menetralkan bisa ular?"
BRIDGE = "Jembatan Randu ambruk akibat gempa besar"
TEXTS = [
    SNAKE,
    BRIDGE,
    "beras",
    "Minyak goreng dicampur plastik, sebarkan! " * 30,
    "",
    "😀",
    "\x00 \u202e",
    "\ud83d ular",
]
PAIRS = [
    (SNAKE, candidate("Air kelapa dan bisa ular", "Air kelapa menetralkan bisa ular.", "Dokter membantah.")),
    (SNAKE, candidate("Jembatan Randu ambruk")),
    (TEXTS[3], candidate("Minyak goreng dicampur plastik", lead="Kata pesan berantai " * 40)),
    ("", candidate("")),
]
EVERY = {**ENCODERS, **CLOSE_READERS}


def test_every_file_of_the_room_is_covered() -> None:
    assert (sorted(ENCODERS), sorted(CLOSE_READERS)) == (room("Encoder"), room("CloseReader"))


# ---------------------------------------------------------------- encoders


def test_every_text_has_one_vector_of_length_1(encoder: Encoder) -> None:
    for made in (encoder.questions(TEXTS), encoder.heads([check(text) for text in TEXTS])):
        assert made.dtype == np.float32
        assert made.shape == (len(TEXTS), made.shape[1])
        assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


def test_a_vector_does_not_depend_on_the_texts_beside_it(encoder: Encoder) -> None:
    many = TEXTS * 5
    together = encoder.questions(many)
    alone = np.concatenate([encoder.questions([text]) for text in many])
    assert together == pytest.approx(alone, abs=1e-4)


def test_texts_that_share_their_words_are_nearer(encoder: Encoder) -> None:
    question = encoder.questions([SNAKE])[0]
    heads = encoder.heads([check("Air kelapa muda menetralkan bisa ular"), check(BRIDGE), check("Beras gratis")])
    cosines = heads @ question
    assert cosines[0] > max(cosines[1:])


def test_the_claim_counts_beside_the_title(encoder: Encoder) -> None:
    with_claim, without, same = encoder.heads(
        [
            check("Kabar ular", "Air kelapa menetralkan bisa ular."),
            check("Kabar ular"),
            check("Kabar ular", "Kabar ular"),
        ]
    )
    assert with_claim @ without < 0.999
    assert same == pytest.approx(without, abs=1e-5)


def test_no_texts_are_no_vectors(encoder: Encoder) -> None:
    assert (len(encoder.questions([])), len(encoder.heads([]))) == (0, 0)


def test_many_threads_may_ask_at_once(encoder: Encoder) -> None:
    expected = encoder.questions(TEXTS)
    with ThreadPoolExecutor(8) as threads:
        for made in threads.map(lambda _: encoder.questions(TEXTS), range(40)):
            assert made == pytest.approx(expected, abs=1e-6)


# ---------------------------------------------------------------- close readers


def test_every_pair_has_its_odds_in_order(close: CloseReader) -> None:
    odds = close.read(PAIRS)
    assert all(np.isfinite(odds))
    assert odds == pytest.approx([close.read([pair])[0] for pair in PAIRS], abs=1e-3)
    assert close.read(PAIRS[::-1]) == pytest.approx(odds[::-1], abs=1e-3)
    assert close.read([]) == []


def test_title_claim_and_lead_are_read(close: CloseReader) -> None:
    read = close.read(
        [
            (SNAKE, candidate("Air kelapa")),
            (BRIDGE, candidate("Air kelapa")),
            (SNAKE, candidate("Air kelapa", "Kobra")),
            (SNAKE, candidate("Air kelapa", lead="Kobra")),
        ]
    )
    assert len({round(each, 4) for each in read}) == 4


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("name", EVERY)
def test_the_fingerprint_is_that_of_the_files(name: str, folder: Path) -> None:
    known = EVERY[name](TINY).fingerprint
    assert EVERY[name](folder).fingerprint == known
    with np.load(folder / "pieces.npz") as table:
        np.savez(folder / "pieces.npz", pieces=-table["pieces"], scale=table["scale"])
    with np.load(folder / "static.npz") as table:
        np.savez(folder / "static.npz", pieces=-table["pieces"], scale=table["scale"])
    assert EVERY[name](folder).fingerprint != known


def test_two_models_never_share_a_fingerprint() -> None:
    assert len({made(TINY).fingerprint for made in EVERY.values()}) == len(EVERY)


FILES = {
    "network": ["pieces.spm", "pieces.npz", "encoder.onnx"],
    "static": ["pieces.spm", "static.npz"],
    "close": ["pieces.spm", "pieces.npz", "reader.onnx"],
}
DAMAGE = {
    "gone": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "overwritten": lambda file: file.write_bytes(b"rusak " * 500),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "another network": lambda file: file.write_bytes((file.parent / OTHER.get(file.name, file.name)).read_bytes()),
    "another table": lambda file: other_pieces(file),
}
OTHER = {"encoder.onnx": "reader.onnx", "reader.onnx": "encoder.onnx"}
ONLY = {"another network": ".onnx", "another table": ".npz"}
CASES = [(name, file, damage) for name in FILES for file in FILES[name] for damage in DAMAGE]
CASES = [(name, file, damage) for name, file, damage in CASES if file.endswith(ONLY.get(damage, ""))]


def other_pieces(file: Path) -> None:
    """A table that was made for a larger vocabulary."""
    with np.load(file) as table:
        pieces, scale = table["pieces"], table["scale"]
    np.savez(file, pieces=np.concatenate([pieces, pieces]), scale=np.concatenate([scale, scale]))


@pytest.mark.parametrize(("name", "file", "damage"), CASES)
def test_a_damaged_file_is_told_in_one_sentence(folder: Path, name: str, file: str, damage: str) -> None:
    DAMAGE[damage](folder / file)
    model = EVERY[name](folder)
    with pytest.raises(ModelUnavailable, match="install periksa-models again") as told:
        _ = model.fingerprint
    assert str(folder / file) in str(told.value)
    assert "\n" not in str(told.value)
    assert told.value.retry


def test_a_file_that_was_put_back_is_read_then(folder: Path) -> None:
    content = (folder / "encoder.onnx").read_bytes()
    (folder / "encoder.onnx").unlink()
    encoder = ENCODERS["network"](folder)
    with pytest.raises(ModelUnavailable):
        encoder.questions([SNAKE])
    (folder / "encoder.onnx").write_bytes(content)
    assert len(encoder.questions([SNAKE])) == 1
