"""A language's words for attribution, read once from its data file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from periksa.lang import DEFAULT
from periksa.model import Force


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of saying. `clause`: it takes any object, so only "that", a comma or a quotation makes it attribute."""

    force: Force
    after: bool = False
    before: bool = False
    clause: bool = False


@dataclass(frozen=True, eq=False)
class Speech:
    """One language's data, ready for use. Word lists hold folded words; patterns are compiled."""

    code: str
    modifiers_first: bool
    """Whether the body stands before the office: Kremlin spokesman."""
    verbs: Mapping[str, Verb]
    words: Mapping[str, frozenset[str]]
    patterns: Mapping[str, re.Pattern[str]]
    official: frozenset[str]
    """Words that belong to offices and bodies, not to names, unless a data pattern says so of more."""
    weekdays: Mapping[str, int]
    """Days of the week → 0 for Monday …"""
    months: Mapping[str, int]
    days: re.Pattern[str]
    """Any way to write a day, with or without its year."""
    dated: re.Pattern[str]
    """What every way to write a day has in it; quickly found."""

    def has(self, kind: str, word: str) -> bool:
        """Whether the word is in that list, however it is written."""
        return word.casefold() in self.words[kind]


PLACES = ("after", "before", "clause")


def _verbs(table: Mapping[str, Mapping[str, str]]) -> dict[str, Verb]:
    placed: dict[str, dict[str, Any]] = {}
    for force, lists in table.items():
        for place in PLACES:
            for form in lists.get(place, "").split():
                placed.setdefault(form, {"force": Force(force)})[place] = True
    return {form: Verb(**known) for form, known in placed.items()}


def _numbered(words: str, first: int) -> dict[str, int]:
    return {word: number for number, group in enumerate(words.split(), first) for word in group.split("|")}


def _any(words: Mapping[str, Any]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _days(weekdays: Mapping[str, int], months: Mapping[str, int], order: str) -> re.Pattern[str]:
    """A day as newsrooms write it: Senin (3/2), Rabu 25 Juni 2025, June 25, on Monday.

    `order`: what a day in numbers begins with, "day" or "month".
    """
    number, year = r"[0-3]?\d", r"(?:,? ?(?P<{}>(?:19|20)\d\d))?"
    day, month = rf"(?P<d1>{number})", r"(?P<m1>[01]?\d)"
    both = f"{month}/{day}" if order == "month" else f"{day}/{month}"
    slashed = rf"{both}(?:/(?P<y1>(?:19|20)?\d\d))?(?!\d)"
    day_first = rf"(?P<d2>{number}) (?P<m2>{_any(months)})\b\.?{year.format('y2')}"
    month_first = rf"(?P<m3>{_any(months)})\b\.? (?P<d3>{number})\b(?:st|nd|rd|th)?{year.format('y3')}"
    named = rf"(?P<weekday>{_any(weekdays)})\b[a-z ]{{0,14}}?,? ?\(?"
    return re.compile(
        rf"(?<!\w)(?:(?:{named})?(?:{slashed}|{day_first}|{month_first})|(?P<only>{_any(weekdays)})\b)", re.I
    )


def _patterns(table: Mapping[str, Any]) -> dict[str, re.Pattern[str]]:
    alike = {name: re.compile(rf"\b(?:{one})", re.I) for name, one in table.items() if isinstance(one, str) and one}
    exact = ("nominal", "place", "abbreviations", "alias", "small_names", "explained", "addressee", "told")
    return alike | {
        **{name: re.compile(table[name]) for name in exact},
        "abbreviations": re.compile(rf"(?:^|[\s(.])(?:{table['abbreviations']}|[A-Z])$"),
        "breaks": re.compile("|".join(table["breaks"])),
        "added": re.compile(rf"(?:{table['added'] or '(?!)'}) ", re.I),
        "medium": re.compile(
            rf"\b(?i:{table['medium_before']}|{table['via']}) (?P<medium>{'|'.join(table['mediums'])})(?!\w)"
        ),
        "medium_ends": re.compile(rf"[,;:(\"“”?!\n]|\.(?=\s|$)|\s(?:{table['medium_ends']})\b|\d\d?[ /]"),
    }


@cache
def speech(language: str) -> Speech:
    """The data of this language; of Indonesian for one that has none."""
    found = {each.code: each for each in _all()}
    return found.get(language[:2].lower(), found[DEFAULT])


@cache
def _all() -> tuple[Speech, ...]:
    files = (file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml"))
    return tuple(_read(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files)


def _read(data: Mapping[str, Any]) -> Speech:
    verbs = _verbs(data["verb"])
    words = {kind: frozenset(words.split()) for kind, words in data["words"].items()}
    weekdays, months = _numbered(data["dates"]["weekdays"], 0), _numbered(data["dates"]["months"], 1)
    return Speech(
        code=data["code"],
        modifiers_first=data["modifiers_first"],
        verbs=verbs,
        words=words,
        official=frozenset().union(*(words[kind] for kind in ("roles", "institutions", "bodies", "first"))),
        patterns=_patterns(data["patterns"]),
        weekdays=weekdays,
        months=months,
        days=_days(weekdays, months, data["dates"]["order"]),
        dated=re.compile(rf"\d|{_any(weekdays)}", re.I),
    )
