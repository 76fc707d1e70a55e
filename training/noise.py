"""How people really type: dropped and swapped letters, capitals, digits for letters, chat spellings."""

from __future__ import annotations

import random
from collections.abc import Callable

DIGITS = str.maketrans("aeiosgAEIOSG", "431059431059")
CHAT = {
    "yang": "yg", "tidak": "gak", "dengan": "dgn", "untuk": "utk", "sudah": "udh", "dari": "dr", "akan": "bakal",
    "orang": "org", "karena": "krn", "jangan": "jgn", "juga": "jg", "kalau": "klo", "bisa": "bs", "dan": "n",
    "saya": "sy", "benar": "bener", "apakah": "apa", "pemerintah": "pmrnth", "rakyat": "rkyt", "banyak": "byk",
    "dalam": "dlm", "tahun": "thn", "seperti": "kyk", "sekarang": "skrg", "teman": "tmn", "hanya": "cuma",
}  # fmt: skip
"""Words as they are written and as they are typed."""
TYPO = 0.12
"""How many words are mistyped where a text is."""


def noised(text: str, chance: random.Random) -> str:
    """The same message, as somebody else would have typed it."""
    return chance.choice(WAYS)(text, chance)


def mistyped(text: str, chance: random.Random) -> str:
    return " ".join(_slip(word, chance) if chance.random() < TYPO else word for word in text.split())


def chatty(text: str, chance: random.Random) -> str:
    return " ".join(CHAT.get(word.lower(), word) if chance.random() < 0.8 else word for word in text.split())


def shouted(text: str, chance: random.Random) -> str:
    return text.upper() if chance.random() < 0.5 else text.lower()


def disguised(text: str, chance: random.Random) -> str:
    """Digits for letters, as spam does it."""
    return " ".join(word.translate(DIGITS) if chance.random() < TYPO else word for word in text.split())


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return chance.choice((before + after, before + letter + letter + after, before[:-1] + letter + before[-1] + after))


WAYS: tuple[Callable[[str, random.Random], str], ...] = (mistyped, chatty, shouted, disguised)
