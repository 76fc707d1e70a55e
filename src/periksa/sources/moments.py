"""When something was published, as sites print it: with zones, relative to the visit, or too vaguely to be a day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

from periksa.sources.dates import date_line, read_date

_BEFORE_THE_WEB = date(1995, 1, 1)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)\s*[T ]\s*(\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_SLASHED = re.compile(r"\d/\d")
_NAME = re.compile(r"^(?:sen|sel|rab|kam|jum|sab|min|ahd)\w*\W+", re.IGNORECASE)
_SPAN = r"(?P<count>\d{1,3}|se|an?|one)\s*(?P<unit>detik|menit|jam|sec(?:ond)?s?|min(?:ute)?s?|hours?)"
_AGO = re.compile(rf"(?:sekitar |about )?{_SPAN}\s+(?:yang )?(?:lalu|ago)", re.IGNORECASE)
_SECONDS = {"d": 1, "s": 1, "m": 60, "j": 3600, "h": 3600}
_DAYS_AGO = {"hari ini": 0, "today": 0, "kemarin": 1, "yesterday": 1, "baru saja": 0, "just now": 0}
_CLOCK = r"(?:\W+(?:pukul |jam |at )?\d{1,2}[.:]\d\d(?:\s*(?:wib|wita|wit|am|pm))?)?"
_NAMED_DAY = re.compile(rf"(?P<day>{'|'.join(_DAYS_AGO)}){_CLOCK}", re.IGNORECASE)
_MOST = 200
"""Characters; longer texts are no dates."""


def published_day(text: str, fetched_at: datetime, zone: tzinfo, day_first: bool = True) -> date | None:
    """The day in the site's zone, or None where the text does not say which one it is.

    A printed day is taken as printed (WIB, WITA or WIT); a moment with an offset is turned into the site's zone.
    Without `day_first` 05/12/2020 may be either, and is none.
    """
    text = " ".join(text.split())
    if not text or len(text) > _MOST:
        return None
    moment = exact_moment(text)
    if moment:
        return moment.astimezone(zone).date()
    in_line = date_line(text) if day_first or not _SLASHED.search(text) else None
    return _iso_day(text) or read_date(text) or in_line or _mail_day(text) or _relative(text, fetched_at, zone)


def exact_moment(text: str) -> datetime | None:
    """The moment, where date, time and zone are all given: ISO or as in mail and feeds."""
    found = _ISO.fullmatch(text.strip())
    try:
        if found:
            moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{(found[3] or '').upper()}")
        else:
            moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo and moment.utcoffset() is not None else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def wrong_day(day: date, fetched_at: datetime) -> str:
    """Why a day cannot be one of publication, reading on from the field; empty if it can."""
    if day > fetched_at.date() + timedelta(days=1):
        return f"lies in the future: {day}"
    return f"lies before the web: {day}" if day < _BEFORE_THE_WEB else ""


def _iso_day(text: str) -> date | None:
    found = _ISO.fullmatch(text)
    return read_date(found[1]) if found else None


def _mail_day(text: str) -> date | None:
    """ "Mon, 05 May 2025 13:00:00" without a zone, or with one that mail does not know (WIB): the day as printed."""
    try:
        return parsedate_to_datetime(_NAME.sub("", text)).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _relative(text: str, fetched_at: datetime, zone: tzinfo) -> date | None:
    now = fetched_at.astimezone(zone)
    if found := _NAMED_DAY.fullmatch(text):
        return now.date() - timedelta(days=_DAYS_AGO[found["day"].lower()])
    found = _AGO.fullmatch(text)
    return _ago(found, now) if found else None


def _ago(found: re.Match[str], now: datetime) -> date | None:
    """Sites cut the rest off: "2 jam lalu" is anything from two to three hours. None where midnight lies between."""
    count = int(found["count"]) if found["count"].isdigit() else 1
    unit = _SECONDS[found["unit"][0].lower()]
    latest, earliest = now - timedelta(seconds=count * unit), now - timedelta(seconds=(count + 1) * unit)
    return latest.date() if latest.date() == earliest.date() else None
