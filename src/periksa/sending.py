"""The last stop of corridor 1: a reply out of the door, once.

Before a send its beginning is written down; after it, its outcome. A process killed in between leaves a reply *in
doubt*: on a channel that reports statuses it is left alone until a status settles it or `settle` has passed, and then
repeated at most once. Source: "a timeout after a send is ambiguous: never resend blindly" (docs/whatsapp.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

from periksa.channels import Channel
from periksa.errors import OutcomeUnknown, SendError
from periksa.model import Address, Job, Outgoing
from periksa.store import Store, Transaction

AFTER_DOUBT = 2
"""Sends begun before a reply whose outcome nobody reports is given up: the first and one repeat."""


@dataclass(frozen=True, slots=True)
class _Due:
    job: Job
    outgoing: Outgoing
    to: tuple[Address, ...]


class Sending:
    """Sends replies that wait in the outbox. `settle` is how long an outcome in doubt may take to be reported."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        back_off: Callable[[int], timedelta],
        settle: timedelta,
        tries: int,
        pool: Executor,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._back_off = back_off
        self._settle = settle
        self._tries = tries
        self._pool = pool

    def send(self, jobs: Sequence[Job]) -> None:
        """The sending shift of a batch of *send* jobs; lanes side by side, each lane in order."""
        due = self._store.write(lambda tx: self._begin(tx, jobs)).result()
        lanes: dict[str, list[_Due]] = defaultdict(list)
        for each in due:
            lanes[each.job.lane].append(each)
        for done in [self._pool.submit(self._send_lane, lane) for lane in lanes.values()]:
            done.result()

    def _begin(self, tx: Transaction, jobs: Sequence[Job]) -> list[_Due]:
        """Write down what is about to be sent; strike off or put back what must not be."""
        due = []
        for job in jobs:
            outgoing = tx.outbox.get(job.key)
            if outgoing is None or outgoing.platform_id or outgoing.status:
                tx.jobs.finish([job.id])
            elif not self._held_back(tx, job, outgoing):
                tx.outbox.begin(outgoing.id, self._clock())
                due.append(_Due(job, outgoing, tuple(tx.contacts.addresses(outgoing.contact, outgoing.channel))))
        return due

    def _held_back(self, tx: Transaction, job: Job, outgoing: Outgoing) -> bool:
        """Whether an earlier send of this reply is in doubt, so that this one waits or is given up."""
        if outgoing.attempted_at is None or not self._settles(outgoing.channel):
            return False
        settled_by = outgoing.attempted_at + self._settle
        if self._clock() < settled_by:
            tx.jobs.retry(job.id, settled_by, "waiting for the platform to say whether it was sent")
            return True
        if outgoing.attempts >= AFTER_DOUBT:
            tx.jobs.bury(job.id, "sent twice, and the platform confirmed neither; not sent again")
            return True
        return False

    def _settles(self, channel: str) -> bool:
        return channel in self._channels and self._channels[channel].caps.settles

    def _send_lane(self, lane: Sequence[_Due]) -> None:
        for at, each in enumerate(lane):
            error = self._send_one(each)
            if error is not None and error.retry:
                self._put_back(lane[at + 1 :], each.job)
                return

    def _send_one(self, due: _Due) -> SendError | None:
        try:
            if due.outgoing.channel not in self._channels:
                raise SendError(f"The channel {due.outgoing.channel!r} is not set up here; add its settings.")
            platform_id = self._channels[due.outgoing.channel].send(due.outgoing, due.to)
        except SendError as error:
            self._failed(due, error)
            return error
        self._store.write(lambda tx: _sent(tx, due, platform_id)).result()
        return None

    def _failed(self, due: _Due, error: SendError) -> None:
        wait = timedelta(seconds=error.wait) if error.wait else self._back_off(due.job.attempts)
        again = self._clock() + (self._settle if isinstance(error, OutcomeUnknown) else wait)
        self._store.write(lambda tx: self._note_failure(tx, due, error, again)).result()

    def _note_failure(self, tx: Transaction, due: _Due, error: SendError, again: datetime) -> None:
        if not isinstance(error, OutcomeUnknown):
            tx.outbox.unbegin(due.outgoing.id)
        if error.retry and due.job.attempts < self._tries:
            tx.jobs.retry(due.job.id, again, str(error))
        else:
            tx.jobs.bury(due.job.id, str(error))

    def _put_back(self, waiting: Sequence[_Due], behind: Job) -> None:
        """Later replies to the same person wait until the one before them is out."""


        def put_back(tx: Transaction) -> None:
            for each in waiting:
                tx.outbox.unbegin(each.outgoing.id)
                tx.jobs.retry(each.job.id, self._clock(), f"waiting behind job {behind.id}")

        self._store.write(put_back).result()


def _sent(tx: Transaction, due: _Due, platform_id: str) -> None:
    tx.outbox.sent(due.outgoing.id, platform_id)
    tx.jobs.finish([due.job.id])
