"""The library at the desk: articles, sources and how they do, ratings, corrections, groups, statements."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.responses import Response

from periksa.lang import LANGUAGES
from periksa.model import (
    Also,
    Article,
    ArticleKind,
    Edition,
    Place,
    Revised,
    Revision,
    Role,
    Scale,
    Shelved,
    Sieve,
    Source,
    Used,
    speaker_key,
)
from periksa.publishing import cursors
from periksa.web import Library, addresses, api
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import LIBRARY, Way

PAGE, GROUPED, LOOKED = 40, 8, 200
"""Articles, or statements, on a page; groups, and fact-checks for which others of the same claim are looked up."""
PATIENCE = timedelta(milliseconds=150)
"""How long they are looked up: each takes a search, 2 ms in a small library and 25 in a large one."""
LONGEST = 500
"""Characters that are searched with."""
CHOICES = 300
"""Outlets and ratings that are suggested."""


class Catalogue(Protocol):
    """What the desk needs of the library. All of it blocks. Raises: CaseError, ConfigError, StoreError, StoreBusy."""

    def page(self, wanted: Shelved, limit: int, behind: Place | None = None) -> Sequence[Edition]:
        """Articles, newest day first."""
        ...

    def used(self) -> Sequence[Used]:
        """Every publisher's words for ratings, and what each comes to."""
        ...

    def revisions(self, limit: int = 50) -> Sequence[Revision]:
        """What was changed or withdrawn after somebody was told it."""
        ...

    def revised(self, id: str) -> Revised | None:
        """One of these, and who was told what of it."""
        ...

    def told(self, id: str) -> Mapping[str, int]:
        """How many people were told an article, by channel."""
        ...

    def tell_again(self, id: str, by: str) -> None:
        """Whoever was told what no longer holds is told what does."""
        ...

    def sources(self) -> Sequence[Source]:
        """How the sites do that are visited."""
        ...


