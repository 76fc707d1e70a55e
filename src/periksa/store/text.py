"""Text as every database can keep it: without NUL, which PostgreSQL refuses, and surrogates, which none can encode."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")

_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The same text with U+FFFD in place of every NUL and lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _SURROGATE.sub("\ufffd", text)
    return text.replace("\0", "\ufffd")


def scrub(noun: T) -> T:
    """The same noun with every text in it cleaned, however deep."""
    scrubbed: T = _scrub(noun)
    return scrubbed


def _scrub(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(_scrub(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _scrub(getattr(value, field.name)) for field in fields(value)})
    return value
