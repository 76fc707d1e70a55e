"""Corridor 1: a message in, a reply out. Eight stops in three shifts, a committed transaction between two shifts.

door    1 hook · 2 verify and parse · 3 store delivery, messages and jobs       → `receive`
house   4 read · 5 search · 6 answer · 7 store reply, case and send job         → `answer`
door    8 send                                                                   → `send` (in `sending.py`)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime

from periksa.answers import dialogue, word
from periksa.answers.decide import unfit
from periksa.channels import Channel
from periksa.errors import ChannelError
from periksa.finding import Finder, Finding
from periksa.lang import analysis
from periksa.model import (
    Address,
    Article,
    DecisionKind,
    Delivery,
    Event,
    Job,
    JobKind,
    Line,
    Message,
    MessageKind,
    Option,
    Outgoing,
    Query,
    Received,
    Reply,
    Status,
)
from periksa.store import Store, Transaction

SILENT = frozenset({MessageKind.REACTION, MessageKind.REVOKE, MessageKind.SYSTEM})
"""Kinds that are kept and never answered."""
LONGEST_OFFER = (Option("any", "any"),) * 99
"""A message that picks nothing of this picks nothing at all."""
HISTORY = 200
"""How many lines of a conversation a screen gets."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A message that waits for its reply and, where it picks something we offered, what it picks."""

    message: Message
    option: str = ""
    article: Article | None = None
    about: Message | None = None
    """The question that the offer was about."""


@dataclass(frozen=True, slots=True)
class _Answered:
    """A reply to store, and the question that goes to the editors with it, if any."""

    outgoing: Outgoing
    case_id: str
    unanswered: Query | None
    question: str
    """Our id of the message that asked it: not of the tap on "none of these"."""


class Tipline:
    """The corridor. `clock` tells the time (UTC), `new_id` gives ids that nobody can guess."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        finder: Finder,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        wake: Callable[[JobKind], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._finder = finder
        self._clock = clock
        self._new_id = new_id
        self._wake = wake
        """Called after a commit that left jobs of a kind: a worker in this process need not wait for its next look."""

    # ------------------------------------------------------------ the door: stops 1 to 3

    def handshake(self, channel: str, params: Mapping[str, str]) -> str:
        """Answer a platform's question whether this webhook is ours. Raises: BadSignature, ChannelError."""
        return self._channel(channel).handshake(params)

    def receive(self, channel: str, raw: bytes, headers: Mapping[str, str]) -> Future[int]:
        """Verify, parse and keep a delivery. The future gives the number of new messages once they are durable.

        Raises: BadSignature, BadDelivery, ChannelError; through the future: StoreError.
        """
        way = self._channel(channel)
        way.verify(raw, headers)
        events = way.parse(raw)
        at = self._clock()
        digest = hashlib.sha256(channel.encode() + b"\0" + raw).hexdigest()
        delivery = Delivery(digest, channel, at, raw)
        kept = [(event, self._new_id(), self._new_id()) for event in events]
        done = self._store.write(lambda tx: _keep(tx, delivery, kept, at))
        done.add_done_callback(self._wake_if_new)
        return done

    def _wake_if_new(self, kept: Future[int]) -> None:
        if not kept.cancelled() and not kept.exception() and kept.result():
            self._wake(JobKind.ANSWER)

    def _channel(self, name: str) -> Channel:
        try:
            return self._channels[name]
        except KeyError:
            known = ", ".join(sorted(self._channels)) or "none"
            raise ChannelError(f"There is no channel named {name!r} here; channels that are on: {known}.") from None

    # ------------------------------------------------------------ the house: stops 4 to 7

    def answer(self, jobs: Sequence[Job]) -> None:
        """The house shift of a batch of *answer* jobs. Idempotent: a message that has its reply only loses its job."""
        asked = self._store.read(lambda tx: [self._asked(tx, job) for job in jobs])
        found: dict[object, Finding] = {}
        answers = [self._answered(each, found) for each in asked if each]
        at = self._clock()
        self._store.write(lambda tx: _hand_to_sender(tx, jobs, answers, at)).result()
        self._wake(JobKind.SEND)

    def _asked(self, tx: Transaction, job: Job) -> _Asked | None:
        message = tx.messages.get(job.key)
        if message is None or tx.outbox.get(_reply_id(message)):
            return None
        offer = _offer(tx, message)
        option = dialogue.picked(message, offer.reply.options if offer else ())
        if not option:
            return _Asked(message)
        article = tx.articles.get([dialogue.article_id(option)])
        about = tx.messages.get(offer.message) if offer else None
        return _Asked(message, option, article[0] if article else None, about)

    def _answered(self, asked: _Asked, found: dict[object, Finding]) -> _Answered:
        """`found` is what was found for others of this batch: a forward comes thousands of times, and all at once."""
        if asked.option:
            return self._chosen(asked)
        message = asked.message
        same = (message.kind, message.text, message.media)
        finding = found[same] = found.get(same) or self._finder.find(message)
        reply = word.word(finding.decision, finding.query.language, self._clock().date())
        waits = finding.decision.kind is DecisionKind.HAND_OVER and not unfit(finding.query)
        return self._answer(message, reply, finding.query if waits else None)

    def _chosen(self, asked: _Asked) -> _Answered:
        code = analysis.language_of((asked.about or asked.message).text)
        if asked.article:
            return self._answer(asked.message, word.answer(asked.article, code, self._clock().date()))
        if asked.about is None or dialogue.article_id(asked.option):
            return self._answer(asked.message, word.says("stale", code))
        noted = self._answer(asked.message, word.says("noted_none", code), self._finder.read(asked.about))
        return replace(noted, question=asked.about.id)

    def _answer(self, message: Message, reply: Reply, unanswered: Query | None = None) -> _Answered:
        outgoing = Outgoing(
            id=_reply_id(message),
            contact=message.contact,
            channel=message.channel,
            reply=reply,
            message=message.id,
            refers_to=message.platform_id,
            created_at=self._clock(),
        )
        return _Answered(outgoing, self._new_id(), unanswered, message.id)

    # ------------------------------------------------------------ looking in

    def conversation(self, address: Address, after: int = 0) -> list[Line]:
        """What was said on this address, oldest first; with `after` only replies beyond that sequence."""
        return self._store.read(lambda tx: _lines(tx, address, after))

    def healthy(self) -> bool:
        """Whether the store answers. Raises: StoreError."""
        return self._store.read(lambda tx: tx.jobs.counts()) is not None


