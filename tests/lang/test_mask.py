"""What is blotted out of a text, and what is not."""

from __future__ import annotations

import time

import pytest

from periksa.lang.mask import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("telp 0812-3456-7890 ya", "telp 0812-••••-•••• ya"),
        ("+62 812 3456 7890", "+62 81• •••• ••••"),
        ("wa(0274)5551234.", "wa(0274)•••••••."),
        ("NIK 3171234567890001", "NIK 3171••••••••••••"),
        ("rek 1234.56.789012.50.3", "rek 1234.••.••••••.••.•"),
        ("transfer Rp 1.250.000.000 besok", "transfer Rp 1.250.000.000 besok"),
        ("17-08-2026 atau 2026-08-17", "17-08-2026 atau 2026-08-17"),
        ("pemilu 2019-2024", "pemilu 2019-2024"),
        ("call center 110 dan 14045", "call center 110 dan 14045"),
        ("https://wa.me/6281234567890?x=1", "https://wa.me/6281234567890?x=1"),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "٠٨١٢••••••••"),
        ("", ""),
    ],
)
def test_numbers_of_people_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_text_of_digits_takes_no_time() -> None:
    began = time.perf_counter()
    masked("1 (" * 200_000)
    masked("12345678 " * 100_000)
    assert time.perf_counter() - began < 3
