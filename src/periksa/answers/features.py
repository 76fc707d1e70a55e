"""Features: what speaks for a candidate, each a pure function with a name.

To add one, add a function under `@feature` and run `training/rank.py`, which learns what it is worth.

A feature belongs to a stage and those after it. *words*: what needs no model. *gist*: what needs an encoder besides, a
small table. *meaning*: the same by a network, whose cosines weigh otherwise. *close*: what needs the close reader's
word on this very pair besides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from periksa.model import Candidate, Found, Query

LISTS = ("head", "all", "grams")
STAGES = ("words", "gist", "meaning", "close")
RISING = frozenset(
    ("numbers_met", "no_other_number", "question_covered_anywhere", "same_order", "dated", "meaning")
) | {
    "read_closely",
    "read_lead",
    "points",
}
"""What can only speak for a candidate, whatever else is known: its weight is never negative."""
READ_LIMIT = 8.0
"""Beyond these log odds the close reader's word counts no more."""


class Asked:
    """The query against all its candidates: what is computed once."""

    def __init__(self, query: Query, found: Found) -> None:
        self.query = query
        self.rarity = found.rarity
        self.rarest = math.log(1 + 2 * max(1, found.total))
        said = [found.mended.get(word, (word,)) for word in query.words]
        words = [word for alternatives in said for word in alternatives]
        self.words = frozenset(words)
        """What was asked for; for a word that the library does not know, those that were searched instead."""
        self.pairs = frozenset(pairwise(words))
        self.numbers = frozenset(query.numbers)
        self.weight = sum(max(self.tells((word,)) for word in each) for each in set(said)) or 1.0
        lists = (*LISTS, "meaning") if any("meaning" in c.scores for c in found.candidates) else LISTS
        scores = {name: [c.scores.get(name, 0.0) for c in found.candidates] for name in lists}
        self.stage = query.meaning.stage if query.meaning and len(lists) > len(LISTS) else STAGES[0]
        """How far all candidates were looked at; those read closely go one stage further."""
        self.best = {name: max(of_all, default=0.0) or 1.0 for name, of_all in scores.items()}
        self.rank = {name: _ranks(of_all) for name, of_all in scores.items()}

    def tells(self, words: Iterable[str]) -> float:
        """How much these words tell: their rarity, summed."""
        rarity = self.rarity
        return sum([rarity.get(word, 0.0) for word in words])


def _ranks(scores: Sequence[float]) -> list[int]:
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    ranks = [0] * len(scores)
    for rank, at in enumerate(order):
        ranks[at] = rank
    return ranks


@dataclass(frozen=True)
class Pair:
    """One candidate beside the query. Heads are the analysed words of title and claim."""

    asked: Asked
    candidate: Candidate
    at: int
    """The candidate's place in `Found.candidates`."""

    @cached_property
    def head(self) -> frozenset[str]:
        """The words of title and claim."""
        return frozenset(self.candidate.words)

    @cached_property
    def shared(self) -> frozenset[str]:
        """Words of title and claim that were asked for."""
        return self.head & self.asked.words

    @cached_property
    def told(self) -> float:
        """How much the shared words tell: their rarity, summed."""
        return self.asked.tells(self.shared)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers in title and claim."""
        return frozenset(word for word in self.head if word.isdigit())


Feature = Callable[[Pair], float]
FEATURES: dict[str, dict[str, Feature]] = {stage: {} for stage in STAGES}
"""Stage → name → function; a later stage has all features of those before it."""


def feature(stage: str) -> Callable[[Feature], Feature]:
    """Register a feature under its own name, in this stage and the later ones."""

    def register(function: Feature) -> Feature:
        for each in STAGES[STAGES.index(stage) :]:
            FEATURES[each][function.__name__] = function
        return function

    return register


@feature("words")
def head(pair: Pair) -> float:
    """Words met in title and claim (BM25), beside the best candidate's."""
    return pair.candidate.scores["head"] / pair.asked.best["head"]


@feature("words")
def everywhere(pair: Pair) -> float:
    """Words met anywhere in the article (BM25), beside the best candidate's."""
    return pair.candidate.scores["all"] / pair.asked.best["all"]


