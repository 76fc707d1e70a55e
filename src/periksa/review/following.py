"""Everyone who asked is told how their case was settled: once, so many at a time, until an editor stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from periksa.model import CaseState, Job, JobKind, Outgoing, Telling
from periksa.review.telling import Asker, Settled, Wording, asked_by
from periksa.store import Store, Transaction

AT_ONCE = 100
"""People told in one transaction."""


class Following:
    """The shift of *follow_up* jobs."""

    def __init__(
        self, store: Store, wording: Wording, clock: Callable[[], datetime], wake: Callable[[JobKind], None]
    ) -> None:
        self._store = store
        self._wording = wording
        self._clock = clock
        self._wake = wake

    def follow_up(self, jobs: Sequence[Job]) -> None:
        """Tell those who asked, a batch for each job."""
        for job in jobs:
            self._follow_up(job)
        self._wake(JobKind.SEND)

    def _follow_up(self, job: Job) -> None:
        settled, askers = self._store.read(lambda tx: _askers(tx, job.key))
        at = self._clock()
        told = [self._wording.news(settled, asker, at) for asker in askers] if settled else []

        def tell(tx: Transaction) -> None:
            """Unless the case was stopped or settled otherwise while the words were found."""
            if settled and told and _goes_on(tx, settled):
                send(tx, told, at)
                tx.cases.told(settled.case.id, [asker.waiting.contact for asker in askers], at)
                if len(askers) == AT_ONCE:
                    tx.jobs.add([Job(JobKind.FOLLOW_UP, job.key)], at)
            tx.jobs.finish([job.id])

        self._store.write(tell).result()


def send(tx: Transaction, outgoing: Iterable[Outgoing], at: datetime) -> None:
    """On their way; those that are already are left alone."""
    new = [each for each in outgoing if tx.outbox.add(each)]
    tx.jobs.add([Job(JobKind.SEND, each.id, lane=each.contact) for each in new], at)


def _askers(tx: Transaction, id: str) -> tuple[Settled | None, list[Asker]]:
    case, telling = tx.cases.get(id), tx.tellings.of(id)
    if case is None or telling.stopped_at or case.state not in (CaseState.ANSWERED, CaseState.CLOSED):
        return None, []
    article = next(iter(tx.articles.get(case.articles[:1])), None)
    if case.state is CaseState.ANSWERED and article is None:
        return None, []
    askers = asked_by(tx, tx.cases.waiting(case.id, AT_ONCE))
    if telling.was_other:
        askers = [replace(each, told=_told_before(tx, telling, each)) for each in askers]
    return Settled(case, article if case.state is CaseState.ANSWERED else None, telling), askers


def _told_before(tx: Transaction, telling: Telling, asker: Asker) -> bool:
    """By an earlier telling, or as the answer to what they asked when the case was answered."""
    if tx.outbox.get_all(telling.told_before(asker.waiting.contact)):
        return True
    replies = tx.outbox.of(asker.waiting.contact)
    return any(reply.article and reply.message == asker.waiting.message for reply in replies)


def _goes_on(tx: Transaction, settled: Settled) -> bool:
    """Whether it is told as it was a moment ago. From here on nobody stops it until this transaction is over."""
    telling, case = tx.tellings.hold(settled.case.id), tx.cases.get(settled.case.id)
    return telling == settled.telling and case is not None and case.state is settled.case.state
