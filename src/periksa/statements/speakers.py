"""Who a stretch of text names: a person with an office, a body, a group, or somebody named earlier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import groupby, islice, takewhile
from typing import NamedTuple

from periksa.lang import names
from periksa.statements.speech import Speech

_TOKEN = re.compile(r"[^\W_](?:[\w'’-]|\.(?=\w))*")
_CAPITALS = re.compile("[A-Z]{2}")
_BRACKETS = re.compile(r"\([^()]*\)?")
LONGEST = 16
"""Words of a name with its office. More is a clause."""
LONGEST_NAME = 5
LONGEST_GROUP = 7
MOST_NAMES = 1000
"""Names that one article writes out; the real ones have a tenth of that. More are a register."""
WORDS = 1 << 16
"""Words of which it is remembered whether they can stand in a name."""
PREFIX = 4
"""Letters by which a short name is the beginning of a longer one: Tanu, Tanuwijaya."""


class Kind(StrEnum):
    """How a speaker is named."""

    PERSON = "person"
    BODY = "body"
    GROUP = "group"
    PRONOUN = "pronoun"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named at a place in the text; `name` is empty where it says "he" or "that spokesman"."""

    start: int
    end: int
    kind: Kind
    name: str = ""
    role: str = ""
    organisation: str = ""
    plural: bool = False
    """Whether it says "they": never one person."""


class Token(NamedTuple):
    """A word of a name or an office, and where it stands."""

    start: int
    end: int
    word: str

    @property
    def large(self) -> bool:
        """Whether it begins with a capital."""
        return self.word[0].isupper()

    @property
    def acronym(self) -> bool:
        """Whether it is written in capitals: KPK, BangunRI."""
        return _CAPITALS.search(self.word) is not None


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The words from one place to another, without what stands in brackets."""
    plain = text[start:end]
    if "(" in plain:
        plain = _BRACKETS.sub(lambda found: " " * len(found[0]), plain)
    return [Token(start + each.start(), start + each.end(), each[0]) for each in _TOKEN.finditer(plain)]


def mention(text: str, start: int, end: int, speech: Speech) -> Mention | None:
    """Whoever is named from here to there, if that is all it says; None if it is no speaker."""
    words = _trimmed(tokens(text, start, end), speech)
    if not words or len(words) > LONGEST:
        return None
    last = words[-1]
    if speech.has("pronouns", last.word) and (len(words) <= 2 or last.large):
        return Mention(last.start, last.end, Kind.PRONOUN, plural=speech.has("plural", last.word))
    if any(speech.has("documents", each.word) for each in words[:2]):
        return None
    if speech.has("demonstratives", words[-1].word):
        return _described(text, words)
    return _person(text, words, speech) or _body(text, words, speech)


def _trimmed(words: list[Token], speech: Speech) -> list[Token]:
    while words and speech.has("first", words[0].word) and not _stays(words[0], speech):
        words = words[1:]
    while words and speech.has("adverbs", words[-1].word):
        words = words[:-1]
    return words


def _stays(token: Token, speech: Speech) -> bool:
    """Whether a word that often opens a sentence names somebody here: he, WHO, "salah satu pendiri"."""
    return token.acronym or speech.has("roles", token.word) or speech.has("pronouns", token.word)


def _described(text: str, words: Sequence[Token]) -> Mention:
    return Mention(
        words[0].start, words[-1].end, Kind.DESCRIPTION, role=_plain(text, words[0].start, words[-2:][0].end)
    )


def _person(text: str, words: list[Token], speech: Speech) -> Mention | None:
    name = _first_name(words, speech) or _last_name(words, speech)
    if not name or _is_body(words, name, speech):
        return None
    role = _role([each for each in words if each.end <= name[0].start or each.start >= name[-1].end], speech)
    before = [each for each in role if each.end <= name[0].start]
    if before and (_all(name, "places", speech) or any(speech.has("stops", each.word) for each in before)):
        return None
    while role and len(name) > 1 and _belongs(name[0].word, speech):
        role, name = [*role, name[0]], name[1:]
    held = _plain(text, role[0].start, role[-1].end) if role else ""
    body = _organisation(text, role, speech)
    return Mention(name[0].start, name[-1].end, Kind.PERSON, _plain(text, name[0].start, name[-1].end), held, body)


def _all(words: Sequence[Token], kind: str, speech: Speech) -> bool:
    return all(speech.has(kind, each.word) for each in words)


def _belongs(word: str, speech: Speech) -> bool:
    """Whether a word between an office and a name belongs to the office: Bupati Garut Sutarjo."""
    return speech.has("places", word) or speech.has("bodies", word) or _is_place(word)


@lru_cache(maxsize=4096)
def _is_place(word: str) -> bool:
    return "place" in names.named(word)


def _role(words: list[Token], speech: Speech) -> list[Token]:
    """The office among these words, from its first word on and without titles at its end."""
    at = next((at for at, each in enumerate(words) if speech.has("roles", each.word)), len(words))
    while speech.modifiers_first and 0 < at < len(words) and _modifies(words[at - 1], speech):
        at -= 1
    role = words[at:]
    while role and speech.has("honorifics", role[-1].word) and not speech.has("roles", role[-1].word):
        role = role[:-1]
    return role


def _modifies(token: Token, speech: Speech) -> bool:
    return token.large or speech.has("institutions", token.word)


def _first_name(words: Sequence[Token], speech: Speech) -> list[Token]:
    """The name that these words begin with, if an office follows: "Bagus Tanuwijaya salah satu pendiri …"."""
    name = list(takewhile(lambda each: _of_name(each, speech), words))
    after = words[len(name) : len(name) + 1]
    small = (
        after
        and not after[0].large
        and (speech.has("roles", after[0].word) or speech.has("appositions", after[0].word))
    )
    while name and speech.has("honorifics", name[0].word):
        name = name[1:]
    return name if small and len(name) > 1 else []


def _last_name(words: Sequence[Token], speech: Speech) -> list[Token]:
    """The name that these words end with, without titles."""
    at = len(words)
    while at and _of_name(words[at - 1], speech):
        at -= 1
    name = list(words[at:])
    titles = [n for n, each in enumerate(name) if len(each.word) > 1 and speech.has("honorifics", each.word)]
    name = name[titles[-1] + 1 :] if titles else name
    while name and (speech.has("name_particles", name[0].word) or speech.has("honorifics", name[0].word)):
        name = name[1:]
    return name if len(name) <= LONGEST_NAME + 1 else []


def _of_name(token: Token, speech: Speech) -> bool:
    return _names(token.word, speech)


@lru_cache(WORDS)
def _names(word: str, speech: Speech) -> bool:
    if speech.has("name_particles", word) or speech.has("honorifics", word):
        return True
    return word[0].isupper() and not _CAPITALS.search(word) and not _official(word, speech)


def _official(word: str, speech: Speech) -> bool:
    """Whether the word belongs to offices and bodies, not to names."""
    return word.casefold() in speech.official or speech.patterns["nominal"].match(word) is not None


def _is_body(words: Sequence[Token], name: Sequence[Token], speech: Speech) -> bool:
    """Whether the name is a body's: Garda Revolusi, Pemerintah Arab Saudi; not if somebody holds an office there."""
    if _all(name, "bodies", speech):
        return True
    titled = (each for each in words if not speech.has("honorifics", each.word))
    before = [each for each in titled if each.end <= name[0].start]
    held = any(speech.has("roles", each.word) for each in before)
    return not held and any(_speaks(each, speech) for each in before)


