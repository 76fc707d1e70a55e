"""Figures of a group of questions, and floors under them.

S@k is the share of questions whose right article is among the first k; MRR@5 the mean of 1/rank of the first right one,
0 beyond the fifth. Every share can be had with its 95 % interval.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Protocol

from periksa.measure.asking import Measured
from periksa.measure.questions import NORMAL
from periksa.model import DecisionKind

Z = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    def interval(self) -> tuple[float, float]:
        """Where the true share lies, 95 times in 100 (Wilson's interval); anywhere if nothing was counted."""
        if not self.whole:
            return 0.0, 1.0
        share, weight = self.part / self.whole, Z * Z / self.whole
        middle = (share + weight / 2) / (1 + weight)
        reach = Z * math.sqrt(share * (1 - share) / self.whole + weight / (4 * self.whole)) / (1 + weight)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    @property
    def margin(self) -> float:
        """How far the interval reaches from the share, to the farther side."""
        low, high = self.interval()
        value = self.value or 0.0
        return max(value - low, high - value)


class Summarised(Protocol):
    """Figures that have names."""

    def summary(self) -> Mapping[str, float | None]:
        """Name → value; None where there is none."""
        ...


@dataclass
class Figures:
    """The figures of one group of questions; precision has no value where nothing was answered."""

    absent: bool = False
    """Whether the right articles are not in the library: nothing can be found, and every answer is wrong."""
    n: int = 0
    first: int = 0
    five: int = 0
    reciprocal: float = 0.0
    decided: dict[DecisionKind, int] = field(default_factory=lambda: defaultdict(int))
    right_answers: int = 0
    right_shown: int = 0
    ms: list[float] = field(default_factory=list)

    def add(self, measured: Measured) -> None:
        """Count one question."""
        rank = measured.rank
        self.n += 1
        self.first += rank == 1
        self.five += 1 <= rank <= 5
        self.reciprocal += 1 / rank if 1 <= rank <= 5 else 0.0
        self.decided[measured.decision.kind] += 1
        self.right_answers += measured.answered and measured.shown_right
        self.right_shown += measured.shown_right
        self.ms.append(measured.ms)

    def share(self, kind: DecisionKind) -> Share:
        """Questions decided so."""
        return Share(self.decided[kind], self.n)

    @property
    def precision(self) -> Share:
        """Of the answers, those that were right."""
        return Share(self.right_answers, self.decided[DecisionKind.ANSWER])

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the questions was decided."""
        return sorted(self.ms)[min(self.n - 1, int(share * self.n))]

    def shares(self) -> dict[str, Share]:
        """Every share by name, as floors and tables know it."""
        return {
            "s1": Share(self.first, self.n),
            "s5": Share(self.five, self.n),
            "answered": self.share(DecisionKind.ANSWER),
            "offered": self.share(DecisionKind.OFFER),
            "handed_over": self.share(DecisionKind.HAND_OVER),
            "precision": self.precision,
            "shown_right": Share(self.right_shown, self.n),
        }

    def summary(self) -> dict[str, float | None]:
        """The figures by name, as floors know them."""
        return {"n": self.n, "mrr5": self.reciprocal / self.n, **_values(self.shares())}


@dataclass
class Stream:
    """The figures of a stream of questions of which a part cannot be answered from the library."""

    answerable: int = 0
    unanswerable: int = 0
    answers: int = 0
    right_answers: int = 0
    right_shown: int = 0
    silent: int = 0
    """Unanswerable questions that got no answer: an offer or a hand-over is no answer."""

    def add(self, measured: Measured, answerable: bool) -> None:
        """Count one question."""
        self.answerable += answerable
        self.unanswerable += not answerable
        self.answers += measured.answered
        self.right_answers += measured.answered and measured.shown_right
        self.right_shown += measured.shown_right
        self.silent += not answerable and not measured.answered

    @property
    def wrongly(self) -> Share:
        """Unanswerable questions that were answered."""
        return Share(self.unanswerable - self.silent, self.unanswerable)

    def shares(self) -> dict[str, Share]:
        """Every share by name, as floors and tables know it."""
        return {
            "precision": Share(self.right_answers, self.answers),
            "answered_right": Share(self.right_answers, self.answerable),
            "shown_right": Share(self.right_shown, self.answerable),
            "silent": Share(self.silent, self.unanswerable),
        }

    def summary(self) -> dict[str, float | None]:
        """The figures by name, as floors know them."""
        return {"n": self.answerable + self.unanswerable, "answerable": self.answerable, **_values(self.shares())}


def _values(shares: Mapping[str, Share]) -> dict[str, float | None]:
    return {name: share.value for name, share in shares.items()}


def evaluate(measured: Iterable[Measured], held: Set[str]) -> dict[str, Figures]:
    """Figures per "kind/type" of question, in order of first appearance; `held` are the ids of the library.

    Questions none of whose right articles is held stand in a group of their own, "absent kind/type".
    """
    groups: dict[str, Figures] = {}
    for each in measured:
        absent = held.isdisjoint(each.question.right)
        name = f"{'absent ' if absent else ''}{each.question.kind}/{each.question.type}"
        groups.setdefault(name, Figures(absent)).add(each)
    return groups


def streams(measured: Iterable[Measured], held: Set[str]) -> dict[str, Stream]:
    """Figures of a stream with unanswerable questions in it, per "kind/type", by name.

    The last group, "all/normal", pools every question of type normal.
    """
    groups: dict[str, Stream] = {}
    whole = Stream()
    for each in measured:
        answerable = not held.isdisjoint(each.question.right)
        groups.setdefault(f"{each.question.kind}/{each.question.type}", Stream()).add(each, answerable)
        if each.question.type == NORMAL:
            whole.add(each, answerable)
    return dict(sorted(groups.items())) | {f"all/{NORMAL}": whole}


def below(figures: Mapping[str, Summarised], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A sentence for every floor that was not reached, and for every group or figure that was not measured.

    The precision of a group in which nothing was answered is not measured: silence passes no floor.
    """
    missed = []
    for group, wanted in floors.items():
        if group not in figures:
            missed.append(f"{group}: not measured")
            continue
        reached = figures[group].summary()
        for name, floor in wanted.items():
            value = reached.get(name)
            if value is None:
                missed.append(f"{group}: there is no {name}, the floor is {floor:.3f}")
            elif value < floor:
                missed.append(f"{group}: {name} is {value:.3f}, the floor is {floor:.3f}")
    return missed
