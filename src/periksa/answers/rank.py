"""Candidates in order, each with the probability that it is the check of this claim.

Two linear models over the same named features (`features.py`), learned by `training/rank.py` into `weights.toml`:
*points* order the candidates of one query (a listwise softmax), *sure* turns points, lead and features into a
probability (logistic regression, also taught on queries whose answer was taken out of the library).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from periksa.answers.features import Asked, Pair, values
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
def _weights() -> tuple[Weights, Weights]:
    text = resources.files("periksa.answers").joinpath("weights.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Weights(**data["points"]), Weights(**data["sure"])


def brevity(query: Query) -> float:
    """1 for a keyword, 0 for a forward, in between for a sentence: features weigh differently in each."""
    return min(1.0, max(0.0, (14 - len(query.words)) / 10))


def rank(query: Query, found: Found) -> tuple[Match, ...]:
    """The best matches, best first, each with its probability and the reasons for it."""
    points_by, sure_by = _weights()
    asked = Asked(query, found)
    short = brevity(query)
    evidence = [values(Pair(asked, candidate, at)) for at, candidate in enumerate(found.candidates)]
    points = [sum(points_by.shares(each, short).values()) for each in evidence]
    order = sorted(range(len(points)), key=lambda at: -points[at])[:KEPT]
    matches = []
    for at in order:
        whole = evidence[at] | standing(at, order, points, found.candidates) | {"length": math.log1p(len(query.words))}
        matches.append(_match(found.candidates[at], sure_by.shares(whole, short), whole, sure_by.bias))
    return tuple(matches)


def standing(
    at: int, order: Sequence[int], points: Sequence[float], candidates: Sequence[Candidate]
) -> dict[str, float]:
    """How a candidate stands: its points, its lead over the best other, and over the best one of another claim."""
    others = [other for other in order if other != at]
    rivals = [other for other in others if not twins(candidates[at], candidates[other])]
    return {
        "points": points[at] / 10,
        "lead": _lead(points[at], [points[other] for other in others]),
        "lead_over_other_claims": _lead(points[at], [points[other] for other in rivals]),
    }


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
