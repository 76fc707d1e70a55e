"""The data package `models/`: its files are those that were meant, and they are read as a whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from periksa import app
from periksa.config import ModelsSettings
from periksa.model import Article, ArticleKind

FOLDER = Path(__file__).parents[1] / "models/src/periksa_models"
SUMS = FOLDER.parents[1] / "SHA256SUMS"
LARGEST = 60e6
"""Bytes of all files together."""

shipped = pytest.mark.skipif(not SUMS.exists(), reason="there are no learned models in this checkout")


def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in (".npz", ".onnx", ".spm")}


def test_every_file_is_the_one_that_was_meant() -> None:
    listed = dict(reversed(line.split("  ")) for line in SUMS.read_text().splitlines()) if SUMS.exists() else {}
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in files().items()}


@shipped
def test_all_of_them_are_small() -> None:
    assert sum(map(len, files().values())) <= LARGEST


@shipped
@pytest.mark.parametrize("use", ["all", "small"])
def test_what_means_the_same_is_nearer(use: str) -> None:
    learned = app.models(ModelsSettings(use=use, folder=str(FOLDER)))  # type: ignore[arg-type]
    assert learned.encoder
    assert (learned.close is None) is (use == "small")
    question = learned.encoder.questions(["Benarkah minum air kelapa bisa mengobati gigitan ular?"])[0]
    titles = ["Air kelapa tidak menetralkan bisa ular", "Jembatan Kahayan tidak runtuh", "Beras gratis dari gubernur"]
    cosines = learned.encoder.heads([Article(each, ArticleKind.FACT_CHECK, each) for each in titles]) @ question
    assert cosines[0] > max(cosines[1:]) + 0.1
