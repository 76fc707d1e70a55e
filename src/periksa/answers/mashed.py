"""Keys pressed at random ("asdfghjkl"), to tell them from a question nobody has checked."""

from __future__ import annotations

import re
from itertools import pairwise

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = frozenset(pair for row in _ROWS for one, other in pairwise(row) for pair in (one + other, other + one))
_LETTERS = re.compile(r"[a-z]+")
SHORTEST = 5
"""Letters of the shortest word that is looked at."""
MOSTLY = 0.75
"""So much of a word goes from one key to its neighbour on the row, or stays on it."""


def is_mashed(word: str) -> bool:
    """Whether a word is keys pressed at random, or nothing but marks."""
    plain = word.lower().strip("?!.,")
    if not plain:
        return True
    if len(plain) < SHORTEST or not _LETTERS.fullmatch(plain):
        return False
    steps = [one + other in _BESIDE or one == other for one, other in pairwise(plain)]
    return sum(steps) >= MOSTLY * len(steps)
