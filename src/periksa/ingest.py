"""Corridor 2: a publisher in, a findable article out.

    import_file   source.parse → statements.attributed, unless the same came in before → store: article, and job `index`
                  where something changed, or out of the store where its publisher withdrew it
                  and job `correct` where a publisher changed its mind
    add           store: article → index.put, or index.drop where it is gone; job `review`, or `correct`
    reindex       every article of the store → index.rebuild
    keeping, withdraw   what `import_file` and visits have in common: articles and jobs, in somebody's transaction

A committed transaction stands between the first two: the index is never ahead of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, tee
from pathlib import Path
from typing import TypeVar

from periksa.encoders import Encoder
from periksa.errors import IndexUnavailable, InputError, ModelUnavailable
from periksa.index import Index
from periksa.model import REVIEW_KEY, Article, CaseState, Job, JobKind, JobState, Meaning
from periksa.sources import Parsed, Problem, Source
from periksa.statements import attributed, mark
from periksa.store import Store, Transaction

T = TypeVar("T")

BATCH = 500
"""Articles of one transaction."""
HEAD = 4096
AT_ONCE = 1000
"""Articles put into the index in one commit of its own."""
LEASE = timedelta(minutes=1)
SETTLED = timedelta(seconds=10)
"""After a change, until open cases are held against the library again: an import changes it many times."""
MOST_PROBLEMS = 1000
"""So many are kept for the report; the others are counted, lest a file that is none at all fills the memory."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """Articles on their way into the store, and by id a mark of what came in, before anything was read out of it."""

    articles: Sequence[Article]
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Imported:
    """What came of one file. Importing it again changes nothing."""

    read: int = 0
    """Records that became articles."""
    new_or_changed: int = 0
    withdrawn: int = 0
    """Of the records, those that say that the publisher took the article back; it was in the library."""
    refused: int = 0
    """Records that became none."""
    problems: list[Problem] = field(default_factory=list)
    """The first `MOST_PROBLEMS`, in the order of the file."""
    more_problems: int = 0

    @property
    def unchanged(self) -> int:
        """Articles the store had already, word for word."""
        return self.read - self.new_or_changed

    def note(self, parsed: Parsed) -> None:
        """Count one record and keep what was wrong with it."""
        self.read += parsed.article is not None and not parsed.withdrawn
        self.refused += parsed.article is None and any(problem.refused for problem in parsed.problems)
        room = MOST_PROBLEMS - len(self.problems)
        self.problems.extend(parsed.problems[:room])
        self.more_problems += len(parsed.problems[room:])


class Ingest:
    """Walks publishers' articles into the store and the index; without an encoder, only their words."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        index: Index,
        clock: Callable[[], datetime],
        encoder: Encoder | None = None,
    ) -> None:
        self._store = store
        self._sources = sources
        self._index = index
        self._clock = clock
        self._encoder = encoder

    def import_file(self, path: Path, progress: Callable[[Parsed], None]) -> Imported:
        """Every article of a file into the store; `progress` is told of each record as it is read.

        What was read before an error stays; the same file can simply be imported again.

        Raises: InputError if the file as a whole cannot be read, StoreError.
        """
        imported = Imported()
        records = self._noted(self._dated(path, read(path, self._sources)), imported, progress)
        for new_or_changed, withdrawn in self._kept(_batches(records)):
            imported.new_or_changed += new_or_changed
            imported.withdrawn += withdrawn
        return imported

    def add(self, jobs: Sequence[Job]) -> None:
        """The `index` shift: make the articles of these jobs findable, or forget those that are gone.

        Raises: StoreError, IndexUnavailable, ModelUnavailable.
        """
        ids = list(dict.fromkeys(job.key for job in jobs))
        articles = self._store.read(lambda tx: tx.articles.get(ids))
        if articles:
            self._index.put(articles, meanings(articles, self._encoder))
        if gone := set(ids) - {article.id for article in articles}:
            self._index.drop(sorted(gone))
        self._store.write(lambda tx: self._note_indexed(tx, jobs, sorted(gone), new=bool(articles))).result()

    def _note_indexed(self, tx: Transaction, jobs: Sequence[Job], gone: Sequence[str], *, new: bool) -> None:
        """The library changed: open cases are looked at again, and who was told what is gone hears so."""
        now = self._clock()
        waits = new and tx.cases.list(CaseState.OPEN, 1)
        review = [Job(JobKind.REVIEW, REVIEW_KEY, not_before=now + SETTLED)] if waits else []
        tx.jobs.add([*review, *(Job(JobKind.CORRECT, id) for id in gone)], now)
        tx.jobs.finish(job.id for job in jobs)

    def index_waiting(self, progress: Callable[[int], None]) -> None:
        """Walk the *index* jobs here and now; `progress` is told how many were done. What another process has in hand
        is left to it.

        Raises: StoreError; IndexUnavailable, ModelUnavailable (the jobs are put back and wait for a worker).
        """
        while jobs := self._claim():
            try:
                self.add(jobs)
            except (IndexUnavailable, ModelUnavailable) as error:
                self._put_back(jobs, str(error))
                raise
            progress(len(jobs))

    def _claim(self) -> list[Job]:
        now = self._clock()
        return self._store.write(lambda tx: tx.jobs.claim([JobKind.INDEX], AT_ONCE, now, LEASE)).result()

    def _put_back(self, jobs: Sequence[Job], why: str) -> None:
        now = self._clock()

        def put_back(tx: Transaction) -> None:
            for job in jobs:
                tx.jobs.retry(job.id, now, why)

        self._store.write(put_back).result()

    def reindex(self, progress: Callable[[int], None]) -> int:
        """Build the index anew from the store; `progress` is told how many articles are in. How many there are.

        Whatever changed while it was being built is queued to be indexed again: it went into the old one.

        Raises: StoreError, IndexUnavailable, ModelUnavailable.
        """
        indexed: dict[str, int] = {}

        def watched(tx: Transaction) -> Iterator[Article]:
            return _watched(tx.articles.all(), indexed, progress)

        total = self._store.read(lambda tx: self._index.rebuild(*with_meanings(watched(tx), self._encoder)))
        stored = self._store.read(lambda tx: {article.id: hash(article) for article in tx.articles.all()})
        if changed := sorted({id for id, _ in indexed.items() ^ stored.items()}):
            now = self._clock()
            self._store.write(lambda tx: tx.jobs.add(_index_jobs(changed), now)).result()
        return total

    def _dated(self, path: Path, records: Iterable[Parsed]) -> Iterator[Parsed]:
        """Records, a remark with those that are dated ahead: it may be tomorrow already where they were published."""
        latest = self._clock().date() + timedelta(days=1)
        for parsed in records:
            article = parsed.article
            if article and article.date and article.date > latest:
                what = f'is in the future: {article.date} ("{article.id[:60]}"); it was kept'
                parsed = replace(parsed, problems=(*parsed.problems, Problem(path.name, "date", what, refused=False)))
            yield parsed

    def _noted(
        self, records: Iterable[Parsed], imported: Imported, progress: Callable[[Parsed], None]
    ) -> Iterator[Parsed]:
        """Those that are articles."""
        for parsed in records:
            imported.note(parsed)
            progress(parsed)
            if parsed.article:
                yield parsed

    def _kept(self, batches: Iterable[list[Parsed]]) -> Iterator[tuple[int, int]]:
        """How many of each batch were new or changed, and withdrawn. The next is read while one is being committed."""
        committing: Future[tuple[int, int]] | None = None
        on_the_way: set[str] = set()
        for batch in batches:
            latest = {each.article.id: each for each in batch if each.article}
            gone = [id for id, each in latest.items() if each.withdrawn]
            here = [each.article for each in latest.values() if each.article and not each.withdrawn]
            fresh = arriving(self._store, here, on_the_way)
            if committing:
                yield committing.result()
            committing = self._keep(fresh, gone)
            on_the_way = set(latest)
        if committing:
            yield committing.result()

    def _keep(self, batch: Arriving, gone: Sequence[str]) -> Future[tuple[int, int]]:
        now = self._clock()

        def kept(tx: Transaction) -> tuple[int, int]:
            return sum(map(len, keep(tx, batch, now))), withdraw(tx, gone, now)

        return self._store.write(kept)


