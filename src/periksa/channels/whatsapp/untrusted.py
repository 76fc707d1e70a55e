"""Reading JSON that may hold anything anywhere: a value of the wrong type is Malformed, an absent one is empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from periksa.lang.mend import mend

Json = Mapping[str, object]

UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time the platform did not give in a way that can be read."""

_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138: a number as large can only be milliseconds."""


class Malformed(Exception):
    """A value is not of the type the platform documents; the text says which, never what it held."""


def an_object(value: object) -> Json:
    """`value` as a JSON object; an absent one (null) is empty. Raises: Malformed."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"an object was expected, not {type(value).__name__}")
    return value


def a_list(value: object) -> list[object]:
    """`value` as a JSON array; an absent one (null) is empty. Raises: Malformed."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"a list was expected, not {type(value).__name__}")
    return value


def a_string(holder: Json, key: str) -> str:
    """The text under `key`, fit to be stored; a number (the platform sends some ids so) becomes text.

    Raises: Malformed.
    """
    value = holder.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed(f"{key} is of type {type(value).__name__}, not text")
    return mend(str(value))


def any_string(holder: object, key: str) -> str:
    """Like `a_string` for what may be missing: empty if it is malformed or `holder` is no object."""
    try:
        return a_string(an_object(holder), key)
    except Malformed:
        return ""


def a_moment(value: object) -> datetime:
    """A Unix time in seconds or milliseconds, as number or text; UNKNOWN_TIME where it is none or out of range."""
    if not isinstance(value, str | int | float):
        return UNKNOWN_TIME
    try:
        number = float(value)
        seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else UNKNOWN_TIME
    except (ValueError, OverflowError, OSError):
        return UNKNOWN_TIME
