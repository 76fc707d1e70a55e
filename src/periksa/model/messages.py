"""What people send, and what platforms say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached on one channel: a phone number, a BSUID, a browser session."""

    channel: str
    value: str
    kind: str = "phone"  # phone | bsuid | session | console


class MessageKind(StrEnum):
    """What was sent. UNKNOWN is any type not invented yet: kept raw, counted, answered politely."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    CONTACTS = "contacts"
    LOCATION = "location"
    REACTION = "reaction"
    CHOICE = "choice"
    """A button or list row was tapped; `Message.choice` holds the id we gave it."""
    ORDER = "order"
    SYSTEM = "system"
    EDIT = "edit"
    REVOKE = "revoke"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


WITH_FILE = (
    MessageKind.IMAGE,
    MessageKind.VIDEO,
    MessageKind.AUDIO,
    MessageKind.DOCUMENT,
    MessageKind.STICKER,
)
"""What comes as a file."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file behind a message, as the platform announces it: its id there, type and hash."""

    id: str
    mime: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A message as a channel parsed it, before we know whose contact it is."""

    channel: str
    platform_id: str
    """The channel's own id of this message; unique per channel."""
    senders: tuple[Address, ...]
    """Every address the platform gave for the sender (phone and BSUID), best to reply to first."""
    kind: MessageKind
    sent_at: datetime
    text: str = ""
    choice: str = ""
    refers_to: str = ""
    """Platform id of the message this one quotes, reacts to, edits or revokes."""
    forwarded: bool = False
    frequently_forwarded: bool = False
    media: Media | None = None
    name: str = ""
    type: str = ""
    """The platform's own word for the type, kept for the unknown ones."""
    group: str = ""
    moved_to: tuple[Address, ...] = ()
    """System messages: the addresses the person has from now on."""


class StatusKind(StrEnum):
    """What became of a message we sent, in the order in which it may move; UNKNOWN moves nothing."""

    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    DELETED = "deleted"


STATUS_RANK = {kind: rank for rank, kind in enumerate(StatusKind)}
"""Statuses come repeated and out of order: a reply's status only ever moves to a higher rank."""


@dataclass(frozen=True, slots=True)
class Status:
    """The platform's word on a reply we sent. `reply_id` is ours, where the platform hands it back."""

    channel: str
    platform_id: str
    kind: StatusKind
    at: datetime
    reply_id: str = ""
    code: int | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Anything else in a delivery (account news, value-level errors, group changes): kept and counted."""

    channel: str
    type: str
    text: str = ""


Event = Received | Status | Notice


@dataclass(frozen=True, slots=True)
class Message:
    """What a person sent, stored. `contact` is our own id: no address ever travels with a message."""

    id: str
    contact: str
    channel: str
    platform_id: str
    kind: MessageKind
    sent_at: datetime
    received_at: datetime
    text: str = ""
    choice: str = ""
    refers_to: str = ""
    forwarded: bool = False
    frequently_forwarded: bool = False
    media: Media | None = None
    type: str = ""
    edited_at: datetime | None = None
    """When the person last rewrote it; `text` is the new one."""
    forgotten_at: datetime | None = None
    """When it was revoked: text, choice and media are gone."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A message of a case that came with a file."""

    message: str
    kind: MessageKind
    received_at: datetime
    media: Media | None
    """As the platform announced it; None if it did not."""
    kept: bool = False
    """Whether we have the file."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook exactly as it came, kept until its messages are past dispute."""

    id: str
    channel: str
    received_at: datetime
    raw: bytes
    """Empty once somebody in it was forgotten."""
