"""Calendar dates as publishers write them: ISO, English and Indonesian. Never a guess between day and month."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january januari jan",
            "february februari pebruari feb",
            "march maret mar",
            "april apr",
            "may mei",
            "june juni jun",
            "july juli jul",
            "august agustus aug agu agt ags",
            "september sept sep",
            "october oktober oct okt",
            "november nopember nov nop",
            "december desember dec des",
        ),
        start=1,
    )
    for word in words.split()
}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_WEEKDAYS = (
    r"(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?)"
)
_WEEKDAY = rf"(?:{_WEEKDAYS}\.?,? )?"
_TIME = r"(?:(?:,|\s*[-–|])?\s*(?:pukul |at |jam )?\d{1,2}[:.]\d\d.{0,24})?"

_ISO = re.compile(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?:[T ]\d.*)?")
_WORDS = (rf"{_DAY}(?:st|nd|rd|th)?[ -]{_MONTH},?[ -]{_YEAR}", rf"{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}")
_SLASHED = rf"{_DAY}/(?P<month>[01]?\d)/{_YEAR}"
_WHOLE = tuple(re.compile(_WEEKDAY + words + _TIME, re.IGNORECASE) for words in _WORDS)
_REPORTED = tuple(re.compile(rf"\b{_WEEKDAYS}\.?,? {words}", re.IGNORECASE) for words in _WORDS)
_IN_BRACKETS = re.compile(rf"\({_SLASHED}\)")
_LINE = tuple(
    re.compile(rf"(?:.{{2,30}} [-–|] |(?:\S+ ){{0,2}})?{_WEEKDAY}{written}{_TIME}", re.IGNORECASE)
    for written in (*_WORDS, _SLASHED)
)
_LONGEST_LINE = 90


def read_date(text: str) -> date | None:
    """The date that `text` is, or None: 2020-05-12, an ISO time, "May 12, 2020, 4:38 PM", "Selasa, 12 Mei 2020"."""
    for pattern in (_ISO, *_WHOLE):
        if found := pattern.fullmatch(text.strip()):
            return _date(found)
    return None


def date_line(text: str) -> date | None:
    """The day a line names that holds nothing else: "Kompas.com - 17/01/2022, 10:20 WIB"; day before month."""
    matches = (pattern.fullmatch(text) for pattern in _LINE) if len(text) <= _LONGEST_LINE else ()
    return next((day for match in matches if match and (day := _date(match))), None)


def days_in_brackets(text: str) -> list[date]:
    """The days of "Senin (17/1/2022)", as Indonesian newsrooms date what they report; day before month."""
    return [day for match in _IN_BRACKETS.finditer(text) if (day := _date(match))]


def days_in_words(text: str) -> list[date]:
    """The days of "Senin, 17 Januari 2022". Without the weekday it may be any deadline or anniversary: left alone."""
    return [day for pattern in _REPORTED for match in pattern.finditer(text) if (day := _date(match))]


def _date(match: re.Match[str]) -> date | None:
    month = match["month"].lower()
    try:
        return date(int(match["year"]), _MONTHS.get(month) or int(month), int(match["day"]))
    except ValueError:
        return None
