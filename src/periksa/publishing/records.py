"""Articles and statements as records: for the API, for JSON lines that can be imported again, for a spreadsheet."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from typing import Any

from periksa.model import Article, Edition, Said, Scale, Statement, speaker_key

_ENTITY = re.compile(r"&(?=(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet would run rather than show."""

LIBRARY = {"language": "lang"}
"""Fields whose name in the library format is another (docs/library-format.md)."""
READ_ONCE = frozenset({"summary", "body", "words", "via"})
"""Fields that an import clears of HTML entities once; the others, which are one line, twice."""
COLUMNS = ("id", "kind", "date", "outlet", "rating", "scale", "title", "claim", "summary", "url", "language", "place")
OFFSETS = ("start", "end", "speaker_start", "speaker_end")
"""Where words stand in a body, which is not given out."""


def of_article(edition: Edition, scale: Scale | None, page: str) -> dict[str, Any]:
    """An article for a program. The body is the publisher's and is not in it."""
    article = edition.article
    return {
        **_of(article),
        "summary": article.summary,
        "place": article.place,
        "language": article.language,
        "claim": article.claim,
        "rating": article.rating,
        "scale": scale.value if scale else None,
        "changed": edition.changed_at.isoformat(timespec="seconds"),
        "page": page,
        "statements": [of_statement(one) for one in article.statements],
    }


def of_said(said: Said) -> dict[str, Any]:
    """A statement for a program, with the article that reports it."""
    return {**of_statement(said.statement), "number": said.number, "article": _of(said.article)}


def of_statement(statement: Statement) -> dict[str, Any]:
    """What was said, by whom, when."""
    told = {name: value for name, value in _filled(statement).items() if name not in OFFSETS}
    return {
        "speaker": statement.speaker,
        "speaker_key": speaker_key(statement.speaker),
        "words": statement.words,
        "direct": statement.direct,
        "force": statement.force.value,
        "date": None,
        **told,
    }


def for_import(article: Article) -> dict[str, Any]:
    """A record of the library format: imported again it is this article."""
    record = {LIBRARY.get(name, name): value for name, value in _spelt(article).items() if name != "statements"}
    statements = {"statements": [_spelt(one) for one in article.statements]} if article.statements else {}
    return {**record, **statements}


def for_table(article: Article, scale: Scale | None) -> list[str]:
    """A row of `COLUMNS`. What a spreadsheet would take for a formula gets an apostrophe in front."""
    values = {**_of(article), "rating": article.rating, "claim": article.claim, "summary": article.summary}
    values |= {"language": article.language, "place": article.place, "scale": scale.value if scale else ""}
    return [_cell(values[name] or "") for name in COLUMNS]


def _of(article: Article) -> dict[str, Any]:
    """What names an article."""
    return {
        "id": article.id,
        "kind": article.kind.value,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
        "date": article.date.isoformat() if article.date else None,
    }


def _filled(noun: Article | Statement) -> dict[str, Any]:
    """Its fields that say anything, as JSON knows them."""
    values = {field.name: getattr(noun, field.name) for field in fields(noun)}
    return {name: _plain(value) for name, value in values.items() if value or (value == 0 and value is not False)}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _spelt(noun: Article | Statement) -> dict[str, Any]:
    return {name: _unread(name, value) for name, value in _filled(noun).items()}


def _unread(name: str, value: Any) -> Any:
    """Text that an import would take for an HTML entity, spelt so that it comes out as it is."""
    if isinstance(value, list):
        return [_unread(name, one) for one in value]
    if isinstance(value, str):
        once = _ENTITY.sub("&amp;", value)
        return once if name in READ_ONCE else _ENTITY.sub("&amp;", once)
    return value


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