def findable(store: Store) -> int:
    """How many articles an index should hold: those stored that do not wait to be put into it. Raises: StoreError."""

    def count(tx: Transaction) -> int:
        states = (JobState.READY, JobState.LEASED)
        counts = tx.jobs.counts()
        return tx.articles.count() - sum(counts.get((JobKind.INDEX, state), 0) for state in states)

    return max(0, store.read(count))


def keeping(
    store: Store, articles: Sequence[Article]
) -> Callable[[Transaction, datetime], tuple[list[str], list[str]]]:
    """Make articles ready, and then `keep` them in somebody's transaction. Raises: StoreError."""
    batch = arriving(store, articles) if articles else Arriving(())
    return lambda tx, at: keep(tx, batch, at)


def arriving(store: Store, articles: Sequence[Article], moving: Collection[str] = ()) -> Arriving:
    """Those of them that came in otherwise before, or not at all, with who said what in them; a mark of each.

    `moving` are ids of which something else may be about to be written: these are never left out. Raises: StoreError.
    """
    marks = {article.id: mark(article) for article in articles}
    same = store.read(lambda tx: tx.changes.same(marks)) - set(moving)
    fresh = [attributed(article) for article in articles if article.id not in same]
    return Arriving(fresh, {article.id: marks[article.id] for article in fresh})


