"""What somebody feels who writes to us: thanks, an insult, or that they want to die. Words are data (`lang/*.toml`).

Thanks and insults are nothing else. That somebody wants to die is believed of a sentence of their own in the first
person; news of a suicide, a song's title, a quotation and whatever is forwarded are questions like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from periksa.lang import LANGUAGES, Despair, analysis

LONGEST = 60
"""Characters of thanks or of an insult; a forward need not be looked at."""
LONGEST_OWN = 500
"""Characters of what somebody writes of themselves."""
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_QUOTED = re.compile('["“”„«»]')
_CLAUSE = re.compile(r"[.,;!?…\n]+")


class Feeling(StrEnum):
    """Which it is."""

    DESPAIR = "despair"
    THANKS = "thanks"
    INSULT = "insult"


def feeling(text: str) -> Feeling | None:
    """What somebody feels who types this text; None for nearly every text."""
    if len(text) > LONGEST_OWN or _LINK.search(text):
        return None
    if _despairs(text):
        return Feeling.DESPAIR
    said = " ".join(analysis.tokens(text)) if len(text) <= LONGEST else ""
    return next((which for which, words in _SAID.items() if _is_only(said, words)), None)


def _is_only(said: str, words: re.Pattern[str]) -> bool:
    """Whether these words are in it, and beside them nothing that could be looked up."""
    rest, found = words.subn(" ", said)
    return found > 0 and all(word in _BESIDE or len(word) == 1 for word in rest.split())


def _despairs(text: str) -> bool:
    if _QUOTED.search(text):
        return False
    clauses = [said for clause in _CLAUSE.split(text) if (said := " ".join(analysis.tokens(clause)))]
    whole = " ".join(clauses)
    if _TOLD.search(whole):
        return False
    return any(words.says(whole, alone=True) or any(map(words.says, clauses)) for words in _DESPAIR)


def _any(phrases: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))


def _whole(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any(phrases)})\b")


class _Wish:
    """One language's words for it. Nothing in the pattern can be read in two ways: it takes no time on any text."""

    def __init__(self, words: Despair) -> None:
        filler = _any(words.around | words.who)
        wish = rf"(?:{_any(words.want)}) {_until(_any(words.die), filler)}"
        plan = rf"(?:{_any(words.will)}) {_until(_any(words.act), filler)}"
        self._who = _whole(words.who)
        said = _until(f"{wish}|{plan}|{_any(words.over)}", filler)
        self._said = re.compile(rf"({said})(?: (?:{filler})\b)*+")

    def says(self, clause: str, *, alone: bool = False) -> bool:
        """Of oneself, whatever follows; `alone`: without an "I", where there is nothing else. A headline has none."""
        found = self._said.match(clause)
        if found is None:
            return False
        return self._who.search(found[1]) is not None or (alone and found.end() == len(clause))


def _until(goal: str, filler: str) -> str:
    """Words that change nothing, and then the goal, where it first begins."""
    return rf"(?:(?!(?:{goal})\b)(?:{filler}) )*+(?:{goal})\b"


_SAID = {
    Feeling.THANKS: _whole(phrase for lang in LANGUAGES.values() for phrase in lang.thanks),
    Feeling.INSULT: _whole(phrase for lang in LANGUAGES.values() for phrase in lang.insults),
}
_BESIDE = frozenset().union(*(lang.chatter | lang.greeting | lang.beside for lang in LANGUAGES.values()))
_TOLD = _whole(phrase for lang in LANGUAGES.values() for phrase in lang.despair.told)
_DESPAIR = [_Wish(lang.despair) for lang in LANGUAGES.values()]
