"""The same question as other people would have typed it: one way, one question, always the same text."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from periksa.measure.questions import Question

SEED = 20261122
SLIPS = 8
"""One word in so many is mistyped."""
DISGUISED = 3
"""One word in so many has digits for letters."""
PARTICLES = 6
"""After one word in so many stands a particle."""
SHORTEST = 4
"""Letters of the shortest word that is mistyped or disguised."""
FIRST = 10

Way = Callable[[str, random.Random], str]


def retyped(question: Question, way: str) -> Question:
    """The question as it reads when typed in this way, one of `WAYS`."""
    chance = random.Random(f"{SEED} {way} {question.qid}")  # noqa: S311 - nothing is kept secret with it
    return replace(question, text=WAYS[way](question.text, chance))


@cache
def _words() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("retyped.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _one_in(count: int, words: Sequence[str], chance: random.Random) -> set[int]:
    """Places of every so-many-th word that is long enough, at least one of them, drawn by lot."""
    fit = [at for at, word in enumerate(words) if len(word) >= SHORTEST and word.isalpha()]
    return set(chance.sample(fit, min(len(fit), max(1, round(len(words) / count)))))


def _mistyped(text: str, chance: random.Random) -> str:
    words = text.split()
    for at in sorted(_one_in(SLIPS, words, chance)):
        words[at] = _slip(words[at], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    """A letter left out, typed twice, or two letters swapped; never the first."""
    at = chance.randrange(1, len(word) - 1)
    before, letter, following, rest = word[:at], word[at], word[at + 1], word[at + 2 :]
    return before + chance.choice((following, letter + letter + following, following + letter)) + rest


def _chatty(text: str, chance: random.Random) -> str:
    del chance
    chat = _words()["chat"]
    return " ".join(chat.get(word.lower(), word) for word in text.split())


def _disguised(text: str, chance: random.Random) -> str:
    digits = _words()["digits"]
    table = str.maketrans(digits | {letter.upper(): digit for letter, digit in digits.items()})
    words = text.split()
    for at in _one_in(DISGUISED, words, chance):
        words[at] = words[at].translate(table)
    return " ".join(words)


def _surrounded(text: str, chance: random.Random) -> str:
    noise = _words()["noise"]
    return f"{chance.choice(noise['before'])}\n\n{text}\n\n{chance.choice(noise['after'])}"


def _regional(text: str, chance: random.Random) -> str:
    table = _words()["regional"]
    words = [table["then"].get(word.lower(), word) for word in text.split()]
    for at in sorted(_one_in(PARTICLES, words, chance), reverse=True):
        words.insert(at + 1, chance.choice(table["between"]))
    return " ".join(words)


def _first_half(text: str, chance: random.Random) -> str:
    del chance
    words = text.split()
    return " ".join(words[: (len(words) + 1) // 2])


def _first_words(text: str, chance: random.Random) -> str:
    del chance
    return " ".join(text.split()[:FIRST])


def _upper(text: str, chance: random.Random) -> str:
    del chance
    return text.upper()


def _lower(text: str, chance: random.Random) -> str:
    del chance
    return text.lower()


WAYS: Mapping[str, Way] = {
    "typos": _mistyped,
    "chat spelling": _chatty,
    "ALL CAPS": _upper,
    "lower case": _lower,
    "digits for letters": _disguised,
    "first half": _first_half,
    "first 10 words": _first_words,
    "noise around": _surrounded,
    "regional words": _regional,
}
"""Names of the ways, in the order of the table."""
