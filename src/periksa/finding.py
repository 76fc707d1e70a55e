"""Stops 4 to 6 of a message: read, search, decide. The path that `ask`, `match`, `eval` and every channel share."""

from __future__ import annotations

from dataclasses import dataclass

from periksa.answers.decide import Policy, decide, with_news
from periksa.index import Index
from periksa.model import ArticleKind, Decision, DecisionKind, Message, Query
from periksa.readers import Reader


@dataclass(frozen=True, slots=True)
class Finding:
    """One message understood, searched and decided."""

    query: Query
    decision: Decision


class Finder:
    """Stops 4 to 6, without a store: the path that `ask`, `match` and a message on WhatsApp share."""

    def __init__(self, reader: Reader, index: Index, policy: Policy) -> None:
        self._reader = reader
        self._index = index
        self._policy = policy

    def read(self, message: Message) -> Query:
        """Stop 4 alone."""
        return self._reader.read(message)

    def find(self, message: Message) -> Finding:
        """Read, search, decide. Raises: IndexUnavailable."""
        query = self.read(message)
        decision = decide(query, self._index.search(query, ArticleKind.FACT_CHECK), self._policy)
        if decision.kind is DecisionKind.HAND_OVER and query.words:
            decision = with_news(decision, query, self._index.search(query, ArticleKind.NEWS))
        return Finding(query, decision)
