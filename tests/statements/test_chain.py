"""A chain of attribution as newsrooms write it: a spokesman, a broadcaster, an agency, an outlet, each with its day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from periksa.model import Article, ArticleKind, Statement
from periksa.sources.article import PlainArticle
from periksa.statements import attributed, extract

INVENTED = """Arvenia akan tetap menyimpan kapalnya di Selat Lom karena ketegangan dengan Liga Pesisir, kata juru \
bicara Kremlin Anton Beresin, Minggu (16/1).

"Kami perlu menyimpan kapal itu karena suasananya tidak ramah," kata Beresin dalam sebuah wawancara dengan penyiar TVX.

Dikutip dari laman Warta Randu, Senin (17/1/2022) Arvenia harus berjaga-jaga terhadap latihan Liga Pesisir.

Penerbangan di dekat selat terus dilakukan, katanya.

Namun, Arvenia tidak mempertimbangkan serangan bahkan jika perundingan gagal, kata Beresin.

Namun demikian, Arvenia "siap mengambil langkah balasan" jika tidak ada kesepakatan, katanya.

Perundingan Tanpa Hasil

Awal pekan ini, diplomat Arvenia berunding di Lomara.

Beresin mengatakan kepada TVX bahwa Liga Pesisir enggan berjanji tidak memperluas wilayahnya."""


def check_chain(found: tuple[Statement, ...], speaker: str, agency: str, broadcaster: str) -> None:
    assert len(found) == 7
    assert {(one.speaker, one.role, one.organisation) for one in found} == {(speaker, "juru bicara Kremlin", "Kremlin")}
    assert {one.date for one in found} == {date(2022, 1, 16)}
    assert {one.via for one in found} == {(agency,)}
    assert all(broadcaster in one.medium for one in found)
    assert [one.direct for one in found] == [False, True, False, False, False, False, False]


def test_every_statement_has_its_speaker_day_and_chain() -> None:
    found = extract(INVENTED, "id", date(2022, 1, 17))
    check_chain(found, "Anton Beresin", "Warta Randu", "TVX")
    assert "tidak mempertimbangkan serangan" in found[4].words


def test_the_real_article(shared: Path) -> None:
    (parsed,) = PlainArticle().parse(shared / "article/liputan6-peskov.txt")
    assert parsed.article
    article = attributed(parsed.article)
    assert (article.outlet, article.date, article.rating) == ("Liputan6", date(2022, 1, 17), "")
    check_chain(article.statements, "Dmitry Peskov", "Xinhua", "CNN")
    (military,) = [one for one in article.statements if "tidak mempertimbangkan tindakan militer" in one.words]
    assert (military.speaker, military.date) == ("Dmitry Peskov", date(2022, 1, 16))
    assert " ".join(article.body[military.start : military.end].split()) == military.words


FOUND = Statement("Ratna", "air surut")
HOAX = 'Narasi: "Air itu beracun sekali," kata Bupati Sutarjo.\n\nPenjelasan: Ratna Puspita mengatakan air aman.'


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (Article("1", ArticleKind.NEWS, "Air", body="Air surut, kata Ratna Puspita."), ["Ratna Puspita"]),
        (Article("2", ArticleKind.NEWS, "Air", body="Air surut, kata Ratna Puspita.", statements=(FOUND,)), ["Ratna"]),
        (Article("3", ArticleKind.NEWS, "Air"), []),
        (Article("4", ArticleKind.FACT_CHECK, "Air", body=HOAX), ["Ratna Puspita"]),
        (Article("5", ArticleKind.NEWS, "Air", body=HOAX), ["Sutarjo", "Ratna Puspita"]),
    ],
)
def test_articles_get_the_statements_they_do_not_bring(article: Article, expected: list[str]) -> None:
    assert [one.speaker for one in attributed(article).statements] == expected


def test_the_same_text_always_says_the_same() -> None:
    assert extract(INVENTED, "id", date(2022, 1, 17)) == extract(INVENTED, "id", date(2022, 1, 17))
