"""Webhooks of messaging platforms.

A delivery is answered 200 only after its durable commit; anything the platform should bring again is answered 503.
Answers are fixed sentences: nothing of a delivery, a stack or a setting ever goes back.
"""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from periksa.errors import BadDelivery, BadSignature, ChannelError, PeriksaError, StoreError
from periksa.web import Door, body
from periksa.web.watched import say

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
    """GET and POST /hooks/{channel}."""
    hooks = _Hooks(door)
    return [
        Route("/hooks/{channel}", hooks.handshake, methods=["GET"]),
        Route("/hooks/{channel}", hooks.deliver, methods=["POST"]),
    ]


class _Hooks:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def handshake(self, request: Request) -> Response:
        try:
            channel = _channel(request)
            return PlainTextResponse(self._door.handshake(channel, dict(request.query_params)))
        except BadSignature:
            return say(403, "this webhook does not know you")
        except ChannelError as error:
            return _refuse(request, error)

    async def deliver(self, request: Request) -> Response:
        try:
            channel = _channel(request)
            raw = await body.read(request, MOST_BYTES)
            await asyncio.wrap_future(self._door.receive(channel, raw, dict(request.headers)))
        except body.TooLarge:
            return say(413, "a delivery has at most 3 MB")
        except (ChannelError, StoreError) as error:
            return _refuse(request, error)
        return say(200, "ok")


def _channel(request: Request) -> str:
    name: str = request.path_params["channel"]
    if name in OWN_CHANNELS:
        raise ChannelError(f"channel {name} has no webhook")
    return name


def _refuse(request: Request, error: PeriksaError) -> Response:
    status, sentence = next((status, sentence) for kind, status, sentence in _ANSWERS if isinstance(error, kind))
    _log.warning("%s on %s answered %s: %s", request.method, request.url.path, status, type(error).__name__)
    return say(status, sentence)
