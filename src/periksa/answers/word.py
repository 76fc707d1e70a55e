"""From a decision to the words of one message. Every sentence about a claim was published; ours are in `lang/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from periksa.lang import Language, cut, language
from periksa.model import Also, Article, Decision, DecisionKind, Force, Option, Reply, Said, Statement

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
QUOTED = 2
"""Statements of one news item that are shown."""
LINK = 500
"""A longer address is left out: half of it leads nowhere, and all of it would crowd out the answer."""
CHOICE = "article:"
"""An option's id is this and the article's id."""
NONE = "none"
"""The id of "none of these"."""
HELPED_YES, HELPED_NO = "helped:yes", "helped:no"
ALONE = Also()
"""Nobody else checked it."""
QUOTE = 120
"""Characters of a person's own words that we repeat to them."""


def word(decision: Decision, code: str, today: date) -> Reply:
    """The reply to a decision, in the language `code`, on the day `today` (for the age of a check)."""
    lang = language(code)
    if decision.kind is DecisionKind.ANSWER:
        return answer(decision.shown[0].article, code, today, also=decision.also)
    if decision.kind is DecisionKind.OFFER:
        return offer([match.article for match in decision.shown], code)
    return _hand_over(decision, lang)


def answer(article: Article, code: str, today: date, taken: int = 0, also: Also = ALONE) -> Reply:
    """A published fact-check: rating in words, claim, why, age, outlet, date, link, and who else checked it.

    `taken`: how many characters of the screen something else needs. Others give way to the reason's first words; that
    publishers disagree stands under the claim and never does.
    """
    lang = language(code)
    above = _blocks(heading(article, code), _dissent(article, also, lang))
    below = [_age(article, lang, today), f"{_source(article, lang)}\n{_link(article)}".strip()]
    reason = article.summary or _first_paragraph(article.body)
    room = SCREEN - taken - len(_blocks(above, *below)) - 2
    others = _others(also, lang, room - min(len(reason), LEAST) - 2)
    room -= len(others) + 2 if others else 0
    return Reply(_blocks(above, _short(reason, min(SUMMARY, max(LEAST, room))), *below, others))


def reply_to(decision: Decision, code: str, today: date, about_us: str = "") -> Reply:
    """The reply to a decision as a person gets it: an answer asks whether it helped.

    `about_us`: at first contact, who we are. It stands below the reply, or above what is to be chosen from.
    """
    if decision.kind is DecisionKind.ANSWER:
        return asking_back(decision.shown[0].article, code, today, below=about_us, also=decision.also)
    if decision.kind is DecisionKind.OFFER:
        return with_words(word(decision, code, today), above=about_us)
    return with_words(word(decision, code, today), below=about_us)


def asking_back(
    article: Article, code: str, today: date, above: str = "", below: str = "", also: Also = ALONE
) -> Reply:
    """An answer with what stands above and below it, and the question whether it helped."""
    say = language(code).say
    around = _blocks(above, say["helped_ask"], below)
    text = answer(article, code, today, taken=len(around) + 4, also=also).text
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


def told(article: Article, question: str, code: str, today: date, *, again: bool = False) -> Reply:
    """To somebody who asked before there was an answer, or with `again` who was told something else before.

    `question` is empty where a file was sent.
    """
    say = language(code).say
    quoted = quote(question)
    above = say["told"].format(question=quoted) if quoted else say["told_file"]
    return asking_back(article, code, today, above=about("told_again", question, code).text if again else above)


def told_maybe(article: Article, question: str, code: str, *, again: bool = False) -> Reply:
    """The same where we are not sure that it answers this question."""
    first = language(code).say["told_maybe"].format(question=quote(question))
    return replace(offer([article], code), text=about("told_again_maybe", question, code).text if again else first)


def corrected(article: Article, code: str, today: date, *, ours: bool = False) -> Reply:
    """To somebody who was told this article before its publisher, or with `ours` the newsroom itself, changed it."""
    return with_words(answer(article, code, today), above=language(code).say["corrected_own" if ours else "corrected"])


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
    """A fact-check in two lines: the claim, and what its publisher says of it; and the link."""
    say = language(code).say
    rating, outlet = _short(article.rating, NAME), _short(article.outlet, NAME)
    verdict = ", ".join(part for part in (f"*{rating}*" if rating else "", outlet) if part)
    claim = _short(article.claim or article.title, TITLE)
    line = say["brief"].format(claim=claim, verdict=verdict) if verdict else claim
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


