"""What an engine keeps of an article: its words in three fields, and a card to show. The same for every engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from periksa.lang import analysis
from periksa.model import LEAD, Article, ArticleKind, Force, Statement

HEAD_WEIGHT = 2
"""How many times title and claim count beside the body."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article, analysed."""

    card: Article
    lead: str
    head: tuple[str, ...]
    all: tuple[str, ...]
    grams: tuple[str, ...]


def entry(article: Article) -> Entry:
    """Analyse an article for an index."""
    language = article.language
    head = analysis.words(article.head, language)
    rest = analysis.words(f"{article.summary}\n{article.body}\n{_said(article)}\n{article.outlet}", language)
    return Entry(
        card=replace(article, body="", statements=_shown(article)),
        lead=article.body[:LEAD],
        head=head,
        all=head * HEAD_WEIGHT + rest,
        grams=analysis.grams(article.head),
    )


def _said(article: Article) -> str:
    """What is said in statements that do not stand in the body."""
    said = (each for each in article.statements if each.start is None)
    return "\n".join(f"{each.speaker} {each.role} {each.words} {each.place}" for each in said)


def _shown(article: Article) -> tuple[Statement, ...]:
    """The statements that a card carries: an answer shows none that were read from a fact-check's body."""
    news = article.kind is ArticleKind.NEWS
    return tuple(each for each in article.statements if news or each.start is None)


def pack(entry: Entry) -> bytes:
    """The card, its head words and the lead as bytes to store in an engine."""
    plain = asdict(entry.card)
    plain["date"] = _iso(entry.card.date)
    plain["statements"] = [_filled({**asdict(each), "date": _iso(each.date)}) for each in entry.card.statements]
    kept = _filled(plain)
    return json.dumps([kept, " ".join(entry.head), entry.lead], ensure_ascii=False).encode("utf-8", "replace")


def _filled(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if value or (value == 0 and value is not False)}


def unpack(packed: bytes) -> tuple[Article, tuple[str, ...], str]:
    """The card, its head words and the lead, as packed."""
    kept, head, lead = json.loads(packed)
    said = tuple(
        Statement(**_read(each, {"date": _date, "via": tuple, "force": Force})) for each in kept.pop("statements", ())
    )
    kind = ArticleKind(kept.pop("kind"))
    article = Article(**kept | {"kind": kind, "date": _date(kept.get("date")), "statements": said})
    return article, tuple(head.split()), lead


def _read(stored: Mapping[str, Any], readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {name: readers[name](value) if name in readers else value for name, value in stored.items()}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
