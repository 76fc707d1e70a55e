"""Numbers by which somebody could be reached or known, blotted out: telephones, identity cards, accounts.

A number keeps its first digits, which tell what kind it is. Amounts and dates stay, and so do links: they are what is
to be checked.
"""

from __future__ import annotations

import re

KEPT = 4
"""Digits that stay."""

_NUMBER = re.compile(r"https?://\S+|\+?\d(?:[\s().-]{0,2}\d){7,}")
_PLAIN = re.compile(
    r"https?:.*|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,2}([-./ ])\d{1,2}\1\d{4}|\d{4}([-./ ])\d{1,2}\2\d{1,2}"
    r"|\d{4} ?[-–] ?\d{4}"
)


def masked(text: str) -> str:
    """The text with such numbers blotted out. Linear in its length."""
    return _NUMBER.sub(_blot, text)


def _blot(found: re.Match[str]) -> str:
    number = found[0]
    if _PLAIN.fullmatch(number):
        return number
    digits = 0
    shown = []
    for character in number:
        digits += character.isdigit()
        shown.append("•" if character.isdigit() and digits > KEPT else character)
    return "".join(shown)
