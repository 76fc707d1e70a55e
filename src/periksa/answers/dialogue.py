"""The conversation as a table: what a person did × where we stand with them → what we do, say and let them tap.

Nobody has to pass a menu: whatever is neither an order nor a choice is a question, on the first message as on the last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from periksa.answers.choices import ERASE_NO, ERASE_YES, MENU_FOLLOW, MENU_HELP, number
from periksa.answers.decide import unfit
from periksa.answers.feelings import Feeling, feeling
from periksa.answers.mashed import is_mashed
from periksa.answers.orders import Order, Word
from periksa.answers.word import HELPED_NO, HELPED_YES, NONE
from periksa.model import Message, MessageKind, Query, QueryKind


class State(StrEnum):
    """Where we stand with a person."""

    NEW = "new"
    """We never said a word to them."""
    KNOWN = "known"
    ERASING = "erasing"
    """The last thing we said asks whether to erase them."""


class Event(StrEnum):
    """What a person did."""

    QUESTION = "question"
    LINK = "link"
    """A link without a word."""
    GREETING = "greeting"
    CHATTER = "chatter"
    TOO_SHORT = "too short"
    PICK = "pick"
    """They chose one of the fact-checks we offered."""
    NONE_OF_THESE = "none of these"
    STALE = "stale"
    """They chose something that is not to be had any more."""
    NO_SUCH_NUMBER = "no such number"
    """They chose a number that is not in our list."""
    DESPAIR = "despair"
    """They say that they want to die."""
    THANKS = "thanks"
    INSULT = "insult"
    HELPED = "helped"
    NOT_HELPED = "not helped"
    HELP = "help"
    FOLLOW = "follow"
    NO_SUCH_TOPIC = "no such topic"
    """They want to follow what we have no topic for."""
    WHO = "who"
    """They ask who they are speaking with."""
    WRONG = "wrong"
    """They say that an answer is wrong, and we gave none."""
    UNCLEAR = "unclear"
    """Keys pressed at random."""
    STOP = "stop"
    ERASE = "erase"
    ERASE_YES = "erase, yes"
    ERASE_NO = "erase, no"
    LANGUAGE = "language"
    """They want to be spoken to in another one."""
    PICTURE = "picture"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    PLACE_OR_PERSON = "place or person"
    UNKNOWN = "unknown"


class Do(StrEnum):
    """What we do about it, beside saying something."""

    SPEAK = "speak"
    """Nothing more."""
    FIND = "find"
    """Look for the answer; the words of the row stand in where there is nothing to look for."""
    SHOW = "show"
    """The fact-check they chose."""
    HAND_OVER = "hand over"
    """Open or join a case."""
    CARE = "care"
    """Say where there is help, and open a case of its own."""
    PRAISE = "praise"
    """Note that the answer helped."""
    COMPLAIN = "complain"
    """Note that it did not, and open or join a case."""
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SWITCH = "switch"
    """Remember the language they want."""
    ERASE = "erase"


class Tap(StrEnum):
    """A set of buttons."""

    NOTHING = ""
    MENU = "menu"
    ERASE = "erase"
    LIST = "list"
    """What they were offered, again."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One cell of the table. `say` names a sentence of `lang/`."""

    do: Do
    say: str = ""
    tap: Tap = Tap.NOTHING
    introduce: bool = False
    """First contact: who we are, what we keep and how to be forgotten stand below the reply, in the same message."""


_ANY = tuple(State)

