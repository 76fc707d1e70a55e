"""When two questions without an answer are one case: keys, any of which two of them may share.

Keys are hashes of words, never words. Whoever is told the answer of a case they only came near to gets it as an offer
(see `review.py`), so that a key that is too kind costs a tap and never a wrong answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence, Set
from zlib import crc32

from periksa.answers.sides import asked
from periksa.lang import DEFAULT, LANGUAGES, language
from periksa.lang.links import page
from periksa.model import Media, MessageKind, Query

SHORTEST = 12
"""Analysed words of the shortest text that is known again by nearly the same words."""
RUN = 2
"""Words in a run."""
BANDS, ROWS = 5, 6
"""MinHash: two texts that share nine tenths of their runs meet in a band in 96 of 100 cases, with half of them in 8."""
FEW = 3
"""Words beside a link up to which the link is the question."""

_PRIME = (1 << 61) - 1
_MIX = [(7_368_787 * number + 1_299_709, 15_485_863 * number + 32_452_843) for number in range(1, BANDS * ROWS + 1)]


def text_key(query: Query) -> str:
    """Equal for the same analysed words, whatever their order and decoration; empty where there are none."""
    return _key("text", *sorted(set(query.words)), query.negated) if query.words else ""


def keys(query: Query, media: Media | None = None, refused: Sequence[str] = ()) -> Set[str]:
    """What leads this question to its case. `refused`: ids of the articles that were offered for it and are not it."""
    found = {text_key(query), *_near(query), *_links(query)}
    if media and media.sha256:
        found.add(_key("file", media.sha256))
    if refused:
        found.add(_key("refused", *sorted(refused), *_facts(query)))
        found |= {refusal(query, article) for article in refused}
    return found - {""}


def file_text(kind: MessageKind) -> str:
    """What stands for the words of a question that has none, in the newsroom's language."""
    return language(DEFAULT).say.get(f"file_{kind}", f"[{kind}]")


def despair_text() -> str:
    """What stands for the words of somebody who wants to die: they are no question, and no article answers them."""
    return language(DEFAULT).say["despair_case"]


def despair_key(contact: str) -> str:
    """Whatever this contact (by id) writes of it is one case, and nobody else's."""
    return _key("despair", contact)


def is_despair(text: str) -> bool:
    """Whether a case is somebody who wants to die, by its text: no rumour, and nothing about a rumour is sent there."""
    return text in DESPAIR_TEXTS


def is_file(text: str) -> bool:
    """Whether the text of a case only says what was sent."""
    return text in _FILE_TEXTS


def refusal(query: Query, article: str) -> str:
    """The key of a case whose askers said that this article does not answer it."""
    return _key("not", article, text_key(query))


def _near(query: Query) -> Iterator[str]:
    """Bands of the least hashes of all runs of words under many orders (Broder 1997), among texts of equal facts."""
    if len(query.words) < SHORTEST:
        return
    facts = _facts(query)
    runs = {" ".join(query.words[at : at + RUN]) for at in range(len(query.words) - RUN + 1)}
    hashes = [crc32(run.encode()) for run in runs]
    least = [min((mix * value + more) % _PRIME for value in hashes) for mix, more in _MIX]
    for band in range(BANDS):
        yield _key("near", band, *least[band * ROWS : (band + 1) * ROWS], *facts)


def _facts(query: Query) -> tuple[object, ...]:
    """One changed number, name or negation is another claim."""
    side = asked(query)
    names = sorted(f"{kind} {name.name}" for kind, known in side.names.items() for name in known)
    return (*sorted(side.phones), *sorted(side.numbers), *names, *sorted(side.denied), query.negated)


def pages(query: Query) -> list[str]:
    """The pages that are asked about, where a link is the question: each as `page` gives it, and once."""
    if len(set(query.words)) > FEW:
        return []
    return [each for each in dict.fromkeys(map(page, query.links)) if each]


def _links(query: Query) -> Iterator[str]:
    return (_key("link", each) for each in pages(query))


DESPAIR_TEXTS = frozenset(each.say["despair_case"] for each in LANGUAGES.values())
"""In whichever language the newsroom's cases are."""
_FILE_TEXTS = DESPAIR_TEXTS | frozenset({*map(file_text, MessageKind)}) | {f"[{kind}]" for kind in MessageKind}
"""The latter were written before cases spoke the newsroom's language."""


def _key(kind: str, *parts: object) -> str:
    said = "\0".join(map(str, parts))
    return f"{kind}:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}"
