"""Corridor: one question and all there is to say about it, without a store: `periksa ask` and the API.

Stops 4 to 6 as every message takes them, then the words of the reply and of the explanation. Nothing is kept or sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from periksa.answers.decide import Policy
from periksa.answers.explain import Explained, explain, rule
from periksa.answers.word import word
from periksa.finding import Finder
from periksa.model import Article, Decision, Match, Message, MessageKind, Option, Reply


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question, in words of one language."""

    language: str
    decision: Decision
    reply: Reply
    rule: str
    """What was decided, and by which rule."""
    explained: tuple[Explained, ...]
    """One for every match of the decision, in the same order."""

    def record(self) -> dict[str, Any]:
        """All of it for a program; `docs/api.md` tells what each field means."""
        decision = self.decision
        matches = zip(decision.matches, self.explained, strict=True)
        return {
            "decision": decision.kind.value,
            "why": decision.why,
            "rule": self.rule,
            "language": self.language,
            "reply": {"text": self.reply.text, "options": [_option(option) for option in self.reply.options]},
            "shown": [match.article.id for match in decision.shown],
            "matches": [_match(match, told) for match, told in matches],
            "context": [_article(article) for article in decision.context],
        }


class Asking:
    """The corridor. `policy` is the finder's: the explanation names its floors."""

    def __init__(self, finder: Finder, policy: Policy, clock: Callable[[], datetime]) -> None:
        self._finder = finder
        self._policy = policy
        self._clock = clock

    def ask(self, text: str, language: str = "") -> Asked:
        """Decide a text as a message on any channel would be; without a language, in its own.

        Raises: IndexUnavailable, ModelUnavailable.
        """
        now = self._clock()
        message = Message("ask", "", "console", "ask", MessageKind.TEXT, now, now, text=text)
        finding = self._finder.find(message)
        query, decision = finding.query, finding.decision
        code = language or query.language
        rarity = self._finder.rarity(query) if decision.matches else {}
        return Asked(
            language=code,
            decision=decision,
            reply=word(decision, code, now.date()),
            rule=rule(decision, self._policy, code),
            explained=tuple(explain(query, decision.matches, rarity, code)),
        )

    def record(self, text: str, language: str = "") -> Mapping[str, Any]:
        """The same for a program. Raises: IndexUnavailable, ModelUnavailable."""
        return self.ask(text, language).record()


def _option(option: Option) -> dict[str, str]:
    return {"id": option.id, "title": option.title}


def _match(match: Match, told: Explained) -> dict[str, Any]:
    return {
        **_article(match.article),
        "score": match.score,
        "for": list(told.speaks_for),
        "against": list(told.against),
        "briefly": told.briefly,
        "reasons": [{"name": each.name, "value": each.value, "share": each.share} for each in match.reasons],
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "rating": article.rating,
        "outlet": article.outlet,
        "date": article.date.isoformat() if article.date else None,
        "url": article.url,
    }
