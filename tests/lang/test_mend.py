from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from periksa.lang.mend import mend


def test_nul_and_lone_surrogates_become_the_replacement_character() -> None:
    text = json.loads(r'"awas\u0000 chip \ud83d vaksin \ude00"')
    assert mend(text) == "awas\ufffd chip \ufffd vaksin \ufffd"


def test_emoji_written_as_a_surrogate_pair_survive() -> None:
    assert mend(json.loads(r'"\ud83d\ude00"')) == "😀"


@given(st.text(st.characters(codec=None)))
def test_what_is_mended_can_be_encoded_and_keeps_its_length(text: str) -> None:
    assert len(mend(text).encode().decode()) == len(text)
