"""The guard suite: well made, passed, and a gate that shuts."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from periksa.answers import guards as room
from periksa.cli import build
from periksa.errors import InputError
from periksa.measure import guards

SUITE = Path(__file__).parents[1] / "evals/guards.jsonl"
LINES = [json.loads(line) for line in SUITE.read_text(encoding="utf-8").splitlines()]
GUARDS = [line for line in LINES if line["must"] == "no answer"]
CONTROLS = [line for line in LINES if line["must"] == "answer"]

BANK: dict[str, Any] = {
    "id": "bank-1",
    "kind": "bank",
    "question": "BCA bagi undian mobil untuk nasabah",
    "article": {"title": "BRI bagi undian mobil untuk nasabah", "outlet": "Cek Harian"},
    "must": "no answer",
}
SAME = BANK | {"id": "sama-1", "kind": "slang", "question": "BRI bagi2 undian mobil utk nasabah", "must": "answer"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("PERIKSA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def suite(folder: Path) -> Callable[..., Path]:
    def write(*lines: object) -> Path:
        path = folder / "suite.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def sure_of_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every score suffices, as in a library too small to be sure of anything."""
    monkeypatch.setenv("PERIKSA_ANSWERS_ANSWER", "0.02")
    monkeypatch.setenv("PERIKSA_ANSWERS_OFFER", "0.01")


def evaluated(*arguments: object) -> Result:
    return CliRunner().invoke(build(), ["eval", *map(str, arguments)], prog_name="periksa")


# ---------------------------------------------------------------- the suite


def test_the_suite_is_large_and_varied() -> None:
    kinds = Counter(line["kind"] for line in GUARDS)
    assert len(GUARDS) >= 400
    assert len(CONTROLS) >= 80
    assert len(kinds) >= 20
    assert min(kinds.values()) >= 8


def test_no_pair_stands_there_twice() -> None:
    ids = [line["id"] for line in LINES]
    questions = [" ".join(line["question"].casefold().split()) for line in LINES]
    assert len(set(ids)) == len(ids)
    assert len(set(questions)) == len(questions)


def test_every_article_is_one_article_wherever_it_stands() -> None:
    by_title = {line["article"]["title"]: line["article"] for line in LINES}
    assert [line["id"] for line in LINES if line["article"] != by_title[line["article"]["title"]]] == []
    assert len(by_title) >= 100


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["id"])
def test_a_line_says_what_it_must(line: dict[str, Any]) -> None:
    assert line.keys() == {"id", "kind", "question", "article", "must"}
    assert line["article"].keys() - {"lang"} == {"title", "claim", "rating", "date", "outlet"}
    assert line["id"].startswith(line["kind"])
    assert line["question"].strip()
    assert date.fromisoformat(line["article"]["date"]) <= date(2026, 1, 1)


def test_every_guard_of_the_suite_holds() -> None:
    result = evaluated("--guards", SUITE, "--json")
    figures = json.loads(result.stdout)
    answered = {group: each["answered"] for group, each in figures.items() if group.startswith("absent guard/")}
    assert len(answered) >= 20
    assert set(answered.values()) == {0.0}
    assert result.exit_code == 0


# ---------------------------------------------------------------- the gate


@pytest.mark.usefixtures("sure_of_anything")
def test_a_suite_that_holds_passes(suite: Callable[..., Path]) -> None:
    result = evaluated("--guards", suite(BANK, SAME))
    assert result.exit_code == 0
    assert "absent guard" in result.stdout
    assert "Broken" not in result.stderr


@pytest.mark.usefixtures("sure_of_anything")
def test_a_guard_that_is_answered_fails_by_its_name(suite: Callable[..., Path]) -> None:
    result = evaluated("--guards", suite(SAME | {"must": "no answer"}))
    assert result.exit_code == 1
    assert "Broken: sama-1 was answered with “BRI bagi undian mobil untuk nasabah”" in result.stderr.replace("\n", " ")


def test_a_guard_that_is_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "GUARDS", [guard for guard in room.GUARDS if guard.reason != "another bank"])
    result = evaluated("--guards", SUITE)
    assert result.exit_code == 1
    assert {found[1] for found in re.finditer(r"Broken: (\w+)-\d+", result.stderr)} <= {"bank", "template"}


@pytest.mark.usefixtures("sure_of_anything")
def test_any_article_is_a_wrong_answer(suite: Callable[..., Path], folder: Path) -> None:
    other = folder / "lain.jsonl"
    other.write_text(
        json.dumps({"id": "lain-1", "title": BANK["question"], "rating": "SALAH"}) + "\n", encoding="utf-8"
    )
    result = evaluated("--guards", suite(BANK, SAME), other)
    assert result.exit_code == 1
    assert "Broken: bank-1" in result.stderr


def test_controls_are_measured_not_demanded(suite: Callable[..., Path]) -> None:
    result = evaluated("--guards", suite(SAME | {"question": "harga cabai rawit"}), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["control/slang"]["answered"] == 0


def test_an_article_stands_in_the_library_once(suite: Callable[..., Path]) -> None:
    asked, articles = guards(suite(BANK, SAME))
    assert [each["id"] for each in articles] == ["guarded-0"]
    assert [(each.kind, each.type, each.relevant) for each in asked] == [
        ("guard", "bank", frozenset()),
        ("control", "slang", frozenset({"guarded-0"})),
    ]


@pytest.mark.parametrize("arguments", [[], ["--queries", "tanya.jsonl"], ["dokumen.jsonl"]])
def test_too_little_to_measure_is_said(arguments: list[str]) -> None:
    result = evaluated(*arguments)
    assert result.exit_code == 2
    assert "give DOCS and --queries, or --guards" in result.stderr


def test_invented_articles_do_not_stand_among_real_ones(suite: Callable[..., Path]) -> None:
    result = evaluated("--guards", suite(BANK), "--queries", "tanya.jsonl")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"must": "perhaps"}, 'must is neither "no answer" nor "answer"'),
        ({"must": None}, 'must is neither "no answer" nor "answer"'),
        ({"article": "BRI"}, "the field article is missing or of another type"),
        ({"question": None}, "the field question is missing"),
        ({"id": 7}, "the field id is missing or of another type"),
    ],
)
def test_a_bad_line_is_named(suite: Callable[..., Path], change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=rf"^suite\.jsonl:2: {sentence}"):
        guards(suite(SAME, BANK | change))
