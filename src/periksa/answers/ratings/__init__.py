"""Publishers' ratings on one scale (`model.Scale`), to filter, group and compare. People see the publisher's word.

The words are data beside this file. A word counts only as a whole, letter for letter but for capitals and what
surrounds it, so that "tidak salah" is not "salah"; one that nobody listed is unknown, never guessed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from periksa.model import Article, Scale

MARKS = frozenset(":,!")
"""What may stand behind a rating that a title begins with."""

_BRACKETED = re.compile(r"\s*(?:\[([^\[\]]{1,60})\]|\(([^()]{1,60})\))")
_MARKED = re.compile(r"\s*([^:,!?\[\]()]{1,60})([:,!])\s")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_HOST = re.compile(r"https?://([^/:?#\s]+)", re.IGNORECASE)

_SIDES: Mapping[Scale, frozenset[str]] = {
    Scale.FALSE: frozenset({"no"}),
    Scale.MISLEADING: frozenset({"no", "partly"}),
    Scale.ALTERED: frozenset({"no"}),
    Scale.MISSING_CONTEXT: frozenset({"partly"}),
    Scale.SATIRE: frozenset({"no"}),
    Scale.SCAM: frozenset({"no"}),
    Scale.UNPROVEN: frozenset({"open"}),
    Scale.MIXED: frozenset({"partly"}),
    Scale.TRUE: frozenset({"yes"}),
}
"""What a reader takes away. Two ratings that share nothing of it disagree; a label without a verdict takes no side."""


@dataclass(slots=True)
class Publisher:
    """How one publisher rates. `marks`: which of `MARKS` it puts behind a rating that its titles begin with."""

    name: str
    marks: set[str] = field(default_factory=set)
    words: dict[str, Scale] = field(default_factory=dict)


class Ratings:
    """Everything that is known of publishers' words. Of several files, what a later one says counts."""

    def __init__(self, files: Iterable[str]) -> None:
        """Raises: ValueError with a sentence, for a file that is not as `docs/ratings.md` says."""
        self._common: dict[str, Scale] = {}
        self._publishers: dict[str, Publisher] = {}
        self._outlets: dict[str, Publisher] = {}
        for text in files:
            self._read(tomllib.loads(text))

    def of(self, article: Article) -> Scale | None:
        """What an article's rating comes to; None where it has none, or one that is not known."""
        return self.scale(article.outlet, article.rating, article.title, article.url)

    def scale(self, outlet: str, rating: str, title: str = "", url: str = "") -> Scale | None:
        """What a publisher's word comes to, or None. Where there is no rating, a title may begin with one: [SALAH]."""
        publisher = self._publisher(outlet, url)
        if rating.strip():
            return self._known(rating, publisher)
        return next((known for word in _leading(title, publisher) if (known := self._known(word, publisher))), None)

    def unmapped(self, article: Article) -> str:
        """The article's rating if it has one that is not known, else empty."""
        rating = article.rating.strip()
        return rating if rating and self.of(article) is None else ""

    def publisher(self, article: Article) -> str:
        """Who published it, under one name for all its sites and spellings."""
        known = self._publisher(article.outlet, article.url)
        return known.name if known else _plain(article.outlet) or _host(article.url)

    def _known(self, word: str, publisher: Publisher | None) -> Scale | None:
        word = _plain(word)
        return (publisher.words.get(word) if publisher else None) or self._common.get(word)

    def _publisher(self, outlet: str, url: str) -> Publisher | None:
        names = (part for name in (_plain(outlet), _host(url)) for part in _within(name))
        return next((self._outlets[name] for name in names if name in self._outlets), None)

    def _read(self, data: Mapping[str, Any]) -> None:
        _only(data, "ratings", "publisher")
        self._common |= _words(data.get("ratings", {}))
        for given in data.get("publisher", ()):
            _only(given, "name", "outlets", "marks", "ratings", "examples")
            name, outlets = given.get("name"), _texts(given.get("outlets", []), "outlets")
            if not isinstance(name, str) or not name.strip():
                raise ValueError("a publisher has no name")
            publisher = self._publishers.setdefault(_plain(name), Publisher(name))
            publisher.marks |= _marks(given.get("marks", []))
            publisher.words |= _words(given.get("ratings", {}))
            self._outlets |= dict.fromkeys(map(_plain, (name, *outlets)), publisher)


@cache
def ours() -> tuple[str, ...]:
    """The files that come with periksa."""
    folder = resources.files("periksa.answers.ratings")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(file.read_text(encoding="utf-8") for file in files)


@cache
def shipped() -> Ratings:
    """What periksa knows by itself."""
    return Ratings(ours())


def disagree(scales: Iterable[Scale | None]) -> bool:
    """Whether two of these ratings lead a reader to different conclusions. What is unknown takes no side."""
    sides = [_SIDES[scale] for scale in scales if scale is not None and scale in _SIDES]
    return any(one.isdisjoint(other) for one in sides for other in sides)


def _leading(title: str, publisher: Publisher | None) -> Iterator[str]:
    """The words in which a title may begin with a rating."""
    if bracketed := _BRACKETED.match(title):
        yield bracketed[1] or bracketed[2]
    elif publisher and (marked := _MARKED.match(title)) and marked[2] in publisher.marks:
        yield marked[1]


def _words(given: object) -> dict[str, Scale]:
    if not isinstance(given, dict):
        raise ValueError('ratings must be a table: false = ["Salah"]')
    found: dict[str, Scale] = {}
    for name, words in given.items():
        scale = _scale(name)
        for word in map(_plain, _texts(words, f"ratings.{name}")):
            if found.setdefault(word, scale) is not scale:
                raise ValueError(f"{word!r} is both {found[word]} and {scale}")
    return found


def _scale(name: str) -> Scale:
    try:
        return Scale(name)
    except ValueError:
        raise ValueError(f"there is no {name!r} on the scale; there are: {', '.join(Scale)}") from None


def _texts(given: object, name: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) and _plain(one) for one in given):
        raise ValueError(f'{name} must be a list of words: ["Salah", "Hoaks"]')
    return given


def _marks(given: object) -> set[str]:
    if not isinstance(given, list) or not set(map(str, given)) <= MARKS:
        raise ValueError(f"marks must be a list of some of: {' '.join(sorted(MARKS))}")
    return set(given)


def _only(given: Mapping[str, Any], *known: str) -> None:
    if unknown := sorted(given.keys() - set(known)):
        raise ValueError(f"{unknown[0]!r} is not known here; there are: {', '.join(known)}")


def _plain(text: str) -> str:
    """Letter for letter, but for capitals, spaces and what stands around: brackets, quotes, a full stop, a cross."""
    return " ".join(_AROUND.sub("", text).split()).casefold()


def _host(url: str) -> str:
    found = _HOST.match(url)
    return found[1].casefold() if found else ""


def _within(name: str) -> Iterator[str]:
    """The name, and where it is a site's, the sites that it belongs to: cekfakta.tempo.co, tempo.co, co."""
    yield name
    while "." in name and " " not in name:
        name = name.partition(".")[2]
        yield name
