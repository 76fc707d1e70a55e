"""Links to one page are one, however they are pasted; links to two pages are two."""

from __future__ import annotations

import pytest

from periksa.lang.links import page, slug

PAGE = "cek.example/2026/01/kopi-luwak"


@pytest.mark.parametrize(
    "link",
    [
        "https://cek.example/2026/01/kopi-luwak",
        "http://www.cek.example/2026/01/kopi-luwak/",
        "HTTPS://M.CEK.EXAMPLE/2026/01/kopi-luwak#komentar",
        "https://amp.cek.example/2026/01/kopi-luwak?utm_source=wa&fbclid=x",
        "cek.example/2026/01/kopi-luwak.",
        "https://mobile.www.cek.example/2026/01/kopi-luwak?si=1)",
    ],
)
def test_ways_to_link_to_one_page(link: str) -> None:
    assert page(link) == PAGE


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("https://cek.example", ""),
        ("https://www.cek.example/?utm_source=wa#atas", ""),
        ("https://cek.example/?p=12", "cek.example/?p=12"),
        ("https://cek.example/a?n=2&m=1", "cek.example/a?m=1?n=2"),
        ("https://m.example/a", "m.example/a"),
        ("https://lain.example/2026/01/kopi-luwak", "lain.example/2026/01/kopi-luwak"),
    ],
)
def test_what_leads_elsewhere_or_nowhere(link: str, leads: str) -> None:
    assert page(link) == leads


def test_what_an_address_says() -> None:
    assert slug("cek.example/2026/01/kopi-luwak_sembuhkan?p=12") == "kopi luwak sembuhkan"
    assert slug("cek.example") == ""
