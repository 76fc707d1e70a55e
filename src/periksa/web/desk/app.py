"""The desk, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from periksa.web import Library
from periksa.web.desk import Inbox, Review, Staffing
from periksa.web.desk.account import Account
from periksa.web.desk.acting import Acting, Casework
from periksa.web.desk.broadcasts import Broadcasting, Broadcasts
from periksa.web.desk.cases import Asker, Cases
from periksa.web.desk.entering import Entering
from periksa.web.desk.files import Attachments, Files
from periksa.web.desk.guard import Guard, SafeHeaders
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
        Shelves(catalogue, library, asker, screen),
        Broadcasts(broadcasting, inbox, Naming(inbox, asker, library), screen, clock, zone, address),
        Team(staffing, screen, address),
        Account(staffing, passkeys, screen),
        Passkeys(passkeys, staffing, screen, name),
    )
    handlers = {way: handler for part in parts for way, handler in part.ways().items()}

    async def nowhere(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return screen.problem(await guard.here(request), "nowhere" if status in (404, 405) else "broken", status)

    app = Starlette(
        routes=[*static.routes(), *guard.routes(handlers)],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={404: nowhere, 405: nowhere},
    )
    app.state.hang_up = live.hang_up
    return app
