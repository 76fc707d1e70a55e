"""Text: what of it is the claim, and how is it put?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from periksa.lang import DEFAULT, LANGUAGES, analysis
from periksa.lang.spoken import language_of
from periksa.model import Message, Query, QueryKind

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
"""A digit on a key, 1️⃣: it numbers a list."""
_BLANK = re.compile(r"[ \t\r\f\v]+")
_GREETING = frozenset().union(*(lang.greeting for lang in LANGUAGES.values()))
_ASKING = frozenset().union(*(lang.asking for lang in LANGUAGES.values()))
_EMPTY_WORDS = frozenset().union(_GREETING, _ASKING, *(lang.chatter for lang in LANGUAGES.values()))
"""Words that name nothing that could be looked up."""

KEYWORD_WORDS = 6
"""A question of at most this many analysed words is a keyword search."""
SENTENCE_WORDS = 30
"""Beyond this many it is a forward."""
LONGEST = 8_000
"""Characters read of one message: twice the longest WhatsApp text."""


class TextReader:
    """Reads what was typed, forwarded or written under a picture.

    `language` is the one of a text too short to tell its own.
    """

    def __init__(self, language: str = DEFAULT) -> None:
        self._language = language

    def read(self, message: Message) -> Query:
        """What this message asks; EMPTY where nothing was written, CHATTER for a lone emoji.

        "Is this true?" without saying what is a KEYWORD query without words.
        """
        text = visible(message.text[:LONGEST])
        claim = without_wrapping(text)
        language = language_of(claim, language_of(text, self._language))
        tokens = analysis.tokens(claim)
        idle = _says_nothing(tokens)
        words = () if idle else analysis.words(claim, language)
        return Query(
            text=claim,
            kind=_idle_kind(claim, tokens) if idle else _kind(words),
            language=language,
            words=words,
            grams=analysis.grams(claim),
            numbers=analysis.numbers(claim),
            links=tuple(_LINK.findall(text)),
            negated=analysis.negated(words),
        )


def visible(text: str) -> str:
    """The text without NUL, lone surrogates, zero-width and direction characters; lines are kept."""
    kept = "".join(char if char in "\n\t" or analysis.shows(char) else " " if char.isspace() else "" for char in text)
    return _BLANK.sub(" ", _KEYCAP.sub(" ", kept)).strip()


def without_wrapping(text: str) -> str:
    """The claim alone: no links, no "forwarded", no "please share", no "is this true?".

    Where nothing would be left, the text itself: a person who sends "sebarkan" asks about nothing else.
    """
    claim = _LINK.sub(" ", text)
    for lang in LANGUAGES.values():
        for pattern in (*lang.furniture, *lang.question):
            claim = pattern.sub(" ", claim)
    claim = _BLANK.sub(" ", claim).strip(" \n?!.,:;-*_~")
    return claim if _LETTER.search(claim) else _LINK.sub(" ", text).strip()


def _says_nothing(tokens: Sequence[str]) -> bool:
    return all(token in _EMPTY_WORDS or len(token) == 1 for token in tokens)


def _idle_kind(claim: str, tokens: Sequence[str]) -> QueryKind:
    if not claim:
        return QueryKind.EMPTY
    if not _GREETING.isdisjoint(tokens):
        return QueryKind.GREETING
    return QueryKind.CHATTER if _ASKING.isdisjoint(tokens) else QueryKind.KEYWORD


def _kind(words: Sequence[str]) -> QueryKind:
    if len(words) <= KEYWORD_WORDS:
        return QueryKind.KEYWORD
    return QueryKind.SENTENCE if len(words) <= SENTENCE_WORDS else QueryKind.FORWARD
