"""Answer, offer or hand over. A wrong answer is worse than none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from periksa.answers import same
from periksa.answers.context import touching
from periksa.answers.guards import contradiction
from periksa.answers.rank import rank
from periksa.lang.links import page
from periksa.model import Decision, DecisionKind, Found, Match, Query, QueryKind

OFFERED = 3
BESIDE = 0.1
"""What is offered beside the best match is at least this share of the floor for an offer as probable."""
UNSHARED = 3.0
"""What shares no word with the question must be so many times as probable: in a small library anything looks best."""
DOUBT = (0.35, 0.85)
"""The best match is that probable where a close look can change what we do."""
READ = 3
"""Candidates that are read closely."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How sure we want to be. Probabilities, 0 to 1; how they fare is printed by `periksa eval`."""

    answer: float = 0.83
    """Answer when the best match is at least this probable."""
    offer: float = 0.1
    """Offer when the best match is at least this probable."""


def unfit(query: Query) -> str:
    """Why this is no question that could have an answer; empty if it is one."""
    if query.kind in (QueryKind.EMPTY, QueryKind.GREETING, QueryKind.CHATTER):
        return str(query.kind)
    return "" if any(len(word) > 2 and not word.isdigit() for word in query.words) else "too short"


def linked(query: Query, found: Found) -> Decision | None:
    """Where somebody sends the link of a fact-check itself, and little else: that one."""
    asked = set(same.pages(query))
    named = [each.article for each in found.candidates if each.article.url and page(each.article.url) in asked]
    if len(asked) != 1 or not named:
        return None
    match = Match(named[0], 1.0)
    return Decision(DecisionKind.ANSWER, (match,), (match,), why="its own link")


def decide(query: Query, found: Found, policy: Policy) -> Decision:
    """What to do with the fact-checks that were found."""
    refusal = unfit(query)
    if refusal:
        return Decision(DecisionKind.HAND_OVER, why=refusal)
    matches = rank(query, found)
    likely = tuple(match for match in matches[:OFFERED] if match.score >= policy.offer * BESIDE)
    if not matches or matches[0].score < _least(matches[0], policy):
        return Decision(DecisionKind.HAND_OVER, matches, why="nothing fits")
    doubt = "" if matches[0].score >= policy.answer else "not sure"
    doubt = doubt or contradiction(query, matches[0].article, found)
    if doubt:
        return Decision(DecisionKind.OFFER, matches, likely, why=doubt)
    return Decision(DecisionKind.ANSWER, matches, matches[:1], why="sure")


def _least(best: Match, policy: Policy) -> float:
    """How probable the best match must be to be offered: more where it has no word of the question, and no meaning."""
    values = {reason.name: reason.value for reason in best.reasons}
    alike = values.get("question_covered_anywhere", 0.0) > 0 or "meaning" in values
    return policy.offer if alike else policy.offer * UNSHARED


def doubtful(query: Query, found: Found, decision: Decision) -> tuple[int, ...]:
    """Places, in `found`, of the candidates worth reading closely, likeliest first; none where nothing is in doubt.

    Nor where no article has a meaning: what a close look is worth was learned beside meanings.
    """
    least, most = DOUBT
    meant = any("meaning" in candidate.scores for candidate in found.candidates)
    if not meant or unfit(query) or not decision.matches or not least <= decision.matches[0].score <= most:
        return ()
    places = {candidate.article.id: at for at, candidate in enumerate(found.candidates)}
    return tuple(places[match.article.id] for match in decision.matches[:READ])


def with_news(decision: Decision, query: Query, news: Found) -> Decision:
    """A hand-over with what was reported: at most two items that touch the question, newest first."""
    return decision if unfit(query) else replace(decision, context=touching(query, news))
