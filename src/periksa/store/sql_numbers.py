"""The shelves of numbers and quality over SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, insert, select, union_all, update

# SQLite's dialect writes this ON CONFLICT as well; its own would not do for PostgreSQL.
from sqlalchemy.dialects.postgresql import insert as upsert

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
from periksa.store.columns import among
from periksa.store.schema import feedback, fields_of, insert_new, messages, outbox, row_of
from periksa.store.schema_cases import cases
from periksa.store.schema_numbers import floors, outcomes, samples, tallies, tally_notes, verdicts

_STREAM = 1000
"""Rows held at a time."""
_KEY = ("figure", "hour", "part", "channel", "language")

_JOT = insert(tally_notes)


def _sums(*by: str) -> Select[Any]:
    """How many, by these columns, of what was folded and what was not."""
    some = [
        select(*(table.c[name] for name in by), table.c.count).where(
            table.c.figure.in_(bindparam("figures", expanding=True)),
            table.c.hour >= bindparam("since"),
            table.c.hour < bindparam("until"),
        )
        for table in (tallies, tally_notes)
    ]
    all_ = union_all(*some).subquery()
    columns = [all_.c[name] for name in by]
    return select(*columns, func.sum(all_.c.count)).group_by(*columns).order_by(*columns)


_HOURLY = _sums("figure", "hour")
_SPLIT = _sums("figure", "channel", "language")
_PARTS = _sums("figure", "part")
_FIRST = [select(func.min(table.c.hour)).where(table.c.figure == bindparam("this")) for table in (tallies, tally_notes)]
_NOTES = (
    select(tally_notes.c.number, *fields_of(tally_notes, Tally))
    .where(tally_notes.c.hour < bindparam("before"))
    .order_by(tally_notes.c.number)
    .limit(bindparam("most"))
    .with_for_update()
)
_KEEP = upsert(tallies)
_FOLD = _KEEP.on_conflict_do_update(
    index_elements=[tallies.c[name] for name in _KEY],
    set_={"count": tallies.c.count + _KEEP.excluded["count"]},
)
_STRIKE = delete(tally_notes).where(among(tally_notes.c.number, "numbers"))


class SqlTallies:
    """How many of what."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, tallies: Sequence[Tally]) -> None:
        """Jot them down."""
        if tallies:
            self._connection.execute(_JOT, [row_of(each) for each in tallies])

    def hourly(self, figures: Collection[Figure], since: int, until: int) -> list[Tally]:
        """By hour."""
        rows = self._sums(_HOURLY, figures, since, until)
        return [Tally(figure, hour, count=count) for figure, hour, count in rows if count]

    def split(self, figures: Collection[Figure], since: int, until: int) -> list[Tally]:
        """By channel and language."""
        rows = self._sums(_SPLIT, figures, since, until)
        return [Tally(figure, 0, "", channel, language, count) for figure, channel, language, count in rows if count]

    def parts(self, figure: Figure, since: int, until: int) -> dict[str, int]:
        """By part."""
        return {part: int(count) for _, part, count in self._sums(_PARTS, [figure], since, until) if count}

    def first(self, figures: Collection[Figure]) -> int | None:
        """Of any."""
        asked = ((statement, {"this": figure}) for statement in _FIRST for figure in figures)
        found = [self._connection.execute(*each).scalar() for each in asked]
        return min((hour for hour in found if hour is not None), default=None)

    def fold(self, before: int, place: Callable[[Tally], Tally], limit: int) -> int:
        """Into one for each that differs."""
        notes = self._connection.execute(_NOTES, {"before": before, "most": limit}).all()
        kept = summed(place(Tally(*note)) for _, *note in notes)
        if kept:
            self._connection.execute(_FOLD, [row_of(each) for each in kept])
        if notes:
            self._connection.execute(_STRIKE, {"numbers": [note.number for note in notes]})
        return len(notes)

    def _sums(self, statement: Select[Any], figures: Collection[Figure], since: int, until: int) -> list[Any]:
        asked = {"figures": list(figures), "since": since, "until": until}
        return [(*by, int(count)) for *by, count in self._connection.execute(statement, asked)]


_ADD = insert_new(outcomes)
_OUTCOME = fields_of(outcomes, Outcome)
_GET_ALL = select(*_OUTCOME).where(among(outcomes.c.reply, "replies"))
_PICK = update(outcomes).where(outcomes.c.reply == bindparam("this")).values(picked=bindparam("what"))
_IS_ANSWER: ColumnElement[bool] = outcomes.c.reply.is_not(None)
_GOING = (
    select(outbox.c.purpose, outbox.c.channel, func.coalesce(outcomes.c.received_at, messages.c.received_at))
    .select_from(outbox)
    .outerjoin(outcomes, outcomes.c.reply == outbox.c.id)
    .outerjoin(messages, messages.c.id == outbox.c.message)
    .where(among(outbox.c.id, "replies"), outbox.c.mark.is_(None), ~outbox.c.id.startswith(PUT_RIGHT))
    .where(_IS_ANSWER | ((outbox.c.purpose == Purpose.FOLLOW_UP) & messages.c.id.is_not(None)))
    .order_by(outbox.c.id)
)
_LATEST = (outcomes.c.at.desc(), outcomes.c.reply.desc())
_UNTAKEN = (
    select(*_OUTCOME)
    .where(outcomes.c.kind == Figure.OFFERED, outcomes.c.at < bindparam("before"))
    .where(outcomes.c.picked.in_(("", NONE_OF_THEM)))
    .order_by(*_LATEST)
    .limit(bindparam("most"))
)
_UNHELPFUL = (
    select(feedback.c.at, feedback.c.reply, outbox.c.message, outbox.c.article, *_OUTCOME)
    .join_from(feedback, outbox, outbox.c.id == feedback.c.reply)
    .outerjoin(outcomes, outcomes.c.reply == feedback.c.reply)
    .where(feedback.c.helpful.is_(False))
    .order_by(feedback.c.at.desc(), feedback.c.reply.desc())
    .limit(bindparam("most"))
)
_DECIDED = (outcomes.c.kind == bindparam("what"), outcomes.c.at >= bindparam("since"), outcomes.c.score.is_not(None))
_COUNT = select(func.count(), func.count().filter(outcomes.c.score < bindparam("below"))).where(*_DECIDED)
_LATE = select(func.count(), func.min(cases.c.opened_at)).where(
    cases.c.state == CaseState.OPEN,
    cases.c.opened_at < bindparam("before"),
)
_ANSWERED = select(outcomes.c.reply).where(
    outcomes.c.kind == Figure.ANSWERED,
    outcomes.c.at >= bindparam("since"),
    outcomes.c.at < bindparam("until"),
)


