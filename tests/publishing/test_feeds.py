"""An entry of a feed that is read alone says what was found of the claim."""

from __future__ import annotations

import pytest

from periksa.model import Article, ArticleKind
from periksa.publishing.feeds import headline


@pytest.mark.parametrize(
    "title",
    [
        "[SALAH] Foto menteri ditangkap",
        "(Salah): foto menteri",
        "SALAH: Foto menteri",
        "Cek Fakta [Salah] Foto menteri",
    ],
)
def test_a_label_in_the_title_is_not_said_again(title: str) -> None:
    assert headline(Article("1", ArticleKind.FACT_CHECK, title, rating="SALAH")) == title


@pytest.mark.parametrize(
    ("rating", "title"),
    [
        ("SALAH", "Foto Salah Satu Menteri Ditangkap"),
        ("SALAH", "Salah satu menteri ditangkap"),
        ("BENAR", "Tidak benar, foto menteri ditangkap"),
        ("Hoaks", "Penyebar hoaks: polisi menangkap menteri"),
    ],
)
def test_a_word_of_the_title_is_no_label(rating: str, title: str) -> None:
    assert headline(Article("1", ArticleKind.FACT_CHECK, title, rating=rating)) == f"[{rating}] {title}"
