"""The library as editors look at it: who was told what, on real stores; how sources do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from periksa.answers import word
from periksa.answers.ratings import shipped
from periksa.catalogue import Catalogue
from periksa.errors import CaseError
from periksa.model import Address, Article, ArticleKind, JobKind, JobState, Outgoing, Visit
from periksa.store import Store
from periksa.store.memory import MemoryStore
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEALING = Sealing([b"k" * 32])
COFFEE = Article(
    "luwak",
    ArticleKind.FACT_CHECK,
    "Kopi luwak",
    "Cek",
    date=date(2026, 1, 1),
    claim="Kopi menyembuhkan.",
    rating="SALAH",
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    address = f"sqlite:///{tmp_path}/periksa.db"
    if request.param == "sqlite":
        migrate(address, SEALING)
    made: Store = MemoryStore() if request.param == "memory" else SqlStore(address, SEALING)
    yield made
    made.close()


def tell(store: Store, article: Article, code: str, *people: str) -> None:
    def write(tx: Any) -> None:
        tx.articles.put([article], NOON)
        for person in people:
            contact = tx.contacts.resolve([Address("whatsapp", person)], f"c-{person}", NOON)
            says = word.told(article, "apakah Rina Wati sakit?", code, NOON.date())
            tx.outbox.add(Outgoing(f"r-{person}", contact, "whatsapp", says, created_at=NOON, article=article.id))

    store.write(write).result()


def test_what_was_told_is_shown_without_what_was_asked(store: Store) -> None:
    catalogue = Catalogue(store, lambda: NOON, shipped())
    tell(store, COFFEE, "id", "1", "2")
    tell(store, COFFEE, "en", "3")
    found = catalogue.revised("luwak")
    assert found
    assert [(each.people, each.holds) for each in found.versions] == [({"whatsapp": 2}, True), ({"whatsapp": 1}, True)]
    assert "SALAH, menurut Cek\nYang diperiksa: Kopi menyembuhkan." in found.versions[0].words
    assert not any("Rina" in each.words for each in found.versions)
    store.write(lambda tx: tx.articles.put([replace(COFFEE, rating="BENAR")], NOON + timedelta(hours=1))).result()
    changed = catalogue.revised("luwak")
    assert changed
    assert [each.holds for each in changed.versions] == [False, False]
    assert changed.revision.at == NOON + timedelta(hours=1)
    assert catalogue.revised("none") is None


def test_they_are_told_again_by_a_job_and_only_where_somebody_was_told(store: Store) -> None:
    woken: list[JobKind] = []
    catalogue = Catalogue(store, lambda: NOON, shipped(), woken.append)
    with pytest.raises(CaseError, match="Nobody was told"):
        catalogue.tell_again("luwak", "ayu")
    tell(store, COFFEE, "id", "1")
    catalogue.tell_again("luwak", "ayu")
    [job] = store.read(lambda tx: tx.jobs.list(JobState.READY))
    assert (job.kind, job.key, woken) == (JobKind.CORRECT, "luwak", [JobKind.CORRECT])


def test_what_a_word_comes_to_may_be_told_by_the_address(store: Store) -> None:
    odd = replace(COFFEE, id="x", outlet="", rating="Keliru", url="https://cekfakta.tempo.co/1")
    store.write(lambda tx: tx.articles.put([odd, replace(COFFEE, id="y", rating="NGAWUR")], NOON)).result()
    found = {each.rating: each.scale for each in Catalogue(store, lambda: NOON, shipped()).used()}
    assert found == {"Keliru": shipped().of(odd), "NGAWUR": None}


WELL = Visit("a", NOON - timedelta(days=30), NOON - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("visit", "brought", "ask", "ails"),
    [
        (WELL, 13, "", ""),
        (WELL, 12, "", "few"),
        (replace(WELL, first_at=NOON - timedelta(days=2)), 0, "", ""),
        (replace(WELL, last_at=NOON - timedelta(hours=5)), 13, "", "overdue"),
        (replace(WELL, reached=False), 13, "", "unreached"),
        (replace(WELL, last_at=None), 0, "", "never"),
        (None, 0, "", "never"),
        (None, 0, "Write to them.", "asks"),
    ],
)
def test_what_ails_a_source(store: Store, visit: Visit | None, brought: int, ask: str, ails: str) -> None:
    site = SimpleNamespace(name="a", a_week=12.5, ask_first=ask)
    health: Any = SimpleNamespace(site=site, visit=visit, brought=brought, troubles=0, waiting=0)
    catalogue = Catalogue(store, lambda: NOON, shipped(), health=lambda: [health], every=timedelta(hours=1))
    assert [each.ails for each in catalogue.sources()] == [ails]
