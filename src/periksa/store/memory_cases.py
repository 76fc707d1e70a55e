"""Cases in memory, plainly written: what they do is what the other stores must do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from periksa.model import Asked, Case, CaseOrder, CaseState, Message, Waiting
from periksa.model.casework import exact, learned, opened
from periksa.store.memory_people import MemoryContacts
from periksa.store.memory_tables import Member, Tables
from periksa.store.text import clean, scrub

_ORDERS: dict[CaseOrder, Callable[[Case], Any]] = {
    CaseOrder.ASKED: lambda case: (-case.asked, case.opened_at, case.id),
    CaseOrder.LATEST: lambda case: (-case.asked_at.timestamp() if case.asked_at else 0, case.id),
    CaseOrder.OLDEST: lambda case: (case.opened_at, case.id),
}


_UNKNOWN = Asked()


class MemoryCases:
    """What editors must look at."""

    def __init__(self, tables: Tables, contacts: MemoryContacts) -> None:
        self._tables = tables
        self._rows = tables.cases
        self._members = tables.members
        self._contacts = contacts

    def join(
        self, keys: Collection[str], text: str, message: str, at: datetime, new_id: str, asked: Asked = _UNKNOWN
    ) -> Case:
        """The case the message is in now."""
        message = clean(message)
        joined = self.of(message)
        if joined:
            return joined
        met = self.find(keys)
        spam = [] if met else sorted(self.find(exact(list(keys)), CaseState.SPAM), key=_ORDERS[CaseOrder.OLDEST])
        if met or spam:
            case = self._merged(met or spam[:1])
            self._rows[case.id] = replace(case, asked=case.asked + 1, asked_at=max(at, case.asked_at or at))
            self._tables.standings[case.id] = self._tables.standings[case.id].joined(scrub(asked), at)
        else:
            case = scrub(Case(new_id, text, at, asked_at=at))
            self._rows[case.id] = case
            self._tables.standings[case.id] = scrub(opened(asked, at))
            self._tables.case_words[case.id] = message
        self._members[message] = Member(case.id)
        words = self._tables.findable.get(case.id, "")
        self._tables.findable[case.id] = learned(words, clean(text))
        for key in keys if not spam else ():
            self._tables.case_keys[clean(key), case.id] = None
        return self._rows[case.id]

    def get(self, id: str) -> Case | None:
        """The case, or what it became."""
        return self._rows.get(self._current(id))

    def of(self, message: str) -> Case | None:
        """Where it is now."""
        member = self._members.get(clean(message))
        return self._rows[member.case] if member else None

    def find(self, keys: Collection[str], state: CaseState = CaseState.OPEN) -> list[Case]:
        """Open: the oldest first; settled: the latest."""
        asked = {clean(key) for key in keys}
        ids = {case for key, case in self._tables.case_keys if key in asked}
        found = [self._rows[id] for id in ids if self._rows[id].state is state]
        if state is CaseState.OPEN:
            return sorted(found, key=_ORDERS[CaseOrder.OLDEST])
        return sorted(sorted(found, key=lambda case: case.id), key=lambda c: c.settled_at or c.opened_at, reverse=True)

    def answered_by(self, article: str) -> list[Case]:
        """Oldest first."""
        answered = [case for case in self._rows.values() if case.state is CaseState.ANSWERED]
        theirs = (case for case in answered if case.articles == (clean(article),))
        return sorted(theirs, key=_ORDERS[CaseOrder.OLDEST])

    def counts(self) -> dict[CaseState, int]:
        """How many in each state."""
        return dict(Counter(case.state for case in self._rows.values() if case.state is not CaseState.MERGED))

    def answer(self, id: str, articles: Sequence[str], by: str, at: datetime) -> bool:
        """It was open until now."""
        return self._settle(id, CaseState.ANSWERED, tuple(map(clean, articles)), by, at)

    def close(self, id: str, by: str, at: datetime) -> bool:
        """It was open until now."""
        return self._settle(id, CaseState.CLOSED, (), by, at)

    def waiting(self, id: str, limit: int = 100) -> list[Waiting]:
        """Each person once."""
        current = self._current(id)
        members = {message: member for message, member in self._members.items() if member.case == current}
        told = {self._whose(message) for message, member in members.items() if member.told_at}
        asked: dict[str, list[Message]] = {}
        for message in self._tables.messages.values():
            if message.id in members and message.contact not in told and not self._is_blocked(message.contact):
                asked.setdefault(message.contact, []).append(message)
        return [self._waiting(messages[-1]) for messages in asked.values()][:limit]

    def queue(self, id: str, limit: int) -> tuple[list[Waiting], int]:
        """Each person once."""
        return self.waiting(id, limit), self.count_waiting(id)

    def count_waiting(self, id: str) -> int:
        """Each person once."""
        return len(self.waiting(id, len(self._tables.messages)))

    def told(self, id: str, contacts: Collection[str], at: datetime) -> None:
        """All they asked in it."""
        whose = {self._contacts.current(contact) for contact in contacts}
        for message, member in list(self._members.items()):
            if member.case == self._current(id) and not member.told_at and self._whose(message) in whose:
                self._members[message] = replace(member, told_at=at)

    def list(self, state: CaseState, limit: int = 100, order: CaseOrder = CaseOrder.ASKED) -> list[Case]:
        """In this order."""
        cases = [case for case in self._rows.values() if case.state is state]
        return sorted(cases, key=_ORDERS[order])[:limit]

    def _current(self, id: str) -> str:
        return self._tables.case_aliases.get(clean(id), clean(id))

    def _settle(self, id: str, state: CaseState, articles: tuple[str, ...], by: str, at: datetime) -> bool:
        case = self.get(id)
        if case is None or case.state is not CaseState.OPEN:
            return False
        self._rows[case.id] = replace(case, state=state, articles=articles, settled_at=at, settled_by=clean(by))
        return True

    def _merged(self, met: Sequence[Case]) -> Case:
        """The oldest, with all that the others were."""
        oldest, *others = met
        for other in others:
            self._move(other.id, oldest.id)
            self._tables.standings[oldest.id] = self._tables.standings[oldest.id].together(
                self._tables.standings.pop(other.id)
            )
            words = self._tables.findable[oldest.id]
            self._tables.findable[oldest.id] = learned(words, self._rows[other.id].text)
            del self._rows[other.id]
        asked_at = max(case.asked_at or case.opened_at for case in met)
        self._rows[oldest.id] = replace(oldest, asked=sum(case.asked for case in met), asked_at=asked_at)
        return self._rows[oldest.id]

    def _move(self, loser: str, winner: str) -> None:
        tables = self._tables
        for message in [message for message, member in self._members.items() if member.case == loser]:
            self._members[message] = replace(self._members[message], case=winner)
        for key in [key for key, case in tables.case_keys if case == loser]:
            del tables.case_keys[key, loser]
            tables.case_keys[key, winner] = None
        for alias in [alias for alias, case in tables.case_aliases.items() if case == loser]:
            tables.case_aliases[alias] = winner
        tables.case_aliases[loser] = winner
        del tables.case_words[loser]

    def _whose(self, message: str) -> str:
        known = self._tables.messages.get(message)
        return known.contact if known else ""

    def _is_blocked(self, contact: str) -> bool:
        known = self._contacts.get(contact)
        return bool(known and known.blocked_at)

    def _waiting(self, message: Message) -> Waiting:
        known = self._contacts.get(message.contact)
        language = known.language if known else ""
        return Waiting(message.contact, message.channel, language, message.id, message.platform_id, message.received_at)
