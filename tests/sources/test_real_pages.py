"""Real pages, where they are at hand: the text, title and day of all of them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).parents[2] / "bench/pages.py"
    spec = importlib.util.spec_from_file_location("bench_pages", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_pages"] = module
    spec.loader.exec_module(module)
    return module


def test_text_title_and_day_of_every_page(shared: Path, bench: ModuleType) -> None:
    found = dict(bench.scores(shared / "pages", bench.ours))
    assert len(found) == 10
    assert {site: round(one.f1, 3) for site, one in found.items() if one.f1 < 0.95} == {}
    assert [site for site, one in found.items() if not (one.title and one.day)] == []
    assert sum(one.f1 for one in found.values()) / len(found) > 0.98
