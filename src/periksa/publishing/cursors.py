"""Where a reader is in a list, as a word that can stand in an address."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date

from periksa.model import Place


def written(place: Place) -> str:
    """The word for a place."""
    values = [place.day.isoformat() if place.day else None, place.id, place.number]
    return urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def read(word: str) -> Place | None:
    """The place that a word stands for; None for a word that we did not write."""
    try:
        day, id, number = json.loads(urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        place = Place(date.fromisoformat(day) if day is not None else None, id, number)
    except (ValueError, TypeError, RecursionError):
        return None
    whole = isinstance(place.id, str) and type(place.number) is int and 0 <= place.number < 1 << 31
    return place if whole else None
