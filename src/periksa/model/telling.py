"""How an answer comes to those who wait for it: to whom, how far it has come, and what was asked in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from periksa.model.articles import Article
from periksa.model.messages import MessageKind


@dataclass(frozen=True, slots=True)
class Telling:
    """Whether those who asked what a case is about are being told how it was settled."""

    case: str
    number: int = 1
    """How often it was settled: with each other settlement, everyone who asked is told anew, once."""
    stopped_at: datetime | None = None
    """When an editor stopped it: who was not told until then is not told, and waits."""
    stopped_by: str = ""
    afresh: int = 1
    """The first of its numbers that counts: before it, people were told something that was withdrawn, and heard so."""

    @property
    def campaign(self) -> str:
        """By what its replies are known in the outbox."""
        return f"case {self.case} {self.number}"

    def reply_id(self, contact: str) -> str:
        """The id of what this person is told: twice is once."""
        return f"f-{self.case}-{contact}" if self.number == 1 else f"f-{self.case}-{self.number}-{contact}"

    def told_before(self, contact: str) -> list[str]:
        """The ids of what this person was told of it when it was settled otherwise."""
        return [Telling(self.case, number).reply_id(contact) for number in range(self.afresh, self.number)]

    @property
    def was_other(self) -> bool:
        """Whether people may have been told something else that nobody has taken back from them yet."""
        return self.number > self.afresh


@dataclass(frozen=True, slots=True)
class Progress:
    """How many people a telling has reached, and how far."""

    waiting: int = 0
    """Nothing was written for them yet."""
    queued: int = 0
    """On its way; what is in doubt among it is out already."""
    held: int = 0
    """Their window is closed: it waits until they write."""
    sent: int = 0
    delivered: int = 0
    read: int = 0
    failed: int = 0

    @property
    def told(self) -> int:
        """Those it was sent to, however far it came."""
        return self.sent + self.delivered + self.read

    @property
    def people(self) -> int:
        """All of them."""
        return self.waiting + self.queued + self.held + self.told + self.failed


@dataclass(frozen=True, slots=True)
class Hearers:
    """Some of those who wait: by which channel they are told, in which language, and whether words reach them."""

    channel: str
    language: str
    """"" where it is the one they asked in."""
    late: bool
    """Their window is closed: a template reaches them, or it waits until they write."""
    people: int


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way in which something was asked."""

    text: str
    kind: MessageKind
    times: int
    forwarded: int = 0
    """How often it was passed on to us by somebody who had been sent it …"""
    frequently: int = 0
    """… and how often by then it had been passed on many times."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and what it is beside another text."""

    text: str
    kind: str = ""
    """"same": a word of both · "number", "name", "word": one that the other has not · "": nothing that tells."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A question and the claim of a fact-check, side by side."""

    article: Article
    asked: tuple[Piece, ...]
    claimed: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer of the newsroom's own, from its first word to its withdrawal. Its article has the same id."""

    id: str
    case: str
    """Which case it is to answer; "" for none."""
    claim: str = ""
    rating: str = ""
    """A word of the newsroom's for what it concludes."""
    reason: str = ""
    """Why, in one paragraph."""
    sources: tuple[str, ...] = ()
    """Links."""
    language: str = ""
    by: str = ""
    changed_at: datetime | None = None
    """Who wrote it last, and when."""
    published_at: datetime | None = None
    """When it was last published as it then was."""
    withdrawn_at: datetime | None = None
