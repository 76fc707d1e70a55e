"""The embedded engine: tantivy in a folder, one writer at a time, any number of readers in any process.

The folder holds generations, each a whole tantivy index, and a file `current` that names the one in use. A rebuild
writes a new generation and then replaces that file: searches go on meanwhile, and a crash leaves the old one.
"""

from __future__ import annotations

import math
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from periksa.errors import IndexUnavailable
from periksa.index.entry import entry, pack, unpack
from periksa.model import Article, ArticleKind, Candidate, Found, Query

FORMAT = 1
"""Raise it when fields or analysis change: an older generation is then ignored and rebuilt."""
FIELDS = ("head", "all", "grams")
HEAP = 30_000_000
"""Bytes the writer may use before it flushes a segment."""
BATCH = 1000
POOL = 200
"""How far down a list a candidate of another list is looked for; beyond it, its score there counts as 0."""
PATIENCE = 100
"""How many times a busy writer's lock is tried, 0.1 s apart."""


def _field(kind: ArticleKind, name: str) -> str:
    return f"{kind.name.lower()}_{name}"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("card", stored=True)
    for kind in ArticleKind:
        for name in FIELDS:
            builder.add_text_field(_field(kind, name), tokenizer_name="spaces", index_option="freq")
    return builder.build()


def _open(folder: Path, schema: tantivy.Schema) -> tantivy.Index:
    index = tantivy.Index(schema, path=str(folder), reuse=True)
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("spaces", spaces)
    index.config_reader("OnCommit")
    return index


@dataclass(frozen=True)
class _Generation:
    name: str
    index: tantivy.Index


