"""Shelves over SQL: subscriptions, feedback and the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, tuple_, union_all, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert as upsert

from periksa.model import Audit, Cadence, Consent, ConsentKind, Feedback, Subscriber, Subscription
from periksa.store.columns import Text
from periksa.store.schema import audit, consents, contacts, feedback, fields_of, row_of, subscriptions, windows
from periksa.store.schema_cases import case_aliases
from periksa.store.sql_people import SqlContacts, current_contact
from periksa.store.text import clean, scrub

_BATCH = 500
"""Subscribers in one statement."""

_SUBSCRIPTION = select(*fields_of(subscriptions, Subscription))
_OF = _SUBSCRIPTION.where(subscriptions.c.contact == current_contact("contact_id")).order_by(
    subscriptions.c.topic, subscriptions.c.channel
)
_NEW = upsert(subscriptions)
_SUBSCRIBE = _NEW.on_conflict_do_update(
    index_elements=[subscriptions.c.contact, subscriptions.c.channel, subscriptions.c.topic],
    set_={"cadence": _NEW.excluded.cadence, "since": _NEW.excluded.since},
)
_END = delete(subscriptions).where(
    *(subscriptions.c[name] == bindparam(name) for name in ("contact", "channel", "topic"))
)
_LOG = insert(consents)
_CONSENTS = (
    select(*fields_of(consents, Consent))
    .where(consents.c.contact == current_contact("contact_id"))
    .order_by(consents.c.number)
)
_SET_OPTED_OUT = update(contacts).where(contacts.c.id == bindparam("this")).values(opted_out_at=bindparam("since"))
_KEY = (subscriptions.c.contact, subscriptions.c.channel)
_SUBSCRIBERS = (
    select(*_KEY, contacts.c.language, windows.c.wrote_at)
    .distinct()
    .join_from(subscriptions, contacts, contacts.c.id == subscriptions.c.contact)
    .outerjoin(windows, (windows.c.contact == _KEY[0]) & (windows.c.channel == _KEY[1]))
    .where(contacts.c.opted_out_at.is_(None), contacts.c.blocked_at.is_(None), windows.c.gone_at.is_(None))
    .where(tuple_(*_KEY) > tuple_(bindparam("last_contact"), bindparam("last_channel")))
    .order_by(*_KEY)
    .limit(_BATCH)
)

_SAID = upsert(feedback)
_PUT = _SAID.on_conflict_do_update(
    index_elements=[feedback.c.reply],
    set_={name: _SAID.excluded[name] for name in ("contact", "helpful", "source", "at")},
)
_DROP = delete(feedback).where(feedback.c.reply == bindparam("this"))
_GET_FEEDBACK = select(*fields_of(feedback, Feedback)).where(feedback.c.reply == bindparam("this"))
_FEEDBACK_COUNTS = (
    select(feedback.c.helpful, func.count()).where(feedback.c.at >= bindparam("since")).group_by(feedback.c.helpful)
)
_ADD_ENTRY = insert(audit)
_ENTRIES = select(*fields_of(audit, Audit)).order_by(audit.c.number.desc()).limit(bindparam("most"))
# One list of names, not "this or one of those": PostgreSQL would read the whole audit for the latter.
_NAMES = union_all(
    select(bindparam("named", type_=Text)),
    select(case_aliases.c.id).where(case_aliases.c.case_id == bindparam("named")),
)
_ABOUT = _ENTRIES.where(audit.c.about.in_(_NAMES), audit.c.what.in_(bindparam("kinds", expanding=True)))


class SqlSubscriptions:
    """What people want to be sent."""

    def __init__(self, connection: Connection, contacts: SqlContacts) -> None:
        self._connection = connection
        self._contacts = contacts

    def subscribe(
        self, contact: str, channel: str, topic: str, cadence: Cadence, at: datetime, source: str
    ) -> Subscription:
        """The subscription as it is now."""
        contact = self._contacts.hold(contact)
        made = scrub(Subscription(contact, channel, topic, cadence, at))
        for before in self.of(contact):
            if replace(before, since=at) == made:
                return before
        self._connection.execute(_SUBSCRIBE, row_of(made))
        self._connection.execute(_SET_OPTED_OUT, {"this": contact, "since": None})
        self._log(Consent(contact, ConsentKind.SUBSCRIBED, at, source, topic, cadence))
        return made

    def unsubscribe(self, contact: str, at: datetime, source: str, topic: str = "") -> int:
        """How many ended."""
        self._contacts.hold(contact)
        ended = [each for each in self.of(contact) if not topic or each.topic == clean(topic)]
        for each in ended:
            self._connection.execute(_END, row_of(each))
            self._log(Consent(each.contact, ConsentKind.UNSUBSCRIBED, at, source, each.topic, each.cadence))
        return len(ended)

    def opt_out(self, contact: str, at: datetime, source: str) -> None:
        """Once."""
        self.unsubscribe(contact, at, source)
        known = self._contacts.get(contact)
        if known and not known.opted_out_at:
            self._connection.execute(_SET_OPTED_OUT, {"this": known.id, "since": at})
            self._log(Consent(known.id, ConsentKind.OPTED_OUT, at, source))

    def of(self, contact: str) -> list[Subscription]:
        """By topic and channel."""
        return [Subscription(*row) for row in self._connection.execute(_OF, {"contact_id": contact})]

    def subscribers(self, topic: str = "", cadence: Cadence | None = None) -> Iterator[Subscriber]:
        """Each once, fetched in batches while the caller walks on."""
        asked = _asked(topic, cadence)
        last = {"last_contact": "", "last_channel": ""}
        while rows := self._connection.execute(asked, last).all():
            for row in rows:
                yield Subscriber(*row)
            last = {"last_contact": rows[-1].contact, "last_channel": rows[-1].channel}

    def consents(self, contact: str) -> list[Consent]:
        """Oldest first."""
        return [Consent(*row) for row in self._connection.execute(_CONSENTS, {"contact_id": contact})]

    def _log(self, consent: Consent) -> None:
        self._connection.execute(_LOG, row_of(consent))


class SqlFeedback:
    """Whether replies helped."""

    def __init__(self, connection: Connection, contacts: SqlContacts) -> None:
        self._connection = connection
        self._contacts = contacts

    def put(self, feedback: Feedback) -> None:
        """The last word counts."""
        self._connection.execute(_PUT, {**row_of(feedback), "contact": self._contacts.hold(feedback.contact)})

    def drop(self, reply: str) -> bool:
        """Whether there was any."""
        return self._connection.execute(_DROP, {"this": reply}).rowcount == 1

    def get(self, reply: str) -> Feedback | None:
        """The last word."""
        row = self._connection.execute(_GET_FEEDBACK, {"this": reply}).first()
        return None if row is None else Feedback(*row)

    def counts(self, since: datetime) -> tuple[int, int]:
        """Helped, and did not."""
        counts: dict[bool, int] = dict(self._connection.execute(_FEEDBACK_COUNTS, {"since": since}).all())
        return counts.get(True, 0), counts.get(False, 0)


class SqlAudit:
    """What was done to what we keep."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: Audit) -> None:
        """One more."""
        self._connection.execute(_ADD_ENTRY, row_of(entry))

    def about(self, case: str, what: Collection[str], limit: int = 100) -> list[Audit]:
        """Latest first."""
        wanted = {"named": case, "kinds": list(what), "most": limit}
        return [Audit(*row) for row in self._connection.execute(_ABOUT, wanted)]

    def list(self, limit: int = 100) -> list[Audit]:
        """Latest first."""
        return [Audit(*row) for row in self._connection.execute(_ENTRIES, {"most": limit})]


def _asked(topic: str, cadence: Cadence | None) -> Select[str, str, str, datetime | None]:
    asked = _SUBSCRIBERS
    if topic:
        asked = asked.where(subscriptions.c.topic == topic)
    return asked if cadence is None else asked.where(subscriptions.c.cadence == cadence)
