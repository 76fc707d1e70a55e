"""The embedded engine: tantivy in a folder, one writer at a time, any number of readers in any process.

The folder holds generations and a file `current` that names the one in use. A generation is one tantivy index per kind
of article, because BM25 counts everything in an index: news must not change how probable a fact-check is. A rebuild
writes a new generation and then replaces that file: searches go on meanwhile, and a crash leaves the old one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import tantivy

from periksa.errors import IndexUnavailable
from periksa.index.meaning import Meanings, packed
from periksa.index.snapshot import SCHEMA, Snapshot, document, named, row_name
from periksa.index.words import Vocabulary, written
from periksa.model import Article, ArticleKind, Found, Meaning, Query

FORMAT = 4
"""Raise it when fields or analysis change: an older generation is then refused until the index is rebuilt."""
HEAP = 30_000_000
"""Bytes the writer may use before it flushes a segment."""
BATCH = 1000
PATIENCE = 100
"""How many times a busy writer's lock is tried, 0.1 s apart."""
LOST = 0.5
"""Holding less than this share of what it should, an index is not taken for one: it was made empty, or is another's."""

PANIC = "PanicException"
"""What the engine raises on some damaged files. It is no `Exception` and has no address to import it from."""

Writers = Mapping[ArticleKind, tantivy.IndexWriter]


@dataclass(frozen=True)
class _Generation:
    """One whole index: a folder with a tantivy index per kind, and beside each its meanings, a file per encoder.

    The words that articles of any kind were written with stand in a file of their own.
    """

    folder: Path
    indexes: Mapping[ArticleKind, tantivy.Index]
    vocabulary: Vocabulary
    _meanings: dict[Path, Meanings] = field(default_factory=dict)

    @classmethod
    def create(cls, folder: Path) -> _Generation:
        """Open it, made where it is not there yet."""
        for kind in ArticleKind:
            (folder / kind).mkdir(parents=True, exist_ok=True)
        return cls._of(folder)

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
            return cls._of(folder)

    @classmethod
    def _of(cls, folder: Path) -> _Generation:
        return cls(folder, {kind: _index(folder / kind) for kind in ArticleKind}, Vocabulary(folder / "words"))

    def meanings(self, kind: ArticleKind, like: Meaning) -> Meanings:
        """Those that the same encoder made."""
        path = self.folder / f"{kind}-{like.encoder}.meanings"
        return self._meanings.setdefault(path, Meanings(path, len(like.vector)))

    def count(self) -> int:
        """How many articles are findable."""
        return sum(index.searcher().num_docs for index in self.indexes.values())

    def version(self) -> str:
        """Its name, and what tells apart the files, one per kind, that the engine replaces at every commit."""
        files = [(self.folder / kind / "meta.json").stat() for kind in ArticleKind]
        return " ".join([self.folder.name, *(f"{each.st_ino}.{each.st_mtime_ns}.{each.st_size}" for each in files)])


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
    except BaseException as error:
        if not isinstance(error, (ValueError, OSError)) and type(error).__name__ != PANIC:
            raise
        raise IndexUnavailable(
            f"The index in {folder} cannot be used ({error}); check the disk and run `periksa reindex` to rebuild it."
        ) from error