class EmbeddedIndex:
    """An index in a folder of its own.

    `pause` waits the given seconds between two tries for the writer's lock.
    """

    def __init__(self, folder: Path, pause: Callable[[float], None]) -> None:
        self._folder = folder
        self._pause = pause
        self._schema = _schema()
        self._lock = threading.Lock()
        self._generation: _Generation | None = None
        self._seen = -1
        folder.mkdir(parents=True, exist_ok=True)

    # ------------------------------------------------------------ generations

    @property
    def _pointer(self) -> Path:
        return self._folder / "current"

    def _current(self) -> tantivy.Index:
        """The generation in use, opened anew when another process swapped it."""
        try:
            seen = self._pointer.stat().st_mtime_ns
        except FileNotFoundError:
            self._swap(self._create())
            seen = self._pointer.stat().st_mtime_ns
        if seen != self._seen or self._generation is None:
            with self._lock:
                self._generation, self._seen = self._read_pointer(), seen
        return self._generation.index

    def _read_pointer(self) -> _Generation:
        name = self._pointer.read_text(encoding="ascii").strip()
        folder = self._folder / name
        if not name.startswith(f"v{FORMAT}-") or not folder.is_dir():
            raise IndexUnavailable(
                f"The index in {self._folder} is missing or from another version; run `periksa reindex` to rebuild it."
            )
        try:
            return _Generation(name, _open(folder, self._schema))
        except ValueError as error:
            raise IndexUnavailable(
                f"The index in {folder} cannot be opened ({error}); run `periksa reindex` to rebuild it."
            ) from error

    def _create(self) -> Path:
        taken = [int(path.name.rsplit("-", 1)[1]) for path in self._folder.glob("v*-*")]
        folder = self._folder / f"v{FORMAT}-{max(taken, default=0) + 1}"
        folder.mkdir()
        _open(folder, self._schema)
        return folder

    def _swap(self, folder: Path) -> None:
        draft = self._folder / "current.new"
        draft.write_text(folder.name, encoding="ascii")
        draft.replace(self._pointer)

    # ------------------------------------------------------------ writing

    @contextmanager
    def _writer(self, index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
        writer = self._lease(index)
        try:
            yield writer
            writer.commit()
        finally:
            writer.wait_merging_threads()
        index.reload()

    def _lease(self, index: tantivy.Index) -> tantivy.IndexWriter:
        for _ in range(PATIENCE):
            try:
                return index.writer(HEAP, 1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise IndexUnavailable(
                        f"The index in {self._folder} cannot be written ({error}); check the disk."
                    ) from error
            self._pause(0.1)
        raise IndexUnavailable(f"Another process has been writing the index in {self._folder} for long; try again.")

    def _document(self, article: Article) -> tantivy.Document:
        made = entry(article)
        fields = {_field(article.kind, name): " ".join(getattr(made, name)) for name in FIELDS}
        return tantivy.Document(id=article.id, card=pack(made), **fields)

    def put(self, articles: Sequence[Article]) -> None:
        """Insert or replace by id; searchable when this returns."""
        with self._writer(self._current()) as writer:
            for article in articles:
                writer.delete_documents_by_term("id", article.id)
                writer.add_document(self._document(article))

    def drop(self, ids: Sequence[str]) -> None:
        """Forget these; unknown ids are fine."""
        with self._writer(self._current()) as writer:
            for id in ids:
                writer.delete_documents_by_term("id", id)

    def rebuild(self, articles: Iterable[Article]) -> int:
        """Build a generation beside the one in use, swap it in, then sweep the old ones away."""
        folder = self._create()
        waiting, total = iter(articles), 0
        with self._writer(_open(folder, self._schema)) as writer:
            while batch := list(islice(waiting, BATCH)):
                total += len(batch)
                for article in batch:
                    writer.add_document(self._document(article))
        self._swap(folder)
        for old in self._folder.glob("v*-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        return total

    # ------------------------------------------------------------ finding

    def search(self, query: Query, kind: ArticleKind, limit: int = 30) -> Found:
        """The best of each list, united, then scored in all of them."""
        return _Search(self._current().searcher(), self._schema, kind).run(query, limit)

    def count(self) -> int:
        """How many articles are findable."""
        return int(self._current().searcher().num_docs)

    def close(self) -> None:
        """Let go of the files."""
        self._generation, self._seen = None, -1


class _Search:
    """One search on one snapshot."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, kind: ArticleKind) -> None:
        self._searcher = searcher
        self._schema = schema
        self._kind = kind
        self._total = searcher.num_docs

    def run(self, query: Query, limit: int) -> Found:
        rarity = self._rarity(set(query.words))
        lists = {
            "head": self._hits(self._any("head", rarity)),
            "all": self._hits(self._any("all", rarity)),
            "grams": self._hits(self._any("grams", query.grams)),
        }
        best = {_key(address): address for hits in lists.values() for _, address in hits[:limit]}
        lists["covered"] = self._hits(self._weighted(rarity))
        scored = {name: {_key(address): score for score, address in hits} for name, hits in lists.items()}
        found = [
            Candidate(*self._card(address), {name: scores.get(key, 0.0) for name, scores in scored.items()})
            for key, address in best.items()
        ]
        unknown = {word for each in found for word in each.words} - rarity.keys()
        return Found(tuple(found), rarity | self._rarity(unknown), self._total)

    def _rarity(self, words: Iterable[str]) -> dict[str, float]:
        field = _field(self._kind, "all")
        return {word: _rarity(self._searcher.doc_freq(field, word), self._total) for word in words}

    def _term(self, name: str, term: str) -> Clause:
        return Clause.term_query(self._schema, _field(self._kind, name), term, "freq")

    def _any(self, name: str, terms: Iterable[str]) -> Clause:
        return Clause.boolean_query([(Occur.Should, self._term(name, term)) for term in terms])

    def _weighted(self, rarity: Mapping[str, float]) -> Clause:
        return Clause.boolean_query(
            [
                (Occur.Should, Clause.const_score_query(self._term("all", word), weight))
                for word, weight in rarity.items()
            ]
        )

    def _hits(self, clause: Clause) -> list[tuple[float, tantivy.DocAddress]]:
        return self._searcher.search(clause, POOL, count=False).hits

    def _card(self, address: tantivy.DocAddress) -> tuple[Article, tuple[str, ...]]:
        return unpack(self._searcher.doc(address)["card"][0])


def _key(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _rarity(found: int, total: int) -> float:
    return math.log(1 + (total - found + 0.5) / (found + 0.5))
