"""What editors see: a case opened, and what would be sent if they settled it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from periksa.model.articles import Article
from periksa.model.casework import Act, Worked
from periksa.model.replies import Reply
from periksa.model.telling import Hearers, Telling
from periksa.model.work import Case


class How(StrEnum):
    """How a case was settled, once."""

    ANSWERED = "answered"
    INSTEAD = "instead"
    """By another fact-check than before."""
    TAKEN_BACK = "taken_back"
    """What was told of it does not hold, and nothing is in its place."""
    CLOSED = "closed"
    CLOSED_TOLD = "closed_told"
    """Everyone heard that it cannot be checked."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a case was settled with, once."""

    how: How
    at: datetime
    by: str
    id: str = ""
    """Of the article; empty where there was none."""
    title: str = ""
    rating: str = ""
    """As the article says now, or said before we withdrew it; empty where it is no longer there."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something in the history of a case: how it was settled, or what one press of a button did."""

    at: datetime
    settled: Settlement | None = None
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as editors see it."""

    case: Case
    text: str
    waiting: int
    """How many people wait for the answer."""
    since: datetime | None
    """Since when the one waits who waits longest."""
    channels: Mapping[str, int]
    """Of the first of them: by which channel they asked, most first."""
    article: Article | None
    """What answered it."""
    worded: bool
    """Whether it is a text; else a picture, a voice note or another file, and the text only says which."""
    care: bool = False
    """Whether it is somebody who wants to die, and no rumour: nothing is sent, looked up or compared."""
    work: Worked | None = None
    """What editors did with it."""
    settled: Sequence[Settlement] = ()
    """How it was settled, each time, latest first."""

    @property
    def history(self) -> list[Step]:
        """All that was done, latest first."""
        presses: dict[str, list[Act]] = {}
        for act in self.work.history if self.work else ():
            presses.setdefault(act.id, []).append(act)
        steps = [*(Step(each.at, each) for each in self.settled), *(Step(p[0].at, acts=p) for p in presses.values())]
        return sorted(steps, key=lambda step: step.at, reverse=True)


@dataclass(frozen=True, slots=True)
class Told:
    """What some of those who wait will be told."""

    channel: str
    sure: bool
    """Whether it is told as the answer; else it is offered, because they asked in other words."""
    reply: Reply
    """As the one who waits longest gets it on this channel."""
    people: int
    again: bool = False
    """Whether they were told something else before."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent if an editor settled the case now."""

    case: Case
    article: Article | None
    people: int
    """How many wait for the answer."""
    told: tuple[Told, ...]
    """What the first of them get, most people first."""
    late: int
    """Those among them whose window is closed: a template reaches them, or it waits until they write."""
    hearers: tuple[Hearers, ...] = ()
    """All of them, counted."""
    templates: int = 0
    """How many of those who are late are knocked at with a template."""
    telling: Telling | None = None
    """How it was told until now."""
    before: int = 0
    """How many of them were told something else before."""
    refused: bool = False
    """Some of those who asked were shown this very fact-check and said that it is not the answer."""
