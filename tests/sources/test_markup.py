from __future__ import annotations

import pytest

from periksa.sources.markup import lines_of_fragment, plain


def test_blocks_and_breaks_make_lines() -> None:
    markup = (
        "Satu <b>te</b>bal\n&amp; dua.<p>Tiga<br/>Empat &nbsp; lima</p><ul><li>Enam</li><li>Tujuh</li></ul>"
        "<script>x()</script><figure>Foto</figure>akhir<blockquote class='twitter-tweet'>cuit</blockquote>"
    )
    assert lines_of_fragment(markup) == ["Satu tebal & dua.", "Tiga", "Empat lima", "Enam", "Tujuh", "akhir"]


@pytest.mark.parametrize("markup", ["", "   ", "<script>x()</script>", "<!-- a -->", "<p></p>"])
def test_nothing_is_no_line(markup: str) -> None:
    assert lines_of_fragment(markup) == []


def test_depth_costs_nothing() -> None:
    assert lines_of_fragment("<div>" * 5_000 + "dalam" + "</div>" * 5_000) in (["dalam"], [])


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>Gula</b> &amp; garam", "Gula & garam"),
        ("&lt;i&gt;Rob&lt;/i&gt; di pesisir", "Rob di pesisir"),
        ("Harga < Rp5.000 dan > 3", "Harga < Rp5.000 dan > 3"),
        (" dua\n baris ", "dua baris"),
    ],
)
def test_titles_are_plain(markup: str, text: str) -> None:
    assert plain(markup) == text