TABLE: tuple[tuple[Event, tuple[State, ...], Turn], ...] = (
    # what they did          where we stand     what we do         what we say, what they can tap
    (Event.QUESTION,         _ANY,              Turn(Do.FIND)),
    (Event.LINK,             _ANY,              Turn(Do.FIND,      "link")),
    (Event.GREETING,         _ANY,              Turn(Do.SPEAK,     "greeting", Tap.MENU)),
    (Event.CHATTER,          _ANY,              Turn(Do.SPEAK,     "acknowledged")),
    (Event.TOO_SHORT,        _ANY,              Turn(Do.SPEAK,     "too_short")),
    (Event.PICK,             _ANY,              Turn(Do.SHOW)),
    (Event.NONE_OF_THESE,    _ANY,              Turn(Do.HAND_OVER, "noted_none")),
    (Event.STALE,            _ANY,              Turn(Do.FIND,      "stale")),
    (Event.NO_SUCH_NUMBER,   _ANY,              Turn(Do.SPEAK,     "no_such_number", Tap.LIST)),
    (Event.DESPAIR,          _ANY,              Turn(Do.CARE,      "despair")),
    (Event.THANKS,           _ANY,              Turn(Do.SPEAK,     "thanked")),
    (Event.INSULT,           _ANY,              Turn(Do.SPEAK,     "insulted")),
    (Event.HELPED,           _ANY,              Turn(Do.PRAISE,    "helped")),
    (Event.NOT_HELPED,       _ANY,              Turn(Do.COMPLAIN,  "not_helped")),
    (Event.HELP,             _ANY,              Turn(Do.SPEAK,     "help")),
    (Event.FOLLOW,           _ANY,              Turn(Do.FOLLOW,    "following")),
    (Event.NO_SUCH_TOPIC,    _ANY,              Turn(Do.SPEAK,     "no_such_topic")),
    (Event.WHO,              _ANY,              Turn(Do.SPEAK,     "who")),
    (Event.WRONG,            _ANY,              Turn(Do.SPEAK,     "wrong")),
    (Event.UNCLEAR,          _ANY,              Turn(Do.SPEAK,     "unclear")),
    (Event.STOP,             _ANY,              Turn(Do.UNFOLLOW,  "unfollowed")),
    (Event.ERASE,            _ANY,              Turn(Do.SPEAK,     "erase_ask", Tap.ERASE)),
    (Event.ERASE_YES,        (State.ERASING,),  Turn(Do.ERASE,     "erased")),
    (Event.ERASE_YES,        _ANY,              Turn(Do.SPEAK,     "erase_ask", Tap.ERASE)),
    (Event.ERASE_NO,         _ANY,              Turn(Do.SPEAK,     "erase_kept")),
    (Event.LANGUAGE,         _ANY,              Turn(Do.SWITCH,    "speaking")),
    (Event.PICTURE,          _ANY,              Turn(Do.HAND_OVER, "picture")),
    (Event.VOICE,            _ANY,              Turn(Do.HAND_OVER, "voice")),
    (Event.VIDEO,            _ANY,              Turn(Do.HAND_OVER, "video")),
    (Event.DOCUMENT,         _ANY,              Turn(Do.HAND_OVER, "document")),
    (Event.STICKER,          _ANY,              Turn(Do.SPEAK,     "sticker")),
    (Event.PLACE_OR_PERSON,  _ANY,              Turn(Do.SPEAK,     "place_or_person")),
    (Event.UNKNOWN,          _ANY,              Turn(Do.SPEAK,     "unknown_kind")),
)  # fmt: skip
"""Read from the top: the first row that fits counts."""


def turn(event: Event, state: State) -> Turn:
    """What follows on `event` in `state`. First contact adds the introduction, whatever it began with."""
    found = next(turn for what, states, turn in TABLE if what is event and state in states)
    return replace(found, introduce=state is State.NEW)


def event(message: Message, query: Query, order: Order | None, option: str) -> Event:
    """What somebody did with this message; `option` is the id of what it picks, `order` the order that it is."""
    if option:
        return _OPTIONS.get(option, Event.PICK)
    if order and order.word in ORDERS:
        return Event.NO_SUCH_TOPIC if order.unknown and not order.topics else ORDERS[order.word]
    if felt := _felt(message):
        return felt
    return _asked(message, query)


def _felt(message: Message) -> Event | None:
    """What somebody feels is in their own words: forwarded, those are others'."""
    own = message.kind in (MessageKind.TEXT, MessageKind.EDIT) and not message.forwarded
    felt = feeling(message.text) if own else None
    return _FEELINGS[felt] if felt else None


def _asked(message: Message, query: Query) -> Event:
    nothing = unfit(query)
    if nothing and message.kind in _KINDS:
        return _KINDS[message.kind]
    if query.links and not query.words:
        return Event.LINK
    if query.text and all(map(is_mashed, query.text.split())):
        return Event.UNCLEAR
    if query.kind is QueryKind.GREETING:
        return Event.GREETING
    if query.kind is QueryKind.CHATTER:
        return Event.CHATTER
    return Event.TOO_SHORT if nothing or number(message.text) is not None else Event.QUESTION


_FEELINGS = {Feeling.DESPAIR: Event.DESPAIR, Feeling.THANKS: Event.THANKS, Feeling.INSULT: Event.INSULT}
_OPTIONS = {
    NONE: Event.NONE_OF_THESE,
    HELPED_YES: Event.HELPED,
    HELPED_NO: Event.NOT_HELPED,
    ERASE_YES: Event.ERASE_YES,
    ERASE_NO: Event.ERASE_NO,
    MENU_HELP: Event.HELP,
    MENU_FOLLOW: Event.FOLLOW,
}
ORDERS = {
    Word.FOLLOW: Event.FOLLOW,
    Word.STOP: Event.STOP,
    Word.ERASE: Event.ERASE,
    Word.HELP: Event.HELP,
    Word.SPEAK: Event.LANGUAGE,
    Word.WHO: Event.WHO,
    Word.WRONG: Event.WRONG,
}
_KINDS = {
    MessageKind.IMAGE: Event.PICTURE,
    MessageKind.AUDIO: Event.VOICE,
    MessageKind.VIDEO: Event.VIDEO,
    MessageKind.DOCUMENT: Event.DOCUMENT,
    MessageKind.STICKER: Event.STICKER,
    MessageKind.CONTACTS: Event.PLACE_OR_PERSON,
    MessageKind.LOCATION: Event.PLACE_OR_PERSON,
    MessageKind.ORDER: Event.UNKNOWN,
    MessageKind.UNSUPPORTED: Event.UNKNOWN,
    MessageKind.UNKNOWN: Event.UNKNOWN,
}
"""What a message without a word to look up is; with words it is a question like any other."""
