"""How a case stands, what editors did with it, and which cases they look for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import log2
from typing import Any

from periksa.model.messages import MessageKind
from periksa.model.work import Case

HOUR = 3600
HOURS_KEPT = 49
"""Two days, whenever one looks: the first hour and the last count in part."""
HALF_LIFE = timedelta(hours=6)
"""After so long a question counts half for how hot a case is."""
MOST_WORDS = 1_200
"""Characters of a case that can be searched."""
MOST_OF_ONE = 400
"""Characters of one wording among them."""
VAGUE = ("near:", "refused:", "not:")
"""How keys begin that two different questions may share."""

_WORDS = re.compile(r"[^\W_]+")


class CaseKind(StrEnum):
    """What is asked about."""

    TEXT = "text"
    LINK = "link"
    PICTURE = "picture"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a message when it joins a case."""

    kind: CaseKind = CaseKind.TEXT
    channel: str = ""
    language: str = ""
    frequently: bool = False
    """Whether the platform says that it was forwarded many times."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How many asked in each of the latest hours."""

    hour: int = 0
    """Hours from 1970 to the latest one in which somebody asked."""
    counts: tuple[int, ...] = ()
    """Of that hour, the one before it …; at most `HOURS_KEPT`."""

    def beat(self, at: datetime) -> Pulse:
        """One more."""
        return self.plus(Pulse(_hour(at), (1,)))

    def plus(self, other: Pulse) -> Pulse:
        """Those of both."""
        if not (self.counts and other.counts):
            return self if self.counts else other
        latest = max(self.hour, other.hour)
        counts = [self._in(latest - ago) + other._in(latest - ago) for ago in range(HOURS_KEPT)]
        while counts and not counts[-1]:
            counts.pop()
        return Pulse(latest, tuple(counts))

    def within(self, now: datetime, hours: int, ago: int = 0) -> int:
        """About how many asked in so many hours, up to `ago` hours before now: hours that are cut count in part."""
        return round(self._since(now, hours + ago) - (self._since(now, ago) if ago else 0))

    def first(self, now: datetime, hours: int) -> datetime | None:
        """When the first hour of the last so many begins in which somebody asked; None if nobody did."""
        at = _hour(now)
        found = next((hour for hour in range(at - hours, at + 1) if self._in(hour)), None)
        return None if found is None else datetime.fromtimestamp(found * HOUR, UTC)

    def _since(self, now: datetime, hours: int) -> float:
        part, at = now.timestamp() % HOUR / HOUR, _hour(now)
        return sum(self._in(at - back) for back in range(hours)) + self._in(at - hours) * (1 - part)

    def _in(self, hour: int) -> int:
        ago = self.hour - hour
        return self.counts[ago] if 0 <= ago < len(self.counts) else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands: what came in, and what editors noted of it."""

    kind: CaseKind = CaseKind.TEXT
    """Of the message that opened it."""
    forwarded: int = 0
    """Messages that the platform calls frequently forwarded."""
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """In which it was asked, in the order they came."""
    pulse: Pulse = field(default_factory=Pulse)
    heat: float = 0.0
    """The logarithm of how many asked, each counted half as much for every `HALF_LIFE` it is older: whichever case is
    asked most now has most of it, and it need not change while nobody asks."""
    assignee: str = ""
    """The name of the editor who works on it."""
    tags: tuple[str, ...] = ()
    snoozed_until: datetime | None = None
    wakes_at: int = 0
    """How often it must have been asked to come back before that."""

    def joined(self, asked: Asked, at: datetime) -> Standing:
        """One more asked."""
        return self.together(opened(asked, at))

    def together(self, other: Standing) -> Standing:
        """What came in of both, as editors noted it of the first."""
        return replace(
            self,
            forwarded=self.forwarded + other.forwarded,
            channels=_both(self.channels, other.channels),
            languages=_both(self.languages, other.languages),
            pulse=self.pulse.plus(other.pulse),
            heat=_hotter(self.heat, other.heat),
        )


def opened(asked: Asked, at: datetime) -> Standing:
    """How a case stands that was asked once."""
    channels, languages = filter(None, (asked.channel,)), filter(None, (asked.language,))
    heat = round(at.timestamp() / HALF_LIFE.total_seconds(), 6)
    return Standing(asked.kind, int(asked.frequently), tuple(channels), tuple(languages), Pulse().beat(at), heat)


_OF_KIND = {
    MessageKind.IMAGE: CaseKind.PICTURE,
    MessageKind.STICKER: CaseKind.PICTURE,
    MessageKind.AUDIO: CaseKind.VOICE,
    MessageKind.VIDEO: CaseKind.VIDEO,
    MessageKind.TEXT: CaseKind.TEXT,
    MessageKind.CHOICE: CaseKind.TEXT,
    MessageKind.EDIT: CaseKind.TEXT,
}
FEW = 3
"""Words beside a link up to which the link is what is asked about."""


def kind_of(kind: MessageKind, text: str) -> CaseKind:
    """What a message asks about."""
    found = _OF_KIND.get(kind, CaseKind.FILE)
    if found is not CaseKind.TEXT or "://" not in text:
        return found
    return CaseKind.LINK if sum("://" not in word for word in text.split()) <= FEW else CaseKind.TEXT


def findable(text: str) -> str:
    """A text as it is searched: its words, in small letters."""
    return " ".join(_WORDS.findall(text.casefold()[: 2 * MOST_OF_ONE]))[:MOST_OF_ONE]


def learned(words: str, text: str) -> str:
    """What a case can be found by once this was asked too; so long as there is room."""
    new = findable(text)
    return words if new in words or len(words) + len(new) >= MOST_WORDS else f"{words}\n{new}".strip()


def exact(keys: Sequence[str]) -> list[str]:
    """Keys that only the same words, the same page or the same file have."""
    return [key for key in keys if not key.startswith(VAGUE)]


class ActKind(StrEnum):
    """What an editor did."""

    ASSIGNED = "assigned"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    SPAM = "spam"
    REOPENED = "reopened"
    MERGED = "merged"
    SPLIT = "split"
    WITHDRAWN = "withdrawn"
    """The newsroom took its own answer back; the case is open again."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something an editor did to a case, with what it takes to undo it. Never a word of anybody's question."""

    id: str
    """All that was done by one press of a button shares it."""
    what: ActKind
    case: str
    by: str
    at: datetime
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the case and of how it stands that the act changed."""
    other: str = ""
    """The case that it became part of, or that was taken out of it."""
    undone_at: datetime | None = None
    undone_by: str = ""
    number: int = 0
    """In the order they were done."""

    @property
    def final(self) -> bool:
        """Whether it cannot be undone: people were told of it."""
        return self.what is ActKind.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Wording:
    """Messages of a case that say the same."""

    message: str
    """The id of the first of them."""
    text: str
    many: int
    kind: MessageKind = MessageKind.TEXT


class Shown(StrEnum):
    """Which cases a list shows."""

    OPEN = "open"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    CLOSED = "closed"
    SPAM = "spam"


class Listing(StrEnum):
    """Which come first."""

    ASKED = "asked"
    """Most asked, then those opened last."""
    GROWING = "growing"
    """Most asked now."""
    LATEST = "latest"
    """Asked most recently."""
    OLDEST = "oldest"
    """Opened first."""


Rank = tuple[Any, ...]
"""Where a case stands in a list: what that is sorted by, and its id."""


def rank(listing: Listing, case: Case, standing: Standing) -> Rank:
    """Where it stands in this list."""
    by: dict[Listing, Rank] = {
        Listing.ASKED: (case.asked, case.opened_at),
        Listing.GROWING: (standing.heat,),
        Listing.LATEST: (case.asked_at or case.opened_at,),
        Listing.OLDEST: (case.opened_at,),
    }
    return (*by[listing], case.id)


NOBODY = "-"
"""Stands for nobody where a name is looked for."""


@dataclass(frozen=True, slots=True)
class CaseSieve:
    """Which cases are looked for; an empty field lets everything through."""

    shown: Shown = Shown.OPEN
    assignee: str = ""
    """A name, or `NOBODY`."""
    tag: str = ""
    kind: CaseKind | None = None
    channel: str = ""
    language: str = ""
    words: tuple[str, ...] = ()
    """All of them, anywhere in the case; as `findable` leaves them."""
    asked_since: datetime | None = None
    opened_by: datetime | None = None
    without: tuple[str, ...] = ()
    """Texts whose cases are left out."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list."""

    case: Case
    """Its text is cut."""
    standing: Standing
    hour: int = 0
    day: int = 0
    """About how many asked in the last hour, and in the last 24."""
    growing: bool = False
    """At least `GROWS` asked in the last three hours, and half as many again as in the three before."""
    care: bool = False
    """Whether it is somebody who wants to die, and no rumour."""
    closes_in: timedelta | None = None
    """Until the first window closes that is still open, at the earliest; None where there is none."""


