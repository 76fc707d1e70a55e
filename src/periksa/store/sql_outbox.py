"""The outbox over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, null, select, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert as upsert

from periksa.model import STATUS_RANK, Outgoing, Settled, Status, StatusKind
from periksa.store.columns import among
from periksa.store.schema import HELD, OF_ARTICLE, OF_CAMPAIGN, fields_of, outbox, positions, row_of
from periksa.store.sealing import Sealing
from periksa.store.sql_people import SqlContacts, current_contact
from periksa.store.text import clean

_SEALED = positions(Outgoing, "platform_id", "refers_to")
_OUTGOING = select(*fields_of(outbox, Outgoing))
_ADD_ALL = upsert(outbox).on_conflict_do_nothing().returning(outbox.c.id)
_GET = _OUTGOING.where(outbox.c.id == bindparam("id"))
_MARKED = outbox.c.mark == bindparam("given")
_LATER_FIRST = outbox.c.sequence.desc()
_FIND = _OUTGOING.where(_MARKED).order_by(_LATER_FIRST).limit(1)
_THIS = outbox.c.id == bindparam("this")
_AMONG = among(outbox.c.id, "ids")
_GET_ALL = _OUTGOING.where(_AMONG)
_BEGIN = update(outbox).where(_AMONG).values(attempts=outbox.c.attempts + 1, attempted_at=bindparam("at"))
_UNBEGIN = (
    update(outbox).where(_THIS, outbox.c.attempts > 0).values(attempts=outbox.c.attempts - 1, attempted_at=null())
)
_CHANNELS = select(outbox.c.id, outbox.c.channel).where(_AMONG)
_SENT = (
    update(outbox).where(_THIS).values(mark=bindparam("given"), platform_id=bindparam("given_id"), attempted_at=null())
)
_SETTLES = ("status", "code", "mark", "platform_id", "attempted_at")
_SETTLE = update(outbox).where(_THIS).values({name: bindparam(f"new_{name}") for name in _SETTLES})
_SETTLED = select(*(outbox.c[name] for name in ("id", "contact", "channel", *_SETTLES))).with_for_update()
_BY_IDS = _SETTLED.where(_AMONG).order_by(outbox.c.id)
_BY_MARK = _SETTLED.where(outbox.c.channel == bindparam("channel"), _MARKED).order_by(_LATER_FIRST).limit(1)
_OF = _OUTGOING.where(outbox.c.contact == current_contact("contact_id")).limit(bindparam("most"))
_LATEST = _OF.order_by(_LATER_FIRST)
_LATER = _OF.where(outbox.c.sequence > bindparam("after")).order_by(outbox.c.sequence)
_TOLD = (
    _OUTGOING.where(OF_ARTICLE, outbox.c.article == bindparam("name"), outbox.c.sequence > bindparam("after"))
    .order_by(outbox.c.sequence)
    .limit(bindparam("most"))
)
_LAST_TOLD = _OUTGOING.where(
    outbox.c.sequence.in_(
        select(func.max(outbox.c.sequence)).where(OF_ARTICLE, among(outbox.c.article, "ids")).group_by(outbox.c.article)
    )
)
_HOLD = update(outbox).where(_THIS).values(held_at=bindparam("at"))
_THEIR_HELD = (
    select(outbox.c.sequence, outbox.c.contact, outbox.c.id)
    .where(HELD, among(outbox.c.contact, "contacts"), outbox.c.channel == bindparam("channel_name"))
    .with_for_update()
)
_RESUME = update(outbox).where(_AMONG).values(held_at=null())
_HELD = select(outbox.c.channel, func.count()).where(HELD).group_by(outbox.c.channel)
_OURS = outbox.c.campaign == bindparam("name")
_STOP = delete(outbox).where(
    OF_CAMPAIGN, _OURS, outbox.c.attempts == 0, outbox.c.mark.is_(None), outbox.c.status.is_(None)
)
_ACCEPTED = outbox.c.mark.is_not(None)
_COUNTS = (
    select(outbox.c.status, _ACCEPTED, func.count()).where(OF_CAMPAIGN, _OURS).group_by(outbox.c.status, _ACCEPTED)
)


class SqlOutbox:
    """Replies on their way out and what became of them."""

    def __init__(self, connection: Connection, sealing: Sealing, contacts: SqlContacts) -> None:
        self._connection = connection
        self._sealing = sealing
        self._contacts = contacts

    def add(self, outgoing: Outgoing) -> bool:
        """Keep it, unless this shift ran before."""
        return bool(self.add_all([outgoing]))

    def add_all(self, replies: Sequence[Outgoing]) -> set[str]:
        """The ids of the new ones."""
        self._contacts.hold_all({reply.contact for reply in replies})
        rows = [self._row(reply) for reply in replies]
        return set(self._connection.execute(_ADD_ALL, rows).scalars()) if rows else set()

    def get(self, id: str) -> Outgoing | None:
        """The reply with this id."""
        return self._read(self._connection.execute(_GET, {"id": id}).first())

    def get_all(self, ids: Collection[str]) -> dict[str, Outgoing]:
        """Those that exist."""
        found = self._connection.execute(_GET_ALL, {"ids": list(ids)}) if ids else ()
        return {reply.id: reply for reply in map(self._opened, found)}

    def begin(self, id: str, at: datetime) -> None:
        """In doubt from now on."""
        self.begin_all([id], at)

    def begin_all(self, ids: Collection[str], at: datetime) -> None:
        """In doubt from now on."""
        if ids:
            self._connection.execute(_BEGIN, {"ids": list(ids), "at": at})

    def unbegin(self, id: str) -> None:
        """It was never sent."""
        self._connection.execute(_UNBEGIN, {"this": id})

    def sent(self, id: str, platform_id: str) -> None:
        """It was accepted."""
        self.sent_all({id: platform_id})

    def sent_all(self, accepted: Mapping[str, str]) -> None:
        """They were accepted."""
        channels = self._connection.execute(_CHANNELS, {"ids": list(accepted)}).all() if accepted else ()
        rows = [{"this": id, **self._given(channel, accepted[id])} for id, channel in channels]
        if rows:
            self._connection.execute(_SENT, rows)

    def settle(self, status: Status) -> Settled | None:
        """Whose reply it was about, and whether it moved forward."""
        return self.settle_all([status])[0]

    def settle_all(self, statuses: Sequence[Status]) -> list[Settled | None]:
        """Read what they may mean, apply them one after the other, write what came of it."""
        known = self._by_ids(statuses)
        now: dict[str, dict[str, Any]] = {}
        settled = [self._settle(status, known, now) for status in statuses]
        self._write(now)
        return settled

    def _write(self, now: Mapping[str, Mapping[str, Any]]) -> None:
        if now:
            self._connection.execute(_SETTLE, [{"this": id, **row} for id, row in now.items()])

    def _settle(self, status: Status, known: Mapping[str, Row[Any]], now: dict[str, dict[str, Any]]) -> Settled | None:
        """`now`: the rows that have changed, as they are to be."""
        reply = self._by_id(status, known)
        if reply is None:
            self._write(now)  # a status before this one may have given the reply its mark
            reply = self._by_mark(status)
        if reply is None:
            return None
        row = now.get(reply.id) or {f"new_{name}": reply._mapping[name] for name in _SETTLES}
        before = row["new_status"], row["new_mark"], row["new_attempted_at"]
        forward = STATUS_RANK[status.kind] > (STATUS_RANK[before[0]] if before[0] else 0)
        changes: dict[str, Any] = {"new_status": status.kind, "new_code": status.code} if forward else {}
        given = self._mark(status.channel, status.platform_id)
        if given not in (None, before[1]):
            changes |= {"new_mark": given, "new_platform_id": self._sealing.seal(clean(status.platform_id))}
        if before[2]:
            changes["new_attempted_at"] = None
        if changes:
            now[reply.id] = row | changes
        return Settled(reply.id, reply.contact, forward, doubted=before[2] is not None)

    def find(self, channel: str, platform_id: str) -> Outgoing | None:
        """The later, where a platform gave an id twice."""
        given = self._mark(channel, platform_id)
        return self._read(self._connection.execute(_FIND, {"given": given}).first()) if given else None

    def of(self, contact: str, after: int = 0, limit: int = 50) -> list[Outgoing]:
        """Oldest first."""
        asked = {"contact_id": contact, "most": limit}
        if after:
            return [self._opened(row) for row in self._connection.execute(_LATER, {**asked, "after": after})]
        return [self._opened(row) for row in self._connection.execute(_LATEST, asked)][::-1]

    def told(self, article: str, after: int = 0, limit: int = 100) -> list[Outgoing]:
        """Oldest first."""
        asked = {"name": article, "after": after, "most": limit}
        return [self._opened(row) for row in self._connection.execute(_TOLD, asked)]

    def told_last(self, articles: Collection[str]) -> dict[str, Outgoing]:
        """By article."""
        rows = self._connection.execute(_LAST_TOLD, {"ids": list(articles)}) if articles else ()
        return {reply.article: reply for reply in map(self._opened, rows)}

    def hold(self, id: str, at: datetime) -> None:
        """It waits for the person."""
        self._connection.execute(_HOLD, {"this": id, "at": at})

    def resume(self, contacts: Collection[str], channel: str) -> dict[str, list[str]]:
        """They wrote: it waits no more."""
        self._contacts.hold_all(contacts)
        asked = {"contacts": [self._contacts.hold(contact) for contact in contacts], "channel_name": channel}
        theirs: dict[str, list[str]] = {}
        for _, contact, id in sorted(self._connection.execute(_THEIR_HELD, asked).all() if contacts else ()):
            theirs.setdefault(contact, []).append(id)
        if theirs:
            self._connection.execute(_RESUME, {"ids": [id for held in theirs.values() for id in held]})
        return theirs

    def held(self) -> dict[str, int]:
        """How many by channel."""
        return dict(self._connection.execute(_HELD).all())

    def stop(self, campaign: str) -> int:
        """How many will not be sent."""
        return self._connection.execute(_STOP, {"name": campaign}).rowcount

    def counts(self, campaign: str) -> dict[StatusKind | None, int]:
        """How far they have come; accepted counts as sent."""
        counts: dict[StatusKind | None, int] = {}
        for status, accepted, count in self._connection.execute(_COUNTS, {"name": campaign}):
            come = status or (StatusKind.SENT if accepted else None)
            counts[come] = counts.get(come, 0) + count
        return counts

    def _row(self, outgoing: Outgoing) -> dict[str, Any]:
        row = {
            **row_of(outgoing),
            "contact": self._contacts.hold(outgoing.contact),
            "refers_to": self._sealing.seal(clean(outgoing.refers_to)),
            "platform_id": self._sealing.seal(clean(outgoing.platform_id)),
            "mark": self._mark(outgoing.channel, outgoing.platform_id),
        }
        del row["sequence"]
        return row

    def _by_ids(self, statuses: Sequence[Status]) -> dict[str, Row[Any]]:
        ids = list(dict.fromkeys(clean(status.reply_id) for status in statuses if status.reply_id))
        found = self._connection.execute(_BY_IDS, {"ids": ids}) if ids else ()
        return {row.id: row for row in found}

    def _by_id(self, status: Status, known: Mapping[str, Row[Any]]) -> Row[Any] | None:
        reply = known.get(clean(status.reply_id))
        return reply if reply is not None and reply.channel == clean(status.channel) else None

    def _by_mark(self, status: Status) -> Row[Any] | None:
        if not status.platform_id:
            return None
        given = self._mark(status.channel, status.platform_id)
        return self._connection.execute(_BY_MARK, {"channel": status.channel, "given": given}).first()

    def _given(self, channel: str, platform_id: str) -> dict[str, bytes | None]:
        return {"given": self._mark(channel, platform_id), "given_id": self._sealing.seal(clean(platform_id))}

    def _mark(self, channel: str, platform_id: str) -> bytes | None:
        return self._sealing.mark("reply", clean(channel), clean(platform_id)) if platform_id else None

    def _read(self, row: Row[Any] | None) -> Outgoing | None:
        return None if row is None else self._opened(row)

    def _opened(self, row: Row[Any]) -> Outgoing:
        values = list(row)
        for position in _SEALED:
            values[position] = self._sealing.read(values[position])
        return Outgoing(*values)
