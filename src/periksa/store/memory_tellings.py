"""What editors say in memory, plainly written: what this does the other stores must do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from periksa.model import (
    WITH_FILE,
    Attached,
    CaseState,
    Draft,
    Hearers,
    JobKind,
    JobState,
    Message,
    MessageKind,
    Outgoing,
    Phrasing,
    Progress,
    Purpose,
    Telling,
    Waiting,
)
from periksa.store.memory_cases import MemoryCases
from periksa.store.memory_people import MemoryContacts
from periksa.store.memory_tables import Member, Tables
from periksa.store.tellings import come
from periksa.store.text import clean, scrub

_NEVER = datetime.min.replace(tzinfo=UTC)


class MemoryTellings:
    """How those who asked are told."""

    def __init__(self, tables: Tables, cases: MemoryCases, contacts: MemoryContacts) -> None:
        self._tables = tables
        self._cases = cases
        self._contacts = contacts

    def of(self, case: str) -> Telling:
        """By its present id."""
        known = self._cases.get(case)
        id = known.id if known else clean(case)
        return self._tables.tellings.get(id, Telling(id))

    def hold(self, case: str) -> Telling:
        """Nobody is beside us."""
        return self.of(case)

    def put(self, telling: Telling) -> None:
        """Insert or replace."""
        telling = scrub(telling)
        self._tables.tellings[telling.case] = telling

    def recall(self, telling: Telling) -> int:
        """How many."""
        never = [each for each in self._replies(telling) if not (each.attempts or each.platform_id or each.status)]
        self._tables.outbox.erase([each.id for each in never])
        self._wait_again(telling.case, {each.contact for each in never})
        return len(never)

    def renew(self, case: str, state: CaseState, articles: Sequence[str], by: str, at: datetime) -> bool:
        """It was settled until now, and is so again."""
        known = self._cases.get(case)
        if known is None or known.state is CaseState.OPEN:
            return False
        named = tuple(map(clean, articles))
        settled = replace(known, state=state, articles=named, settled_by=clean(by), settled_at=at)
        self._tables.cases[known.id] = settled
        self.untold(known.id)
        return True

    def untold(self, case: str) -> None:
        """All of its messages."""
        self._wait_again(self.of(case).case, None)

    def progress(self, telling: Telling) -> Progress:
        """By the latest reply to each."""
        latest = {each.contact: each for each in self._replies(telling)}
        counts = Counter(map(self._come, latest.values()))
        return Progress(self._cases.count_waiting(telling.case), **counts)

    def everyone(self, case: str, limit: int = 100) -> list[Waiting]:
        """Whoever asked first first."""
        latest: dict[str, Message] = {}
        for each in self._asked(case):
            if not (known := self._contacts.get(each.contact)) or not known.blocked_at:
                latest[each.contact] = each
        return [
            Waiting(each.contact, each.channel, self._language(each.contact), each.id, "", each.received_at)
            for each in list(latest.values())[:limit]
        ]

    def hearers(self, case: str, closed: Mapping[str, datetime], *, told: bool = False) -> list[Hearers]:
        """Most first."""
        known: Counter[tuple[str, str, bool]] = Counter()
        every = len(self._tables.messages)
        for each in self.everyone(case, every) if told else self._cases.waiting(case, every):
            wrote_at = self._contacts.wrote_at(each.contact, each.channel) or each.asked_at
            known[each.channel, each.language, wrote_at < closed.get(each.channel, _NEVER)] += 1
        found = [Hearers(*which, people) for which, people in known.items()]
        return sorted(found, key=lambda each: (-each.people, each.channel, each.language, each.late))

    def phrasings(self, case: str, limit: int = 100) -> list[Phrasing]:
        """Most often first."""
        asked: dict[tuple[str, MessageKind], list[Message]] = {}
        for each in self._asked(case):
            asked.setdefault((each.text, each.kind), []).append(each)
        found = [
            Phrasing(
                *words,
                len(said),
                sum(each.forwarded for each in said),
                sum(each.frequently_forwarded for each in said),
            )
            for words, said in asked.items()
        ]
        return sorted(found, key=lambda each: -each.times)[:limit]

    def files(self, case: str, limit: int = 100) -> list[Attached]:
        """Latest first."""
        asked = [each for each in reversed(self._asked(case)) if each.kind in WITH_FILE]
        return [Attached(each.id, each.kind, each.received_at, each.media) for each in asked[:limit]]

    def count_told(self, article: str) -> int:
        """Each person once."""
        return len({each.contact for each in self._tables.outbox.values() if article and each.article == article})

    def asked_since(self, article: str, since: datetime, limit: int) -> list[tuple[str, str]]:
        """Oldest first."""
        found: dict[str, str] = {}
        for each in self._tables.outbox.values():
            answers = article and each.article == article and each.purpose is Purpose.ANSWER
            message = self._tables.messages.get(each.message)
            if answers and message and message.id not in self._tables.members and (each.created_at or since) >= since:
                found[message.id] = message.text
        return list(found.items())[:limit]

    def adopt(self, case: str, messages: Collection[str]) -> None:
        """Those that stand in none."""
        for message in messages:
            if message not in self._tables.members and message in self._tables.messages:
                self._tables.members[message] = Member(self.of(case).case)

    def _asked(self, case: str) -> list[Message]:
        current, members = self.of(case).case, self._tables.members
        return [
            each for each in self._tables.messages.values() if each.id in members and members[each.id].case == current
        ]

    def _language(self, contact: str) -> str:
        known = self._contacts.get(contact)
        return known.language if known else ""

    def _replies(self, telling: Telling) -> list[Outgoing]:
        return [each for each in self._tables.outbox.values() if each.campaign == telling.campaign]

    def _come(self, reply: Outgoing) -> str:
        dead = any(
            job.state is JobState.DEAD and (job.kind, job.key) == (JobKind.SEND, reply.id)
            for job in self._tables.jobs.values()
        )
        return come(reply.status, accepted=bool(reply.platform_id), held=bool(reply.held_at), dead=dead)

    def _wait_again(self, case: str, contacts: Collection[str] | None) -> None:
        for message, member in list(self._tables.members.items()):
            asked = self._tables.messages.get(message)
            theirs = contacts is None or (asked is not None and asked.contact in contacts)
            if member.case == case and member.told_at and theirs:
                self._tables.members[message] = replace(member, told_at=None)


class MemoryDrafts:
    """Answers of the newsroom's own."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.drafts
        self._aliases = tables.case_aliases

    def put(self, draft: Draft) -> None:
        """Insert or replace."""
        draft = scrub(draft)
        self._rows[draft.id] = draft

    def get(self, id: str) -> Draft | None:
        """By its id."""
        return self._rows.get(clean(id))

    def hold(self, id: str) -> Draft | None:
        """Nobody is beside us."""
        return self.get(id)

    def of(self, case: str) -> list[Draft]:
        """Written last first."""
        names = {clean(case), *(alias for alias, current in self._aliases.items() if current == clean(case))}
        return [each for each in self.list(len(self._rows)) if each.case in names]

    def list(self, limit: int = 100) -> list[Draft]:
        """Written last first."""
        rows = sorted(self._rows.values(), key=lambda each: each.id)
        return sorted(rows, key=lambda each: each.changed_at or _NEVER, reverse=True)[:limit]