def keep(tx: Transaction, arriving: Arriving, at: datetime) -> tuple[list[str], list[str]]:
    """Articles into the store, and what follows from them queued; the ids of the new ones and of the changed ones."""
    batch = arriving.articles
    if not batch:
        return [], []
    before = {article.id: _verdict(article) for article in tx.articles.get([each.id for each in batch])}
    fresh = tx.articles.put(batch, at)
    tx.changes.came(arriving.marks)
    now_says = {article.id: _verdict(article) for article in batch if article.id in before}
    corrected = [Job(JobKind.CORRECT, id) for id in fresh if now_says.get(id) != before.get(id)]
    tx.jobs.add([*_index_jobs(fresh), *corrected], at)
    return [id for id in fresh if id not in before], [id for id in fresh if id in before]


def withdraw(tx: Transaction, ids: Sequence[str], at: datetime) -> int:
    """Their publisher took them back: out of the store, by jobs out of the index, and whoever was told hears so.

    How many there were.
    """
    there = [article.id for article in tx.articles.get(ids)] if ids else []
    if not there:
        return 0
    tx.jobs.add(_index_jobs(there), at)
    tx.changes.withdrawn(there, at)
    return tx.articles.drop(there)


def meanings(articles: Sequence[Article], encoder: Encoder | None) -> list[Meaning]:
    """The meaning of each; none where there is no encoder. Raises: ModelUnavailable."""
    return [Meaning(encoder.fingerprint, row) for row in encoder.heads(articles)] if encoder else []


def with_meanings(articles: Iterable[Article], encoder: Encoder | None) -> tuple[Iterable[Article], Iterable[Meaning]]:
    """A stream of articles, and the stream of their meanings as an index takes it. Raises: ModelUnavailable."""
    if encoder is None:
        return articles, ()
    batches = _batches(iter(articles))
    one, other = tee(pair for batch in batches for pair in zip(batch, meanings(batch, encoder), strict=True))
    return (article for article, _ in one), (meaning for _, meaning in other)


def read(path: Path, sources: Sequence[Source]) -> Iterator[Parsed]:
    """Every record of a file, by the first source that reads its form. Raises: InputError."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    for source in sources:
        if source.reads(path, head):
            return source.parse(path)
    forms = ", ".join(source.form for source in sources)
    raise InputError(f"{path.name} is of no form that is understood; import one of: {forms}.")


def _batches(each: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(each, BATCH)):
        yield batch


def _verdict(article: Article) -> tuple[str, str, str]:
    """What whoever was told it must hear about when it changes."""
    return article.rating, article.claim or article.title, article.outlet


def _index_jobs(ids: Iterable[str]) -> list[Job]:
    """The lane keeps two changes of one article from overtaking each other in two workers."""
    return [Job(JobKind.INDEX, id, lane=id) for id in ids]


def _watched(articles: Iterable[Article], seen: dict[str, int], progress: Callable[[int], None]) -> Iterator[Article]:
    """Passes articles on, noting what each of them holds."""
    seen.clear()
    for article in articles:
        yield article
        seen[article.id] = hash(article)
        progress(len(seen))
