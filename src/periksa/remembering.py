"""Remembering: thousands of copies of one forward cost one thought.

Three ways to know a message again, each slower than the one before and still far quicker than thinking. *The same
text*, letter for letter. *The same words*: other decoration, other capitals. *Nearly the same*: a typing mistake, a
chat spelling or a word that tells nothing; found by MinHash (Broder, "On the resemblance and containment of
documents", 1997) over runs of words, then held to the exact rule of `_Trace.means`. Everything is forgotten when the
library changes, and nothing of it is written anywhere.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import TypeVar
from zlib import crc32

import numpy as np

from periksa.answers.sides import Side, asked
from periksa.lang import analysis, language
from periksa.lang.names import relations
from periksa.model import Decision, Message, MessageKind, Query

MOST = 1000
"""How many thoughts are remembered; the one that was longest not asked for goes first. About 60 kB each."""
SHORTEST = 12
"""Words of the shortest text that is known again by nearly the same words: in a shorter one every word counts."""
RUN = 3
"""Words in a run. A typing mistake changes this many runs."""
BANDS, ROWS = 16, 2
"""Two texts that share half of their runs meet in one band with a probability of 99 %."""
LONG_WORD = 8
"""Letters of the shortest word in which a typing mistake is forgiven: shorter ones are other words too soon."""
LONG_ENOUGH = 6
"""Letters of the shortest word that may be drawn out: III and I are two numbers."""
VOWELS = frozenset("aeiou")

_MIX = np.random.default_rng(1997).integers(1, 2**62, size=(2, BANDS * ROWS, 1), dtype=np.uint64) | np.uint64(1)

_CAPITAL = re.compile(r"\b[^\W\d_a-z]\w*")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Said = tuple[MessageKind, str]
Band = tuple[int, bytes, int]


@dataclass(frozen=True, slots=True)
class _Trace:
    """What a text says, by which it is known again."""

    facts: Hashable
    """All in which two texts must agree that say the same: numbers, dates, names, links, what is denied …"""
    words: tuple[str, ...]
    """Folded, as written."""
    telling: tuple[str, ...]
    """The same words with chat spellings spelled out, and without those that tell nothing."""
    capital: frozenset[str]
    """Words that are written with a capital somewhere: any of them may be a name."""
    bands: tuple[Band, ...]

    @property
    def key(self) -> Hashable:
        """Equal for the same words."""
        return self.facts, self.words

    def means(self, other: _Trace) -> bool:
        """Whether nothing that could make it another claim differs: no fact, and no word but by a typing mistake."""
        return (
            self.facts == other.facts
            and len(self.telling) == len(other.telling)
            and all(map(self._same, self.telling, other.telling, repeat(self.capital | other.capital)))
        )

    @staticmethod
    def _same(one: str, other: str, names: Set[str]) -> bool:
        return one == other or (one not in names and other not in names and _mistyped(one, other))


@dataclass(frozen=True, slots=True)
class Recalled:
    """A message understood, and what was decided about it when it came before: None if it must be thought about."""

    query: Query
    decision: Decision | None = None
    said: Said | None = None
    trace: _Trace | None = None
    """What it is remembered by, or what the one that came before is."""


class Memory:
    """What was decided about the latest forwards, at most `most` of them, 0 for none. For any number of threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._version = ""
        self._said: OrderedDict[Said, tuple[Query, _Trace]] = OrderedDict()
        self._known: OrderedDict[Hashable, tuple[_Trace, Decision]] = OrderedDict()
        self._bands: dict[Band, dict[Hashable, None]] = {}
        self._read: OrderedDict[Said, Query] = OrderedDict()
        """Also of texts about which nothing was decided yet: one is read for its conversation first."""

    def read(self, message: Message, read: Callable[[Message], Query]) -> Query:
        """What it says; `read` is called where its very text is not known. A file's words are not all it says."""
        if message.media:
            return read(message)
        said = (message.kind, message.text)
        with self._lock:
            known = _touched(self._read, said)
        if known:
            return known
        query = read(message)
        with self._lock:
            self._read[said] = query
            if len(self._read) > self._most:
                self._read.popitem(last=False)
        return query

    def recall(self, message: Message, version: str, read: Callable[[Message], Query]) -> Recalled:
        """What is remembered under this version of the library; `read` is called where the very text is not known.

        A message with a file is never remembered: its words are not all it says.
        """
        if message.media:
            return Recalled(read(message))
        said = (message.kind, message.text)
        with self._lock:
            self._forget_but(version)
            before = _touched(self._said, said)
            known = _touched(self._known, before[1].key) if before else None
        if before and known:
            return Recalled(before[0], known[1], said, known[0])
        query = before[0] if before else read(message)
        trace = before[1] if before else _trace(query)
        with self._lock:
            known = _touched(self._known, trace.key) or self._near(trace)
        return Recalled(query, known[1], said, known[0]) if known else Recalled(query, None, said, trace)

    def keep(self, recalled: Recalled, decision: Decision, version: str) -> None:
        """Remember it, unless the library has changed since it was recalled. `version`: the one that was recalled."""
        with self._lock:
            if recalled.said is None or recalled.trace is None or version != self._version:
                return
            self._said[recalled.said] = recalled.query, recalled.trace
            if len(self._said) > self._most:
                self._said.popitem(last=False)
            if recalled.decision is None:
                self._add(recalled.trace, decision)

    def _forget_but(self, version: str) -> None:
        if version != self._version:
            self._version = version
            for kept in (self._said, self._known, self._bands):
                kept.clear()

    def _near(self, trace: _Trace) -> tuple[_Trace, Decision] | None:
        maybe = dict.fromkeys(key for band in trace.bands for key in self._bands.get(band, ()))
        return next((_touched(self._known, key) for key in maybe if trace.means(self._known[key][0])), None)

    def _add(self, trace: _Trace, decision: Decision) -> None:
        self._known[trace.key] = trace, decision
        for band in trace.bands:
            self._bands.setdefault(band, {})[trace.key] = None
        if len(self._known) > self._most:
            key, (oldest, _) = self._known.popitem(last=False)
            for band in oldest.bands:
                del self._bands[band][key]
                if not self._bands[band]:
                    del self._bands[band]


