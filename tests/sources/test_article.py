from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from periksa.errors import InputError
from periksa.model import Article, ArticleKind
from periksa.sources import Parsed
from periksa.sources.article import PlainArticle

Write = Callable[[str, bytes | str], Path]

BODY = "Pengisian dimulai April, kata Wening.\n\nIa menolak menunda."


@pytest.fixture
def read(write: Write) -> Callable[[str], Article]:
    def read(text: str) -> Article:
        (parsed,) = PlainArticle().parse(write("berita.txt", text))
        assert parsed.article
        return parsed.article

    return read


def test_three_pages_as_a_scraper_left_them() -> None:
    (parsed,) = PlainArticle().parse(Path(__file__).parent / "files/article-bendungan.txt")
    assert parsed.problems == ()
    article = parsed.article
    assert article
    assert article.kind is ArticleKind.NEWS
    assert article.title == "Warga Lembah Randu Menolak Pindah, Bendungan Tetap Diisi Bulan Depan"
    assert article.summary.startswith("Pemerintah kabupaten menyebut ganti rugi sudah disiapkan")
    assert (article.outlet, article.place, article.language) == ("Kabarkini", "Randugunting", "id")
    assert article.date == date(2023, 3, 9)
    assert (article.url, article.claim, article.rating, article.statements) == ("", "", "", ())
    assert [paragraph.split()[0] for paragraph in article.body.split("\n\n")] == [
        "Pengisian", '"Kami', "Dikutip", "Ketua", "Ganti", "Awal", "Sisanya",
    ]  # fmt: skip
    assert "Ganti Rugi Bertahap" in article.body.split("\n\n")
    assert article.body.endswith("kata Wening. Penilaian itu dijadwalkan selesai sebelum April.")


def test_english() -> None:
    (parsed,) = PlainArticle().parse(Path(__file__).parent / "files/article-english.txt")
    article = parsed.article
    assert article
    assert (article.title, article.summary) == ("Harbour ferry resumes after two-day stop", "")
    assert (article.outlet, article.place, article.language) == ("Reuters", "Port Aruna", "en")
    assert article.date == date(2023, 3, 9)
    assert article.body.count("\n\n") == 2


def test_in_english_a_day_in_numbers_is_not_guessed(read: Callable[[str], Article]) -> None:
    assert read("Ferry resumes\n\nThe ferry of the island was back on Thursday (5/1/2023), it said.").date is None


@pytest.mark.parametrize(
    ("top", "published"),
    [
        ("Judul Berita\nKabarkini.com - 10/03/2023, 10:20 WIB\n", date(2023, 3, 10)),
        ("Senin, 13 Maret 2023 10:20 WIB\nJudul Berita\n", date(2023, 3, 13)),
        (
            "Home / Nasional\nJudul Berita\nSari Wulandari - detikNews\nSenin, 13 Mar 2023 10:20 WIB\n",
            date(2023, 3, 13),
        ),
    ],
)
def test_a_printed_day_beats_the_days_in_the_text(read: Callable[[str], Article], top: str, published: date) -> None:
    article = read(f"{top}\nJAKARTA, KABARKINI.com - Dikutip Kamis (9/3/2023). {BODY}")
    assert (article.title, article.date) == ("Judul Berita", published)
    assert article.body.startswith("Dikutip Kamis (9/3/2023). Pengisian")


def test_the_day_comes_from_the_first_lines_only(read: Callable[[str], Article]) -> None:
    late = "\n\n".join(f"Paragraf {n}." for n in range(8))
    assert read(f"Judul Berita\n\n{late}\n\nkata Wening, Kamis (9/3/2023).").date is None


def test_without_a_day_the_operator_is_told(write: Write, sentences: Callable[[list[Parsed]], list[str]]) -> None:
    records = list(PlainArticle().parse(write("berita.txt", f"Judul Berita\n\n{BODY}")))
    assert records[0].article
    assert records[0].article.date is None
    assert sentences(records) == ["berita.txt: date is missing: the first lines name no full day"]
    assert not records[0].problems[0].refused


def test_without_a_date_line_all_is_body(read: Callable[[str], Article]) -> None:
    article = read(f"Judul Berita\n\nKalimat pertama.\n\n{BODY}")
    assert (article.outlet, article.place, article.summary) == ("", "", "")
    assert article.body == f"Kalimat pertama.\n\n{BODY}"


def test_a_name_above_the_date_line_is_no_standfirst(read: Callable[[str], Article]) -> None:
    article = read(f"Judul Berita\n\nSari Wulandari\n\nJakarta (ANTARA) - {BODY}")
    assert (article.summary, article.outlet, article.body) == ("", "ANTARA", BODY)


def test_lines_without_empty_lines_between_are_paragraphs(read: Callable[[str], Article]) -> None:
    assert read("Judul Berita\nSatu kalimat.\nDua kalimat.").body == "Satu kalimat.\n\nDua kalimat."


def test_the_id_stays_when_the_text_is_corrected(read: Callable[[str], Article]) -> None:
    first = read(f"Judul Berita\n\nJakarta (ANTARA) - {BODY}")
    again = read(f"JUDUL berita\n\nJakarta (ANTARA) - Ralat. {BODY}")
    assert first.id == again.id != read(f"Judul Berita\n\nJAKARTA, KOMPAS.com - {BODY}").id


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (" \n\n", "berita.txt holds no text but buttons and page numbers; nothing was imported."),
        ("Sukses\n2 dari 3 halaman\n", "berita.txt holds no text but buttons and page numbers; nothing was imported."),
        ("Judul Berita\n\nBagikan\n", "berita.txt has a title and no text under it."),
        (
            "Pengisian waduk " * 20 + "\n\nIsi.",
            "berita.txt has no title line; put the headline alone on the first line.",
        ),
        (f"JAKARTA, KOMPAS.com - {BODY}", "berita.txt has no title line; put the headline alone on the first line."),
        (
            "<!doctype html><p>Isi",
            "berita.txt holds HTML or JSON, not plain text; save what a reader sees on the page.",
        ),
        ('{"title": "x"}\n', "berita.txt holds HTML or JSON, not plain text; save what a reader sees on the page."),
        (
            "Judul\nIsi caf\xe9".encode("latin-1"),
            "berita.txt is not UTF-8 (line 2); save it as UTF-8 and import it again.",
        ),
        (
            b"Kata " * 2_040_000,
            "berita.txt is 10.2 MB, articles may have at most 2 MB; put each article into a file of its own.",
        ),
        (
            b"a" * 2_000_001,
            "berita.txt is 2.1 MB, articles may have at most 2 MB; put each article into a file of its own.",
        ),
    ],
)
def test_what_is_no_article(write: Write, content: bytes | str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        list(PlainArticle().parse(write("berita.txt", content)))
    assert str(error.value) == sentence
