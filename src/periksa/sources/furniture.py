"""Page furniture: what is printed around an article and is not the article. The rules are data, furniture.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

PLACES = ("top", "line", "below", "within")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of furniture. `where`: see furniture.toml."""

    name: str
    where: str
    pattern: re.Pattern[str]
    example: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of furniture.toml, in its order."""
    data = tomllib.loads(resources.files(__package__).joinpath("furniture.toml").read_text("utf-8"))
    return tuple(
        Rule(rule["name"], rule["where"], re.compile(rule["pattern"]), rule["example"]) for rule in data["rule"]
    )


def without_furniture(text: str) -> str:
    """A body of text without its furniture; line breaks and empty lines stay."""
    kept = (cut_within(line) for line in text.split("\n") if not is_furniture(line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def is_furniture(line: str, above_title: bool = False) -> bool:
    """Whether no part of this line is the article's."""
    return _any("line", "top" if above_title else "below").fullmatch(line.strip()) is not None


def cut_within(line: str) -> str:
    """The line without the furniture in it."""
    for rule in rules():
        if rule.where == "within":
            line = " ".join(filter(None, map(str.strip, rule.pattern.split(line))))
    return line.strip()


def rule_of(line: str) -> str:
    """The name of the rule by which a line, or a part of it, is furniture; empty if there is none."""
    whole = (rule.name for rule in rules() if rule.where in ("line", "below") and rule.pattern.fullmatch(line.strip()))
    within = (rule.name for rule in rules() if rule.where == "within" and rule.pattern.search(line))
    return next(whole, "") or next(within, "")


@cache
def _any(*places: str) -> re.Pattern[str]:
    """All rules of these places at once: nearly every line is the article's, and one look tells so."""
    return re.compile("|".join(f"(?:{rule.pattern.pattern})" for rule in rules() if rule.where in places))
