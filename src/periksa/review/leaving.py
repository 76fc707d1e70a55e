"""People who wait hear so before their window closes; people who go are forgotten when their receipt is out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from periksa.answers import word
from periksa.channels import Channel
from periksa.finding import Finder
from periksa.model import CaseState, Job, JobKind, Message, Outgoing, Purpose
from periksa.review.following import send
from periksa.review.telling import Wording
from periksa.store import Store, Transaction

UNSENT = timedelta(minutes=15)
"""So long an erasure waits for its receipt to be sent; then it is done all the same."""
SOON = timedelta(seconds=5)
BEFORE = timedelta(hours=1)
"""How long before their window closes a person hears that the editors still work on it."""


class Leaving:
    """The shifts of *interim* and *forget* jobs; `drop_files` takes ids of messages."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        finder: Finder,
        wording: Wording,
        clock: Callable[[], datetime],
        wake: Callable[[JobKind], None],
        drop_files: Callable[[Sequence[str]], object],
    ) -> None:
        self._store = store
        self._channels = channels
        self._finder = finder
        self._wording = wording
        self._clock = clock
        self._wake = wake
        self._drop_files = drop_files

    def interim(self, jobs: Sequence[Job]) -> None:
        """The shift of *interim* jobs: who still waits hears so before their window closes; not twice for one case."""
        at = self._clock()

        def still_at_work(tx: Transaction) -> None:
            for job in jobs:
                self._interim(tx, job, at)

        self._store.write(still_at_work).result()
        self._wake(JobKind.SEND)

    def _interim(self, tx: Transaction, job: Job, at: datetime) -> None:
        message, case = tx.messages.get(job.key), tx.cases.of(job.key)
        if message is None or message.forgotten_at or case is None or case.state is not CaseState.OPEN:
            tx.jobs.finish([job.id])
            return
        due = self._closes(tx, message)
        if due is None or at < due:
            tx.jobs.retry(job.id, due, "their window is open") if due else tx.jobs.finish([job.id])
            return
        contact, asked = tx.contacts.get(message.contact), self._finder.read(message)
        code = self._wording.language(contact.language if contact else "", asked)
        says = Outgoing(
            id=f"i-{case.id}-{message.contact}",
            contact=message.contact,
            channel=message.channel,
            reply=word.about("interim", asked.text, code),
            message=message.id,
            refers_to=message.platform_id,
            created_at=at,
            purpose=Purpose.INTERIM,
        )
        send(tx, [says], at)
        tx.jobs.finish([job.id])

    def _closes(self, tx: Transaction, message: Message) -> datetime | None:
        """When to say that it still takes time: before the window of somebody who wrote last then closes."""
        channel = self._channels.get(message.channel)
        if channel is None or channel.caps.window is None:
            return None
        wrote_at = tx.contacts.wrote_at(message.contact, message.channel) or message.received_at
        return wrote_at + channel.caps.window - BEFORE

    def forget(self, jobs: Sequence[Job]) -> None:
        """The shift of *forget* jobs: erase those whose receipt is out, unless they have written again since."""
        at = self._clock()
        files = self._store.write(lambda tx: [id for job in jobs for id in _forget(tx, job, at)]).result()
        if files:
            self._drop_files(files)


def _forget(tx: Transaction, job: Job, at: datetime) -> tuple[str, ...]:
    """The messages whose files must go."""
    receipt = tx.outbox.get(job.key)
    if receipt is None:
        tx.jobs.finish([job.id])
        return ()
    waits = not (receipt.platform_id or receipt.status)
    if waits and receipt.created_at and at < receipt.created_at + UNSENT:
        tx.jobs.retry(job.id, at + SOON, "the receipt is not out yet")
        return ()
    tx.jobs.finish([job.id])
    return tx.contacts.forget_silent(receipt.contact, at).files
