"""What the newsroom sends to those who follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from periksa.model.articles import Article
from periksa.model.people import Cadence
from periksa.model.replies import Reply


@dataclass(frozen=True, slots=True)
class Campaign:
    """A fact-check sent to everyone who follows a topic, or that will be."""

    id: str
    article: str
    topic: str
    """Its id; empty: whoever follows anything."""
    by: str
    made_at: datetime
    due_at: datetime | None = None
    """When it goes out; None: as soon as it was made."""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    """When the last reply of it was handed to the senders."""
    stopped_at: datetime | None = None
    stopped_by: str = ""

    @property
    def cancelled(self) -> bool:
        """Stopped before any of it went out."""
        return self.stopped_at is not None and self.began_at is None


@dataclass(frozen=True, slots=True)
class Audience:
    """Some of those who may be written to and follow something."""

    channel: str
    language: str
    """"" while unknown."""
    late: bool
    """Their window is closed."""
    already: bool
    """They were sent it before."""
    people: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would get a broadcast on one channel. `inside`: words reach them; `outside`: only a template would;
    `already`: they were sent it before, and are not sent it again."""

    channel: str
    inside: int = 0
    outside: int = 0
    already: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """What people on one channel get who speak one language."""

    channel: str
    language: str
    people: int
    reply: Reply
    """`template`: what those get whose window is closed, where there is one."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A broadcast before it is sent."""

    article: Article
    topic: str
    plans: tuple[Plan, ...]
    samples: tuple[Sample, ...]
    """Most people first."""
    billed: bool
    """Whether those outside their window get a template; else they are left out."""

    @property
    def inside(self) -> int:
        """People whom words reach."""
        return sum(each.inside for each in self.plans)

    @property
    def outside(self) -> int:
        """People whom only a template would reach."""
        return sum(each.outside for each in self.plans)

    @property
    def already(self) -> int:
        """People who have it."""
        return sum(each.already for each in self.plans)

    @property
    def people(self) -> int:
        """How many get it, or knock at our door for it."""
        return self.inside + (self.outside if self.billed else 0)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the replies of a campaign have come. Each stands in one of these."""

    queued: int = 0
    """Not accepted by the platform yet."""
    sent: int = 0
    delivered: int = 0
    read: int = 0
    failed: int = 0

    @property
    def told(self) -> int:
        """Replies the platform accepted and did not fail."""
        return self.sent + self.delivered + self.read


@dataclass(frozen=True, slots=True)
class Sent:
    """A campaign, what it is about, and how far it has come."""

    campaign: Campaign
    article: Article | None
    """None where it has left the library."""
    reached: Reached


@dataclass(frozen=True, slots=True)
class Following:
    """How many people follow one topic."""

    topic: str
    people: Mapping[Cadence, int] = field(default_factory=dict)
    """By how often they want the digest."""


@dataclass(frozen=True, slots=True)
class Round:
    """A digest that went out or will."""

    cadence: Cadence
    day: str
    due_at: datetime
    reached: Reached = Reached()


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything about broadcasts on one page."""

    following: tuple[Following, ...]
    scheduled: tuple[Sent, ...]
    """What is still to go out, the next one first."""
    cancelled: tuple[Sent, ...]
    """What was stopped before it began, latest first."""
    past: tuple[Sent, ...]
    """Latest first."""
    next_digests: tuple[Round, ...]
    past_digests: tuple[Round, ...]

    @property
    def going(self) -> bool:
        """Whether something is going out at this moment."""
        sent = (each for each in self.past if not each.campaign.stopped_at)
        return any(not each.campaign.ended_at or each.reached.queued for each in sent)
