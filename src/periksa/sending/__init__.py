"""The last stop of corridor 1: a reply out of the door, once.

Before a send its beginning is written down; after it, its outcome. A process killed in between leaves a reply *in
doubt*: on a channel that reports statuses it is left alone until a status settles it or `settle` has passed, and then
repeated at most once. Source: "a timeout after a send is ambiguous: never resend blindly" (docs/whatsapp.md).

`tempo.py` says how fast, `window.py` what may go when.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from periksa.channels import Caps, Channel, Judges
from periksa.errors import (
    AccountTrouble,
    Gone,
    OptedOut,
    OutcomeUnknown,
    Refused,
    SendError,
    Spared,
    Throttled,
    WindowClosed,
)
from periksa.model import Address, Job, JobKind, Outgoing, Purpose, Reach, StatusKind
from periksa.model.numbers import summed
from periksa.sending.tempo import NONE, Tempo
from periksa.sending.window import HOLDABLE, Knock, fit, is_open, knock_for
from periksa.store import Store, Transaction
from periksa.watching import Stop, Watch

__all__ = ["Knock", "Sending", "anew"]

AFTER_DOUBT = 2
"""Sends begun before a reply whose outcome nobody reports is given up: the first and one repeat."""
LONGEST_WAIT = 24 * 3600.0
"""Seconds. A platform that asks for more is asked again all the same: the person's window has closed by then."""
AGAIN = "~2"
"""Ends the id of a reply that is sent again because the platform reported that the first was not delivered. An id of
its own: a late status of the first must not settle the second."""

Where = tuple[str, str]
"""A contact and a channel."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is to be done about one job now: send, or nothing, because it is settled or `waits`."""

    outgoing: Outgoing | None = None
    to: tuple[Address, ...] = ()
    waits: bool = False


