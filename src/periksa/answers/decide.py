"""Answer, offer or hand over. A wrong answer is worse than none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from periksa.answers.features import Asked, Pair, question_covered_anywhere
from periksa.answers.rank import rank
from periksa.lang import analysis
from periksa.model import Article, Decision, DecisionKind, Found, Query, QueryKind

OFFERED = 3
NEWS = 2
NEWS_COVERED = 0.6
"""How much of a question, by rarity, a news item must hold to be shown beside "not checked yet"."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How sure we want to be. Probabilities, 0 to 1; how they fare is printed by `periksa eval`."""

    answer: float = 0.85
    """Answer when the best match is at least this probable."""
    offer: float = 0.15
    """Offer matches that are at least this probable."""


def unfit(query: Query) -> str:
    """Why this is no question that could have an answer; empty if it is one."""
    if query.kind in (QueryKind.EMPTY, QueryKind.GREETING, QueryKind.CHATTER):
        return str(query.kind)
    return "" if any(len(word) > 2 and not word.isdigit() for word in query.words) else "too short"


def decide(query: Query, found: Found, policy: Policy) -> Decision:
    """What to do with the fact-checks that were found."""
    refusal = unfit(query)
    if refusal:
        return Decision(DecisionKind.HAND_OVER, why=refusal)
    matches = rank(query, found)
    likely = tuple(match for match in matches[:OFFERED] if match.score >= policy.offer)
    if not likely:
        return Decision(DecisionKind.HAND_OVER, matches, why="nothing fits")
    doubt = "" if matches[0].score >= policy.answer else "not sure"
    doubt = doubt or contradiction(query, matches[0].article)
    if doubt:
        return Decision(DecisionKind.OFFER, matches, likely, why=doubt)
    return Decision(DecisionKind.ANSWER, matches, matches[:1], why="sure")


def contradiction(query: Query, article: Article) -> str:
    """What in a short question no score may override: another year, another number, a negation. Empty if nothing.

    A forward names many numbers and negates many things; there only the years of the claim are held against it.
    """
    asked, checked = set(query.numbers), set(analysis.numbers(f"{article.title}\n{article.claim}"))
    years, known = set(filter(_is_year, asked)), set(filter(_is_year, checked))
    forward = query.kind is QueryKind.FORWARD
    if _apart(years, known) or (not forward and not known and _came_later(years, article.date)):
        return "another year"
    if forward:
        return ""
    if _apart(asked - years, checked - known):
        return "another number"
    claim = analysis.words(article.claim or article.title, article.language)
    return "" if query.negated == analysis.negated(claim) else "negation"


def _apart(asked: set[str], checked: set[str]) -> bool:
    return bool(asked and checked) and asked.isdisjoint(checked)


def _came_later(years: set[str], checked: date | None) -> bool:
    """Whether a year is asked about that had not begun when the claim was checked."""
    return checked is not None and any(int(year) > checked.year for year in years)


def _is_year(number: str) -> bool:
    return len(number) == 4 and number[:2] in ("19", "20")


def with_news(decision: Decision, query: Query, news: Found) -> Decision:
    """A hand-over with what was reported: at most two items that hold most of the question, newest first."""
    if unfit(query):
        return decision
    asked = Asked(query, news)
    pairs = (Pair(asked, candidate, at) for at, candidate in enumerate(news.candidates))
    fitting = sorted(
        (pair for pair in pairs if question_covered_anywhere(pair) >= NEWS_COVERED),
        key=lambda pair: -question_covered_anywhere(pair),
    )[:NEWS]
    articles = (pair.candidate.article for pair in fitting)
    return replace(decision, context=tuple(sorted(articles, key=_day, reverse=True)))


def _day(article: Article) -> date:
    return article.date or date.min
