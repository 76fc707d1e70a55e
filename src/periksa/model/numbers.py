"""What became of questions, and how many of each: the facts behind the numbers. A tally holds nobody."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from periksa.model.people import Feedback
from periksa.model.replies import Purpose

HOUR = 3600
FIRST_SPAN, STEPS = 0.125, 4
"""Seconds of the shortest span that is told apart, and spans until one is twice as long: each is a fifth longer."""
NONE_OF_THEM = "-"
"""What was picked where none of what was offered fitted."""


class Figure(StrEnum):
    """What is counted."""

    ANSWERED = "answered"
    """Questions that a fact-check answered at once."""
    CHOSEN = "chosen"
    """Fact-checks that were picked from an offer."""
    OFFERED = "offered"
    """Questions with an offer of up to three."""
    HANDED_OVER = "handed_over"
    """Questions that went to the editors; an offer that did not fit is both."""
    SPOKEN = "spoken"
    """Everything else that was replied to: greetings, orders, thanks."""
    REPLY = "reply"
    """First replies to questions that the platform took; `part`: the span it took."""
    LATER = "later"
    """The same of answers by editors to a question that had been handed over."""
    TOLD = "told"
    """Fact-checks that were told or picked; `part`: which."""
    HELPED = "helped"
    UNHELPED = "unhelped"


QUESTIONS = (Figure.ANSWERED, Figure.OFFERED, Figure.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of something in an hour."""

    figure: Figure
    hour: int
    """Hours from 1970 (UTC)."""
    part: str = ""
    channel: str = ""
    language: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. It has no word of it, and nobody's name; it goes when whoever asked is forgotten."""

    reply: str
    """Id of the reply that said so."""
    message: str
    """Id of the message that asked."""
    received_at: datetime
    at: datetime
    """When the message came that was replied to, and when it was decided."""
    channel: str
    language: str
    kind: Figure
    """ANSWERED, CHOSEN, OFFERED or HANDED_OVER."""
    why: str = ""
    """The rule that decided, by name; see `Decision`."""
    score: float | None = None
    """The probability of the best match; None if there was none, or no search decided."""
    articles: tuple[str, ...] = ()
    """Ids of what was shown."""
    picked: str = ""
    """Id of what was picked from the offer, `NONE_OF_THEM`, or "" as long as nothing was."""

    def tallies(self) -> list[Tally]:
        """What it counts as."""
        one = Tally(self.kind, hour_of(self.received_at), channel=self.channel, language=self.language)
        told = self.kind in (Figure.ANSWERED, Figure.CHOSEN) and self.articles[:1]
        return [one, *(Tally(Figure.TOLD, one.hour, part=article) for article in told or ())]


@dataclass(frozen=True, slots=True)
class Went:
    """A reply to a question that the platform is about to have taken, and when the question had come."""

    purpose: Purpose
    channel: str
    received_at: datetime

    def tally(self, at: datetime) -> Tally:
        """How long it took."""
        figure = Figure.LATER if self.purpose is Purpose.FOLLOW_UP else Figure.REPLY
        return Tally(figure, hour_of(self.received_at), span_of((at - self.received_at).total_seconds()), self.channel)


def opinion(before: Feedback | None, now: Feedback | None) -> list[Tally]:
    """What changes when a reader says `now` of a reply of which they said `before`; None: nothing."""
    said = [(before, -1), (now, 1)]
    return summed(
        Tally(Figure.HELPED if each.helpful else Figure.UNHELPED, hour_of(each.at), count=count)
        for each, count in said
        if each
    )


def hour_of(at: datetime) -> int:
    """Hours from 1970 to the one it is in."""
    return int(at.timestamp() // HOUR)


def span_of(seconds: float) -> str:
    """The span that so many seconds are in, as `part` of a tally."""
    return f"{max(0, math.floor(STEPS * math.log2(max(seconds, FIRST_SPAN) / FIRST_SPAN))):03}"


def middle_of(span: str) -> float:
    """Seconds in the middle of a span: no more than 9 % from anything in it."""
    return float(FIRST_SPAN * 2 ** ((int(span) + 0.5) / STEPS))


def top_of(span: str) -> float:
    """Seconds that everything in a span is below."""
    return float(FIRST_SPAN * 2 ** ((int(span) + 1) / STEPS))


def summed(tallies: Iterable[Tally]) -> list[Tally]:
    """Each of those that differ in more than their count once, in order; without those that come to nothing."""
    counts: dict[Tally, int] = {}
    for each in tallies:
        key = replace(each, count=0)
        counts[key] = counts.get(key, 0) + each.count
    return [replace(key, count=count) for key, count in sorted(counts.items(), key=_place) if count]


def _place(item: tuple[Tally, int]) -> tuple[str, int, str, str, str]:
    tally = item[0]
    return tally.figure.value, tally.hour, tally.part, tally.channel, tally.language
