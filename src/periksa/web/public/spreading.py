"""What machines follow: feeds, sitemaps, robots.txt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import tzinfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from periksa.errors import StoreError
from periksa.model import Article, ArticleKind, Edition, Sieve
from periksa.publishing import feeds, sitemaps
from periksa.web import Library, addresses, fresh
from periksa.web.public.library_page import gist
from periksa.web.public.texts import Texts, choose

ENTRIES = 50
"""Fact-checks in a feed."""
KEEP, KEEP_MAP = 300, 3600
"""Seconds a feed, and a sitemap, may be kept without asking again."""
FORMS: dict[str, tuple[str, Callable[[feeds.Feed], bytes]]] = {
    "/feed.rss": ("application/rss+xml", feeds.rss),
    "/feed.atom": ("application/atom+xml", feeds.atom),
    "/feed.json": ("application/feed+json", feeds.json_feed),
}
PAGES = ("/", "/search", "/checks")
"""Pages of ours that are no article's."""
ROBOTS = """User-agent: *
Disallow: /chat
Disallow: /hooks/
Disallow: /widget
Disallow: /search?q=
Sitemap: {root}/sitemap.xml
"""


class Spreading:
    """The routes. `public` is our own address, or empty; days begin in `zone`."""

    def __init__(self, library: Library, name: str, languages: tuple[Texts, ...], zone: tzinfo, public: str) -> None:
        self._library = library
        self._name = name
        self._languages = languages
        self._zone = zone
        self._public = public

    def routes(self) -> list[Route]:
        """GET /feed.rss, /feed.atom, /feed.json, /sitemap.xml, /sitemaps/{part}.xml and /robots.txt."""
        return [
            *(Route(path, _safely(self.feed), methods=["GET"]) for path in FORMS),
            Route("/sitemap.xml", _safely(self.sitemap), methods=["GET"]),
            Route("/sitemaps/{part:int}.xml", _safely(self.part), methods=["GET"]),
            Route("/robots.txt", self.robots, methods=["GET"]),
        ]

    async def feed(self, request: Request) -> Response:
        """The newest fact-checks, in one of the forms; `?lang=` chooses our own words."""
        editions = await run_in_threadpool(self._library.newest, Sieve(ArticleKind.FACT_CHECK), ENTRIES)
        media_type, write = FORMS[request.url.path]
        feed = self._feed(request, editions)
        return fresh.answer(request, write(feed), media_type, KEEP, feed.changed_at, fresh.OPEN)

    def _feed(self, request: Request, editions: list[Edition]) -> feeds.Feed:
        texts, root = choose(self._languages, request.query_params.get("lang", "")), self._root(request)
        entries = [
            feeds.Entry(each, root + addresses.article(each.article.id), _words(each.article, texts))
            for each in editions
        ]
        title = f"{self._name}: {texts.library['feeds_title']}"
        about = texts.library["newest_about"]
        return feeds.Feed(title, about, texts.language, root + request.url.path, f"{root}/checks", entries, self._zone)

    async def sitemap(self, request: Request) -> Response:
        """The index of the parts."""
        count = await run_in_threadpool(self._library.count)
        root, parts = self._root(request), -(-(count + len(PAGES)) // sitemaps.MOST)
        listed = sitemaps.index([f"{root}/sitemaps/{number}.xml" for number in range(parts)])
        return fresh.answer(request, listed, "application/xml", KEEP_MAP)

    async def part(self, request: Request) -> Response:
        """One part; our own pages stand in the first."""
        number, root = request.path_params["part"], self._root(request)
        ours = [(root + path, None) for path in PAGES] if number == 0 else []
        start = max(0, number * sitemaps.MOST - len(PAGES))
        found = await run_in_threadpool(self._library.outline, start, sitemaps.MOST - len(ours))
        if not (ours or found):
            return PlainTextResponse("no such part\n", 404)
        listed = sitemaps.part([*ours, *((root + addresses.article(id), at) for id, at in found)])
        return fresh.answer(request, listed, "application/xml", KEEP_MAP)

    async def robots(self, request: Request) -> Response:
        """What crawlers may read: everything but conversations and searches."""
        return fresh.answer(request, ROBOTS.format(root=self._root(request)), "text/plain", KEEP_MAP)

    def _root(self, request: Request) -> str:
        return addresses.root(request, self._public)


def _words(article: Article, texts: Texts) -> str:
    """What a publisher found, in a few lines."""
    words = texts.library
    label = words["concluded"].format(outlet=article.outlet) if article.outlet else words["concluded_nobody"]
    rated = f"{label} {article.rating}" if article.rating else words["no_rating"]
    claim = f"{words['claim']}: {article.claim}" if article.claim else ""
    return "\n".join(filter(None, (rated, claim, gist(article))))


def _safely(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def safe(request: Request) -> Response:
        try:
            return await answer(request)
        except StoreError:
            headers = {"retry-after": "60", "cache-control": "no-store"}
            return PlainTextResponse("the library is not available; ask again in a minute\n", 503, headers=headers)

    return safe
