"""From a decision to the words of one message. Every sentence about a claim was published; ours are in `lang/`."""

from __future__ import annotations

from datetime import date

from periksa.lang import Language, cut, language
from periksa.model import Article, Decision, DecisionKind, Match, Option, Reply, Statement

CLAIM = 300
SUMMARY = 900
TITLE = 200
"""Longest claim, reason and title shown, in characters: one screen of a phone in all."""
CHOICE = "article:"
"""An option's id is this and the article's id."""
NONE = "none"
"""The id of "none of these"."""


def word(decision: Decision, code: str, today: date) -> Reply:
    """The reply to a decision, in the language `code`, on the day `today` (for the age of a check)."""
    lang = language(code)
    if decision.kind is DecisionKind.ANSWER:
        return answer(decision.shown[0].article, code, today)
    if decision.kind is DecisionKind.OFFER:
        return _offer(decision.shown, lang)
    return _hand_over(decision, lang)


def answer(article: Article, code: str, today: date) -> Reply:
    """A published fact-check: rating in words, claim, why, age, outlet, date, link."""
    lang = language(code)
    rating = "rating" if article.rating else "unrated"
    blocks = [
        lang.say[rating].format(rating=_plain(article.rating), outlet=article.outlet),
        lang.say["claim"].format(claim=cut(_plain(article.claim or article.title), CLAIM)),
        cut(_plain(article.summary or _first_paragraph(article.body)), SUMMARY),
        _age(article, lang, today),
        f"{_source(article, lang)}\n{article.url}".strip(),
    ]
    return Reply("\n\n".join(block for block in blocks if block))


def says(key: str, code: str) -> Reply:
    """One of our own sentences."""
    return Reply(language(code).say[key])


def _age(article: Article, lang: Language, today: date) -> str:
    days = (today - article.date).days if article.date else 0
    return lang.say["age"].format(years=days // 365) if days > 365 else ""


def _source(article: Article, lang: Language) -> str:
    if article.date is None:
        return lang.say["undated"].format(outlet=article.outlet)
    return lang.say["source"].format(outlet=article.outlet, date=day(article.date, lang))


def day(when: date, lang: Language) -> str:
    """A date as a newspaper prints it: "17 Januari 2022"."""
    return f"{when.day} {lang.months[when.month - 1]} {when.year}"


def _offer(shown: tuple[Match, ...], lang: Language) -> Reply:
    articles = [match.article for match in shown]
    one = len(articles) == 1
    options = [
        Option(f"{CHOICE}{article.id}", cut(_plain(article.title), TITLE), f"{article.outlet}, {_when(article, lang)}")
        for article in articles
    ]
    none = Option(NONE, lang.say["none_one" if one else "none"])
    return Reply(lang.say["offer_one" if one else "offer"], (*options, none), lang.say["offer_prompt"])


def _when(article: Article, lang: Language) -> str:
    return day(article.date, lang) if article.date else "–"


_UNFIT = {"empty": "unreadable", "greeting": "greeting", "chatter": "acknowledged", "too short": "too_short"}


def _hand_over(decision: Decision, lang: Language) -> Reply:
    if decision.why in _UNFIT:
        return Reply(lang.say[_UNFIT[decision.why]])
    if not decision.context:
        return Reply(lang.say["not_checked"])
    return Reply("\n\n".join([lang.say["not_checked_news"], *(_reported(each, lang) for each in decision.context)]))


def _reported(article: Article, lang: Language) -> str:
    said = [_said(statement, lang) for statement in article.statements[:2]]
    what = said or [cut(_plain(article.summary or _first_paragraph(article.body)), CLAIM)]
    lines = [f"*{cut(_plain(article.title), TITLE)}*", *what, _source(article, lang), article.url]
    return "\n".join(line for line in lines if line)


def _said(statement: Statement, lang: Language) -> str:
    key = "said_direct" if statement.direct else "said"
    return lang.say[key].format(
        words=cut(_plain(statement.words), CLAIM),
        verb=statement.verb or lang.say["verb"],
        speaker=_plain(statement.speaker),
        role=f", {statement.role}" if statement.role else "",
        date=f", {day(statement.date, lang)}" if statement.date else "",
        via=", " + lang.say["via"].format(via=", ".join(statement.via)) if statement.via else "",
    )


def _plain(text: str) -> str:
    """One line, without the marks that chat apps read as bold or italic."""
    return " ".join(text.replace("*", "").replace("_", " ").replace("~", "").split())


def _first_paragraph(body: str) -> str:
    return next((line for line in body.splitlines() if line.strip()), "")