class SqlOutcomes:
    """What became of questions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Unless it is there."""
        if outcomes:
            self._connection.execute(_ADD, [row_of(each) for each in outcomes])

    def get_all(self, replies: Collection[str]) -> dict[str, Outcome]:
        """Those that exist."""
        rows = self._connection.execute(_GET_ALL, {"replies": list(replies)}) if replies else ()
        return {row.reply: Outcome(*row) for row in rows}

    def pick(self, reply: str, picked: str) -> None:
        """From an offer."""
        self._connection.execute(_PICK, {"this": reply, "what": picked})

    def going(self, replies: Collection[str]) -> list[Went]:
        """Answers and follow-ups that were not accepted before; nothing that puts another right."""
        rows = self._connection.execute(_GOING, {"replies": list(replies)}) if replies else ()
        return [Went(*row) for row in rows]

    def untaken(self, before: datetime, limit: int) -> list[Outcome]:
        """Latest first."""
        return [Outcome(*row) for row in self._connection.execute(_UNTAKEN, {"before": before, "most": limit})]

    def unhelpful(self, limit: int) -> list[Unhelpful]:
        """Latest first."""
        rows = self._connection.execute(_UNHELPFUL, {"most": limit})
        return [_unhelpful(*row) for row in rows]

    def count(self, kind: Figure, since: datetime, below: float) -> tuple[int, int]:
        """All, and those below."""
        row = self._connection.execute(_COUNT, {"what": kind, "since": since, "below": below}).one()
        return row[0], row[1]

    def late(self, before: datetime) -> tuple[int, datetime | None]:
        """How many, and the first."""
        row = self._connection.execute(_LATE, {"before": before}).one()
        return row[0], row[1]

    def answered(self, since: datetime, until: datetime) -> Iterator[str]:
        """By reply."""
        asked = {"since": since, "until": until}
        yield from self._connection.execution_options(yield_per=_STREAM).execute(_ANSWERED, asked).scalars()


def _unhelpful(at: datetime, reply: str, message: str, article: str, *outcome: Any) -> Unhelpful:
    return Unhelpful(at, reply, message, article, None if outcome[0] is None else Outcome(*outcome))


_LAST = select(*fields_of(floors, Floors)).order_by(floors.c.number.desc()).limit(1)
_SET = insert(floors)
_DRAW = insert(samples)
_SAMPLE = select(*fields_of(samples, Sampled)).where(samples.c.week == bindparam("monday")).order_by(samples.c.place)
_WEEKS = select(samples.c.week).distinct().order_by(samples.c.week.desc())
_SAID = upsert(verdicts)
_JUDGE = _SAID.on_conflict_do_update(
    index_elements=[verdicts.c.reply, verdicts.c.by],
    set_={name: _SAID.excluded[name] for name in ("says", "at")},
)
_VERDICTS = (
    select(*fields_of(verdicts, Verdict))
    .join_from(samples, verdicts, verdicts.c.reply == samples.c.reply)
    .where(samples.c.week == bindparam("monday"))
    .order_by(verdicts.c.reply, verdicts.c.by)
)


class SqlJudging:
    """Floors, samples and verdicts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def floors(self) -> Floors | None:
        """The last."""
        row = self._connection.execute(_LAST).first()
        return None if row is None else Floors(*row)

    def set_floors(self, floors: Floors) -> None:
        """One more."""
        self._connection.execute(_SET, row_of(floors))

    def draw(self, sampled: Sequence[Sampled]) -> bool:
        """Once."""
        if not sampled or self.sample(sampled[0].week):
            return False
        self._connection.execute(_DRAW, [row_of(each) for each in sampled])
        return True

    def sample(self, week: date) -> list[Sampled]:
        """By place."""
        return [Sampled(*row) for row in self._connection.execute(_SAMPLE, {"monday": week})]

    def weeks(self) -> list[date]:
        """Latest first."""
        return list(self._connection.execute(_WEEKS).scalars())

    def judge(self, verdict: Verdict) -> None:
        """In place of the one before."""
        self._connection.execute(_JUDGE, row_of(verdict))

    def verdicts(self, week: date) -> list[Verdict]:
        """By reply and editor."""
        return [Verdict(*row) for row in self._connection.execute(_VERDICTS, {"monday": week})]
