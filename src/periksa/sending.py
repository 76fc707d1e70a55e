"""The last stop of corridor 1: a reply out of the door, once.

Before a send its beginning is written down; after it, its outcome. A process killed in between leaves a reply *in
doubt*: on a channel that reports statuses it is left alone until a status settles it or `settle` has passed, and then
repeated at most once. Source: "a timeout after a send is ambiguous: never resend blindly" (docs/whatsapp.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from periksa.channels import Channel
from periksa.errors import OutcomeUnknown, SendError, Throttled
from periksa.model import Address, Job, Outgoing
from periksa.store import Store, Transaction

AFTER_DOUBT = 2
"""Sends begun before a reply whose outcome nobody reports is given up: the first and one repeat."""
LONGEST_WAIT = 24 * 3600.0
"""Seconds. A platform that asks for more is asked again all the same: the person's window has closed by then."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is to be done about one job now: send, or nothing, because it is settled or `waits`."""

    outgoing: Outgoing | None = None
    to: tuple[Address, ...] = ()
    waits: bool = False


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
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._back_off = back_off
        self._settle = settle
        self._tries = tries
        self._listening_since = clock()
        """No status could reach us earlier: time in which we were down settles nothing."""

    def send(self, jobs: Sequence[Job]) -> None:
        """The shift of *send* jobs, one by one. Where one has to wait, those behind it in its lane wait too."""
        held: set[str] = set()
        behind: list[Job] = []
        for job in jobs:
            if job.lane in held:
                behind.append(job)
            elif self._send(job) and job.lane:
                held.add(job.lane)
        if behind:
            self._put_back(behind)

    def _send(self, job: Job) -> bool:
        """One reply; whether it has to wait."""
        turn = self._store.write(lambda tx: self._begin(tx, job)).result()
        if turn.outgoing is None:
            return turn.waits
        try:
            platform_id = self._hand_over(turn.outgoing, turn.to)
        except SendError as error:
            return self._store.write(partial(self._note_failure, job=job, error=error)).result()
        self._store.write(lambda tx: _note_sent(tx, job, platform_id)).result()
        return False

    def _begin(self, tx: Transaction, job: Job) -> _Turn:
        """Write down that it is about to be sent. Where it must not be: strike it off, put it off or give it up."""
        if job.leased_until and job.leased_until <= self._clock():
            return _Turn()  # it waited for a hand too long: whoever claims it next sends it
        outgoing = tx.outbox.get(job.key)
        if outgoing is None or _is_settled(outgoing):
            tx.jobs.finish([job.id])
            return _Turn()
        if outgoing.attempted_at and self._settles(outgoing):
            settled_by = max(outgoing.attempted_at, self._listening_since) + self._settle
            if self._clock() < settled_by:
                tx.jobs.retry(job.id, settled_by, "waiting for the platform to say whether it was sent")
                return _Turn(waits=True)
            if outgoing.attempts >= AFTER_DOUBT:
                tx.jobs.bury(job.id, "sent twice, and the platform confirmed neither; not sent again")
                return _Turn()
        tx.outbox.begin(outgoing.id, self._clock())
        return _Turn(outgoing, tuple(tx.contacts.addresses(outgoing.contact, outgoing.channel)))

    def _settles(self, outgoing: Outgoing) -> bool:
        return outgoing.channel in self._channels and self._channels[outgoing.channel].caps.settles

    def _hand_over(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        name = outgoing.channel
        if name not in self._channels:
            raise SendError(f"The channel {name!r} is not set up here; add its settings.")
        try:
            return self._channels[name].send(outgoing, to)
        except SendError:
            raise
        except Exception as error:
            problem = f"{type(error).__name__} in the channel {name!r}; the reply may have been sent"
            raise OutcomeUnknown(problem) from error

    def _note_failure(self, tx: Transaction, job: Job, error: SendError) -> bool:
        """Whether it has to wait. A status may have overtaken the error."""
        outgoing = tx.outbox.get(job.key)
        if outgoing is None or _is_settled(outgoing):
            tx.jobs.finish([job.id])
            return False
        if not isinstance(error, OutcomeUnknown):
            tx.outbox.unbegin(outgoing.id)
        if not error.retry or (job.attempts >= self._tries and not isinstance(error, Throttled)):
            tx.jobs.bury(job.id, str(error))
            return False
        tx.jobs.retry(job.id, self._clock() + self._wait(job, error), str(error))
        return True

    def _wait(self, job: Job, error: SendError) -> timedelta:
        if isinstance(error, OutcomeUnknown):
            return self._settle
        if error.wait:
            return timedelta(seconds=min(error.wait, LONGEST_WAIT))
        return self._back_off(job.attempts)

    def _put_back(self, jobs: Sequence[Job]) -> None:
        now = self._clock()

        def put_back(tx: Transaction) -> None:
            for job in jobs:
                tx.jobs.retry(job.id, now, "waits behind another")

        self._store.write(put_back).result()


def _is_settled(outgoing: Outgoing) -> bool:
    return bool(outgoing.platform_id or outgoing.status)


def _note_sent(tx: Transaction, job: Job, platform_id: str) -> None:
    tx.outbox.sent(job.key, platform_id)
    tx.jobs.finish([job.id])
