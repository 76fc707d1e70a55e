"""Corridor: what editors see of cases. Nobody's number: who waits is counted, numbers in texts are masked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from urllib.parse import unquote

from periksa.answers import same
from periksa.lang.mask import masked
from periksa.model import Article, ArticleKind, Case, CaseOrder, CaseState, Opened
from periksa.store import Store, Transaction

ASKERS = 60
"""Those who wait longest, whose words are looked at."""
VARIANTS = 8
"""Other wordings that are shown."""
IN_A_LIST, VARIANT, MOST = 400, 1_000, 10_000
"""Characters that are shown of a text: in a list, in other words, and at most."""


class Inbox:
    """Reads; what editors do is `review`'s."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, order: CaseOrder, limit: int) -> tuple[list[Case], int]:
        """Open cases in this order, their texts masked, and how many there are in all. Raises: StoreError."""

        def look(tx: Transaction) -> tuple[list[Case], int]:
            return tx.cases.list(CaseState.OPEN, limit, order), tx.cases.counts().get(CaseState.OPEN, 0)

        cases, total = self._store.read(look)
        return [replace(case, text=masked(case.text[:IN_A_LIST])) for case in cases], total

    def case(self, id: str) -> Opened | None:
        """A case, by its id or one it had before. Raises: StoreError."""
        return self._store.read(lambda tx: _opened(tx, id))

    def waiting(self, id: str) -> int:
        """How many people wait for the answer of a case. Raises: StoreError."""
        return self._store.read(lambda tx: tx.cases.count_waiting(id))

    def named(self, text: str) -> Article | None:
        """The fact-check that this text names: its id, or the address of its page here. Raises: StoreError."""
        path = text.strip().partition("?")[0].partition("#")[0]
        ids = [text.strip(), unquote(path.rpartition("/articles/")[2]) if "/articles/" in path else ""]
        found = self._store.read(lambda tx: tx.articles.get([id for id in ids if id]))
        return next((article for article in found if article.kind is ArticleKind.FACT_CHECK), None)


def _opened(tx: Transaction, id: str) -> Opened | None:
    case = tx.cases.get(id)
    if case is None:
        return None
    waiting = tx.cases.waiting(case.id, ASKERS)
    asked = filter(None, (tx.messages.get(each.message) for each in waiting))
    words = dict.fromkeys(masked(message.text[:VARIANT]).strip() for message in asked)
    words.pop("", None)
    text = masked(case.text[:MOST])
    words.pop(text[:VARIANT].strip(), None)
    article = next(iter(tx.articles.get(case.articles[:1])), None)
    return Opened(
        case,
        text,
        tx.cases.count_waiting(case.id),
        waiting[0].asked_at if waiting else None,
        dict(Counter(each.channel for each in waiting).most_common()),
        list(words)[:VARIANTS],
        article,
        not same.is_file(case.text),
    )
