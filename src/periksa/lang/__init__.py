"""How each language is written and how we speak it: one data file per language, read once.

A new language is one new TOML file beside this one; `LANGUAGES` finds it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import Stemmer

from periksa.lang.cut import cut

__all__ = ["DEFAULT", "LANGUAGES", "Language", "cut", "language"]

DEFAULT = "id"


@dataclass(frozen=True, slots=True)
class Prefix:
    """What is put before a root. `first`: the sound it swallowed. `letters`: those it stands before; none for all."""

    written: str
    first: str = ""
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Despair:
    """Words in which somebody says that they want to die; all of them may be several."""

    who: frozenset[str]
    """I."""
    want: frozenset[str]
    die: frozenset[str]
    """What somebody who despairs wants."""
    will: frozenset[str]
    act: frozenset[str]
    """What somebody plans: nobody plans plain dying, but says that they will die "if I drink this"."""
    over: frozenset[str]
    """The same in other words."""
    around: frozenset[str]
    """Words that change nothing about it."""
    told: frozenset[str]
    """Words of somebody who tells of others, and what only sounds like it."""


@dataclass(frozen=True)
class Language:
    """One language's data, ready for use. Patterns are compiled, word lists hold folded words."""

    code: str
    name: str
    stemmer: Stemmer.Stemmer
    stop: frozenset[str]
    slang: Mapping[str, str]
    prefixes: tuple[tuple[str, str], ...]
    roots: frozenset[str]
    before: tuple[Prefix, ...]
    endings: tuple[str, ...]
    zeros: Mapping[str, int]
    units: frozenset[str]
    suffixes: tuple[str, ...]
    shortest_stem: int
    negation: tuple[str, ...]
    chatter: frozenset[str]
    greeting: frozenset[str]
    asking: frozenset[str]
    furniture: tuple[re.Pattern[str], ...]
    question: tuple[re.Pattern[str], ...]
    months: tuple[str, ...]
    commands: Mapping[str, frozenset[str]]
    """What a command may be called: its name → the words, folded, that are the whole message."""
    choosing: frozenset[str]
    """Words around a number that choose nothing by themselves: "yang", "nomor"."""
    ordinals: Mapping[str, int]
    """Words for the numbers of what we offer."""
    thanks: frozenset[str]
    insults: frozenset[str]
    beside: frozenset[str]
    """Words beside thanks or an insult that say nothing more, besides `chatter` and `greeting`."""
    despair: Despair
    topics: Mapping[str, tuple[str, ...]]
    """What one can follow: a topic's id, the same in every language → its name here, then words that belong to it."""
    say: Mapping[str, str]


def _patterns(table: Mapping[str, list[str]]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in table["patterns"])


_COMMA = re.compile(r",\s+")


def _phrases(words: str) -> frozenset[str]:
    return frozenset(_COMMA.split(words.strip()))


NO_ROOTS = {"words": "", "prefixes": "", "endings": "", "melted": {}}


def _before(roots: Mapping[str, Any]) -> tuple[Prefix, ...]:
    plain = (rule.partition("=") for rule in roots["prefixes"].split())
    melted = (Prefix(prefix, first) for prefix, sounds in roots["melted"].items() for first in sounds)
    return (Prefix(""), *melted, *(Prefix(prefix, "", tuple(letters)) for prefix, _, letters in plain))


def _read(text: str) -> Language:
    data = tomllib.loads(text)
    roots = data.get("roots", NO_ROOTS)
    return Language(
        code=data["code"],
        name=data["name"],
        stemmer=Stemmer.Stemmer(data["stemmer"]),
        stop=frozenset(data["stop"].split()),
        slang={**data["slang"], **data.get("regional", {})},
        prefixes=tuple((rule["from"], rule["to"]) for rule in data.get("prefix", ())),
        roots=frozenset(roots["words"].split()),
        before=_before(roots),
        endings=("", *roots["endings"].split()),
        zeros=data["zeros"],
        units=frozenset(data["units"].split()),
        suffixes=tuple(data["affixes"]["suffixes"]),
        shortest_stem=data["affixes"]["shortest"],
        negation=tuple(data["negation"]["words"].split()),
        chatter=frozenset(data["chatter"]["words"].split()),
        greeting=frozenset(data["chatter"]["greeting"].split()),
        asking=frozenset(data["chatter"]["asking"].split()),
        furniture=_patterns(data["furniture"]),
        question=_patterns(data["question"]),
        months=tuple(data["months"].split()),
        commands={name: _phrases(words) for name, words in data["commands"].items()},
        choosing=frozenset(data["choosing"]["words"].split()),
        ordinals={word: at for at, words in enumerate(data["choosing"]["ordinals"], 1) for word in words.split()},
        thanks=_phrases(data["feelings"]["thanks"]),
        insults=_phrases(data["feelings"]["insults"]),
        beside=frozenset(data["feelings"]["beside"].split()),
        despair=Despair(**{name: _phrases(words) for name, words in data["despair"].items()}),
        topics={id: tuple(words.split()) for id, words in data["topics"].items()},
        say=data["say"],
    )


def _load() -> dict[str, Language]:
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml"))
    found = (_read(file.read_text(encoding="utf-8")) for file in files)
    return {each.code: each for each in sorted(found, key=lambda each: each.code != DEFAULT)}


LANGUAGES: Mapping[str, Language] = _load()
"""By code, the default first."""


def language(code: str) -> Language:
    """The language with this code, or the default: Malay and unknown codes are read and answered as Indonesian."""
    return LANGUAGES.get(code[:2].lower(), LANGUAGES[DEFAULT])
