"""Cases: the inbox, one of them, and what is done about it. Nothing is sent before it was shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.model import Article, CaseOrder, CaseState, Opened
from periksa.web import Library, api
from periksa.web.desk import Inbox, Review
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import CASE, INBOX, Way

SHOWN = 100
"""Cases in the list."""
CANDIDATES, LEAST = 5, 0.01
"""Fact-checks shown beside a case, and how probable the second and later ones are at least."""
LONGEST = 2000
"""Characters of a case, or of what is looked for, that are searched with."""
TELL = "tell"
"""To close a case and say so."""

_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact-check that may answer a case, and why."""

    article: Article
    probability: int | None = None
    """In percent; None where it was named, not found."""
    speaks_for: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class Cases:
    """What editors do most."""

    def __init__(self, inbox: Inbox, review: Review, asker: api.Asker, library: Library, screen: Screen) -> None:
        self._inbox = inbox
        self._review = review
        self._asker = asker
        self._library = library
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", INBOX): self.inbox,
            Way("GET", CASE): self.case,
            Way("POST", CASE): self.seek,
            Way("GET", f"{CASE}/answer"): self.preview_answer,
            Way("POST", f"{CASE}/answer"): self.answer,
            Way("GET", f"{CASE}/close"): self.preview_close,
            Way("POST", f"{CASE}/close"): self.close,
        }

    async def inbox(self, here: Here) -> Response:
        """Open cases."""
        wanted = here.request.query_params.get("order", "")
        order = CaseOrder(wanted) if wanted in set(CaseOrder) else CaseOrder.ASKED
        cases, total = await run_in_threadpool(self._inbox.open, order, SHOWN)
        most = max((case.asked for case in cases), default=1)
        return self._screen.show(
            here, "inbox.html", cases=cases, total=total, most_asked=most, order=order, orders=tuple(CaseOrder)
        )

    async def case(self, here: Here) -> Response:
        """One case, and what may answer it."""
        opened = await run_in_threadpool(self._inbox.case, _id(here))
        if opened is None:
            return self._screen.problem(here, "nowhere", 404)
        candidates: list[Candidate] = []
        if opened.case.state is CaseState.OPEN and opened.worded:
            candidates = await run_in_threadpool(self._found, opened.case.text, here.texts.language)
        return self._case(here, opened, candidates)

    async def seek(self, here: Here) -> Response:
        """One case, and what an editor looked for: by words, id or link."""
        opened = await run_in_threadpool(self._inbox.case, _id(here))
        if opened is None:
            return self._screen.problem(here, "nowhere", 404)
        sought = here.form.get("q", "").strip()[:LONGEST]
        candidates = await run_in_threadpool(self._sought, sought, here.texts.language) if sought else []
        return self._case(here, opened, candidates, sought)

    async def preview_answer(self, here: Here) -> Response:
        """What everyone who asked will be told."""
        article = here.request.query_params.get("article", "")
        preview = await run_in_threadpool(self._review.preview, _id(here), article or "?")
        return self._screen.show(here, "preview.html", preview=preview, tell=TELL)

    async def answer(self, here: Here) -> Response:
        """Tell them."""
        people = await run_in_threadpool(self._inbox.waiting, _id(here))
        await run_in_threadpool(self._review.answer, _id(here), here.form.get("article", ""), here.by)
        return self._screen.go(INBOX, "answered", people)

    async def preview_close(self, here: Here) -> Response:
        """What they will be told where it cannot be checked."""
        preview = await run_in_threadpool(self._review.preview, _id(here))
        return self._screen.show(here, "preview.html", preview=preview, tell=TELL)

    async def close(self, here: Here) -> Response:
        """Tell them so, or nothing."""
        tell = here.form.get("say", "") == TELL
        people = await run_in_threadpool(self._inbox.waiting, _id(here))
        await run_in_threadpool(self._review.close, _id(here), here.by, tell)
        return self._screen.go(INBOX, "closed_told" if tell else "closed", people)

    def _case(self, here: Here, opened: Opened, candidates: list[Candidate], sought: str = "") -> Response:
        return self._screen.show(
            here,
            "case.html",
            opened=opened,
            case=opened.case,
            candidates=candidates,
            sought=sought,
        )

    def _found(self, text: str, language: str) -> list[Candidate]:
        matches = self._asker.record(text[:LONGEST], language)["matches"][:CANDIDATES]
        known = {each.article.id: each.article for each in self._library.editions([match["id"] for match in matches])}
        return [
            Candidate(known[match["id"]], round(100 * match["score"]), tuple(match["for"]), tuple(match["against"]))
            for match in matches
            if match["id"] in known and (match is matches[0] or match["score"] >= LEAST)
        ]

    def _sought(self, sought: str, language: str) -> list[Candidate]:
        named = self._inbox.named(sought)
        if named:
            return [Candidate(named)]
        link = _link(sought)
        if not link:
            return self._found(sought, language)
        words = " ".join(_WORDS.findall(unquote(link.partition("/")[2])))
        return [each for each in self._found(words, language) if _link(each.article.url) == link]


def _id(here: Here) -> str:
    id: str = here.request.path_params["case"]
    return id


def _link(text: str) -> str:
    """A link without what may differ between two spellings of it; "" where it is none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return ""
    return f"{parts.hostname.removeprefix('www.')}{parts.path.rstrip('/')}"
