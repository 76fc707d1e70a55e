"""What editors do with cases before they answer them: chosen in the list or from their page, and undone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.model import Case, CaseState, Listed, Look, Opened, Wording
from periksa.web.desk import Inbox
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import ACTS, CASE, HOME, INBOX, Way

SNOOZES = {"1h": 1, "4h": 4, "1d": 24, "3d": 72, "7d": 168}
"""Hours for which a case may leave the inbox."""
CHOSEN, SAYING = "case.", "say."
"""How fields begin that say which cases, and which wordings, were chosen."""

_BACK = re.compile(rf"{HOME}/(inbox|cases/[^/?#\\\s]+)(\?[^\s\\#]*)?")


class Casework(Protocol):
    """What the desk does with cases. Raises: WorkRefused, StoreError, StoreBusy."""

    def assign(self, cases: Collection[str], to: str, by: str) -> int:
        """Somebody works on them; how many changed."""
        ...

    def tag(self, cases: Collection[str], tag: str, by: str) -> int:
        """They carry this tag; how many changed."""
        ...

    def untag(self, cases: Collection[str], tag: str, by: str) -> int:
        """They carry it no longer."""
        ...

    def snooze(self, cases: Collection[str], time: timedelta, by: str) -> int:
        """They leave the inbox for a while."""
        ...

    def wake(self, cases: Collection[str], by: str) -> int:
        """They are back."""
        ...

    def spam(self, cases: Collection[str], by: str) -> int:
        """They are closed without a word, and what is sent again with them."""
        ...

    def reopen(self, case: str, by: str) -> int:
        """It waits for an answer again."""
        ...

    def merge(self, cases: Collection[str], by: str) -> Case:
        """They become one."""
        ...

    def wordings(self, case: str) -> Sequence[Wording]:
        """In which words it was asked."""
        ...

    def split(self, case: str, messages: Collection[str], by: str) -> str:
        """What says the same as these messages becomes a case of its own; its id."""
        ...

    def undo(self, id: str, by: str) -> int:
        """Take back what one press of a button did; to how many cases."""
        ...

    def keep_view(self, name: str, query: str, by: str, everyones: bool = False) -> None:
        """A way to look at the inbox, by name."""
        ...

    def drop_view(self, id: str, by: str) -> None:
        """It is forgotten."""
        ...


class Acting:
    """Every act leads back to where it was done."""

    def __init__(self, inbox: Inbox, casework: Casework, screen: Screen) -> None:
        self._inbox = inbox
        self._casework = casework
        self._screen = screen
        self._acts: dict[str, Callable[[Here, list[str]], int]] = {
            "mine": lambda here, cases: casework.assign(cases, here.by, here.by),
            "assign": lambda here, cases: casework.assign(cases, here.form.get("to", ""), here.by),
            "tag": lambda here, cases: casework.tag(cases, here.form.get("tag", ""), here.by),
            "untag": lambda here, cases: casework.untag(cases, here.form.get("untag", ""), here.by),
            "snooze": lambda here, cases: casework.snooze(cases, _time(here), here.by),
            "wake": lambda here, cases: casework.wake(cases, here.by),
            "spam": lambda here, cases: casework.spam(cases, here.by),
            "reopen": lambda here, cases: casework.reopen(next(iter(cases), ""), here.by),
            "merge": lambda here, cases: _merged(casework.merge(cases, here.by), cases),
        }

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("POST", ACTS): self.act,
            Way("POST", f"{ACTS}/undone"): self.undo,
            Way("GET", f"{CASE}/same"): self.same,
            Way("GET", f"{CASE}/split"): self.wordings,
            Way("POST", f"{CASE}/split"): self.split,
        }

    async def act(self, here: Here) -> Response:
        """Do it to all that were chosen. Enter in a field presses the first button: what is filled in counts."""
        do = here.form.get("do", "")
        if do == "enter":
            do = "tag" if here.form.get("tag") else ""
        act = self._acts.get(do)
        if act is None:
            return self._screen.problem(here, "nothing_done", 422)
        done = await run_in_threadpool(act, here, chosen(here, CHOSEN))
        return self._screen.go(back(here), "work" if done else "work_none", done)

    async def undo(self, here: Here) -> Response:
        """As if it had not been done."""
        done = await run_in_threadpool(self._casework.undo, here.form.get("act", ""), here.by)
        return self._screen.go(back(here), "undone", done)

    async def same(self, here: Here) -> Response:
        """Open cases that may ask the same as this one."""
        opened = await run_in_threadpool(self._inbox.glance, here.request.path_params["case"])
        if opened is None or not _a_rumour(opened):
            return self._screen.problem(here, "nowhere", 404)
        sought = here.request.query_params.get("q", "").strip()[:200]
        if sought:
            page = await run_in_threadpool(self._inbox.page, Look(search=sought), here.by)
            rows: Sequence[Listed] = page.rows
        else:
            rows = await run_in_threadpool(self._inbox.alike, opened.case.id)
        others = [row for row in rows if row.case.id != opened.case.id and not row.care]
        return self._screen.show(here, "same.html", opened=opened, case=opened.case, others=others, sought=sought)

    async def wordings(self, here: Here) -> Response:
        """In which words a case was asked, to take some of them out."""
        opened = await run_in_threadpool(self._inbox.glance, here.request.path_params["case"])
        if opened is None or not _a_rumour(opened):
            return self._screen.problem(here, "nowhere", 404)
        wordings = await run_in_threadpool(self._casework.wordings, opened.case.id)
        return self._screen.show(here, "split.html", opened=opened, case=opened.case, wordings=wordings)

    async def split(self, here: Here) -> Response:
        """What was chosen is a case of its own."""
        case = here.request.path_params["case"]
        new = await run_in_threadpool(self._casework.split, case, chosen(here, SAYING), here.by)
        return self._screen.go(f"{HOME}/cases/{new}", "split")


def chosen(here: Here, beginning: str) -> list[str]:
    """What was ticked."""
    return [name.removeprefix(beginning) for name in here.form if name.startswith(beginning)]


def back(here: Here) -> str:
    """Where a form was filled in, if that is a list or a case."""
    path = here.form.get("back", "")
    return path if _BACK.fullmatch(path) else INBOX


def _time(here: Here) -> timedelta:
    return timedelta(hours=SNOOZES.get(here.form.get("for", ""), SNOOZES["4h"]))


def _a_rumour(opened: Opened) -> bool:
    """Whether it may still become one with others, or two."""
    return opened.case.state is CaseState.OPEN and not opened.care


def _merged(_case: Case, cases: list[str]) -> int:
    return len(set(cases))
