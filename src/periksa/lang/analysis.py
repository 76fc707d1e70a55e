"""Text to words, the same for every engine: fold, spell out, drop, stem.

`words("Divaksin")`, `words("vaksinasi")` and `words("vaksin")` meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from periksa.lang import LANGUAGES, Language, language

GRAM = 4
"""Length of character n-grams."""

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TOKEN = re.compile(r"[\w£$@]+")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_RUPIAH = re.compile(r"\brp\.?\s*(?=\d)")
_LETTERS_AROUND_DIGIT = re.compile(r"[^\W\d_][\d£$@]+[^\W\d_]|^[\d£$][^\W\d_]{3,}")
_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z\d])|(?<=\d)(?=[A-Z][a-z])")
_SPACED_OUT = re.compile(r"(?<!\w)(?:[a-z][ .*_-]){3,}[a-z](?!\w)")
"""Letters one by one: "k o r u p s i"."""
_BETWEEN = re.compile(r"[ .*_-]")
_TWICE = re.compile(r"^([^\W\d_]{3,})2([^\W\d_]{0,4})$")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_ROMAN = re.compile(r"[ivxlc]+")
_DOUBLED = re.compile(r"(\w{3,20})-\1")
_TRAILING_DIGITS = re.compile(r"^([^\W\d_]{3,})(\d{2,})$")

LONGEST_AMOUNT = 18
"""Digits of the longest number that counts anything. Python refuses to read one of thousands."""
_ZEROS = {word: lang.zeros[word] for lang in LANGUAGES.values() for word in lang.zeros}
_MULTIPLIERS = "|".join(_ZEROS)
_UNITS = "|".join(unit for lang in LANGUAGES.values() for unit in sorted(lang.units))
_AMOUNT = re.compile(rf"(?<![\w.,])(\d{{1,{LONGEST_AMOUNT}}})(?:[.,](\d{{1,2}}))?\s?({_MULTIPLIERS})\b")
_FRACTION = re.compile(rf"(?<=\d)[.,]\d{{1,2}}(?!\d)(?!\s?(?:{_MULTIPLIERS})\b)", re.IGNORECASE)
"""The part of a number behind its comma, unless a multiplier makes it count."""
_GLUED = re.compile(rf"(?<!\w)(\d+)(?=(?:{_UNITS})\b)")
_NUMBERED = re.compile(r"\b(covid|corona)[\s-]?19\b|\b(sars[\s-]?cov)[\s-]?2\b")
"""A number that is part of a name."""
_DIGIT = re.compile(r"\d")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ‘`´](?=\w)")

_LEET = str.maketrans({"4": "a", "@": "a", "3": "e", "£": "e", "1": "i", "0": "o", "5": "s", "$": "s", "7": "t"})
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁɡαορντκιĸᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "aeopcyxijsdgaopvtkikabcdefghijklmnoprstuvwyz",
)
"""Cyrillic, Greek and small capital letters that pass for Latin ones."""
_WHITE_ON_BLACK = range(0x1F150, 0x1F18A)
"""Negative circled and squared capitals: 🅥 🆅, and six code points between them."""


@lru_cache(maxsize=4096)
def shows(char: str) -> bool:
    """Whether a character is seen: not a control, zero-width, direction or half (surrogate) character."""
    return unicodedata.category(char) not in ("Cf", "Cs", "Cc")


@lru_cache(maxsize=16_384)
def _fold_rare(char: str) -> str:
    if not shows(char):
        return " " if char.isspace() else ""
    if ord(char) in _WHITE_ON_BLACK:
        return chr(ord("a") + (ord(char) - 0x1F150) % 32 % 26)
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Lower case without accents, zero-width characters, look-alikes or styled letters ("𝗧𝗲𝗿𝗯𝗼𝗻𝗴𝗸𝗮𝗿")."""
    if not text.isascii():
        text = "".join(char if char < "\x80" else _fold_rare(char) for char in text)
    text = text.lower()
    return text if text.isascii() else text.translate(_LOOK_ALIKE)


