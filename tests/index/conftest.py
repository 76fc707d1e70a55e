"""Engines found by walking the room, and an invented library to put into them."""

from __future__ import annotations

import pkgutil
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import periksa.index
from periksa.index import Index
from periksa.index.embedded import EmbeddedIndex
from periksa.index.memory import MemoryIndex
from periksa.lang import analysis
from periksa.model import Article, ArticleKind, Meaning, Query, QueryKind

HOW: dict[str, Callable[[Path], Index]] = {
    "memory": lambda _: MemoryIndex(),
    "embedded": lambda folder: EmbeddedIndex(folder, lambda _: None),
}
"""To add an engine, say here how it is made."""


def engines() -> list[str]:
    """Every file of the room that defines an engine."""
    names = [module.name for module in pkgutil.iter_modules(periksa.index.__path__)]
    modules = {name: import_module(f"periksa.index.{name}") for name in names}
    return sorted(name for name, module in modules.items() if any(each.endswith("Index") for each in vars(module)))


@pytest.fixture(params=engines())
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    made = HOW[request.param](tmp_path / "index")
    yield made
    made.close()


def ask(text: str) -> Query:
    """A question as a reader hands it over."""
    return Query(text, QueryKind.KEYWORD, words=analysis.words(text), grams=analysis.grams(text))


WIDTH = 96


def meanings(articles: Sequence[Article], encoder: str = "acak") -> list[Meaning]:
    """Meanings that are drawn by chance, the same ones for the same articles and encoder."""
    return [pointing(each.id, encoder) for each in articles]


def pointing(text: str, encoder: str = "acak") -> Meaning:
    """The meaning that this text alone has."""
    chance = np.random.default_rng(list(f"{encoder} {text}".encode()))
    vector = chance.normal(size=WIDTH).astype(np.float32)
    return Meaning(encoder, vector / np.linalg.norm(vector))


def between(one: Meaning, other: Meaning, share: float = 0.5) -> Meaning:
    """A meaning between two, nearer the first one the greater its share."""
    vector = share * one.vector + (1 - share) * other.vector
    return Meaning(one.encoder, vector / np.linalg.norm(vector))


def check(id: str, title: str, **more: object) -> Article:
    """A fact-check; what is not said is left empty."""
    return Article(id=id, kind=ArticleKind.FACT_CHECK, title=title, **more)  # type: ignore[arg-type]


def report(id: str, title: str, **more: object) -> Article:
    """A news article."""
    return Article(id=id, kind=ArticleKind.NEWS, title=title, **more)  # type: ignore[arg-type]


def found(index: Index, text: str, kind: ArticleKind = ArticleKind.FACT_CHECK, limit: int = 30) -> list[str]:
    """Ids of the candidates for a question, in order."""
    return [each.article.id for each in index.search(ask(text), kind, limit).candidates]


WHO = [
    "Presiden",
    "Gubernur",
    "Menteri",
    "Polisi",
    "Bupati",
    "Dokter",
    "BPOM",
    "Pertamina",
    "PLN",
    "OJK",
    "BMKG",
    "KPU",
]
DOES = [
    "membagikan",
    "melarang",
    "mencabut",
    "menutup",
    "membuka",
    "menaikkan",
    "menghapus",
    "menemukan",
    "mengesahkan",
]
WHAT = [
    *(
        "beras gratis",
        "token listrik",
        "uang baru",
        "vaksin corona",
        "sertifikat tanah",
        "pajak kendaraan",
        "dana haji",
    ),
    *("undian mobil", "bantuan sosial", "air kelapa", "ikan asin", "minyak goreng", "surat suara", "kuota internet"),
    *("telur palsu", "obat jantung", "kapal tenggelam", "gunung meletus", "gempa besar", "banjir bandang", "susu bayi"),
]
WHERE = [
    "Jakarta",
    "Bandung",
    "Medan",
    "Papua",
    "Aceh",
    "Makassar",
    "Lombok",
    "Ambon",
    "Padang",
    "Bekasi",
    "Solo",
    "Palu",
]


def library(count: int, kind: ArticleKind = ArticleKind.FACT_CHECK, seed: int = 7) -> list[Article]:
    """Invented articles, the same ones for the same seed; no two claims are the same."""
    chance = random.Random(seed)
    made: dict[str, Article] = {}
    while len(made) < count:
        year, place = chance.randint(2015, 2026), chance.choice(WHERE)
        claim = f"{chance.choice(WHO)} {chance.choice(DOES)} {chance.choice(WHAT)} di {place} {year}"
        made[claim] = Article(
            id=f"{kind}-{len(made)}",
            kind=kind,
            title=f"Kabar {chance.choice(WHAT)} di {place}",
            outlet="Cek Harian",
            claim=claim,
            rating=chance.choice(["SALAH", "BENAR", "MENYESATKAN", ""]),
            date=date(year, 1, 1) + timedelta(days=chance.randint(0, 364)),
            summary=" ".join(chance.choices(WHAT + WHO + WHERE, k=chance.randint(5, 60))),
            body="\n".join(chance.choices(WHAT, k=20)),
        )
    return list(made.values())
