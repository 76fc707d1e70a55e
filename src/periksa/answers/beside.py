"""A question and a claim side by side: which words both have, and which numbers, names and words only one has.

As editors read it: every character of both texts is there, in order. It decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from periksa.answers.sides import Side
from periksa.lang import LANGUAGES, analysis
from periksa.lang.mask import KEPT
from periksa.lang.names import Name, parts
from periksa.model import Article, Beside, Piece

_TIMES = "|".join(word for lang in LANGUAGES.values() for word in lang.zeros)
_BLOTTED = rf"\+?\(?(?:\d[^\w•]{{0,4}}){{0,{KEPT}}}•[•\d().\s-]*"
"""A number that was masked: nobody can say whether it is the same."""
_TOKEN = re.compile(rf"{_BLOTTED}|(?:rp\.?\s?)?\d+(?:[.,]\d+)*(?:\s?(?:{_TIMES})\b|\b)|\w+(?:[-'’]\w+)*", re.IGNORECASE)
_NUMBER = re.compile(r"\d")


def beside(text: str, language: str, article: Article) -> Beside:
    """The question in this language beside the claim of a fact-check, or its title where it states none."""
    claim = article.claim or article.title
    asked, checked = Side(text, language), Side(claim, article.language)
    whole = Side(f"{article.title}\n{claim}", article.language)
    return Beside(article, _pieces(text, asked, whole), _pieces(claim, checked, asked))


def _pieces(text: str, side: Side, other: Side) -> tuple[Piece, ...]:
    """Stretches of one kind, grown together."""
    found: list[Piece] = []
    for piece in _marked(text, side, other):
        last = found[-1] if found else None
        if last and last.kind == piece.kind:
            found[-1] = Piece(last.text + piece.text, piece.kind)
        else:
            found.append(piece)
    return tuple(_closed(found))


def _closed(pieces: list[Piece]) -> Iterator[Piece]:
    """A space between two words of one kind belongs to them."""
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        while at + 2 < len(pieces) and pieces[at + 1].text == " " and pieces[at + 2].kind == piece.kind != "":
            piece = Piece(f"{piece.text} {pieces[at + 2].text}", piece.kind)
            at += 2
        yield piece
        at += 1


def _marked(text: str, side: Side, other: Side) -> Iterator[Piece]:
    named = _named(side)
    end = 0
    for found in _TOKEN.finditer(text):
        if found.start() > end:
            yield Piece(text[end : found.start()])
        yield Piece(found[0], _kind(found[0], side, other, named))
        end = found.end()
    if end < len(text):
        yield Piece(text[end:])


def _kind(token: str, side: Side, other: Side, named: frozenset[str]) -> str:
    if "•" in token:
        return ""
    if _NUMBER.search(token):
        return "same" if set(analysis.numbers(token)) & other.numbers or _words(token, side) & other.words else "number"
    words = _words(token, side)
    if not words:
        return ""
    if words & other.words:
        return "same"
    return "name" if words & named else "word"


def _words(token: str, side: Side) -> frozenset[str]:
    return frozenset(analysis.words(token, side.language))


def _named(side: Side) -> frozenset[str]:
    """The analysed words of names that are known: people, places, banks …"""
    names = (part.name for part in parts(side.tokens) if isinstance(part, Name))
    return frozenset(word for name in names for word in analysis.words(name, side.language))
