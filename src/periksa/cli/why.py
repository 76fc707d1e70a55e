"""Why periksa answers as it does: a decision and its candidates, as a person reads them and as a program does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from periksa.cli.screen import table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from periksa.config import AnswersSettings
    from periksa.model import Article, Decision, Match

IN_FULL = 3
"""Candidates that are shown with their features."""
SMALLEST = 0.005
"""Points that are still shown."""

DONE = {"answer": "Answered", "offer": "Offered to choose from", "hand_over": "Not answered"}

RULES = {
    "sure": "the best match reaches {answer:.0%} (answers.answer) and nothing contradicts it",
    "not sure": "the best match reaches {offer:.0%} (answers.offer), but not {answer:.0%} (answers.answer)",
    "nothing fits": "no match reaches {offer:.0%} (answers.offer), so it goes to the editors",
    "another phone number": "the best match is about another telephone number than the question",
    "another year": "the best match is about another year than the question",
    "another date": "the best match is about another day or month than the question",
    "another number": "question and best match count differently",
    "another bank": "the best match is about another bank or wallet than the question",
    "another company": "the best match is about another company than the question",
    "another organisation": "the best match is about another authority or organisation than the question",
    "another party": "the best match is about another party than the question",
    "another person": "the best match is about another person than the question",
    "another place": "the best match is about another place than the question",
    "another vaccine": "the best match is about another vaccine than the question",
    "another disease": "the best match is about another disease than the question",
    "another brand": "the best match is about another brand than the question",
    "another platform": "the best match is about another platform than the question",
    "negation": "one of question and best match denies what the other says",
    "the opposite": "the best match says the opposite of the question",
    "other way round": "in the best match it is done by the one to whom it is done in the question",
    "another name": "question and best match are the same but for a telling word or two",
    "a topic, not a claim": "the question names a topic, and the best match is about one thing among many",
    "empty": "there is nothing to read in it",
    "greeting": "it is a greeting",
    "chatter": "it is chatter, not a question",
    "too short": "it has no word of more than two letters that could be searched for",
}
"""The rule that decided (`Decision.why`), in words."""


def rule(decision: Decision, answers: AnswersSettings) -> str:
    """What was decided, and by which rule, in one sentence."""
    because = RULES.get(decision.why, decision.why).format(answer=answers.answer, offer=answers.offer)
    return f"{DONE[decision.kind]}: {because}."


def told(decision: Decision, answers: AnswersSettings) -> Iterator[RenderableType]:
    """The decision for a screen of 80 columns: its rule, the first candidates in full, the others briefly."""
    from rich.text import Text

    yield Text(rule(decision, answers), style="bold")
    for place, match in enumerate(decision.matches[:IN_FULL], 1):
        yield Text.assemble("\n", (f"{place}. {match.article.title}", "bold"), f"\n   {_source(match.article)}\n")
        yield _features(match)
    if others := decision.matches[IN_FULL:]:
        yield Text()
        yield _briefly(others)
    for article in decision.context:
        yield Text(f"\nBeside it, news: {article.title} ({_source(article)})")


def _features(match: Match) -> RenderableType:
    """Points add up to the log-odds of the probability."""
    from rich.padding import Padding

    rows = table("feature", "value", "points", numbers=("value", "points"))
    for reason in match.reasons:
        if abs(reason.share) >= SMALLEST:
            rows.add_row(reason.name.replace("_", " "), f"{reason.value:.2f}", f"{reason.share:+.2f}")
    total = math.log(match.score / (1 - match.score))
    rows.add_row("to begin with", "", f"{total - sum(reason.share for reason in match.reasons):+.2f}", style="dim")
    rows.add_row("probability", f"{match.score:.1%}", f"{total:+.2f}", style="bold")
    return Padding(rows, (0, 0, 0, 3))


def _briefly(matches: Sequence[Match]) -> Table:
    rows = table("other candidates", "outlet and date", "probability", numbers=("probability",))
    for place, match in enumerate(matches, IN_FULL + 1):
        rows.add_row(f"{place}. {match.article.title}", _source(match.article), f"{match.score:.1%}")
    return rows


def _source(article: Article) -> str:
    return ", ".join(filter(None, (article.outlet, article.date.isoformat() if article.date else "no date")))


def record(decision: Decision, answers: AnswersSettings) -> dict[str, Any]:
    """The decision for a program."""
    return {
        "decision": decision.kind.value,
        "why": decision.why,
        "rule": rule(decision, answers),
        "matches": [_match(match) for match in decision.matches],
        "context": [_article(article) for article in decision.context],
    }


def _match(match: Match) -> dict[str, Any]:
    reasons = [{"name": each.name, "value": each.value, "points": each.share} for each in match.reasons]
    return {**_article(match.article), "probability": match.score, "reasons": reasons}


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "rating": article.rating,
        "outlet": article.outlet,
        "date": article.date.isoformat() if article.date else None,
        "url": article.url,
    }
