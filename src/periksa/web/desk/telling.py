"""How those who asked are told: how far it has come, stopping it, going on, and settling a case otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.errors import CaseError
from periksa.model import CaseState
from periksa.web.desk import Inbox, Review
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import CASE, Way


class Progressing:
    """What is done about a case that was settled."""

    def __init__(self, inbox: Inbox, review: Review, screen: Screen) -> None:
        self._inbox = inbox
        self._review = review
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", f"{CASE}/progress"): self.progress,
            Way("POST", f"{CASE}/stop"): self.stop,
            Way("POST", f"{CASE}/resume"): self.resume,
            Way("GET", f"{CASE}/instead"): self.preview,
            Way("POST", f"{CASE}/instead"): self.instead,
        }

    async def progress(self, here: Here) -> Response:
        """How far it has come."""
        opened = await run_in_threadpool(self._inbox.glance, _id(here))
        if opened is None or opened.case.state not in (CaseState.ANSWERED, CaseState.CLOSED):
            return self._screen.problem(here, "nowhere", 404)
        telling, progress = await run_in_threadpool(self._review.telling, opened.case.id)
        return self._screen.show(here, "telling.html", case=opened.case, telling=telling, progress=progress)

    async def stop(self, here: Here) -> Response:
        """Nobody else is told for now."""
        back = await run_in_threadpool(self._review.stop, _id(here), here.by, _number(here.form))
        return self._screen.go(_path(here), "stopped", back)

    async def resume(self, here: Here) -> Response:
        """The rest is told after all."""
        people = await run_in_threadpool(self._review.resume, _id(here), here.by, _number(here.form))
        return self._screen.go(_path(here), "resumed", people)

    async def preview(self, here: Here) -> Response:
        """What everyone who asked would be told instead."""
        query = here.request.query_params
        number = _number(query)
        preview = await run_in_threadpool(self._review.preview_instead, _id(here), query.get("article", ""), number)
        return self._screen.show(here, "preview.html", preview=preview, tell="", instead=True)

    async def instead(self, here: Here) -> Response:
        """Tell them."""
        number, article = _number(here.form), here.form.get("article", "")
        try:
            await run_in_threadpool(self._review.instead, _id(here), article, here.by, number)
        except CaseError:
            if await did(self._inbox, here, _id(here), article):
                return self._screen.go(_path(here))
            raise
        people = await run_in_threadpool(self._inbox.waiting, _id(here))
        return self._screen.go(_path(here), "instead", people)


async def did(inbox: Inbox, here: Here, case: str, article: str) -> bool:
    """Whether whoever asks has settled the case like this themselves: a button was pressed twice, or the way back.

    `article`: the fact-check that answers it, "" for one that is closed.
    """
    opened = await run_in_threadpool(inbox.glance, case)
    if opened is None or opened.case.settled_by != here.by:
        return False
    state = CaseState.ANSWERED if article else CaseState.CLOSED
    return opened.case.state is state and list(opened.case.articles) == [article] * bool(article)


def _id(here: Here) -> str:
    id: str = here.request.path_params["case"]
    return id


def _path(here: Here) -> str:
    return CASE.format(case=quote(_id(here), safe=""))


def _number(given: Mapping[str, str]) -> int:
    """Of the telling that the editor saw; 0, which none has, for anything else."""
    number = given.get("number", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0
