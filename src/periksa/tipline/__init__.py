"""Corridor 1: a message in, a reply out. Eight stops in three shifts, a committed transaction between two shifts.

door    1 hook · 2 verify and parse · 3 store delivery, messages and jobs       → `receive`: `keeping.py`
house   4 read · 5 search · 6 answer · 7 store reply, case and send job         → `answer`: `hearing.py`, `replying.py`
door    8 send                                                                  → the corridor `sending`
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from periksa.channels import Channel
from periksa.errors import BadDelivery, ChannelError, IndexUnavailable, ModelUnavailable, PeriksaError
from periksa.finding import Finder, Finding
from periksa.lang import DEFAULT
from periksa.model import Address, Delivery, Event, Job, JobKind, Line, Status
from periksa.model.numbers import summed
from periksa.store import Store, Transaction
from periksa.tipline.answered import Answered
from periksa.tipline.hearing import Heard, Hearing, Idle
from periksa.tipline.keeping import Arrival, Kept, Report, keep, keep_reports
from periksa.tipline.patience import Patience, Verdict
from periksa.tipline.replying import Replying
from periksa.watching import Said, Stop, Watch

__all__ = ["Manners", "Tipline"]

HISTORY = 200
"""How many lines of a conversation a screen gets."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How we behave in a conversation."""

    name: str = "Cek Fakta"
    """What we are called."""
    burst: timedelta = timedelta(seconds=3)
    """How long a greeting or half a question waits for what follows. 0: everything is answered for itself."""
    messages: int = 30
    per_minute: float = 10
    """One person's messages that are answered in a row, and how many a minute from then on."""
    language: str = DEFAULT
    """What we speak to somebody whose words do not tell theirs."""
    help_line: str = ""
    """Where there is help for somebody who wants to die; without one, emergency services are named."""


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
        manners: Manners | None = None,
        drop_files: Callable[[Sequence[str]], object] = lambda _: None,
        watch: Watch | None = None,
    ) -> None:
        manners = manners or Manners()
        self._store = store
        self._channels = channels
        self._clock = clock
        self._new_id = new_id
        self._wake = wake
        """Called after a commit that left jobs of a kind: a worker in this process need not wait for its next look."""
        self._drop_files = drop_files
        """Called with the ids of messages that were revoked or erased, once that is durable."""
        self._watch = watch or Watch()
        self._hearing = Hearing(finder.read, channels, manners.burst)
        self._replying = Replying(store, channels, finder, new_id, manners.name, manners.language, manners.help_line)
        self._patience = Patience(manners.messages, manners.per_minute)
        self._windows = frozenset(name for name, channel in channels.items() if channel.caps.window)

    # ------------------------------------------------------------ the door: stops 1 to 3

    def handshake(self, channel: str, params: Mapping[str, str]) -> str:
        """Answer a platform's question whether this webhook is ours. Raises: BadSignature, ChannelError."""
        return self._channel(channel).handshake(params)

    def receive(self, channel: str, raw: bytes, headers: Mapping[str, str]) -> Future[int]:
        """Verify, parse and keep a delivery. The future gives the number of new messages once they are durable.

        Raises: BadSignature, BadDelivery, ChannelError; through the future: StoreError.
        """
        way = self._channel(channel)
        events = self._open(way, raw, headers)
        at = self._clock()
        digest = hashlib.sha256(channel.encode() + b"\0" + raw).hexdigest()
        delivery = Delivery(digest, channel, at, raw)
        named = [(event, self._new_id(), self._new_id()) for event in events]
        done: Future[int] = Future()
        done.set_running_or_notify_cancel()  # whoever hangs up no longer waits; it is kept all the same
        stored = self._watch.until(Stop.STORE)
        kept = self._keep(delivery, named)
        kept.add_done_callback(stored)
        kept.add_done_callback(lambda kept: self._settle(channel, events, kept, done))
        return done

    def _keep(self, delivery: Delivery, named: Sequence[tuple[Event, str, str]]) -> Future[Kept]:
        statuses = tuple(event for event, _, _ in named if isinstance(event, Status))
        if statuses and len(statuses) == len(named):
            return self._store.gather(keep_reports, Report(delivery, statuses))
        return self._store.gather(self._keep_all, Arrival(delivery, tuple(named)))

    def _keep_all(self, tx: Transaction, arrivals: Sequence[Arrival]) -> list[Kept]:
        return keep(tx, arrivals, self._windows)

    def _open(self, way: Channel, raw: bytes, headers: Mapping[str, str]) -> list[Event]:
        with self._watch.at(Stop.PARSE):
            try:
                way.verify(raw, headers)
                return way.parse(raw)
            except BadDelivery as error:
                self._watch.refused(way.name, error)
                raise

    def _settle(self, channel: str, events: Sequence[Event], kept: Future[Kept], done: Future[int]) -> None:
        if kept.cancelled():
            done.cancel()
        elif error := kept.exception():
            done.set_exception(error)
        else:
            result = kept.result()
            try:
                self._follow_up(channel, events, result)
            finally:  # it is kept: whoever waits to say so must not wait for ever
                done.set_result(len(result.kinds))

    def _follow_up(self, channel: str, events: Sequence[Event], kept: Kept) -> None:
        for kind in kept.jobs:
            self._wake(kind)
        self._note(channel, events, kept)
        if kept.forgotten:
            self._drop_files(kept.forgotten)

    def _note(self, channel: str, events: Sequence[Event], kept: Kept) -> None:
        for kind in kept.kinds:
            self._watch.received(channel, kind)
        for event in events:
            if isinstance(event, Status):
                self._watch.status(channel, event.kind)

    def _channel(self, name: str) -> Channel:
        try:
            return self._channels[name]
        except KeyError:
            known = ", ".join(sorted(self._channels)) or "none"
            raise ChannelError(f"There is no channel named {name!r} here; channels that are on: {known}.") from None

    # ------------------------------------------------------------ the house: stops 4 to 7

    def answer(self, jobs: Sequence[Job]) -> None:
        """The house shift of a batch of *answer* jobs. Idempotent: a message that has its reply only loses its job.

        One message of each person at a time: what we said to the last one matters to the next.

        Raises: IndexUnavailable, ModelUnavailable, once all that needs neither is answered; StoreError.
        """
        trouble: dict[str | int, PeriksaError] = {}
        for batch in _rounds(jobs):
            if going := [job for job in batch if _lane(job) not in trouble]:
                self._answer(going, trouble)
        self._wake(JobKind.SEND)
        for error in trouble.values():
            raise error

    def _answer(self, batch: Sequence[Job], trouble: dict[str | int, PeriksaError]) -> None:
        """`trouble` learns whose message could not be answered now: theirs after it wait as well."""
        at = self._clock()
        with self._watch.at(Stop.HEAR):
            heard = self._store.read(partial(self._hearing.hear, jobs=batch, at=at))
        found: dict[object, Finding] = {}
        answered: list[tuple[Heard | Idle, Answered | Idle]] = []
        for each in heard:
            try:
                answered.append((each, self._answered(each, found, at)))
            except (IndexUnavailable, ModelUnavailable) as error:
                trouble[_lane(each.job)] = error
        with self._watch.at(Stop.REPLY):
            hand = partial(_hand_to_sender, answers=[answer for _, answer in answered], at=at)
            erased = self._store.write(hand).result()
        if erased:
            self._drop_files(erased)
        for each, answer in answered:
            self._tell(each, answer)

    def _answered(self, heard: Heard | Idle, found: dict[object, Finding], at: datetime) -> Answered | Idle:
        if isinstance(heard, Idle):
            return heard
        with self._watch.at(Stop.FIND):
            return self._judged(heard, found, at)

    def _judged(self, heard: Heard, found: dict[object, Finding], at: datetime) -> Answered | Idle:
        verdict = self._patience.judge(heard.contact.id, heard.message.received_at, heard.message.id)
        if verdict is Verdict.ANSWER:
            return self._replying.reply(heard, found, at)
        return self._replying.calm(heard, at) if verdict is Verdict.CALM else Idle(heard.job)

    def _tell(self, heard: Heard | Idle, answer: Answered | Idle) -> None:
        """What it came to, for whoever watches."""
        if isinstance(heard, Idle):
            return
        if isinstance(answer, Idle):
            self._watch.said(heard.message.channel, Said.SILENCED)
        elif answer.outgoing:
            self._watch.said(heard.message.channel, answer.said)
            self._watch.waits(answer.outgoing.id, heard.message.received_at)

    # ------------------------------------------------------------ looking in

    def conversation(self, address: Address, after: int = 0) -> list[Line]:
        """What was said on this address, oldest first; with `after` only replies beyond that sequence."""
        return self._store.read(lambda tx: _lines(tx, address, after))


