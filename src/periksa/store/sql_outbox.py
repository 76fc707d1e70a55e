"""Shelves over SQL: the outbox, and cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, null, select, update

from periksa.model import STATUS_RANK, Case, Outgoing, Status, StatusKind
from periksa.store.schema import OPEN, case_messages, cases, fields_of, insert_new, outbox, row_of
from periksa.store.sql_people import SqlContacts, current_contact
from periksa.store.text import scrub

_OUTGOING = select(*fields_of(outbox, Outgoing))
_ADD = insert_new(outbox)
_GET = _OUTGOING.where(outbox.c.id == bindparam("id"))
_THIS = outbox.c.id == bindparam("this")
_BEGIN = update(outbox).where(_THIS).values(attempts=outbox.c.attempts + 1, attempted_at=bindparam("at"))
_UNBEGIN = (
    update(outbox).where(_THIS, outbox.c.attempts > 0).values(attempts=outbox.c.attempts - 1, attempted_at=null())
)
_SENT = update(outbox).where(_THIS).values(platform_id=bindparam("given"), attempted_at=null())
_SETTLE = (
    update(outbox)
    .where(_THIS)
    .values(platform_id=bindparam("given"), status=bindparam("moved_to"), attempted_at=null())
)
_SETTLED = (
    select(outbox.c.id, outbox.c.platform_id, outbox.c.status)
    .where(outbox.c.channel == bindparam("channel"))
    .with_for_update()
)
_BY_ID = _SETTLED.where(outbox.c.id == bindparam("reply_id"))
_BY_PLATFORM_ID = (
    _SETTLED.where(outbox.c.platform_id == bindparam("platform_id")).order_by(outbox.c.sequence.desc()).limit(1)
)
_OF = _OUTGOING.where(outbox.c.contact == current_contact("contact_id")).limit(bindparam("most"))
_LATEST = _OF.order_by(outbox.c.sequence.desc())
_LATER = _OF.where(outbox.c.sequence > bindparam("after")).order_by(outbox.c.sequence)

_CASE = select(*fields_of(cases, Case))
_GET_CASE = _CASE.where(cases.c.id == bindparam("id"))
_CASE_OF = _CASE.join(case_messages).where(case_messages.c.message == bindparam("message"))
_OPEN_CASES = _CASE.where(OPEN).order_by(cases.c.asked.desc(), cases.c.opened_at, cases.c.id).limit(bindparam("most"))
_OPEN_WITH = _CASE.where(cases.c.fingerprint == bindparam("fingerprint"), OPEN).with_for_update()
_ASK_ONCE_MORE = update(cases).where(cases.c.id == bindparam("this")).values(asked=cases.c.asked + 1)
_OPEN_CASE = insert(cases)
_JOIN_MESSAGE = insert(case_messages)


class SqlOutbox:
    """Replies on their way out and what became of them."""

    def __init__(self, connection: Connection, contacts: SqlContacts) -> None:
        self._connection = connection
        self._contacts = contacts

    def add(self, outgoing: Outgoing) -> bool:
        """Keep it, unless this shift ran before."""
        row = {**row_of(outgoing), "contact": self._contacts.hold(outgoing.contact)}
        del row["sequence"]
        return self._connection.execute(_ADD, row).rowcount == 1

    def get(self, id: str) -> Outgoing | None:
        """The reply with this id."""
        row = self._connection.execute(_GET, {"id": id}).first()
        return None if row is None else Outgoing(*row)

    def begin(self, id: str, at: datetime) -> None:
        """In doubt from now on."""
        self._connection.execute(_BEGIN, {"this": id, "at": at})

    def unbegin(self, id: str) -> None:
        """It was never sent."""
        self._connection.execute(_UNBEGIN, {"this": id})

    def sent(self, id: str, platform_id: str) -> None:
        """It was accepted."""
        self._connection.execute(_SENT, {"this": id, "given": platform_id})

    def settle(self, status: Status) -> bool:
        """Whether the status moved a reply forward."""
        reply = self._find(status)
        if reply is None:
            return False
        forward = STATUS_RANK[status.kind] > (STATUS_RANK[reply.status] if reply.status else 0)
        settled = {
            "this": reply.id,
            "given": status.platform_id or reply.platform_id,
            "moved_to": status.kind if forward else reply.status,
        }
        self._connection.execute(_SETTLE, settled)
        return forward

    def of(self, contact: str, after: int = 0, limit: int = 50) -> list[Outgoing]:
        """Oldest first."""
        asked = {"contact_id": contact, "most": limit}
        if after:
            return [Outgoing(*row) for row in self._connection.execute(_LATER, {**asked, "after": after})]
        return [Outgoing(*row) for row in self._connection.execute(_LATEST, asked)][::-1]

    def _find(self, status: Status) -> Row[str, str, StatusKind | None] | None:
        found = None
        if status.reply_id:
            found = self._connection.execute(_BY_ID, row_of(status)).first()
        if found is None and status.platform_id:
            found = self._connection.execute(_BY_PLATFORM_ID, row_of(status)).first()
        return found


class SqlCases:
    """What editors must look at."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def join(self, fingerprint: str, text: str, message: str, at: datetime, new_id: str) -> Case:
        """The case the message is in now."""
        joined = self._connection.execute(_CASE_OF, {"message": message}).first()
        if joined is not None:
            return Case(*joined)
        case = self._ask_once_more(fingerprint)
        if case is None:
            case = scrub(Case(id=new_id, fingerprint=fingerprint, text=text, opened_at=at))
            self._connection.execute(_OPEN_CASE, row_of(case))
        self._connection.execute(_JOIN_MESSAGE, {"message": message, "case_id": case.id})
        return case

    def get(self, id: str) -> Case | None:
        """The case with this id."""
        row = self._connection.execute(_GET_CASE, {"id": id}).first()
        return None if row is None else Case(*row)

    def open(self, limit: int = 100) -> list[Case]:
        """Open cases, most asked first."""
        return [Case(*row) for row in self._connection.execute(_OPEN_CASES, {"most": limit})]

    def _ask_once_more(self, fingerprint: str) -> Case | None:
        row = self._connection.execute(_OPEN_WITH, {"fingerprint": fingerprint}).first()
        if row is None:
            return None
        case = Case(*row)
        self._connection.execute(_ASK_ONCE_MORE, {"this": case.id})
        return replace(case, asked=case.asked + 1)