def organisation(office: str, speech: Speech) -> str:
    """The body that an office without a name belongs to."""
    return _organisation(office, tokens(office, 0, len(office)), speech)


def _organisation(text: str, role: Sequence[Token], speech: Speech) -> str:
    """The body of an office: Kementerian Keuangan of "Direktur Anggaran Kementerian Keuangan"."""
    within = list(role if speech.modifiers_first else role[1:])
    named = (n for n, each in enumerate(within) if each.large and (each.acronym or speech.has("bodies", each.word)))
    at = next(named, None)
    if at is None:
        return ""
    end = len(within)
    if speech.modifiers_first:
        end = next((n for n in range(at, end) if speech.has("roles", within[n].word)), end)
    return _plain(text, within[at].start, within[end - 1].end) if end > at else ""


def _body(text: str, words: list[Token], speech: Speech) -> Mention | None:
    """A body, a group or an office without a name."""
    at = next((at for at, each in enumerate(words) if _speaks(each, speech)), None)
    if at is None or (at and words[at - 1].large and not speech.has("first", words[at - 1].word)):
        return None
    said = words[at:]
    small = any(speech.has("groups", each.word) for each in said[:2]) and not said[0].acronym
    known = said[0].large or speech.has("bodies", said[0].word) or speech.has("roles", said[0].word)
    if not (small or known) or not _one_name(said, small, speech):
        return None
    kind = Kind.GROUP if small else Kind.BODY
    name = _plain(text, said[0].start, said[-1].end)
    return Mention(said[0].start, said[-1].end, kind, name, organisation="" if small else name)


def _one_name(words: Sequence[Token], group: bool, speech: Speech) -> bool:
    """Whether the words are one name or description, not a clause."""
    small = [each for each in words if not each.large]
    if speech.has("roles", words[0].word):
        return True
    if any(speech.has(kind, each.word) for kind in ("stops", "blockers") for each in small if each.word != "untuk"):
        return False
    known = (
        any(speech.has(kind, each.word) for kind in ("institutions", "roles", "groups", "bodies")) for each in small
    )
    return len(words) <= LONGEST_GROUP if group else all(known)


def _speaks(token: Token, speech: Speech) -> bool:
    kinds = ("bodies", "roles") if token.large else ("groups", "roles", "bodies")
    return token.acronym or any(speech.has(kind, token.word) for kind in kinds) or speech.has("groups", token.word)


