"""The chat page: read it, write to it by form or script, follow it live.

A conversation belongs to a random token in a cookie. Within another site's page (`FRAME`) browsers send no cookie:
there our own script keeps the token and sends it in a header, which no page of anybody else can do.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from periksa.errors import BadDelivery, StoreError
from periksa.model import Address, Line
from periksa.web import Door, body
from periksa.web.line import line_of
from periksa.web.public import said
from periksa.web.public.page import Draft, Page
from periksa.web.public.said import Refused, Said
from periksa.web.public.stream import Streams
from periksa.web.public.texts import Texts, choose

FRAME = "/widget"
"""The page for the widget's frame."""
SESSION = "x-periksa-session"
COOKIE = "periksa"
COOKIE_AGE = 30 * 24 * 3600
"""Seconds a conversation stays in a browser that does not come back."""

_TOKEN = re.compile(r"[0-9a-f]{32}")


class Chat:
    """The routes of the page. `token` gives 32 random hexadecimal digits."""

    def __init__(
        self,
        door: Door,
        page: Page,
        streams: Streams,
        languages: tuple[Texts, ...],
        clock: Callable[[], datetime],
        token: Callable[[], str],
    ) -> None:
        self._door = door
        self._page = page
        self._streams = streams
        self._languages = languages
        self._clock = clock
        self._token = token

    def routes(self) -> list[Route]:
        """GET / and /chat, GET /widget, POST /chat (form), POST /chat/messages (JSON), GET /chat/events."""
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/chat", self.show, methods=["GET"]),
            Route(FRAME, self.frame, methods=["GET"]),
            Route("/chat", self.submit, methods=["POST"]),
            Route("/chat/messages", self.post, methods=["POST"]),
            Route("/chat/events", self.follow, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page with the conversation so far."""
        return await self._show(request, Draft(self._token()))

    async def frame(self, request: Request) -> Response:
        """The page as it stands within another site's: without a cookie, with a session for whoever has none."""
        texts, address = self._texts(request), _address(request)
        lines, draft, status = await self._lines(address, texts, Draft(self._token()))
        html = self._page.chat(lines, texts, draft, self._clock(), address.value if address else self._token())
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    async def submit(self, request: Request) -> Response:
        """A message from the page's form; the page again, with its words kept if they were refused."""
        form: dict[str, str] = {}
        try:
            form = said.fields(await _posted(request))
            await self._take(request, said.from_form(form))
        except Refused as refused:
            draft = Draft(self._token(), form.get("text", ""), self._sentence(request, refused))
            return await self._show(request, draft, refused.status)
        return RedirectResponse("/", 303)

    async def post(self, request: Request) -> Response:
        """A message from the page's script; its bubble, once it is stored."""
        try:
            line = await self._take(request, said.from_json(await _posted(request)))
        except Refused as refused:
            return JSONResponse({"error": self._sentence(request, refused)}, refused.status)
        return JSONResponse({"html": self._page.bubble(line, self._texts(request))})

    async def follow(self, request: Request) -> Response:
        """Replies as server-sent events, after `Last-Event-ID` or else `?after=`."""
        address = _address(request)
        if address is None:
            return Response(status_code=204)  # tells an EventSource not to come back
        texts, line = self._texts(request), line_of(request)
        if self._streams.full(line):
            return Response(status_code=503, headers={"cache-control": "no-store", "retry-after": "15"})
        events = self._streams.follow(address, _after(request), lambda said: self._page.bubble(said, texts), line)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def _take(self, request: Request, message: Said) -> Line:
        """Hand it to the door and wait for the commit. Raises: Refused."""
        address = _address(request)
        if address is None:
            raise Refused("cookies", 403)
        at = self._clock()
        delivery = {
            "id": message.id,
            "session": address.value,
            "text": message.text,
            "choice": message.choice,
            "at": at.isoformat(),
        }
        raw = json.dumps(delivery, ensure_ascii=False).encode()
        try:
            await asyncio.wrap_future(self._door.receive("web", raw, {}))
        except BadDelivery as error:
            raise Refused("unreadable", 400) from error
        except StoreError as error:
            raise Refused("busy", 503) from error
        self._streams.ring(address)
        return Line(0, message.id, ours=False, text=message.text, options=(), at=at)

    async def _show(self, request: Request, draft: Draft, status: int = 200) -> Response:
        texts = self._texts(request)
        address = _address(request)
        lines, draft, trouble = await self._lines(address, texts, draft)
        html = self._page.chat(lines, texts, draft, self._clock())
        response = HTMLResponse(html, max(status, trouble), headers={"cache-control": "no-store"})
        if request.method == "GET" or _from_our_page(
            request
        ):  # a foreign post comes without the cookie it would replace
            response.set_cookie(
                COOKIE,
                address.value if address else self._token(),
                max_age=COOKIE_AGE,
                secure=request.url.scheme == "https",
                httponly=True,
                samesite="lax",
            )
        return response

    async def _lines(self, address: Address | None, texts: Texts, draft: Draft) -> tuple[list[Line], Draft, int]:
        """What was said so far, and the status; if that cannot be looked up, the draft says so."""
        try:
            return (await run_in_threadpool(self._door.conversation, address) if address else []), draft, 200
        except StoreError:
            return [], Draft(draft.key, draft.text, texts.words["busy"]), 503

    def _texts(self, request: Request) -> Texts:
        asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
        return choose(self._languages, asked)

    def _sentence(self, request: Request, refused: Refused) -> str:
        return self._texts(request).words[refused.word].format(most=said.MOST)


def _address(request: Request) -> Address | None:
    token = request.headers.get(SESSION) or request.cookies.get(COOKIE, "")
    return Address("web", token, "session") if _TOKEN.fullmatch(token) else None


def _after(request: Request) -> int:
    last = request.headers.get("last-event-id") or request.query_params.get("after", "")
    return int(last) if last.isascii() and last.isdecimal() and len(last) < 16 else 0


async def _posted(request: Request) -> bytes:
    """The body of a post that our own page sent. Raises: Refused."""
    if not _from_our_page(request):
        raise Refused("foreign", 403)
    try:
        return await body.read(request, said.MOST_BYTES)
    except body.TooLarge as error:
        raise Refused("too_long", 413) from error


def _from_our_page(request: Request) -> bool:
    """By Fetch Metadata where the browser sends it (https and localhost), else by `Origin`."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "").partition("://")[2]
    return bool(origin) and origin == request.headers.get("host")
