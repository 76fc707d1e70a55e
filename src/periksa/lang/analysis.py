"""Text to words, the same for every engine: fold, spell out, drop, stem.

`words("Divaksin")`, `words("vaksinasi")` and `words("vaksin")` meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from periksa.lang import DEFAULT, LANGUAGES, Language, language

GRAM = 4
"""Length of character n-grams."""

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TOKEN = re.compile(r"[\w£$@]+")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_RUPIAH = re.compile(r"\brp\.?\s*(?=\d)")
_LETTERS_AROUND_DIGIT = re.compile(r"[^\W\d_][\d£$@]+[^\W\d_]|^[\d£$@][^\W\d_]{3,}")
_TWICE = re.compile(r"^([^\W\d_]{3,})2$")
_TRAILING_DIGITS = re.compile(r"^([^\W\d_]{3,})(\d{2,})$")

_ZEROS = {word: lang.zeros[word] for lang in LANGUAGES.values() for word in lang.zeros}
_MULTIPLIERS = "|".join(_ZEROS)
_UNITS = "|".join(unit for lang in LANGUAGES.values() for unit in sorted(lang.units))
_AMOUNT = re.compile(rf"(?<![\w.,])(\d+)(?:[.,](\d{{1,2}}))?\s?({_MULTIPLIERS})\b")
_FRACTION = re.compile(rf"(?<=\d)[.,]\d{{1,2}}(?!\d)(?!\s?(?:{_MULTIPLIERS})\b)", re.IGNORECASE)
"""The part of a number behind its comma, unless a multiplier makes it count."""
_GLUED = re.compile(rf"(?<!\w)(\d+)(?=(?:{_UNITS})\b)")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ‘`´](?=\w)")

_LEET = str.maketrans({"4": "a", "@": "a", "3": "e", "£": "e", "1": "i", "0": "o", "5": "s", "$": "s", "7": "t"})
_LOOK_ALIKE = str.maketrans("аеорсухіјѕԁɡαορντκ", "aeopcyxijsdgaopvtk")
"""Cyrillic and Greek letters that pass for Latin ones."""


@lru_cache(maxsize=4096)
def shows(char: str) -> bool:
    """Whether a character is seen: not a control, zero-width, direction or half (surrogate) character."""
    return unicodedata.category(char) not in ("Cf", "Cs", "Cc")


@lru_cache(maxsize=4096)
def _fold_rare(char: str) -> str:
    if not shows(char):
        return " " if char.isspace() else ""
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Lower case without accents, zero-width characters, look-alikes or styled letters ("𝗧𝗲𝗿𝗯𝗼𝗻𝗴𝗸𝗮𝗿")."""
    if not text.isascii():
        text = "".join(char if char < "\x80" else _fold_rare(char) for char in text)
    text = text.lower()
    return text if text.isascii() else text.translate(_LOOK_ALIKE)


def _plain_spelling(token: str) -> str:
    """Letters for the digits that evade filters: p3m4k4man → pemakaman; dokter2 → dokter."""
    if token.isalpha() or token.isdigit():
        return token
    twice = _TWICE.match(token)
    if twice:
        return twice[1]
    if _LETTERS_AROUND_DIGIT.search(token) and sum(c.isalpha() for c in token) >= 3:
        return token.translate(_LEET)
    return token.strip("_£$@")


def _without_loan_ending(stem: str, lang: Language) -> str:
    for suffix in lang.suffixes:
        if stem.endswith(suffix) and len(stem) - len(suffix) >= lang.shortest_stem:
            return stem[: -len(suffix)]
    return stem


def _stem(token: str, lang: Language) -> str:
    for prefix, instead in lang.prefixes:
        if token.startswith(prefix) and len(token) - len(prefix) >= lang.shortest_stem:
            token = instead + token[len(prefix) :]
            break
    return _without_loan_ending(lang.stemmer.stemWord(token), lang)


@lru_cache(maxsize=200_000)
def _analyse(token: str, code: str) -> tuple[str, ...]:
    lang = LANGUAGES[code]
    spelled = _plain_spelling(token)
    split = _TRAILING_DIGITS.match(spelled)
    if split:
        return (*_analyse(split[1], code), split[2])
    meant = lang.slang.get(spelled, spelled).split()
    return tuple(word if word.isdigit() else _stem(word, lang) for word in meant if word not in lang.stop)


def words(text: str, code: str = "id") -> tuple[str, ...]:
    """Analysed words in order, repeats kept; links are not words."""
    lang = language(code).code
    return tuple(word for token in tokens(text) for word in _analyse(token, lang))


def grams(text: str) -> tuple[str, ...]:
    """Character n-grams over folded words, each once, in order; a space is written "_" so that a gram is one term."""
    line = "_" + "_".join(tokens(text)) + "_"
    return tuple(dict.fromkeys(line[i : i + GRAM] for i in range(len(line) - GRAM + 1)))


def numbers(text: str) -> tuple[str, ...]:
    """Numbers and years as digits: "Rp1.500.000 pada 2024" → ("1500000", "2024"), "2,5 juta" → ("2500000",)."""
    return tuple(token for token in tokens(_FRACTION.sub("", text)) if token.isdecimal())


def _amount(found: re.Match[str]) -> str:
    whole, part, word = found.groups("")
    return str(int(whole + part) * 10 ** _ZEROS[word] // 10 ** len(part))


def tokens(text: str) -> list[str]:
    """Folded words as written; links are gone and amounts are one word ("Rp1.500.000" → "1500000")."""
    folded = _APOSTROPHE.sub("", fold(_LINK.sub(" ", text)))
    plain = _RUPIAH.sub("", _THOUSANDS.sub("", folded))
    return _TOKEN.findall(_GLUED.sub(r"\1 ", _AMOUNT.sub(_amount, plain)))


def language_of(text: str, default: str = DEFAULT) -> str:
    """The language whose commonest words the text uses most; `default` on a tie or no evidence."""
    seen = [token for token in tokens(text) if len(token) > 1]
    votes = {code: sum(token in common for token in seen) for code, common in _COMMON.items()}
    best = max(votes, key=lambda code: (votes[code], code == default))
    return best if votes[best] > votes.get(default, 0) else default


_COMMON = {code: lang.stop | lang.slang.keys() | lang.greeting for code, lang in LANGUAGES.items()}
_NEGATIONS = frozenset(
    word for code, lang in LANGUAGES.items() for written in lang.negation for word in words(written, code)
)


def negated(analysed: Iterable[str]) -> bool:
    """Whether analysed words turn their sentence round ("tidak", "not")."""
    return not _NEGATIONS.isdisjoint(analysed)
