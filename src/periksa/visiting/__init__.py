"""Corridor 2, its beginning: periksa visits publishers, and what they published, changed or took back walks in.

    visit     a site's listings (listing.py) → spots that are due → their pages (reading.py)
              → store: articles, spots, troubles, in one transaction each; jobs *index*, *correct*
    schedule  a job *visit* for each site that is switched on; it queues the next one itself

A visit is done in legs of at most so many listings and articles, and every step of a leg is committed: where somebody
was killed the next goes on. Pages are fetched politely, read in a box, and kept by what is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from periksa.errors import ConfigError, PeriksaError
from periksa.model import Job, JobKind, SpotKind, Visit
from periksa.sources.site import Site
from periksa.store import Transaction
from periksa.visiting import listing, reading
from periksa.visiting.choosing import chosen
from periksa.visiting.errand import HELD, Errand, Kit, Leaving, Outcome
from periksa.visiting.health import Health

__all__ = ["Kit", "Outcome", "Visiting", "chosen"]


class Visiting:
    """The corridor. `sites` are those that are switched on; `every`: how long after a visit the next one begins."""

    def __init__(self, kit: Kit, sites: Sequence[Site], every: timedelta) -> None:
        self._kit = kit
        self.sites = {site.name: site for site in sites}
        self.every = every

    def schedule(self) -> None:
        """See to it that every site will be visited. Twice is once."""
        at = self._kit.clock()
        self._kit.store.write(lambda tx: tx.jobs.add([self._job(tx, site) for site in self._willing()], at)).result()

    def visit(self, jobs: Sequence[Job]) -> None:
        """The shift of *visit* jobs: one leg each, and the next job."""
        for job in jobs:
            site = self.sites.get(job.key)
            if site and not site.ask_first:
                self._visit(job, site)
            else:
                self._strike_off(job)

    def _strike_off(self, job: Job) -> None:
        self._kit.store.write(lambda tx: tx.jobs.finish([job.id])).result()

    def leg(self, site: Site, progress: Callable[[Outcome], None] = lambda _: None, *, starts: bool) -> Outcome | None:
        """Go on with a site for a while; None if it is in somebody else's hands. With `starts`, from its beginning.

        `Outcome.waiting` says what is left; unless it is `tired`, another leg does that.

        Raises: ConfigError (the site wants to be asked first), StoreError.
        """
        _asked(site)
        store, at = self._kit.store, self._kit.clock()
        if not store.write(lambda tx: tx.visits.begin(site.name, at, at + HELD)).result():
            return None
        errand, begun = Errand(site, self._kit, progress), False
        try:
            listing.walk(errand, starts=starts)
            begun = starts
            errand.outcome.waiting = self._waiting(site)
            errand.tell()
            reading.read(errand)
        except Leaving:
            errand.outcome.tired = True
        finally:
            errand.sum_up()
            self._end(errand, begun=begun)
        return errand.outcome

    def preview(self, site: Site) -> Iterator[tuple[str, str]]:
        """What a visit would fetch now, and why. Nothing is kept. Raises: as `leg`."""
        _asked(site)
        errand = Errand(site, self._kit, lambda _: None)
        try:
            yield from listing.preview(errand)
        except Leaving:
            return

    def health(self) -> list[Health]:
        """How each site does, in the order in which they are named. Raises: StoreError."""
        return self._kit.store.read(self._health)

    def _health(self, tx: Transaction) -> list[Health]:
        now, counts = self._kit.clock(), tx.visits.trouble_counts()
        return [Health.of(tx, site, now, counts) for site in self.sites.values()]

    def stop(self) -> None:
        """Whatever is on its way ends after the page in hand."""
        self._kit.leaving.set()

    def close(self) -> None:
        """Let go of the box."""
        self._kit.box.close()

    def _visit(self, job: Job, site: Site) -> None:
        """A job that comes too early, or twice, visits nobody."""
        store, at = self._kit.store, self._kit.clock()
        known = store.read(lambda tx: tx.visits.of(site.name))
        if known is None or known.next_at is None or known.next_at <= at:
            outcome = self.leg(site, starts=self._begins(known, at))
            if outcome is None:
                until = known.held_until if known and known.held_until else at + HELD
                store.write(lambda tx: tx.jobs.retry(job.id, until, "somebody else visits it")).result()
                return
        store.write(lambda tx: self._follow(tx, job, site)).result()

    def _follow(self, tx: Transaction, job: Job, site: Site) -> None:
        tx.jobs.add([self._job(tx, site)], self._kit.clock())
        tx.jobs.finish([job.id])

    def _begins(self, known: Visit | None, at: datetime) -> bool:
        """Whether a leg begins a visit; else it goes on with the last one."""
        return known is None or known.last_at is None or at - known.last_at >= self.every

    def _job(self, tx: Transaction, site: Site) -> Job:
        """Sites on one host wait for each other."""
        known = tx.visits.of(site.name)
        return Job(JobKind.VISIT, site.name, lane=site.hosts[0], not_before=known.next_at if known else None)

    def _willing(self) -> list[Site]:
        return [site for site in self.sites.values() if not site.ask_first]

    def _waiting(self, site: Site) -> int:
        at = self._kit.clock()
        return self._kit.store.read(lambda tx: tx.visits.waiting(site.name, list(SpotKind), at))

    def _end(self, errand: Errand, *, begun: bool) -> None:
        """Let go of the site, and note when it is visited next: at once, where something waits.

        `begun`: this leg asked all listings where a visit begins; one that was stopped before has begun none.
        """
        site, outcome, at = errand.site, errand.outcome, self._kit.clock()
        outcome.tired = outcome.tired or errand.tired
        try:
            outcome.waiting = self._waiting(site)
            goes_on = self._kit.leaving.is_set() or (outcome.waiting and not outcome.tired)
            next_at = at if goes_on else at + self.every
            self._kit.store.write(lambda tx: _end(tx, outcome, site, at, next_at, begun)).result()
        except PeriksaError:
            return  # whoever could not write here either raises that already; the site is free again after a while


def _asked(site: Site) -> None:
    """Nothing of a site is fetched before the operator has settled what it demands. Raises: ConfigError."""
    if site.ask_first:
        raise ConfigError(f"{site.name} waits for your word. {site.ask_first}")


def _end(tx: Transaction, outcome: Outcome, site: Site, at: datetime, next_at: datetime, begun: bool) -> None:
    before = tx.visits.of(site.name) or Visit(site.name, at)
    counts = {name: getattr(outcome, name) for name in ("requests", "bytes", "listed", "new", "changed", "gone")}
    if begun:
        visit = replace(before, last_at=at, reached=outcome.reached, **counts)
    else:
        visit = replace(before, **{name: getattr(before, name) + count for name, count in counts.items()})
    tx.visits.end(replace(visit, next_at=next_at, expected=site.a_week))
