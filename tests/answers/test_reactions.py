from __future__ import annotations

import pytest

from periksa.answers.reactions import helpful


@pytest.mark.parametrize("emoji", ["👍", "👍🏿", "❤️", "❤", "🙏🏽", "😍"])
def test_these_say_that_it_helped(emoji: str) -> None:
    assert helpful(emoji) is True


@pytest.mark.parametrize("emoji", ["👎", "👎🏻", "😡", "❌"])
def test_these_say_that_it_did_not(emoji: str) -> None:
    assert helpful(emoji) is False


@pytest.mark.parametrize("emoji", ["", "😮", "😂", "🤔", "x", "👍👎"])
def test_others_say_neither(emoji: str) -> None:
    assert helpful(emoji) is None
