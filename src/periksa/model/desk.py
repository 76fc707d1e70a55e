"""What editors see: a case opened, and what would be sent if they settled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from periksa.model.articles import Article
from periksa.model.casework import Worked
from periksa.model.replies import Reply
from periksa.model.telling import Hearers, Telling
from periksa.model.work import Case


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
    work: Worked | None = None
    """What editors did with it."""


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