class Shelves:
    """Everything under the library's address."""

    def __init__(
        self,
        catalogue: Catalogue,
        library: Library,
        asker: api.Asker,
        screen: Screen,
        clock: Callable[[], datetime],
    ) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._library = library
        self._asker = asker
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", LIBRARY): self.articles,
            Way("GET", f"{LIBRARY}/article"): self.article,
            Way("GET", f"{LIBRARY}/sources"): self.sources,
            Way("GET", f"{LIBRARY}/ratings"): self.ratings,
            Way("GET", f"{LIBRARY}/corrections"): self.corrections,
            Way("POST", f"{LIBRARY}/corrections"): self.tell_again,
            Way("GET", f"{LIBRARY}/correction"): self.correction,
            Way("GET", f"{LIBRARY}/groups"): self.groups,
            Way("GET", f"{LIBRARY}/said"): self.said,
        }

    async def articles(self, here: Here) -> Response:
        """Those that were asked for, newest first; or, searched for, those that fit best."""
        query = here.request.query_params
        wanted, sought = _wanted(query), query.get("q", "").strip()[:LONGEST]
        behind = None if sought else cursors.read(query.get("after", ""))
        if sought:
            found = await run_in_threadpool(self._search, sought, here.texts.language, wanted)
        else:
            found = list(await run_in_threadpool(self._catalogue.page, wanted, PAGE + 1, behind))
        used = await run_in_threadpool(self._catalogue.used)
        return self._screen.show(
            here,
            "library.html",
            editions=found[:PAGE],
            more=_link("", query, _after(found)) if len(found) > PAGE else "",
            wanted=wanted,
            sought=sought,
            behind=behind is not None,
            outlets=sorted({each.outlet for each in used} - {""}, key=str.casefold)[:CHOICES],
            ratings=list(dict.fromkeys(each.rating for each in used if each.rating))[:CHOICES],
            kinds=tuple(ArticleKind),
            codes=tuple(LANGUAGES),
            scale=self._library.scale,
        )

    async def article(self, here: Here) -> Response:
        """One article: what it says, who else examined its claim, who was told it."""
        found = await run_in_threadpool(self._library.editions, [here.request.query_params.get("id", "")])
        if not found:
            return self._screen.problem(here, "nowhere", 404)
        article = found[0].article
        return self._screen.show(
            here,
            "library_article.html",
            edition=found[0],
            article=article,
            page=addresses.article(article.id),
            scale=self._library.scale(article),
            also=await run_in_threadpool(self._library.also, article),
            told=await run_in_threadpool(self._catalogue.told, article.id),
            speaker=speaker_key,
        )

    async def sources(self, here: Here) -> Response:
        """How the sites do that are visited."""
        return self._screen.show(here, "sources.html", sources=await run_in_threadpool(self._catalogue.sources))

    async def ratings(self, here: Here) -> Response:
        """Words that nobody has mapped, and how to."""
        used = await run_in_threadpool(self._catalogue.used)
        unmapped = [(each, _line(each)) for each in used if each.rating.strip() and each.scale is None]
        mapped = [each for each in used if each.rating.strip() and each.scale]
        return self._screen.show(here, "ratings.html", unmapped=unmapped, mapped=mapped, scales=tuple(Scale))

    async def corrections(self, here: Here) -> Response:
        """What was changed or withdrawn after somebody was told it."""
        return self._screen.show(here, "corrections.html", revisions=await run_in_threadpool(self._catalogue.revisions))

    async def correction(self, here: Here) -> Response:
        """One of these: what it said before, what it says now, who was told what."""
        found = await run_in_threadpool(self._catalogue.revised, here.request.query_params.get("id", ""))
        if found is None:
            return self._screen.problem(here, "nowhere", 404)
        return self._screen.show(
            here, "correction.html", revised=found, revision=found.revision, may_tell=here.may(Role.PUBLISHER)
        )

    async def tell_again(self, here: Here) -> Response:
        """Those who hold what no longer holds."""
        id = here.form.get("id", "")
        await run_in_threadpool(self._catalogue.tell_again, id, here.by)
        return self._screen.go(f"{LIBRARY}/correction?id={quote(id, safe='')}", "corrected_again")

    async def groups(self, here: Here) -> Response:
        """Claims that more than one publisher examined, among as many of the newest checks as there is time for."""
        query = here.request.query_params
        behind = cursors.read(query.get("after", ""))
        sieve = Sieve(ArticleKind.FACT_CHECK)
        found = await run_in_threadpool(self._library.newest, sieve, LOOKED + 1, behind)
        groups, looked = await run_in_threadpool(self._grouped, [each.article for each in found[:LOOKED]])
        return self._screen.show(
            here,
            "groups.html",
            groups=groups,
            looked=looked,
            oldest=found[looked - 1].article.date if looked else None,
            more=_link("/groups", {}, _after(found, looked)) if len(found) > looked else "",
            scale=self._library.scale,
        )

    async def said(self, here: Here) -> Response:
        """What one speaker said, newest first; without one, what was said last."""
        query = here.request.query_params
        speaker = speaker_key(query.get("speaker", "")[:200])
        behind = cursors.read(query.get("after", ""))
        found = await run_in_threadpool(self._library.said, Sieve(), PAGE + 1, behind, speaker)
        last = found[PAGE - 1] if len(found) > PAGE else None
        more = cursors.written(Place(last.day, last.article.id, last.number)) if last else ""
        return self._screen.show(
            here,
            "library_said.html",
            heard=found[:PAGE],
            sought=query.get("speaker", "")[:200],
            page=addresses.speaker(speaker) if speaker and found else "",
            more=_link("/said", {"speaker": speaker} if speaker else {}, more) if more else "",
            speaker=speaker_key,
        )

    def _grouped(self, articles: Sequence[Article]) -> tuple[list[tuple[Article, Also]], int]:
        """Those that have others, each group by its newest check alone; and how many were looked at."""
        shown: list[tuple[Article, Also]] = []
        known: set[str] = set()
        until = self._clock() + PATIENCE
        for looked, article in enumerate(articles):
            if len(shown) == GROUPED or (looked and self._clock() > until):
                return shown, looked
            also = self._library.also(article) if article.id not in known else Also()
            if also.articles:
                shown.append((article, also))
                known |= {article.id, *(other.id for other in also.articles)}
        return shown, len(articles)

    def _search(self, text: str, language: str, wanted: Shelved) -> list[Edition]:
        """What fits best first; the filters let through what they would in the list."""
        matches = self._asker.record(text, language)["matches"]
        found = self._library.editions([match["id"] for match in matches])
        return [each for each in found if _passes(each, wanted)][:PAGE]


def _wanted(query: QueryParams) -> Shelved:
    kind, language = query.get("kind", ""), query.get("language", "")
    return Shelved(
        ArticleKind(kind) if kind in tuple(ArticleKind) else None,
        query.get("outlet", "").strip()[:LONGEST],
        query.get("rating", "").strip()[:LONGEST],
        language if language in LANGUAGES else "",
        _day(query.get("since", "")),
        _day(query.get("until", "")),
    )


def _passes(edition: Edition, wanted: Shelved) -> bool:
    article = edition.article
    pairs = (
        (article.kind, wanted.kind),
        (article.outlet, wanted.outlet),
        (article.rating, wanted.rating),
        (article.language, wanted.language),
    )
    if any(asked and is_ != asked for is_, asked in pairs):
        return False
    day = article.date
    if wanted.since and not (day and day >= wanted.since):
        return False
    return not wanted.until or bool(day and day <= wanted.until)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _after(found: Sequence[Edition], page: int = PAGE) -> str:
    if len(found) <= page:
        return ""
    last = found[page - 1].article
    return cursors.written(Place(last.date, last.id))


def _link(to: str, query: Mapping[str, str], after: str) -> str:
    """The next page of the same list."""
    kept = {key: value for key, value in query.items() if value and key != "after"}
    return f"{LIBRARY}{to}?{urlencode({**kept, 'after': after})}"


def _line(used: Used) -> str:
    """What to add to the file of ratings: one of the names of the scale stands before the word."""
    name, rating = (json.dumps(each, ensure_ascii=False) for each in (used.outlet or "…", used.rating))
    return f"[[publisher]]\nname = {name}\n[publisher.ratings]\nfalse = [{rating}]"
