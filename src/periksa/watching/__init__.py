"""What is counted while messages walk through the house, and how long each stop takes.

Corridors count with one line each and know no more than this file; `exposition.py` shows it to Prometheus. A label is a
word of a fixed list (a channel of ours, a kind, an error's class): never a person's data, never a platform's own words.
Counts are this process's own and start at 0 with it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from threading import Lock
from time import perf_counter

MOST = 10_000
"""Replies on their way that are remembered for how long their person waited."""
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the spans that are told apart, in seconds; what is longer counts too."""

Labels = tuple[str, ...]


class Stop(StrEnum):
    """Where time goes."""

    PARSE = "parse"
    """Stop 2: signature checked, delivery parsed."""
    STORE = "store"
    """Stop 3: from there until the delivery is on disk; a 200 waits for no more than these two."""
    HEAR = "hear"
    """The conversation read from the store, for a batch of messages."""
    FIND = "find"
    """Stops 4 to 6: read, searched, decided, worded."""
    REPLY = "reply"
    """Stop 7: replies on disk, for a batch of messages."""
    PACE = "pace"
    """Waiting for everybody's pace before a send."""
    SEND = "send"
    """Stop 8: the platform's answer."""


class Said(StrEnum):
    """What somebody's message got."""

    ANSWERED = "answered"
    OFFERED = "offered"
    HANDED_OVER = "handed_over"
    SPOKEN = "spoken"
    """Words that tell no fact-check: a greeting, a menu, a receipt, "did this help?"."""
    CALMED = "calmed"
    SILENCED = "silenced"
    """Of somebody who writes faster than we answer."""


class Spans:
    """How many took how long."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Watch:
    """Counts of one process; safe to share between threads, and quick: nothing here waits or fails."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[str, Counter[Labels]] = {}
        self._spans: dict[str, dict[Labels, Spans]] = {}
        self._waiting: OrderedDict[str, datetime] = OrderedDict()

    # ------------------------------------------------------------ one line each

    def received(self, channel: str, kind: str) -> None:
        """A message that was not known."""
        self._count("received", channel, kind)

    def status(self, channel: str, kind: str) -> None:
        """A platform's word on one of our replies, repeated ones too."""
        self._count("statuses", channel, kind)

    def refused(self, channel: str, error: Exception) -> None:
        """A delivery whose signature or form was wrong."""
        self._count("refused", channel, word_for(error))

    def said(self, channel: str, what: Said) -> None:
        """What a message got."""
        self._count("said", channel, what)

    def sent(self, channel: str, error: Exception | None = None) -> None:
        """A send ended, well where there is no error."""
        self._count("sends", channel, word_for(error) if error else "sent")

    @contextmanager
    def at(self, stop: Stop) -> Iterator[None]:
        """The time that the block takes, however it ends."""
        begun = perf_counter()
        try:
            yield
        finally:
            self._took("stop", perf_counter() - begun, stop)

    def until(self, stop: Stop) -> Callable[[object], None]:
        """To be called when the stop that begins now is over."""
        begun = perf_counter()
        return lambda _: self._took("stop", perf_counter() - begun, stop)

    def waits(self, reply: str, since: datetime) -> None:
        """This reply (by id) is on its way to somebody who has waited `since`."""
        with self._lock:
            self._waiting[reply] = since
            if len(self._waiting) > MOST:
                self._waiting.popitem(last=False)

    def arrived(self, channel: str, reply: str, at: datetime) -> None:
        """The platform took it. One that another process wrote is not timed."""
        with self._lock:
            since = self._waiting.pop(reply, None)
        if since is not None:
            self._took("wait", max(0.0, (at - since).total_seconds()), channel)

    # ------------------------------------------------------------ for whoever shows it

    def counts(self, what: str) -> dict[Labels, int]:
        """Counts by their labels."""
        with self._lock:
            return dict(self._counts.get(what, {}))

    def spans(self, what: str) -> dict[Labels, tuple[list[int], float]]:
        """By their labels: how many in each of the spans that `BOUNDS` part, and all their seconds."""
        with self._lock:
            return {labels: (list(each.counts), each.total) for labels, each in self._spans.get(what, {}).items()}

    def _count(self, what: str, *labels: str) -> None:
        with self._lock:
            self._counts.setdefault(what, Counter())[labels] += 1

    def _took(self, what: str, seconds: float, *labels: str) -> None:
        with self._lock:
            self._spans.setdefault(what, {}).setdefault(labels, Spans()).add(seconds)


def word_for(error: Exception) -> str:
    """An error's class as a label: WindowClosed is "window_closed"."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
