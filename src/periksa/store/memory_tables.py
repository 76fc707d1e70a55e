"""The rows of the store in memory, and how to undo what was done to them."""

from __future__ import annotations

import itertools
from collections import UserDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from periksa.model import (
    Act,
    Address,
    Article,
    Audit,
    Campaign,
    Case,
    Consent,
    Contact,
    Delivery,
    Draft,
    Feedback,
    Floors,
    Invitation,
    Job,
    JobKind,
    Message,
    Outcome,
    Outgoing,
    Passkey,
    Sampled,
    Session,
    Spot,
    Standing,
    Subscription,
    Tally,
    Telling,
    Trouble,
    User,
    Verdict,
    View,
    Visit,
)

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact, and whom it was merged into."""

    contact: Contact
    merged_into: str = ""


class Window(NamedTuple):
    """What is known of a person on one channel."""

    wrote_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A message in a case."""

    case: str
    told_at: datetime | None = None


class Table(UserDict[K, V]):
    """Rows by key, in the order they came; every change leaves its undoing in the journal."""

    def __init__(self, journal: list[Callable[[], object]]) -> None:
        super().__init__()
        self._journal = journal
        self._turns: dict[K, int] = {}
        self._next = itertools.count()

    def __setitem__(self, key: K, value: V) -> None:
        if key in self.data:
            before = self.data[key]
            self._journal.append(lambda: self.data.update({key: before}))
        else:
            self._turns[key] = next(self._next)
            self._journal.append(lambda: self.data.pop(key))
        self.data[key] = value

    def __delitem__(self, key: K) -> None:
        before, turn = self.data.pop(key), self._turns.pop(key)
        self._journal.append(lambda: self._bring_back(key, before, turn))

    def erase(self, keys: Iterable[K]) -> int:
        """Delete these; how many."""
        return len([self.pop(key) for key in list(keys)])

    def _bring_back(self, key: K, value: V, turn: int) -> None:
        self._turns[key] = turn
        self.data = dict(sorted([*self.data.items(), (key, value)], key=lambda row: self._turns[row[0]]))


class Log(Table[int, V]):
    """Rows that have no key but their turn."""

    def append(self, row: V) -> None:
        """After all others."""
        self[max(self, default=0) + 1] = row


class Tables:
    """All rows, and how to undo what was done to them since they were last kept."""

    def __init__(self) -> None:
        self._journal: list[Callable[[], object]] = []
        self.deliveries: Table[str, Delivery] = Table(self._journal)
        self.concerned: Table[tuple[str, str], None] = Table(self._journal)  # delivery, contact
        self.contacts: Table[str, Person] = Table(self._journal)
        self.addresses: Table[Address, str] = Table(self._journal)
        self.blocked: Table[Address, datetime] = Table(self._journal)
        self.windows: Table[tuple[str, str], Window] = Table(self._journal)  # contact, channel
        self.messages: Table[str, Message] = Table(self._journal)
        self.message_ids: Table[tuple[str, str], str] = Table(self._journal)
        self.articles: Table[str, Article] = Table(self._journal)
        self.articles_added: Table[str, datetime] = Table(self._journal)
        self.articles_changed: Table[str, datetime] = Table(self._journal)
        self.arrivals: Table[str, str] = Table(self._journal)
        self.withdrawals: Table[str, datetime] = Table(self._journal)
        self.outbox: Table[str, Outgoing] = Table(self._journal)
        self.cases: Table[str, Case] = Table(self._journal)
        self.case_aliases: Table[str, str] = Table(self._journal)
        self.case_keys: Table[tuple[str, str], None] = Table(self._journal)  # key, case
        self.case_words: Table[str, str] = Table(self._journal)  # case: the message whose words it shows
        self.members: Table[str, Member] = Table(self._journal)
        self.standings: Table[str, Standing] = Table(self._journal)
        self.findable: Table[str, str] = Table(self._journal)  # case: what it can be found by
        self.acts: Log[Act] = Log(self._journal)
        self.moves: Table[tuple[int, str, str], None] = Table(self._journal)  # act, kind, item
        self.views: Table[str, View] = Table(self._journal)
        self.jobs: Table[int, Job] = Table(self._journal)
        self.ready: Table[tuple[JobKind, str], int] = Table(self._journal)
        self.subscriptions: Table[tuple[str, str, str], Subscription] = Table(self._journal)
        self.consents: Log[Consent] = Log(self._journal)
        self.feedback: Table[str, Feedback] = Table(self._journal)
        self.audit: Log[Audit] = Log(self._journal)
        self.visits: Table[str, Visit] = Table(self._journal)
        self.spots: Table[tuple[str, str], Spot] = Table(self._journal)  # site, key
        self.troubles: Table[tuple[str, str, str, str], Trouble] = Table(self._journal)  # site, key, where, field
        self.users: Table[str, User] = Table(self._journal)
        self.passkeys: Table[str, Passkey] = Table(self._journal)
        self.challenges: Table[str, tuple[str, datetime]] = Table(self._journal)  # mark: for whom, until when
        self.sessions: Table[str, Session] = Table(self._journal)
        self.invitations: Table[str, Invitation] = Table(self._journal)
        self.tellings: Table[str, Telling] = Table(self._journal)
        self.drafts: Table[str, Draft] = Table(self._journal)
        self.outcomes: Table[str, Outcome] = Table(self._journal)
        self.tally_notes: Log[Tally] = Log(self._journal)
        self.tallies: Table[tuple[str, int, str, str, str], Tally] = Table(self._journal)
        self.floors: Log[Floors] = Log(self._journal)
        self.samples: Table[tuple[date, int], Sampled] = Table(self._journal)
        self.verdicts: Table[tuple[str, str], Verdict] = Table(self._journal)  # reply, editor
        self.campaigns: Table[str, Campaign] = Table(self._journal)
        self.tries: Log[tuple[str, datetime]] = Log(self._journal)

    def changed(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self._journal)

    def keep(self) -> None:
        """What was done stays."""
        self._journal.clear()

    def undo(self) -> None:
        """As if nothing had been done."""
        while self._journal:
            self._journal.pop()()


def latest(rows: Iterable[V], limit: int) -> list[V]:
    """The last `limit`, in order."""
    return list(rows)[-limit:] if limit else []
