"""Words that the index does not know, and what is searched instead: the same for every engine.

Only words that stand in no article are mended: by a translation, by another form of the same word, or by a word one
typing mistake away that an article was written with. An engine cannot list its words, so those written in the articles
are kept beside it, in a file that only grows.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from periksa.lang import LANGUAGES, analysis, language
from periksa.lang.mistakes import one_mistake
from periksa.lang.translations import translations
from periksa.model import Article, Query

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

Instead = tuple[str, ...]
Count = Callable[[str], int]
"""In how many articles an analysed word stands."""

TRIED = 12
"""How many unknown words of one query are looked into, the first ones."""
FOREIGN = 10
"""A word is another language's if its translation stands in so many times more articles."""
ALTERNATIVES = 2
"""How many words are searched instead of one."""
SHORTEST, LONGEST = 5, 20
"""Letters of a word that can be meant by another: shorter ones have too many neighbours, longer are glued together."""
TYPED = SHORTEST - 1
"""Letters of a word that may be a mistake at least: one was left out. The same holds for other forms."""
SEGMENTS = 12
"""More additions than this are read anew as one."""
CHUNK = 50_000
"""Words hashed at a time."""

_WRITTEN = re.compile(rf"(?<!\w)[a-z]{{{SHORTEST},{LONGEST}}}(?!\w)")
_DIGIT = re.compile(r"\d")
_SOUNDS = (("ny", "s"), ("ny", "c"), ("ng", "k"), ("ng", ""), ("n", "t"), ("m", "p"), ("m", ""), ("p", "m"))
"""How speech changes the first sound of a verb, and the stemmer when it meets a root that it does not know."""
_SWALLOWED = ("t", "k")
"""First sounds that the stemmer may have taken off a root that begins with a vowel now: menutup, utup."""
_ENDINGS = ("in", "kan", "an", "i", "nya", "ne", "e", "na")
"""Of Indonesian, spoken Indonesian, Javanese and Sundanese."""

_POWERS = np.cumprod(np.full(LONGEST + 1, 0x9E3779B97F4A7C15, dtype=np.uint64))


def written(article: Article) -> set[str]:
    """The words of an article as they are written: what a mistyped word is compared with."""
    text = f"{article.title}\n{article.claim}\n{article.summary}\n{article.body}"
    return set(_WRITTEN.findall(analysis.fold(text)))


# ---------------------------------------------------------------- what was written


@dataclass(frozen=True, slots=True)
class _Segment:
    """Words, and where each is found by the hashes of itself and of itself less one letter."""

    text: bytes
    starts: NDArray[np.uint32]
    hashes: NDArray[np.uint32]
    """Sorted."""
    which: NDArray[np.uint32]
    """The word behind each hash."""

    def word(self, at: int) -> str:
        return self.text[self.starts[at] : self.text.index(b"\n", self.starts[at])].decode("ascii")

    def near(self, wanted: NDArray[np.uint32]) -> set[str]:
        lows, highs = (np.searchsorted(self.hashes, wanted, side) for side in ("left", "right"))
        return {self.word(at) for low, high in zip(lows, highs, strict=True) for at in self.which[low:high]}


