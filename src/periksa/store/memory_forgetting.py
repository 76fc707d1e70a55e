"""Forgetting, in memory, plainly written: what it does is what the other stores must do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from periksa.model import CaseState, Contact, Message, MessageKind, Receipt
from periksa.store import forgetting
from periksa.store.memory_tables import Person, Table, Tables
from periksa.store.recounting import words_of


def held_of(tables: Tables, contact: str) -> Receipt:
    """How much of each there is of a contact."""
    theirs = _messages_of(tables, contact)
    return Receipt(
        messages=len(theirs),
        replies=sum(reply.contact == contact for reply in tables.outbox.values()),
        addresses=sum(owner == contact for owner in tables.addresses.values()),
        deliveries=sum(bool(tables.deliveries[id].raw) for id in _deliveries_of(tables, contact)),
        consents=sum(consent.contact == contact for consent in tables.consents.values()),
        feedback=sum(feedback.contact == contact for feedback in tables.feedback.values()),
        files=_with_files(theirs),
    )


def forget_person(tables: Tables, contact: str, at: datetime) -> Receipt:
    """Erase everything of a contact; nothing if there is none."""
    if contact not in tables.contacts:
        return Receipt()
    receipt = held_of(tables, contact)
    theirs = _messages_of(tables, contact)
    _leave_cases(tables, {message.id for message in theirs}, at)
    _blank(tables, _deliveries_of(tables, contact))
    tables.messages.erase([message.id for message in theirs])
    tables.message_ids.erase([(message.channel, message.platform_id) for message in theirs])
    tables.outcomes.erase([id for id in tables.outcomes if _is_of(tables, id, contact)])
    for rows in (tables.outbox, tables.consents, tables.feedback, tables.subscriptions):
        _erase_of(rows, contact)
    tables.concerned.erase([key for key in tables.concerned if key[1] == contact])
    tables.windows.erase([key for key in tables.windows if key[0] == contact])
    tables.addresses.erase([address for address, owner in tables.addresses.items() if owner == contact])
    _drop_jobs(tables, contact)
    merged = [id for id, person in tables.contacts.items() if contact in (id, person.merged_into)]
    tables.contacts.erase(merged)
    tables.audit.append(forgetting.of_person(receipt, at))
    return receipt


def forget_until(tables: Tables, message: Message, at: datetime) -> Receipt:
    """Erase what there was of a contact when they sent this; nothing if it is gone."""
    contact = message.contact
    if contact not in tables.contacts or message.id not in tables.messages:
        return Receipt()
    before, theirs = held_of(tables, contact), _messages_of(tables, contact)
    erased = theirs[: [each.id for each in theirs].index(message.id) + 1]
    raw = [id for id in _deliveries_of(tables, contact) if tables.deliveries[id].received_at <= message.received_at]
    _leave_cases(tables, {each.id for each in erased}, at)
    _blank(tables, raw)
    tables.messages.erase([each.id for each in erased])
    tables.message_ids.erase([(each.channel, each.platform_id) for each in erased])
    tables.outcomes.erase([id for id in tables.outcomes if _is_of(tables, id, contact)])
    for rows in (tables.outbox, tables.consents, tables.feedback, tables.subscriptions):
        _erase_of(rows, contact)
    tables.concerned.erase([(id, contact) for id in raw])
    elsewhere = [key for key in tables.windows if key[0] == contact and key[1] != message.channel]
    tables.windows.erase(elsewhere)
    reached = [address for address, owner in tables.addresses.items() if owner == contact]
    tables.addresses.erase([address for address in reached if address.channel != message.channel])
    _drop_jobs(tables, contact, {each.id for each in theirs[len(erased) :]})
    tables.contacts.erase([id for id, person in tables.contacts.items() if person.merged_into == contact])
    known = tables.contacts[contact].contact
    tables.contacts[contact] = Person(Contact(contact, at, blocked_at=known.blocked_at))
    receipt = forgetting.difference(before, held_of(tables, contact))
    tables.audit.append(forgetting.of_person(receipt, at))
    return receipt


def forget_message(tables: Tables, message: Message, at: datetime) -> Receipt:
    """Erase the words of a message and of its edits; nothing if that was done before."""
    if message.forgotten_at:
        return Receipt()
    erased = [message, *(each for each in _messages_of(tables, message.contact) if _edits(each, message))]
    received = {each.received_at for each in erased}
    raw = [id for id in _deliveries_of(tables, message.contact) if tables.deliveries[id].received_at in received]
    blanked = _blank(tables, raw)
    _leave_cases(tables, {each.id for each in erased}, at)
    for each in erased:
        tables.messages[each.id] = replace(each, text="", choice="", media=None, forgotten_at=at)
    tables.audit.append(forgetting.of_message(at))
    return Receipt(messages=1, deliveries=blanked, files=_with_files(erased))


def _erase_of(rows: Table[Any, Any], contact: str) -> None:
    rows.erase([key for key, row in rows.items() if row.contact == contact])


def _is_of(tables: Tables, reply: str, contact: str) -> bool:
    return reply in tables.outbox and tables.outbox[reply].contact == contact


def _edits(message: Message, original: Message) -> bool:
    refers = (message.channel, message.refers_to) == (original.channel, original.platform_id)
    return message.kind is MessageKind.EDIT and refers


def _messages_of(tables: Tables, contact: str) -> list[Message]:
    return [message for message in tables.messages.values() if message.contact == contact]


def _deliveries_of(tables: Tables, contact: str) -> list[str]:
    return [delivery for delivery, whose in tables.concerned if whose == contact and delivery in tables.deliveries]


def _with_files(messages: Collection[Message]) -> tuple[str, ...]:
    return tuple(message.id for message in messages if message.media)


def _blank(tables: Tables, deliveries: Collection[str]) -> int:
    """How many held anything."""
    full = [id for id in deliveries if tables.deliveries[id].raw]
    for id in full:
        tables.deliveries[id] = replace(tables.deliveries[id], raw=b"")
    return len(full)


def _drop_jobs(tables: Tables, contact: str, kept: Collection[str] = ()) -> None:
    theirs = [job for job in tables.jobs.values() if job.lane == contact and job.key not in kept]
    tables.ready.erase([(job.kind, job.key) for job in theirs if tables.ready.get((job.kind, job.key)) == job.id])
    tables.jobs.erase([job.id for job in theirs])


def _leave_cases(tables: Tables, messages: Collection[str], at: datetime) -> None:
    """The cases they were in show somebody else's words, or are closed."""
    left = {tables.members[id].case for id in messages if id in tables.members}
    left |= {case for case, message in tables.case_words.items() if message in messages}
    tables.members.erase([id for id in messages if id in tables.members])
    for case in left:
        if tables.case_words[case] in messages:
            _show_other_words(tables, case, at)
        texts = [each.text for each in tables.messages.values() if _is_in(tables, each.id, case) and each.text]
        tables.findable[case] = words_of(tables.cases[case].text, texts)


def _is_in(tables: Tables, message: str, case: str) -> bool:
    return message in tables.members and tables.members[message].case == case


def _show_other_words(tables: Tables, case: str, at: datetime) -> None:
    others = [id for id in tables.messages if id in tables.members and tables.members[id].case == case]
    first = next((id for id in others if tables.messages[id].text), "")
    text = tables.messages[first].text if first else ""
    tables.case_words[case] = first
    tables.cases[case] = replace(tables.cases[case], text=text)
    if not others:
        tables.case_keys.erase([key for key in tables.case_keys if key[1] == case])
        if tables.cases[case].state is CaseState.OPEN:
            closed = replace(tables.cases[case], state=CaseState.CLOSED, settled_at=at, settled_by=forgetting.WHO)
            tables.cases[case] = closed
