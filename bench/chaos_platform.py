"""The platform in bad weather, for `chaos.py`: it fails, times out, says everything late, twice and in any order."""

from __future__ import annotations

import asyncio
import heapq
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

import httpx2

from periksa.web.fake_graph import FakeGraph, Fault, FaultKind, Settings, Statuses
from periksa.web.fake_graph.faults import CODES
from periksa.web.fake_graph.hooks import Written, messages, sign, statuses
from periksa.web.fake_graph.state import Answer, Sent

WAYS = (
    *(Fault(FaultKind.THROTTLED, code) for code in CODES),
    Fault(FaultKind.THROTTLED, 130429, retry_after=2),
    *(Fault(FaultKind.FAILED, code) for code in (131026, 131000, 131047, 131049, 130429)),
    *(Fault(kind) for kind in (FaultKind.HTTP_500, FaultKind.DROP_CONNECTION, FaultKind.GARBAGE)),
)
"""Every code that the platform's documentation lists, as a refusal; the codes that matter, as a later *failed* status;
a page instead of JSON, a torn connection, an acceptance nobody can read."""
TIMEOUTS = (Fault(FaultKind.TIMEOUT_AFTER), Fault(FaultKind.TIMEOUT_BEFORE))
"""Accepted, but the answer never came; never accepted, and no answer either."""
WINDOW = (131047, 470)
"""Codes that say the person has not written for 24 hours: our reply is held until they do."""
TWICE = 0.1
"""Share of deliveries, and of statuses, that come again."""
SILENT, TOO_LATE = 0.02, 0.02
"""Share of messages without any status, and with statuses only when waiting for them is over."""
AT_ONCE = 32
"""Requests under way at the same time."""
PAUSE = 0.4
"""Seconds before what was not taken with a 200 is brought again."""


class Storm(FakeGraph):
    """A fake platform of which a share of calls fails: `failing` in one of `WAYS`, `timing_out` in one of `TIMEOUTS`.

    What became of a reply is told by `Post`, not by itself.
    """

    def __init__(self, settings: Settings, failing: float, timing_out: float, seed: int, **parts: object) -> None:
        super().__init__(replace(settings, statuses=Statuses.WITHHELD), **parts)  # type: ignore[arg-type]
        self._failing, self._timing_out = failing, timing_out
        self._chance = random.Random(seed)
        self.blows: Counter[str] = Counter()
        """What struck, and how often."""
        self.closed: set[str] = set()
        """Messages whose reply was said to come too late: it waits for the person, however long they take."""
        self.calls = 0
        self.over = False

    def take(self, message: Mapping[str, object]) -> Answer:
        """One request to send may be struck; a read receipt is not."""
        if message.get("status") != "read":
            self.calls += 1
            draw = self._chance.random()
            if not self.over and draw < self._failing + self._timing_out:
                self._strike(self._chance.choice(WAYS if draw < self._failing else TIMEOUTS), message)
        return super().take(message)

    def _strike(self, fault: Fault, message: Mapping[str, object]) -> None:
        if fault.code in WINDOW:
            self.closed.add(answered_by(message))
        refused = fault.kind is FaultKind.THROTTLED
        self.blows[f"refused {fault.code}" if refused else f"{fault.kind} {fault.code or ''}".strip()] += 1
        self.fail(fault)


