"""Corridor: the library given back, to readers' pages, feeds, programs and files.

    newest, said      store: a page of articles or statements, newest first
    article, also     store: one article → index.search → answers: who else examined its claim
    every             store: the whole library, streamed into a file

The forms it is given in stand beside this file, pure: `claimreview`, `feeds`, `records`, `sitemaps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from periksa.answers.ratings import Ratings, shipped
from periksa.errors import IndexUnavailable, ModelUnavailable
from periksa.finding import Finder
from periksa.model import (
    Also,
    Article,
    ArticleKind,
    Edition,
    Message,
    MessageKind,
    Place,
    Said,
    Scale,
    Sieve,
)
from periksa.store import Store

T = TypeVar("T")


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
        """A page of statements, newest day first; `speaker` is a `speaker_key`. Raises: StoreError."""
        return self._store.read(lambda tx: tx.articles.said(sieve, limit, behind, speaker))

    def editions(self, ids: Sequence[str]) -> list[Edition]:
        """Those articles that exist, in the order asked for. Raises: StoreError."""
        return self._store.read(lambda tx: tx.articles.editions(ids))

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
