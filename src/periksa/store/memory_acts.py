"""What editors did to cases, in memory, plainly written: what it does is what the other stores must do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from periksa.model import Act, Case, CaseState, Message, Standing, Wording
from periksa.store.memory_tables import Member, Tables
from periksa.store.recounting import COUNTED, Piece, recounted, words_of
from periksa.store.text import clean, scrub

_OF_CASE = {field.name for field in fields(Case)}


class MemoryActs:
    """What editors did to cases."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # ------------------------------------------------------------ the log

    def record(self, act: Act) -> Act:
        """With its number."""
        number = max(self._tables.acts, default=0) + 1
        self._tables.acts[number] = replace(scrub(act), number=number)
        return self._tables.acts[number]

    def get(self, id: str) -> list[Act]:
        """The last first."""
        return [act for act in reversed([*self._tables.acts.values()]) if act.id == id]

    def of(self, case: str, limit: int = 100) -> list[Act]:
        """Latest first."""
        names = {case, *(alias for alias, current in self._tables.case_aliases.items() if current == case)}
        return [act for act in reversed([*self._tables.acts.values()]) if act.case in names or act.other == case][
            :limit
        ]

    def latest(self, by: str, since: datetime) -> list[Act]:
        """By the last press of a button."""
        last = next((act for act in reversed([*self._tables.acts.values()]) if act.by == by), None)
        return [] if last is None or last.undone_at or last.at < since else self.get(last.id)

    def undone(self, id: str, by: str, at: datetime) -> None:
        """All of it."""
        for act in self.get(id):
            self._tables.acts[act.number] = replace(act, undone_at=at, undone_by=by)

    # ------------------------------------------------------------ what they changed

    def standing(self, case: str) -> Standing | None:
        """How it stands."""
        return self._tables.standings.get(self._current(case))

    def change(self, case: str, fields: Mapping[str, Any]) -> None:
        """In the row; keys follow its state by themselves."""
        id = self._current(case)
        if id not in self._tables.cases:
            return
        opens = fields.get("state") is CaseState.OPEN and self._tables.cases[id].state is not CaseState.OPEN
        if opens:
            taken = {key for key, other in self._tables.case_keys if self._tables.cases[other].state is CaseState.OPEN}
            self._tables.case_keys.erase([(key, id) for key in taken if (key, id) in self._tables.case_keys])
        self._set(id, fields)

    def merge(self, loser: str, winner: str, act: Act) -> None:
        """All of it moves; its row waits."""
        loser, winner = self._current(loser), self._current(winner)
        if loser == winner or not {loser, winner} <= self._tables.cases.keys():
            return
        for kind, items in self._within(loser).items():
            for item in items:
                self._tables.moves[act.number, kind, item] = None
        self._move(loser, winner, self._within(loser))
        self._tables.case_aliases[loser] = winner
        lost, won = self._tables.cases[loser], self._tables.cases[winner]
        asked_at = max(case.asked_at or case.opened_at for case in (lost, won))
        self._set(loser, {"state": CaseState.MERGED})
        self._set(winner, {"asked": won.asked + lost.asked, "asked_at": asked_at})
        standings, findable = self._tables.standings, self._tables.findable
        standings[winner] = standings[winner].together(standings[loser])
        findable[winner] = words_of(findable[winner], [findable[loser]])
        findable[loser] = ""

    def part(self, act: Act) -> bool:
        """Only what moved."""
        cases, id = self._tables.cases, act.case
        winner = self._current(id)
        if id not in cases or cases[id].state is not CaseState.MERGED or winner != act.other:
            return False
        if cases[winner].state is not CaseState.OPEN:
            return False
        moved = [(kind, item) for number, kind, item in self._tables.moves if number == act.number]
        here = self._within(winner)
        back = {kind: [item for one, item in moved if one == kind and item in here[kind]] for kind in here}
        self._move(winner, id, back)
        self._tables.moves.erase([(act.number, kind, item) for kind, item in moved])
        del self._tables.case_aliases[id]
        self._set(id, {"state": CaseState.OPEN})
        texts = (message.text for message in self._messages(id))
        self._tables.findable[id] = words_of(cases[id].text, texts)
        self._restore(winner, act, cases[winner].asked - cases[id].asked)
        return True

    def split(self, case: str, messages: Collection[str], keys: Collection[str], text: str, new_id: str) -> bool:
        """The new case counts what it got, the old one what is left."""
        id = self._current(case)
        if id not in self._tables.cases:
            return False
        old, shown = self._tables.cases[id], self._tables.case_words.get(id, "")
        takes_words = shown in set(messages)
        first = min((self._tables.messages[message].received_at for message in messages), default=old.opened_at)
        new = Case(new_id, old.text if takes_words else clean(text), first, asked=len(messages))
        self._tables.cases[new.id] = new
        self._tables.standings[new.id] = Standing()
        self._tables.case_words[new.id] = shown if takes_words else min(messages, default="")
        here = self._within(id)["key"]
        self._move(id, new.id, {"message": list(messages), "key": [key for key in map(clean, keys) if key in here]})
        if takes_words:
            self._show_others(id)
        self._recount(new.id, len(messages), new.text)
        self._recount(id, old.asked - len(messages), self._tables.cases[id].text)
        return takes_words

    def rejoin(self, act: Act) -> bool:
        """Whatever came to the new case meanwhile goes along."""
        cases, tables, new = self._tables.cases, self._tables, act.other
        states = [cases[id].state for id in (act.case, new) if id in cases]
        if states != [CaseState.OPEN, CaseState.OPEN]:
            return False
        self._move(new, act.case, self._within(new))
        was, words = cases.pop(new), tables.case_words.pop(new)
        tables.standings.pop(new)
        tables.findable.pop(new)
        tables.case_aliases[new] = act.case
        now = cases[act.case]
        if act.before.get("took_words"):
            tables.case_words[act.case] = words
            self._set(act.case, {"text": was.text})
        self._restore(act.case, act, now.asked + was.asked)
        return True

    # ------------------------------------------------------------ what is in a case

    def wordings(self, case: str, limit: int = 50) -> list[Wording]:
        """Most first."""
        groups: dict[str, list[Message]] = {}
        for message in self._messages(self._current(case)):
            groups.setdefault(message.text or message.id, []).append(message)
        told = [Wording(group[0].id, group[0].text, len(group), group[0].kind) for group in groups.values()]
        return sorted(told, key=lambda wording: -wording.many)[:limit]

    def saying(self, case: str, messages: Collection[str]) -> list[str]:
        """Oldest first."""
        chosen = [self._tables.messages[id] for id in messages if id in self._tables.messages]
        says = {message.text or message.id for message in chosen}
        return [each.id for each in self._messages(self._current(case)) if (each.text or each.id) in says]

    def told(self, case: str) -> int:
        """Of its messages."""
        members = self._tables.members.values()
        return sum(bool(member.told_at) for member in members if member.case == self._current(case))

    def _current(self, case: str) -> str:
        return self._tables.case_aliases.get(clean(case), clean(case))

    def _set(self, id: str, changes: Mapping[str, Any]) -> None:
        tables = self._tables
        of_case = {key: value for key, value in changes.items() if key in _OF_CASE}
        tables.cases[id] = scrub(replace(tables.cases[id], **of_case))
        others = {key: value for key, value in changes.items() if key not in _OF_CASE}
        tables.standings[id] = scrub(replace(tables.standings[id], **others))

    def _within(self, id: str) -> dict[str, list[str]]:
        tables = self._tables
        return {
            "message": [message for message, member in tables.members.items() if member.case == id],
            "key": [key for key, case in tables.case_keys if case == id],
            "alias": [alias for alias, case in tables.case_aliases.items() if case == id],
        }

    def _move(self, loser: str, winner: str, items: Mapping[str, list[str]]) -> None:
        tables = self._tables
        for message in items.get("message", ()):
            tables.members[message] = Member(winner, tables.members[message].told_at)
        for key in items.get("key", ()):
            del tables.case_keys[key, loser]
            tables.case_keys[key, winner] = None
        for alias in items.get("alias", ()):
            tables.case_aliases[alias] = winner

    def _restore(self, id: str, act: Act, asked: int) -> None:
        case, standing = self._tables.cases[id], self._tables.standings[id]
        values = {name: getattr(case if name in _OF_CASE else standing, name) for name in COUNTED}
        if all(values[name] == act.after.get(name) for name in COUNTED) and asked == act.before["asked"]:
            self._set(id, {name: act.before[name] for name in COUNTED})
            return
        self._recount(id, asked, case.text)

    def _recount(self, id: str, asked: int, text: str) -> None:
        messages = self._messages(id)
        stands = recounted(map(self._piece, messages))
        latest = max((message.received_at for message in messages), default=None)
        counted = {name: getattr(stands, name) for name in COUNTED if name not in _OF_CASE}
        self._set(id, {**counted, "asked": asked, "asked_at": latest})
        self._tables.findable[id] = words_of(text, (message.text for message in messages))

    def _messages(self, id: str) -> list[Message]:
        members = self._tables.members
        return [each for each in self._tables.messages.values() if each.id in members and members[each.id].case == id]

    def _piece(self, message: Message) -> Piece:
        person = self._tables.contacts.get(message.contact)
        language = person.contact.language if person else ""
        often = message.frequently_forwarded
        return Piece(message.kind, message.channel, language, often, message.received_at, message.text)

    def _show_others(self, id: str) -> None:
        other = next((message for message in self._messages(id) if message.text), None)
        self._tables.case_words[id] = other.id if other else ""
        self._set(id, {"text": other.text if other else ""})
