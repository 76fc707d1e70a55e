from __future__ import annotations

import pytest

from periksa.sources.markup import tree_of
from periksa.sources.selectors import compiled, elements, values

PAGE = tree_of("""<html><head><meta property="og:title" content="Satu"></head><body>
<div id="isi" class="read  konten"><h1>Judul</h1><div class="dalam konten"><p>Paragraf <b>tebal</b></p></div></div>
<div class="reader"><a href="/2" rel="next">Lanjut</a><time datetime="2023-03-09">kemarin</time></div></body></html>""")


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("h1", ["Judul"]),
        ("div.read > h1", ["Judul"]),
        ("div.konten p", ["Paragraf tebal"]),
        ("#isi p", ["Paragraf tebal"]),
        ("div.read.konten b", ["tebal"]),
        ("body > h1", []),
        ("div.rea", []),
        ("meta[property='og:title']@content", ["Satu"]),
        ('meta[property="og:title"]@content', ["Satu"]),
        ("a[rel=next]@href", ["/2"]),
        ("a[href^='/']@href", ["/2"]),
        ("a[href*=2]", ["Lanjut"]),
        ("time[datetime]@datetime", ["2023-03-09"]),
        ("*[datetime]", ["kemarin"]),
    ],
)
def test_what_is_found(selector: str, found: list[str]) -> None:
    assert values(PAGE, (selector,)) == found


def test_the_first_selector_that_finds_anything() -> None:
    assert [each.get("id") for each in elements(PAGE, ("main", "div.konten", "h1"))] == ["isi"]  # none inside another


@pytest.mark.parametrize(
    "selector", ["", " ", ">", "h1 >", "div..a", "a:hover", "a[href", "h1, h2", "@href", "a@b c", "div/p"]
)
def test_what_is_none_is_refused_with_an_example(selector: str) -> None:
    with pytest.raises(ValueError, match=r"is no selector; write it like"):
        compiled(selector)
