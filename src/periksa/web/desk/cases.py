"""Cases: one of them, and what settles it. Nothing is sent before it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.errors import CaseError
from periksa.model import Article, Beside, CaseState, Draft, Opened, Role, Said
from periksa.web import Library, api
from periksa.web.desk import Inbox, Review
from periksa.web.desk.files import Attachments
from periksa.web.desk.guard import Handler
from periksa.web.desk.naming import Naming, link
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.telling import did
from periksa.web.desk.ways import CASE, INBOX, Way

CANDIDATES, LEAST = 5, 0.01
"""Fact-checks shown beside a case, and how probable the second and later ones are at least."""
LIKELY = 50
"""In percent: from here on the first one is what a page suggests."""
LONGEST = 2000
"""Characters of a case, or of what is looked for, that are searched with."""
CLAIM = 400
"""Characters of a claim that are held against the question."""
TELL = "tell"
"""To close a case and say so."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact-check that may answer a case, and why."""

    article: Article
    probability: int | None = None
    """In percent; None where it was named, not found."""
    speaks_for: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    beside: Beside | None = None
    """Question and claim side by side."""


class Heard(Protocol):
    """Who said what."""

    @property
    def speakers(self) -> Sequence[Sequence[Said]]:
        """A row of statements for each speaker, newest first."""
        ...


class Asker(api.Asker, Protocol):
    """What a case needs of the corridor that answers questions. All of it blocks."""

    def timeline(self, text: str, language: str = "") -> Heard:
        """Who said what about it in the news. Raises: IndexUnavailable, ModelUnavailable."""
        ...


class Drafts(Protocol):
    """What a case needs of what the newsroom writes itself. Raises: StoreError, StoreBusy."""

    def of(self, case: str) -> Draft | None:
        """The latest draft for this case."""
        ...


