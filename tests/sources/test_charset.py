from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.sources.charset import decoded

TEXT = "Warga “Randu” – café"


def page(text: str, declared: str) -> str:
    return f'<html><head><meta charset="{declared}"></head><body>{text}</body></html>'


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (page(TEXT, "utf-8").encode(), ""),
        (page(TEXT, "iso-8859-1").encode(), "text/html; charset=iso-8859-1"),  # the bytes are UTF-8 all the same
        (b"\xef\xbb\xbf" + page(TEXT, "windows-1252").encode(), ""),
        (page(TEXT, "utf-8").encode("utf-16"), "text/html; charset=utf-8"),
        (page(TEXT, "windows-1252").encode("cp1252"), ""),
        (page(TEXT, "iso-8859-1").encode("cp1252"), "text/html"),
        (page(TEXT, "utf-8").encode("cp1252"), 'text/html; charset="windows-1252"'),
        (page(TEXT, "utf-8").encode("cp1252"), ""),
        (page(TEXT, "rot13").encode("cp1252"), "text/html; charset=zip"),
        (f'<?xml version="1.0" encoding="windows-1252"?><p>{TEXT}</p>'.encode("cp1252"), ""),
    ],
)
def test_what_the_bytes_say_counts_before_what_is_declared(content: bytes, header: str) -> None:
    text, wrong = decoded(content, header)
    assert TEXT in text
    assert wrong == ""


def test_a_few_broken_letters_in_utf8_are_lost_and_said() -> None:
    content = page(TEXT * 50, "utf-8").encode() + b"\xff"
    text, wrong = decoded(content)
    assert text.count(TEXT) == 50
    assert wrong == "is none that fits; read as utf-8, 1 characters were lost"


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_bytes(content: bytes, header: str) -> None:
    text, _ = decoded(content, header)
    assert isinstance(text, str)
