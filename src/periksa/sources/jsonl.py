"""The library format: JSON lines, one record a line (docs/library-format.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from periksa.errors import InputError
from periksa.model import Article
from periksa.sources import Parsed, Problem
from periksa.sources.cleaning import one_line
from periksa.sources.files import opened
from periksa.sources.record import article_of, nearest_field, unknown_fields

MAX_LINE = 4 * 1024 * 1024
"""Bytes of one record; more is a damaged file, and is stepped over without being kept in memory."""


class Jsonl:
    """JSON lines, one article a line."""

    form = "JSON lines (.jsonl)"

    def reads(self, path: Path, head: bytes) -> bool:
        """By the ending of its name."""
        return path.suffix.lower() in (".jsonl", ".ndjson")

    def parse(self, path: Path) -> Iterator[Parsed]:
        """Every line that is not blank, in order; then, if there are any, the fields the format does not know.

        Raises: InputError if the file is empty, not one record a line, or cannot be opened.
        """
        reading = _Reading(path.name)
        with opened(path) as file:
            for number, line in _lines(file):
                yield reading.line(number, line, file.tell())
            end = file.tell()
        if not reading.records:
            raise InputError(f"{path.name} holds nothing but blank lines; nothing was imported.")
        if reading.unknown:
            yield Parsed(problems=tuple(reading.unknown_fields()), bytes_read=end)


@dataclass(slots=True)
class _Reading:
    """One pass over a file, and what was noticed so far."""

    name: str
    records: int = 0
    unknown: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Field name → first line, how often."""
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Article id → line, hash of its content."""

    def line(self, number: int, line: bytes | None, end: int) -> Parsed:
        """One line, None if it was too long, as an article or a problem."""
        self.records += 1
        where = f"{self.name}:{number}"
        try:
            values = _values(line)
        except InputError as error:
            self._refuse_other_forms(line)
            return Parsed(problems=(Problem(where, "", str(error)),), bytes_read=end)
        self._note_unknown(values, number)
        article, problems = article_of(values, where)
        if article and (repeat := self._repeat(article, number)):
            problems.append(Problem(where, "id", repeat, refused=False))
        return Parsed(article, tuple(problems), end, withdrawn=values.get("withdrawn") is True)

    def unknown_fields(self) -> Iterator[Problem]:
        """One problem a field, however many records have it."""
        for name, (first, count) in self.unknown.items():
            near = nearest_field(name)
            advice = f'; did you mean "{near}"?' if near else "; it was ignored"
            many = f" ({count:,} records have it)" if count > 1 else ""
            yield Problem(
                f"{self.name}:{first}",
                one_line(name[:60]),
                f"is not a field of the format{many}{advice}",
                refused=False,
            )

    def _note_unknown(self, values: dict[str, Any], number: int) -> None:
        for name in unknown_fields(values):
            first, count = self.unknown.get(name, (number, 0))
            self.unknown[name] = (first, count + 1)

    def _repeat(self, article: Article, number: int) -> str:
        content = hash(article)
        line, earlier = self.seen.get(article.id, (0, content))
        self.seen[article.id] = (number, content)
        return (
            ""
            if earlier == content
            else f'stood on line {line} with other content: "{article.id[:60]}"; this one is kept'
        )

    def _refuse_other_forms(self, line: bytes | None) -> None:
        if self.records == 1 and line and line.strip() in (b"[", b"{", b"[{"):
            raise InputError(f"{self.name} is one JSON document over many lines; write one record a line.")


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Every line that is not blank with its number; None in place of one over MAX_LINE."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) <= MAX_LINE:
            if line.strip():
                yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE)
        yield number, None


def _values(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise InputError(f"the line is longer than {MAX_LINE // 1024 // 1024} MiB")
    try:
        values = json.loads(line.decode(), strict=False)
    except UnicodeDecodeError as error:
        raise InputError(f"the line is not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        reason = error.msg.lower().removesuffix(" starting at")
        raise InputError(f"the line is not JSON: {reason} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 100,000 brackets
        raise InputError("the line is not JSON that can be read: a number or a nesting without end") from error
    if not isinstance(values, dict):
        raise InputError('the line is not a JSON object in braces: {"title": …}')
    return values
