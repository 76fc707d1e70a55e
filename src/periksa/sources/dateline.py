"""The date line that opens an agency's or newspaper's first paragraph: who reports from where."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_BRACKETED = re.compile(r"(?P<place>[^()\n]{2,50}?),? ?\((?P<outlet>[^()\n]{2,30})\)\s*[-–—:]+\s*(?=\S)")
_DASH = re.compile(r"\s*(?P<dash>-{1,2}|[–—:])\s*(?=\S)")
_DOMAIN = re.compile(r"(?P<name>[\w-]+)(?:\.(?:com|co|id|net|tv|org|news|go|or))+", re.IGNORECASE)
_REACH = 90
"""A date line ends within so many characters."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """Who reports from where, and the first paragraph without it."""

    outlet: str
    place: str
    rest: str


def read_dateline(paragraph: str) -> Dateline | None:
    """The date line of a paragraph, or None. Words before a dash that are neither outlet nor city stay in the text."""
    return _bracketed(paragraph) or _dashed(paragraph) or _undashed(paragraph)


def _bracketed(paragraph: str) -> Dateline | None:
    """Jakarta (ANTARA) - …; Jakarta (ANTARA/JACX) - …; WASHINGTON, Jan 16 (Reuters) - …"""
    found = _BRACKETED.match(paragraph)
    outlet = _outlet(found["outlet"].split("/")[0]) if found else ""
    if not found or not outlet:
        return None
    return Dateline(outlet, _place(found["place"].split(",")[0]), paragraph[found.end() :])


def _dashed(paragraph: str) -> Dateline | None:
    """Any dash near the start may be the one: "SAINT-DENIS, KOMPAS.com - …" has two."""
    for dash in _DASH.finditer(paragraph[:_REACH]):
        head = [part.strip() for part in paragraph[: dash.start()].split(",")]
        outlet = next(filter(None, map(_outlet, head)), "")
        places = [part for part in head if not _outlet(part)]
        if _is_dateline(outlet, places, dash):
            return Dateline(outlet, _place(", ".join(places)), paragraph[dash.end() :])
    return None


def _is_dateline(outlet: str, places: list[str], dash: re.Match[str]) -> bool:
    if not outlet:
        return dash["dash"] != ":" and dash[0] != dash["dash"] and _is_city(places)
    if dash["dash"] == ":" and not places:
        return False
    return all(_looks_like_place(place) for place in places)


def _undashed(paragraph: str) -> Dateline | None:
    """Liputan6.com, Jakarta Sebuah video …: only with a city we know, for nothing else ends the place."""
    head, _, text = paragraph.partition(", ")
    outlet, words = _outlet(head), text.split(" ", 3)
    for count in (2, 1) if outlet else ():
        if len(words) > count and _is_city([" ".join(words[:count])]) and words[count][:1].isupper():
            place = " ".join(words[:count])
            return Dateline(outlet, _place(place), text[len(place) + 1 :])
    return None


def _outlet(text: str) -> str:
    """The outlet's name as it is to be shown, or empty if this is none: "TEMPO.CO" is Tempo."""
    name = text.strip()
    domain = _DOMAIN.fullmatch(name)
    if domain:
        name = domain["name"]
    known = _known("outlets").get(name.casefold(), "")
    if known or not domain:
        return known
    return name.title() if name.isupper() and len(name) > 4 else name


def _place(text: str) -> str:
    return text.title() if text.isupper() else text


def _is_city(places: list[str]) -> bool:
    return len(places) == 1 and places[0].casefold() in _known("places")


def _looks_like_place(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 4 and all(word[0].isupper() for word in words)


@cache
def _known(list_name: str) -> dict[str, str]:
    data = tomllib.loads(resources.files(__package__).joinpath("dateline.toml").read_text("utf-8"))
    return {name.casefold(): name for name in data[list_name]}
