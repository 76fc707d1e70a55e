"""How fast we write: to one person, to everybody, to people who did not ask today. And when a whole channel rests.

All of it is this process's own memory. Several processes that send on one channel share its limits by configuration
(docs/whatsapp.md); a limit that is hit all the same is refused by the platform, and then the channel rests.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from periksa.channels import Caps, Rate
from periksa.errors import AccountTrouble, PersonThrottled, SendError, Throttled

NONE = timedelta(0)
DAY = timedelta(days=1)
MOST = 10_000
"""People remembered before those who may be written to freely again are forgotten."""
LONGEST_REST = timedelta(hours=24)


class Tempo:
    """Safe to share between threads. `back_off` says how long a channel rests after so many refusals in a row."""

    def __init__(self, back_off: Callable[[int], timedelta]) -> None:
        self._back_off = back_off
        self._lock = threading.Lock()
        self._due: dict[tuple[str, str], datetime] = {}
        """When the last message to this person (or, with "", to everybody) would leave if they left evenly."""
        self._rests: dict[str, tuple[datetime, int]] = {}
        """Until when a channel rests, after how many refusals in a row."""
        self._begun: dict[str, dict[str, datetime]] = {}
        """Per channel, whom we wrote a template to, and when, oldest first."""

    def wait(self, channel: str, caps: Caps, person: str, now: datetime, *, begins: bool = False) -> timedelta:
        """How long this person's reply has to wait; `begins`: it is a template. Takes nothing."""
        with self._lock:
            rests = self._rests.get(channel, (now, 0))[0] - now
            paced = _ahead(caps.person, self._due.get((channel, person), now), now) if caps.person else NONE
            return max(NONE, rests, paced, self._full(channel, caps, person, now) if begins else NONE)

    def take(self, channel: str, caps: Caps, person: str, now: datetime, *, begins: bool = False) -> timedelta:
        """One message is about to leave: count it, and say how long everybody's pace asks it to wait."""
        with self._lock:
            if begins:
                self._begun.setdefault(channel, {}).setdefault(person, now)
            if caps.person:
                self._count((channel, person), caps.person, now)
            return self._count((channel, ""), caps.all, now) if caps.all else NONE

    def refused(self, channel: str, error: SendError, now: datetime) -> timedelta:
        """A send was refused; how long the whole channel rests now: not at all if it was about one person or reply."""
        if isinstance(error, PersonThrottled) or not isinstance(error, Throttled | AccountTrouble):
            return NONE
        with self._lock:
            until, times = self._rests.get(channel, (now, 0))
            if until > now:
                return NONE  # it was under way when another was refused
            asked = timedelta(seconds=min(error.wait or 0, LONGEST_REST.total_seconds()))
            rest = asked or self._back_off(times + 1)
            self._rests[channel] = (now + rest, times + 1)
            return rest

    def accepted(self, channel: str, now: datetime) -> None:
        """A send went through: the channel is well. While it rests that says nothing: the send was under way before."""
        with self._lock:
            if self._rests.get(channel, (now, 0))[0] <= now:
                self._rests.pop(channel, None)

    def _count(self, key: tuple[str, str], rate: Rate, now: datetime) -> timedelta:
        due = self._due.get(key, now)
        if len(self._due) > MOST:
            self._due = {each: then for each, then in self._due.items() if then > now}
        self._due[key] = max(due, now) + timedelta(seconds=rate.seconds)
        return max(NONE, _ahead(rate, due, now))

    def _full(self, channel: str, caps: Caps, person: str, now: datetime) -> timedelta:
        """How long until one more person may get a template."""
        begun = self._begun.get(channel, {})
        while begun and now - next(iter(begun.values())) >= DAY:
            del begun[next(iter(begun))]
        if not caps.conversations or person in begun or len(begun) < caps.conversations:
            return NONE
        return next(iter(begun.values())) + DAY - now


def _ahead(rate: Rate, due: datetime, now: datetime) -> timedelta:
    """How far the pace is ahead of what `rate` lets go at once."""
    return due - now - (rate.burst - 1) * timedelta(seconds=rate.seconds)
