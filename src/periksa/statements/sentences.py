"""An article's text as sentences and quotations, without a change to a character: everything is an offset."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from periksa.statements.speech import Speech

MASK = "\0"
"""Stands for every character inside quotation marks, so that no rule reads what a speaker quotes."""
LONG = 5
"""A quotation of so many words is a sentence of its own; a shorter one may be a title or a doubtful word."""
LONGEST = 4000
_MARK = re.compile('["“”„«»\n]')
_END = re.compile(r"(?<![.!?…])[.!?…]++[)\]]?(?=\s|$)|\n")
_OPENS = re.compile(r'\s*["“„«(\[]?[A-Z0-9"“]')


@dataclass(frozen=True, slots=True)
class Span:
    """From this character to before that one."""

    start: int
    end: int

    def __contains__(self, at: int) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: where it stands, and the quotations in it, without their marks."""

    start: int
    end: int
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that has been read. `masked` is as long as `text`, with nothing to read inside quotation marks."""

    text: str
    masked: str
    sentences: tuple[Sentence, ...]


def read(text: str, speech: Speech) -> Reading:
    """The sentences of a text and the quotations in them."""
    quotes = _quotes(text)
    masked = _masked(text, quotes)
    return Reading(text, masked, tuple(_sentences(text, masked, quotes, speech)))


def _quotes(text: str) -> list[Span]:
    """Quotations, outermost only. One that never closes in its paragraph is none, and hides none that do."""
    found: list[Span] = []
    opened: list[int] = []
    for mark in _MARK.finditer(text):
        at = mark.start()
        if mark[0] == "\n":
            opened.clear()
        elif _opening(text, at, mark[0], bool(opened)):
            opened.append(at)
        elif opened and at - opened[-1] < LONGEST:
            start = opened.pop()
            while found and found[-1].start >= start:
                found.pop()
            found.append(Span(start + 1, at))
        else:
            opened.clear()
    return [one for one in found if text[one.start : one.end].strip()]


def _opening(text: str, at: int, mark: str, inside: bool) -> bool:
    if mark in "“„«":
        return True
    if mark in "”»":
        return False
    after = text[at + 1 : at + 2]
    if not inside:
        return not after.isspace()
    return text[at - 1] in " (\n" and after.isalnum()


def _masked(text: str, quotes: list[Span]) -> str:
    kept, at = [], 0
    for quote in quotes:
        kept += [text[at : quote.start], MASK * (quote.end - quote.start)]
        at = quote.end
    return "".join([*kept, text[at:]])


def _sentences(text: str, masked: str, quotes: list[Span], speech: Speech) -> Iterator[Sentence]:
    start = 0
    for end in sorted({*_ends(text, masked, quotes, speech), len(text)}):
        if text[start:end].strip():
            first = bisect_left(quotes, start, key=lambda one: one.start)
            last = bisect_right(quotes, end, key=lambda one: one.end)
            inside = tuple(quotes[first:last])
            yield Sentence(start + len(text[start:end]) - len(text[start:end].lstrip()), end, inside)
        start = end


def _ends(text: str, masked: str, quotes: list[Span], speech: Speech) -> Iterator[int]:
    for found in _END.finditer(masked):
        if found[0] == "\n" or (_OPENS.match(text, found.end()) and not _abbreviated(masked, found, speech)):
            yield found.end()
    for found in speech.patterns["breaks"].finditer(masked):
        yield from found.span()
    for quote in quotes:
        if text[quote.end - 1] in ".!?…" and _OPENS.match(text, quote.end + 1):
            yield quote.end + 1
        if _stands_alone(text, quote) and text[: quote.start - 1].rstrip()[-1:] not in (*",:;(–-", ""):
            yield quote.start - 1


def _abbreviated(masked: str, found: re.Match[str], speech: Speech) -> bool:
    head = masked[max(0, found.start() - 12) : found.start()]
    return found[0] == "." and speech.patterns["abbreviations"].search(head) is not None


def _stands_alone(text: str, quote: Span) -> bool:
    words = text[quote.start : quote.end].split()
    return len(words) >= LONG and words[0][:1].isupper()
