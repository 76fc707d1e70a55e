"""Corridor: the library given back, to readers' pages, feeds, programs and files.

    newest, said      store: a page of articles or statements, newest first
    changes           store: what is new, changed or withdrawn since, in that order
    article, also     store: one article → index.search → answers: who else examined its claim
    every             store: the whole library, streamed into a file

The forms it is given in stand beside this file, pure: `claimreview`, `feeds`, `records`, `sitemaps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from periksa.answers.ratings import Ratings, shipped
from periksa.errors import IndexUnavailable, ModelUnavailable
from periksa.finding import Finder
from periksa.model import (
    Also,
    Article,
    ArticleKind,
    Change,
    Edition,
    Message,
    MessageKind,
    Place,
    Said,
    Scale,
    Sieve,
)
from periksa.publishing import speakers
from periksa.store import Store, Transaction

T = TypeVar("T")

SETTLED = timedelta(minutes=1)
"""Until a change is told: by then it is committed, or never will be."""


class Publishing:
    """The library as it is given back. `ratings` tell what a publisher's word comes to; left out, periksa's own."""

    def __init__(
        self, store: Store, finder: Finder, clock: Callable[[], datetime], ratings: Ratings | None = None
    ) -> None:
        self._store = store
        self._finder = finder
        self._clock = clock
        self._ratings = ratings or shipped()

    def newest(self, sieve: Sieve, limit: int, behind: Place | None = None) -> list[Edition]:
        """A page of articles, newest day first. Raises: StoreError."""
        return self._store.read(lambda tx: tx.articles.newest(sieve, limit, behind))

    def said(self, sieve: Sieve, limit: int, behind: Place | None = None, speaker: str = "") -> list[Said]:
        """A page of statements, newest day first; `speaker` is a `speaker_key`: whoever certainly is that person.

        Raises: StoreError.
        """

        def said(tx: Transaction) -> list[Said]:
            starts = speakers.beginnings(speaker) if speaker else set()
            others = tx.articles.speakers(starts) | speakers.titled(starts)
            return tx.articles.said(sieve, limit, behind, speakers.same(speaker, others) if speaker else ())

        return self._store.read(said)

    def editions(self, ids: Sequence[str]) -> list[Edition]:
        """Those articles that exist, in the order asked for. Raises: StoreError."""
        return self._store.read(lambda tx: tx.articles.editions(ids))

    def changes(self, since: datetime, limit: int, behind: str = "") -> list[Change]:
        """What is new, changed or withdrawn since then, oldest first; at `since` itself, what has a later id.

        The last minute is left out: who writes notes the time first, and whoever follows must not pass by anything.
        Raises: StoreError.
        """
        until = self._clock() - SETTLED
        return self._store.read(lambda tx: tx.changes.list(since, until, limit, behind))

    def outline(self, start: int, limit: int) -> list[tuple[str, datetime]]:
        """Ids and the times of their last change, by id. Raises: StoreError."""
        return self._store.read(lambda tx: tx.articles.outline(start, limit))

    def count(self) -> int:
        """How many articles there are. Raises: StoreError."""
        return self._store.read(lambda tx: tx.articles.count())

    def also(self, article: Article) -> Also:
        """Who else examined the claim of a fact-check; nobody where that cannot be looked up now."""
        claim = article.claim or article.title
        if article.kind is not ArticleKind.FACT_CHECK or not claim:
            return Also()
        now = self._clock()
        message = Message("also", "", "console", "also", MessageKind.TEXT, now, now, text=claim)
        try:
            return self._finder.also(message, article)
        except (IndexUnavailable, ModelUnavailable):
            return Also()

    def scale(self, article: Article) -> Scale | None:
        """What the publisher's word comes to, where that is known."""
        return self._ratings.of(article)

    def every(self, write: Callable[[Iterable[Article]], T]) -> T:
        """Hand the whole library to `write`, by id, streamed: what it makes of it. Raises: StoreError."""
        return self._store.read(lambda tx: write(tx.articles.all()))