class Cases:
    """What editors do most."""

    def __init__(
        self,
        inbox: Inbox,
        review: Review,
        asker: Asker,
        library: Library,
        drafts: Drafts,
        attachments: Attachments,
        screen: Screen,
    ) -> None:
        self._drafts = drafts
        self._attachments = attachments
        self._inbox = inbox
        self._review = review
        self._asker = asker
        self._library = library
        self._naming = Naming(inbox, asker, library)
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", CASE): self.case,
            Way("POST", CASE): self.seek,
            Way("GET", f"{CASE}/said"): self.said,
            Way("GET", f"{CASE}/past"): self.past,
            Way("GET", f"{CASE}/answer"): self.preview_answer,
            Way("POST", f"{CASE}/answer"): self.answer,
            Way("GET", f"{CASE}/close"): self.preview_close,
            Way("POST", f"{CASE}/close"): self.close,
        }

    async def case(self, here: Here) -> Response:
        """One case, and what may answer it."""
        opened = await run_in_threadpool(self._inbox.case, _id(here))
        if opened is None:
            return self._screen.problem(here, "nowhere", 404)
        candidates: list[Candidate] = []
        if opened.case.state is CaseState.OPEN and opened.worded:
            candidates = await run_in_threadpool(self._found, opened.case.text, here.texts.language)
        return await self._case(here, opened, candidates)

    async def seek(self, here: Here) -> Response:
        """One case, and what an editor looked for: by words, id or link."""
        opened = await run_in_threadpool(self._inbox.case, _id(here))
        if opened is None:
            return self._screen.problem(here, "nowhere", 404)
        sought = here.form.get("q", "").strip()[:LONGEST]
        candidates = await run_in_threadpool(self._sought, sought, here.texts.language) if sought else []
        return await self._case(here, opened, candidates, sought)

    async def said(self, here: Here) -> Response:
        """Who said what about it: what is looked up beside the page, not before it."""
        opened = await run_in_threadpool(self._inbox.glance, _id(here))
        if opened is None:
            return self._screen.problem(here, "nowhere", 404)
        speakers: Sequence[Sequence[Said]] = ()
        if opened.worded:
            heard = await run_in_threadpool(self._asker.timeline, opened.case.text[:LONGEST], here.texts.language)
            speakers = heard.speakers
        return self._screen.show(here, "said.html", case=opened.case, speakers=speakers)

    async def past(self, here: Here) -> Response:
        """Old cases like it: looked up beside the page, not before it."""
        opened = await run_in_threadpool(self._inbox.glance, _id(here))
        if opened is None:
            return self._screen.problem(here, "nowhere", 404)
        past = await run_in_threadpool(self._review.past, opened.case.id)
        return self._screen.show(here, "past.html", case=opened.case, past=past)

    async def preview_answer(self, here: Here) -> Response:
        """What everyone who asked will be told."""
        article = here.request.query_params.get("article", "")
        preview = await run_in_threadpool(self._review.preview, _id(here), article or "?")
        if preview.case.id != _id(here):
            return self._screen.go(f"{_path(preview.case.id)}/answer?{urlencode({'article': article})}")
        return self._screen.show(here, "preview.html", preview=preview, tell=TELL, instead=False)

    async def answer(self, here: Here) -> Response:
        """Tell them."""
        if await self._is_part(here):
            return self._screen.problem(here, "joined", 409)
        article, path = here.form.get("article", ""), _path(_id(here))
        people = await run_in_threadpool(self._inbox.waiting, _id(here))
        try:
            await run_in_threadpool(self._review.answer, _id(here), article, here.by)
        except CaseError:
            if article and await did(self._inbox, here, _id(here), article):
                return self._screen.go(path)
            raise
        return self._screen.go(path, "answered", people)

    async def preview_close(self, here: Here) -> Response:
        """What they will be told where it cannot be checked."""
        preview = await run_in_threadpool(self._review.preview, _id(here))
        if preview.case.id != _id(here):
            return self._screen.go(f"{_path(preview.case.id)}/close")
        return self._screen.show(here, "preview.html", preview=preview, tell=TELL, instead=False)

    async def close(self, here: Here) -> Response:
        """Tell them so, or nothing."""
        if await self._is_part(here):
            return self._screen.problem(here, "joined", 409)
        tell = here.form.get("say", "") == TELL
        people = await run_in_threadpool(self._inbox.waiting, _id(here))
        try:
            await run_in_threadpool(self._review.close, _id(here), here.by, tell)
        except CaseError:
            if await did(self._inbox, here, _id(here), ""):
                return self._screen.go(_path(_id(here)))
            raise
        return self._screen.go(INBOX, "closed_told" if tell else "closed", people)

    async def _is_part(self, here: Here) -> bool:
        """Whether the case became part of another one after it was shown: that one's people were not."""
        opened = await run_in_threadpool(self._inbox.glance, _id(here))
        return opened is not None and opened.case.id != _id(here)

    async def _case(self, here: Here, opened: Opened, candidates: list[Candidate], sought: str = "") -> Response:
        shown = await run_in_threadpool(self._around, here, opened, candidates)
        seen = here.request.query_params.get("seen", "")
        return self._screen.show(
            here,
            "case.html",
            opened=opened,
            case=opened.case,
            sought=sought,
            likely=LIKELY,
            seen=CaseState(seen) if seen in tuple(CaseState) else opened.case.state,
            **shown,
        )

    def _around(self, here: Here, opened: Opened, candidates: list[Candidate]) -> dict[str, Any]:
        """What stands beside the words of a case."""
        case = opened.case
        settled = case.state in (CaseState.ANSWERED, CaseState.CLOSED)
        telling, progress = self._review.telling(case.id)
        beside: Mapping[str, Beside] = {}
        if opened.worded and candidates:
            articles = [_short(each.article) for each in candidates]
            beside = self._review.beside(case.text, articles)
        return {
            "phrasings": self._review.phrasings(case.id),
            "candidates": [replace(each, beside=beside.get(each.article.id)) for each in candidates],
            "telling": telling,
            "progress": progress if settled else None,
            "draft": self._drafts.of(case.id) if here.may(Role.EDITOR) else None,
            "files": self._attachments.of(case.id) if here.may(Role.EDITOR) else (),
        }

    def _found(self, text: str, language: str) -> list[Candidate]:
        matches = self._asker.record(text[:LONGEST], language)["matches"][:CANDIDATES]
        known = {each.article.id: each.article for each in self._library.editions([match["id"] for match in matches])}
        return [
            Candidate(known[match["id"]], round(100 * match["score"]), tuple(match["for"]), tuple(match["against"]))
            for match in matches
            if match["id"] in known and (match is matches[0] or match["score"] >= LEAST)
        ]

    def _sought(self, sought: str, language: str) -> list[Candidate]:
        named = [Candidate(each) for each in self._naming.named(sought, language)]
        if named or link(sought):
            return named
        # How likely it is, and why, was said of the words sought, not of the question.
        return [Candidate(each.article) for each in self._found(sought, language)]


def _id(here: Here) -> str:
    id: str = here.request.path_params["case"]
    return id


def _path(id: str) -> str:
    return CASE.format(case=quote(id, safe=""))


def _short(article: Article) -> Article:
    """With as much of the claim as is held against the question."""
    return replace(article, claim=(article.claim or article.title)[:CLAIM])
