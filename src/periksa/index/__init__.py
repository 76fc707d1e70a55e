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

from periksa.model import Article, ArticleKind, Found, Query


class Index(Protocol):
    """Where articles are found. Safe to search from many threads while one thread puts."""

    def put(self, articles: Sequence[Article]) -> None:
        """Insert or replace by id; searchable when this returns. Raises: IndexUnavailable.

        What is put during a rebuild goes into the old generation: the corridor puts it again.
        """
        ...

    def drop(self, ids: Sequence[str]) -> None: ...

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        """The best `limit` articles of each ranked list, united, with their scores in all of them.

        Raises: IndexUnavailable.
        """
        ...

    def rebuild(self, articles: Iterable[Article]) -> int:
        """Build anew beside the old one, then swap; searches go on meanwhile. How many articles."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...
