"""What the page says, and in which language: the tables of `texts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Texts:
    """One language."""

    language: str
    """Its tag for `<html lang>`."""
    readers: frozenset[str]
    """The languages whose readers get this one."""
    words: Mapping[str, str]
    examples: tuple[str, ...]
    months: tuple[str, ...]
    library: Mapping[str, str]
    """What the pages of the library say."""

    def day(self, day: date) -> str:
        """A date as a newspaper prints it: "17 Januari 2022"."""
        return self.words["day"].format(day=day.day, month=self.months[day.month - 1], year=day.year)


def load() -> tuple[Texts, ...]:
    """Every language, the default first."""
    tables = tomllib.loads(files(__package__).joinpath("texts.toml").read_text("utf-8"))
    return tuple(_texts(language, table) for language, table in tables.items())


def _texts(language: str, table: dict[str, Any]) -> Texts:
    return Texts(
        language,
        readers=frozenset(table["for"]),
        words={key: text for key, text in table.items() if isinstance(text, str)},
        examples=tuple(table["examples"]),
        months=tuple(table["months"]),
        library=table["library"],
    )


def choose(languages: tuple[Texts, ...], accept: str) -> Texts:
    """The language an `Accept-Language` header (RFC 9110, 12.5.4) prefers, the default if it names none of them."""
    for wish in sorted(accept.split(","), key=_weight, reverse=True):
        tag = wish.split(";")[0].strip().lower().split("-")[0]
        for texts in languages:
            if tag in texts.readers and _weight(wish) > 0:
                return texts
    return languages[0]


def _weight(wish: str) -> float:
    _, _, quality = wish.partition(";q=")
    try:
        return float(quality or 1)
    except ValueError:
        return 0
