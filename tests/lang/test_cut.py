from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from periksa.lang.cut import cut, utf16

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇮🇩"
WAVE = "👋🏽"


def test_a_text_that_fits_is_left_alone() -> None:
    assert cut("Hoaks lama", 10) == "Hoaks lama"


def test_a_longer_text_ends_with_an_ellipsis_within_the_limit() -> None:
    assert cut("Hoaks lama beredar lagi", 11) == "Hoaks lama…"


@pytest.mark.parametrize("whole", [FAMILY, FLAG, WAVE, "e\u0301", "क्षि"])
def test_a_grapheme_is_kept_whole_or_not_at_all(whole: str) -> None:
    text = "cek " + whole * 3
    for limit in range(len(text)):
        kept = cut(text, limit).removesuffix("…").removeprefix("cek").strip()
        assert kept == whole * (len(kept) // len(whole)) or "cek".startswith(kept)


@pytest.mark.parametrize("limit", [0, 1])
def test_the_smallest_limits_hold(limit: int) -> None:
    assert cut("panjang", limit) == "…"[:limit]


@given(st.text(max_size=60), st.integers(0, 60))
def test_any_text_is_cut_at_a_grapheme_border_and_never_too_long(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    if short == text:
        return
    kept = short.removesuffix("…")
    borders = {0} | {found.end() for found in regex.finditer(r"\X", text)}
    assert text.startswith(kept)
    assert any(text[:border].rstrip() == kept for border in borders)


@given(st.lists(st.sampled_from(["a", "é", "e\u0301", FAMILY, FLAG, WAVE]), max_size=30), st.integers(0, 60))
def test_length_can_be_counted_in_utf_16(graphemes: list[str], limit: int) -> None:
    text = "".join(graphemes)
    short = cut(text, limit, utf16)
    assert len(short.encode("utf-16-le")) // 2 == utf16(short) <= limit
    kept = regex.findall(r"\X", short.removesuffix("…"))
    assert kept == graphemes[: len(kept)]
    assert (short == text) == (utf16(text) <= limit)
