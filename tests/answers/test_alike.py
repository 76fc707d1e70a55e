"""Questions that resemble one another."""

from __future__ import annotations

import pytest

from periksa.answers.alike import alike

ASKED = frozenset({"bantu", "tunai", "lansia", "grup"})


def test_the_most_alike_come_first_and_what_is_common_counts_less() -> None:
    others = {
        "other": frozenset({"gempa", "malam"}),
        "rare": frozenset({"lansia", "tunai", "kartu"}),
        "common": frozenset({"bantu", "grup", "kartu"}),
        "crowd": frozenset({"bantu", "grup"}),
        "more": frozenset({"bantu", "grup", "gempa"}),
    }
    found = alike(ASKED, others)
    assert next(iter(found)) == "rare"
    assert found["rare"] > found["common"]
    assert (list(found)[-1], found["other"]) == ("other", 0)


def test_the_same_words_are_all_alike() -> None:
    assert alike(ASKED, {"twin": ASKED}) == {"twin": pytest.approx(1)}


def test_without_words_nothing_is_alike() -> None:
    assert alike(frozenset(), {"file": frozenset(), "text": ASKED}) == {"file": 0, "text": 0}
    assert alike(ASKED, {}) == {}
