"""Broadcasts: to whom, what and when; and a fact-check made ready for a channel that no software may post to.

Nothing is sent before it was shown, word for word, with how many it reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.lang import DEFAULT, LANGUAGES
from periksa.model import Article, ArticleKind, Outlook, Programme, Role
from periksa.publishing.card import Card, Shape, card, picture
from periksa.web import addresses
from periksa.web.desk import Inbox
from periksa.web.desk.guard import Handler
from periksa.web.desk.naming import Naming
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import BROADCASTS, Way

ALL = "all"
"""Everything: in an address, what no topic is."""
LONGEST = 2000
"""Characters of what names a fact-check."""


class Broadcasting(Protocol):
    """What the desk needs of broadcasts. All of it blocks. Raises: CaseError, StoreError, StoreBusy."""

    def programme(self) -> Programme:
        """What goes out, went out, and how many people follow what."""
        ...

    def preview(self, article: str, topic: str = "") -> Outlook:
        """Who would get it, and what, word for word."""
        ...

    def send(self, article: str, topic: str, by: str, at: datetime | None = None) -> str:
        """Send it now, or then; the campaign's id."""
        ...

    def stop(self, campaign: str, by: str) -> int:
        """Nothing more of it goes out; how many replies were called back."""
        ...

    def post(self, article: str, code: str = "") -> str:
        """As a text to be copied."""
        ...


