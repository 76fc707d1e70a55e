"""Files behind messages: from the platform into our store of files. What is in them is read elsewhere.

Nothing waits for a file: the question is answered by its words. One that cannot be had is left where it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from periksa.channels import Channel, Fetches
from periksa.errors import FetchError, FetchLater, StoreError
from periksa.model import Job
from periksa.store import Store, Transaction
from periksa.store.files import Files

_log = logging.getLogger(__name__)


class Fetching:
    """The corridor. `most` is the largest file in bytes; `tries` how often one that is not to be had is asked for."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        files: Files,
        clock: Callable[[], datetime],
        back_off: Callable[[int], timedelta],
        tries: int,
        most: int,
    ) -> None:
        self._store = store
        self._channels = channels
        self._files = files
        self._clock = clock
        self._back_off = back_off
        self._tries = tries
        self._most = most

    def fetch(self, jobs: Sequence[Job]) -> None:
        """The shift of *fetch* jobs, one by one. Idempotent: what is here already only loses its job."""
        for job in jobs:
            try:
                self._fetch(job)
            except (FetchError, StoreError) as error:
                self._note_failure(job, error)

    def _fetch(self, job: Job) -> None:
        """Raises: FetchError, StoreError."""
        message = self._store.read(lambda tx: tx.messages.get(job.key))
        channel: object = self._channels.get(message.channel) if message else None
        if message and message.media and isinstance(channel, Fetches) and not self._files.path(message.id):
            self._files.keep(message.id, channel.fetch(message.media, self._most))
        if not self._store.write(lambda tx: _finish(tx, job)).result():
            self._files.drop([job.key])

    def _note_failure(self, job: Job, error: FetchError | StoreError) -> None:
        """Try again later, or go on without the file. A full disk is the operator's business: that job is buried."""
        later = isinstance(error, FetchLater) or error.retry
        _log.info("a file was not fetched: %s", error)
        if later and job.attempts < self._tries:
            due = self._clock() + self._back_off(job.attempts)
            self._store.write(lambda tx: tx.jobs.retry(job.id, due, str(error))).result()
        elif isinstance(error, StoreError):
            self._store.write(lambda tx: tx.jobs.bury(job.id, str(error))).result()
        else:
            self._store.write(lambda tx: tx.jobs.finish([job.id])).result()


def _finish(tx: Transaction, job: Job) -> bool:
    """Strike it off; whether the message still has its file: it may have been revoked while that was on its way."""
    tx.jobs.finish([job.id])
    message = tx.messages.get(job.key)
    return message is not None and message.media is not None
