"""Replies as they come: server-sent events (WHATWG HTML, 9.2) of one conversation.

An event's id is the reply's place in the outbox, so a browser that comes back says where to go on.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool

from periksa.errors import StoreError
from periksa.model import Address, Line
from periksa.web import Door

EAGER = 0.05
"""Seconds between two looks when something has just been said."""
SLOWER = 1.2
"""Growth of that pause from look to look: nobody waits a fifth longer than the reply took."""
CALM = 2.0
"""Longest pause, and so how late a reply that nobody waits for may show."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment goes out, so that no proxy hangs up."""
OF_ALL, OF_LINE = 500, 100
"""Pages open at once, and on one line: each is one of a thousand files that a process often has."""


class Streams:
    """The open pages. Each looks for replies in its own rhythm; `ring` wakes those of one session."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._bells: defaultdict[Address, set[asyncio.Event]] = defaultdict(set)
        self._open = True
        self._lines: Counter[str] = Counter()

    def full(self, line: str) -> bool:
        """Whether no more can be open, in all or on this line."""
        return self._lines.total() >= OF_ALL or self._lines[line] >= OF_LINE

    def ring(self, address: Address) -> None:
        """Its person has just said something: a reply will come soon."""
        for bell in self._bells.get(address, ()):
            bell.set()

    def hang_up(self) -> None:
        """End every stream, so that the server can stop; browsers come back by themselves."""
        self._open = False
        for address in self._bells:
            self.ring(address)

    async def follow(
        self, address: Address, after: int, html: Callable[[Line], str], line: str = ""
    ) -> AsyncIterator[str]:
        """Events for every reply of a greater sequence than `after`, until the browser, on this line, leaves."""
        bell = asyncio.Event()
        self._bells[address].add(bell)
        self._lines[line] += 1
        try:
            yield "retry: 1000\n\n"
            async for said in self._replies(address, after, bell):
                yield _event(said, html(said)) if said else ": here\n\n"
        finally:
            self._lines[line] -= 1
            self._lines += Counter()  # without those that are at nothing
            self._bells[address].discard(bell)
            if not self._bells[address]:
                del self._bells[address]

    async def _replies(self, address: Address, after: int, bell: asyncio.Event) -> AsyncIterator[Line | None]:
        """Replies in order; None as a sign of life."""
        now = asyncio.get_running_loop().time
        pause, spoke = EAGER, now()
        while self._open:
            news = await self._news(address, after)
            for line in news:
                after = line.sequence
                yield line
            if news:
                spoke = now()
            elif now() - spoke >= HEARTBEAT:
                yield None
                spoke = now()
            pause = EAGER if await _rung(bell, pause) or news else min(pause * SLOWER, CALM)

    async def _news(self, address: Address, after: int) -> list[Line]:
        try:
            lines = await run_in_threadpool(self._door.conversation, address, after)
        except StoreError:
            return []  # looked for again in a moment
        return [line for line in lines if line.ours and line.sequence > after]


async def _rung(bell: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return False
    bell.clear()
    return True


def _event(line: Line, html: str) -> str:
    return f"id: {line.sequence}\ndata: {json.dumps(html)}\n\n"
