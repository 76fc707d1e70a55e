"""The library as editors look at it, in memory, plainly written: what this does the other stores must do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

from periksa.model import Article, ArticleKind, Edition, Outgoing, Place, Revision, Shelved, Used
from periksa.model.replies import PUT_RIGHT
from periksa.store.memory_tables import Tables
from periksa.store.text import clean


class MemoryCatalogue:
    """Reads."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def page(self, wanted: Shelved, limit: int, behind: Place | None = None) -> Sequence[Edition]:
        """Newest first."""
        rows = sorted(filter(lambda each: _passes(each, wanted), self._tables.articles.values()), key=_turn)[::-1]
        if behind:
            seen = (behind.day is not None, behind.day or date.min, clean(behind.id))
            rows = [each for each in rows if _turn(each) < seen]
        return [Edition(each, self._tables.articles_changed[each.id]) for each in rows[:limit]]

    def used(self) -> Sequence[Used]:
        """Most used first."""
        checks = sorted(
            (each for each in self._tables.articles.values() if each.kind is ArticleKind.FACT_CHECK),
            key=lambda each: each.id,
        )
        counts = Counter((each.outlet, each.rating) for each in checks)
        first = {(each.outlet, each.rating): each.id for each in reversed(checks)}
        rows = (Used(*key, count, first[key]) for key, count in counts.items())
        return sorted(rows, key=lambda each: (-each.articles, each.outlet, each.rating))

    def revisions(self, limit: int = 50) -> Sequence[Revision]:
        """Latest first."""
        told = {each.article for each in self._tables.outbox.values() if each.article}
        changed = (
            Revision(id, at)
            for id, at in self._tables.articles_changed.items()
            if id in told and at > self._tables.articles_added[id]
        )
        gone = (Revision(id, at, withdrawn=True) for id, at in self._tables.withdrawals.items() if id in told)
        return sorted([*changed, *gone], key=lambda each: (each.at, each.id), reverse=True)[:limit]

    def left(self, id: str) -> datetime | None:
        """When."""
        return self._tables.withdrawals.get(clean(id))

    def told(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """By channel."""
        return self._people(ids, lambda _: True)

    def corrected(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """By channel."""
        return self._people(ids, self._is_put_right)

    def _is_put_right(self, reply: Outgoing) -> bool:
        return any(
            later.id.startswith(PUT_RIGHT)
            and later.contact == reply.contact
            and later.sequence > reply.sequence
            and (later.article == reply.article or (not later.article and later.message == reply.message))
            for later in self._tables.outbox.values()
        )

    def _people(self, ids: Collection[str], counts: Callable[[Outgoing], bool]) -> dict[str, dict[str, int]]:
        asked = set(map(clean, ids)) - {""}
        people: dict[tuple[str, str], set[str]] = {}
        for each in self._tables.outbox.values():
            if each.article in asked and not each.id.startswith(PUT_RIGHT) and counts(each):
                people.setdefault((each.article, each.channel), set()).add(each.contact)
        found: dict[str, dict[str, int]] = {}
        for (article, channel), told in people.items():
            found.setdefault(article, {})[channel] = len(told)
        return found


def _passes(article: Article, wanted: Shelved) -> bool:
    pairs = (
        (article.kind, wanted.kind),
        (article.outlet, clean(wanted.outlet)),
        (article.rating, clean(wanted.rating)),
        (article.language, clean(wanted.language)),
    )
    if any(asked and is_ != asked for is_, asked in pairs):
        return False
    if wanted.since or wanted.until:
        return article.date is not None and (wanted.since or date.min) <= article.date <= (wanted.until or date.max)
    return True


def _turn(article: Article) -> tuple[bool, date, str]:
    return article.date is not None, article.date or date.min, article.id