class Sending:
    """Sends replies that wait in the outbox. `settle` is how long an outcome in doubt may take to be reported.

    `knocks` are, by channel, the templates that announce an answer to somebody whose window is closed; without one the
    answer waits until they write. `pause` sleeps for so many seconds.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        back_off: Callable[[int], timedelta],
        settle: timedelta,
        tries: int,
        knocks: Mapping[str, Knock] | None = None,
        pause: Callable[[float], None] = lambda _: None,
        watch: Watch | None = None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._back_off = back_off
        self._settle = settle
        self._tries = tries
        self._knocks = knocks or {}
        self._pause = pause
        self._tempo = Tempo(back_off)
        self._watch = watch or Watch()
        self._listening_since = clock()
        """No status could reach us earlier: time in which we were down settles nothing."""

    def send(self, jobs: Sequence[Job]) -> None:
        """The shift of *send* jobs, one by one. Where one has to wait, those behind it in its lane wait too."""
        held: set[str] = set()
        behind: list[int] = []
        for job in jobs:
            if job.lane in held:
                behind.append(job.id)
            elif self._send(job) and job.lane:
                held.add(job.lane)
        if behind:
            self._store.write(lambda tx: tx.jobs.release(behind)).result()

    def _send(self, job: Job) -> bool:
        """One reply; whether it has to wait."""
        turn = self._store.gather(self._begin, job).result()
        if turn.outgoing is None:
            return turn.waits
        outgoing, caps = turn.outgoing, self._channels[turn.outgoing.channel].caps
        begins = outgoing.reply.template is not None
        with self._watch.at(Stop.PACE):
            self._pause(
                self._tempo.take(outgoing.channel, caps, outgoing.contact, self._clock(), begins=begins).total_seconds()
            )
        try:
            with self._watch.at(Stop.SEND):
                platform_id = self._hand_over(outgoing, turn.to)
        except SendError as error:
            self._watch.sent(outgoing.channel, error)
            self._tell(outgoing.channel, error)
            return self._store.write(partial(self._note_failure, job=job, error=error)).result()
        self._tempo.accepted(outgoing.channel, self._clock())
        self._watch.sent(outgoing.channel)
        self._watch.arrived(outgoing.channel, outgoing.id, self._clock())
        self._store.gather(_note_sent, (job, platform_id, self._clock())).result()
        return False

    # ------------------------------------------------------------ before a send

    def _begin(self, tx: Transaction, jobs: Sequence[Job]) -> list[_Turn]:
        """Write down which are about to be sent. Those that must not be: strike off, put off or give up."""
        known = tx.outbox.get_all([job.key for job in jobs])
        reach = tx.contacts.reach({outgoing.contact for outgoing in known.values()})
        turns = [self._turn(tx, job, known.get(job.key), reach) for job in jobs]
        if going := [turn.outgoing.id for turn in turns if turn.outgoing]:
            tx.outbox.begin_all(going, self._clock())
        return turns

    def _turn(self, tx: Transaction, job: Job, outgoing: Outgoing | None, reach: Mapping[Where, Reach]) -> _Turn:
        if job.leased_until and job.leased_until <= self._clock():
            return _Turn()  # it waited for a hand too long: whoever claims it next sends it
        if outgoing is None or outgoing.held_at or (_is_settled(outgoing) and outgoing.status != StatusKind.FAILED):
            tx.jobs.finish([job.id])
            return _Turn()
        if outgoing.channel not in self._channels:
            tx.jobs.bury(job.id, f"The channel {outgoing.channel!r} is not set up here; add its settings.")
            return _Turn()
        if outgoing.status == StatusKind.FAILED:
            self._after_failed(tx, job, outgoing)
            return _Turn()
        there = reach.get((outgoing.contact, outgoing.channel), Reach())
        return self._doubt(tx, job, outgoing) or self._admit(tx, job, outgoing, there)

    def _doubt(self, tx: Transaction, job: Job, outgoing: Outgoing) -> _Turn | None:
        """Nothing goes out while it may be out already."""
        if not outgoing.attempted_at or not self._channels[outgoing.channel].caps.settles:
            return None
        settled_by = max(outgoing.attempted_at, self._listening_since) + self._settle
        if self._clock() < settled_by:
            tx.jobs.retry(job.id, settled_by, "waiting for the platform to say whether it was sent")
            return _Turn(waits=True)
        if outgoing.attempts >= AFTER_DOUBT:
            tx.jobs.bury(job.id, "sent twice, and the platform confirmed neither; not sent again")
            return _Turn()
        return None

    def _admit(self, tx: Transaction, job: Job, outgoing: Outgoing, there: Reach) -> _Turn:
        """By window and pace."""
        now, caps = self._clock(), self._channels[outgoing.channel].caps
        opened = self._is_open(tx, outgoing, caps, there, now)
        going = fit(outgoing, opened=opened)
        if going is None:
            self._leave_out(tx, job, outgoing, opened=opened)
            return _Turn()
        begins = going.reply.template is not None
        if (wait := self._tempo.wait(going.channel, caps, going.contact, now, begins=begins)) > NONE:
            tx.jobs.release([job.id], now + wait)
            return _Turn(waits=True)
        return _Turn(going, there.addresses)

    def _is_open(self, tx: Transaction, outgoing: Outgoing, caps: Caps, there: Reach, now: datetime) -> bool:
        """For a knock it is open when nothing is held any more: the platform may know better than our own clock."""
        if outgoing.purpose is Purpose.KNOCK:
            latest = tx.outbox.of(outgoing.contact)
            return not any(reply.held_at for reply in latest if reply.channel == outgoing.channel)
        return is_open(caps, there.wrote_at, now)

    def _leave_out(self, tx: Transaction, job: Job, outgoing: Outgoing, *, opened: bool) -> None:
        tx.jobs.finish([job.id])
        if not opened and outgoing.purpose in HOLDABLE:
            self._hold(tx, outgoing)

    def _hold(self, tx: Transaction, outgoing: Outgoing) -> None:
        """Until the person writes; where there is a template for it, they are told that something waits."""
        now, knock = self._clock(), self._knocks.get(outgoing.channel)
        tx.outbox.hold(outgoing.id, now)
        if knock is None:
            return
        person = tx.contacts.get(outgoing.contact)
        template = knock_for(outgoing, knock, person.language if person else "", now)
        if tx.outbox.add(template):
            tx.jobs.add([Job(JobKind.SEND, template.id)], now)  # in no lane: what they ask next does not wait for it

    # ------------------------------------------------------------ the send

    def _hand_over(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        name = outgoing.channel
        try:
            return self._channels[name].send(outgoing, to)
        except SendError:
            raise
        except Exception as error:
            problem = f"{type(error).__name__} in the channel {name!r}; the reply may have been sent"
            raise OutcomeUnknown(problem) from error

    # ------------------------------------------------------------ after a send

    def _tell(self, channel: str, error: SendError) -> None:
        """The operator hears once when a whole channel rests."""
        rest = self._tempo.refused(channel, error, self._clock())
        if rest > NONE:
            level = logging.ERROR if isinstance(error, AccountTrouble) else logging.WARNING
            _log.log(level, "%s rests for %d s: %s", channel, rest.total_seconds(), error)

    def _note_failure(self, tx: Transaction, job: Job, error: SendError) -> bool:
        """Whether it has to wait. A status may have overtaken the error."""
        outgoing = tx.outbox.get(job.key)
        if outgoing is None or (_is_settled(outgoing) and outgoing.status != StatusKind.FAILED):
            tx.jobs.finish([job.id])
            return False
        if outgoing.status == StatusKind.FAILED:
            self._after_failed(tx, job, outgoing)
            return False
        if not isinstance(error, OutcomeUnknown):
            tx.outbox.unbegin(outgoing.id)
        if not error.retry or (job.attempts >= self._tries and not isinstance(error, Throttled | AccountTrouble)):
            self._give_up(tx, job, outgoing, error)
            return False
        tx.jobs.retry(job.id, self._clock() + self._wait(job, error), str(error))
        return True

    def _give_up(self, tx: Transaction, job: Job, outgoing: Outgoing, error: SendError) -> None:
        """This reply will not be sent as it is: it is held, or buried for the operator to see."""
        if isinstance(error, WindowClosed) and outgoing.reply.template is None and outgoing.purpose in HOLDABLE:
            tx.jobs.finish([job.id])
            self._hold(tx, outgoing)
            return
        if isinstance(error, OptedOut):
            tx.subscriptions.opt_out(outgoing.contact, self._clock(), outgoing.channel)
        elif isinstance(error, Gone) and not isinstance(error, Spared):
            tx.contacts.gone(outgoing.contact, outgoing.channel, self._clock())
        tx.jobs.bury(job.id, str(error))

    def _after_failed(self, tx: Transaction, job: Job, outgoing: Outgoing) -> None:
        """The platform took it and reports that it was not delivered: its code decides as a refusal's would.

        Where another send can help it is one of its own, at most one.
        """
        channel = self._channels[outgoing.channel]
        why = channel.failure(outgoing.code) if isinstance(channel, Judges) else Refused("it was not delivered")
        late = isinstance(why, WindowClosed) and outgoing.reply.template is None and outgoing.purpose in HOLDABLE
        if outgoing.id.endswith(AGAIN) or not (why.retry or late):
            self._give_up(tx, job, outgoing, why if not late else Refused(str(why), why.code))
            return
        tx.jobs.finish([job.id])
        again = anew(outgoing)
        if not tx.outbox.add(again):
            return
        if late:
            self._hold(tx, again)
        else:
            later = self._clock() + self._back_off(job.attempts)
            tx.jobs.add([Job(JobKind.SEND, again.id, again.contact, later)], self._clock())

    def _wait(self, job: Job, error: SendError) -> timedelta:
        if isinstance(error, OutcomeUnknown):
            return self._settle
        if error.wait:
            return timedelta(seconds=min(error.wait, LONGEST_WAIT))
        return self._back_off(job.attempts)


def anew(outgoing: Outgoing) -> Outgoing:
    """The same reply as if nobody had tried to send it: one of its own, because the first was reported as failed."""
    return replace(
        outgoing, id=outgoing.id + AGAIN, platform_id="", status=None, code=None, attempts=0, attempted_at=None
    )


def _is_settled(outgoing: Outgoing) -> bool:
    return bool(outgoing.platform_id or outgoing.status)


def _note_sent(tx: Transaction, accepted: Sequence[tuple[Job, str, datetime]]) -> list[None]:
    at = max(at for _, _, at in accepted)
    tx.tallies.add(summed(each.tally(at) for each in tx.outcomes.going([job.key for job, _, _ in accepted])))
    tx.outbox.sent_all({job.key: platform_id for job, platform_id, _ in accepted})
    tx.jobs.finish([job.id for job, _, _ in accepted])
    return [None] * len(accepted)
