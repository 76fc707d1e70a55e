"""Questions, candidates and decisions, made by hand."""

from __future__ import annotations

import math
from datetime import date

from periksa.answers.decide import Policy
from periksa.index.entry import entry
from periksa.lang import analysis
from periksa.model import Article, ArticleKind, Candidate, Decision, DecisionKind, Found, Match, Query, QueryKind

TODAY = date(2026, 3, 1)


def check(claim: str, id: str = "a", **more: object) -> Article:
    """A fact-check of a claim."""
    given = {"title": claim, "claim": claim, "outlet": "Cek Harian", "rating": "SALAH", "date": date(2025, 6, 1)} | more
    return Article(id=id, kind=ArticleKind.FACT_CHECK, **given)  # type: ignore[arg-type]


def report(title: str, id: str = "n", **more: object) -> Article:
    """A news article."""
    given = {"title": title, "outlet": "Harian Kabar", "date": date(2025, 6, 1)} | more
    return Article(id=id, kind=ArticleKind.NEWS, **given)  # type: ignore[arg-type]


def ask(text: str, kind: QueryKind = QueryKind.KEYWORD, language: str = "id") -> Query:
    """A question as a reader hands it over."""
    words = analysis.words(text, language)
    return Query(
        text=text,
        kind=kind,
        language=language,
        words=words,
        grams=analysis.grams(text),
        numbers=analysis.numbers(text),
        negated=analysis.negated(words),
    )


def candidate(article: Article, query: Query, **scores: float) -> Candidate:
    """A candidate with scores that fit, unless others are given."""
    kept = entry(article)
    met = {
        "head": len(set(query.words) & set(kept.head)),
        "all": len(set(query.words) & set(kept.all)),
        "grams": len(set(query.grams) & set(kept.grams)) / 4,
        "covered": 5 * len(set(query.words) & set(kept.all)),
    }
    return Candidate(kept.card, kept.head, {name: float(value) for name, value in (met | scores).items()})


def found(query: Query, *articles: Article, total: int = 100) -> Found:
    """What an index of `total` articles finds; every word is equally rare."""
    candidates = tuple(candidate(article, query) for article in articles)
    words = set(query.words).union(*(each.words for each in candidates))
    return Found(candidates, dict.fromkeys(words, 5.0), total)


def matched(article: Article, score: float = 0.9) -> Match:
    return Match(article, score)


def answered(article: Article) -> Decision:
    return Decision(DecisionKind.ANSWER, (matched(article),), (matched(article),), why="sure")


def offered(*articles: Article) -> Decision:
    shown = tuple(matched(article, 0.5) for article in articles)
    return Decision(DecisionKind.OFFER, shown, shown, why="not sure")


ANYTHING_GOES = Policy(answer=0.0, offer=0.0)
"""Every score suffices: what still keeps an answer back is a rule."""


def logit(score: float) -> float:
    return math.log(score / (1 - score))
