"""What a message came to: the reply that is stored, what else is noted with it, and what it counts as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from periksa.answers.dialogue import Turn
from periksa.finding import Finding
from periksa.model import (
    NONE_OF_THEM,
    Decision,
    DecisionKind,
    Figure,
    Job,
    Message,
    Outcome,
    Outgoing,
    Tally,
)
from periksa.store import Transaction
from periksa.tipline.hearing import Heard, reply_id
from periksa.watching import Said

Effect = Callable[[Transaction], object]

SAID = {DecisionKind.ANSWER: Said.ANSWERED, DecisionKind.OFFER: Said.OFFERED}
FIGURES = {
    Said.ANSWERED: Figure.ANSWERED,
    Said.OFFERED: Figure.OFFERED,
    Said.HANDED_OVER: Figure.HANDED_OVER,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply to store, what else is noted with it, and the job that is done with it. Without a reply: silence.

    What is noted in silence is noted again where the job runs again: twice must be once.
    """

    job: Job
    outgoing: Outgoing | None = None
    effects: tuple[Effect, ...] = ()
    said: Said = Said.SPOKEN
    outcome: Outcome | None = None
    """What became of a question."""
    tallies: tuple[Tally, ...] = ()
    """What it counts as."""
    erases: Message | None = None
    """Before the reply is stored, all that is kept of its sender up to this message goes."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """One turn: what was heard, the row of the table, the language, the time, and what was found for others."""

    heard: Heard
    turn: Turn
    code: str
    at: datetime
    found: dict[object, Finding]


def decided(now: Speaking, answered: Answered, said: Said, decision: Decision) -> Answered:
    """The same, with what became of the question."""
    message = now.heard.message
    outcome = Outcome(
        reply=reply_id(message),
        message=now.heard.asks.message.id,
        received_at=message.received_at,
        at=now.at,
        channel=message.channel,
        language=now.code,
        kind=FIGURES[said],
        why=decision.why,
        score=decision.matches[0].score if decision.matches else None,
        articles=tuple(match.article.id for match in decision.shown),
    )
    return replace(answered, said=said, outcome=outcome, tallies=tuple(outcome.tallies()))


def picked(answered: Answered, now: Speaking, what: str) -> Answered:
    """The same, and the offer knows what was picked from it."""
    offer = now.heard.offer
    if offer is None:
        return answered
    if answered.outcome and what != NONE_OF_THEM:
        chosen = replace(answered.outcome, kind=Figure.CHOSEN, why="chosen")
        answered = replace(answered, outcome=chosen, tallies=tuple(chosen.tallies()))
    return noting(answered, lambda tx: tx.outcomes.pick(offer.id, what))


def noting(answered: Answered, effect: Effect) -> Answered:
    """The same, and this is noted with it."""
    return replace(answered, effects=(*answered.effects, effect))