def _rounds(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """The first job of every lane, then the second of every lane …"""
    lanes: dict[str | int, list[Job]] = {}
    for job in jobs:
        lanes.setdefault(_lane(job), []).append(job)
    for number in range(max(map(len, lanes.values()), default=0)):
        yield [lane[number] for lane in lanes.values() if number < len(lane)]


def _lane(job: Job) -> str | int:
    return job.lane or job.id


def _hand_to_sender(tx: Transaction, answers: Sequence[Answered | Idle], at: datetime) -> list[str]:
    """Stop 7, one transaction: replies, cases, send jobs, and the answer jobs struck off.

    Ids of messages that were erased and whose files must go.
    """
    spoken = [each for each in answers if isinstance(each, Answered)]
    files = [id for each in spoken if each.erases for id in tx.contacts.forget_until(each.erases, at).files]
    said = {each.outgoing.id: (each.outgoing, each.effects) for each in spoken if each.outgoing}
    new = tx.outbox.add_all([outgoing for outgoing, _ in said.values()])
    send = [Job(JobKind.SEND, id, lane=outgoing.contact) for id, (outgoing, _) in said.items() if id in new]
    # A piece that waits stands in no lane: a whole question must not wait behind it.
    idle = [each for each in answers if isinstance(each, Idle)]
    later = [Job(JobKind.ANSWER, each.job.key, not_before=each.until) for each in idle if each.until]
    tx.jobs.add([*later, *send], at)
    silent = [effect for each in spoken if not each.outgoing for effect in each.effects]
    for effect in [*silent, *(effect for id, (_, effects) in said.items() if id in new for effect in effects)]:
        effect(tx)
    _count(tx, [each for each in spoken if each.outgoing and each.outgoing.id in new])
    tx.jobs.finish(each.job.id for each in answers)
    return files


def _count(tx: Transaction, spoken: Sequence[Answered]) -> None:
    """For the numbers: what became of questions, and how many of what."""
    tx.outcomes.add([each.outcome for each in spoken if each.outcome])
    tx.tallies.add(summed(tally for each in spoken for tally in each.tallies))


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
        Line(0, each.platform_id, False, each.text, (), each.received_at)
        for each in tx.messages.of(contact, HISTORY)
        if not each.forgotten_at
    ]
    return sorted([*asked, *replies], key=lambda line: line.at)
