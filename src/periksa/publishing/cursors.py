"""Where a reader is in a list, as a word that can stand in an address."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Any

from periksa.model import Place


def written(place: Place) -> str:
    """The word for a place."""
    return _word([place.day.isoformat() if place.day else None, place.id, place.number])


def written_change(at: datetime, id: str) -> str:
    """The word for a place among the changes."""
    return _word([at.isoformat(), id])


def read_change(word: str) -> tuple[datetime, str] | None:
    """The place among the changes that a word stands for; None for a word that we did not write."""
    try:
        at, id = _values(word)
        moment = datetime.fromisoformat(at)
        zoned = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return (zoned, id) if isinstance(id, str) and zoned else None


def _word(values: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _values(word: str) -> Any:
    return json.loads(urlsafe_b64decode(word + "=" * (-len(word) % 4)))


def read(word: str) -> Place | None:
    """The place that a word stands for; None for a word that we did not write."""
    try:
        day, id, number = _values(word)
        place = Place(date.fromisoformat(day) if day is not None else None, id, number)
    except (ValueError, TypeError, RecursionError):
        return None
    whole = isinstance(place.id, str) and type(place.number) is int and 0 <= place.number < 1 << 31
    return place if whole else None
