"""Corridor 3: the library as editors look at it.

page, used         what is in it, and the words its publishers rate with    → nothing changes
revisions          what was changed or withdrawn after somebody was told it → nothing changes
tell_again         whoever holds what no longer holds is told               → job *correct*
sources            how the sites that are visited do                        → nothing changes
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from periksa.answers import retold
from periksa.answers.ratings import Ratings
from periksa.errors import CaseError
from periksa.model import (
    Audit,
    Edition,
    Job,
    JobKind,
    Place,
    Revised,
    Revision,
    Shelved,
    Source,
    Used,
    Version,
    Visit,
)
from periksa.store import Store, Transaction

LOOKED_AT = 2000
"""Replies that are looked through to find out who was told what."""
TROUBLES = 20
"""Shown of one source."""
WEEK = timedelta(days=7)
OVERDUE = 4
"""Visits missed in a row."""


class Site(Protocol):
    """A site that is switched on, as `sources` knows it."""

    @property
    def name(self) -> str:
        """Of its profile."""
        ...

    @property
    def a_week(self) -> float:
        """Articles it publishes in a slow week."""
        ...

    @property
    def ask_first(self) -> str:
        """What the operator must settle before it is visited."""
        ...


class Health(Protocol):
    """How a site does, as visits know it."""

    @property
    def site(self) -> Site:
        """Which."""
        ...

    @property
    def visit(self) -> Visit | None:
        """The latest."""
        ...

    @property
    def brought(self) -> int:
        """Articles in the last seven days."""
        ...

    @property
    def troubles(self) -> int:
        """How many."""
        ...

    @property
    def waiting(self) -> int:
        """Addresses to be fetched."""
        ...


class Catalogue:
    """`health` tells how sites do that are visited every so often."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        ratings: Ratings,
        wake: Callable[[JobKind], None] = lambda _: None,
        health: Callable[[], Sequence[Health]] = lambda: [],
        every: timedelta = timedelta(hours=1),
    ) -> None:
        self._store = store
        self._clock = clock
        self._ratings = ratings
        self._wake = wake
        self._health = health
        self._every = every

    def page(self, wanted: Shelved, limit: int, behind: Place | None = None) -> list[Edition]:
        """Articles, newest day first. Raises: StoreError."""
        return list(self._store.read(lambda tx: tx.catalogue.page(wanted, limit, behind)))

    def used(self) -> list[Used]:
        """Every publisher's words for ratings, and what each comes to. Raises: StoreError."""
        return self._store.read(self._used)

    def _used(self, tx: Transaction) -> list[Used]:
        """A word that its outlet does not tell is looked up by an article, whose address or title may."""
        rows = list(tx.catalogue.used())
        known = [replace(each, scale=self._ratings.scale(each.outlet, each.rating)) for each in rows]
        unknown = [each.example for each in known if each.scale is None]
        examples = {article.id: self._ratings.of(article) for article in tx.articles.get(unknown)}
        return [each if each.scale else replace(each, scale=examples.get(each.example)) for each in known]

    def revisions(self, limit: int = 50) -> list[Revision]:
        """What was changed or withdrawn after somebody was told it, latest first. Raises: StoreError."""
        return self._store.read(lambda tx: _filled(tx, list(tx.catalogue.revisions(limit))))

    def revised(self, id: str) -> Revised | None:
        """One of these, and who was told what of it; None if nobody was told it. Raises: StoreError."""
        return self._store.read(partial(_revised, id=id))

    def told(self, id: str) -> dict[str, int]:
        """How many people were told an article, by channel. Raises: StoreError."""
        return dict(self._store.read(lambda tx: tx.catalogue.told([id])).get(id, {}))

    def tell_again(self, id: str, by: str) -> None:
        """Whoever was told what the article no longer says is told what it says now, once.

        Raises: CaseError, if nobody was told it.
        """
        at = self._clock()

        def queue(tx: Transaction) -> bool:
            if not tx.outbox.told(id, limit=1):
                return False
            tx.jobs.add([Job(JobKind.CORRECT, id)], at)
            tx.audit.add(Audit(at, by, "corrected again", about=id))
            return True

        if not self._store.write(queue).result():
            raise CaseError(f"Nobody was told {id!r}: there is nothing to put right.")
        self._wake(JobKind.CORRECT)

    def sources(self) -> list[Source]:
        """How the sites do that are visited, those that ail first. Raises: ConfigError, StoreError."""
        now, health = self._clock(), self._health()
        found = self._store.read(lambda tx: [self._source(tx, each, now) for each in health])
        return sorted(found, key=lambda each: (not each.ails, not each.trouble_count, each.name))

    def _source(self, tx: Transaction, health: Health, now: datetime) -> Source:
        site, visit = health.site, health.visit
        return Source(
            name=site.name,
            last_at=visit.last_at if visit else None,
            next_at=visit.next_at if visit else None,
            brought=health.brought,
            expected=site.a_week,
            waiting=health.waiting,
            ails=self._ails(health, now),
            troubles=tuple(tx.visits.troubles(site.name, TROUBLES)) if health.troubles else (),
            trouble_count=health.troubles,
        )

    def _ails(self, health: Health, now: datetime) -> str:
        visit = health.visit
        if health.site.ask_first:
            return "asks"
        if visit is None or visit.last_at is None:
            return "never"
        if not visit.reached:
            return "unreached"
        if now - visit.last_at > OVERDUE * self._every:
            return "overdue"
        return "few" if now - visit.first_at >= WEEK and health.brought < health.site.a_week else ""


def _filled(tx: Transaction, found: list[Revision]) -> list[Revision]:
    """With the articles as they are now, and how many were told."""
    ids = [each.id for each in found]
    known = {each.id: each for each in tx.articles.get(ids)}
    told, corrected = tx.catalogue.told(ids), tx.catalogue.corrected(ids)
    last = tx.outbox.told_last([id for id in ids if id not in known])
    return [
        replace(
            each,
            article=known.get(each.id),
            said=retold.claim(last[each.id].reply.text) if each.id in last else "",
            told=told.get(each.id, {}),
            corrected=corrected.get(each.id, {}),
        )
        for each in found
    ]


def _revised(tx: Transaction, id: str) -> Revised | None:
    replies = tx.outbox.told(id, limit=LOOKED_AT)
    if not replies:
        return None
    edition = next(iter(tx.articles.editions([id])), None)
    left = tx.catalogue.left(id)
    at = edition.changed_at if edition else left or max(each.created_at for each in replies if each.created_at)
    [revision] = _filled(tx, [Revision(id, at, withdrawn=edition is None)])
    latest = {(each.contact, each.channel): each for each in replies}
    people: defaultdict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for (_, channel), reply in latest.items():
        people[retold.heading(reply.reply.text), retold.holds(reply.reply.text, revision.article)][channel] += 1
    versions = [Version(words, dict(channels), holds) for (words, holds), channels in people.items()]
    return Revised(revision, tuple(sorted(versions, key=lambda each: -sum(each.people.values()))), len(replies))
