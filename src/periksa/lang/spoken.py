"""Which of our languages a text is written in."""

from __future__ import annotations

from functools import cache, lru_cache

from periksa.lang import DEFAULT, LANGUAGES, analysis
from periksa.lang.translations import translations

SURE = 2
"""So many common words more, and the others are not looked at."""

ENOUGH = 3
"""Words that tell a language without a common one among them."""


def language_of(text: str, default: str = DEFAULT) -> str:
    """The language whose commonest words the text uses most; without any, the one that alone has half of its words.

    `default` on a tie or no evidence.
    """
    seen = [token for token in analysis.tokens(text) if len(token) > 1]
    votes = {code: sum(token in _common(code) for token in seen) for code in LANGUAGES}
    if max(votes.values()) - min(votes.values()) < SURE:
        alone = {code: sum(_alone(token, code) for token in seen) for code in LANGUAGES}
        enough = any(votes.values()) or 2 * max(alone.values()) >= len(seen)
        votes = {code: votes[code] + alone[code] if enough else 0 for code in LANGUAGES}
    best = max(votes, key=lambda code: (votes[code], code == default))
    return best if votes[best] > votes.get(default, 0) else default


def tells(text: str) -> bool:
    """Whether a text says enough to tell its language: a name or two ("bill gates") do not, one common word does."""
    seen = analysis.tokens(text)
    return len(seen) >= ENOUGH or any(token in _common(code) for token in seen for code in LANGUAGES)


@cache
def _common(code: str) -> frozenset[str]:
    """Words that only this language uses so often; chat spellings that are another language's words tell nothing."""
    lang = LANGUAGES[code]
    others = LANGUAGES.keys() - {code}
    slang = (word for word in lang.slang if not any(_belongs(word, other) for other in others))
    return lang.stop | lang.greeting | frozenset(slang)


@lru_cache(maxsize=50_000)
def _alone(word: str, code: str) -> bool:
    """Whether a word is of this language and of no other."""
    return _belongs(word, code) and not any(_belongs(word, other) for other in LANGUAGES.keys() - {code})


def _belongs(word: str, code: str) -> bool:
    """Whether a word of this language has translations, and is none of them itself: "lockdown" is both."""
    analysed = analysis.words(word, code)
    said = translations(code).get(analysed[0], ()) if len(analysed) == 1 else ()
    read = (analysis.words(word, other) for other in LANGUAGES.keys() - {code} if word not in LANGUAGES[other].slang)
    return bool(said) and not any(each in said for each in read)
