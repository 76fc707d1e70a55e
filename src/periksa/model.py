"""The nouns everyone shares. Frozen: change by copy (`dataclasses.replace`). No I/O, clock or chance.

Times are timezone-aware UTC `datetime`s; dates are the publisher's calendar dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ArticleKind(StrEnum):
    """A fact-check examines a claim and rates it; news reports what happened and who said what."""

    FACT_CHECK = "fact-check"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Statement:
    """Who said what, when, to whom, quoted by whom. Never a rating and never shown as a fact."""

    speaker: str
    words: str
    direct: bool = False  # `words` are the speaker's own, in quotation marks
    role: str = ""
    verb: str = ""
    date: date | None = None
    place: str = ""
    medium: str = ""  # where it was said: "wawancara dengan CNN"
    via: tuple[str, ...] = ()
    """Who passed the words on, nearest first: ("Xinhua",)."""


@dataclass(frozen=True, slots=True)
class Article:
    """What a publisher published. `id` is the publisher's own or derived from the address; it never changes."""

    id: str
    kind: ArticleKind
    title: str
    outlet: str = ""
    url: str = ""
    language: str = "id"
    date: date | None = None
    claim: str = ""  # the sentence a fact-check examines
    rating: str = ""
    """The publisher's conclusion, in the publisher's own word ("SALAH"). Empty where none was published."""
    summary: str = ""
    """Why, in at most a paragraph, as published."""
    body: str = ""
    place: str = ""  # of the date line: "Moskow"
    statements: tuple[Statement, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Media:
    """A file behind a message, not downloaded yet: the platform's id for it, its type and hash."""

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


class QueryKind(StrEnum):
    """How a question is put; it decides which fields are searched and how much evidence is asked for."""

    EMPTY = "empty"
    """Nothing to read: a sticker, a picture without caption."""
    GREETING = "greeting"
    """Somebody starts a conversation, or asks what we do."""
    CHATTER = "chatter"
    """Thanks, "ok", a laugh: a person being polite, not asking."""
    KEYWORD = "keyword"
    SENTENCE = "sentence"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Query:
    """What we understood of a message, analysed once for every engine."""

    text: str
    """The cleaned text: no zero-width characters, links or decoration."""
    kind: QueryKind
    language: str = "id"
    words: tuple[str, ...] = ()
    """Analysed words (folded, slang spelled out, stop words gone, stemmed) in order, repeats kept."""
    grams: tuple[str, ...] = ()
    """Character n-grams of the cleaned text, each once."""
    numbers: tuple[str, ...] = ()
    """Numbers and years as written, digits only."""
    links: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the index found: an article and how well it fits, list by list."""

    article: Article  # without its body: that stays in the store
    words: tuple[str, ...]
    """Analysed words of title and claim, in order."""
    scores: Mapping[str, float]
    """BM25 in each ranked list ("head": title and claim, "all": with the body, "grams": character n-grams of the head);
    "covered" is the rarity, summed, of the query's words that stand anywhere in the article. 0 where nothing meets."""


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates for one query, best of any list first, and how rare their words are in this library."""

    candidates: tuple[Candidate, ...] = ()
    rarity: Mapping[str, float] = field(default_factory=dict)
    """Inverse document frequency, ln(1 + (N - n + ½) / (n + ½)), of every word of the query and the candidates."""
    total: int = 0
    """N: how many articles of this kind the library has."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One named feature of a match: its value and its share in the score."""

    name: str
    value: float
    share: float


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate judged: `score` is P(this is the check of this claim), 0 to 1."""

    article: Article
    score: float
    reasons: tuple[Reason, ...] = ()


class DecisionKind(StrEnum):
    """What we do with what we found."""

    ANSWER = "answer"
    OFFER = "offer"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Decision:
    """Answer, offer or hand over, and why. `matches` are the best ten, best first, whatever was decided."""

    kind: DecisionKind
    matches: tuple[Match, ...] = ()
    shown: tuple[Match, ...] = ()
    """What the person gets to see: one for an answer, up to three for an offer, none for a hand-over."""
    context: tuple[Article, ...] = ()
    """News that touches the question, newest first, at most two; never a rating."""
    why: str = ""
    """The rule that decided, by name: "sure", "several fit", "chatter", "too short", "below floor" …"""


@dataclass(frozen=True, slots=True)
class Option:
    """Something a person can tap or answer by its number."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """Words on their way out, the same for every channel; a channel lowers them to what it can show."""

    text: str
    options: tuple[Option, ...] = ()
    prompt: str = ""  # on the button that opens the options


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook exactly as it came, kept until its messages are past dispute."""

    id: str
    channel: str
    received_at: datetime
    raw: bytes
    headers: tuple[tuple[str, str], ...] = field(default=())
