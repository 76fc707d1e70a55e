"""From what was found on a page, in a feed or in WordPress to an article: one way for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice, pairwise

from periksa.model import Article, ArticleKind
from periksa.sources import Problem
from periksa.sources.address import derived_id, same_page
from periksa.sources.cleaning import one_line
from periksa.sources.dateline import read_dateline
from periksa.sources.dates import date_line
from periksa.sources.furniture import cut_within, is_furniture, rule_of
from periksa.sources.moments import published_day, wrong_day
from periksa.sources.roundups import is_roundup
from periksa.sources.site import Drop, Reading, Site
from periksa.sources.withdrawn import is_withdrawn

LEAD = 3
"""One of so many first lines may open with the date line."""
LONGEST_RATING = 60
"""Characters; what is longer is a sentence, not a rating."""
LONGEST_DATELINE = 60
_ENDS_IN_DASH = re.compile(r"\w\W*\s(?:-{1,2}|[–—])$")


@dataclass(slots=True)
class Found:
    """What was found of one article, as it stands there."""

    url: str
    title: str
    lines: Sequence[str]
    dates: Sequence[str] = ()
    """The surest first."""
    summary: str = ""
    """The standfirst, where the profile says it stands."""
    description: str = ""
    """What mark-up or feed say it is about: often the first words of the text, cut off."""
    categories: tuple[str, ...] = ()
    elements: Mapping[tuple[str, ...], Sequence[str]] = field(default_factory=dict)
    """What the profile's rules for elements found, by selectors."""
    claims: int = 0
    """How many claims its ClaimReview examines. Any makes it a fact-check, several a page of several checks."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of a page of which not all is the article's: the rule that says so, and what is kept of it."""

    line: str
    rule: str
    kept: str = ""


def taken_back(found: Found, site: Site) -> bool:
    """Whether the article says that its publisher took it back."""
    title = _title(found.title, site)
    return is_withdrawn(title, list(islice(text_lines(found.lines, site, title), LEAD)), site, found.elements)


def article_of(found: Found, site: Site, fetched_at: datetime) -> tuple[Article | None, list[Problem]]:
    """The article, or None; and what is wrong with it, under its address."""
    problems: list[Problem] = []
    title, url = _title(found.title, site), site.article_address(found.url)
    lines = _joined(list(text_lines(found.lines, site, title)))
    if not title:
        problems.append(Problem(url, "title", "is missing: neither the profile nor the mark-up names a headline"))
    if not lines:
        problems.append(Problem(url, "body", "is empty: nothing but furniture is left of the page"))
    if not (title and lines):
        return None, problems
    kind = _kind(found, site, url)
    rating, claim = "", ""
    if kind is ArticleKind.FACT_CHECK and found.claims < 2 and is_roundup(title):
        kind = ArticleKind.NEWS
        problems.append(Problem(url, "title", "is that of a round-up of several checks; it was kept as news", False))
    elif kind is ArticleKind.FACT_CHECK:
        rating, title = _rating(found, site, title, lines)
        claim = _first(found, site.claim, title, lines)
    place, lines = _without_dateline(lines)
    day, wrong = day_of(found.dates, site, fetched_at)
    if wrong:
        problems.append(Problem(url, "date", wrong, refused=False))
    return Article(
        id=derived_id(same_page(url)),
        kind=kind,
        title=title,
        outlet=site.outlet,
        url=url,
        language=site.language,
        date=day,
        claim=claim,
        rating=rating,
        summary=_summary(found, site, kind, lines),
        body="\n\n".join(lines),
        place=place,
    ), problems


def text_lines(lines: Sequence[str], site: Site, title: str = "") -> Iterator[str]:
    """The lines of a text that are the article's, by the rules that hold everywhere and then the site's own."""
    for number, line in enumerate(lines):
        if _is_everywhere_left_out(number, line, title):
            continue
        kept = cut_within(line)
        for rule in site.drop:
            if rule.where == "rest" and re.fullmatch(rule.pattern, kept):
                return
            kept = _dropped(rule, kept)
        if kept:
            yield kept


def left_out(found: Found, site: Site) -> Iterator[LeftOut]:
    """What `text_lines` leaves out of an article, line by line, and by which rule."""
    title, lines = _title(found.title, site), found.lines
    for number, line in enumerate(lines):
        if _is_everywhere_left_out(number, line, title):
            yield LeftOut(line, rule_of(line) or ("the headline again" if line == title else "a day on its own"))
            continue
        kept = cut_within(line)
        names = [rule_of(line)] if kept != line.strip() else []
        for rule in site.drop:
            if rule.where == "rest" and re.fullmatch(rule.pattern, kept):
                yield from (LeftOut(each, rule.name) for each in lines[number:])
                return
            before, kept = kept, _dropped(rule, kept)
            names += [rule.name] if kept.split() != before.split() else []
        if names:
            yield LeftOut(line, ", ".join(names), kept)


