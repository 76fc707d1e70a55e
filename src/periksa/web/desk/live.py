"""Lists that stay fresh: server-sent events (WHATWG HTML, 9.2) that say that something has changed, and nothing else.

What has changed the page asks for itself, as it did when it was opened: one way to show a list, not two.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from periksa.errors import StoreError
from periksa.web.desk.guard import Handler, cookie_of
from periksa.web.desk.screen import Here
from periksa.web.desk.ways import LIVE, Way

LOOK = 1.0
"""Seconds between two looks, one for all pages that are open."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment goes out, so that no proxy hangs up; and after which the session is looked
at, however much there is to say."""


class Sessions(Protocol):
    """Who is behind a token."""

    def who(self, token: str, used: bool = True) -> object | None:
        """None if nobody is, or no longer."""
        ...


class Live:
    """`pulse` is another text whenever anything that lists show has changed. It blocks."""

    def __init__(self, pulse: Callable[[], str], sessions: Sessions) -> None:
        self._pulse = pulse
        self._sessions = sessions
        self._looking = asyncio.Lock()
        self._looked_at = -LOOK
        self._latest = ""
        self._open = True

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {Way("GET", LIVE): self.follow}

    def hang_up(self) -> None:
        """End every stream, so that the server can stop; browsers come back by themselves."""
        self._open = False

    async def follow(self, here: Here) -> Response:
        """Until the browser leaves, or the session ends."""
        token = here.request.cookies.get(cookie_of(here.request), "")
        known = here.request.headers.get("last-event-id", "")
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._beats(token, known), media_type="text/event-stream", headers=headers)

    async def _beats(self, token: str, known: str) -> AsyncIterator[str]:
        """`known`: the id of the last event that this page heard on a line that broke, or nothing."""
        now = asyncio.get_running_loop().time
        latest, spoke, sure = await self._look(), now(), now()
        yield _news(latest) if known and known != latest else f"id: {latest}\n\n"
        known = latest
        while self._open:
            await asyncio.sleep(LOOK)
            if now() - sure >= HEARTBEAT:
                sure = now()
                if not await run_in_threadpool(self._is_in, token):
                    return
            latest = await self._look()
            if latest != known:
                known, spoke = latest, now()
                yield _news(latest)
            elif now() - spoke >= HEARTBEAT:
                spoke = now()
                yield ": here\n\n"

    async def _look(self) -> str:
        """The pulse, at most `LOOK` seconds old."""
        now = asyncio.get_running_loop().time
        async with self._looking:
            if now() - self._looked_at >= LOOK:
                self._latest = await run_in_threadpool(self._read)
                self._looked_at = now()
        return self._latest

    def _read(self) -> str:
        try:
            return self._pulse()
        except StoreError:
            return self._latest  # looked for again in a moment

    def _is_in(self, token: str) -> bool:
        try:
            return self._sessions.who(token, used=False) is not None
        except StoreError:
            return True


def _news(latest: str) -> str:
    return f"id: {latest}\nevent: news\ndata: changed\n\n"
