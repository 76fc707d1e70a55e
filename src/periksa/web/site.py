"""The public web app: hooks, chat page and library behind one set of headers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from periksa.web import Door, Library, api, body, hooks, watched
from periksa.web.desk.ways import HOME
from periksa.web.library import routes as for_programs
from periksa.web.public import texts
from periksa.web.public.chat import FRAME, Chat
from periksa.web.public.library_page import LibraryPage
from periksa.web.public.page import Page
from periksa.web.public.reading import Reading
from periksa.web.public.spreading import Spreading
from periksa.web.public.static import Static
from periksa.web.public.stream import Streams
from periksa.web.public.widget import Widget

HOOKS = "/hooks"
JAKARTA = timezone(timedelta(hours=7), "WIB")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)
_HEADERS = {
    "content-security-policy": f"{_POLICY}'none'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def build(
    door: Door,
    clock: Callable[[], datetime],
    *,
    name: str = "Periksa",
    zone: tzinfo = JAKARTA,
    examples: Sequence[str] = (),
    sites: Sequence[str] = (),
    asker: api.Asker | None = None,
    library: Library | None = None,
    address: str = "",
    token: Callable[[], str] = lambda: secrets.token_hex(16),
    unready: Callable[[], str] = lambda: "",
    metrics: Callable[[], bytes] | None = None,
    metrics_token: str = "",
    desk: Starlette | None = None,
) -> Starlette:
    """The app. `name` is the tipline's, `zone` where its readers are, `examples` what a new reader may tap (else ours).

    `sites` are the origins whose pages may show the widget; without an `asker` there is no API, and without a `library`
    too none of its pages, feeds and records. `address` is our own, without a path. `unready`, `metrics` and
    `metrics_token`: see `watched`. `desk` answers for everything under its own path, and nothing else touches it.

    Before the server stops, call `app.state.hang_up()`: it ends the streams, which would hold the server up.
    """
    static = Static()
    streams = Streams(door)
    languages = texts.load()
    chat = Chat(door, Page(static, name, zone, examples), streams, languages, clock, token)
    doors: dict[str, ASGIApp] = {HOOKS: _door_of_platforms(door), **({HOME: desk} if desk else {})}
    nowhere = None
    records: list[Route] = []
    if library and asker:
        reading = Reading(library, asker, LibraryPage(static, name, languages), languages, clock, address)
        nowhere, records = reading.nowhere, _of_library(reading, library, languages, clock, name, zone, address)
    app = Starlette(
        routes=[
            *watched.routes(unready, metrics, metrics_token),
            *chat.routes(),
            *Widget(name, languages, sites).routes(),
            *static.routes(),
            *(api.routes(asker, clock) if asker else ()),
            *records,
        ],
        middleware=[
            Middleware(_Doors, doors=doors),
            Middleware(_SafeHeaders, sites=sites),
            Middleware(GZipMiddleware),
        ],
        exception_handlers={**body.UNFINISHED, **({404: nowhere} if nowhere else {})},
    )

    def hang_up() -> None:
        streams.hang_up()
        if desk:
            desk.state.hang_up()

    app.state.hang_up = hang_up
    return app


def _of_library(
    reading: Reading,
    library: Library,
    languages: tuple[texts.Texts, ...],
    clock: Callable[[], datetime],
    name: str,
    zone: tzinfo,
    address: str,
) -> list[Route]:
    return [
        *reading.routes(),
        *Spreading(library, name, languages, zone, address).routes(),
        *for_programs(library, clock, address),
    ]


def _door_of_platforms(door: Door) -> ASGIApp:
    """Its answers are words for a program: no page's headers, and nothing worth packing, a thousand times a second."""
    return Starlette(routes=hooks.routes(door), exception_handlers={**body.UNFINISHED})


class _Doors:
    """Each door its app: what is for one of them goes there before anything here sees it."""

    def __init__(self, app: ASGIApp, doors: Mapping[str, ASGIApp]) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = "/" + scope["path"].lstrip("/").partition("/")[0] if scope["type"] == "http" else ""
        await self._doors.get(first, self._app)(scope, receive, send)


class _SafeHeaders:
    """Every answer tells the browser to run nothing that is not ours; only `FRAME` may be shown within `sites`."""

    def __init__(self, app: ASGIApp, sites: Sequence[str]) -> None:
        self._app = app
        self._framed = _HEADERS | {"content-security-policy": _POLICY + (" ".join(sites) or "'none'")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = self._framed if scope.get("path") == FRAME else _HEADERS

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
