"""The table of translations: well made, and what it knows."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import pytest

from periksa.lang import analysis
from periksa.lang.translations import translations

TEXT = resources.files("periksa.lang").joinpath("translations.txt").read_text("utf-8")
PAIRS = [line.partition(" = ")[::2] for line in TEXT.splitlines() if line and not line.startswith("#")]


def test_every_line_is_a_pair_of_words_that_tell_something() -> None:
    assert len(PAIRS) >= 1500
    idle = [left for left, right in PAIRS if not analysis.words(left, "en")]
    idle += [each for _, right in PAIRS for each in right.split(", ") if not analysis.words(each, "id")]
    assert idle == []


def test_no_word_stands_there_twice() -> None:
    assert [word for word, times in Counter(left for left, _ in PAIRS).items() if times > 1] == []


@pytest.mark.parametrize(
    ("code", "word", "said"),
    [
        ("en", "elephants", "gajah"),
        ("en", "vaccinated", "vaksin"),
        ("en", "headache", "sakit kepala"),
        ("en", "arrested", "ditangkap"),
        ("id", "gempa", "earthquake"),
        ("id", "penculikan", "kidnapping"),
    ],
)
def test_any_form_of_a_word_is_translated(code: str, word: str, said: str) -> None:
    other = {"en": "id", "id": "en"}[code]
    assert analysis.words(said, other) in translations(code)[analysis.words(word, code)[0]]


def test_a_translation_that_reads_as_another_word_is_left_out() -> None:
    assert analysis.words("orange", "en") == analysis.words("orang", "id")
    assert translations("id")["jeruk"] == ()


def test_a_language_without_a_table_has_no_translations() -> None:
    assert translations("xx") == {}
