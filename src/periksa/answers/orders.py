"""Words that are an order to us: only when they are the whole message. "Stop vaksin" is a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from periksa.lang import DEFAULT, LANGUAGES, analysis
from periksa.model import Article, Cadence

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
EVERYTHING = "all"
"""The topic of those who named none."""
LONGEST = 60
"""Characters; nobody orders at greater length, and forwards need not be looked at."""


class Word(StrEnum):
    """What can be ordered; the names of `[commands]` in `lang/`."""

    FOLLOW = "follow"
    STOP = "stop"
    ERASE = "erase"
    HELP = "help"
    SPEAK = "speak"
    WHO = "who"
    WRONG = "wrong"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `topics`: ids of what to follow, empty for everything."""

    word: Word
    language: str = ""
    """The one whose word was used."""
    topics: tuple[str, ...] = ()
    cadence: Cadence = Cadence.WEEKLY
    unknown: str = ""
    """What they want to follow and cannot."""


def order(text: str) -> Order | None:
    """The order that this text is, in whichever language; None for everything else."""
    tokens = analysis.tokens(text) if len(text) <= LONGEST and not _LINK.search(text) else []
    said = " ".join(tokens)
    if not said:
        return None
    if tokens[0] in _FOLLOW:
        return _follow(tokens[1:])
    if said not in _WORDS:
        return None
    word, code = _WORDS[said]
    return Order(word, code)


def _follow(rest: Sequence[str]) -> Order | None:
    """What to follow, and how often: "kesehatan harian". One other word is a topic we do not have; None for more:
    "langganan wifi gratis" is a question."""
    topics: dict[str, None] = {}
    unknown: list[str] = []
    cadence = Cadence.WEEKLY
    for token in rest:
        if token in _CADENCES:
            cadence = _CADENCES[token]
        elif token in _TOPICS:
            topics[_TOPICS[token]] = None
        elif token not in _ALL:
            unknown.append(token)
    if len(unknown) > 1:
        return None
    return Order(Word.FOLLOW, topics=tuple(topics), cadence=cadence, unknown="".join(unknown))


def topics_of(article: Article) -> frozenset[str]:
    """Ids of the topics that an article belongs to: those with a word in its title or claim."""
    words = set(analysis.words(f"{article.title} {article.claim}", article.language))
    return frozenset(id for id, belonging in _BELONGING.items() if words & belonging)


def topic_name(id: str, code: str) -> str:
    """What a topic is called in a language."""
    return LANGUAGES[code].topics[id][0]


def topic_names(code: str) -> str:
    """All topics in a language."""
    return ", ".join(topic_name(id, code) for id in TOPICS)


def topic_id(said: str) -> str:
    """The topic that somebody means by its id or a word of any language that belongs to it; empty for none."""
    said = said.strip().lower()
    return said if said in TOPICS else _TOPICS.get(said, "")


def _together(name: str) -> frozenset[str]:
    return frozenset().union(*(lang.commands[name] for lang in LANGUAGES.values()))


TOPICS = tuple(LANGUAGES[DEFAULT].topics)
"""Ids of everything that can be followed by itself."""
_WORDS = {
    said: (word, code)
    for code, lang in reversed(list(LANGUAGES.items()))
    for word in Word
    for said in lang.commands[word]
}
"""Where two languages share a word ("stop"), it is the first language's."""
_FOLLOW, _ALL = _together("follow"), _together("all")
_CADENCES: Mapping[str, Cadence] = {word: cadence for cadence in Cadence for word in _together(cadence)}
_TOPICS: Mapping[str, str] = {
    word: id for lang in LANGUAGES.values() for id, words in lang.topics.items() for word in words
}
_BELONGING: Mapping[str, frozenset[str]] = {
    id: frozenset(word for code, lang in LANGUAGES.items() for word in analysis.words(" ".join(lang.topics[id]), code))
    for id in TOPICS
}
"""By topic, the words that belong to it, analysed."""
