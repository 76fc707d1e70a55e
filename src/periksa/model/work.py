"""What is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseState(StrEnum):
    """Open until an editor or a new article answers it; closed without an answer, or because nobody asks any more."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    SPAM = "spam"
    """Closed; whoever sends the same again joins it, and it stays closed."""
    MERGED = "merged"
    """An editor made it part of another; its row waits for the day that is undone."""


@dataclass(frozen=True, slots=True)
class Case:
    """What an editor must look at: many messages that ask the same, one case."""

    id: str
    text: str
    """What was asked, in the words of one of those who asked; empty once all of them are forgotten."""
    opened_at: datetime
    state: CaseState = CaseState.OPEN
    asked: int = 1  # messages that joined it, forgotten ones too
    asked_at: datetime | None = None  # when the latest of them joined
    articles: tuple[str, ...] = ()
    """Ids of the articles that answer it, best first."""
    settled_at: datetime | None = None
    settled_by: str = ""
    """When and by whom it was answered or closed: an editor's name, "import" …"""


class CaseOrder(StrEnum):
    """Which cases come first."""

    ASKED = "asked"
    """Most asked, then oldest."""
    LATEST = "latest"
    """Asked most recently."""
    OLDEST = "oldest"
    """Opened first."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who asked what a case is about and was not told yet."""

    contact: str
    channel: str
    language: str
    message: str
    """Our id of the latest message with which they asked, and the platform's."""
    refers_to: str
    asked_at: datetime


class JobKind(StrEnum):
    """Which corridor a job walks down."""

    ANSWER = "answer"
    """Key: a message."""
    SEND = "send"
    """Key: a reply in the outbox."""
    INDEX = "index"
    """Key: an article."""
    FETCH = "fetch"
    """Key: a message whose media is to be downloaded."""
    FOLLOW_UP = "follow_up"
    """Key: a case whose answer is to be told to everyone who asked."""
    INTERIM = "interim"
    """Key: a message; its window closes soon and the editors still work on it."""
    BROADCAST = "broadcast"
    """Key: a campaign."""
    DIGEST = "digest"
    """Key: topic, cadence and day."""
    FORGET = "forget"
    """Key: the reply that carries the receipt of an erasure; once it is out, so is the address it went to."""
    REVIEW = "review"
    """Key: `REVIEW_KEY`; the library changed, and open cases may have their answer now."""
    SWEEP = "sweep"
    """Key: `SWEEP_KEY`; what has been kept long enough goes."""
    CORRECT = "correct"
    """Key: an article that its publisher changed or withdrew; those who were told it are told again."""
    TALLY = "tally"
    """Key: `TALLY_KEY`; what was counted is put together."""
    VISIT = "visit"
    """Key: a site, by the name of its profile."""


REVIEW_KEY = "open cases"
"""One job reviews all of them, however many articles came."""


SWEEP_KEY = "webhooks"
TALLY_KEY = "hours"
"""One job of each, done again and again."""


class JobState(StrEnum):
    """READY may be claimed from `not_before` on; LEASED is being done; DEAD was given up and waits for the operator.

    A finished job is struck off: it has no row.
    """

    READY = "ready"
    LEASED = "leased"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work written in the transaction of the fact that calls for it. Carries a key, never words."""

    kind: JobKind
    key: str
    """Id of what it is about; see `JobKind`."""
    lane: str = ""
    """Jobs of one kind and lane are done in order, one worker at a time (a contact's id). Empty: no order."""
    not_before: datetime | None = None
    id: int = 0
    state: JobState = JobState.READY
    attempts: int = 0
    leased_until: datetime | None = None
    error: str = ""
    created_at: datetime | None = None
