"""`periksa ratings`, and what `periksa doctor` says of words that are not on the scale."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import CHECKS, free_port

WORDS = ("Agak Laen", "Agak Laen", "Ngawur", "SALAH", "")
MAPPING = '[ratings]\nunproven = ["agak laen"]\n[[publisher]]\nname = "Harian Uji"\nratings.false = ["Ngawur"]\n'


@pytest.fixture(autouse=True)
def _rated(folder, periksa, monkeypatch):
    """A library with words that nobody mapped."""
    monkeypatch.setenv("PERIKSA_WEB_PORT", str(free_port()))
    rows = [
        {**CHECKS[0], "id": f"uji-{at}", "url": f"https://uji.example/{at}", "rating": word}
        for at, word in enumerate(WORDS)
    ]
    rows.append({**CHECKS[0], "id": "kabar", "kind": "news", "rating": "Entah"})
    (folder / "rated.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert periksa("import", "rated.jsonl").exit_code == 0


@pytest.fixture
def mapped(folder, monkeypatch):
    """The operator's own file."""
    (folder / "ratings.toml").write_text(MAPPING, encoding="utf-8")
    monkeypatch.setenv("PERIKSA_LIBRARY_RATINGS", "ratings.toml")


def doctor(periksa) -> dict[str, str]:
    rows = json.loads(periksa("doctor", "--json").stdout)
    return next(row for row in rows if row["check"] == "rating words")


def test_every_word_with_its_value_and_an_example_unmapped_first(periksa):
    rows = json.loads(periksa("ratings", "--json").stdout)
    assert [(row["rating"], row["scale"], row["articles"]) for row in rows] == [
        ("Agak Laen", None, 2),
        ("Ngawur", None, 1),
        ("SALAH", "false", 1),
        ("", None, 1),
    ]
    assert rows[0] == {
        "outlet": "Harian Uji",
        "rating": "Agak Laen",
        "scale": None,
        "articles": 2,
        "example": "https://uji.example/0",
    }


def test_the_screen_says_so_in_words(periksa):
    shown = periksa("ratings").output
    assert "Harian Uji   Agak Laen   not mapped" in shown
    assert "Harian Uji   SALAH       false" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
    unmapped = periksa("ratings", "--unmapped").output
    assert "Ngawur" in unmapped
    assert "SALAH" not in unmapped
    assert "https://uji.example/0" in unmapped
    assert max(len(line) for line in unmapped.splitlines()) <= 80


def test_an_operators_file_maps_them(periksa, mapped):
    assert [row["scale"] for row in json.loads(periksa("ratings", "--json").stdout)] == [
        "unproven",
        "false",
        "false",
        None,
    ]
    assert periksa("ratings", "--unmapped").output == "Every rating is on the scale.\n"
    asked = json.loads(periksa("ask", "--json", "air kelapa muda menetralkan bisa ular kobra").output)
    assert "unproven" in {match["scale"] for match in asked["matches"]}


def test_the_doctor_counts_what_is_not_mapped_and_says_where_to_add_it(periksa):
    row = doctor(periksa)
    assert row["state"] == "warning"
    assert row["found"] == "2 ratings not mapped: Agak Laen, Ngawur; 3 articles"
    assert row["do"].endswith("write a file and name it in library.ratings.")


def test_the_doctor_names_the_operators_file(periksa, mapped, folder):
    assert doctor(periksa)["found"] == "all are on the scale"
    (folder / "ratings.toml").write_text(MAPPING.replace("Ngawur", "Ngaco"), encoding="utf-8")
    row = doctor(periksa)
    assert row["found"] == "1 rating not mapped: Ngawur; 1 article"
    assert "add them to ratings.toml" in row["do"]


def test_a_file_that_is_wrong_or_missing_is_one_sentence(periksa, mapped, folder):
    (folder / "ratings.toml").write_text('[ratings]\nflase = ["Salah"]\n', encoding="utf-8")
    for word in ("ratings", "ask"):
        error = periksa(word, *(["kelapa"] if word == "ask" else [])).exception
        assert str(error).startswith(
            "library.ratings: ratings.toml: there is no 'flase' on the scale; there are: false"
        )
    (folder / "ratings.toml").unlink()
    assert (
        str(periksa("ratings").exception) == "library.ratings: ratings.toml cannot be read: No such file or directory."
    )
    rows = json.loads(periksa("doctor", "--json").stdout)
    assert next(row for row in rows if row["check"] == "store")["state"] == "problem"
