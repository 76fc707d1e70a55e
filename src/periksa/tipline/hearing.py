"""Reading what a message does: a question, with all its pieces; a choice from what we offered; or an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from periksa.answers import choices, dialogue
from periksa.answers.burst import Piece, before, gathered, joined
from periksa.answers.choices import ERASE_YES
from periksa.answers.dialogue import Event, State
from periksa.answers.orders import Order, order
from periksa.channels import SEE, Channel, lower
from periksa.lang import LANGUAGES
from periksa.model import Article, Contact, Job, Message, MessageKind, Option, Outgoing, Query
from periksa.store import Transaction
from periksa.tipline.keeping import SILENT

RECENT = 30
"""Messages and replies of one conversation that are looked at."""
_ONCE = {
    event: tuple(lang.say[said] for lang in LANGUAGES.values())
    for event, said in ((Event.THANKS, "thanked"), (Event.INSULT, "insulted"))
}
"""What is answered once in a row, and how that begins."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody typed right before this, and was answered: the same question may go on."""

    told: Outgoing
    whole: Piece
    """This question with what came before it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one message does, and all that is needed to reply."""

    job: Job
    message: Message
    contact: Contact
    event: Event
    state: State
    asks: Piece
    """The question: its own, with the pieces that belong to it, or the one that the offer it picks from was about."""
    order: Order | None = None
    offer: Outgoing | None = None
    """The reply that it picks from or judges, or whose list is shown again."""
    article: Article | None = None
    """The one it picks."""
    said: str = ""
    """An edit's: what we replied before."""
    repeated: bool = False
    """Whether the list they did not pick from was shown again before."""
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is said now; `until`: it is looked at again then."""

    job: Job
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """What is known while one message is read: the transaction, and the latest messages of whoever sent it."""

    tx: Transaction
    recent: Sequence[Message]


class Hearing:
    """`span`: how far apart the pieces of one question may come."""

    def __init__(self, read: Callable[[Message], Query], channels: Mapping[str, Channel], span: timedelta) -> None:
        self._read = read
        self._channels = channels
        self._span = span

    def hear(self, tx: Transaction, jobs: Sequence[Job], at: datetime) -> list[Heard | Idle]:
        """What the messages of these jobs do, at this time."""
        messages = tx.messages.get_all([job.key for job in jobs])
        people = {message.contact for message in messages.values()}
        contacts, recent = tx.contacts.get_all(people), tx.messages.of_all(people, RECENT)
        replied = tx.outbox.get_all([reply_id(message) for message in messages.values()])

        def hear(job: Job) -> Heard | Idle:
            message = messages.get(job.key)
            contact = contacts.get(message.contact) if message else None
            if message is None or contact is None or message.forgotten_at or contact.blocked_at:
                return Idle(job)
            if reply_id(message) in replied:
                return Idle(job)
            return self._hear(Listening(tx, recent[message.contact]), job, message, contact, at)

        return [hear(job) for job in jobs]

    def _hear(self, to: Listening, job: Job, message: Message, contact: Contact, at: datetime) -> Heard | Idle:
        ordered = order(message.text) if message.kind is MessageKind.TEXT else None
        if message.choice == SEE or choices.may_pick(message, ordered):
            chosen = self._chosen(to, job, message, contact, ordered)
            if chosen:
                return chosen
        return self._asked(to, job, message, contact, ordered, at)

    # ------------------------------------------------------------ a choice

    def _chosen(
        self, to: Listening, job: Job, message: Message, contact: Contact, ordered: Order | None
    ) -> Heard | None:
        offers = self._offers(to.tx, message, contact)
        shown, numbered = self._on_offer(offers, message)
        option = choices.picked(message, ordered, _options(shown), _options(numbered))
        beyond = not option and choices.beyond(message, _options(numbered))
        if not (option or beyond or message.choice == SEE):
            return None
        offer = numbered if beyond or (not message.choice and option in _ids(numbered)) else shown
        about = self._about(to, offer)
        article = next(iter(to.tx.articles.get([choices.article_id(option)])), None)
        heard = Heard(
            job=job,
            message=message,
            contact=contact,
            event=dialogue.event(message, self._read(message), None, option) if option else Event.STALE,
            state=_state(contact, offers),
            asks=about or self._piece(message),
            offer=offer,
            article=article,
        )
        if beyond:
            return replace(heard, event=Event.NO_SUCH_NUMBER, repeated=_repeated(offers))
        missing = {Event.PICK: article, Event.NONE_OF_THESE: about}
        return replace(heard, event=Event.STALE) if missing.get(heard.event, heard) is None else heard

    def _offers(self, tx: Transaction, message: Message, contact: Contact) -> list[Outgoing]:
        """The latest of ours to choose from, and the one that was tapped, however long ago that was sent."""
        offers = [reply for reply in tx.outbox.of(contact.id, limit=RECENT) if reply.reply.options]
        if not message.refers_to or message.refers_to in {offer.platform_id for offer in offers}:
            return offers
        tapped = tx.outbox.find(message.channel, message.refers_to)
        ours = tapped is not None and tapped.contact == contact.id and tapped.reply.options
        return [tapped, *offers] if tapped and ours else offers

    def _on_offer(self, offers: list[Outgoing], message: Message) -> tuple[Outgoing | None, Outgoing | None]:
        """The reply whose options were tapped, and the one that a typed number counts against.

        Buttons that ask whether an answer helped show no numbers: those belong to the list the answer was picked from.
        """
        if not offers:
            return None, None
        referred = (offer for offer in offers if message.refers_to and offer.platform_id == message.refers_to)
        holding = (offer for offer in reversed(offers) if message.choice in _ids(offer))
        shown = next(referred, None) or next(holding, None) or offers[-1]
        if choices.offers_articles(shown.reply.options) or self._shows_numbers(shown):
            return shown, shown
        lists = (
            offer
            for offer in reversed(offers)
            if offer.message == shown.message and choices.offers_articles(offer.reply.options)
        )
        return shown, next(lists, shown)

    def _shows_numbers(self, offer: Outgoing) -> bool:
        channel = self._channels.get(offer.channel)
        return channel is None or channel.caps.numbers or not lower(offer.reply, channel.caps).options

    def _about(self, to: Listening, offer: Outgoing | None) -> Piece | None:
        message = to.tx.messages.get(offer.message) if offer else None
        if message is None or message.forgotten_at:
            return None
        return self._gathered(to, message) or self._piece(message)

    # ------------------------------------------------------------ a question, or an order

    def _asked(
        self, to: Listening, job: Job, message: Message, contact: Contact, ordered: Order | None, at: datetime
    ) -> Heard | Idle:
        piece = self._piece(message, ordered)
        heard = Heard(job, message, contact, piece.event, _state(contact), piece, ordered)
        if message.kind is MessageKind.EDIT:
            return self._edited(to.tx, heard)
        if ordered and piece.event not in (Event.CHATTER, Event.GREETING):
            return heard
        due = message.received_at + self._span
        if piece.waits and at < due:
            return Idle(job, until=due)
        near = self._near(to, message)
        together = gathered(near, message.id, self._span) if near else piece
        if together is None or self._said_just_now(to.tx, contact, together.event):
            return Idle(job)
        earlier = self._earlier(to.tx, near, message, together)
        return replace(heard, event=together.event, asks=together, earlier=earlier)

    def _earlier(self, tx: Transaction, near: Sequence[Piece], message: Message, asks: Piece) -> Earlier | None:
        """What this question may go on with: the latest of those before it that was answered, and all since."""
        if asks.event is not Event.QUESTION or len(near) < 2:
            return None
        asked = before(near, message.id, self._span)
        told = tx.outbox.get_all([reply_id(each.message) for each in asked])
        answered = [at for at, each in enumerate(asked) if reply_id(each.message) in told]
        if not answered:
            return None
        first, *rest = asked[answered[-1] :]
        return Earlier(told[reply_id(first.message)], self._reread(joined(first, rest, asks)))

    def _reread(self, piece: Piece) -> Piece:
        return replace(piece, query=self._read(piece.message))

    def _said_just_now(self, tx: Transaction, contact: Contact, event: Event) -> bool:
        """Whether the last we said is all there is to say to this as well."""
        said = _ONCE.get(event)
        latest = tx.outbox.of(contact.id, limit=1) if said else []
        return any(reply.reply.text.startswith(said or ()) for reply in latest)

    def _edited(self, tx: Transaction, heard: Heard) -> Heard | Idle:
        """Only a question, or despair, is answered anew; `said` keeps us from saying the same again."""
        if heard.event not in (Event.QUESTION, Event.DESPAIR):
            return Idle(heard.job)
        original = tx.messages.find(heard.message.channel, heard.message.refers_to)
        if original is None:
            return heard
        replies = [reply for reply in tx.outbox.of(heard.contact.id, limit=RECENT) if reply.message == original.id]
        asks = replace(heard.asks, message=original) if original.text == heard.message.text else heard.asks
        return replace(heard, asks=asks, said=replies[-1].reply.text if replies else "")

    def _piece(self, message: Message, ordered: Order | None = None) -> Piece:
        query = self._read(message)
        return Piece(message, query, dialogue.event(message, query, ordered, ""))

    def _gathered(self, to: Listening, message: Message) -> Piece | None:
        """The message with its pieces; None if another message speaks for it."""
        near = self._near(to, message)
        return gathered(near, message.id, self._span) if near else self._piece(message)

    def _near(self, to: Listening, message: Message) -> list[Piece]:
        """It, and what may belong to it; nothing where it is too long ago to be among the latest."""
        near = [each for each in to.recent if _could_belong(each) and self._close(each, message)]
        return [self._piece(each) for each in near] if message.id in {each.id for each in near} else []

    def _close(self, one: Message, other: Message) -> bool:
        """A burst of `RECENT` pieces takes no longer: the others need not be read."""
        return abs(one.received_at - other.received_at) <= self._span * RECENT


def reply_id(message: Message) -> str:
    """A message has one reply: its id follows from the message's, so that a shift done twice adds nothing."""
    return f"r-{message.id}"


def _could_belong(message: Message) -> bool:
    """Whether it may be a piece of a question: neither a choice nor an order, nor gone."""
    apart = message.kind in SILENT or message.kind in (MessageKind.CHOICE, MessageKind.EDIT)
    if apart or message.forgotten_at:
        return False
    ordered = order(message.text) if message.kind is MessageKind.TEXT else None
    return not (ordered and ordered.word in dialogue.ORDERS)


def _repeated(offers: Sequence[Outgoing]) -> bool:
    """Whether the latest two are one list."""
    lists = {(offer.message, offer.reply.options) for offer in offers[-2:]}
    return len(offers) > 1 and len(lists) == 1


def _state(contact: Contact, offers: list[Outgoing] | None = None) -> State:
    if contact.welcomed_at is None:
        return State.NEW
    return State.ERASING if offers and ERASE_YES in _ids(offers[-1]) else State.KNOWN


def _options(offer: Outgoing | None) -> tuple[Option, ...]:
    return offer.reply.options if offer else ()


def _ids(offer: Outgoing | None) -> set[str]:
    return {option.id for option in _options(offer)}