def _letters(text: bytes) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.int64]]]:
    """Start, letters (one row a word, 0 behind its end) and length of every line, a chunk at a time."""
    bytes_ = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(bytes_ == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    for first in range(0, len(ends), CHUNK):
        here, lengths = starts[first : first + CHUNK], (ends - starts)[first : first + CHUNK]
        columns = np.arange(LONGEST)
        rows = bytes_[np.minimum(here[:, None] + columns, len(bytes_) - 1)]
        rows[columns >= lengths[:, None]] = 0
        yield here.astype(np.uint32), rows, lengths


def _hashed(rows: NDArray[np.uint8]) -> Hashes:
    """The hash of every word, and of every word less its n-th letter in column n + 1."""
    here, before = rows * _POWERS[1:], rows * _POWERS[:-1]
    until = np.cumsum(here, axis=1, dtype=np.uint64) - here
    behind = np.cumsum(before[:, ::-1], axis=1, dtype=np.uint64)[:, ::-1] - before
    return np.concatenate((here.sum(axis=1, dtype=np.uint64)[:, None], until + behind), axis=1)


def _short(hashes: Hashes) -> NDArray[np.uint32]:
    return (hashes >> np.uint64(32)).astype(np.uint32)


def _segment(text: bytes) -> _Segment:
    starts, hashes, which, first = [], [], [], 0
    for here, rows, lengths in _letters(text):
        real = np.arange(LONGEST + 1) <= lengths[:, None]
        starts.append(here)
        hashes.append(_short(_hashed(rows)[real]))
        which.append((first + np.nonzero(real)[0]).astype(np.uint32))
        first += len(here)
    nothing = [np.zeros(0, dtype=np.uint32)]
    found, words = np.concatenate(hashes or nothing), np.concatenate(which or nothing)
    order = np.argsort(found, kind="stable")
    return _Segment(text, np.concatenate(starts or nothing), found[order], words[order])


def _around(word: str) -> NDArray[np.uint32]:
    """The hashes by which the neighbours of a word are found."""
    _, rows, lengths = next(_letters(f"{word}\n".encode("ascii")))
    return _short(_hashed(rows)[0, : lengths[0] + 1])


class Vocabulary:
    """The words written in the articles of an index, in a file or, without one, in memory; safe to share by threads.

    Nothing is read before it is needed. What another process adds to the file is seen.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept = b""
        self._lock = threading.Lock()
        self._segments: tuple[_Segment, ...] = ()
        self._read = 0
        self._known: Hashes | None = None

    def add(self, words: Iterable[str]) -> None:
        """Keep these words, those that are new."""
        fresh = "".join(f"{word}\n" for word in sorted(set(words))).encode("ascii")
        with self._lock:
            known = _whole(self._since(0)) if self._known is None else self._known
            hashes = _whole(fresh)
            new = np.isin(hashes, known, invert=True)
            self._append(b"".join(line for line, is_new in zip(fresh.splitlines(True), new, strict=True) if is_new))
            self._known = np.union1d(known, hashes)  # last: what could not be written is new still

    def near(self, word: str) -> tuple[str, ...]:
        """The words one typing mistake away that begin with the same letter."""
        if not (word.isascii() and word.isalpha() and TYPED <= len(word) <= LONGEST):
            return ()
        around = _around(word)
        found = set().union(*(segment.near(around) for segment in self._fresh()))
        return tuple(sorted(each for each in found if each[0] == word[0] and one_mistake(word, each)))

    def _fresh(self) -> tuple[_Segment, ...]:
        if self._size() == self._read:
            return self._segments
        with self._lock:
            start = self._read if len(self._segments) < SEGMENTS else 0
            text = self._since(start)
            text = text[: text.rfind(b"\n") + 1]
            self._segments = (*(self._segments if start else ()), _segment(text))
            self._read = start + len(text)
            return self._segments

    def _size(self) -> int:
        if self._file is None:
            return len(self._kept)
        return self._file.stat().st_size if self._file.exists() else 0

    def _since(self, start: int) -> bytes:
        if self._file is None:
            return self._kept[start:]
        if not self._file.exists():
            return b""
        with self._file.open("rb") as file:
            file.seek(start)
            return file.read()

    def _append(self, lines: bytes) -> None:
        if self._file is None:
            self._kept += lines
        elif lines:
            with self._file.open("ab", buffering=0) as file:
                file.write(lines)


def _whole(text: bytes) -> Hashes:
    """The hash of every line."""
    return np.concatenate([np.zeros(0, dtype=np.uint64), *(_hashed(rows)[:, 0] for _, rows, _ in _letters(text))])


# ---------------------------------------------------------------- what is searched instead


def mended(query: Query, count: Count, vocabulary: Vocabulary) -> dict[str, Instead]:
    """Every analysed word of a query that stands in no article → the words searched instead, most frequent first.

    A word that stands in few articles, and its translation in many, is searched together with its translation. Words of
    which nothing better is known are left out.
    """
    code = language(query.language).code
    found: dict[str, Instead] = {}
    tried = 0
    for word, token in _written_so(query, code):
        known = count(word)
        if known:
            said = _best(_translated(word, token, code), count, FOREIGN * known)
            instead = (word, *said) if said else ()
        else:
            tried += 1
            instead = _instead(word, token, code, count, vocabulary) if tried <= TRIED else ()
        if instead:
            found[word] = instead
    return found


def _written_so(query: Query, code: str) -> Iterator[tuple[str, str]]:
    """Each word of a query, once, with the token that it was made of."""
    waiting = {word for word in query.words if not word.isdigit()}
    for token in dict.fromkeys(analysis.tokens(query.text)):
        for word in waiting.intersection(analysis.analysed(token, code)):
            waiting.remove(word)
            yield word, token


def _instead(word: str, token: str, code: str, count: Count, vocabulary: Vocabulary) -> Instead:
    if not all(analysis.analysed(token, other) for other in LANGUAGES):
        return ()  # elsewhere it is a word that tells nothing
    ways = _ways(word, token, code, vocabulary)
    return next((best for said in ways if (best := _best(said, count))), ())


def _ways(word: str, token: str, code: str, vocabulary: Vocabulary) -> Iterator[Iterable[Sequence[str]]]:
    yield _translated(word, token, code)
    yield _forms(word, token, code)
    yield (analysis.analysed(each, code) for each in vocabulary.near(token))


def _best(said: Iterable[Sequence[str]], count: Count, least: int = 1) -> Instead:
    """The words of the most frequent alternatives that stand in at least so many articles."""
    counted = {tuple(each): min(map(count, each), default=0) for each in said}
    known = sorted((each for each in counted if counted[each] >= least), key=lambda each: (-counted[each], each))
    return tuple(dict.fromkeys(word for each in known[:ALTERNATIVES] for word in each))


def _translated(word: str, token: str, code: str) -> Iterator[Sequence[str]]:
    """The same in the other languages that we speak, and the word as it would be read in them: a name."""
    yield from translations(code).get(word, ())
    for other in LANGUAGES.keys() - {code}:
        there = analysis.analysed(token, other)
        yield there
        for each in there:
            yield from translations(other).get(each, ())


def _forms(word: str, token: str, code: str) -> Iterator[Sequence[str]]:
    """The word with letters for its digits, without an ending, or with another first sound."""
    if len(token) < TYPED:
        return
    if _DIGIT.search(token):
        yield analysis.analysed(analysis.spelled(token), code)
    for form in {word, *(word.removesuffix(ending) for ending in _ENDINGS)}:
        yield (form,)
        for sound, first in _SOUNDS:
            if form.startswith(sound) and len(form) > len(sound) + 2:
                yield (first + form.removeprefix(sound),)
        if form[:1] in "aiueo" and len(form) >= TYPED:
            yield from ((first + form,) for first in _SWALLOWED)
