"""The whole index in memory: the oracle the other engines are held against, and enough for small libraries and tests.

BM25 as in Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 = 1.2, b = 0.75.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING

from periksa.index.entry import Entry, entry
from periksa.index.meaning import cosines, packed
from periksa.index.words import Instead, Vocabulary, mended, written
from periksa.model import Article, ArticleKind, Candidate, Found, Meaning, Query

if TYPE_CHECKING:
    from periksa.index.meaning import Packed

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

    def count(self, term: str) -> int:
        return len(self.postings.get(term, ()))

    def rarity(self, term: str, total: int) -> float:
        found = self.count(term)
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
        self._meanings: dict[str, tuple[str, Packed]] = {}
        self._vocabulary = Vocabulary()
        self._changes = 0

    def _field(self, kind: ArticleKind, name: str) -> _Field:
        return self._fields.setdefault((kind, name), _Field())

    def put(self, articles: Sequence[Article], meanings: Sequence[Meaning] = ()) -> None:
        """Insert or replace by id."""
        with self._lock:
            for article, meaning in zip(articles, meanings or repeat(None, len(articles)), strict=True):
                self.drop([article.id])
                if meaning:
                    self._meanings[article.id] = meaning.encoder, packed(meaning.vector)
                self._vocabulary.add(written(article))
                new = entry(article)
                self._entries[article.id] = new
                for name in FIELDS:
                    self._field(article.kind, name).put(article.id, getattr(new, name))

    def drop(self, ids: Sequence[str]) -> None:
        """Forget these; unknown ids are fine."""
        with self._lock:
            self._changes += 1
            for id in ids:
                old = self._entries.pop(id, None)
                self._meanings.pop(id, None)
                if old is None:
                    continue
                for name in FIELDS:
                    self._field(old.card.kind, name).drop(id, getattr(old, name))

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        """The best of each list, united; the rarer the list's evidence the earlier."""
        with self._lock:
            total = len(self._field(kind, "all").lengths)
            whole = self._field(kind, "all")
            instead = mended(query, whole.count, self._vocabulary)
            said = dict.fromkeys(instead.get(word, (word,)) for word in query.words)
            words = {word for alternatives in said for word in alternatives}
            asked = {"head": words, "all": words, "grams": query.grams}
            scores = {name: self._field(kind, name).scores(asked[name], total) for name in FIELDS}
            near = self._near(query.meaning, kind)
            ids = dict.fromkeys(id for each in (*scores.values(), near) for id in _best(each, limit))
            rarity = {word: whole.rarity(word, total) for word in {*words, *query.words}}
            found = [self._candidate(id, said, rarity, scores, near) for id in ids]
            unknown = {word for each in found for word in each.words} - rarity.keys()
            return Found(tuple(found), rarity | {word: whole.rarity(word, total) for word in unknown}, total, instead)

    def _near(self, meaning: Meaning | None, kind: ArticleKind) -> dict[str, float]:
        """The cosine of every article that has a meaning by the same encoder."""
        same = {id: rows for id, (by, rows) in self._meanings.items() if meaning and by == meaning.encoder}
        return {
            id: float(cosines(meaning.vector, rows[None])[0])
            for id, rows in same.items()
            if meaning and self._entries[id].card.kind is kind
        }

    def _candidate(
        self,
        id: str,
        said: Iterable[Instead],
        rarity: Mapping[str, float],
        scores: Mapping[str, Mapping[str, float]],
        near: Mapping[str, float],
    ) -> Candidate:
        known = self._entries[id]
        held = rarity.keys() & known.all
        covered = sum(max((rarity[word] for word in each if word in held), default=0.0) for each in said)
        each = {name: scores[name].get(id, 0.0) for name in FIELDS}
        each |= {"covered": covered} | ({"meaning": near[id]} if id in near else {})
        return Candidate(known.card, known.head, each, known.lead)

    def rebuild(self, articles: Iterable[Article], meanings: Iterable[Meaning] = ()) -> int:
        """Build a fresh one and swap it in."""
        fresh = MemoryIndex()
        fresh.put(list(articles), list(meanings))
        with self._lock:
            self._entries, self._fields, self._meanings = fresh._entries, fresh._fields, fresh._meanings
            self._vocabulary = fresh._vocabulary
            self._changes += 1
        return self.count()

    def count(self) -> int:
        """How many articles are findable."""
        return len(self._entries)

    def meant(self, encoder: str) -> int:
        """How many articles have a meaning by this encoder."""
        return sum(by == encoder for by, _ in self._meanings.values())

    def version(self) -> str:
        """How often it was changed."""
        with self._lock:
            return str(self._changes)

    def close(self) -> None:
        """Nothing to let go of."""


def _best(scores: Mapping[str, float], limit: int) -> list[str]:
    return sorted(scores, key=lambda id: (-scores[id], id))[:limit]