def _plain(text: str, start: int, end: int) -> str:
    """A name as it is shown: on one line, without what stands in brackets."""
    return " ".join(_BRACKETS.sub(" ", text[start:end]).split()).strip(" ,")


@dataclass(slots=True)
class Cast:
    """Everybody an article names, so that "Peskov" is Dmitry Peskov, and "he" whoever spoke last."""

    speech: Speech
    names: list[tuple[str, ...]]
    aliases: dict[str, str]
    known: dict[str, Mention]
    """Persons and bodies by name, as far as they were introduced."""
    focus: Mention | None = None
    """Whom "he" means now."""

    def resolve(self, found: Mention) -> Mention:
        """The same mention with the full name, office and body that the article gives; itself if it gives none."""
        if found.kind is Kind.PERSON:
            found = self._introduced(replace(found, name=self._full(found)))
            self.known[found.name] = found
            return found
        if found.name:
            return found
        meant = self._described(found) if found.kind is Kind.DESCRIPTION else None
        meant = meant or self.focus
        if found.plural and meant and meant.kind is Kind.PERSON:
            return found
        return replace(meant, start=found.start, end=found.end) if meant else found

    def _introduced(self, found: Mention) -> Mention:
        before = self.known.get(found.name)
        if not before:
            return found
        return replace(found, role=before.role or found.role, organisation=before.organisation or found.organisation)

    def _full(self, found: Mention) -> str:
        """The longest name that this one is a part of."""
        short = tuple(found.name.split())
        if found.name in self.aliases:
            return self.aliases[found.name]
        if len(short) == 1 and found.role and found.name in self.known:
            return found.name
        longer = [name for name in self.names if len(name) > len(short) and _part(short, name)]
        same = [" ".join(name) for name in longer]
        spoken = [name for name in same if name in self.known]
        if spoken or not longer:
            return spoken[0] if spoken else self._cut(short, found)
        return self._full(replace(found, name=same[0])) if same[0] != found.name else found.name

    def _cut(self, name: tuple[str, ...], found: Mention) -> str:
        """Words of an office that we do not know stand before a name whose owner is later called by it alone."""
        if found.role and len(name) > 3:
            for at in range(2, len(name) - 1):
                if (name[at],) in self.names and (name[0],) not in self.names:
                    return " ".join(name[at:])
        return found.name

    def _described(self, found: Mention) -> Mention | None:
        """The one whose office or name begins with the same word: "kementerian tersebut", "juru bicara itu"."""
        head = found.role.split()[0].casefold() if found.role else ""
        for each in reversed(list(self.known.values())):
            if each.role.casefold().startswith(head) or each.name.casefold().startswith(head):
                return each
        return None


def _part(short: Sequence[str], name: Sequence[str]) -> bool:
    whole = any(tuple(name[at : at + len(short)]) == tuple(short) for at in range(len(name)))
    return whole or (len(short) == 1 and len(short[0]) >= PREFIX and name[0].startswith(short[0]))


_RUN = re.compile(r"[A-Z](?:[\w'’-]+|\.)?(?: (?:(?:bin|binti|al|van|von|de|der|da|dos)[ -])?[A-Z](?:[\w'’-]+|\.)?)*")


def cast(text: str, speech: Speech) -> Cast:
    """Everybody whose name the text writes out."""
    runs = dict.fromkeys(_RUN.findall(text))
    written = dict.fromkeys(name for run in runs for name in _written(run, speech))
    return Cast(speech, list(islice(written, MOST_NAMES)), _aliases(text, speech), {})


@lru_cache(WORDS)
def _written(run: str, speech: Speech) -> tuple[tuple[str, ...], ...]:
    """The names in words that all begin with a capital."""
    written: list[tuple[str, ...]] = []
    for named, name in groupby(tokens(run, 0, len(run)), lambda each: _of_name(each, speech)):
        kept = _untitled(list(name), speech) if named else []
        while len(kept) > 2 and _belongs(kept[0].word, speech):
            kept = kept[1:]
        if kept and len(kept) <= LONGEST_NAME:
            written.append(tuple(each.word for each in kept))
    return tuple(written)


def _untitled(name: Sequence[Token], speech: Speech) -> list[Token]:
    return [each for each in name if not speech.has("honorifics", each.word)]


def _aliases(text: str, speech: Speech) -> dict[str, str]:
    """Other names by which the article says somebody is known."""
    found: dict[str, str] = {}
    for each in speech.patterns["alias"].finditer(text):
        before = _last_name(tokens(text, max(0, each.start() - 60), each.start()), speech)
        after = list(takewhile(lambda one: _of_name(one, speech), tokens(text, each.end(), each.end() + 40)))
        if before and after:
            other = _plain(text, after[0].start, after[-1].end)
            found[other] = _plain(text, before[0].start, before[-1].end)
    return found
