"""Stop 3, one transaction: the raw delivery, everything in it, and a job for whatever wants one."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from periksa.answers.reactions import helpful
from periksa.channels import BLOCKED, SEE
from periksa.model import (
    Delivery,
    Event,
    Feedback,
    Job,
    JobKind,
    Message,
    MessageKind,
    Received,
    Settled,
    Status,
    StatusKind,
)
from periksa.store import Transaction

SILENT = frozenset({MessageKind.REACTION, MessageKind.REVOKE, MessageKind.SYSTEM})
"""Kinds that are kept and never answered. They open no window either."""
UNKNOWN_TIME = 24 * 3600
"""Seconds after 1970. A message sent before then came without a readable time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a delivery."""

    kinds: tuple[MessageKind, ...] = ()
    """Of the messages that were not known."""
    jobs: Set[JobKind] = frozenset()
    forgotten: tuple[str, ...] = ()
    """Ids of messages that were revoked and whose files must go."""


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery of nothing but statuses, which are three in four."""

    delivery: Delivery
    statuses: tuple[Status, ...]


def keep_reports(tx: Transaction, reports: Sequence[Report]) -> list[Kept]:
    """What platforms say of our replies, many deliveries at once: what `Keeping` makes of each."""
    at = max(report.delivery.received_at for report in reports)
    new = tx.deliveries.add_all([report.delivery for report in reports])
    fresh = {report.delivery.id: report for report in reports if report.delivery.id in new}
    told = [(id, status) for id, report in fresh.items() for status in report.statuses]
    concerned: dict[str, set[str]] = {}
    jobs: list[Job] = []
    for (id, status), settled in zip(told, tx.outbox.settle_all([status for _, status in told]), strict=True):
        if settled:
            concerned.setdefault(id, set()).add(settled.contact)
            jobs += _follow(tx, status, settled)
    tx.deliveries.concern_all(concerned)
    if jobs:
        tx.jobs.add(jobs, at)
    return [Kept(jobs=frozenset(job.kind for job in jobs))] * len(reports)


def _follow(tx: Transaction, status: Status, settled: Settled) -> list[Job]:
    """What was in doubt is looked at now; what was not delivered, too."""
    if settled.doubted:
        tx.jobs.hasten(JobKind.SEND, settled.id)
    failed = settled.moved and status.kind is StatusKind.FAILED
    return [Job(JobKind.SEND, settled.id, lane=settled.contact)] if failed else []


class Keeping:
    """One delivery's work. `windows`: the channels on which free text reaches people for a limited time."""

    def __init__(self, tx: Transaction, at: datetime, windows: Set[str]) -> None:
        self._tx = tx
        self._at = at
        self._windows = windows
        self._jobs: list[Job] = []
        self._concerned: set[str] = set()
        self._forgotten: list[str] = []

    def keep(self, delivery: Delivery, events: Sequence[tuple[Event, str, str]]) -> Kept:
        """Everything in it, each event with an id for its message and one for a new contact."""
        if not self._tx.deliveries.add(delivery):
            return Kept()
        arrived = [
            (event, self._message(event, id, contact)) for event, id, contact in events if isinstance(event, Received)
        ]
        new = set(self._tx.messages.add_all([message for _, message in arrived]))
        for event, _, _ in events:
            if isinstance(event, Status):
                self._settle(event)
        for event, message in arrived:
            if message.id in new and not event.group:
                self._take(event, message)
        self._tx.deliveries.concern(delivery.id, self._concerned)
        if self._jobs:
            self._tx.jobs.add(self._jobs, self._at)
        kinds = tuple(event.kind for event, message in arrived if message.id in new)
        return Kept(kinds, frozenset(job.kind for job in self._jobs), tuple(self._forgotten))

    def _message(self, event: Received, id: str, contact_id: str) -> Message:
        contact = self._contact(event, contact_id)
        self._concerned.add(contact)
        return Message(
            id=id,
            contact=contact,
            channel=event.channel,
            platform_id=event.platform_id,
            kind=event.kind,
            sent_at=event.sent_at,
            received_at=self._at,
            text=event.text,
            choice=event.choice,
            refers_to=event.refers_to,
            forwarded=event.forwarded,
            frequently_forwarded=event.frequently_forwarded,
            media=event.media,
            type=event.type,
        )

    def _contact(self, event: Received, new_id: str) -> str:
        if event.moved_to:
            return self._tx.contacts.move(event.senders, event.moved_to, new_id, self._at)
        return self._tx.contacts.resolve(event.senders, new_id, self._at)

    def _settle(self, status: Status) -> None:
        settled = self._tx.outbox.settle(status)
        if settled is None:
            return
        self._concerned.add(settled.contact)
        self._jobs += _follow(self._tx, status, settled)

    def _take(self, event: Received, message: Message) -> None:
        """What one new message asks us to do."""
        if event.kind is MessageKind.REACTION:
            self._react(message)
        elif event.kind is MessageKind.REVOKE:
            self._revoke(message)
        elif event.type == BLOCKED:
            self._leave(message)
        elif event.kind not in SILENT:
            waited = self._open_window(message)
            rewritten = event.kind is not MessageKind.EDIT or self._edit(message)
            if rewritten and not (waited and message.choice == SEE):
                self._jobs.append(Job(JobKind.ANSWER, message.id, lane=message.contact))
        if message.media:
            self._jobs.append(Job(JobKind.FETCH, message.id))

    def _react(self, message: Message) -> None:
        """A reaction to one of our replies says whether it helped; an empty one takes that back."""
        reply = self._tx.outbox.find(message.channel, message.refers_to)
        if reply is None or reply.contact != message.contact:
            return
        helped = helpful(message.text)
        if not message.text:
            self._tx.feedback.drop(reply.id)
        elif helped is not None:
            self._tx.feedback.put(Feedback(reply.id, message.contact, helped, "reaction", self._at))

    def _revoke(self, message: Message) -> None:
        receipt = self._tx.messages.forget(message.contact, message.channel, message.refers_to, self._at)
        if receipt:
            self._forgotten.extend(receipt.files)

    def _leave(self, message: Message) -> None:
        """They blocked us: nothing goes there by itself any more. If they come back they may ask and subscribe anew."""
        self._tx.subscriptions.opt_out(message.contact, self._at, message.channel)
        self._tx.contacts.gone(message.contact, message.channel, self._at)
        self._tx.outbox.resume(message.contact, message.channel)  # and no job: what was held is not said

    def _edit(self, message: Message) -> bool:
        """Whether its words are new."""
        before = self._tx.messages.find(message.channel, message.refers_to)
        self._tx.messages.amend(message.contact, message.channel, message.refers_to, message.text, self._at)
        return before is None or before.text != message.text

    def _open_window(self, message: Message) -> bool:
        """They wrote: what waited for that goes out. Whether anything did."""
        known = message.sent_at.timestamp() > UNKNOWN_TIME
        self._tx.contacts.touch(message.contact, message.channel, message.sent_at if known else self._at)
        if message.channel not in self._windows:
            return False
        waited = self._tx.outbox.resume(message.contact, message.channel)
        self._jobs.extend(Job(JobKind.SEND, id, lane=message.contact) for id in waited)
        return bool(waited)
