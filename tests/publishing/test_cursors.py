"""A place in a list survives its way through an address."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.model import Place
from periksa.publishing.cursors import read, written

IDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.builds(Place, st.none() | st.dates(), IDS, st.integers(0, 2**31 - 1)))
def test_a_place_comes_back(place: Place) -> None:
    assert read(written(place)) == place


@given(st.text())
def test_any_word_is_a_place_or_none(word: str) -> None:
    place = read(word)
    assert place is None or (isinstance(place.id, str) and isinstance(place.number, int))


@pytest.mark.parametrize("word", ["", "=", "ééé", written(Place(date.min, "a", 2**31)), written(Place(None, "a", -1))])
def test_what_is_no_place(word: str) -> None:
    assert read(word) is None
