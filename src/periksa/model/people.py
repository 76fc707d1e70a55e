"""Who we speak with, what they agreed to, and what is left when they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from periksa.model.messages import Address


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, by our own id. Addresses are not here: only the sending shift asks for them."""

    id: str
    created_at: datetime
    language: str = ""
    """"id", "en" …: detected, or chosen by the person. Empty while unknown."""
    asked_language_at: datetime | None = None  # when we asked which one they prefer
    welcomed_at: datetime | None = None  # when we said who we are and what we keep
    blocked_at: datetime | None = None  # by the operator; outlives the contact, by its addresses
    opted_out_at: datetime | None = None  # no broadcasts; questions are still answered


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach a person on one channel."""

    wrote_at: datetime | None = None
    addresses: tuple[Address, ...] = ()
    """In the order they were learned."""


class Cadence(StrEnum):
    """How often a digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a person wants to be sent without asking each time."""

    contact: str
    channel: str
    topic: str
    cadence: Cadence
    since: datetime


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody a broadcast goes to."""

    contact: str
    channel: str
    language: str
    wrote_at: datetime | None
    """Their last message on this channel, from which its window follows."""


class ConsentKind(StrEnum):
    """What a person agreed to, or no longer does."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry of a person's consent log, which is only ever added to."""

    contact: str
    kind: ConsentKind
    at: datetime
    source: str
    """How we know: "word" (IKUTI, BERHENTI), "button", the platform's name …"""
    topic: str = ""
    cadence: Cadence | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Whether a reply helped; the last word of its reader counts."""

    reply: str
    contact: str
    helpful: bool
    source: str  # "button", "reaction"
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is kept of a person, or was erased: how much of each."""

    messages: int = 0
    replies: int = 0
    addresses: int = 0
    deliveries: int = 0  # raw webhooks
    consents: int = 0
    feedback: int = 0
    files: tuple[str, ...] = ()
    """Ids of the messages whose files are to be deleted as well."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Something that was done to what we keep. Never a word, an address or a contact's id: it outlives them."""

    at: datetime
    who: str
    """An editor's name, "operator", "person", "periksa"."""
    what: str  # "forgot a person", "answered", "rotated keys" …
    about: str = ""  # the id of a case, an article or a campaign
    detail: str = ""
