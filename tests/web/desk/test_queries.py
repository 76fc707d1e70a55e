"""No page of the desk asks the database more often because there is more in it: `bench/desk.py`, small, twice."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from periksa.app import build
from periksa.config import Config
from periksa.web.desk.ways import BROADCASTS, CASE, HOME, LIVE, WAYS

BENCH = Path(__file__).parents[3] / "bench"
LITTLE, MUCH = (4, 200, 300), (60, 2400, 1200)
"""Cases, messages, articles."""
UNSEEN = {
    LIVE: "never ends",
    HOME: "leads to the inbox",
    f"{BROADCASTS}/card": "a picture of what the post page reads",
    f"{CASE}/files/{{message}}": "a file that somebody sent",
}
"""Ways that `PAGES` leaves out."""
ELSE = {
    "sources": "five for each site that the settings name",
    "quality, pairs as a file": "three for each week of which there is a sample, a week in memory at a time",
}
"""Pages that ask more often for something else than more questions, articles or people, and for what."""
MOST = 28


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.setattr(importlib.import_module("desk_filling"), "HOURS", 48)
    return importlib.import_module("desk")


@pytest.fixture
def counted(desk: ModuleType, tmp_path: Path) -> Callable[..., dict[str, int]]:
    """How many statements each page takes with so much in the database."""

    def counted(cases: int, messages: int, articles: int) -> dict[str, int]:
        sites = {"sites": ", ".join(desk.SITES)}
        config = Config(data_dir=tmp_path / str(cases), whatsapp=desk.WHATSAPP, sources=sites)  # type: ignore[arg-type]
        with build(config) as periksa:
            desk.fill(periksa, cases, messages, articles)
            periksa.publishing.every(periksa.index.rebuild)
            visitor = desk.Visitor(periksa)
            try:
                return asyncio.run(_visited(visitor, desk.PAGES))
            finally:
                visitor.leave()

    return counted


async def _visited(visitor, pages) -> dict[str, int]:  # type: ignore[no-untyped-def]
    await visitor.get(pages[0][1])
    counts = {}
    for name, path in pages:
        for _ in range(2):  # the second time nothing is set up any more
            answer = await visitor.get(path)
        assert answer.status_code == 200, name
        counts[name] = visitor.statements
    return counts


def test_no_page_asks_more_often_because_there_is_more(counted: Callable[..., dict[str, int]]) -> None:
    little, much = counted(*LITTLE), counted(*MUCH)
    assert {name: (count, much[name]) for name, count in little.items() if much[name] > count} == {}
    assert {name: count for name, count in much.items() if count > MOST}.keys() <= ELSE.keys()


def test_every_page_is_among_those_that_are_measured(desk: ModuleType) -> None:
    paths = [path.partition("?")[0] for _, path in desk.PAGES]
    ways = [way.path for way in WAYS if way.method == "GET" and way.path not in UNSEEN]
    shapes = {
        way: re.compile(re.sub(r"\{\w+\}", "[^/]+", re.escape(way).replace(r"\{", "{").replace(r"\}", "}")))
        for way in ways
    }
    assert [way for way, shape in shapes.items() if not any(map(shape.fullmatch, paths))] == []
