from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.sources.moments import exact_moment, published_day, wrong_day

JAKARTA = ZoneInfo("Asia/Jakarta")
VISITED = datetime(2023, 3, 12, 3, 0, tzinfo=UTC)  # Sunday, 10.00 in Jakarta


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-03-09T23:30:00+07:00", date(2023, 3, 9)),
        ("2023-03-09T23:30:00Z", date(2023, 3, 10)),
        ("2023-03-09 T10:08:58Z", date(2023, 3, 9)),
        ("2023-03-09T13:01:52+0700", date(2023, 3, 9)),
        ("2023-03-09 08:15:00", date(2023, 3, 9)),
        ("2023-03-09T10:00:00.123Z", date(2023, 3, 9)),
        ("2023-03-09", date(2023, 3, 9)),
        ("Thu, 09 Mar 2023 23:30:00 GMT", date(2023, 3, 10)),
        ("Thu, 9 Mar 2023 23:30:00 +0700", date(2023, 3, 9)),
        ("Thu, 09 Mar 2023 23:30:00 WIB", date(2023, 3, 9)),
        ("Kam, 09 Mar 2023 23:30:00 +0700", date(2023, 3, 9)),
        ("Kamis, 09/03/2023 10:08 WIB", date(2023, 3, 9)),
        ("Kamis, 9 Maret 2023 - 15:56 wib", date(2023, 3, 9)),
        ("Kamis, 09 Maret 2023 | 11:13 WITA", date(2023, 3, 9)),
        ("Kompas.com - 09/03/2023, 09:31 WIT", date(2023, 3, 9)),
        ("Kompas.com, 9 Maret 2023, 09:31 WIB", date(2023, 3, 9)),
        ("Diterbitkan 09 Mar 2023, 10:20 WIB", date(2023, 3, 9)),
        ("Published on March 9, 2023 at 10:11", date(2023, 3, 9)),
        ("Thursday, 09 March, 2023 | 07:28 WIB", date(2023, 3, 9)),
        ("9 Agt 2022 10:00", date(2022, 8, 9)),
        ("hari ini", date(2023, 3, 12)),
        ("Kemarin, 14:05 WIB", date(2023, 3, 11)),
        ("yesterday", date(2023, 3, 11)),
        ("2 jam lalu", date(2023, 3, 12)),
        ("sekitar 45 menit yang lalu", date(2023, 3, 12)),
        ("sejam yang lalu", date(2023, 3, 12)),
        ("an hour ago", date(2023, 3, 12)),
        ("13 jam lalu", date(2023, 3, 11)),
    ],
)
def test_the_day_that_is_printed(text: str, day: date) -> None:
    assert published_day(text, VISITED, JAKARTA) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "segera",
        "9 Maret",
        "10 jam lalu",  # ten to eleven hours ago: midnight lies between
        "3 hari lalu",
        "2 minggu lalu",
        "31/02/2023",
        "2023-02-31T10:00:00Z",
        "Rapat tahunan pemegang saham pada 9 Maret 2023 di Jakarta dihadiri 200 orang",
        "9" * 300,
    ],
)
def test_a_day_that_is_not_said_is_not_guessed(text: str) -> None:
    assert published_day(text, VISITED, JAKARTA) is None


def test_in_english_five_slash_three_may_be_either() -> None:
    assert published_day("05/03/2023", VISITED, JAKARTA, day_first=False) is None
    assert published_day("05/03/2023", VISITED, JAKARTA) == date(2023, 3, 5)
    assert published_day("March 5, 2023", VISITED, JAKARTA, day_first=False) == date(2023, 3, 5)


@pytest.mark.parametrize("text", ["2023-03-09", "2023-03-09 10:00:00", "9 Maret 2023", "Thu, 09 Mar 2023 10:00:00"])
def test_a_moment_needs_its_zone(text: str) -> None:
    assert exact_moment(text) is None


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2023, 3, 13), ""),
        (date(2023, 3, 14), "lies in the future: 2023-03-14"),
        (date(1970, 1, 1), "lies before the web: 1970-01-01"),
    ],
)
def test_days_that_cannot_be(day: date, sentence: str) -> None:
    assert wrong_day(day, VISITED) == sentence


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    day = published_day(text, VISITED, JAKARTA)
    assert day is None or isinstance(day, date)
