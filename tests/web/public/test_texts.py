from __future__ import annotations

import string

import pytest

from periksa.web.public.texts import choose, load

LANGUAGES = load()


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "id"),
        ("id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"),
        ("en-GB,en;q=0.9,id;q=0.8", "en"),
        ("en;q=0.5, id;q=0.8", "id"),
        ("ms-MY", "id"),
        ("nl,en;q=0.4", "en"),
        ("fr,de", "id"),
        ("en;q=0", "id"),
        ("en;q=banyak,,;;q=", "id"),
        ("*", "id"),
    ],
)
def test_the_reader_chooses_the_language(accept: str, language: str) -> None:
    assert choose(LANGUAGES, accept).language == language


def test_every_language_says_everything() -> None:
    first, *others = LANGUAGES
    for other in others:
        assert other.words.keys() == first.words.keys()
        assert len(other.months) == len(first.months) == 12
        for key, text in first.words.items():
            assert _fields(text) == _fields(other.words[key]), key


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text)}
