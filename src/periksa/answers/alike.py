"""Questions that resemble one another: how much of the words of two is in both, by how rare those are among all."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as Words


def alike(asked: Words[str], others: Mapping[str, Words[str]]) -> dict[str, float]:
    """How alike each of the others is, from 0 to 1 (weighted Jaccard), by its id; those most alike first."""
    held = Counter(word for each in (asked, *others.values()) for word in each)
    rarity = {word: math.log(1 + (len(others) + 1) / many) for word, many in held.items()}
    shares = {id: _shared(asked, words, rarity) for id, words in others.items()}
    return dict(sorted(shares.items(), key=lambda share: -share[1]))


def _shared(one: Words[str], other: Words[str], rarity: Mapping[str, float]) -> float:
    whole = sum(rarity[word] for word in one | other)
    return sum(rarity[word] for word in one & other) / whole if whole else 0.0
