"""Articles, subscriptions, feedback and audit in memory, plainly written: what they do the other stores must do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from periksa.model import (
    Article,
    Audit,
    Cadence,
    Consent,
    ConsentKind,
    Edition,
    Feedback,
    Place,
    Said,
    Sieve,
    Subscriber,
    Subscription,
    speaker_key,
)
from periksa.store.memory_people import MemoryContacts
from periksa.store.memory_tables import Person, Tables, Window
from periksa.store.text import clean, scrub


class MemoryArticles:
    """What publishers published."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.articles
        self._added = tables.articles_added
        self._changed = tables.articles_changed

    def put(self, articles: Sequence[Article], at: datetime) -> list[str]:
        """Insert or update; the ids of the new and the changed."""
        latest = {article.id: article for article in map(scrub, articles)}
        changed = [article for article in latest.values() if self._rows.get(article.id) != article]
        for article in changed:
            self._rows[article.id] = article
            self._added.setdefault(article.id, at)
            self._changed[article.id] = at
        return [article.id for article in changed]

    def get(self, ids: Sequence[str]) -> list[Article]:
        """Those that exist, in the order asked for."""
        return [self._rows[id] for id in map(clean, ids) if id in self._rows]

    def drop(self, ids: Sequence[str]) -> int:
        """How many were there."""
        there = {id for id in map(clean, ids) if id in self._rows}
        for id in there:
            del self._rows[id], self._added[id], self._changed[id]
        return len(there)

    def all(self) -> Iterator[Article]:
        """Every article by id."""
        return iter(sorted(self._rows.values(), key=lambda article: article.id))

    def count(self) -> int:
        """How many there are."""
        return len(self._rows)

    def newest(self, sieve: Sieve, limit: int, behind: Place | None = None) -> list[Edition]:
        """A page of them."""
        found = [each for each in self._rows.values() if _passes(sieve, each, each.date)]
        found.sort(key=lambda each: _turn(each.date, each.id), reverse=True)
        rest = (each for each in found if behind is None or _turn(each.date, each.id) < _turn(*behind[:2]))
        return [Edition(each, self._changed[each.id]) for each in islice(rest, limit)]

    def said(self, sieve: Sieve, limit: int, behind: Place | None = None, speakers: Collection[str] = ()) -> list[Said]:
        """A page of them."""
        every = (Said(one, each, at) for each in self._rows.values() for at, one in enumerate(each.statements))
        keyed = ((speaker_key(each.statement.speaker), each) for each in every)
        wanted = ((key, each) for key, each in keyed if key and (not speakers or key in speakers))
        found = [each for _, each in wanted if _passes(sieve, each.article, each.day)]
        found.sort(key=lambda each: _turn(each.day, each.article.id, each.number), reverse=True)
        rest = (
            each for each in found if behind is None or _turn(each.day, each.article.id, each.number) < _turn(*behind)
        )
        return list(islice(rest, limit))

    def speakers(self, beginnings: Collection[str]) -> set[str]:
        """Whose keys begin so."""
        keys = {speaker_key(one.speaker) for each in self._rows.values() for one in each.statements}
        return {key for key in keys if any(key.startswith(f"{clean(one)}-") for one in beginnings)}

    def editions(self, ids: Sequence[str]) -> list[Edition]:
        """As `get`."""
        return [Edition(each, self._changed[each.id]) for each in self.get(ids)]

    def outline(self, start: int, limit: int) -> list[tuple[str, datetime]]:
        """By id."""
        return sorted(self._changed.items())[start : start + limit]


def _turn(day: date | None, id: str, number: int = 0) -> tuple[bool, date, str, int]:
    """Where it stands among all, oldest first."""
    return day is not None, day or date.min, clean(id), number


def _passes(sieve: Sieve, article: Article, day: date | None) -> bool:
    return (
        sieve.kind in (None, article.kind)
        and clean(sieve.outlet) in ("", article.outlet)
        and clean(sieve.language) in ("", article.language)
        and (sieve.since is None or (day is not None and day >= sieve.since))
    )


