"""What one language says for a word of another, analysed: `translations("en")["vaccin"]` → (("vaksin",), …)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from periksa.lang import analysis

Said = tuple[str, ...]
"""One way to say it: analysed words, meant together."""
LANGUAGES = ("en", "id")
"""The languages of the left and of the right side of `translations.txt`."""


@cache
def translations(code: str) -> Mapping[str, tuple[Said, ...]]:
    """Every single word of this language that has a translation, and its translations; empty for other languages.

    A translation that is analysed as another word of this language is left out: orange, orang.
    """
    table: dict[str, dict[Said, None]] = defaultdict(dict)
    for said in _pairs() if code in LANGUAGES else ():
        here, there = said if code == LANGUAGES[0] else said[::-1]
        if len(here) == 1 and there:
            table[here[0]][there] = None
    return {
        word: tuple(each for each in said if each[0] == word or each[0] not in table) for word, said in table.items()
    }


@cache
def _pairs() -> tuple[tuple[Said, Said], ...]:
    text = resources.files("periksa.lang").joinpath("translations.txt").read_text(encoding="utf-8")
    return tuple(_read(text))


def _read(text: str) -> Iterator[tuple[Said, Said]]:
    for line in text.splitlines():
        left, _, right = line.partition(" = ")
        if right and not line.startswith("#"):
            for each in right.split(", "):
                yield analysis.words(left, LANGUAGES[0]), analysis.words(each, LANGUAGES[1])
