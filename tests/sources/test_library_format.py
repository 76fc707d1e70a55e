"""docs/library-format.md says what the code does, and its examples give what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from periksa.sources import Parsed
from periksa.sources.article import LEAD, LONGEST_TITLE, PlainArticle
from periksa.sources.jsonl import Jsonl
from periksa.sources.record import FIELDS, IGNORED, STATEMENT_FIELDS, Field

Write = Callable[[str, bytes | str], Path]

PAGE = (Path(__file__).parents[2] / "docs/library-format.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced examples of this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def rows(fields: Sequence[Field]) -> str:
    """The table of these fields as it is to stand on the page."""
    cells = ((f"`{one.name}`", " ".join(f"`{alias}`" for alias in one.aliases), one.meaning) for one in fields)
    lines = ("| " + " | ".join(each) + " |" for each in cells)
    return "\n".join(["| field | also read as | meaning |", "|---|---|---|", *lines]).replace("|  |", "| |") + "\n\n"


@pytest.mark.parametrize("fields", [FIELDS, STATEMENT_FIELDS], ids=["record", "statement"])
def test_every_field_stands_in_the_table(fields: Sequence[Field]) -> None:
    assert rows(fields) in PAGE


def test_ignored_fields_are_named() -> None:
    assert all(f"`{name}`" in PAGE for name in IGNORED)


def test_the_examples_are_read_without_a_remark(write: Write) -> None:
    (example,) = blocks("json")
    records = list(Jsonl().parse(write("contoh.jsonl", example)))
    assert [problem for parsed in records for problem in parsed.problems] == []
    assert [parsed.article.kind for parsed in records if parsed.article] == ["fact-check", "fact-check", "news"]


def test_the_report_is_the_one_that_is_shown(write: Write, sentences: Callable[[list[Parsed]], list[str]]) -> None:
    (wrong,), (report,) = blocks("jsonl"), blocks("text")
    records = list(Jsonl().parse(write("cek.jsonl", wrong)))
    assert sentences(records) == report.splitlines()
    assert sum(parsed.article is not None for parsed in records) == 3


def test_the_article_is_read_as_described(write: Write) -> None:
    (example,) = blocks("article")
    (parsed,) = PlainArticle().parse(write("contoh.txt", example))
    article = parsed.article
    assert article
    assert (article.outlet, article.place, article.date) == ("Kabarkini", "Randugunting", date(2023, 3, 9))
    assert article.summary.startswith("Pemerintah kabupaten")
    assert [paragraph.split(",")[0] for paragraph in article.body.split("\n\n")] == [
        "Pengisian Bendungan Randu tetap dimulai bulan depan", "Ganti Rugi Bertahap", "Awal pekan ini",
    ]  # fmt: skip


def test_limits_are_the_ones_that_are_named() -> None:
    assert f"more than\n{LONGEST_TITLE} characters" in PAGE
    assert (LEAD, "first six lines" in PAGE) == (6, True)
