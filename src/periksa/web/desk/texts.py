"""What the desk says, and in which language: the tables of `words/*.toml`, a file for each part of the desk."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

FIRST = "desk.toml"
"""It names the languages, in order."""

_STEPS = (("minutes", 60), ("hours", 3600), ("days", 86400))


@dataclass(frozen=True, slots=True)
class Texts:
    """One language."""

    language: str
    """Its tag."""
    words: Mapping[str, str]
    months: tuple[str, ...]

    def count(self, key: str, number: int) -> str:
        """A sentence about so many; "key_one" about one, where the language tells them apart."""
        one = self.words.get(f"{key}_one")
        return (one if number == 1 and one else self.words[key]).format(n=self.number(number))

    def number(self, number: int) -> str:
        """With its thousands set apart."""
        return f"{number:,}".replace(",", self.words["thousands"])

    def ago(self, at: datetime, now: datetime) -> str:
        """How long ago that was, in its largest unit; from ten days on the day itself is clearer."""
        span = max(now - at, timedelta()).total_seconds()
        unit, seconds = max((step for step in _STEPS if span >= step[1]), key=lambda step: step[1], default=("", 1))
        return self.count(f"ago_{unit}", int(span // seconds)) if unit else self.words["ago_now"]

    def day(self, day: datetime) -> str:
        """Day and time, where the newsroom is."""
        return self.words["moment"].format(day=day.day, month=self.months[day.month - 1], year=day.year, time=day)


def load() -> tuple[Texts, ...]:
    """Every language, the default first. Raises: ValueError if two files say the same key."""
    tables: dict[str, dict[str, Any]] = {}
    folder = files(__package__) / "words"
    for file in sorted(folder.iterdir(), key=lambda file: (file.name != FIRST, file.name)):
        for language, table in tomllib.loads(file.read_text("utf-8")).items():
            known = tables.setdefault(language, {})
            if twice := known.keys() & table.keys():
                raise ValueError(f"{file.name} says again what another file says: {', '.join(sorted(twice))}")
            known |= table
    return tuple(
        Texts(language, {key: text for key, text in table.items() if isinstance(text, str)}, tuple(table["months"]))
        for language, table in tables.items()
    )


def choose(languages: tuple[Texts, ...], wanted: str, accept: str) -> Texts:
    """The language chosen before, else the first that the browser names and we have, else the default."""
    tags = [wanted, *(tag.split(";")[0].strip().lower().split("-")[0] for tag in accept.split(","))]
    known = {each.language: each for each in languages}
    return next((known[tag] for tag in tags if tag in known), languages[0])
