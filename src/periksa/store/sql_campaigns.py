"""The shelf of broadcasts over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, false, func, literal, or_, select, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import Audience, Cadence, Campaign, Reached
from periksa.store.campaigns import listed, stand
from periksa.store.columns import Text, Time
from periksa.store.schema import OF_CAMPAIGN, contacts, fields_of, outbox, row_of, subscriptions, windows
from periksa.store.schema_campaigns import campaigns
from periksa.store.text import clean, scrub

_THIS = campaigns.c.id == bindparam("this")
_AT = bindparam("now", type_=Time)
_ADD = insert(campaigns).on_conflict_do_nothing().returning(campaigns.c.id)
_CAMPAIGNS = select(*fields_of(campaigns, Campaign))
_GET = _CAMPAIGNS.where(_THIS)
_HELD = _GET.with_for_update()
_BEGIN = update(campaigns).where(_THIS, campaigns.c.began_at.is_(None), campaigns.c.stopped_at.is_(None))
_END = update(campaigns).where(_THIS, campaigns.c.ended_at.is_(None)).values(ended_at=_AT)
_HALT = (
    update(campaigns)
    .where(_THIS, campaigns.c.stopped_at.is_(None))
    .values(stopped_at=_AT, stopped_by=bindparam("whose"))
)
_LATEST = _CAMPAIGNS.order_by(campaigns.c.made_at.desc(), campaigns.c.id.desc()).limit(bindparam("most"))
_ACCEPTED = outbox.c.mark.is_not(None)
_REACHED = (
    select(outbox.c.campaign, outbox.c.status, _ACCEPTED, func.count())
    .where(OF_CAMPAIGN, outbox.c.campaign.in_(bindparam("names", expanding=True)))
    .group_by(outbox.c.campaign, outbox.c.status, _ACCEPTED)
)
_MAY_BE_TOLD = (contacts.c.opted_out_at.is_(None), contacts.c.blocked_at.is_(None), windows.c.gone_at.is_(None))
_FOLLOWERS = (
    select(subscriptions.c.topic, subscriptions.c.cadence, func.count(subscriptions.c.contact.distinct()))
    .join_from(subscriptions, contacts, contacts.c.id == subscriptions.c.contact)
    .outerjoin(
        windows,
        (windows.c.contact == subscriptions.c.contact) & (windows.c.channel == subscriptions.c.channel),
    )
    .where(*_MAY_BE_TOLD)
    .group_by(subscriptions.c.topic, subscriptions.c.cadence)
)
_WHO = select(subscriptions.c.contact, subscriptions.c.channel).distinct()


class SqlCampaigns:
    """What the newsroom sends to many."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, campaign: Campaign) -> bool:
        """Whether it is new."""
        return self._connection.execute(_ADD, row_of(scrub(campaign))).first() is not None

    def get(self, id: str) -> Campaign | None:
        """The one with this id."""
        row = self._connection.execute(_GET, {"this": clean(id)}).first()
        return None if row is None else Campaign(*row)

    def hold(self, id: str) -> Campaign | None:
        """The row is ours."""
        row = self._connection.execute(_HELD, {"this": clean(id)}).first()
        return None if row is None else Campaign(*row)

    def begin(self, id: str, at: datetime) -> Campaign | None:
        """As it is now."""
        self._connection.execute(_BEGIN.values(began_at=_AT), {"this": clean(id), "now": at})
        return self.get(id)

    def end(self, id: str, at: datetime) -> None:
        """Handed out."""
        self._connection.execute(_END, {"this": clean(id), "now": at})

    def halt(self, id: str, by: str, at: datetime) -> bool:
        """Whether it was not stopped before."""
        return self._connection.execute(_HALT, {"this": clean(id), "whose": clean(by), "now": at}).rowcount == 1

    def latest(self, limit: int = 50) -> Sequence[Campaign]:
        """Made last first."""
        return [Campaign(*row) for row in self._connection.execute(_LATEST, {"most": limit})]

    def reached(self, ids: Collection[str]) -> Mapping[str, Reached]:
        """One query."""
        found = self._connection.execute(_REACHED, {"names": [clean(id) for id in ids]}) if ids else ()
        return stand(tuple(row) for row in found)

    def followers(self) -> Mapping[tuple[str, Cadence], int]:
        """One query."""
        return {(topic, cadence): count for topic, cadence, count in self._connection.execute(_FOLLOWERS)}

    def audience(self, topics: Collection[str], closed: Mapping[str, datetime], beginning: str) -> Sequence[Audience]:
        """One query."""
        who = (_WHO.where(subscriptions.c.topic.in_(sorted(topics))) if topics else _WHO).subquery()
        wrote_at = windows.c.wrote_at
        late = or_(
            false(), *((who.c.channel == name) & (wrote_at.is_(None) | (wrote_at <= at)) for name, at in closed.items())
        )
        each = (
            select(
                who.c.channel,
                contacts.c.language,
                case((late, 1), else_=0).label("late"),
                case((outbox.c.id.is_not(None), 1), else_=0).label("already"),
            )
            .join_from(who, contacts, contacts.c.id == who.c.contact)
            .outerjoin(windows, (windows.c.contact == who.c.contact) & (windows.c.channel == who.c.channel))
            .outerjoin(outbox, outbox.c.id == literal(clean(beginning), Text) + who.c.contact)
            .where(*_MAY_BE_TOLD)
            .subquery()
        )
        which = (each.c.channel, each.c.language, each.c.late, each.c.already)
        rows = self._connection.execute(select(*which, func.count()).group_by(*which))
        return listed(((channel, code, bool(late), bool(told)), count) for channel, code, late, told, count in rows)
