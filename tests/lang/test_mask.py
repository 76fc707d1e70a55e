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
        ("https://contoh.id/baca/d-81725361", "https://contoh.id/baca/d-81725361"),
        ("https://wa.me/6281234567890?x=1", "https://wa.me/6281•••••••••?x=1"),
        ("api.whatsapp.com/send?phone=6281234567890", "api.whatsapp.com/send?phone=6281•••••••••"),
        ("https://t.me/+6281234567890", "https://t.me/+6281•••••••••"),
        ("0812 - 3456 - 7890", "0812 - •••• - ••••"),
        ("0812_3456_7890, 0812–3456–7890", "0812_••••_••••, 0812–••••–••••"),
        ("08123456\u200b7890", "0812••••\u200b••••"),
        ("0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "0️⃣8️⃣1️⃣2️⃣•️⃣•️⃣•️⃣•️⃣•️⃣•️⃣"),
        ("081.234.567.890", "081.2••.•••.•••"),
        ("5555-1234 dan 0812-34-5678", "5555-•••• dan 0812-••-••••"),
        ("812 345 678 901", "812 3•• ••• •••"),
        ("surel budi.s+x@contoh.co.id ya", "surel b•••@contoh.co.id ya"),
        ("pukul 18.00-20.00, 17.08.1945 10.00", "pukul 18.00-20.00, 17.08.1945 10.00"),
        ("2019 2020 2021 dan 2008 - 2012 - 2016", "2019 2020 2021 dan 2008 - 2012 - 2016"),
        ("10.000-20.000 atau Rp10000000", "10.000-20.000 atau Rp10000000"),
        ("22-09-2024 23-09-2024", "22-09-2024 23-09-2024"),
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
    for hostile in ("a.", "a@", "08 ", "rp1.", "1.000 ", "2024-", "0 8*", "wa.me/", "+62"):
        masked(hostile * 50_000)
    assert time.perf_counter() - began < 3
