"""The desk, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from periksa.errors import StoreError
from periksa.web import Library, body
from periksa.web.desk import Inbox, Review, Staffing
from periksa.web.desk.account import Account
from periksa.web.desk.acting import Acting, Casework
from periksa.web.desk.broadcasts import Broadcasting, Broadcasts
from periksa.web.desk.cases import Asker, Cases
from periksa.web.desk.entering import Entering
from periksa.web.desk.files import Attachments, Files
from periksa.web.desk.guard import HEADERS, Guard, SafeHeaders
from periksa.web.desk.library import Catalogue, Shelves
from periksa.web.desk.listing import Listing
from periksa.web.desk.live import Live
from periksa.web.desk.naming import Naming
from periksa.web.desk.numbers import Counted, Numbers
from periksa.web.desk.passkeys import Keys, Passkeys
from periksa.web.desk.quality import Judged, Quality
from periksa.web.desk.screen import Screen
from periksa.web.desk.team import Team
from periksa.web.desk.telling import Progressing
from periksa.web.desk.texts import load
from periksa.web.desk.ways import HOME
from periksa.web.desk.writing import Authoring, Writing
from periksa.web.public.static import Static


def build(
    staffing: Staffing,
    inbox: Inbox,
    review: Review,
    casework: Casework,
    asker: Asker,
    library: Library,
    authoring: Authoring,
    clock: Callable[[], datetime],
    name: str,
    zone: tzinfo,
    address: str = "",
    *,
    passkeys: Keys,
    numbers: Numbers,
    quality: Quality,
    broadcasting: Broadcasting,
    catalogue: Catalogue,
    attachments: Attachments,
) -> Starlette:
    """The app for all paths under `HOME`. `name` is the tipline's, `zone` where its editors are.

    `address` is our own, without a path, for links to be handed on; empty: as the request names us. Before the server
    stops, call `app.state.hang_up()`: it ends the streams, which would hold the server up.
    """
    static = Static(__package__, f"{HOME}/static")
    screen = Screen(static, load(), clock, name, zone)
    guard, live = Guard(staffing, screen), Live(inbox.pulse, staffing)
    parts = (
        Entering(staffing, screen, address),
        Listing(inbox, casework, screen),
        live,
        Acting(inbox, casework, screen),
        Cases(inbox, review, asker, library, authoring, attachments, screen),
        Files(attachments, screen),
        Progressing(inbox, review, screen),
        Writing(authoring, inbox, review, screen, address),
        Counted(numbers, screen),
        Judged(quality, asker, screen),
        Shelves(catalogue, library, asker, screen, clock),
        Broadcasts(broadcasting, inbox, Naming(inbox, asker, library), screen, clock, zone, address),
        Team(staffing, screen, address),
        Account(staffing, passkeys, screen),
        Passkeys(passkeys, staffing, screen, name, clock),
    )
    handlers = {way: handler for part in parts for way, handler in part.ways().items()}

    async def nowhere(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        try:
            here = await guard.here(request)
        except StoreError:
            here = screen.here(request, None, {})
        return screen.problem(here, "nowhere", status)

    async def broken(request: Request, error: Exception) -> Response:
        """Nobody foresaw this. It is raised again for the log, outside of all middleware: the headers come along."""
        response = screen.problem(screen.here(request, None, {}), "broken", 500)
        response.headers.update(HEADERS)
        return response

    app = Starlette(
        routes=[*static.routes(), *guard.routes(handlers)],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={404: nowhere, 405: nowhere, Exception: broken, **body.UNFINISHED},
    )
    app.state.hang_up = live.hang_up
    return app
