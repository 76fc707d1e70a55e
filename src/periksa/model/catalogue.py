"""The library as editors look at it: what is in it, how its sources do, what had to be put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from periksa.model.articles import Article, ArticleKind
from periksa.model.library import Edition
from periksa.model.ratings import Scale
from periksa.model.visits import Trouble


@dataclass(frozen=True, slots=True)
class Shelved:
    """What is looked for in the library. Empty lets everything through."""

    kind: ArticleKind | None = None
    outlet: str = ""
    rating: str = ""
    """The publisher's word, letter for letter."""
    language: str = ""
    since: date | None = None
    until: date | None = None
    """First and last day; what has no day is then left out."""


@dataclass(frozen=True, slots=True)
class Used:
    """A word with which a publisher rates."""

    outlet: str
    rating: str
    articles: int
    example: str
    """Id of an article that is rated so."""
    scale: Scale | None = None
    """What it comes to; None where nobody has said."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the library, newest first."""

    editions: tuple[Edition, ...]
    more: str = ""
    """Where the next page begins; empty: there is none."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An article that its publisher changed or withdrew after somebody was told it."""

    id: str
    at: datetime
    withdrawn: bool = False
    article: Article | None = None
    """As it is now."""
    said: str = ""
    """Where it has left: its claim as people were told it."""
    told: Mapping[str, int] = field(default_factory=dict)
    """People who were told it, by channel; a person once on each."""
    corrected: Mapping[str, int] = field(default_factory=dict)
    """Those of them who were told what holds instead."""


@dataclass(frozen=True, slots=True)
class Version:
    """What people were told of an article, and hold to be so now."""

    words: str
    """Rating and claim as they stood in our reply."""
    people: Mapping[str, int]
    """By channel."""
    holds: bool
    """Whether the article still says so."""


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision, looked at closely."""

    revision: Revision
    versions: tuple[Version, ...]
    """What each person was told last, those that most were told first."""
    counted: int
    """Replies that were looked through."""


@dataclass(frozen=True, slots=True)
class Source:
    """A site that is visited, and how it does."""

    name: str
    last_at: datetime | None
    next_at: datetime | None
    brought: int
    """Articles in the last seven days."""
    expected: float
    """Articles in a slow week, as its profile says."""
    waiting: int
    """Addresses to be fetched now."""
    ails: str
    """What is wrong in one word, empty where nothing is: asks, never, unreached, overdue, few."""
    troubles: tuple[Trouble, ...] = ()
    trouble_count: int = 0
