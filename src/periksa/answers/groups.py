"""One claim, several checks: which of the candidates examine the same claim as the one that is told.

Found anew for every answer, among what was found for the question, so that it is always true to the library. A wrong
group is worse than none: most of what both claims tell must be the same, neither may name anybody or any place that the
other does not, and no guard may object either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from datetime import date

from periksa.answers.guards import GUARDS, NAMED, Comparison, contradiction
from periksa.answers.ratings import Ratings, disagree
from periksa.answers.sides import Claim, Side
from periksa.lang import analysis
from periksa.model import Also, Article, Decision, DecisionKind, Found, Query

SAME = 0.75
"""Two claims that share this much of their words, weighed by rarity, are one unless something speaks against it."""
NEAR = 0.4
"""Candidates that share less than this of their titles and claims are not looked at."""
UNCOUNTED = 10.0
"""The rarity of a word that was not counted: as rare as they come."""
SHOWN = 2
"""Other checks that are named."""


def with_also(query: Query, decision: Decision, found: Found, ratings: Ratings) -> Decision:
    """An answer with who else examined the same claim; any other decision as it was."""
    if decision.kind is not DecisionKind.ANSWER:
        return decision
    told = decision.shown[0].article
    others = [other for other in _same_claim(told, found) if not contradiction(query, other, found)]
    return replace(decision, also=_chosen(told, others, ratings)) if others else decision


def also(told: Article, found: Found, ratings: Ratings) -> Also:
    """Who else examined the claim of an article that is told for another reason than its score: somebody chose it."""
    return _chosen(told, list(_same_claim(told, found)), ratings)


def same_claim(one: Article, other: Article, found: Found) -> bool:
    """Whether two checks examine the same claim; `found` tells how rare their words are."""
    if one.language != other.language or _shared(_words(one), _words(other), found.rarity) < SAME:
        return False
    a, b = _examined(one), _examined(other)
    if a.tokens == b.tokens:
        return True
    if _names_more(a, b) or _names_more(b, a):
        return False
    return not any(
        guard.doubts(pair) for pair in (Comparison(a, b, found), Comparison(b, a, found)) for guard in GUARDS
    )


def _same_claim(told: Article, found: Found) -> Iterator[Article]:
    words = set(analysis.words(told.head, told.language))
    for each in found.candidates:
        near = each.article.id != told.id and _shared(words, set(each.words), found.rarity) >= NEAR
        if near and same_claim(told, each.article, found):
            yield each.article


def _chosen(told: Article, others: list[Article], ratings: Ratings) -> Also:
    """The best check of each other publisher, and of the same one where it says something else; dissent first."""
    own, said = ratings.publisher(told), ratings.of(told)
    best: dict[str, Article] = {}
    for other in sorted(others, key=_standing, reverse=True):
        if ratings.publisher(other) != own or disagree((said, ratings.of(other))):
            best.setdefault(ratings.publisher(other), other)
    chosen = sorted(best.values(), key=lambda other: not disagree((said, ratings.of(other))))[:SHOWN]
    return Also(tuple(chosen), disagree((said, *map(ratings.of, chosen))))


def _standing(article: Article) -> tuple[bool, date, int]:
    """Rated before not rated, then the newest, then the one that tells most."""
    return bool(article.rating), article.date or date.min, len(article.summary)


def _words(article: Article) -> Set[str]:
    """Of the sentence that is examined."""
    return set(analysis.words(article.claim or article.title, article.language))


def _examined(article: Article) -> Claim:
    """That sentence alone: a title often says what the check found instead."""
    return Claim(replace(article, title=article.claim or article.title, claim=""))


def _shared(one: Set[str], other: Set[str], rarity: Mapping[str, float]) -> float:
    """How much of both is in both, 0 to 1."""
    either = sum(rarity.get(word, UNCOUNTED) for word in one | other)
    return sum(rarity.get(word, UNCOUNTED) for word in one & other) / either if either else 0.0


def _names_more(one: Side, other: Side) -> bool:
    """Whether one names a body, person, place … that the other does not: another scam from the same template."""
    known = frozenset().union(*other.names.values())
    named = frozenset().union(*(one.names.get(kind, frozenset()) for kind in NAMED))
    return any(not any(name.agrees(each) for each in known) for name in named)
