"""The tiny models of `tiny/`, behind every file of the room."""

from __future__ import annotations

import pkgutil
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import periksa.encoders
from periksa.encoders import CloseReader, Encoder
from periksa.encoders.close import NetworkCloseReader
from periksa.encoders.network import NetworkEncoder
from periksa.encoders.pieces import Table, Vocabulary
from periksa.encoders.static import StaticEncoder
from periksa.model import Article, ArticleKind, Candidate

TINY = Path(__file__).with_name("tiny")


def parts(folder: Path, table: str = "pieces.npz") -> tuple[Vocabulary, Table]:
    """Vocabulary and table as a composition root hands them out."""
    vocabulary = Vocabulary(folder / "pieces.spm")
    return vocabulary, Table(folder / table, vocabulary)


ENCODERS: dict[str, Callable[[Path], Encoder]] = {
    "network": lambda folder: NetworkEncoder(folder / "encoder.onnx", *parts(folder)),
    "static": lambda folder: StaticEncoder(*parts(folder, "static.npz")),
}
CLOSE_READERS: dict[str, Callable[[Path], CloseReader]] = {
    "close": lambda folder: NetworkCloseReader(folder / "reader.onnx", *parts(folder)),
}
"""To add one, say here how it is made."""


def room(ending: str) -> list[str]:
    """Every file of the room that defines a class of this kind."""
    names = [module.name for module in pkgutil.iter_modules(periksa.encoders.__path__)]
    modules = {name: vars(import_module(f"periksa.encoders.{name}")) for name in names}
    return sorted(name for name, all_of_it in modules.items() if any(each.endswith(ending) for each in all_of_it))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny models, to be damaged."""
    return shutil.copytree(TINY, tmp_path / "models")


@pytest.fixture(params=room("Encoder"))
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return ENCODERS[request.param](TINY)


@pytest.fixture(params=room("CloseReader"))
def close(request: pytest.FixtureRequest) -> CloseReader:
    return CLOSE_READERS[request.param](TINY)


def check(title: str, claim: str = "") -> Article:
    return Article(title, ArticleKind.FACT_CHECK, title, claim=claim)


def candidate(title: str, claim: str = "", lead: str = "") -> Candidate:
    return Candidate(check(title, claim), (), {}, lead)
