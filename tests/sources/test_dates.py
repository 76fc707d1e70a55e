from __future__ import annotations

from datetime import date

import pytest

from periksa.sources.dates import date_line, days_in_brackets, days_in_words, read_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-05-12", date(2020, 5, 12)),
        ("2020-05-12T16:38:00Z", date(2020, 5, 12)),
        ("2020-05-12 16:38:00+07:00", date(2020, 5, 12)),
        ("May 12, 2020, 4:38 PM", date(2020, 5, 12)),
        ("Sept. 3rd, 2021", date(2021, 9, 3)),
        ("12 May 2020", date(2020, 5, 12)),
        ("12 Mei 2020", date(2020, 5, 12)),
        ("Selasa, 12 Mei 2020 10:20 WIB", date(2020, 5, 12)),
        ("Jum'at, 3 Agt 2018", date(2018, 8, 3)),
        ("1 Pebruari 2019, pukul 08.15 WITA", date(2019, 2, 1)),
        ("Mon, 17 Jan 2022 10:20:00 +0700", date(2022, 1, 17)),
        (" 31 Desember 1999 ", date(1999, 12, 31)),
    ],
)
def test_a_date_is_read(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kemarin",
        "2020-13-01",
        "2020-02-30",
        "31 Februari 2020",
        "05/12/2020",
        "0001-01-01",
        "12 Mei",
        "Mei 2020",
        "12 Meiji 2020",
        "20200512",
        "2020-05-12 atau sesudahnya",
        "١٢ Mei 2020",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Kompas.com - 17/01/2022, 10:20 WIB",
        "Senin, 17 Jan 2022 10:20 WIB",
        "Diperbarui 17 Jan 2022, 10:20 WIB",
        "Kabarkini - Senin, 17 Januari 2022 | 10:20 WIB",
        "17 Januari 2022",
    ],
)
def test_a_line_that_is_only_a_date(text: str) -> None:
    assert date_line(text) == date(2022, 1, 17)


@pytest.mark.parametrize(
    "text", ["Harga emas 17 Januari 2022 naik lagi", "Jadwal kapal 17/01/2022 berubah, ini rinciannya", "Judul biasa"]
)
def test_a_title_with_a_date_is_no_date_line(text: str) -> None:
    assert date_line(text) is None


def test_days_that_a_newsroom_reports_on() -> None:
    text = "kata Wening, Rabu (8/3). Dikutip Kamis (9/3/2023), bukan Senin (40/3/2023) atau (1/13/2023)."
    assert days_in_brackets(text) == [date(2023, 3, 9)]


def test_a_day_in_words_counts_with_its_weekday_only() -> None:
    text = "pada Kamis, 9 Maret 2023 di Jakarta; batas 30 Juni 2023; Jumat, 1 Mei 20231; on Friday, March 10, 2023."
    assert days_in_words(text) == [date(2023, 3, 9), date(2023, 3, 10)]
