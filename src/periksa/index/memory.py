"""The whole index in memory: the oracle the other engines are held against, and enough for small libraries and tests.

BM25 as in Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 = 1.2, b = 0.75.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from periksa.index.entry import Entry, entry
from periksa.model import Article, ArticleKind, Candidate, Found, Query

K1, B = 1.2, 0.75
FIELDS = ("head", "all", "grams")


@dataclass
class _Field:
    """Term counts of one field over the articles of one kind."""

    postings: dict[str, dict[str, int]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    def put(self, id: str, terms: Sequence[str]) -> None:
        self.lengths[id] = len(terms)
        for term, count in Counter(terms).items():
            self.postings.setdefault(term, {})[id] = count

    def drop(self, id: str, terms: Sequence[str]) -> None:
        del self.lengths[id]
        for term in set(terms):
            self.postings[term].pop(id)

    def rarity(self, term: str, total: int) -> float:
        found = len(self.postings.get(term, ()))
        return math.log(1 + (total - found + 0.5) / (found + 0.5))

    def scores(self, terms: Iterable[str], total: int) -> dict[str, float]:
        """BM25 of every article that has one of the terms; a term counts once however often it was typed."""
        average = sum(self.lengths.values()) / max(1, len(self.lengths))
        scores: dict[str, float] = {}
        for term in set(terms):
            weight = self.rarity(term, total)
            for id, count in self.postings.get(term, {}).items():
                norm = K1 * (1 - B + B * self.lengths[id] / average)
                scores[id] = scores.get(id, 0.0) + weight * count * (K1 + 1) / (count + norm)
        return scores


class MemoryIndex:
    """An index that lives and dies with the process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._fields: dict[tuple[ArticleKind, str], _Field] = {}

    def _field(self, kind: ArticleKind, name: str) -> _Field:
        return self._fields.setdefault((kind, name), _Field())

    def put(self, articles: Sequence[Article]) -> None:
        """Insert or replace by id."""
        with self._lock:
            for article in articles:
                self.drop([article.id])
                new = entry(article)
                self._entries[article.id] = new
                for name in FIELDS:
                    self._field(article.kind, name).put(article.id, getattr(new, name))

    def drop(self, ids: Sequence[str]) -> None:
        """Forget these; unknown ids are fine."""
        with self._lock:
            for id in ids:
                old = self._entries.pop(id, None)
                for name in FIELDS if old else ():
                    self._field(old.card.kind, name).drop(id, getattr(old, name))  # type: ignore[union-attr]

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        """The best of each list, united; the rarer the list's evidence the earlier."""
        with self._lock:
            total = len(self._field(kind, "all").lengths)
            asked = {"head": query.words, "all": query.words, "grams": query.grams}
            scores = {name: self._field(kind, name).scores(asked[name], total) for name in FIELDS}
            ids = dict.fromkeys(id for name in FIELDS for id in _best(scores[name], limit))
            found = [self._candidate(id, query, scores, total) for id in ids]
            every = {word for each in found for word in each.words} | set(query.words)
            whole = self._field(kind, "all")
            return Found(tuple(found), {word: whole.rarity(word, total) for word in every}, total)

    def _candidate(self, id: str, query: Query, scores: Mapping[str, Mapping[str, float]], total: int) -> Candidate:
        known = self._entries[id]
        whole = self._field(known.card.kind, "all")
        covered = sum(whole.rarity(word, total) for word in set(query.words) & set(known.all))
        each = {name: scores[name].get(id, 0.0) for name in FIELDS}
        return Candidate(known.card, known.head, {**each, "covered": covered})

    def rebuild(self, articles: Iterable[Article]) -> int:
        """Build a fresh one and swap it in."""
        fresh = MemoryIndex()
        fresh.put(list(articles))
        with self._lock:
            self._entries, self._fields = fresh._entries, fresh._fields
        return self.count()

    def count(self) -> int:
        """How many articles are findable."""
        return len(self._entries)

    def close(self) -> None:
        """Nothing to let go of."""


def _best(scores: Mapping[str, float], limit: int) -> list[str]:
    return sorted(scores, key=lambda id: (-scores[id], id))[:limit]
