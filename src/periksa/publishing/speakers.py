"""One speaker under several names: which keys of the library are certainly the same person's. Pure.

Who is known by which names is data (`lang/gazetteer/person.txt`); two people who share a part of a name stay two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from periksa.lang import names
from periksa.model import speaker_key


def beginnings(key: str) -> set[str]:
    """With what the keys of the same person may begin: their names, further names behind them."""
    who = names.person(_name(key))
    certain = who.known or len(who.words) > 1
    return {speaker_key(each) for each in names.spellings(_name(key))} if certain else set()


def titled(starts: Iterable[str]) -> set[str]:
    """These names, alone and behind each title that people have."""
    return {f"{title}-{each}" for each in starts for title in names.relations().titles} | set(starts)


def same(key: str, others: Collection[str]) -> set[str]:
    """The keys among `others` that are certainly the same person's as `key`, and `key` itself."""
    who = names.person(_name(key))
    return {key} | {each for each in others if names.person(_name(each)) == who}


def _name(key: str) -> str:
    return key.replace("-", " ")
