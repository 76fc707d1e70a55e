"""Candidates in order, each with the probability that it is the check of this claim.

For every stage (`features.py`) two linear models over its named features, learned by `training/rank.py` into
`weights/`: *points* order the candidates of one query (a listwise softmax), *sure* turns points, lead and features into
a probability (logistic regression, also taught on queries whose answer was taken out of the library). Candidates that
were read closely are judged once more, among themselves, and stand before those that were not.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from periksa.answers.features import STAGES, Asked, Pair, values
from periksa.model import Candidate, Found, Match, Query, Reason

KEPT = 10
"""How many matches a decision carries."""
TWINS = 0.6
"""Two heads that share this much of their words (Jaccard) examine the same claim."""
LEAD_LIMIT = 6.0


@dataclass(frozen=True)
class Weights:
    """What a feature counts: in general, and in addition for short questions."""

    general: Mapping[str, float]
    short: Mapping[str, float]
    bias: float = 0.0

    def shares(self, evidence: Mapping[str, float], short: float) -> dict[str, float]:
        """What each piece of evidence adds."""
        general, extra = self.general, self.short
        return {name: value * (general[name] + short * extra[name]) for name, value in evidence.items()}


@cache
def weights(stage: str) -> tuple[Weights, Weights]:
    """*points* and *sure* of a stage."""
    text = resources.files("periksa.answers").joinpath("weights", f"{stage}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Weights(**data["points"]), Weights(**data["sure"])


def brevity(query: Query) -> float:
    """1 for a keyword, 0 for a forward, in between for a sentence: features weigh differently in each."""
    return min(1.0, max(0.0, (14 - len(query.words)) / 10))


def rank(query: Query, found: Found) -> tuple[Match, ...]:
    """The best matches, best first, each with its probability and the reasons for it."""
    asked = Asked(query, found)
    everything = range(len(found.candidates))
    order, matches = _judged(asked, found.candidates, everything, asked.stage)
    read = [at for at in order if "close" in found.candidates[at].scores]
    if not read or asked.stage != STAGES[-2]:
        return tuple(matches)
    _, again = _judged(asked, found.candidates, read, STAGES[-1])
    unread = (match for at, match in zip(order, matches, strict=True) if at not in read)
    return (*again, *unread)


def _judged(
    asked: Asked, candidates: Sequence[Candidate], some: Sequence[int], stage: str
) -> tuple[list[int], list[Match]]:
    """The best of some candidates: their places, best first, and their matches."""
    points_by, sure_by = weights(stage)
    short = brevity(asked.query)
    evidence = {at: values(Pair(asked, candidates[at], at), stage) for at in some}
    points = {at: sum(points_by.shares(each, short).values()) for at, each in evidence.items()}
    order = sorted(points, key=lambda at: -points[at])[:KEPT]
    length = {"length": math.log1p(len(asked.query.words))}
    matches = []
    for at in order:
        whole = evidence[at] | standing(at, order, points, candidates, stage) | length
        matches.append(_match(candidates[at], sure_by.shares(whole, short), whole, sure_by.bias))
    return order, matches


def standing(
    at: int, order: Sequence[int], points: Mapping[int, float], candidates: Sequence[Candidate], stage: str
) -> dict[str, float]:
    """How a candidate stands: its points, its lead over the best other, and over the best one of another claim.

    In the last stage also how far the close reader puts it before the others of another claim.
    """
    others = [other for other in order if other != at]
    rivals = [other for other in others if not twins(candidates[at], candidates[other])]
    stands = {
        "points": points[at] / 10,
        "lead": _lead(points[at], [points[other] for other in others]),
        "lead_over_other_claims": _lead(points[at], [points[other] for other in rivals]),
    }
    if stage == STAGES[-1]:
        odds = candidates[at].scores["close"]
        stands["read_lead"] = _lead(odds, [candidates[other].scores["close"] for other in rivals]) / LEAD_LIMIT
    return stands


def _lead(own: float, others: Sequence[float]) -> float:
    lead = own - max(others) if others else LEAD_LIMIT
    return max(-LEAD_LIMIT, min(LEAD_LIMIT, lead))


def twins(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates examine the same claim, as far as their words tell."""
    a, b = set(one.words), set(other.words)
    return len(a & b) >= TWINS * len(a | b)


def _match(candidate: Candidate, shares: Mapping[str, float], evidence: Mapping[str, float], bias: float) -> Match:
    reasons = (Reason(name, evidence[name], share) for name, share in shares.items())
    logit = bias + sum(shares.values())
    return Match(
        article=candidate.article,
        score=1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))),
        reasons=tuple(sorted(reasons, key=lambda reason: -abs(reason.share))),
    )
