"""Numbers for people to look at: a period, and what happened in it. Small ones are kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from periksa.model.casework import Listed
from periksa.model.numbers import Figure

K = TypeVar("K")

LEAST = 10
"""What is counted by channel, language or hour of the week, and shares and times, show from so many on."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, where the newsroom is."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The one of the same length that ends the day before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or an hour of the only day."""

    label: str
    """"2026-11-23", or "07"."""
    counts: Mapping[Figure, int]


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took."""

    count: int
    median: float | None
    slowest: float | None
    """Seconds: half took no longer, 95 of 100 took no longer; to within 9 %. None of fewer than `LEAST`."""
    steps: tuple[tuple[float, int], ...] = ()
    """How many took less than so many seconds, and no less than those of the step before."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact-check that was told, and how often before."""

    article: str
    title: str
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to see of a period."""

    period: Period
    since: datetime | None
    """The beginning of the first hour in which a question was counted."""
    totals: Mapping[Figure, int]
    before: Mapping[Figure, int]
    """The same of the period before."""
    series: tuple[Moment, ...]
    reply: Times
    later: Times
    late: tuple[int, datetime | None]
    """Now: open cases that were first asked more than 24 hours ago, and when the first of them was."""
    channels: Mapping[str, int | None]
    languages: Mapping[str, int | None]
    """Questions by name, most first; None: fewer than `LEAST`, or kept back so that those cannot be told."""
    week: Sequence[Sequence[int | None]]
    """Questions by weekday, Monday first, and hour."""
    told: tuple[Ask, ...]
    asked: tuple[tuple[Listed, int, int], ...]
    """Open cases that are asked most now; in the last 24 hours, and in the 24 before."""

    @property
    def questions(self) -> int:
        """How many were decided."""
        return asked(self.totals)

    @property
    def asked_before(self) -> int:
        """The same of the period before."""
        return asked(self.before)

    @property
    def opinions(self) -> int:
        """How many said whether a reply helped."""
        return self.totals.get(Figure.HELPED, 0) + self.totals.get(Figure.UNHELPED, 0)

    @property
    def helpful(self) -> float | None:
        """The share of them whom it did help; None of fewer than `LEAST`."""
        return self.totals.get(Figure.HELPED, 0) / self.opinions if self.opinions >= LEAST else None


def asked(counts: Mapping[Figure, int]) -> int:
    """Questions that a search decided: what was refused of an offer had been counted as the offer."""
    return counts.get(Figure.ANSWERED, 0) + counts.get(Figure.OFFERED, 0) + counts.get(Figure.HANDED_OVER, 0)


def protected(counts: Mapping[K, int]) -> dict[K, int | None]:
    """Without those of which there are fewer than `LEAST`; where that is one alone, without the next one either."""
    small = [key for key, count in counts.items() if 0 < count < LEAST]
    if len(small) == 1:
        rest = [key for key, count in counts.items() if count >= LEAST]
        small += sorted(rest, key=lambda key: counts[key])[:1]
    return {key: None if key in small else count for key, count in counts.items()}
