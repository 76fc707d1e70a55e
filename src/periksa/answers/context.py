"""What was reported where no check answers: which news touches a question, and which words in it do.

News is context and never an answer: whose words they are and when they were said decide nothing about the claim. What
touches a question only in passing is left out, because beside "not checked yet" everything reads like an answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from periksa.answers.features import Asked, Pair, question_covered, question_covered_anywhere
from periksa.answers.guards import GUARDS, NAMED, Comparison
from periksa.answers.sides import Claim, asked
from periksa.lang import analysis, names
from periksa.model import Article, Force, Found, Query, QueryKind, Said, Statement

NEWS = 2
"""News items shown beside "not checked yet"."""
NEWS_COVERED = 0.6
"""How much of a question, by rarity, a news item must hold at all …"""
HEADED = 0.25
"""… and its headline …"""
TOGETHER = 0.7
"""… and its headline with one statement: in a long text any words meet."""
MEANT, WHOLE, NEAR = 0.33, 0.85, 0.95
"""Where meanings are known instead: the least cosine of question and headline, unless so much is held together; and the
least of both summed. Measured with the network of periksa-models; the small table's cosines are not asked."""
TELLING = 1.0
"""How much the words that meet must tell, by rarity; 1 is a word that stands in one article only."""
OTHER = frozenset({"another year", *(f"another {kind}" for kind in NAMED)})
"""Guards by which news is about somebody, somewhere or some time else. A denial is none of them: denials are news."""
MATTER = 0.4
"""How much of a question, the speaker's name aside, a statement's own words must hold, by rarity."""
NAMING = 0.5
"""How much a word must tell by which a question names a speaker; 1 is a word that stands in one article only."""
HELD = 0.6
"""How much of the question words and speaker of a statement hold in a timeline."""
SPEAKERS, LINES = 3, 12
"""Speakers in a timeline, and what is shown of each."""


class _About(Asked):
    """The question, and what its words are worth here."""

    def __init__(self, query: Query, found: Found) -> None:
        super().__init__(query, found)
        self.said = tuple(dict.fromkeys(found.mended.get(word, (word,)) for word in query.words))
        """Every word that was asked for, or those searched instead of it."""
        self.rare = math.log(1 + (max(1, found.total) - 0.5) / 1.5)
        """How much a word tells that stands in one article only."""
        parts = list(names.parts(analysis.tokens(query.text)))
        known = [part for part in parts if isinstance(part, names.Name) and part.kind == "person"]
        self.people = frozenset(names.person(each.name) for each in known)
        """People everybody knows …"""
        others = " ".join(part.name if isinstance(part, names.Name) else part for part in parts if part not in known)
        self.naming = self.words.difference(analysis.words(others, query.language)) if known else frozenset()
        """… and the words by which it names them."""

    def held(self, words: Set[str], of: Iterable[tuple[str, ...]] | None = None) -> float:
        """How much of the question, or of these words of it, stands among `words`, by rarity."""
        every = self.said if of is None else tuple(of)
        whole = sum(max(self.tells((word,)) for word in each) for each in every)
        met = sum(max((self.tells((word,)) for word in each if word in words), default=0.0) for each in every)
        return met / whole if whole else 0.0


@dataclass(frozen=True)
class _Heard:
    """One statement beside a question."""

    asked: _About
    said: Said

    @cached_property
    def own(self) -> frozenset[str]:
        """Its words."""
        return frozenset(analysis.words(self.said.statement.words, self.said.article.language))

    @cached_property
    def who(self) -> frozenset[str]:
        """The words that name its speaker, the question's own among them."""
        by = self.said.statement
        words = analysis.words(f"{by.speaker} {by.role} {by.organisation}", self.said.article.language)
        return frozenset(words) | (self.asked.naming if self._known in self.asked.people else frozenset())

    @cached_property
    def is_named(self) -> bool:
        """Whether the question names its speaker: by a name that everybody knows, or by a rare word of it."""
        if self._known.known:
            return self._known in self.asked.people
        words = analysis.words(self.said.statement.speaker, self.said.article.language)
        return any(
            self.asked.tells((word,)) >= NAMING * self.asked.rare for word in self.asked.words.intersection(words)
        )

    @cached_property
    def _known(self) -> names.Person:
        return names.person(self.said.statement.speaker)

    @cached_property
    def near(self) -> float:
        """How much of the question words and speaker hold together."""
        return self.asked.held(self.own | self.who)

    @property
    def fits(self) -> bool:
        """Whether it says something about the matter, and not only stands under the right name."""
        matter = [each for each in self.asked.said if self.who.isdisjoint(each)]
        return bool(matter) and self.asked.held(self.own, matter) >= MATTER

    @property
    def clear(self) -> bool:
        """Whether it can be told without turning it round: a denial is what was denied, or what was said against it."""
        said = self.said.statement
        return said.force is not Force.DENIED or said.direct or None not in (said.start, said.speaker_start)

    @property
    def prominent(self) -> float:
        """How much of it the newsroom put on top."""
        top = analysis.words(f"{self.said.article.title}\n{self.said.article.summary}", self.said.article.language)
        return len(self.own.intersection(top)) / max(1, len(self.own))

    def follows(self, first: _Heard) -> bool:
        """Whether the same speaker comes back to it in the same article, as said on another day."""
        one, other = self.said, first.said
        days = one.statement.date, other.statement.date
        apart = one.article.id == other.article.id and None not in days and days[0] != days[1]
        return apart and bool(self.own & self.asked.words) and speaker(one.statement) == speaker(other.statement)