class MemorySubscriptions:
    """What people want to be sent."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._tables = tables
        self._rows = tables.subscriptions
        self._contacts = contacts

    def subscribe(
        self, contact: str, channel: str, topic: str, cadence: Cadence, at: datetime, source: str
    ) -> Subscription:
        """The subscription as it is now."""
        contact = self._contacts.current(contact)
        key = contact, clean(channel), clean(topic)
        before = self._rows.get(key)
        if before and before.cadence is cadence:
            return before
        self._rows[key] = Subscription(*key, cadence, at)
        self._set_opted_out(contact, None)
        self._log(Consent(contact, ConsentKind.SUBSCRIBED, at, source, topic, cadence))
        return self._rows[key]

    def unsubscribe(self, contact: str, at: datetime, source: str, topic: str = "") -> int:
        """How many ended."""
        ended = [each for each in self.of(contact) if not topic or each.topic == clean(topic)]
        for each in ended:
            del self._rows[each.contact, each.channel, each.topic]
            self._log(Consent(each.contact, ConsentKind.UNSUBSCRIBED, at, source, each.topic, each.cadence))
        return len(ended)

    def opt_out(self, contact: str, at: datetime, source: str) -> None:
        """Once."""
        self.unsubscribe(contact, at, source)
        known = self._contacts.get(contact)
        if known and not known.opted_out_at:
            self._set_opted_out(known.id, at)
            self._log(Consent(known.id, ConsentKind.OPTED_OUT, at, source))

    def of(self, contact: str) -> list[Subscription]:
        """By topic and channel."""
        theirs = [each for each in self._rows.values() if each.contact == self._contacts.current(contact)]
        return sorted(theirs, key=lambda each: (each.topic, each.channel))

    def subscribers(self, topic: str = "", cadence: Cadence | None = None) -> Iterator[Subscriber]:
        """Each once."""
        rows = self._rows.values()
        asked = {
            (each.contact, each.channel)
            for each in rows
            if (not topic or each.topic == clean(topic)) and (cadence is None or each.cadence is cadence)
        }
        for contact, channel in sorted(asked):
            known = self._contacts.get(contact)
            window = self._tables.windows.get((contact, channel), Window())
            if known and not (known.opted_out_at or known.blocked_at or window.gone_at):
                yield Subscriber(contact, channel, known.language, window.wrote_at)

    def consents(self, contact: str) -> list[Consent]:
        """Oldest first."""
        contact = self._contacts.current(contact)
        return [each for each in self._tables.consents.values() if each.contact == contact]

    def _set_opted_out(self, contact: str, at: datetime | None) -> None:
        if known := self._contacts.get(contact):
            self._tables.contacts[known.id] = Person(replace(known, opted_out_at=at))

    def _log(self, consent: Consent) -> None:
        self._tables.consents.append(scrub(consent))


class MemoryFeedback:
    """Whether replies helped."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._rows = tables.feedback
        self._contacts = contacts

    def put(self, feedback: Feedback) -> None:
        """The last word counts."""
        contact = self._contacts.current(feedback.contact)
        feedback = replace(scrub(feedback), contact=contact)
        self._rows[feedback.reply] = feedback

    def drop(self, reply: str) -> bool:
        """Whether there was any."""
        return self._rows.pop(clean(reply), None) is not None

    def get(self, reply: str) -> Feedback | None:
        """The last word."""
        return self._rows.get(clean(reply))

    def counts(self, since: datetime) -> tuple[int, int]:
        """Helped, and did not."""
        helpful = Counter(each.helpful for each in self._rows.values() if each.at >= since)
        return helpful[True], helpful[False]


class MemoryAudit:
    """What was done to what we keep."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.audit
        self._tables = tables

    def add(self, entry: Audit) -> None:
        """One more."""
        self._rows.append(scrub(entry))

    def about(self, case: str, what: Collection[str], limit: int = 100) -> list[Audit]:
        """Latest first."""
        names = {case, *(alias for alias, current in self._tables.case_aliases.items() if current == case)}
        return [each for each in self.list(len(self._rows)) if each.about in names and each.what in what][:limit]

    def list(self, limit: int = 100) -> list[Audit]:
        """Latest first."""
        return list(self._rows.values())[::-1][:limit]
