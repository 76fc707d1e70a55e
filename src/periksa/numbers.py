"""Corridor: what is asked, what becomes of it, how long it takes. Counted as it happens, folded together later.

The door and the house jot down tallies in the transaction of the fact; `fold` puts them together, an hour or a day to
a row. What a page shows is the sum of both, so it is exact at any time. A tally holds nobody: who is forgotten takes
nothing from the numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from periksa.answers import same
from periksa.model import TALLY_KEY, Article, CaseSieve, Figure, Job, JobKind, Listed, Listing, Tally
from periksa.model.numbers import HOUR, QUESTIONS, hour_of, middle_of, top_of
from periksa.model.report import LEAST, Ask, Moment, Period, Report, Times, protected
from periksa.store import Store, Transaction

EVERY = timedelta(hours=1)
REST = 2
"""Hours that are over before their notes are folded."""
AT_ONCE = 5000
"""Notes folded in one transaction: whoever writes meanwhile waits for no more than these."""
BY_DAY = frozenset({Figure.REPLY, Figure.LATER, Figure.TOLD})
"""Of these only the day is kept."""
HOURLY = tuple(figure for figure in Figure if figure not in BY_DAY)
Placed = tuple[datetime, Tally]
LATE = timedelta(hours=24)
SHOWN = 10
LEFT_OUT = tuple(sorted(same.DESPAIR_TEXTS))
"""Nobody's despair stands in a table of what is asked most."""
STEPS = (1, 2, 4, 8, 16, 64, 256, 1024, 4096, 16384, 65536, 262144)
"""Seconds. Powers of two are where spans end: so these are exact."""


class Numbers:
    """The corridor. `zone` is where the newsroom is, a whole number of hours from UTC."""

    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    # ------------------------------------------------------------ the job

    def schedule(self) -> None:
        """See to it that it is done. Twice is once."""
        at = self._clock()
        self._store.write(lambda tx: tx.jobs.add([Job(JobKind.TALLY, TALLY_KEY)], at)).result()

    def fold(self, jobs: Sequence[Job]) -> None:
        """The shift of *tally* jobs. The next is queued first: whatever goes wrong here, it is tried in an hour."""
        at = self._clock()
        following = Job(JobKind.TALLY, TALLY_KEY, not_before=at + EVERY)
        self._store.write(lambda tx: tx.jobs.add([following], at)).result()
        before = hour_of(at) - REST
        while self._store.write(lambda tx: tx.tallies.fold(before, self._kept, AT_ONCE)).result() == AT_ONCE:
            pass
        self._store.write(lambda tx: tx.jobs.finish(job.id for job in jobs)).result()

    def _kept(self, tally: Tally) -> Tally:
        if tally.figure not in BY_DAY:
            return tally
        return replace(tally, hour=self._hours(Period(self._day(tally.hour), self._day(tally.hour)))[0])

    # ------------------------------------------------------------ the page

    def today(self) -> date:
        """Where the newsroom is."""
        return self._clock().astimezone(self._zone).date()

    def look(self, period: Period) -> Report:
        """All there is to see of it. Raises: StoreError, StoreBusy."""
        return self._store.read(lambda tx: self._look(tx, period))

    def _look(self, tx: Transaction, period: Period) -> Report:
        now = self._clock()
        hours, before = self._hours(period), self._hours(period.before())
        hourly = self._placed(tx.tallies.hourly(HOURLY, *hours))
        first, split = tx.tallies.first(QUESTIONS), tx.tallies.split(QUESTIONS, *hours)
        told, told_before = (tx.tallies.parts(Figure.TOLD, *each) for each in (hours, before))
        most = sorted(told, key=lambda id: (-told[id], id))[:SHOWN]
        titles = {article.id: article for article in tx.articles.get(most)}
        growing = tx.listings.page(CaseSieve(without=LEFT_OUT), Listing.GROWING, now, SHOWN)
        return Report(
            period=period,
            since=None if first is None else _moment(first),
            totals=_totals(each for _, each in hourly),
            before=_totals(tx.tallies.split(HOURLY, *before)),
            series=_series(period, hourly),
            reply=times(tx.tallies.parts(Figure.REPLY, *hours)),
            later=times(tx.tallies.parts(Figure.LATER, *hours)),
            late=tx.outcomes.late(now - LATE),
            channels=_most_first((each.channel, each.count) for each in split),
            languages=_most_first((each.language, each.count) for each in split),
            week=_week(hourly),
            told=tuple(Ask(id, _title(titles, id), told[id], told_before.get(id, 0)) for id in most),
            asked=tuple((each, *_growth(each, now)) for each in growing),
        )

    def _placed(self, hourly: Iterable[Tally]) -> list[Placed]:
        """Each with its hour, where the newsroom is."""
        local: dict[int, datetime] = {}
        placed = []
        for each in hourly:
            if each.hour not in local:
                local[each.hour] = _moment(each.hour).astimezone(self._zone)
            placed.append((local[each.hour], each))
        return placed

    def _hours(self, period: Period) -> tuple[int, int]:
        """From … to before, from 1970 (UTC)."""
        begins = datetime.combine(period.first, time(), self._zone)
        ends = datetime.combine(period.last + timedelta(days=1), time(), self._zone)
        return hour_of(begins), hour_of(ends)

    def _day(self, hour: int) -> date:
        return _moment(hour).astimezone(self._zone).date()


