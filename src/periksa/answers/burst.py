"""A question that came in pieces: "halo", "mau tanya", then the forward; or a forward sent in three parts.

A piece waits for what follows. A whole question never waits, and takes the pieces before it with it; pieces that no
question follows are answered once, by the last of them. Where what was whole goes on all the same, the rest is read
together with it, and answered where that says more than was told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from periksa.answers.dialogue import Event
from periksa.answers.word import CHOICE
from periksa.model import Decision, DecisionKind, Message, MessageKind, Outgoing, Query

CUT_OFF = 4000
"""Characters. A text of this length was cut by the platform (4096) or by hand, and goes on."""

_NUMBER = r"(\d{1,2})\s?(?:/|dari|of)\s?(\d{1,2})"
_PARTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\s*[(\[]{_NUMBER}[)\]]",
        rf"[(\[]{_NUMBER}[)\]]\s*$",
        rf"^\s*{_NUMBER}[^\S\n]*(?:\n|$)",
        rf"(?:^|\n)[^\S\n]*{_NUMBER}\s*$",
    )
)
"""A part's number: in brackets where the text begins or ends, or alone in its first or last line."""
_OPEN_END = (",", ":")

_TELLING = (
    Event.PICTURE,
    Event.VOICE,
    Event.VIDEO,
    Event.DOCUMENT,
    Event.TOO_SHORT,
    Event.GREETING,
    Event.STICKER,
    Event.PLACE_OR_PERSON,
    Event.UNKNOWN,
    Event.INSULT,
    Event.THANKS,
    Event.CHATTER,
)
"""Which of several pieces says most about what is wanted."""
_FILES = frozenset(_TELLING[:4])


@dataclass(frozen=True, slots=True)
class Piece:
    """A message that could belong to others: neither an order nor a choice."""

    message: Message
    query: Query
    event: Event

    @property
    def open(self) -> bool:
        """Whether its end is missing."""
        return self.event is Event.QUESTION and unfinished(self.message.text)

    @property
    def waits(self) -> bool:
        """Whether something may follow that it belongs to."""
        return self.event in _TELLING or self.open

    @property
    def holds(self) -> bool:
        """Whether it brings something that must not go unanswered."""
        return self.open or self.event in _FILES


def unfinished(text: str) -> bool:
    """Whether the text announces that it goes on: "(1/3)", an open end, or the length at which platforms cut."""
    part = _part(text)
    if part:
        return int(part[1]) < int(part[2])
    return len(text) >= CUT_OFF or text.rstrip().endswith(_OPEN_END)


def gathered(pieces: Sequence[Piece], mine: str, span: timedelta) -> Piece | None:
    """What the message `mine` (by id) asks, with what belongs to it; None if another one speaks for it.

    `pieces` are the contact's, oldest first; two belong together if no more than `span` lies between them.
    """
    at = next(number for number, piece in enumerate(pieces) if piece.message.id == mine)
    if pieces[at].waits and at + 1 < len(pieces) and _near(pieces[at], pieces[at + 1], span):
        return None
    first = at
    while first and pieces[first - 1].waits and _near(pieces[first - 1], pieces[first], span):
        first -= 1
    run = pieces[first : at + 1]
    follows_a_question = first > 0 and _near(pieces[first - 1], pieces[first], span)
    if follows_a_question and not any(piece.holds for piece in run) and pieces[at].waits:
        return None
    return _together(run)


def before(pieces: Sequence[Piece], mine: str, span: timedelta) -> list[Piece]:
    """The questions that the question `mine` (by id) may go on with, oldest first: typed one right after the other.

    They were answered at once, as nobody could know that there was more. What is forwarded stands for itself, and so
    does what is asked in the same words again.
    """
    at = next(number for number, piece in enumerate(pieces) if piece.message.id == mine)
    first = at
    while first and _near(pieces[first - 1], pieces[first], span) and _typed(pieces[first]):
        first -= 1
    asked = [piece for piece in pieces[first : at + 1] if piece.event is Event.QUESTION and _typed(piece)]
    said = [piece.message.text for piece in asked]
    return asked[:-1] if asked and asked[-1].message.id == mine and said.count(said[-1]) == 1 else []


def joined(first: Piece, rest: Sequence[Piece], last: Piece) -> Piece:
    """The last of them with the words of all."""
    text = "\n".join(piece.message.text for piece in (first, *rest, last))
    return replace(last, message=replace(last.message, text=text))


def is_better(whole: Decision, own: Decision) -> bool:
    """Whether the words of all pieces bring more than the last one's own."""
    return _WORTH[whole.kind] > _WORTH[own.kind]


def is_new(decision: Decision, told: Outgoing) -> bool:
    """Whether it says more than what was told when the pieces before this one were answered."""
    shown = {match.article.id for match in decision.shown}
    if decision.kind is DecisionKind.HAND_OVER:
        return bool(told.article or told.reply.options or decision.context)
    offered = {option.id.removeprefix(CHOICE) for option in told.reply.options}
    return not shown <= ({told.article} if decision.kind is DecisionKind.ANSWER else offered | {told.article})


def _typed(piece: Piece) -> bool:
    return piece.message.kind is MessageKind.TEXT and not piece.message.forwarded


_WORTH = {DecisionKind.HAND_OVER: 0, DecisionKind.OFFER: 1, DecisionKind.ANSWER: 2}


def _part(text: str) -> re.Match[str] | None:
    return next((found for part in _PARTS if (found := part.search(text))), None)


def _without_number(text: str) -> str:
    """The number of a part is none of the claim's."""
    part = _part(text)
    return (text[: part.start()] + text[part.end() :]).strip() if part else text


def _near(earlier: Piece, later: Piece, span: timedelta) -> bool:
    return bool(span) and later.message.received_at - earlier.message.received_at <= span


def _together(run: Sequence[Piece]) -> Piece:
    """One question of all that has words to look up, or else the piece that says most."""
    despairs = next((piece for piece in run if piece.event is Event.DESPAIR), None)
    if despairs:
        return despairs
    asking = [piece for piece in run if piece.query.words and piece.event is not Event.INSULT]
    if not any(piece.event is Event.QUESTION for piece in asking):
        return min(run, key=lambda piece: _TELLING.index(piece.event) if piece.event in _TELLING else -1)
    lead = next((piece for piece in reversed(run) if not piece.waits), asking[0])
    text = "\n".join(_without_number(piece.message.text) for piece in asking) if len(run) > 1 else lead.message.text
    return replace(lead, message=replace(lead.message, text=text), event=Event.QUESTION)