def _keep(tx: Transaction, delivery: Delivery, events: Sequence[tuple[Event, str, str]], at: datetime) -> int:
    """Stop 3, one transaction: the raw delivery, its messages, a job for each that wants a reply, and its statuses."""
    if not tx.deliveries.add(delivery):
        return 0
    new = 0
    for event, message_id, contact_id in events:
        if isinstance(event, Status):
            tx.outbox.settle(event)
        elif isinstance(event, Received):
            new += _keep_message(tx, event, message_id, contact_id, at)
    return new


def _keep_message(tx: Transaction, event: Received, message_id: str, contact_id: str, at: datetime) -> bool:
    contact = tx.contacts.resolve((*event.senders, *event.moved_to), contact_id, at)
    message = Message(
        id=message_id,
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
    new = tx.messages.add(message)
    if new and event.kind not in SILENT and not event.group:
        tx.jobs.add([Job(JobKind.ANSWER, message.id, lane=contact)], at)
    return new


def _offer(tx: Transaction, message: Message) -> Outgoing | None:
    """The offer that a message may pick from: the one it refers to (a tap on an older one), or else the latest.

    Hardly a message picks anything: the others spare us the way through the whole conversation.
    """
    if not dialogue.picked(message, LONGEST_OFFER):
        return None
    offers = [line for line in reversed(tx.outbox.of(message.contact)) if line.reply.options]
    referred_to = (offer for offer in offers if message.refers_to and offer.platform_id == message.refers_to)
    return next(referred_to, next(iter(offers), None))


def _hand_to_sender(tx: Transaction, jobs: Sequence[Job], answers: Sequence[_Answered], at: datetime) -> None:
    """Stop 7, one transaction: replies, cases, send jobs, and the answer jobs struck off."""
    for each in answers:
        outgoing = each.outgoing
        if tx.outbox.add(outgoing):
            tx.jobs.add([Job(JobKind.SEND, outgoing.id, lane=outgoing.contact)], at)
        if each.unanswered:
            tx.cases.join(_fingerprint(each.unanswered), each.unanswered.text, each.question, at, each.case_id)
    tx.jobs.finish(job.id for job in jobs)


def _reply_id(message: Message) -> str:
    """A message has one reply: its id follows from the message's, so that a shift done twice adds nothing."""
    return f"r-{message.id}"


def _fingerprint(query: Query) -> str:
    return hashlib.sha256(" ".join(query.words).encode()).hexdigest()


def _lines(tx: Transaction, address: Address, after: int) -> list[Line]:
    contact = tx.contacts.find(address)
    if contact is None:
        return []
    replies = [
        Line(each.sequence, each.id, True, each.reply.text, each.reply.options, each.created_at, each.refers_to)
        for each in tx.outbox.of(contact, after, HISTORY)
        if each.created_at
    ]
    if after:
        return replies
    asked = [
        Line(0, each.platform_id, False, each.text, (), each.received_at) for each in tx.messages.of(contact, HISTORY)
    ]
    return sorted([*asked, *replies], key=lambda line: line.at)
