"""Articles that their publisher took back, and that say so themselves. The rules are data, withdrawn.toml.

A mark must speak of the article it stands on: articles about withdrawn goods, laws or papers are many, and stay.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from periksa.sources.site import Site

LEAD = 3
"""A mark stands on one of so many first lines."""
WORDS = ("retracted", "withdrawn", "dicabut", "ditarik")
"""What mark-up says of such an article's status."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which publishers say so. `where` and `unlike`: see withdrawn.toml."""

    name: str
    where: str
    pattern: re.Pattern[str]
    example: str
    unlike: tuple[str, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of withdrawn.toml, in its order."""
    data = tomllib.loads(resources.files(__package__).joinpath("withdrawn.toml").read_text("utf-8"))
    return tuple(
        Rule(rule["name"], rule["where"], re.compile(rule["pattern"]), rule["example"], tuple(rule["not"]))
        for rule in data["rule"]
    )


def is_withdrawn(
    title: str, lines: Sequence[str], site: Site, elements: Mapping[tuple[str, ...], Sequence[str]] | None = None
) -> bool:
    """Whether headline, first lines or the profile's elements of an article say that its publisher took it back."""
    texts = {"title": (title,), "first": lines[:1], "lead": lines[:LEAD], "text": lines[:LEAD]}
    if any(rule.pattern.search(text) for rule in rules() for text in texts[rule.where]):
        return True
    found = elements or {}
    marked = ((mark, found.get(mark.selector, ()) if mark.selector else texts[mark.where]) for mark in site.withdrawn)
    return any(re.search(mark.pattern, text) for mark, where in marked for text in where)


def is_status(word: object) -> bool:
    """Whether a field for the status of an article says so."""
    return isinstance(word, str) and re.split(r"[/#]", word.strip().casefold())[-1] in WORDS
