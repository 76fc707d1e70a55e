"""The desk, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from periksa.web import Library, api
from periksa.web.desk import Inbox, Review, Staffing
from periksa.web.desk.account import Account
from periksa.web.desk.cases import Cases
from periksa.web.desk.entering import Entering
from periksa.web.desk.guard import Guard, SafeHeaders
from periksa.web.desk.screen import Screen
from periksa.web.desk.team import Team
from periksa.web.desk.texts import load
from periksa.web.desk.ways import HOME
from periksa.web.public.static import Static


def build(
    staffing: Staffing,
    inbox: Inbox,
    review: Review,
    asker: api.Asker,
    library: Library,
    clock: Callable[[], datetime],
    name: str,
    zone: tzinfo,
    address: str = "",
) -> Starlette:
    """The app for all paths under `HOME`. `name` is the tipline's, `zone` where its editors are.

    `address` is our own, without a path, for links to be handed on; empty: as the request names us.
    """
    static = Static(__package__, f"{HOME}/static")
    screen = Screen(static, load(), clock, name, zone)
    guard = Guard(staffing, screen)
    parts = (
        Entering(staffing, screen, address),
        Cases(inbox, review, asker, library, screen),
        Team(staffing, screen, address),
        Account(staffing, screen),
    )
    handlers = {way: handler for part in parts for way, handler in part.ways().items()}

    async def nowhere(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return screen.problem(await guard.here(request), "nowhere" if status in (404, 405) else "broken", status)

    return Starlette(
        routes=[*static.routes(), *guard.routes(handlers)],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={404: nowhere, 405: nowhere},
    )
