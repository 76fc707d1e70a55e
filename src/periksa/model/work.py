"""What is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseState(StrEnum):
    """Open until an editor or a new article answers it."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """What an editor must look at: many messages with the same fingerprint, one case."""

    id: str
    fingerprint: str
    text: str
    opened_at: datetime
    state: CaseState = CaseState.OPEN
    asked: int = 1  # messages that joined it


class JobKind(StrEnum):
    """Which corridor a job walks down."""

    ANSWER = "answer"
    SEND = "send"
    INDEX = "index"


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
    """Id of the message, outgoing reply or article it is about."""
    lane: str = ""
    """Jobs of one kind and lane are done in order, one worker at a time (a contact's id). Empty: no order."""
    not_before: datetime | None = None
    id: int = 0
    state: JobState = JobState.READY
    attempts: int = 0
    leased_until: datetime | None = None
    error: str = ""
    created_at: datetime | None = None
