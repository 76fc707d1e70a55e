"""From a decision to the words of one message. Every sentence about a claim was published; ours are in `lang/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from periksa.lang import Language, cut, language
from periksa.model import Article, Decision, DecisionKind, Option, Reply, Statement

CLAIM = 300
SUMMARY = 900
TITLE = 200
"""Longest claim, reason and title shown, in characters: one screen of a phone in all."""
SCREEN = 1024
"""Characters that go above buttons (WhatsApp's interactive body): the reason gives way to what is asked below it."""
LEAST = 160
"""Characters the reason keeps all the same."""
NAME = 60
"""Longest rating, outlet, speaker, role and verb."""
LINK = 500
"""A longer address is left out: half of it leads nowhere, and all of it would crowd out the answer."""
CHOICE = "article:"
"""An option's id is this and the article's id."""
NONE = "none"
"""The id of "none of these"."""
HELPED_YES, HELPED_NO = "helped:yes", "helped:no"
QUOTE = 120
"""Characters of a person's own words that we repeat to them."""


def word(decision: Decision, code: str, today: date) -> Reply:
    """The reply to a decision, in the language `code`, on the day `today` (for the age of a check)."""
    lang = language(code)
    if decision.kind is DecisionKind.ANSWER:
        return answer(decision.shown[0].article, code, today)
    if decision.kind is DecisionKind.OFFER:
        return offer([match.article for match in decision.shown], code)
    return _hand_over(decision, lang)


def answer(article: Article, code: str, today: date, taken: int = 0) -> Reply:
    """A published fact-check: rating in words, claim, why, age, outlet, date, link.

    `taken`: how many characters of the screen something else needs.
    """
    lang = language(code)
    above = heading(article, code)
    below = [_age(article, lang, today), f"{_source(article, lang)}\n{_link(article)}".strip()]
    room = SCREEN - taken - len(_blocks(above, *below)) - 2
    why = _short(article.summary or _first_paragraph(article.body), min(SUMMARY, max(LEAST, room)))
    return Reply(_blocks(above, why, *below))


def reply_to(decision: Decision, code: str, today: date, about_us: str = "") -> Reply:
    """The reply to a decision as a person gets it: an answer asks whether it helped.

    `about_us`: at first contact, who we are. It stands below the reply, or above what is to be chosen from.
    """
    if decision.kind is DecisionKind.ANSWER:
        return asking_back(decision.shown[0].article, code, today, below=about_us)
    if decision.kind is DecisionKind.OFFER:
        return with_words(word(decision, code, today), above=about_us)
    return with_words(word(decision, code, today), below=about_us)


def asking_back(article: Article, code: str, today: date, above: str = "", below: str = "") -> Reply:
    """An answer with what stands above and below it, and the question whether it helped."""
    say = language(code).say
    around = _blocks(above, say["helped_ask"], below)
    text = answer(article, code, today, taken=len(around) + 4).text
    options = (Option(HELPED_YES, say["helped_yes"]), Option(HELPED_NO, say["helped_no"]))
    return Reply(_blocks(above, text, below, say["helped_ask"]), options)


def with_words(reply: Reply, above: str = "", below: str = "") -> Reply:
    """The same reply with words of ours above and below its text."""
    return replace(reply, text=_blocks(above, reply.text, below))


def introduction(name: str, code: str) -> str:
    """Who we are, what we keep and how to be forgotten."""
    return language(code).say["introduction"].format(name=name)


def says(key: str, code: str, **given: str) -> Reply:
    """One of our own sentences, its {names} filled in."""
    return Reply(language(code).say[key].format(**given))


def about(key: str, question: str, code: str) -> Reply:
    """One of our own sentences about a question of theirs, which is quoted where it has words."""
    quoted = quote(question)
    return says(key, code, quoted=f" (“{quoted}”)" if quoted else "")


def told(article: Article, question: str, code: str, today: date) -> Reply:
    """To somebody who asked before there was an answer; `question` is empty where a file was sent."""
    say = language(code).say
    quoted = quote(question)
    above = say["told"].format(question=quoted) if quoted else say["told_file"]
    return asking_back(article, code, today, above=above)


def told_maybe(article: Article, question: str, code: str) -> Reply:
    """The same where we are not sure that it answers this question."""
    return replace(offer([article], code), text=language(code).say["told_maybe"].format(question=quote(question)))


def corrected(article: Article, code: str, today: date) -> Reply:
    """To somebody who was told this article before its publisher changed it."""
    return with_words(answer(article, code, today), above=language(code).say["corrected"])


def heading(article: Article, code: str) -> str:
    """What an answer begins with: rating and claim."""
    lang = language(code)
    return _blocks(
        _rating(article, lang), lang.say["claim"].format(claim=_short(article.claim or article.title, CLAIM))
    )


def quote(text: str) -> str:
    """A person's own words in one short line."""
    return _short(text, QUOTE)


def brief(article: Article, code: str) -> str:
    """A fact-check in two lines: rating and title, and the link."""
    say = language(code).say
    rating, title = _short(article.rating, NAME), _short(article.title, TITLE)
    line = say["brief"].format(rating=rating, title=title) if rating else title
    return f"{line}\n{_link(article)}".strip()


def broadcast(article: Article, code: str, today: date) -> Reply:
    """A fact-check that the newsroom sends to its followers, and how to stop getting such."""
    end = language(code).say["digest_end"]
    return with_words(answer(article, code, today, taken=len(end) + 2), below=end)


def channel_post(article: Article, code: str) -> str:
    """A fact-check as a post to be copied into a channel that no software may post to."""
    why = _short(article.summary or _first_paragraph(article.body), CLAIM)
    line, _, link = brief(article, code).partition("\n")
    return _blocks(line, why, f"{_source(article, language(code))}\n{link}".strip())


def digest(articles: Sequence[Article], code: str) -> Reply:
    """Several fact-checks, and how to stop getting this."""
    say = language(code).say
    return Reply(_blocks(say["digest"], *(brief(article, code) for article in articles), say["digest_end"]))


def _blocks(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)


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


def offer(articles: Sequence[Article], code: str) -> Reply:
    """Fact-checks to choose from, or none of these."""
    lang = language(code)
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
