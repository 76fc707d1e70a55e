"""The embedded engine: tantivy in a folder, one writer at a time, any number of readers in any process.

The folder holds generations and a file `current` that names the one in use. A generation is one tantivy index per kind
of article, because BM25 counts everything in an index: news must not change how probable a fact-check is. A rebuild
writes a new generation and then replaces that file: searches go on meanwhile, and a crash leaves the old one.
"""

from __future__ import annotations

import math
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from periksa.errors import IndexUnavailable
from periksa.index.entry import entry, pack, unpack
from periksa.model import Article, ArticleKind, Candidate, Found, Query

FORMAT = 3
"""Raise it when fields or analysis change: an older generation is then refused until the index is rebuilt."""
FIELDS = ("head", "all", "grams")
HEAP = 30_000_000
"""Bytes the writer may use before it flushes a segment."""
BATCH = 1000
POOL = 200
"""How far down a list a candidate of another list is looked for; beyond it, its score there counts as 0."""
PATIENCE = 100
"""How many times a busy writer's lock is tried, 0.1 s apart."""

Hits = list[tuple[float, tantivy.DocAddress]]
Writers = Mapping[ArticleKind, tantivy.IndexWriter]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("card", stored=True)
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="spaces", index_option="freq")
    return builder.build()


SCHEMA = _schema()


@dataclass(frozen=True)
class _Generation:
    """One whole index: a folder with a tantivy index per kind."""

    folder: Path
    indexes: Mapping[ArticleKind, tantivy.Index]

    @classmethod
    def create(cls, folder: Path) -> _Generation:
        """Open it, made where it is not there yet."""
        for kind in ArticleKind:
            (folder / kind).mkdir(parents=True, exist_ok=True)
        return cls(folder, {kind: _index(folder / kind) for kind in ArticleKind})

    @classmethod
    def open(cls, folder: Path) -> _Generation:
        """Open it. Raises: IndexUnavailable where it is missing, damaged or of another format."""
        if not folder.name.startswith(f"v{FORMAT}-") or not folder.is_dir():
            raise IndexUnavailable(
                f"The index in {folder.parent} is missing or from another version; run `periksa reindex` to rebuild it."
            )
        with _damage_told(folder):
            if not all(tantivy.Index.exists(str(folder / kind)) for kind in ArticleKind):
                raise FileNotFoundError("a part of it is gone")
            return cls(folder, {kind: _index(folder / kind) for kind in ArticleKind})


def _index(folder: Path) -> tantivy.Index:
    index = tantivy.Index(SCHEMA, path=str(folder), reuse=True)
    index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader("OnCommit")
    return index


