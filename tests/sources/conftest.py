"""The forms a source can have, found by walking the room, and small files to read with them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import periksa.sources
from periksa.sources import Fetched, Listing, Parsed, Problem, Source
from periksa.sources.site import Site

FILES = Path(__file__).parent / "files"
SHARED = Path(__file__).parents[2].parent / "shared/data"


VISITED = datetime(2023, 3, 12, 3, 0, tzinfo=UTC)
"""Sunday, ten in the morning in Jakarta."""


def implementations(verb: str = "parse") -> dict[str, type[Any]]:
    """File name → the class in it that has this verb."""
    modules = (f"periksa.sources.{module.name}" for module in pkgutil.iter_modules(periksa.sources.__path__))
    return {
        name.rpartition(".")[2]: each
        for name in modules
        for each in vars(importlib.import_module(name)).values()
        if inspect.isclass(each) and each.__module__ == name and hasattr(each, verb)
    }


@pytest.fixture(params=implementations().items(), ids=lambda found: found[0])
def kind_and_source(request: pytest.FixtureRequest) -> tuple[str, Source]:
    kind, implementation = request.param
    return kind, implementation()


@pytest.fixture
def source(kind_and_source: tuple[str, Source]) -> Source:
    return kind_and_source[1]


@pytest.fixture
def examples(kind_and_source: tuple[str, Source]) -> list[Path]:
    """The invented files of this form: its name, a dash, and what they show."""
    return sorted(FILES.glob(f"{kind_and_source[0]}-*"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def sentences() -> Callable[[list[Parsed]], list[str]]:
    """What an operator reads, problem by problem."""

    def of(problem: Problem) -> str:
        return " ".join(filter(None, (f"{problem.where}:", problem.field, problem.what)))

    return lambda records: [of(problem) for parsed in records for problem in parsed.problems]


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the shared data is not on this machine")
    return SHARED


@pytest.fixture(params=implementations("list").values(), ids=lambda found: found.kind)
def listing(request: pytest.FixtureRequest) -> Listing:
    return request.param()


@pytest.fixture
def fetched() -> Callable[..., Fetched]:
    def fetched(
        content: bytes | str,
        url: str = "https://kabarkini.example/daftar",
        content_type: str = "",
        at: datetime = VISITED,
    ) -> Fetched:
        return Fetched(url, content.encode() if isinstance(content, str) else content, at, content_type)

    return fetched


@pytest.fixture
def site() -> Callable[..., Site]:
    """A profile of an invented site; what is given is changed."""

    def site(**changed: Any) -> Site:
        values: dict[str, Any] = {
            "name": "kabarkini",
            "outlet": "Kabarkini",
            "hosts": ["kabarkini.example"],
            "checked": "invented for tests",
            "publishes": "news",
            "start": [{"kind": "feed", "url": "https://kabarkini.example/rss"}],
        }
        return Site.model_validate({**values, **changed})

    return site
