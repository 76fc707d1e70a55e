"""Round-ups: articles that tell of several checks, and are no check of one claim. The rules are data, roundups.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which round-ups are headed."""

    name: str
    pattern: re.Pattern[str]
    example: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of roundups.toml, in its order."""
    data = tomllib.loads(resources.files(__package__).joinpath("roundups.toml").read_text("utf-8"))
    return tuple(Rule(rule["name"], re.compile(rule["pattern"]), rule["example"]) for rule in data["rule"])


def is_roundup(title: str) -> bool:
    """Whether a headline is that of a round-up."""
    return any(rule.pattern.search(title) for rule in rules())
