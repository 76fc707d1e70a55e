"""The outbox in memory, plainly written: what it does is what the other stores must do."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from periksa.model import STATUS_RANK, Outgoing, Settled, Status, StatusKind
from periksa.store.memory_people import MemoryContacts
from periksa.store.memory_tables import Tables, latest
from periksa.store.text import clean, scrub


class MemoryOutbox:
    """Replies on their way out and what became of them."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._rows = tables.outbox
        self._contacts = contacts
        self._sequence = itertools.count(1)

    def add(self, outgoing: Outgoing) -> bool:
        """Keep it, unless this shift ran before."""
        outgoing = scrub(outgoing)
        if outgoing.id in self._rows:
            return False
        contact = self._contacts.current(outgoing.contact)
        self._rows[outgoing.id] = replace(outgoing, contact=contact, sequence=next(self._sequence))
        return True

    def add_all(self, replies: Sequence[Outgoing]) -> set[str]:
        """The ids of the new ones."""
        return {clean(reply.id) for reply in replies if self.add(reply)}

    def get(self, id: str) -> Outgoing | None:
        """The reply with this id."""
        return self._rows.get(clean(id))

    def get_all(self, ids: Collection[str]) -> dict[str, Outgoing]:
        """Those that exist."""
        return {reply.id: reply for reply in map(self.get, ids) if reply}

    def begin(self, id: str, at: datetime) -> None:
        """In doubt from now on."""
        if reply := self.get(id):
            self._rows[reply.id] = replace(reply, attempts=reply.attempts + 1, attempted_at=at)

    def begin_all(self, ids: Collection[str], at: datetime) -> None:
        """In doubt from now on."""
        for id in dict.fromkeys(map(clean, ids)):
            self.begin(id, at)

    def unbegin(self, id: str) -> None:
        """It was never sent."""
        if (reply := self.get(id)) and reply.attempts:
            self._rows[reply.id] = replace(reply, attempts=reply.attempts - 1, attempted_at=None)

    def sent(self, id: str, platform_id: str) -> None:
        """It was accepted."""
        if reply := self.get(id):
            self._rows[reply.id] = replace(reply, platform_id=clean(platform_id), attempted_at=None)

    def sent_all(self, accepted: Mapping[str, str]) -> None:
        """They were accepted."""
        for id, platform_id in accepted.items():
            self.sent(id, platform_id)

    def settle_all(self, statuses: Sequence[Status]) -> list[Settled | None]:
        """One after the other."""
        return [self.settle(status) for status in statuses]

    def settle(self, status: Status) -> Settled | None:
        """Whose reply it was about, and whether it moved forward."""
        reply = self._meant(scrub(status))
        if reply is None:
            return None
        forward = STATUS_RANK[status.kind] > (STATUS_RANK[reply.status] if reply.status else 0)
        self._rows[reply.id] = replace(
            reply,
            platform_id=clean(status.platform_id) or reply.platform_id,
            status=status.kind if forward else reply.status,
            code=status.code if forward else reply.code,
            attempted_at=None,
        )
        return Settled(reply.id, reply.contact, forward, doubted=reply.attempted_at is not None)

    def find(self, channel: str, platform_id: str) -> Outgoing | None:
        """The later, where a platform gave an id twice."""
        given = clean(channel), clean(platform_id)
        matching = (reply for reply in self._rows.values() if (reply.channel, reply.platform_id) == given)
        return next(iter(latest(matching, 1)), None) if platform_id else None

    def of(self, contact: str, after: int = 0, limit: int = 50) -> list[Outgoing]:
        """Oldest first."""
        contact = self._contacts.current(contact)
        replies = (reply for reply in self._rows.values() if reply.contact == contact and reply.sequence > after)
        return list(itertools.islice(replies, limit)) if after else latest(replies, limit)

    def told(self, article: str, after: int = 0, limit: int = 100) -> list[Outgoing]:
        """Oldest first."""
        article = clean(article)
        replies = (each for each in self._rows.values() if article and each.article == article)
        return list(itertools.islice((each for each in replies if each.sequence > after), limit))

    def told_last(self, articles: Collection[str]) -> dict[str, Outgoing]:
        """By article."""
        wanted = set(map(clean, articles)) - {""}
        return {reply.article: reply for reply in self._rows.values() if reply.article in wanted}

    def hold(self, id: str, at: datetime) -> None:
        """It waits for the person."""
        if reply := self.get(id):
            self._rows[reply.id] = replace(reply, held_at=at)

    def resume(self, contacts: Collection[str], channel: str) -> dict[str, list[str]]:
        """They wrote: it waits no more."""
        whose = {(self._contacts.current(contact), clean(channel)) for contact in contacts}
        theirs: dict[str, list[str]] = {}
        for reply in [each for each in self._rows.values() if each.held_at and (each.contact, each.channel) in whose]:
            self._rows[reply.id] = replace(reply, held_at=None)
            theirs.setdefault(reply.contact, []).append(reply.id)
        return theirs

    def held(self) -> dict[str, int]:
        """How many by channel."""
        return dict(Counter(reply.channel for reply in self._rows.values() if reply.held_at))

    def stop(self, campaign: str) -> int:
        """How many will not be sent."""
        ours = [each for each in self._rows.values() if campaign and each.campaign == clean(campaign)]
        return self._rows.erase([each.id for each in ours if not (each.attempts or each.platform_id or each.status)])

    def counts(self, campaign: str) -> dict[StatusKind | None, int]:
        """How far they have come; accepted counts as sent."""
        ours = (each for each in self._rows.values() if campaign and each.campaign == clean(campaign))
        return dict(Counter(each.status or (StatusKind.SENT if each.platform_id else None) for each in ours))

    def _meant(self, status: Status) -> Outgoing | None:
        by_id = self._rows.get(status.reply_id)
        if by_id is not None and by_id.channel == status.channel:
            return by_id
        return self.find(status.channel, status.platform_id)
