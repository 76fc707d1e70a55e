"""Reading what was posted, up to a limit, and no longer than somebody with a slow line takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from periksa.errors import PeriksaError

PATIENCE = 60.0
"""Seconds for a whole body: 128 kB over GPRS take half of it."""

_Answer: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]


class TooLarge(PeriksaError):
    """The body is longer than its door allows; the rest was not read."""


class TooSlow(PeriksaError):
    """The body did not come in time; nobody may keep a line open for ever."""


async def read(request: Request, most: int) -> bytes:
    """The body, at most `most` bytes of it. Raises: TooLarge, before more than that is held; TooSlow."""
    sentence = f"the body is longer than {most} bytes"
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge(sentence)
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise TooLarge(sentence)
    except TimeoutError:
        raise TooSlow(f"the body took longer than {PATIENCE:g} seconds") from None
    return bytes(body)


async def _gone(request: Request, error: Exception) -> Response:
    """The client left before its body was complete: nobody reads this."""
    return Response(status_code=400)


async def _slow(request: Request, error: Exception) -> Response:
    return PlainTextResponse("this took too long\n", 408, headers={"cache-control": "no-store", "connection": "close"})


UNFINISHED: Mapping[type[Exception], _Answer] = {ClientDisconnect: _gone, TooSlow: _slow}
"""What every app answers where a body does not come to its end."""
