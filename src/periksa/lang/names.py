"""Names that people ask about, by kind: banks, places, parties … One file a kind in `gazetteer/`; its name is the kind.

`named("livin mandiri di Garut")` knows a bank and a place, and that Garut lies in Jawa Barat.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from periksa.lang import analysis

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that has a name. `within` are the names of what it belongs to."""

    kind: str
    name: str
    within: frozenset[str] = frozenset()

    def agrees(self, other: Name) -> bool:
        """Whether both can be meant: the same, or one belongs to the other."""
        return self.name == other.name or self.name in other.within or other.name in self.within


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    names: Mapping[tuple[str, ...], Name]
    capitals: Mapping[str, Name]
    """Names that are other words when written small: WHO, US, PAN."""
    longest: int


@cache
def _gazetteer() -> _Gazetteer:
    names: dict[tuple[str, ...], Name] = {}
    capitals: dict[str, Name] = {}
    for file in sorted(resources.files("periksa.lang").joinpath("gazetteer").iterdir(), key=lambda file: file.name):
        kind, _, ending = file.name.partition(".")
        for written, name in _lines(kind, file.read_text(encoding="utf-8")) if ending == "txt" else ():
            if written.isupper():
                capitals[written] = name
            else:
                names[tuple(analysis.tokens(written))] = name
    return _Gazetteer(names, capitals, max(map(len, names)))