@feature("words")
def letters(pair: Pair) -> float:
    """Runs of letters met in title and claim (BM25 of character n-grams), beside the best candidate's."""
    return pair.candidate.scores["grams"] / pair.asked.best["grams"]


@feature("words")
def head_first(pair: Pair) -> float:
    """How early it stands in the list of title and claim: 1 for the first, ½ for the second …"""
    return 1 / (1 + pair.asked.rank["head"][pair.at])


@feature("words")
def everywhere_first(pair: Pair) -> float:
    """How early it stands in the list over all words."""
    return 1 / (1 + pair.asked.rank["all"][pair.at])


@feature("words")
def letters_first(pair: Pair) -> float:
    """How early it stands in the list over runs of letters."""
    return 1 / (1 + pair.asked.rank["grams"][pair.at])


@feature("words")
def claim_covered(pair: Pair) -> float:
    """How much of title and claim was asked for, by rarity."""
    return pair.told / (pair.asked.tells(pair.head) or 1.0)


@feature("words")
def question_covered(pair: Pair) -> float:
    """How much of the question stands in title and claim, by rarity."""
    return pair.told / pair.asked.weight


@feature("words")
def question_covered_anywhere(pair: Pair) -> float:
    """How much of the question stands anywhere in the article, by rarity."""
    return pair.candidate.scores["covered"] / pair.asked.weight


@feature("words")
def same_order(pair: Pair) -> float:
    """Neighbouring words of title and claim that were asked as neighbours."""
    words = pair.candidate.words
    neighbours = set(pairwise(words))
    return len(neighbours & pair.asked.pairs) / len(neighbours) if neighbours else 0.0


@feature("words")
def nothing_rare_missing(pair: Pair) -> float:
    """Minus the rarity of the most telling word of title and claim that was not asked; 1 is a word met nowhere else."""
    missing = pair.head - pair.asked.words
    return -max((pair.asked.rarity.get(word, 0.0) for word in missing), default=0.0) / pair.asked.rarest


@feature("words")
def numbers_met(pair: Pair) -> float:
    """Numbers of title and claim that were asked for; ½ where there are none."""
    return len(pair.numbers & pair.asked.numbers) / len(pair.numbers) if pair.numbers else 0.5


@feature("words")
def no_other_number(pair: Pair) -> float:
    """Minus the share of the question's numbers that the claim contradicts with others of its own."""
    other = pair.asked.numbers - pair.numbers
    return -len(other) / len(pair.asked.numbers) if pair.numbers and other else 0.0


@feature("words")
def evidence(pair: Pair) -> float:
    """Words met in title and claim, absolutely: ½ for the BM25 of one and a half of the rarest words there can be."""
    score = pair.candidate.scores["head"]
    return score / (score + 1.5 * pair.asked.rarest)


@feature("words")
def short_head(pair: Pair) -> float:
    """Minus the length of title and claim: a long head meets anything."""
    return -len(pair.head) / 20


@feature("words")
def fits_both_ways(pair: Pair) -> float:
    """Claim and question cover each other: the product of both shares."""
    return claim_covered(pair) * question_covered(pair)


@feature("words")
def dated(pair: Pair) -> float:
    """1 where the publisher says when it was checked."""
    return 1.0 if pair.candidate.article.date else 0.0


@feature("gist")
def meaning(pair: Pair) -> float:
    """How near title and claim are in meaning: the cosine of the encoder's vectors."""
    return pair.candidate.scores.get("meaning", 0.0)


@feature("gist")
def meaning_beside_best(pair: Pair) -> float:
    """How near in meaning, beside the nearest candidate."""
    return pair.candidate.scores.get("meaning", 0.0) / pair.asked.best["meaning"]


@feature("gist")
def meaning_first(pair: Pair) -> float:
    """How early it stands in the list by meaning."""
    return 1 / (1 + pair.asked.rank["meaning"][pair.at])


@feature("close")
def read_closely(pair: Pair) -> float:
    """What the close reader says of question and check, read together: log odds, 1 for e^8 to 1 and more."""
    return max(-1.0, min(1.0, pair.candidate.scores["close"] / READ_LIMIT))


def values(pair: Pair, stage: str) -> dict[str, float]:
    """Every feature of one pair that this stage has, by name."""
    return {name: function(pair) for name, function in FEATURES[stage].items()}
