"""Numbers people look at: each with what it counts, a chart, the table behind it, and that table to take along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.lang.mask import masked
from periksa.model import Figure
from periksa.model.report import LEAST, Period, Report, Times
from periksa.web.desk import charts
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen, tame, words_of
from periksa.web.desk.texts import Texts
from periksa.web.desk.ways import NUMBERS, Way

SPANS = (1, 7, 30, 90)
"""Days that can be chosen with one press, today among them."""
USUAL = 7
LONGEST = 366
FATES = (Figure.ANSWERED, Figure.OFFERED, Figure.HANDED_OVER)
COUNTED = (*FATES, Figure.CHOSEN, Figure.SPOKEN, Figure.HELPED, Figure.UNHELPED)
SHORT = 300
"""Characters of a question in a table."""
EARLIEST = date(2000, 1, 1)
"""Nobody counted before, and far before it there are no days to look back on."""
SECONDS = (("days", 86400), ("hours", 3600), ("minutes", 60))

_FORMULA = re.compile(r"(^|[;\t\r\n])(?=[ \t\r\n]*[=+\-@＝＋－＠])")
"""Where a spreadsheet may begin to calculate: at the beginning, and behind ";", which parts cells in Indonesia."""

Cell: TypeAlias = str | int | float | None
"""None: kept back, for it is about few."""


class Numbers(Protocol):
    """What the desk needs of the numbers. Raises: StoreError, StoreBusy."""

    def today(self) -> date:
        """Where the newsroom is."""
        ...

    def look(self, period: Period) -> Report:
        """What there is to see of a period."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """What is behind a chart. `columns` are the keys of their names, and what they are called in a file."""

    key: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    chart: str = ""


class Counted:
    """The part of the desk."""

    def __init__(self, numbers: Numbers, screen: Screen) -> None:
        self._numbers = numbers
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {Way("GET", NUMBERS): self.numbers, Way("GET", f"{NUMBERS}/{{table}}.csv"): self.file}

    async def numbers(self, here: Here) -> Response:
        """All of them."""
        period = chosen(here.request.query_params, self._numbers.today())
        report = await run_in_threadpool(self._numbers.look, period)
        return self._screen.show(
            here,
            "numbers.html",
            report=report,
            period=period,
            today=self._numbers.today(),
            spans=SPANS,
            tables=tables(report, here.texts),
            least=LEAST,
            figure=Figure,
            lasting=lambda seconds: lasting(seconds, here.texts),
            share=lambda part, whole: share(part, whole, here.texts),
            written=lambda cell: written(cell, here.texts),
        )

    async def file(self, here: Here) -> Response:
        """One table, as comma-separated values."""
        period = chosen(here.request.query_params, self._numbers.today())
        report = await run_in_threadpool(self._numbers.look, period)
        wanted = here.request.path_params["table"]
        table = next((each for each in tables(report, here.texts) if each.key == wanted), None)
        if table is None:
            return self._screen.problem(here, "nowhere", 404)
        name = f"periksa-{table.key}-{period.first}-{period.last}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(as_csv(table, here.texts), media_type="text/csv; charset=utf-8", headers=headers)


def chosen(given: Mapping[str, str], today: date) -> Period:
    """The days that an address asks for: `days` up to today, or `from` and `to`; the usual ones where it makes none."""
    first, last = _date(given.get("from", "")), _date(given.get("to", ""))
    if first and last and first <= last and last >= EARLIEST:
        last = min(last, today)
        return Period(max(min(first, last), last - timedelta(days=LONGEST - 1)), last)
    days = given.get("days", "")
    span = int(days) if days in map(str, SPANS) else USUAL
    return Period(today - timedelta(days=span - 1), today)


def tables(report: Report, texts: Texts) -> list[Table]:
    """Everything that has rows, in the order in which it is shown."""
    words = texts.words
    return [
        _series(report, texts),
        Table("asked", ("question", "last_24", "before_24", "asked_in_all"), _asked(report, texts)),
        Table(
            "told",
            ("check", "period_now", "period_before"),
            [(e.title or e.article, e.count, e.before) for e in report.told],
        ),
        _lasting("reply", report.reply, texts),
        _lasting("later", report.later, texts),
        _named("channels", {words.get(f"channel_{k}", k): v for k, v in report.channels.items()}, texts),
        _named("languages", {words.get(f"spoken_{k}", k): v for k, v in report.languages.items()}, texts),
        _week(report, texts),
    ]


def as_csv(table: Table, texts: Texts) -> str:
    """For spreadsheets: nothing in it is taken for a formula; what is kept back says so."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(table.columns)
    writer.writerows([_cell(cell, texts) for cell in row] for row in table.rows)
    return lines.getvalue()


