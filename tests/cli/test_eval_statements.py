"""`periksa eval --statements`: the table, the floors, and options that do not fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

TEXT = "Airnya jernih sekali, kata Bagus Tanuwijaya."


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Labels of one statement, and the text that holds it."""
    label = {"start": 0, "end": 20, "direct": False, "force": "said", "speaker": [27, 43], "name": [[27, 43]]}
    article = {"id": "a", "sha256": hashlib.sha256(TEXT.encode()).hexdigest(), "half": "building"}
    labels, news = tmp_path / "labels.jsonl", tmp_path / "news.jsonl"
    labels.write_text(json.dumps(article | {"statements": [label | {"via": [], "medium": []}]}), encoding="utf-8")
    news.write_text(json.dumps({"id": "a", "text": TEXT}), encoding="utf-8")
    return labels, news


def test_the_command_shows_both_halves_and_holds_floors(
    periksa: Callable[..., Result], files: tuple[Path, Path], tmp_path: Path
) -> None:
    labels, news = files
    floors = tmp_path / "floors.json"
    floors.write_text('{"building": {"span_recall": 1.0}, "held-out": {"span_recall": 0.5}}', encoding="utf-8")
    shown = periksa("eval", "--statements", str(labels), "--texts", str(news))
    assert shown.exit_code == 0
    assert [line.split()[0] for line in shown.stdout.splitlines() if line.startswith(("building", "held-out"))] == [
        "building",
        "held-out",
    ]
    gated = periksa("eval", "--statements", str(labels), "--texts", str(news), "--json", "--floors", str(floors))
    assert gated.exit_code == 1
    assert json.loads(gated.stdout)["building"]["span_recall"] == 1.0
    assert "held-out: there is no span_recall" in gated.stderr


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--statements", "a.jsonl"), "--statements and --texts together"),
        (("--texts", "a.jsonl"), "--statements and --texts together"),
        (("--statements", "a.jsonl", "--texts", "b.jsonl", "--queries", "c.jsonl"), "do not go together"),
    ],
)
def test_options_that_do_not_fit(periksa: Callable[..., Result], options: tuple[str, ...], problem: str) -> None:
    result = periksa("eval", *options)
    assert result.exit_code == 2
    assert problem in " ".join(result.stderr.replace("│", " ").split())
