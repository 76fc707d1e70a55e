"""What whoever watches over us asks: alive? able? what is counted?

`/metrics` is for this machine, or for whoever has the token. A proxy on this machine speaks for the whole world: where
one shows that it does, its requests count as coming from elsewhere.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PROXIED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers by which a proxy says that it asks for somebody else."""


def routes(unready: Callable[[], str], metrics: Callable[[], bytes] | None, token: str) -> list[Route]:
    """GET /health, GET /ready, and GET /metrics where there are any.

    `unready` says in a sentence why messages cannot be taken in and answered, "" if they can; `metrics` renders them.
    Both block.
    """
    watched = _Watched(unready, metrics or (lambda: b""), token)
    shown = [Route("/metrics", watched.metrics)] if metrics else []
    return [Route("/health", watched.health), Route("/ready", watched.ready), *shown]


class _Watched:
    def __init__(self, unready: Callable[[], str], metrics: Callable[[], bytes], token: str) -> None:
        self._unready = unready
        self._metrics = metrics
        self._token = token.encode()
        self._looking: asyncio.Future[str] | None = None

    async def health(self, request: Request) -> Response:
        return say(200, "ok")

    async def ready(self, request: Request) -> Response:
        """To find out takes a commit, or seconds of waiting for one: all who ask meanwhile share the answer."""
        looking = self._looking or asyncio.ensure_future(run_in_threadpool(self._unready))
        self._looking = looking
        try:
            why = await asyncio.shield(looking)
        finally:
            if looking.done() and self._looking is looking:
                self._looking = None
        return say(503, why) if why else say(200, "ready")

    async def metrics(self, request: Request) -> Response:
        if not self._may_see(request):
            return say(403, "metrics are for this machine, or for whoever has the token web.metrics_token")
        shown = await run_in_threadpool(self._metrics)
        return Response(shown, headers={"cache-control": "no-store"}, media_type="text/plain; version=0.0.4")

    def _may_see(self, request: Request) -> bool:
        if self._token:
            given = request.headers.get("authorization", "").encode()
            return hmac.compare_digest(given, b"Bearer " + self._token)
        proxied = any(name in request.headers for name in PROXIED)
        return not proxied and request.client is not None and _is_here(request.client.host)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def say(status: int, sentence: str) -> Response:
    """One fixed sentence."""
    return PlainTextResponse(f"{sentence}\n", status, headers={"cache-control": "no-store"})