def lasting(seconds: float, texts: Texts) -> str:
    """So long, in the largest unit of which it is two."""
    unit, size = next(((unit, size) for unit, size in SECONDS if seconds >= 2 * size), ("seconds", 1))
    number = seconds / size
    told = f"{number:.1f}" if number < 10 and number != int(number) else f"{number:.0f}"
    return texts.words[f"lasting_{unit}"].format(n=told.replace(".", texts.words["decimal"]))


def share(part: int, whole: int, texts: Texts) -> str:
    """In percent; a dash of nothing."""
    if not whole:
        return "–"
    return f"{100 * part / whole:.0f} %"


def written(cell: Cell, texts: Texts) -> str:
    """A cell of a table on a page."""
    if cell is None:
        return texts.words["kept_back"]
    return texts.number(cell) if isinstance(cell, int) else tame(str(cell))


def _series(report: Report, texts: Texts) -> Table:
    words, by_hour = texts.words, report.period.days == 1
    bars = [(each.label, [each.counts.get(figure, 0) for figure in FATES]) for each in report.series]
    marks = [label if by_hour else _day(label, texts) for label, _ in bars]
    totals = ", ".join(f"{words[f'of_{figure}']}: {texts.number(report.totals.get(figure, 0))}" for figure in FATES)
    chart = charts.stacks("days", words["days_title"], totals, bars, [words[f"of_{figure}"] for figure in FATES], marks)
    lines: list[tuple[Cell, ...]] = [
        (each.label, *(each.counts.get(figure, 0) for figure in COUNTED)) for each in report.series
    ]
    return Table("days", ("hour" if by_hour else "day", *COUNTED), lines, chart)


def _lasting(key: str, times: Times, texts: Texts) -> Table:
    edges = [0.0, *(top for top, _ in times.steps)]
    labels = [_span(low, top, texts) for low, (top, _) in zip(edges, times.steps, strict=False)]
    given = [(label, count, texts.number(count)) for label, (_, count) in zip(labels, times.steps, strict=True)]
    chart = charts.rows(key, texts.words[f"{key}_title"], _told(given), given) if given else ""
    return Table(key, ("span", "count"), [(label, count) for label, count, _ in given], chart)


def _span(low: float, top: float, texts: Texts) -> str:
    words = texts.words
    return (
        words["longer"].format(n=lasting(low, texts))
        if top == float("inf")
        else words["below"].format(n=lasting(top, texts))
    )


def _named(key: str, counts: Mapping[str, int | None], texts: Texts) -> Table:
    given = [(tame(name), count, written(count, texts)) for name, count in counts.items()]
    chart = charts.rows(key, texts.words[f"{key}_title"], _told(given), given) if given else ""
    return Table(key, ("name", "count"), list(counts.items()), chart)


def _week(report: Report, texts: Texts) -> Table:
    days = texts.words["weekdays"].split()
    seen = [(count, day, hour) for day, row in enumerate(report.week) for hour, count in enumerate(row) if count]
    busiest = max(seen, default=None)
    about = texts.words["busiest"].format(day=days[busiest[1]], hour=f"{busiest[2]:02}") if busiest else ""
    chart = charts.week("hours", texts.words["hours_title"], about, report.week, days) if busiest else ""
    lines = [(f"{hour:02}", *(row[hour] for row in report.week)) for hour in range(24)]
    return Table("hours", ("hour", *(f"weekday_{day}" for day in range(7))), lines, chart)


def _asked(report: Report, texts: Texts) -> list[tuple[Cell, ...]]:
    return [
        (masked(words_of(each.case.text, texts))[:SHORT], now, before, each.case.asked)
        for each, now, before in report.asked
    ]


def _told(given: charts.Rows) -> str:
    return ", ".join(f"{label}: {told}" for label, _, told in given)


def _day(label: str, texts: Texts) -> str:
    day = date.fromisoformat(label)
    return f"{day.day} {texts.months[day.month - 1][:3]}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _cell(cell: Cell, texts: Texts) -> Cell:
    if cell is None:
        return texts.words["kept_back"]
    return _FORMULA.sub(r"\1'", tame(cell)) if isinstance(cell, str) else cell
