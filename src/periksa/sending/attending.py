"""Showing people that somebody is at work: their message is read, a reply is being written.

A courtesy: it has a thread of its own, is dropped when there is much to do, and its failure is nobody's concern.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from periksa.channels import Attends, Channel
from periksa.errors import PeriksaError
from periksa.model import Address, Job, Message
from periksa.store import Store, Transaction

MOST = 32
"""Messages that wait to be attended to; in a rush the oldest are left out, they will have their answer before."""
APART = 0.05
"""Seconds between two: at most 20 a second, so that answers keep the machine and the platform to themselves."""

REMEMBERED = 1000
"""Messages known to have been attended to: their job may run again, and nobody needs to see that."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Notice:
    channel: Attends
    message: Message
    to: tuple[Address, ...]
    answering: bool


class Attending:
    """Stands before the answering shift and looks over its shoulder."""

    def __init__(self, store: Store, channels: Mapping[str, Channel]) -> None:
        self._store = store
        self._channels = channels
        self._waiting: deque[str] = deque(maxlen=MOST)
        self._attended: deque[str] = deque(maxlen=REMEMBERED)
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="periksa-attending", daemon=True)

    def before(self, shift: Callable[[Sequence[Job]], None]) -> Callable[[Sequence[Job]], None]:
        """The same shift of *answer* jobs, noticed."""

        def noticed(jobs: Sequence[Job]) -> None:
            self.notice([job.key for job in jobs])
            shift(jobs)

        return noticed

    def notice(self, messages: Sequence[str]) -> None:
        """These messages (by id) are being answered now. Never waits, never fails."""
        self._waiting.extend(messages)
        self._awake.set()
        with self._starting:
            if not self._thread.ident and not self._stopped.is_set():
                self._thread.start()

    def stop(self) -> None:
        """Let go; what is not shown yet never will be."""
        self._stopped.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join()

    def once(self) -> bool:
        """Attend to the message noticed last; whether there was one."""
        try:
            message = self._waiting.pop()
        except IndexError:
            return False
        if message in self._attended:
            return True
        self._attended.append(message)
        try:
            notice = self._store.read(lambda tx: self._notice(tx, message))
            if notice:
                notice.channel.attend(notice.message.platform_id, notice.to, answering=notice.answering)
        except PeriksaError as error:
            _log.debug("a courtesy was left out: %s", error)
        except Exception as error:  # noqa: BLE001 - a courtesy: its failure is nobody's concern
            _log.warning("a courtesy failed: %s", type(error).__name__)
        return True

    def _notice(self, tx: Transaction, id: str) -> _Notice | None:
        """None where nothing is to be shown: another channel, a message that is gone, somebody who is blocked."""
        message = tx.messages.get(id)
        channel: object = self._channels.get(message.channel) if message else None
        if message is None or not isinstance(channel, Attends):
            return None
        contact = tx.contacts.get(message.contact)
        if contact is None or contact.blocked_at:
            return None
        answered = any(reply.message == id for reply in tx.outbox.of(message.contact, limit=5))
        to = tuple(tx.contacts.addresses(message.contact, message.channel))
        return _Notice(channel, message, to, answering=not answered)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._awake.wait()
            self._awake.clear()
            while not self._stopped.is_set() and self.once():
                self._stopped.wait(APART)
