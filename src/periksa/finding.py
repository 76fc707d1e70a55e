"""Stops 4 to 6 of a message: read, search, decide. The path that `ask`, `match`, `eval` and every channel share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from periksa.answers import same
from periksa.answers.context import timeline
from periksa.answers.decide import Policy, decide, doubtful, linked, unfit, with_news
from periksa.answers.groups import also, with_also
from periksa.answers.ratings import Ratings, shipped
from periksa.encoders import CloseReader, Encoder
from periksa.index import Index
from periksa.lang.links import slug
from periksa.model import (
    Also,
    Article,
    ArticleKind,
    Decision,
    DecisionKind,
    Found,
    Meaning,
    Message,
    MessageKind,
    Query,
    Said,
)
from periksa.readers import Reader
from periksa.remembering import Memory

EVER = datetime.min.replace(tzinfo=UTC)
"""When nobody said it."""
HEARD = 50
"""News articles of each list that are looked through for a timeline."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One message understood, searched and decided."""

    query: Query
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found for a query, what was decided, and which candidates should be read closely."""

    query: Query
    found: Found
    decision: Decision
    doubtful: tuple[int, ...]

    def with_odds(self, odds: Mapping[int, float]) -> Found:
        """What was found, with what the close reader says of some candidates."""
        read = {at: self.found.candidates[at] for at in odds}
        noted = {at: replace(each, scores={**each.scores, "close": odds[at]}) for at, each in read.items()}
        return replace(self.found, candidates=tuple(noted.get(at, c) for at, c in enumerate(self.found.candidates)))


class Finder:
    """Stops 4 to 6, without a store: the path that `ask`, `match` and a message on WhatsApp share.

    Without an encoder words alone find; without a close reader nothing is read closely. A `memory` of its own is for a
    measurement, which must not know a question again. `ratings` tell whether publishers disagree; left out, those that
    come with periksa. `stricter` says what `policy` comes to now: it is asked again for every question.
    """

    def __init__(
        self,
        reader: Reader,
        index: Index,
        policy: Policy,
        encoder: Encoder | None = None,
        close: CloseReader | None = None,
        memory: Memory | None = None,
        ratings: Ratings | None = None,
        stricter: Callable[[Policy], Policy] = lambda floors: floors,
    ) -> None:
        self._reader = reader
        self._index = index
        self._policy = policy
        self._stricter = stricter
        self._encoder = encoder
        self._close = close
        self._memory = memory or Memory()
        self._ratings = ratings or shipped()

    def read(self, message: Message) -> Query:
        """Stop 4 alone, without its meaning."""
        return self._memory.read(message, self._reader.read)

    def find(self, message: Message) -> Finding:
        """Read, search, decide, or remember what was decided. Raises: IndexUnavailable, ModelUnavailable."""
        return self.find_all([message])[0]

    def find_all(self, messages: Sequence[Message]) -> list[Finding]:
        """The same for many, about nothing twice."""
        policy = self._stricter(self._policy)
        version = f"{self._index.version()} {policy}"
        recalled = [self._memory.recall(message, version, self.read) for message in messages]
        new = list(dict.fromkeys(each.query for each in recalled if each.decision is None))
        decided = dict(zip(new, self._decided(new, policy), strict=True))
        found = [Finding(each.query, each.decision or decided[each.query]) for each in recalled]
        for before, now in zip(recalled, found, strict=True):
            self._memory.keep(before, now.decision, version)
        return found

    def also(self, message: Message, article: Article) -> Also:
        """Who else examined the claim of an article that was chosen for this message.

        Raises: IndexUnavailable, ModelUnavailable.
        """
        (meant,) = self._meant([self.read(message)])
        return also(article, self._index.search(meant, ArticleKind.FACT_CHECK), self._ratings)

    def said(self, message: Message) -> tuple[Query, tuple[tuple[Said, ...], ...]]:
        """The message understood, and who said what about it in the news: a timeline for each speaker, newest first.

        Raises: IndexUnavailable, ModelUnavailable.
        """
        (meant,) = self._meant([self.read(message)])
        return meant, () if unfit(meant) else timeline(meant, self._index.search(meant, ArticleKind.NEWS, HEARD))

    def rarity(self, query: Query) -> Mapping[str, float]:
        """How rare the question's and the candidates' words are in this library, for whoever explains a decision.

        Raises: IndexUnavailable, ModelUnavailable.
        """
        (meant,) = self._meant([query])
        return self._index.search(meant, ArticleKind.FACT_CHECK).rarity

    def _decided(self, queries: Sequence[Query], policy: Policy) -> list[Decision]:
        looks = [self._look(query, policy) for query in self._meant(queries)]
        pairs = [(look.query.text, look.found.candidates[at]) for look in looks for at in look.doubtful]
        odds = iter(self._close.read(pairs) if self._close and pairs else ())
        return [self._settled(look, list(islice(odds, len(look.doubtful))), policy) for look in looks]

    def _meant(self, queries: Sequence[Query]) -> Iterator[Query]:
        """The queries, with their meanings where they could have an answer."""
        meanings: dict[Query, Meaning] = {}
        asked = [query for query in queries if not unfit(query)]
        if self._encoder and asked:
            vectors = self._encoder.questions([query.text for query in asked])
            by, stage = self._encoder.fingerprint, self._encoder.stage
            meanings = {query: Meaning(by, vector, stage) for query, vector in zip(asked, vectors, strict=True)}
        return (replace(query, meaning=meanings.get(query)) for query in queries)

    def _look(self, query: Query, policy: Policy) -> _Look:
        return self._linked(query) or self._searched(query, policy)

    def _linked(self, query: Query) -> _Look | None:
        """By the link of a fact-check: found by the words in it, which are mostly those of its headline."""
        for page in same.pages(query):
            words = self._reader.read(Message("", "", "", "", MessageKind.TEXT, EVER, EVER, text=slug(page)))
            found = self._index.search(words, ArticleKind.FACT_CHECK)
            if decision := linked(query, found):
                return _Look(query, found, decision, ())
        return None

    def _searched(self, query: Query, policy: Policy) -> _Look:
        found = self._index.search(query, ArticleKind.FACT_CHECK)
        decision = decide(query, found, policy)
        return _Look(query, found, decision, doubtful(query, found, decision) if self._close else ())

    def _settled(self, look: _Look, odds: Sequence[float], policy: Policy) -> Decision:
        query, decision = look.query, look.decision
        if odds:
            decision = decide(query, look.with_odds(dict(zip(look.doubtful, odds, strict=True))), policy)
        if decision.kind is DecisionKind.HAND_OVER and query.words:
            decision = with_news(decision, query, self._index.search(query, ArticleKind.NEWS))
        return with_also(query, decision, look.found, self._ratings)
