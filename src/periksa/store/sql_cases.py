"""The shelf of cases over SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from periksa.model import Asked, Case, CaseOrder, CaseState, Standing, Waiting
from periksa.model.casework import exact, learned, opened
from periksa.store.columns import Text, among
from periksa.store.schema import BLOCKED, contacts, fields_of, messages, row_of
from periksa.store.schema_cases import OPEN, case_aliases, case_keys, case_messages, cases
from periksa.store.sealing import Sealing
from periksa.store.text import clean, scrub

_alias = select(case_aliases.c.case_id).where(case_aliases.c.id == bindparam("named")).scalar_subquery()
_CURRENT = func.coalesce(_alias, bindparam("named", type_=Text))
_TWICE = 4
"""Messages that are looked at to find one who waits."""
_THIS = cases.c.id == bindparam("this")
_KEYS: BindParameter[Sequence[str]] = bindparam("keys", expanding=True)

_CASE = select(*fields_of(cases, Case))
_GET = _CASE.where(cases.c.id == _CURRENT)
_OF = _CASE.join_from(cases, case_messages).where(case_messages.c.message == bindparam("message"))
_OLDEST = (cases.c.opened_at, cases.c.id)
_WHOLE = (*fields_of(cases, Case), *fields_of(cases, Standing), cases.c.words)
_WITH_KEY = (
    select(case_keys.c.key, *_WHOLE)
    .join_from(case_keys, cases)
    .where(case_keys.c.key.in_(_KEYS))
    .with_for_update(of=cases)
)
_MET = _WITH_KEY.where(OPEN, cases.c.state == CaseState.OPEN)
_SPAM = _WITH_KEY.where(cases.c.state == CaseState.SPAM).order_by(cases.c.opened_at, cases.c.id).limit(1)
_FIELDS = len(fields(Case))
_WITH_KEYS = _CASE.where(
    cases.c.id.in_(select(case_keys.c.case_id).where(case_keys.c.key.in_(_KEYS))),
    cases.c.state == bindparam("wanted"),
)
_ORDERS: dict[CaseOrder, Sequence[ColumnElement[Any]]] = {
    CaseOrder.ASKED: (cases.c.asked.desc(), *_OLDEST),
    CaseOrder.LATEST: (cases.c.asked_at.desc(), cases.c.id),
    CaseOrder.OLDEST: _OLDEST,
}
_LISTS = {
    order: _CASE.where(cases.c.state == bindparam("wanted")).order_by(*by).limit(bindparam("most"))
    for order, by in _ORDERS.items()
}
_ANSWERED_BY = _CASE.where(
    cases.c.state == CaseState.ANSWERED, cases.c.articles == bindparam("only", type_=cases.c.articles.type)
).order_by(*_OLDEST)
_COUNTS = select(cases.c.state, func.count()).where(cases.c.state != CaseState.MERGED).group_by(cases.c.state)

_OPEN = insert(cases)
_CHANGE = update(cases).where(_THIS)
_JOIN = insert(case_messages)
_LEARN = insert(case_keys)
_MOVE = [
    update(column.table).where(column == bindparam("loser")).values({column.name: bindparam("winner")})
    for column in (case_messages.c.case_id, case_keys.c.case_id, case_aliases.c.case_id)
]
_ALIAS = insert(case_aliases)
_DROP = delete(cases).where(_THIS)
_SETTLE = update(cases).where(cases.c.id == _CURRENT, cases.c.state == CaseState.OPEN)
_SHUT = update(case_keys).where(case_keys.c.case_id == _CURRENT).values(is_open=False)

_told_messages = messages.alias("told_messages")
_told = case_messages.alias("told")
_MEMBERS = case_messages.c.case_id == _CURRENT
# Not correlated: with thousands of messages in a case, asking for each of them would take seconds.
_TOLD_BEFORE = messages.c.contact.in_(
    select(_told_messages.c.contact)
    .join_from(_told, _told_messages, _told_messages.c.id == _told.c.message)
    .where(_told.c.case_id == _CURRENT, _told.c.told_at.is_not(None)),
)
# Nor this: few are blocked, and an index knows them.
_REACHABLE = messages.c.contact.not_in(select(contacts.c.id).where(BLOCKED))
_IN_IT = (_MEMBERS, _REACHABLE, ~_TOLD_BEFORE)
_ASKERS = (
    select(func.min(messages.c.number).label("first"), func.max(messages.c.number).label("last"))
    .join_from(case_messages, messages, messages.c.id == case_messages.c.message)
    .where(*_IN_IT)
    .group_by(messages.c.contact)
    .subquery()
)
_WHO_FIRST = (
    select(messages.c.contact)
    .join_from(case_messages, messages, messages.c.id == case_messages.c.message)
    .where(*_IN_IT)
    .order_by(messages.c.number)
    .limit(bindparam("enough"))
)
"""Without putting together what each of them asked, of whom there may be thousands."""
_FIRST_ASKERS = (
    select(_ASKERS.c.first, _ASKERS.c.last, func.count().over().label("people"))
    .order_by(_ASKERS.c.first)
    .limit(bindparam("most"))
    .subquery()
)
"""Only of these more is looked up."""
_WAITING_OF = select(
    messages.c.contact,
    messages.c.channel,
    func.coalesce(contacts.c.language, ""),
    messages.c.id,
    messages.c.platform_id,
    messages.c.received_at,
)
_WAITING = (
    _WAITING_OF.join_from(_FIRST_ASKERS, messages, messages.c.number == _FIRST_ASKERS.c.last)
    .outerjoin(contacts, contacts.c.id == messages.c.contact)
    .order_by(_FIRST_ASKERS.c.first)
)
# From people to the case, not from the case to people.
_IS_IN = select(case_messages.c.message).where(case_messages.c.message == messages.c.id, _MEMBERS).exists()
_SOME_ASKERS = (
    select(func.min(messages.c.number).label("first"), func.max(messages.c.number).label("last"))
    .where(among(messages.c.contact, "contact_ids"), _IS_IN)
    .group_by(messages.c.contact)
    .subquery()
)
_SOME_WAITING = (
    _WAITING_OF.join_from(_SOME_ASKERS, messages, messages.c.number == _SOME_ASKERS.c.last)
    .outerjoin(contacts, contacts.c.id == messages.c.contact)
    .order_by(_SOME_ASKERS.c.first)
)
_QUEUE: Select[Any] = _WAITING.add_columns(_FIRST_ASKERS.c.people)
_COUNT_WAITING = (
    select(func.count(messages.c.contact.distinct()))
    .join_from(case_messages, messages, messages.c.id == case_messages.c.message)
    .where(*_IN_IT)
)
_AMONG: BindParameter[Sequence[str]] = bindparam("contact_ids", expanding=True)
_merged = select(contacts.c.merged_into).where(contacts.c.id.in_(_AMONG), contacts.c.merged_into.is_not(None))
_TELL = (
    update(case_messages)
    .where(
        _MEMBERS,
        case_messages.c.told_at.is_(None),
        case_messages.c.message.in_(
            select(messages.c.id).where(or_(messages.c.contact.in_(_AMONG), messages.c.contact.in_(_merged))),
        ),
    )
    .values(told_at=bindparam("at"))
)


_UNKNOWN = Asked()


class _Known(NamedTuple):
    """A case that a message joins."""

    case: Case
    stands: Standing
    words: str

    @classmethod
    def of(cls, row: Sequence[Any]) -> _Known:
        return cls(Case(*row[:_FIELDS]), Standing(*row[_FIELDS:-1]), row[-1])


class SqlCases:
    """What editors must look at."""

    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def join(
        self,
        keys: Collection[str],
        text: str,
        message: str,
        at: datetime,
        new_id: str,
        asked: Asked = _UNKNOWN,
    ) -> Case:
        """The case the message is in now."""
        joined = self.of(message)
        if joined is not None:
            return joined
        wanted = set(map(clean, keys))
        met = self._connection.execute(_MET, {"keys": list(wanted)}).all()
        spam = [] if met else self._connection.execute(_SPAM, {"keys": exact(list(wanted))}).all()
        if met or spam:
            known = {row.id: _Known.of(row[1:]) for row in met or spam}
            case = self._ask_once_more(known.values(), text, asked, at)
        else:
            case = scrub(Case(new_id, text, at, asked_at=at))
            stands = {**row_of(scrub(opened(asked, at))), "words": learned("", text), "words_of": message}
            self._connection.execute(_OPEN, {**row_of(case), **stands})
        self._connection.execute(_JOIN, {"message": message, "case_id": case.id})
        unknown = wanted - {row.key for row in met} if not spam else ()
        if unknown:
            self._connection.execute(_LEARN, [{"key": key, "case_id": case.id, "is_open": True} for key in unknown])
        return case

    def get(self, id: str) -> Case | None:
        """The case, or what it became."""
        row = self._connection.execute(_GET, {"named": id}).first()
        return None if row is None else Case(*row)

    def of(self, message: str) -> Case | None:
        """Where it is now."""
        row = self._connection.execute(_OF, {"message": message}).first()
        return None if row is None else Case(*row)

    def find(self, keys: Collection[str], state: CaseState = CaseState.OPEN) -> list[Case]:
        """Open: the oldest first; settled: the latest."""
        by = _OLDEST if state is CaseState.OPEN else (cases.c.settled_at.desc(), cases.c.id)
        asked = {"keys": list(map(clean, keys)), "wanted": state}
        return [Case(*row) for row in self._connection.execute(_WITH_KEYS.order_by(*by), asked)]

    def answered_by(self, article: str) -> list[Case]:
        """Oldest first."""
        return [Case(*row) for row in self._connection.execute(_ANSWERED_BY, {"only": (article,)})]

    def counts(self) -> dict[CaseState, int]:
        """How many in each state."""
        return dict(self._connection.execute(_COUNTS).all())

    def answer(self, id: str, articles: Sequence[str], by: str, at: datetime) -> bool:
        """It was open until now."""
        return self._settle(id, CaseState.ANSWERED, tuple(articles), by, at)

    def close(self, id: str, by: str, at: datetime) -> bool:
        """It was open until now."""
        return self._settle(id, CaseState.CLOSED, (), by, at)

    def waiting(self, id: str, limit: int = 100) -> list[Waiting]:
        """Each person once: the first of them, if few of them asked twice, without looking at all."""
        enough = _TWICE * limit
        asked = self._connection.execute(_WHO_FIRST, {"named": id, "enough": enough}).scalars().all()
        first = list(dict.fromkeys(asked))
        if len(first) >= limit or len(asked) < enough:
            some = {"named": id, "contact_ids": first[:limit]}
            return list(map(self._waiting, self._connection.execute(_SOME_WAITING, some)))
        return list(map(self._waiting, self._connection.execute(_WAITING, {"named": id, "most": limit})))

    def queue(self, id: str, limit: int) -> tuple[list[Waiting], int]:
        """In one query."""
        rows = self._connection.execute(_QUEUE, {"named": id, "most": limit}).all()
        return list(map(self._waiting, rows)), rows[0][-1] if rows else 0

    def count_waiting(self, id: str) -> int:
        """Each person once."""
        return int(self._connection.execute(_COUNT_WAITING, {"named": id}).scalar_one())

    def told(self, id: str, contacts: Collection[str], at: datetime) -> None:
        """All they asked in it."""
        self._connection.execute(_TELL, {"named": id, "contact_ids": list(contacts), "at": at})

    def list(self, state: CaseState, limit: int = 100, order: CaseOrder = CaseOrder.ASKED) -> list[Case]:
        """In this order."""
        return [Case(*row) for row in self._connection.execute(_LISTS[order], {"wanted": state, "most": limit})]

    def _ask_once_more(self, met: Collection[_Known], text: str, asked: Asked, at: datetime) -> Case:
        """The oldest, with all that the others were, and one more."""
        oldest, *others = sorted(met, key=lambda known: (known.case.opened_at, known.case.id))
        stands, words = oldest.stands.joined(scrub(asked), at), learned(oldest.words, text)
        for other in others:
            self._swallow(other.case.id, oldest.case.id)
            stands, words = stands.together(other.stands), learned(words, other.case.text)
        case = replace(
            oldest.case,
            asked=sum(known.case.asked for known in met) + 1,
            asked_at=max(at, *(known.case.asked_at or known.case.opened_at for known in met)),
        )
        came = {name: getattr(stands, name) for name in ("forwarded", "channels", "languages", "pulse", "heat")}
        changes = {"asked": case.asked, "asked_at": case.asked_at, **came}
        changes |= {"words": words} if words != oldest.words else {}
        self._connection.execute(_CHANGE, {**changes, "this": case.id})
        return case

    def _swallow(self, loser: str, winner: str) -> None:
        for statement in _MOVE:
            self._connection.execute(statement, {"loser": loser, "winner": winner})
        self._connection.execute(_DROP, {"this": loser})
        self._connection.execute(_ALIAS, {"id": loser, "case_id": winner})

    def _waiting(self, row: Any) -> Waiting:
        contact, channel, language, message, platform_id, asked_at, *_ = row
        return Waiting(contact, channel, language, message, self._sealing.read(platform_id), asked_at)

    def _settle(self, id: str, state: CaseState, articles: tuple[str, ...], by: str, at: datetime) -> bool:
        changes = {"state": state, "articles": articles, "settled_by": by, "settled_at": at}
        if not self._connection.execute(_SETTLE.values(changes), {"named": id}).rowcount:
            return False
        self._connection.execute(_SHUT, {"named": id})
        return True