def _series(period: Period, hourly: Iterable[Placed]) -> tuple[Moment, ...]:
    counts: defaultdict[date | int, Counter[Figure]] = defaultdict(Counter)
    for at, each in hourly:
        counts[at.hour if period.days == 1 else at.date()][each.figure] += each.count
    if period.days == 1:
        return tuple(Moment(f"{hour:02}", counts[hour]) for hour in range(24))
    days = (period.first + timedelta(days=day) for day in range(period.days))
    return tuple(Moment(day.isoformat(), counts[day]) for day in days)


def _week(hourly: Iterable[Placed]) -> list[list[int | None]]:
    counts = {(day, hour): 0 for day in range(7) for hour in range(24)}
    for at, each in hourly:
        if each.figure in QUESTIONS:
            counts[at.weekday(), at.hour] += each.count
    shown = protected(counts)
    return [[shown[day, hour] for hour in range(24)] for day in range(7)]


def times(spans: Mapping[str, int]) -> Times:
    """What spans come to."""
    whole = sum(spans.values())
    known = whole >= LEAST
    median, slowest = (_quantile(spans, share) if known else None for share in (0.5, 0.95))
    return Times(whole, median, slowest, _steps(spans) if known else ())


def _quantile(spans: Mapping[str, int], share: float) -> float:
    """The least that so large a share do not exceed."""
    left = share * sum(spans.values())
    for span in sorted(spans):
        left -= spans[span]
        if left <= 0:
            return middle_of(span)
    return 0.0


def _steps(spans: Mapping[str, int]) -> tuple[tuple[float, int], ...]:
    counts: Counter[float] = Counter()
    for span, count in spans.items():
        counts[next((step for step in STEPS if top_of(span) <= step), float("inf"))] += count
    least, most = min(counts, default=0.0), max(counts, default=0.0)
    return tuple((float(step), counts[step]) for step in (*STEPS, float("inf")) if least <= step <= most)


def _totals(tallies: Iterable[Tally]) -> dict[Figure, int]:
    counts: Counter[Figure] = Counter()
    for each in tallies:
        counts[each.figure] += each.count
    return dict(counts)


def _most_first(named: Iterable[tuple[str, int]]) -> dict[str, int | None]:
    counts: Counter[str] = Counter()
    for name, count in named:
        counts[name] += count
    return protected(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))


def _growth(listed: Listed, now: datetime) -> tuple[int, int]:
    pulse = listed.standing.pulse
    return pulse.within(now, 24), pulse.within(now, 24, 24)


def _title(titles: Mapping[str, Article], id: str) -> str:
    return titles[id].title if id in titles else ""


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)
