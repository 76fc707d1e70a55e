"""What was understood, found and decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from periksa.model.articles import Article

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float32]
    """One row of numbers."""
    Vectors: TypeAlias = NDArray[np.float32]
    """As many rows of numbers as there were texts."""


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """A text as a vector of length 1. The cosine of two tells how near their meanings are."""

    encoder: str
    """Which one made it, by fingerprint: vectors of two encoders say nothing about each other."""
    vector: Vector
    stage: str = "meaning"
    """Which stage of the matching weighs it ("gist": a small table made it, no network)."""


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
    meaning: Meaning | None = field(default=None, compare=False)
    """None where there is no encoder, or nothing that could be asked."""


LEAD = 600


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the index found: an article and how well it fits, list by list."""

    article: Article  # without its body: that stays in the store
    words: tuple[str, ...]
    """Analysed words of title and claim, in order."""
    scores: Mapping[str, float]
    """BM25 in each ranked list ("head": title and claim, "all": with the body, "grams": character n-grams of the head);
    "covered" is the rarity, summed, of the query's words that stand anywhere in the article. 0 where nothing meets.
    "meaning", where both have one: the cosine of query and article, -1 to 1. "close", where it was read closely: the
    log odds that this check answers the question."""
    lead: str = ""
    """How the body begins; `LEAD` characters at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates for one query, best of any list first, and how rare their words are in this library."""

    candidates: tuple[Candidate, ...] = ()
    rarity: Mapping[str, float] = field(default_factory=dict)
    """Inverse document frequency, ln(1 + (N - n + ½) / (n + ½)), of every word of the query and the candidates."""
    total: int = 0
    """N: how many articles of this kind the library has."""
    mended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words of the query that stand in no article of this kind → the words that were searched instead of each."""


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
class Also:
    """Checks of the same claim by others, at most two, those that say something else first."""

    articles: tuple[Article, ...] = ()
    disagree: bool = False
    """Whether the publishers' ratings, this article's among them, lead a reader to different conclusions."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Answer, offer or hand over, and why. `matches` are the best ten, best first, whatever was decided."""

    kind: DecisionKind
    matches: tuple[Match, ...] = ()
    shown: tuple[Match, ...] = ()
    """What the person gets to see: one for an answer, up to three for an offer, none for a hand-over."""
    context: tuple[Article, ...] = ()
    """News that touches the question, newest first, at most two; never a rating. Their statements are those that do."""
    why: str = ""
    """The rule that decided, by name: "sure", "several fit", "chatter", "too short", "below floor" …"""
    also: Also = Also()
    """Beside an answer: who else examined the same claim."""