def _lines(kind: str, text: str) -> Iterator[tuple[str, Name]]:
    """Every way a name is written, with the name. Indentation tells what belongs to what."""
    above: list[str] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            del above[(len(line) - len(line.lstrip())) // 2 :]
            written = line.strip().split(" | ")
            name = Name(kind, written[0], frozenset(above))
            above.append(written[0])
            yield from ((each, name) for each in written)


def named(text: str) -> dict[str, frozenset[Name]]:
    """The names in a text by kind, the most exact only: "Garut, Indonesia" is Garut."""
    small = (part for part in parts(analysis.tokens(text)) if isinstance(part, Name))
    kinds: dict[str, set[Name]] = defaultdict(set)
    for name in (*small, *_capital(text)):
        kinds[name.kind].add(name)
    return {kind: _exact(names) for kind, names in kinds.items()}


def parts(tokens: Sequence[str]) -> Iterator[Name | str]:
    """Names and the words between them, in order; the longest name wins."""
    known, at = _gazetteer(), 0
    while at < len(tokens):
        lengths = range(min(known.longest, len(tokens) - at), 0, -1)
        length = next((each for each in lengths if tuple(tokens[at : at + each]) in known.names), 0)
        yield known.names[tuple(tokens[at : at + length])] if length else tokens[at]
        at += length or 1


@dataclass(frozen=True, slots=True)
class Person:
    """Who goes by a name. Two are equal only where the names leave no doubt."""

    words: tuple[str, ...]
    """The name without titles, folded; the name that everybody knows where it is known."""
    known: bool = False


def person(name: str) -> Person:
    """Whose name this is: "Presiden Joko Widodo" and "Jokowi" are one, "Prabowo" and "Listyo Sigit Prabowo" are two."""
    plain = _without_titles(analysis.tokens(name.partition(",")[0]))
    first, *others = list(parts(plain)) or [""]
    if not isinstance(first, Name) or first.kind != "person":
        return Person(plain)
    more = [each for each in others if each != first]
    whole = len(plain) - len(more) > 1 and len(more) == len(others) and not any(isinstance(each, Name) for each in more)
    return Person((first.name,), known=True) if whole or not more else Person(plain)


def spellings(name: str) -> tuple[str, ...]:
    """The names by which the same person goes, folded: those of somebody whom everybody knows, else this one alone."""
    who = person(name)
    if not who.known:
        return (" ".join(who.words),)
    names = _gazetteer().names.items()
    return tuple(" ".join(tokens) for tokens, each in names if each.kind == "person" and each.name == who.words[0])


def _without_titles(tokens: Sequence[str]) -> tuple[str, ...]:
    """The titles in front are gone, unless nothing else is there."""
    at = next((at for at, token in enumerate(tokens) if token not in relations().titles), 0)
    return tuple(tokens[at:])


def _exact(names: set[Name]) -> frozenset[Name]:
    wider = frozenset().union(*(name.within for name in names))
    return frozenset(name for name in names if name.name not in wider)


def _capital(text: str) -> Iterator[Name]:
    capitals = _gazetteer().capitals
    return (capitals[word] for word in _WORD.findall(text) if word in capitals)


@dataclass(frozen=True, slots=True)
class Relations:
    """What stands against what, as analysed words."""

    opposites: tuple[tuple[frozenset[str], frozenset[str]], ...]
    denials: frozenset[str]
    """Somebody denies what follows, or it did not come to it."""
    mockery: tuple[str, ...]
    """The same in folded words as they are typed, one after the other."""
    demanded: frozenset[str]
    """Folded words by which something is only asked of somebody, as they are written."""
    wishes: frozenset[str]
    """The same analysed."""
    bounds: Mapping[str, str]
    """Folded words around an amount → "less" or "more"."""
    close: frozenset[str]
    """Folded words that stand before a name where somebody else is meant: a relative, a follower."""
    where: frozenset[str]
    """Folded words that stand before a place where something is or goes."""
    synonyms: Mapping[str, str]
    """A word → the one that stands for all that say the same."""
    light: frozenset[str]
    """Words that could be left out without making it another story."""
    particles: frozenset[str]
    """Folded words that say nothing at all, as they are written."""
    titles: frozenset[str]
    """Folded words that stand before a person's name, as they are written."""
    verbs: Mapping[str, str]
    """Analysed forms of verbs → the verb. Who does it and to whom it is done make two different stories."""
    numerals: Mapping[str, str]
    """Small numbers as words → as digits."""
    weekdays: Mapping[str, int]
    """Days of the week → 0 for Monday …"""
    ambiguous_months: frozenset[str]
    """Months that are other words as well."""


@cache
def relations() -> Relations:
    """The relations of `gazetteer/relations.toml`, in every language we speak."""
    file = resources.files("periksa.lang").joinpath("gazetteer", "relations.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    pairs = (pair.partition(" / ") for pair in data["opposites"])
    return Relations(
        tuple((_stems(one), _stems(other)) for one, _, other in pairs),
        _stems(data["denials"]),
        tuple(data["mockery"]),
        frozenset(data["demanded"].split()),
        _stems(data["demanded"]),
        {word: bound for bound in ("less", "more") for word in data[bound].split()},
        frozenset(data["close"].split()),
        frozenset(data["where"].split()),
        {word: group.split()[0] for group in data["synonyms"] for word in _stems(group)},
        _stems(data["light"]),
        frozenset(data["particles"].split()),
        frozenset(data["titles"].split()),
        {stem: verb for verb in data["verbs"].split() for stem in _stems(_forms(verb))},
        {word: str(number) for word, number in data["numerals"].items()},
        {day: number for week in data["weekdays"] for number, day in enumerate(week.split())},
        frozenset(data["ambiguous_months"].split()),
    )


_MELTED = {"p": "mem", "t": "men", "k": "meng", "s": "meny"}
"""The first sounds of Indonesian verbs that melt into the prefix: tuntut → menuntut."""
_PREFIX = {
    letter: prefix for prefix, letters in {"mem": "bfv", "men": "cdjz", "me": "lmnrwy"}.items() for letter in letters
}


def _forms(verb: str) -> str:
    """Every form of a verb in every language we speak; what is no word does no harm."""
    melted = _MELTED.get(verb[0])
    active = melted + verb[1:] if melted else _PREFIX.get(verb[0], "meng") + verb
    return f"{verb} {active} di{verb} {verb}s {verb}d {verb}ed"


def _stems(text: str) -> frozenset[str]:
    return frozenset(word for code in ("id", "en") for word in analysis.words(text, code))