class EmbeddedIndex:
    """An index in a folder of its own.

    `pause` waits the given seconds between two tries for the writer's lock. `expected` tells, whenever an index is
    opened, how many articles it should hold: one that holds far fewer is unavailable, lest people hear that nobody
    checked what somebody did.
    """

    def __init__(self, folder: Path, pause: Callable[[float], None], expected: Callable[[], int] = lambda: 0) -> None:
        self._folder = folder
        self._pause = pause
        self._expected = expected
        self._lock = threading.Lock()
        self._generation: _Generation | None = None
        self._version = ""
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
                    self._generation = self._opened(self._folder / name)
                except IndexUnavailable:
                    name, failed = self._named(), name
                    if name == failed:
                        raise
            return self._generation

    def _opened(self, folder: Path) -> _Generation:
        expected = self._expected()  # before its articles are counted: what is put meanwhile must not be missed
        generation = _Generation.open(folder)
        if (held := generation.count()) < LOST * expected:
            raise IndexUnavailable(
                f"The index in {self._folder} holds {held:,} of {expected:,} articles; "
                "run `periksa reindex` to rebuild it."
            )
        return generation

    def _named(self) -> str:
        with _damage_told(self._folder):
            try:
                return self._pointer.read_text(encoding="ascii").strip()
            except FileNotFoundError:
                return self._first()

    def _first(self) -> str:
        """An empty generation; processes that start at the same time make the same one.

        Not where there should be articles in it: then it was lost.
        """
        if self._expected():
            raise IndexUnavailable(f"The index in {self._folder} is gone; run `periksa reindex` to rebuild it.")
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

    def put(self, articles: Sequence[Article], meanings: Sequence[Meaning] = ()) -> None:
        """Insert or replace by id; searchable when this returns."""
        generation = self._current()
        with _damage_told(generation.folder):
            kinds = {article.kind for article in articles} | _holding(generation, [article.id for article in articles])
        with self._writing(generation, kinds) as writers:
            generation.vocabulary.add(word for article in articles for word in written(article))
            for article, names in zip(articles, _kept(generation, articles, meanings), strict=True):
                _forget(writers, article.id)
                writers[article.kind].add_document(document(article, names))

    def drop(self, ids: Sequence[str]) -> None:
        """Forget these; unknown ids are fine."""
        generation = self._current()
        with _damage_told(generation.folder):
            kinds = _holding(generation, ids)
        with self._writing(generation, kinds) as writers:
            for id in ids:
                _forget(writers, id)

    def rebuild(self, articles: Iterable[Article], meanings: Iterable[Meaning] = ()) -> int:
        """Build a generation beside the one in use, swap it in, then sweep the old ones away."""
        with self._rebuilding():
            return self._rebuilt(articles, meanings)

    @contextmanager
    def _rebuilding(self) -> Iterator[None]:
        """Alone: a second rebuild would sweep away what the first is building. Ends with the process at the latest."""
        with _damage_told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "rebuilding").open("ab")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexUnavailable(f"The index in {self._folder} is being rebuilt already; wait for it.") from error
            yield

    def _rebuilt(self, articles: Iterable[Article], meanings: Iterable[Meaning]) -> int:
        with _damage_told(self._folder):
            generation = self._create()
        waiting, their_meanings, total = iter(articles), iter(meanings), 0
        with self._writing(generation, ArticleKind) as writers:
            while batch := list(islice(waiting, BATCH)):
                total += len(batch)
                generation.vocabulary.add(word for article in batch for word in written(article))
                kept = _kept(generation, batch, list(islice(their_meanings, len(batch))))
                for article, names in zip(batch, kept, strict=True):
                    writers[article.kind].add_document(document(article, names))
        with _damage_told(self._folder):
            self._swap(generation.folder)
        for old in self._folder.glob("v*-*"):
            if old != generation.folder:
                shutil.rmtree(old, ignore_errors=True)
        return total

    # ------------------------------------------------------------ finding

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        """The best of each list, united, then scored in all of them; again if it was swept away meanwhile."""
        generation = self._current()
        try:
            with _damage_told(generation.folder):
                meanings = generation.meanings(kind, query.meaning) if query.meaning else None
                found = Snapshot(generation.indexes[kind].searcher(), generation.vocabulary, meanings).run(query, limit)
        except IndexUnavailable:
            if self._named() == generation.folder.name:
                raise
            return self.search(query, kind, limit)
        return found if generation.folder.is_dir() else self.search(query, kind, limit)

    def count(self) -> int:
        """How many articles are findable."""
        return self._current().count()

    def meant(self, encoder: str) -> int:
        """How many articles have a meaning by this encoder."""
        generation, clause = self._current(), named(encoder)
        with _damage_told(generation.folder):
            searchers = [index.searcher() for index in generation.indexes.values()]
            found = [searcher.search(clause, 1, count=True) for searcher in searchers]
            return sum(each.count for each in found)  # type: ignore[attr-defined] # its stubs forget it

    def version(self) -> str:
        """The generation in use and its state.

        A reader in this process learns of another's commit half a second later: where the version is new, we look now.
        """
        generation = self._current()
        try:
            with _damage_told(generation.folder):
                version = generation.version()
                if version != self._version:
                    for index in generation.indexes.values():
                        index.reload()
                    self._version = version
        except IndexUnavailable:
            if self._named() == generation.folder.name:
                raise
            return self.version()  # it was swept away after a rebuild
        return version

    def close(self) -> None:
        """Let go of the files."""
        self._generation = None


def _kept(generation: _Generation, articles: Sequence[Article], meanings: Sequence[Meaning]) -> list[Sequence[str]]:
    """The names under which the meaning of each article is now kept: its encoder, and encoder and row."""
    names: list[Sequence[str]] = [()] * len(articles)
    for kind in {article.kind for article in articles} if meanings else ():
        places = [at for at, article in enumerate(articles) if article.kind is kind]
        rows = packed(np.stack([meanings[at].vector for at in places]))
        encoder = meanings[0].encoder
        for row, at in enumerate(places, _whole(generation, kind, meanings[0]).append(rows)):
            names[at] = (encoder, row_name(encoder, row))
    return names


def _whole(generation: _Generation, kind: ArticleKind, like: Meaning) -> Meanings:
    """The meanings like this one. Rows that were lost would be given out again, to articles of another meaning."""
    file, clause = generation.meanings(kind, like), named(like.encoder)
    there = generation.indexes[kind].searcher().search(clause, 1, count=True).count  # type: ignore[attr-defined]
    if there > len(file):
        raise OSError(f"{there - len(file)} of {there} meanings in it are lost")
    return file


def _holding(generation: _Generation, ids: Iterable[str]) -> set[ArticleKind]:
    """The kinds under which any of these articles stands, also those that another process put just now."""
    for index in generation.indexes.values():
        index.reload()
    searchers = {kind: index.searcher() for kind, index in generation.indexes.items()}
    return {kind for kind, searcher in searchers.items() if any(searcher.doc_freq("id", id) for id in ids)}


def _forget(writers: Writers, id: str) -> None:
    for writer in writers.values():
        writer.delete_documents_by_term("id", id)