def touching(query: Query, news: Found) -> tuple[Article, ...]:
    """News that touches the question, newest first, with no statements but those that do: at most two headings or
    statements in all.

    What a speaker said of it later, in the same article, stands above what was said first: it may take it back.
    """
    about = _About(query, news)
    pairs = (Pair(about, candidate, at) for at, candidate in enumerate(news.candidates))
    near = {pair.at: _nearness(about, pair) for pair in pairs if _may_touch(pair, news)}
    best = sorted((at for at in near if near[at]), key=lambda at: -near[at])
    told = _unlike(_with_best(about, news.candidates[at].article) for at in best)
    return tuple(sorted(_few(told), key=lambda article: article.date or date.min, reverse=True))


def timeline(query: Query, news: Found) -> tuple[tuple[Said, ...], ...]:
    """Who said what about it, in order of the days on which they did: the most first; of each the newest first.

    Speakers that the question names leave no room for others.
    """
    about = _About(query, news)
    heard = [each for candidate in news.candidates for each in _heard(about, candidate.article) if each.clear]
    named = [each for each in heard if each.is_named]
    told = [each for each in named or heard if _belongs(each, bool(named))]
    told += [each for each in named or heard if each not in told and any(each.follows(first) for first in told)]
    speakers: dict[object, list[_Heard]] = {}
    for each in told:
        speakers.setdefault(speaker(each.said.statement), []).append(each)
    groups = sorted(speakers.values(), key=_standing, reverse=True)[:SPEAKERS]
    return tuple(tuple(_in_order(group)) for group in groups)


def speaker(statement: Statement) -> object:
    """Equal for two statements whose speakers are certainly the same person or body.

    A name of one word that nobody knows is somebody else under another office.
    """
    name = names.person(statement.speaker)
    office = "" if name.known or len(name.words) > 1 else f"{statement.role}\n{statement.organisation}".casefold()
    return name.words, office


# ---------------------------------------------------------------- news


def _may_touch(pair: Pair, news: Found) -> bool:
    """Whether it holds enough of the question and is about nobody and nothing else."""
    enough = question_covered_anywhere(pair) >= NEWS_COVERED and question_covered(pair) >= HEADED
    return enough and not _another(pair.asked.query, pair.candidate.article, news)


def _another(query: Query, article: Article, news: Found) -> bool:
    compared = Comparison(asked(query), Claim(article), news)
    held = (guard for guard in GUARDS if guard.forwards or query.kind is not QueryKind.FORWARD)
    return any(guard.reason in OTHER and guard.doubts(compared) for guard in held)


def _nearness(about: _About, pair: Pair) -> float:
    """How near it is to the question, 0 where that is not near enough."""
    spoken = (each.own | each.who for each in _heard(about, pair.candidate.article))
    together = max((about.held(pair.head | words) for words in spoken), default=about.held(pair.head))
    if together * about.weight < TELLING * about.rare:
        return 0.0
    if about.stage != "meaning":
        return together if together >= TOGETHER else 0.0
    meant = pair.candidate.scores.get("meaning", 0.0)
    near = together + meant >= NEAR and (meant >= MEANT or together >= WHOLE)
    return together + meant if near else 0.0


def _with_best(about: _About, article: Article) -> Article:
    """The article with the statement that touches the question most, behind what its speaker said later; or without."""
    heard = [each for each in _heard(about, article) if each.clear]
    best = max((each for each in heard if each.fits), key=_weight, default=None)
    if not best:
        return replace(article, statements=())
    day = best.said.statement.date or date.max
    later = [each for each in heard if each.follows(best) and (each.said.statement.date or date.min) > day]
    newest = max(later, key=lambda each: (each.said.statement.date or date.min, _weight(each)), default=None)
    return replace(article, statements=tuple(each.said.statement for each in (newest, best) if each))


def _weight(heard: _Heard) -> tuple[float, float]:
    return heard.near, heard.prominent


def _few(articles: Iterable[Article]) -> Iterator[Article]:
    """The first of them, as many as there is room for."""
    room = NEWS
    for article in articles:
        if not room:
            return
        shown = replace(article, statements=article.statements[:room])
        room -= max(1, len(shown.statements))
        yield shown


def _unlike(articles: Iterable[Article]) -> Iterator[Article]:
    """Leave out who says or heads the same in another outlet."""
    seen: set[tuple[str, ...]] = set()
    for article in articles:
        told = article.statements[0].words if article.statements else article.title
        words = analysis.words(told, article.language)
        if words not in seen:
            seen.add(words)
            yield article


# ---------------------------------------------------------------- a timeline


def _heard(about: _About, article: Article) -> Iterator[_Heard]:
    return (_Heard(about, Said(one, article, at)) for at, one in enumerate(article.statements))


def _belongs(heard: _Heard, named: bool) -> bool:
    """Whether it is a part of a timeline; where nothing but the speaker was asked for, everything of theirs is."""
    only = named and all(not heard.who.isdisjoint(each) for each in heard.asked.said)
    return only or (heard.fits and heard.near >= HELD)


def _standing(group: Sequence[_Heard]) -> tuple[int, float]:
    """On how many days, then how near."""
    return len({each.said.day for each in group}), max(each.near for each in group)


def _in_order(group: Sequence[_Heard]) -> Iterator[Said]:
    """Newest day first, each once, as many as are shown; those nearest to the question if there are more."""
    once = {(each.said.day, each.own): each for each in reversed(group)}
    nearest = sorted(once.values(), key=lambda each: -each.near)[:LINES]
    newest = sorted(nearest, key=lambda each: each.said.number)
    for each in sorted(newest, key=lambda each: each.said.day or date.min, reverse=True):
        yield each.said