def _dissent(article: Article, also: Also, lang: Language) -> str:
    """Every publisher's word, where they lead to different conclusions; for one without, its title begins with it."""
    if not also.disagree:
        return ""
    words = (
        f"{_short(each.outlet, NAME) or _short(each.title, NAME)}: {_short(each.rating or each.title, NAME)}"
        for each in (article, *also.articles)
    )
    return lang.say["disagree"].format(ratings="; ".join(words))


def _others(also: Also, lang: Language, room: int) -> str:
    """The other checks, a line each, as many as there is room for."""
    lines = [lang.say["also"], *(_other(each, lang) for each in also.articles)]
    while len(lines) > 1 and len("\n".join(lines)) > room:
        lines.pop()
    return "\n".join(lines) if len(lines) > 1 else ""


def _other(article: Article, lang: Language) -> str:
    when = day(article.date, lang) if article.date else lang.say["undated"]
    said = ", ".join(part for part in (_short(article.rating, NAME), when) if part)
    return f"{_short(article.outlet or article.title, NAME)} ({said}) {_link(article)}".strip()


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
    """The words in it that touch the question, or its headline; never ours, never without a date or a word about it."""
    told = _blocks(*(_said(each, article, lang) for each in article.statements[:QUOTED]))
    if not told:
        told = lang.say["headline"].format(title=_short(article.title, TITLE), source=_published(article, lang))
    return f"{told}\n{_link(article)}".strip()


def _said(statement: Statement, article: Article, lang: Language) -> str:
    told = {
        "who": who(statement),
        "when": _occasion(statement, article, lang),
        "quoted": _quoted(statement, article, lang),
    }
    verb = _verb_before(statement, article, lang)
    if verb:
        return _large(lang.say["forced"].format(said=_spoken(statement, verb), **told))
    own = statement.force is not Force.SAID and article.language == lang.code
    verb = (_short(statement.verb, NAME) if own else "") or lang.say["verb"]
    words = _before_the_verb(_short(statement.words, CLAIM), statement.direct)
    return lang.say["said"].format(words=words, verb=verb, **told)


def spoken(said: Said, code: str) -> str:
    """The words of a statement: in quotation marks, or as reported, behind the verb that denies, promises or warns."""
    return _spoken(said.statement, _verb_before(said.statement, said.article, language(code)))


def _spoken(statement: Statement, verb: str) -> str:
    words = _short(statement.words, CLAIM)
    if statement.direct:
        return f"{verb}: “{words}”" if verb else f"“{words}”"
    return f"{verb} {_ended(words)}" if verb else _large(_ended(words))


def _verb_before(statement: Statement, article: Article, lang: Language) -> str:
    """The verb without which the words say something else ("membantah"); none where they stood before theirs."""
    placed = statement.start is not None and statement.speaker_start is not None
    behind = placed and (statement.speaker_start or 0) > (statement.start or 0)
    own = _short(statement.verb, NAME) if placed and article.language == lang.code else ""
    if statement.force is Force.SAID or (behind and (own or not statement.direct)):
        return ""
    return own if own and not behind else lang.say[f"force_{statement.force}"]


def who(statement: Statement) -> str:
    """A speaker, with the office."""
    role = f" ({_short(statement.role, NAME)})" if statement.role else ""
    return f"{_short(statement.speaker, NAME)}{role}"


def _occasion(statement: Statement, article: Article, lang: Language) -> str:
    """The day on which it was said, or else the day on which it was reported, told as such; and where it was said."""
    when = lang.say["undated"]
    if statement.date:
        when = day(statement.date, lang)
    elif article.date:
        when = lang.say["reported_on"].format(date=day(article.date, lang))
    return ", ".join(part for part in (when, _short(statement.medium, NAME)) if part)


def _quoted(statement: Statement, article: Article, lang: Language) -> str:
    outlet = _short(article.outlet, NAME) or lang.say["news"]
    via = ", ".join(each for each in statement.via if each.casefold() != article.outlet.casefold())
    return lang.say["quoted_via" if via else "quoted"].format(outlet=outlet, via=_short(via, NAME))


def _before_the_verb(words: str, direct: bool) -> str:
    """As words stand before "kata X": a comma for the full stop."""
    plain = words.rstrip(" .,;:")
    comma = "" if plain.endswith(("?", "!")) else ","
    return f"“{plain}{comma}”" if direct else f"{_large(plain)}{comma}"


def _ended(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…", "”")) else f"{words}."


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]


_MARKS = str.maketrans({"*": None, "~": None, "`": None, "_": " "})


def _short(text: str, limit: int) -> str:
    """One line of at most `limit` characters, without the marks that chat apps read as bold, italic or code."""
    return cut(" ".join(text.translate(_MARKS).split()), limit)


def _first_paragraph(body: str) -> str:
    return next((line for line in body.splitlines() if line.strip()), "")
