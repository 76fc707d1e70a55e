"""ROOM index: finding (recall; precision is the business of `answers`).

verb            `put`, `drop`, `search`
in → out        a query → candidates with their scores in every ranked list, and the rarity of words
may touch       its own folder
must not        decide, or be the only place where something is kept: it can be deleted and rebuilt
to add one      copy `memory.py` (the oracle); the contract suite finds it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from periksa.model import Article, ArticleKind, Found, Meaning, Query


class Index(Protocol):
    """Where articles are found. Safe to search from many threads while one thread puts."""

    def put(self, articles: Sequence[Article], meanings: Sequence[Meaning] = ()) -> None:
        """Insert or replace by id; searchable when this returns. Raises: IndexUnavailable.

        `meanings`: one for each article, all by one encoder; or none.
        What is put during a rebuild goes into the old generation: the corridor puts it again.
        """
        ...

    def drop(self, ids: Sequence[str]) -> None: ...

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        """The best `limit` articles of each ranked list, united, with their scores in all of them.

        Among the lists is the one by meaning, where the query has one and articles have some by the same encoder.

        Raises: IndexUnavailable.
        """
        ...

    def rebuild(self, articles: Iterable[Article], meanings: Iterable[Meaning] = ()) -> int:
        """Build anew beside the old one, then swap; searches go on meanwhile. How many articles.

        `meanings`: as for `put`; each is asked for after its article.
        """
        ...

    def count(self) -> int: ...

    def meant(self, encoder: str) -> int:
        """How many articles have a meaning by this encoder. Raises: IndexUnavailable."""
        ...

    def version(self) -> str:
        """Another string after every change, also by another process; whoever searches then sees that change.

        Cheap enough to ask before every question. Raises: IndexUnavailable.
        """
        ...

    def close(self) -> None: ...
