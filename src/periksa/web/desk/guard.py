"""Before anybody sees anything: is the line safe, does the request come from our own page, who is it, may they?"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from periksa.errors import CaseError, IndexUnavailable, ModelUnavailable, StaffError, StoreError, WorkRefused
from periksa.model import Entry, Role
from periksa.model.staff import LONGEST
from periksa.web import body
from periksa.web.desk import Staffing
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import INBOX, LIVE, SIGN_IN, WAYS, Way, inside
from periksa.web.watched import PROXIED

SAFE_COOKIE, PLAIN_COOKIE = "__Host-periksa-desk", "periksa-desk"
"""The session's cookie: over HTTPS, and on this machine itself without."""
BY_ITSELF = "x-desk-live"
"""A header: the page asks by itself whether anything is new. That does not count as somebody being there."""
MOST_BYTES = 64 * 1024
"""Largest form."""

MOST_FIELDS = 200
"""Of a form: a box for each case of a page."""

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}
"""Of every answer of the desk."""
_OWN = ("cache-control", "content-security-policy")
"""Of these an answer may have its own."""
_log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Here], Awaitable[Response]]


class Guard:
    """Stands before every way of the table."""

    def __init__(self, staffing: Staffing, screen: Screen) -> None:
        self._staffing = staffing
        self._screen = screen

    def routes(self, handlers: Mapping[Way, Handler]) -> list[Route]:
        """One for every way there is. Raises: LookupError if a way has no handler, or a handler no way."""
        if odd := handlers.keys() ^ WAYS.keys():
            raise LookupError(f"ways without a handler, or handlers without a way: {odd}")
        return [
            Route(way.path, self._guarded(way, needs, handlers[way]), methods=[way.method])
            for way, needs in WAYS.items()
        ]

    async def here(self, request: Request, form: dict[str, str] | None = None) -> Here:
        """Whoever makes this request."""
        token = request.cookies.get(cookie_of(request), "")
        used = not _is_by_itself(request)
        present = await run_in_threadpool(self._staffing.who, token, used) if token else None
        return self._screen.here(request, present, form or {})

    def _guarded(self, way: Way, needs: Role | None, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            nobody = self._screen.here(request, None, {})
            if not is_safe(request):
                return self._screen.problem(nobody, "unsafe", 403)
            if request.method not in ("GET", "HEAD") and not is_ours(request):
                _log.warning("a form for %s came from elsewhere", way.path)  # the path itself may hold an invitation
                return self._screen.problem(nobody, "foreign", 403)
            try:
                return await self._admit(request, needs, handler)
            except body.TooLarge:
                return self._screen.problem(nobody, "too_large", 413)
            except StoreError as error:
                _log.error("the desk could not reach the store: %s", error)
                return self._screen.problem(nobody, "busy", 503)

        return guarded

    async def _admit(self, request: Request, needs: Role | None, handler: Handler) -> Response:
        form = _fields(await body.read(request, MOST_BYTES)) if request.method == "POST" else {}
        here = await self.here(request, form)
        if needs and not here.present and _is_by_itself(request):
            # The page it belongs to loads anew, and that leads to the door.
            return Response(status_code=204, headers={"hx-refresh": "true"})
        if needs and not here.present:
            return self._screen.go(_sign_in(here), "sign_in" if request.method == "POST" else "")
        if needs and not here.may(needs):
            return self._screen.problem(here, "may_not", 403)
        try:
            return await handler(here)
        except WorkRefused as error:
            return self._screen.problem(here, "refused", 409, here.texts.words[f"work_{error.word}"])
        except CaseError as error:
            _log.info("the desk refused: %s", error)
            return self._screen.problem(here, "settled", 409)
        except StaffError as error:
            return self._screen.problem(here, "refused", 409, here.texts.words[f"staff_{error.word}"])
        except (IndexUnavailable, ModelUnavailable) as error:
            _log.error("the desk could not search: %s", error)
            return self._screen.problem(here, "no_search", 503)


class SafeHeaders:
    """Every answer of the desk tells the browser to run nothing that is not ours, and to keep nothing but files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with these headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                kept = {name: headers[name] for name in _OWN if name in headers}
                headers.update(HEADERS | kept)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def enter(response: Response, request: Request, entry: Entry) -> Response:
    """The browser keeps the token of a session that has just begun."""
    response.set_cookie(
        cookie_of(request),
        entry.token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


def leave(response: Response, request: Request) -> Response:
    """The browser forgets it."""
    safe = request.url.scheme == "https"
    response.delete_cookie(cookie_of(request), path="/", secure=safe, httponly=True, samesite="lax")
    return response


def cookie_of(request: Request) -> str:
    """The name of the session's cookie on this line."""
    return SAFE_COOKIE if request.url.scheme == "https" else PLAIN_COOKIE


def is_safe(request: Request) -> bool:
    """HTTPS, or a browser on this very machine that speaks with nobody in between."""
    if request.url.scheme == "https":
        return True
    proxied = any(name in request.headers for name in PROXIED)
    names = (request.client.host if request.client else "", request.url.hostname or "")
    return not proxied and all(map(_is_here, names))


def is_ours(request: Request) -> bool:
    """Whether a form was sent from one of our own pages, as the browser says; one that says nothing is not believed."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return (origin.scheme, origin.netloc) == (request.url.scheme, request.headers.get("host", "?"))


def _is_by_itself(request: Request) -> bool:
    return BY_ITSELF in request.headers or request.url.path == LIVE


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sign_in(here: Here) -> str:
    """The way in, and where to go on from there: to the very page, with all that narrows it."""
    leads = here.request.method == "GET" and here.asked_for != INBOX and inside(here.asked_for)
    return f"{SIGN_IN}?next={quote(here.asked_for)}" if leads else SIGN_IN


def _fields(raw: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}
