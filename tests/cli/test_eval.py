"""`periksa eval` and what it prints, over a small library of our own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import Result

SUBJECTS = (
    "air kelapa muda menetralkan bisa ular kobra",
    "jembatan Kahayan di Palangka Raya runtuh akibat gempa",
    "pendaftaran penyaluran beras gratis lewat tautan pesan berantai",
    "bawang putih menyembuhkan penyakit jantung dalam semalam",
    "foto penyu raksasa terdampar di pantai Pangandaran",
    "rekaman suara menteri mengancam penutupan pasar tradisional",
    "sekolah libur tiga bulan mulai pekan depan karena kabut",
    "uang kertas seribu rupiah lama ditukar seratus kali lipat",
    "sinar kosmik melintas dekat bumi telepon harus dimatikan",
    "telur palsu dari plastik beredar di supermarket Surabaya",
    "vaksin polio tetes menyebabkan kelumpuhan pada balita",
    "gerhana matahari membuat garam dapur menjadi beracun",
)


@pytest.fixture
def files(folder: Path) -> tuple[str, str]:
    """A library and questions, a check and a question for every subject."""
    library, queries = folder / "cek.jsonl", folder / "tanya.jsonl"
    checks = [{"id": f"cek-{at}", "title": f"Tidak benar {text}", "claim": text} for at, text in enumerate(SUBJECTS)]
    asked = [{"qid": f"q{at}", "text": text, "relevant": [f"cek-{at}"]} for at, text in enumerate(SUBJECTS)]
    for path, records in ((library, checks), (queries, asked)):
        path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return str(library), str(queries)


@pytest.fixture
def evaluated(periksa: Callable[..., Result], files: tuple[str, str]) -> Callable[..., Result]:
    return lambda *options: periksa("eval", files[0], "--queries", files[1], *options)


def figures(result: Result, group: str = "question/normal") -> dict[str, float]:
    assert result.exit_code == 0, result.stderr
    found: dict[str, float] = json.loads(result.stdout)[group]
    return found


@pytest.mark.parametrize("columns", [100, 120])
def test_the_table_has_every_share_with_its_interval_on_one_line(
    evaluated: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    result = evaluated()
    head, _, kind, row, *_ = result.stdout.splitlines()
    assert head.split() == ["questions", "n", "S@1", "S@5", "answ", "offer", "hand", "right", "shown", "p50", "p99"]
    assert kind.strip() == "question"
    assert row.split()[:6] == ["normal", "12", "1.00", "±.242", "1.00", "±.242"]
    assert all(len(line) <= columns for line in result.stdout.splitlines())
    assert "95 % interval (Wilson)" in result.stdout


def test_half_of_the_answers_are_taken_away_and_the_stream_rated(evaluated: Callable[..., Result]) -> None:
    result = evaluated("--half-absent")
    assert result.exit_code == 0, result.stderr
    assert "wrongly answered" in result.stdout
    found = figures(evaluated("--half-absent", "--json"), "all/normal")
    assert 2 <= found["answerable"] <= 10
    assert found["shown_right"] == 1.0
    assert found["n"] == 12


def test_a_floor_holds_for_a_stream_too(evaluated: Callable[..., Result], folder: Path) -> None:
    floors = folder / "floors.json"
    floors.write_text('{"all/normal": {"silent": 1.1}}', encoding="utf-8")
    result = evaluated("--half-absent", "--floors", str(floors))
    assert result.exit_code == 1
    assert "Below the floor: all/normal: silent is" in result.stderr


def test_what_is_right_too_counts_and_is_said(evaluated: Callable[..., Result], folder: Path) -> None:
    also, gone = folder / "juga.jsonl", folder / "hilang.jsonl"
    also.write_text('{"qid": "q0", "id": "cek-1"}\n', encoding="utf-8")
    gone.write_text(json.dumps({"id": "cek-0", "title": SUBJECTS[0]}) + "\n", encoding="utf-8")
    assert json.loads(evaluated("--absent", str(gone), "--json").stdout)["absent question/normal"]["n"] == 1
    result = evaluated("--absent", str(gone), "--also-right", str(also))
    assert "Counted as right, too: 1 checks of the same claims that juga.jsonl names." in result.stdout
    assert "absent" not in result.stdout.split("±: ")[0]


def test_robustness_asks_in_every_way(evaluated: Callable[..., Result]) -> None:
    result = evaluated("--robustness")
    assert result.exit_code == 0, result.stderr
    assert "turned wrong" in result.stdout
    ways = json.loads(evaluated("--robustness", "--json").stdout)["question/normal"]
    assert {"as written", "typos", "ALL CAPS", "noise around", "regional words"} <= ways.keys()
    assert ways["ALL CAPS"]["s1"] == 1.0
    assert ways["as written"]["s1_change"] is None


def test_reliability_is_drawn_and_shown(evaluated: Callable[..., Result], folder: Path) -> None:
    result = evaluated("--reliability", str(folder / "peluang.svg"))
    assert result.exit_code == 0, result.stderr
    assert "Expected calibration error: " in result.stdout
    assert "90–100 %" in result.stdout
    picture = ElementTree.parse(folder / "peluang.svg").getroot()
    assert "12 questions, expected calibration error" in "".join(picture.itertext())


def test_a_picture_that_cannot_be_written_is_one_sentence(evaluated: Callable[..., Result], folder: Path) -> None:
    result = evaluated("--reliability", str(folder / "tidak" / "ada.svg"))
    assert result.exit_code != 0
    assert "cannot be written" in str(result.exception)


@pytest.mark.parametrize(
    "together",
    [("--robustness", "--half-absent"), ("--robustness", "--reliability", "x.svg"), ("--robustness", "--floors", "x")],
)
def test_what_does_not_go_together_is_said(evaluated: Callable[..., Result], together: tuple[str, ...]) -> None:
    result = evaluated(*together)
    assert result.exit_code == 2
    assert "do not go together" in result.stderr


def test_match_writes_a_line_per_question(periksa: Callable[..., Result], files: tuple[str, str], folder: Path) -> None:
    out = folder / "hasil.jsonl"
    assert periksa("match", files[0], "--queries", files[1], "--out", str(out)).exit_code == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["qid"] for line in lines] == [f"q{at}" for at in range(12)]
    assert [line["matches"][0]["id"] for line in lines] == [f"cek-{at}" for at in range(12)]