@contextmanager
def _damage_told(folder: Path) -> Iterator[None]:
    """Turns what the engine says of a damaged or vanished folder into our own words."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexUnavailable(
            f"The index in {folder} cannot be used ({error}); check the disk and run `periksa reindex` to rebuild it."
        ) from error


class EmbeddedIndex:
    """An index in a folder of its own.

    `pause` waits the given seconds between two tries for the writer's lock.
    """

    def __init__(self, folder: Path, pause: Callable[[float], None]) -> None:
        self._folder = folder
        self._pause = pause
        self._lock = threading.Lock()
        self._generation: _Generation | None = None
        with _damage_told(folder):
            folder.mkdir(parents=True, exist_ok=True)

    # ------------------------------------------------------------ generations

    @property
    def _pointer(self) -> Path:
        return self._folder / "current"

    def _current(self) -> _Generation:
        """The generation in use, opened anew when any process swapped it."""
        with self._lock:
            name = self._named()
            while self._generation is None or self._generation.folder.name != name:
                try:
                    self._generation = _Generation.open(self._folder / name)
                except IndexUnavailable:
                    name, failed = self._named(), name
                    if name == failed:
                        raise
            return self._generation

    def _named(self) -> str:
        with _damage_told(self._folder):
            try:
                return self._pointer.read_text(encoding="ascii").strip()
            except FileNotFoundError:
                return self._first()

    def _first(self) -> str:
        """An empty generation; processes that start at the same time make the same one."""
        folder = _Generation.create(self._folder / f"v{FORMAT}-0").folder
        self._swap(folder)
        return folder.name

    def _create(self) -> _Generation:
        numbers = [path.name.rpartition("-")[2] for path in self._folder.glob("v*-*")]
        last = max((int(number) for number in numbers if number.isdecimal()), default=0)
        folder = self._folder / f"v{FORMAT}-{last + 1}"
        folder.mkdir()
        return _Generation.create(folder)

    def _swap(self, folder: Path) -> None:
        draft = self._folder / f"current.{os.getpid()}"
        draft.write_text(folder.name, encoding="ascii")
        draft.replace(self._pointer)

    # ------------------------------------------------------------ writing

    @contextmanager
    def _writing(self, generation: _Generation, kinds: Iterable[ArticleKind]) -> Iterator[Writers]:
        """Writers of these kinds; what they did is findable afterwards, and forgotten after an error."""
        with _damage_told(generation.folder):
            with ExitStack() as leased:
                writers = {kind: leased.enter_context(self._leased(generation.indexes[kind])) for kind in kinds}
                yield writers
                for writer in writers.values():
                    writer.commit()
            for kind in writers:
                generation.indexes[kind].reload()

    @contextmanager
    def _leased(self, index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
        writer = self._lease(index)
        try:
            yield writer
        finally:
            writer.wait_merging_threads()

    def _lease(self, index: tantivy.Index) -> tantivy.IndexWriter:
        for _ in range(PATIENCE):
            try:
                return index.writer(HEAP, 1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise
            self._pause(0.1)
        raise IndexUnavailable(f"Another process has been writing the index in {self._folder} for long; try again.")

    def put(self, articles: Sequence[Article]) -> None:
        """Insert or replace by id; searchable when this returns."""
        generation = self._current()
        kinds = {article.kind for article in articles} | _holding(generation, [article.id for article in articles])
        with self._writing(generation, kinds) as writers:
            for article in articles:
                _forget(writers, article.id)
                writers[article.kind].add_document(_document(article))

    def drop(self, ids: Sequence[str]) -> None:
        """Forget these; unknown ids are fine."""
        generation = self._current()
        with self._writing(generation, _holding(generation, ids)) as writers:
            for id in ids:
                _forget(writers, id)

    def rebuild(self, articles: Iterable[Article]) -> int:
        """Build a generation beside the one in use, swap it in, then sweep the old ones away."""
        with _damage_told(self._folder):
            generation = self._create()
        waiting, total = iter(articles), 0
        with self._writing(generation, ArticleKind) as writers:
            while batch := list(islice(waiting, BATCH)):
                total += len(batch)
                for article in batch:
                    writers[article.kind].add_document(_document(article))
        with _damage_told(self._folder):
            self._swap(generation.folder)
        for old in self._folder.glob("v*-*"):
            if old != generation.folder:
                shutil.rmtree(old, ignore_errors=True)
        return total

    # ------------------------------------------------------------ finding

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        """The best of each list, united, then scored in all of them."""
        generation = self._current()
        with _damage_told(generation.folder):
            return _Search(generation.indexes[kind].searcher()).run(query, limit)

    def count(self) -> int:
        """How many articles are findable."""
        return sum(index.searcher().num_docs for index in self._current().indexes.values())

    def close(self) -> None:
        """Let go of the files."""
        self._generation = None


def _document(article: Article) -> tantivy.Document:
    made = entry(article)
    fields = {name: " ".join(getattr(made, name)) for name in FIELDS}
    return tantivy.Document(id=article.id, card=pack(made), **fields)


def _holding(generation: _Generation, ids: Iterable[str]) -> set[ArticleKind]:
    """The kinds under which any of these articles stands."""
    searchers = {kind: index.searcher() for kind, index in generation.indexes.items()}
    return {kind for kind, searcher in searchers.items() if any(searcher.doc_freq("id", id) for id in ids)}


def _forget(writers: Writers, id: str) -> None:
    for writer in writers.values():
        writer.delete_documents_by_term("id", id)


class _Search:
    """One search on one snapshot."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._total = searcher.num_docs

    def run(self, query: Query, limit: int) -> Found:
        rarity = self._rarity(set(query.words))
        lists = {
            "head": self._hits(_any("head", rarity), limit),
            "all": self._hits(_any("all", rarity), limit),
            "grams": self._hits(_any("grams", query.grams), limit),
        }
        best = {_key(address): address for hits in lists.values() for _, address in hits[:limit]}
        lists["covered"] = self._hits(_weighted(rarity), limit)
        scored = {name: {_key(address): score for score, address in hits} for name, hits in lists.items()}
        found = [
            Candidate(*self._card(address), {name: scores.get(key, 0.0) for name, scores in scored.items()})
            for key, address in best.items()
        ]
        unknown = {word for each in found for word in each.words} - rarity.keys()
        return Found(tuple(found), rarity | self._rarity(unknown), self._total)

    def _rarity(self, words: Iterable[str]) -> dict[str, float]:
        """Articles that were replaced or dropped are still counted by `doc_freq` until their segment is merged."""
        found = {word: min(self._searcher.doc_freq("all", word), self._total) for word in words}
        return {word: math.log(1 + (self._total - n + 0.5) / (n + 0.5)) for word, n in found.items()}

    def _hits(self, clause: Clause, limit: int) -> Hits:
        return self._searcher.search(clause, max(POOL, limit), count=False).hits

    def _card(self, address: tantivy.DocAddress) -> tuple[Article, tuple[str, ...]]:
        return unpack(self._searcher.doc(address)["card"][0])


def _key(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _term(name: str, term: str) -> Clause:
    return Clause.term_query(SCHEMA, name, term, "freq")


def _any(name: str, terms: Iterable[str]) -> Clause:
    return Clause.boolean_query([(Occur.Should, _term(name, term)) for term in terms])


def _weighted(rarity: Mapping[str, float]) -> Clause:
    return Clause.boolean_query(
        [(Occur.Should, Clause.const_score_query(_term("all", word), weight)) for word, weight in rarity.items()]
    )