GROWS = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody wants to see of the inbox."""

    shown: Shown = Shown.OPEN
    listing: Listing = Listing.ASKED
    assignee: str = ""
    """A name, or `NOBODY`."""
    tag: str = ""
    kind: CaseKind | None = None
    channel: str = ""
    language: str = ""
    search: str = ""
    growing: bool = False
    closing: bool = False
    """Only cases with a window that closes soon."""
    behind: str = ""
    """Where the page before ended, as `Page.more` said."""


@dataclass(frozen=True, slots=True)
class View:
    """A way to look at the inbox, by name."""

    id: str
    name: str
    owner: str
    """Whose it is; empty: the whole team's."""
    query: str
    """Of its address."""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """The inbox as it is looked at."""

    rows: Sequence[Listed]
    more: str
    """Where the next page begins; empty if there is none."""
    totals: Mapping[Shown, int]
    tags: Sequence[str]
    people: Sequence[str]
    """Who may be given a case."""
    views: Sequence[View]
    latest: Sequence[Act]
    """What whoever looks did last, if it was just now and can be undone."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What editors did with a case, and may do."""

    standing: Standing
    history: Sequence[Act]
    """Latest first."""
    people: Sequence[str]
    tags: Sequence[str]
    """Those in use."""
    told: int
    """How many were told since it was settled: what was said is not taken back."""


def _hour(at: datetime) -> int:
    return int(at.timestamp() // HOUR)


def _both(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *others)))


def _hotter(one: float, other: float) -> float:
    most = max(one, other)
    return round(most + log2(1 + 2 ** (min(one, other) - most)), 6)
