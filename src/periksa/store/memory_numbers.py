"""Numbers and quality in memory, plainly written: what it does is what the other stores must do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from periksa.model import (
    NONE_OF_THEM,
    CaseState,
    Figure,
    Floors,
    Outcome,
    Purpose,
    Sampled,
    Tally,
    Unhelpful,
    Verdict,
    Went,
)
from periksa.model.numbers import summed
from periksa.model.replies import PUT_RIGHT
from periksa.store.memory_tables import Tables
from periksa.store.text import clean, scrub


class MemoryTallies:
    """How many of what. `notes` are what was not folded yet."""

    def __init__(self, tables: Tables) -> None:
        self._tallies = tables.tallies
        self._notes = tables.tally_notes

    def add(self, tallies: Sequence[Tally]) -> None:
        """Jot them down."""
        for each in map(scrub, tallies):
            self._notes.append(each)

    def hourly(self, figures: Collection[Figure], since: int, until: int) -> list[Tally]:
        """By hour."""
        return summed(replace(each, part="", channel="", language="") for each in self._among(figures, since, until))

    def split(self, figures: Collection[Figure], since: int, until: int) -> list[Tally]:
        """By channel and language."""
        return summed(replace(each, part="", hour=0) for each in self._among(figures, since, until))

    def parts(self, figure: Figure, since: int, until: int) -> dict[str, int]:
        """By part."""
        found = summed(Tally(figure, 0, each.part, count=each.count) for each in self._among([figure], since, until))
        return {each.part: each.count for each in found}

    def first(self, figures: Collection[Figure]) -> int | None:
        """Of any."""
        return min((each.hour for each in self._all() if each.figure in figures), default=None)

    def fold(self, before: int, place: Callable[[Tally], Tally], limit: int) -> int:
        """Into one for each that differs."""
        notes = [number for number, each in self._notes.items() if each.hour < before][:limit]
        for each in summed(place(self._notes[number]) for number in notes):
            key = (each.figure, each.hour, each.part, each.channel, each.language)
            known = self._tallies.get(key)
            self._tallies[key] = replace(each, count=each.count + (known.count if known else 0))
        return self._notes.erase(notes)

    def _all(self) -> Iterable[Tally]:
        return [*self._tallies.values(), *self._notes.values()]

    def _among(self, figures: Collection[Figure], since: int, until: int) -> Iterable[Tally]:
        return (each for each in self._all() if each.figure in figures and since <= each.hour < until)


class MemoryOutcomes:
    """What became of questions."""

    def __init__(self, tables: Tables) -> None:
        self._rows = tables.outcomes
        self._tables = tables

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Unless it is there."""
        for each in map(scrub, outcomes):
            if each.reply not in self._rows:
                self._rows[each.reply] = each

    def get_all(self, replies: Collection[str]) -> dict[str, Outcome]:
        """Those that exist."""
        return {id: self._rows[id] for id in map(clean, replies) if id in self._rows}

    def pick(self, reply: str, picked: str) -> None:
        """From an offer."""
        if known := self._rows.get(clean(reply)):
            self._rows[known.reply] = replace(known, picked=clean(picked))

    def going(self, replies: Collection[str]) -> list[Went]:
        """Answers and follow-ups that were not accepted before; nothing that puts another right."""
        return [went for id in sorted(set(map(clean, replies))) if (went := self._going(id))]

    def _going(self, id: str) -> Went | None:
        reply, outcome = self._tables.outbox.get(id), self._rows.get(id)
        if reply is None or reply.platform_id or id.startswith(PUT_RIGHT):
            return None
        if outcome:
            return Went(reply.purpose, reply.channel, outcome.received_at)
        message = self._tables.messages.get(reply.message)
        if message is None or reply.purpose is not Purpose.FOLLOW_UP:
            return None
        return Went(reply.purpose, reply.channel, message.received_at)

    def untaken(self, before: datetime, limit: int) -> list[Outcome]:
        """Latest first."""
        offers = [each for each in self._rows.values() if each.kind is Figure.OFFERED and each.at < before]
        return _latest([each for each in offers if each.picked in ("", NONE_OF_THEM)])[:limit]

    def unhelpful(self, limit: int) -> list[Unhelpful]:
        """Latest first."""
        said = [each for each in self._tables.feedback.values() if not each.helpful]
        said.sort(key=lambda each: (each.at, each.reply), reverse=True)
        replies = [(each, self._tables.outbox[each.reply]) for each in said if each.reply in self._tables.outbox]
        return [
            Unhelpful(each.at, each.reply, reply.message, reply.article, self._rows.get(each.reply))
            for each, reply in replies[:limit]
        ]

    def count(self, kind: Figure, since: datetime, below: float) -> tuple[int, int]:
        """All, and those below."""
        theirs = [each for each in self._rows.values() if each.kind is kind and each.at >= since]
        scores = [each.score for each in theirs if each.score is not None]
        return len(scores), sum(score < below for score in scores)

    def late(self, before: datetime) -> tuple[int, datetime | None]:
        """How many, and the first."""
        opened = [each.opened_at for each in self._tables.cases.values() if each.state is CaseState.OPEN]
        late = [at for at in opened if at < before]
        return len(late), min(late, default=None)

    def answered(self, since: datetime, until: datetime) -> Iterator[str]:
        """By reply."""
        rows = list(self._rows.values())
        return (each.reply for each in rows if each.kind is Figure.ANSWERED and since <= each.at < until)


class MemoryJudging:
    """Floors, samples and verdicts."""

    def __init__(self, tables: Tables) -> None:
        self._floors = tables.floors
        self._samples = tables.samples
        self._verdicts = tables.verdicts

    def floors(self) -> Floors | None:
        """The last."""
        return self._floors[max(self._floors)] if self._floors else None

    def set_floors(self, floors: Floors) -> None:
        """One more."""
        self._floors.append(scrub(floors))

    def draw(self, sampled: Sequence[Sampled]) -> bool:
        """Once."""
        if any(each.week in self.weeks() for each in sampled):
            return False
        for each in map(scrub, sampled):
            self._samples[each.week, each.place] = each
        return bool(sampled)

    def sample(self, week: date) -> list[Sampled]:
        """By place."""
        return sorted((each for each in self._samples.values() if each.week == week), key=lambda each: each.place)

    def weeks(self) -> list[date]:
        """Latest first."""
        return sorted({week for week, _ in self._samples}, reverse=True)

    def judge(self, verdict: Verdict) -> None:
        """In place of the one before."""
        verdict = scrub(verdict)
        self._verdicts[verdict.reply, verdict.by] = verdict

    def verdicts(self, week: date) -> list[Verdict]:
        """By reply and editor."""
        asked = {each.reply for each in self.sample(week)}
        found = [each for each in self._verdicts.values() if each.reply in asked]
        return sorted(found, key=lambda each: (each.reply, each.by))


def _latest(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda each: (each.at, each.reply), reverse=True)