def _touched(kept: OrderedDict[K, V], key: K) -> V | None:
    if key in kept:
        kept.move_to_end(key)
    return kept.get(key)


# ---------------------------------------------------------------- what a text says


def _trace(query: Query) -> _Trace:
    side = asked(query)
    words = tuple(analysis.tokens(query.text))
    telling = tuple(_telling(words, query.language))
    facts = _facts(query, side)
    capital = frozenset(map(analysis.fold, _CAPITAL.findall(query.text)))
    return _Trace(facts, words, telling, capital, _bands(telling, hash(facts)) if len(words) >= SHORTEST else ())


def _facts(query: Query, side: Side) -> Hashable:
    """What the guards compare, and what decides how a question is looked at."""
    return (
        query.kind,
        query.language,
        query.negated,
        query.numbers,
        frozenset(link.rstrip(".,;:!?)*_~") for link in query.links),
        (side.phones, side.numbers, side.years, side.days, side.weekdays),
        frozenset(side.names.items()),
        (frozenset(side.denied.items()), side.denies),
        (side.bounds, side.close, side.where),
    )


def _telling(words: Sequence[str], code: str) -> Iterator[str]:
    spelled_out = language(code).slang
    for word in words:
        plain = word.strip("_")  # a chat app's mark for italics
        yield from (each for each in spelled_out.get(plain, plain).split() if not _idle(each, code))


@lru_cache(maxsize=50_000)
def _idle(word: str, code: str) -> bool:
    """Whether a word could be left out of any claim."""
    known = relations()
    sides = frozenset().union(*(side for pair in known.opposites for side in pair))
    meant = analysis.words(word, code)
    return word in known.particles or (bool(meant) and all(each in known.light - sides for each in meant))


@lru_cache(maxsize=50_000)
def _mistyped(one: str, other: str) -> bool:
    """Whether both can only be the same word: drawn out ("bangettt"), or mistyped inside a long one.

    A wrong letter is not forgiven ("memberi", "membeli"), and at its ends a word is bent ("membeli", "dibeli").
    """
    shorter, longer = sorted((_DRAWN_OUT.sub(r"\1", one), _DRAWN_OUT.sub(r"\1", other)), key=len)
    if shorter == longer:
        return len(shorter) >= LONG_ENOUGH  # a Roman number is shorter
    if len(shorter) < LONG_WORD or not (shorter.isalpha() and longer.isalpha()):
        return False
    at = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    swapped = shorter[:at] + shorter[at : at + 2][::-1] + shorter[at + 2 :]
    lost = longer[:at] + longer[at + 1 :] == shorter and longer[at] in VOWELS
    return 0 < at < len(shorter) - 2 and (lost or swapped == longer)


def _bands(telling: Sequence[str], facts: int) -> tuple[Band, ...]:
    """MinHash: the least hash of all runs of words under each of many orders, in bands of a few.

    Texts with other facts never stand in the same band: a scam's template comes with a thousand numbers.
    """
    runs = {" ".join(telling[at : at + RUN]) for at in range(max(1, len(telling) - RUN + 1))}
    hashes = np.fromiter((crc32(run.encode()) for run in runs), dtype=np.uint64, count=len(runs))
    least = (hashes * _MIX[0] + _MIX[1] >> np.uint64(32)).min(axis=1).reshape(BANDS, ROWS)
    return tuple((number, band.tobytes(), facts) for number, band in enumerate(least))
