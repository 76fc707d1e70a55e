"""Cards: what stands on them, cut where a meaning ends, and pictures of whatever anybody writes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from periksa.errors import CardError
from periksa.lang import LANGUAGES
from periksa.model import Article, ArticleKind
from periksa.publishing.card import BRIEF, CLAIM, REASON, Shape, card, picture, unwritable

COFFEE = Article(
    "luwak",
    ArticleKind.FACT_CHECK,
    "Kopi luwak tidak menyembuhkan diabetes",
    "Cek Nusantara",
    "https://cek.example/luwak",
    date=date(2026, 1, 17),
    claim="Kopi luwak bersertifikat dapat menyembuhkan diabetes.",
    rating="SALAH",
    summary="Menurut dr. Sari, tidak ada penelitian yang mendukung klaim ini. Gula darah tidak turun.",
)
TEXTS = {
    "short": "AI",
    "arabic": "الماء المالح يقتل الفيروس في الحلق خلال أربع دقائق فقط",
    "emoji": "🚨 VIRAL 👨‍👩‍👧‍👦 keluarga 🇮🇩 dapat bansos 💰 😱👍🏽 " + "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "long word": "mempertanggungjawabkan" * 18,
    "link": "https://bansos.example/" + "a1b2" * 60,
    "wide": "WM " * 133,
    "long": ("Pemerintah akan membagikan bantuan kepada seluruh warga yang mendaftar. " * 6)[:400],
    "too long": "kata " * 4000,
    "mixed": "Video “الله أكبر” di Jakarta",
    "code": '#eval("1+1") #image("/etc/passwd") $x^2$ *b* _i_ <l> @ref // c " ] } = h `raw` \\ #panic()',
    "unseen": "a\u202eb\u2066c\0d\u200be\ud800f\ufefff",
    "blank": "",
    "joined": "a" + "\u0301" * 300,
}


def size(made: bytes) -> tuple[int, int]:
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(made[16:20], "big"), int.from_bytes(made[20:24], "big")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("shape", Shape)
def test_whatever_is_written_becomes_a_picture(text: str, shape: Shape) -> None:
    """Also as the rating, the outlet and the reason; no text is ever code, or the picture would not be made."""
    odd = replace(COFFEE, claim=text, rating=text, outlet=text, summary=text)
    for article in (odd, replace(COFFEE, claim=text)):
        assert size(picture(card(article, "id"), shape)) == (1080, 1350 if shape is Shape.TALL else 1080)


def test_the_same_card_is_the_same_picture_and_another_text_another() -> None:
    made = picture(card(COFFEE, "id"))
    assert made == picture(card(COFFEE, "id"))
    for other in (
        replace(COFFEE, rating="BENAR"),
        replace(COFFEE, claim="Lain."),
        replace(COFFEE, summary="Lain."),
        replace(COFFEE, outlet="Lain"),
        replace(COFFEE, date=None),
        replace(COFFEE, url="https://cek.example/lain"),
    ):
        assert picture(card(other, "id")) != made


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_text_says_all_that_the_picture_says(code: str) -> None:
    shown = card(COFFEE, code, "https://kami.example/articles/luwak")
    for said in (COFFEE.rating, COFFEE.claim, COFFEE.summary, "Cek Nusantara", "2026", "https://kami.example"):
        assert said in shown.text
    assert card(replace(COFFEE, url=""), code).link == ""
    unrated = card(replace(COFFEE, rating="", date=None), code)
    assert unrated.rating == LANGUAGES[code].say["card_unrated"]
    assert unrated.when == LANGUAGES[code].say["undated"]


@pytest.mark.parametrize("length", [2, 80, 399, 400, 401, 900])
def test_a_claim_is_whole_or_says_that_it_goes_on(length: int) -> None:
    text = ("kata-kata yang panjang " * 60)[:length].rstrip()
    shown = card(replace(COFFEE, claim=text), "id").claim
    assert len(shown) <= CLAIM
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
    if len(text) <= CLAIM:
        assert shown == text


def test_a_reason_is_whole_sentences_or_says_that_it_goes_on() -> None:
    assert card(COFFEE, "id").reason == COFFEE.summary
    long = replace(COFFEE, summary=f"{COFFEE.summary} {'Lalu ada lagi yang lain. ' * 20}")
    shown = card(long, "id").reason
    assert len(shown) <= REASON
    assert shown.startswith(COFFEE.summary)
    assert shown.endswith(".")
    endless = card(replace(COFFEE, summary="tanpa titik " * 60), "id").reason
    assert endless.endswith("…")
    assert card(replace(COFFEE, summary="", body="\n\nAlinea pertama.\nKedua."), "id").reason == "Alinea pertama."
    assert BRIEF < REASON


def test_what_cannot_be_seen_is_not_on_it() -> None:
    shown = card(replace(COFFEE, claim=TEXTS["unseen"], outlet="a\u202eb\nc"), "id")
    assert not {each for each in f"{shown.claim}{shown.outlet}" if unicodedata.category(each).startswith("C")}


def test_letters_that_our_fonts_lack_are_named_and_never_drawn_as_boxes() -> None:
    with pytest.raises(CardError, match="日 本"):
        picture(card(replace(COFFEE, claim="日本のニュース"), "id"))
    assert unwritable("Ağrı Привет Ελλάδα العربية “…” 🇮🇩 👍🏽 ½ → Rp5.000") == []
    assert size(picture(card(replace(COFFEE, summary="日本のニュース"), "id"))), "without the reason"


def test_every_font_comes_with_its_licence() -> None:
    folder = files("periksa.publishing.card") / "fonts"
    names = {file.name for file in folder.iterdir()}
    families = {name.partition("-")[0] for name in names if name.endswith(".ttf")}
    assert families == {"NotoSans", "NotoSansArabic", "NotoEmoji"}
    for family in families:
        assert "SIL OPEN FONT LICENSE" in (folder / f"OFL-{family}.txt").read_text("utf-8").upper()
