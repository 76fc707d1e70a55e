"""What editors make of our answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from periksa.model.articles import Article
from periksa.model.numbers import Outcome

Z = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Floors:
    """How probable a match must be, at least, to be given as the answer, and to be offered. From 0 to 1."""

    answer: float
    offer: float
    by: str = ""
    at: datetime | None = None


class Says(StrEnum):
    """Whether an answer answered the question."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Sampled:
    """One of a week's answered questions that chance put forward to be judged."""

    week: date
    """Its Monday, where the newsroom is."""
    place: int
    """In the order of chance: any number of the first is a sample too."""
    reply: str
    out_of: int
    """How many were answered in that week."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an editor says of an answer; their last word counts."""

    reply: str
    by: str
    says: Says
    at: datetime


@dataclass(frozen=True, slots=True)
class Unhelpful:
    """A reply whose reader said that it did not help."""

    at: datetime
    reply: str
    message: str
    article: str
    outcome: Outcome | None
    """None where an editor had answered."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An answer that its reader found unhelpful, or an offer from which nobody picked."""

    at: datetime
    text: str
    """What was asked; empty where it was taken back."""
    articles: tuple[Article, ...]
    """What was told, or offered."""
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Foresight:
    """What other floors would have made of the questions since then whose people are not forgotten."""

    since: datetime
    answers: int
    to_offers: int
    """Of the answers a search gave: those that would have been offers."""
    offers: int
    to_editors: int
    """Of the offers: those that would have been handed over."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Right ones among those judged right or wrong, and where the true share lies, 95 times in 100."""

    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Week:
    """A week's sample, and how far it is judged."""

    monday: date
    out_of: int
    """Answered questions in that week; 0 where nothing was drawn yet."""
    size: int
    counts: Mapping[Says, int]
    """Where two editors say two things, it is unsure."""
    mine: int
    """Judged by whoever looks."""
    precision: Precision

    @property
    def judged(self) -> int:
        """By anybody."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ToJudge:
    """One of a sample, as it is judged."""

    sampled: Sampled
    size: int
    text: str
    article: Article | None
    outcome: Outcome | None
    """None, and no text, where whoever asked was forgotten."""
    mine: Verdict | None
    others: tuple[Verdict, ...]
    """Shown to those who have said theirs."""


def settled(verdicts: Iterable[Verdict]) -> Says | None:
    """What editors say together of one reply."""
    says = {verdict.says for verdict in verdicts}
    return None if not says else says.pop() if len(says) == 1 else Says.UNSURE


def precision(right: int, wrong: int) -> Precision:
    """With Wilson's interval (E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22, 1927, 209–212; doi:10.1080/01621459.1927.10502953)."""
    return _wilson(right / (right + wrong), right + wrong) if right + wrong else Precision(None, 0.0, 1.0)


def together(weeks: Iterable[Week]) -> Precision:
    """Of several weeks, each by how many were answered in it: a sample of a quiet week speaks for fewer.

    The interval is Wilson's at Kish's effective size, 1 / Σ W²/n (L. Kish, "Survey Sampling", 1965, 11.7).
    """
    known = [week for week in weeks if week.precision.share is not None]
    whole = sum(week.out_of for week in known)
    if not whole:
        return Precision(None, 0.0, 1.0)
    parts = [(week.out_of / whole, week.precision.share or 0.0, _sure(week)) for week in known]
    share = sum(weight * value for weight, value, _ in parts)
    return _wilson(share, 1 / sum(weight * weight / size for weight, _, size in parts))


def _sure(week: Week) -> int:
    return week.counts.get(Says.RIGHT, 0) + week.counts.get(Says.WRONG, 0)


def _wilson(share: float, size: float) -> Precision:
    weight = Z * Z / size
    middle = (share + weight / 2) / (1 + weight)
    reach = Z * math.sqrt(share * (1 - share) / size + weight / (4 * size)) / (1 + weight)
    return Precision(share, max(0.0, middle - reach), min(1.0, middle + reach))
