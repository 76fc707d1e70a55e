"""The library as a reader walks through it: newest first, a page at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from periksa.model.articles import Article, ArticleKind, Statement

_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is let through. Empty lets everything."""

    kind: ArticleKind | None = None
    outlet: str = ""
    language: str = ""
    since: date | None = None
    """The first day; what has no day is then left out."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An article as it stands in the library since `changed_at`."""

    article: Article
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """An article is new or was changed at that time; without an edition, it was withdrawn then."""

    at: datetime
    id: str
    edition: Edition | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and the article that reports it, of which it is number `number`, from 0."""

    statement: Statement
    article: Article
    number: int

    @property
    def day(self) -> date | None:
        """When it was said; where the article does not tell, when that was published."""
        return self.statement.date or self.article.date


class Place(NamedTuple):
    """Where a reader is in a list, newest day first: behind this article, and this one of its statements."""

    day: date | None
    """None: where what has no day stands, behind all the rest."""
    id: str
    number: int = 0


def speaker_key(name: str) -> str:
    """One key for all spellings of a speaker that differ in capitals and marks: "dmitry-peskov". Empty for no name."""
    return "-".join(_NOT_A_WORD.sub(" ", name.casefold()).split())