def spelled(token: str) -> str:
    """A token with the letters that its digits look like: jokow1 → jokowi."""
    return token.translate(_LEET)


def _plain_spelling(token: str) -> str:
    """Letters for the digits that evade filters: p3m4k4man → pemakaman; dokter2nya → dokternya.

    What is drawn out is one letter: bangeeet → banget.
    """
    if token.isalpha():
        return token if _ROMAN.fullmatch(token) else _DRAWN_OUT.sub(r"\1", token)
    if token.isdigit():
        return token
    twice = _TWICE.match(token)
    if twice:
        return twice[1] + twice[2]
    if _LETTERS_AROUND_DIGIT.search(token) and sum(c.isalpha() for c in token) >= 3:
        return spelled(token)
    return token.strip("_£$@")


def _without_loan_ending(stem: str, lang: Language) -> str:
    for suffix in lang.suffixes:
        if stem.endswith(suffix) and len(stem) - len(suffix) >= lang.shortest_stem:
            return stem[: -len(suffix)]
    return stem


def _root(token: str, lang: Language) -> str:
    """The listed root in a word, as little as possible taken off, a swallowed sound given back; empty without one."""
    before = [prefix for prefix in lang.before if token.startswith(prefix.written)]
    found = (
        (len(prefix.written) + len(ending), not prefix.first, root)
        for ending in lang.endings
        if token.endswith(ending)
        for prefix in before
        if (root := prefix.first + token[len(prefix.written) : len(token) - len(ending)]) in lang.roots
        and root.startswith(prefix.letters or "")
    )
    return min(found, default=(0, False, ""))[2]


def _stem(token: str, lang: Language) -> str:
    root = _root(token, lang)
    if root:
        return root
    for prefix, instead in lang.prefixes:
        if token.startswith(prefix) and len(token) - len(prefix) >= lang.shortest_stem:
            token = instead + token[len(prefix) :]
            break
    return _without_loan_ending(lang.stemmer.stemWord(token), lang)


@lru_cache(maxsize=200_000)
def analysed(token: str, code: str) -> tuple[str, ...]:
    """The words of one token, as `tokens` gives it, in a language that we speak."""
    lang = LANGUAGES[code]
    plain = _plain_spelling(token)
    split = _TRAILING_DIGITS.match(plain)
    if split:
        return (*analysed(split[1], code), split[2])
    meant = lang.slang.get(plain, plain).split()
    return tuple(word if word.isdigit() else _stem(word, lang) for word in meant if word not in lang.stop)


def words(text: str, code: str = "id") -> tuple[str, ...]:
    """Analysed words in order, repeats kept; links are not words."""
    lang = language(code).code
    return tuple(word for token in tokens(text) for word in analysed(token, lang))


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
    """Folded words as written; links are gone, doubled words single ("anak-anak"), amounts one word ("Rp1.500.000")."""
    linkless = _LINK.sub(" ", text)
    if "#" in linkless:
        linkless = _HASHTAG.sub(_parted, linkless)
    folded = _APOSTROPHE.sub("", fold(linkless))
    plain = _DOUBLED.sub(r"\1", folded) if "-" in folded else folded
    plain = _SPACED_OUT.sub(lambda found: _BETWEEN.sub("", found[0]), plain)
    return _TOKEN.findall(_numbers_joined(plain) if _DIGIT.search(plain) else plain)


def _parted(hashtag: re.Match[str]) -> str:
    """#GantiPresiden2024 → Ganti Presiden 2024."""
    return _HUMP.sub(" ", hashtag[0])


def _numbers_joined(text: str) -> str:
    plain = _RUPIAH.sub("", _THOUSANDS.sub("", _NUMBERED.sub(r"\1\2", text)))
    return _GLUED.sub(r"\1 ", _AMOUNT.sub(_amount, plain))


_NEGATIONS = frozenset(
    word for code, lang in LANGUAGES.items() for written in lang.negation for word in words(written, code)
)


def negated(analysed: Iterable[str]) -> bool:
    """Whether analysed words turn their sentence round ("tidak", "not")."""
    return not _NEGATIONS.isdisjoint(analysed)
