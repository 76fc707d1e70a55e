"""Forgetting, over SQL: what a person sent, and the person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, literal, null, or_, select, update

from periksa.model import CaseState, Message, Receipt
from periksa.store import forgetting
from periksa.store.recounting import words_of
from periksa.store.schema import (
    addresses,
    audit,
    consents,
    contacts,
    deliveries,
    delivery_contacts,
    feedback,
    jobs,
    merges,
    messages,
    outbox,
    row_of,
    subscriptions,
    windows,
)
from periksa.store.schema_cases import case_keys, case_messages, cases
from periksa.store.schema_numbers import outcomes

_BATCH = 500
"""Ids in one statement."""

_WHO: BindParameter[str] = bindparam("contact")
_AMONG: BindParameter[Sequence[str]] = bindparam("ids", expanding=True)
_LOCK = select(contacts.c.id).where(contacts.c.id == _WHO).with_for_update()
_RAW = (
    select(deliveries.c.id)
    .join_from(delivery_contacts, deliveries, delivery_contacts.c.delivery == deliveries.c.id)
    .where(delivery_contacts.c.contact == _WHO, func.length(deliveries.c.raw) > 0)
)
_RAW_RECEIVED = _RAW.where(deliveries.c.received_at.in_(bindparam("received", expanding=True)))
_COUNTED = {
    "messages": messages,
    "replies": outbox,
    "addresses": addresses,
    "consents": consents,
    "feedback": feedback,
}
_COUNTS = select(
    *(
        select(func.count()).select_from(table).where(table.c.contact == _WHO).scalar_subquery().label(name)
        for name, table in _COUNTED.items()
    ),
    select(func.count()).select_from(_RAW.subquery()).scalar_subquery().label("deliveries"),
)
_MESSAGES = select(messages.c.id, messages.c.media).where(messages.c.contact == _WHO).order_by(messages.c.number)
_BLANK = update(deliveries).where(deliveries.c.id.in_(_AMONG)).values(raw=b"")
_ERASE_OUTCOMES = delete(outcomes).where(outcomes.c.reply.in_(select(outbox.c.id).where(outbox.c.contact == _WHO)))
_ERASE = [_ERASE_OUTCOMES] + [
    delete(column.table).where(column == _WHO)
    for column in (
        messages.c.contact,
        outbox.c.contact,
        consents.c.contact,
        feedback.c.contact,
        subscriptions.c.contact,
        delivery_contacts.c.contact,
        windows.c.contact,
        addresses.c.contact,
        jobs.c.lane,
        merges.c.winner,
        contacts.c.merged_into,
        contacts.c.id,
    )
]
_NUMBER = select(messages.c.number).where(messages.c.id == bindparam("message"), messages.c.contact == _WHO)
_UNTIL = messages.c.number <= bindparam("until")
_MESSAGES_UNTIL = _MESSAGES.where(_UNTIL)
_RAW_UNTIL = _RAW.where(deliveries.c.received_at <= bindparam("received"))
_BEFORE = select(deliveries.c.id).where(deliveries.c.received_at <= bindparam("received"))
_ERASE_UNTIL = [
    _ERASE_OUTCOMES,
    delete(messages).where(messages.c.contact == _WHO, _UNTIL),
    *(
        delete(column.table).where(column == _WHO)
        for column in (
            outbox.c.contact,
            consents.c.contact,
            feedback.c.contact,
            subscriptions.c.contact,
            merges.c.winner,
            contacts.c.merged_into,
        )
    ),
    delete(delivery_contacts).where(delivery_contacts.c.contact == _WHO, delivery_contacts.c.delivery.in_(_BEFORE)),
    delete(windows).where(windows.c.contact == _WHO, windows.c.channel != bindparam("channel")),
    delete(addresses).where(addresses.c.contact == _WHO, addresses.c.channel != bindparam("channel")),
    delete(jobs).where(jobs.c.lane == _WHO, jobs.c.key.not_in(select(messages.c.id).where(messages.c.contact == _WHO))),
    update(contacts)
    .where(contacts.c.id == _WHO)
    .values(created_at=bindparam("at"), language="", asked_language_at=null(), welcomed_at=null(), opted_out_at=null()),
]
"""The messages first: what is left of them is what came later."""
_ERASE_WORDS = (
    update(messages)
    .where(messages.c.id.in_(_AMONG))
    .values(text="", choice="", media=null(), forgotten_at=bindparam("at"))
)

_MEMBERS = select(case_messages.c.case_id).where(case_messages.c.message.in_(_AMONG))
_LEFT = (
    select(cases.c.id, cases.c.words_of, cases.c.text)
    .where(or_(cases.c.id.in_(_MEMBERS), cases.c.words_of.in_(_AMONG)))
    .with_for_update(of=cases)
)
_LEAVE = delete(case_messages).where(case_messages.c.message.in_(_AMONG))
_OTHERS = (
    select(messages.c.id, messages.c.text)
    .join_from(case_messages, messages, case_messages.c.message == messages.c.id)
    .where(case_messages.c.case_id == bindparam("case"))
    .order_by(messages.c.text == "", messages.c.number)
    .limit(1)
)
_TEXTS = (
    select(messages.c.text)
    .join_from(case_messages, messages, case_messages.c.message == messages.c.id)
    .where(case_messages.c.case_id == bindparam("case"), messages.c.text != "")
    .order_by(messages.c.number)
    .limit(_BATCH)
)
_THIS = cases.c.id == bindparam("case")
_SHOW = update(cases).where(_THIS).values(text=bindparam("says"), words_of=bindparam("whose"))
_FIND = update(cases).where(_THIS).values(words=bindparam("known"))
_CLOSE = (
    update(cases)
    .where(_THIS, cases.c.state == CaseState.OPEN)
    .values(state=CaseState.CLOSED, settled_at=bindparam("at"), settled_by=literal(forgetting.WHO))
)
_DROP_KEYS = delete(case_keys).where(case_keys.c.case_id == bindparam("case"))
_NOTE = insert(audit)


class Forgetting:
    """Erases on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def held_of(self, contact: str) -> Receipt:
        """How much of each there is of a contact."""
        who = {"contact": contact}
        counts = self._connection.execute(_COUNTS, who).one()
        theirs = self._connection.execute(_MESSAGES, who)
        return Receipt(**counts._mapping, files=tuple(row.id for row in theirs if row.media))

    def forget_person(self, contact: str, at: datetime) -> Receipt:
        """Erase everything of a contact; nothing if there is none."""
        who = {"contact": contact}
        # The contact first: that waits for whoever holds it, so that what they add is among the rows that go.
        if self._connection.execute(_LOCK, who).first() is None:
            return Receipt()
        receipt = self.held_of(contact)
        self._leave_cases([row.id for row in self._connection.execute(_MESSAGES, who)], at)
        self._blank(self._connection.execute(_RAW, who).scalars().all())
        for statement in _ERASE:
            self._connection.execute(statement, who)
        self._connection.execute(_NOTE, row_of(forgetting.of_person(receipt, at)))
        return receipt

    def forget_until(self, message: Message, at: datetime) -> Receipt:
        """Erase what there was of a contact when they sent this; nothing if it is gone."""
        who = {"contact": message.contact}
        known = self._connection.execute(_LOCK, who).first()
        until = self._connection.execute(_NUMBER, {**who, "message": message.id}).scalar()
        if known is None or until is None:
            return Receipt()
        before = self.held_of(message.contact)
        then = {**who, "until": until, "received": message.received_at, "channel": message.channel, "at": at}
        self._leave_cases([row.id for row in self._connection.execute(_MESSAGES_UNTIL, then)], at)
        self._blank(self._connection.execute(_RAW_UNTIL, then).scalars().all())
        for statement in _ERASE_UNTIL:
            self._connection.execute(statement, then)
        receipt = forgetting.difference(before, self.held_of(message.contact))
        self._connection.execute(_NOTE, row_of(forgetting.of_person(receipt, at)))
        return receipt

    def forget_silent(self, contact: str, at: datetime) -> Receipt:
        """Erase a contact of whom no message is kept."""
        who = {"contact": contact}
        self._connection.execute(_LOCK, who)
        return Receipt() if self._connection.execute(_MESSAGES, who).first() else self.forget_person(contact, at)

    def forget_messages(self, erased: Sequence[Message], at: datetime) -> Receipt:
        """Erase the words of a message and of its edits."""
        asked = {"contact": erased[0].contact, "received": [each.received_at for each in erased]}
        raw = self._connection.execute(_RAW_RECEIVED, asked).scalars().all()
        ids = [each.id for each in erased]
        self._blank(raw)
        self._leave_cases(ids, at)
        self._connection.execute(_ERASE_WORDS, {"ids": ids, "at": at})
        self._connection.execute(_NOTE, row_of(forgetting.of_message(at)))
        return Receipt(messages=1, deliveries=len(raw), files=tuple(each.id for each in erased if each.media))

    def _blank(self, ids: Sequence[str]) -> None:
        for some in _batches(ids):
            self._connection.execute(_BLANK, {"ids": some})

    def _leave_cases(self, ids: Sequence[str], at: datetime) -> None:
        """The cases they were in show somebody else's words, or are closed."""
        left: dict[str, tuple[str, str]] = {}
        gone = set(ids)
        for some in _batches(ids):
            rows = self._connection.execute(_LEFT, {"ids": some}).all()
            left |= {row.id: (row.words_of, row.text) for row in rows}
            self._connection.execute(_LEAVE, {"ids": some})
        for case, (whose, text) in sorted(left.items()):
            shown = self._show_other_words(case, at) if whose in gone else text
            texts = self._connection.execute(_TEXTS, {"case": case}).scalars()
            self._connection.execute(_FIND, {"case": case, "known": words_of(shown, texts)})

    def _show_other_words(self, case: str, at: datetime) -> str:
        """What it shows now."""
        this = {"case": case}
        other = self._connection.execute(_OTHERS, this).first()
        whose, words = (other.id, other.text) if other and other.text else ("", "")
        self._connection.execute(_SHOW, {**this, "says": words, "whose": whose})
        if other is None:
            self._connection.execute(_DROP_KEYS, this)
            self._connection.execute(_CLOSE, {**this, "at": at})
        return words


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
