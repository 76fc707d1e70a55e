"""What we say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from periksa.model.messages import StatusKind


@dataclass(frozen=True, slots=True)
class Option:
    """Something a person can tap or answer by its number."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """Words that a platform approved beforehand, for somebody whose window is closed."""

    name: str
    language: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """Words on their way out, the same for every channel; a channel lowers them to what it can show."""

    text: str
    options: tuple[Option, ...] = ()
    prompt: str = ""  # on the button that opens the options
    template: Template | None = None
    """What goes out instead of the words where only a template may."""


class Purpose(StrEnum):
    """Why we write; it decides what may be sent when, and how sends are counted."""

    ANSWER = "answer"
    """To a message that waits for its reply."""
    INTERIM = "interim"
    """That the editors still work on it."""
    FOLLOW_UP = "follow_up"
    """What was asked before is answered now."""
    KNOCK = "knock"
    """A template that asks whether a held reply may come."""
    BROADCAST = "broadcast"
    DIGEST = "digest"


PUT_RIGHT = "c-"
"""What the id of a reply begins with that puts right what another told: no answer, however late."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply in the outbox. `id` travels with it and comes back in its statuses."""

    id: str
    contact: str
    channel: str
    reply: Reply
    message: str = ""
    refers_to: str = ""
    """Our id of the message it answers, and the platform's."""
    created_at: datetime | None = None
    platform_id: str = ""  # the channel's, once it was accepted
    status: StatusKind | None = None
    attempts: int = 0
    """Sends that were begun and not cleanly refused: a second one may be a repeat."""
    attempted_at: datetime | None = None
    """When the last of them began; None while no outcome is in doubt."""
    sequence: int = 0  # position in the outbox, given by the store; rises with every reply
    purpose: Purpose = Purpose.ANSWER
    campaign: str = ""
    """The broadcast or digest it belongs to, so that the whole can be counted and stopped."""
    held_at: datetime | None = None
    """When its window was found closed: it waits for the person's next message."""
    code: int | None = None
    """The platform's own code of its *failed* status, where it gave one."""
    article: str = ""
    """Id of the article it tells, if it tells one: whoever was told hears when that changes."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The reply that a status was about."""

    id: str
    contact: str
    moved: bool
    """Whether the status moved it forward; False for a repeated or late one."""
    doubted: bool = False
    """Whether its outcome was in doubt until now."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation, for a screen."""

    sequence: int
    """Position of a reply in the outbox; 0 for the person's own messages."""
    id: str
    """The client's own id for what the person sent, the outbox id for a reply."""
    ours: bool
    """True: said by the tipline."""
    text: str
    options: tuple[Option, ...]
    at: datetime
    refers_to: str = ""
