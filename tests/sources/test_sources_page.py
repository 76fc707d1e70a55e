"""docs/sources.md says what profiles can hold and which sites are known; its examples are profiles.

The tables are written anew by `REGENERATE=1 pytest tests/sources/test_sources_page.py`; review the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from periksa.sources.page import MOST_BYTES, MOST_PAGES
from periksa.sources.profiles import profile, shipped
from periksa.sources.site import Drop, FactChecks, Links, Mark, Page, Reading, Site, Start

PATH = Path(__file__).parents[2] / "docs/sources.md"
PARTS: dict[str, type[BaseModel]] = {
    "": Site,
    "[[start]]": Start,
    "[links]": Links,
    "[fact_check]": FactChecks,
    "[page]": Page,
    "[[rating]], [[claim]]": Reading,
    "[[withdrawn]]": Mark,
    "[[drop]]": Drop,
}


def fields() -> str:
    blocks = []
    for part, model in PARTS.items():
        heading = f"### `{part}`\n\n" if part else ""
        rows = []
        for name, field in model.model_fields.items():
            if f"[{name}]" in "".join(PARTS):
                continue
            must = "yes" if field.is_required() else ""
            meaning = " ".join((field.description or "").split()).replace("|", "\\|")
            rows.append(f"| `{name}` | {must} | {meaning} |")
        blocks.append(heading + "\n".join(["| field | needed | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(blocks)


def sites() -> str:
    rows = []
    for site in shipped():
        starts = ", ".join(dict.fromkeys(start.kind for start in site.start))
        asked = f". **{site.ask_first}**" if site.ask_first else ""
        rows.append(f"| `{site.name}` | {site.outlet} | {site.publishes} | {starts} | {site.checked}{asked} |")
    return "\n".join(["| profile | outlet | publishes | starts | checked against |", "|---|---|---|---|---|", *rows])


@pytest.mark.parametrize(("mark", "generate"), [("profile", fields), ("sites", sites)])
def test_the_tables_are_as_the_program_is(mark: str, generate: object) -> None:
    text = PATH.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- generated: {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert len(pattern.findall(text)) == 1
    assert callable(generate)
    fresh = pattern.sub(lambda found: f"{found[1]}\n{generate()}\n\n{found[2]}", text)
    if os.environ.get("REGENERATE"):
        PATH.write_text(fresh, encoding="utf-8")
    assert PATH.read_text(encoding="utf-8") == fresh, "run REGENERATE=1 pytest, review"


@pytest.mark.parametrize("model", PARTS.values(), ids=lambda model: model.__name__)
def test_every_field_says_what_it_means(model: type[BaseModel]) -> None:
    assert [name for name, field in model.model_fields.items() if not field.description] == []


def test_the_examples_are_profiles() -> None:
    examples = re.findall(r"^```toml\n(.*?)^```$", PATH.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    assert all(profile("kabarkini.toml", example).name == "kabarkini" for example in examples)


def test_limits_are_the_ones_that_are_named() -> None:
    text = PATH.read_text("utf-8")
    assert f"over {MOST_BYTES // 1_000_000} MB are not read" in text
    assert f"{MOST_PAGES} pages at most" in text
