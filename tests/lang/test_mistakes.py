from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.lang.mistakes import one_mistake

WORDS = st.text("abcxyz", min_size=2, max_size=12)


@given(WORDS, st.data())
def test_one_letter_less_more_or_other_is_a_mistake_either_way(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    for typed in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert one_mistake(word, typed) == one_mistake(typed, word) == (typed != word)


def test_two_letters_that_changed_places_are_a_mistake() -> None:
    assert one_mistake("vaksin", "vakisn")


@pytest.mark.parametrize(("one", "other"), [("bank", "bank"), ("banjir", "banjirnya"), ("gempa", "ampega"), ("", "ab")])
def test_equal_and_distant_words_are_no_mistake(one: str, other: str) -> None:
    assert not one_mistake(one, other)
