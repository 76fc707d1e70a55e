"""The inbox: cases as somebody wants to see them, in an address that can be handed on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.model import NOBODY, CaseKind, Look, Shown
from periksa.model import Listing as Order
from periksa.web.desk import Inbox
from periksa.web.desk.acting import SNOOZES, Casework
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import INBOX, VIEWS, Way

LONGEST = 200
"""Characters of a value in the address."""
CHANNELS = ("whatsapp", "telegram", "web", "console")
LANGUAGES = ("id", "en", "ms")
"""What a list may be narrowed to."""

Word = TypeVar("Word", bound=StrEnum)


class Listing:
    """Cases, many at a time."""

    def __init__(self, inbox: Inbox, casework: Casework, screen: Screen) -> None:
        self._inbox = inbox
        self._casework = casework
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", INBOX): self.inbox,
            Way("POST", VIEWS): self.keep,
            Way("POST", f"{VIEWS}/dropped"): self.drop,
        }

    async def inbox(self, here: Here) -> Response:
        """Cases."""
        look = read(here.request.query_params, here.by)
        pulse = await run_in_threadpool(self._inbox.pulse)  # before what is shown: whatever comes after is news
        page = await run_in_threadpool(self._inbox.page, look, here.by)
        return self._screen.show(
            here,
            "inbox.html",
            pulse=pulse,
            look=look,
            page=page,
            most_asked=max((row.case.asked for row in page.rows), default=1),
            orders=tuple(Order),
            states=tuple(Shown),
            kinds=tuple(CaseKind),
            channels=CHANNELS,
            tongues=LANGUAGES,
            snoozes=SNOOZES,
            nobody=NOBODY,
            narrowed=any(key not in ("state", "order", "q") for key, _ in parts(look)),
            query=query(look),
            to=lambda **change: f"{INBOX}?{query(look, **change)}".rstrip("?"),
        )

    async def keep(self, here: Here) -> Response:
        """This way to look, by name."""
        look = read(dict(_pairs(here.form.get("query", ""))), here.by)
        name, everyones = here.form.get("name", ""), here.form.get("whose") == "team"
        await run_in_threadpool(self._casework.keep_view, name, query(look), here.by, everyones)
        return self._screen.go(f"{INBOX}?{query(look)}", "view")

    async def drop(self, here: Here) -> Response:
        """It is forgotten."""
        await run_in_threadpool(self._casework.drop_view, here.form.get("view", ""), here.by)
        return self._screen.go(INBOX, "view_dropped")


def read(given: Mapping[str, str], by: str) -> Look:
    """What an address asks to see; what makes no sense is as if it were not there. "me" is whoever looks."""
    known = {key: value[:LONGEST].strip() for key, value in given.items()}
    who = known.get("who", "")
    return Look(
        shown=_one_of(Shown, known.get("state", "")) or Shown.OPEN,
        listing=_one_of(Order, known.get("order", "")) or Order.ASKED,
        assignee=by if who == "me" else who,
        tag=known.get("tag", ""),
        kind=_one_of(CaseKind, known.get("kind", "")),
        channel=known.get("channel", ""),
        language=known.get("lang", ""),
        search=known.get("q", ""),
        growing=known.get("growing") == "1",
        closing=known.get("closing") == "1",
        behind=known.get("after", ""),
    )


def query(look: Look, **change: str) -> str:
    """The query of an address that shows this, with these keys changed; without the place in the list."""
    return urlencode({key: value for key, value in (dict(parts(look)) | change).items() if value})


def parts(look: Look) -> Iterator[tuple[str, str]]:
    """What differs from the inbox as it opens."""
    told = {
        "state": "" if look.shown is Shown.OPEN else look.shown,
        "order": "" if look.listing is Order.ASKED else look.listing,
        "who": look.assignee,
        "tag": look.tag,
        "kind": look.kind or "",
        "channel": look.channel,
        "lang": look.language,
        "growing": "1" if look.growing else "",
        "closing": "1" if look.closing else "",
        "q": look.search,
    }
    return ((key, str(value)) for key, value in told.items() if value)


def _one_of(words: type[Word], word: str) -> Word | None:
    return words(word) if word in set(words) else None


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text[: 10 * LONGEST])
