"""Numbers at the desk: periods, tables, files, and what is kept back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import httpx2
import pytest
from tests.web.desk.conftest import ZONE, Newsroom

from periksa.model import Figure, Role, Tally
from periksa.model.numbers import hour_of, span_of
from periksa.model.report import Period
from periksa.web.desk import charts
from periksa.web.desk.numbers import Table, as_csv, chosen, lasting
from periksa.web.desk.texts import load

TODAY = date(2026, 3, 11)
ID, EN = load()


@pytest.fixture
def viewer(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.VIEWER)


def count(newsroom: Newsroom, *tallies: tuple[Figure, str, str, str, int]) -> None:
    hour = hour_of(newsroom.clock())
    rows = [Tally(figure, hour, part, channel, language, many) for figure, part, channel, language, many in tallies]
    newsroom.do(lambda tx: tx.tallies.add(rows))


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({}, Period(TODAY - timedelta(days=6), TODAY)),
        ({"days": "1"}, Period(TODAY, TODAY)),
        ({"days": "90"}, Period(TODAY - timedelta(days=89), TODAY)),
        ({"days": "4000000"}, Period(TODAY - timedelta(days=6), TODAY)),
        ({"days": "x", "from": "2026-13-40"}, Period(TODAY - timedelta(days=6), TODAY)),
        ({"from": "2026-03-01", "to": "2026-03-04"}, Period(date(2026, 3, 1), date(2026, 3, 4))),
        ({"from": "2026-03-04", "to": "2026-03-01"}, Period(TODAY - timedelta(days=6), TODAY)),
        ({"from": "2026-03-10", "to": "2031-01-01"}, Period(date(2026, 3, 10), TODAY)),
        ({"from": "2030-03-10", "to": "2031-01-01"}, Period(TODAY, TODAY)),
        ({"from": "0001-01-01", "to": "2026-03-04"}, Period(date(2025, 3, 4), date(2026, 3, 4))),
        ({"from": "0001-01-01", "to": "0001-01-01"}, Period(TODAY - timedelta(days=6), TODAY)),
    ],
)
def test_any_address_asks_for_some_days(given: dict[str, str], period: Period) -> None:
    assert chosen(given, TODAY) == period


def test_a_duration_in_words() -> None:
    said = [lasting(seconds, ID) for seconds in (0.84, 1, 64, 119, 120, 256, 7200, 259_200)]
    assert said == ["0,8 dtk", "1 dtk", "64 dtk", "119 dtk", "2 mnt", "4,3 mnt", "2 jam", "3 hari"]


def test_nothing_in_a_file_is_taken_for_a_formula() -> None:
    text = as_csv(Table("asked", ("question", "count"), [("=1+1", 5), ("@x", None), ('a "b", c\nd', -1)]), EN)
    assert list(csv.reader(io.StringIO(text))) == [
        ["question", "count"],
        ["'=1+1", "5"],
        ["'@x", "kept back"],
        ['a "b", c\nd', "-1"],
    ]


@pytest.mark.parametrize("formula", ["=HYPERLINK(A1)", "+1", "-1+1", "@SUM(A1)", "＝1+1"])
@pytest.mark.parametrize("before", ["", " ", "\t", "\r\n", "benarkah;", "benarkah; ", "benarkah\n"])
def test_nor_where_a_spreadsheet_parts_cells_by_semicolons_and_ends_rows_where_we_do_not(
    before: str, formula: str
) -> None:
    text = as_csv(Table("asked", ("question", "count"), [("kopi", 1), (f"{before}{formula}", 5)]), EN)
    cells = [cell for row in text.splitlines() for cell in row.replace(",", ";").split(";")]
    assert not [cell for cell in cells if cell.strip().strip('"').strip().startswith(("=", "+", "-", "@", "＝"))]


def test_a_chart_escapes_what_it_is_given_and_says_it_in_words() -> None:
    for chart in (
        charts.rows("x", "<b>", "1 & 2", [("<script>", 3, "3"), ("few", None, "kept back")]),
        charts.stacks("x", "<b>", "1 & 2", [("a", (1, 2, 3))], ["<script>", "b", "c"], ["<script>"]),
        charts.week("x", "<b>", "1 & 2", [[None, 0, 5]], ["<script>"]),
    ):
        assert "<script>" not in chart
        assert '<desc id="x-about">1 &amp; 2</desc>' in chart
        assert 'role="img"' in chart
        assert "style=" not in chart


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (2, 2), (3, 5), (11, 20), (50, 50), (501, 1000)])
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert charts.ceiling(most) == top


@pytest.mark.network
def test_every_figure_has_its_meaning_its_table_and_its_file(newsroom: Newsroom, viewer: httpx2.Client) -> None:
    count(
        newsroom,
        (Figure.ANSWERED, "", "web", "id", 60),
        (Figure.OFFERED, "", "whatsapp", "id", 30),
        (Figure.HANDED_OVER, "", "whatsapp", "en", 10),
        (Figure.TOLD, "luwak", "", "", 60),
        (Figure.REPLY, span_of(0.9), "web", "", 95),
        (Figure.HELPED, "", "", "", 12),
        (Figure.UNHELPED, "", "", "", 4),
    )
    newsroom.ask("hadiah bank, hubungi 0812-3456-7890", *"abc", key="bank")
    page = viewer.get("/desk/numbers").text
    for said in ("<strong>100</strong>", "<strong>60 %</strong>", "<strong>75 %</strong>", "<strong>0.9 s</strong>"):
        assert said in page
    assert "Kopi luwak tidak menyembuhkan diabetes" in page
    assert "7890" not in page
    assert len(re.findall(r"<svg class=\"chart\"", page)) == 5
    files = re.findall(r'href="(/desk/numbers/\w+\.csv\?[^"]+)"', page)
    assert len(files) == 7
    for file in files:
        answer = viewer.get(file.replace("&amp;", "&"))
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.text.count("\n") > 1
        assert "7890" not in answer.text
    languages = viewer.get("/desk/numbers/languages.csv").text.splitlines()
    assert languages == ["name,count", "Indonesian,90", "English,10"]
    assert viewer.get("/desk/numbers/nonsense.csv").status_code == 404


@pytest.mark.network
def test_few_are_kept_back_from_page_and_file(newsroom: Newsroom, viewer: httpx2.Client) -> None:
    count(newsroom, (Figure.ANSWERED, "", "web", "id", 57), (Figure.ANSWERED, "", "telegram", "en", 3))
    lines = viewer.get("/desk/numbers/channels.csv?days=1").text.splitlines()
    assert lines[1:] == ["chat page,kept back", "Telegram,kept back"]
    page = viewer.get("/desk/numbers?days=1").text
    assert "&lt; 10" in page
    assert "<td>3</td>" not in re.sub(r'(?s).*aria-labelledby="h-channels"', "", page)


@pytest.mark.network
def test_before_anything_was_counted_it_says_so(viewer: httpx2.Client) -> None:
    page = viewer.get("/desk/numbers").text
    assert "Nothing has been counted yet" in page


def test_the_newsrooms_zone_has_whole_hours() -> None:
    assert ZONE.utcoffset(None) % timedelta(hours=1) == timedelta()
