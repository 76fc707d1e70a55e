"""One search on one snapshot of a tantivy index, and what such an index holds of an article."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from periksa.index.entry import entry, pack, unpack
from periksa.index.meaning import Meanings
from periksa.index.words import Instead, Vocabulary, mended
from periksa.model import Article, Candidate, Found, Meaning, Query

FIELDS = ("head", "all", "grams")
POOL = 200
"""How far down a list a candidate of another list is looked for; beyond it, its score there counts as 0."""

Hits = list[tuple[float, tantivy.DocAddress]]
Key = tuple[int, int]
"""Where a document stands in a snapshot."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("card", stored=True)
    builder.add_text_field("meaning", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="spaces", index_option="freq")
    return builder.build()


SCHEMA = _schema()


def document(article: Article, names: Sequence[str]) -> tantivy.Document:
    """What the engine keeps. `names`: those under which its meaning is kept, an encoder and a row of it; or none."""
    made = entry(article)
    fields = {name: " ".join(getattr(made, name)) for name in FIELDS}
    return tantivy.Document(id=article.id, card=pack(made), meaning=list(names), **fields)


def row_name(encoder: str, row: int) -> str:
    """The name of a row among the meanings by an encoder."""
    return f"{encoder}/{row}"


def named(name: str) -> Clause:
    """All articles that have this name."""
    return Clause.term_query(SCHEMA, "meaning", name, "basic")


class Snapshot:
    """One search on one snapshot."""

    def __init__(self, searcher: tantivy.Searcher, vocabulary: Vocabulary, meanings: Meanings | None) -> None:
        self._searcher = searcher
        self._vocabulary = vocabulary
        self._meanings = meanings
        self._counted: dict[str, int] = {}
        self._total = searcher.num_docs

    def run(self, query: Query, limit: int) -> Found:
        """The best of each list, united, then scored in all of them."""
        instead = mended(query, self._count, self._vocabulary)
        said = dict.fromkeys(instead.get(word, (word,)) for word in query.words)
        words = dict.fromkeys(word for alternatives in said for word in alternatives)
        rarity = self._rarity({*words, *query.words})
        lists = {
            "head": self._hits(_any("head", words), limit),
            "all": self._hits(_any("all", words), limit),
            "grams": self._hits(_any("grams", query.grams), limit),
        }
        best = {_key(address): address for hits in lists.values() for _, address in hits[:limit]}
        by_meaning = self._meanings and query.meaning and _ByMeaning(self._searcher, self._meanings, query.meaning)
        best |= {_key(address): address for address in (by_meaning.nearest(limit) if by_meaning else ())}
        lists["covered"] = self._hits(_weighted(said, rarity), limit)
        scored = {name: {_key(address): score for score, address in hits} for name, hits in lists.items()}
        cards = {key: self._searcher.doc(address) for key, address in best.items()}
        near = by_meaning.scores(cards) if by_meaning else {}
        found = [
            _candidate(card, {name: scores.get(key, 0.0) for name, scores in scored.items()} | near.get(key, {}))
            for key, card in cards.items()
        ]
        unknown = {word for each in found for word in each.words} - rarity.keys()
        return Found(tuple(found), rarity | self._rarity(unknown), self._total, instead)

    def _rarity(self, words: Iterable[str]) -> dict[str, float]:
        """Articles that were replaced or dropped are still counted by `doc_freq` until their segment is merged."""
        found = {word: min(self._count(word), self._total) for word in words}
        return {word: math.log(1 + (self._total - n + 0.5) / (n + 0.5)) for word, n in found.items()}

    def _count(self, word: str) -> int:
        if word not in self._counted:
            self._counted[word] = self._searcher.doc_freq("all", word)
        return self._counted[word]

    def _hits(self, clause: Clause, limit: int) -> Hits:
        return self._searcher.search(clause, max(POOL, limit), count=False).hits


class _ByMeaning:
    """The list by meaning, for one question."""

    def __init__(self, searcher: tantivy.Searcher, meanings: Meanings, asked: Meaning) -> None:
        self._searcher = searcher
        self._meanings = meanings
        self._asked = asked

    def nearest(self, limit: int) -> list[tantivy.DocAddress]:
        """Where the nearest articles stand, nearest first. The rows of articles that are gone name nothing."""
        names = (row_name(self._asked.encoder, row) for row in self._meanings.nearest(self._asked.vector))
        found = (self._searcher.search(named(name), 1, count=False).hits for name in names)
        return list(islice((hits[0][1] for hits in found if hits), limit))

    def scores(self, cards: Mapping[Key, tantivy.Document]) -> dict[Key, dict[str, float]]:
        """How near each of these articles is, where it has a meaning."""
        rows = {key: row for key, card in cards.items() if (row := _row(card, self._asked.encoder)) is not None}
        near = self._meanings.cosines(self._asked.vector, rows.values())
        return {key: {"meaning": near[row]} for key, row in rows.items() if row in near}


def _row(card: tantivy.Document, encoder: str) -> int | None:
    """The row of an article among the meanings by this encoder."""
    names = card["meaning"]
    return int(names[1].rpartition("/")[2]) if names and names[0] == encoder else None


def _candidate(card: tantivy.Document, scores: Mapping[str, float]) -> Candidate:
    article, words, lead = unpack(card["card"][0])
    return Candidate(article, words, scores, lead)


def _key(address: tantivy.DocAddress) -> Key:
    return address.segment_ord, address.doc


def _term(name: str, term: str) -> Clause:
    return Clause.term_query(SCHEMA, name, term, "freq")


def _any(name: str, terms: Iterable[str]) -> Clause:
    return Clause.boolean_query([(Occur.Should, _term(name, term)) for term in terms])


def _weighted(said: Iterable[Instead], rarity: Mapping[str, float]) -> Clause:
    """Every word at its rarity; of several that stand for one, the rarest that is met."""
    clauses = ([Clause.const_score_query(_term("all", word), rarity[word]) for word in each] for each in said)
    return Clause.boolean_query(
        [(Occur.Should, each[0] if len(each) == 1 else Clause.disjunction_max_query(each)) for each in clauses]
    )
