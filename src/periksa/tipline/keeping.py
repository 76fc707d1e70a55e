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
from periksa.model.numbers import opinion
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


def keep(tx: Transaction, arrivals: Sequence[Arrival], windows: Set[str]) -> list[Kept]:
    """Deliveries with messages in them, many at once; what came of each."""
    kept = Keeping(tx, windows, arrivals).keep()
    return [kept.pop(arrival.delivery.id, Kept()) for arrival in arrivals]


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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery with messages in it: all its events, each with an id for its message and one for a new contact."""

    delivery: Delivery
    events: tuple[tuple[Event, str, str], ...]


class Keeping:
    """Many deliveries' work. `windows`: the channels on which free text reaches people for a limited time."""

    def __init__(self, tx: Transaction, windows: Set[str], arrivals: Sequence[Arrival]) -> None:
        self._tx = tx
        self._windows = windows
        self._at = max(arrival.delivery.received_at for arrival in arrivals)
        self._arrivals: dict[str, Arrival] = {}
        for arrival in arrivals:
            self._arrivals.setdefault(arrival.delivery.id, arrival)
        self._jobs: dict[str, list[Job]] = {id: [] for id in self._arrivals}
        self._concerned: dict[str, set[str]] = {}
        self._kinds: dict[str, list[MessageKind]] = {}
        self._forgotten: dict[str, list[str]] = {}
        self._waited: dict[tuple[str, str], list[str]] = {}
        """Replies that waited for somebody to write on a channel, and go out now."""

    def keep(self) -> dict[str, Kept]:
        """Everything in them; what came of each that was not known, by its id."""
        new = self._tx.deliveries.add_all([arrival.delivery for arrival in self._arrivals.values()])
        fresh = [arrival for id, arrival in self._arrivals.items() if id in new]
        came = self._came(fresh)
        for arrival in fresh:
            for event, _, _ in arrival.events:
                if isinstance(event, Status):
                    self._settle(arrival.delivery.id, event)
        self._open_windows([message for _, event, message in came if _speaks(event)])
        for id, event, message in came:
            self._kinds.setdefault(id, []).append(event.kind)
            if not event.group:
                self._take(id, event, message)
        if self._waited:
            self._send_the_rest(came[0][0])
        self._tx.deliveries.concern_all(self._concerned)
        if jobs := [job for jobs in self._jobs.values() for job in jobs]:
            self._tx.jobs.add(jobs, self._at)
        return {arrival.delivery.id: self._kept(arrival.delivery.id) for arrival in fresh}

    def _kept(self, id: str) -> Kept:
        jobs = frozenset(job.kind for job in self._jobs[id])
        return Kept(tuple(self._kinds.get(id, ())), jobs, tuple(self._forgotten.get(id, ())))

    def _came(self, fresh: Sequence[Arrival]) -> list[tuple[str, Received, Message]]:
        """The messages that were not known, each with its delivery."""
        events = [
            (arrival.delivery, event, id, contact)
            for arrival in fresh
            for event, id, contact in arrival.events
            if isinstance(event, Received)
        ]
        contacts = self._contacts([(event, contact) for _, event, _, contact in events])
        came = [
            (delivery.id, event, _message(event, id, contact, delivery.received_at))
            for (delivery, event, id, _), contact in zip(events, contacts, strict=True)
        ]
        for id, _, message in came:
            self._concerned.setdefault(id, set()).add(message.contact)
        new = set(self._tx.messages.add_all([message for _, _, message in came]))
        return [each for each in came if each[2].id in new]

    def _contacts(self, events: Sequence[tuple[Received, str]]) -> list[str]:
        """Whose they are. Somebody who moves is told apart from whoever comes next only one by one."""
        contacts = self._tx.contacts
        if not any(event.moved_to for event, _ in events):
            return contacts.resolve_all([(event.senders, id) for event, id in events], self._at)
        return [
            contacts.move(event.senders, event.moved_to, id, self._at)
            if event.moved_to
            else contacts.resolve(event.senders, id, self._at)
            for event, id in events
        ]

    def _settle(self, id: str, status: Status) -> None:
        settled = self._tx.outbox.settle(status)
        if settled is None:
            return
        self._concerned.setdefault(id, set()).add(settled.contact)
        self._jobs[id] += _follow(self._tx, status, settled)

    def _open_windows(self, messages: Sequence[Message]) -> None:
        """They wrote: what waited for that goes out."""
        wrote: dict[tuple[str, str], datetime] = {}
        for message in messages:
            where = message.contact, message.channel
            known = message.sent_at.timestamp() > UNKNOWN_TIME
            at = message.sent_at if known else message.received_at
            wrote[where] = max(at, wrote.get(where, at))
        self._tx.contacts.touch_all(wrote)
        for channel in self._windows & {channel for _, channel in wrote}:
            waited = self._tx.outbox.resume({contact for contact, where in wrote if where == channel}, channel)
            self._waited |= {(contact, channel): ids for contact, ids in waited.items()}

    def _send_the_rest(self, id: str) -> None:
        """What waited for somebody who wrote and was merged with another contact by a later event of this batch."""
        for (contact, _), replies in self._waited.items():
            self._jobs[id] += [Job(JobKind.SEND, reply, lane=contact) for reply in replies]

    def _take(self, id: str, event: Received, message: Message) -> None:
        """What one new message asks us to do."""
        if event.kind is MessageKind.REACTION:
            self._react(message)
        elif event.kind is MessageKind.REVOKE:
            self._revoke(id, message)
        elif event.type == BLOCKED:
            self._leave(message)
        elif event.kind not in SILENT:
            waited = self._waited.pop((message.contact, message.channel), [])
            self._jobs[id] += [Job(JobKind.SEND, reply, lane=message.contact) for reply in waited]
            rewritten = event.kind is not MessageKind.EDIT or self._edit(message)
            if rewritten and not (waited and message.choice == SEE):
                self._jobs[id].append(Job(JobKind.ANSWER, message.id, lane=message.contact))
        if message.media:
            self._jobs[id].append(Job(JobKind.FETCH, message.id))

    def _react(self, message: Message) -> None:
        """A reaction to one of our replies says whether it helped; an empty one takes that back."""
        reply = self._tx.outbox.find(message.channel, message.refers_to)
        if reply is None or reply.contact != message.contact:
            return
        helped = helpful(message.text)
        if message.text and helped is None:
            return
        said = Feedback(reply.id, message.contact, bool(helped), "reaction", message.received_at)
        self._tx.tallies.add(opinion(self._tx.feedback.get(reply.id), said if message.text else None))
        if message.text:
            self._tx.feedback.put(said)
        else:
            self._tx.feedback.drop(reply.id)

    def _revoke(self, id: str, message: Message) -> None:
        receipt = self._tx.messages.forget(message.contact, message.channel, message.refers_to, message.received_at)
        if receipt:
            self._forgotten.setdefault(id, []).extend(receipt.files)

    def _leave(self, message: Message) -> None:
        """They blocked us: nothing goes there by itself any more. If they come back they may ask and subscribe anew."""
        self._tx.subscriptions.opt_out(message.contact, message.received_at, message.channel)
        self._tx.contacts.gone(message.contact, message.channel, message.received_at)
        self._tx.outbox.resume([message.contact], message.channel)  # and no job: what was held is not said

    def _edit(self, message: Message) -> bool:
        """Whether its words are new."""
        before = self._tx.messages.find(message.channel, message.refers_to)
        self._tx.messages.amend(message.contact, message.channel, message.refers_to, message.text, message.received_at)
        return before is None or before.text != message.text


def _message(event: Received, id: str, contact: str, at: datetime) -> Message:
    return Message(
        id=id,
        contact=contact,
        channel=event.channel,
        platform_id=event.platform_id,
        kind=event.kind,
        sent_at=event.sent_at,
        received_at=at,
        text=event.text,
        choice=event.choice,
        refers_to=event.refers_to,
        forwarded=event.forwarded,
        frequently_forwarded=event.frequently_forwarded,
        media=event.media,
        type=event.type,
    )


def _speaks(event: Received) -> bool:
    """Whether it opens a window."""
    return not event.group and event.type != BLOCKED and event.kind not in SILENT
