"""A news article as plain text, the way a scraper left it: one article a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from periksa.errors import InputError
from periksa.lang import LANGUAGES
from periksa.model import Article, ArticleKind
from periksa.sources import Parsed, Problem
from periksa.sources.address import derived_id
from periksa.sources.cleaning import clean
from periksa.sources.dateline import Dateline, read_dateline
from periksa.sources.dates import date_line, days_in_brackets, days_in_words
from periksa.sources.files import whole_text
from periksa.sources.furniture import cut_within, is_furniture

MAX_MEGABYTES = 2
"""Millions of bytes of text. The longest article is a hundredth of it; more is a whole site in one file."""
LEAD = 6
"""So many lines under the title may hold the standfirst, the date line and the day of publication."""
LONGEST_TITLE = 250
NAME_WORDS = 4
"""A line of so few words between title and date line is the writer's name or the section, not a standfirst."""


class PlainArticle:
    """News as plain text: a title line, then the text; the date line names outlet and place."""

    form = "plain-text articles (.txt)"

    def reads(self, path: Path, head: bytes) -> bool:
        """By the ending of its name."""
        return path.suffix.lower() == ".txt"

    def parse(self, path: Path) -> Iterator[Parsed]:
        """The one article of the file.

        Raises: InputError if the file is empty, too large, not plain text, or has no title line or no text.
        """
        text = clean(whole_text(path, MAX_MEGABYTES, "articles", "put each article into a file of its own"))
        if text.startswith(("<", '{"', "[{")):
            raise InputError(f"{path.name} holds HTML or JSON, not plain text; save what a reader sees on the page.")
        article = _article(path.name, [line.strip() for line in text.split("\n") if line.strip()])
        undated = Problem(path.name, "date", "is missing: the first lines name no full day", refused=False)
        yield Parsed(article, () if article.date else (undated,), path.stat().st_size)


def _article(name: str, lines: list[str]) -> Article:
    top = _lines_above_title(lines)
    title = _title(name, lines[top:])
    printed = [day for line in lines[: top + LEAD] if (day := date_line(line))]
    text = _text(lines[top + 1 :])
    if not text:
        raise InputError(f"{name} has a title and no text under it.")
    dek, dateline, body = _lead(text)
    language = _language(body)
    return Article(
        id=derived_id(dateline.outlet.casefold(), title.casefold()),
        kind=ArticleKind.NEWS,
        title=title,
        outlet=dateline.outlet,
        language=language,
        date=printed[0] if printed else _published([dek, *body[:LEAD]], language),
        summary=dek,
        body="\n\n".join(body),
        place=dateline.place,
    )


def _lines_above_title(lines: list[str]) -> int:
    above = (is_furniture(line, above_title=True) or date_line(line) is not None for line in lines)
    return next((number for number, furniture in enumerate(above) if not furniture), len(lines))


def _title(name: str, lines: list[str]) -> str:
    if not lines:
        raise InputError(f"{name} holds no text but buttons and page numbers; nothing was imported.")
    title = cut_within(lines[0])
    if len(title) > LONGEST_TITLE or read_dateline(title):
        raise InputError(f"{name} has no title line; put the headline alone on the first line.")
    return title


def _text(lines: list[str]) -> list[str]:
    kept = [
        line for number, line in enumerate(lines) if not is_furniture(line) and not (number < LEAD and date_line(line))
    ]
    return [line for line in map(cut_within, kept) if line]


def _lead(text: list[str]) -> tuple[str, Dateline, list[str]]:
    """Standfirst, date line, and the body from the date line on. Without a date line all of it is body."""
    for number, line in enumerate(text[:LEAD]):
        if dateline := read_dateline(line):
            dek, *others = [line for line in text[:number] if len(line.split()) > NAME_WORDS] or [""]
            return dek, dateline, [*others, dateline.rest, *text[number + 1 :]]
    return "", Dateline("", "", ""), text


def _published(lead: list[str], language: str) -> date | None:
    """The latest day that the first lines report on. In English 5/1 may be either: only days in words count."""
    for days_in in (days_in_words,) if language == "en" else (days_in_brackets, days_in_words):
        if days := [day for line in lead for day in days_in(line)]:
            return max(days)
    return None


def _language(body: list[str]) -> str:
    """The language whose stop words are the most frequent in the text."""
    words = re.findall(r"\w+", " ".join(body).lower())
    return max(LANGUAGES.values(), key=lambda each: sum(word in each.stop for word in words)).code
