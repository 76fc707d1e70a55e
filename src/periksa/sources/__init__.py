"""ROOM sources: the door to publishers.

verb            `parse`
in → out        bytes a publisher published → articles, and a sentence for everything it could not read
may touch       what it is given
must not        guess: surprise is a `Problem` that names file, line and field; touch store or index
to add one      copy `claimreview.py`; the contract suite finds it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from periksa.model import Article


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a source that was refused or is worth a look, in one sentence for the operator."""

    where: str
    """File and line: "checks.jsonl:17", or the record's number where a form has no lines."""
    field: str
    what: str
    """Reads on from the field: "date is not a date"."""
    refused: bool = True
    """False: the record was read all the same."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One record of a source: an article, or none with the problem that kept it out.

    The last one may carry problems of the file as a whole.
    """

    article: Article | None = None
    problems: tuple[Problem, ...] = ()
    bytes_read: int = 0
    """How far into the file this record ends, for progress."""


class Source(Protocol):
    """One form in which publishers hand out articles."""

    form: str
    """What it reads, and the endings of such files: "JSON lines (.jsonl)"."""

    def reads(self, path: Path, head: bytes) -> bool:
        """Whether this file (its name and first 4 KiB) is of this form."""
        ...

    def parse(self, path: Path) -> Iterator[Parsed]:
        """Every record, streamed in file order. Raises: InputError if the file as a whole cannot be read."""
        ...
