"""The outcome of a check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Row:
    """What was looked at, how it is, and what to do about it."""

    check: str
    state: State
    found: str
    do: str = ""
