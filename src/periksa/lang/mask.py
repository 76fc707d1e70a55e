"""What somebody could be reached or known by, blotted out: telephones, identity cards, accounts, e-mail addresses.

A number keeps its first digits, which tell what kind it is, and an address where it leads. Amounts, dates and years
stay, and so do links, but for the number in one that opens a chat with somebody: they are what is to be checked.
"""

from __future__ import annotations

import re

KEPT = 4
"""Digits that stay."""

_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe0f\u20e3\ufeff"
"""What stands between two digits and is not seen, or makes a key of one."""
_APART = rf"[\s().{_UNSEEN}-]{{0,2}}"
_WIDE_APART = rf"[\s().{_UNSEEN}‐-―_*=·•~-]{{0,3}}"
"""Between the digits of what can only be a mobile number, people put anything."""
_NUMBER = re.compile(
    r"(?P<link>(?:https?://|www\.)\S+)"
    r"|(?P<amount>\brp\.?\s?[1-9]\d*(?:[.,]\d+)*)"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    rf"|(?<!\d)(?<!\d[.,/:-])(?:\+?62|0){_WIDE_APART}8(?:{_WIDE_APART}\d){{7,12}}"
    rf"|\+?\d(?:{_APART}\d){{7,}}",
    re.IGNORECASE,
)
_CHAT = re.compile(r"(?:wa\.me|whatsapp\.com|t\.me)/", re.IGNORECASE)
"""A link that opens a chat."""
_DIGITS = re.compile(r"\d{8,}")
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12]\\d|3[01])", "(?:0?[1-9]|1[0-2])", "(?:1[89]|20)\\d\\d"
_HOUR = r"(?:[01]?\d|2[0-3])[.:][0-5]\d"
_ITEM = (
    rf"(?:{_DAY}[-./ ]{_MONTH}[-./ ]{_YEAR}|{_YEAR}[-./ ]{_MONTH}[-./ ]{_DAY}|{_YEAR}|{_HOUR}"
    r"|[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+))(?!\d)"
)
_PLAIN = re.compile(rf"(?>{_ITEM})(?:(?: ?[-–] ?|\s{{1,2}})(?>{_ITEM}))*+")
"""Amounts, dates, years and times, and runs of them."""


def masked(text: str) -> str:
    """The text with such numbers and addresses blotted out. Linear in its length."""
    return _NUMBER.sub(_blot, text)


def _blot(found: re.Match[str]) -> str:
    said = found[0]
    if found["link"]:
        return _DIGITS.sub(lambda number: _blotted(number[0]), said) if _CHAT.search(said) else said
    if found["mail"]:
        name, _, site = said.partition("@")
        return f"{name[0]}•••@{site}"
    return said if found["amount"] or _PLAIN.fullmatch(said) else _blotted(said)


def _blotted(number: str) -> str:
    digits = 0
    shown = []
    for character in number:
        digits += character.isdigit()
        shown.append("•" if character.isdigit() and digits > KEPT else character)
    return "".join(shown)
