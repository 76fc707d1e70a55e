"""Corridor: one question and all there is to say about it, without a store: `periksa ask` and the API.

Stops 4 to 6 as every message takes them, then the words of the reply and of the explanation. Nothing is kept or sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from periksa.answers import dialogue
from periksa.answers.decide import Policy, unfit
from periksa.answers.dialogue import State
from periksa.answers.explain import Explained, explain, rule
from periksa.answers.ratings import Ratings, shipped
from periksa.answers.word import says, word
from periksa.finding import Finder
from periksa.model import Article, Decision, Match, Message, MessageKind, Option, Query, Reply, Said, Statement


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
    ratings: Ratings

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
            "also": [self._article(article) for article in decision.also.articles],
            "disagree": decision.also.disagree,
            "matches": [self._match(match, told) for match, told in matches],
            "context": [self._reported(article) for article in decision.context],
        }

    def _match(self, match: Match, told: Explained) -> dict[str, Any]:
        return {
            **self._article(match.article),
            "score": match.score,
            "for": list(told.speaks_for),
            "against": list(told.against),
            "briefly": told.briefly,
            "reasons": [{"name": each.name, "value": each.value, "share": each.share} for each in match.reasons],
        }

    def _reported(self, article: Article) -> dict[str, Any]:
        return {**self._article(article), "statements": [_statement(each) for each in article.statements]}

    def _article(self, article: Article) -> dict[str, Any]:
        return {
            "id": article.id,
            "title": article.title,
            "rating": article.rating,
            "scale": self.ratings.of(article),
            "outlet": article.outlet,
            "date": article.date.isoformat() if article.date else None,
            "url": article.url,
        }


@dataclass(frozen=True, slots=True)
class Timeline:
    """Who said what about a question, a row of statements for each speaker, newest first."""

    language: str
    speakers: tuple[tuple[Said, ...], ...]

    def record(self) -> dict[str, Any]:
        """All of it for a program."""
        return {
            "language": self.language,
            "speakers": [
                {"speaker": row[0].statement.speaker, "statements": [_in_article(said) for said in row]}
                for row in self.speakers
            ],
        }


class Asking:
    """The corridor. `policy`, `ratings` and `stricter` are the finder's: the explanation names its floors."""

    def __init__(
        self,
        finder: Finder,
        policy: Policy,
        clock: Callable[[], datetime],
        ratings: Ratings | None = None,
        stricter: Callable[[Policy], Policy] = lambda floors: floors,
    ) -> None:
        self._finder = finder
        self._policy = policy
        self._stricter = stricter
        self._clock = clock
        self._ratings = ratings or shipped()

    def ask(self, text: str, language: str = "") -> Asked:
        """Decide a text as a message on any channel would be; without a language, in its own.

        Raises: IndexUnavailable, ModelUnavailable.
        """
        message = self._message(text)
        finding = self._finder.find(message)
        query, decision = finding.query, finding.decision
        code = language or query.language
        rarity = self._finder.rarity(query) if decision.matches else {}
        return Asked(
            language=code,
            decision=decision,
            reply=_reply(message, query, decision, code),
            rule=rule(decision, self._stricter(self._policy), code),
            explained=tuple(explain(query, decision.matches, rarity, code)),
            ratings=self._ratings,
        )

    def timeline(self, text: str, language: str = "") -> Timeline:
        """Who said what about it in the news, and when. Raises: IndexUnavailable, ModelUnavailable."""
        query, speakers = self._finder.said(self._message(text))
        return Timeline(language or query.language, speakers)

    def record(self, text: str, language: str = "") -> Mapping[str, Any]:
        """The same for a program. Raises: IndexUnavailable, ModelUnavailable."""
        return self.ask(text, language).record()

    def _message(self, text: str) -> Message:
        now = self._clock()
        return Message("ask", "", "console", "ask", MessageKind.TEXT, now, now, text=text)


def _statement(said: Statement) -> dict[str, Any]:
    return {
        "speaker": said.speaker,
        "role": said.role,
        "organisation": said.organisation,
        "words": said.words,
        "direct": said.direct,
        "force": said.force.value,
        "date": said.date.isoformat() if said.date else None,
        "medium": said.medium,
        "via": list(said.via),
    }


def _in_article(said: Said) -> dict[str, Any]:
    article = said.article
    reported = article.date.isoformat() if article.date else None
    return {
        **_statement(said.statement),
        "reported": reported,
        "id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
    }


def _reply(message: Message, query: Query, decision: Decision, code: str) -> Reply:
    """What somebody who is known reads; where there is nothing to look for, what the conversation says to it."""
    turn = dialogue.turn(dialogue.event(message, query, None, ""), State.KNOWN)
    return says(turn.say, code) if unfit(query) and turn.say else word(decision, code, message.sent_at.date())


def _option(option: Option) -> dict[str, str]:
    return {"id": option.id, "title": option.title}
