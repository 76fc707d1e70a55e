from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.web.public.markup import html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*SALAH*", "<strong>SALAH</strong>"),
        ("*SALAH:* videonya lama", "<strong>SALAH:</strong> videonya lama"),
        ("_katanya_, ~benar~", "<em>katanya</em>, <s>benar</s>"),
        ("*_penting_ sekali*", "<strong><em>penting</em> sekali</strong>"),
        ("(*tebal*)", "(<strong>tebal</strong>)"),
        ("`kode` dan ```dua\nbaris```", "<code>kode</code> dan <code>dua\nbaris</code>"),
        ("`*apa adanya*`", "<code>*apa adanya*</code>"),
    ],
)
def test_marks_are_shown_as_on_the_phone(text: str, expected: str) -> None:
    assert html(text, links=True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 = 24",
        "nama_file_panjang",
        "* bukan tebal *",
        "*belum ditutup",
        "*dua\nbaris*",
        "** __ ~~",
        "a * b * c",
        "``",
    ],
)
def test_other_marks_are_plain_characters(text: str) -> None:
    assert html(text, links=True) == text


def test_what_crosses_stays_plain() -> None:
    assert html("*tebal _miring* lagi_", links=True) == "<strong>tebal _miring</strong> lagi_"


def test_a_link_can_be_tapped_and_hands_nothing_over() -> None:
    link = 'href="https://cek.example.id/a_b_c?x=1&amp;y=2" target="_blank" rel="noopener noreferrer"'
    assert link in html("lihat https://cek.example.id/a_b_c?x=1&y=2.", links=True)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)"),
        ("*https://a.example/x*", "https://a.example/x"),
        ("“https://a.example/x”,", "https://a.example/x"),
    ],
)
def test_punctuation_is_no_part_of_a_link(text: str, address: str) -> None:
    assert f'href="{address}"' in html(text, links=True)


def test_a_link_in_bold_keeps_both() -> None:
    assert re.fullmatch(r"<strong><a .*>https://a.example</a></strong>", html("*https://a.example*", links=True))


def test_links_that_a_person_forwards_cannot_be_tapped() -> None:
    assert html("https://bansos-palsu.example/_isi_", links=False) == "https://bansos-palsu.example/_isi_"


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http:/x"])
def test_only_the_web_is_linked(text: str) -> None:
    assert "<a" not in html(text, links=True)


class _Reader(HTMLParser):
    """Reads HTML back as a browser would: the text, and every tag that is not ours."""

    ours = frozenset({"strong", "em", "s", "code", "a"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.strange: list[str] = []
        self.open: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        names = {name for name, _ in attrs}
        if tag not in self.ours or names - {"href", "target", "rel"}:
            self.strange.append(tag)
        self.strange += [
            value or "" for name, value in attrs if name == "href" and not (value or "").startswith("http")
        ]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "tags cross"


PIECES = st.lists(
    st.one_of(
        st.sampled_from(["*", "_", "~", "`", "```", "<script>", '"', "'", "&", "<", ">", "\n", " ", "(", ")", "a"]),
        st.sampled_from(["https://", "http://x.example/", "javascript:", "\u202e", "\0", "🙏", "</a>", "\r"]),
        st.text(max_size=5),
    ),
    max_size=40,
).map("".join)


@given(PIECES, st.booleans())
def test_whatever_comes_is_only_text_and_our_own_tags(text: str, links: bool) -> None:
    reader = _Reader()
    reader.feed(str(html(text, links=links)))
    reader.close()
    assert reader.strange == []
    assert reader.open == []
    unmarked = str.maketrans("", "", "*_~`")
    assert reader.text.translate(unmarked) == text.translate(unmarked)


@pytest.mark.parametrize(
    "piece", ["*a ", "*", "_*~", "`", "```", "https://", "https://....", "*https://a.b*", "(", "\n*"]
)
def test_time_grows_with_the_text_not_with_its_square(piece: str) -> None:
    started = time.process_time()
    html(piece * (65_536 // len(piece)), links=True)
    assert time.process_time() - started < 2
