"""What publishers published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ArticleKind(StrEnum):
    """A fact-check examines a claim and rates it; news reports what happened and who said what."""

    FACT_CHECK = "fact-check"
    NEWS = "news"


class Force(StrEnum):
    """What a speaker does with words, as the verb that attributes them tells it."""

    SAID = "said"
    CLAIMED = "claimed"
    DENIED = "denied"
    PROMISED = "promised"
    WARNED = "warned"
    ASKED = "asked"


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
    organisation: str = ""  # the body that the speaker is, or speaks for
    force: Force = Force.SAID
    start: int | None = None
    """Where the words begin in the article's body, in characters; None where they were not read from it."""
    end: int | None = None
    speaker_start: int | None = None
    """Where the speaker is named beside the words: "Peskov", "ia", the "-nya" of "katanya"."""
    speaker_end: int | None = None


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

    @property
    def head(self) -> str:
        """What it is about: the title, and below it the claim where that says something else."""
        return self.title if self.claim in ("", self.title) else f"{self.title}\n{self.claim}"
