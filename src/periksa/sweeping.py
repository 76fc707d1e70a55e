"""What must go after its time, once an hour, by one job for all processes: webhooks as they came (docs/privacy.md), and
addresses of publishers that nobody names any more (docs/visits.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from periksa.model import SWEEP_KEY, Job, JobKind
from periksa.store import Store, Transaction

KEPT = timedelta(days=8)
"""How long a webhook is kept: a platform delivers one again for up to 7 days."""
UNNAMED = timedelta(days=90)
"""How long an address is known that no listing names any more, and that has nothing in the library."""
EVERY = timedelta(hours=1)
AT_ONCE = 500
"""What goes in one transaction: whoever writes meanwhile waits for no more than these."""


class Sweeping:
    """The corridor."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def schedule(self) -> None:
        """See to it that it is done. Twice is once."""
        at = self._clock()
        self._store.write(lambda tx: tx.jobs.add([Job(JobKind.SWEEP, SWEEP_KEY)], at)).result()

    def sweep(self, jobs: Sequence[Job]) -> None:
        """The shift of *sweep* jobs. The next is queued first: whatever goes wrong here, it is tried in an hour."""
        at = self._clock()
        following = Job(JobKind.SWEEP, SWEEP_KEY, not_before=at + EVERY)
        self._store.write(lambda tx: tx.jobs.add([following], at)).result()
        before = at - KEPT
        while self._store.write(lambda tx: tx.deliveries.sweep(before, AT_ONCE)).result() == AT_ONCE:
            pass
        unnamed = at - UNNAMED
        while self._store.write(lambda tx: tx.visits.sweep(unnamed, AT_ONCE)).result() == AT_ONCE:
            pass
        self._store.write(lambda tx: _finish(tx, jobs)).result()


def _finish(tx: Transaction, jobs: Sequence[Job]) -> None:
    tx.jobs.finish(job.id for job in jobs)
