"""How many messages of one person are answered in a row: a bucket that empties with each, and fills again with time."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

MOST = 10_000
"""People remembered before those whose bucket is full again are forgotten; and the messages judged last."""
OVER = 0.5
"""How full a bucket is again when a flood counts as over."""


class Verdict(Enum):
    """What a message gets."""

    ANSWER = "answer"
    CALM = "calm"
    """The first one too many: one sentence."""
    SILENCE = "silence"
    """The others, until it is over."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime
    hushed: bool = False


class Patience:
    """Of one process. `burst` messages at once, then `per_minute` of them."""

    def __init__(self, burst: int, per_minute: float) -> None:
        self._burst = burst
        self._per_second = per_minute / 60
        self._buckets: dict[str, _Bucket] = {}
        self._judged: OrderedDict[str, Verdict] = OrderedDict()

    def judge(self, who: str, at: datetime, message: str) -> Verdict:
        """What this person's message (by id), which came `at`, gets: the same again where its job is done again.

        While the index is away a job is tried for as long as it takes; that is no flood of its sender's.
        """
        if message not in self._judged:
            self._judged[message] = self._judge(who, at)
            if len(self._judged) > MOST:
                self._judged.popitem(last=False)
        return self._judged[message]

    def _judge(self, who: str, at: datetime) -> Verdict:
        if len(self._buckets) > MOST:
            self._buckets = {each: kept for each, kept in self._buckets.items() if self._now(kept, at) < self._burst}
        bucket = self._buckets.setdefault(who, _Bucket(self._burst, at))
        bucket.left, bucket.at = self._now(bucket, at), max(at, bucket.at)
        if bucket.hushed and bucket.left < self._burst * OVER:
            return Verdict.SILENCE
        bucket.hushed = bucket.left < 1
        if bucket.hushed:
            return Verdict.CALM
        bucket.left -= 1
        return Verdict.ANSWER

    def _now(self, bucket: _Bucket, at: datetime) -> float:
        passed = max(0.0, (at - bucket.at).total_seconds())
        return min(float(self._burst), bucket.left + passed * self._per_second)
