"""The shelf of broadcasts over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert

from periksa.model import Cadence, Campaign, Reached
from periksa.store.campaigns import stand
from periksa.store.columns import Time
from periksa.store.schema import OF_CAMPAIGN, contacts, fields_of, outbox, row_of, subscriptions, windows
from periksa.store.schema_campaigns import campaigns
from periksa.store.text import clean, scrub

_THIS = campaigns.c.id == bindparam("this")
_AT = bindparam("now", type_=Time)
_ADD = insert(campaigns).on_conflict_do_nothing().returning(campaigns.c.id)
_CAMPAIGNS = select(*fields_of(campaigns, Campaign))
_GET = _CAMPAIGNS.where(_THIS)
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
_FOLLOWERS = (
    select(subscriptions.c.topic, subscriptions.c.cadence, func.count(subscriptions.c.contact.distinct()))
    .join_from(subscriptions, contacts, contacts.c.id == subscriptions.c.contact)
    .outerjoin(
        windows,
        (windows.c.contact == subscriptions.c.contact) & (windows.c.channel == subscriptions.c.channel),
    )
    .where(contacts.c.opted_out_at.is_(None), contacts.c.blocked_at.is_(None), windows.c.gone_at.is_(None))
    .group_by(subscriptions.c.topic, subscriptions.c.cadence)
)


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