class Broadcasts:
    """`zone` is the newsroom's; `address` our own, without a path, or empty: cards lead to publishers."""

    def __init__(
        self,
        broadcasting: Broadcasting,
        inbox: Inbox,
        naming: Naming,
        screen: Screen,
        clock: Callable[[], datetime],
        zone: tzinfo,
        address: str,
    ) -> None:
        self._broadcasting = broadcasting
        self._inbox = inbox
        self._naming = naming
        self._screen = screen
        self._clock = clock
        self._zone = zone
        self._address = address.rstrip("/")

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", BROADCASTS): self.programme,
            Way("POST", BROADCASTS): self.send,
            Way("GET", f"{BROADCASTS}/preview"): self.preview,
            Way("POST", f"{BROADCASTS}/stopped"): self.stop,
            Way("GET", f"{BROADCASTS}/post"): self.post,
            Way("GET", f"{BROADCASTS}/card"): self.card,
        }

    async def programme(self, here: Here) -> Response:
        """All of it."""
        return await self._programme(here)

    async def preview(self, here: Here) -> Response:
        """What would be sent, and to whom."""
        article = await self._named(here)
        if article is None:
            return await self._programme(here, "no_such_check")
        return await self._preview(here, article, here.request.query_params.get("topic", ""))

    async def send(self, here: Here) -> Response:
        """Now, or at the time that was chosen."""
        article = await run_in_threadpool(self._inbox.named, here.form.get("article", ""))
        if article is None or article.kind is not ArticleKind.FACT_CHECK:
            return await self._programme(here, "no_such_check")
        topic, later = _topic(here.form.get("topic", "")), here.form.get("later", "") == "yes"
        at = _moment(here.form.get("at", ""), self._zone) if later else None
        if later and (at is None or at <= self._clock()):
            return await self._preview(here, article, topic, "bad_time", 422)
        planned = bool(at) and await run_in_threadpool(self._is_planned, article.id, topic, at)
        if planned:
            return self._screen.go(BROADCASTS, "broadcast_scheduled")
        await run_in_threadpool(self._broadcasting.send, article.id, topic, here.by, at)
        return self._screen.go(BROADCASTS, "broadcast_scheduled" if later else "broadcast")

    async def stop(self, here: Here) -> Response:
        """No more of it."""
        campaign = here.form.get("campaign", "")
        back = await run_in_threadpool(self._broadcasting.stop, campaign, here.by)
        found = await run_in_threadpool(self._broadcasting.programme)
        if any(each.campaign.id == campaign for each in found.cancelled):
            return self._screen.go(BROADCASTS, "broadcast_cancelled")
        return self._screen.go(BROADCASTS, "broadcast_stopped", back)

    async def post(self, here: Here) -> Response:
        """Text, link and picture for a channel."""
        article = await self._named(here)
        if article is None:
            return self._screen.problem(here, "nowhere", 404)
        code = _code(here)
        shown = self._card(article, code)
        text = await run_in_threadpool(self._broadcasting.post, article.id, code)
        pictures = [(shape, _path("card", article=article.id, shape=shape, lang=code)) for shape in Shape]
        return self._screen.show(
            here,
            "channel_post.html",
            article=article,
            text=text,
            card=shown,
            strange=" ".join(shown.strange[:5]),
            pictures=pictures,
            code=code,
            codes=tuple(LANGUAGES),
        )

    async def card(self, here: Here) -> Response:
        """The picture."""
        article = await self._named(here)
        shape = here.request.query_params.get("shape", Shape.SQUARE)
        if article is None or shape not in tuple(Shape):
            return self._screen.problem(here, "nowhere", 404)
        shown = self._card(article, _code(here))
        if shown.strange:
            return self._screen.problem(here, "nowhere", 404)
        made = await run_in_threadpool(picture, shown, Shape(shape))
        name = "".join(each if each.isascii() and each.isalnum() else "-" for each in article.id)[:60]
        named = {"content-disposition": f'inline; filename="{name}-{shape}.png"'}
        return Response(made, media_type="image/png", headers=named)

    # ------------------------------------------------------------ what they share

    def _is_planned(self, article: str, topic: str, at: datetime | None) -> bool:
        """Whether the very same waits already: of two, one would still go out when the other is cancelled."""
        planned = (each.campaign for each in self._broadcasting.programme().scheduled)
        return any((each.article, each.topic, each.due_at) == (article, topic, at) for each in planned)

    async def _programme(self, here: Here, trouble: str = "") -> Response:
        pulse = await run_in_threadpool(self._inbox.pulse)  # before what is shown: whatever comes after is news
        found = await run_in_threadpool(self._broadcasting.programme)
        return self._screen.show(
            here,
            "broadcasts.html",
            422 if trouble else 200,
            pulse=pulse,
            programme=found,
            topics=_topics(here.texts.language),
            sought=here.request.query_params.get("article", "")[:LONGEST],
            trouble=here.texts.words[trouble] if trouble else "",
            may_send=here.may(Role.PUBLISHER),
        )

    async def _preview(
        self, here: Here, article: Article, topic: str, trouble: str = "", status: int = 200
    ) -> Response:
        outlook = await run_in_threadpool(self._broadcasting.preview, article.id, _topic(topic))
        now = self._clock().astimezone(self._zone)
        return self._screen.show(
            here,
            "broadcast.html",
            status,
            outlook=outlook,
            topics=_topics(here.texts.language),
            earliest=f"{now:%Y-%m-%dT%H:%M}",
            zone=now.tzname(),
            trouble=here.texts.words[trouble] if trouble else "",
            may_send=here.may(Role.PUBLISHER),
        )

    async def _named(self, here: Here) -> Article | None:
        """The fact-check that the address names."""
        text = here.request.query_params.get("article", "")[:LONGEST]
        return await run_in_threadpool(self._naming.only, text, here.texts.language) if text else None

    def _card(self, article: Article, code: str) -> Card:
        """It leads to our page where we know our address: to a name of this request nobody may be sent for ever."""
        return card(article, code, f"{self._address}{addresses.article(article.id)}" if self._address else "")


def _topics(code: str) -> Mapping[str, str]:
    """What topics are called."""
    spoken = LANGUAGES.get(code, LANGUAGES[DEFAULT])
    return {id: words[0] for id, words in spoken.topics.items()}


def _topic(given: str) -> str:
    return given if given in LANGUAGES[DEFAULT].topics else ""


def _code(here: Here) -> str:
    wanted = here.request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else here.texts.language


def _path(to: str, **query: Any) -> str:
    return f"{BROADCASTS}/{to}?{urlencode(query)}"


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """A time as a browser's field says it, where the newsroom is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else None
