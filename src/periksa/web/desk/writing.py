"""What the newsroom answers itself: drafts, what they look like when they are out, publishing, withdrawing.

Nothing typed is lost: what cannot be published is kept as it is, with what is wrong named beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.lang import LANGUAGES
from periksa.lang.spoken import language_of
from periksa.model import Article, CaseState, Draft, Opened, Preview, Role, Scale
from periksa.web import addresses
from periksa.web.desk import Inbox, Review
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import CASE, DRAFT, WRITING, Way

MOST = 4000
"""Characters of a field that are kept: more than may be published, so that what is too long can be cut."""
SHOWN = 100
"""Drafts in the list."""


class Authoring(Protocol):
    """What the desk needs of what the newsroom writes itself. Raises: CaseError, StoreError, StoreBusy."""

    def list(self, limit: int = 100) -> list[Draft]:
        """Those written last first."""
        ...

    def get(self, id: str) -> Draft | None:
        """A draft, published or not."""
        ...

    def of(self, case: str) -> Draft | None:
        """The latest one for this case."""
        ...

    def told(self, id: str) -> int:
        """How many people were told it."""
        ...

    def scale(self, rating: str) -> Scale | None:
        """What a word for a conclusion comes to."""
        ...

    def faults(self, draft: Draft) -> Mapping[str, str]:
        """What is wrong with it, by field."""
        ...

    def article(self, draft: Draft, address: str) -> Article:
        """As it is published."""
        ...

    def save(self, draft: Draft, by: str, seen: datetime | None = None) -> Draft | None:
        """Keep it; None if somebody else saved it after it was seen."""
        ...

    def publish(self, id: str, address: str, by: str, seen: datetime | None, *, answers: bool = True) -> Draft:
        """Let it out; with `answers` it answers its case."""
        ...

    def withdraw(self, id: str, by: str) -> Draft:
        """Take it back for good."""
        ...


class Writing:
    """`address` is our own, without a path; empty: as the request names us."""

    def __init__(self, authoring: Authoring, inbox: Inbox, review: Review, screen: Screen, address: str) -> None:
        self._authoring = authoring
        self._inbox = inbox
        self._review = review
        self._screen = screen
        self._address = address

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", WRITING): self.list,
            Way("GET", f"{CASE}/write"): self.begin,
            Way("POST", f"{CASE}/write"): self.first,
            Way("GET", DRAFT): self.show,
            Way("POST", DRAFT): self.save,
            Way("GET", f"{DRAFT}/publish"): self.preview,
            Way("POST", f"{DRAFT}/publish"): self.publish,
            Way("GET", f"{DRAFT}/withdraw"): self.ask_withdraw,
            Way("POST", f"{DRAFT}/withdraw"): self.withdraw,
        }

    async def list(self, here: Here) -> Response:
        """All there are."""
        drafts = await run_in_threadpool(self._authoring.list, SHOWN)
        return self._screen.show(here, "writing.html", drafts=drafts)

    async def begin(self, here: Here) -> Response:
        """A form for this case, with its draft where there is one."""
        opened = await run_in_threadpool(self._inbox.glance, here.request.path_params["case"])
        if opened is None or opened.care:
            return self._screen.problem(here, "nowhere", 404)
        known = await run_in_threadpool(self._authoring.of, opened.case.id)
        if known:
            return self._screen.go(_path(known.id))
        draft = Draft("", opened.case.id, language=language_of(opened.case.text, here.texts.language))
        return self._form(here, draft, opened)

    async def first(self, here: Here) -> Response:
        """The first words of a draft for this case."""
        opened = await run_in_threadpool(self._inbox.glance, here.request.path_params["case"])
        if opened is None:
            return self._screen.problem(here, "nowhere", 404)
        known = await run_in_threadpool(self._authoring.of, opened.case.id)  # pressed twice, or begun by two
        return await self._save(here, known or Draft("", opened.case.id), opened)

    async def show(self, here: Here) -> Response:
        """A draft to be written on."""
        draft = await self._draft(here)
        if draft is None:
            return self._screen.problem(here, "nowhere", 404)
        return self._form(here, draft, await self._case(draft))

    async def save(self, here: Here) -> Response:
        """Keep what was typed; then on to what it looks like, or back to what is wrong."""
        draft = await self._draft(here)
        if draft is None:
            return self._screen.problem(here, "nowhere", 404)
        return await self._save(here, draft, await self._case(draft))

    async def preview(self, here: Here) -> Response:
        """What readers will see, and what those who wait will get."""
        draft = await self._draft(here)
        if draft is None or draft.withdrawn_at:
            return self._screen.problem(here, "nowhere", 404)
        if faults := self._authoring.faults(draft):
            return self._form(here, draft, await self._case(draft), faults)
        article = await run_in_threadpool(self._authoring.article, draft, self._root(here))
        opened = await self._case(draft)
        preview: Preview | None = None
        if opened and opened.case.state is CaseState.OPEN and not draft.published_at:
            preview = await run_in_threadpool(self._review.preview, opened.case.id, "", article)
        told = await run_in_threadpool(self._authoring.told, draft.id) if draft.published_at else 0
        return self._screen.show(
            here,
            "publish.html",
            draft=draft,
            article=article,
            preview=preview,
            opened=opened,
            told=told,
            scale=self._authoring.scale(draft.rating),
        )

    async def publish(self, here: Here) -> Response:
        """Let it out."""
        id: str = here.request.path_params["draft"]
        answers = here.form.get("answers", "") == "yes"
        seen = _moment(here.form.get("seen", ""))
        by, root = here.by, self._root(here)
        draft = await run_in_threadpool(
            lambda: self._authoring.publish(id, root, by, seen, answers=answers),
        )
        if not answers:
            return self._screen.go(_path(draft.id), "published")
        people = await run_in_threadpool(self._inbox.waiting, draft.case)
        return self._screen.go(CASE.format(case=quote(draft.case, safe="")), "answered", people)

    async def ask_withdraw(self, here: Here) -> Response:
        """What follows if it is withdrawn."""
        draft = await self._draft(here)
        if draft is None or not draft.published_at or draft.withdrawn_at:
            return self._screen.problem(here, "nowhere", 404)
        told = await run_in_threadpool(self._authoring.told, draft.id)
        return self._screen.show(here, "withdraw.html", draft=draft, told=told)

    async def withdraw(self, here: Here) -> Response:
        """Take it back."""
        await run_in_threadpool(self._authoring.withdraw, here.request.path_params["draft"], here.by)
        return self._screen.go(WRITING, "own_withdrawn")

    # ------------------------------------------------------------ what they share

    async def _save(self, here: Here, known: Draft, opened: Opened | None) -> Response:
        typed = _typed(known, here.form)
        seen = _moment(here.form.get("seen", ""))
        kept = await run_in_threadpool(self._authoring.save, typed, here.by, seen)
        if kept is None:
            now = await run_in_threadpool(self._authoring.get, known.id)
            return self._form(
                here, replace(typed, changed_at=now.changed_at if now else None), opened, {"": "conflict"}
            )
        faults = self._authoring.faults(kept)
        if here.form.get("act", "") != "preview":
            return self._screen.go(_path(kept.id), "draft_kept")
        if faults:
            return self._form(here, kept, opened, faults)
        return self._screen.go(f"{_path(kept.id)}/publish")

    async def _draft(self, here: Here) -> Draft | None:
        return await run_in_threadpool(self._authoring.get, here.request.path_params["draft"])

    async def _case(self, draft: Draft) -> Opened | None:
        return await run_in_threadpool(self._inbox.glance, draft.case) if draft.case else None

    def _form(
        self, here: Here, draft: Draft, opened: Opened | None, faults: Mapping[str, str] | None = None
    ) -> Response:
        words = here.texts.words
        return self._screen.show(
            here,
            "write.html",
            422 if faults else 200,
            draft=draft,
            opened=opened,
            faults={field: words[f"fault_{field or 'draft'}_{fault}"] for field, fault in (faults or {}).items()},
            to=_path(draft.id) if draft.id else CASE.format(case=quote(draft.case, safe="")) + "/write",
            codes=tuple(LANGUAGES),
            scales=tuple(Scale),
            may_publish=here.may(Role.PUBLISHER),
        )

    def _root(self, here: Here) -> str:
        return addresses.root(here.request, self._address)


def _typed(known: Draft, form: Mapping[str, str]) -> Draft:
    """The draft with what was typed, as it was typed."""
    language = form.get("language", "")
    return replace(
        known,
        claim=form.get("claim", "")[:MOST],
        rating=form.get("rating", "")[:MOST],
        reason=form.get("reason", "")[:MOST],
        sources=tuple(line.strip() for line in form.get("sources", "")[:MOST].splitlines() if line.strip()),
        language=language if language in LANGUAGES else next(iter(LANGUAGES)),
    )


def _path(id: str) -> str:
    return DRAFT.format(draft=quote(id, safe=""))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