class Post:
    """Carries what people write and what became of our replies, each until it is taken with a 200, or again after."""

    def __init__(self, storm: Storm, settle: float, seed: int) -> None:
        self._storm = storm
        self._settle = settle
        self._chance = random.Random(seed)
        self._client = httpx2.AsyncClient(timeout=10)
        self._doors = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._due: list[tuple[float, int, Sent, bytes]] = []
        self._number = count()
        self._seen = 0
        self.begun: dict[str, datetime] = {}
        """By message id, when it was first brought to the door."""
        self.told: dict[str, datetime] = {}
        """By the platform's id of a reply, when its first status was taken."""
        self.counts: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """What is on its way, or will be."""
        return len(self._tasks) + len(self._due) + len(self._storm.recorded()) - self._seen

    async def write(self, written: Sequence[Written], rate: float) -> None:
        """All of it in deliveries of mixed size, so many messages a second; a tenth of them again, alike or mixed."""
        start, left, again = asyncio.get_running_loop().time(), list(written), list[Written]()
        while left:
            size = min(self._chance.choice((1, 1, 2, 3, 5, 8, 20)), len(left))
            batch, left = left[:size], left[size:]
            self._bring(batch)
            if self._chance.random() < TWICE:
                again += batch
            if again and self._chance.random() < TWICE:
                self._bring_again(again[:20])
                again = again[20:]
            await asyncio.sleep(start + (len(written) - len(left)) / rate - asyncio.get_running_loop().time())
        if again:
            self._bring_again(again)

    def _bring(self, batch: Sequence[Written]) -> None:
        raw = messages(self._storm.settings, batch, self._storm.clock())
        for one in batch:
            self.begun.setdefault(one.id, self._storm.clock())
        self._carry(raw, "deliveries")
        if self._chance.random() < TWICE:
            self._carry(raw, "deliveries again", self._chance.choice((0.0, 0.0, 0.5, 5.0)))

    def _bring_again(self, batch: list[Written]) -> None:
        """Messages of earlier deliveries, in another order and grouping."""
        self._chance.shuffle(batch)
        self._carry(messages(self._storm.settings, batch, self._storm.clock()), "deliveries mixed anew")

    async def tell(self) -> None:
        """Statuses, for as long as this is not cancelled."""
        while True:
            for sent in self._storm.recorded()[self._seen :]:
                self._seen += 1
                self._plan(sent)
            self._tell_due()
            await asyncio.sleep(0.05)

    def _plan(self, sent: Sent) -> None:
        fate, now = self._chance.random(), asyncio.get_running_loop().time()
        if fate < SILENT and sent.failed is None:
            self.counts["replies without a status"] += 1
            return
        late = self._settle + 1 if SILENT <= fate < SILENT + TOO_LATE and sent.failed is None else 0.0
        self.counts["replies with statuses too late"] += bool(late)
        for raw in statuses(replace(self._storm.settings, statuses=Statuses.IN_ORDER), sent):
            for delay in self._delays():
                heapq.heappush(self._due, (now + late + delay, next(self._number), sent, raw))

    def _delays(self) -> Iterator[float]:
        slow = self._chance.random() < 0.2
        yield self._chance.uniform(0.0, self._settle / 2 if slow else 0.5)
        if self._chance.random() < TWICE:
            self.counts["statuses again"] += 1
            yield self._chance.uniform(0.0, self._settle / 2)

    def _tell_due(self) -> None:
        now, due = asyncio.get_running_loop().time(), []
        while self._due and self._due[0][0] <= now:
            _, _, sent, raw = heapq.heappop(self._due)
            due.append((sent, raw))
        self._chance.shuffle(due)
        self.counts["statuses"] += len(due)
        while due:
            size = self._chance.choice((1, 1, 2, 5, 10))
            together, due = due[:size], due[size:]
            self._carry(joined([raw for _, raw in together]), "status deliveries", about=[sent for sent, _ in together])

    def _carry(self, raw: bytes, what: str, delay: float = 0.0, about: Sequence[Sent] = ()) -> None:
        self.counts[what] += 1
        task = asyncio.create_task(self._deliver(raw, delay, about))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, raw: bytes, delay: float, about: Sequence[Sent]) -> None:
        await asyncio.sleep(delay)
        while not await self._taken(raw):
            self.counts["not taken, brought again"] += 1
            await asyncio.sleep(PAUSE)
        for sent in about:
            self.told.setdefault(sent.id, self._storm.clock())

    async def _taken(self, raw: bytes) -> bool:
        headers = {"content-type": "application/json", "x-hub-signature-256": sign(self._storm.settings.secret, raw)}
        try:
            async with self._doors:
                answer = await self._client.post(self._storm.callback_url, content=raw, headers=headers)
        except (httpx2.HTTPError, OSError, AttributeError):  # a server killed at the wrong instant shows as the last
            return False
        return answer.status_code == 200

    async def close(self) -> None:
        """What is still on its way is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()


def answered_by(message: Mapping[str, object]) -> str:
    """The id of the message that this reply is to."""
    return str(message["context"]["message_id"])  # type: ignore[index]


def joined(webhooks: Sequence[bytes]) -> bytes:
    """One delivery with the entries of all of these."""
    bodies = [json.loads(raw) for raw in webhooks]
    return json.dumps({**bodies[0], "entry": [entry for body in bodies for entry in body["entry"]]}).encode()
