"""From a decision to the words of one message. Every sentence about a claim was published; ours are in `lang/`."""

from __future__ import annotations

from datetime import date

from periksa.lang import Language, cut, language
from periksa.model import Article, Decision, DecisionKind, Match, Option, Reply, Statement

CLAIM = 300
SUMMARY = 900
TITLE = 200
"""Longest claim, reason and title shown, in characters: one screen of a phone in all."""
NAME = 60
"""Longest rating, outlet, speaker, role and verb."""
LINK = 500
"""A longer address is left out: half of it leads nowhere, and all of it would crowd out the answer."""
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
    blocks = [
        _rating(article, lang),
        lang.say["claim"].format(claim=_short(article.claim or article.title, CLAIM)),
        _short(article.summary or _first_paragraph(article.body), SUMMARY),
        _age(article, lang, today),
        f"{_source(article, lang)}\n{_link(article)}".strip(),
    ]
    return Reply("\n\n".join(block for block in blocks if block))


def says(key: str, code: str) -> Reply:
    """One of our own sentences."""
    return Reply(language(code).say[key])


def _rating(article: Article, lang: Language) -> str:
    """The publisher's own word in bold, and whose word it is."""
    rating, outlet = _short(article.rating, NAME), _short(article.outlet, NAME)
    bold = lang.say["rating"].format(rating=rating) if rating else lang.say["unrated"]
    return bold + (lang.say["by" if rating else "at"].format(outlet=outlet) if outlet else "")


def _age(article: Article, lang: Language, today: date) -> str:
    """Said from the day after an anniversary on: a year to the day is not more than a year."""
    if article.date is None:
        return ""
    passed = (today.month, today.day) > (article.date.month, article.date.day)
    years = today.year - article.date.year - (not passed)
    if years < 1:
        return ""
    return lang.say["age_one" if years == 1 else "age"].format(years=years)


def _source(article: Article, lang: Language) -> str:
    return lang.say["source"].format(source=_published(article, lang))


def _published(article: Article, lang: Language) -> str:
    when = day(article.date, lang) if article.date else lang.say["undated"]
    return ", ".join(part for part in (_short(article.outlet, NAME), when) if part)


def _link(article: Article) -> str:
    return article.url if len(article.url) <= LINK else ""


def day(when: date, lang: Language) -> str:
    """A date as a newspaper prints it: "17 Januari 2022"."""
    return f"{when.day} {lang.months[when.month - 1]} {when.year}"


def _offer(shown: tuple[Match, ...], lang: Language) -> Reply:
    articles = [match.article for match in shown]
    one = len(articles) == 1
    options = [
        Option(f"{CHOICE}{article.id}", _short(article.title, TITLE), _published(article, lang)) for article in articles
    ]
    none = Option(NONE, lang.say["none_one" if one else "none"])
    return Reply(lang.say["offer_one" if one else "offer"], (*options, none), lang.say["offer_prompt"])


_UNFIT = {"empty": "unreadable", "greeting": "greeting", "chatter": "acknowledged", "too short": "too_short"}


def _hand_over(decision: Decision, lang: Language) -> Reply:
    if decision.why in _UNFIT:
        return Reply(lang.say[_UNFIT[decision.why]])
    if not decision.context:
        return Reply(lang.say["not_checked"])
    return Reply("\n\n".join([lang.say["not_checked_news"], *(_reported(each, lang) for each in decision.context)]))


def _reported(article: Article, lang: Language) -> str:
    said = [_said(statement, lang) for statement in article.statements[:2]]
    what = said or [_short(article.summary or _first_paragraph(article.body), CLAIM)]
    lines = [f"*{_short(article.title, TITLE)}*", *what, _source(article, lang), _link(article)]
    return "\n".join(line for line in lines if line)


def _said(statement: Statement, lang: Language) -> str:
    key = "said_direct" if statement.direct else "said"
    return lang.say[key].format(
        words=_short(statement.words, CLAIM),
        verb=_short(statement.verb, NAME) or lang.say["verb"],
        speaker=_short(statement.speaker, NAME),
        role=f", {_short(statement.role, NAME)}" if statement.role else "",
        date=f", {day(statement.date, lang)}" if statement.date else "",
        via=", " + lang.say["via"].format(via=_short(", ".join(statement.via), NAME)) if statement.via else "",
    )


_MARKS = str.maketrans({"*": None, "~": None, "`": None, "_": " "})


def _short(text: str, limit: int) -> str:
    """One line of at most `limit` characters, without the marks that chat apps read as bold, italic or code."""
    return cut(" ".join(text.translate(_MARKS).split()), limit)


def _first_paragraph(body: str) -> str:
    return next((line for line in body.splitlines() if line.strip()), "")
