"""What a reply told, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from periksa.answers import retold, word
from periksa.model import Article, ArticleKind

CHECK = Article(
    "garam",
    ArticleKind.FACT_CHECK,
    "Air garam bukan penangkal virus",
    claim="Berkumur air garam membunuh virus.",
    rating="SALAH",
    outlet="Cek Nusantara",
    url="https://cek.example/garam",
    date=date(2026, 1, 17),
)
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize("code", ["id", "en"])
def test_answers_broadcasts_and_corrections_are_read_back(code: str) -> None:
    for reply in (
        word.answer(CHECK, code, TODAY),
        word.broadcast(CHECK, code, TODAY),
        word.corrected(CHECK, code, TODAY),
        word.told(CHECK, "garam bunuh virus?", code, TODAY),
    ):
        assert retold.claim(reply.text) == CHECK.claim
        assert retold.heading(reply.text).startswith("SALAH")
        assert "garam bunuh" not in retold.heading(reply.text)
        assert retold.holds(reply.text, CHECK)
        assert not retold.holds(reply.text, replace(CHECK, rating="BENAR"))
        assert not retold.holds(reply.text, None)


def test_what_tells_no_fact_check_is_nothing() -> None:
    said = word.digest([CHECK], "id").text
    assert retold.heading("Terima kasih.") == retold.claim("Terima kasih.") == ""
    assert not retold.holds(said, CHECK), "a digest tells in brief, and is not put right"
