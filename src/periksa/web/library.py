"""The library for programs: read-only, as JSON, a page at a time. `openapi.json` beside this file describes it.

Whatever goes wrong is a JSON object with one sentence, `{"error": …}`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any, TypeAlias
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from periksa.errors import PeriksaError, StoreError
from periksa.model import ArticleKind, Change, Edition, Place, Sieve, speaker_key
from periksa.publishing import cursors, records
from periksa.web import Library, addresses, fresh
from periksa.web.line import Allowance

FEW, MOST = 20, 100
"""Records in a page: unless asked otherwise, and at most."""
KEEP = 60
"""Seconds a page of the library may be kept without asking again."""
KEEP_DESCRIPTION = 3600
ASKED, ASKED_PER_MINUTE = 120, 120.0
"""Requests of one address: whoever wants all of it every day asks slowly, or for what is new."""

_FILTERS = frozenset({"kind", "outlet", "language", "since", "limit", "cursor"})
_CHANGES = frozenset({"since", "limit", "cursor"})
_log = logging.getLogger(__name__)

Answer: TypeAlias = Callable[[Request], Awaitable[Response]]


class _Refused(PeriksaError):
    """The request is not answered; the sentence says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asks for."""

    sieve: Sieve
    limit: int
    behind: Place | None


def routes(library: Library, clock: Callable[[], datetime], public: str = "") -> list[Route]:
    """The routes under /api/ that openapi.json describes, and that document. `public` is our own address."""
    api = _Api(library, clock, public)
    return [
        Route("/api/articles", api.safely(api.articles), methods=["GET"]),
        Route("/api/articles/{id:path}", api.safely(api.article), methods=["GET"]),
        Route("/api/changes", api.safely(api.changes), methods=["GET"]),
        Route("/api/statements", api.safely(api.statements), methods=["GET"]),
        Route("/api/openapi.json", api.description, methods=["GET"]),
    ]


class _Api:
    def __init__(self, library: Library, clock: Callable[[], datetime], public: str) -> None:
        self._library = library
        self._clock = clock
        self._public = public
        self._allowance = Allowance(ASKED, ASKED_PER_MINUTE)
        self._description = files("periksa.web").joinpath("openapi.json").read_bytes()

    async def articles(self, request: Request) -> Response:
        asked = _asked(request, _FILTERS)
        found = await run_in_threadpool(self._library.newest, asked.sieve, asked.limit + 1, asked.behind)
        page, more = found[: asked.limit], found[asked.limit :]
        behind = Place(page[-1].article.date, page[-1].article.id) if more else None
        shown = {"articles": [self._article(request, each) for each in page]}
        return self._page(request, shown, behind, max((each.changed_at for each in page), default=None))

    async def article(self, request: Request) -> Response:
        _only(request, frozenset())
        found = await run_in_threadpool(self._library.editions, [request.path_params["id"]])
        if not found:
            raise _Refused(404, "There is no article with this id.")
        return _say(request, self._article(request, found[0]), changed=found[0].changed_at)

    async def changes(self, request: Request) -> Response:
        """What whoever keeps a copy must know, oldest first."""
        _only(request, _CHANGES)
        since, behind = _from(request)
        limit = _limit(request.query_params.get("limit", ""))
        found = await run_in_threadpool(self._library.changes, since, limit + 1, behind)
        page = found[:limit]
        at, id = (page[-1].at, page[-1].id) if page else (since, behind)
        shown = {"changes": [self._change(request, each) for each in page], "more": len(found) > limit}
        return _say(request, {**shown, "next": cursors.written_change(at, id)})

    async def statements(self, request: Request) -> Response:
        asked = _asked(request, _FILTERS | {"speaker"})
        named = request.query_params.get("speaker", "")
        speaker = speaker_key(named)
        if named and not speaker:
            raise _Refused(422, "The speaker has no name: give letters or digits.")
        found = await run_in_threadpool(self._library.said, asked.sieve, asked.limit + 1, asked.behind, speaker)
        page, more = found[: asked.limit], found[asked.limit :]
        behind = Place(page[-1].day, page[-1].article.id, page[-1].number) if more else None
        return self._page(request, {"statements": [records.of_said(each) for each in page]}, behind, None)

    async def description(self, request: Request) -> Response:
        """The OpenAPI document."""
        return fresh.answer(request, self._description, "application/json", KEEP_DESCRIPTION, headers=fresh.OPEN)

    def safely(self, answer: Answer) -> Answer:
        """Whoever asks too fast, or wrongly, gets a sentence."""

        async def safe(request: Request) -> Response:
            if not self._allowance.takes(request, self._clock()):
                return _refuse(429, "Too many requests from your address; ask again in a minute.")
            try:
                return await answer(request)
            except _Refused as refused:
                return _refuse(refused.status, str(refused))
            except StoreError as error:
                _log.error("the library was asked for and could not be read: %s", error)
                return _refuse(503, "The library is not available; ask again in a minute.")

        return safe

    def _article(self, request: Request, edition: Edition) -> dict[str, Any]:
        page = addresses.root(request, self._public) + addresses.article(edition.article.id)
        return records.of_article(edition, self._library.scale(edition.article), page)

    def _change(self, request: Request, change: Change) -> dict[str, Any]:
        article = {"article": self._article(request, change.edition)} if change.edition else {}
        at = change.at.isoformat(timespec="seconds")
        return {"id": change.id, "at": at, "withdrawn": change.edition is None, **article}

    def _page(
        self, request: Request, shown: Mapping[str, Any], behind: Place | None, changed: datetime | None
    ) -> Response:
        cursor = cursors.written(behind) if behind else None
        links = {}
        if cursor:
            query = urlencode({**request.query_params, "cursor": cursor})
            links = {"link": f'<{addresses.root(request, self._public)}{request.url.path}?{query}>; rel="next"'}
        return _say(request, {**shown, "next": cursor}, links, changed)


def _asked(request: Request, known: frozenset[str]) -> _Asked:
    _only(request, known)
    given = request.query_params
    sieve = Sieve(
        _kind(given.get("kind", "")), given.get("outlet", ""), given.get("language", ""), _day(given.get("since", ""))
    )
    cursor = given.get("cursor", "")
    behind = cursors.read(cursor) if cursor else None
    if cursor and not behind:
        raise _Refused(422, "The cursor is not one of ours: take the one that stands under next.")
    return _Asked(sieve, _limit(given.get("limit", "")), behind)


def _only(request: Request, known: frozenset[str]) -> None:
    """A misspelt filter must not give everything."""
    if unknown := sorted(request.query_params.keys() - known):
        there = f"there are: {', '.join(sorted(known))}" if known else "there are none here"
        raise _Refused(422, f"There is no parameter {unknown[0][:40]!r}; {there}.")


def _kind(word: str) -> ArticleKind | None:
    if word and word not in set(ArticleKind):
        raise _Refused(422, f"There is no such kind; there are: {', '.join(ArticleKind)}.")
    return ArticleKind(word) if word else None


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        raise _Refused(422, "since is not a day: write it as 2026-03-01.") from None


def _from(request: Request) -> tuple[datetime, str]:
    """The place among the changes that is asked for."""
    since, cursor = (request.query_params.get(name, "") for name in ("since", "cursor"))
    if bool(since) == bool(cursor):
        raise _Refused(422, "Say since when: since=2026-03-01T00:00:00Z; or where to go on, by cursor; not both.")
    if cursor:
        if not (place := cursors.read_change(cursor)):
            raise _Refused(422, "The cursor is not one of ours: take the one that stands under next.")
        return place
    try:
        moment = datetime.fromisoformat(since)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), ""
    except (ValueError, OverflowError):  # the latter at either end of time
        raise _Refused(422, "since is not a time: write it as 2026-03-01T00:00:00Z.") from None


def _limit(word: str) -> int:
    if not word:
        return FEW
    if not (word.isascii() and word.isdecimal() and len(word) < 4 and 1 <= int(word) <= MOST):
        raise _Refused(422, f"limit is a number from 1 to {MOST}.")
    return int(word)


def _say(
    request: Request,
    content: Mapping[str, Any],
    links: Mapping[str, str] | None = None,
    changed: datetime | None = None,
) -> Response:
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return fresh.answer(request, raw, "application/json", KEEP, changed, {**fresh.OPEN, **(links or {})})


def _refuse(status: int, sentence: str) -> Response:
    later = {"retry-after": "60"} if status in (429, 503) else {}
    return JSONResponse({"error": sentence}, status, headers={"cache-control": "no-store", **later, **fresh.OPEN})
