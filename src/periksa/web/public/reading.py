"""The library's pages: search, newest, one article, one speaker. They need no script and set no cookie.

What is searched for comes in a post, so that no log, history or referrer keeps it: forwards hold people's numbers.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from periksa.errors import IndexUnavailable, ModelUnavailable, StoreError
from periksa.model import Also, Article, ArticleKind, Place, Said, Sieve
from periksa.publishing import claimreview, cursors
from periksa.web import Library, addresses, api, body, fresh
from periksa.web.line import Allowance
from periksa.web.public import said
from periksa.web.public.library_page import LibraryPage, Reader, Result
from periksa.web.public.texts import Texts, choose

PAGE = 20
"""Articles, or statements, on a page."""
KEEP, KEEP_ARTICLE = 60, 300
"""Seconds a page may be kept without asking again."""
SEARCHES, SEARCHES_PER_MINUTE = 60, 60.0
"""Of one address: behind one of a mobile network are many people."""

_UNCLEAR = frozenset({"empty", "greeting", "chatter", "too short"})
_SPOKEN = {"vary": "accept-language"}
_log = logging.getLogger(__name__)

Answer: TypeAlias = Callable[[Request], Awaitable[Response]]


class Reading:
    """The routes. `asker` decides what is searched for; `public` is our own address, or empty."""

    def __init__(
        self,
        library: Library,
        asker: api.Asker,
        page: LibraryPage,
        languages: tuple[Texts, ...],
        clock: Callable[[], datetime],
        public: str = "",
    ) -> None:
        self._library = library
        self._asker = asker
        self._page = page
        self._languages = languages
        self._clock = clock
        self._public = public
        self._allowance = Allowance(SEARCHES, SEARCHES_PER_MINUTE)

    def routes(self) -> list[Route]:
        """GET and POST /search, GET /checks, /articles/{id}, /said/{speaker}; /cari leads to /search."""
        return [
            Route("/search", self._safely(self.search), methods=["GET"]),
            Route("/search", self._safely(self.ask), methods=["POST"]),
            Route("/cari", self.elsewhere, methods=["GET"]),
            Route("/checks", self._safely(self.newest), methods=["GET"]),
            Route("/articles/{id:path}", self._safely(self.article), methods=["GET"]),
            Route("/said/{speaker}", self._safely(self.said), methods=["GET"]),
        ]

    async def elsewhere(self, request: Request) -> Response:
        """The search by its Indonesian name."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/search{query}", 301)

    async def search(self, request: Request) -> Response:
        """The search box; with `?q=`, a link to a search for keywords."""
        if asked := request.query_params.get("q", ""):
            return await self._search(request, asked)
        return self._show(request, self._page.search(self.reader(request)), KEEP_ARTICLE)

    async def ask(self, request: Request) -> Response:
        """What was searched for, and what was found."""
        try:
            return await self._search(request, said.fields(await body.read(request, said.MOST_BYTES)).get("q", ""))
        except (body.TooLarge, said.Refused):
            return self._refuse(request, "", "too_long_search", 413)

    async def newest(self, request: Request) -> Response:
        """Fact-checks, newest first."""
        behind = _place(request)
        sieve = Sieve(ArticleKind.FACT_CHECK)
        found = [each.article for each in await run_in_threadpool(self._library.newest, sieve, PAGE + 1, behind)]
        page = found[:PAGE]
        next = cursors.written(Place(page[-1].date, page[-1].id)) if found[PAGE:] else ""
        return self._show(request, self._page.newest(self.reader(request), page, next, behind is not None), KEEP)

    async def article(self, request: Request) -> Response:
        """One article, and who else examined its claim."""
        found = await run_in_threadpool(self._library.editions, [request.path_params["id"]])
        if not found:
            return self._problem(request, 404, "gone_title", "gone")
        article = found[0].article
        also = await run_in_threadpool(self._library.also, article) if self._may_search(request) else Also()
        review = claimreview.in_page(article, self._library.scale(article))
        return self._show(request, self._page.article(self.reader(request), article, also, review), KEEP_ARTICLE)

    async def said(self, request: Request) -> Response:
        """What one speaker said, newest first."""
        behind, key = _place(request), request.path_params["speaker"]
        found = await run_in_threadpool(self._library.said, Sieve(), PAGE + 1, behind, key)
        if not found:
            return self._problem(request, 404, "gone_title", "gone")
        page = found[:PAGE]
        last = page[-1]
        next = cursors.written(Place(last.day, last.article.id, last.number)) if found[PAGE:] else ""
        return self._show(request, self._page.said(self.reader(request), page, next, behind is not None), KEEP_ARTICLE)

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """An address at which there is nothing: a page for readers, a sentence for programs."""
        if request.url.path.startswith("/api/"):
            sentence = "There is nothing at this address; /api/openapi.json says what there is."
            return JSONResponse({"error": sentence}, 404, headers={"cache-control": "no-store"})
        return self._problem(request, 404, "gone_title", "gone")

    def reader(self, request: Request) -> Reader:
        """Who asks for the page."""
        asked = request.query_params.get("lang", "")
        texts = choose(self._languages, asked or request.headers.get("accept-language", ""))
        return Reader(texts, bool(asked), addresses.root(request, self._public))

    async def _search(self, request: Request, given: str) -> Response:
        asked, reader = said.clean(given), self.reader(request)
        if not asked:
            return self._refuse(request, "", "empty_search", 422)
        if len(asked) > said.MOST:
            return self._refuse(request, asked[: said.MOST], "too_long_search", 413)
        if not self._may_search(request):
            return self._refuse(request, asked, "calm", 429)
        found = await run_in_threadpool(self._found, asked, reader.texts.language)
        return _alone(self._page.search(reader, asked, found), 200)

    def _found(self, asked: str, language: str) -> Result:
        """Decide it as a message on any channel would be."""
        record = self._asker.record(asked, language)
        shown = tuple(self._articles(record["shown"]))
        if shown and record["decision"] in ("answer", "offer"):
            also = Also(tuple(self._articles([each["id"] for each in record["also"]])), record["disagree"])
            return Result(record["decision"], shown, also)
        if record["why"] in _UNCLEAR:
            return Result("unclear")
        told = {each["id"]: [one["words"] for one in each["statements"]] for each in record["context"]}
        return Result("none", context=tuple((each, _heard(each, told[each.id])) for each in self._articles([*told])))

    def _articles(self, ids: Sequence[str]) -> list[Article]:
        return [each.article for each in self._library.editions(ids)]

    def _may_search(self, request: Request) -> bool:
        return self._allowance.takes(request, self._clock())

    def _show(self, request: Request, html: str, keep: int) -> Response:
        return fresh.answer(request, html, "text/html", keep, headers=_SPOKEN)

    def _refuse(self, request: Request, asked: str, word: str, status: int) -> Response:
        reader = self.reader(request)
        trouble = reader.texts.library[word].format(most=said.MOST)
        return _alone(self._page.search(reader, asked, trouble=trouble), status)

    def _problem(self, request: Request, status: int, title: str, sentence: str) -> Response:
        return _alone(self._page.problem(self.reader(request), "/search", title, sentence), status)

    def _safely(self, answer: Answer) -> Answer:
        async def safe(request: Request) -> Response:
            try:
                return await answer(request)
            except (StoreError, IndexUnavailable, ModelUnavailable) as error:
                _log.error("a page of the library could not be shown: %s", error)
                return self._problem(request, 503, "busy_title", "busy_page")

        return safe


def _alone(html: str, status: int) -> Response:
    """A page for whoever asked, and nobody else. The browser may show it again on the way back."""
    headers: Mapping[str, Any] = {"cache-control": "private, no-cache", **_SPOKEN}
    return HTMLResponse(html, status, headers={**headers, "retry-after": "60"} if status in (429, 503) else headers)


def _heard(article: Article, told: Sequence[str]) -> tuple[Said, ...]:
    """The statements that touch the question, in the order in which they are told."""
    places = {one.words: at for at, one in enumerate(article.statements)}
    return tuple(Said(article.statements[places[words]], article, places[words]) for words in told if words in places)


def _place(request: Request) -> Place | None:
    """Where a page begins; a word that is not ours begins at the newest."""
    return cursors.read(request.query_params.get("cursor", ""))
