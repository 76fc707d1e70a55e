"""The shelves behind what editors say over SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy import case as case_when

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import (
    WITH_FILE,
    Attached,
    CaseState,
    Draft,
    Hearers,
    JobKind,
    JobState,
    Phrasing,
    Progress,
    Purpose,
    Telling,
    Waiting,
)
from periksa.store.columns import among
from periksa.store.schema import (
    OF_ARTICLE,
    OF_CAMPAIGN,
    contacts,
    fields_of,
    insert_new,
    jobs,
    messages,
    outbox,
    row_of,
    windows,
)
from periksa.store.schema_cases import case_aliases, case_messages, cases
from periksa.store.schema_tellings import drafts, tellings
from periksa.store.sql_cases import _ASKERS, _REACHABLE, SqlCases
from periksa.store.tellings import come
from periksa.store.text import clean

_ALIAS = select(case_aliases.c.case_id).where(case_aliases.c.id == bindparam("named"))
_HOLD = select(cases.c.id).where(cases.c.id == bindparam("this")).with_for_update()
_TELLING = select(*fields_of(tellings, Telling)).where(tellings.c.case == bindparam("this"))
_INSERT = insert(tellings)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[tellings.c.case],
    set_={name: column for name, column in _INSERT.excluded.items() if name != "case"},
)

_OURS = and_(OF_CAMPAIGN, outbox.c.campaign == bindparam("campaign_name"))
_NEVER_BEGUN = (
    select(outbox.c.id, outbox.c.contact)
    .where(_OURS, outbox.c.attempts == 0, outbox.c.mark.is_(None), outbox.c.status.is_(None))
    .with_for_update()
)
_ERASE = delete(outbox).where(among(outbox.c.id, "ids"))
_MEMBERS = update(case_messages).where(case_messages.c.case_id == bindparam("this")).values(told_at=None)
_WAIT_AGAIN = _MEMBERS.where(
    case_messages.c.message.in_(select(messages.c.id).where(among(messages.c.contact, "contact_ids"))),
)
_RENEW = update(cases).where(cases.c.id == bindparam("this"), cases.c.state != CaseState.OPEN)

_LATEST = select(func.max(outbox.c.sequence)).where(_OURS).group_by(outbox.c.contact)
# Not correlated: jobs have no index by key, and would be walked through for each reply.
_DEAD = outbox.c.id.in_(select(jobs.c.key).where(jobs.c.kind == JobKind.SEND, jobs.c.state == JobState.DEAD))
_COME = (
    outbox.c.status,
    outbox.c.mark.is_not(None).label("accepted"),
    outbox.c.held_at.is_not(None).label("held"),
    _DEAD.label("dead"),
)
_PROGRESS = select(*_COME).where(outbox.c.sequence.in_(_LATEST))

_ASKED = and_(case_messages.c.case_id == bindparam("this"), messages.c.id == case_messages.c.message)
_TIMES = func.count()
_PHRASINGS = (
    select(
        messages.c.text,
        messages.c.kind,
        _TIMES,
        func.count().filter(messages.c.forwarded),
        func.count().filter(messages.c.frequently_forwarded),
    )
    .join_from(case_messages, messages, _ASKED)
    .group_by(messages.c.text, messages.c.kind)
    .order_by(_TIMES.desc(), func.min(messages.c.number))
    .limit(bindparam("most"))
)
_FILES = (
    select(messages.c.id, messages.c.kind, messages.c.received_at, messages.c.media)
    .join_from(case_messages, messages, _ASKED)
    .where(messages.c.kind.in_(WITH_FILE))
    .order_by(messages.c.number.desc())
    .limit(bindparam("most"))
)
_EVERYONE = (
    select(func.min(messages.c.number).label("first"), func.max(messages.c.number).label("last"))
    .join_from(case_messages, messages, _ASKED)
    .where(_REACHABLE)
    .group_by(messages.c.contact)
    .subquery()
)
_LANGUAGE = func.coalesce(contacts.c.language, "")
_ALL = (
    select(messages.c.contact, messages.c.channel, _LANGUAGE, messages.c.id, messages.c.received_at)
    .join_from(_EVERYONE, messages, messages.c.number == _EVERYONE.c.last)
    .outerjoin(contacts, contacts.c.id == messages.c.contact)
    .order_by(_EVERYONE.c.first)
    .limit(bindparam("most"))
)
_HEARERS = [
    select(messages.c.channel, _LANGUAGE.label("language"))
    .join_from(askers, messages, messages.c.number == askers.c.last)
    .outerjoin(contacts, contacts.c.id == messages.c.contact)
    .outerjoin(windows, and_(windows.c.contact == messages.c.contact, windows.c.channel == messages.c.channel))
    for askers in (_ASKERS, _EVERYONE)
]
"""Of those who wait, and of everyone."""
_COUNT_TOLD = select(func.count(outbox.c.contact.distinct())).where(
    OF_ARTICLE,
    outbox.c.article == bindparam("article_id"),
)
_ASKED_SINCE = (
    select(messages.c.id, messages.c.text)
    .join_from(outbox, messages, messages.c.id == outbox.c.message)
    .outerjoin(case_messages, case_messages.c.message == messages.c.id)
    .where(
        OF_ARTICLE,
        outbox.c.article == bindparam("article_id"),
        outbox.c.purpose == Purpose.ANSWER,
        outbox.c.created_at >= bindparam("since"),
        case_messages.c.message.is_(None),
    )
    .order_by(outbox.c.sequence)
    .limit(bindparam("most"))
)
_ADOPT = insert_new(case_messages)

_DRAFTED = insert(drafts)
_KEEP = _DRAFTED.on_conflict_do_update(
    index_elements=[drafts.c.id],
    set_={name: column for name, column in _DRAFTED.excluded.items() if name != "id"},
)
_DRAFTS = select(*fields_of(drafts, Draft)).order_by(drafts.c.changed_at.desc(), drafts.c.id)
_DRAFT = _DRAFTS.where(drafts.c.id == bindparam("this"))
_HELD_DRAFT = _DRAFT.with_for_update()
_DRAFTS_OF = _DRAFTS.where(
    or_(
        drafts.c.case == bindparam("this"),
        drafts.c.case.in_(select(case_aliases.c.id).where(case_aliases.c.case_id == bindparam("this"))),
    ),
)
_LIST = _DRAFTS.limit(bindparam("most"))


class SqlTellings:
    """How those who asked are told."""

    def __init__(self, connection: Connection, cases: SqlCases) -> None:
        self._connection = connection
        self._cases = cases

    def of(self, case: str) -> Telling:
        """By its present id."""
        id = self._current(case)
        row = self._connection.execute(_TELLING, {"this": id}).first()
        return Telling(id) if row is None else Telling(*row)

    def hold(self, case: str) -> Telling:
        """The row of the case is ours: a telling may have none of its own."""
        self._connection.execute(_HOLD, {"this": self._current(case)}).first()
        return self.of(case)

    def put(self, telling: Telling) -> None:
        """Insert or replace."""
        self._connection.execute(_PUT, row_of(telling))

    def recall(self, telling: Telling) -> int:
        """How many."""
        never = self._connection.execute(_NEVER_BEGUN, {"campaign_name": telling.campaign}).all()
        if never:
            self._connection.execute(_ERASE, {"ids": [row.id for row in never]})
            asked = {"this": telling.case, "contact_ids": sorted({row.contact for row in never})}
            self._connection.execute(_WAIT_AGAIN, asked)
        return len(never)

    def renew(self, case: str, state: CaseState, articles: Sequence[str], by: str, at: datetime) -> bool:
        """It was settled until now, and is so again."""
        id = self._current(case)
        changes = {"state": state, "articles": tuple(articles), "settled_by": by, "settled_at": at}
        if not self._connection.execute(_RENEW.values(changes), {"this": id}).rowcount:
            return False
        self.untold(id)
        return True

    def untold(self, case: str) -> None:
        """All of its messages."""
        self._connection.execute(_MEMBERS, {"this": self._current(case)})

    def progress(self, telling: Telling) -> Progress:
        """By the latest reply to each."""
        rows = self._connection.execute(_PROGRESS, {"campaign_name": telling.campaign})
        counts = Counter(
            come(row.status, accepted=bool(row.accepted), held=bool(row.held), dead=bool(row.dead)) for row in rows
        )
        return Progress(self._cases.count_waiting(telling.case), **counts)

    def everyone(self, case: str, limit: int = 100) -> list[Waiting]:
        """Whoever asked first first."""
        rows = self._connection.execute(_ALL, {"this": self._current(case), "most": limit})
        return [Waiting(*row[:4], "", row[4]) for row in rows]

    def hearers(self, case: str, closed: Mapping[str, datetime], *, told: bool = False) -> list[Hearers]:
        """Most first."""
        wrote_at = func.coalesce(windows.c.wrote_at, messages.c.received_at)
        late = or_(false(), *(and_(messages.c.channel == name, wrote_at < at) for name, at in sorted(closed.items())))
        each = _HEARERS[told].add_columns(case_when((late, 1), else_=0).label("late")).subquery()
        which = (each.c.channel, each.c.language, each.c.late)
        asked = {"this" if told else "named": self._current(case)}
        rows = self._connection.execute(select(*which, func.count()).group_by(*which), asked)
        found = [Hearers(channel, language, bool(is_late), people) for channel, language, is_late, people in rows]
        return sorted(found, key=lambda each: (-each.people, each.channel, each.language, each.late))

    def phrasings(self, case: str, limit: int = 100) -> list[Phrasing]:
        """Most often first."""
        rows = self._connection.execute(_PHRASINGS, {"this": self._current(case), "most": limit})
        return [Phrasing(*row) for row in rows]

    def files(self, case: str, limit: int = 100) -> list[Attached]:
        """Latest first."""
        rows = self._connection.execute(_FILES, {"this": self._current(case), "most": limit})
        return [Attached(*row) for row in rows]

    def count_told(self, article: str) -> int:
        """Each person once."""
        return int(self._connection.execute(_COUNT_TOLD, {"article_id": article}).scalar_one())

    def asked_since(self, article: str, since: datetime, limit: int) -> list[tuple[str, str]]:
        """Oldest first."""
        rows = self._connection.execute(_ASKED_SINCE, {"article_id": article, "since": since, "most": limit})
        return list({row.id: row.text for row in rows}.items())

    def adopt(self, case: str, messages: Collection[str]) -> None:
        """Those that stand in none."""
        id = self._current(case)
        if messages:
            self._connection.execute(_ADOPT, [{"message": each, "case_id": id} for each in messages])

    def _current(self, case: str) -> str:
        return str(self._connection.execute(_ALIAS, {"named": case}).scalar() or clean(case))


class SqlDrafts:
    """Answers of the newsroom's own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, draft: Draft) -> None:
        """Insert or replace."""
        self._connection.execute(_KEEP, row_of(draft))

    def get(self, id: str) -> Draft | None:
        """By its id."""
        row = self._connection.execute(_DRAFT, {"this": id}).first()
        return None if row is None else Draft(*row)

    def hold(self, id: str) -> Draft | None:
        """Its row is ours."""
        row = self._connection.execute(_HELD_DRAFT, {"this": id}).first()
        return None if row is None else Draft(*row)

    def of(self, case: str) -> list[Draft]:
        """Written last first."""
        return [Draft(*row) for row in self._connection.execute(_DRAFTS_OF, {"this": case})]

    def list(self, limit: int = 100) -> list[Draft]:
        """Written last first."""
        return [Draft(*row) for row in self._connection.execute(_LIST, {"most": limit})]