def _is_everywhere_left_out(number: int, line: str, title: str) -> bool:
    return is_furniture(line) or (number < LEAD and (line == title or date_line(line) is not None))


def _dropped(rule: Drop, line: str) -> str:
    if rule.where == "within":
        return " ".join(re.sub(rule.pattern, " ", line).split())
    return "" if rule.where == "line" and re.fullmatch(rule.pattern, line) else line


def _title(text: str, site: Site) -> str:
    title = cut_within(one_line(text))
    for ending in site.title_endings:
        title = re.sub(rf"(?:{ending})$", "", title).strip() or title
    return title


def _kind(found: Found, site: Site, url: str) -> ArticleKind:
    if site.publishes == "both" and not found.claims:
        told = (
            (site.fact_check.address, (url,)),
            (site.fact_check.title, (found.title,)),
            (site.fact_check.category, found.categories),
        )
        checks = any(re.search(pattern, text) for patterns, texts in told for pattern in patterns for text in texts)
        return ArticleKind.FACT_CHECK if checks else ArticleKind.NEWS
    return ArticleKind.FACT_CHECK if found.claims or site.publishes == "fact-checks" else ArticleKind.NEWS


def _rating(found: Found, site: Site, title: str, lines: Sequence[str]) -> tuple[str, str]:
    """The publisher's word, and the title without the label that it stood in. A missing one stays empty."""
    for rule in site.rating:
        for text in _texts(found, rule, title, lines):
            match = re.search(rule.pattern, text)
            word = one_line(match["word"]) if match else ""
            if match and 0 < len(word) <= LONGEST_RATING:
                rest = one_line(text[: match.start()] + " " + text[match.end() :])
                return word, rest if rule.cut and rule.where == "title" and rest else title
    return "", title


def _first(found: Found, rules: Sequence[Reading], title: str, lines: Sequence[str]) -> str:
    """What the first rule finds that finds anything."""
    texts = ((rule, text) for rule in rules for text in _texts(found, rule, title, lines))
    words = (one_line(match["word"]) for rule, text in texts if (match := re.search(rule.pattern, text)))
    return next(filter(None, words), "")


def _texts(found: Found, rule: Reading, title: str, lines: Sequence[str]) -> Sequence[str]:
    if rule.where == "element":
        return found.elements.get(rule.selector, ())
    return {"title": (title,), "text": lines, "category": found.categories}[rule.where]


def _summary(found: Found, site: Site, kind: ArticleKind, lines: Sequence[str]) -> str:
    """Why, for a fact-check; the standfirst, for news. A description is one only if it says something of its own."""
    summary, description = one_line(found.summary), one_line(found.description)
    if kind is ArticleKind.FACT_CHECK:
        return _conclusion(site, lines) or summary
    cut_off = description.endswith(("…", "..")) or any(description[:40] in line for line in lines)
    return summary or ("" if cut_off else description)


def _conclusion(site: Site, lines: Sequence[str]) -> str:
    """The paragraph under the heading of the conclusion."""
    for heading, line in pairwise(lines):
        if any(re.fullmatch(pattern, heading) for pattern in site.conclusion):
            return line
    return ""


def _joined(lines: list[str]) -> list[str]:
    """A date line that the mark-up put on a line of its own belongs to the paragraph after it."""
    for number, line in enumerate(lines[:LEAD]):
        if number + 1 < len(lines) and len(line) <= LONGEST_DATELINE and _ENDS_IN_DASH.search(line):
            return [*lines[:number], f"{line} {lines[number + 1]}", *lines[number + 2 :]]
    return lines


def _without_dateline(lines: list[str]) -> tuple[str, list[str]]:
    for number, line in enumerate(lines[:LEAD]):
        if dateline := read_dateline(line):
            return dateline.place, [*lines[:number], dateline.rest, *lines[number + 1 :]]
    return "", lines


def day_of(dates: Sequence[str], site: Site, fetched_at: datetime) -> tuple[date | None, str]:
    """The first of these texts that is a day and can be one of publication; or what is wrong, never a guess."""
    wrong = ""
    for text in filter(None, map(one_line, dates)):
        day = published_day(text, fetched_at, site.time_zone, day_first=site.language != "en")
        why = wrong_day(day, fetched_at) if day else f'does not say which day: "{text[:40]}"'
        if day and not why:
            return day, ""
        wrong = wrong or why
    return None, wrong or "is missing"
