"""Webhooks of messaging platforms, and what a watchdog asks.

A delivery is answered 200 only after its durable commit; anything the platform should bring again is answered 503.
Answers are fixed sentences: nothing of a delivery, a stack or a setting ever goes back.
"""

from __future__ import annotations

import asyncio
import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from periksa.errors import BadDelivery, BadSignature, ChannelError, PeriksaError, StoreError
from periksa.web import Door, body

MOST_BYTES = 3 * 1024 * 1024
"""Largest delivery; WhatsApp promises at most 3 MB (Cloud API, Webhooks overview)."""
OWN_CHANNELS = frozenset({"web"})
"""Channels with a door of their own: there the session comes from a cookie, here anyone could name one."""

_log = logging.getLogger(__name__)
_ANSWERS: tuple[tuple[type[PeriksaError], int, str], ...] = (
    (BadSignature, 401, "the signature is missing or wrong"),
    (BadDelivery, 400, "this is not a delivery of this channel"),
    (ChannelError, 404, "there is no such channel"),
    (StoreError, 503, "not stored; please deliver it again"),
)


def routes(door: Door) -> list[Route]:
    """GET and POST /hooks/{channel}, GET /health, GET /ready."""
    hooks = _Hooks(door)
    return [
        Route("/hooks/{channel}", hooks.handshake, methods=["GET"]),
        Route("/hooks/{channel}", hooks.deliver, methods=["POST"]),
        Route("/health", hooks.health),
        Route("/ready", hooks.ready),
    ]


class _Hooks:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def handshake(self, request: Request) -> Response:
        try:
            channel = _channel(request)
            return PlainTextResponse(self._door.handshake(channel, dict(request.query_params)))
        except BadSignature:
            return _say(403, "this webhook does not know you")
        except ChannelError as error:
            return _refuse(request, error)

    async def deliver(self, request: Request) -> Response:
        try:
            channel = _channel(request)
            raw = await body.read(request, MOST_BYTES)
            await asyncio.wrap_future(self._door.receive(channel, raw, dict(request.headers)))
        except body.TooLarge:
            return _say(413, "a delivery has at most 3 MB")
        except (ChannelError, StoreError) as error:
            return _refuse(request, error)
        return _say(200, "ok")

    async def health(self, request: Request) -> Response:
        return _say(200, "ok")

    async def ready(self, request: Request) -> Response:
        try:
            ready = await run_in_threadpool(self._door.healthy)
        except PeriksaError:
            ready = False
        return _say(200, "ready") if ready else _say(503, "not ready")


def _channel(request: Request) -> str:
    name: str = request.path_params["channel"]
    if name in OWN_CHANNELS:
        raise ChannelError(f"channel {name} has no webhook")
    return name


def _refuse(request: Request, error: PeriksaError) -> Response:
    status, sentence = next((status, sentence) for kind, status, sentence in _ANSWERS if isinstance(error, kind))
    _log.warning("%s on %s answered %s: %s", request.method, request.url.path, status, type(error).__name__)
    return _say(status, sentence)


def _say(status: int, sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, headers={"cache-control": "no-store"})
